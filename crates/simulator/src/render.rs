//! A dispute as PayPal shows it to the merchant: the full document and the line of a list.

use serde_json::{Map, Value, json};

use crate::{
    action::Action,
    dispute::{Dispute, Stage, Status, Time, stamp},
    machine,
    money::Money,
};

/// Where disputes live below the base address.
pub(crate) const DISPUTES: &str = "/v1/customer/disputes";

pub(crate) fn full(dispute: &Dispute, base: &str, now: Time) -> Value {
    let mut body = head(dispute, now);
    body.insert(
        "disputed_transactions".into(),
        Value::from(dispute.transactions.clone()),
    );
    body.insert("dispute_flow".into(), "OTHER".into());
    if let Some(code) = &dispute.external_reason_code {
        body.insert("external_reason_code".into(), code.as_str().into());
    }
    if let Some(outcome) = &dispute.outcome {
        let mut row = json!({"outcome_code": outcome.code});
        put(
            &mut row,
            "outcome_reason",
            outcome.reason.as_deref().map(Value::from),
        );
        put(
            &mut row,
            "amount_refunded",
            outcome.refunded.as_ref().map(Money::json),
        );
        body.insert("dispute_outcome".into(), row);
    }
    let lists = [
        ("adjudications", &dispute.adjudications),
        ("fund_movements", &dispute.fund_movements),
        ("messages", &dispute.messages),
        ("evidences", &dispute.evidences),
        ("supporting_info", &dispute.supporting_info),
    ];
    for (name, rows) in lists {
        if !rows.is_empty() {
            body.insert(name.into(), Value::from(rows.clone()));
        }
    }
    body.insert("extensions".into(), dispute.extensions.clone());
    body.insert("offer".into(), offer(dispute));
    body.insert("refund_details".into(), refund_details(dispute));
    if let Some(communication) = &dispute.communication {
        body.insert("communication_details".into(), communication.clone());
    }
    let actions = machine::allowed(dispute, now);
    if let Some(options) = response_options(dispute, &actions) {
        body.insert("allowed_response_options".into(), options);
    }
    body.insert("links".into(), links(dispute, &actions, base));
    Value::Object(body)
}

pub(crate) fn summary(dispute: &Dispute, base: &str, now: Time) -> Value {
    let mut body = head(dispute, now);
    let rows: Vec<Value> = dispute.transactions.iter().map(short_transaction).collect();
    body.insert("disputed_transactions".into(), Value::from(rows));
    let won = dispute
        .outcome
        .as_ref()
        .and_then(|outcome| match outcome.code.as_str() {
            "RESOLVED_SELLER_FAVOUR" | "RESOLVED_WITH_PAYOUT" | "CANCELED_BY_BUYER" | "DENIED" => Some("WON"),
            "RESOLVED_BUYER_FAVOUR" | "ACCEPTED" => Some("LOST"),
            _ => None,
        });
    if let Some(won) = won {
        body.insert("outcome".into(), won.into());
    }
    body.insert(
        "links".into(),
        json!([link(&dispute_url(base, &dispute.id), "self", "GET")]),
    );
    Value::Object(body)
}

pub(crate) fn link(href: &str, rel: &str, method: &str) -> Value {
    json!({"href": href, "rel": rel, "method": method})
}

pub(crate) fn dispute_url(base: &str, id: &str) -> String {
    format!("{base}{DISPUTES}/{id}")
}

/// The state as the merchant's list filter sees it.
pub(crate) fn state(dispute: &Dispute, now: Time) -> &'static str {
    match dispute.status {
        Status::Open => "OPEN_INQUIRIES",
        Status::WaitingForSellerResponse => "REQUIRED_ACTION",
        Status::WaitingForBuyerResponse => "REQUIRED_OTHER_PARTY_ACTION",
        Status::UnderReview => "UNDER_PAYPAL_REVIEW",
        Status::Resolved if machine::appealable(dispute, now) => "APPEALABLE",
        Status::Resolved => "RESOLVED",
    }
}

