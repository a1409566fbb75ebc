//! Rules for evidence, parcels and carriers.

use docket_core::response::{EvidenceItem, ReturnState, Tracking};
use docket_core::sentence;
use docket_core::sentence::Sentence;
use docket_core::snapshot::Facts;

use super::note;
use super::vocabulary::{EVIDENCE_TYPES, RETURN_EVIDENCE};
use docket_connector::Problems;

/// Reference 3: evidences per call, parcels and refund ids per evidence, files per evidence.
const EVIDENCES: usize = 100;
const PARCELS: usize = 10;
const REFUNDS: usize = 100;
const DOCUMENTS: usize = 100;

/// Evidence of a contest or an appeal.
pub(super) fn check(problems: &mut Problems, facts: &Facts, evidence: &[EvidenceItem]) {
    if evidence.is_empty() {
        problems.add("there is no evidence in it", "add at least one piece");
    }
    if evidence.len() > EVIDENCES {
        problems.add(
            sentence!(
                "PayPal takes {most} pieces of evidence per call",
                most = EVIDENCES
            ),
            "merge some of them",
        );
    }
    for (index, item) in evidence.iter().enumerate() {
        check_item(problems, index + 1, item);
    }
    let with_item = evidence.iter().filter(|item| item.item_id.is_some()).count();
    if with_item > 0 && with_item < evidence.len() {
        problems.add(
            "some pieces of evidence name their item and some do not",
            "name the item in each",
        );
    }
    let refund_elsewhere = |item: &EvidenceItem| item.kind.eq_ignore_ascii_case("proof_of_refund");
    if evidence
        .iter()
        .any(|item| refund_elsewhere(item) && item.refund_ids.iter().any(|id| facts.order_refs.contains(id)))
    {
        problems.add(
            "a refund id is the payment's own transaction id",
            "copy the id of the refund, not of the payment",
        );
    }
}

fn check_item(problems: &mut Problems, number: usize, item: &EvidenceItem) {
    let kind = item.kind.to_ascii_uppercase();
    let piece = sentence!("evidence {number} (`{kind}`)", number, kind = &item.kind);
    if !EVIDENCE_TYPES.contains(&kind.as_str()) {
        problems.add(
            sentence!("{piece}: PayPal has no such evidence type", piece = piece.clone()),
            "use one of PayPal's types, such as proof_of_fulfillment, proof_of_refund or other",
        );
    }
    if let Some(text) = &item.note {
        note(
            problems,
            sentence!("the note of {piece}", piece = piece.clone()),
            text,
        );
    }
    // Reference 4: machine-readable proof belongs to three types only.
    let (fulfilment, refund) = (kind == "PROOF_OF_FULFILLMENT", kind == "PROOF_OF_REFUND");
    let returned = kind == "PROOF_OF_RETURN";
    let parcels_belong = fulfilment || returned;
    if !item.tracking.is_empty() && !parcels_belong {
        problems.add(
            sentence!(
                "{piece}: tracking goes only with proof of fulfilment or return",
                piece = piece.clone()
            ),
            "move it there",
        );
    }
    if !item.refund_ids.is_empty() && !refund {
        problems.add(
            sentence!(
                "{piece}: refund ids go only with proof_of_refund",
                piece = piece.clone()
            ),
            "move them there",
        );
    }
    let tells = item.note.is_some() || !item.files.is_empty();
    if fulfilment && item.tracking.is_empty() && !tells {
        problems.add(
            sentence!("{piece}: proof of fulfilment is empty", piece = piece.clone()),
            "add carrier and tracking number, or notes and files that show the service",
        );
    }
    if refund && item.refund_ids.is_empty() {
        problems.add(
            sentence!(
                "{piece}: proof of refund without a refund id",
                piece = piece.clone()
            ),
            "add the refund's PayPal id",
        );
    }
    if !fulfilment && !refund && !tells && item.tracking.is_empty() {
        problems.add(
            sentence!("{piece}: it says nothing", piece = piece.clone()),
            "add a note or a file",
        );
    }
    limits(problems, &piece, item);
}

