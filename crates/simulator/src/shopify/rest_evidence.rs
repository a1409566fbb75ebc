//! The REST resource of a dispute's evidence (reference 3).

use std::sync::Arc;

use axum::{
    Json,
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use serde_json::{Map, Value, json};

use super::{
    call::Call,
    dispute::{Dispute, FULFILLMENT, READ_ONLY_TEXTS, SLOTS, TEXTS, gid},
    evidence::{self, Change},
    rest::{Door, Item, enter, invalid, not_found},
    tokens, view,
};
use crate::app::App;

const EVIDENCE: Door = Door {
    scope: "read_shopify_payments_dispute_evidences",
    hides: true,
};
const WRITE: Door = Door {
    scope: "write_shopify_payments_dispute_evidences",
    hides: true,
};

pub(crate) async fn show(
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
