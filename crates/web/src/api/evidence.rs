//! Evidence of a case.

use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use docket_app::{Desk, NewEvidence, fields};
use docket_core::evidence::EvidenceKind;
use docket_core::id::{CaseId, EvidenceId};
use docket_core::response::Tracking;
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use super::content::Parcel;
use super::input::{Id, Json};
use super::{Answer, Problem, json as answer, nothing, ok, page, words};
use crate::doors::Agent;
use crate::pages::case::as_file;

/// What a case needs, what is there, what is missing, what would harm.
pub async fn check(State(desk): State<Desk>, agent: Agent, Id(id): Id<CaseId>) -> Answer {
    let checklist = desk.evidence_checklist(agent.scope(), id).await?;
    let value = fields::checklist(&checklist).map_err(|error| {
        tracing::error!(%error, "a checklist could not be written");
        Problem::internal("The reason is in the log of this program.")
    })?;
    ok(&value)
}

pub async fn list(State(desk): State<Desk>, agent: Agent, uri: Uri, Id(id): Id<CaseId>) -> Answer {
    let pieces = desk.evidence(agent.scope(), id).await?;
    page::page(&uri, pieces.iter().map(|p| json!(p)).collect(), None)
}

/// A piece of evidence that somebody brings: a text, a parcel, a refund's id or a file, or several of them.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewEvidence)]
pub struct Piece {
    /// What it shows.
    #[schema(schema_with = words::evidence_kind)]
    kind: EvidenceKind,
    /// One line about it, for the list of exhibits.
    title: Option<String>,
    text: Option<String>,
    tracking: Option<Parcel>,
    /// Of a refund that was made, its id at the platform.
    refund_id: Option<String>,
    file: Option<Upload>,
    /// Who supplied it, such as the client or a carrier; the token's person if absent.
    supplied_by: Option<String>,
    /// Where it comes from, such as "e-mail of 24 November".
    place: Option<String>,
    /// Why it may show card or identity numbers; kept in the history.
    allow_sensitive: Option<String>,
}

/// A file: JPEG, PNG, GIF or PDF; as evidence also plain text in UTF-8.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Upload {
    name: String,
    /// Its content; 32 MB at most.
    base64: String,
}

impl Upload {
    /// Its name and content; `at` is where it stands in the body.
    pub fn read(self, at: &str) -> Result<(String, Bytes), Problem> {
        let content = STANDARD.decode(&self.base64);
        let content = content.map_err(|_| Problem::wrong(format!("{at}.base64: this is no base64")))?;
        Ok((self.name, content.into()))
    }
}

pub async fn add(
    State(desk): State<Desk>,
    agent: Agent,
    Id(id): Id<CaseId>,
    Json(piece): Json<Piece>,
) -> Answer {
    let file = piece.file.map(|upload| upload.read("file")).transpose()?;
    let new = NewEvidence {
        kind: piece.kind,
        title: piece.title,
        text: piece.text,
        tracking: piece.tracking.map(|p| Tracking {
            carrier: p.carrier,
            number: p.number,
            url: p.url,
        }),
        refund_id: piece.refund_id,
        file,
        supplied_by: piece.supplied_by,
        place: piece.place,
        allow_sensitive: piece.allow_sensitive,
        actor: agent.name().to_owned(),
    };
    let stored = desk.add_evidence(agent.scope(), id, new).await?;
    answer(StatusCode::CREATED, &stored)
}

/// Why something does not apply.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Why {
    /// Why it does not apply.
    #[schema(min_length = 1)]
    why: String,
}

pub async fn skip(
    State(desk): State<Desk>,
    agent: Agent,
    Id((id, kind)): Id<(CaseId, String)>,
    Json(wish): Json<Why>,
) -> Answer {
    if wish.why.trim().is_empty() {
        return Err(Problem::invalid("why: say why it does not apply"));
    }
    let what = (known(&kind)?, wish.why);
    desk.skip_evidence(agent.scope(), id, what, agent.name()).await?;
    nothing()
}

pub async fn unskip(State(desk): State<Desk>, agent: Agent, Id((id, kind)): Id<(CaseId, String)>) -> Answer {
    desk.unskip_evidence(agent.scope(), id, known(&kind)?, agent.name())
        .await?;
    nothing()
}

/// What a file of the client shows.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Shows {
    #[schema(schema_with = words::evidence_kind)]
    kind: EvidenceKind,
}

/// Somebody says what a file of the client shows: from then on it counts.
pub async fn confirm(
    State(desk): State<Desk>,
    agent: Agent,
    Id((id, piece)): Id<(CaseId, EvidenceId)>,
    Json(wish): Json<Shows>,
) -> Answer {
    desk.confirm_evidence(agent.scope(), id, (piece, wish.kind), agent.name())
        .await?;
    nothing()
}

/// Takes a piece of evidence back; the history keeps that it was there.
pub async fn withdraw(
    State(desk): State<Desk>,
    agent: Agent,
    Id((id, piece)): Id<(CaseId, EvidenceId)>,
) -> Answer {
    desk.withdraw_evidence(agent.scope(), id, piece, agent.name())
        .await?;
    nothing()
}

/// A file of the case, by the SHA-256 of its content.
pub async fn file(
    State(desk): State<Desk>,
    agent: Agent,
    Id((id, sha256)): Id<(CaseId, String)>,
) -> Result<Response, Problem> {
    let (file, content) = desk.case_file(agent.scope(), id, &sha256).await?;
    Ok(as_file((&file.name, &file.media_type), content))
}

/// Exactly what the newest draft would send, and what speaks against it.
pub async fn preview(State(desk): State<Desk>, agent: Agent, Id(id): Id<CaseId>) -> Answer {
    let view = desk.case_view(agent.scope(), id).await?;
    let preview = desk.preview(&view).await?;
    let missing = || Problem::not_found("There is no draft that can go on; save one first.");
    ok(&fields::preview(&preview.ok_or_else(missing)?))
}

/// What is recommended for a case, and why.
pub async fn advice(State(desk): State<Desk>, agent: Agent, Id(id): Id<CaseId>) -> Answer {
    let advice = desk.advise(agent.scope(), id).await?;
    ok(&advice)
}

fn known(kind: &str) -> Result<EvidenceKind, Problem> {
    kind.parse()
        .map_err(|_| Problem::not_found(format!("There is no kind of evidence `{kind}`.")))
}
