//! The control door: the truth, the journal, faults, the clock and events on demand. Never faulty, and for this machine only.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{ConnectInfo, Path, Query, Request, State},
    http::{HeaderMap, StatusCode},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use chrono::Duration;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    app::App,
    dispute::{Dispute, Status, Time, stamp},
    faults::Faults,
    machine,
    net::Wire,
    paypal, plant, render,
    world::JournalEntry,
};

type Shared = State<Arc<App>>;

pub(crate) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/paypal/disputes", get(disputes))
        .route("/paypal/journal", get(journal))
        .route("/paypal/plant", post(plant_more))
        .route("/paypal/disputes/{id}/decide", post(decide))
        .route("/paypal/disputes/{id}/reopen", post(reopen))
        .route("/paypal/disputes/{id}/message", post(message))
        .route("/paypal/accounts", get(accounts))
        .route(
            "/counters",
            get(|State(app): Shared| async move { Json(app.counters.json()) }),
        )
        .route("/faults", post(faults))
        .route(
            "/clock",
            get(|State(app): Shared| async move { Json(clock_json(&app)) }).post(clock),
        )
        .route("/static/touch", post(touch))
        .layer(middleware::from_fn(loopback))
}

async fn loopback(ConnectInfo(wire): ConnectInfo<Wire>, request: Request, next: Next) -> Response {
    if wire.peer.ip().to_canonical().is_loopback() {
        return next.run(request).await;
    }
    refusal(
        StatusCode::FORBIDDEN,
        "the control door answers this machine only",
    )
}

#[derive(Deserialize)]
struct Whose {
    client_id: Option<String>,
}

async fn disputes(State(app): Shared, Query(whose): Query<Whose>, headers: HeaderMap) -> Response {
    let wanted = match &whose.client_id {
        None => None,
        Some(client_id) => match account(&app, client_id) {
            None => return refusal(StatusCode::NOT_FOUND, "no account has this client_id"),
            found => found,
        },
    };
    let (base, now) = (paypal::base(&headers), app.clock.now());
    let mut world = app.world();
    let seen = world
        .look(now)
        .iter()
        .filter(|dispute| wanted.is_none_or(|account| account == dispute.account));
    let rows: Vec<Value> = seen.map(|dispute| render::full(dispute, &base, now)).collect();
    drop(world);
    Json(rows).into_response()
}

async fn journal(State(app): Shared) -> Json<Vec<JournalEntry>> {
    Json(app.world().journal.clone())
}

async fn accounts(State(app): Shared) -> Json<Value> {
    Json(json!({"merchants": app.accounts, "partner": app.partner, "buyers": app.buyers}))
}

async fn faults(State(app): Shared, Json(faults): Json<Faults>) -> Response {
    if !faults.valid() {
        return refusal(StatusCode::BAD_REQUEST, "every share lies between 0 and 1");
    }
    app.set_faults(faults);
    Json(faults).into_response()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClockChange {
    advance_seconds: Option<i64>,
    /// Stops the clock at this instant.
    freeze_at: Option<Time>,
    /// Lets it run again from the wall time.
    #[serde(default)]
    run: bool,
}

async fn clock(State(app): Shared, Json(change): Json<ClockChange>) -> Response {
    if change.run || change.freeze_at.is_some() {
        app.clock.freeze(change.freeze_at.filter(|_| !change.run));
    }
    if let Some(seconds) = change.advance_seconds {
        let Some(by) = Duration::try_seconds(seconds) else {
            return refusal(StatusCode::BAD_REQUEST, "advance_seconds is too large");
        };
        app.clock.advance(by);
    }
    app.world().dirty = true;
    Json(clock_json(&app)).into_response()
}

fn clock_json(app: &App) -> Value {
    json!({"now": stamp(app.clock.now()), "offset_seconds": app.clock.offset().num_seconds()})
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
    if !paypal::vocabulary::OUTCOMES.contains(&decision.outcome.as_str()) {
        return refusal(
            StatusCode::BAD_REQUEST,
            "the outcome is not one of PayPal's outcome codes",
        );
    }
    change(&state, &id, &headers, |dispute, now| {
        let verdict = machine::verdict(dispute, &decision.outcome);
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
    let body = render::full(dispute, &paypal::base(headers), now);
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
    let Some(account) = account(&app, &planting.client_id) else {
        return refusal(StatusCode::NOT_FOUND, "no account has this client_id");
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

#[derive(Deserialize)]
struct Touch {
    percent: f64,
}

async fn touch(State(app): Shared, Query(touch): Query<Touch>) -> Response {
    match &app.bench {
        None => refusal(StatusCode::CONFLICT, "the simulator does not run in static mode"),
        Some(_) if !(touch.percent > 0.0 && touch.percent <= 100.0) => {
            refusal(StatusCode::BAD_REQUEST, "percent lies above 0 and up to 100")
        }
        Some(bench) => Json(json!({"touched": bench.touch(touch.percent, app.clock.now())})).into_response(),
    }
}

fn account(app: &App, client_id: &str) -> Option<usize> {
    app.accounts
        .iter()
        .position(|account| account.client_id == client_id)
}

fn refusal(status: StatusCode, why: &str) -> Response {
    (status, Json(json!({"error": why}))).into_response()
}
