//! The kept order as facts, each with its field (reference 2). When the carrier expects to deliver is no promise of the
//! merchant's, and moves with each delay: it is left out.

mod returns;

use chrono::{DateTime, Utc};
use docket_connector::{Bodies, Told, address_line};
use docket_core::dossier::{self, Dossier, Fact, Goods, Movement, PolicyKind};
use docket_core::money::Money;
use docket_core::words::Platform;
use serde::Deserialize;

use super::ledger::money;
use super::shape::{self, Address, Fulfillment, LineItem, MoneyBag, Order, Policy};

/// The record as it was kept.
#[derive(Deserialize)]
struct Kept {
    order: Order,
    #[serde(default)]
    policies: Vec<Policy>,
}

fn instant(text: Option<&String>) -> Option<DateTime<Utc>> {
    Some(DateTime::parse_from_rfc3339(text?).ok()?.with_timezone(&Utc))
}

fn own(text: Option<&String>) -> Option<String> {
    text.map(|t| t.trim().to_owned()).filter(|t| !t.is_empty())
}

/// Everything that the order says; nothing where none is kept.
pub(crate) fn dossier(bodies: &Bodies<'_>) -> Dossier {
    let mut dossier = Dossier::default();
    let Some((at, body)) = bodies.order else {
        return dossier;
    };
    let Ok(Kept { order, policies }) = serde_json::from_slice(body) else {
        return dossier;
    };
    let platform = Platform::SHOPIFY;
    let told = Told { platform, at };
    placed(&order, told, &mut dossier);
    lines(&order, told, &mut dossier);
    let fulfillments = order.fulfillments.iter().flatten().enumerate();
    let live = fulfillments
        .filter(|(_, one)| !matches!(one.status.as_deref(), Some("CANCELLED" | "ERROR" | "FAILURE")));
    for (index, one) in live {
        parcel(one, &format!("order.fulfillments[{index}]"), told, &mut dossier);
    }
    back(&order, told, &mut dossier);
    published(&policies, told, &mut dossier);
    dossier
}

fn placed(order: &Order, told: Told, dossier: &mut Dossier) {
    let fields = [
        (&order.processed_at, "order.processedAt"),
        (&order.created_at, "order.createdAt"),
    ];
    let mut dated = fields
        .iter()
        .filter_map(|(text, place)| Some((instant(text.as_ref())?, *place)));
    let (Some((placed_at, place)), Some(number)) = (dated.next(), own(order.name.as_ref())) else {
        return;
    };
    let fact = dossier::Order {
        number,
        refs: order.legacy_resource_id.iter().map(|id| id.0.clone()).collect(),
        placed_at,
        promised_by: None,
        total: amount(order.total_price_set.as_ref()),
        shipping: amount(order.total_shipping_price_set.as_ref()),
        goods: goods(order),
        cancelled_at: instant(order.cancelled_at.as_ref()),
        ship_to: order.shipping_address.as_ref().and_then(went),
        // Its country is a factor of its own.
        ship_country: None,
        // `false` is also said where one of the two is missing.
        addresses_match: order
            .billing_address_matches_shipping_address
            .filter(|same| *same),
        buyer: Vec::new(),
    };
    dossier.add(Fact::Order(fact), told.in_field(place));
}

fn amount(set: Option<&MoneyBag>) -> Option<Money> {
    money(set?.shop_money.as_ref()?)
}

fn went(to: &Address) -> Option<String> {
    let [street, more, zip, city] =
        [&to.address1, &to.address2, &to.zip, &to.city].map(|text| own(text.as_ref()));
    address_line(
        [street.as_deref(), more.as_deref()],
        [zip.as_deref(), city.as_deref()],
    )
}

/// One parcel is enough to make a shipment, and gift cards are sent by e-mail (`requiresShipping`, `isGiftCard`). Whether anything
/// else that needs no shipping is a download or a service, Shopify does not say.
fn goods(order: &Order) -> Option<Goods> {
    let ships = |item: &LineItem| item.requires_shipping == Some(true);
    let card = |item: &LineItem| item.is_gift_card == Some(true);
    if order.items().any(ships) {
        return Some(Goods::Physical);
    }
    let all = order.line_items.as_ref().is_some_and(|lines| !lines.cut());
    (all && order.items().next().is_some() && order.items().all(card)).then_some(Goods::Digital)
}

fn lines(order: &Order, told: Told, dossier: &mut Dossier) {
    let cut = order.line_items.as_ref().is_some_and(shape::Lines::cut);
    for (index, item) in order.items().enumerate() {
        let (sku, title) = (own(item.sku.as_ref()), own(item.title.as_ref()));
        if sku.is_none() && title.is_none() {
            continue;
        }
        let fact = dossier::Line {
            sku,
            title,
            description: None,
            quantity: item.quantity.unwrap_or(1),
            // What is due is reckoned with all lines or not at all.
            amount: amount(item.discounted_total_set.as_ref()).filter(|_| !cut),
        };
        let place = format!("order.lineItems.nodes[{index}]");
        dossier.add(Fact::Line(fact), told.in_field(place));
    }
}

