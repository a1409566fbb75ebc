//! Contributing factors in a dossier (`domain.md` E1). Each says of which instant it speaks, so that what was known when
//! the dispute opened can be told from what happened later.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Duration, SecondsFormat, Utc};

use super::{Dossier, Goods, Movement, Provenance, Writer};
use crate::factor::{Factor, FactorKind};

/// Where nobody promised a day: delivery within thirty days of the order (`domain.md` A40).
const DEFAULT_PROMISE: Duration = Duration::days(30);

struct Records(Vec<Factor>);

impl Records {
    fn add(&mut self, kind: FactorKind, value: impl ToString, from: &Provenance, as_of: DateTime<Utc>) {
        let source = format!("{}:{}", from.by, from.place);
        self.push(kind, value.to_string(), source, as_of);
    }

    fn derived(&mut self, kind: FactorKind, value: impl ToString, how: &str, as_of: DateTime<Utc>) {
        self.push(kind, value.to_string(), format!("docket:{how}"), as_of);
    }

    fn push(&mut self, kind: FactorKind, value: String, source: String, as_of: DateTime<Utc>) {
        self.0.push(Factor {
            kind,
            value,
            source,
            as_of,
        });
    }

    fn moment(&mut self, kind: FactorKind, at: Option<DateTime<Utc>>, from: &Provenance) {
        if let Some(at) = at {
            self.add(kind, text(at), from, at);
        }
    }
}

fn text(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// All factors in a dossier. `opened_at` is when the dispute was opened.
pub fn factors(dossier: &Dossier, opened_at: DateTime<Utc>) -> Vec<Factor> {
    let mut records = Records(Vec::new());
    told(&mut records, dossier);
    timing(&mut records, dossier, opened_at);
    spans(&mut records, dossier);
    organisation(&mut records, dossier);
    records.0
}

/// What sources say in so many words.
fn told(records: &mut Records, dossier: &Dossier) {
    let ordered_at = dossier.ordered_at();
    for known in &dossier.orders {
        records.moment(FactorKind::OrderedAt, Some(known.fact.placed_at), &known.from);
        if let Some(by) = known.fact.promised_by {
            // Promised when it was ordered.
            let at = known.fact.placed_at;
            records.add(FactorKind::DeliveryPromisedBy, text(by), &known.from, at);
        }
        if let Some(country) = &known.fact.ship_country {
            let at = known.fact.placed_at;
            records.add(FactorKind::ShippingCountry, country, &known.from, at);
        }
    }
    for known in &dossier.lines {
        if let Some(sku) = &known.fact.sku {
            let at = ordered_at.unwrap_or(known.from.at);
            records.add(FactorKind::ProductSku, sku, &known.from, at);
        }
    }
    for known in &dossier.shipments {
        let (parcel, from) = (&known.fact, &known.from);
        let at = parcel.shipped_at.unwrap_or(from.at);
        records.moment(FactorKind::ShippedAt, parcel.shipped_at, from);
        records.moment(FactorKind::DeliveredAt, parcel.delivered_at, from);
        records.add(FactorKind::TrackingKnown, parcel.number.is_some(), from, at);
        if let Some(carrier) = &parcel.carrier {
            records.add(FactorKind::Carrier, carrier, from, at);
        }
    }
    for known in &dossier.scans {
        let at = known.fact.at;
        records.add(FactorKind::DeliveryStatus, known.fact.movement, &known.from, at);
    }
    for known in &dossier.returns {
        let at = known.fact.asked_at.or(known.fact.received_at);
        if let Some(reason) = &known.fact.reason {
            records.add(
                FactorKind::ReturnReason,
                reason,
                &known.from,
                at.unwrap_or(known.from.at),
            );
        }
    }
    for known in &dossier.refunds {
        records.moment(FactorKind::RefundedAt, Some(known.fact.at), &known.from);
    }
}

/// How the delivery stood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Delivery {
    Delivered(DateTime<Utc>),
    /// The carrier's scans are known, and none of them is the delivery.
    Undelivered,
    /// Nothing that a carrier said is known: never the same as undelivered.
    Unknown,
}

fn bare(number: &str) -> String {
    let letters = number.chars().filter(|c| c.is_alphanumeric());
    letters.flat_map(char::to_uppercase).collect()
}

/// The delivery as it stood at an instant: of several parcels the last one counts, and each of them must have come.
fn delivery(dossier: &Dossier, at: DateTime<Utc>) -> Delivery {
    let seen = |told: Option<DateTime<Utc>>| told.filter(|told| *told <= at);
    // By tracking number, because several sources tell of one parcel; without any there is one.
    let numbers = dossier
        .shipments
        .iter()
        .filter_map(|known| known.fact.number.as_deref());
    let scanned = dossier
        .scans
        .iter()
        .filter_map(|known| known.fact.number.as_deref());
    let mut parcels: BTreeMap<String, (Option<DateTime<Utc>>, bool)> =
        numbers.chain(scanned).map(|n| (bare(n), (None, false))).collect();
    let only = match parcels.len() {
        0 => String::new(),
        1 => parcels.keys().next().cloned().unwrap_or_default(),
        _ => "several".to_owned(),
    };
    let key = |number: Option<&str>| number.map_or_else(|| only.clone(), bare);
    for known in &dossier.shipments {
        let number = known.fact.number.as_deref();
        if let Some(delivered) = seen(known.fact.delivered_at)
            && (number.is_some() || parcels.len() < 2)
        {
            let parcel = parcels.entry(key(number)).or_default();
            parcel.0 = parcel.0.max(Some(delivered));
        }
    }
    for known in &dossier.scans {
        let number = known.fact.number.as_deref();
        let Some(scan) = seen(Some(known.fact.at)).filter(|_| number.is_some() || parcels.len() < 2) else {
            continue;
        };
        let parcel = parcels.entry(key(number)).or_default();
        parcel.1 = true;
        if known.fact.movement == Movement::Delivered {
            parcel.0 = parcel.0.max(Some(scan));
        }
    }
    let all: Option<Vec<DateTime<Utc>>> = parcels.values().map(|(delivered, _)| *delivered).collect();
    match all.and_then(|all| all.into_iter().max()) {
        Some(last) => Delivery::Delivered(last),
        None if parcels
            .values()
            .any(|(delivered, scanned)| delivered.is_none() && *scanned) =>
        {
            Delivery::Undelivered
        }
        None => Delivery::Unknown,
    }
}

