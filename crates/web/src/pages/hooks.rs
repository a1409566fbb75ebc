//! Who outside is told of what happens to cases, and how telling each of them went.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, Utc};
use docket_app::{Client, Desk, Error, NewHook};
use docket_core::hook::{Delivery, DeliveryState, Hook};
use docket_core::id::{EventId, HookId};

use crate::doors::{Door, Fields, FormKey, Viewer};
use crate::error::{PageError, PageResult, again, html};
use crate::pages::{Choice, Frame, Section};
use crate::query::Pairs;
use crate::say;
use crate::show::{self, Stamp};
use crate::texts::t;
use crate::urls;

/// Rows of one page of the log.
const PAGE: i64 = 50;

/// The page.
#[derive(Debug, Template)]
#[template(path = "hooks.html")]
pub struct HooksView {
    frame: Frame,
    key: FormKey,
    problem: Option<String>,
    /// What signs the events of the hook that was just made: shown this once.
    secret: Option<String>,
    hooks: Vec<Row>,
    /// Whether this person adds and stops them.
    keeps: bool,
    clients: Vec<Choice>,
    /// The log of one of them.
    log: Option<Log>,
}

#[derive(Debug)]
struct Row {
    url: String,
    whose: String,
    by: String,
    since: Stamp,
    stopped: Option<Stamp>,
    /// Leads to its log.
    log: String,
    stop: String,
}

/// How telling one of them went, the newest first.
#[derive(Debug)]
struct Log {
    of: String,
    rows: Vec<Line>,
    next: Option<String>,
}

#[derive(Debug)]
struct Line {
    id: String,
    at: Stamp,
    case: String,
    state: String,
    class: &'static str,
    attempts: i64,
    tried: Option<Stamp>,
    /// What the receiver answered, or why it did not.
    said: String,
    /// Tries it again, where it was given up.
    again: Option<String>,
}

/// What the page shows.
#[derive(Debug, Clone, Copy)]
pub struct Told<'a> {
    pub hooks: &'a [Hook],
    pub clients: &'a [Client],
    /// One of them with its log.
    pub log: Option<(HookId, &'a [Delivery])>,
}

impl HooksView {
    pub fn of(viewer: &Viewer, told: Told<'_>, now: DateTime<Utc>) -> Self {
        let whose = |hook: &Hook| match hook.client {
            None => t("hooks-every").plain(),
            Some(id) => told
                .clients
                .iter()
                .find(|client| client.id == id)
                .map_or_else(|| id.to_string(), |client| client.name.clone()),
        };
        let row = |hook: &Hook| Row {
            url: hook.url.clone(),
            whose: whose(hook),
            by: hook.created_by.clone(),
            since: Stamp::of(hook.created_at, now),
            stopped: hook.stopped_at.map(|at| Stamp::of(at, now)),
            log: urls::hook_log(hook.id, None),
            stop: urls::stop_hook(hook.id),
        };
        let log = |(id, rows): (HookId, &[Delivery])| {
            let hook = told.hooks.iter().find(|hook| hook.id == id)?;
            let full = i64::try_from(rows.len()).unwrap_or(i64::MAX) >= PAGE;
            Some(Log {
                of: hook.url.clone(),
                next: rows
                    .last()
                    .filter(|_| full)
                    .map(|last| urls::hook_log(id, Some(last.id))),
                rows: rows.iter().map(|one| Line::of(one, hook, now)).collect(),
            })
        };
        let mut clients = vec![Choice::new("", t("hooks-every"), true)];
        clients.extend(
            told.clients
                .iter()
                .map(|c| Choice::new(c.id.to_string(), c.name.clone(), false)),
        );
        Self {
            frame: Frame::of(viewer, t("hooks-title"), Section::Connections).dated(now),
            key: viewer.key.clone(),
            problem: None,
            secret: None,
            hooks: told.hooks.iter().map(row).collect(),
            keeps: viewer.may(Door::AddHook),
            clients,
            log: told.log.and_then(log),
        }
    }

    pub fn with(mut self, problem: String) -> Self {
        self.problem = Some(problem);
        self
    }

    pub fn signed_by(mut self, secret: String) -> Self {
        self.secret = Some(secret);
        self
    }
}

