//! `docket case`.

mod advise;
mod buyer_files;
mod show;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::Subcommand;
use docket_app::fields::Listed;
use docket_app::{CaseFilter, ClientScope, Desk, StoredCase};
use docket_core::attention::Attention;
use docket_core::case::{Case, Command as Wish};
use docket_core::id::ConnectionId;
use docket_core::words::{DeadlineSource, Platform, Turn, WorkState, readable};

use crate::output::{JsonArray, Table, line};
use crate::text::{absolute, instant, relative};

const PAGE: i64 = 500;

#[derive(Subcommand)]
pub enum Command {
    /// List cases, the next action first
    List(Filter),
    /// Show one case: facts, rounds, deadline, what the platform allows now, responses, factors, history
    Show {
        /// Our id or the platform's
        case: String,
        #[arg(long)]
        json: bool,
    },
    /// Contest, settle or accept: what the figures say, with reasons, interval and what would change it
    Advise {
        /// Our id or the platform's
        case: String,
        #[arg(long)]
        json: bool,
    },
    /// The buyer's files at the platform; with --out they are fetched
    BuyerFiles {
        /// Our id or the platform's
        case: String,
        /// A folder to put them into
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
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
    /// With our own work at this state: new, triage, drafting, waiting_on_client, in_review, ready_to_send, sending,
    /// sent_unconfirmed, held, awaiting_decision or closed
    #[arg(long)]
    state: Option<WorkState>,
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
            work_state: self.state,
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

pub async fn run(command: Command, desk: &Desk) -> Result<ExitCode> {
    match command {
        Command::List(filter) => return list(&filter, desk).await,
        Command::Show { case, json } => {
            let id = desk.find_case(ClientScope::Agency, &case).await?;
            let view = desk.case_view(ClientScope::Agency, id).await?;
            let record = desk.case_record(&view).await?;
            // What cannot be advised on is shown all the same.
            let advice = desk.advise(ClientScope::Agency, id).await;
            let advice = advice.map_err(|error| error.to_string());
            if json {
                show::json((&view, &record), &advice)?
            } else {
                show::text((&view, &record), &advice, desk)?
            }
        }
        Command::Advise { case, json } => {
            let id = desk.find_case(ClientScope::Agency, &case).await?;
            let advice = desk.advise(ClientScope::Agency, id).await?;
            if json {
                crate::output::json(&advice)?;
            } else {
                advise::text(&advice)?;
            }
        }
        Command::BuyerFiles { case, out, json } => {
            return buyer_files::run(&case, out.as_deref(), json, desk).await;
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
