//! Monthly packs: what was made, its files, and whether it goes.

use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;
use docket_app::Desk;
use docket_core::id::PackId;
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use super::cases::Pages;
use super::input::{Id, Json, Parameters};
use super::{Answer, Problem, ok, page, without};
use crate::doors::Agent;
use crate::pages::case::as_file;

/// The packs, the newest month first; to a client's own person those that were sent to it, and nothing of how they were decided.
pub async fn list(
    State(desk): State<Desk>,
    agent: Agent,
    uri: Uri,
    Parameters(pages): Parameters<Pages>,
) -> Answer {
    let limit = page::limit(pages.limit)?;
    let after: Option<PackId> = page::place(pages.cursor.as_deref())?;
    let mut found = if agent.is_staff() {
        desk.packs_after(agent.scope(), after, limit + 1).await?.1
    } else {
        desk.sent_packs_after(agent.scope(), after, limit + 1).await?
    };
    let more = page::more(&mut found, limit);
    let next = found.last().filter(|_| more).map(|one| page::cursor(&one.id));
    let told = |pack| {
        let mut value = json!(pack);
        if !agent.is_staff() {
            without(&mut value, &|name, _| {
                ["recipients", "decided_by", "decided_at", "note"].contains(&name)
            });
        }
        value
    };
    page::page(&uri, found.iter().map(told).collect(), next)
}

/// A file as it was made.
pub async fn file(
    State(desk): State<Desk>,
    agent: Agent,
    Id((id, name)): Id<(PackId, String)>,
) -> Result<Response, Problem> {
    let found = if agent.is_staff() {
        desk.pack_file(agent.scope(), id, &name).await
    } else {
        desk.sent_pack_file(agent.scope(), id, &name).await
    };
    let (pack, content) = found?;
    let file = pack.files.iter().find(|file| file.name == name);
    let kind = file.map_or("application/octet-stream", |file| file.media_type.as_str());
    Ok(as_file((&name, kind), content))
}

pub async fn approve(State(desk): State<Desk>, agent: Agent, Id(id): Id<PackId>) -> Answer {
    let pack = desk.decide_pack(agent.scope(), id, None, agent.name()).await?;
    ok(&pack)
}

/// Why a pack does not go.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PackRefusal)]
pub struct Refusal {
    #[schema(min_length = 1)]
    note: String,
}

pub async fn reject(
    State(desk): State<Desk>,
    agent: Agent,
    Id(id): Id<PackId>,
    Json(wish): Json<Refusal>,
) -> Answer {
    let note = wish.note.trim();
    if note.is_empty() {
        return Err(Problem::invalid("note: say why the pack does not go"));
    }
    let pack = desk
        .decide_pack(agent.scope(), id, Some(note), agent.name())
        .await?;
    ok(&pack)
}

pub async fn anew(State(desk): State<Desk>, agent: Agent, Id(id): Id<PackId>) -> Answer {
    let pack = desk.pack_anew(agent.scope(), id).await?;
    ok(&pack)
}
