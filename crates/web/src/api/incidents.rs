//! Missed deadlines, and what they are put down to.

use axum::extract::State;
use axum::http::Uri;
use docket_app::{Desk, fields};
use docket_core::id::{ClientId, IncidentId};
use docket_core::incident::Cause;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::cases::scope;
use super::input::{Id, Json, Parameters};
use super::{Answer, Problem, ok, page, words};
use crate::doors::Agent;

/// Which missed deadlines.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// Of one client.
    #[param(schema_with = words::id)]
    client: Option<ClientId>,
    /// Rows of a page.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// The newest first.
pub async fn list(
    State(desk): State<Desk>,
    agent: Agent,
    uri: Uri,
    Parameters(filter): Parameters<Filter>,
) -> Answer {
    let limit = page::limit(filter.limit)?;
    let before: Option<IncidentId> = page::place(filter.cursor.as_deref())?;
    let scope = scope(&desk, &agent, filter.client).await?;
    let mut found = desk.latest_incidents(scope, before, limit + 1).await?;
    let more = page::more(&mut found, limit);
    let next = found.last().filter(|_| more).map(|i| page::cursor(&i.id));
    page::page(&uri, found.iter().map(fields::incident).collect(), next)
}

/// What a miss is put down to.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CauseDecision)]
pub struct Decision {
    /// Whom or what.
    #[schema(schema_with = words::cause)]
    cause: Cause,
    /// Why.
    #[schema(min_length = 1)]
    note: String,
}

/// Somebody says what a miss is put down to, and why.
pub async fn set_cause(
    State(desk): State<Desk>,
    agent: Agent,
    Id(id): Id<IncidentId>,
    Json(wish): Json<Decision>,
) -> Answer {
    desk.incident(agent.scope(), id).await?;
    let note = wish.note.trim();
    if note.is_empty() {
        return Err(Problem::invalid("note: say why; the cause is counted"));
    }
    let decided = desk
        .set_cause(agent.scope(), id, (wish.cause, note), agent.name())
        .await?;
    ok(&fields::incident(&decided))
}
