//! `docket job`: the background jobs.

use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::Subcommand;
use docket_app::{ClientScope, Desk};
use docket_core::id::JobId;
use docket_queue::admin::{self, State};
use docket_store::UnitOfWork;
use serde_json::json;

use crate::output::{self, Table};
use crate::text::absolute;

const PAGE: i64 = 500;

#[derive(Subcommand)]
pub enum Command {
    /// Jobs that wait, run or gave up
    List {
        /// Only those that gave up
        #[arg(long)]
        dead: bool,
        #[arg(long)]
        json: bool,
    },
    /// Start a job again that gave up
    Retry { job: JobId },
}

pub async fn run(command: Command, desk: &Desk) -> Result<ExitCode> {
    match command {
        Command::List { dead, json } => list(dead, json, desk).await,
        Command::Retry { job } => {
            let mut unit = UnitOfWork::begin(&desk.db).await?;
            let found = admin::retry_dead(unit.tx(), &desk.env, ClientScope::Agency, job).await?;
            unit.commit().await?;
            if !found {
                bail!("no job {job} gave up; see `docket job list --dead`");
            }
            output::line(format!("{job} is pending again"))?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

async fn list(dead: bool, as_json: bool, desk: &Desk) -> Result<ExitCode> {
    let states: &[State] = if dead {
        &[State::Dead]
    } else {
        &[State::Running, State::Pending, State::Dead]
    };
    let mut rows = Vec::new();
    for state in states {
        let mut after = None;
        loop {
            let page = admin::list(&desk.db, ClientScope::Agency, *state, after, PAGE).await?;
            let Some(last) = page.last() else { break };
            after = Some(last.position());
            rows.extend(page);
        }
    }
    if as_json {
        let rows: Vec<_> = rows
            .iter()
            .map(|j| {
                json!({ "id": j.id, "kind": j.kind, "key": j.key, "state": word(j.state), "client": j.client, "case": j.case,
                    "run_at": j.run_at, "attempts": j.attempts, "last_error": j.last_error, "created_at": j.created_at })
            })
            .collect();
        output::json(&rows)?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut table = Table::new(&["JOB", "KIND", "STATE", "RUN AT", "ATTEMPTS", "LAST ERROR"]);
    for j in &rows {
        table.row(vec![
            j.id.to_string(),
            j.kind.clone(),
            word(j.state).to_owned(),
            absolute(j.run_at),
            j.attempts.to_string(),
            j.last_error.clone().unwrap_or_default(),
        ]);
    }
    if table.is_empty() {
        eprintln!("{}", if dead { "no job gave up" } else { "no jobs" });
    } else {
        table.print()?;
    }
    Ok(ExitCode::SUCCESS)
}

const fn word(state: State) -> &'static str {
    match state {
        State::Pending => "pending",
        State::Running => "running",
        State::Dead => "dead",
    }
}
