//! The rules of reference 2 and 4, applied before anything is sent: what is submitted cannot be changed.

use std::collections::BTreeMap;

use docket_connector::{Problem, Problems};
use docket_core::packaging::{JPEG, Names, PDF, PNG, Packaging, Size, Texts};
use docket_core::response::{EvidenceItem, FileRef, Response};
use docket_core::sentence;
use docket_core::sentence::Part;
use docket_core::snapshot::Facts;
use docket_core::words::ActionKind;

use crate::packet::{Field, KINDS, Packet, Slot, place};

/// Files: what Shopify's own form takes (larger ones may not show to the merchant), what an empty case has room for, one
/// for each slot, PDF/A with fewer than 50 pages. Names are how a file is recognised when it is read back. Texts: none
/// documented; these are the processor's behind Shopify Payments, as a prudent cap. All from reference 4.
pub(crate) const PACKAGING: Packaging = Packaging {
    types: &[PDF, JPEG, PNG],
    file_bytes: 2_000_000,
    all_bytes: Some(3_997_806),
    files: Some(Slot::ALL.len()),
    files_of_piece: Some(1),
    pdf_pages: Some(49),
    archival: true,
    names: Names {
        besides: Some("-_"),
        chars: Some(100),
    },
    texts: Texts {
        one: 20_000,
        // Shopify Payments knows no appeal.
        appeal: 20_000,
        all: Some(150_000),
    },
};
const FIELD_CHARS: usize = PACKAGING.texts.one;

/// Checks a response.
pub(crate) fn check(facts: &Facts, response: &Response) -> Vec<Problem> {
    let mut problems = Problems::default();
    let Response::Contest {
        evidence,
        return_address,
        proposed_refund,
    } = response
    else {
        problems.add(
            sentence!("Shopify's API knows no `{action}`", action = response.action()),
            "answer with evidence, or do it in the Shopify admin",
        );
        return problems.into_vec();
    };
    if !facts.allowed_actions.contains(&ActionKind::Contest) {
        problems.add(
            "Shopify asks for no evidence now",
            "read the dispute again and look at its status",
        );
    }
    if return_address.is_some() {
        problems.add(
            "Shopify takes no return address",
            "leave it out, or write it into a text",
        );
    }
    if proposed_refund.is_some() {
        problems.add(
            "Shopify takes no refund proposed with evidence",
            "leave it out: a bank decides about the whole amount",
        );
    }
    for (index, item) in evidence.iter().enumerate() {
        check_item(&mut problems, index + 1, item);
    }
    if let Some(packet) = Packet::of(response) {
        check_packet(&mut problems, &packet);
    }
    problems.into_vec()
}

fn check_item(problems: &mut Problems, number: usize, item: &EvidenceItem) {
    let piece = sentence!("evidence {number} (`{kind}`)", number, kind = &item.kind);
    let Some((field, _)) = place(&item.kind) else {
        problems.add(
            sentence!(
                "{piece}: Shopify has no place for this kind",
                piece = piece.clone()
            ),
            sentence!("use one of: {known}", known = KINDS),
        );
        return;
    };
    let note = item.note.as_deref().map(str::trim).unwrap_or_default();
    let extras = !item.files.is_empty() || !item.tracking.is_empty() || !item.refund_ids.is_empty();
    if note.is_empty() && !extras {
        problems.add(
            sentence!("{piece} is empty", piece = piece.clone()),
            "write a text, add a file, or leave it out",
        );
    }
    if !field.narrates() && extras {
        problems.add(
            sentence!("{piece}: this field takes a text only", piece = piece.clone()),
            "move files, parcels and refunds to another piece of evidence",
        );
    }
    if field == Field::CustomerEmailAddress && !looks_like_mail(note) {
        problems.add(
            sentence!("{piece} is no e-mail address", piece = piece.clone()),
            "write it like name@example.com",
        );
    }
    if item.tracking.iter().any(|parcel| parcel.number.trim().is_empty()) {
        problems.add(
            sentence!("{piece}: a tracking number is empty", piece = piece.clone()),
            "add it or leave the parcel out",
        );
    }
}

