//! The three writes that decide a case: represent, accept-loss, appeal.

use std::sync::Arc;

use axum::{
    Json,
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use super::{
    ApiError, auth, bodies, desk,
    dispute::{Answer, Dispute, State as DisputeState, Submission},
    machine,
};
use crate::{app::App, dispute::Time, platform::Platform, world::JournalEntry};

/// What an accepted write answers, and what the journal keeps of it.
struct Done {
    status: StatusCode,
    body: Value,
    note: Option<String>,
}

pub(crate) async fn represent(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    bytes: Bytes,
) -> Result<Response, ApiError> {
    act(&app, &id, &headers, "represent", |dispute, now| {
        let body = bodies::object(&headers, &bytes)?;
        if !dispute.waits() {
            return Err(ApiError::conflict("Evidence can no longer be submitted."));
        }
        let submission = bodies::representment(&body, dispute, now)?;
        let mut answer = answer(&submission, now);
        answer["attachments"] = body["attachments"].clone();
        let note = submission.text.clone();
        machine::represent(dispute, submission, now);
        answer["state"] = dispute.state.word().into();
        Ok(Done {
            status: StatusCode::CREATED,
            body: answer,
            note,
        })
    })
}

pub(crate) async fn appeal(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    bytes: Bytes,
) -> Result<Response, ApiError> {
    act(&app, &id, &headers, "appeal", |dispute, now| {
        let body = bodies::object(&headers, &bytes)?;
        if dispute.state != DisputeState::PreArbitration || dispute.acts_at.is_some() {
            return Err(ApiError::conflict("The dispute cannot be appealed in its state."));
        }
        let submission = bodies::appeal(&body, dispute, now)?;
        let mut answer = answer(&submission, now);
        let note = submission.text.clone();
        machine::appeal(dispute, submission, now);
        answer["state"] = dispute.state.word().into();
        Ok(Done {
            status: StatusCode::CREATED,
            body: answer,
            note,
        })
    })
}

/// 202: the case closes a moment later, so the answer proves nothing.
pub(crate) async fn accept_loss(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    act(&app, &id, &headers, "accept-loss", |dispute, now| {
        let open = match dispute.state {
            DisputeState::Initiated => dispute.answer == Answer::EvidenceRequested,
            DisputeState::PreArbitration => dispute.acts_at.is_none(),
            DisputeState::Representment | DisputeState::Arbitration | DisputeState::Closed => false,
        };
        if !open {
            return Err(ApiError::conflict("The loss cannot be accepted in this state."));
        }
        machine::accept(dispute, now);
        Ok(Done {
            status: StatusCode::ACCEPTED,
            body: json!({"state": "CLOSED"}),
            note: None,
        })
    })
}

fn answer(submission: &Submission, now: Time) -> Value {
    let mut body = json!({"created_at": crate::dispute::stamp(now)});
    if let Some(text) = &submission.text {
        body["additional_information"] = text.as_str().into();
    }
    body
}

/// Who may, on which dispute, and the journal; `what` checks the rest before it changes anything.
fn act(
    app: &App,
    id: &str,
    headers: &HeaderMap,
    action: &str,
    what: impl FnOnce(&mut Dispute, Time) -> Result<Done, ApiError>,
) -> Result<Response, ApiError> {
    let caller = auth::caller(app, headers)?.writer()?;
    desk::check_id(id)?;
    let now = app.clock.now();
    let mut world = app.world();
    let dispute = world.klarna_mut(id, now);
    let dispute = dispute
        .filter(|dispute| dispute.account == caller.account)
        .ok_or_else(ApiError::not_found)?;
    let due = dispute.deadline();
    let done = what(dispute, now)?;
    dispute.touch(now);
    world.journal.push(JournalEntry::new(
        (Platform::Klarna, id),
        ("merchant", &app.accounts[caller.account].client_id),
        action,
        due,
        done.note,
        now,
    ));
    world.dirty = true;
    app.save(&mut world);
    Ok((done.status, Json(done.body)).into_response())
}
