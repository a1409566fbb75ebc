//! What the platform says changes the case, whatever it says.

use chrono::{DateTime, Utc};
use serde_json::json;

use super::{Case, Draft, Effect, Round, Transition};
use crate::attention::Attention;
use crate::deadline::first_step;
use crate::id::{CaseId, ClientId, ConnectionId, RoundId};
use crate::snapshot::Snapshot;
use crate::words::{ActionKind, Turn, WorkState};

pub(super) fn open(
    (id, round_id): (CaseId, RoundId),
    client: ClientId,
    connection: ConnectionId,
    snapshot: &Snapshot,
    now: DateTime<Utc>,
) -> Transition {
    let answered = last_answer(snapshot);
    let mut round = new_round(round_id, 1, snapshot, now);
    round.responded_at = answered;
    round.outcome = snapshot.outcome;
    let case = Case {
        id,
        client,
        connection,
        platform: snapshot.platform,
        dispute: snapshot.dispute.clone(),
        facts: snapshot.facts.clone(),
        work_state: state_for(snapshot, WorkState::New),
        outcome: snapshot.outcome,
        closed_at: is_closed(snapshot).then_some(snapshot.facts.updated_at),
        contested: answered.is_some(),
        assignee: None,
        attention: snapshot.attention.clone(),
        next_step: snapshot.deadline.filter(|_| round.responded_at.is_none() || ours(snapshot)).map(|d| first_step(d.at, now)),
        pending: None,
        version: 1,
        round,
    };
    let mut draft = Draft { case, closed_round: None, history: Vec::new(), effects: Vec::new() };
    draft.note(
        "opened",
        json!({
            "reason": snapshot.facts.reason, "stage": snapshot.facts.stage, "turn": snapshot.facts.turn,
            "outcome": snapshot.outcome, "deadline": snapshot.deadline, "attention": snapshot.attention,
        }),
    );
    draft.effects.extend(snapshot.attention.iter().map(|a| Effect::Alert(*a)));
    draft.done()
}

pub(super) fn observed(case: &Case, snapshot: &Snapshot, next_round: RoundId, now: DateTime<Utc>) -> Transition {
    let mut draft = Draft::of(case);
    let changes = changed(case, snapshot);
    if !changes.is_empty() {
        draft.note("observed", json!({ "changed": changes }));
    }
    for attention in &snapshot.attention {
        draft.raise(*attention);
    }
    if snapshot.deadline.is_some_and(|d| d.source == crate::words::DeadlineSource::Platform) {
        draft.clear(Attention::NoDeadline);
    }
    draft.clear(Attention::Vanished);
    if let Some(why) = new_round_reason(case, snapshot) {
        begin_round(&mut draft, snapshot, next_round, why, now);
    }
    note_answers(&mut draft, case, snapshot);
    move_deadline(&mut draft, case, snapshot, now);
    draft.case.facts = snapshot.facts.clone();
    close_or_open(&mut draft, case, snapshot);
    draft.done()
}

fn is_closed(snapshot: &Snapshot) -> bool {
    snapshot.facts.turn == Turn::Nobody
}

fn ours(snapshot: &Snapshot) -> bool {
    snapshot.facts.turn == Turn::Ours
}

