//! The case machine: every change of a case is an [`Event`] given to [`apply`] (or [`open`] for the first one).
//!
//! What the platform says ([`Event::Observed`]) is never refused. What a person or a worker wants
//! ([`Event::Command`]) is guarded; the [`Refusal`] says why in words that a page can print.

mod answer;
mod answers;
mod clock;
mod command;
mod drafting;
mod evidence;
mod observe;
mod round;
mod sending;

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde_json::Value;

pub use answer::Answer;
pub use command::{Command, Refusal};
pub use drafting::DraftStep;
pub use evidence::EvidenceStep;
pub use round::Round;
pub use sending::SendResult;

use crate::attention::Attention;
use crate::deadline::Step;
use crate::id::{CaseId, ClientId, ConnectionId, DisputeRef, RoundId, SubmissionId};
use crate::snapshot::{Facts, Inspection, Snapshot};
use crate::words::{Outcome, Platform, Turn, WorkState};

/// One dispute of one connection, as we hold it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// Our id.
    pub id: CaseId,
    /// Whose case it is.
    pub client: ClientId,
    /// The account it came from.
    pub connection: ConnectionId,
    /// The platform.
    pub platform: Platform,
    /// The platform's id.
    pub dispute: DisputeRef,
    /// Facts as last observed.
    pub facts: Facts,
    /// The current round.
    pub round: Round,
    /// Our progress.
    pub work_state: WorkState,
    /// The result; none while it is open.
    pub outcome: Option<Outcome>,
    /// When it was closed.
    pub closed_at: Option<DateTime<Utc>>,
    /// Whether the merchant's side ever sent an answer to a request (evidence, not talk).
    pub contested: bool,
    /// Whether a confirmed response of ours gave the claim up in this round: its end is then no loss.
    pub conceded: bool,
    /// Who works on it.
    pub assignee: Option<String>,
    /// Why a person must look.
    pub attention: BTreeSet<Attention>,
    /// The next rung of the deadline ladder.
    pub next_step: Option<Step>,
    /// The one response that is prepared or under way.
    pub pending: Option<SubmissionId>,
    /// Counts every change, for optimistic locking.
    pub version: i64,
}

impl Case {
    /// The printed form of the case's facts.
    pub fn inspection(&self) -> Inspection<'_> {
        // The round keeps the instant that ran last; printed is only one that runs.
        let deadline = self
            .round
            .deadline
            .filter(|_| self.facts.turn == Turn::Ours || self.next_step.is_some());
        Inspection::of(
            self.platform,
            &self.dispute,
            &self.facts,
            deadline,
            self.outcome,
            &self.attention,
        )
    }
}

/// Something that happens to a case.
#[derive(Debug, Clone)]
pub enum Event {
    /// The platform said this. `next_round` is the id for a round that it may open.
    Observed {
        /// What was read.
        snapshot: Box<Snapshot>,
        /// Id to use if a new round opens.
        next_round: RoundId,
    },
    /// Someone wants this.
    Command(Command),
}

/// A line for the append-only history.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// What happened: a stable word.
    pub kind: &'static str,
    /// Details without personal data.
    pub detail: Value,
}

/// What must be done besides storing the case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Send the prepared response when its time comes.
    Send {
        /// Which.
        submission: SubmissionId,
        /// Not before.
        at: DateTime<Utc>,
    },
    /// The deadline moved: what was planned by it is planned anew.
    Replan {
        /// Which.
        submission: SubmissionId,
        /// The deadline that it was planned by.
        from: DateTime<Utc>,
        /// The new deadline.
        to: DateTime<Utc>,
    },
    /// Read the dispute until the platform proves the response.
    Confirm {
        /// Which.
        submission: SubmissionId,
        /// Not before.
        at: DateTime<Utc>,
    },
    /// The prepared response will not be sent.
    CancelSubmission {
        /// Which.
        submission: SubmissionId,
        /// Why.
        why: String,
    },
    /// Tell people now.
    Alert(Attention),
    /// A rung of the ladder before this deadline was reached: alert once.
    Rung {
        /// Index into [`crate::deadline::LADDER`].
        rung: u8,
        /// The deadline.
        deadline: DateTime<Utc>,
    },
    /// This deadline passed without a confirmed response: alert once, and look for the cause.
    Missed {
        /// The deadline.
        deadline: DateTime<Utc>,
    },
}

/// The result of an event: the new case and everything that goes with it in one commit.
#[derive(Debug, Clone, PartialEq)]
pub struct Transition {
    /// The case after the event; its version is one higher.
    pub case: Case,
    /// The round that this event ended, if it opened another.
    pub closed_round: Option<Round>,
    /// History lines, in order.
    pub history: Vec<Entry>,
    /// What to do.
    pub effects: Vec<Effect>,
}

/// The first event of a case: the platform showed a dispute that we did not know.
pub fn open(
    ids: (CaseId, RoundId),
    client: ClientId,
    connection: ConnectionId,
    snapshot: &Snapshot,
    now: DateTime<Utc>,
) -> Transition {
    observe::open(ids, client, connection, snapshot, now)
}

/// Applies what the platform says; never refused.
pub fn observe(case: &Case, snapshot: &Snapshot, next_round: RoundId, now: DateTime<Utc>) -> Transition {
    observe::observed(case, snapshot, next_round, now)
}

/// Applies an event.
///
/// # Errors
/// Only a command can be refused.
pub fn apply(case: &Case, event: Event, now: DateTime<Utc>) -> Result<Transition, Refusal> {
    match event {
        Event::Observed { snapshot, next_round } => Ok(observe(case, &snapshot, next_round, now)),
        Event::Command(command) => command::command(case, command, now),
    }
}

impl Transition {
    /// Applies a command on top, as part of the same change: one version, one commit.
    ///
    /// # Errors
    /// When the command is refused.
    pub fn then(self, command: Command, now: DateTime<Utc>) -> Result<Self, Refusal> {
        let version = self.case.version;
        let next = command::command(&self.case, command, now)?;
        Ok(Self {
            case: Case { version, ..next.case },
            closed_round: self.closed_round.or(next.closed_round),
            history: [self.history, next.history].concat(),
            effects: [self.effects, next.effects].concat(),
        })
    }
}

/// A transition under construction.
struct Draft {
    case: Case,
    closed_round: Option<Round>,
    history: Vec<Entry>,
    effects: Vec<Effect>,
}

impl Draft {
    fn of(case: &Case) -> Self {
        let mut case = case.clone();
        case.version += 1;
        Self {
            case,
            closed_round: None,
            history: Vec::new(),
            effects: Vec::new(),
        }
    }

    fn note(&mut self, kind: &'static str, detail: Value) {
        self.history.push(Entry { kind, detail });
    }

    fn raise(&mut self, attention: Attention) {
        if self.case.attention.insert(attention) {
            self.note("attention_raised", serde_json::json!({ "attention": attention }));
            self.effects.push(Effect::Alert(attention));
        }
    }

    fn clear(&mut self, attention: Attention) {
        if self.case.attention.remove(&attention) {
            self.note("attention_cleared", serde_json::json!({ "attention": attention }));
        }
    }

    fn done(self) -> Transition {
        Transition {
            case: self.case,
            closed_round: self.closed_round,
            history: self.history,
            effects: self.effects,
        }
    }
}

#[cfg(test)]
mod tests;
