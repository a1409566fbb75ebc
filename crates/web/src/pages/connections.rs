//! The connections: how fresh is what they show, and what is wrong with them.

pub mod one;
pub mod sync;

use askama::Template;
use axum::extract::{Query, State};
use chrono::{DateTime, Utc};
use docket_app::{Connection, Desk};
use docket_core::id::ConnectionId;
use docket_core::sentence::Sentence;
use serde_json::Value;

use crate::doors::{Door, Viewer};
use crate::error::{PageResult, html};
use crate::pages::{Frame, Section, page_after};
use crate::query::{Pairs, QueueQuery, place};
use crate::say::{self, say};
use crate::show::{Freshness, Stamp};
use crate::texts::t;
use crate::urls;

/// Rows of one page.
const PAGE: usize = 50;
/// Requests are counted up to here.
const MOST_REQUESTS: i64 = 100;

/// The page.
#[derive(Debug, Template)]
#[template(path = "connections.html")]
pub struct ConnectionsView {
    frame: Frame,
    fresh: usize,
    /// Connections on all pages together.
    all: usize,
    rows: Vec<Row>,
    /// Leads to the next page.
    next: Option<String>,
    /// Requests by webhook that wait for a person, such as a customer's for what is kept of them.
    requests: usize,
    /// Leads to who is told of events.
    hooks: Option<&'static str>,
}

#[derive(Debug)]
struct Row {
    id: String,
    client: String,
    platform: String,
    base_url: String,
    freshness: Freshness,
    /// What its own page has a button for, where it is not well.
    todo: Option<String>,
    synced: Option<Stamp>,
    swept: Option<Stamp>,
    /// None where it is paused.
    next_sync: Option<Stamp>,
    checked: Option<Stamp>,
    findings: Vec<Finding>,
    /// The settings checklist in a few words; none before the first check.
    settings: Option<String>,
    /// What a person must know of the platform though everything works.
    alarm: Option<String>,
    cases: String,
    url: String,
}

/// What a check of the account found wanting.
#[derive(Debug)]
struct Finding {
    word: String,
    says: String,
    todo: Option<String>,
}

impl Row {
    fn of(connection: &Connection, answers: &[Answer], now: DateTime<Utc>) -> Self {
        let stamp = |at| Stamp::of(at, now);
        let health = &connection.health;
        let freshness = Freshness::of(connection, now);
        let cases = QueueQuery {
            connection: Some(connection.id),
            open: true,
            ..QueueQuery::default()
        };
        Self {
            id: connection.id.to_string(),
            client: connection.client_name.clone(),
            platform: connection.platform.title().to_owned(),
            base_url: connection.base_url.clone(),
            todo: todo(&freshness),
            synced: health.synced_at.map(stamp),
            swept: health.swept_at.map(stamp),
            next_sync: health.paused_why.is_none().then(|| stamp(health.next_sync_at)),
            checked: health.checked_at.map(stamp),
            findings: health.findings.as_ref().map_or_else(Vec::new, findings),
            settings: health
                .findings
                .as_ref()
                .map(|found| settings(found, connection, answers)),
            alarm: health.alarm.as_deref().map(say::kept),
            cases: urls::queue(&cases),
            url: urls::connection(connection.id),
            freshness,
        }
    }
}

/// What puts it right.
fn todo(freshness: &Freshness) -> Option<String> {
    let id = match freshness {
        Freshness::Fresh => return None,
        Freshness::Stale | Freshness::Never => "conn-go-sync",
        Freshness::Paused(_) => "conn-go-resume",
        Freshness::Failing(_) => "conn-go-check",
    };
    Some(t(id).plain())
}

/// A connection, the answer to items of its checklist, and how many are answered so.
type Answer = (ConnectionId, String, i64);

fn is_setting(finding: &Value) -> bool {
    finding.get("topic").and_then(Value::as_str) == Some("setting")
}

/// How far the settings checklist is answered.
fn settings(found: &Value, connection: &Connection, answers: &[Answer]) -> String {
    let items = found.as_array().map(Vec::as_slice).unwrap_or_default();
    let all = i64::try_from(items.iter().filter(|f| is_setting(f)).count()).unwrap_or(i64::MAX);
    let of = |word: &str| {
        let mine = answers
            .iter()
            .find(|(id, value, _)| *id == connection.id && value == word);
        mine.map_or(0, |(_, _, count)| *count)
    };
    let (yes, no) = (of("yes"), of("no"));
    t("conn-answers")
        .with("yes", yes)
        .with("no", no)
        .with("unknown", (all - yes - no).max(0))
        .plain()
}

/// The findings about access that are not yes.
fn findings(value: &Value) -> Vec<Finding> {
    let text = |finding: &Value, name: &str| Sentence::found(finding.get(name)?).map(|said| say(&said));
    let items = value.as_array().map(Vec::as_slice).unwrap_or_default();
    items
        .iter()
        .filter(|finding| !is_setting(finding))
        .filter_map(|finding| {
            let word = match finding.get("ok").and_then(Value::as_bool) {
                Some(true) => return None,
                Some(false) => t("no").plain(),
                None => t("not-known").plain(),
            };
            Some(Finding {
                word,
                says: text(finding, "says")?,
                todo: text(finding, "todo"),
            })
        })
        .collect()
}

impl ConnectionsView {
    pub fn of(
        viewer: &Viewer,
        (connections, answers): (&[Connection], &[Answer]),
        requests: usize,
        after: Option<ConnectionId>,
        now: DateTime<Utc>,
    ) -> Self {
        let fresh = |c: &&Connection| Freshness::of(c, now).is_fresh();
        let (rows, next) = page_after(connections, after.as_ref(), PAGE, |c| c.id);
        Self {
            frame: Frame::of(viewer, t("nav-connections"), Section::Connections).dated(now),
            fresh: connections.iter().filter(fresh).count(),
            all: connections.len(),
            rows: rows.iter().map(|c| Row::of(c, answers, now)).collect(),
            next: next.map(urls::connections),
            requests,
            hooks: viewer.may(Door::Hooks).then_some(urls::HOOKS),
        }
    }
}

pub async fn page(State(desk): State<Desk>, viewer: Viewer, Query(pairs): Query<Pairs>) -> PageResult {
    let after: Option<ConnectionId> = place(&pairs, "after")?;
    let connections = desk.connections(viewer.scope()).await?;
    let answers = desk.settings_answers(viewer.scope()).await?;
    let requests = desk.open_webhooks(viewer.scope(), MOST_REQUESTS).await?.len();
    html(&ConnectionsView::of(
        &viewer,
        (&connections, &answers),
        requests,
        after,
        desk.env.now(),
    ))
}
