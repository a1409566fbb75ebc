//! Has the platform our response? Decided by reading, never by assuming.
//!
//! PayPal's dispute calls are not idempotent (`paypal.md` 8): a call whose answer is unknown may have been handled.
//! The only way on is to read the dispute again and compare what the merchant's side has answered before and after.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::response::{EvidenceItem, Response};
use crate::snapshot::{SeenAnswer, Snapshot};
use crate::words::{ActionKind, Outcome, Stage, Turn};

/// What the platform showed before a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Baseline {
    /// The platform's last change of the dispute.
    pub updated_at: DateTime<Utc>,
    /// Whose move it was.
    pub turn: Turn,
    /// The stage.
    pub stage: Stage,
    /// The outcome, if it was closed.
    pub outcome: Option<Outcome>,
    /// The answers of the merchant's side.
    pub answers: Vec<SeenAnswer>,
}

impl Baseline {
    /// Takes the baseline out of a snapshot.
    pub fn of(snapshot: &Snapshot) -> Self {
        Self {
            updated_at: snapshot.facts.updated_at,
            turn: snapshot.facts.turn,
            stage: snapshot.facts.stage,
            outcome: snapshot.outcome,
            answers: snapshot.answers.clone(),
        }
    }
}

/// What a reading proves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proof {
    /// The platform shows the response.
    Proven,
    /// The platform shows the dispute as it was: the response is not there now.
    Absent,
    /// The platform keeps the response without having sent it; it sends it by itself at the deadline.
    Held,
    /// The dispute moved on without showing our response: a person must look.
    Unclear(String),
}

/// What of a response the platform will show again.
#[derive(Debug)]
struct Trace {
    action: ActionKind,
    text: String,
    references: Vec<String>,
    files: Vec<String>,
}

