//! The older REST resources: disputes and their evidence (reference 3).

use std::{cell::RefCell, collections::BTreeMap, sync::Arc};

use axum::{
    Json,
    extract::{Path, Query, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::{
    call::Call,
    dispute::{Dispute, Status},
    graphql,
    schema::Version,
    search::instant,
    served, tokens,
    view::Zone,
};
use crate::{app::App, platform::Platform, world::World};

/// What a REST call may do, and how a missing scope shows.
pub(crate) struct Door {
    pub scope: &'static str,
    /// Evidence and files hide behind 404 where the scope is missing (reference 8).
    pub hides: bool,
}

const DISPUTES: Door = Door {
    scope: "read_shopify_payments_disputes",
    hides: false,
};

pub(crate) type Place = (String, String);

pub(crate) fn not_found() -> Response {
    tokens::refusal(StatusCode::NOT_FOUND, "Not Found")
}

pub(crate) fn invalid(field: &str, message: &str) -> Response {
    (
        StatusCode::UNPROCESSABLE_ENTITY,
        Json(json!({"errors": {field: [message]}})),
    )
        .into_response()
}

/// Checks token, limit and scope, and runs the call.
pub(crate) fn enter(
    app: &App,
    (handle, asked): &Place,
    headers: &HeaderMap,
    door: &Door,
    what: impl FnOnce(&Call<'_>) -> Response,
) -> Response {
    let (Some(account), Some(version)) = (tokens::shop_of(app, handle), Version::serving(asked)) else {
        return not_found();
    };
    let mut world = app.world();
    super::settle(&mut world, app, app.clock.now());
    if let Err(refused) = tokens::check(&mut world, app, account, headers) {
        return served(*refused, version);
    }
    let (fits, used) = book(&mut world, account);
    let mut response = if fits {
        let held = RefCell::new(&mut *world);
        let call = graphql::call(app, &held, account, version, super::base(headers, handle));
        match (call.shop.may(door.scope), door.hides) {
            (true, _) => what(&call),
            (false, true) => not_found(),
            (false, false) => {
                let message = format!(
                    "[API] This action requires merchant approval for {} scope.",
                    door.scope
                );
                tokens::refusal(StatusCode::FORBIDDEN, &message)
            }
        }
    } else {
        app.rates.limited(Platform::Shopify, account);
        (super::VOICE.rate_limited)(app)
    };
    if let Ok(used) = HeaderValue::from_str(&used) {
        response
            .headers_mut()
            .insert("x-shopify-shop-api-call-limit", used);
    }
    served(response, version)
}

fn book(world: &mut World, account: usize) -> (bool, String) {
    let bucket = world.shopify.shop(account).requests();
    let fits = bucket.take(1);
    (
        fits,
        format!("{}/{}", bucket.size() - bucket.available(), bucket.size()),
    )
}

pub(crate) fn number(text: &str) -> Option<u64> {
    text.strip_suffix(".json")?.parse().ok()
}

/// A dispute as REST and the webhooks show it.
pub(crate) fn document(dispute: &Dispute, zone: Zone) -> Value {
    let time = |at: Option<_>| at.map(|at| zone.time(at));
    let reason = match dispute.reason.as_str() {
        "BANK_CANNOT_PROCESS" => "bank_not_process".to_owned(),
        word => word.to_ascii_lowercase(),
    };
    json!({
        "id": dispute.id, "order_id": dispute.order.as_ref().map(|order| order.id),
        "type": dispute.kind.word().to_ascii_lowercase(), "amount": dispute.amount.value(),
        "currency": dispute.amount.currency, "reason": reason, "network_reason_code": dispute.network_code,
        "status": dispute.status.word().to_ascii_lowercase(), "evidence_due_by": time(dispute.due),
        "evidence_sent_on": time(dispute.sent), "finalized_on": time(dispute.finalized),
        "initiated_at": zone.time(dispute.initiated),
    })
}

pub(crate) async fn list(
    State(app): State<Arc<App>>,
    Path(place): Path<Place>,
    Query(query): Query<BTreeMap<String, String>>,
    headers: HeaderMap,
) -> Response {
    enter(&app, &place, &headers, &DISPUTES, |call| page(call, &query))
}

/// Newest first; further pages by the `Link` header.
fn page(call: &Call<'_>, query: &BTreeMap<String, String>) -> Response {
    let mut filter: BTreeMap<String, String> = query.clone();
    if let Some(info) = filter.remove("page_info") {
        let read = URL_SAFE_NO_PAD
            .decode(info)
            .ok()
            .and_then(|bytes| serde_json::from_slice(&bytes).ok());
        let Some(kept): Option<BTreeMap<String, String>> = read else {
            return tokens::refusal(
                StatusCode::BAD_REQUEST,
                "Invalid value for page_info: use one from a Link header",
            );
        };
        filter.extend(kept);
    }
    let id = |name: &str| filter.get(name).and_then(|text| text.parse::<u64>().ok());
    let limit = filter.get("limit").map_or(Some(50), |text| text.parse().ok());
    let Some(limit) = limit.filter(|limit| (1..=250).contains(limit)) else {
        return tokens::refusal(StatusCode::BAD_REQUEST, "limit lies between 1 and 250");
    };
    let (since, last) = (id("since_id"), id("last_id"));
    let status = filter.get("status").map(|word| Status::parse(word));
    let day = filter
        .get("initiated_at")
        .map(|text| instant(text).map(|at| at.date_naive()));
    let world = call.world.borrow();
    let mut rows = world.shopify.of(call.account).rev().filter(|dispute| {
        since.is_none_or(|since| dispute.id > since)
            && last.is_none_or(|last| dispute.id < last)
            && status.is_none_or(|status| status == Some(dispute.status))
            && day.is_none_or(|day| day == Some(dispute.initiated.date_naive()))
    });
    let shown: Vec<&Dispute> = rows.by_ref().take(limit).map(AsRef::as_ref).collect();
    let more = rows.next().is_some();
    let documents: Vec<Value> = shown
        .iter()
        .map(|dispute| document(dispute, call.place.zone))
        .collect();
    let mut response = Json(json!({"disputes": documents})).into_response();
    if let (true, Some(oldest)) = (more, shown.last()) {
        filter.insert("last_id".to_owned(), oldest.id.to_string());
        filter.remove("limit");
        let info = URL_SAFE_NO_PAD.encode(json!(filter).to_string());
        let path = format!(
            "{}/admin/api/{}/shopify_payments/disputes.json",
            call.place.base, call.version.handle
        );
        let link = format!("<{path}?limit={limit}&page_info={info}>; rel=\"next\"");
        if let Ok(link) = HeaderValue::from_str(&link) {
            response.headers_mut().insert(header::LINK, link);
        }
    }
    response
}

pub(crate) type Item = (String, String, String);

pub(crate) async fn one(
    State(app): State<Arc<App>>,
    Path((shop, version, id)): Path<Item>,
    headers: HeaderMap,
) -> Response {
    enter(&app, &(shop, version), &headers, &DISPUTES, |call| {
        let world = call.world.borrow();
        let found = number(&id).and_then(|id| world.shopify.find(call.account, id));
        found.map_or_else(not_found, |dispute| {
            Json(json!({"dispute": document(dispute, call.place.zone)})).into_response()
        })
    })
}

/// Result of a bulk operation; its address is the only key.
pub(crate) async fn bulk_file(State(app): State<Arc<App>>, Path((shop, file)): Path<Place>) -> Response {
    let account = tokens::shop_of(&app, &shop);
    let number: Option<u64> = file.strip_suffix(".jsonl").and_then(|text| text.parse().ok());
    let world = app.world();
    let mut runs = world.shopify.bulks.iter();
    let found = runs.find(|run| Some(run.id) == number && Some(run.account) == account);
    found.map_or_else(not_found, |run| {
        let text: String = run.lines.iter().map(|line| format!("{line}\n")).collect();
        ([(header::CONTENT_TYPE, "application/jsonl")], text).into_response()
    })
}
