//! Contributing factors in an order (`domain.md` E1), each with the field that it was read from.

use chrono::{DateTime, SecondsFormat, Utc};
use docket_core::factor::{Factor, FactorKind};

use super::dossier;
use super::wire::{Address, Order, Refund, Shipping};
use crate::map::money;
use crate::wire::{Text, Time};

struct Records {
    found: Vec<Factor>,
    /// For facts without a time of their own.
    as_of: DateTime<Utc>,
}

impl Records {
    fn add(&mut self, kind: FactorKind, value: impl Into<String>, path: &str, at: Option<DateTime<Utc>>) {
        self.found.push(Factor {
            kind,
            value: value.into(),
            source: format!("klarna:order.{path}"),
            as_of: at.unwrap_or(self.as_of),
        });
    }
}

fn text(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// All factors. `addresses_match` is whether both addresses are the same place, `opened_at` when the dispute was opened.
pub(super) fn factors(order: &Order, addresses_match: Option<bool>, opened_at: DateTime<Utc>) -> Vec<Factor> {
    let ordered_at = order.created_at.and_then(Time::at);
    let mut records = Records {
        found: Vec::new(),
        as_of: ordered_at.unwrap_or(opened_at),
    };
    if let Some(at) = ordered_at {
        records.add(FactorKind::OrderedAt, text(at), "created_at", ordered_at);
    }
    if let Some(word) = order.fraud_status.as_ref().and_then(Text::filled) {
        records.add(FactorKind::RiskLevel, word, "fraud_status", None);
    }
    if let Some(country) = order.shipping_address.as_ref().and_then(Address::country) {
        records.add(
            FactorKind::ShippingCountry,
            country,
            "shipping_address.country",
            None,
        );
    }
    if let Some(same) = addresses_match {
        records.add(
            FactorKind::AddressesMatch,
            same.to_string(),
            "shipping_address",
            None,
        );
    }
    delivery(&mut records, order);
    products(&mut records, order);
    refunds(&mut records, order);
    records.found
}

/// Klarna asks for shipping data with or right after each capture, which is to follow the shipment (reference 14): the
/// capture's time stands for the shipment's where such data is there.
fn delivery(records: &mut Records, order: &Order) {
    if !dossier::ships(order) {
        return;
    }
    let mut tracked = None;
    for (index, capture) in order.captures.iter().flatten().enumerate() {
        let at = capture.captured_at.and_then(Time::at);
        let shipped = capture
            .shipping_info
            .as_ref()
            .is_some_and(|rows| rows.iter().any(dossier::tells));
        if let Some(at) = at.filter(|_| shipped) {
            let path = format!("captures[{index}].captured_at");
            records.add(FactorKind::ShippedAt, text(at), &path, Some(at));
        }
        let path = format!("captures[{index}].shipping_info");
        tracked = tracked.or(parcels(records, capture.shipping_info.as_ref(), &path, at));
    }
    tracked = tracked.or(parcels(
        records,
        order.shipping_info.as_ref(),
        "shipping_info",
        None,
    ));
    let captured = order
        .captures
        .as_ref()
        .is_some_and(|captures| !captures.is_empty());
    match tracked {
        Some((path, at)) => records.add(FactorKind::TrackingKnown, "true", &path, at),
        // Without a capture nothing was shipped, so that a missing number says nothing.
        None if captured => records.add(
            FactorKind::TrackingKnown,
            "false",
            "captures[].shipping_info",
            None,
        ),
        None => {}
    }
}

/// Adds the carriers, and says where the first tracking number stands.
fn parcels(
    records: &mut Records,
    rows: Option<&Vec<Shipping>>,
    path: &str,
    at: Option<DateTime<Utc>>,
) -> Option<(String, Option<DateTime<Utc>>)> {
    let mut tracked = None;
    for (index, row) in rows.into_iter().flatten().enumerate() {
        if let Some(carrier) = row.shipping_company.as_ref().and_then(Text::filled) {
            let path = format!("{path}[{index}].shipping_company");
            records.add(FactorKind::Carrier, carrier, &path, at);
        }
        if row.tracking_number.as_ref().and_then(Text::filled).is_some() {
            tracked = tracked.or_else(|| Some((format!("{path}[{index}].tracking_number"), at)));
        }
    }
    tracked
}

/// Lines that are goods; fees, discounts, taxes and vouchers are none.
fn products(records: &mut Records, order: &Order) {
    for (index, line) in order.order_lines.iter().flatten().enumerate() {
        let kind = line.r#type.as_ref().and_then(Text::filled).unwrap_or("physical");
        let goods = kind.eq_ignore_ascii_case("physical") || kind.eq_ignore_ascii_case("digital");
        if let Some(sku) = line.reference.as_ref().and_then(Text::filled).filter(|_| goods) {
            let path = format!("order_lines[{index}].reference");
            records.add(FactorKind::ProductSku, sku, &path, None);
        }
    }
}

fn refunds(records: &mut Records, order: &Order) {
    let currency = order.purchase_currency.as_ref();
    let rows = order.refunds.iter().flatten();
    let dated = |refund: &Refund| refund.refunded_at.and_then(Time::at);
    for (index, refund) in rows.clone().enumerate() {
        if let Some(at) = dated(refund) {
            let path = format!("refunds[{index}].refunded_at");
            records.add(FactorKind::RefundedAt, text(at), &path, Some(at));
        }
    }
    let last = rows.filter_map(dated).max();
    let total = money(order.refunded_amount, currency).filter(|total| total.minor > 0);
    if let Some(total) = total {
        records.add(
            FactorKind::RefundedAmount,
            total.to_string(),
            "refunded_amount",
            last,
        );
    }
}
