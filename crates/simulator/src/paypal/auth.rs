//! Tokens, scopes and the partner's assertion.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    Json,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use chrono::Duration;
use rand::Rng;
use serde_json::{Value, json};

use super::ApiError;
use crate::{account, app::App, dispute::Time};

/// What PayPal's own sample shows.
const LIFETIME_SECONDS: i64 = 31_668;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Holder {
    Merchant(usize),
    Partner,
    Buyers,
}

#[derive(Debug, Default)]
pub(crate) struct Tokens {
    known: Mutex<HashMap<String, (Holder, Time)>>,
}

impl Tokens {
    /// Forgets a token at once, as if its time had run out.
    pub(crate) fn revoke(&self, token: &str) {
        self.known
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(token);
    }

    fn issue(&self, token: String, holder: Holder, now: Time) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|_, (_, until)| *until > now);
        known.insert(token, (holder, now + Duration::seconds(LIFETIME_SECONDS)));
    }

    fn holder(&self, token: &str, now: Time) -> Option<Holder> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known
            .get(token)
            .filter(|(_, until)| *until > now)
            .map(|(holder, _)| *holder)
    }
}

/// Who calls, and on whose disputes.
#[derive(Debug)]
pub(crate) struct Caller {
    /// The merchant whose disputes are seen; `None` for the buyers' app, which sees all.
    pub account: Option<usize>,
    pub by: &'static str,
    may_update: bool,
}

impl Caller {
    pub(crate) fn merchant(&self) -> Result<usize, ApiError> {
        self.account.ok_or_else(ApiError::not_authorized)
    }

    pub(crate) fn updater(&self) -> Result<(), ApiError> {
        if self.may_update {
            Ok(())
        } else {
            Err(ApiError::not_authorized())
        }
    }

    pub(crate) fn sees(&self, account: usize) -> bool {
        self.account.is_none_or(|own| own == account)
    }
}

pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers
        .get(header::AUTHORIZATION)?
        .to_str()
        .ok()?
        .strip_prefix("Bearer ")
}

pub(crate) fn caller(app: &App, headers: &HeaderMap) -> Result<Caller, ApiError> {
    let holder = bearer(headers)
        .and_then(|token| app.tokens.holder(token, app.clock.now()))
        .ok_or_else(ApiError::unauthenticated)?;
    let assertion = headers.get("paypal-auth-assertion");
    let payer = match assertion {
        None => None,
        Some(value) => {
            let client_id = match holder {
                Holder::Merchant(index) => app.accounts[index].client_id.as_str(),
                Holder::Partner => app.partner.client_id.as_str(),
                Holder::Buyers => app.buyers.client_id.as_str(),
            };
            Some(asserted(app, value.to_str().unwrap_or_default(), client_id)?)
        }
    };
    match (holder, payer) {
        (Holder::Buyers, _) => Ok(Caller {
            account: None,
            by: "buyer",
            may_update: true,
        }),
        (Holder::Merchant(own), Some(other)) if own != other => Err(ApiError::not_authorized()),
        (Holder::Merchant(own), _) => {
            let may = |scope: &str| app.accounts[own].scopes.iter().any(|held| held.ends_with(scope));
            let may_update = may("disputes/update-seller");
            Ok(Caller {
                account: Some(own),
                by: "merchant",
                may_update,
            })
        }
        (Holder::Partner, None) => Err(ApiError::not_authorized()),
        (Holder::Partner, Some(index)) => {
            let may = |feature: &str| {
                app.accounts[index]
                    .partner_features
                    .iter()
                    .any(|held| held == feature)
            };
            if !may("READ_SELLER_DISPUTE") {
                return Err(ApiError::not_authorized());
            }
            Ok(Caller {
                account: Some(index),
                by: "partner",
                may_update: may("UPDATE_SELLER_DISPUTE"),
            })
        }
    }
}

/// The merchant of a request, by its token (and the partner's assertion) or by the credentials of the token route.
pub(crate) fn owner(app: &App, headers: &HeaderMap) -> Option<usize> {
    if let Some(pair) = credentials(headers) {
        return match holder(app, &pair)? {
            Holder::Merchant(index) => Some(index),
            Holder::Partner | Holder::Buyers => None,
        };
    }
    caller(app, headers).ok()?.account
}

