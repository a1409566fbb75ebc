//! The day at the desk: what is due when, the next case, the hand-over, views of the queue, who works here.

use axum::extract::State;
use axum::http::{StatusCode, Uri};
use chrono_tz::Tz;
use docket_app::{Desk, fields};
use docket_core::id::HandoverId;
use serde::Deserialize;
use serde_json::json;
use utoipa::{IntoParams, ToSchema};

use super::input::{Id, Json, Parameters};
use super::{Answer, Problem, json as answer, nothing, ok, page};
use crate::doors::Agent;
use crate::pages::queue::views::kept;
use crate::query::{Pairs, QueueQuery};

/// Where a day begins.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Zone {
    /// A time zone of the IANA database, whose midnight ends the last day; the person's own if absent.
    #[param(pattern = "^[A-Za-z0-9_+/-]{1,64}$")]
    zone: Option<String>,
}

/// Open cases that wait for us, by the hour of their deadline and by person.
pub async fn deadlines(State(desk): State<Desk>, agent: Agent, Parameters(wish): Parameters<Zone>) -> Answer {
    let zone: Tz = match &wish.zone {
        None => agent.person.locale.zone,
        Some(name) => {
            let unknown = |_| Problem::invalid(format!("zone: there is no time zone `{name}`"));
            name.parse().map_err(unknown)?
        }
    };
    let wall = desk.deadline_wall(agent.scope(), zone).await?;
    ok(&fields::deadlines(&wall))
}

/// The next case of the token's person: their own most urgent one, else one that is nobody's and now theirs. Null where nothing
/// waits.
pub async fn next(State(desk): State<Desk>, agent: Agent) -> Answer {
    let case = desk.take_next(agent.scope(), agent.name()).await?;
    ok(&json!({ "case": case }))
}

/// Whose list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Whose {
    /// Everybody's, and not only the person's own.
    all: Option<bool>,
}

/// What is handed over now.
pub async fn handover(State(desk): State<Desk>, agent: Agent, Parameters(wish): Parameters<Whose>) -> Answer {
    let whose = (!wish.all.unwrap_or(false)).then(|| agent.name());
    let list = desk.handover(agent.scope(), whose).await?;
    ok(&fields::handover(&list))
}

/// What is said to those who go on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignOff {
    #[schema(max_length = 2000)]
    note: Option<String>,
}

/// Signs off what the person hands over now.
pub async fn sign(State(desk): State<Desk>, agent: Agent, Json(wish): Json<SignOff>) -> Answer {
    let note = wish.note.unwrap_or_default();
    let id = desk.sign_handover(agent.scope(), agent.name(), &note).await?;
    let signed = desk.signed_handover(id).await?;
    answer(StatusCode::CREATED, &fields::signed_handover(&signed))
}

/// The newest lists that were signed off, all at once. Only doors of the agency's people lead here.
pub async fn signed_ones(State(desk): State<Desk>, _: Agent, uri: Uri) -> Answer {
    let all = desk.handovers().await?;
    page::page(&uri, all.iter().map(fields::signed_handover).collect(), None)
}

/// Only doors of the agency's people lead here.
pub async fn signed(State(desk): State<Desk>, _: Agent, Id(id): Id<HandoverId>) -> Answer {
    let signed = desk.signed_handover(id).await?;
    ok(&fields::signed_handover(&signed))
}

/// The views of the queue that the person keeps, all at once.
pub async fn views(State(desk): State<Desk>, agent: Agent, uri: Uri) -> Answer {
    let all = desk.saved_views(agent.person.id).await?;
    let view = |(name, query): (String, String)| json!({ "name": name, "query": query });
    page::page(&uri, all.into_iter().map(view).collect(), None)
}

/// A view of the queue.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewView)]
pub struct View {
    /// Its name; one of that name is replaced.
    #[schema(min_length = 1, max_length = 60)]
    name: String,
    /// The queue's parameters, as its address has them, such as `turn=ours&due=48h`.
    query: String,
}

pub async fn keep_view(State(desk): State<Desk>, agent: Agent, Json(view): Json<View>) -> Answer {
    let pairs: Pairs = url::form_urlencoded::parse(view.query.as_bytes())
        .into_owned()
        .collect();
    let query = QueueQuery::parse(&pairs)
        .map_err(|wrong| Problem::invalid(format!("query: {}", wrong.join("; "))))?;
    let text = kept(query);
    desk.save_view(agent.person.id, &view.name, &text).await?;
    answer(
        StatusCode::CREATED,
        &json!({ "name": view.name.trim(), "query": text }),
    )
}

/// The name of a view.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Named {
    /// Its name.
    name: String,
}

pub async fn drop_view(
    State(desk): State<Desk>,
    agent: Agent,
    Parameters(which): Parameters<Named>,
) -> Answer {
    desk.drop_view(agent.person.id, &which.name).await?;
    nothing()
}

/// Who can log in. Who comes in, and how far they reach, is changed on the pages only, by an admin in a session: a token that
/// was lost must not make people.
pub async fn people(State(desk): State<Desk>, _: Agent, uri: Uri) -> Answer {
    let all = desk.people().await?;
    page::page(&uri, all.iter().map(fields::person).collect(), None)
}
