//! The deadline and its ladder follow what the platform says.

use chrono::{DateTime, Utc};
use serde_json::json;

use super::observe::{is_closed, ours, under_way};
use super::{Case, Draft, Effect, Round, answers};
use crate::attention::Attention;
use crate::deadline::{Deadline, first_step};
use crate::snapshot::Snapshot;
use crate::words::{DeadlineSource, Outcome, Turn, WorkState};

/// The deadline that runs for us by this snapshot.
pub(super) fn runs(snapshot: &Snapshot, round: &Round) -> Option<Deadline> {
    snapshot
        .deadline
        .filter(|_| ours(snapshot) || (round.responded_at.is_none() && !is_closed(snapshot)))
}

/// Whether the snapshot says something new about the deadline.
pub(super) fn changed(case: &Case, snapshot: &Snapshot) -> bool {
    let held = case.round.deadline;
    match snapshot.deadline {
        Some(new) => held != Some(steady(new, held)),
        // What is held then is already marked as our own guess.
        None if ours(snapshot) => held.is_some_and(|d| d.source != DeadlineSource::Estimated),
        // One that ran before stays on the round for the record.
        None => held.is_some() && (case.facts.turn == Turn::Ours || case.next_step.is_some()),
    }
}

/// A guess never moves away: within a round the earlier instant stands, or a deadline that is guessed anew with each
/// reading would never come.
fn steady(new: Deadline, held: Option<Deadline>) -> Deadline {
    match held {
        Some(held) if new.source == DeadlineSource::Estimated && held.at < new.at => Deadline {
            source: DeadlineSource::Estimated,
            ..held
        },
        Some(_) | None => new,
    }
}

pub(super) fn stop(draft: &mut Draft) {
    draft.case.next_step = None;
    draft.clear(Attention::DeadlineNear);
}

pub(super) fn follow(draft: &mut Draft, before: &Case, snapshot: &Snapshot, now: DateTime<Utc>) {
    let old = if draft.closed_round.is_some() {
        None
    } else {
        before.round.deadline
    };
    let Some(new) = snapshot.deadline else {
        match old.filter(|_| ours(snapshot)) {
            // Still our turn: the last known instant stands, as an estimate, and its ladder goes on.
            Some(old) => {
                draft.case.round.deadline = Some(Deadline {
                    source: DeadlineSource::Estimated,
                    ..old
                })
            }
            // No clock runs for us any more; what it was stays on the round for the record.
            None => stop(draft),
        }
        restart(draft, before, snapshot, now);
        return;
    };
    let new = steady(new, old);
    if let Some(old) = old.filter(|o| o.at != new.at) {
        if new.at < old.at {
            draft.raise(Attention::DeadlineMovedEarlier);
        }
        let waits = draft.case.work_state == WorkState::ReadyToSend;
        if let Some(submission) = draft.case.pending.filter(|_| waits) {
            draft.effects.push(Effect::Replan {
                submission,
                from: old.at,
                to: new.at,
            });
        }
    }
    draft.case.round.deadline = Some(new);
    if runs(snapshot, &draft.case.round).is_none() {
        stop(draft);
    } else if old.is_none_or(|o| o.at != new.at) {
        draft.note(
            "deadline_set",
            json!({ "from": old.map(|o| o.at), "to": new.at, "source": new.source }),
        );
        draft.case.next_step = Some(first_step(new.at, now));
        draft.clear(Attention::DeadlineNear);
    } else {
        restart(draft, before, snapshot, now);
    }
}

/// A clock that stood still because it was not our turn goes on with the same instant when it is.
fn restart(draft: &mut Draft, before: &Case, snapshot: &Snapshot, now: DateTime<Utc>) {
    let Some(deadline) = draft.case.round.deadline.filter(|_| ours(snapshot)) else {
        return;
    };
    let stood = draft.case.next_step.is_none() && (deadline.at > now || before.facts.turn != Turn::Ours);
    if stood {
        draft.note("deadline_resumed", json!({ "at": deadline.at }));
        draft.case.next_step = Some(first_step(deadline.at, now));
    }
}

/// The request ended unanswered, and the platform's reading came before the last rung of the ladder.
pub(super) fn note_miss(draft: &mut Draft, before: &Case, snapshot: &Snapshot) {
    let left_us = before.facts.turn == Turn::Ours && !ours(snapshot);
    let answered = before.round.responded_at.is_some() || answers::in_round(before, snapshot).is_some();
    if !left_us || answered || before.next_step.is_none() {
        return;
    }
    let held = before.round.deadline;
    let passed = held
        .filter(|d| d.source != DeadlineSource::Estimated && !under_way(before))
        .is_some_and(|d| d.at <= snapshot.facts.updated_at);
    // The platform's own word for silence holds even where a call of ours has no answer yet.
    if passed || snapshot.outcome == Some(Outcome::LostNoResponse) {
        draft.raise(Attention::DeadlineMissed);
        draft.effects.push(Effect::Missed {
            deadline: held.map_or(snapshot.facts.updated_at, |d| d.at),
        });
    }
}
