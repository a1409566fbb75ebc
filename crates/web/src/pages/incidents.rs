//! Missed deadlines, and what they are put down to.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, Utc};
use docket_app::{Client, Desk, Error};
use docket_core::id::IncidentId;
use docket_core::incident::{Cause, Incident};

use crate::doors::{Door, Fields, FormKey, Viewer};
use crate::error::{PageError, PageResult, again, html};
use crate::pages::{Choice, Frame, Section};
use crate::query::{Pairs, place};
use crate::say;
use crate::show::{self, Stamp};
use crate::texts::t;
use crate::urls;

/// Rows of one page.
const PAGE: i64 = 50;

/// The page.
#[derive(Debug, Template)]
#[template(path = "incidents.html")]
pub struct IncidentsView {
    frame: Frame,
    key: FormKey,
    problem: Option<String>,
    rows: Vec<Row>,
    next: Option<String>,
}

#[derive(Debug)]
struct Row {
    id: String,
    deadline: Stamp,
    noticed: Stamp,
    responded: Option<Stamp>,
    client: String,
    case: String,
    cause: String,
    why: String,
    decided: Option<(String, Stamp)>,
    /// Says what it is put down to, for who may: the address and the choices.
    set: Option<(String, Vec<Choice>)>,
}

impl IncidentsView {
    pub fn of(viewer: &Viewer, incidents: &[Incident], clients: &[Client], now: DateTime<Utc>) -> Self {
        let name = |id| {
            clients
                .iter()
                .find(|c| c.id == id)
                .map_or_else(String::new, |c| c.name.clone())
        };
        let stamp = |at| Stamp::of(at, now);
        let row = |i: &Incident| Row {
            id: i.id.to_string(),
            deadline: stamp(i.deadline),
            noticed: stamp(i.raised_at),
            responded: i.responded_at.map(stamp),
            client: name(i.client),
            case: urls::case(i.case),
            cause: show::title(i.cause),
            why: i.why.clone(),
            decided: i.decided_by.clone().zip(i.decided_at.map(stamp)),
            set: viewer.may(Door::IncidentCause).then(|| {
                let choice = |c: &Cause| Choice::new(c.to_string(), show::title(c), *c == i.cause);
                (
                    urls::incident_cause(i.id),
                    Cause::ALL.iter().map(choice).collect(),
                )
            }),
        };
        let full = i64::try_from(incidents.len()).unwrap_or(i64::MAX) >= PAGE;
        Self {
            frame: Frame::of(viewer, t("search-missed-deadlines"), Section::Incidents).dated(now),
            key: viewer.key.clone(),
            problem: None,
            rows: incidents.iter().map(row).collect(),
            next: incidents
                .last()
                .filter(|_| full)
                .map(|i| urls::incidents(Some(i.id))),
        }
    }

    pub fn with(mut self, problem: String) -> Self {
        self.problem = Some(problem);
        self
    }
}

async fn view(desk: &Desk, viewer: &Viewer, before: Option<IncidentId>) -> Result<IncidentsView, PageError> {
    let incidents = desk.latest_incidents(viewer.scope(), before, PAGE).await?;
    let clients = desk.clients(viewer.scope()).await?;
    Ok(IncidentsView::of(viewer, &incidents, &clients, desk.env.now()))
}

pub async fn page(State(desk): State<Desk>, viewer: Viewer, Query(pairs): Query<Pairs>) -> PageResult {
    let before: Option<IncidentId> = place(&pairs, "before")?;
    html(&view(&desk, &viewer, before).await?)
}

/// Somebody says what a miss is put down to, and why.
pub async fn set_cause(
    State(desk): State<Desk>,
    viewer: Viewer,
    Path(id): Path<String>,
    fields: Fields,
) -> Result<Response, PageError> {
    let missing = || PageError::NotFound(t("incidents-missing").plain());
    let id: IncidentId = id.parse().map_err(|_| missing())?;
    if let Err(Error::NotFound(_)) = desk.incident(viewer.scope(), id).await {
        return Err(missing());
    }
    let note = fields.get("note").trim();
    let done = match fields.get("cause").parse::<Cause>() {
        Ok(_) if note.is_empty() => Err(Error::Invalid(t("incidents-say-why").into())),
        Ok(cause) => {
            desk.set_cause(viewer.scope(), id, (cause, note), viewer.name())
                .await
        }
        Err(_) => Err(Error::Invalid(t("incidents-choose").into())),
    };
    match done {
        Ok(_) => Ok(Redirect::to(&urls::incidents(None)).into_response()),
        Err(Error::Store(error)) if !error.is_transient() => Err(Error::Store(error).into()),
        Err(error) => {
            let page = view(&desk, &viewer, None).await?.with(say::error(&error));
            again(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
    }
}
