//! A response on its way: prepared, taken back, moved, sent, and what came of it.

use chrono::{DateTime, Utc};
use serde_json::json;

use super::observe::as_conceded;
use super::{Case, Draft, Effect, Refusal};
use crate::attention::Attention;
use crate::id::SubmissionId;
use crate::words::{ActionKind, Stage, Turn, WorkState};

/// How a call, or the reading after it, ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SendResult {
    /// The call ended; read back from `confirm_at` on. `known` is false where no answer came.
    Unconfirmed {
        /// Whether the platform answered that it took the response.
        known: bool,
        /// Names of files that it did not take with the response.
        left_out: Vec<String>,
        /// When to read.
        confirm_at: DateTime<Utc>,
    },
    /// Certainly not handled: back to prepared, try again at this time.
    NotSent {
        /// When.
        again_at: DateTime<Utc>,
        /// Why.
        why: String,
    },
    /// The platform keeps it unsent and sends it by itself at the deadline: read again at `check_at`.
    Held {
        /// When to read.
        check_at: DateTime<Utc>,
    },
    /// The platform shows it.
    Confirmed {
        /// What it was.
        action: ActionKind,
        /// Whether it gives the claim up ([`crate::response::Response::concedes`]).
        concedes: bool,
    },
    /// The platform refused it and took nothing.
    Refused {
        /// Why, with the platform's code.
        why: String,
    },
    /// Nobody can tell by reading, or somebody else answered.
    NeedsPerson {
        /// Why.
        why: String,
        /// Which flag.
        attention: Attention,
    },
}

fn guard_action(case: &Case, action: ActionKind, now: DateTime<Utc>) -> Result<(), Refusal> {
    if let Some(deadline) = case.round.deadline
        && case.facts.turn == Turn::Ours
        && action.answers_the_request()
        && deadline.source != crate::words::DeadlineSource::Estimated
        && now >= deadline.at
    {
        return Err(Refusal::DeadlinePassed { at: deadline.at });
    }
    if !case.facts.allowed_actions.contains(&action) {
        return Err(Refusal::ActionNotAllowed {
            action,
            allowed: case.facts.allowed_actions.iter().copied().collect(),
            turn: case.facts.turn,
            status: case.facts.platform_status.clone().unwrap_or_default(),
        });
    }
    Ok(())
}

fn guard_time(case: &Case, send_at: DateTime<Utc>) -> Result<(), Refusal> {
    match case.round.deadline {
        Some(deadline) if case.facts.turn == Turn::Ours && send_at >= deadline.at => Err(Refusal::TooLate {
            send_at,
            at: deadline.at,
        }),
        _ => Ok(()),
    }
}

