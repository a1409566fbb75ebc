//! Who calls: tokens, and the states in which a shop refuses every call (reference 1 and 8).

use axum::{
    Json,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use chrono::Duration;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::shop::{Shop, Token};
use crate::{account::Account, app::App, dispute::Time, world::World};

pub(crate) const HEADER: &str = "x-shopify-access-token";
/// Life of an expiring offline token, and of the refresh token beside it.
pub(crate) const HOUR: i64 = 3_600;
pub(crate) const REFRESH_DAYS: i64 = 90;

pub(crate) fn refusal(status: StatusCode, message: &str) -> Response {
    (status, Json(json!({"errors": message}))).into_response()
}

/// The merchant whose shop a path names, with or without `.myshopify.com`.
pub(crate) fn shop_of(app: &App, handle: &str) -> Option<usize> {
    app.accounts.iter().position(|account| {
        let shop = &account.shopify.shop;
        shop == handle || shop.strip_suffix(".myshopify.com") == Some(handle)
    })
}

pub(crate) fn of(headers: &HeaderMap) -> Option<&str> {
    headers.get(HEADER)?.to_str().ok()
}

/// Lets a call through, or says why not.
pub(crate) fn check(
    world: &mut World,
    app: &App,
    account: usize,
    headers: &HeaderMap,
) -> Result<(), Box<Response>> {
    let (owner, now) = (&app.accounts[account], app.clock.now());
    let shop = world.shopify.shop(account);
    let known = of(headers).is_some_and(|token| accepted(shop, owner, token, now));
    if !known {
        return Err(boxed(
            StatusCode::UNAUTHORIZED,
            "[API] Invalid API key or access token (unrecognized login or wrong password)",
        ));
    }
    if shop.frozen {
        return Err(boxed(
            StatusCode::PAYMENT_REQUIRED,
            "Unavailable Shop: the shop's bill is unpaid",
        ));
    }
    if shop.locked {
        return Err(boxed(
            StatusCode::LOCKED,
            "This shop is locked: its owner must contact support",
        ));
    }
    Ok(())
}

fn boxed(status: StatusCode, message: &str) -> Box<Response> {
    Box::new(refusal(status, message))
}

fn accepted(shop: &mut Shop, owner: &Account, token: &str, now: Time) -> bool {
    if token == owner.shopify.access_token {
        return !shop.revoked;
    }
    let Some(known) = shop.tokens.get(token) else {
        return false;
    };
    if known.expires.is_some_and(|end| end <= now) {
        return false;
    }
    // Used for the first time: from now on the pair that it replaces is dead.
    if let Some(old) = known.replaces.clone() {
        shop.refreshes.remove(&old);
    }
    true
}

/// The drawn fault: an issued token is worthless from now on, a permanent one only for this call.
pub(crate) fn expire(app: &App, headers: &HeaderMap) -> Response {
    if let Some(token) = of(headers) {
        let mut world = app.world();
        for account in 0..app.accounts.len() {
            world.shopify.shop(account).tokens.remove(token);
        }
    }
    refusal(
        StatusCode::UNAUTHORIZED,
        "[API] Invalid API key or access token (unrecognized login or wrong password)",
    )
}

/// Whose request this is, for pacing and faults.
pub(crate) fn owner(app: &App, path: &str) -> Option<usize> {
    let mut parts = path.trim_start_matches('/').split('/');
    let first = parts.next()?;
    let handle = if first == "shopify" { parts.next()? } else { first };
    shop_of(app, handle)
}

/// A token that nobody has yet; it differs by seed, shop and count.
pub(crate) fn fresh(app: &App, account: usize, shop: &mut Shop, kind: &str) -> String {
    shop.issued += 1;
    let label = format!(
        "docket-simulator/{}/shopify/{account}/{kind}/{}",
        app.seed, shop.issued
    );
    let digest = Sha256::digest(label);
    let text: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("{kind}_{text}")
}

/// An expiring pair: access for an hour, refresh for ninety days.
pub(crate) fn pair(app: &App, account: usize, shop: &mut Shop, replaces: Option<String>) -> (String, String) {
    let now = app.clock.now();
    let access = fresh(app, account, shop, "shpat");
    let refresh = fresh(app, account, shop, "shprt");
    let expires = Some(now + Duration::seconds(HOUR));
    shop.tokens.insert(access.clone(), Token { expires, replaces });
    shop.refreshes
        .insert(refresh.clone(), now + Duration::days(REFRESH_DAYS));
    shop.tokens
        .retain(|_, token| token.expires.is_none_or(|end| end > now));
    (access, refresh)
}
