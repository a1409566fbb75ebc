//! The rules of reference 4, applied before anything is sent: a refusal costs the one shot that a request allows.

mod evidence;
mod files;
mod terms;
mod vocabulary;

use docket_connector::{Problem, Problems};
use docket_core::response::{Response, ReturnState};
use docket_core::sentence;
use docket_core::sentence::{Part, Sentence};
use docket_core::snapshot::Facts;
use docket_core::words::{Reason, Stage};

pub(crate) use evidence::carrier;
pub(crate) use files::PACKAGING;

/// Notes and messages, in characters.
const NOTE_CHARS: usize = PACKAGING.texts.one;

/// Checks a response. Whether the action is allowed at all is judged only where the snapshot knows: a row of the
/// list carries no links.
pub(crate) fn check(facts: &Facts, response: &Response) -> Vec<Problem> {
    let mut problems = Problems::default();
    let action = response.action();
    if !facts.allowed_actions.is_empty() && !facts.allowed_actions.contains(&action) {
        let allowed: Part = facts.allowed_actions.iter().copied().collect();
        problems.add(
            sentence!("PayPal does not allow `{action}` now", action),
            sentence!("choose one of: {allowed}; or read the dispute again", allowed),
        );
    }
    match response {
        Response::Contest {
            evidence,
            return_address,
            proposed_refund,
        } => {
            evidence::check(&mut problems, facts, evidence);
            terms::forbidden_address(&mut problems, facts, return_address.as_ref());
            if proposed_refund.is_some() {
                problems.add(
                    "PayPal takes no refund proposed with evidence",
                    "leave it out, or offer a part instead: `offer`, or `accept --type partial_refund`",
                );
            }
        }
        Response::Appeal { evidence } => evidence::check(&mut problems, facts, evidence),
        Response::Accept { note: text, .. } => {
            note(&mut problems, sentence!("the note"), text);
            terms::accept(&mut problems, facts, response);
        }
        Response::Offer {
            kind,
            note: text,
            amount: sum,
            return_address,
            invoice_id,
        } => {
            note(&mut problems, sentence!("the note"), text);
            terms::offer(&mut problems, facts, *kind, *sum, return_address.as_ref());
            terms::invoice(&mut problems, invoice_id.as_deref());
        }
        Response::Message { text, .. } => {
            note(&mut problems, sentence!("the message"), text);
            inquiry_only(&mut problems, facts, sentence!("messages"));
        }
        Response::Escalate { note: text } => {
            note(&mut problems, sentence!("the note"), text);
            escalate(&mut problems, facts);
        }
        Response::SupportingInfo { note: text, .. } => {
            note(&mut problems, sentence!("the note"), text);
            if facts.stage == Stage::Inquiry {
                problems.add(
                    "supporting information is for claims",
                    "send a message to the buyer instead",
                );
            }
        }
        Response::AcknowledgeReturn {
            kind,
            note: text,
            evidence,
        } => {
            if let Some(text) = text {
                note(&mut problems, sentence!("the note"), text);
            }
            evidence::check_return(&mut problems, *kind, evidence);
            if facts.reason != Reason::NotAsDescribed {
                problems.add(
                    "returns are acknowledged only in disputes over goods not as described",
                    "use another action",
                );
            }
            if *kind == ReturnState::ItemReceived && !evidence.is_empty() {
                problems.add(
                    "a return that came back as it should needs no proof",
                    "leave the evidence out",
                );
            }
        }
    }
    files::check(&mut problems, &response.files());
    problems.into_vec()
}

/// 1 to 2000 characters everywhere (reference 2).
fn note(problems: &mut Problems, field: Sentence, text: &str) {
    let length = text.chars().count();
    if text.trim().is_empty() {
        problems.add(sentence!("{field} is empty", field), "write at least a sentence");
    } else if length > NOTE_CHARS {
        problems.add(
            sentence!(
                "{field} has {length} characters; PayPal takes {most}",
                field,
                length,
                most = NOTE_CHARS
            ),
            sentence!(
                "shorten it by {over} or move the rest into a PDF",
                over = length - NOTE_CHARS
            ),
        );
    }
}

fn inquiry_only(problems: &mut Problems, facts: &Facts, what: Sentence) {
    match facts.stage {
        Stage::Inquiry | Stage::Unknown => {}
        Stage::Chargeback | Stage::PreArbitration | Stage::Arbitration => {
            problems.add(
                sentence!("{what} are only possible during the inquiry", what),
                "answer with evidence instead",
            );
        }
    }
}

/// Reference 4: inquiry, INR or SNAD.
fn escalate(problems: &mut Problems, facts: &Facts) {
    inquiry_only(problems, facts, sentence!("escalations"));
    if !matches!(facts.reason, Reason::NotReceived | Reason::NotAsDescribed) {
        problems.add(
            "only disputes over goods not received or not as described can be escalated",
            "wait for the platform or answer with evidence",
        );
    }
}

/// Whether PayPal documents this evidence type.
#[cfg(test)]
pub(crate) fn knows_evidence(kind: &str) -> bool {
    vocabulary::EVIDENCE_TYPES.contains(&kind)
}

#[cfg(test)]
mod tests;
