//! What every request to a fake API passes: counting, latency and faults.

use std::{convert::Infallible, io, sync::Arc, time::Duration};

use axum::{
    body::{Body, Bytes, to_bytes},
    extract::{ConnectInfo, Request, State},
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use futures::{StreamExt, stream};
use rand::Rng;

use crate::{
    app::App,
    faults::Fault,
    net::Wire,
    platform::{Platform, Route, Voice},
};

/// Above the files of one call; more is refused before anything is read.
const BODY_BYTES: usize = 64_000_000;
const HANG: Duration = Duration::from_secs(60);

pub(crate) async fn gate(
    State((app, platform)): State<(Arc<App>, Platform)>,
    ConnectInfo(wire): ConnectInfo<Wire>,
    request: Request,
    next: Next,
) -> Response {
    let voice = platform.voice();
    // Read to the end first: a refusal in the middle of an upload would reach the client as a reset.
    let (parts, body) = request.into_parts();
    let Ok(bytes) = to_bytes(body, BODY_BYTES).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let route = (voice.route)(&parts, &bytes);
    let owner = (voice.owner)(&app, &parts);
    app.counters.request(platform, route);
    if let (true, Some(account)) = (voice.books_requests, owner) {
        app.rates.used(platform, account, 1);
    }
    let request = Request::from_parts(parts, Body::from(bytes));
    let (delay, fault) = app.draw_fault(platform, owner);
    let wait = app.latency + delay;
    if !wait.is_zero() {
        tokio::time::sleep(wait).await;
    }
    match fault {
        None => (voice.named)(next.run(request).await),
        Some(Fault::TokenExpired) if route == Route::Token => next.run(request).await,
        Some(Fault::ErrorAfter) if route != Route::Act => next.run(request).await,
        Some(fault) => {
            app.counters.fault(platform);
            strike(&app, voice, fault, &wire, request, next).await
        }
    }
}

async fn strike(
    app: &App,
    voice: &Voice,
    fault: Fault,
    wire: &Wire,
    request: Request,
    next: Next,
) -> Response {
    match fault {
        Fault::RateLimited => (voice.rate_limited)(app),
        Fault::ServerError if app.rng().random_bool(0.5) => (voice.unavailable)(),
        Fault::ServerError => (voice.server_error)(),
        Fault::ErrorAfter => {
            next.run(request).await;
            (voice.server_error)()
        }
        Fault::ResetBefore => cut(wire),
        Fault::ResetAfter => {
            next.run(request).await;
            cut(wire)
        }
        Fault::Truncated => truncated(next.run(request).await).await,
        Fault::TokenExpired => (voice.expired)(app, request.headers()),
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

/// The answer never leaves: writing it fails and closes the connection.
fn cut(wire: &Wire) -> Response {
    wire.cut();
    StatusCode::OK.into_response()
}

/// Announces the whole body, sends the first half and breaks off.
async fn truncated(response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, usize::MAX).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
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
