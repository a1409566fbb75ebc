//! `docket webhook`: what platforms sent that waits for a person.

use std::process::ExitCode;

use anyhow::Result;
use clap::Subcommand;
use docket_app::Desk;
use docket_core::id::ConnectionId;
use serde_json::json;

use crate::output::{self, Table, line};
use crate::text::absolute;

/// More than anybody acts on in a day.
const SHOWN: i64 = 500;

#[derive(Subcommand)]
pub enum Command {
    /// Privacy requests and others that wait for a person, oldest first
    List {
        /// Name or id
        #[arg(long)]
        client: Option<String>,
        #[arg(long)]
        json: bool,
    },
    /// Note that a person acted on one
    Done {
        connection: ConnectionId,
        /// The event's id, as `docket webhook list` shows it
        event: String,
    },
}

pub async fn run(command: Command, desk: &Desk) -> Result<ExitCode> {
    match command {
        Command::List { client, json } => {
            let scope = super::scope(desk, client.as_deref()).await?;
            let open = desk.open_webhooks(scope, SHOWN).await?;
            if json {
                let rows: Vec<_> = open
                    .iter()
                    .map(|w| json!({ "connection": w.connection(), "event": w.event, "topic": w.topic, "received_at": w.received_at }))
                    .collect();
                output::json(&rows)?;
            } else if open.is_empty() {
                eprintln!("nothing waits for a person");
            } else {
                let mut table = Table::new(&["CONNECTION", "EVENT", "TOPIC", "RECEIVED"]);
                for w in &open {
                    let row = [
                        w.connection().to_string(),
                        w.event.clone(),
                        w.topic.clone(),
                        absolute(w.received_at),
                    ];
                    table.row(row.into());
                }
                table.print()?;
            }
        }
        Command::Done { connection, event } => {
            desk.close_webhook(connection, &event).await?;
            line(format!("{event} is done"))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
