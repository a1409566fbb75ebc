//! The result: `domain.md` D4, column Shopify, and the mapping of reference 5.

use docket_core::attention::Attention;
use docket_core::snapshot::Facts;
use docket_core::words::{Outcome, Stage, Turn};

use super::{Notes, sent};
use crate::packet;
use crate::wire::{Dispute, known};

/// Whether a status ends the dispute.
pub(super) const fn is_final(status: known::StatusWord) -> bool {
    match status {
        known::StatusWord::Won
        | known::StatusWord::Lost
        | known::StatusWord::Accepted
        | known::StatusWord::Prevented
        | known::StatusWord::ChargeRefunded => true,
        known::StatusWord::NeedsResponse | known::StatusWord::UnderReview | known::StatusWord::Unknown => {
            false
        }
    }
}

/// The result of a closed dispute; none while it is open. Partial wins have no status (reference 5): the ledger tells.
pub(super) fn outcome(dispute: &Dispute, facts: &Facts, notes: &mut Notes) -> Option<Outcome> {
    match dispute.status.as_ref().map(|word| word.is) {
        // D4: "WON (type CHARGEBACK)"; an inquiry that went no further was not decided.
        Some(known::StatusWord::Won) => Some(if facts.stage == Stage::Inquiry {
            Outcome::Lapsed
        } else {
            Outcome::Won
        }),
        Some(known::StatusWord::Lost) => Some(if silent(dispute) {
            Outcome::LostNoResponse
        } else {
            Outcome::Lost
        }),
        Some(known::StatusWord::Accepted) => Some(Outcome::Accepted),
        Some(known::StatusWord::Prevented) => Some(Outcome::Prevented),
        // D4 "SETTLED": deprecated word for a charge that was refunded.
        Some(known::StatusWord::ChargeRefunded) => Some(Outcome::Settled),
        Some(known::StatusWord::NeedsResponse | known::StatusWord::UnderReview) => None,
        Some(known::StatusWord::Unknown) | None => match facts.turn {
            Turn::Nobody => {
                notes.insert(Attention::UnknownOutcome);
                Some(Outcome::Unknown)
            }
            Turn::Ours | Turn::Buyer | Turn::Platform => None,
        },
    }
}

/// D4 "LOST, no evidence sent by us". Where the evidence is shown and holds nothing of the merchant's, what Shopify sent
/// on the due date was its own package only (reference 4), whatever the flags say about it.
fn silent(dispute: &Dispute) -> bool {
    match &dispute.dispute_evidence {
        Some(evidence) if evidence.content_known() => packet::content(evidence).is_empty(),
        Some(_) | None => !sent(dispute),
    }
}
