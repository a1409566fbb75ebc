//! What the merchant's side has answered, whoever sent it: the proof that a response arrived, and the sign that somebody
//! answered elsewhere.

use docket_core::snapshot::SeenAnswer;
use docket_core::words::ActionKind;

use crate::wire::{Attachment, Dispute, PartnerEvidence, Text, Time};

/// Texts are sent with up to 5,000 (appeal: 10,000) characters and shown with at most 500 (reference 4). Less is compared,
/// so that it does not matter whether Klarna counts letters or bytes, or ends what it cuts with dots.
const COMPARED: usize = 400;

/// A text as far as it is compared. Both sides are cut like this, as sent, before blanks are squeezed: Klarna cuts what
/// was sent.
pub(crate) fn shown(text: &str) -> String {
    let cut: String = text.trim().chars().take(COMPARED).collect();
    cut.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The answer to the request and the appeal; each appears in one place or another, and counts once.
pub(super) fn answers(dispute: &Dispute) -> Vec<SeenAnswer> {
    let contest = dispute.answered().map(evidence);
    let appeal = dispute.appealed().map(|appeal| SeenAnswer {
        at: appeal.requested_at.and_then(Time::at),
        files: files(appeal.attachments.as_ref()),
        ..SeenAnswer::text(ActionKind::Appeal, &text(appeal.additional_information.as_ref()))
    });
    let old = dispute
        .merchant_evidence
        .iter()
        .flatten()
        .filter_map(|row| row.response.as_ref())
        .map(evidence);
    contest.into_iter().chain(old).chain(appeal).collect()
}

fn evidence(answer: &PartnerEvidence) -> SeenAnswer {
    SeenAnswer {
        at: answer.created_at.and_then(Time::at),
        files: files(answer.attachments.as_ref()),
        ..SeenAnswer::text(ActionKind::Contest, &text(answer.additional_information.as_ref()))
    }
}

fn text(text: Option<&Text>) -> String {
    text.map(|text| shown(&text.0)).unwrap_or_default()
}

/// Docket sends each file's name as its description. A file without one was sent by somebody else: its id stands in, so
/// that it never looks like one of ours.
fn files(attachments: Option<&Vec<Attachment>>) -> Vec<String> {
    let name = |file: &Attachment| {
        let description = file.description.as_ref().and_then(Text::filled);
        let id = || {
            Some(format!(
                "attachment {}",
                file.payment_dispute_attachment_id.as_ref()?.0
            ))
        };
        description.map(shown).or_else(id)
    };
    attachments.into_iter().flatten().filter_map(name).collect()
}
