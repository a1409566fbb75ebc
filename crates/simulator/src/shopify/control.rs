//! Shopify's part of the control door.

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

use super::{
    arrange, base,
    detail::detail,
    dispute::{Dispute, Status},
    machine, settle,
};
use crate::{
    app::App,
    control::{Shared, refusal, unknown_account},
    dispute::Time,
    judge,
    world::World,
};

/// Routes below `/_control/shopify`; the journal is there already.
pub(crate) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/disputes", get(disputes))
        .route("/plant", post(arrange::plant_more))
        .route("/disputes/{id}/decide", post(decide))
        .route("/disputes/{id}/reopen", post(reopen))
        .route("/disputes/{id}/escalate", post(escalate))
        .route("/shop", post(arrange::shop))
}

#[derive(Deserialize)]
struct Whose {
    client_id: Option<String>,
}

fn shop_base(app: &App, headers: &HeaderMap, account: usize) -> String {
    let shop = &app.accounts[account].shopify.shop;
    base(headers, shop.strip_suffix(".myshopify.com").unwrap_or(shop))
}

async fn disputes(State(app): Shared, Query(whose): Query<Whose>, headers: HeaderMap) -> Response {
    let wanted = match &whose.client_id {
        None => None,
        Some(client_id) => match app.account(client_id) {
            None => return unknown_account(),
            found => found,
        },
    };
    let mut world = app.world();
    settle(&mut world, &app, app.clock.now());
    let seen = world.shopify.all().iter();
    let ids: Vec<(usize, u64)> = seen
        .filter(|dispute| wanted.is_none_or(|account| account == dispute.account))
        .map(|dispute| (dispute.account, dispute.id))
        .collect();
    let rows = ids.into_iter().map(|(account, id)| {
        let base = shop_base(&app, &headers, account);
        detail(&app, &mut world, account, id, base)
    });
    Json(rows.collect::<Vec<Value>>()).into_response()
}

#[derive(Deserialize)]
struct Decision {
    outcome: String,
    /// Hundredths of the amount that come back on a win.
    #[serde(default = "whole")]
    part: i64,
}

fn whole() -> i64 {
    100
}

async fn decide(
    state: Shared,
    id: Path<String>,
    headers: HeaderMap,
    Json(decision): Json<Decision>,
) -> Response {
    if decision.outcome == judge::JUDGED {
        return judged(&state, &id, &headers);
    }
    match Status::parse(&decision.outcome).filter(|status| status.is_final()) {
        None => refusal(
            StatusCode::BAD_REQUEST,
            "the outcome is not one of Shopify's final statuses, nor JUDGED",
        ),
        Some(outcome) => change(&state, &id, &headers, |dispute, now| {
            machine::decide(dispute, outcome, decision.part, now);
        }),
    }
}

/// The bank decides by what was handed in.
fn judged(state: &Shared, id: &Path<String>, headers: &HeaderMap) -> Response {
    let luck = judge::luck(state.seed, id);
    change(state, id, headers, |dispute, now| {
        let won = luck < dispute.strength;
        machine::decide(dispute, if won { Status::Won } else { Status::Lost }, 100, now);
    })
}

#[derive(Default, Deserialize)]
struct Reopening {
    due_in_seconds: Option<i64>,
}

impl Reopening {
    fn due(body: Option<Json<Self>>) -> Option<Duration> {
        Duration::try_seconds(body?.due_in_seconds?)
    }
}

async fn reopen(
    state: Shared,
    id: Path<String>,
    headers: HeaderMap,
    body: Option<Json<Reopening>>,
) -> Response {
    let due = Reopening::due(body);
    change(&state, &id, &headers, |dispute, now| {
        machine::reopen(dispute, due.map(|span| now + span), now);
    })
}

async fn escalate(
    state: Shared,
    id: Path<String>,
    headers: HeaderMap,
    body: Option<Json<Reopening>>,
) -> Response {
    let due = Reopening::due(body);
    change(&state, &id, &headers, |dispute, now| {
        machine::escalate(dispute, due.map(|span| now + span), now);
    })
}

/// Changes one dispute and answers with its document.
fn change(app: &App, id: &str, headers: &HeaderMap, what: impl FnOnce(&mut Dispute, Time)) -> Response {
    let now = app.clock.now();
    let mut world = app.world();
    settle(&mut world, app, now);
    let found = id
        .parse()
        .ok()
        .and_then(|id| Some((world.shopify.owner(id)?, id)));
    let Some((account, id)) = found else {
        return refusal(StatusCode::NOT_FOUND, "there is no such dispute");
    };
    world.shopify.change(id, |dispute| what(dispute, now));
    save(app, &mut world);
    Json(detail(
        app,
        &mut world,
        account,
        id,
        shop_base(app, headers, account),
    ))
    .into_response()
}

pub(crate) fn save(app: &App, world: &mut World) {
    world.dirty = true;
    app.save(world);
}
