//! Klarna's words where the gate answers in its place.

use axum::{
    body::Bytes,
    http::{Method, StatusCode, request::Parts},
    response::{IntoResponse, Response},
};

use super::{ApiError, DISPUTES, auth, error};
use crate::platform::{Route, Voice};

pub(crate) const VOICE: Voice = Voice {
    route,
    owner: |app, parts| auth::owner(app, &parts.headers),
    books_requests: true,
    // Klarna sends no Retry-After (reference 2).
    rate_limited: |_app| ApiError::rate_limited().into_response(),
    server_error: || ApiError::internal().into_response(),
    unavailable: || ApiError::unavailable().into_response(),
    // There is no token that could be gone: the next call with the same key is fine.
    expired: |_app, _headers| ApiError::unauthorized().into_response(),
    named: error::named,
};

fn route(parts: &Parts, _body: &Bytes) -> Route {
    match parts.method {
        Method::GET if parts.uri.path().ends_with(DISPUTES) => Route::List,
        Method::GET => Route::Show,
        _ => Route::Act,
    }
}

/// 404 of Order Management.
pub(crate) fn no_such_order() -> Response {
    error::order_error(
        StatusCode::NOT_FOUND,
        "NO_SUCH_ORDER",
        "There is no order with this id.",
    )
}
