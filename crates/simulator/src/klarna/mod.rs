//! The fake of Klarna's Disputes API v4 and of the part of Order Management that tells about an order.

mod act;
mod auth;
mod bodies;
mod book;
mod control;
mod desk;
mod dispute;
mod error;
mod limit;
mod list;
mod live;
mod machine;
mod order;
mod past;
mod plant;
mod query;
mod render;
mod samples;
mod still;
mod upload;
mod voice;
mod webhook;
mod words;

use std::sync::Arc;

use axum::{
    Router, middleware,
    routing::{get, post},
};

use crate::app::App;
pub(crate) use book::{Book, Row};
pub(crate) use control::routes as control;
pub(crate) use dispute::Dispute;
use error::ApiError;
pub(crate) use limit::Limits;
pub(crate) use live::{change, decide};
pub(crate) use plant::{arrival, past};
pub(crate) use still::{id as still_id, kinds as still};
pub(crate) use voice::VOICE;
pub(crate) use webhook::{event, watch};

/// Where disputes live below the base address (reference 3).
pub(crate) const DISPUTES: &str = "/v4/payment/disputes";

/// Routes below `/klarna`. A path that does not exist is forbidden, not missing (reference 2).
pub(crate) fn routes(app: &Arc<App>) -> Router<Arc<App>> {
    let one = "/v4/payment/disputes/{id}";
    let below = |rest: &str| format!("{one}/{rest}");
    Router::new()
        .route(DISPUTES, get(list::list))
        .route(one, get(desk::show))
        .route(&below("attachments"), post(upload::upload))
        .route(&below("attachments/{attachment}/download"), get(desk::download))
        .route(&below("represent"), post(act::represent))
        .route(&below("accept-loss"), post(act::accept_loss))
        .route(&below("appeal"), post(act::appeal))
        .route(
            "/v4/payment/disputes/merchants/{merchant}/enroll",
            post(desk::enroll),
        )
        .route(
            "/v4/payment/disputes/partners/{partner}/enroll",
            post(async || ApiError::forbidden()),
        )
        .route("/ordermanagement/v1/orders/{id}", get(order::show))
        .fallback(async || ApiError::forbidden())
        .method_not_allowed_fallback(async || ApiError::forbidden())
        .layer(middleware::from_fn_with_state(app.clone(), limit::limit))
}
