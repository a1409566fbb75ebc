//! Orders as Order Management shows them (reference 12), made together with their disputes so that the two agree.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use chrono::Duration;
use rand::{Rng, rngs::StdRng, seq::IndexedRandom};
use serde_json::{Value, json};

use super::{auth, book::Rights, error::order_error, voice::no_such_order};
use crate::{
    app::App,
    dispute::{Time, stamp},
    trades::{BUYERS, Trade},
};

pub(crate) async fn show(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    let Some(account) = auth::owner(&app, &headers) else {
        return order_error(
            StatusCode::UNAUTHORIZED,
            "UNAUTHORIZED",
            "The credentials are missing or not valid.",
        );
    };
    let world = app.world();
    if world.klarna.settings(account).rights == Rights::None {
        return order_error(
            StatusCode::FORBIDDEN,
            "NOT_ALLOWED",
            "The account may not read orders.",
        );
    }
    let order = world
        .klarna
        .by_order(&id)
        .filter(|dispute| dispute.account == account)
        .map(|dispute| dispute.order.clone());
    drop(world);
    order.map_or_else(no_such_order, |order| Json(order).into_response())
}

/// What happened to an order before its dispute.
pub(crate) struct Facts {
    pub bought: Time,
    pub tangible: bool,
    /// Carrier and number went to Klarna with the capture.
    pub shipped: bool,
    pub late: bool,
    pub returned: bool,
    pub refunded: bool,
}

impl Facts {
    pub(crate) fn draw(rng: &mut StdRng, trade: &Trade, opened: Time) -> Self {
        let tangible = trade.item_type == "PRODUCT";
        Self {
            bought: opened - Duration::minutes(rng.random_range(8 * 24 * 60..60 * 24 * 60)),
            tangible,
            shipped: tangible && rng.random_bool(0.8 - trade.late),
            late: rng.random_bool(trade.late),
            returned: rng.random_bool(0.25),
            refunded: rng.random_bool(0.15),
        }
    }

    /// Chance to win before anything is handed in.
    pub(crate) fn strength(&self, trade: &Trade, reason: &str) -> f64 {
        let mut chance = trade.win;
        if self.late {
            chance -= 0.20;
        }
        if reason == "REFUND_NOT_PROCESSED" {
            chance += if self.refunded { 0.25 } else { -0.10 };
        }
        chance.clamp(0.05, 0.90)
    }
}

/// Ids and sums that order and dispute share.
pub(crate) struct Keys<'a> {
    pub order_id: &'a str,
    pub capture_id: &'a str,
    pub amount: i64,
    pub currency: &'a str,
}

pub(crate) fn build(rng: &mut StdRng, trade: &Trade, facts: &Facts, keys: &Keys<'_>) -> Value {
    // Some disputes are about a part of the order only.
    let total = if rng.random_bool(0.1) {
        keys.amount * 3 / 2
    } else {
        keys.amount
    };
    let refunded = if facts.refunded { keys.amount / 2 } else { 0 };
    let captured = facts.bought + Duration::hours(rng.random_range(4..60));
    let address = address(rng, trade);
    let billed = billed(&address);
    let lines = lines(rng, trade, facts, total);
    let capture = json!({
        "capture_id": keys.capture_id,
        "klarna_reference": format!("KR{}-1", rng.random_range(100_000..999_999)),
        "captured_amount": total,
        "captured_at": stamp(captured),
        "refunded_amount": refunded,
        "reference": format!("INV-{}", rng.random_range(10_000..99_999)),
        "description": "Shipped in one parcel",
        "order_lines": lines,
        "shipping_info": shipping(rng, facts),
        "billing_address": billed,
        "shipping_address": address,
    });
    json!({
        "order_id": keys.order_id,
        "klarna_reference": format!("KR{}", rng.random_range(100_000..999_999)),
        "merchant_reference1": format!("ORDER-{}", rng.random_range(100_000..999_999)),
        "merchant_reference2": format!("web;{}", trade.country),
        "status": "CAPTURED",
        "fraud_status": "ACCEPTED",
        "created_at": stamp(facts.bought),
        "expires_at": stamp(facts.bought + Duration::days(28)),
        "purchase_country": address["country"],
        "purchase_currency": keys.currency,
        "locale": "en-GB",
        "order_amount": total,
        "original_order_amount": total,
        "captured_amount": total,
        "refunded_amount": refunded,
        "remaining_authorized_amount": 0,
        "billing_address": billed,
        "shipping_address": address,
        "order_lines": lines,
        "captures": [capture],
        "refunds": refunds(rng, facts, refunded),
        "initial_payment_method": {"type": "PAY_LATER", "description": "Pay in 30 days"},
    })
}