fn head(dispute: &Dispute, now: Time) -> Map<String, Value> {
    let status = dispute.status_word.as_deref().unwrap_or(dispute.status.word());
    let mut head = json!({
        "dispute_id": dispute.id,
        "create_time": stamp(dispute.created),
        "update_time": stamp(dispute.updated),
        "reason": dispute.reason,
        "status": status,
        "dispute_state": state(dispute, now),
        "dispute_amount": dispute.amount.json(),
        "dispute_life_cycle_stage": dispute.stage.word(),
        "dispute_channel": dispute.channel,
    });
    put(
        &mut head,
        "seller_response_due_date",
        dispute.seller_due.map(|due| stamp(due).into()),
    );
    put(
        &mut head,
        "buyer_response_due_date",
        dispute.buyer_due.map(|due| stamp(due).into()),
    );
    match head {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

fn put(target: &mut Value, name: &str, value: Option<Value>) {
    if let Some(value) = value {
        target[name] = value;
    }
}

fn short_transaction(full: &Value) -> Value {
    const SHOWN: [&str; 7] = [
        "buyer_transaction_id",
        "seller_transaction_id",
        "create_time",
        "gross_amount",
        "seller",
        "seller_protection_eligible",
        "seller_protection_type",
    ];
    let pairs = SHOWN
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), full.get(*name)?.clone())));
    Value::Object(pairs.collect())
}

fn offer(dispute: &Dispute) -> Value {
    let mut body = json!({"buyer_requested_amount": dispute.amount.json()});
    if let Some(offer) = &dispute.offer {
        body["offer_type"] = offer.offer_type.as_str().into();
        body["history"] = Value::from(offer.history.clone());
        put(
            &mut body,
            "seller_offered_amount",
            offer.offered.as_ref().map(Money::json),
        );
    }
    body
}

fn refund_details(dispute: &Dispute) -> Value {
    let rows: Vec<Value> = dispute
        .transactions
        .iter()
        .map(|row| {
            json!({
                "id": row["seller_transaction_id"], "gross_amount": row["gross_amount"],
                "create_time": row["create_time"],
            })
        })
        .collect();
    json!({"allowed_refund_amount": dispute.amount.json(), "transactions": rows})
}

/// Offer types that the dispute takes now.
pub(crate) fn offer_types(dispute: &Dispute) -> Vec<&'static str> {
    let mut types = vec!["REFUND"];
    if dispute.snad() && dispute.tangible() {
        types.extend(["REFUND_WITH_RETURN", "REFUND_WITH_REPLACEMENT"]);
    }
    if dispute.tangible() && dispute.stage == Stage::Inquiry {
        types.push("REPLACEMENT_WITHOUT_REFUND");
    }
    types
}

/// Ways to give in that the dispute takes now.
pub(crate) fn accept_claim_types(dispute: &Dispute) -> Vec<&'static str> {
    let mut types = vec!["REFUND"];
    if dispute.internal() && dispute.merchandise() {
        types.push("PARTIAL_REFUND");
    }
    if dispute.internal() && dispute.snad() && dispute.tangible() {
        types.extend(["REFUND_WITH_RETURN", "REFUND_WITH_RETURN_SHIPMENT_LABEL"]);
    }
    types
}

fn response_options(dispute: &Dispute, actions: &[Action]) -> Option<Value> {
    let mut options = Map::new();
    if actions.contains(&Action::MakeOffer) {
        options.insert("make_offer".into(), json!({"offer_types": offer_types(dispute)}));
    }
    if actions.contains(&Action::AcceptClaim) {
        options.insert(
            "accept_claim".into(),
            json!({"accept_claim_types": accept_claim_types(dispute)}),
        );
    }
    if actions.contains(&Action::AcknowledgeReturnItem) {
        let types = crate::paypal::vocabulary::ACKNOWLEDGEMENTS;
        options.insert(
            "acknowledge_return_item".into(),
            json!({"acknowledgement_types": types}),
        );
    }
    (!options.is_empty()).then_some(Value::Object(options))
}

fn links(dispute: &Dispute, actions: &[Action], base: &str) -> Value {
    let url = dispute_url(base, &dispute.id);
    let mut links = vec![link(&url, "self", "GET")];
    links.extend(
        actions
            .iter()
            .map(|action| link(&format!("{url}/{}", action.path()), &action.rel(), "POST")),
    );
    Value::from(links)
}
