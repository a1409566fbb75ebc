//! The OAuth routes of a shop: authorize, code exchange, refresh, client credentials (reference 1).

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    Json,
    body::Bytes,
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{Html, IntoResponse, Redirect, Response},
};
use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use chrono::Duration;
use hmac::{Hmac, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use url::{Url, form_urlencoded};

use super::{
    shop::{Shop, Token},
    tokens::{HOUR, REFRESH_DAYS, fresh, pair, refusal, shop_of},
};
use crate::app::App;

/// The merchant's consent page, which in a simulation always agrees.
pub(crate) async fn authorize(
    State(app): State<Arc<App>>,
    Path(handle): Path<String>,
    Query(query): Query<BTreeMap<String, String>>,
) -> Response {
    let Some(account) = shop_of(&app, &handle) else {
        return refusal(StatusCode::NOT_FOUND, "Not Found");
    };
    let owner = &app.accounts[account].shopify;
    let given = |name: &str| query.get(name).map_or("", String::as_str);
    if given("client_id") != owner.client_id {
        return oauth_error(
            "application_cannot_be_found",
            "No app has this client_id: check the app's credentials",
        );
    }
    let Ok(mut target) = Url::parse(given("redirect_uri")) else {
        return oauth_error(
            "invalid_request",
            "The redirect_uri is not a whitelisted address: give an absolute one",
        );
    };
    let mut world = app.world();
    let shop = world.shopify.shop(account);
    let asked: Vec<&str> = given("scope")
        .split(',')
        .filter(|scope| !scope.is_empty())
        .collect();
    if let Some(unknown) = asked
        .iter()
        .find(|scope| !scope.starts_with("read_") && !scope.starts_with("write_"))
    {
        return oauth_error(
            "invalid_scope",
            &format!("The scope {unknown} is not a scope: use its read_ or write_ form"),
        );
    }
    let code = fresh(&app, account, shop, "code");
    let now = app.clock.now();
    shop.codes.insert(code.clone(), now + Duration::minutes(1));
    drop(world);
    let mut fields = BTreeMap::from([
        ("code", code),
        (
            "host",
            STANDARD_NO_PAD.encode(format!("admin.shopify.com/store/{handle}")),
        ),
        ("shop", owner.shop.clone()),
        ("state", given("state").to_owned()),
        ("timestamp", now.timestamp().to_string()),
    ]);
    fields.insert("hmac", signature(&fields, &owner.client_secret));
    target.query_pairs_mut().extend_pairs(fields.iter());
    Redirect::to(target.as_str()).into_response()
}

/// Hexadecimal HMAC-SHA256 over the sorted query without `hmac`.
fn signature(fields: &BTreeMap<&str, String>, secret: &str) -> String {
    let text = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish();
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else {
        return String::new();
    };
    mac.update(text.as_bytes());
    mac.finalize()
        .into_bytes()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

pub(crate) fn oauth_error(code: &str, description: &str) -> Response {
    let body = json!({"error": code, "error_description": description});
    (StatusCode::BAD_REQUEST, Json(body)).into_response()
}

pub(crate) async fn access_token(
    State(app): State<Arc<App>>,
    Path(handle): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let Some(account) = shop_of(&app, &handle) else {
        return refusal(StatusCode::NOT_FOUND, "Not Found");
    };
    let Some(fields) = fields(&headers, &body) else {
        return oauth_error(
            "invalid_request",
            "The body is neither JSON nor a form: send one of them",
        );
    };
    let owner = &app.accounts[account].shopify;
    let given = |name: &str| fields.get(name).and_then(Value::as_str).unwrap_or_default();
    if given("client_id") != owner.client_id || given("client_secret") != owner.client_secret {
        return stranger(&app, account, given("client_id"));
    }
    let mut world = app.world();
    let shop = world.shopify.shop(account);
    if !shop.seeded {
        shop.seeded = true;
        shop.refreshes.insert(
            owner.refresh_token.clone(),
            app.clock.now() + Duration::days(REFRESH_DAYS),
        );
    }
    let answer = match given("grant_type") {
        "refresh_token" => refresh(&app, account, shop, given("refresh_token")),
        "client_credentials" => credentials(&app, account, shop),
        "" | "authorization_code" => exchange(&app, account, shop, given("code"), given("expiring") == "1"),
        _ => Err(Box::new(oauth_error(
            "unsupported_grant_type",
            "This grant is not offered here: use another one",
        ))),
    };
    world.dirty = true;
    app.save(&mut world);
    answer.map_or_else(|refused| *refused, |body| Json(body).into_response())
}

/// Another shop's app, or nobody's.
fn stranger(app: &App, account: usize, client_id: &str) -> Response {
    let mut others = app.accounts.iter().enumerate();
    if others.any(|(place, other)| place != account && other.shopify.client_id == client_id) {
        let why = "The app belongs to another organisation than this shop";
        return oauth_error("shop_not_permitted", why);
    }
    let why = "The client id or secret is wrong: check the app's credentials";
    oauth_error("invalid_client", why)
}

/// JSON or a form, as the official library and others send it.
fn fields(headers: &HeaderMap, body: &[u8]) -> Option<serde_json::Map<String, Value>> {
    let media_type = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    if media_type.starts_with("application/json") {
        return serde_json::from_slice(body).ok();
    }
    let pairs = form_urlencoded::parse(body);
    Some(
        pairs
            .map(|(name, value)| (name.into_owned(), Value::from(value.into_owned())))
            .collect(),
    )
}

fn expiring(app: &App, account: usize, shop: &mut Shop, replaces: Option<String>) -> Value {
    let scope = shop.scopes.join(",");
    let (access, refresh) = pair(app, account, shop, replaces);
    json!({
        "access_token": access, "scope": scope, "expires_in": HOUR - 1,
        "refresh_token": refresh, "refresh_token_expires_in": REFRESH_DAYS * 86_400 - 1,
    })
}

/// The old refresh token stays good until the new access token is used, so a lost answer can be asked for again.
fn refresh(app: &App, account: usize, shop: &mut Shop, old: &str) -> Result<Value, Box<Response>> {
    match shop.refreshes.get(old) {
        Some(end) if *end > app.clock.now() => Ok(expiring(app, account, shop, Some(old.to_owned()))),
        _ => Err(Box::new(oauth_error(
            "invalid_grant",
            "The refresh token is no longer good: authorise the app again",
        ))),
    }
}

/// Not for an app that was taken off the shop: that answer is a page and no JSON (reference 1).
fn credentials(app: &App, account: usize, shop: &mut Shop) -> Result<Value, Box<Response>> {
    if shop.revoked {
        let page =
            Html("<!doctype html><title>Oauth error app_not_installed</title><p>The app is not installed.");
        return Err(Box::new((StatusCode::BAD_REQUEST, page).into_response()));
    }
    let access = fresh(app, account, shop, "shpat");
    let expires = Some(app.clock.now() + Duration::days(1));
    shop.tokens.insert(
        access.clone(),
        Token {
            expires,
            replaces: None,
        },
    );
    Ok(json!({"access_token": access, "scope": shop.scopes.join(","), "expires_in": 86_399}))
}

fn exchange(
    app: &App,
    account: usize,
    shop: &mut Shop,
    code: &str,
    expires: bool,
) -> Result<Value, Box<Response>> {
    let end = shop.codes.remove(code);
    if end.is_none_or(|end| end <= app.clock.now()) {
        return Err(Box::new(oauth_error(
            "invalid_request",
            "The authorization code was not found or was already used",
        )));
    }
    if expires {
        return Ok(expiring(app, account, shop, None));
    }
    let access = fresh(app, account, shop, "shpat");
    shop.tokens.insert(
        access.clone(),
        Token {
            expires: None,
            replaces: None,
        },
    );
    Ok(json!({"access_token": access, "scope": shop.scopes.join(",")}))
}
