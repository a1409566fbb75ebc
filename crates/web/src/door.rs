//! The webhook door: platforms knock here. It believes nothing but signatures, keeps what it believes, and answers at
//! once; the reading is a job.

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, post};
use docket_app::{Desk, Webhook, WebhookAnswer, WebhookRefused};
use docket_core::id::ConnectionId;
use docket_core::words::Platform;

/// Events are a few kilobytes; more is no event.
const BODY_LIMIT: usize = 1024 * 1024;
/// When the platform should knock again while a signer's certificate cannot be fetched, in seconds.
const AGAIN: &str = "60";

/// The door, for its place in the router.
pub fn door() -> MethodRouter<Desk> {
    post(knock).layer(DefaultBodyLimit::max(BODY_LIMIT))
}

async fn knock(
    State(desk): State<Desk>,
    Path((platform, connection)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let nobody = || {
        answer(
            StatusCode::NOT_FOUND,
            "there is no such connection on this platform",
        )
    };
    let (Ok(platform), Ok(connection)) = (platform.parse::<Platform>(), connection.parse::<ConnectionId>())
    else {
        return nobody();
    };
    let webhook = Webhook {
        headers: &readable(&headers),
        body: &body,
        received_at: desk.env.now(),
    };
    match desk.receive_webhook(platform, connection, webhook).await {
        Ok(WebhookAnswer::Taken) => answer(StatusCode::OK, "taken"),
        Ok(WebhookAnswer::Repeated) => answer(StatusCode::OK, "known"),
        Ok(WebhookAnswer::Unknown) => nobody(),
        Ok(WebhookAnswer::Refused(why)) => refused(&why),
        Err(error) => {
            tracing::error!(%connection, %error, "a webhook could not be kept");
            again("it could not be kept now")
        }
    }
}

/// Names in lower case; values that are no text cannot be part of a signature.
fn readable(headers: &HeaderMap) -> Vec<(String, String)> {
    let text = |(name, value): (&HeaderName, &header::HeaderValue)| {
        Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))
    };
    headers.iter().filter_map(text).collect()
}

fn refused(why: &WebhookRefused) -> Response {
    let text = why.to_string();
    match why {
        WebhookRefused::NotConfigured(_) | WebhookRefused::Header(_) | WebhookRefused::NotGenuine(_) => {
            answer(StatusCode::UNAUTHORIZED, &text)
        }
        WebhookRefused::Body(_) => answer(StatusCode::BAD_REQUEST, &text),
        WebhookRefused::Later(_) => again(&text),
    }
}

fn again(why: &str) -> Response {
    let mut response = answer(StatusCode::SERVICE_UNAVAILABLE, why);
    let wait = header::HeaderValue::from_static(AGAIN);
    response.headers_mut().insert(header::RETRY_AFTER, wait);
    response
}

fn answer(status: StatusCode, says: &str) -> Response {
    (status, format!("{says}\n")).into_response()
}
