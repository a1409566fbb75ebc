//! Pages rendered on the server: the queue, a case, the win rate, the connections.
//!
//! Everything is read through [`Desk`]; every page but that of a question to a client only reads. There are no accounts, so the pages are for the
//! computer they run on: a request that names another host is refused. Open to every host behind a proxy are the webhook
//! door, which believes signatures only, and the page of a question to a client, which opens to whoever has its token.

mod ask;
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
        tracing::debug_span!("page", method = %request.method(), path = urls::loggable(request.uri().path()))
    });
    let door_desk = desk.clone();
    Router::new()
        .route(urls::HOME, get(pages::home))
        .route(urls::QUEUE, get(pages::queue::page))
        .route(urls::CASE, get(pages::case::page))
        .route(urls::WIN_RATE, get(pages::win_rate::page))
        .route(urls::SLA, get(pages::sla::page))
        .route(urls::CONNECTIONS, get(pages::connections::page))
        .route(urls::HEALTH, get(pages::health))
        .fallback(|| async { PageError::NotFound("There is no page at this address.".to_owned()) })
        .method_not_allowed_fallback(|| async { PageError::ReadOnly })
        .with_state(desk)
        .layer(from_fn(guard::own_host))
        .merge(
            Router::new()
                .route(urls::WEBHOOK, door::door())
                .route(urls::ASK, ask::page())
                // Clients see them from outside.
                .route(urls::STYLES, get(assets::styles))
                .route(urls::ICON, get(assets::icon))
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
