//! The JSON API at `/api/v1`: the use cases of the pages and of the command line, for programs with a token.

mod audit;
mod bulk;
mod cases;
mod change;
mod connections;
mod content;
mod day;
mod desk;
mod document;
mod drafts;
mod etag;
mod evidence;
mod hooks;
mod incidents;
mod input;
mod limit;
mod notices;
mod packs;
mod page;
mod parts;
mod problem;
pub mod replay;
mod reports;
mod requests;
mod responses;
mod rules;
mod search;
mod shapes;
mod table;
mod words;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use docket_app::Error;
use serde::Serialize;
use serde_json::Value;

pub use self::document::document;
pub use self::limit::Limits;
pub use self::problem::Problem;
use crate::doors::{Agent, Door, Doors};

/// What a handler gives.
type Answer = Result<Response, Problem>;

/// Longest body, in bytes.
pub const BODY_LIMIT: usize = 1_000_000;
/// Longest body that carries a file as base64, in bytes: a file of 32 MB.
pub const FILE_LIMIT: usize = 46_000_000;

/// Whoever does not say what an edit was made of is told so before anything else, whatever key the request carries.
///
/// # Errors
/// When it does not say.
pub fn says_basis(door: Door, headers: &HeaderMap) -> Result<(), Problem> {
    match table::about(door).is_some_and(|about| about.edits) {
        true => etag::basis(headers).map(|_| ()),
        false => Ok(()),
    }
}

/// Opens the doors of programs.
pub fn doors(doors: Doors) -> Doors {
    doors
        .open(Door::ApiDocument, document::get)
        .open(Door::ApiMe, me)
        .open(Door::ApiCases, cases::list)
        .open(Door::ApiCase, cases::one)
        .open(Door::ApiHistory, cases::history)
        .open(Door::ApiAssign, change::assign)
        .open(Door::ApiNote, change::note)
        .open(Door::ApiClearFlag, change::clear_flag)
        .open(Door::ApiWake, change::wake)
        .open(Door::ApiEvidence, evidence::list)
        .open(Door::ApiChecklist, evidence::check)
        .open(Door::ApiAddEvidence, evidence::add)
        .open(Door::ApiSkip, evidence::skip)
        .open(Door::ApiUnskip, evidence::unskip)
        .open(Door::ApiDrafts, drafts::list)
        .open(Door::ApiDraft, drafts::show)
        .open(Door::ApiSaveDraft, drafts::save)
        .open(Door::ApiDiscardDraft, drafts::discard)
        .open(Door::ApiReviewDraft, drafts::review)
        .open(Door::ApiReturnDraft, drafts::give_back)
        .open(Door::ApiApproveDraft, drafts::approve)
        .open(Door::ApiSendDraft, drafts::send)
        .open(Door::ApiResponses, responses::list)
        .open(Door::ApiCancelResponse, responses::cancel)
        .open(Door::ApiPlanBulk, bulk::plan)
        .open(Door::ApiBulkPlan, bulk::show)
        .open(Door::ApiBulkConfirm, bulk::confirm)
        .open(Door::ApiRequests, requests::list)
        .open(Door::ApiRequest, requests::one)
        .open(Door::ApiAsk, requests::ask)
        .open(Door::ApiWithdraw, requests::withdraw)
        .open(Door::ApiNotices, notices::list)
        .open(Door::ApiNoticeSeen, notices::seen)
        .open(Door::ApiSearch, search::find)
        .open(Door::ApiClients, desk::clients)
        .open(Door::ApiUnmatched, desk::unmatched)
        .open(Door::ApiJoinOrder, desk::join)
        .open(Door::ApiConnections, desk::connections)
        .open(Door::ApiSync, desk::sync)
        .open(Door::ApiIncidents, incidents::list)
        .open(Door::ApiIncidentCause, incidents::set_cause)
        .open(Door::ApiRules, rules::list)
        .open(Door::ApiAddRule, rules::add)
        .open(Door::ApiTryRule, rules::try_it)
        .open(Door::ApiActivateRule, rules::activate)
        .open(Door::ApiRetireRule, rules::retire)
        .open(Door::ApiWinRate, reports::win_rate)
        .open(Door::ApiFactors, reports::factors)
        .open(Door::ApiSla, reports::sla)
        .open(Door::ApiAudit, audit::list)
        .open(Door::ApiHooks, hooks::list)
        .open(Door::ApiAddHook, hooks::add)
        .open(Door::ApiStopHook, hooks::stop)
        .open(Door::ApiDeliveries, hooks::deliveries)
        .open(Door::ApiPiece, evidence::withdraw)
        .open(Door::ApiConfirmPiece, evidence::confirm)
        .open(Door::ApiCaseFile, evidence::file)
        .open(Door::ApiPreview, evidence::preview)
        .open(Door::ApiAdvice, evidence::advice)
        .open(Door::ApiNextCase, day::next)
        .open(Door::ApiRemind, requests::remind)
        .open(Door::ApiRequestLink, requests::link)
        .open(Door::ApiAnswer, requests::give)
        .open(Door::ApiConnection, connections::one)
        .open(Door::ApiCheckConnection, connections::check)
        .open(Door::ApiPauseConnection, connections::pause)
        .open(Door::ApiResumeConnection, connections::resume)
        .open(Door::ApiRecordSetting, connections::record)
        .open(Door::ApiJobs, connections::jobs)
        .open(Door::ApiRetryJob, connections::retry)
        .open(Door::ApiDeliverAgain, hooks::again)
        .open(Door::ApiDeadlines, day::deadlines)
        .open(Door::ApiHandover, day::handover)
        .open(Door::ApiSignHandover, day::sign)
        .open(Door::ApiHandovers, day::signed_ones)
        .open(Door::ApiSignedHandover, day::signed)
        .open(Door::ApiViews, day::views)
        .open(Door::ApiKeepView, day::keep_view)
        .open(Door::ApiDropView, day::drop_view)
        .open(Door::ApiPeople, day::people)
        .open(Door::ApiPacks, packs::list)
        .open(Door::ApiPackFile, packs::file)
        .open(Door::ApiApprovePack, packs::approve)
        .open(Door::ApiRejectPack, packs::reject)
        .open(Door::ApiPackAnew, packs::anew)
}

