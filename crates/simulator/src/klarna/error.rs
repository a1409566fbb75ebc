//! Klarna's two error envelopes (reference 2), and the correlation id of every answer.

use std::sync::atomic::{AtomicU64, Ordering};

use axum::{
    Json,
    http::{HeaderName, HeaderValue, StatusCode},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

/// An error of the Disputes API v4.
#[derive(Debug)]
pub(crate) struct ApiError {
    status: StatusCode,
    kind: &'static str,
    code: &'static str,
    message: String,
    problems: Vec<Value>,
}

impl ApiError {
    fn new(status: StatusCode, kind: &'static str, code: &'static str, message: &str) -> Self {
        Self {
            status,
            kind,
            code,
            message: message.to_owned(),
            problems: Vec::new(),
        }
    }

    /// 400 for a parameter of the query or the body.
    pub(crate) fn invalid(parameter: &str, reason: &str) -> Self {
        let message = "The request did not pass validation, see validation_errors.";
        let mut error = Self::new(
            StatusCode::BAD_REQUEST,
            "INPUT_ERROR",
            "VALIDATION_ERROR",
            message,
        );
        error.problems.push(json!({
            "parameter": parameter, "reason": reason, "doc_url": "https://docs.example/parameters",
        }));
        error
    }

    pub(crate) fn content_type(message: &str) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "INPUT_ERROR",
            "INVALID_CONTENT_TYPE",
            message,
        )
    }

    pub(crate) fn unauthorized() -> Self {
        let message = "The credentials are missing or not valid.";
        Self::new(StatusCode::UNAUTHORIZED, "ACCESS_ERROR", "UNAUTHORIZED", message)
    }

    pub(crate) fn forbidden() -> Self {
        let message = "This operation is not allowed for the calling account.";
        Self::new(
            StatusCode::FORBIDDEN,
            "RESOURCE_ERROR",
            "OPERATION_FORBIDDEN",
            message,
        )
    }

    pub(crate) fn not_found() -> Self {
        let message = "The resource could not be found.";
        Self::new(
            StatusCode::NOT_FOUND,
            "RESOURCE_ERROR",
            "RESOURCE_NOT_FOUND",
            message,
        )
    }

    pub(crate) fn conflict(message: &str) -> Self {
        Self::new(
            StatusCode::CONFLICT,
            "RESOURCE_ERROR",
            "RESOURCE_CONFLICT",
            message,
        )
    }

    pub(crate) fn rate_limited() -> Self {
        let message = "Too many requests, please slow down.";
        Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            "ACCESS_ERROR",
            "RATE_LIMITED",
            message,
        )
    }

    pub(crate) fn internal() -> Self {
        let message = "Something went wrong on our side.";
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "TECHNICAL_ERROR",
            "INTERNAL_ERROR",
            message,
        )
    }

    pub(crate) fn unavailable() -> Self {
        let message = "The service is not available for the moment.";
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "TECHNICAL_ERROR",
            "TEMPORARY_UNAVAILABLE",
            message,
        )
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let id = new_id();
        let mut body = json!({
            "error_id": id, "error_type": self.kind, "error_code": self.code, "error_message": self.message,
            "doc_url": "https://docs.example/errors",
        });
        if !self.problems.is_empty() {
            body["validation_errors"] = self.problems.into();
        }
        with_id((self.status, Json(body)).into_response(), &id)
    }
}

/// An error of Order Management.
pub(crate) fn order_error(status: StatusCode, code: &str, message: &str) -> Response {
    let id = new_id();
    let body = json!({"correlation_id": id, "error_code": code, "error_messages": [message]});
    with_id((status, Json(body)).into_response(), &id)
}

fn new_id() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    // Only has to look random: an odd factor spreads a counter over all bits.
    let mixed = NEXT
        .fetch_add(1, Ordering::Relaxed)
        .wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let digits = format!("{mixed:016x}{:016x}", mixed.rotate_left(29));
    format!(
        "{}-{}-4{}-9{}-{}",
        &digits[..8],
        &digits[8..12],
        &digits[13..16],
        &digits[17..20],
        &digits[20..]
    )
}

fn with_id(mut response: Response, id: &str) -> Response {
    if let Ok(value) = HeaderValue::from_str(id) {
        response
            .headers_mut()
            .entry(HeaderName::from_static("klarna-correlation-id"))
            .or_insert(value);
    }
    response
}

/// Every answer carries a correlation id, not only the errors.
pub(crate) fn named(response: Response) -> Response {
    with_id(response, &new_id())
}
