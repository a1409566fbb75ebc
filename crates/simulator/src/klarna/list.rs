//! The list of disputes and its pages.

use std::{cmp::Ordering, sync::Arc};

use axum::{
    Json,
    extract::{RawQuery, State},
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use super::{ApiError, auth, dispute::Dispute, query::Query, render, still};
use crate::app::App;

pub(crate) async fn list(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    RawQuery(raw): RawQuery,
) -> Result<Response, ApiError> {
    let caller = auth::caller(&app, &headers)?;
    let query = Query::parse(&raw.unwrap_or_default(), caller.settings.array_style)?;
    let (owner, now) = (&app.accounts[caller.account], app.clock.now());
    if let Some(bench) = &app.bench {
        return still::page(bench, &query, caller.account, now)
            .map(crate::bench::answer)
            .ok_or_else(|| ApiError::invalid("starting_after", "is not a known cursor"));
    }
    let mut world = app.world();
    world.look_klarna(now);
    let own = |dispute: &&Dispute| dispute.account == caller.account;
    let mut found: Vec<&Dispute> = world.klarna.disputes().iter().filter(own).collect();
    // The cursor is the last row seen; it keeps its place even when it no longer fits the filter.
    let after = match &query.starting_after {
        None => None,
        Some(id) => Some(
            *found
                .iter()
                .find(|dispute| dispute.id == *id)
                .ok_or_else(|| ApiError::invalid("starting_after", "is not a known cursor"))?,
        ),
    };
    found.retain(|dispute| query.takes(dispute));
    let total = found.len();
    found.retain(|dispute| after.is_none_or(|after| query.compare(dispute, after) == Ordering::Greater));
    found.sort_by(|one, other| query.compare(one, other));
    let more = found.len() > query.size;
    found.truncate(query.size);
    let first = found.first().map(|dispute| dispute.id.clone());
    let last = found.last().filter(|_| more).map(|dispute| dispute.id.clone());
    let rows: Vec<Value> = found.iter().map(|dispute| render::full(dispute, owner)).collect();
    drop(world);
    let pagination = pagination(&query, rows.len(), Some(total), first, last);
    Ok(Json(json!({"disputes": rows, "pagination": pagination})).into_response())
}

/// `last_item` is null on the last page.
pub(crate) fn pagination(
    query: &Query,
    count: usize,
    total: Option<usize>,
    first: Option<String>,
    last: Option<String>,
) -> Value {
    let mut body = json!({"count": count, "first_item": first, "last_item": last});
    if let Some(total) = total {
        body["total"] = total.into();
    }
    if let Some(last) = &last {
        body["_links"] = json!({"next": {"href": query.next(last), "method": "GET", "rel": "next"}});
    }
    body
}
