//! What happened, from the dossier, each row with its source.

use chrono::{DateTime, Utc};
use docket_core::dossier::{Dossier, Movement, Provenance, Shipment, Writer};
use docket_core::words::Platform;
use minijinja::Value;

use super::templates::Words;
use super::{Claim, format, money};

/// One row of the timeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// When.
    pub at: DateTime<Utc>,
    /// When, in the language's form, in UTC.
    pub when: String,
    /// What happened.
    pub what: String,
    /// Who told it and where it stands; several where several tell the same.
    pub source: String,
}

/// All events in order of time. The same event told twice is one row with both sources.
pub(super) fn of(words: &Words, claim: &Claim, dossier: &Dossier) -> Vec<Event> {
    let mut rows = Rows {
        words,
        claim,
        events: Vec::new(),
    };
    rows.order(dossier);
    rows.parcels(dossier);
    rows.money_and_goods_back(dossier);
    for known in &dossier.messages {
        let event = match known.fact.by {
            Writer::Buyer => "event.buyer_wrote",
            Writer::Merchant => "event.merchant_wrote",
        };
        rows.add(Some(known.fact.at), event, [], &known.from);
    }
    if let Some(at) = claim.opened_at {
        let from = claim.platform.title().to_owned();
        rows.push(at, words.plain("event.opened"), from);
    }
    rows.events.sort_by_key(|event| event.at);
    rows.events
}

struct Rows<'a> {
    words: &'a Words,
    claim: &'a Claim,
    events: Vec<Event>,
}

impl Rows<'_> {
    fn add<const N: usize>(
        &mut self,
        at: Option<DateTime<Utc>>,
        event: &str,
        facts: [(&str, Value); N],
        from: &Provenance,
    ) {
        let Some(at) = at else {
            return;
        };
        let what = self.words.say(event, facts);
        self.push(at, what, self.source(from));
    }

    /// The platform, or the merchant's own records. Where in them a fact stands tells the reader of a letter nothing.
    fn source(&self, from: &Provenance) -> String {
        let platforms = [Platform::PAYPAL, Platform::KLARNA, Platform::SHOPIFY];
        let mut known = platforms.iter().chain([&self.claim.platform]);
        match known.find(|platform| platform.as_str().eq_ignore_ascii_case(&from.by)) {
            Some(platform) => platform.title().to_owned(),
            None => self
                .words
                .say("records", [("merchant", self.claim.merchant.as_str().into())]),
        }
    }

    fn push(&mut self, at: DateTime<Utc>, what: String, source: String) {
        match self
            .events
            .iter_mut()
            .find(|event| minute(event.at) == minute(at) && event.what == what)
        {
            Some(same) if same.source.contains(&source) => {}
            Some(same) => same.source = format!("{}; {source}", same.source),
            None => self.events.push(Event {
                at,
                when: format::moment(self.words.language(), at),
                what,
                source,
            }),
        }
    }

    fn order(&mut self, dossier: &Dossier) {
        for known in &dossier.orders {
            let order = &known.fact;
            let number = || [("number", Value::from(dossier.number_of(order)))];
            self.add(Some(order.placed_at), "event.ordered", number(), &known.from);
            self.add(order.cancelled_at, "event.cancelled", number(), &known.from);
            self.add(order.promised_by, "event.promised", [], &known.from);
        }
    }

    fn parcels(&mut self, dossier: &Dossier) {
        for known in &dossier.shipments {
            let parcel = &known.fact;
            let facts = [
                ("number", optional(parcel.number.as_deref())),
                ("carrier", optional(parcel.carrier.as_deref())),
            ];
            self.add(parcel.shipped_at, "event.shipped", facts, &known.from);
            self.delivered(parcel, &known.from);
        }
        for known in &dossier.scans {
            let scan = &known.fact;
            let parcels = || dossier.shipments.iter().map(|known| &known.fact);
            let same =
                |parcel: &&Shipment| parcel.number == scan.number && parcel.delivered_at == Some(scan.at);
            // The carrier's scan of a delivery that the shipment tells as well is one event.
            if let (Movement::Delivered, Some(parcel)) = (scan.movement, parcels().find(same)) {
                self.delivered(parcel, &known.from);
                continue;
            }
            let event = match scan.movement {
                Movement::LabelCreated => "scan.label_created",
                Movement::InTransit => "scan.in_transit",
                Movement::Attempted => "scan.attempted",
                Movement::ReadyForPickup => "scan.ready_for_pickup",
                Movement::Delivered => "scan.delivered",
                Movement::Returning => "scan.returning",
                Movement::Failed => "scan.failed",
            };
            let facts = [
                ("number", optional(scan.number.as_deref())),
                ("place", optional(scan.place.as_deref())),
            ];
            self.add(Some(scan.at), event, facts, &known.from);
        }
    }

    fn delivered(&mut self, parcel: &Shipment, from: &Provenance) {
        let facts = [
            ("number", optional(parcel.number.as_deref())),
            ("carrier", optional(parcel.carrier.as_deref())),
            ("received_by", optional(parcel.received_by.as_deref())),
        ];
        self.add(parcel.delivered_at, "event.delivered", facts, from);
    }

    fn money_and_goods_back(&mut self, dossier: &Dossier) {
        let language = self.words.language();
        for known in &dossier.refunds {
            let facts = [
                ("amount", Value::from(money(language, known.fact.amount))),
                ("id", optional(known.fact.id.as_deref())),
            ];
            self.add(Some(known.fact.at), "event.refunded", facts, &known.from);
        }
        for known in &dossier.returns {
            let reason = || [("reason", optional(known.fact.reason.as_deref()))];
            self.add(known.fact.asked_at, "event.return_asked", reason(), &known.from);
            self.add(known.fact.received_at, "event.return_received", [], &known.from);
        }
    }
}

/// One source tells seconds, another minutes.
fn minute(at: DateTime<Utc>) -> i64 {
    at.timestamp().div_euclid(60)
}

/// Words may ask whether it is there.
fn optional(text: Option<&str>) -> Value {
    text.map_or(Value::from(()), Value::from)
}
