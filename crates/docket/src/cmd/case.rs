//! `docket case`.

use std::process::ExitCode;

use anyhow::Result;
use clap::Subcommand;
use docket_app::{CaseFilter, CaseView, ClientScope, Desk, StoredCase};
use docket_core::attention::Attention;
use docket_core::case::{Case, Command as Wish};
use docket_core::id::ConnectionId;
use docket_core::snapshot::Inspection;
use docket_core::words::{DeadlineSource, Platform, Turn, readable};
use serde::Serialize;
use serde_json::json;

use crate::output::{self, JsonArray, Table, line};
use crate::text::{absolute, instant, relative};

const PAGE: i64 = 500;

#[derive(Subcommand)]
pub enum Command {
    /// List cases, the most urgent first
    List(Filter),
    /// Show one case: facts, rounds, deadline, what the platform allows now, responses, factors, history
    Show {
        /// Our id or the platform's
        case: String,
        #[arg(long)]
        json: bool,
    },
    /// Give a case to someone
    Assign {
        /// Our id or the platform's
        case: String,
        /// Who; `nobody` takes it back
        to: String,
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
    },
    /// Write a note into the case's history
    Note {
        /// Our id or the platform's
        case: String,
        text: String,
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
    },
    /// Take an attention flag off: you have looked
    Clear {
        /// Our id or the platform's
        case: String,
        attention: Attention,
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
    },
}

#[derive(clap::Args)]
pub struct Filter {
    /// Name or id
    #[arg(long)]
    client: Option<String>,
    #[arg(long)]
    connection: Option<ConnectionId>,
    #[arg(long)]
    platform: Option<Platform>,
    /// ours, buyer, platform or nobody
    #[arg(long)]
    turn: Option<Turn>,
    /// With a deadline before this time: 48h, 2026-11-24, "2026-11-24 18:00" (UTC)
    #[arg(long, value_name = "TIME")]
    due_before: Option<String>,
    /// Given to this person; `nobody` for unassigned ones
    #[arg(long)]
    assignee: Option<String>,
    /// With a flag that a person must look; optionally only this one
    #[arg(long, num_args = 0..=1, default_missing_value = "any")]
    attention: Option<String>,
    /// Open ones only
    #[arg(long)]
    open: bool,
    /// Every match as one JSON array
    #[arg(long)]
    json: bool,
}

impl Filter {
    fn read(&self, desk: &Desk) -> Result<CaseFilter> {
        let now = desk.env.now();
        let attention = match self.attention.as_deref() {
            None => None,
            Some("any") => Some(None),
            Some(word) => Some(Some(word.parse::<Attention>()?)),
        };
        Ok(CaseFilter {
            connection: self.connection,
            platform: self.platform,
            turn: self.turn,
            due_before: self.due_before.as_deref().map(|t| instant(t, now)).transpose()?,
            assignee: self
                .assignee
                .as_ref()
                .map(|a| if a == "nobody" { String::new() } else { a.clone() }),
            attention,
            open_only: self.open,
            ..CaseFilter::default()
        })
    }
}

/// The fields of `inspect` and those of the case: a stable interface.
#[derive(Serialize)]
struct Listed<'a> {
    id: String,
    client: String,
    connection: String,
    #[serde(flatten)]
    facts: Inspection<'a>,
    round: i64,
    work_state: String,
    next_action_at: Option<chrono::DateTime<chrono::Utc>>,
    assignee: Option<&'a str>,
    contested: bool,
    version: i64,
}

impl<'a> Listed<'a> {
    fn of(case: &'a Case) -> Self {
        Self {
            id: case.id.to_string(),
            client: case.client.to_string(),
            connection: case.connection.to_string(),
            facts: case.inspection(),
            round: case.round.number,
            work_state: case.work_state.to_string(),
            next_action_at: case.next_step.map(|s| s.at),
            assignee: case.assignee.as_deref(),
            contested: case.contested,
            version: case.version,
        }
    }
}

