//! What people and workers want, guarded.

use std::fmt;

use chrono::{DateTime, Utc};
use serde_json::json;

use super::drafting::{DraftStep, drafting};
use super::evidence::{EvidenceStep, evidence};
use super::sending::{SendResult, begin, cancel, prepare, reschedule, sent};
use super::{Case, Draft, Effect, Transition};
use crate::attention::Attention;
use crate::deadline::{LADDER, MISSED, RED, Step, first_step, next_step};
use crate::id::{IncidentId, RequestId, SubmissionId};
use crate::incident::Cause;
use crate::request::RequestState;
use crate::sentence;
use crate::sentence::{Part, Sentence};
use crate::words::{ActionKind, DeadlineSource, Turn, WorkState};

/// A wish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Give the case to someone, or to nobody.
    Assign(Option<String>),
    /// Write a note.
    Note(String),
    /// A person has looked.
    ClearAttention(Attention),
    /// Evidence was brought, taken off or found not to apply.
    Evidence(EvidenceStep),
    /// A draft was saved, checked or given up.
    Draft(DraftStep),
    /// A response is complete and will be sent at `send_at`.
    Prepare {
        /// Its id.
        submission: SubmissionId,
        /// What it is.
        action: ActionKind,
        /// Not before.
        send_at: DateTime<Utc>,
    },
    /// Do not send what was prepared.
    Cancel {
        /// Why.
        why: String,
    },
    /// Send what was prepared at another time.
    Reschedule {
        /// Not before.
        send_at: DateTime<Utc>,
    },
    /// A worker is about to call the platform.
    BeginSending {
        /// Which response.
        submission: SubmissionId,
    },
    /// The call or the reading after it ended so.
    Sent {
        /// Which response.
        submission: SubmissionId,
        /// How.
        result: SendResult,
    },
    /// A rung of the ladder is due.
    Ladder,
    /// Background work found that a person must look.
    Flag(Attention),
    /// A background job for this case gave up.
    JobDied {
        /// Its kind.
        kind: String,
        /// Its last error.
        why: String,
    },
    /// The client is asked something.
    AskClient {
        /// The question's id.
        request: RequestId,
        /// When the answer is due.
        due: DateTime<Utc>,
    },
    /// The client answered.
    ClientAnswered {
        /// The question's id.
        request: RequestId,
        /// Whether other questions are still open.
        others_open: bool,
    },
    /// A question was withdrawn or lapsed.
    RequestEnded {
        /// The question's id.
        request: RequestId,
        /// What became of it.
        state: RequestState,
        /// Whether other questions are still open.
        others_open: bool,
    },
    /// A person says what a missed deadline is put down to.
    SetMissCause {
        /// Which miss.
        incident: IncidentId,
        /// The cause.
        cause: Cause,
        /// Why, in words.
        note: String,
    },
}

/// Why a command was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The platform offers no such action now.
    ActionNotAllowed {
        /// What was wanted.
        action: ActionKind,
        /// What is allowed.
        allowed: Vec<ActionKind>,
        /// Whose turn it is.
        turn: Turn,
        /// The platform's status.
        status: String,
    },
    /// Too late.
    DeadlinePassed {
        /// When.
        at: DateTime<Utc>,
    },
    /// It would be sent too late.
    TooLate {
        /// The wish.
        send_at: DateTime<Utc>,
        /// The deadline.
        at: DateTime<Utc>,
    },
    /// One response at a time.
    AlreadyPending {
        /// Which.
        submission: SubmissionId,
        /// Its state.
        state: WorkState,
    },
    /// There is none, or another one.
    NotPending {
        /// What was expected.
        expected: &'static str,
        /// What is.
        state: WorkState,
    },
    /// The one before may be at the platform.
    Unsettled,
    /// It may already be at the platform.
    UnderWay,
    /// Nothing to do.
    Pointless(Sentence),
}

