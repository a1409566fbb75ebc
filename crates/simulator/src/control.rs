//! The control door: the truth, the journal, faults, the clock and events on demand. Never faulty, and for this machine only.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{ConnectInfo, Path, Query, Request, State},
    http::StatusCode,
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use chrono::Duration;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    app::App,
    dispute::{Time, stamp},
    faults::Faults,
    klarna,
    net::Wire,
    paypal,
    platform::Platform,
    shopify, webhooks,
    world::JournalEntry,
};

pub(crate) const UNKNOWN_PLATFORM: &str = "the platform is one of paypal, klarna, shopify";

pub(crate) type Shared = State<Arc<App>>;

pub(crate) fn routes() -> Router<Arc<App>> {
    Router::new()
        .nest("/paypal", paypal::control())
        .nest("/klarna", klarna::control())
        .nest("/shopify", shopify::control())
        .merge(webhooks::control::routes())
        .route("/{platform}/journal", get(journal))
        .route("/journal", get(whole_journal))
        .route("/accounts", get(accounts))
        .route("/paypal/accounts", get(accounts))
        .route(
            "/counters",
            get(|State(app): Shared| async move { Json(app.counters.json()) }),
        )
        .route("/rates", get(rates))
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

async fn whole_journal(State(app): Shared) -> Json<Vec<JournalEntry>> {
    Json(app.world().journal.clone())
}

async fn journal(State(app): Shared, Path(platform): Path<String>) -> Response {
    let Some(platform) = Platform::named(&platform) else {
        return refusal(StatusCode::NOT_FOUND, UNKNOWN_PLATFORM);
    };
    let world = app.world();
    let rows = world.journal.iter().filter(|entry| entry.platform == platform);
    Json(rows.collect::<Vec<_>>()).into_response()
}

async fn accounts(State(app): Shared) -> Json<Value> {
    Json(json!({"merchants": app.accounts, "partner": app.partner, "buyers": app.buyers}))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Where {
    platform: Option<String>,
    account: Option<String>,
    window_ms: Option<u64>,
}

impl Where {
    fn read(&self, app: &App) -> Result<(Option<Platform>, Option<usize>), Box<Response>> {
        let named = |word: &String| {
            Platform::named(word).ok_or_else(|| Box::new(refusal(StatusCode::BAD_REQUEST, UNKNOWN_PLATFORM)))
        };
        let owned = |id: &String| app.account(id).ok_or_else(|| Box::new(unknown_account()));
        Ok((
            self.platform.as_ref().map(named).transpose()?,
            self.account.as_ref().map(owned).transpose()?,
        ))
    }
}

async fn faults(State(app): Shared, Query(place): Query<Where>, Json(faults): Json<Faults>) -> Response {
    if !faults.valid() {
        return refusal(StatusCode::BAD_REQUEST, "every share lies between 0 and 1");
    }
    match place.read(&app) {
        Err(response) => *response,
        Ok((platform, account)) => {
            app.set_faults(platform, account, faults);
            Json(faults).into_response()
        }
    }
}

async fn rates(State(app): Shared, Query(place): Query<Where>) -> Response {
    match place.read(&app) {
        Err(response) => *response,
        Ok((platform, _)) => {
            let window = std::time::Duration::from_millis(place.window_ms.unwrap_or(1_000).max(1));
            Json(app.rates.json(platform, window, &app.accounts)).into_response()
        }
    }
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
struct Touch {
    percent: f64,
}

async fn touch(State(app): Shared, Query(touch): Query<Touch>) -> Response {
    match &app.bench {
        None => refusal(StatusCode::CONFLICT, "the simulator does not run in static mode"),
        Some(_) if !(touch.percent > 0.0 && touch.percent <= 100.0) => {
            refusal(StatusCode::BAD_REQUEST, "percent lies above 0 and up to 100")
        }
        Some(bench) => {
            let others = bench.touch(touch.percent, app.clock.now());
            let (shopify, open) = app.world().shopify.touch(touch.percent);
            let only_shopify = app.accounts[0].platforms == [Platform::Shopify.word()];
            Json(match only_shopify {
                // Lists there do not tell what changed, so a client looks at the open ones.
                true => json!({"touched": shopify, "open": open}),
                false => json!({"touched": others}),
            })
            .into_response()
        }
    }
}

pub(crate) fn unknown_account() -> Response {
    refusal(StatusCode::NOT_FOUND, "no account has this client_id")
}

pub(crate) fn refusal(status: StatusCode, why: &str) -> Response {
    (status, Json(json!({"error": why}))).into_response()
}
