//! Pages rendered on the server: the queue, a case, the win rate, the connections.
//!
//! Everything is read through [`Desk`]; every page only reads. There are no accounts, so the pages are for the
//! computer they run on: a request that names another host is refused. The webhook door stands beside them, open to
//! every host behind a proxy, and believes signatures only.

mod assets;
mod door;
mod error;
mod guard;
mod pages;
mod query;
#[cfg(test)]
mod samples;
mod show;
#[cfg(test)]
mod tests;
mod urls;

use std::future::Future;

use axum::Router;
use axum::http::Request;
use axum::middleware::{from_fn, map_response};
use axum::routing::get;
use docket_app::Desk;
use tokio::net::TcpListener;
use tower_http::trace::TraceLayer;

use crate::error::PageError;

/// All pages of a desk.
pub fn router(desk: Desk) -> Router {
    // The query of an address may name people, so only the path goes to the log.
    let trace = TraceLayer::new_for_http().make_span_with(|request: &Request<axum::body::Body>| {
        tracing::debug_span!("page", method = %request.method(), path = request.uri().path())
    });
    let door_desk = desk.clone();
    Router::new()
        .route(urls::HOME, get(pages::home))
        .route(urls::QUEUE, get(pages::queue::page))
        .route(urls::CASE, get(pages::case::page))
        .route(urls::WIN_RATE, get(pages::win_rate::page))
        .route(urls::CONNECTIONS, get(pages::connections::page))
        .route(urls::HEALTH, get(pages::health))
        .route(urls::STYLES, get(assets::styles))
        .route(urls::ICON, get(assets::icon))
        .fallback(|| async { PageError::NotFound("There is no page at this address.".to_owned()) })
        .method_not_allowed_fallback(|| async { PageError::ReadOnly })
        .with_state(desk)
        .layer(from_fn(guard::own_host))
        .merge(
            Router::new()
                .route(urls::WEBHOOK, door::door())
                .with_state(door_desk),
        )
        .layer(map_response(guard::headers))
        .layer(trace)
}

/// Serves the pages until `stop` is done; requests under way are answered first.
///
/// # Errors
/// When the listener fails.
pub async fn serve(
    listener: TcpListener,
    desk: Desk,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    axum::serve(listener, router(desk))
        .with_graceful_shutdown(stop)
        .await
}
