//! What is recorded of goods that came back.

use super::Found;
use crate::dossier::{Dossier, Return};
use crate::sentence;
use crate::sentence::{Part, Sentence};
use crate::words::Reason;

impl Found {
    /// Whether the records of returns suffice: they say what became of the goods, and do not speak for the buyer.
    pub(super) fn returns(&mut self, dossier: &Dossier, reason: Reason) -> bool {
        let mut suffices = false;
        for known in &dossier.returns {
            self.fact(told(&known.fact), &known.from);
            // Who waits for his refund is borne out by goods that arrived.
            let arrived = reason == Reason::CreditNotProcessed && known.fact.received_at.is_some();
            if arrived {
                self.notes.push(sentence!(
                    "goods arrived again: that speaks for the buyer, unless they were refunded or the refund was refused"
                ));
            } else if known.fact.state.is_none() {
                self.notes.push(sentence!(
                    "what became of the goods is not recorded: write `state` in the import of returns"
                ));
            }
            suffices |= !arrived && known.fact.state.is_some();
        }
        self.notes.dedup();
        suffices
    }
}

fn told(back: &Return) -> Sentence {
    let goods = match (back.quantity, &back.sku) {
        (Some(quantity), Some(sku)) => sentence!("return of {quantity} × {sku}", quantity, sku),
        (None, Some(sku)) => sentence!("return of {sku}", sku),
        (Some(quantity), None) => sentence!("return of {quantity}", quantity),
        (None, None) => sentence!("return"),
    };
    let mut parts: Vec<Part> = vec![goods.into()];
    let mut add = |part: Option<Sentence>| parts.extend(part.map(Part::from));
    add(back
        .asked_at
        .map(|at| sentence!("asked for {day}", day = at.date_naive())));
    add(back
        .received_at
        .map(|at| sentence!("arrived {day}", day = at.date_naive())));
    add(back
        .reason
        .as_ref()
        .map(|reason| sentence!("because of {reason}", reason)));
    add(back.state.as_ref().map(|state| sentence!("state {state}", state)));
    Sentence::from("{what}").with("what", Part::List(parts))
}