/// On time, late, undelivered or unknown: as it stood when the dispute opened, and as it ended.
fn timing(records: &mut Records, dossier: &Dossier, opened_at: DateTime<Utc>) {
    let digital = |known: &super::Known<super::Order>| {
        matches!(known.fact.goods, Some(Goods::Digital | Goods::Service))
    };
    if dossier.orders.iter().any(digital) {
        return;
    }
    let promised = dossier
        .orders
        .iter()
        .filter_map(|known| known.fact.promised_by)
        .min();
    let (due, how) = match (promised, dossier.ordered_at()) {
        (Some(promised), _) => (Some(promised), "delivered against the promise"),
        (None, Some(ordered)) => (Some(ordered + DEFAULT_PROMISE), "delivered against thirty days"),
        (None, None) => (None, "delivery"),
    };
    let mut said = None;
    for at in [opened_at, DateTime::<Utc>::MAX_UTC] {
        let state = delivery(dossier, at);
        if said == Some(state) {
            continue;
        }
        said = Some(state);
        match state {
            Delivery::Delivered(delivered) => {
                let as_of = if at == opened_at { opened_at } else { delivered };
                let Some(due) = due else { continue };
                let late = (delivered - due).num_seconds().max(0);
                let word = if late > 0 { "late" } else { "on_time" };
                records.derived(FactorKind::DeliveryTiming, word, how, as_of);
                if late > 0 {
                    // Late by a part of a day is late by a day.
                    let days = (late + 86_399) / 86_400;
                    records.derived(FactorKind::DeliveryLateDays, days, how, delivered);
                }
            }
            Delivery::Undelivered if at == opened_at => {
                records.derived(FactorKind::DeliveryTiming, "undelivered", how, opened_at);
            }
            Delivery::Unknown if at == opened_at => {
                records.derived(FactorKind::DeliveryTiming, "unknown", how, opened_at);
            }
            // The carrier was seen only after the opening, and has not delivered yet: the next scan tells more.
            Delivery::Undelivered | Delivery::Unknown => {}
        }
    }
}

/// Handling and transit, in whole hours.
fn spans(records: &mut Records, dossier: &Dossier) {
    let shipped = dossier
        .shipments
        .iter()
        .filter_map(|known| known.fact.shipped_at)
        .min();
    if let (Some(ordered), Some(shipped)) = (dossier.ordered_at(), shipped)
        && ordered <= shipped
    {
        let hours = (shipped - ordered).num_hours();
        records.derived(FactorKind::HandlingHours, hours, "ordered to shipped", shipped);
    }
    if let (Some(shipped), Delivery::Delivered(delivered)) =
        (shipped, delivery(dossier, DateTime::<Utc>::MAX_UTC))
        && shipped <= delivered
    {
        let hours = (delivered - shipped).num_hours();
        records.derived(FactorKind::TransitHours, hours, "shipped to delivered", delivered);
    }
}

/// First reply to the buyer, and how long money took to go back.
fn organisation(records: &mut Records, dossier: &Dossier) {
    let wrote = |by: Writer| dossier.messages.iter().filter(move |known| known.fact.by == by);
    let asked = wrote(Writer::Buyer).map(|known| known.fact.at).min();
    let replied = asked.and_then(|asked| {
        let replies = wrote(Writer::Merchant).map(|known| known.fact.at);
        replies.filter(|at| *at >= asked).min().map(|at| (asked, at))
    });
    if let Some((asked, replied)) = replied {
        let hours = (replied - asked).num_hours();
        records.derived(
            FactorKind::FirstReplyHours,
            hours,
            "first message to first reply",
            replied,
        );
    }
    let back: BTreeSet<DateTime<Utc>> = dossier
        .returns
        .iter()
        .filter_map(|known| known.fact.received_at.or(known.fact.asked_at))
        .collect();
    let refunded = |since: DateTime<Utc>| {
        let refunds = dossier.refunds.iter().map(|known| known.fact.at);
        refunds.filter(|at| *at >= since).min()
    };
    if let Some(since) = back.first()
        && let Some(refunded) = refunded(*since)
    {
        let hours = (refunded - *since).num_hours();
        records.derived(
            FactorKind::RefundLatencyHours,
            hours,
            "return to refund",
            refunded,
        );
    }
}

#[cfg(test)]
mod tests;
