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
    /// The dispute moved on without showing our response: a person must look.
    Unclear(String),
}

/// What of a response the platform will show again.
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

fn evidence_traces(action: ActionKind, evidence: &[EvidenceItem]) -> Vec<Trace> {
    evidence
        .iter()
        .map(|item| Trace {
            action,
            text: squeeze(item.note.as_deref().unwrap_or_default()),
            references: sorted(
                item.tracking.iter().map(|t| t.number.clone()).chain(item.refund_ids.iter().cloned()).collect(),
            ),
            files: sorted(item.files.iter().map(|f| f.name.clone()).collect()),
        })
        .collect()
}

fn text_trace(action: ActionKind, text: &str) -> Vec<Trace> {
    vec![Trace { action, text: squeeze(text), references: Vec::new(), files: Vec::new() }]
}

/// The traces that prove a response, or none where only the dispute's state can.
fn traces(response: &Response) -> Vec<Trace> {
    match response {
        Response::Contest { evidence, .. } => evidence_traces(ActionKind::Contest, evidence),
        Response::Appeal { evidence } => evidence_traces(ActionKind::Contest, evidence),
        Response::Message { text, .. } => text_trace(ActionKind::Message, text),
        Response::SupportingInfo { note, .. } => text_trace(ActionKind::SupportingInfo, note),
        Response::Offer { note, .. } => text_trace(ActionKind::Offer, note),
        Response::Accept { .. } | Response::Escalate { .. } | Response::AcknowledgeReturn { .. } => Vec::new(),
    }
}

impl Trace {
    fn matches(&self, answer: &SeenAnswer) -> bool {
        // An appeal's evidence is listed like any other evidence, so both count as one kind.
        let kind = |a: ActionKind| if a == ActionKind::Appeal { ActionKind::Contest } else { a };
        kind(answer.action) == self.action
            && squeeze(&answer.text) == self.text
            && sorted(answer.references.clone()) == self.references
            && (self.files.is_empty() || sorted(answer.files.clone()) == self.files)
    }

    fn count(&self, answers: &[SeenAnswer]) -> usize {
        answers.iter().filter(|a| self.matches(a)).count()
    }
}

/// Compares what the platform showed before the call with what it shows now.
pub fn proof(response: &Response, before: &Baseline, now: &Snapshot) -> Proof {
    let traces = traces(response);
    if !traces.is_empty() {
        let shown = traces.iter().filter(|t| t.count(&now.answers) > t.count(&before.answers)).count();
        if shown == traces.len() {
            return Proof::Proven;
        }
        if shown > 0 {
            return Proof::Unclear(format!("the platform shows {shown} of {} parts of the response", traces.len()));
        }
    }
    let unchanged = now.facts.turn == before.turn && now.facts.stage == before.stage && now.outcome == before.outcome;
    let moved = |what: &str| Proof::Unclear(format!("the dispute moved on ({what}) without showing our response"));
    match response {
        Response::Accept { .. } | Response::AcknowledgeReturn { .. } => {
            if unchanged { Proof::Absent } else { Proof::Proven }
        }
        Response::Escalate { .. } => {
            if now.facts.stage != before.stage && now.facts.stage.rank() > before.stage.rank() {
                Proof::Proven
            } else if unchanged {
                Proof::Absent
            } else {
                moved("not escalated")
            }
        }
        Response::Offer { .. } if now.outcome.is_some() && before.outcome.is_none() => Proof::Proven,
        Response::Contest { .. }
        | Response::Appeal { .. }
        | Response::Message { .. }
        | Response::SupportingInfo { .. }
        | Response::Offer { .. } => {
            if unchanged {
                Proof::Absent
            } else {
                moved(&format!("turn {} to {}, stage {}", before.turn, now.facts.turn, now.facts.stage))
            }
        }
    }
}

/// Whether the merchant's side answered since `before`, by none of `ours`.
pub fn answered_elsewhere(before: &Baseline, now: &Snapshot, ours: &[Response]) -> bool {
    let known: Vec<Trace> = ours.iter().flat_map(traces).collect();
    now.answers
        .iter()
        .filter(|a| a.action.answers_the_request() && a.at.is_some_and(|at| at > before.updated_at))
        .any(|a| !known.iter().any(|t| t.matches(a)))
}
