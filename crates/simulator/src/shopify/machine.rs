//! How a dispute moves: opening, answer, silence, decision, reopening, and the step from inquiry to chargeback (reference 5).

use chrono::{Duration, DurationRound};

use super::dispute::{Dispute, Kind, LedgerRow, Status};
use crate::{account::Account, dispute::Time, judge, platform::Platform, world::JournalEntry};

/// Taken with a chargeback and returned after a win, in the smallest unit for currencies of two decimals (reference 5).
const FEE: i64 = 1_500;

/// What a journal row says about a dispute, before it is changed.
pub(crate) fn entry(
    dispute: &Dispute,
    accounts: &[Account],
    by: &str,
    action: &str,
    note: Option<String>,
    at: Time,
) -> JournalEntry {
    let client_id = accounts
        .get(dispute.account)
        .map_or("", |account| account.client_id.as_str());
    JournalEntry::new(
        (Platform::Shopify, &dispute.id.to_string()),
        (by, client_id),
        action,
        dispute.due,
        note,
        at,
    )
}

/// What time alone does: the bank's request arrives; on the due date Shopify sends whatever is saved (fact 5).
pub(crate) fn settle(
    dispute: &mut Dispute,
    accounts: &[Account],
    now: Time,
    entries: &mut Vec<JournalEntry>,
) {
    if dispute.status == Status::UnderReview
        && let Some(opening) = dispute.opens.filter(|opening| opening.at <= now)
    {
        ask(dispute, opening.due, opening.at);
    }
    let overdue = dispute
        .due
        .filter(|due| dispute.status == Status::NeedsResponse && *due <= now);
    if let Some(due) = overdue {
        let saved = dispute.evidence.saved.is_some();
        let note = if saved {
            "sent what was saved"
        } else {
            "sent with nothing saved"
        };
        entries.push(entry(
            dispute,
            accounts,
            "platform",
            "auto_submit",
            Some(note.to_owned()),
            due,
        ));
        let weight = if dispute.evidence.saved.is_some() {
            weight(dispute)
        } else {
            judge::SILENCE
        };
        answer(dispute, false, weight, due);
    }
}

/// The bank wants evidence from now on.
pub(crate) fn ask(dispute: &mut Dispute, due: Time, now: Time) {
    dispute.status = Status::NeedsResponse;
    dispute.due = Some(whole(due));
    dispute.opens = None;
    dispute.sent = None;
    dispute.finalized = None;
    dispute.evidence.submitted = false;
    dispute.evidence.sent_by_merchant = None;
    dispute.evidence.created.get_or_insert(now);
}

/// The evidence goes to the bank. Answers to inquiries leave no trace but the status (reference 5).
pub(crate) fn answer(dispute: &mut Dispute, by_merchant: bool, weight: f64, at: Time) {
    dispute.strength = judge::bounded(dispute.strength + weight);
    dispute.status = Status::UnderReview;
    if dispute.kind == Kind::Chargeback {
        dispute.sent = Some(whole(at));
        dispute.evidence.submitted = true;
        dispute.evidence.sent_by_merchant = by_merchant.then(|| whole(at));
    }
}

/// What is saved is worth this much (`judge.rs`): the proof is a file that shows something, in the slot that fits the reason.
pub(crate) fn weight(dispute: &Dispute) -> f64 {
    let evidence = &dispute.evidence;
    let fitting = match dispute.reason.as_str() {
        "PRODUCT_NOT_RECEIVED" | "FRAUDULENT" => "shippingDocumentationFile",
        "CREDIT_NOT_PROCESSED" => "refundPolicyFile",
        "SUBSCRIPTION_CANCELLED" => "cancellationPolicyFile",
        "PRODUCT_UNACCEPTABLE" => "serviceDocumentationFile",
        _ => "customerCommunicationFile",
    };
    let slots = || {
        evidence
            .slots
            .iter()
            .filter_map(|(slot, id)| Some((slot, evidence.upload(*id)?.reading)))
    };
    let answer = judge::Answer {
        words: evidence.texts.values().cloned().collect::<Vec<_>>().join(" "),
        files: slots().map(|(_, reading)| reading).collect(),
        proof: slots().any(|(slot, reading)| slot == fitting && reading.shows),
    };
    answer.weight(&dispute.payment_numbers())
}

/// The bank decides, or the case ends another way. `part` is what comes back on a win, in hundredths.
pub(crate) fn decide(dispute: &mut Dispute, outcome: Status, part: i64, now: Time) {
    dispute.status = outcome;
    dispute.opens = None;
    dispute.finalized = Some(whole(now));
    if outcome == Status::Prevented || outcome == Status::ChargeRefunded {
        dispute.due = None;
    }
    let taken = dispute.kind == Kind::Chargeback && !dispute.ledger.is_empty();
    if taken && outcome == Status::Won {
        book(
            dispute,
            "DISPUTE_REVERSAL",
            dispute.amount.minor * part / 100,
            now,
        );
        book(dispute, "CHARGEBACK_FEE_REFUND", FEE, now);
    }
}

/// The bank takes amount and fee when a chargeback begins; an inquiry costs nothing while it is open.
pub(crate) fn withdraw(dispute: &mut Dispute, now: Time) {
    book(dispute, "DISPUTE_WITHDRAWAL", -dispute.amount.minor, now);
    book(dispute, "CHARGEBACK_FEE", -FEE, now);
}

fn book(dispute: &mut Dispute, word: &str, amount: i64, at: Time) {
    dispute.ledger.push(LedgerRow {
        word: word.to_owned(),
        amount,
        fee: 0,
        at: whole(at),
    });
}

/// A new cycle on the same id: a new due date, what was sent counts no more, and what a win brought back is taken again.
pub(crate) fn reopen(dispute: &mut Dispute, due: Option<Time>, now: Time) {
    if dispute.status == Status::Won && dispute.kind == Kind::Chargeback {
        withdraw(dispute, now);
    }
    dispute.cycle += 1;
    ask(dispute, due.unwrap_or(now + Duration::days(9)), now);
}

/// The inquiry becomes a chargeback on the same id; the earlier answer does not carry over.
pub(crate) fn escalate(dispute: &mut Dispute, due: Option<Time>, now: Time) {
    let won = dispute.status == Status::Won;
    dispute.evidence.texts.clear();
    dispute.evidence.slots.clear();
    dispute.evidence.saved = None;
    if dispute.kind == Kind::Inquiry || won {
        withdraw(dispute, now);
    }
    // Set before reopening would take the money a second time.
    dispute.status = Status::UnderReview;
    dispute.kind = Kind::Chargeback;
    reopen(dispute, due, now);
}

/// Shopify shows whole seconds.
pub(crate) fn whole(at: Time) -> Time {
    at.duration_trunc(Duration::seconds(1)).unwrap_or(at)
}
