//! PayPal's error body: name, message, debug id and, mostly, details.

use std::sync::atomic::{AtomicU64, Ordering};

use axum::{
    Json,
    http::{HeaderName, HeaderValue, StatusCode},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

#[derive(Debug)]
pub(crate) struct ApiError {
    status: StatusCode,
    name: &'static str,
    message: &'static str,
    details: Vec<Value>,
}

impl ApiError {
    pub(crate) fn new(status: StatusCode, name: &'static str, message: &'static str) -> Self {
        Self {
            status,
            name,
            message,
            details: Vec::new(),
        }
    }

    /// 400 with one issue; `field` is a JSON pointer or a parameter name.
    pub(crate) fn issue(issue: &str, field: &str, location: &str, description: &str) -> Self {
        let mut error = Self::new(
            StatusCode::BAD_REQUEST,
            "VALIDATION_ERROR",
            "Invalid request - see details.",
        );
        error.details.push(json!({
            "issue": issue, "field": field, "location": location, "description": description,
        }));
        error
    }

    /// 400 for a value in the body.
    pub(crate) fn body(issue: &str, field: &str, description: &str) -> Self {
        Self::issue(issue, field, "body", description)
    }

    /// 422 with one issue.
    pub(crate) fn unprocessable(issue: &str, field: &str, description: &str) -> Self {
        Self {
            status: StatusCode::UNPROCESSABLE_ENTITY,
            name: "UNPROCESSABLE_ENTITY",
            message: "The requested action could not be performed, semantically incorrect, or failed business validation.",
            ..Self::body(issue, field, description)
        }
    }

    pub(crate) fn malformed(description: &str) -> Self {
        let mut error = Self::body("MALFORMED_REQUEST", "/", description);
        error.name = "INVALID_REQUEST";
        error.message = "Request is not well-formed, syntactically incorrect, or violates schema.";
        error
    }

    pub(crate) fn not_allowed_now() -> Self {
        Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "ACTION_NOT_ALLOWED_IN_CURRENT_DISPUTE_STATE",
            "The requested action is not allowed in the current state of the dispute.",
        )
    }

    pub(crate) fn unauthenticated() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "AUTHENTICATION_FAILURE",
            "Authentication failed due to invalid authentication credentials or a missing Authorization header.",
        )
    }

    pub(crate) fn not_authorized() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "NOT_AUTHORIZED",
            "Authorization failed due to insufficient permissions.",
        )
    }

    pub(crate) fn not_found() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "RESOURCE_NOT_FOUND",
            "The specified resource does not exist.",
        )
    }

    pub(crate) fn invalid_id() -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "INVALID_RESOURCE_ID",
            "The resource id is not valid.",
        )
    }

    pub(crate) fn media_type() -> Self {
        Self::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "UNSUPPORTED_MEDIA_TYPE",
            "The server does not support the request payload's media type.",
        )
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let debug_id = debug_id();
        let mut body = json!({"name": self.name, "message": self.message, "debug_id": debug_id});
        if !self.details.is_empty() {
            body["details"] = Value::from(self.details);
        }
        let mut response = (self.status, Json(body)).into_response();
        name(&mut response, &debug_id);
        response
    }
}

fn debug_id() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    // Only has to look random: an odd factor spreads a counter over all bits.
    let mixed = NEXT
        .fetch_add(1, Ordering::Relaxed)
        .wrapping_mul(0x9E37_79B9_7F4A_7C15);
    format!("{:013x}", mixed >> 12)
}

fn name(response: &mut Response, debug_id: &str) {
    if let Ok(value) = HeaderValue::from_str(debug_id) {
        response
            .headers_mut()
            .entry(HeaderName::from_static("paypal-debug-id"))
            .or_insert(value);
    }
}

/// Every answer carries a debug id, not only the errors.
pub(crate) fn named(mut response: Response) -> Response {
    name(&mut response, &debug_id());
    response
}
