//! `docket hook`: others are told of what happens to cases.

use std::process::ExitCode;

use anyhow::Result;
use clap::Subcommand;
use docket_app::{ClientScope, Desk, NewHook};
use docket_core::id::{EventId, HookId};

use crate::output::{self, JsonArray, Table, line};
use crate::text::absolute;

const PAGE: i64 = 500;

#[derive(Subcommand)]
pub enum Command {
    /// Tell an address of what happens to cases; prints the secret that signs, this once
    Add {
        /// Where: https://…
        url: String,
        /// Name or id; every client's cases if absent
        #[arg(long)]
        client: Option<String>,
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
    },
    /// List who is or was told
    List {
        #[arg(long)]
        json: bool,
    },
    /// Tell an address no more
    Stop {
        /// As `hook list` shows it
        id: HookId,
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
    },
    /// How telling it went, the newest first
    Deliveries {
        /// As `hook list` shows it
        id: HookId,
        /// Lines at most
        #[arg(long, value_name = "N", default_value_t = 100)]
        limit: i64,
        #[arg(long)]
        json: bool,
    },
    /// Try an event again that was given up
    Retry {
        /// As `hook deliveries` shows it
        id: EventId,
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
    },
}

pub async fn run(command: Command, desk: &Desk) -> Result<ExitCode> {
    match command {
        Command::Add { url, client, by } => {
            let client = match client {
                Some(text) => Some(desk.find_client(&text).await?.id),
                None => None,
            };
            let new = NewHook {
                client,
                url,
                actor: super::actor(by),
            };
            let (hook, secret) = desk.add_hook(&new).await?;
            line(secret)?;
            eprintln!(
                "hook {}; the secret is shown only now: it signs every event (Standard Webhooks)",
                hook.id
            );
        }
        Command::List { json } => list(desk, json).await?,
        Command::Stop { id, by: _ } => {
            desk.stop_hook(id).await?;
            line("nobody is told there any more")?;
        }
        Command::Deliveries { id, limit, json } => deliveries(desk, id, (limit.max(1), json)).await?,
        Command::Retry { id, by: _ } => {
            desk.deliver_again(ClientScope::Agency, id).await?;
            line("it is tried again")?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn list(desk: &Desk, json: bool) -> Result<()> {
    let hooks = desk.hooks().await?;
    if json {
        return output::json(&hooks);
    }
    let clients = desk.clients(ClientScope::Agency).await?;
    let mut table = Table::new(&["ID", "CASES OF", "ADDRESS", "SINCE", "STATE"]);
    for hook in hooks {
        let of = match hook.client {
            None => "every client".to_owned(),
            Some(id) => clients
                .iter()
                .find(|c| c.id == id)
                .map_or_else(|| id.to_string(), |c| c.name.clone()),
        };
        let state = hook
            .stopped_at
            .map_or_else(|| "told".to_owned(), |at| format!("stopped {}", absolute(at)));
        table.row(vec![
            hook.id.to_string(),
            of,
            hook.url,
            absolute(hook.created_at),
            state,
        ]);
    }
    if table.is_empty() {
        eprintln!("nobody is told; docket hook add URL tells somebody");
        return Ok(());
    }
    table.print()
}

async fn deliveries(desk: &Desk, hook: HookId, (limit, json): (i64, bool)) -> Result<()> {
    let mut array = if json { Some(JsonArray::begin()?) } else { None };
    let mut table = Table::new(&["EVENT", "CASE", "SINCE", "STATE", "TRIES", "ANSWER"]);
    let (mut before, mut left) = (None, limit);
    while left > 0 {
        let page = desk
            .deliveries(ClientScope::Agency, hook, before, left.min(PAGE))
            .await?;
        let Some(last) = page.last() else { break };
        before = Some(last.id);
        left -= i64::try_from(page.len()).unwrap_or(left);
        for d in page {
            match &mut array {
                Some(array) => array.push(&d)?,
                None => table.row(vec![
                    d.id.to_string(),
                    d.case.to_string(),
                    absolute(d.created_at),
                    d.state.to_string().replace('_', " "),
                    d.attempts.to_string(),
                    d.error
                        .or(d.status.map(|s| s.to_string()))
                        .unwrap_or_else(|| "-".to_owned()),
                ]),
            }
        }
    }
    match array {
        Some(array) => array.end(),
        None if table.is_empty() => {
            eprintln!("nothing was told yet");
            Ok(())
        }
        None => table.print(),
    }
}
