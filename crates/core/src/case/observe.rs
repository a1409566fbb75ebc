//! What the platform says changes the case, whatever it says.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde_json::json;

use super::{Case, Draft, Effect, Round, Transition, answers, clock};
use crate::attention::Attention;
use crate::deadline::first_step;
use crate::id::{CaseId, ClientId, ConnectionId, RoundId};
use crate::snapshot::Snapshot;
use crate::words::{DeadlineSource, Outcome, Turn, WorkState};

pub(super) fn open(
    (id, round_id): (CaseId, RoundId),
    client: ClientId,
    connection: ConnectionId,
    snapshot: &Snapshot,
    now: DateTime<Utc>,
) -> Transition {
    let answered = answers::last(snapshot);
    let mut round = new_round(round_id, 1, snapshot, now);
    // Where it is our turn, an older answer was to an older request: this one stands unanswered.
    round.responded_at = answered.filter(|_| !ours(snapshot));
    round.outcome = decided(snapshot);
    let attention = flags(snapshot);
    let case = Case {
        id,
        client,
        connection,
        platform: snapshot.platform,
        dispute: snapshot.dispute.clone(),
        facts: snapshot.facts.clone(),
        work_state: state_for(snapshot, WorkState::New),
        outcome: final_outcome(snapshot),
        closed_at: closed_at(snapshot),
        contested: answered.is_some(),
        conceded: false,
        assignee: None,
        attention: attention.clone(),
        next_step: clock::runs(snapshot, &round).map(|d| first_step(d.at, now)),
        pending: None,
        version: 1,
        round,
    };
    let mut draft = Draft {
        case,
        closed_round: None,
        history: Vec::new(),
        effects: Vec::new(),
    };
    draft.note(
        "opened",
        json!({
            "reason": snapshot.facts.reason, "stage": snapshot.facts.stage, "turn": snapshot.facts.turn,
            "outcome": draft.case.outcome, "deadline": snapshot.deadline, "attention": attention,
        }),
    );
    draft.effects.extend(attention.into_iter().map(Effect::Alert));
    draft.done()
}

pub(super) fn observed(
    case: &Case,
    snapshot: &Snapshot,
    next_round: RoundId,
    now: DateTime<Utc>,
) -> Transition {
    let mut draft = Draft::of(case);
    let changes = changed(case, snapshot);
    if !changes.is_empty() {
        let mut detail = json!({ "changed": changes });
        if case.facts.turn != snapshot.facts.turn {
            detail["turn"] = json!(snapshot.facts.turn);
        }
        draft.note("observed", detail);
        // A reading that says nothing new must not put flags back that a person took off.
        for attention in flags(snapshot) {
            draft.raise(attention);
        }
    }
    if !ours(snapshot)
        || snapshot
            .deadline
            .is_some_and(|d| d.source == DeadlineSource::Platform)
    {
        draft.clear(Attention::NoDeadline);
    }
    draft.clear(Attention::Vanished);
    if let Some(why) = new_round_reason(case, snapshot) {
        begin_round(&mut draft, snapshot, next_round, why, now);
    }
    answers::note(&mut draft, case, snapshot);
    clock::note_miss(&mut draft, case, snapshot);
    clock::follow(&mut draft, case, snapshot, now);
    draft.case.facts = snapshot.facts.clone();
    close_or_open(&mut draft, case, snapshot);
    draft.done()
}

pub(super) fn is_closed(snapshot: &Snapshot) -> bool {
    snapshot.facts.turn == Turn::Nobody
}

pub(super) fn ours(snapshot: &Snapshot) -> bool {
    snapshot.facts.turn == Turn::Ours
}

/// When it was closed, if it is.
fn closed_at(snapshot: &Snapshot) -> Option<DateTime<Utc>> {
    is_closed(snapshot).then(|| snapshot.closed_at.unwrap_or(snapshot.facts.updated_at))
}

/// The result that the round shows. A closed dispute without one is no open case: its result is unknown.
fn decided(snapshot: &Snapshot) -> Option<Outcome> {
    snapshot
        .outcome
        .or(is_closed(snapshot).then_some(Outcome::Unknown))
}

/// The result that counts: none while the dispute is open, whatever the round's interim result says.
fn final_outcome(snapshot: &Snapshot) -> Option<Outcome> {
    decided(snapshot).filter(|_| is_closed(snapshot))
}

/// A claim that we gave up and that then ends for the buyer was accepted, not lost (`domain.md` D4).
pub(super) const fn as_conceded(outcome: Outcome, conceded: bool) -> Outcome {
    match outcome {
        Outcome::Lost | Outcome::LostNoResponse | Outcome::Partial if conceded => Outcome::Accepted,
        other => other,
    }
}

/// What the connector flagged, and what no connector may forget to flag.
fn flags(snapshot: &Snapshot) -> BTreeSet<Attention> {
    let mut flags = snapshot.attention.clone();
    if is_closed(snapshot) && snapshot.outcome.is_none() {
        flags.insert(Attention::UnknownOutcome);
    }
    if ours(snapshot) && snapshot.deadline.is_none() {
        flags.insert(Attention::NoDeadline);
    }
    flags
}

fn new_round(id: RoundId, number: i64, snapshot: &Snapshot, now: DateTime<Utc>) -> Round {
    Round {
        id,
        number,
        stage: snapshot.facts.stage,
        channel: snapshot.facts.channel.clone(),
        reason: snapshot.facts.reason,
        opened_at: now,
        closed_at: None,
        deadline: snapshot.deadline,
        responded_at: None,
        outcome: None,
    }
}