fn parcel(one: &Fulfillment, path: &str, told: Told, dossier: &mut Dossier) {
    let tracking: Vec<_> = one.tracking_info.iter().flatten().collect();
    let shipped_at = instant(one.in_transit_at.as_ref()).or(instant(one.created_at.as_ref()));
    let delivered_at = instant(one.delivered_at.as_ref());
    let fact = |carrier, number, url| dossier::Shipment {
        carrier,
        number,
        url,
        shipped_at,
        delivered_at,
        received_by: None,
    };
    if tracking.is_empty() {
        dossier.add(Fact::Shipment(fact(None, None, None)), told.in_field(path));
    }
    for (index, row) in tracking.iter().enumerate() {
        let texts = [&row.company, &row.number, &row.url].map(|text| own(text.as_ref()));
        let [carrier, number, url] = texts;
        let place = format!("{path}.trackingInfo[{index}]");
        dossier.add(Fact::Shipment(fact(carrier, number, url)), told.in_field(place));
    }
    // Events belong to the fulfilment: with several numbers it is not told which one was scanned.
    let number = match tracking.as_slice() {
        [only] => own(only.number.as_ref()),
        _ => None,
    };
    let events = one.events.iter().flat_map(|events| &events.nodes).enumerate();
    for (index, event) in events {
        let (Some(movement), Some(at)) = (
            event.status.as_deref().and_then(movement),
            instant(event.happened_at.as_ref()),
        ) else {
            continue;
        };
        let scan = dossier::Scan {
            number: number.clone(),
            movement,
            at,
            place: None,
        };
        let place = format!("{path}.events.nodes[{index}]");
        dossier.add(Fact::Scan(scan), told.in_field(place));
    }
}

/// `FulfillmentEventStatus`; a word that is not known says nothing.
fn movement(word: &str) -> Option<Movement> {
    Some(match word {
        "LABEL_PURCHASED" | "LABEL_PRINTED" | "CONFIRMED" => Movement::LabelCreated,
        "CARRIER_PICKED_UP" | "IN_TRANSIT" | "OUT_FOR_DELIVERY" | "DELAYED" => Movement::InTransit,
        "ATTEMPTED_DELIVERY" => Movement::Attempted,
        "READY_FOR_PICKUP" => Movement::ReadyForPickup,
        "DELIVERED" | "PICKED_UP" => Movement::Delivered,
        "FAILURE" => Movement::Failed,
        _ => return None,
    })
}

/// Money and goods that went back.
fn back(order: &Order, told: Told, dossier: &mut Dossier) {
    for (index, refund) in order.refunds.iter().flatten().enumerate() {
        let amount = amount(refund.total_refunded_set.as_ref());
        let at = instant(refund.processed_at.as_ref()).or(instant(refund.created_at.as_ref()));
        let (Some(amount), Some(at)) = (amount, at) else {
            continue;
        };
        let id = own(refund.id.as_ref());
        let place = format!("order.refunds[{index}]");
        dossier.add(
            Fact::Refund(dossier::Refund { id, amount, at }),
            told.in_field(place),
        );
    }
    returns::sent_back(order, told, dossier);
}

