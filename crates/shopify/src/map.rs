//! From Shopify's words to ours: pure, and total. A word that is not documented never fails a dispute; it is kept
//! verbatim and raises attention.

mod outcome;
mod sent;

use std::collections::BTreeSet;

use chrono::{DateTime, Duration, FixedOffset, TimeZone, Utc};
use docket_connector::Error;
use docket_core::attention::Attention;
use docket_core::deadline::Deadline;
use docket_core::id::DisputeRef;
use docket_core::money::Money;
use docket_core::snapshot::{Facts, SeenAnswer, Snapshot};
use docket_core::words::{ActionKind, DeadlineSource, Platform, Precision, Reason, Stage, Turn};

use crate::packet;
use crate::wire::{Amount, Dispute, Time, known};

pub(crate) use sent::sent;

/// What a person must look at, gathered on the way.
pub(crate) type Notes = BTreeSet<Attention>;

/// Maps one dispute as it was seen at `now`. Shopify dates no change (reference fact 2), so `updated_at` is `now`.
///
/// # Errors
/// `Contract`, naming the field, when the dispute has no id or no readable amount: without those it cannot be a case.
pub(crate) fn snapshot(dispute: &Dispute, now: DateTime<Utc>) -> Result<Snapshot, Error> {
    let number = dispute
        .number()
        .ok_or_else(|| Error::contract("dispute: field `id` is missing or names no dispute"))?;
    let mut notes = Notes::new();
    let opened_at = dispute.initiated_at.and_then(Time::instant).unwrap_or_else(|| {
        notes.insert(Attention::ContractChange);
        now
    });
    if [dispute.evidence_sent_on, dispute.finalized_on].contains(&Some(Time::Odd)) {
        notes.insert(Attention::ContractChange);
    }
    let turn = turn(dispute, &mut notes);
    let facts = Facts {
        amount: disputed(dispute.amount.as_ref())?,
        stage: stage(dispute, &mut notes),
        platform_stage: dispute.r#type.as_ref().map(|word| word.word.clone()),
        platform_status: dispute.status.as_ref().map(|word| word.word.clone()),
        channel: None,
        turn,
        reason: reason(dispute, &mut notes),
        platform_reason: platform_reason(dispute),
        allowed_actions: allowed(turn),
        order_refs: order_refs(dispute),
        opened_at,
        updated_at: now,
    };
    let (answers, saved) = answers(dispute);
    Ok(Snapshot {
        platform: Platform::SHOPIFY,
        dispute: DisputeRef(number.to_string()),
        deadline: deadline(dispute, &facts, now, &mut notes),
        outcome: outcome::outcome(dispute, &facts, &mut notes),
        answers,
        closed_at: dispute.finalized_on.and_then(Time::instant),
        saved,
        factors: Vec::new(),
        facts,
        attention: notes,
    })
}

fn stage(dispute: &Dispute, notes: &mut Notes) -> Stage {
    match dispute.r#type.as_ref().map(|word| word.is) {
        Some(known::TypeWord::Inquiry) => Stage::Inquiry,
        Some(known::TypeWord::Chargeback) => Stage::Chargeback,
        Some(known::TypeWord::Unknown) | None => {
            notes.insert(Attention::UnknownStage);
            Stage::Unknown
        }
    }
}

/// Whose move it is (reference 5). A status that is not known is ours where evidence is due: better a look too many
/// than a deadline missed.
fn turn(dispute: &Dispute, notes: &mut Notes) -> Turn {
    match dispute.status.as_ref().map(|word| word.is) {
        Some(known::StatusWord::NeedsResponse) => Turn::Ours,
        Some(known::StatusWord::UnderReview) => Turn::Platform,
        Some(
            known::StatusWord::Won
            | known::StatusWord::Lost
            | known::StatusWord::Accepted
            | known::StatusWord::Prevented
            | known::StatusWord::ChargeRefunded,
        ) => Turn::Nobody,
        Some(known::StatusWord::Unknown) | None => {
            notes.insert(Attention::UnknownStatus);
            if dispute.finalized_on.is_some_and(Time::stands) {
                Turn::Nobody
            } else if dispute.evidence_due_by.is_some_and(Time::stands) && !sent(dispute) {
                Turn::Ours
            } else {
                Turn::Platform
            }
        }
    }
}

/// Evidence is all that the API takes (reference 2). Accepting is possible in the admin only and stands in the
/// connector's capabilities, not here: what is listed here can be done.
fn allowed(turn: Turn) -> BTreeSet<ActionKind> {
    match turn {
        Turn::Ours => BTreeSet::from([ActionKind::Contest]),
        Turn::Buyer | Turn::Platform | Turn::Nobody => BTreeSet::new(),
    }
}

