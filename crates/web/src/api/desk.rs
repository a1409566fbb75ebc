//! Clients, connections, orders that wait.

use axum::extract::State;
use axum::http::{StatusCode, Uri};
use docket_app::{ClientScope, Desk, Why, fields};
use docket_core::id::{ClientId, ConnectionId};
use serde::Deserialize;
use serde_json::json;
use utoipa::{IntoParams, ToSchema};

use super::cases::{Pages, scope};
use super::input::{Id, Json, Parameters};
use super::{Answer, Problem, json as answer, named, ok, page, words};
use crate::doors::Agent;

pub async fn clients(
    State(desk): State<Desk>,
    agent: Agent,
    uri: Uri,
    Parameters(pages): Parameters<Pages>,
) -> Answer {
    let limit = page::limit(pages.limit)?;
    let after: Option<ClientId> = page::place(pages.cursor.as_deref())?;
    let mut found = desk.clients_after(agent.scope(), after, limit + 1).await?;
    let more = page::more(&mut found, limit);
    let next = found.last().filter(|_| more).map(|one| page::cursor(&one.id));
    page::page(&uri, found.iter().map(fields::client).collect(), next)
}

/// Which connections.
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

pub async fn connections(
    State(desk): State<Desk>,
    agent: Agent,
    uri: Uri,
    Parameters(filter): Parameters<Filter>,
) -> Answer {
    let limit = page::limit(filter.limit)?;
    let after: Option<ConnectionId> = page::place(filter.cursor.as_deref())?;
    let scope = scope(&desk, &agent, filter.client).await?;
    let mut found = desk.connections_after(scope, after, limit + 1).await?;
    let more = page::more(&mut found, limit);
    let next = found.last().filter(|_| more).map(|one| page::cursor(&one.id));
    page::page(&uri, found.iter().map(fields::connection).collect(), next)
}

/// What is read of a connection.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Reading {
    /// Hold every open case against the platform; else only what changed there is read.
    compare: Option<bool>,
}

/// Queues a sync. Asked for twice before a worker came by, it is done once.
pub async fn sync(
    State(desk): State<Desk>,
    agent: Agent,
    Id(id): Id<ConnectionId>,
    Json(wish): Json<Reading>,
) -> Answer {
    let compare = wish.compare.unwrap_or(false);
    desk.queue_sync(agent.scope(), id, compare).await?;
    let connection = desk.known_connection(agent.scope(), id).await?;
    answer(StatusCode::ACCEPTED, &fields::connection(&connection))
}

/// Orders of a client that belong to no case yet; those of which several fit one case stand on the first page.
pub async fn unmatched(
    State(desk): State<Desk>,
    agent: Agent,
    uri: Uri,
    Id(client): Id<ClientId>,
    Parameters(pages): Parameters<Pages>,
) -> Answer {
    known(&desk, &agent, client).await?;
    let limit = page::limit(pages.limit)?;
    let after: String = page::place(pages.cursor.as_deref())?.unwrap_or_default();
    let found = desk.unmatched(client, &after, limit).await?;
    let full = i64::try_from(found.len()).unwrap_or(limit) >= limit;
    let last = found.iter().rev().find(|one| one.why == Why::NoCase);
    let next = last.filter(|_| full).map(|one| page::cursor(&one.order));
    page::page(&uri, found.iter().map(fields::unmatched).collect(), next)
}

/// A client that an address names.
async fn known(desk: &Desk, agent: &Agent, client: ClientId) -> Result<(), Problem> {
    let all = desk.clients(agent.scope()).await?;
    if all.iter().any(|c| c.id == client) {
        Ok(())
    } else {
        Err(Problem::not_found(format!("There is no client {client}.")))
    }
}

/// Whether an order belongs to a case.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Join {
    /// As the client's files have it.
    order: String,
    /// Our id of the case, or the platform's of its dispute.
    case: String,
    /// False where it does not belong to it.
    joined: bool,
}

/// Somebody says where an order belongs: that comes before what fits by references.
pub async fn join(
    State(desk): State<Desk>,
    agent: Agent,
    Id(client): Id<ClientId>,
    Json(wish): Json<Join>,
) -> Answer {
    known(&desk, &agent, client).await?;
    let found = desk.find_case(ClientScope::One(client), wish.case.trim()).await;
    let case = found.map_err(|error| named("case", error))?;
    let order = wish.order.trim();
    let gone = desk
        .join_order(client, order, case, wish.joined, agent.name())
        .await;
    let gone = gone.map_err(|error| named("order", error))?;
    ok(&json!({ "case": case, "order": order, "joined": wish.joined, "no_longer": gone }))
}
