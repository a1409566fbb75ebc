//! From PayPal's words to ours: pure, and total. A word that is not documented never fails a dispute; it is kept
//! verbatim and raises attention.

mod answers;
mod factors;
mod grounds;
mod outcome;
mod turn;
mod vocabulary;

use std::collections::BTreeSet;

use chrono::{DateTime, Duration, Utc};
use docket_connector::Error;
use docket_core::attention::Attention;
use docket_core::deadline::Deadline;
use docket_core::id::DisputeRef;
use docket_core::money::Money;
use docket_core::snapshot::{Facts, Snapshot};
use docket_core::words::{DeadlineSource, Platform, Precision, Reason, Stage, Turn};

use crate::wire::{Amount, ChannelWord, Dispute, OpenWord, ReasonWord, Time};

/// What a person must look at, gathered on the way.
pub(crate) type Notes = BTreeSet<Attention>;

/// Maps one dispute as it was seen at `now`.
///
/// # Errors
/// `Contract`, naming the field, when the dispute has no id or no readable amount: without those it cannot be a case.
pub(crate) fn snapshot(dispute: &Dispute<'_>, now: DateTime<Utc>) -> Result<Snapshot, Error> {
    let id = dispute
        .dispute_id
        .as_ref()
        .map(|id| id.as_str())
        .filter(|id| !id.is_empty());
    let id = id.ok_or_else(|| Error::contract("dispute: field `dispute_id` is missing"))?;
    let mut notes = Notes::new();
    let (opened_at, updated_at) = times(dispute, now, &mut notes);
    let amount = disputed(dispute)?;
    let allowed_actions = turn::allowed(dispute);
    let stage = turn::stage(dispute, &mut notes);
    let turn = turn::turn(dispute, &allowed_actions, &mut notes);
    let reason = reason(dispute, &mut notes);
    vocabulary::look(dispute, &mut notes);
    let facts = Facts {
        amount,
        stage,
        platform_stage: dispute
            .dispute_life_cycle_stage
            .as_ref()
            .map(|w| w.as_str().to_owned()),
        platform_status: dispute.status.as_ref().map(|w| w.as_str().to_owned()),
        channel: dispute.dispute_channel.as_ref().map(|w| w.as_str().to_owned()),
        turn,
        reason,
        platform_reason: dispute.reason.as_ref().map(|w| w.as_str().to_owned()),
        allowed_actions,
        order_refs: order_refs(dispute),
        opened_at,
        updated_at,
    };
    Ok(Snapshot {
        platform: Platform::PAYPAL,
        dispute: DisputeRef(id.to_owned()),
        deadline: deadline(dispute, &facts, &mut notes),
        outcome: outcome::outcome(dispute, &facts, &mut notes),
        answers: answers::answers(dispute),
        closed_at: None,
        saved: Vec::new(),
        factors: factors::factors(dispute, updated_at),
        facts,
        attention: notes,
    })
}

/// When it was opened and last changed. One stands in for the other; without both, the moment of reading does.
fn times(dispute: &Dispute<'_>, now: DateTime<Utc>, notes: &mut Notes) -> (DateTime<Utc>, DateTime<Utc>) {
    let created = dispute.create_time.and_then(Time::at);
    let updated = dispute.update_time.and_then(Time::at);
    let odd = [dispute.create_time, dispute.update_time].contains(&Some(Time::Odd));
    if odd || (created.is_none() && updated.is_none()) {
        notes.insert(Attention::ContractChange);
    }
    (
        created.or(updated).unwrap_or(now),
        updated.or(created).unwrap_or(now),
    )
}

/// Canonical reason: `domain.md` D1, column PayPal. `UNRECOGNISED` does not exist there: it comes as `UNAUTHORISED`.
fn reason(dispute: &Dispute<'_>, notes: &mut Notes) -> Reason {
    match &dispute.reason {
        Some(ReasonWord::NotReceived) => Reason::NotReceived,
        Some(ReasonWord::NotAsDescribed) => Reason::NotAsDescribed,
        Some(ReasonWord::Unauthorised) => Reason::Unauthorised,
        Some(ReasonWord::CreditNotProcessed) => Reason::CreditNotProcessed,
        Some(ReasonWord::DuplicateTransaction | ReasonWord::PaymentByOtherMeans) => {
            Reason::DuplicateOrPaidOtherwise
        }
        Some(ReasonWord::IncorrectAmount) => Reason::IncorrectAmount,
        Some(ReasonWord::CanceledRecurringBilling) => Reason::SubscriptionCancelled,
        Some(ReasonWord::ProblemWithRemittance) => Reason::ProcessingOrCompliance,
        Some(ReasonWord::Other) => Reason::Other,
        Some(ReasonWord::Unknown(_)) | None => {
            notes.insert(Attention::UnknownReason);
            Reason::Other
        }
    }
}

