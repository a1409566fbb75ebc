//! `docket sla exclusion`: the register of time that does not count.

use anyhow::{Result, anyhow};
use chrono::Duration;
use clap::Subcommand;
use docket_app::{Desk, NewExclusion, ProposedOutages};
use docket_core::id::ExclusionId;
use docket_core::sla::{Exclusion, ExclusionCause, ExclusionState, Span};
use docket_core::words::{Platform, readable};
use serde_json::json;

use crate::output::{self, Table, line};
use crate::text::{absolute, instant};

#[derive(Subcommand)]
pub enum Command {
    /// Tell of an exclusion; it counts once a second person approved it
    Add {
        /// Name or id of a client that it hit; may be repeated. All clients if absent
        #[arg(long)]
        client: Vec<String>,
        /// platform_outage, no_access or force_majeure
        #[arg(long)]
        cause: ExclusionCause,
        /// Only cases of this platform; may be repeated
        #[arg(long)]
        platform: Vec<Platform>,
        /// When it began, such as "2026-11-24 18:00" (UTC) or RFC 3339
        #[arg(long, value_name = "TIME")]
        from: String,
        /// When it was over
        #[arg(long, value_name = "TIME")]
        to: String,
        /// What shows it
        #[arg(long, value_name = "TEXT")]
        evidence: String,
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
        #[arg(long)]
        json: bool,
    },
    /// Tell of outages that the log of syncs shows and the register does not have: syncs that failed one after the other
    Propose {
        /// Name or id; all clients if absent
        #[arg(long)]
        client: Option<String>,
        /// First day, UTC; 30 days back if absent
        #[arg(long, value_name = "TIME")]
        from: Option<String>,
        /// Up to; now if absent
        #[arg(long, value_name = "TIME")]
        to: Option<String>,
        /// What is shorter is left out, such as 30m
        #[arg(long, value_name = "DURATION", default_value = "30m")]
        least: String,
        /// Only say what would be proposed
        #[arg(long)]
        dry_run: bool,
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
        #[arg(long)]
        json: bool,
    },
    /// Approve an exclusion; not by the person who told of it
    Approve(Decision),
    /// Reject an exclusion, or take back one that was approved; not by the person who told of it
    Reject(Decision),
    /// The register
    List {
        /// Name or id
        #[arg(long)]
        client: Option<String>,
        /// Every match as one JSON array
        #[arg(long)]
        json: bool,
    },
}

#[derive(clap::Args)]
pub struct Decision {
    exclusion: ExclusionId,
    /// Why
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
}

pub async fn run(command: Command, desk: &Desk) -> Result<()> {
    match command {
        Command::Add {
            client,
            cause,
            platform,
            from,
            to,
            evidence,
            by,
            json,
        } => {
            let mut clients = Vec::new();
            for name in &client {
                clients.push(desk.find_client(name).await?.id);
            }
            let new = NewExclusion {
                clients,
                cause,
                platforms: platform.into_iter().collect(),
                span: span(desk, &from, &to)?,
                evidence,
                by: crate::cmd::actor(by),
            };
            let rows = desk.add_exclusion(new).await?;
            if json {
                return output::json(&rows);
            }
            if let Some(first) = rows.first() {
                line(first.id)?;
                eprintln!(
                    "{} client(s); it counts once another person approves: docket sla exclusion approve {} --by OTHER",
                    rows.len(),
                    first.id
                );
            }
            Ok(())
        }
        Command::Propose {
            client,
            from,
            to,
            least,
            dry_run,
            by,
            json,
        } => {
            let scope = crate::cmd::scope(desk, client.as_deref()).await?;
            let now = desk.env.now();
            let from = from.map_or_else(|| Ok(now - Duration::days(30)), |t| instant(&t, now))?;
            let to = to.map_or_else(|| Ok(now), |t| instant(&t, now))?;
            let within = Span::new(from, to)
                .ok_or_else(|| anyhow!("the time is empty: `--from` must lie before `--to`"))?;
            let least = crate::text::duration(&least)?;
            let by = crate::cmd::actor(by);
            let found = desk
                .propose_exclusions(scope, (within, least), &by, dry_run)
                .await?;
            proposed(&found, dry_run, json)
        }
        Command::Approve(decision) => decide(decision, ExclusionState::Approved, desk).await,
        Command::Reject(decision) => decide(decision, ExclusionState::Rejected, desk).await,
        Command::List { client, json } => {
            let scope = crate::cmd::scope(desk, client.as_deref()).await?;
            let all = desk.sla_exclusions(scope).await?;
            if json {
                return output::json(&all);
            }
            if all.is_empty() {
                eprintln!("the register is empty; what the log of syncs shows: docket sla exclusion propose");
                return Ok(());
            }
            table(&all)
        }
    }
}

fn span(desk: &Desk, from: &str, to: &str) -> Result<Span> {
    let now = desk.env.now();
    Span::new(instant(from, now)?, instant(to, now)?)
        .ok_or_else(|| anyhow!("the exclusion ends before it begins; change --from or --to"))
}

async fn decide(decision: Decision, state: ExclusionState, desk: &Desk) -> Result<()> {
    let by = crate::cmd::actor(decision.by);
    let wish = (state, decision.note.as_deref());
    let rows = desk.decide_exclusion(decision.exclusion, wish, &by).await?;
    line(format!(
        "exclusion {} is {state}, for {} client(s)",
        decision.exclusion,
        rows.len()
    ))
}

fn proposed(found: &ProposedOutages, dry_run: bool, as_json: bool) -> Result<()> {
    if as_json {
        let lasting = found.lasting.iter().map(|o| {
            json!({
                "client": o.client, "platform": o.platform, "connection": o.connection, "from": o.span.from, "cause": o.cause,
                "failures": o.failures,
            })
        });
        return output::json(&json!({
            "dry_run": dry_run, "proposed": found.new, "known": found.known, "lasting": lasting.collect::<Vec<_>>(),
        }));
    }
    if !found.new.is_empty() {
        table(&found.new)?;
    }
    let done = if dry_run { "would be proposed" } else { "proposed" };
    eprintln!(
        "{} outage(s) {done}, {} in the register already",
        found.new.len(),
        found.known
    );
    for outage in &found.lasting {
        eprintln!(
            "goes on: {} of connection {} since {}; propose it once a sync goes well again",
            readable(outage.cause),
            outage.connection,
            absolute(outage.span.from)
        );
    }
    Ok(())
}

fn table(all: &[Exclusion]) -> Result<()> {
    let mut table = Table::new(&[
        "EXCLUSION",
        "STATE",
        "CAUSE",
        "PLATFORMS",
        "FROM",
        "TO",
        "CLIENT",
        "TOLD BY",
        "DECIDED BY",
        "EVIDENCE",
    ]);
    for e in all {
        let platforms: Vec<String> = e.platforms.iter().map(ToString::to_string).collect();
        table.row(vec![
            e.id.to_string(),
            e.state.to_string(),
            readable(e.cause),
            if platforms.is_empty() {
                "all".to_owned()
            } else {
                platforms.join(", ")
            },
            absolute(e.span.from),
            absolute(e.span.to),
            e.client.to_string(),
            e.proposed_by.clone(),
            e.decided_by.clone().unwrap_or_else(|| "-".to_owned()),
            e.evidence.clone(),
        ]);
    }
    table.print()
}
