//! What people and workers want, guarded.

use chrono::{DateTime, Utc};
use serde_json::json;

use super::observe::as_conceded;
use super::{Case, Draft, Effect, Transition};
use crate::attention::Attention;
use crate::deadline::{LADDER, MISSED, RED, Step, first_step, next_step};
use crate::dossier::Goods;
use crate::evidence::EvidenceKind;
use crate::id::{EvidenceId, IncidentId, RequestId, SubmissionId};
use crate::incident::Cause;
use crate::request::RequestState;
use crate::words::{ActionKind, Stage, Turn, WorkState};

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

/// What was done with the evidence of a case; the history tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EvidenceStep {
    /// A piece was added.
    Added {
        /// Its id.
        id: EvidenceId,
        /// What it shows.
        kind: EvidenceKind,
        /// SHA-256 of its file, if it has one.
        sha256: Option<String>,
        /// Why the file may show what must not leave the house otherwise.
        sensitive: Option<String>,
    },
    /// A piece was taken off.
    Withdrawn {
        /// Its id.
        id: EvidenceId,
    },
    /// A kind does not apply.
    Skipped {
        /// Which.
        kind: EvidenceKind,
        /// Why.
        why: String,
    },
    /// A kind applies after all.
    Unskipped {
        /// Which.
        kind: EvidenceKind,
    },
    /// What kind of goods it is.
    Goods(Goods),
}

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

/// Why a command was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The platform offers no such action now.
    #[error("`{action}` is not allowed now: the platform offers {}; turn: {turn}, status: {status}", list(.allowed))]
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
    #[error("the deadline passed at {at} UTC; read the dispute again (docket sync) and see whether an appeal is open", at = .at.format("%Y-%m-%d %H:%M"))]
    DeadlinePassed {
        /// When.
        at: DateTime<Utc>,
    },
    /// It would be sent too late.
    #[error("{send_at} UTC is not before the deadline {at} UTC; choose an earlier time", send_at = .send_at.format("%Y-%m-%d %H:%M"), at = .at.format("%Y-%m-%d %H:%M"))]
    TooLate {
        /// The wish.
        send_at: DateTime<Utc>,
        /// The deadline.
        at: DateTime<Utc>,
    },
    /// One response at a time.
    #[error(
        "response {submission} is already {state} for this case; wait for it or cancel it (docket respond cancel)"
    )]
    AlreadyPending {
        /// Which.
        submission: SubmissionId,
        /// Its state.
        state: WorkState,
    },
    /// There is none, or another one.
    #[error("no such response is {expected} for this case (it is {state})")]
    NotPending {
        /// What was expected.
        expected: &'static str,
        /// What is.
        state: WorkState,
    },
    /// The one before may be at the platform.
    #[error(
        "it is not known whether the platform has the response before; look there, take the flag off (docket case clear CASE response_unconfirmed), then prepare again"
    )]
    Unsettled,
    /// It may already be at the platform.
    #[error(
        "the response may already be at the platform and cannot be taken back; wait for the reading that settles it"
    )]
    UnderWay,
    /// Nothing to do.
    #[error("{0}")]
    Pointless(&'static str),
}

fn list(actions: &[ActionKind]) -> String {
    if actions.is_empty() {
        return "no action at all".to_owned();
    }
    actions.iter().map(|a| a.as_str()).collect::<Vec<_>>().join(", ")
}

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
                return Err(Refusal::Pointless("an empty note says nothing; write some text"));
            }
            draft.note("note", json!({ "text": text }));
        }
        Command::Evidence(step) => evidence(&mut draft, &step)?,
        Command::ClearAttention(attention) => {
            if !draft.case.attention.contains(&attention) {
                return Err(Refusal::Pointless("the case does not carry this flag"));
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
                return Err(Refusal::Pointless("say why, with --note: the cause is counted"));
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
        return Err(Refusal::Pointless(
            "the dispute is closed: an answer of the client would change nothing",
        ));
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

fn prepare(
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

fn cancel(draft: &mut Draft, why: &str) -> Result<(), Refusal> {
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

fn reschedule(draft: &mut Draft, send_at: DateTime<Utc>) -> Result<(), Refusal> {
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

fn begin(draft: &mut Draft, submission: SubmissionId, now: DateTime<Utc>) -> Result<(), Refusal> {
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

fn sent(
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

fn evidence(draft: &mut Draft, step: &EvidenceStep) -> Result<(), Refusal> {
    match step {
        EvidenceStep::Added {
            id,
            kind,
            sha256,
            sensitive,
        } => draft.note(
            "evidence_added",
            json!({ "evidence": id, "kind": kind, "sha256": sha256, "sensitive_allowed": sensitive }),
        ),
        EvidenceStep::Withdrawn { id } => draft.note("evidence_withdrawn", json!({ "evidence": id })),
        EvidenceStep::Skipped { why, .. } if why.trim().is_empty() => {
            return Err(Refusal::Pointless("say why it does not apply"));
        }
        EvidenceStep::Skipped { kind, why } => {
            draft.note("evidence_not_applicable", json!({ "kind": kind, "why": why }));
        }
        EvidenceStep::Unskipped { kind } => draft.note("evidence_applies", json!({ "kind": kind })),
        EvidenceStep::Goods(goods) => draft.note("goods", json!({ "goods": goods })),
    }
    if matches!(draft.case.work_state, WorkState::New | WorkState::Triage)
        && draft.case.facts.turn == Turn::Ours
    {
        draft.case.work_state = WorkState::Drafting;
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
fn settle(case: &Case, open_state: WorkState) -> WorkState {
    match case.facts.turn {
        Turn::Nobody => WorkState::Closed,
        Turn::Ours => open_state,
        Turn::Buyer | Turn::Platform => WorkState::AwaitingDecision,
    }
}

fn ladder(draft: &mut Draft, now: DateTime<Utc>) -> Result<(), Refusal> {
    let due = draft.case.next_step.filter(|s| s.at <= now);
    let (Some(step), Some(deadline)) = (due, draft.case.round.deadline) else {
        return Err(Refusal::Pointless("no rung of the ladder is due"));
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
