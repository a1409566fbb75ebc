//! The fake of PayPal's Customer Disputes API.

mod act;
mod auth;
mod checks;
mod control;
mod desk;
mod error;
mod evidence;
mod input;
pub(crate) mod list;
mod perform;
pub(crate) mod vocabulary;
mod voice;
mod webhook;

use std::sync::Arc;

use axum::{
    Router,
    http::{HeaderMap, header},
    routing::{get, post},
};

use crate::app::App;
pub(crate) use auth::Tokens;
pub(crate) use control::routes as control;
use error::ApiError;
pub(crate) use voice::VOICE;
pub(crate) use webhook::{event, watch};

/// Routes below `/paypal`.
pub(crate) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/v1/oauth2/token", post(auth::token))
        .route("/v1/customer/disputes", get(list::list))
        .route("/v1/customer/disputes/{id}", get(desk::show).patch(desk::patch))
        .route("/v1/customer/disputes/{id}/{action}", post(act::act))
        .route(
            "/v1/notifications/verify-webhook-signature",
            post(webhook::verify),
        )
        .route("/v1/notifications/certs/{id}", get(webhook::certificate))
        .fallback(|| async { ApiError::not_found() })
}

/// The address that the client used, with the prefix of this fake: what absolute links start with.
pub(crate) fn base(headers: &HeaderMap) -> String {
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
        .unwrap_or("127.0.0.1");
    format!("http://{host}/paypal")
}
