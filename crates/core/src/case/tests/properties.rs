//! What holds after any sequence of events.

use proptest::prelude::*;
use proptest::sample::select;

use super::support::*;
use crate::attention::Attention;
use crate::case::{Case, Command, DraftStep, Event, SendResult, apply};
use crate::deadline::Deadline;
use crate::id::{DraftId, RequestId, RoundId};
use crate::snapshot::Snapshot;
use crate::words::{ActionKind, DeadlineSource, Outcome, Precision, Reason, Stage, Turn, WorkState};

fn snapshots() -> impl Strategy<Value = Snapshot> {
    let facts = (
        select(Turn::ALL),
        select(Stage::ALL),
        select(Reason::ALL),
        0..400i64,
    );
    let deadline = proptest::option::of((0..500i64, select(DeadlineSource::ALL)));
    let rest = (
        proptest::option::of(select(Outcome::ALL)),
        proptest::collection::vec(proptest::option::of(0..400i64), 0..3),
        proptest::collection::btree_set(select(Attention::ALL), 0..3),
        proptest::collection::btree_set(select(ActionKind::ALL), 0..8),
    );
    (facts, deadline, rest).prop_map(
        |((turn, stage, reason, updated), deadline, (outcome, answers, attention, allowed))| {
            let mut seen = later(turn, updated);
            seen.facts.stage = stage;
            // Most readings keep the reason: a change opens a round, and rounds that end at once test little.
            seen.facts.reason = if updated % 5 == 0 {
                reason
            } else {
                Reason::NotReceived
            };
            seen.facts.allowed_actions = allowed;
            seen.deadline = deadline.map(|(h, source)| Deadline {
                at: at(h),
                source,
                precision: Precision::Instant,
            });
            seen.outcome = outcome;
            seen.answers = answers
                .into_iter()
                .map(|h| crate::snapshot::SeenAnswer {
                    at: h.map(at),
                    ..answer(0)
                })
                .collect();
            seen.attention = attention;
            seen
        },
    )
}

fn results() -> impl Strategy<Value = SendResult> {
    let why = || "because".to_owned();
    prop_oneof![
        any::<bool>().prop_map(|known| SendResult::Unconfirmed {
            known,
            left_out: if known {
                Vec::new()
            } else {
                vec!["a.pdf".to_owned()]
            },
            confirm_at: at(90)
        }),
        Just(SendResult::NotSent {
            again_at: at(90),
            why: why()
        }),
        Just(CONFIRMED),
        Just(SendResult::Refused { why: why() }),
        select(Attention::ALL).prop_map(move |attention| SendResult::NeedsPerson {
            why: why(),
            attention
        }),
    ]
}

fn drafts() -> impl Strategy<Value = DraftStep> {
    let draft = DraftId(uuid::Uuid::nil());
    prop_oneof![
        (any::<bool>(), select(ActionKind::ALL)).prop_map(move |(ours, action)| DraftStep::Saved {
            draft,
            version: 1,
            action,
            withdraws: ours.then_some(OURS),
        }),
        Just(DraftStep::Discarded { draft }),
        Just(DraftStep::ReviewAsked { draft, version: 1 }),
        Just(DraftStep::Returned {
            draft,
            version: 1,
            note: "shorter".to_owned(),
        }),
        Just(DraftStep::Approved { draft, version: 1 }),
        any::<bool>().prop_map(|in_review| DraftStep::GoesOn { in_review }),
    ]
}

fn commands() -> impl Strategy<Value = Command> {
    let id = || prop_oneof![9 => Just(OURS), 1 => Just(OTHER)];
    prop_oneof![
        proptest::option::of("[a-c]").prop_map(Command::Assign),
        "[ a]{0,2}".prop_map(Command::Note),
        select(Attention::ALL).prop_map(Command::ClearAttention),
        (id(), select(ActionKind::ALL), 0..500i64).prop_map(|(submission, action, h)| Command::Prepare {
            submission,
            action,
            send_at: at(h)
        }),
        Just(Command::Cancel { why: String::new() }),
        (0..500i64).prop_map(|h| Command::Reschedule { send_at: at(h) }),
        id().prop_map(|submission| Command::BeginSending { submission }),
        (id(), results()).prop_map(|(submission, result)| Command::Sent { submission, result }),
        Just(Command::Ladder),
        select(Attention::ALL).prop_map(Command::Flag),
        (0..500i64).prop_map(|h| Command::AskClient {
            request: RequestId(uuid::Uuid::nil()),
            due: at(h)
        }),
        any::<bool>().prop_map(|others_open| Command::ClientAnswered {
            request: RequestId(uuid::Uuid::nil()),
            others_open
        }),
        drafts().prop_map(Command::Draft),
        Just(Command::JobDied {
            kind: "sync".to_owned(),
            why: "gone".to_owned()
        }),
    ]
}