/// Canonical reason: `domain.md` D1, column Shopify.
fn reason(dispute: &Dispute, notes: &mut Notes) -> Reason {
    let word = dispute
        .reason_details
        .as_ref()
        .and_then(|details| details.reason.as_ref());
    match word.map(|word| word.is) {
        Some(known::ReasonWord::ProductNotReceived) => Reason::NotReceived,
        Some(known::ReasonWord::ProductUnacceptable) => Reason::NotAsDescribed,
        Some(known::ReasonWord::Fraudulent | known::ReasonWord::DebitNotAuthorized) => Reason::Unauthorised,
        Some(known::ReasonWord::Unrecognized) => Reason::Unrecognised,
        Some(known::ReasonWord::CreditNotProcessed) => Reason::CreditNotProcessed,
        Some(known::ReasonWord::Duplicate) => Reason::DuplicateOrPaidOtherwise,
        Some(known::ReasonWord::SubscriptionCancelled) => Reason::SubscriptionCancelled,
        Some(
            known::ReasonWord::BankCannotProcess
            | known::ReasonWord::InsufficientFunds
            | known::ReasonWord::IncorrectAccountDetails
            | known::ReasonWord::Noncompliant,
        ) => Reason::ProcessingOrCompliance,
        Some(known::ReasonWord::General | known::ReasonWord::CustomerInitiated) => Reason::Other,
        Some(known::ReasonWord::Unknown) | None => {
            notes.insert(Attention::UnknownReason);
            Reason::Other
        }
    }
}

fn platform_reason(dispute: &Dispute) -> Option<String> {
    let word = dispute.reason_details.as_ref()?.reason.as_ref()?;
    Some(word.word.clone())
}

/// An amount, if it is one.
pub(crate) fn money(amount: Option<&Amount>) -> Option<Money> {
    let amount = amount?;
    let currency = amount.currency_code.as_deref()?.parse().ok()?;
    Money::parse(amount.amount.as_deref()?, currency).ok()
}

fn disputed(amount: Option<&Amount>) -> Result<Money, Error> {
    money(amount).ok_or_else(|| {
        Error::contract(
            "dispute: field `amount` is missing or no amount with a known currency and its decimals",
        )
    })
}

/// The order's name (`#1001`) and its bare number.
fn order_refs(dispute: &Dispute) -> Vec<String> {
    let Some(order) = &dispute.order else {
        return Vec::new();
    };
    let number = order.legacy_resource_id.as_ref().map(|digits| digits.0.clone());
    let from_gid = || order.id.as_deref()?.rsplit('/').next().map(str::to_owned);
    let name = order.name.as_deref().map(|name| name.trim().to_owned());
    name.into_iter()
        .chain(number.or_else(from_gid))
        .filter(|text| !text.is_empty())
        .collect()
}

/// What the merchant's side has sent, and what is saved and not sent: Shopify sends that by itself on the due date
/// (reference fact 5).
fn answers(dispute: &Dispute) -> (Vec<SeenAnswer>, Vec<SeenAnswer>) {
    let Some(evidence) = &dispute.dispute_evidence else {
        return (Vec::new(), Vec::new());
    };
    let mut content = packet::content(evidence);
    if sent(dispute) {
        let at = dispute.evidence_sent_on.and_then(Time::instant);
        for entry in &mut content {
            entry.at = at;
        }
        return (content, Vec::new());
    }
    if dispute
        .status
        .as_ref()
        .is_some_and(|word| outcome::is_final(word.is))
    {
        return (Vec::new(), Vec::new());
    }
    (Vec::new(), content)
}

/// The deadline that runs for us: only on our turn. Shopify's own value is never computed (reference 4); without it an
/// estimate stands, by the shortest window of reference 4, and a person is asked to look it up.
fn deadline(dispute: &Dispute, facts: &Facts, now: DateTime<Utc>, notes: &mut Notes) -> Option<Deadline> {
    match facts.turn {
        Turn::Ours => {}
        Turn::Buyer | Turn::Platform | Turn::Nobody => return None,
    }
    let named = match dispute.evidence_due_by {
        Some(Time::At(at)) => Some((at, Precision::Instant)),
        Some(Time::Day(day)) => earliest_start(day).map(|at| (at, Precision::Day)),
        Some(Time::Odd) => {
            notes.insert(Attention::ContractChange);
            None
        }
        Some(Time::Never) | None => None,
    };
    if let Some((at, precision)) = named {
        return Some(Deadline {
            at,
            source: DeadlineSource::Platform,
            precision,
        });
    }
    notes.insert(Attention::NoDeadline);
    let shortest = facts.opened_at + Duration::days(7);
    Some(Deadline {
        // A reopened dispute was opened long ago: then two days from now, rather than a deadline that is over.
        at: shortest.max(now + Duration::days(2)),
        source: DeadlineSource::Estimated,
        precision: Precision::Instant,
    })
}

/// A date is that day's start in the earliest plausible zone (`domain.md` D3): UTC+14.
fn earliest_start(day: chrono::NaiveDate) -> Option<DateTime<Utc>> {
    let zone = FixedOffset::east_opt(14 * 3600)?;
    let start = zone.from_local_datetime(&day.and_hms_opt(0, 0, 0)?).single()?;
    Some(start.with_timezone(&Utc))
}

#[cfg(test)]
mod tests;
