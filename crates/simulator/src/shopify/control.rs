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
use serde_json::{Value, json};

use super::{
    base,
    dispute::{Dispute, Kind, Status},
    graphql::detail,
    machine,
    plant::{self, Wish},
    settle,
    shop::Plan,
};
use crate::{
    app::App,
    control::{Shared, refusal, unknown_account},
    dispute::Time,
    world::World,
};

/// Routes below `/_control/shopify`; the journal is there already.
pub(crate) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/disputes", get(disputes))
        .route("/plant", post(plant_more))
        .route("/disputes/{id}/decide", post(decide))
        .route("/disputes/{id}/reopen", post(reopen))
        .route("/disputes/{id}/escalate", post(escalate))
        .route("/shop", post(shop))
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
    match Status::parse(&decision.outcome).filter(|status| status.is_final()) {
        None => refusal(
            StatusCode::BAD_REQUEST,
            "the outcome is not one of Shopify's final statuses",
        ),
        Some(outcome) => change(&state, &id, &headers, |dispute, now| {
            machine::decide(dispute, outcome, decision.part, now);
        }),
    }
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

fn save(app: &App, world: &mut World) {
    world.dirty = true;
    app.save(world);
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Planting {
    client_id: String,
    #[serde(default = "one")]
    count: usize,
    status: Option<String>,
    due_in_seconds: Option<i64>,
    /// `INQUIRY` or `CHARGEBACK`.
    kind: Option<Kind>,
    /// Shopify's word in capitals.
    reason: Option<String>,
    /// Under review and already answered, instead of waiting for the bank's request.
    #[serde(default)]
    answered: bool,
}

fn one() -> usize {
    1
}

async fn plant_more(State(app): Shared, Json(planting): Json<Planting>) -> Response {
    let Some(account) = app.account(&planting.client_id) else {
        return unknown_account();
    };
    let word = planting.status.as_deref().unwrap_or("NEEDS_RESPONSE");
    let Some(status) = Status::parse(word) else {
        return refusal(StatusCode::BAD_REQUEST, "the status is not one of Shopify's");
    };
    let now = app.clock.now();
    let due = planting
        .due_in_seconds
        .and_then(Duration::try_seconds)
        .map(|span| now + span);
    let wish = Wish {
        // A decided dispute is as ordered; only one under review may be answered or not.
        answered: planting.answered && status == Status::UnderReview,
        due,
        kind: planting.kind,
        reason: planting.reason.clone(),
        ..Wish::new(account, now, status)
    };
    let mut world = app.world();
    settle(&mut world, &app, now);
    let owner = &app.accounts[account];
    let mut ids = Vec::with_capacity(planting.count);
    for _ in 0..planting.count {
        // As text: the numbers do not fit into a float.
        ids.push(plant::add(&mut world, &mut app.rng(), &wish, owner, now).to_string());
    }
    save(&app, &mut world);
    Json(ids).into_response()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ShopChange {
    client_id: String,
    frozen: Option<bool>,
    locked: Option<bool>,
    /// Every token is worthless from now on, until an app is authorised again; false brings the permanent one back.
    revoke_tokens: Option<bool>,
    scopes: Option<Vec<String>>,
    protected_data: Option<bool>,
    submit_is_noop: Option<bool>,
    plan: Option<Plan>,
}

async fn shop(State(app): Shared, Json(wanted): Json<ShopChange>) -> Response {
    let Some(account) = app.account(&wanted.client_id) else {
        return unknown_account();
    };
    let mut world = app.world();
    let shop = world.shopify.shop(account);
    shop.frozen = wanted.frozen.unwrap_or(shop.frozen);
    shop.locked = wanted.locked.unwrap_or(shop.locked);
    shop.protected_data = wanted.protected_data.unwrap_or(shop.protected_data);
    shop.submit_is_noop = wanted.submit_is_noop.unwrap_or(shop.submit_is_noop);
    if let Some(scopes) = wanted.scopes {
        shop.scopes = scopes;
    }
    if let Some(plan) = wanted.plan {
        shop.set_plan(plan);
    }
    if let Some(revoked) = wanted.revoke_tokens {
        shop.revoked = revoked;
        if revoked {
            shop.tokens.clear();
            shop.refreshes.clear();
        }
    }
    let shown = json!({
        "frozen": shop.frozen, "locked": shop.locked, "revoked": shop.revoked, "scopes": shop.scopes,
        "protected_data": shop.protected_data, "submit_is_noop": shop.submit_is_noop, "plan": shop.plan,
    });
    save(&app, &mut world);
    Json(shown).into_response()
}
