//! Each factor with the instant that it speaks of.

use super::*;
use crate::dossier::{Fact, Line, Message, Order, Refund, Return, Scan, Shipment};
use crate::money::Money;

fn day(day: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000 + day * 86_400, 0).unwrap()
}

fn from() -> Provenance {
    Provenance {
        by: "dana".to_owned(),
        at: day(50),
        place: "file.csv:2".to_owned(),
    }
}

fn order(promised: Option<i64>) -> Fact {
    Fact::Order(Order {
        number: "1001".to_owned(),
        refs: Vec::new(),
        placed_at: day(0),
        promised_by: promised.map(day),
        total: None,
        shipping: None,
        goods: None,
        cancelled_at: None,
        ship_to: None,
        ship_country: Some("DE".to_owned()),
        addresses_match: None,
        buyer: Vec::new(),
    })
}

fn parcel(number: Option<&str>, delivered: Option<i64>) -> Fact {
    Fact::Shipment(Shipment {
        carrier: None,
        number: number.map(str::to_owned),
        url: None,
        shipped_at: Some(day(1)),
        delivered_at: delivered.map(day),
        received_by: None,
    })
}

fn scan(number: &str, movement: Movement, at: i64) -> Fact {
    Fact::Scan(Scan {
        number: Some(number.to_owned()),
        movement,
        at: day(at),
        place: None,
    })
}

fn dossier(facts: impl IntoIterator<Item = Fact>) -> Dossier {
    let mut dossier = Dossier::default();
    for fact in facts {
        dossier.add(fact, from());
    }
    dossier
}

/// Value and day of each factor of a kind, for a dispute that was opened on day 10.
fn of(kind: FactorKind, facts: impl IntoIterator<Item = Fact>) -> Vec<(String, i64)> {
    factors(&dossier(facts), day(10))
        .into_iter()
        .filter(|factor| factor.kind == kind)
        .map(|factor| (factor.value, (factor.as_of - day(0)).num_days()))
        .collect()
}

fn row(value: &str, day: i64) -> (String, i64) {
    (value.to_owned(), day)
}

#[test]
fn late_is_counted_from_the_promise_and_else_from_thirty_days() {
    let (timing, late) = (FactorKind::DeliveryTiming, FactorKind::DeliveryLateDays);
    let delivered = parcel(Some("JD1"), Some(8));
    assert_eq!(
        of(timing, [order(Some(8)), delivered.clone()]),
        [row("on_time", 10)]
    );
    assert_eq!(of(timing, [order(Some(5)), delivered.clone()]), [row("late", 10)]);
    assert_eq!(of(late, [order(Some(5)), delivered.clone()]), [row("3", 8)]);
    assert_eq!(of(timing, [order(None), delivered]), [row("on_time", 10)]);
    let very_late = parcel(Some("JD1"), Some(33));
    assert_eq!(
        of(timing, [order(None), very_late.clone()]),
        [row("unknown", 10), row("late", 33)]
    );
    assert_eq!(of(late, [order(None), very_late]), [row("3", 33)]);
}

#[test]
fn unknown_is_never_undelivered() {
    let timing = FactorKind::DeliveryTiming;
    assert_eq!(of(timing, [order(Some(5))]), [row("unknown", 10)]);
    assert_eq!(
        of(timing, [order(Some(5)), parcel(None, None)]),
        [row("unknown", 10)]
    );
    // A number alone shows nothing that the carrier said.
    assert_eq!(
        of(timing, [order(Some(5)), parcel(Some("JD1"), None)]),
        [row("unknown", 10)]
    );
    let moved = scan("JD1", Movement::InTransit, 2);
    let facts = [order(Some(5)), parcel(Some("JD1"), None), moved];
    assert_eq!(of(timing, facts), [row("undelivered", 10)]);
}

#[test]
fn what_came_after_the_opening_is_told_apart() {
    let facts = [
        order(Some(5)),
        parcel(Some("jd 1"), None),
        scan("JD1", Movement::InTransit, 2),
        scan("JD1", Movement::Delivered, 12),
    ];
    assert_eq!(
        of(FactorKind::DeliveryTiming, facts.clone()),
        [row("undelivered", 10), row("late", 12)]
    );
    assert_eq!(of(FactorKind::TransitHours, facts), [row("264", 12)]);
}

#[test]
fn an_order_has_come_when_its_last_parcel_has() {
    let timing = FactorKind::DeliveryTiming;
    let one = [
        order(Some(5)),
        parcel(Some("A"), Some(3)),
        parcel(Some("B"), None),
        scan("B", Movement::InTransit, 4),
    ];
    assert_eq!(of(timing, one.clone()), [row("undelivered", 10)]);
    let both = one.into_iter().chain([scan("B", Movement::Delivered, 7)]);
    assert_eq!(of(timing, both), [row("late", 10)]);
}

#[test]
fn goods_people_and_money() {
    let message = |by, at| {
        Fact::Message(Message {
            by,
            at: day(at),
            text: "hello".to_owned(),
        })
    };
    let facts = [
        order(None),
        parcel(None, None),
        Fact::Line(Line {
            sku: Some("LAMP".to_owned()),
            title: None,
            description: None,
            quantity: 1,
            amount: None,
        }),
        message(Writer::Merchant, 1),
        message(Writer::Buyer, 2),
        message(Writer::Merchant, 4),
        Fact::Return(Return {
            quantity: None,
            asked_at: Some(day(5)),
            received_at: Some(day(7)),
            sku: None,
            reason: Some("damaged".to_owned()),
            state: None,
        }),
        Fact::Refund(Refund {
            id: None,
            amount: Money::new(100, "EUR".parse().unwrap()),
            at: day(11),
        }),
    ];
    let expected = [
        (FactorKind::ShippingCountry, "DE", 0),
        (FactorKind::ProductSku, "LAMP", 0),
        (FactorKind::HandlingHours, "24", 1),
        (FactorKind::TrackingKnown, "false", 1),
        (FactorKind::FirstReplyHours, "48", 4),
        (FactorKind::ReturnReason, "damaged", 5),
        (FactorKind::RefundLatencyHours, "96", 11),
    ];
    for (kind, value, at) in expected {
        assert_eq!(of(kind, facts.clone()), [row(value, at)], "{kind}");
    }
    let found = factors(&dossier(facts), day(10));
    let sku = found.iter().find(|f| f.kind == FactorKind::ProductSku).unwrap();
    assert_eq!(sku.source, "dana:file.csv:2");
}
