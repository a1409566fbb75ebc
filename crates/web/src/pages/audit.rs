//! The audit log: who did what, when and from where.

use askama::Template;
use axum::extract::{Query, State};
use chrono::{DateTime, Utc};
use docket_app::{AuditRow, Desk};
use serde_json::Value;

use crate::doors::Viewer;
use crate::error::{PageResult, html};
use crate::pages::{Frame, Section};
use crate::query::{Pairs, place};
use crate::show::{self, Stamp};
use crate::texts::t;
use crate::urls;

/// Rows of one page.
const PAGE: i64 = 100;

/// The page.
#[derive(Debug, Template)]
#[template(path = "audit.html")]
pub struct AuditView {
    frame: Frame,
    rows: Vec<Row>,
    next: Option<String>,
}

#[derive(Debug)]
struct Row {
    number: i64,
    at: Stamp,
    who: String,
    what: String,
    on: Option<String>,
    from: Option<String>,
    erased: bool,
    outcome: (String, &'static str),
}

impl Row {
    fn of(row: &AuditRow, now: DateTime<Utc>) -> Self {
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
            who: row.actor.clone(),
            what: show::title(&row.kind),
            on: text("on"),
            from: text("from"),
            erased: row.detail.is_none(),
            outcome,
        }
    }
}

impl AuditView {
    pub fn of(viewer: &Viewer, rows: &[AuditRow], now: DateTime<Utc>) -> Self {
        let full = i64::try_from(rows.len()).unwrap_or(i64::MAX) >= PAGE;
        let last = rows.last().filter(|r| full && r.number > 1);
        Self {
            frame: Frame::of(viewer, t("nav-audit"), Section::Audit).dated(now),
            rows: rows.iter().map(|r| Row::of(r, now)).collect(),
            next: last.map(|r| urls::audit(Some(r.number))),
        }
    }
}

pub async fn page(State(desk): State<Desk>, viewer: Viewer, Query(pairs): Query<Pairs>) -> PageResult {
    let before: Option<i64> = place(&pairs, "before")?;
    let rows = desk.audit_rows(before, None, PAGE).await?;
    html(&AuditView::of(&viewer, &rows, desk.env.now()))
}
