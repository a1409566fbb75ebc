//! What is recorded of goods that came back.

use super::{Found, day};
use crate::dossier::{Dossier, Return};
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
                self.notes.push(
                    "goods arrived again: that speaks for the buyer, unless they were refunded or the refund was refused"
                        .to_owned(),
                );
            } else if known.fact.state.is_none() {
                self.notes.push(
                    "what became of the goods is not recorded: write `state` in the import of returns"
                        .to_owned(),
                );
            }
            suffices |= !arrived && known.fact.state.is_some();
        }
        self.notes.dedup();
        suffices
    }
}

fn told(back: &Return) -> String {
    let goods = match (back.quantity, &back.sku) {
        (Some(quantity), Some(sku)) => format!("return of {quantity} × {sku}"),
        (None, Some(sku)) => format!("return of {sku}"),
        (Some(quantity), None) => format!("return of {quantity}"),
        (None, None) => "return".to_owned(),
    };
    let mut parts = vec![goods];
    parts.extend(back.asked_at.map(|at| format!("asked for {}", day(at))));
    parts.extend(back.received_at.map(|at| format!("arrived {}", day(at))));
    parts.extend(back.reason.as_ref().map(|reason| format!("because of {reason}")));
    parts.extend(back.state.as_ref().map(|state| format!("state {state}")));
    parts.join(", ")
}
