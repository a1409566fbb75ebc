//! Cases and snapshots for the tests of the machine.

use std::collections::BTreeSet;

use chrono::{DateTime, Duration, Utc};
use uuid::Uuid;

use crate::attention::Attention;
use crate::case::{self, Case, Command, Event, Refusal, SendResult, Transition};
use crate::deadline::Deadline;
use crate::id::{CaseId, ClientId, ConnectionId, DisputeRef, RoundId, SubmissionId};
use crate::money::Money;
use crate::snapshot::{Facts, SeenAnswer, Snapshot};
use crate::words::{ActionKind, DeadlineSource, Outcome, Platform, Precision, Reason, Stage, Turn};

pub const OURS: SubmissionId = SubmissionId(Uuid::from_u128(7));
pub const OTHER: SubmissionId = SubmissionId(Uuid::from_u128(8));

/// Hours after the dispute was opened.
pub fn at(hours: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 0).unwrap() + Duration::hours(hours)
}

/// The instant of every event of the table: three days after the opening.
pub fn now() -> DateTime<Utc> {
    at(72)
}

pub fn due(hours: i64) -> Option<Deadline> {
    Some(Deadline {
        at: at(hours),
        source: DeadlineSource::Platform,
        precision: Precision::Instant,
    })
}

/// A claim that waits for `turn`, ten days before its deadline where it is ours.
pub fn snapshot(turn: Turn) -> Snapshot {
    let allowed: &[ActionKind] = match turn {
        Turn::Ours => &[ActionKind::Contest, ActionKind::Accept, ActionKind::Message],
        Turn::Buyer => &[ActionKind::Message],
        Turn::Platform => &[ActionKind::SupportingInfo],
        Turn::Nobody => &[ActionKind::Appeal],
    };
    Snapshot {
        platform: Platform::PAYPAL,
        dispute: DisputeRef("PP-D-1".to_owned()),
        facts: Facts {
            amount: Money::new(12_50, "EUR".parse().unwrap()),
            stage: Stage::Chargeback,
            platform_stage: Some("CHARGEBACK".to_owned()),
            platform_status: Some(turn.to_string()),
            channel: Some("INTERNAL".to_owned()),
            turn,
            reason: Reason::NotReceived,
            platform_reason: Some("MERCHANDISE_OR_SERVICE_NOT_RECEIVED".to_owned()),
            allowed_actions: allowed.iter().copied().collect(),
            order_refs: vec!["T-1".to_owned()],
            opened_at: at(0),
            updated_at: at(0),
        },
        deadline: due(240).filter(|_| turn == Turn::Ours),
        outcome: (turn == Turn::Nobody).then_some(Outcome::Lost),
        closed_at: None,
        saved: Vec::new(),
        answers: Vec::new(),
        factors: Vec::new(),
        attention: BTreeSet::new(),
    }
}

/// The same, changed at the platform so many hours after the opening.
pub fn later(turn: Turn, hours: i64) -> Snapshot {
    let mut next = snapshot(turn);
    next.facts.updated_at = at(hours);
    next
}

pub fn answer(hours: i64) -> SeenAnswer {
    SeenAnswer {
        action: ActionKind::Contest,
        at: Some(at(hours)),
        text: "delivered".to_owned(),
        references: Vec::new(),
        files: Vec::new(),
        amount: None,
    }
}

pub fn answered(mut snapshot: Snapshot, hours: i64) -> Snapshot {
    snapshot.answers.push(answer(hours));
    snapshot
}

pub fn opened(snapshot: &Snapshot) -> Transition {
    let ids = (CaseId(Uuid::from_u128(1)), RoundId(Uuid::from_u128(100)));
    case::open(
        ids,
        ClientId(Uuid::from_u128(2)),
        ConnectionId(Uuid::from_u128(3)),
        snapshot,
        at(1),
    )
}

pub fn case(turn: Turn) -> Case {
    opened(&snapshot(turn)).case
}

pub fn observe_at(case: &Case, snapshot: &Snapshot, when: DateTime<Utc>) -> Transition {
    let round = RoundId(Uuid::from_u128(100 + u128::try_from(case.round.number).unwrap()));
    case::observe(case, snapshot, round, when)
}

pub fn observe(case: &Case, snapshot: &Snapshot) -> Transition {
    observe_at(case, snapshot, now())
}

pub fn command_at(case: &Case, command: Command, when: DateTime<Utc>) -> Result<Transition, Refusal> {
    case::apply(case, Event::Command(command), when)
}

pub fn command(case: &Case, wish: Command) -> Result<Transition, Refusal> {
    command_at(case, wish, now())
}

pub fn run(case: &Case, wish: Command) -> Case {
    command(case, wish).unwrap().case
}

pub fn prepare(action: ActionKind) -> Command {
    Command::Prepare {
        submission: OURS,
        action,
        send_at: now(),
    }
}

pub fn sent(result: SendResult) -> Command {
    Command::Sent {
        submission: OURS,
        result,
    }
}

pub fn unknown() -> SendResult {
    SendResult::Unconfirmed {
        known: false,
        left_out: Vec::new(),
        confirm_at: at(73),
    }
}

/// A case with a response whose call was begun.
pub fn sending(case: &Case, action: ActionKind) -> Case {
    run(
        &run(case, prepare(action)),
        Command::BeginSending { submission: OURS },
    )
}

/// The action that makes sense while it is that turn.
pub const fn usual(turn: Turn) -> ActionKind {
    match turn {
        Turn::Ours => ActionKind::Contest,
        Turn::Buyer => ActionKind::Message,
        Turn::Platform => ActionKind::SupportingInfo,
        Turn::Nobody => ActionKind::Appeal,
    }
}

pub fn flags(attention: &BTreeSet<Attention>) -> String {
    attention
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(" ")
}

pub fn kinds(transition: &Transition) -> Vec<&'static str> {
    transition.history.iter().map(|e| e.kind).collect()
}

/// The platform shows an answer that contests.
pub const CONFIRMED: SendResult = SendResult::Confirmed {
    action: ActionKind::Contest,
    concedes: false,
};
