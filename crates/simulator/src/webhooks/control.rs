//! Webhooks at the control door.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde::Deserialize;
use serde_json::json;
use url::Url;

use super::{Astray, register, shopify};
use crate::{
    app::App,
    control::{Shared, UNKNOWN_PLATFORM, refusal, unknown_account},
    platform::Platform,
};

/// Routes below `/_control`.
pub(crate) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/webhooks", get(list).post(add))
        .route("/webhooks/faults", post(astray))
        .route("/shopify/privacy", post(privacy))
        .route("/paypal/root.pem", get(root))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Registration {
    client_id: String,
    platform: String,
    url: Url,
}

async fn add(State(app): Shared, Json(wish): Json<Registration>) -> Response {
    let Some(account) = app.account(&wish.client_id) else {
        return unknown_account();
    };
    let Some(platform) = Platform::named(&wish.platform) else {
        return refusal(StatusCode::BAD_REQUEST, UNKNOWN_PLATFORM);
    };
    if app.bench.is_some() {
        return refusal(StatusCode::CONFLICT, "static mode sends no webhooks");
    }
    register(&app, (platform, account), wish.url);
    Json(json!({"registered": true})).into_response()
}

async fn list(State(app): Shared) -> Response {
    Json(app.webhooks.json(&app)).into_response()
}

async fn astray(State(app): Shared, Json(astray): Json<Astray>) -> Response {
    if !astray.valid() {
        return refusal(StatusCode::BAD_REQUEST, "every share lies between 0 and 1");
    }
    app.webhooks.set_astray(astray);
    Json(astray).into_response()
}

#[derive(Deserialize)]
struct Privacy {
    client_id: String,
    topic: String,
}

async fn privacy(State(app): Shared, Json(wish): Json<Privacy>) -> Response {
    let Some(account) = app.account(&wish.client_id) else {
        return unknown_account();
    };
    if !shopify::PRIVACY.contains(&wish.topic.as_str()) {
        return refusal(
            StatusCode::BAD_REQUEST,
            "the topic is one of customers/data_request, customers/redact, shop/redact",
        );
    }
    let message = shopify::privacy(&app, account, &wish.topic);
    if app.webhooks.push((Platform::Shopify, account), message) {
        return Json(json!({"sent": true})).into_response();
    }
    refusal(
        StatusCode::CONFLICT,
        "nobody is registered: POST /_control/webhooks for this account and shopify first",
    )
}

/// The authority behind the certificate that signs PayPal's messages.
async fn root(State(app): Shared) -> Response {
    (
        [("content-type", "application/x-pem-file")],
        app.webhooks.signer.root.clone(),
    )
        .into_response()
}
