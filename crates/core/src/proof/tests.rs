mod kinds;
mod texts;

use std::collections::BTreeSet;

use chrono::Duration;

use super::*;
use crate::id::DisputeRef;
use crate::money::Money;
use crate::response::{AcceptKind, FileRef, OfferKind, ReturnState, Tracking};
use crate::snapshot::Facts;
use crate::words::{Platform, Reason};

fn at(hours: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 0).unwrap() + Duration::hours(hours)
}

fn shown(turn: Turn, stage: Stage, outcome: Option<Outcome>, answers: Vec<SeenAnswer>) -> Snapshot {
    Snapshot {
        platform: Platform::PAYPAL,
        dispute: DisputeRef("PP-D-1".to_owned()),
        facts: Facts {
            amount: Money::new(100, "EUR".parse().unwrap()),
            stage,
            platform_stage: None,
            platform_status: None,
            channel: None,
            turn,
            reason: Reason::NotReceived,
            platform_reason: None,
            allowed_actions: BTreeSet::new(),
            order_refs: Vec::new(),
            opened_at: at(0),
            updated_at: at(1),
        },
        deadline: None,
        outcome,
        answers,
        closed_at: None,
        saved: Vec::new(),
        factors: Vec::new(),
        attention: BTreeSet::new(),
    }
}

fn seen(action: ActionKind, text: &str) -> SeenAnswer {
    let at = Some(at(2));
    SeenAnswer {
        action,
        at,
        text: text.to_owned(),
        references: Vec::new(),
        files: Vec::new(),
        amount: None,
    }
}

fn item(note: &str) -> EvidenceItem {
    EvidenceItem {
        kind: "proof_of_fulfillment".to_owned(),
        note: Some(note.to_owned()),
        ..EvidenceItem::default()
    }
}

fn file(name: &str) -> FileRef {
    FileRef {
        name: name.to_owned(),
        media_type: "image/png".to_owned(),
        size: 1,
        sha256: String::new(),
    }
}

fn contest(evidence: Vec<EvidenceItem>) -> Response {
    Response::Contest {
        evidence,
        return_address: None,
        proposed_refund: None,
    }
}

fn accept() -> Response {
    Response::Accept {
        kind: AcceptKind::Refund,
        note: String::new(),
        reason: None,
        amount: None,
        return_address: None,
        invoice_id: None,
        shipment: Vec::new(),
        files: Vec::new(),
    }
}

fn offer(note: &str) -> Response {
    Response::Offer {
        kind: OfferKind::Refund,
        note: note.to_owned(),
        amount: None,
        return_address: None,
        invoice_id: None,
    }
}

fn message(text: &str) -> Response {
    Response::Message {
        text: text.to_owned(),
        files: Vec::new(),
    }
}

/// Proven, absent or unclear, as one word.
fn word(response: &Response, before: &Snapshot, now: &Snapshot) -> &'static str {
    match proof(response, &verbatim(response), &Baseline::of(before), now) {
        Proof::Proven => "proven",
        Proof::Absent => "absent",
        Proof::Held => "held",
        Proof::Unclear(_) => "unclear",
    }
}

/// The verdict on a claim that was ours and had no answers.
fn verdict(
    response: &Response,
    turn: Turn,
    stage: Stage,
    outcome: Option<Outcome>,
    answers: Vec<SeenAnswer>,
) -> &'static str {
    let before = shown(Turn::Ours, Stage::Inquiry, None, Vec::new());
    word(response, &before, &shown(turn, stage, outcome, answers))
}
