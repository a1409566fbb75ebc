//! Drafts: written, checked by a second person, sent.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::Response;
use docket_app::{CaseDraft, Desk, DraftConflict, Looked, Prepared, SaveDraft, Saved, fields};
use docket_core::draft::Draft;
use docket_core::id::{CaseId, DraftId};
use serde::Deserialize;
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::cases::scope;
use super::content::Content;
use super::etag::Basis;
use super::input::{Id, Json, Parameters};
use super::{Answer, Problem, etag, json as answer, nothing, page, words};
use crate::doors::Agent;

/// Which drafts.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// Of one client.
    #[param(schema_with = words::id)]
    client: Option<docket_core::id::ClientId>,
    /// Rows of a page.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// What is being written or waits for a second person, oldest first.
pub async fn list(
    State(desk): State<Desk>,
    agent: Agent,
    uri: Uri,
    Parameters(filter): Parameters<Filter>,
) -> Answer {
    let limit = page::limit(filter.limit)?;
    let after: Option<DraftId> = page::place(filter.cursor.as_deref())?;
    let scope = scope(&desk, &agent, filter.client).await?;
    let mut found = desk.open_drafts(scope, after, limit + 1).await?;
    let more = page::more(&mut found, limit);
    let next = found.last().filter(|_| more).map(|d| page::cursor(&d.id));
    let ids: Vec<CaseId> = found.iter().map(|draft| draft.case).collect();
    let cases = desk.cases_by_id(scope, &ids).await?;
    let row = |draft: &Draft| Some(fields::draft_row(draft, &cases.get(&draft.case)?.case));
    let items = found.iter().filter_map(row).collect();
    page::page(&uri, items, next)
}

/// What an edit is held against: the draft, its version, and where it stands.
fn version(draft: &CaseDraft) -> String {
    format!("{}-{}-{}", draft.draft.id, draft.draft.version, draft.state)
}

async fn whole(desk: &Desk, agent: &Agent, draft: &CaseDraft) -> Result<Value, Problem> {
    let versions = desk.draft_versions(agent.scope(), draft.draft.id).await?;
    let mut value = fields::draft(draft);
    value["versions"] = fields::versions(&versions);
    Ok(value)
}

async fn shown(desk: &Desk, agent: &Agent, draft: &CaseDraft) -> Answer {
    let value = whole(desk, agent, draft).await?;
    etag::tagged(&HeaderMap::new(), &version(draft), &value)
}

pub async fn show(
    State(desk): State<Desk>,
    agent: Agent,
    headers: HeaderMap,
    Id(case): Id<CaseId>,
) -> Answer {
    let draft = desk.draft(agent.scope(), case).await?;
    let value = whole(&desk, &agent, &draft).await?;
    etag::tagged(&headers, &version(&draft), &value)
}

/// The version of the current draft that an edit started from.
///
/// # Errors
/// When the edit does not say, or started from another draft.
fn started_from(headers: &HeaderMap, draft: Option<&CaseDraft>) -> Result<i64, Problem> {
    let basis = etag::basis(headers)?;
    let Some(draft) = draft.filter(|d| d.current) else {
        // What is over is no basis, and none is needed.
        return match basis {
            Basis::Nothing | Basis::Any => Ok(0),
            Basis::Versions(known) => {
                let over = draft.map(version);
                let same = over.is_some_and(|v| known.contains(&v));
                if same { Ok(0) } else { Err(etag::stale()) }
            }
        };
    };
    let (id, newest) = (draft.draft.id.to_string(), draft.draft.version);
    match basis {
        Basis::Any => Ok(newest),
        Basis::Nothing => Ok(0),
        Basis::Versions(known) => {
            let own = known.iter().filter_map(|v| v.strip_prefix(id.as_str()));
            let number = |rest: &str| rest.strip_prefix('-')?.split('-').next()?.parse().ok();
            let newest = own.filter_map(number).filter(|n| (1..=newest).contains(n)).max();
            newest.ok_or_else(etag::stale)
        }
    }
}

pub async fn save(
    State(desk): State<Desk>,
    agent: Agent,
    headers: HeaderMap,
    Id(case): Id<CaseId>,
    Json(content): Json<Content>,
) -> Answer {
    etag::basis(&headers)?;
    let present = desk.newest_draft(agent.scope(), case).await?;
    let based_on = started_from(&headers, present.as_ref())?;
    let wish = SaveDraft {
        case,
        edition: content.edition(&desk, &agent, case, present.as_ref()).await?,
        based_on: Some(based_on),
        actor: agent.name().to_owned(),
    };
    match desk.save_draft(agent.scope(), &wish).await? {
        Saved::Kept(draft) => shown(&desk, &agent, &draft).await,
        Saved::Conflict(conflict) => Err(apart(&conflict)),
    }
}

