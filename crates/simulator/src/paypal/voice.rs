//! PayPal's words where the gate answers in its place.

use axum::{
    body::Bytes,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use rand::Rng;

use super::{ApiError, auth, error::named};
use crate::{
    app::App,
    platform::{Route, Voice},
};

pub(crate) const VOICE: Voice = Voice {
    route,
    owner: |app, parts| auth::owner(app, &parts.headers),
    books_requests: true,
    rate_limited,
    server_error,
    unavailable,
    expired,
    named,
};

fn route(parts: &Parts, _body: &Bytes) -> Route {
    let path = parts.uri.path();
    match parts.method {
        _ if path.ends_with("/oauth2/token") => Route::Token,
        Method::GET if path.ends_with("/customer/disputes") => Route::List,
        Method::GET => Route::Show,
        _ => Route::Act,
    }
}

fn rate_limited(app: &App) -> Response {
    let mut response = ApiError::new(
        StatusCode::TOO_MANY_REQUESTS,
        "RATE_LIMIT_REACHED",
        "Too many requests. Blocked due to rate limiting.",
    )
    .into_response();
    if app.rng().random_bool(0.5) {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    }
    response
}

fn server_error() -> Response {
    ApiError::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        "INTERNAL_SERVER_ERROR",
        "An internal server error has occurred.",
    )
    .into_response()
}

fn unavailable() -> Response {
    ApiError::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "SERVICE_UNAVAILABLE",
        "Service unavailable.",
    )
    .into_response()
}

/// The token of the request really is gone.
fn expired(app: &App, headers: &HeaderMap) -> Response {
    if let Some(token) = auth::bearer(headers) {
        app.tokens.revoke(token);
    }
    ApiError::unauthenticated().into_response()
}
