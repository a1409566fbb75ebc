//! From Klarna's words to ours: pure, and total. A word that is not documented never fails a dispute; it is kept verbatim
//! and raises attention.

mod answers;
mod deadline;
pub(crate) mod details;
mod factors;
mod outcome;
mod turn;
mod vocabulary;

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use docket_connector::Error;
use docket_core::attention::Attention;
use docket_core::id::DisputeRef;
use docket_core::money::Money;
use docket_core::snapshot::{Facts, Snapshot};
use docket_core::words::{Platform, Reason};

use crate::generation::Generation;
use crate::wire::{Dispute, Minor, OpenWord, ReasonWord, StateWord, Text, Time};

pub(crate) use answers::shown;
pub(crate) use deadline::running;

/// What a person must look at, gathered on the way.
pub(crate) type Notes = BTreeSet<Attention>;

/// Maps one dispute as it was seen at `now`.
///
/// # Errors
/// `Contract`, naming the field, when the dispute has no id or no readable amount: without those it cannot be a case.
pub(crate) fn snapshot(
    dispute: &Dispute,
    generation: Generation,
    now: DateTime<Utc>,
) -> Result<Snapshot, Error> {
    let id = dispute.payment_dispute_id.as_ref().and_then(Text::filled);
    let id = id.ok_or_else(|| Error::contract("dispute: field `payment_dispute_id` is missing"))?;
    let mut notes = Notes::new();
    let (opened_at, updated_at) = times(dispute, now, &mut notes);
    let amount = disputed(dispute)?;
    let stage = turn::stage(dispute, generation, &mut notes);
    let turn = turn::turn(dispute, generation, now, &mut notes);
    let reason = reason(dispute, &mut notes);
    vocabulary::look(dispute, &mut notes);
    let facts = Facts {
        amount,
        stage,
        platform_stage: dispute.state.as_ref().map(|word| word.as_str().to_owned()),
        platform_status: status(dispute),
        channel: framework(dispute),
        turn,
        reason,
        platform_reason: own_reason(dispute).map(str::to_owned),
        allowed_actions: turn::allowed(dispute, generation),
        order_refs: order_refs(dispute),
        opened_at,
        updated_at,
    };
    Ok(Snapshot {
        platform: Platform::KLARNA,
        dispute: DisputeRef(id.to_owned()),
        deadline: deadline::deadline(dispute, generation, &facts, now, &mut notes),
        outcome: outcome::outcome(dispute, &facts, &mut notes),
        answers: answers::answers(dispute),
        closed_at: dispute.closed().and_then(Time::at),
        saved: Vec::new(),
        factors: factors::factors(dispute, updated_at),
        facts,
        attention: notes,
    })
}

/// When it was opened and last changed. One stands in for the other; without both, the moment of reading does.
fn times(dispute: &Dispute, now: DateTime<Utc>, notes: &mut Notes) -> (DateTime<Utc>, DateTime<Utc>) {
    let created = dispute.created_at.and_then(Time::at);
    let updated = dispute.updated_at.and_then(Time::at);
    let odd = [dispute.created_at, dispute.updated_at].contains(&Some(Time::Odd));
    if odd || (created.is_none() && updated.is_none()) {
        notes.insert(Attention::ContractChange);
    }
    (
        created.or(updated).unwrap_or(now),
        updated.or(created).unwrap_or(now),
    )
}

/// Klarna's word, verbatim: the generations write it in different ways.
fn own_reason(dispute: &Dispute) -> Option<&str> {
    let word = dispute.dispute_reason.as_ref().or(dispute.reason.as_ref());
    word.and_then(Text::filled)
}

