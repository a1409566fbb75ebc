//! A dossier in the order in which things happened.

use chrono::{DateTime, Utc};

use super::{Dossier, Provenance, Writer};
use crate::sentence;
use crate::sentence::Sentence;

/// Something that happened, in a few plain words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment<'a> {
    /// When.
    pub at: DateTime<Utc>,
    /// What, without anything personal.
    pub what: Sentence,
    /// What was written, where it is a message; personal data.
    pub text: Option<&'a str>,
    /// Who says so.
    pub from: &'a Provenance,
}

impl Dossier {
    /// What happened, the oldest first. Policies are no moments, and are not in it.
    pub fn timeline(&self) -> Vec<Moment<'_>> {
        let mut moments = Vec::new();
        let mut add = |at: Option<DateTime<Utc>>, what: Sentence, from| {
            if let Some(at) = at {
                let text = None;
                moments.push(Moment { at, what, text, from });
            }
        };
        for known in &self.orders {
            let (order, from) = (&known.fact, &known.from);
            let number = &order.number;
            let placed = match order.total {
                Some(total) => sentence!("order {number} placed, {total}", number, total),
                None => sentence!("order {number} placed", number),
            };
            add(Some(order.placed_at), placed, from);
            add(order.promised_by, sentence!("delivery promised until then"), from);
            add(
                order.cancelled_at,
                sentence!("order {number} cancelled", number),
                from,
            );
        }
        for known in &self.shipments {
            let (parcel, from) = (&known.fact, &known.from);
            let shipped = match (&parcel.number, &parcel.carrier) {
                (Some(number), Some(carrier)) => {
                    sentence!("parcel {number} shipped with {carrier}", number, carrier)
                }
                (None, Some(carrier)) => sentence!("parcel shipped with {carrier}", carrier),
                (Some(number), None) => sentence!("parcel {number} shipped", number),
                (None, None) => sentence!("parcel shipped"),
            };
            let delivered = match &parcel.number {
                Some(number) => sentence!("parcel {number} delivered", number),
                None => sentence!("parcel delivered"),
            };
            add(parcel.shipped_at, shipped, from);
            add(parcel.delivered_at, delivered, from);
        }
        for known in &self.scans {
            let scan = &known.fact;
            let movement = scan.movement;
            let what = match &scan.number {
                Some(number) => sentence!("scan of parcel {number}: {movement}", number, movement),
                None => sentence!("scan of parcel: {movement}", movement),
            };
            add(Some(scan.at), what, &known.from);
        }
        for known in &self.refunds {
            let refund = &known.fact;
            add(
                Some(refund.at),
                sentence!("{amount} refunded", amount = refund.amount),
                &known.from,
            );
        }
        for known in &self.returns {
            let (back, from) = (&known.fact, &known.from);
            let asked = match &back.reason {
                Some(why) => sentence!("return asked for: {why}", why),
                None => sentence!("return asked for"),
            };
            add(back.asked_at, asked, from);
            add(back.received_at, sentence!("returned goods arrived"), from);
        }
        for known in &self.messages {
            let who = match known.fact.by {
                Writer::Buyer => sentence!("the buyer wrote"),
                Writer::Merchant => sentence!("the merchant wrote"),
            };
            moments.push(Moment {
                at: known.fact.at,
                what: who,
                text: Some(&known.fact.text),
                from: &known.from,
            });
        }
        moments.sort_by_cached_key(|moment| (moment.at, moment.what.to_string()));
        moments
    }
}
