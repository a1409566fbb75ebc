//! One connection: its health, its log, what its account permits, and how its platform is set up.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, Utc};
use docket_app::{ChecklistItem, ConnectionView, Desk, Error, NewSetting, Setting, SyncRun};
use docket_core::id::ConnectionId;

use super::Finding;
use super::sync::{DeadRow, SyncRow};
use crate::doors::{Door, Fields, FormKey, Viewer};
use crate::error::{PageError, PageResult, again, html};
use crate::pages::{Frame, Section};
use crate::query::Pairs;
use crate::say::{self, kept, say};
use crate::show::Stamp;
use crate::texts::t;
use crate::urls;

/// The page.
#[derive(Debug, Template)]
#[template(path = "connection.html")]
pub struct ConnectionPage {
    frame: Frame,
    key: FormKey,
    problem: Option<String>,
    said: Option<String>,
    id: String,
    base_url: String,
    since: Stamp,
    row: SyncRow,
    next: Option<Stamp>,
    alarm: Option<String>,
    checked: Option<Stamp>,
    findings: Vec<Finding>,
    items: Vec<Item>,
    runs: Vec<Run>,
    dead: Vec<DeadRow>,
    check: Option<String>,
    pause: Option<String>,
    paused: bool,
    record: Option<String>,
}

/// An item of the settings checklist.
#[derive(Debug)]
struct Item {
    key: String,
    says: String,
    todo: Option<String>,
    word: String,
    class: &'static str,
    /// Who said so, and since when it holds.
    by: Option<(String, Stamp)>,
    note: Option<String>,
}

#[derive(Debug)]
struct Run {
    kind: String,
    at: Stamp,
    counts: String,
    error: Option<String>,
}

/// How it was verified: what the platform told in the reader's language, what a person wrote as it is.
pub fn note(setting: &Setting) -> Option<String> {
    let said = setting.said()?;
    Some(match setting.source.as_str() {
        "platform" => say(&said),
        _ => said.to_string(),
    })
}

impl Item {
    fn of(item: &ChecklistItem, now: DateTime<Utc>) -> Self {
        let (word, class) = match item.now.as_ref().map(|s| s.value.as_str()) {
            Some("yes") => ("yes", "good"),
            Some("no") => ("no", "bad"),
            _ => ("not-known", "warn"),
        };
        let by = item.now.as_ref().map(|s| {
            let who = if s.source == "platform" {
                t("conn-the-platform").plain()
            } else {
                s.recorded_by.clone()
            };
            (who, Stamp::of(s.valid_from, now))
        });
        Self {
            key: item.item.clone(),
            says: say(&item.says),
            todo: item.todo.as_ref().map(say),
            word: t(word).plain(),
            class,
            by,
            note: item.now.as_ref().and_then(note),
        }
    }
}

impl Run {
    fn of(run: &SyncRun, now: DateTime<Utc>) -> Self {
        let n = run.counts;
        Self {
            kind: t(match run.kind.as_str() {
                "changes" => "conn-run-changes",
                "sweep" => "conn-run-sweep",
                _ => "conn-run-all",
            })
            .plain(),
            at: Stamp::of(run.ended_at, now),
            counts: t("conn-run-counts")
                .with("seen", n.seen)
                .with("new", n.new)
                .with("changed", n.changed)
                .with("unchanged", n.unchanged)
                .with("failed", n.failed)
                .plain(),
            error: run.error.as_deref().map(kept),
        }
    }
}

impl ConnectionPage {
    pub fn of(viewer: &Viewer, view: &ConnectionView, said: Option<String>, now: DateTime<Utc>) -> Self {
        let connection = &view.state.connection;
        let health = &connection.health;
        let id = connection.id;
        let title = format!("{}, {}", connection.client_name, connection.platform.title());
        Self {
            frame: Frame::of(viewer, title, Section::Connections).dated(now),
            key: viewer.key.clone(),
            problem: None,
            said,
            id: id.to_string(),
            base_url: connection.base_url.clone(),
            since: Stamp::of(connection.created_at, now),
            row: SyncRow::of(viewer, &view.state, now),
            next: health
                .paused_why
                .is_none()
                .then(|| Stamp::of(health.next_sync_at, now)),
            alarm: health.alarm.as_deref().map(kept),
            checked: health.checked_at.map(|at| Stamp::of(at, now)),
            findings: health.findings.as_ref().map_or_else(Vec::new, super::findings),
            items: view
                .checklist
                .iter()
                .flatten()
                .map(|item| Item::of(item, now))
                .collect(),
            runs: view.runs.iter().map(|run| Run::of(run, now)).collect(),
            dead: view
                .dead
                .iter()
                .map(|job| DeadRow::of(viewer, job, now))
                .collect(),
            check: viewer
                .may(Door::CheckConnection)
                .then(|| urls::check_connection(id)),
            pause: viewer
                .may(Door::PauseConnection)
                .then(|| urls::pause_connection(id)),
            paused: health.paused_why.is_some(),
            record: viewer.may(Door::RecordSetting).then(|| urls::record_setting(id)),
        }
    }