fn squeeze(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn sorted(mut items: Vec<String>) -> Vec<String> {
    items.sort();
    items
}

fn evidence_echo(action: ActionKind, evidence: &[EvidenceItem]) -> Vec<SeenAnswer> {
    evidence
        .iter()
        .map(|item| SeenAnswer {
            references: item
                .tracking
                .iter()
                .map(|t| t.number.clone())
                .chain(item.refund_ids.iter().cloned())
                .collect(),
            files: item.files.iter().map(|f| f.name.clone()).collect(),
            ..SeenAnswer::text(action, item.note.as_deref().unwrap_or_default())
        })
        .collect()
}

/// How a platform shows a response that keeps texts, references and file names as they were sent, item by item. Empty
/// where only the dispute's state can prove it. What a platform shows otherwise, its connector says
/// (`Connector::echo`).
pub fn verbatim(response: &Response) -> Vec<SeenAnswer> {
    match response {
        Response::Contest { evidence, .. } => evidence_echo(ActionKind::Contest, evidence),
        Response::Appeal { evidence } => evidence_echo(ActionKind::Contest, evidence),
        Response::Message { text, .. } => vec![SeenAnswer::text(ActionKind::Message, text)],
        Response::SupportingInfo { note, .. } => vec![SeenAnswer::text(ActionKind::SupportingInfo, note)],
        Response::Offer { note, .. } => vec![SeenAnswer::text(ActionKind::Offer, note)],
        Response::Accept { .. } | Response::Escalate { .. } | Response::AcknowledgeReturn { .. } => {
            Vec::new()
        }
    }
}

/// An appeal's evidence is listed like any other evidence, so both count as one kind.
const fn kind(action: ActionKind) -> ActionKind {
    match action {
        ActionKind::Contest | ActionKind::Appeal => ActionKind::Contest,
        ActionKind::Accept
        | ActionKind::Offer
        | ActionKind::Message
        | ActionKind::Escalate
        | ActionKind::SupportingInfo
        | ActionKind::AcknowledgeReturn => action,
    }
}

impl Trace {
    fn of(answer: &SeenAnswer) -> Self {
        Self {
            action: kind(answer.action),
            text: squeeze(&answer.text),
            references: sorted(answer.references.clone()),
            files: sorted(answer.files.clone()),
        }
    }

    /// Whether the platform's `shown` answer is this one. Where we sent no file, files that it shows do not matter.
    fn matches(&self, shown: &Self) -> bool {
        self.same_words(shown) && (self.files.is_empty() || shown.files == self.files)
    }

    fn same_words(&self, shown: &Self) -> bool {
        shown.action == self.action && shown.text == self.text && shown.references == self.references
    }
}

/// Takes the first item that fits out of a list.
fn take(list: &mut Vec<Trace>, fits: impl Fn(&Trace) -> bool) -> Option<Trace> {
    list.iter().position(fits).map(|place| list.swap_remove(place))
}

/// The answers that were not there before. An old answer whose files show up later is still the old one.
fn added(before: &[SeenAnswer], now: &[SeenAnswer]) -> Vec<Trace> {
    let mut shown: Vec<Trace> = now.iter().map(Trace::of).collect();
    let mut old: Vec<Trace> = before.iter().map(Trace::of).collect();
    old.retain(|o| take(&mut shown, |s| s.same_words(o) && s.files == o.files).is_none());
    for o in &old {
        take(&mut shown, |s| s.same_words(o));
    }
    shown
}

/// How many of `ours` are among the `added` answers, each answer standing for one of ours. What is left of `added` is
/// somebody else's, or ours in other words.
fn found(ours: &mut [Trace], added: &mut Vec<Trace>) -> usize {
    // The pickiest first: one without files would fit an answer that another one needs.
    ours.sort_by_key(|t| t.files.is_empty());
    ours.iter()
        .filter(|t| take(added, |s| t.matches(s)).is_some())
        .count()
}

/// Compares what the platform showed before the call with what it shows now. `echo` is how this platform shows this
/// response.
pub fn proof(response: &Response, echo: &[SeenAnswer], before: &Baseline, now: &Snapshot) -> Proof {
    let mut traces: Vec<Trace> = echo.iter().map(Trace::of).collect();
    let mut added = added(&before.answers, &now.answers);
    if !traces.is_empty() {
        let shown = found(&mut traces, &mut added);
        if shown == traces.len() {
            return Proof::Proven;
        }
        if shown > 0 {
            return Proof::Unclear(format!(
                "the platform shows {shown} of {} parts of the response",
                traces.len()
            ));
        }
        let mut saved: Vec<Trace> = now.saved.iter().map(Trace::of).collect();
        if found(&mut traces, &mut saved) == traces.len() && now.outcome.is_none() {
            return Proof::Held;
        }
    }
    let moved = |what: &str| {
        Proof::Unclear(format!(
            "the dispute moved on ({what}) without showing our response"
        ))
    };
    let change = || {
        format!(
            "turn {} to {}, stage {}",
            before.turn, now.facts.turn, now.facts.stage
        )
    };
    if now.facts.turn == before.turn && now.facts.stage == before.stage && now.outcome == before.outcome {
        // A platform may show a text other than it was sent: what looks like ours must never be sent again.
        if added.iter().any(|a| a.action == kind(response.action())) {
            let what = response.action();
            return Proof::Unclear(format!(
                "the platform shows a new `{what}` whose content is not ours"
            ));
        }
        return Proof::Absent;
    }
    match response {
        Response::Accept { .. } | Response::AcknowledgeReturn { .. } | Response::Offer { .. } => {
            if ended_by_agreement(response, before, now) {
                Proof::Proven
            } else {
                moved(&change())
            }
        }
        Response::Escalate { .. } => match (before.stage.rank(), now.facts.stage.rank()) {
            (Some(was), Some(is)) if is > was => Proof::Proven,
            _ => moved("not escalated"),
        },
        Response::Contest { .. }
        | Response::Appeal { .. }
        | Response::Message { .. }
        | Response::SupportingInfo { .. } => moved(&change()),
    }
}

/// Whether the dispute moved as our concession or offer moves it. Where it is our turn again, or the stage rose, or it
/// ended as it would have without us, somebody else moved it.
fn ended_by_agreement(response: &Response, before: &Baseline, now: &Snapshot) -> bool {
    let concedes = !matches!(response, Response::Offer { .. });
    match now.outcome.filter(|_| before.outcome.is_none()) {
        Some(Outcome::Accepted | Outcome::Settled) => true,
        // The buyer's favour is what conceding asks for; how much was paid, and on what ground, is the platform's word.
        Some(Outcome::Lost | Outcome::Partial | Outcome::Prevented) => concedes,
        Some(
            Outcome::Won
            | Outcome::WonProtected
            | Outcome::LostNoResponse
            | Outcome::Withdrawn
            | Outcome::Lapsed
            | Outcome::NotContestable
            | Outcome::Superseded
            | Outcome::Unknown,
        ) => false,
        None => {
            concedes
                && now.outcome.is_none()
                && now.facts.turn != Turn::Ours
                && now.facts.stage == before.stage
        }
    }
}

/// Whether the merchant's side answered since `before`, by none of `ours` (as the platform shows them).
pub fn answered_elsewhere(before: &Baseline, now: &Snapshot, ours: &[SeenAnswer]) -> bool {
    let known: Vec<Trace> = ours.iter().map(Trace::of).collect();
    now.answers
        .iter()
        .filter(|a| a.action.answers_the_request() && a.at.is_some_and(|at| at > before.updated_at))
        .map(Trace::of)
        .any(|a| !known.iter().any(|t| t.matches(&a)))
}

#[cfg(test)]
mod tests;