fn events() -> impl Strategy<Value = Vec<(Event, i64)>> {
    let observed = snapshots().prop_map(|s| Event::Observed {
        snapshot: Box::new(s),
        next_round: RoundId(uuid::Uuid::nil()),
    });
    let event = prop_oneof![2 => observed.boxed(), 3 => commands().prop_map(Event::Command).boxed()];
    proptest::collection::vec((event, 0..30i64), 0..40)
}

fn check(case: &Case) -> Result<(), TestCaseError> {
    let with_response = matches!(
        case.work_state,
        WorkState::ReadyToSend | WorkState::Sending | WorkState::SentUnconfirmed
    );
    prop_assert_eq!(
        case.pending.is_some(),
        with_response,
        "pending in {}",
        case.work_state
    );
    let closed = case.facts.turn == Turn::Nobody;
    prop_assert_eq!(case.closed_at.is_some(), closed, "closed_at");
    prop_assert_eq!(
        case.outcome.is_some(),
        closed,
        "an open case has no result, a closed one has"
    );
    if case.work_state == WorkState::Closed {
        prop_assert!(closed, "closed while it is somebody's turn");
    } else if closed {
        prop_assert!(with_response, "{} on a closed dispute", case.work_state);
    }
    if case.next_step.is_some() {
        let deadline = case.round.deadline;
        prop_assert!(deadline.is_some() && !closed, "a ladder without a deadline");
    }
    prop_assert!(case.round.number >= 1 && case.round.closed_at.is_none());
    Ok(())
}

fn follow(before: &Case, event: Event, hours: i64) -> Result<Case, TestCaseError> {
    let observed = match &event {
        Event::Observed { snapshot, .. } => Some(snapshot.clone()),
        Event::Command(_) => None,
    };
    let after = match apply(before, event, at(hours)) {
        Ok(after) => after,
        Err(refusal) => {
            prop_assert!(observed.is_none(), "a reading was refused: {refusal}");
            prop_assert!(!refusal.to_string().is_empty());
            return Ok(before.clone());
        }
    };
    let case = after.case;
    prop_assert_eq!(case.version, before.version + 1);
    if after.history.is_empty() {
        prop_assert_eq!(
            &Case {
                version: before.version,
                ..case.clone()
            },
            before,
            "a change without a line of history"
        );
        prop_assert!(after.effects.is_empty(), "an effect without a line of history");
    }
    match after.closed_round {
        Some(closed) => {
            prop_assert_eq!(closed.number + 1, case.round.number);
            prop_assert_eq!(closed.closed_at, Some(at(hours)));
        }
        None => prop_assert_eq!(before.round.number, case.round.number),
    }
    if let Some(seen) = observed {
        prop_assert_eq!(&case.facts, &seen.facts);
        if seen.deadline.is_none() && seen.facts.turn != Turn::Ours {
            prop_assert_eq!(case.next_step, None, "no deadline runs for us");
        }
        // Our turn with a deadline ahead is never without its ladder.
        if let Some(d) = case
            .round
            .deadline
            .filter(|d| seen.facts.turn == Turn::Ours && d.at > at(hours))
        {
            prop_assert!(case.next_step.is_some_and(|s| s.at <= d.at), "the ladder is lost");
        }
        // Our turn without any deadline always calls a person when it begins.
        if case.facts.turn == Turn::Ours && before.facts.turn != Turn::Ours && case.round.deadline.is_none() {
            prop_assert!(case.attention.contains(&Attention::NoDeadline));
        }
        let under_way = matches!(before.work_state, WorkState::Sending | WorkState::SentUnconfirmed);
        if under_way {
            prop_assert_eq!(case.work_state, before.work_state);
        }
    }
    check(&case)?;
    Ok(case)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn any_sequence_of_events_keeps_the_promises(first in snapshots(), events in events()) {
        let opened = opened(&first);
        prop_assert!(!opened.history.is_empty());
        let mut case = opened.case;
        prop_assert_eq!(case.version, 1);
        check(&case)?;
        let mut hours = 1;
        for (event, later) in events {
            hours += later;
            case = follow(&case, event, hours)?;
        }
    }
}
