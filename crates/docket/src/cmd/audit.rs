//! `docket audit`, and what commands leave in the audit log.

use std::future::Future;
use std::process::ExitCode;

use anyhow::Result;
use clap::{ArgMatches, Subcommand};
use docket_app::fields::audit as fields;
use docket_app::{AuditFilter, Desk, Origin};
use serde_json::Value;

use crate::output::{self, Table, line};
use crate::text::absolute;

#[derive(Subcommand)]
pub enum Command {
    /// List what was done, newest first
    List {
        /// Only this kind, such as log_in
        #[arg(long)]
        kind: Option<String>,
        /// Only what this person did
        #[arg(long, value_name = "NAME")]
        who: Option<String>,
        /// Only what stands before this line
        #[arg(long, value_name = "N")]
        before: Option<i64>,
        /// Lines at most
        #[arg(long, value_name = "N", default_value_t = 100)]
        limit: i64,
        #[arg(long)]
        json: bool,
    },
}

pub async fn run(command: &Command, desk: &Desk) -> Result<ExitCode> {
    let Command::List {
        kind,
        who,
        before,
        limit,
        json,
    } = command;
    let filter = AuditFilter {
        kind: kind.clone(),
        actor: who.clone(),
    };
    let rows = desk.audit_rows(*before, &filter, (*limit).max(1)).await?;
    if *json {
        output::json(&rows.iter().map(fields).collect::<Vec<_>>())?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut table = Table::new(&["LINE", "WHEN", "WHO", "WHAT", "ON", "FROM", "OUTCOME"]);
    for row in &rows {
        let text = |name: &str| {
            let value = row.detail.as_ref().and_then(|d| d.get(name));
            value.and_then(Value::as_str).unwrap_or("-").to_owned()
        };
        table.row(vec![
            row.number.to_string(),
            absolute(row.at),
            row.actor.clone(),
            row.kind.clone(),
            text("on"),
            text("from"),
            row.outcome.clone().unwrap_or_else(|| "not known".to_owned()),
        ]);
    }
    if table.is_empty() {
        line("nothing was written down yet")?;
    } else {
        table.print()?;
    }
    Ok(ExitCode::SUCCESS)
}

/// What a command leaves in the log.
pub struct Written {
    kind: String,
    on: Option<String>,
    by: Option<String>,
}

/// Commands that change nothing, or are no person's doing. Whatever is not here is written down.
const UNWRITTEN: &[&str] = &[
    "audit list",
    "case advise",
    "case buyer-files",
    "case list",
    "case show",
    "client list",
    "client show",
    "config check",
    "config defaults",
    "config matrix",
    "connection list",
    "demo",
    "doctor",
    "draft list",
    "draft show",
    "evidence check",
    "evidence kinds",
    "evidence list",
    "evidence packet",
    "fee list",
    "hook deliveries",
    "hook list",
    "import columns",
    "import unmatched",
    "incident list",
    "incident show",
    "info list",
    "info show",
    "info stats",
    "inspect",
    "job list",
    "migrate",
    "notice list",
    "openapi",
    "pack fetch",
    "pack list",
    "pack recompute",
    "pack show",
    "report factors",
    "report sla",
    "report win-rate",
    "respond list",
    "respond show",
    "rule hits",
    "rule list",
    "run",
    "sales list",
    "search",
    "simulate",
    "sla calendar list",
    "sla calendar show",
    "sla contract list",
    "sla contract show",
    "sla exclusion list",
    "token list",
    "user list",
    "web",
    "webhook list",
    "worker",
];

/// Arguments that say what a command is about.
const ABOUT: &[&str] = &["case", "person", "name", "client", "connection", "id", "dispute"];

/// What a command line leaves in the log, if anything.
pub fn written(matches: &ArgMatches) -> Option<Written> {
    let (mut path, mut inner) = (Vec::new(), matches);
    while let Some((name, next)) = inner.subcommand() {
        path.push(name);
        inner = next;
    }
    if path.is_empty() || UNWRITTEN.contains(&path.join(" ").as_str()) {
        return None;
    }
    let text = |name: &str| {
        let mut values = inner.try_get_raw(name).ok().flatten()?;
        values.next().and_then(|v| v.to_str()).map(str::to_owned)
    };
    Some(Written {
        kind: path.join("_").replace('-', "_"),
        on: ABOUT.iter().find_map(|name| text(name)),
        by: text("by"),
    })
}

/// Writes a command down, runs it, and writes down how it ended.
pub async fn down(
    desk: &Desk,
    written: Option<Written>,
    command: impl Future<Output = Result<ExitCode>>,
) -> Result<ExitCode> {
    let Some(written) = written else {
        return command.await;
    };
    let who = Origin {
        person: None,
        name: super::actor(written.by),
        from: "command line".to_owned(),
    };
    let number = desk
        .audit_begin(&who, &written.kind, written.on.as_deref())
        .await?;
    let result = command.await;
    let outcome = if result.is_ok() { "ended" } else { "refused" };
    desk.audit_end(number, outcome).await?;
    result
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    fn leaves(command: &clap::Command, path: &str, into: &mut Vec<String>) {
        let mut inner = command.get_subcommands().peekable();
        if inner.peek().is_none() {
            into.push(path.to_owned());
        }
        for next in inner {
            let path = format!("{path} {}", next.get_name());
            leaves(next, path.trim(), into);
        }
    }

    /// A new command is in this list, or in the other one: nobody forgets to decide.
    #[test]
    fn whatever_changes_something_is_written_down() {
        let mut all = Vec::new();
        leaves(&crate::Cli::command(), "", &mut all);
        let gone: Vec<&&str> = UNWRITTEN
            .iter()
            .filter(|name| !all.iter().any(|leaf| leaf == **name))
            .collect();
        assert_eq!(gone, [&""; 0], "no commands");
        let written: Vec<&str> = all
            .iter()
            .map(String::as_str)
            .filter(|leaf| !UNWRITTEN.contains(leaf))
            .collect();
        let expected = [
            "rotate-key",
            "user add",
            "user locale",
            "user reset",
            "user role",
            "user disable",
            "user enable",
            "token add",
            "token revoke",
            "hook add",
            "hook stop",
            "hook retry",
            "client add",
            "client safety-net",
            "client limit",
            "connection add",
            "connection authorize",
            "connection credentials",
            "connection webhooks",
            "connection enroll",
            "connection settings",
            "connection check",
            "connection pause",
            "connection resume",
            "sync",
            "case assign",
            "case note",
            "case clear",
            "evidence add",
            "evidence confirm",
            "evidence withdraw",
            "evidence skip",
            "evidence goods",
            "import orders",
            "import shipments",
            "import messages",
            "import returns",
            "import refunds",
            "import policies",
            "import join",
            "import unjoin",
            "respond cancel",
            "draft save",
            "draft review",
            "draft approve",
            "draft return",
            "draft send",
            "draft discard",
            "rule add auto-accept-below",
            "rule add never-contest",
            "rule try",
            "rule activate",
            "rule retire",
            "info ask",
            "info link",
            "info answer",
            "info receive",
            "info withdraw",
            "notice seen",
            "incident set-cause",
            "sla calendar add",
            "sla contract add",
            "sla exclusion add",
            "sla exclusion propose",
            "sla exclusion approve",
            "sla exclusion reject",
            "webhook done",
            "job retry",
            "fee set",
            "sales set",
            "rate import",
            "pack subscribe",
            "pack unsubscribe",
            "pack make",
            "pack approve",
            "pack reject",
            "pack settle",
        ];
        assert_eq!(written, expected);
    }
}