fn last_answer(snapshot: &Snapshot) -> Option<DateTime<Utc>> {
    snapshot
        .answers
        .iter()
        .filter(|a| matches!(a.action, ActionKind::Contest | ActionKind::Appeal))
        .map(|a| a.at.unwrap_or(snapshot.facts.updated_at))
        .max()
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
    let deadline = |d: Option<crate::deadline::Deadline>| d.map(|d| d.at);
    let mut names = Vec::new();
    let mut note = |differs: bool, name| {
        if differs {
            names.push(name);
        }
    };
    note(old.amount != new.amount, "amount");
    note(old.stage != new.stage || old.platform_stage != new.platform_stage, "stage");
    note(old.platform_status != new.platform_status, "status");
    note(old.channel != new.channel, "channel");
    note(old.turn != new.turn, "turn");
    note(old.reason != new.reason || old.platform_reason != new.platform_reason, "reason");
    note(old.allowed_actions != new.allowed_actions, "allowed_actions");
    note(old.updated_at != new.updated_at, "updated_at");
    note(case.outcome != snapshot.outcome, "outcome");
    note(deadline(case.round.deadline) != deadline(snapshot.deadline), "deadline");
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
    if round.channel != facts.channel {
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
        json!({ "number": round.number, "why": why, "from_stage": old.stage, "stage": round.stage, "reason": round.reason }),
    );
    if went_back {
        draft.raise(Attention::StageWentBack);
    }
    if draft.case.closed_at.take().is_some() && !is_closed(snapshot) {
        draft.raise(Attention::Reopened);
    }
    draft.closed_round = Some(Round { closed_at: Some(now), ..old });
    draft.case.round = round;
    draft.case.next_step = None;
    // A prepared response was written for the old round. One under way keeps its state: only reading settles it.
    if draft.case.work_state == WorkState::ReadyToSend {
        cancel_pending(draft, &format!("a new round began: {why}"));
    }
    if !under_way(&draft.case) {
        draft.case.work_state = state_for(snapshot, WorkState::Triage);
    }
}

fn under_way(case: &Case) -> bool {
    matches!(case.work_state, WorkState::Sending | WorkState::SentUnconfirmed)
}

fn cancel_pending(draft: &mut Draft, why: &str) {
    if let Some(submission) = draft.case.pending.take() {
        draft.note("response_cancelled", json!({ "submission": submission, "why": why }));
        draft.effects.push(Effect::CancelSubmission { submission, why: why.to_owned() });
    }
}

/// Answers that the platform shows: ours are settled by the confirm step, others raise attention.
fn note_answers(draft: &mut Draft, before: &Case, snapshot: &Snapshot) {
    let Some(at) = last_answer(snapshot) else { return };
    draft.case.contested = true;
    let left_us = before.facts.turn == Turn::Ours && !ours(snapshot);
    let round_is_unanswered = draft.case.round.responded_at.is_none() && draft.closed_round.is_none();
    if left_us && round_is_unanswered && !under_way(&draft.case) {
        draft.case.round.responded_at = Some(at);
        draft.raise(Attention::AnsweredElsewhere);
    }
}

fn move_deadline(draft: &mut Draft, before: &Case, snapshot: &Snapshot, now: DateTime<Utc>) {
    let old = if draft.closed_round.is_some() { None } else { before.round.deadline };
    match (old, snapshot.deadline) {
        (None, None) => {}
        (old, Some(new)) => {
            if old.is_some_and(|o| new.at < o.at) {
                draft.raise(Attention::DeadlineMovedEarlier);
            }
            if old.is_none_or(|o| o.at != new.at) {
                draft.note("deadline_set", json!({ "from": old.map(|o| o.at), "to": new.at, "source": new.source }));
                draft.case.next_step = Some(first_step(new.at, now));
                draft.clear(Attention::DeadlineNear);
            }
            draft.case.round.deadline = Some(new);
        }
        (Some(_), None) => {
            // No clock runs for us any more; what it was stays on the round for the record.
            draft.case.next_step = None;
            draft.clear(Attention::DeadlineNear);
        }
    }
    if draft.case.round.deadline.is_some() && snapshot.deadline.is_none() {
        draft.case.next_step = None;
    }
}

fn close_or_open(draft: &mut Draft, before: &Case, snapshot: &Snapshot) {
    draft.case.outcome = snapshot.outcome;
    draft.case.round.outcome = snapshot.outcome;
    if is_closed(snapshot) {
        draft.case.next_step = None;
        if draft.case.closed_at.is_none() {
            draft.case.closed_at = Some(snapshot.facts.updated_at);
            draft.note("closed", json!({ "outcome": snapshot.outcome }));
        }
        if !under_way(&draft.case) {
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
