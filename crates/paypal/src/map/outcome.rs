//! The result: `domain.md` D4, column PayPal, and the mapping of reference 5 ("Win/loss").

use docket_core::attention::Attention;
use docket_core::money::Money;
use docket_core::snapshot::Facts;
use docket_core::words::{Outcome, Stage, Turn};

use super::{Notes, money};
use crate::wire::{
    ChannelWord, DirectionWord, Dispute, Evidence, ListOutcomeWord, MovementWord, OfferEventWord,
    OutcomeWord, PartyWord, SourceWord, Time,
};

/// The adjudication reason that says that the merchant was silent.
const SILENCE: &str = "NO_SELLER_RESPONSE";

/// Adjudication reasons that say that the merchant gave in: accept-claim, not a contest lost.
const CONCEDED: [&str; 2] = [
    "SELLER_AGREED_REFUND_WITHOUT_RETURN",
    "SELLER_AGREED_TO_ISSUE_CREDIT",
];

/// The result of a closed dispute; none while it is open.
pub(super) fn outcome(dispute: &Dispute<'_>, facts: &Facts, notes: &mut Notes) -> Option<Outcome> {
    match facts.turn {
        Turn::Nobody => {}
        Turn::Ours | Turn::Buyer | Turn::Platform => return None,
    }
    let code = dispute
        .dispute_outcome
        .as_ref()
        .and_then(|outcome| outcome.outcome_code.as_ref());
    Some(match code {
        // Reference 5: win. DENIED is the older word for a claim denied.
        Some(OutcomeWord::SellerFavour | OutcomeWord::Denied) => Outcome::Won,
        Some(OutcomeWord::WithPayout) => with_payout(dispute),
        Some(OutcomeWord::BuyerFavour) => buyer_favour(dispute, facts),
        // D4: "ACCEPTED" by the seller; deprecated.
        Some(OutcomeWord::Accepted) => Outcome::Accepted,
        // Reference 5: a cancellation also follows refunds and settlements.
        Some(OutcomeWord::CanceledByBuyer) => {
            if refunded(dispute).is_some() || offer_accepted(dispute) {
                Outcome::Settled
            } else {
                Outcome::Withdrawn
            }
        }
        // Reference 5: superseded by a newer case on the same payment.
        Some(OutcomeWord::None) => Outcome::Superseded,
        Some(OutcomeWord::Unknown(_)) => {
            notes.insert(Attention::UnknownOutcome);
            Outcome::Unknown
        }
        None => listed(dispute, notes),
    })
}

/// A row of the list has only WON or LOST, and never evidence: its absence there proves no silence.
fn listed(dispute: &Dispute<'_>, notes: &mut Notes) -> Outcome {
    match &dispute.outcome {
        Some(ListOutcomeWord::Won) => Outcome::Won,
        Some(ListOutcomeWord::Lost) => {
            let silent = named_silent(dispute) || (dispute.evidences.is_some() && silent_past_due(dispute));
            if silent {
                Outcome::LostNoResponse
            } else {
                Outcome::Lost
            }
        }
        Some(ListOutcomeWord::Unknown(_)) | None => {
            notes.insert(Attention::UnknownOutcome);
            Outcome::Unknown
        }
    }
}

/// Reference 5: PayPal pays, by protection or goodwill. D4: counted as protected only when the seller keeps the money.
fn with_payout(dispute: &Dispute<'_>) -> Outcome {
    if settlement_net(dispute).is_some_and(|net| net.minor < 0) {
        Outcome::Lost
    } else {
        Outcome::WonProtected
    }
}

/// D4: the order matters. What ended by agreement was not decided; what was decided in silence is a miss.
fn buyer_favour(dispute: &Dispute<'_>, facts: &Facts) -> Outcome {
    let refunded = refunded(dispute);
    if offer_accepted(dispute) {
        return Outcome::Settled;
    }
    // Reference 5: a refund within 20 hours of an alert avoids the chargeback.
    if dispute.dispute_channel == Some(ChannelWord::Alert) && refunded.is_some() {
        return Outcome::Prevented;
    }
    // D4 "SETTLED": refund during the inquiry, before anybody decided.
    let adjudicated = dispute
        .adjudications
        .as_ref()
        .is_some_and(|rows| !rows.is_empty());
    if facts.stage == Stage::Inquiry && refunded.is_some() && !adjudicated {
        return Outcome::Settled;
    }
    // D4 "ACCEPTED": accept-claim by the seller. It ends in the buyer's favour like a loss (reference 2); only the
    // reason tells them apart.
    if reasons(dispute).any(|reason| CONCEDED.contains(&reason)) {
        return Outcome::Accepted;
    }
    // D4 "LOST_NO_RESPONSE": buyer favour and NO_SELLER_RESPONSE, or past due without evidence.
    if named_silent(dispute) || silent_past_due(dispute) {
        return Outcome::LostNoResponse;
    }
    // D4 "PARTIAL": less than disputed went back, after a contest.
    let part = refunded
        .is_some_and(|back| back.currency == facts.amount.currency && back.minor < facts.amount.minor);
    if part && answered(dispute) {
        Outcome::Partial
    } else {
        Outcome::Lost
    }
}

