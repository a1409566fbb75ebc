//! PayPal's part of the control door.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use chrono::Duration;
use serde::Deserialize;
use serde_json::Value;

use super::{base, vocabulary};
use crate::{
    app::App,
    control::{Shared, refusal, unknown_account},
    dispute::{Dispute, Status, Time},
    judge, machine, plant, render,
};

/// Routes below `/_control/paypal`.
pub(crate) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/disputes", get(disputes))
        .route("/plant", post(plant_more))
        .route("/disputes/{id}/decide", post(decide))
        .route("/disputes/{id}/reopen", post(reopen))
        .route("/disputes/{id}/message", post(message))
}

#[derive(Deserialize)]
struct Whose {
    client_id: Option<String>,
}

async fn disputes(State(app): Shared, Query(whose): Query<Whose>, headers: HeaderMap) -> Response {
    let wanted = match &whose.client_id {
        None => None,
        Some(client_id) => match app.account(client_id) {
            None => return unknown_account(),
            found => found,
        },
    };
    let (base, now) = (base(&headers), app.clock.now());
    let mut world = app.world();
    let seen = world
        .look(now)
        .iter()
        .filter(|dispute| wanted.is_none_or(|account| account == dispute.account));
    let rows: Vec<Value> = seen.map(|dispute| render::full(dispute, &base, now)).collect();
    drop(world);
    Json(rows).into_response()
}

#[derive(Deserialize)]
struct Decision {
    outcome: String,
}

async fn decide(
    state: Shared,
    id: Path<String>,
    headers: HeaderMap,
    Json(decision): Json<Decision>,
) -> Response {
    let judged = decision.outcome == judge::JUDGED;
    if !judged && !vocabulary::OUTCOMES.contains(&decision.outcome.as_str()) {
        return refusal(
            StatusCode::BAD_REQUEST,
            "the outcome is not one of PayPal's outcome codes, nor JUDGED",
        );
    }
    let luck = judge::luck(state.seed, &id);
    change(&state, &id, &headers, |dispute, now| {
        let code = match (judged, luck < dispute.strength) {
            (false, _) => &decision.outcome,
            (true, true) => "RESOLVED_SELLER_FAVOUR",
            (true, false) => "RESOLVED_BUYER_FAVOUR",
        };
        let verdict = machine::verdict(dispute, code);
        machine::resolve(dispute, verdict, now);
    })
}

#[derive(Deserialize)]
struct Reopening {
    due_in_seconds: Option<i64>,
}

async fn reopen(
    state: Shared,
    id: Path<String>,
    headers: HeaderMap,
    body: Option<Json<Reopening>>,
) -> Response {
    let due_in = body
        .and_then(|Json(body)| body.due_in_seconds)
        .and_then(Duration::try_seconds);
    change(&state, &id, &headers, |dispute, now| {
        machine::reopen(dispute, due_in.map(|span| now + span), now)
    })
}

#[derive(Deserialize)]
struct Message {
    text: String,
}

async fn message(
    state: Shared,
    id: Path<String>,
    headers: HeaderMap,
    Json(message): Json<Message>,
) -> Response {
    change(&state, &id, &headers, |dispute, now| {
        dispute.message("BUYER", &message.text, &[], now)
    })
}

/// Changes one dispute and answers with its document.
fn change(app: &App, id: &str, headers: &HeaderMap, what: impl FnOnce(&mut Dispute, Time)) -> Response {
    let now = app.clock.now();
    let mut world = app.world();
    let Some(dispute) = world.find(id, now) else {
        return refusal(StatusCode::NOT_FOUND, "there is no such dispute");
    };
    what(dispute, now);
    dispute.touch(now);
    let body = render::full(dispute, &base(headers), now);
    world.dirty = true;
    app.save(&mut world);
    Json(body).into_response()
}

#[derive(Deserialize)]
struct Planting {
    client_id: String,
    #[serde(default = "one")]
    count: usize,
    #[serde(default = "waiting")]
    status: String,
    due_in_seconds: Option<i64>,
}

fn one() -> usize {
    1
}

fn waiting() -> String {
    Status::WaitingForSellerResponse.word().to_owned()
}

async fn plant_more(State(app): Shared, Json(planting): Json<Planting>) -> Response {
    let Some(account) = app.account(&planting.client_id) else {
        return unknown_account();
    };
    let Some(status) = Status::parse(&planting.status) else {
        return refusal(StatusCode::BAD_REQUEST, "the status is not one of PayPal's");
    };
    let now = app.clock.now();
    let due = planting
        .due_in_seconds
        .and_then(Duration::try_seconds)
        .map(|span| now + span);
    let mut world = app.world();
    let mut ids = Vec::with_capacity(planting.count);
    for _ in 0..planting.count {
        let number = world.next();
        let wish = plant::Wish {
            account,
            created: now,
            status,
            due,
            plain: true,
        };
        let dispute = plant::make(&mut app.rng(), number, &wish, &app.accounts[account], now);
        ids.push(dispute.id.clone());
        world.add(dispute);
    }
    app.save(&mut world);
    Json(ids).into_response()
}
