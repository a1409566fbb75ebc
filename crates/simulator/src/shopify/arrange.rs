//! What a test or a trainer arranges: more disputes, and the state of a shop.

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use chrono::Duration;
use serde::Deserialize;
use serde_json::json;

use super::{
    control::save,
    dispute::{Kind, Status},
    plant::{self, Wish},
    settle,
    shop::Plan,
};
use crate::control::{Shared, refusal, unknown_account};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Planting {
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

pub(crate) async fn plant_more(State(app): Shared, Json(planting): Json<Planting>) -> Response {
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
pub(crate) struct ShopChange {
    client_id: String,
    frozen: Option<bool>,
    locked: Option<bool>,
    /// Every token is worthless from now on, until an app is authorised again; false brings the permanent one back.
    revoke_tokens: Option<bool>,
    scopes: Option<Vec<String>>,
    protected_data: Option<bool>,
    protected_addresses: Option<bool>,
    submit_is_noop: Option<bool>,
    plan: Option<Plan>,
    /// A refund policy that holds from now on.
    refund_policy: Option<String>,
}

pub(crate) async fn shop(State(app): Shared, Json(wanted): Json<ShopChange>) -> Response {
    let Some(account) = app.account(&wanted.client_id) else {
        return unknown_account();
    };
    let mut world = app.world();
    let shop = world.shopify.shop(account);
    shop.frozen = wanted.frozen.unwrap_or(shop.frozen);
    shop.locked = wanted.locked.unwrap_or(shop.locked);
    shop.protected_data = wanted.protected_data.unwrap_or(shop.protected_data);
    shop.protected_addresses = wanted.protected_addresses.unwrap_or(shop.protected_addresses);
    shop.submit_is_noop = wanted.submit_is_noop.unwrap_or(shop.submit_is_noop);
    if let Some(scopes) = wanted.scopes {
        shop.scopes = scopes;
    }
    if let Some(words) = wanted.refund_policy {
        shop.refund_policy = Some((words, app.clock.now()));
    }
    if let Some(plan) = wanted.plan {
        shop.set_plan(plan);
    }
    if let Some(revoked) = wanted.revoke_tokens {
        shop.revoked = revoked;
        // The account's first refresh token comes back with the permanent one.
        shop.seeded = revoked;
        if revoked {
            shop.tokens.clear();
            shop.refreshes.clear();
        }
    }
    let shown = json!({
        "frozen": shop.frozen, "locked": shop.locked, "revoked": shop.revoked, "scopes": shop.scopes,
        "protected_data": shop.protected_data, "protected_addresses": shop.protected_addresses, "submit_is_noop": shop.submit_is_noop, "plan": shop.plan,
    });
    save(&app, &mut world);
    Json(shown).into_response()
}
