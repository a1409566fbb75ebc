//! A dossier in the order in which things happened.

use chrono::{DateTime, Utc};

use super::{Dossier, Provenance, Writer};

/// Something that happened, in a few plain words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment<'a> {
    /// When.
    pub at: DateTime<Utc>,
    /// What, without anything personal.
    pub what: String,
    /// What was written, where it is a message; personal data.
    pub text: Option<&'a str>,
    /// Who says so.
    pub from: &'a Provenance,
}

fn of(number: Option<&String>) -> String {
    number.map_or(String::new(), |number| format!(" {number}"))
}

impl Dossier {
    /// What happened, the oldest first. Policies are no moments, and are not in it.
    pub fn timeline(&self) -> Vec<Moment<'_>> {
        let mut moments = Vec::new();
        let mut add = |at: Option<DateTime<Utc>>, what: String, from| {
            if let Some(at) = at {
                let text = None;
                moments.push(Moment { at, what, text, from });
            }
        };
        for known in &self.orders {
            let (order, from) = (&known.fact, &known.from);
            let total = order.total.map_or(String::new(), |total| format!(", {total}"));
            add(
                Some(order.placed_at),
                format!("order {} placed{total}", order.number),
                from,
            );
            add(order.promised_by, "delivery promised until then".to_owned(), from);
            add(
                order.cancelled_at,
                format!("order {} cancelled", order.number),
                from,
            );
        }
        for known in &self.shipments {
            let (parcel, from) = (&known.fact, &known.from);
            let number = of(parcel.number.as_ref());
            let with = parcel
                .carrier
                .as_ref()
                .map_or(String::new(), |carrier| format!(" with {carrier}"));
            add(parcel.shipped_at, format!("parcel{number} shipped{with}"), from);
            add(parcel.delivered_at, format!("parcel{number} delivered"), from);
        }
        for known in &self.scans {
            let scan = &known.fact;
            let says = crate::words::readable(scan.movement);
            let what = format!("scan of parcel{}: {says}", of(scan.number.as_ref()));
            add(Some(scan.at), what, &known.from);
        }
        for known in &self.refunds {
            let refund = &known.fact;
            add(
                Some(refund.at),
                format!("{} refunded", refund.amount),
                &known.from,
            );
        }
        for known in &self.returns {
            let (back, from) = (&known.fact, &known.from);
            let why = back
                .reason
                .as_ref()
                .map_or(String::new(), |why| format!(": {why}"));
            add(back.asked_at, format!("return asked for{why}"), from);
            add(back.received_at, "returned goods arrived".to_owned(), from);
        }
        for known in &self.messages {
            let who = match known.fact.by {
                Writer::Buyer => "the buyer wrote",
                Writer::Merchant => "the merchant wrote",
            };
            moments.push(Moment {
                at: known.fact.at,
                what: who.to_owned(),
                text: Some(&known.fact.text),
                from: &known.from,
            });
        }
        moments.sort_by(|a, b| (a.at, &a.what).cmp(&(b.at, &b.what)));
        moments
    }
}
