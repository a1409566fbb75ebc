//! The whole machine as one table, kept as a reviewed snapshot.

mod row;

use std::fmt::Write;

use row::row;

use super::support::*;
use crate::attention::Attention;
use crate::case::{Case, Command, DraftStep, EvidenceStep, SendResult};
use crate::dossier::Goods;
use crate::id::{DraftId, IncidentId, RequestId, SubmissionId};
use crate::incident::Cause;
use crate::request::RequestState;
use crate::snapshot::Snapshot;
use crate::words::{ActionKind, DeadlineSource, Outcome, Stage, Turn, WorkState};

/// A case in a work state while it is that turn; none where the machine cannot come to it.
fn start(state: WorkState, turn: Turn) -> Option<Case> {
    let fresh = case(turn);
    let prepared = || run(&fresh, prepare(usual(turn)));
    Some(match state {
        WorkState::New | WorkState::AwaitingDecision | WorkState::Closed => fresh,
        WorkState::Triage => run(&fresh, Command::Assign(Some("ada".to_owned()))),
        WorkState::Drafting => run(
            &prepared(),
            Command::Cancel {
                why: "wrong".to_owned(),
            },
        ),
        WorkState::InReview => {
            let ask = DraftStep::ReviewAsked {
                draft: DRAFT,
                version: 1,
            };
            run(&run(&fresh, draft_saved(None)), drafted(ask))
        }
        WorkState::WaitingOnClient if turn == Turn::Ours => Case {
            work_state: state,
            ..fresh
        },
        WorkState::WaitingOnClient => return None,
        WorkState::ReadyToSend => prepared(),
        WorkState::Sending => sending(&fresh, usual(turn)),
        WorkState::SentUnconfirmed => run(&sending(&fresh, usual(turn)), sent(unknown())),
        WorkState::Held => run(
            &sending(&fresh, usual(turn)),
            sent(SendResult::Held { check_at: at(1) }),
        ),
    })
    .filter(|c| c.work_state == state)
}

fn commands(turn: Turn) -> Vec<(&'static str, Command)> {
    let person = |attention| SendResult::NeedsPerson {
        why: "unclear".to_owned(),
        attention,
    };
    let absent = match turn {
        Turn::Ours => ActionKind::Appeal,
        Turn::Buyer | Turn::Platform | Turn::Nobody => ActionKind::Contest,
    };
    vec![
        ("assign", Command::Assign(Some("bob".to_owned()))),
        ("note", Command::Note("called the client".to_owned())),
        ("empty note", Command::Note("  ".to_owned())),
        (
            "clear a flag it has not",
            Command::ClearAttention(Attention::Vanished),
        ),
        ("prepare", prepare(usual(turn))),
        ("prepare what is not offered", prepare(absent)),
        (
            "prepare for after the deadline",
            Command::Prepare {
                submission: OTHER,
                action: usual(turn),
                send_at: at(241),
            },
        ),
        (
            "cancel",
            Command::Cancel {
                why: "wrong".to_owned(),
            },
        ),
        ("reschedule", Command::Reschedule { send_at: at(100) }),
        (
            "reschedule to after the deadline",
            Command::Reschedule { send_at: at(240) },
        ),
        ("begin", Command::BeginSending { submission: OURS }),
        ("begin another", Command::BeginSending { submission: OTHER }),
        ("evidence", Command::Evidence(EvidenceStep::Goods(Goods::Digital))),
        (
            "sent: held by the platform",
            sent(SendResult::Held { check_at: at(80) }),
        ),
        (
            "sent: answered",
            sent(SendResult::Unconfirmed {
                known: true,
                left_out: Vec::new(),
                confirm_at: at(73),
            }),
        ),
        (
            "sent: answered, files left out",
            sent(SendResult::Unconfirmed {
                known: true,
                left_out: vec!["page.png".to_owned()],
                confirm_at: at(73),
            }),
        ),
        ("sent: no answer", sent(unknown())),
        (
            "sent: not handled",
            sent(SendResult::NotSent {
                again_at: at(73),
                why: "busy".to_owned(),
            }),
        ),
        ("sent: confirmed", sent(CONFIRMED)),
        (
            "sent: refused",
            sent(SendResult::Refused {
                why: "too late".to_owned(),
            }),
        ),
        ("sent: unclear", sent(person(Attention::ResponseUnconfirmed))),
        (
            "sent: answered elsewhere",
            sent(person(Attention::AnsweredElsewhere)),
        ),
        (
            "sent: another one confirmed",
            Command::Sent {
                submission: OTHER,
                result: CONFIRMED,
            },
        ),
        ("ladder not due", Command::Ladder),
        ("flag", Command::Flag(Attention::ContractChange)),
        (
            "job died",
            Command::JobDied {
                kind: "submit_response".to_owned(),
                why: "gone".to_owned(),
            },
        ),
        (
            "ask the client",
            Command::AskClient {
                request: RequestId(uuid::Uuid::nil()),
                due: at(24),
            },
        ),
        ("client answered", client_answered(false)),
        ("client answered, others open", client_answered(true)),
        (
            "question withdrawn",
            Command::RequestEnded {
                request: RequestId(uuid::Uuid::nil()),
                state: RequestState::Withdrawn,
                others_open: false,
            },
        ),
        ("draft saved", draft_saved(None)),
        ("draft changed after approval", draft_saved(Some(OURS))),
        ("draft discarded", drafted(DraftStep::Discarded { draft: DRAFT })),
        (
            "review asked",
            drafted(DraftStep::ReviewAsked {
                draft: DRAFT,
                version: 1,
            }),
        ),
        ("draft returned", returned("shorter, please")),
        ("draft returned without a note", returned(" ")),
        (
            "draft approved",
            drafted(DraftStep::Approved {
                draft: DRAFT,
                version: 1,
            }),
        ),
        (
            "allowed by a rule",
            drafted(DraftStep::ByRule {
                rule: "small amounts".to_owned(),
            }),
        ),
        ("draft goes on", drafted(DraftStep::GoesOn { in_review: false })),
        ("review goes on", drafted(DraftStep::GoesOn { in_review: true })),
        ("cause of a miss", miss_cause("the client was silent")),
        ("cause without a note", miss_cause(" ")),
    ]
}

