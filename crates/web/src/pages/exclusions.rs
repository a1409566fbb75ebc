//! The register of exclusions: time that does not count, told by one person or by the log of syncs, decided by another.

mod form;

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, Utc};
use docket_app::{Client, Desk, Error};
use docket_core::four_eyes::same_person;
use docket_core::id::{ClientId, ExclusionId};
use docket_core::sla::{Exclusion, ExclusionState};
use docket_core::words::Platform;

use self::form::New;
pub use self::form::Typed;
use crate::doors::{Door, Fields, FormKey, Viewer};
use crate::error::{PageError, PageResult, again, html};
use crate::pages::{Choice, Frame, Section, client_choices, clients};
use crate::query::{ExclusionsQuery, Pairs};
use crate::show::{self, Stamp, minute};
use crate::texts::t;
use crate::{say, urls};

/// Events of one page.
const PAGE: i64 = 50;
/// Clients of an event that its row names.
const NAMED: usize = 6;

/// The page.
#[derive(Debug, Template)]
#[template(path = "exclusions.html")]
pub struct ExclusionsView {
    frame: Frame,
    key: FormKey,
    problem: Option<String>,
    clients: Vec<Choice>,
    state: Option<ExclusionState>,
    /// Each state as a link: its name, the address, whether it is the one shown.
    states: Vec<(String, String, bool)>,
    rows: Vec<Row>,
    next: Option<String>,
    /// The form, for who may propose.
    new: Option<New>,
}

/// An event.
#[derive(Debug)]
struct Row {
    /// What it is called where only its name is heard.
    name: String,
    from: String,
    to: String,
    cause: String,
    platforms: String,
    clients: String,
    evidence: String,
    from_log: bool,
    state: (String, &'static str),
    told: (String, Stamp),
    decided: Option<(String, Stamp)>,
    note: Option<String>,
    approve: Option<String>,
    reject: Option<String>,
    /// What rejecting it is called: of one that counts, taking it back.
    rejecting: String,
}

impl Row {
    /// Rows of the register that are one event.
    fn of(viewer: &Viewer, rows: &[Exclusion], clients: &[Client], now: DateTime<Utc>) -> Option<Self> {
        let one = rows.first()?;
        let from = rows.iter().map(|row| row.span.from).min()?;
        let to = rows.iter().map(|row| row.span.to).max()?;
        let platforms: BTreeSet<&str> = rows
            .iter()
            .flat_map(|row| &row.platforms)
            .map(|p| p.title())
            .collect();
        let hit: BTreeSet<ClientId> = rows.iter().map(|row| row.client).collect();
        let names = clients.iter().filter(|client| hit.contains(&client.id));
        let named: Vec<&str> = names.take(NAMED).map(|client| client.name.as_str()).collect();
        let more = hit.len().saturating_sub(named.len());
        // What each connection showed is another text for each client.
        let shown: BTreeSet<&str> = rows.iter().map(|row| row.evidence.as_str()).collect();
        let may = |door: Door, to: ExclusionState, url: String| {
            let free = one.refuses_decision(to, viewer.name()).is_none();
            (free && viewer.may(door)).then_some(url)
        };
        let (from, to) = (minute(from), minute(to));
        let cause = show::title(one.cause);
        Some(Self {
            name: format!("{cause}, {from}"),
            from,
            to,
            cause,
            platforms: match platforms.is_empty() {
                true => t("client-all-platforms").plain(),
                false => platforms.into_iter().collect::<Vec<_>>().join(", "),
            },
            clients: match more {
                0 => named.join(", "),
                n => t("exclusions-and-more")
                    .with("names", named.join(", "))
                    .with("n", n)
                    .plain(),
            },
            evidence: shown.into_iter().collect::<Vec<_>>().join("; "),
            from_log: one.from_log,
            state: (
                show::words(one.state),
                match one.state {
                    ExclusionState::Approved => "good",
                    ExclusionState::Proposed => "warn",
                    ExclusionState::Rejected => "calm",
                },
            ),
            told: (show::actor(&one.proposed_by), Stamp::of(one.proposed_at, now)),
            decided: one
                .decided_by
                .as_ref()
                .zip(one.decided_at)
                .map(|(by, at)| (show::actor(by), Stamp::of(at, now))),
            note: one.note.clone(),
            approve: may(
                Door::ApproveExclusion,
                ExclusionState::Approved,
                urls::approve_exclusion(one.id),
            ),
            reject: may(
                Door::RejectExclusion,
                ExclusionState::Rejected,
                urls::reject_exclusion(one.id),
            ),
            rejecting: t(match one.state {
                ExclusionState::Approved => "exclusions-take-back",
                ExclusionState::Proposed | ExclusionState::Rejected => "packs-reject",
            })
            .plain(),
        })
    }
}

/// What the page shows.
#[derive(Debug)]
pub struct Register<'a> {
    pub rows: &'a [Exclusion],
    pub query: &'a ExclusionsQuery,
    pub clients: &'a [Client],
    pub platforms: &'a [Platform],
}

