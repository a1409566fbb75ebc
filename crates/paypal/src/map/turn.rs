//! Stage, turn and allowed actions.

use std::collections::BTreeSet;

use docket_core::attention::Attention;
use docket_core::words::{ActionKind, Stage, Turn};

use super::Notes;
use crate::wire::{ChannelWord, Dispute, Link, ReasonWord, StageWord, StateWord, StatusWord, Time};

/// Stage by `dispute_life_cycle_stage`. Where it is missing, by what only one stage has (reference 2 and 5): external
/// disputes, decisions and reasons other than INR and SNAD begin as claims; messages and escalation are for inquiries.
pub(super) fn stage(dispute: &Dispute<'_>, notes: &mut Notes) -> Stage {
    match &dispute.dispute_life_cycle_stage {
        Some(word) => known_stage(word).unwrap_or_else(|| {
            notes.insert(Attention::UnknownStage);
            Stage::Unknown
        }),
        None => derived_stage(dispute).unwrap_or_else(|| {
            notes.insert(Attention::UnknownStage);
            Stage::Unknown
        }),
    }
}

fn known_stage(word: &StageWord) -> Option<Stage> {
    match word {
        StageWord::Inquiry => Some(Stage::Inquiry),
        StageWord::Chargeback => Some(Stage::Chargeback),
        StageWord::PreArbitration => Some(Stage::PreArbitration),
        StageWord::Arbitration => Some(Stage::Arbitration),
        StageWord::Unknown(_) => None,
    }
}

fn derived_stage(dispute: &Dispute<'_>) -> Option<Stage> {
    if let Some(last) = dispute
        .adjudications
        .iter()
        .flatten()
        .max_by_key(|a| a.adjudication_time.and_then(Time::at))
    {
        return last
            .dispute_life_cycle_stage
            .as_ref()
            .and_then(known_stage)
            .or(Some(Stage::Chargeback));
    }
    if dispute.dispute_channel == Some(ChannelWord::External) {
        return Some(Stage::Chargeback);
    }
    let actions = allowed(dispute);
    if dispute.dispute_state == Some(StateWord::OpenInquiries)
        || actions.contains(&ActionKind::Message)
        || actions.contains(&ActionKind::Escalate)
    {
        return Some(Stage::Inquiry);
    }
    let claim_from_the_start = match &dispute.reason {
        Some(
            ReasonWord::Unauthorised
            | ReasonWord::CreditNotProcessed
            | ReasonWord::DuplicateTransaction
            | ReasonWord::IncorrectAmount
            | ReasonWord::PaymentByOtherMeans
            | ReasonWord::CanceledRecurringBilling
            | ReasonWord::ProblemWithRemittance
            | ReasonWord::Other,
        ) => dispute.dispute_channel == Some(ChannelWord::Internal),
        Some(ReasonWord::NotReceived | ReasonWord::NotAsDescribed | ReasonWord::Unknown(_)) | None => false,
    };
    claim_from_the_start.then_some(Stage::Chargeback)
}

/// Whose move it is. `status` is the same for all parties and wins over `dispute_state`, which is the caller's view;
/// where `status` says nothing (`OTHER`, a new word), the state decides, and where that says nothing either, whatever
/// asks something of the seller does: better a look too many than a deadline missed.
pub(super) fn turn(dispute: &Dispute<'_>, actions: &BTreeSet<ActionKind>, notes: &mut Notes) -> Turn {
    match &dispute.status {
        Some(StatusWord::WaitingForSeller) => Turn::Ours,
        Some(StatusWord::WaitingForBuyer) => Turn::Buyer,
        Some(StatusWord::UnderReview) => Turn::Platform,
        Some(StatusWord::Resolved) => Turn::Nobody,
        Some(StatusWord::Open) => match &dispute.dispute_state {
            Some(StateWord::RequiredAction) => Turn::Ours,
            Some(StateWord::RequiredOtherPartyAction) => Turn::Buyer,
            Some(
                StateWord::OpenInquiries
                | StateWord::UnderPaypalReview
                | StateWord::Appealable
                | StateWord::Resolved
                | StateWord::Unknown(_),
            )
            | None => {
                if answerable(actions) && has_due_date(dispute) {
                    Turn::Ours
                } else {
                    Turn::Platform
                }
            }
        },
        Some(StatusWord::Unknown(_)) => {
            notes.insert(Attention::UnknownStatus);
            by_state(dispute, actions, notes)
        }
        Some(StatusWord::Other) | None => by_state(dispute, actions, notes),
    }
}

fn by_state(dispute: &Dispute<'_>, actions: &BTreeSet<ActionKind>, notes: &mut Notes) -> Turn {
    match &dispute.dispute_state {
        Some(StateWord::RequiredAction) => Turn::Ours,
        Some(StateWord::RequiredOtherPartyAction) => Turn::Buyer,
        Some(StateWord::UnderPaypalReview) => Turn::Platform,
        Some(StateWord::Appealable | StateWord::Resolved) => Turn::Nobody,
        Some(StateWord::OpenInquiries | StateWord::Unknown(_)) | None => {
            notes.insert(Attention::UnknownStatus);
            if has_due_date(dispute) || actions.contains(&ActionKind::Contest) {
                Turn::Ours
            } else {
                Turn::Platform
            }
        }
    }
}

/// A due date stands even where its text cannot be read.
fn has_due_date(dispute: &Dispute<'_>) -> bool {
    dispute.seller_response_due_date.is_some()
}

fn answerable(actions: &BTreeSet<ActionKind>) -> bool {
    actions.iter().any(|action| action.answers_the_request())
}

/// The actions that PayPal allows now: its links (reference 2). Doc text writes `provide-evidence`, payloads write
/// `provide_evidence`, and recorded links name hosts without `-m` and even `http`, so only names are compared.
pub(super) fn allowed(dispute: &Dispute<'_>) -> BTreeSet<ActionKind> {
    dispute.links.iter().flatten().filter_map(linked).collect()
}

fn linked(link: &Link<'_>) -> Option<ActionKind> {
    let by_rel = link.rel.as_ref().and_then(|rel| action(rel.as_str()));
    by_rel.or_else(|| {
        let href = link.href.as_ref()?.as_str();
        let path = href.split(['?', '#']).next()?.trim_end_matches('/');
        action(path.rsplit('/').next()?)
    })
}

fn action(name: &str) -> Option<ActionKind> {
    match name.to_ascii_lowercase().replace('-', "_").as_str() {
        "provide_evidence" => Some(ActionKind::Contest),
        "appeal" => Some(ActionKind::Appeal),
        "accept_claim" => Some(ActionKind::Accept),
        "make_offer" => Some(ActionKind::Offer),
        "escalate" => Some(ActionKind::Escalate),
        "send_message" => Some(ActionKind::Message),
        "provide_supporting_info" => Some(ActionKind::SupportingInfo),
        "acknowledge_return_item" => Some(ActionKind::AcknowledgeReturn),
        _ => None,
    }
}
