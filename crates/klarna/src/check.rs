//! The rules of reference 5, applied before anything is sent: there is one shot.

mod files;

use docket_connector::{Problem, Problems};
use docket_core::money::Money;
use docket_core::response::{AcceptKind, EvidenceItem, Response};
use docket_core::sentence;
use docket_core::sentence::Part;
use docket_core::snapshot::Facts;

use crate::act::text;

pub(crate) use files::PACKAGING;

/// Characters of a contest's text.
const CONTEST_CHARS: usize = PACKAGING.texts.one;
/// Characters of an appeal's text.
const APPEAL_CHARS: usize = PACKAGING.texts.appeal;

/// Checks a response. Rows of Klarna's list are complete, so what the snapshot does not allow is not allowed.
pub(crate) fn check(facts: &Facts, response: &Response) -> Vec<Problem> {
    let mut problems = Problems::default();
    let action = response.action();
    if !facts.allowed_actions.contains(&action) {
        let allowed: Part = facts.allowed_actions.iter().copied().collect();
        problems.add(
            match facts.platform_status.as_deref() {
                Some(status) => sentence!("Klarna does not take `{action}` in {status}", action, status),
                None => sentence!("Klarna does not take `{action}` in this state", action),
            },
            if facts.allowed_actions.is_empty() {
                sentence!("wait for Klarna's move, or read the dispute again")
            } else {
                sentence!("choose one of: {allowed}; or read the dispute again", allowed)
            },
        );
    }
    match response {
        Response::Contest {
            evidence,
            return_address,
            proposed_refund,
        } => {
            contest(&mut problems, evidence);
            partial(&mut problems, facts.amount, *proposed_refund);
            if return_address.is_some() {
                problems.add(
                    "Klarna takes no return address",
                    "leave it out, and write it into the note where the customer needs it",
                );
            }
        }
        Response::Appeal { evidence } => appeal(&mut problems, evidence),
        Response::Accept { .. } => accept(&mut problems, response),
        // The capability says already that Klarna knows no such thing.
        Response::Offer { .. }
        | Response::Message { .. }
        | Response::Escalate { .. }
        | Response::SupportingInfo { .. }
        | Response::AcknowledgeReturn { .. } => {}
    }
    files::check(&mut problems, &response.files());
    problems.into_vec()
}

fn contest(problems: &mut Problems, evidence: &[EvidenceItem]) {
    if evidence.iter().all(|item| item.files.is_empty()) {
        problems.add(
            "Klarna takes no answer without a file",
            "add --file, with a letter as PDF where there is nothing else",
        );
    }
    length(problems, evidence, CONTEST_CHARS);
}

/// Strictly less than the disputed amount, or Klarna answers with 400 (reference 5).
fn partial(problems: &mut Problems, disputed: Money, proposed: Option<Money>) {
    let part = |p: &Money| p.currency == disputed.currency && p.minor > 0 && p.minor < disputed.minor;
    if let Some(proposed) = proposed.filter(|p| !part(p)) {
        problems.add(
            sentence!(
                "a proposed refund of {proposed} is no part of {disputed}",
                proposed,
                disputed
            ),
            sentence!(
                "propose an amount above 0 and below {disputed}; to give up all of it, use `accept`",
                disputed
            ),
        );
    }
}

fn appeal(problems: &mut Problems, evidence: &[EvidenceItem]) {
    if text::of(evidence).is_empty() {
        problems.add(
            "Klarna takes no appeal without a text",
            "add --note and say what the decision got wrong",
        );
    }
    length(problems, evidence, APPEAL_CHARS);
}

fn length(problems: &mut Problems, evidence: &[EvidenceItem], most: usize) {
    let length = text::of(evidence).chars().count();
    if length > most {
        problems.add(
            sentence!(
                "notes and tracking have {length} characters together; Klarna takes {most}",
                length,
                most
            ),
            sentence!(
                "shorten them by {over} or move the rest into a PDF",
                over = length - most
            ),
        );
    }
}

/// `accept-loss` has no body: it concedes the full amount (reference 5).
fn accept(problems: &mut Problems, response: &Response) {
    let Response::Accept {
        kind,
        amount,
        return_address,
        shipment,
        files,
        ..
    } = response
    else {
        return;
    };
    let whole = match kind {
        AcceptKind::Refund => amount.is_none(),
        AcceptKind::PartialRefund | AcceptKind::RefundWithReturn | AcceptKind::RefundWithReturnLabel => false,
    };
    if !whole || return_address.is_some() || !shipment.is_empty() {
        problems.add(
            "accepting a loss at Klarna concedes the full amount, without a return",
            "accept with a full refund, without amount, address and label",
        );
    }
    if !files.is_empty() {
        problems.add("Klarna takes no files with an accepted loss", "leave them out");
    }
}

#[cfg(test)]
mod tests;
