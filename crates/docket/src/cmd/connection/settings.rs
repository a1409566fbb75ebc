//! `docket connection settings`: the checklist, and what a person says about it.

use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use chrono::{DateTime, NaiveDate, Utc};
use docket_app::{ChecklistItem, ClientScope, Desk, NewSetting};
use docket_core::id::ConnectionId;

use crate::output::{self, Table, line};
use crate::text::absolute;

#[derive(clap::Args)]
pub struct Args {
    connection: ConnectionId,
    /// Record an answer: `ITEM=yes`, `ITEM=no` or `ITEM=unknown`; may be repeated
    #[arg(long, value_name = "ITEM=VALUE")]
    set: Vec<String>,
    /// From when on it holds, a day (2026-03-01) or an instant; else from now
    #[arg(long, value_name = "DAY")]
    since: Option<String>,
    /// How it was verified
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    /// Everything that was ever recorded, with who said so
    #[arg(long)]
    history: bool,
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
    #[arg(long)]
    json: bool,
}

pub async fn run(args: Args, desk: &Desk) -> Result<ExitCode> {
    let since = args.since.as_deref().map(instant).transpose()?;
    let actor = super::super::actor(args.by);
    for text in &args.set {
        let (item, value) = answer(text)?;
        let new = NewSetting {
            item,
            value,
            since,
            note: args.note.clone(),
            actor: actor.clone(),
        };
        desk.record_setting(ClientScope::Agency, args.connection, new)
            .await?;
    }
    if args.history {
        let history = desk
            .settings_history(ClientScope::Agency, args.connection)
            .await?;
        if args.json {
            output::json(&history)?;
            return Ok(ExitCode::SUCCESS);
        }
        let mut table = Table::new(&["ITEM", "VALUE", "SINCE", "SOURCE", "RECORDED", "BY", "NOTE"]);
        for s in history {
            let note = s.said().unwrap_or_default().to_string();
            table.row(vec![
                s.item,
                s.value,
                absolute(s.valid_from),
                s.source,
                absolute(s.recorded_at),
                s.recorded_by,
                note,
            ]);
        }
        table.print()?;
        return Ok(ExitCode::SUCCESS);
    }
    let items = desk.checklist(ClientScope::Agency, args.connection).await?;
    if args.json {
        output::json(&items)?;
    } else {
        show(&items, args.connection)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Prints the checklist, with how to answer what nobody has.
pub fn show(items: &[ChecklistItem], connection: ConnectionId) -> Result<()> {
    let mut open = 0;
    for item in items {
        let known = item.now.as_ref().filter(|s| s.value != "unknown");
        let mark = match known.map(|s| s.value.as_str()) {
            Some("yes") => "yes",
            Some(_) => "NO",
            None => "?",
        };
        line(format!("{mark:<4}{:<38} {}", item.item, item.says))?;
        match known {
            Some(s) => line(format!(
                "      since {}, {}",
                absolute(s.valid_from),
                if s.source == "platform" {
                    "read from the platform".to_owned()
                } else {
                    format!("said by {}", s.recorded_by)
                }
            ))?,
            None => {
                open += 1;
                if let Some(todo) = &item.todo {
                    line(format!("      → {todo}"))?;
                }
            }
        }
    }
    if open > 0 {
        line(format!(
            "{open} not known yet; record an answer with: docket connection settings {connection} --set ITEM=yes --since DAY"
        ))?;
    }
    Ok(())
}

fn answer(text: &str) -> Result<(String, Option<bool>)> {
    let Some((item, value)) = text.split_once('=') else {
        bail!("`{text}` is no answer; write ITEM=yes, ITEM=no or ITEM=unknown");
    };
    let value = match value {
        "yes" => Some(true),
        "no" => Some(false),
        "unknown" => None,
        other => bail!("`{other}` is no answer; write yes, no or unknown"),
    };
    Ok((item.to_owned(), value))
}

fn instant(text: &str) -> Result<DateTime<Utc>> {
    if let Ok(day) = text.parse::<NaiveDate>() {
        return Ok(day.and_time(chrono::NaiveTime::MIN).and_utc());
    }
    DateTime::parse_from_rfc3339(text)
        .map(|at| at.with_timezone(&Utc))
        .with_context(|| {
            format!("`{text}` is neither a day (2026-03-01) nor an instant (2026-03-01T12:00:00Z)")
        })
}
