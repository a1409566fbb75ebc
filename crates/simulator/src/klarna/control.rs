//! Klarna's part of the control door.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use chrono::Duration;
use serde::Deserialize;
use serde_json::Value;

use super::{
    book::Settings,
    dispute::{Dispute, Framework, State as DisputeState},
    machine, order,
    plant::{self, Wish},
    render,
};
use crate::{
    app::App,
    control::{Shared, refusal, unknown_account},
    dispute::Time,
    judge,
};

/// Routes below `/_control/klarna`.
pub(crate) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/disputes", get(disputes))
        .route("/plant", post(plant_more))
        .route("/disputes/{id}/decide", post(decide))
        .route("/disputes/{id}/extend", post(extend))
        .route("/disputes/{id}/refund", post(refund))
        .route("/settings", post(settings))
}

#[derive(Deserialize)]
struct Whose {
    client_id: Option<String>,
}

async fn disputes(State(app): Shared, Query(whose): Query<Whose>) -> Response {
    let wanted = match &whose.client_id {
        None => None,
        Some(client_id) => match app.account(client_id) {
            None => return unknown_account(),
            found => found,
        },
    };
    let now = app.clock.now();
    let mut world = app.world();
    world.look_klarna(now);
    let rows: Vec<Value> = world
        .klarna
        .disputes()
        .iter()
        .filter(|dispute| wanted.is_none_or(|account| account == dispute.account))
        .map(|dispute| render::full(dispute, &app.accounts[dispute.account]))
        .collect();
    drop(world);
    Json(rows).into_response()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Planting {
    client_id: String,
    #[serde(default = "one")]
    count: usize,
    /// One of the states; INITIATED without it.
    status: Option<String>,
    due_in_seconds: Option<i64>,
    reason: Option<String>,
    /// Minor units.
    amount: Option<i64>,
    framework: Option<Framework>,
}

fn one() -> usize {
    1
}

async fn plant_more(State(app): Shared, Json(planting): Json<Planting>) -> Response {
    let Some(account) = app.account(&planting.client_id) else {
        return unknown_account();
    };
    let word = planting.status.as_deref().unwrap_or("INITIATED");
    let Some(state) = DisputeState::parse(word) else {
        return refusal(
            StatusCode::BAD_REQUEST,
            "the status is not one of Klarna's states",
        );
    };
    let now = app.clock.now();
    let wish = Wish {
        account,
        created: now,
        state,
        due: planting
            .due_in_seconds
            .and_then(Duration::try_seconds)
            .map(|span| now + span),
        reason: planting.reason.as_deref(),
        amount: planting.amount,
        framework: planting.framework,
        plain: true,
    };
    let mut world = app.world();
    let ids: Vec<String> = (0..planting.count)
        .map(|_| plant::add(&mut world, &mut app.rng(), &wish, &app.accounts[account], now))
        .collect();
    app.save(&mut world);
    Json(ids).into_response()
}

#[derive(Deserialize)]
struct Decision {
    outcome: String,
    detail: Option<String>,
    /// Closes at once, without the appeal that a loss may have.
    #[serde(default)]
    binding: bool,
}

async fn decide(state: Shared, id: Path<String>, Json(decision): Json<Decision>) -> Response {
    let told = match decision.outcome.as_str() {
        "WON" => Some(true),
        "LOST" => Some(false),
        judge::JUDGED => None,
        _ => return refusal(StatusCode::BAD_REQUEST, "the outcome is WON, LOST or JUDGED"),
    };
    change(&state, &id, |dispute, now| {
        let won = told.unwrap_or_else(|| machine::judged(dispute));
        let detail = decision.detail.as_deref();
        if decision.binding {
            let usual = super::words::detail(&dispute.reason, dispute.tangible, won);
            machine::close(dispute, won, detail.unwrap_or(usual), now);
        } else {
            machine::decide(dispute, won, detail, now);
        }
    })
}

#[derive(Deserialize)]
struct Extension {
    seconds: i64,
}

async fn extend(state: Shared, id: Path<String>, Json(extension): Json<Extension>) -> Response {
    let Some(by) = Duration::try_seconds(extension.seconds) else {
        return refusal(StatusCode::BAD_REQUEST, "seconds is too large");
    };
    change(&state, &id, |dispute, now| {
        machine::extend(dispute, by, "REGULATORY_REQUIREMENT", now)
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Refund {
    /// Minor units.
    amount: i64,
}

/// The merchant refunds at the shop, without a word in the dispute.
async fn refund(State(app): Shared, Path(id): Path<String>, Json(refund): Json<Refund>) -> Response {
    let now = app.clock.now();
    let mut world = app.world();
    let Some(dispute) = world.klarna_mut(&id, now) else {
        return refusal(StatusCode::NOT_FOUND, "there is no such dispute");
    };
    order::refund(&mut app.rng(), &mut dispute.order, refund.amount, now);
    let body = dispute.order.clone();
    world.dirty = true;
    app.save(&mut world);
    Json(body).into_response()
}

/// Changes one open dispute and answers with its document.
fn change(app: &App, id: &str, what: impl FnOnce(&mut Dispute, Time)) -> Response {
    let now = app.clock.now();
    let mut world = app.world();
    let Some(dispute) = world.klarna_mut(id, now) else {
        return refusal(StatusCode::NOT_FOUND, "there is no such dispute");
    };
    if dispute.state == DisputeState::Closed {
        return refusal(StatusCode::CONFLICT, "a closed dispute is never opened again");
    }
    what(dispute, now);
    dispute.touch(now);
    let body = render::full(dispute, &app.accounts[dispute.account]);
    world.dirty = true;
    app.save(&mut world);
    Json(body).into_response()
}

#[derive(Deserialize)]
struct Setup {
    client_id: String,
    #[serde(flatten)]
    settings: Settings,
}

/// Sets an account up anew: what the body leaves out goes back to the usual.
async fn settings(State(app): Shared, Json(setup): Json<Setup>) -> Response {
    let Some(account) = app.account(&setup.client_id) else {
        return unknown_account();
    };
    let mut world = app.world();
    world.klarna.set(account, setup.settings.clone());
    app.save(&mut world);
    Json(setup.settings).into_response()
}
