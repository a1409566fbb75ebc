//! The small things that are done with a case beside its answer: it is given to somebody, a note is written, a flag is taken
//! off, what was put aside is taken up.

use axum::extract::State;
use axum::http::HeaderMap;
use docket_app::{Desk, Error, fields};
use docket_core::attention::Attention;
use docket_core::case::Command;
use docket_core::id::CaseId;
use serde::Deserialize;
use utoipa::ToSchema;

use super::input::{Id, Json};
use super::{Answer, Problem, etag, nothing, ok};
use crate::doors::Agent;

/// Longest note, in characters.
const NOTE_LIMIT: usize = 5_000;

/// To whom a case is given.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Assignment {
    /// Name or mail address of somebody who works here; null takes the case from whoever has it.
    assignee: Option<String>,
}

pub async fn assign(
    State(desk): State<Desk>,
    agent: Agent,
    headers: HeaderMap,
    Id(id): Id<CaseId>,
    Json(wish): Json<Assignment>,
) -> Answer {
    etag::basis(&headers)?;
    let stored = desk.case(agent.scope(), id).await?;
    etag::same(&headers, &stored.case.version.to_string())?;
    let to = match &wish.assignee {
        None => None,
        Some(name) => Some(staff(&desk, name).await?),
    };
    let seen = stored.case.assignee.as_deref();
    let case = desk
        .assign(agent.scope(), id, (seen, to.as_deref()), agent.name())
        .await?;
    ok(&fields::Listed::of(&case))
}

/// The name of somebody who works here, by name or mail address.
pub async fn staff(desk: &Desk, text: &str) -> Result<String, Problem> {
    let nobody = || Problem::invalid(format!("assignee: nobody `{text}` works on cases here"));
    match desk.find_person(text).await {
        Ok(p) if p.disabled_at.is_none() && p.access.client().is_none() => Ok(p.name),
        Ok(_) | Err(Error::NotFound(_)) => Err(nobody()),
        Err(error) => Err(error.into()),
    }
}

/// A note.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Note {
    /// What it says.
    #[schema(min_length = 1, max_length = 5000)]
    text: String,
}

pub async fn note(
    State(desk): State<Desk>,
    agent: Agent,
    Id(id): Id<CaseId>,
    Json(note): Json<Note>,
) -> Answer {
    if note.text.trim().is_empty() || note.text.chars().count() > NOTE_LIMIT {
        return Err(Problem::invalid(format!(
            "text: a note has 1 to {NOTE_LIMIT} characters"
        )));
    }
    let wish = Command::Note(note.text);
    let case = desk.command(agent.scope(), id, wish, agent.name()).await?;
    ok(&fields::Listed::of(&case))
}

/// Takes a flag off once a person has looked. A flag that the case does not carry is answered 409.
pub async fn clear_flag(
    State(desk): State<Desk>,
    agent: Agent,
    Id((id, flag)): Id<(CaseId, String)>,
) -> Answer {
    let flag: Attention = flag
        .parse()
        .map_err(|_| Problem::not_found(format!("There is no flag `{flag}`.")))?;
    let wish = Command::ClearAttention(flag);
    let case = desk.command(agent.scope(), id, wish, agent.name()).await?;
    ok(&fields::Listed::of(&case))
}

/// Puts a case aside no longer: it stands in the queue again.
pub async fn wake(State(desk): State<Desk>, agent: Agent, Id(id): Id<CaseId>) -> Answer {
    desk.wake_case(agent.scope(), id, agent.name()).await?;
    nothing()
}