fn limits(problems: &mut Problems, piece: &Sentence, item: &EvidenceItem) {
    if item.tracking.len() > PARCELS {
        problems.add(
            sentence!(
                "{piece}: PayPal takes {most} parcels per evidence",
                piece = piece.clone(),
                most = PARCELS
            ),
            "split it",
        );
    }
    if item.refund_ids.len() > REFUNDS || item.refund_ids.iter().any(|id| id.trim().is_empty()) {
        problems.add(
            sentence!(
                "{piece}: refund ids must be 1 to {most} and not empty",
                piece = piece.clone(),
                most = REFUNDS
            ),
            "correct them",
        );
    }
    if item.files.len() > DOCUMENTS {
        problems.add(
            sentence!(
                "{piece}: PayPal takes {most} files per evidence",
                piece = piece.clone(),
                most = DOCUMENTS
            ),
            "merge files into PDFs",
        );
    }
    parcels(problems, &item.tracking);
}

/// Reference 4: carrier and number are both required.
pub(super) fn parcels(problems: &mut Problems, parcels: &[Tracking]) {
    for parcel in parcels {
        if parcel.number.is_empty() || parcel.number.chars().count() > 255 {
            problems.add(
                "a tracking number must have 1 to 255 characters",
                "copy it from the carrier",
            );
        }
        if parcel.carrier.trim().is_empty() || parcel.carrier.chars().count() > 2_000 {
            problems.add(
                "a parcel has no carrier",
                "name the carrier by PayPal's code or by its name",
            );
        }
        if parcel
            .url
            .as_ref()
            .is_some_and(|url| !url.starts_with("https://") && !url.starts_with("http://"))
        {
            problems.add("a tracking page is no web address", "copy it with https://");
        }
    }
}

/// Reference 4, row acknowledge-return-item: its own types, and a file for each.
pub(super) fn check_return(problems: &mut Problems, kind: ReturnState, evidence: &[EvidenceItem]) {
    let needs_proof = match kind {
        ReturnState::ItemReceived => false,
        ReturnState::ItemNotReceived
        | ReturnState::Damaged
        | ReturnState::EmptyPackageOrDifferent
        | ReturnState::MissingItems => true,
    };
    if needs_proof && evidence.is_empty() {
        problems.add(
            "proof of what came back is missing",
            "add photos or a declaration",
        );
    }
    for (index, item) in evidence.iter().enumerate() {
        let number = index + 1;
        if !RETURN_EVIDENCE.contains(&item.kind.to_ascii_uppercase().as_str()) {
            let known = RETURN_EVIDENCE.join(", ").to_lowercase();
            problems.add(
                sentence!(
                    "evidence {number}: `{kind}` proves no return",
                    number,
                    kind = &item.kind
                ),
                sentence!("use one of: {known}", known),
            );
        }
        if item.files.is_empty() {
            problems.add(
                sentence!("evidence {number}: a file is needed", number),
                "attach a photo or a PDF",
            );
        }
        if let Some(text) = &item.note {
            note(problems, sentence!("the note of evidence {number}", number), text);
        }
    }
}

/// The carrier's code, and its name where it has no code. PayPal lists over a thousand codes and adds more, so what
/// looks like one (`DE_DHL_PARCEL`) is taken as one; anything else goes as `OTHER` with the name beside it.
pub(crate) fn carrier(given: &str) -> (String, Option<String>) {
    let given = given.trim();
    let code = given.len() <= 100
        && given.bytes().any(|b| b.is_ascii_uppercase() || b == b'_')
        && given
            .bytes()
            .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
    match given {
        "OTHER" => ("OTHER".to_owned(), Some("not named".to_owned())),
        // One of PayPal's own codes begins with a blank (reference 4).
        "DE_DPD_DELISTACK" => (" DE_DPD_DELISTACK".to_owned(), None),
        _ if code => (given.to_owned(), None),
        _ => ("OTHER".to_owned(), Some(given.to_owned())),
    }
}
