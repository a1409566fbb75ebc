//! One connection: its health, its settings checklist and its log; the account's check, and the pause.

use axum::extract::State;
use axum::http::{StatusCode, Uri};
use docket_app::{Desk, NewSetting, fields};
use docket_core::id::{ConnectionId, JobId};
use serde::Deserialize;
use utoipa::ToSchema;

use super::input::{Id, Instant, Json};
use super::{Answer, Problem, json as answer, ok, page};
use crate::doors::Agent;

pub async fn one(State(desk): State<Desk>, agent: Agent, Id(id): Id<ConnectionId>) -> Answer {
    shown(&desk, &agent, id).await
}

async fn shown(desk: &Desk, agent: &Agent, id: ConnectionId) -> Answer {
    let view = desk.connection_view(agent.scope(), id).await?;
    ok(&fields::connection_view(&view))
}

/// Asks the platform what the account permits.
pub async fn check(State(desk): State<Desk>, agent: Agent, Id(id): Id<ConnectionId>) -> Answer {
    // Whether it is there for whoever asks, before the platform is asked.
    desk.known_connection(agent.scope(), id).await?;
    desk.check_connection(id).await?;
    shown(&desk, &agent, id).await
}

/// Why a connection rests.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Pause {
    /// Why; it stands beside the connection.
    #[schema(min_length = 1)]
    why: String,
}

pub async fn pause(
    State(desk): State<Desk>,
    agent: Agent,
    Id(id): Id<ConnectionId>,
    Json(wish): Json<Pause>,
) -> Answer {
    let why = wish.why.trim();
    if why.is_empty() {
        return Err(Problem::invalid("why: say why the connection is paused"));
    }
    desk.known_connection(agent.scope(), id).await?;
    desk.pause_connection(id, Some(why), agent.name()).await?;
    shown(&desk, &agent, id).await
}

pub async fn resume(State(desk): State<Desk>, agent: Agent, Id(id): Id<ConnectionId>) -> Answer {
    desk.known_connection(agent.scope(), id).await?;
    desk.pause_connection(id, None, agent.name()).await?;
    shown(&desk, &agent, id).await
}

/// How an item of the settings checklist is set at the platform.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewSetting)]
pub struct Said {
    /// The item's key, as the connection's `checklist` has it.
    item: String,
    /// Absent: not known any more.
    value: Option<bool>,
    /// From when on; absent means from now.
    #[schema(value_type = Option<String>, format = DateTime)]
    since: Option<Instant>,
    /// How it was verified.
    note: Option<String>,
}

pub async fn record(
    State(desk): State<Desk>,
    agent: Agent,
    Id(id): Id<ConnectionId>,
    Json(said): Json<Said>,
) -> Answer {
    let new = NewSetting {
        item: said.item,
        value: said.value,
        since: said.since.map(|at| at.0),
        note: said.note.filter(|note| !note.trim().is_empty()),
        actor: agent.name().to_owned(),
    };
    desk.record_setting(agent.scope(), id, new).await?;
    shown(&desk, &agent, id).await
}

/// Jobs that gave up, the oldest first; at most a hundred, all at once.
pub async fn jobs(State(desk): State<Desk>, agent: Agent, uri: Uri) -> Answer {
    let all = desk.reconciliation(agent.scope()).await?;
    page::page(&uri, all.dead.iter().map(fields::job).collect(), None)
}

/// Starts a job that gave up again.
pub async fn retry(State(desk): State<Desk>, agent: Agent, Id(id): Id<JobId>) -> Answer {
    desk.retry_job(agent.scope(), id).await?;
    answer(
        StatusCode::ACCEPTED,
        &serde_json::json!({ "id": id, "state": "pending" }),
    )
}