fn json(status: StatusCode, value: &impl Serialize) -> Answer {
    let body = serde_json::to_vec(value).map_err(|error| {
        tracing::error!(%error, "an answer could not be written");
        Problem::internal("The reason is in the log of this program.")
    })?;
    let kind = [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))];
    Ok((status, kind, Body::from(body)).into_response())
}

fn ok(value: &impl Serialize) -> Answer {
    json(StatusCode::OK, value)
}

/// What a body names and is not there is a mistake of the body: the address is right.
fn named(field: &str, error: Error) -> Problem {
    match error {
        Error::NotFound(what) => Problem::invalid(format!("{field}: {what}")),
        other => other.into(),
    }
}

fn nothing() -> Answer {
    Ok(StatusCode::NO_CONTENT.into_response())
}

fn too_large() -> Problem {
    Problem::too_large(format!(
        "A body has {BODY_LIMIT} bytes at most, and {FILE_LIMIT} where it carries a file."
    ))
}

/// For whom the token acts, and what it opens.
async fn me(agent: Agent) -> Answer {
    let (person, token) = (&agent.person, &agent.token);
    ok(&shapes::Me {
        person: person.id,
        name: person.name.clone(),
        role: person.access.role().to_string(),
        client: person.access.client(),
        token: token.id,
        token_name: token.name.clone(),
        scopes: token.scopes.iter().map(ToString::to_string).collect(),
        expires_at: token.expires_at,
    })
}

/// Takes members away, at every depth: what a client's person is not shown.
fn without(value: &mut Value, gone: &dyn Fn(&str, &Value) -> bool) {
    match value {
        Value::Object(members) => {
            members.retain(|name, value| !gone(name, value));
            members.values_mut().for_each(|inner| without(inner, gone));
        }
        Value::Array(items) => items.iter_mut().for_each(|inner| without(inner, gone)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
