//! Whether the evidence went to the bank. The flags alone do not tell (reference 5).

use crate::packet;
use crate::wire::{Dispute, Time, known};

/// Whether this cycle's evidence was sent, by the merchant's side or by Shopify on the due date.
///
/// Reference 5: inquiries leave neither flag; some chargebacks leave one of both; a status that moved to under review
/// with a due date is an answer. While a response is asked for, both flags must agree: after a reopening one of them
/// may be left from the cycle before, and what is only saved must never pass for sent.
pub(crate) fn sent(dispute: &Dispute) -> bool {
    let dated = dispute.evidence_sent_on.is_some_and(Time::stands);
    let evidence = dispute.dispute_evidence.as_ref();
    let flagged = evidence.is_some_and(|evidence| evidence.submitted == Some(true));
    let due = dispute.evidence_due_by.is_some_and(Time::stands);
    match dispute.status.as_ref().map(|word| word.is) {
        Some(known::StatusWord::NeedsResponse) => dated && flagged,
        Some(known::StatusWord::UnderReview) => due || dated || flagged,
        // Whatever was saved went out on the due date at the latest (reference fact 5).
        Some(known::StatusWord::Won | known::StatusWord::Lost) => {
            dated || flagged || evidence.is_some_and(|evidence| !packet::content(evidence).is_empty())
        }
        Some(
            known::StatusWord::Accepted
            | known::StatusWord::Prevented
            | known::StatusWord::ChargeRefunded
            | known::StatusWord::Unknown,
        )
        | None => dated || flagged,
    }
}
