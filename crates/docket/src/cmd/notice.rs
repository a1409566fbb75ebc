//! `docket notice`: what people were told.

use std::process::ExitCode;

use anyhow::Result;
use clap::Subcommand;
use docket_app::{ClientScope, Desk};
use docket_core::id::NoticeId;

use crate::output::{JsonArray, Table, line};
use crate::text::absolute;

const PAGE: i64 = 500;

#[derive(Subcommand)]
pub enum Command {
    /// What nobody has seen yet, oldest first
    List {
        /// Name or id
        #[arg(long)]
        client: Option<String>,
        /// What was seen too
        #[arg(long)]
        all: bool,
        /// Every match as one JSON array
        #[arg(long)]
        json: bool,
    },
    /// You have seen it
    Seen {
        #[arg(required = true)]
        notices: Vec<NoticeId>,
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
    },
}

pub async fn run(command: Command, desk: &Desk) -> Result<ExitCode> {
    match command {
        Command::List { client, all, json } => list(client.as_deref(), all, json, desk).await?,
        Command::Seen { notices, by } => {
            let by = super::actor(by);
            for id in notices {
                desk.notice_seen(ClientScope::Agency, id, &by).await?;
                line(format!("{id} is seen"))?;
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn list(client: Option<&str>, all: bool, as_json: bool, desk: &Desk) -> Result<()> {
    let scope = super::scope(desk, client).await?;
    let mut array = if as_json { Some(JsonArray::begin()?) } else { None };
    let mut table = Table::new(&["NOTICE", "SINCE", "FOR", "WHAT", "SEEN"]);
    let mut after = None;
    loop {
        let page = desk.notices(scope, all, after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        for n in page {
            match &mut array {
                Some(array) => array.push(&n)?,
                None => table.row(vec![
                    n.id.to_string(),
                    absolute(n.raised_at),
                    docket_core::words::readable(n.audience),
                    n.text,
                    n.seen_by.unwrap_or_else(|| "-".to_owned()),
                ]),
            }
        }
    }
    match array {
        Some(array) => array.end(),
        None if table.is_empty() => {
            eprintln!("nothing new");
            Ok(())
        }
        None => table.print(),
    }
}
