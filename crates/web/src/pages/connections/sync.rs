//! Sync and reconciliation: per connection the last success, how far behind it is, both counts, and what failed.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, Utc};
use docket_app::{Desk, Error, JobRow, Reconciliation, SyncRun, SyncState};
use docket_core::id::{ConnectionId, JobId};

use crate::doors::{Door, Fields, FormKey, Viewer};
use crate::error::{PageError, PageResult, again, html};
use crate::pages::{Frame, Section, page_after};
use crate::query::{Pairs, QueueQuery, place};
use crate::say;
use crate::show::{self, Freshness, Stamp};
use crate::texts::t;
use crate::urls;

/// Connections of one page, which shows up to a hundred jobs besides.
const PAGE: usize = 25;

/// The page.
#[derive(Debug, Template)]
#[template(path = "sync.html")]
pub struct SyncView {
    frame: Frame,
    key: FormKey,
    problem: Option<String>,
    /// What was just queued.
    said: Option<String>,
    fresh: usize,
    all: usize,
    rows: Vec<SyncRow>,
    next: Option<String>,
    dead: Vec<DeadRow>,
    most: bool,
    works: bool,
}

/// A connection.
#[derive(Debug)]
pub struct SyncRow {
    pub client: String,
    pub platform: String,
    pub url: String,
    pub freshness: Freshness,
    pub synced: Option<Stamp>,
    pub behind: Option<String>,
    pub open: i64,
    pub open_url: String,
    pub compared: Option<Compared>,
    pub failed: i64,
    pub dead: i64,
    /// Where a sync is queued; none while it is paused or for who may not.
    pub sync: Option<String>,
}

/// What a comparison with the platform came to.
#[derive(Debug)]
pub struct Compared {
    pub at: Stamp,
    /// Disputes looked at there.
    pub seen: u64,
    /// What was not here as it was there, and is now.
    pub differed: u64,
    /// What could not be read.
    pub failed: u64,
}

/// A job that gave up.
#[derive(Debug)]
pub struct DeadRow {
    pub kind: String,
    pub since: Stamp,
    pub attempts: i64,
    pub error: String,
    pub case: Option<String>,
    pub retry: Option<String>,
}

impl Compared {
    pub fn of(run: &SyncRun, now: DateTime<Utc>) -> Self {
        Self {
            at: Stamp::of(run.ended_at, now),
            seen: run.counts.seen,
            differed: run.counts.new + run.counts.changed,
            failed: run.counts.failed,
        }
    }
}

impl DeadRow {
    pub fn of(viewer: &Viewer, job: &JobRow, now: DateTime<Utc>) -> Self {
        Self {
            kind: show::title(&job.kind),
            since: Stamp::of(job.run_at, now),
            attempts: job.attempts,
            error: job.last_error.as_deref().map(say::kept).unwrap_or_default(),
            case: job.case.map(urls::case),
            retry: viewer.may(Door::RetryJob).then(|| urls::retry_job(job.id)),
        }
    }
}

impl SyncRow {
    pub fn of(viewer: &Viewer, state: &SyncState, now: DateTime<Utc>) -> Self {
        let connection = &state.connection;
        let health = &connection.health;
        let open = QueueQuery {
            connection: Some(connection.id),
            open: true,
            ..QueueQuery::default()
        };
        let works = viewer.may(Door::SyncNow) && health.paused_why.is_none();
        Self {
            client: connection.client_name.clone(),
            platform: connection.platform.title().to_owned(),
            url: urls::connection(connection.id),
            freshness: Freshness::of(connection, now),
            synced: health.synced_at.map(|at| Stamp::of(at, now)),
            behind: health.synced_at.map(|at| show::span(now - at)),
            open: state.open,
            open_url: urls::queue(&open),
            compared: state.compared.as_ref().map(|run| Compared::of(run, now)),
            failed: state.failed,
            dead: state.dead,
            sync: works.then(|| urls::sync_now(connection.id)),
        }
    }
}

impl SyncView {
    pub fn of(
        viewer: &Viewer,
        all: &Reconciliation,
        after: Option<ConnectionId>,
        now: DateTime<Utc>,
    ) -> Self {
        let (page, next) = page_after(&all.states, after.as_ref(), PAGE, |state| state.connection.id);
        let fresh = |state: &&SyncState| Freshness::of(&state.connection, now).is_fresh();
        Self {
            frame: Frame::of(viewer, t("nav-sync"), Section::Sync).dated(now),
            key: viewer.key.clone(),
            problem: None,
            said: None,
            fresh: all.states.iter().filter(fresh).count(),
            all: all.states.len(),
            rows: page.iter().map(|state| SyncRow::of(viewer, state, now)).collect(),
            next: next.map(urls::sync),
            dead: all.dead.iter().map(|job| DeadRow::of(viewer, job, now)).collect(),
            most: all.dead.len() >= 100,
            works: viewer.may(Door::SyncNow),
        }
    }

    pub fn saying(mut self, said: Option<String>) -> Self {
        self.said = said;
        self
    }

    pub fn with(mut self, problem: String) -> Self {
        self.problem = Some(problem);
        self
    }
}

pub async fn page(State(desk): State<Desk>, viewer: Viewer, Query(pairs): Query<Pairs>) -> PageResult {
    let all = desk.reconciliation(viewer.scope()).await?;
    let said = pairs
        .iter()
        .any(|(name, _)| name == "queued")
        .then(|| t("sync-queued").plain());
    html(&SyncView::of(&viewer, &all, place(&pairs, "after")?, desk.env.now()).saying(said))
}

async fn answer(
    desk: &Desk,
    viewer: &Viewer,
    done: Result<(), Error>,
    to: String,
) -> Result<Response, PageError> {
    match done {
        Ok(()) => Ok(Redirect::to(&to).into_response()),
        Err(Error::Store(error)) if !error.is_transient() => Err(Error::Store(error).into()),
        Err(Error::NotFound(_)) => Err(PageError::NotFound(t("nothing-at-address").plain())),
        Err(error) => {
            let all = desk.reconciliation(viewer.scope()).await?;
            let page = SyncView::of(viewer, &all, None, desk.env.now()).with(say::error(&error));
            again(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
    }
}

/// Queues a sync, or a comparison of all open cases.
pub async fn sync_now(
    State(desk): State<Desk>,
    viewer: Viewer,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, PageError> {
    let missing = |_| PageError::NotFound(t("conn-missing").plain());
    let id: ConnectionId = id.parse().map_err(missing)?;
    let compare = fields.get("what") == "compare";
    let done = desk.queue_sync(viewer.scope(), id, compare).await;
    let to = if fields.get("back") == "connection" {
        urls::connection_queued(id)
    } else {
        urls::sync_queued()
    };
    answer(&desk, &viewer, done, to).await
}

/// Starts a job that gave up again.
pub async fn retry(
    State(desk): State<Desk>,
    viewer: Viewer,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let missing = |_| PageError::NotFound(t("refuse-job").plain());
    let id: JobId = id.parse().map_err(missing)?;
    let done = desk.retry_job(viewer.scope(), id).await;
    answer(&desk, &viewer, done, urls::sync_queued()).await
}
