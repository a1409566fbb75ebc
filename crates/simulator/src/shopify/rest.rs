//! The older REST resources: disputes and their evidence (reference 3).

use std::{cell::RefCell, collections::BTreeMap, sync::Arc};

use axum::{
    Json,
    body::Bytes,
    extract::{Path, Query, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, Value, json};

use super::{
    dispute::{Dispute, FULFILLMENT, READ_ONLY_TEXTS, SLOTS, Status, TEXTS, gid},
    evidence::{self, Change},
    graphql,
    objects::Call,
    schema::Version,
    search::instant,
    served, tokens,
    view::{self, Zone},
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
const EVIDENCE: Door = Door {
    scope: "read_shopify_payments_dispute_evidences",
    hides: true,
};
const WRITE: Door = Door {
    scope: "write_shopify_payments_dispute_evidences",
    hides: true,
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
        return served(refused, version);
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

type Item = (String, String, String);

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

pub(crate) async fn evidence(
    State(app): State<Arc<App>>,
    Path((shop, version, id)): Path<Item>,
    headers: HeaderMap,
) -> Response {
    enter(&app, &(shop, version), &headers, &EVIDENCE, |call| {
        shown_evidence(call, id.parse().ok())
    })
}

fn shown_evidence(call: &Call<'_>, id: Option<u64>) -> Response {
    let world = call.world.borrow();
    let Some(dispute) = id.and_then(|id| world.shopify.find(call.account, id)) else {
        return not_found();
    };
    let (evidence, zone) = (&dispute.evidence, call.place.zone);
    let mut body = Map::new();
    body.insert("id".into(), dispute.evidence_id.into());
    body.insert("payments_dispute_id".into(), dispute.id.into());
    for (field, name) in TEXTS.iter().chain(&READ_ONLY_TEXTS) {
        body.insert((*name).to_owned(), view::text(dispute, field).into());
    }
    let files = SLOTS
        .iter()
        .map(|(field, name)| (format!("{name}_id"), json!(evidence.slots.get(*field))));
    body.insert(
        "dispute_evidence_files".into(),
        files.collect::<Map<_, _>>().into(),
    );
    body.insert(
        "shipping_address".into(),
        json!(view::address(dispute, "shippingAddress")),
    );
    body.insert(
        "billing_address".into(),
        json!(view::address(dispute, "billingAddress")),
    );
    let shipments = view::shipments(dispute).into_iter().map(|row| {
        json!({
            "shipping_carrier": row["shippingCarrier"], "shipping_tracking_number": row["shippingTrackingNumber"],
            "shipping_date": row["shippingDate"],
        })
    });
    body.insert("fulfillments".into(), shipments.collect());
    body.insert("submitted".into(), evidence.submitted.into());
    let time = |at: Option<_>| json!(at.map(|at| zone.time(at)));
    body.insert("submitted_by_merchant_on".into(), time(evidence.sent_by_merchant));
    body.insert(
        "created_at".into(),
        time(evidence.created.or(Some(dispute.initiated))),
    );
    body.insert(
        "updated_at".into(),
        time(evidence.saved.or(Some(dispute.initiated))),
    );
    Json(json!({"dispute_evidence": body})).into_response()
}

pub(crate) async fn update(
    State(app): State<Arc<App>>,
    Path((shop, version, id)): Path<Item>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    enter(&app, &(shop, version), &headers, &WRITE, |call| {
        let body: Value = serde_json::from_slice(&body).unwrap_or_default();
        let Some(input) = body["dispute_evidence"].as_object() else {
            return tokens::refusal(
                StatusCode::BAD_REQUEST,
                "Required parameter missing or invalid: dispute_evidence",
            );
        };
        let number: Option<u64> = id.parse().ok();
        let found = number.and_then(|id| call.world.borrow().shopify.find(call.account, id).cloned());
        let Some(dispute) = found else {
            return not_found();
        };
        match evidence::update(call, dispute.evidence_id, change(input, &dispute)) {
            Ok(()) => shown_evidence(call, number),
            Err(refused) => invalid("base", &refused.message),
        }
    })
}

fn change(input: &Map<String, Value>, dispute: &Dispute) -> Change {
    let texts = TEXTS.iter().filter_map(|(field, name)| {
        let value = input.get(*name)?;
        Some(((*field).to_owned(), value.as_str().map(str::to_owned)))
    });
    let rows = input
        .get("fulfillments_attributes")
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    let first = dispute.evidence_id + 200 + dispute.evidence.fulfillments.len() as u64;
    let fulfillments = rows.zip(first..).map(|(row, number)| {
        json!({
            "id": gid(FULFILLMENT, number), "shippingCarrier": row["shipping_carrier"],
            "shippingTrackingNumber": row["shipping_tracking_number"], "shippingDate": row["shipping_date"],
        })
    });
    let address = input
        .get("shipping_address_attributes")
        .filter(|value| value.is_object());
    Change {
        texts: texts.collect(),
        shipping_address: address.map(|row| {
            json!({
                "id": "gid://shopify/MailingAddress/1?model_name=DisputeEvidenceAddress",
                "address1": row["address1"], "address2": row["address2"], "city": row["city"], "zip": row["zip"],
                "countryCodeV2": row["country_code"], "provinceCode": row["province_code"],
            })
        }),
        slots: Vec::new(),
        fulfillments: fulfillments.collect(),
        submit: input.get("submit_evidence") == Some(&Value::Bool(true)),
    }
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
