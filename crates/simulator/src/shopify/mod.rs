//! A strict, stateful fake of Shopify's Admin API as far as payment disputes need it. "Reference" is the project's
//! reference on Shopify, by section.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use axum::{
    Router,
    body::Bytes,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
    routing::{delete, get, post},
};
use serde_json::Value;

use crate::{
    app::App,
    dispute::Time,
    platform::{Route, Voice},
    world::World,
};

mod access;
mod arrange;
mod book;
mod bucket;
mod bulk;
mod call;
mod control;
mod cost;
mod detail;
mod dispute;
mod draw;
mod evidence;
mod graphql;
mod lists;
mod live;
mod machine;
mod mutations;
mod nodes;
mod oauth;
mod objects;
mod order;
mod pages;
mod paging;
mod parcel;
mod plant;
mod rest;
mod rest_evidence;
mod root;
mod schema;
mod search;
mod shop;
mod still;
mod storefront;
mod tokens;
mod upload;
mod view;
mod webhooks;

pub(crate) use book::{Book, Row};
pub(crate) use control::routes as control;
pub(crate) use live::{change, decide};
pub(crate) use plant::{arrival, past};
pub(crate) use still::plant as plant_static;
pub(crate) use webhooks::{documents, follow_again};

use schema::Version;

pub(crate) const VOICE: Voice = Voice {
    route,
    owner: |app, parts| tokens::owner(app, parts.uri.path()),
    books_requests: false,
    rate_limited: |_app| {
        let mut response = tokens::refusal(
            StatusCode::TOO_MANY_REQUESTS,
            "Exceeded 2 calls per second for api client",
        );
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from_static("2.0"));
        response
    },
    server_error: || tokens::refusal(StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error"),
    unavailable: || tokens::refusal(StatusCode::SERVICE_UNAVAILABLE, "Service Unavailable"),
    expired: |app, headers| tokens::expire(app, headers),
    named,
};

/// Routes below `/shopify`; `/shopify/{shop}` stands for `https://{shop}.myshopify.com`.
pub(crate) fn routes() -> Router<Arc<App>> {
    let payments = "/{shop}/admin/api/{version}/shopify_payments";
    let path = |rest: &str| format!("{payments}/{rest}");
    Router::new()
        .route("/{shop}/admin/api/{version}/graphql.json", post(graphql::post))
        .route(&path("disputes.json"), get(rest::list))
        .route(&path("disputes/{id}"), get(rest::one))
        .route(
            &path("disputes/{id}/dispute_evidences.json"),
            get(rest_evidence::show).put(rest_evidence::update),
        )
        .route(
            &path("disputes/{id}/dispute_file_uploads.json"),
            post(upload::create),
        )
        .route(
            &path("disputes/{id}/dispute_file_uploads/{upload}"),
            delete(upload::remove),
        )
        .route("/{shop}/admin/oauth/authorize", get(oauth::authorize))
        .route("/{shop}/admin/oauth/access_token", post(oauth::access_token))
        .route("/{shop}/bulk/{file}", get(rest::bulk_file))
        .fallback(|| async { tokens::refusal(StatusCode::NOT_FOUND, "Not Found") })
}

/// Sorts requests for the counters and the faults.
fn route(parts: &Parts, body: &Bytes) -> Route {
    let path = parts.uri.path();
    if path.contains("/admin/oauth/") {
        return Route::Token;
    }
    if !path.ends_with("/graphql.json") {
        return match parts.method {
            Method::GET if path.ends_with("/disputes.json") => Route::List,
            Method::GET => Route::Show,
            _ => Route::Act,
        };
    }
    let request: Value = serde_json::from_slice(body).unwrap_or_default();
    match request["query"].as_str().map(schema::sort) {
        Some((true, _)) => Route::Act,
        Some((false, true)) => Route::List,
        _ => Route::Show,
    }
}

/// Adds the request's id, which every answer carries.
fn named(mut response: Response) -> Response {
    static COUNT: AtomicU64 = AtomicU64::new(1);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let id = format!("{:016x}-{count}", count.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert("x-request-id", value);
    }
    response
}

/// Adds the version that served the request.
fn served(response: Response, version: Version) -> Response {
    ([("x-shopify-api-version", version.handle)], response).into_response()
}

/// Address of a shop as the caller wrote it.
fn base(headers: &HeaderMap, handle: &str) -> String {
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
        .unwrap_or("localhost");
    format!("http://{host}/shopify/{handle}")
}

/// Lets happen what time has brought, and writes it down.
fn settle(world: &mut World, app: &App, now: Time) {
    let entries = world.shopify.settle(&app.accounts, now);
    if !entries.is_empty() {
        world.journal.extend(entries);
        world.dirty = true;
    }
}