pub async fn run(command: Command, desk: &Desk) -> Result<ExitCode> {
    match command {
        Command::List(filter) => return list(&filter, desk).await,
        Command::Show { case, json } => {
            let id = desk.find_case(ClientScope::Agency, &case).await?;
            let view = desk.case_view(ClientScope::Agency, id).await?;
            if json {
                show_json(&view)?
            } else {
                show(&view, desk)?
            }
        }
        Command::Assign { case, to, by } => {
            let id = desk.find_case(ClientScope::Agency, &case).await?;
            let who = (to != "nobody").then_some(to);
            let case = desk
                .command(ClientScope::Agency, id, Wish::Assign(who), &super::actor(by))
                .await?;
            line(format!(
                "{} is with {}",
                case.dispute,
                case.assignee.as_deref().unwrap_or("nobody")
            ))?;
        }
        Command::Note { case, text, by } => {
            let id = desk.find_case(ClientScope::Agency, &case).await?;
            let case = desk
                .command(ClientScope::Agency, id, Wish::Note(text), &super::actor(by))
                .await?;
            line(format!("noted on {}", case.dispute))?;
        }
        Command::Clear { case, attention, by } => {
            let id = desk.find_case(ClientScope::Agency, &case).await?;
            let wish = Wish::ClearAttention(attention);
            let case = desk
                .command(ClientScope::Agency, id, wish, &super::actor(by))
                .await?;
            line(format!("{attention} is off {}", case.dispute))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn list(args: &Filter, desk: &Desk) -> Result<ExitCode> {
    let filter = args.read(desk)?;
    let scope = super::scope(desk, args.client.as_deref()).await?;
    let names: std::collections::HashMap<_, _> = desk
        .clients(scope)
        .await?
        .into_iter()
        .map(|c| (c.id, c.name))
        .collect();
    let mut array = if args.json {
        Some(JsonArray::begin()?)
    } else {
        None
    };
    let mut after = None;
    let mut found = 0;
    loop {
        let page = desk.cases(scope, &filter, after, PAGE).await?;
        after = page.last().map(StoredCase::position);
        let full = i64::try_from(page.len()).unwrap_or(i64::MAX) == PAGE;
        let mut table = Table::new(&[
            "NEXT ACTION",
            "DEADLINE",
            "CLIENT",
            "DISPUTE",
            "REASON",
            "STAGE",
            "TURN",
            "AMOUNT",
            "STATE",
            "FLAGS",
        ]);
        for stored in &page {
            found += 1;
            match &mut array {
                Some(array) => array.push(&Listed::of(&stored.case))?,
                None => table.row(row(&stored.case, &names, desk)),
            }
        }
        if !table.is_empty() {
            table.print()?;
        }
        if !full {
            break;
        }
    }
    match array {
        Some(array) => array.end()?,
        None if found == 0 => eprintln!("no case matches"),
        None => eprintln!("{found} case(s)"),
    }
    Ok(ExitCode::SUCCESS)
}

fn row(
    case: &Case,
    names: &std::collections::HashMap<docket_core::id::ClientId, String>,
    desk: &Desk,
) -> Vec<String> {
    let now = desk.env.now();
    let deadline = case
        .round
        .deadline
        .filter(|_| case.next_step.is_some() || case.facts.turn == Turn::Ours);
    vec![
        case.next_step.map_or("-".to_owned(), |s| {
            if s.at <= now {
                "now".to_owned()
            } else {
                relative(s.at, now)
            }
        }),
        deadline.map_or("-".to_owned(), |d| {
            format!("{}{}", absolute(d.at), estimated(d.source))
        }),
        names.get(&case.client).cloned().unwrap_or_default(),
        case.dispute.to_string(),
        readable(case.facts.reason),
        readable(case.facts.stage),
        case.facts.turn.to_string(),
        case.facts.amount.to_string(),
        case.outcome.map_or_else(|| readable(case.work_state), readable),
        case.attention.iter().map(readable).collect::<Vec<_>>().join(", "),
    ]
}

fn estimated(source: DeadlineSource) -> &'static str {
    match source {
        DeadlineSource::Estimated => " (estimated)",
        DeadlineSource::Manual => " (set by hand)",
        DeadlineSource::Platform => "",
    }
}

fn show_json(view: &CaseView) -> Result<()> {
    let mut value = serde_json::to_value(Listed::of(&view.stored.case))?;
    value["observed_at"] = json!(view.stored.observed_at);
    value["client_name"] = json!(view.client.name);
    value["order_refs"] = json!(view.stored.case.facts.order_refs);
    value["rounds"] = view
        .rounds
        .iter()
        .map(|r| {
            json!({
                "number": r.number, "stage": r.stage, "channel": r.channel, "reason": r.reason, "opened_at": r.opened_at,
                "closed_at": r.closed_at, "deadline": r.deadline, "responded_at": r.responded_at, "outcome": r.outcome,
            })
        })
        .collect();
    value["responses"] = view.submissions.iter().map(super::respond::fields).collect();
    value["factors"] = view
        .factors
        .iter()
        .map(|f| json!({ "kind": f.kind, "value": f.value, "source": f.source, "as_of": f.as_of, "recorded_at": f.recorded_at }))
        .collect();
    value["settings"] = json!(view.settings);
    value["history"] = view
        .history
        .iter()
        .map(|h| json!({ "number": h.number, "at": h.at, "actor": h.actor, "kind": h.kind, "detail": h.detail }))
        .collect();
    output::json(&value)
}

fn show(view: &CaseView, desk: &Desk) -> Result<()> {
    let (case, now) = (&view.stored.case, desk.env.now());
    let facts = &case.facts;
    let words = |own: &Option<String>| own.as_deref().unwrap_or("-").to_owned();
    line(format!(
        "{}  {}  {}",
        case.dispute,
        case.platform.title(),
        view.client.name
    ))?;
    line(format!("case {}  version {}", case.id, case.version))?;
    line(format!("  amount     {}", facts.amount))?;
    line(format!(
        "  reason     {} ({})",
        readable(facts.reason),
        words(&facts.platform_reason)
    ))?;
    line(format!(
        "  stage      {} ({}), {}",
        readable(facts.stage),
        words(&facts.platform_stage),
        words(&facts.channel)
    ))?;
    line(format!(
        "  status     {}; turn: {}; our state: {}",
        words(&facts.platform_status),
        facts.turn,
        readable(case.work_state)
    ))?;
    line(format!(
        "  outcome    {}",
        case.outcome.map_or("open".to_owned(), readable)
    ))?;
    line(format!(
        "  assignee   {}",
        case.assignee.as_deref().unwrap_or("nobody")
    ))?;
    line(format!(
        "  opened     {}; changed {}",
        absolute(facts.opened_at),
        absolute(facts.updated_at)
    ))?;
    line(format!("  order      {}", facts.order_refs.join(", ")))?;
    line(format!(
        "  as of      {} ({})",
        absolute(view.stored.observed_at),
        relative(view.stored.observed_at, now)
    ))?;
    match case.round.deadline {
        Some(d) if facts.turn == Turn::Ours => line(format!(
            "  DEADLINE   {} ({}), source: {}{}",
            absolute(d.at),
            relative(d.at, now),
            d.source,
            case.next_step
                .map_or(String::new(), |s| format!("; next step {}", absolute(s.at))),
        ))?,
        _ => line("  deadline   none runs for us")?,
    }
    let allowed: Vec<&str> = facts.allowed_actions.iter().map(|a| a.as_str()).collect();
    line(format!(
        "  allowed    {}",
        if allowed.is_empty() {
            "nothing now".to_owned()
        } else {
            allowed.join(", ")
        }
    ))?;
    for attention in &case.attention {
        line(format!("  ! {}: {}", readable(attention), attention.advice()))?;
    }
    sections(view)
}

fn sections(view: &CaseView) -> Result<()> {
    let mut rounds = Table::new(&[
        "ROUND", "STAGE", "REASON", "OPENED", "DEADLINE", "ANSWERED", "OUTCOME",
    ]);
    let time = |at: Option<chrono::DateTime<chrono::Utc>>| at.map_or("-".to_owned(), absolute);
    for r in &view.rounds {
        rounds.row(vec![
            r.number.to_string(),
            readable(r.stage),
            readable(r.reason),
            absolute(r.opened_at),
            time(r.deadline.map(|d| d.at)),
            time(r.responded_at),
            r.outcome.map_or("-".to_owned(), readable),
        ]);
    }
    line("")?;
    rounds.print()?;
    let mut responses = Table::new(&[
        "RESPONSE",
        "ACTION",
        "STATE",
        "SEND AT",
        "CALLS",
        "REFERENCE",
        "ERROR",
    ]);
    for s in &view.submissions {
        responses.row(super::respond::row(s));
    }
    if !responses.is_empty() {
        line("")?;
        responses.print()?;
    }
    let mut factors = Table::new(&["FACTOR", "VALUE", "SOURCE", "AS OF"]);
    for f in &view.factors {
        factors.row(vec![
            readable(&f.kind),
            f.value.clone(),
            f.source.clone(),
            absolute(f.as_of),
        ]);
    }
    if !factors.is_empty() {
        line("")?;
        factors.print()?;
    }
    let mut settings = Table::new(&["SETTING WHEN IT OPENED", "HOLDS", "SOURCE", "SINCE"]);
    for s in &view.settings {
        settings.row(vec![
            s.item.clone(),
            s.value.clone(),
            s.source.clone(),
            absolute(s.valid_from),
        ]);
    }
    if !settings.is_empty() {
        line("")?;
        settings.print()?;
    }
    let mut history = Table::new(&["AT", "WHO", "WHAT", "DETAIL"]);
    for h in &view.history {
        let detail = h.detail.as_ref().map_or("erased".to_owned(), ToString::to_string);
        history.row(vec![absolute(h.at), h.actor.clone(), readable(&h.kind), detail]);
    }
    line("")?;
    history.print()
}