fn looks_like_mail(text: &str) -> bool {
    let plain = text.bytes().all(|byte| byte.is_ascii_graphic());
    text.split_once('@')
        .is_some_and(|(name, host)| plain && !name.is_empty() && host.contains('.') && !host.contains('@'))
}

fn check_packet(problems: &mut Problems, packet: &Packet<'_>) {
    let tells = packet.texts.iter().any(|(field, _)| field.narrates()) || !packet.files.is_empty();
    if !tells {
        problems.add(
            "there is no evidence in it",
            "add at least a text or a file that tells the merchant's side",
        );
    }
    let mut together = 0usize;
    for (field, text) in &packet.texts {
        let length = text.chars().count();
        together = together.saturating_add(length);
        if length > FIELD_CHARS {
            problems.add(
                sentence!(
                    "`{field}` has {length} characters together; {most} are safe",
                    field = field.word(),
                    length,
                    most = FIELD_CHARS
                ),
                sentence!(
                    "shorten it by {over} or move a part into a PDF",
                    over = length - FIELD_CHARS
                ),
            );
        }
    }
    if let Some(most) = PACKAGING.texts.all.filter(|most| together > *most) {
        problems.add(
            sentence!(
                "the texts have {together} characters together; {most} are safe",
                together,
                most
            ),
            "move a part into a PDF",
        );
    }
    check_slots(problems, &packet.files);
    check_files(problems, &packet.files);
}

/// One file for each slot: a second one would replace the first (reference 4).
fn check_slots(problems: &mut Problems, files: &[(Slot, &FileRef)]) {
    let mut slots: BTreeMap<Slot, Vec<&str>> = BTreeMap::new();
    for (slot, file) in files {
        slots.entry(*slot).or_default().push(&file.name);
    }
    for (slot, names) in slots.iter().filter(|(_, names)| names.len() > 1) {
        problems.add(
            sentence!(
                "{n} files are for `{slot}`: {names}",
                n = names.len(),
                slot = slot.word(),
                names = names.iter().copied().collect::<Part>()
            ),
            "merge them into one PDF, or move some to another kind of evidence",
        );
    }
}

fn check_files(problems: &mut Problems, files: &[(Slot, &FileRef)]) {
    for (_, file) in files {
        let name = &file.name;
        match PACKAGING.file_type(&file.media_type) {
            None => problems.add(
                sentence!(
                    "`{name}` is of type {kind}; Shopify takes PDF, JPEG and PNG",
                    name,
                    kind = &file.media_type
                ),
                "convert it to a PDF",
            ),
            Some(file_type) if !PACKAGING.names.fit(name, file_type) => problems.add(
                sentence!(
                    "the file name `{name}` is not safe: it is how the file is recognised at Shopify",
                    name
                ),
                sentence!(
                    "use letters, digits, `-`, `_` and the extension .{extension}",
                    extension = file_type.extensions[0]
                ),
            ),
            Some(_) => {}
        }
        if file.size == 0 {
            problems.add(sentence!("`{name}` is empty", name), "attach it again");
        }
        if file.size > PACKAGING.file_bytes {
            problems.add(
                sentence!(
                    "`{name}` has {size}; Shopify's form takes 2 MB",
                    name,
                    size = Size(file.size)
                ),
                "make it smaller: fewer pixels, grey instead of colour, fewer pages",
            );
        }
    }
    let together = files
        .iter()
        .fold(0u64, |sum, (_, file)| sum.saturating_add(file.size));
    if let Some(most) = PACKAGING.all_bytes.filter(|most| together > *most) {
        problems.add(
            sentence!(
                "the files have {together} bytes together; Shopify takes {most} for a dispute",
                together,
                most
            ),
            "make them smaller or leave some out",
        );
    }
}

#[cfg(test)]
mod tests;