/// Canonical reason: `domain.md` D1, column Klarna, and the rows of reference 6.
fn reason(dispute: &Dispute, notes: &mut Notes) -> Reason {
    match own_reason(dispute).map(ReasonWord::from) {
        Some(ReasonWord::NotReceived) => Reason::NotReceived,
        Some(ReasonWord::NotAsDescribed) => Reason::NotAsDescribed,
        Some(ReasonWord::Unauthorized) => Reason::Unauthorised,
        Some(ReasonWord::RefundNotProcessed | ReasonWord::ReturnNotPossible) => Reason::CreditNotProcessed,
        Some(ReasonWord::AlreadyPaid) => Reason::DuplicateOrPaidOtherwise,
        Some(ReasonWord::IncorrectAmount) => Reason::IncorrectAmount,
        Some(ReasonWord::HighRisk) => Reason::RiskStop,
        Some(ReasonWord::NonCompliance | ReasonWord::NonGuaranteed) => Reason::ProcessingOrCompliance,
        // D1 has no row for these words of older generations.
        Some(ReasonWord::PurchaseCanceled | ReasonWord::PandemicImpact) => Reason::Other,
        Some(ReasonWord::Unknown(_)) | None => {
            notes.insert(Attention::UnknownReason);
            Reason::Other
        }
    }
}

/// The state, with what refines it: the representment's state while it is open, the result once it is closed.
fn status(dispute: &Dispute) -> Option<String> {
    let state = dispute.state.as_ref()?;
    let refined = match state {
        StateWord::Initiated => dispute
            .first_instance()
            .and_then(|instance| instance.state.as_ref())
            .map(|word| word.as_str()),
        StateWord::Closed => dispute.decided().map(|word| word.as_str()),
        StateWord::Representment
        | StateWord::PreArbitration
        | StateWord::Arbitration
        | StateWord::ArbitrationPending
        | StateWord::EvidencePending
        | StateWord::AppealOpen
        | StateWord::Unknown(_) => None,
    };
    Some(match refined {
        Some(refined) => format!("{}/{refined}", state.as_str()),
        None => state.as_str().to_owned(),
    })
}

/// The framework decides windows, appeal and fees (reference 1).
fn framework(dispute: &Dispute) -> Option<String> {
    let word = dispute.configuration.as_ref()?.base_framework.as_ref()?;
    Some(word.as_str().to_owned())
}

/// An amount of minor units with its currency. Amounts below zero are none.
pub(crate) fn money(amount: Option<Minor>, currency: Option<&Text>) -> Option<Money> {
    let minor = amount?.number().filter(|minor| *minor >= 0)?;
    // The pattern allows small letters (reference 4).
    let currency = currency?.filled()?.to_ascii_uppercase().parse().ok()?;
    Some(Money::new(minor, currency))
}

fn disputed(dispute: &Dispute) -> Result<Money, Error> {
    let now = dispute
        .dispute_details
        .as_ref()
        .and_then(|details| money(details.dispute_amount, details.currency.as_ref()));
    let old = || {
        let amount = dispute.disputed_amount.as_ref()?;
        money(amount.amount, amount.currency.as_ref())
    };
    now.or_else(old).ok_or_else(|| {
        Error::contract(
            "dispute: field `dispute_details` has no amount in minor units with a known currency; an event of Klarna's \
             may have none at all: give the dispute itself",
        )
    })
}

/// The order's id first, then the payment's, then the references that the shop knows, then captures (reference 4): in
/// this order they are tried when the order is looked up.
fn order_refs(dispute: &Dispute) -> Vec<String> {
    let fields = [
        &dispute.order_id,
        &dispute.payment_transaction_id,
        &dispute.purchase_reference,
        &dispute.merchant_reference2,
        &dispute.payment_transaction_reference,
        &dispute.capture_id,
        &dispute.payment_capture_reference,
        &dispute.payment_capture_id,
        &dispute.capture_krn,
    ];
    let mut refs: Vec<String> = Vec::new();
    for text in fields.into_iter().flatten().filter_map(Text::filled) {
        if !refs.iter().any(|known| known == text) {
            refs.push(text.to_owned());
        }
    }
    refs
}

#[cfg(test)]
mod tests;
