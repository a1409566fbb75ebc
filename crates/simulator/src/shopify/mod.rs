//! The fake of Shopify's Admin API: its place in the house; nothing is simulated yet.

use std::{io, sync::Arc};

use axum::{
    Json, Router,
    http::{Method, StatusCode, request::Parts},
    response::{IntoResponse, Response},
};
use rand::rngs::StdRng;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    account::Account,
    app::App,
    dispute::Time,
    platform::{Route, Voice},
    world::World,
};

pub(crate) const VOICE: Voice = Voice {
    route: |parts, _body| match parts.method {
        Method::GET => Route::Show,
        _ => Route::Act,
    },
    owner,
    books_requests: false,
    rate_limited: |_app| refusal(StatusCode::TOO_MANY_REQUESTS),
    server_error: || refusal(StatusCode::INTERNAL_SERVER_ERROR),
    unavailable: || refusal(StatusCode::SERVICE_UNAVAILABLE),
    expired: |_app, _headers| refusal(StatusCode::UNAUTHORIZED),
    named: |response| response,
};

/// One row of the state file.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Row {}

/// All that Shopify remembers.
#[derive(Debug, Default)]
pub(crate) struct Book {}

impl Book {
    /// JSON of each row of the state file.
    pub(crate) fn lines(&self) -> io::Result<Vec<&str>> {
        Ok(Vec::new())
    }

    /// Takes back a row of the state file.
    pub(crate) fn take(&mut self, _row: Row) {}
}

/// Routes below `/shopify`.
pub(crate) fn routes() -> Router<Arc<App>> {
    Router::new().fallback(|| async { refusal(StatusCode::NOT_FOUND) })
}

/// Routes below `/_control/shopify`; the journal is there already.
pub(crate) fn control() -> Router<Arc<App>> {
    Router::new()
}

pub(crate) fn past(_world: &mut World, _rng: &mut StdRng, _account: usize, _owner: &Account, _now: Time) {}

pub(crate) fn arrival(_world: &mut World, _rng: &mut StdRng, _account: usize, _owner: &Account, _now: Time) {}

pub(crate) fn change(_world: &mut World, _rng: &mut StdRng, _now: Time) {}

fn owner(app: &App, parts: &Parts) -> Option<usize> {
    let token = parts.headers.get("x-shopify-access-token")?.to_str().ok()?;
    app.accounts
        .iter()
        .position(|account| account.shopify.access_token == token)
}

fn refusal(status: StatusCode) -> Response {
    let reason = status.canonical_reason().unwrap_or_default();
    (status, Json(json!({"errors": reason}))).into_response()
}
