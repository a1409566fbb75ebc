//! What every request to the fake API passes: counting, latency and faults.

use std::{
    convert::Infallible,
    io,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use axum::{
    body::{Body, Bytes, to_bytes},
    extract::{ConnectInfo, Request, State},
    http::{HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use futures::{StreamExt, stream};
use rand::Rng;

use crate::{
    app::{App, Counters},
    faults::Fault,
    net::Wire,
    paypal::{self, ApiError},
};

/// Above the files of one call; more is refused before anything is read.
const BODY_BYTES: usize = 64_000_000;
const HANG: Duration = Duration::from_secs(60);

pub(crate) async fn gate(
    State(app): State<Arc<App>>,
    ConnectInfo(wire): ConnectInfo<Wire>,
    request: Request,
    next: Next,
) -> Response {
    let token_route = request.uri().path().ends_with("/oauth2/token");
    let count = |counter: &AtomicU64| counter.fetch_add(1, Ordering::Relaxed);
    count(&app.counters.requests);
    count(route(&app.counters, &request, token_route));
    // Read to the end first: a refusal in the middle of an upload would reach the client as a reset.
    let (parts, body) = request.into_parts();
    let Ok(bytes) = to_bytes(body, BODY_BYTES).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let request = Request::from_parts(parts, Body::from(bytes));
    if !app.latency.is_zero() {
        tokio::time::sleep(app.latency).await;
    }
    let Some(fault) = app.draw_fault() else {
        return paypal::named(next.run(request).await);
    };
    let writes = !token_route && request.method() != Method::GET;
    match fault {
        Fault::TokenExpired if token_route => return next.run(request).await,
        Fault::ErrorAfter if !writes => return next.run(request).await,
        _ => count(&app.counters.faults),
    };
    strike(&app, fault, &wire, request, next).await
}

async fn strike(app: &App, fault: Fault, wire: &Wire, request: Request, next: Next) -> Response {
    match fault {
        Fault::RateLimited => rate_limited(app),
        Fault::ServerError if app.rng().random_bool(0.5) => unavailable(),
        Fault::ServerError => server_error(),
        Fault::ErrorAfter => {
            next.run(request).await;
            server_error()
        }
        Fault::ResetBefore => cut(wire),
        Fault::ResetAfter => {
            next.run(request).await;
            cut(wire)
        }
        Fault::Truncated => truncated(next.run(request).await).await,
        Fault::TokenExpired => {
            if let Some(token) = paypal::bearer(request.headers()) {
                app.tokens.revoke(token);
            }
            ApiError::unauthenticated().into_response()
        }
        Fault::Hang => {
            tokio::select! {
                () = app.stop.cancelled() => {}
                () = tokio::time::sleep(HANG) => {}
            }
            cut(wire)
        }
        Fault::Garbage => {
            let handled = app.rng().random_bool(0.5);
            if handled {
                next.run(request).await;
            }
            const PAGE: &str =
                "<!doctype html><title>Just a moment</title><p>Please wait while we check your browser.";
            axum::response::Html(PAGE).into_response()
        }
    }
}

fn route<'a>(counters: &'a Counters, request: &Request, token_route: bool) -> &'a AtomicU64 {
    match *request.method() {
        _ if token_route => &counters.token,
        Method::GET if request.uri().path().ends_with("/customer/disputes") => &counters.list,
        Method::GET => &counters.show,
        _ => &counters.act,
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

/// The answer never leaves: writing it fails and closes the connection.
fn cut(wire: &Wire) -> Response {
    wire.cut();
    StatusCode::OK.into_response()
}

/// Announces the whole body, sends the first half and breaks off.
async fn truncated(response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, usize::MAX).await else {
        return server_error();
    };
    let half: Bytes = bytes.slice(..bytes.len() / 2);
    parts
        .headers
        .insert(header::CONTENT_LENGTH, HeaderValue::from(bytes.len()));
    let sent =
        stream::once(async move { Ok::<_, Infallible>(half) }).map(|part| part.map_err(io::Error::other));
    let broken = stream::once(async {
        // An error at once would take the unsent head with it, and the client would see a reset instead.
        tokio::time::sleep(Duration::from_millis(20)).await;
        Err(io::Error::from(io::ErrorKind::ConnectionAborted))
    });
    Response::from_parts(parts, Body::from_stream(sent.chain(broken)))
}
