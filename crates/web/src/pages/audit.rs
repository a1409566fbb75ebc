//! The audit log: who did what, when and from where.

use askama::Template;
use axum::extract::{Query, State};
use chrono::{DateTime, Utc};
use docket_app::{AuditFilter, AuditRow, Desk};
use serde_json::Value;

use crate::doors::Viewer;
use crate::error::{PageResult, html};
use crate::pages::{Frame, Section};
use crate::query::{Pairs, place};
use crate::show::{self, Stamp};
use crate::texts::{find, t};
use crate::urls;

/// Rows of one page.
const PAGE: i64 = 100;

/// The page.
#[derive(Debug, Template)]
#[template(path = "audit.html")]
pub struct AuditView {
    frame: Frame,
    /// What the rows are narrowed to, each with the way back.
    chips: Vec<(String, String)>,
    rows: Vec<Row>,
    next: Option<String>,
}

#[derive(Debug)]
struct Row {
    number: i64,
    at: Stamp,
    who: (String, String),
    what: (String, String),
    on: Option<String>,
    from: Option<String>,
    erased: bool,
    outcome: (String, &'static str),
}

impl Row {
    fn of(row: &AuditRow, filter: &AuditFilter, now: DateTime<Utc>) -> Self {
        let by_actor = AuditFilter {
            actor: Some(row.actor.clone()),
            ..filter.clone()
        };
        let by_kind = AuditFilter {
            kind: Some(row.kind.clone()),
            ..filter.clone()
        };
        let text = |name: &str| {
            let value = row.detail.as_ref()?.get(name)?;
            value
                .as_str()
                .map(str::to_owned)
                .or_else(|| (*value != Value::Null).then(|| value.to_string()))
        };
        let outcome = match row.outcome.as_deref() {
            None => (t("not-known").plain(), "warn"),
            Some("done") => (t("audit-done").plain(), "good"),
            Some("failed") => (t("audit-failed").plain(), "bad"),
            Some(word) => (show::words(word), "warn"),
        };
        Self {
            number: row.number,
            at: Stamp::of(row.at, now),
            who: (show::actor(&row.actor), urls::audit(&by_actor, None)),
            what: (what(&row.kind), urls::audit(&by_kind, None)),
            on: text("on"),
            from: text("from").map(|from| match from.as_str() {
                "command line" => t("audit-command-line").plain(),
                _ => from,
            }),
            erased: row.detail.is_none(),
            outcome,
        }
    }
}

/// What was done: a door by what it is for, with a program's beside the person's; what is no door is a command.
fn what(kind: &str) -> String {
    let door = |name: &str| find(&format!("door-{name}"));
    let by_program = || {
        let what = door(kind.strip_prefix("api_")?)?;
        Some(t("door-by-program").with("what", what).plain())
    };
    let command = || t("audit-command").with("command", kind.replace('_', " "));
    door(kind)
        .or_else(by_program)
        .unwrap_or_else(|| command().plain())
}

impl AuditView {
    pub fn of(viewer: &Viewer, rows: &[AuditRow], filter: &AuditFilter, now: DateTime<Utc>) -> Self {
        let full = i64::try_from(rows.len()).unwrap_or(i64::MAX) >= PAGE;
        let last = rows.last().filter(|r| full && r.number > 1);
        Self {
            frame: Frame::of(viewer, t("nav-audit"), Section::Audit).dated(now),
            chips: chips(filter),
            rows: rows.iter().map(|r| Row::of(r, filter, now)).collect(),
            next: last.map(|r| urls::audit(filter, Some(r.number))),
        }
    }
}

fn chips(filter: &AuditFilter) -> Vec<(String, String)> {
    let without_kind = AuditFilter {
        kind: None,
        ..filter.clone()
    };
    let without_actor = AuditFilter {
        actor: None,
        ..filter.clone()
    };
    let kind = filter
        .kind
        .as_ref()
        .map(|kind| (what(kind), urls::audit(&without_kind, None)));
    let actor = filter
        .actor
        .clone()
        .map(|actor| (show::actor(&actor), urls::audit(&without_actor, None)));
    kind.into_iter().chain(actor).collect()
}

pub async fn page(State(desk): State<Desk>, viewer: Viewer, Query(pairs): Query<Pairs>) -> PageResult {
    let before: Option<i64> = place(&pairs, "before")?;
    let wanted = |name: &str| {
        let found = pairs
            .iter()
            .find(|(n, value)| n == name && !value.trim().is_empty());
        found.map(|(_, value)| value.trim().to_owned())
    };
    let filter = AuditFilter {
        kind: wanted("kind"),
        actor: wanted("who"),
    };
    let rows = desk.audit_rows(before, &filter, PAGE).await?;
    html(&AuditView::of(&viewer, &rows, &filter, desk.env.now()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doors::{Door, Method};

    #[test]
    fn whatever_a_door_changes_has_words_in_the_audit_log() {
        let changes = |door: &&Door| !matches!(door.entry().method, Method::Get | Method::Any);
        for door in Door::ALL.iter().filter(changes) {
            let said = what(&door.name());
            assert!(!said.starts_with("Command"), "no text door-{}", door.name());
        }
        assert_eq!(what("api_send_draft"), "Send a draft, by a program");
        assert_eq!(what("client_add"), "Command: client add");
    }
}