    pub fn with(mut self, problem: String) -> Self {
        self.problem = Some(problem);
        self
    }
}

fn id_of(Path(id): &Path<String>) -> Result<ConnectionId, PageError> {
    let missing = |_| PageError::NotFound(t("conn-missing").plain());
    id.parse().map_err(missing)
}

async fn view(
    desk: &Desk,
    viewer: &Viewer,
    id: ConnectionId,
    queued: bool,
) -> Result<ConnectionPage, PageError> {
    let found = desk.connection_view(viewer.scope(), id).await;
    let found = found.map_err(|error| match error {
        Error::NotFound(_) => PageError::NotFound(t("conn-missing").plain()),
        other => other.into(),
    })?;
    Ok(ConnectionPage::of(
        viewer,
        &found,
        queued.then(|| t("conn-queued").plain()),
        desk.env.now(),
    ))
}

pub async fn page(
    State(desk): State<Desk>,
    viewer: Viewer,
    id: Path<String>,
    Query(pairs): Query<Pairs>,
) -> PageResult {
    let queued = pairs.iter().any(|(name, _)| name == "queued");
    html(&view(&desk, &viewer, id_of(&id)?, queued).await?)
}

async fn answer(
    desk: &Desk,
    viewer: &Viewer,
    id: ConnectionId,
    done: Result<(), Error>,
) -> Result<Response, PageError> {
    match done {
        Ok(()) => Ok(Redirect::to(&urls::connection(id)).into_response()),
        Err(Error::Store(error)) if !error.is_transient() => Err(Error::Store(error).into()),
        Err(error) => {
            let page = view(desk, viewer, id, false).await?.with(say::error(&error));
            again(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
    }
}

/// Asks the platform what the account permits.
pub async fn check(
    State(desk): State<Desk>,
    viewer: Viewer,
    id: Path<String>,
) -> Result<Response, PageError> {
    let id = id_of(&id)?;
    // Whether it is there, for whoever asks, before the platform is asked.
    view(&desk, &viewer, id, false).await?;
    let done = desk.check_connection(id).await;
    answer(&desk, &viewer, id, done.map(|_| ())).await
}

/// Pauses it with a reason, or resumes it.
pub async fn pause(
    State(desk): State<Desk>,
    viewer: Viewer,
    id: Path<String>,
    fields: Fields,
) -> Result<Response, PageError> {
    let id = id_of(&id)?;
    view(&desk, &viewer, id, false).await?;
    let why = fields.get("why").trim();
    let done = match fields.get("say") {
        "resume" => desk.pause_connection(id, None, viewer.name()).await,
        _ if why.is_empty() => Err(Error::Invalid(t("conn-say-why").into())),
        _ => desk.pause_connection(id, Some(why), viewer.name()).await,
    };
    answer(&desk, &viewer, id, done).await
}

/// Somebody says how an item of the checklist is set.
pub async fn record(
    State(desk): State<Desk>,
    viewer: Viewer,
    id: Path<String>,
    fields: Fields,
) -> Result<Response, PageError> {
    let id = id_of(&id)?;
    view(&desk, &viewer, id, false).await?;
    let note = fields.get("note").trim();
    let new = NewSetting {
        item: fields.get("item").to_owned(),
        value: match fields.get("value") {
            "yes" => Some(true),
            "no" => Some(false),
            _ => None,
        },
        since: None,
        note: (!note.is_empty()).then(|| note.to_owned()),
        actor: viewer.name().to_owned(),
    };
    let done = desk.record_setting(viewer.scope(), id, new).await;
    answer(&desk, &viewer, id, done).await
}