impl Refusal {
    /// It in words.
    pub fn sentence(&self) -> Sentence {
        match self {
            Self::ActionNotAllowed {
                action,
                allowed,
                turn,
                status,
            } if allowed.is_empty() => sentence!(
                "`{action}` is not allowed now: the platform offers no action at all; turn: {turn}, status: {status}",
                action = *action,
                turn = *turn,
                status
            ),
            Self::ActionNotAllowed {
                action,
                allowed,
                turn,
                status,
            } => sentence!(
                "`{action}` is not allowed now: the platform offers {allowed}; turn: {turn}, status: {status}",
                action = *action,
                allowed = allowed.iter().copied().collect::<Part>(),
                turn = *turn,
                status
            ),
            Self::DeadlinePassed { at } => sentence!(
                "the deadline passed at {at}; read the dispute again (docket sync) and see whether an appeal is open",
                at = *at
            ),
            Self::TooLate { send_at, at } => sentence!(
                "{send_at} is not before the deadline {at}; choose an earlier time",
                send_at = *send_at,
                at = *at
            ),
            Self::AlreadyPending { submission, state } => sentence!(
                "response {submission} is already {state} for this case; wait for it or cancel it (docket respond cancel)",
                submission = submission.to_string(),
                state = *state
            ),
            Self::NotPending { expected, state } => sentence!(
                "no such response is {expected} for this case (it is {state})",
                expected = Part::Word((*expected).into()),
                state = *state
            ),
            Self::Unsettled => sentence!(
                "it is not known whether the platform has the response before; look there, take the flag off (docket case clear \
                 CASE response_unconfirmed), then prepare again"
            ),
            Self::UnderWay => sentence!(
                "the response may already be at the platform and cannot be taken back; wait for the reading that settles it"
            ),
            Self::Pointless(why) => why.clone(),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.sentence().fmt(f)
    }
}

impl std::error::Error for Refusal {}

pub(super) fn command(case: &Case, command: Command, now: DateTime<Utc>) -> Result<Transition, Refusal> {
    let mut draft = Draft::of(case);
    match command {
        Command::Assign(who) => {
            draft.note("assigned", json!({ "from": draft.case.assignee, "to": who }));
            if draft.case.work_state == WorkState::New {
                draft.case.work_state = WorkState::Triage;
            }
            draft.case.assignee = who;
        }
        Command::Note(text) => {
            if text.trim().is_empty() {
                return Err(Refusal::Pointless(sentence!(
                    "an empty note says nothing; write some text"
                )));
            }
            draft.note("note", json!({ "text": text }));
        }
        Command::Evidence(step) => evidence(&mut draft, &step)?,
        Command::Draft(step) => drafting(&mut draft, step)?,
        Command::ClearAttention(attention) => {
            if !draft.case.attention.contains(&attention) {
                return Err(Refusal::Pointless(sentence!("the case does not carry this flag")));
            }
            draft.clear(attention);
        }
        Command::Prepare {
            submission,
            action,
            send_at,
        } => prepare(&mut draft, submission, action, send_at, now)?,
        Command::Cancel { why } => cancel(&mut draft, &why)?,
        Command::Reschedule { send_at } => reschedule(&mut draft, send_at)?,
        Command::BeginSending { submission } => begin(&mut draft, submission, now)?,
        Command::Sent { submission, result } => sent(&mut draft, submission, result, now)?,
        Command::Ladder => ladder(&mut draft, now)?,
        Command::Flag(attention) => draft.raise(attention),
        Command::JobDied { kind, why } => {
            draft.note("job_died", json!({ "job": kind, "why": why }));
            draft.raise(Attention::DeadJob);
        }
        Command::AskClient { request, due } => ask_client(&mut draft, request, due)?,
        Command::ClientAnswered { request, others_open } => {
            draft.note("client_answered", json!({ "request": request }));
            no_longer_waits(&mut draft, others_open);
        }
        Command::RequestEnded {
            request,
            state,
            others_open,
        } => {
            draft.note("request_ended", json!({ "request": request, "state": state }));
            no_longer_waits(&mut draft, others_open);
        }
        Command::SetMissCause {
            incident,
            cause,
            note,
        } => {
            if note.trim().is_empty() {
                return Err(Refusal::Pointless(sentence!(
                    "say why, with --note: the cause is counted"
                )));
            }
            draft.note(
                "miss_cause_set",
                json!({ "incident": incident, "cause": cause, "note": note }),
            );
        }
    }
    Ok(draft.done())
}

fn ask_client(draft: &mut Draft, request: RequestId, due: DateTime<Utc>) -> Result<(), Refusal> {
    if draft.case.facts.turn == Turn::Nobody {
        return Err(Refusal::Pointless(sentence!(
            "the dispute is closed: an answer of the client would change nothing"
        )));
    }
    draft.note("client_asked", json!({ "request": request, "due": due }));
    // A response that is prepared or under way goes on; only our own writing waits.
    if matches!(
        draft.case.work_state,
        WorkState::New | WorkState::Triage | WorkState::Drafting | WorkState::InReview
    ) {
        draft.case.work_state = WorkState::WaitingOnClient;
    }
    Ok(())
}

fn no_longer_waits(draft: &mut Draft, others_open: bool) {
    if draft.case.work_state == WorkState::WaitingOnClient && !others_open {
        draft.case.work_state = WorkState::Drafting;
    }
}

fn ladder(draft: &mut Draft, now: DateTime<Utc>) -> Result<(), Refusal> {
    let due = draft.case.next_step.filter(|s| s.at <= now);
    let (Some(step), Some(deadline)) = (due, draft.case.round.deadline) else {
        return Err(Refusal::Pointless(sentence!("no rung of the ladder is due")));
    };
    // Rungs that passed meanwhile collapse: a worker that was down acts on the most urgent one at once.
    let step = Step {
        rung: step.rung.max(first_step(deadline.at, now).rung).min(MISSED),
        ..step
    };
    let rung = LADDER[usize::from(step.rung)];
    draft.note(
        "ladder",
        json!({ "hours": rung.hours, "expects": rung.expects, "deadline": deadline.at }),
    );
    let reached = Effect::Rung {
        rung: step.rung,
        deadline: deadline.at,
    };
    if step.rung < MISSED {
        if step.rung >= RED {
            draft.raise(Attention::DeadlineNear);
        }
        draft.effects.push(reached);
    } else {
        draft.clear(Attention::DeadlineNear);
        // What the platform holds, it sends now by itself; until a reading proves it, nobody knows that it did.
        if draft.case.work_state == WorkState::Held {
            draft.raise(Attention::ResponseUnconfirmed);
            draft.effects.push(reached);
        } else if deadline.source == DeadlineSource::Estimated {
            // The platform never named it: nobody knows that anything was missed, and a person looks it up.
            draft.raise(Attention::DeadlineMissed);
            draft.effects.push(reached);
        } else {
            draft.raise(Attention::DeadlineMissed);
            draft.effects.push(Effect::Missed {
                deadline: deadline.at,
            });
        }
    }
    draft.case.next_step = next_step(deadline.at, step.rung, now);
    Ok(())
}