fn state_for(snapshot: &Snapshot, open_state: WorkState) -> WorkState {
    match snapshot.facts.turn {
        Turn::Ours => open_state,
        Turn::Buyer | Turn::Platform => WorkState::AwaitingDecision,
        Turn::Nobody => WorkState::Closed,
    }
}

fn changed(case: &Case, snapshot: &Snapshot) -> Vec<&'static str> {
    let (old, new) = (&case.facts, &snapshot.facts);
    let mut names = Vec::new();
    let mut note = |differs: bool, name| {
        if differs {
            names.push(name);
        }
    };
    note(old.amount != new.amount, "amount");
    note(
        old.stage != new.stage || old.platform_stage != new.platform_stage,
        "stage",
    );
    note(old.platform_status != new.platform_status, "status");
    note(old.channel != new.channel, "channel");
    note(old.turn != new.turn, "turn");
    note(
        old.reason != new.reason || old.platform_reason != new.platform_reason,
        "reason",
    );
    note(old.allowed_actions != new.allowed_actions, "allowed_actions");
    note(old.order_refs != new.order_refs, "order_refs");
    note(old.opened_at != new.opened_at, "opened_at");
    note(old.updated_at != new.updated_at, "updated_at");
    let shown = |outcome: Option<Outcome>| outcome.map(|o| as_conceded(o, case.conceded));
    note(
        case.outcome != shown(final_outcome(snapshot)) || case.round.outcome != shown(decided(snapshot)),
        "outcome",
    );
    note(clock::changed(case, snapshot), "deadline");
    note(!case.contested && answers::last(snapshot).is_some(), "answers");
    names
}

/// Why a new round begins, if one does.
fn new_round_reason(case: &Case, snapshot: &Snapshot) -> Option<&'static str> {
    let (round, facts) = (&case.round, &snapshot.facts);
    if case.closed_at.is_some() && !is_closed(snapshot) {
        return Some("reopened");
    }
    if round.stage != facts.stage {
        return Some("stage changed");
    }
    // A field that one answer leaves out is no change.
    if matches!((&round.channel, &facts.channel), (Some(was), Some(is)) if was != is) {
        return Some("channel changed");
    }
    if round.reason != facts.reason {
        return Some("reason changed");
    }
    if round.responded_at.is_some() && case.facts.turn != Turn::Ours && ours(snapshot) {
        return Some("asked again");
    }
    None
}

fn begin_round(draft: &mut Draft, snapshot: &Snapshot, id: RoundId, why: &'static str, now: DateTime<Utc>) {
    let old = draft.case.round.clone();
    let went_back = matches!((old.stage.rank(), snapshot.facts.stage.rank()), (Some(a), Some(b)) if b < a);
    let round = new_round(id, old.number + 1, snapshot, now);
    draft.note(
        "round_opened",
        json!({
            "number": round.number, "why": why, "from_stage": old.stage, "stage": round.stage, "reason": round.reason,
            "turn": snapshot.facts.turn,
        }),
    );
    if went_back {
        draft.raise(Attention::StageWentBack);
    }
    if draft.case.closed_at.take().is_some() && !is_closed(snapshot) {
        draft.raise(Attention::Reopened);
    }
    draft.closed_round = Some(Round {
        closed_at: Some(now),
        ..old
    });
    draft.case.round = round;
    draft.case.conceded = false;
    draft.case.next_step = None;
    // A prepared response was written for the old round. One under way keeps its state: only reading settles it.
    if draft.case.work_state == WorkState::ReadyToSend {
        cancel_pending(draft, &format!("a new round began: {why}"));
    }
    if !under_way(&draft.case) {
        draft.case.work_state = state_for(snapshot, WorkState::Triage);
    }
}

pub(super) fn under_way(case: &Case) -> bool {
    matches!(
        case.work_state,
        WorkState::Sending | WorkState::SentUnconfirmed | WorkState::Held
    )
}

fn cancel_pending(draft: &mut Draft, why: &str) {
    if let Some(submission) = draft.case.pending.take() {
        draft.note(
            "response_cancelled",
            json!({ "submission": submission, "why": why }),
        );
        draft.effects.push(Effect::CancelSubmission {
            submission,
            why: why.to_owned(),
        });
        // Whoever prepared it counts on its being sent.
        draft.raise(Attention::ResponseDropped);
    }
}

fn close_or_open(draft: &mut Draft, before: &Case, snapshot: &Snapshot) {
    let conceded = draft.case.conceded;
    draft.case.outcome = final_outcome(snapshot).map(|o| as_conceded(o, conceded));
    draft.case.round.outcome = decided(snapshot).map(|o| as_conceded(o, conceded));
    if is_closed(snapshot) {
        clock::stop(draft);
        let newly = draft.case.closed_at.is_none();
        if newly {
            draft.case.closed_at = closed_at(snapshot);
            draft.note("closed", json!({ "outcome": draft.case.outcome }));
        }
        // What was prepared for the open dispute is void. What was prepared on a closed one is an appeal and stands.
        if newly && !under_way(&draft.case) {
            cancel_pending(draft, "the dispute is closed");
            draft.case.work_state = WorkState::Closed;
        }
        return;
    }
    if under_way(&draft.case) || draft.closed_round.is_some() {
        return;
    }
    let left_us = before.facts.turn == Turn::Ours && !ours(snapshot);
    if left_us {
        cancel_pending(draft, "it is no longer our turn");
        draft.case.work_state = WorkState::AwaitingDecision;
    } else if ours(snapshot) && draft.case.work_state == WorkState::AwaitingDecision {
        draft.case.work_state = WorkState::Triage;
    }
}