pub(super) fn prepare(
    draft: &mut Draft,
    submission: SubmissionId,
    action: ActionKind,
    send_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(), Refusal> {
    if let Some(pending) = draft.case.pending {
        return Err(Refusal::AlreadyPending {
            submission: pending,
            state: draft.case.work_state,
        });
    }
    if draft.case.attention.contains(&Attention::ResponseUnconfirmed) {
        return Err(Refusal::Unsettled);
    }
    guard_action(&draft.case, action, now)?;
    if send_at > now {
        guard_time(&draft.case, send_at)?;
    }
    draft.case.pending = Some(submission);
    draft.case.work_state = WorkState::ReadyToSend;
    draft.clear(Attention::ResponseDropped);
    draft.note(
        "response_prepared",
        json!({ "submission": submission, "action": action, "send_at": send_at }),
    );
    draft.effects.push(Effect::Send {
        submission,
        at: send_at,
    });
    Ok(())
}

pub(super) fn cancel(draft: &mut Draft, why: &str) -> Result<(), Refusal> {
    match (draft.case.work_state, draft.case.pending) {
        (WorkState::ReadyToSend, Some(submission)) => {
            draft.case.pending = None;
            draft.case.work_state = settle(&draft.case, WorkState::Drafting);
            draft.note(
                "response_cancelled",
                json!({ "submission": submission, "why": why }),
            );
            draft.effects.push(Effect::CancelSubmission {
                submission,
                why: why.to_owned(),
            });
            Ok(())
        }
        (WorkState::Sending | WorkState::SentUnconfirmed | WorkState::Held, _) => Err(Refusal::UnderWay),
        (state, _) => Err(Refusal::NotPending {
            expected: "prepared",
            state,
        }),
    }
}

pub(super) fn reschedule(draft: &mut Draft, send_at: DateTime<Utc>) -> Result<(), Refusal> {
    let (WorkState::ReadyToSend, Some(submission)) = (draft.case.work_state, draft.case.pending) else {
        return Err(Refusal::NotPending {
            expected: "prepared",
            state: draft.case.work_state,
        });
    };
    guard_time(&draft.case, send_at)?;
    draft.note(
        "response_rescheduled",
        json!({ "submission": submission, "send_at": send_at }),
    );
    draft.effects.push(Effect::Send {
        submission,
        at: send_at,
    });
    Ok(())
}

pub(super) fn begin(draft: &mut Draft, submission: SubmissionId, now: DateTime<Utc>) -> Result<(), Refusal> {
    let state = draft.case.work_state;
    if draft.case.pending != Some(submission) || state != WorkState::ReadyToSend {
        return Err(Refusal::NotPending {
            expected: "prepared",
            state,
        });
    }
    draft.case.work_state = WorkState::Sending;
    draft.note("sending", json!({ "submission": submission, "at": now }));
    Ok(())
}

pub(super) fn sent(
    draft: &mut Draft,
    submission: SubmissionId,
    result: SendResult,
    now: DateTime<Utc>,
) -> Result<(), Refusal> {
    let state = draft.case.work_state;
    let expected = matches!(
        state,
        WorkState::ReadyToSend | WorkState::Sending | WorkState::SentUnconfirmed | WorkState::Held
    );
    if draft.case.pending != Some(submission) || !expected {
        return Err(Refusal::NotPending {
            expected: "under way",
            state,
        });
    }
    match result {
        SendResult::Unconfirmed {
            known,
            left_out,
            confirm_at,
        } => {
            draft.case.work_state = WorkState::SentUnconfirmed;
            draft.note(
                "sent_unconfirmed",
                json!({ "submission": submission, "platform_answered": known }),
            );
            if !left_out.is_empty() {
                draft.note(
                    "files_left_out",
                    json!({ "submission": submission, "files": left_out }),
                );
                draft.raise(Attention::FilesLeftOut);
            }
            if !known {
                draft.raise(Attention::ResponseUnconfirmed);
            }
            draft.effects.push(Effect::Confirm {
                submission,
                at: confirm_at,
            });
        }
        SendResult::Held { check_at } => {
            draft.case.work_state = WorkState::Held;
            draft.note("held_by_platform", json!({ "submission": submission }));
            draft.clear(Attention::ResponseUnconfirmed);
            draft.raise(Attention::SavedNotSent);
            draft.effects.push(Effect::Confirm {
                submission,
                at: check_at,
            });
        }
        SendResult::NotSent { again_at, why } => {
            draft.clear(Attention::SavedNotSent);
            draft.case.work_state = WorkState::ReadyToSend;
            draft.clear(Attention::ResponseUnconfirmed);
            draft.note(
                "not_sent",
                json!({ "submission": submission, "why": why, "again_at": again_at }),
            );
            draft.effects.push(Effect::Send {
                submission,
                at: again_at,
            });
        }
        SendResult::Confirmed { action, concedes } => confirmed(draft, submission, (action, concedes), now),
        SendResult::Refused { why } => {
            draft.case.pending = None;
            draft.case.work_state = settle(&draft.case, WorkState::Drafting);
            draft.note(
                "response_refused",
                json!({ "submission": submission, "why": why }),
            );
            draft.clear(Attention::ResponseUnconfirmed);
            draft.clear(Attention::SavedNotSent);
            draft.raise(Attention::ResponseRefused);
        }
        SendResult::NeedsPerson { why, attention } => {
            draft.case.pending = None;
            draft.case.work_state = settle(&draft.case, WorkState::Triage);
            draft.note("needs_person", json!({ "submission": submission, "why": why }));
            draft.clear(Attention::SavedNotSent);
            draft.raise(attention);
        }
    }
    Ok(())
}

fn confirmed(
    draft: &mut Draft,
    submission: SubmissionId,
    (action, concedes): (ActionKind, bool),
    now: DateTime<Utc>,
) {
    draft.case.pending = None;
    draft.case.work_state = settle(&draft.case, WorkState::Triage);
    draft.note("confirmed", json!({ "submission": submission }));
    let answers = action.answers_the_request() && draft.case.facts.turn != Turn::Ours;
    if answers && draft.case.round.responded_at.is_none() {
        draft.case.round.responded_at = Some(now);
    }
    // Where evidence was weighed before (Klarna's preliminary loss, a win that is contested again), giving in is the loss
    // of that contest: leaving it out of the win rate would flatter (`domain.md` D4).
    let weighed =
        draft.case.contested && matches!(draft.case.facts.stage, Stage::PreArbitration | Stage::Arbitration);
    if concedes && !weighed {
        draft.case.conceded = true;
        draft.case.outcome = draft.case.outcome.map(|o| as_conceded(o, true));
        draft.case.round.outcome = draft.case.round.outcome.map(|o| as_conceded(o, true));
    }
    if draft.case.facts.turn != Turn::Ours {
        draft.case.next_step = None;
        draft.clear(Attention::DeadlineNear);
    }
    draft.clear(Attention::ResponseUnconfirmed);
    draft.clear(Attention::ResponseRefused);
    draft.clear(Attention::SavedNotSent);
}

/// Where a case goes when nothing is under way any more.
pub(super) fn settle(case: &Case, open_state: WorkState) -> WorkState {
    match case.facts.turn {
        Turn::Nobody => WorkState::Closed,
        Turn::Ours => open_state,
        Turn::Buyer | Turn::Platform => WorkState::AwaitingDecision,
    }
}