/// Reads an unsigned JWT: `{"alg":"none"}`, `iss` = the caller's app, one of `payer_id` and `email`, nothing after the last dot.
fn asserted(app: &App, assertion: &str, client_id: &str) -> Result<usize, ApiError> {
    let parts: Vec<&str> = assertion.split('.').collect();
    let [head, claims, ""] = parts.as_slice() else {
        return Err(ApiError::unauthenticated());
    };
    let decode =
        |part: &str| -> Option<Value> { serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok() };
    let (Some(head), Some(claims)) = (decode(head), decode(claims)) else {
        return Err(ApiError::unauthenticated());
    };
    if head["alg"] != "none" || claims["iss"] != client_id {
        return Err(ApiError::unauthenticated());
    }
    let (payer, email) = (claims["payer_id"].as_str(), claims["email"].as_str());
    if payer.is_some() == email.is_some() {
        return Err(ApiError::unauthenticated());
    }
    app.accounts
        .iter()
        .position(|account| {
            payer == Some(account.merchant_id.as_str()) || email == Some(account.email.as_str())
        })
        .ok_or_else(ApiError::not_authorized)
}

pub(crate) async fn token(State(app): State<Arc<App>>, headers: HeaderMap, body: Bytes) -> Response {
    let Some(holder) = credentials(&headers).and_then(|pair| holder(&app, &pair)) else {
        return refusal(
            StatusCode::UNAUTHORIZED,
            "invalid_client",
            "Client Authentication failed",
        );
    };
    let form = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    if !form.starts_with("application/x-www-form-urlencoded") {
        return refusal(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "invalid_request",
            "The body must be a form",
        );
    }
    let mut pairs = url::form_urlencoded::parse(&body);
    match pairs.find(|(name, _)| name == "grant_type") {
        Some((_, grant)) if grant == "client_credentials" => {}
        Some(_) => {
            return refusal(
                StatusCode::BAD_REQUEST,
                "unsupported_grant_type",
                "Grant type is not supported",
            );
        }
        None => return refusal(StatusCode::BAD_REQUEST, "invalid_request", "Grant type is null"),
    }
    let secret: u128 = app.rng().random();
    let token = format!("A21AA{secret:032x}");
    let now = app.clock.now();
    app.tokens.issue(token.clone(), holder, now);
    let scopes = match holder {
        Holder::Merchant(index) => app.accounts[index].scopes.clone(),
        Holder::Partner => account::partner_scopes(),
        Holder::Buyers => account::buyer_scopes(),
    };
    Json(json!({
        "scope": scopes.join(" "),
        "access_token": token,
        "token_type": "Bearer",
        "app_id": "APP-80W284485P519543T",
        "expires_in": LIFETIME_SECONDS,
        "nonce": format!("{}{:08x}", now.format("%Y-%m-%dT%H:%M:%SZ"), secret as u32),
    }))
    .into_response()
}

fn credentials(headers: &HeaderMap) -> Option<(String, String)> {
    let encoded = headers
        .get(header::AUTHORIZATION)?
        .to_str()
        .ok()?
        .strip_prefix("Basic ")?;
    let text = String::from_utf8(STANDARD.decode(encoded).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    Some((id.to_owned(), secret.to_owned()))
}

fn holder(app: &App, (id, secret): &(String, String)) -> Option<Holder> {
    if *id == app.partner.client_id && *secret == app.partner.client_secret {
        return Some(Holder::Partner);
    }
    if *id == app.buyers.client_id && *secret == app.buyers.client_secret {
        return Some(Holder::Buyers);
    }
    let index = app.accounts.iter().position(|account| account.client_id == *id)?;
    (app.accounts[index].client_secret == *secret).then_some(Holder::Merchant(index))
}

/// The token route has OAuth's error shape, not PayPal's.
fn refusal(status: StatusCode, error: &str, description: &str) -> Response {
    (
        status,
        Json(json!({"error": error, "error_description": description})),
    )
        .into_response()
}