/// What went back to the buyer, if anything did.
fn refunded(dispute: &Dispute<'_>) -> Option<Money> {
    let outcome = dispute.dispute_outcome.as_ref()?;
    money(outcome.amount_refunded.as_ref()).filter(|back| back.minor > 0)
}

fn offer_accepted(dispute: &Dispute<'_>) -> bool {
    let history = dispute.offer.as_ref().and_then(|offer| offer.history.as_ref());
    history
        .into_iter()
        .flatten()
        .any(|event| event.event_type == Some(OfferEventWord::Accepted))
}

/// Evidence by the merchant's side; partners act for the merchant.
pub(super) fn ours(evidence: &Evidence<'_>) -> bool {
    match evidence.source {
        Some(SourceWord::SubmittedBySeller | SourceWord::SubmittedByPartner) => true,
        Some(
            SourceWord::RequestedFromBuyer
            | SourceWord::RequestedFromSeller
            | SourceWord::SubmittedByBuyer
            | SourceWord::Unknown(_),
        )
        | None => false,
    }
}

fn answered(dispute: &Dispute<'_>) -> bool {
    dispute.evidences.iter().flatten().any(ours)
}

/// Why it was decided so, from all places that say it.
fn reasons<'d>(dispute: &'d Dispute<'_>) -> impl Iterator<Item = &'d str> {
    let outcome = dispute
        .dispute_outcome
        .as_ref()
        .and_then(|outcome| outcome.outcome_reason.as_ref());
    let decisions = dispute
        .adjudications
        .iter()
        .flatten()
        .filter_map(|row| row.reason.as_ref());
    outcome.into_iter().chain(decisions).map(|reason| reason.as_str())
}

/// PayPal names silence as the reason. A decision in silence that evidence followed (an appeal) was not the last word.
fn named_silent(dispute: &Dispute<'_>) -> bool {
    let reason = dispute
        .dispute_outcome
        .as_ref()
        .and_then(|outcome| outcome.outcome_reason.as_ref());
    if let Some(reason) = reason {
        return reason.as_str() == SILENCE;
    }
    let last_evidence = dispute
        .evidences
        .iter()
        .flatten()
        .filter(|e| ours(e))
        .filter_map(|e| e.date.and_then(Time::at))
        .max();
    let silent = |at: Option<Time>| match (at.and_then(Time::at), last_evidence) {
        (Some(decided), Some(answered)) => decided >= answered,
        (None, _) | (_, None) => true,
    };
    dispute.adjudications.iter().flatten().any(|row| {
        row.reason.as_ref().is_some_and(|r| r.as_str() == SILENCE) && silent(row.adjudication_time)
    })
}

/// The due date passed and the merchant's side had sent nothing.
fn silent_past_due(dispute: &Dispute<'_>) -> bool {
    let due = dispute.seller_response_due_date.and_then(Time::at);
    let updated = dispute.update_time.and_then(Time::at);
    !answered(dispute) && due.zip(updated).is_some_and(|(due, updated)| due <= updated)
}

/// What the settlement took from or gave to the seller. The newer list stands for the older one where both are given;
/// fees are not part of it. None where nothing moved, or in several currencies.
fn settlement_net(dispute: &Dispute<'_>) -> Option<Money> {
    let newer = dispute.fund_movements.as_ref().filter(|rows| !rows.is_empty());
    let rows = newer.or(dispute.money_movements.as_ref())?;
    let mut net: Option<Money> = None;
    for row in rows {
        if row.party != Some(PartyWord::Seller) || row.reason != Some(MovementWord::Settlement) {
            continue;
        }
        let amount = money(row.amount.as_ref())?;
        let minor = match row.r#type {
            Some(DirectionWord::Debit) => -amount.minor.checked_abs()?,
            Some(DirectionWord::Credit) => amount.minor.checked_abs()?,
            Some(DirectionWord::Unknown(_)) | None => amount.minor,
        };
        let signed = Money::new(minor, amount.currency);
        net = Some(match net {
            Some(sum) => sum.checked_add(signed).ok()?,
            None => signed,
        });
    }
    net
}