fn address(rng: &mut StdRng, trade: &Trade) -> Value {
    let name = BUYERS.choose(rng).copied().unwrap_or("Mira Holt");
    let (given, family) = name.split_once(' ').unwrap_or((name, ""));
    json!({
        "given_name": given,
        "family_name": family,
        "street_address": format!("Sample Street {}", rng.random_range(1..99)),
        "postal_code": format!("{}", rng.random_range(10_000..99_999)),
        "city": "Exampleville",
        "country": match trade.country { "JP" | "KW" => "DE", other => other },
        "email": format!("{}@mail.example", given.to_lowercase()),
        "phone": "+4900000000",
    })
}

/// Some pay from another place than the one that the parcel goes to.
fn billed(address: &Value) -> Value {
    let street = address["street_address"].as_str().unwrap_or_default();
    let mut billed = address.clone();
    if street.ends_with('7') {
        billed["street_address"] = "Other Street 1".into();
    }
    billed
}

fn lines(rng: &mut StdRng, trade: &Trade, facts: &Facts, total: i64) -> Value {
    let product = trade.products.choose(rng).map_or("Item", |(name, _)| name);
    json!([{
        "type": if facts.tangible { "physical" } else { "digital" },
        "reference": format!("SKU{}", rng.random_range(1_000..9_999)),
        "name": product,
        "quantity": 1,
        "unit_price": total,
        "tax_rate": 0,
        "total_amount": total,
        "total_discount_amount": 0,
        "product_url": "https://shop.example/product",
    }])
}

fn shipping(rng: &mut StdRng, facts: &Facts) -> Value {
    if !facts.tangible {
        return json!([{"shipping_method": "Digital"}]);
    }
    if !facts.shipped {
        return json!([]);
    }
    let company = ["DHL", "UPS", "PostNord", "DPD"]
        .choose(rng)
        .copied()
        .unwrap_or("DHL");
    let mut row = json!({
        "shipping_company": company,
        "shipping_method": "Home",
        "tracking_number": format!("00{}", rng.random_range(10_000_000_000_u64..99_999_999_999)),
        "tracking_uri": "https://carrier.example/track",
    });
    if facts.returned {
        row["return_shipping_company"] = company.into();
        row["return_tracking_number"] = format!("R{}", rng.random_range(10_000_000..99_999_999)).into();
    }
    json!([row])
}

fn refunds(rng: &mut StdRng, facts: &Facts, amount: i64) -> Value {
    if amount == 0 {
        return json!([]);
    }
    json!([one_refund(rng, amount, facts.bought + Duration::days(7))])
}

fn one_refund(rng: &mut StdRng, amount: i64, at: Time) -> Value {
    json!({
        "refund_id": super::plant::random_uuid(rng),
        "refunded_amount": amount,
        "refunded_at": stamp(at),
        "reference": format!("REF-{}", rng.random_range(1_000..9_999)),
        "description": "Partly refunded",
        "order_lines": [],
        "credit_invoice": false,
    })
}

/// A further refund of an order, in its sums as well.
pub(crate) fn refund(rng: &mut StdRng, order: &mut Value, amount: i64, at: Time) {
    let all = order["refunded_amount"].as_i64().unwrap_or_default() + amount;
    order["refunded_amount"] = all.into();
    order["captures"][0]["refunded_amount"] = all.into();
    if let Some(refunds) = order["refunds"].as_array_mut() {
        refunds.push(one_refund(rng, amount, at));
    }
}
