//! Factors of the fixture, and that nothing personal is kept.

use docket_core::factor::{Factor, FactorKind};
use serde_json::{Value, json};

use super::ledger::Line;
use super::shape::{Order, Policy};
use super::{Record, factors::factors};

fn found(order: &Value, policies: &Value, lines: &Value) -> Vec<Factor> {
    let order: Order = serde_json::from_value(order.clone()).unwrap();
    let policies: Vec<Policy> = serde_json::from_value(policies.clone()).unwrap();
    let lines: Vec<Line> = serde_json::from_value(lines.clone()).unwrap();
    let now = "2026-10-25T00:00:00Z".parse().unwrap();
    factors(&order, &policies, &lines, "EUR".parse().unwrap(), now)
}

fn order() -> Value {
    serde_json::from_str(include_str!("../../fixtures/order.json")).unwrap()
}

fn line(word: &str, amount: &str) -> Value {
    json!({"type": word, "sourceType": "DISPUTE", "sourceId": "7", "amount": {"amount": amount, "currencyCode": "EUR"}})
}

fn values(factors: &[Factor], kind: FactorKind) -> Vec<(&str, &str)> {
    factors
        .iter()
        .filter(|factor| factor.kind == kind)
        .map(|factor| (factor.value.as_str(), factor.source.as_str()))
        .collect()
}

#[test]
fn a_whole_order() {
    let policies = json!([
        {"type": "REFUND_POLICY", "updatedAt": "2026-01-05T00:00:00Z"},
        {"type": "TERMS_OF_SERVICE", "updatedAt": "2026-01-05T00:00:00Z"},
        {"type": "SHIPPING_POLICY", "updatedAt": "2026-02-05T00:00:00Z"},
    ]);
    let lines = json!([
        line("DISPUTE_WITHDRAWAL", "-84.90"),
        line("CHARGEBACK_FEE", "-15.00"),
        line("CHARGEBACK_FEE_REFUND", "15.00"),
        line("DISPUTE_REVERSAL", "42.45"),
    ]);
    let factors = found(&order(), &policies, &lines);
    let listed: Vec<String> = factors
        .iter()
        .map(|one| {
            format!(
                "{} = {} [{}] {}",
                one.kind,
                one.value,
                one.source,
                one.as_of.to_rfc3339()
            )
        })
        .collect();
    insta::assert_snapshot!(listed.join("\n"));
}

#[test]
fn fulfilled_is_not_delivered_and_no_tracking_is_not_the_same_as_nothing_sent() {
    let mut body = order();
    body["fulfillments"][0]["deliveredAt"] = Value::Null;
    body["fulfillments"][0]["displayStatus"] = "FULFILLED".into();
    body["fulfillments"][0]["trackingInfo"] = json!([{"company": "Own", "number": " "}]);
    let weak = found(&body, &json!([]), &json!([]));
    assert!(values(&weak, FactorKind::DeliveredAt).is_empty());
    assert_eq!(values(&weak, FactorKind::TrackingKnown)[0].0, "false");
    body["fulfillments"] = json!([]);
    let nothing = found(&body, &json!([]), &json!([]));
    assert!(values(&nothing, FactorKind::TrackingKnown).is_empty());
    assert!(values(&nothing, FactorKind::ShippedAt).is_empty());
}

#[test]
fn money_counts_only_what_the_ledger_says_in_the_disputes_currency() {
    let none = found(
        &order(),
        &json!([]),
        &json!([line("DISPUTE_WITHDRAWAL", "-84.90")]),
    );
    assert!(
        values(&none, FactorKind::DisputeFee).is_empty()
            && values(&none, FactorKind::ReturnedAmount).is_empty()
    );
    let mut dollars = line("CHARGEBACK_FEE", "-15.00");
    dollars["amount"]["currencyCode"] = "USD".into();
    assert!(
        values(
            &found(&order(), &json!([]), &json!([dollars])),
            FactorKind::DisputeFee
        )
        .is_empty()
    );
    let fee = found(&order(), &json!([]), &json!([line("CHARGEBACK_FEE", "-15.00")]));
    assert_eq!(values(&fee, FactorKind::DisputeFee)[0].0, "15.00 EUR");
    let other: Line = serde_json::from_value(line("CHARGEBACK_FEE", "-15.00")).unwrap();
    assert!(other.is_of("7") && !other.is_of("8"));
}

#[test]
fn of_persons_only_where_the_goods_went_is_kept_whatever_comes() {
    let mut body = order();
    body["email"] = "ann@buyer.example".into();
    body["clientIp"] = "192.0.2.7".into();
    body["customer"] = json!({"firstName": "Ann"});
    body["shippingAddress"] = json!({"address1": "Elm Street 4", "name": "Ann", "phone": "+46 8 1"});
    body["billingAddress"] = json!({"address1": "Birch Lane 9"});
    body["fulfillments"][0]["events"]["nodes"][0]["message"] = "Left with Ann".into();
    body["transactions"][0]["paymentDetails"]["number"] = "4111".into();
    let order: Order = serde_json::from_value(body).unwrap();
    let record = Record {
        order: &order,
        policies: &[],
        ledger: &[],
    };
    let raw = serde_json::to_string(&record).unwrap();
    for personal in ["ann@", "192.0.2.7", "Ann", "Birch", "+46", "4111"] {
        assert!(!raw.contains(personal), "{personal} in {raw}");
    }
    assert!(raw.contains("NP400100200SE") && raw.contains("LAMP-OAK-40") && raw.contains("Elm Street 4"));
}