const DRAFT: DraftId = DraftId(uuid::Uuid::from_u128(9));

const fn drafted(step: DraftStep) -> Command {
    Command::Draft(step)
}

fn draft_saved(withdraws: Option<SubmissionId>) -> Command {
    drafted(DraftStep::Saved {
        draft: DRAFT,
        version: 1,
        action: ActionKind::Contest,
        withdraws,
    })
}

fn returned(note: &str) -> Command {
    drafted(DraftStep::Returned {
        draft: DRAFT,
        version: 1,
        note: note.to_owned(),
    })
}

fn client_answered(others_open: bool) -> Command {
    Command::ClientAnswered {
        request: RequestId(uuid::Uuid::nil()),
        others_open,
    }
}

fn miss_cause(note: &str) -> Command {
    Command::SetMissCause {
        incident: IncidentId(uuid::Uuid::nil()),
        cause: Cause::Client,
        note: note.to_owned(),
    }
}

fn with(mut snapshot: Snapshot, change: impl FnOnce(&mut Snapshot)) -> Snapshot {
    change(&mut snapshot);
    snapshot
}

fn readings(turn: Turn) -> Vec<(&'static str, Snapshot)> {
    let open = if turn == Turn::Nobody { Turn::Ours } else { turn };
    let moved = |hours| with(later(open, 70), |s| s.deadline = due(hours));
    vec![
        ("seen: the same", snapshot(turn)),
        ("seen: our turn", later(Turn::Ours, 70)),
        ("seen: buyer's turn", later(Turn::Buyer, 70)),
        ("seen: platform's turn", later(Turn::Platform, 70)),
        (
            "seen: platform's turn, answered",
            answered(later(Turn::Platform, 70), 69),
        ),
        ("seen: our turn, answered", answered(later(Turn::Ours, 70), 69)),
        ("seen: lost", later(Turn::Nobody, 70)),
        (
            "seen: won, answered",
            with(answered(later(Turn::Nobody, 70), 69), |s| {
                s.outcome = Some(Outcome::Won)
            }),
        ),
        (
            "seen: lost without response",
            with(later(Turn::Nobody, 70), |s| {
                s.outcome = Some(Outcome::LostNoResponse)
            }),
        ),
        (
            "seen: closed without result",
            with(later(Turn::Nobody, 70), |s| s.outcome = None),
        ),
        (
            "seen: stage forward",
            with(later(open, 70), |s| s.facts.stage = Stage::PreArbitration),
        ),
        (
            "seen: stage back",
            with(later(open, 70), |s| s.facts.stage = Stage::Inquiry),
        ),
        ("seen: deadline earlier", moved(100)),
        ("seen: deadline earlier, gone by", moved(60)),
        ("seen: deadline later", moved(300)),
        (
            "seen: deadline gone",
            with(later(open, 70), |s| s.deadline = None),
        ),
        (
            "seen: deadline is an estimate",
            with(later(open, 70), |s| {
                s.deadline = due(240).map(|d| crate::deadline::Deadline {
                    source: DeadlineSource::Estimated,
                    ..d
                });
                s.attention.insert(Attention::NoDeadline);
            }),
        ),
        (
            "seen: unknown word",
            with(later(turn, 70), |s| {
                s.attention.insert(Attention::UnknownWord);
            }),
        ),
    ]
}

fn section(
    table: &mut String,
    title: &str,
    case: &Case,
    readings: Vec<(&'static str, Snapshot)>,
    turn: Turn,
) {
    let _ = writeln!(table, "\n## {title}");
    for (name, wish) in commands(turn) {
        let _ = writeln!(table, "{name:<34} {}", row(case, command(case, wish)));
    }
    for (name, seen) in readings {
        let _ = writeln!(table, "{name:<34} {}", row(case, Ok(observe(case, &seen))));
    }
}

#[test]
fn every_event_in_every_state_does_what_was_reviewed() {
    let mut table = String::new();
    for &turn in Turn::ALL {
        for &state in WorkState::ALL {
            if let Some(case) = start(state, turn) {
                section(
                    &mut table,
                    &format!("{state}, turn: {turn}"),
                    &case,
                    readings(turn),
                    turn,
                );
            }
        }
    }
    // Asked again after an answer: the answer is old, the request is new.
    let waiting = observe_at(
        &case(Turn::Ours),
        &answered(later(Turn::Platform, 60), 59),
        at(61),
    )
    .case;
    let again = vec![("seen: asked again", answered(later(Turn::Ours, 70), 59))];
    section(
        &mut table,
        "awaiting_decision after an answer, turn: platform",
        &waiting,
        again,
        Turn::Platform,
    );
    let lost = observe_at(&waiting, &answered(later(Turn::Nobody, 65), 59), at(66)).case;
    let reopened = vec![("seen: reopened", answered(later(Turn::Ours, 70), 59))];
    section(
        &mut table,
        "closed after an answer, turn: nobody",
        &lost,
        reopened,
        Turn::Nobody,
    );
    insta::assert_snapshot!("transitions", table.trim_start());
}
