//! Others who are told of what happens to cases.

use axum::extract::State;
use axum::http::{StatusCode, Uri};
use docket_app::{Desk, NewHook};
use docket_core::id::{ClientId, EventId, HookId};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use super::cases::Pages;
use super::input::{Id, Json, Parameters};
use super::{Answer, Problem, json as answer, nothing, page};
use crate::doors::Agent;

/// Only doors of those who answer for the whole desk lead here.
pub async fn list(
    State(desk): State<Desk>,
    _: Agent,
    uri: Uri,
    Parameters(pages): Parameters<Pages>,
) -> Answer {
    let limit = page::limit(pages.limit)?;
    let after: Option<HookId> = page::place(pages.cursor.as_deref())?;
    let mut found = desk.hooks_after(after, limit + 1).await?;
    let more = page::more(&mut found, limit);
    let next = found.last().filter(|_| more).map(|one| page::cursor(&one.id));
    page::page(&uri, found.iter().map(|hook| json!(hook)).collect(), next)
}

/// Somebody who is to be told.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewHook)]
pub struct Wish {
    /// Where: https://…
    #[schema(pattern = "^https?://")]
    url: String,
    /// Whose cases; absent means every client's.
    #[schema(value_type = Option<String>, format = Uuid)]
    client: Option<ClientId>,
}

pub async fn add(State(desk): State<Desk>, agent: Agent, Json(wish): Json<Wish>) -> Answer {
    if let Some(client) = wish.client {
        let all = desk.clients(agent.scope()).await?;
        if all.iter().all(|c| c.id != client) {
            return Err(Problem::invalid(format!("client: there is no client {client}")));
        }
    }
    let new = NewHook {
        client: wish.client,
        url: wish.url,
        actor: agent.name().to_owned(),
    };
    let (hook, secret) = desk.add_hook(&new).await?;
    let mut value = json!(hook);
    // Shown this once.
    value["secret"] = json!(secret);
    answer(StatusCode::CREATED, &value)
}

pub async fn stop(State(desk): State<Desk>, _: Agent, Id(id): Id<HookId>) -> Answer {
    desk.stop_hook(id).await?;
    nothing()
}

pub async fn deliveries(
    State(desk): State<Desk>,
    agent: Agent,
    uri: Uri,
    Id(id): Id<HookId>,
    Parameters(pages): Parameters<Pages>,
) -> Answer {
    let limit = page::limit(pages.limit)?;
    let before: Option<EventId> = page::place(pages.cursor.as_deref())?;
    let mut found = desk.deliveries(agent.scope(), id, before, limit + 1).await?;
    let more = page::more(&mut found, limit);
    let next = found.last().filter(|_| more).map(|d| page::cursor(&d.id));
    page::page(&uri, found.iter().map(|d| json!(d)).collect(), next)
}

/// Has an event told again that was given up; the address knows it by its id.
pub async fn again(State(desk): State<Desk>, agent: Agent, Id(id): Id<EventId>) -> Answer {
    desk.deliver_again(agent.scope(), id).await?;
    answer(StatusCode::ACCEPTED, &json!({ "id": id, "state": "waiting" }))
}
