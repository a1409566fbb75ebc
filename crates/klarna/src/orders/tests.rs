//! What is kept of an order, and what is not.

use chrono::{DateTime, Utc};
use docket_core::factor::{Factor, FactorKind};
use docket_core::snapshot::Facts;
use serde_json::{Value, json};

use super::wire::{Billed, Order};
use super::{candidates, factors::factors, kept};

const ORDER: &[u8] = include_bytes!("../../fixtures/order.json");

fn facts() -> Facts {
    let now = "2027-01-15T08:00:00Z".parse().unwrap();
    crate::inspect(include_bytes!("../../fixtures/initiated.json"), now)
        .unwrap()
        .facts
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn of(order: &Value) -> Vec<Factor> {
    let order_read: Order = serde_json::from_value(order.clone()).unwrap();
    let billed: Billed = serde_json::from_value(order.clone()).unwrap();
    let same = billed.is(order_read.shipping_address.as_ref());
    factors(&order_read, same, at("2027-01-04T09:12:30Z"))
}

#[test]
fn each_factor_names_its_field() {
    let found = of(&serde_json::from_slice(ORDER).unwrap());
    let rows: Vec<_> = found
        .iter()
        .map(|f| (f.kind, f.value.as_str(), f.source.as_str()))
        .collect();
    assert_eq!(
        rows,
        [
            (
                FactorKind::OrderedAt,
                "2026-12-10T18:20:00Z",
                "klarna:order.created_at"
            ),
            (FactorKind::RiskLevel, "ACCEPTED", "klarna:order.fraud_status"),
            (
                FactorKind::ShippingCountry,
                "DE",
                "klarna:order.shipping_address.country"
            ),
            (
                FactorKind::AddressesMatch,
                "true",
                "klarna:order.shipping_address"
            ),
            (
                FactorKind::ShippedAt,
                "2026-12-11T14:05:00Z",
                "klarna:order.captures[0].captured_at"
            ),
            (
                FactorKind::Carrier,
                "Hanseat Express",
                "klarna:order.captures[0].shipping_info[0].shipping_company"
            ),
            (
                FactorKind::TrackingKnown,
                "true",
                "klarna:order.captures[0].shipping_info[0].tracking_number"
            ),
            (
                FactorKind::ProductSku,
                "LAMP-07",
                "klarna:order.order_lines[0].reference"
            ),
            (
                FactorKind::RefundedAt,
                "2026-12-20T09:00:00Z",
                "klarna:order.refunds[0].refunded_at"
            ),
            (
                FactorKind::RefundedAmount,
                "12.50 EUR",
                "klarna:order.refunded_amount"
            ),
        ]
    );
    assert_eq!(found[4].as_of, at("2026-12-11T14:05:00Z"));
    assert_eq!(found[8].as_of, at("2026-12-20T09:00:00Z"));
}

#[test]
fn of_persons_only_where_the_goods_went_is_kept() {
    let order: Order = serde_json::from_slice(ORDER).unwrap();
    let billed: Billed = serde_json::from_slice(ORDER).unwrap();
    let kept = kept(&order, &billed, &facts()).unwrap();
    let text = String::from_utf8(kept.raw.clone()).unwrap();
    let printed = format!("{text} {:?}", kept.factors);
    for personal in [
        "Tilda",
        "Sandelin",
        "tilda@",
        "5550199",
        "1984",
        "840211",
        "customer",
        "billing_address",
        "description",
        "merchant_data",
    ] {
        assert!(!printed.contains(personal), "{personal}: {text}");
    }
    let again: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(
        again["captures"][0]["shipping_info"][0]["tracking_number"],
        "HE00417722"
    );
    assert_eq!(
        (&again["order_amount"], &again["status"]),
        (&json!(8450), &json!("CAPTURED"))
    );
    assert_eq!(
        again["shipping_address"],
        json!({"street_address": "Ahornweg 9", "postal_code": "20099", "city": "Hamburg", "country": "DE"})
    );
    assert_eq!(again["addresses_match"], json!(true));
    assert_eq!(kept.hash, docket_connector::http::sha256(&kept.raw));
}

#[test]
fn what_is_not_there_is_not_claimed() {
    assert_eq!(of(&json!({})), []);
    let value = |order: &Value, kind| {
        let found = of(order).into_iter().find(|factor| factor.kind == kind);
        found.map(|factor| factor.value)
    };
    let bare = json!({"captures": [{"captured_at": "2026-12-11T14:05:00Z"}], "purchase_currency": "EUR", "refunded_amount": 0});
    assert_eq!(value(&bare, FactorKind::TrackingKnown).as_deref(), Some("false"));
    assert_eq!(
        value(&bare, FactorKind::ShippedAt),
        None,
        "a capture alone is no shipment"
    );
    assert_eq!(value(&bare, FactorKind::RefundedAmount), None);
    let open = json!({"captures": [], "shipping_info": null});
    assert_eq!(
        value(&open, FactorKind::TrackingKnown),
        None,
        "nothing was shipped yet"
    );
    let early = json!({"shipping_info": [{"tracking_number": "T1"}]});
    assert_eq!(value(&early, FactorKind::TrackingKnown).as_deref(), Some("true"));
    let elsewhere = json!({"billing_address": {"city": "Kiel"}, "shipping_address": {"city": "Bonn"}});
    assert_eq!(
        value(&elsewhere, FactorKind::AddressesMatch).as_deref(),
        Some("false")
    );
}

#[test]
fn orders_are_tried_by_id_and_then_by_the_end_of_a_krn() {
    let refs = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    assert_eq!(
        candidates(&refs(&["o-1", "krn:payment:eu1:authorization:a-2", "HB-1"])),
        ["o-1", "a-2"]
    );
    assert_eq!(
        candidates(&refs(&["o-1", "krn:payment:eu1:authorization:o-1"])),
        ["o-1"]
    );
    assert_eq!(candidates(&refs(&["../x", "krn:"])), Vec::<String>::new());
}
