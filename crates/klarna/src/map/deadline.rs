//! The deadline that runs for us (reference 16, "look for the deadline in"), and the alarm where Klarna names none.

use chrono::{DateTime, Duration, Utc};
use docket_core::attention::Attention;
use docket_core::deadline::Deadline;
use docket_core::snapshot::Facts;
use docket_core::words::{DeadlineSource, Precision, Reason, Stage, Turn};

use super::Notes;
use crate::generation::Generation;
use crate::wire::{Dispute, FrameworkWord, StateWord, Time};

/// Until when the first instance takes an answer.
fn first_instance(dispute: &Dispute) -> [Option<Time>; 2] {
    let now = dispute
        .context()
        .and_then(|context| context.representment.as_ref());
    let history = dispute.representment.as_ref();
    [
        now.and_then(|instance| instance.expires_at),
        history.and_then(|instance| instance.expires_at),
    ]
}

/// Until when an appeal is taken.
fn appeal(dispute: &Dispute) -> [Option<Time>; 2] {
    [
        dispute
            .context()
            .and_then(|context| context.arbitration_expires_at),
        dispute.arbitration_expires_at,
    ]
}

/// Of v3.
fn old(dispute: &Dispute) -> [Option<Time>; 1] {
    [dispute
        .context()
        .and_then(|context| context.evidence_response_deadline_at)]
}

/// Every deadline that is named anywhere, in the order of reference 16.
pub(super) fn named(dispute: &Dispute) -> impl Iterator<Item = DateTime<Utc>> + use<> {
    let all = [
        first_instance(dispute).as_slice(),
        appeal(dispute).as_slice(),
        old(dispute).as_slice(),
    ]
    .concat();
    all.into_iter().flatten().filter_map(Time::at)
}

/// Where the deadline of this state stands. In PRE_ARBITRATION the history still shows the first instance's, which is
/// past: it must not stand in for the appeal's.
fn places(dispute: &Dispute, generation: Generation) -> Vec<Option<Time>> {
    match (generation, &dispute.state) {
        (Generation::V4, Some(StateWord::PreArbitration)) => appeal(dispute).to_vec(),
        (Generation::V4, Some(StateWord::Initiated)) => first_instance(dispute).to_vec(),
        (Generation::V3, Some(StateWord::EvidencePending | StateWord::AppealOpen)) => {
            [old(dispute).as_slice(), first_instance(dispute).as_slice()].concat()
        }
        (Generation::V4 | Generation::V3, Some(_) | None) => Vec::new(),
    }
}

/// The deadline as Klarna names it for this state, if it does.
pub(crate) fn running(dispute: &Dispute, generation: Generation) -> Option<DateTime<Utc>> {
    let places = places(dispute, generation);
    places.into_iter().flatten().find_map(Time::at)
}

/// The deadline: only on our turn. What Klarna names always wins; without it the documented windows give an estimate,
/// and a person is asked to look it up.
pub(super) fn deadline(
    dispute: &Dispute,
    generation: Generation,
    facts: &Facts,
    now: DateTime<Utc>,
    notes: &mut Notes,
) -> Option<Deadline> {
    match facts.turn {
        Turn::Ours => {}
        Turn::Buyer | Turn::Platform | Turn::Nobody => return None,
    }
    if places(dispute, generation).contains(&Some(Time::Odd)) {
        notes.insert(Attention::ContractChange);
    }
    let known_place = running(dispute, generation);
    // An unknown state is ours only because some deadline still runs.
    let at = known_place.or_else(|| {
        let unknown = facts.stage == Stage::Unknown;
        unknown.then(|| named(dispute).find(|at| *at > now)).flatten()
    });
    let of = |at, source| Deadline {
        at,
        source,
        precision: Precision::Instant,
    };
    Some(at.map_or_else(
        || {
            notes.insert(Attention::NoDeadline);
            of(estimate(dispute, facts), DeadlineSource::Estimated)
        },
        |at| of(at, DeadlineSource::Platform),
    ))
}

/// The documented windows (reference 1, 6, 7, 8), from the opening or from Klarna's request where that is dated. A
/// dispute that changed after its window would have ended got a later one: that runs from the change.
fn estimate(dispute: &Dispute, facts: &Facts) -> DateTime<Utc> {
    // Klarna moves a dispute here when it has decided, which is its last change.
    if facts.stage == Stage::PreArbitration {
        return facts.updated_at + Duration::days(10);
    }
    let window = window(dispute, facts.reason);
    let requested = dispute
        .first_instance()
        .and_then(|instance| instance.request.as_ref())
        .and_then(|request| request.requested_at)
        .or_else(|| {
            let last = dispute.merchant_evidence.as_ref()?.last()?;
            last.request.as_ref()?.created_at
        });
    let from = requested.and_then(Time::at).unwrap_or(facts.opened_at);
    if facts.updated_at >= from + window {
        facts.updated_at + window
    } else {
        from + window
    }
}

/// How long an answer may take. Where nothing is documented (NON_COMPLIANCE, NON_GUARANTEED_PAYMENT_PROGRAM, new
/// reasons), the shortest customer's window: an alarm too early does no harm.
fn window(dispute: &Dispute, reason: Reason) -> Duration {
    let framework = dispute
        .configuration
        .as_ref()
        .and_then(|configuration| configuration.base_framework.as_ref());
    let old = framework == Some(&FrameworkWord::Of2020) || dispute.merchant_evidence.is_some();
    match reason {
        Reason::RiskStop => Duration::hours(96),
        Reason::Unauthorised | Reason::Unrecognised => Duration::days(7),
        Reason::ProcessingOrCompliance | Reason::Other => Duration::days(7),
        Reason::NotReceived
        | Reason::NotAsDescribed
        | Reason::CreditNotProcessed
        | Reason::DuplicateOrPaidOtherwise
        | Reason::IncorrectAmount
        | Reason::SubscriptionCancelled => Duration::days(if old { 14 } else { 21 }),
    }
}