/// An amount, if it is one.
pub(crate) fn money(amount: Option<&Amount<'_>>) -> Option<Money> {
    let amount = amount?;
    let currency = amount.currency_code.as_ref()?.as_str().parse().ok()?;
    Money::parse(amount.value.as_ref()?.as_str(), currency).ok()
}

/// The disputed amount. Where the field is missing, the payments' gross amounts stand in: a dispute never claims more.
fn disputed(dispute: &Dispute<'_>) -> Result<Money, Error> {
    if let Some(amount) = &dispute.dispute_amount {
        return money(Some(amount)).ok_or_else(|| {
            Error::contract(
                "dispute: field `dispute_amount` is no amount with a known currency and its decimals",
            )
        });
    }
    let missing = || {
        Error::contract(
            "dispute: field `dispute_amount` is missing, and `disputed_transactions[].gross_amount` does not stand in",
        )
    };
    let gross: Option<Vec<Money>> = dispute
        .disputed_transactions
        .iter()
        .flatten()
        .map(|row| money(row.gross_amount.as_ref()))
        .collect();
    let mut gross = gross.ok_or_else(missing)?.into_iter();
    let first = gross.next().ok_or_else(missing)?;
    gross.try_fold(first, Money::checked_add).map_err(|_| missing())
}

/// Join to the merchant's order by transaction, then invoice number, then custom field (reference 3).
fn order_refs(dispute: &Dispute<'_>) -> Vec<String> {
    let mut refs: Vec<String> = Vec::new();
    for row in dispute.disputed_transactions.iter().flatten() {
        for text in [&row.seller_transaction_id, &row.invoice_number, &row.custom]
            .into_iter()
            .flatten()
        {
            let text = text.as_str().trim();
            if !text.is_empty() && !refs.iter().any(|known| known == text) {
                refs.push(text.to_owned());
            }
        }
    }
    refs
}

/// Who paid, by name and, where it is shown, by mail address.
pub(crate) fn buyer(dispute: &Dispute<'_>) -> Vec<String> {
    let all = dispute.disputed_transactions.iter().flatten();
    let all = all.filter_map(|row| row.buyer.as_ref());
    let texts = all.flat_map(|buyer| [&buyer.name, &buyer.email]).flatten();
    let filled = texts
        .map(|text| text.as_str().trim())
        .filter(|text| !text.is_empty());
    filled.map(str::to_owned).collect()
}

/// The deadline that runs for us: only on our turn. `seller_response_due_date` always wins (reference 5); without it
/// the documented default windows of `domain.md` D3 give an estimate, and a person is asked to look it up.
fn deadline(dispute: &Dispute<'_>, facts: &Facts, notes: &mut Notes) -> Option<Deadline> {
    if dispute.seller_response_due_date == Some(Time::Odd) {
        notes.insert(Attention::ContractChange);
    }
    match facts.turn {
        Turn::Ours => {}
        Turn::Buyer | Turn::Platform | Turn::Nobody => return None,
    }
    if let Some(at) = dispute.seller_response_due_date.and_then(Time::at) {
        return Some(Deadline {
            at,
            source: DeadlineSource::Platform,
            precision: Precision::Instant,
        });
    }
    notes.insert(Attention::NoDeadline);
    Some(Deadline {
        at: estimate(dispute, facts),
        source: DeadlineSource::Estimated,
        precision: Precision::Instant,
    })
}

/// Default windows: alert 20 hours, inquiry 20 days, unauthorised 7 days, other claims 10 days, from the opening.
/// A claim that changed after its window would have ended began later than the dispute: its window runs from the
/// last change then.
fn estimate(dispute: &Dispute<'_>, facts: &Facts) -> DateTime<Utc> {
    if dispute.dispute_channel == Some(ChannelWord::Alert) {
        return facts.opened_at + Duration::hours(20);
    }
    if facts.stage == Stage::Inquiry {
        return facts.opened_at + Duration::days(20);
    }
    let window = Duration::days(if facts.reason == Reason::Unauthorised {
        7
    } else {
        10
    });
    let from_opening = facts.opened_at + window;
    if facts.updated_at >= from_opening {
        facts.updated_at + window
    } else {
        from_opening
    }
}

#[cfg(test)]
mod tests;
