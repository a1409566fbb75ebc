//! `docket incident`: missed deadlines.

use std::process::ExitCode;

use anyhow::Result;
use clap::Subcommand;
use docket_app::{ClientScope, Desk};
use docket_core::id::IncidentId;
use docket_core::incident::{Cause, Incident};
use docket_core::words::readable;

use crate::output::{self, JsonArray, Table, line};
use crate::text::absolute;

const PAGE: i64 = 500;

#[derive(Subcommand)]
pub enum Command {
    /// Missed deadlines, oldest first
    List {
        /// Name or id
        #[arg(long)]
        client: Option<String>,
        /// Every match as one JSON array
        #[arg(long)]
        json: bool,
    },
    /// Show one
    Show {
        incident: IncidentId,
        #[arg(long)]
        json: bool,
    },
    /// Say what it is put down to; the case's history keeps who, when and why
    SetCause {
        incident: IncidentId,
        /// agency, client, no_access, platform or unknown
        #[arg(long)]
        cause: Cause,
        /// Why
        #[arg(long, value_name = "TEXT")]
        note: String,
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
    },
}

pub async fn run(command: Command, desk: &Desk) -> Result<ExitCode> {
    match command {
        Command::List { client, json } => list(client.as_deref(), json, desk).await?,
        Command::Show { incident, json } => {
            let incident = desk.incident(ClientScope::Agency, incident).await?;
            if json {
                output::json(&incident)?;
            } else {
                show(&incident)?;
            }
        }
        Command::SetCause {
            incident,
            cause,
            note,
            by,
        } => {
            let by = super::actor(by);
            let decided = desk
                .set_cause(ClientScope::Agency, incident, (cause, &note), &by)
                .await?;
            line(format!(
                "{} is put down to: {}",
                decided.id,
                readable(decided.cause)
            ))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn show(i: &Incident) -> Result<()> {
    line(format!("incident {}", i.id))?;
    line(format!("  case       {}", i.case))?;
    line(format!("  deadline   {}", absolute(i.deadline)))?;
    line(format!("  noticed    {}", absolute(i.raised_at)))?;
    line(format!("  cause      {} ({})", readable(i.cause), decided(i)))?;
    line(format!("  why        {}", i.why))?;
    match i.responded_at {
        Some(at) => line(format!(
            "  answered   {} after all, by a later reading",
            absolute(at)
        )),
        None => line("  answered   no"),
    }
}

fn decided(i: &Incident) -> String {
    match (&i.decided_by, i.decided_at) {
        (Some(by), Some(at)) => format!("said by {by}, {}", absolute(at)),
        _ => "proposed; say it with docket incident set-cause".to_owned(),
    }
}

async fn list(client: Option<&str>, as_json: bool, desk: &Desk) -> Result<()> {
    let scope = super::scope(desk, client).await?;
    let mut array = if as_json { Some(JsonArray::begin()?) } else { None };
    let mut table = Table::new(&["INCIDENT", "CASE", "DEADLINE", "CAUSE", "BY", "WHY"]);
    let mut after = None;
    loop {
        let page = desk.incidents(scope, after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        for i in page {
            match &mut array {
                Some(array) => array.push(&i)?,
                None => table.row(vec![
                    i.id.to_string(),
                    i.case.to_string(),
                    absolute(i.deadline),
                    readable(i.cause),
                    i.decided_by.unwrap_or_else(|| "proposed".to_owned()),
                    i.why,
                ]),
            }
        }
    }
    match array {
        Some(array) => array.end(),
        None if table.is_empty() => {
            eprintln!("no deadline was missed");
            Ok(())
        }
        None => table.print(),
    }
}
