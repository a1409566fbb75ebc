//! The result: `domain.md` D4, column Klarna, and reference 7.

use docket_core::attention::Attention;
use docket_core::snapshot::Facts;
use docket_core::words::{Outcome, Reason, Turn};

use super::details::{Detail, End};
use super::{Notes, turn};
use crate::wire::{Dispute, OutcomeWord, RepresentmentWord, Time};

/// The result of a closed dispute; none while it is open. A preliminary result is none.
pub(super) fn outcome(dispute: &Dispute, facts: &Facts, notes: &mut Notes) -> Option<Outcome> {
    match facts.turn {
        Turn::Nobody => {}
        Turn::Ours | Turn::Buyer | Turn::Platform => return None,
    }
    let end = dispute
        .decided_because()
        .and_then(Detail::of)
        .map(|detail| detail.end);
    Some(match dispute.decided() {
        Some(OutcomeWord::Won) => won(end),
        Some(OutcomeWord::Lost) => lost(dispute, facts, end),
        // Of v3 it is not known how it tells a result.
        Some(OutcomeWord::Unknown(_)) | None => {
            notes.insert(Attention::UnknownOutcome);
            Outcome::Unknown
        }
    })
}

/// WON means that the merchant keeps the money (reference 7), which is a win only where something was weighed.
fn won(end: Option<End>) -> Outcome {
    match end {
        Some(End::Settled) => Outcome::Settled,
        Some(End::Withdrawn) => Outcome::Withdrawn,
        Some(End::Lapsed) => Outcome::Lapsed,
        // Silence can win: shipping data sent with the capture counts even when nobody answers (reference 7).
        Some(End::Decided | End::Silence | End::Conceded) | None => Outcome::Won,
    }
}

/// LOST means that the merchant was charged. The order matters: no chance to answer, then giving in, then silence.
fn lost(dispute: &Dispute, facts: &Facts, end: Option<End>) -> Outcome {
    // What was answered was weighed, whatever was given up later.
    if dispute.answered().is_some() || dispute.appealed().is_some() {
        return Outcome::Lost;
    }
    let instance = dispute.first_instance();
    match instance.and_then(|instance| instance.state.as_ref()) {
        Some(RepresentmentWord::AutomaticallyRejected) => return Outcome::NotContestable,
        Some(RepresentmentWord::Waived) => return Outcome::Accepted,
        Some(RepresentmentWord::Expired) => return Outcome::LostNoResponse,
        // Received, though the answer is not shown.
        Some(RepresentmentWord::Received) => return Outcome::Lost,
        Some(RepresentmentWord::Requested | RepresentmentWord::Unknown(_)) | None => {}
    }
    if turn::resolved_at_once(dispute) {
        return Outcome::NotContestable;
    }
    if past_due(dispute, facts) {
        return Outcome::LostNoResponse;
    }
    // Reference 6: these two know no defence; where none was asked for, none was possible.
    if facts.reason == Reason::ProcessingOrCompliance && instance.is_none() {
        return Outcome::NotContestable;
    }
    match end {
        Some(End::Conceded) => Outcome::Accepted,
        Some(End::Silence) => Outcome::LostNoResponse,
        Some(End::Decided | End::Settled | End::Withdrawn | End::Lapsed) | None => Outcome::Lost,
    }
}

/// Klarna still asked when the time for an answer was over.
fn past_due(dispute: &Dispute, facts: &Facts) -> bool {
    let instance = dispute.first_instance();
    let asked = instance.is_some_and(|instance| instance.state == Some(RepresentmentWord::Requested));
    let due = instance
        .and_then(|instance| instance.expires_at)
        .and_then(Time::at);
    let closed = dispute.closed().and_then(Time::at).unwrap_or(facts.updated_at);
    asked && due.is_some_and(|due| due <= closed)
}