impl ExclusionsView {
    pub fn of(viewer: &Viewer, register: &Register<'_>, typed: &Typed, now: DateTime<Utc>) -> Self {
        let query = register.query;
        let chosen = query.client.as_deref();
        let chosen = chosen.and_then(|id| register.clients.iter().find(|c| c.id.to_string() == id));
        let state = |(state, name): (Option<ExclusionState>, String)| {
            let view = ExclusionsQuery {
                state,
                before: None,
                ..query.clone()
            };
            (name, urls::exclusions(&view), state == query.state)
        };
        let every = (None, t("exclusions-every").plain());
        let states = ExclusionState::ALL
            .iter()
            .map(|one| (Some(*one), show::title(one)));
        let rows: Vec<Row> = register
            .rows
            .chunk_by(|one, next| one.id == next.id)
            .filter_map(|rows| Row::of(viewer, rows, register.clients, now))
            .collect();
        let full = i64::try_from(rows.len()).unwrap_or(i64::MAX) >= PAGE;
        let next = register.rows.last().filter(|_| full).map(|last| ExclusionsQuery {
            before: Some(last.id),
            ..query.clone()
        });
        let proposes = viewer.may(Door::ProposeExclusion) && !register.clients.is_empty();
        Self {
            frame: Frame::of(viewer, t("exclusions-title"), Section::Exclusions).dated(now),
            key: viewer.key.clone(),
            problem: None,
            clients: client_choices(viewer, register.clients, chosen),
            state: query.state,
            states: std::iter::once(every).chain(states).map(state).collect(),
            rows,
            next: next.as_ref().map(urls::exclusions),
            new: proposes.then(|| typed.form(register.clients, register.platforms)),
        }
    }

    pub fn with(mut self, problem: String) -> Self {
        self.problem = Some(problem);
        self
    }
}

async fn view(
    desk: &Desk,
    viewer: &Viewer,
    mut query: ExclusionsQuery,
    typed: &Typed,
) -> Result<ExclusionsView, PageError> {
    let (all, client) = clients(desk, viewer, query.client.as_deref()).await?;
    let client = client.map(|client| client.id);
    query.client = client.map(|id| id.to_string());
    let rows = desk
        .exclusion_events(viewer.scope(), (client, query.state), query.before, PAGE)
        .await?;
    let platforms: Vec<Platform> = desk.connectors.platforms().collect();
    let register = Register {
        rows: &rows,
        query: &query,
        clients: &all,
        platforms: &platforms,
    };
    Ok(ExclusionsView::of(viewer, &register, typed, desk.env.now()))
}

pub async fn page(State(desk): State<Desk>, viewer: Viewer, Query(pairs): Query<Pairs>) -> PageResult {
    let query = ExclusionsQuery::parse(&pairs).map_err(PageError::BadRequest)?;
    html(&view(&desk, &viewer, query, &Typed::default()).await?)
}

/// The register again, or with what was typed and why it was not taken.
async fn answer<T>(
    desk: &Desk,
    viewer: &Viewer,
    typed: &Typed,
    done: Result<T, Error>,
) -> Result<Response, PageError> {
    match done {
        Ok(_) => Ok(Redirect::to(urls::EXCLUSIONS).into_response()),
        Err(error) if error.is_ours() => Err(error.into()),
        Err(error) => {
            let page = view(desk, viewer, ExclusionsQuery::default(), typed).await?;
            again(StatusCode::UNPROCESSABLE_ENTITY, &page.with(say::error(&error)))
        }
    }
}

/// Tells of an exclusion; it counts once another person approved it.
pub async fn propose(
    State(desk): State<Desk>,
    viewer: Viewer,
    fields: Fields,
) -> Result<Response, PageError> {
    let typed = Typed::of(&fields);
    let all = desk.clients(viewer.scope()).await?;
    let done = match typed.wish(&all, desk.env.now(), viewer.name()) {
        Ok(new) => desk.add_exclusion(new).await,
        Err(error) => Err(error),
    };
    answer(&desk, &viewer, &typed, done).await
}

async fn decide(
    desk: &Desk,
    viewer: &Viewer,
    id: &str,
    (state, note): (ExclusionState, Option<&str>),
) -> Result<Response, PageError> {
    let missing = || PageError::NotFound(t("exclusions-missing").plain());
    let id: ExclusionId = id.parse().map_err(|_| missing())?;
    let refuse = |why: &str| Err(Error::Invalid(t(why).into()));
    let found = desk.sla_exclusions(viewer.scope()).await?;
    let found = found.into_iter().find(|one| one.id == id).ok_or_else(missing)?;
    let own = same_person(viewer.name(), &found.proposed_by);
    let done = match found.refuses_decision(state, viewer.name()) {
        Some(_) if own && found.state != ExclusionState::Rejected => refuse("exclusions-own"),
        Some(_) => refuse("exclusions-decided-already"),
        None if state == ExclusionState::Rejected && note.is_none() => refuse("exclusions-say-why"),
        None => desk.decide_exclusion(id, (state, note), viewer.name()).await,
    };
    answer(desk, viewer, &Typed::default(), done).await
}

/// Another person lets it count, for every client that it hit.
pub async fn approve(
    State(desk): State<Desk>,
    viewer: Viewer,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    decide(&desk, &viewer, &id, (ExclusionState::Approved, None)).await
}

/// Another person does not let it count, and says why.
pub async fn reject(
    State(desk): State<Desk>,
    viewer: Viewer,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, PageError> {
    let note = Some(fields.get("note").trim()).filter(|note| !note.is_empty());
    decide(&desk, &viewer, &id, (ExclusionState::Rejected, note)).await
}