fn apart(conflict: &DraftConflict) -> Problem {
    let how = if conflict.merge.merged.is_some() {
        "The changes fit together: `conflict.merged` is both."
    } else {
        "Choose for each field of `conflict.both`."
    };
    let (by, version) = (&conflict.their_by, conflict.their_version);
    let what = format!("{by} saved version {version} meanwhile, and nothing was overwritten. {how}");
    Problem::stale(what).with("conflict", fields::conflict(conflict))
}

/// The draft of a case, as long as it is the one that the edit started from; and what is held against the one that is there
/// when it is done.
async fn held(
    desk: &Desk,
    agent: &Agent,
    headers: &HeaderMap,
    case: CaseId,
) -> Result<(CaseDraft, Looked), Problem> {
    let basis = etag::basis(headers)?;
    let draft = desk.draft(agent.scope(), case).await?;
    etag::same(headers, &version(&draft))?;
    let looked = match basis {
        Basis::Any => Looked::Newest,
        Basis::Versions(_) | Basis::Nothing => draft.looked(),
    };
    Ok((draft, looked))
}

pub async fn review(
    State(desk): State<Desk>,
    agent: Agent,
    headers: HeaderMap,
    Id(case): Id<CaseId>,
) -> Answer {
    let (_, looked) = held(&desk, &agent, &headers, case).await?;
    let draft = desk
        .ask_review(agent.scope(), (case, looked), agent.name())
        .await?;
    shown(&desk, &agent, &draft).await
}

/// What is to be changed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Back {
    /// What is to be changed.
    #[schema(min_length = 1, max_length = 5000)]
    note: String,
}

pub async fn give_back(
    State(desk): State<Desk>,
    agent: Agent,
    headers: HeaderMap,
    Id(case): Id<CaseId>,
    Json(back): Json<Back>,
) -> Answer {
    let (_, looked) = held(&desk, &agent, &headers, case).await?;
    if back.note.trim().is_empty() {
        return Err(Problem::invalid("note: say what is to be changed"));
    }
    desk.return_draft(agent.scope(), (case, looked), &back.note, agent.name())
        .await?;
    let draft = desk.draft(agent.scope(), case).await?;
    shown(&desk, &agent, &draft).await
}

pub async fn approve(
    State(desk): State<Desk>,
    agent: Agent,
    headers: HeaderMap,
    Id(case): Id<CaseId>,
) -> Answer {
    let (_, looked) = held(&desk, &agent, &headers, case).await?;
    let prepared = desk
        .approve_draft(agent.scope(), (case, looked), agent.name())
        .await?;
    queued(&desk, &agent, &prepared).await
}

/// Yes, do what ends the talk or the case.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Sure {
    /// Must be true for what moves money, ends the talk or ends the case.
    confirm: Option<bool>,
}

pub async fn send(
    State(desk): State<Desk>,
    agent: Agent,
    headers: HeaderMap,
    Id(case): Id<CaseId>,
    Json(sure): Json<Sure>,
) -> Answer {
    let (draft, looked) = held(&desk, &agent, &headers, case).await?;
    let action = draft.draft.edition.content.action;
    if action.needs_confirmation() && sure.confirm != Some(true) {
        let what = draft.consequence.unwrap_or_default();
        let why = format!("{what} Nothing was queued; send `\"confirm\": true` to do this.");
        return Err(Problem::invalid(why.trim()));
    }
    let prepared = desk
        .send_draft(agent.scope(), (case, looked), agent.name())
        .await?;
    queued(&desk, &agent, &prepared).await
}

async fn queued(desk: &Desk, agent: &Agent, prepared: &Prepared) -> Result<Response, Problem> {
    let submission = desk.submission(agent.scope(), prepared.submission).await?;
    answer(StatusCode::ACCEPTED, &fields::submission(&submission))
}

pub async fn discard(
    State(desk): State<Desk>,
    agent: Agent,
    headers: HeaderMap,
    Id(case): Id<CaseId>,
) -> Answer {
    let (_, looked) = held(&desk, &agent, &headers, case).await?;
    desk.discard_draft(agent.scope(), (case, looked), agent.name())
        .await?;
    nothing()
}
