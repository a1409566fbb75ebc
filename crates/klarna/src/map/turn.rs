//! Stage, turn and allowed actions (reference 7), one table for each generation.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use docket_core::attention::Attention;
use docket_core::words::{ActionKind, Stage, Turn};

use super::{Notes, deadline};
use crate::generation::Generation;
use crate::wire::{Dispute, ExceptionWord, RepresentmentWord, StateWord};

/// How far it has gone. A closed dispute keeps the furthest stage that it reached.
pub(super) fn stage(dispute: &Dispute, generation: Generation, notes: &mut Notes) -> Stage {
    let stage = match &dispute.state {
        Some(StateWord::Closed) => Some(furthest(dispute, generation)),
        Some(state) => stage_of(state, generation),
        None => None,
    };
    stage.unwrap_or_else(|| {
        notes.insert(Attention::UnknownStage);
        Stage::Unknown
    })
}

/// The stage of an open state; none for a word that this generation does not have.
fn stage_of(state: &StateWord, generation: Generation) -> Option<Stage> {
    match generation {
        Generation::V4 => match state {
            StateWord::Initiated | StateWord::Representment => Some(Stage::Chargeback),
            StateWord::PreArbitration => Some(Stage::PreArbitration),
            StateWord::Arbitration => Some(Stage::Arbitration),
            StateWord::Closed
            | StateWord::ArbitrationPending
            | StateWord::EvidencePending
            | StateWord::AppealOpen
            | StateWord::Unknown(_) => None,
        },
        // Reference 10: in v3 this word means "just opened", when customer and merchant talk.
        Generation::V3 => match state {
            StateWord::PreArbitration => Some(Stage::Inquiry),
            StateWord::EvidencePending | StateWord::ArbitrationPending => Some(Stage::Chargeback),
            StateWord::AppealOpen => Some(Stage::PreArbitration),
            StateWord::Closed
            | StateWord::Initiated
            | StateWord::Representment
            | StateWord::Arbitration
            | StateWord::Unknown(_) => None,
        },
    }
}

/// What the previous state and the history prove. The spec marks the history as required, which cannot hold for what
/// was closed from INITIATED (reference 4), so its absence means nothing more.
fn furthest(dispute: &Dispute, generation: Generation) -> Stage {
    let before = dispute
        .previous_state
        .as_ref()
        .and_then(|state| stage_of(state, generation));
    let history = match generation {
        Generation::V4 if dispute.appealed().is_some() => Stage::Arbitration,
        Generation::V4 if dispute.arbitration.is_some() => Stage::PreArbitration,
        Generation::V4 => Stage::Chargeback,
        // Without a request for evidence, customer and merchant settled it among themselves.
        Generation::V3 => match &dispute.merchant_evidence {
            Some(requests) if requests.is_empty() => Stage::Inquiry,
            Some(_) | None => Stage::Chargeback,
        },
    };
    match before {
        Some(before) if before.rank() > history.rank() => before,
        Some(_) | None => history,
    }
}

/// Whose move it is. Where the state says nothing, a deadline that still runs makes it ours: better a look too many than
/// a deadline missed.
pub(super) fn turn(dispute: &Dispute, generation: Generation, now: DateTime<Utc>, notes: &mut Notes) -> Turn {
    let known = dispute
        .state
        .as_ref()
        .and_then(|state| turn_of(dispute, state, generation));
    if let Some(turn) = known {
        return turn;
    }
    notes.insert(Attention::UnknownStatus);
    let runs = deadline::named(dispute).any(|at| at > now);
    if runs { Turn::Ours } else { Turn::Platform }
}

fn turn_of(dispute: &Dispute, state: &StateWord, generation: Generation) -> Option<Turn> {
    match generation {
        Generation::V4 => match state {
            StateWord::Initiated => Some(initiated(dispute)),
            StateWord::PreArbitration => Some(Turn::Ours),
            StateWord::Representment | StateWord::Arbitration => Some(Turn::Platform),
            StateWord::Closed => Some(Turn::Nobody),
            StateWord::ArbitrationPending
            | StateWord::EvidencePending
            | StateWord::AppealOpen
            | StateWord::Unknown(_) => None,
        },
        Generation::V3 => match state {
            StateWord::EvidencePending | StateWord::AppealOpen => Some(Turn::Ours),
            // Nothing can be sent while customer and merchant talk (reference 8).
            StateWord::PreArbitration | StateWord::ArbitrationPending => Some(Turn::Platform),
            StateWord::Closed => Some(Turn::Nobody),
            StateWord::Initiated
            | StateWord::Representment
            | StateWord::Arbitration
            | StateWord::Unknown(_) => None,
        },
    }
}

/// Reference 7: in INITIATED the representment's state tells whether anything is still asked of us.
fn initiated(dispute: &Dispute) -> Turn {
    let instance = dispute.first_instance();
    match instance.and_then(|instance| instance.state.as_ref()) {
        Some(
            RepresentmentWord::Received
            | RepresentmentWord::Expired
            | RepresentmentWord::Waived
            | RepresentmentWord::AutomaticallyRejected,
        ) => Turn::Platform,
        // An immediate resolution has no time for an answer; what names none asks for none.
        None if resolved_at_once(dispute) && deadline::named(dispute).next().is_none() => Turn::Platform,
        Some(RepresentmentWord::Requested | RepresentmentWord::Unknown(_)) | None => Turn::Ours,
    }
}

/// Whether Klarna decided without hearing the merchant (reference 7).
pub(super) fn resolved_at_once(dispute: &Dispute) -> bool {
    let mut exceptions = dispute.process_exceptions.iter().flatten();
    exceptions.any(|exception| exception.exception_type == Some(ExceptionWord::Immediate))
}

/// What can be sent now (reference 3, "state needed"). Nothing for v3: its write endpoints are not documented well
/// enough to trust money to them (reference 16).
pub(super) fn allowed(dispute: &Dispute, generation: Generation) -> BTreeSet<ActionKind> {
    let actions: &[ActionKind] = match (generation, &dispute.state) {
        (Generation::V4, Some(StateWord::Initiated)) if initiated(dispute) == Turn::Ours => {
            &[ActionKind::Contest, ActionKind::Accept]
        }
        (Generation::V4, Some(StateWord::PreArbitration)) => &[ActionKind::Appeal, ActionKind::Accept],
        (Generation::V4 | Generation::V3, Some(_) | None) => &[],
    };
    actions.iter().copied().collect()
}