/// Shopify shows each policy as it stands now: it is known from its last change on, and where that is not told, from the day on
/// which it was read.
fn published(policies: &[Policy], told: Told, dossier: &mut Dossier) {
    for (index, policy) in policies.iter().enumerate() {
        let kind = match policy.r#type.as_deref() {
            Some("REFUND_POLICY") => PolicyKind::Refund,
            Some("SHIPPING_POLICY") => PolicyKind::Shipping,
            Some("TERMS_OF_SERVICE" | "TERMS_OF_SALE") => PolicyKind::Terms,
            Some("SUBSCRIPTION_POLICY") => PolicyKind::Cancellation,
            Some("PRIVACY_POLICY") => PolicyKind::Privacy,
            Some(_) | None => continue,
        };
        let changed = instant(policy.updated_at.as_ref());
        let fact = dossier::Policy {
            kind,
            title: own(policy.title.as_ref()),
            text: own(policy.body.as_ref()).unwrap_or_default(),
            url: own(policy.url.as_ref()),
            from: changed.unwrap_or(told.at).date_naive(),
            until: None,
        };
        let place = format!("shop.shopPolicies[{index}]");
        dossier.add(Fact::Policy(fact), told.in_field(place));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_of_an_order_reads_back_as_facts() {
        let order: Order = serde_json::from_str(include_str!("../../fixtures/order.json")).unwrap();
        let policies = serde_json::json!([
            {"type": "REFUND_POLICY", "title": "Refund policy", "body": "30 days", "updatedAt": "2026-01-05T00:00:00Z"},
            {"type": "SHIPPING_POLICY"},
            {"type": "LEGAL_NOTICE", "updatedAt": "2026-01-05T00:00:00Z"},
        ]);
        let policies: Vec<Policy> = serde_json::from_value(policies).unwrap();
        let record = super::super::Record {
            order: &order,
            policies: &policies,
            ledger: &[],
        };
        let kept = serde_json::to_vec(&record).unwrap();
        let at = "2026-10-25T00:00:00Z".parse().unwrap();
        let found = dossier(&Bodies {
            dispute: None,
            order: Some((at, &kept)),
        });
        let order = &found.orders[0].fact;
        assert_eq!(
            (order.number.as_str(), order.goods),
            ("#1042", Some(Goods::Physical))
        );
        assert_eq!(order.refs, ["5500000000111"]);
        assert_eq!(order.shipping.unwrap().to_string(), "4.90 EUR");
        assert_eq!(
            order.ship_to.as_deref(),
            Some("Elm Street 4, 2nd floor, 11455 Stockholm")
        );
        assert_eq!(order.addresses_match, Some(true));
        let lines: Vec<_> = found.lines.iter().map(|line| &line.fact).collect();
        let titles: Vec<_> = lines.iter().map(|line| line.title.as_deref()).collect();
        assert_eq!(titles, [Some("Oak lamp"), Some("Engraving")]);
        assert_eq!(lines[0].sku.as_deref(), Some("LAMP-OAK-40"));
        assert_eq!(lines[0].amount.unwrap().to_string(), "75.00 EUR");
        // The cancelled fulfilment is no parcel.
        let [parcel] = &found.shipments[..] else {
            panic!("{:?}", found.shipments)
        };
        assert_eq!(parcel.fact.number.as_deref(), Some("NP400100200SE"));
        assert_eq!(parcel.from.place, "order.fulfillments[0].trackingInfo[0]");
        let moves: Vec<_> = found.scans.iter().map(|scan| scan.fact.movement).collect();
        assert_eq!(moves, [Movement::InTransit, Movement::Delivered]);
        let (delivered, _) = found.delivered().unwrap();
        assert_eq!(delivered.to_rfc3339(), "2026-10-14T11:20:00+00:00");
        assert_eq!(found.refunds[0].fact.amount.to_string(), "10.00 EUR");
        assert!(found.returns.is_empty());
        let [refund, shipping] = &found.policies[..] else {
            panic!("{:?}", found.policies)
        };
        assert_eq!(
            (refund.fact.text.as_str(), refund.fact.from.to_string().as_str()),
            ("30 days", "2026-01-05")
        );
        assert_eq!(
            shipping.fact.from.to_string(),
            "2026-10-25",
            "nobody told since when, so since it was read"
        );
    }

    fn found(order: &serde_json::Value) -> Dossier {
        let mut body = serde_json::json!({"name": "#1", "processedAt": "2026-10-08T18:01:00Z"});
        body["lineItems"] = order.clone();
        let at = "2026-10-25T00:00:00Z".parse().unwrap();
        let body = serde_json::json!({"order": body}).to_string();
        dossier(&Bodies {
            dispute: None,
            order: Some((at, body.as_bytes())),
        })
    }

    #[test]
    fn what_needs_no_shipping_is_digital_where_it_is_gift_cards_only() {
        let of = |rows: &[(bool, bool)]| {
            let nodes = rows.iter().map(|(ships, card)| {
                serde_json::json!({"title": "Thing", "requiresShipping": ships, "isGiftCard": card})
            });
            let nodes: Vec<_> = nodes.collect();
            found(&serde_json::json!({"nodes": nodes})).orders[0].fact.goods
        };
        assert_eq!(of(&[(false, true)]), Some(Goods::Digital));
        assert_eq!(of(&[(false, true), (true, false)]), Some(Goods::Physical));
        assert_eq!(of(&[(false, true), (false, false)]), None);
        assert_eq!(of(&[(false, false)]), None);
        assert_eq!(of(&[]), None);
    }

    #[test]
    fn of_an_order_that_was_read_in_part_no_amounts_are_told() {
        let price = serde_json::json!({"shopMoney": {"amount": "5.00", "currencyCode": "EUR"}});
        let line = serde_json::json!({"title": "Card", "isGiftCard": true, "discountedTotalSet": price});
        let of = |more: bool| found(&serde_json::json!({"nodes": [line], "pageInfo": {"hasNextPage": more}}));
        assert_eq!(of(false).lines[0].fact.amount.unwrap().to_string(), "5.00 EUR");
        let part = of(true);
        assert_eq!(
            (part.lines[0].fact.amount, part.orders[0].fact.goods),
            (None, None)
        );
    }
}