impl Line {
    fn of(one: &Delivery, hook: &Hook, now: DateTime<Utc>) -> Self {
        let live = hook.stopped_at.is_none();
        let status = one.status.map(|status| format!("HTTP {status}"));
        let said: Vec<String> = status.into_iter().chain(one.error.clone()).collect();
        Self {
            id: one.id.to_string(),
            at: Stamp::of(one.created_at, now),
            case: urls::case(one.case),
            state: show::words(one.state),
            class: match one.state {
                DeliveryState::Waiting => "warn",
                DeliveryState::Delivered => "good",
                DeliveryState::GivenUp => "bad",
            },
            attempts: one.attempts,
            tried: one.tried_at.map(|at| Stamp::of(at, now)),
            said: said.join(": "),
            again: (live && one.state == DeliveryState::GivenUp).then(|| urls::deliver_again(one.id)),
        }
    }
}

async fn view(
    desk: &Desk,
    viewer: &Viewer,
    (chosen, before): (Option<HookId>, Option<EventId>),
) -> Result<HooksView, PageError> {
    let (hooks, clients) = (desk.hooks().await?, desk.clients(viewer.scope()).await?);
    let mut rows = Vec::new();
    if let Some(id) = chosen {
        rows = desk.deliveries(viewer.scope(), id, before, PAGE).await?;
    }
    let told = Told {
        hooks: &hooks,
        clients: &clients,
        log: chosen.map(|id| (id, &*rows)),
    };
    Ok(HooksView::of(viewer, told, desk.env.now()))
}

fn missing() -> PageError {
    PageError::NotFound(t("hooks-missing").plain())
}

pub async fn page(State(desk): State<Desk>, viewer: Viewer, Query(pairs): Query<Pairs>) -> PageResult {
    let find = |wanted: &str| pairs.iter().find(|(name, _)| name == wanted).map(|(_, v)| v);
    let chosen = find("hook").map(|v| v.parse()).transpose();
    let before = find("before").map(|v| v.parse()).transpose();
    let place = (chosen.map_err(|_| missing())?, before.map_err(|_| missing())?);
    html(&view(&desk, &viewer, place).await?)
}

async fn refused(desk: &Desk, viewer: &Viewer, why: Error) -> Result<Response, PageError> {
    match why {
        Error::NotFound(_) => Err(missing()),
        Error::Store(_) => Err(why.into()),
        why => {
            let page = view(desk, viewer, (None, None)).await?.with(say::error(&why));
            again(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
    }
}

/// Tells somebody from now on; the secret that signs is shown this once.
pub async fn add(State(desk): State<Desk>, viewer: Viewer, fields: Fields) -> Result<Response, PageError> {
    let client = match fields.get("client") {
        "" => None,
        id => {
            let all = desk.clients(viewer.scope()).await?;
            let known = all.iter().find(|client| client.id.to_string() == id);
            let none = || PageError::BadRequest(vec![t("refuse-client").plain()]);
            Some(known.ok_or_else(none)?.id)
        }
    };
    let new = NewHook {
        client,
        url: fields.get("url").trim().to_owned(),
        actor: viewer.name().to_owned(),
    };
    match desk.add_hook(&new).await {
        Ok((_, secret)) => {
            let page = view(&desk, &viewer, (None, None)).await?.signed_by(secret);
            again(StatusCode::OK, &page)
        }
        Err(why) => refused(&desk, &viewer, why).await,
    }
}

/// Tells somebody no more.
pub async fn stop(
    State(desk): State<Desk>,
    viewer: Viewer,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let id: HookId = id.parse().map_err(|_| missing())?;
    match desk.stop_hook(id).await {
        Ok(()) => Ok(Redirect::to(urls::HOOKS).into_response()),
        Err(why) => refused(&desk, &viewer, why).await,
    }
}

/// Tries an event again that was given up.
pub async fn retry(
    State(desk): State<Desk>,
    viewer: Viewer,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let id: EventId = id.parse().map_err(|_| missing())?;
    match desk.deliver_again(viewer.scope(), id).await {
        Ok(()) => Ok(Redirect::to(urls::HOOKS).into_response()),
        Err(why) => refused(&desk, &viewer, why).await,
    }
}
