//! The one text of an answer. Klarna has no fields for parcels or refunds (reference 4): they become lines of it.

use docket_core::response::EvidenceItem;

/// Notes of all pieces of evidence with their parcels and refunds, parted by empty lines.
pub(crate) fn of(evidence: &[EvidenceItem]) -> String {
    let parts = evidence.iter().map(part).filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join("\n\n")
}

fn part(item: &EvidenceItem) -> String {
    let note = item.note.iter().map(|note| note.trim().replace("\r\n", "\n"));
    let parcels = item.tracking.iter().map(|parcel| {
        let line = format!("{} {}", parcel.carrier.trim(), parcel.number.trim());
        match &parcel.url {
            Some(url) => format!("{line} {url}"),
            None => line,
        }
    });
    let refunds = item.refund_ids.iter().map(|id| format!("Refund {}", id.trim()));
    let lines = note.chain(parcels).chain(refunds).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n")
}
