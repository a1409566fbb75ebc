//! Preformatted bodies of the static mode.

use std::io::Write;

use bytes::Bytes;
use serde_json::Value;

/// What differs between two disputes of one template.
pub(crate) struct Row {
    pub index: usize,
    pub revision: usize,
    pub created: String,
    pub updated: String,
}

#[derive(Clone, Copy)]
enum Slot {
    Id,
    Krn,
    Order,
    Minor,
    Created,
    Updated,
    Amount,
    Revision,
    Base,
}

const SLOTS: [(&str, Slot); 9] = [
    ("@ID@", Slot::Id),
    ("@KRN@", Slot::Krn),
    ("@ORDER@", Slot::Order),
    // With its quotes, because a number takes its place.
    ("\"@MINOR@\"", Slot::Minor),
    ("@CREATED@", Slot::Created),
    ("@UPDATED@", Slot::Updated),
    ("@AMOUNT@", Slot::Amount),
    ("@REVISION@", Slot::Revision),
    ("@BASE@", Slot::Base),
];

/// Formatted JSON with gaps.
#[derive(Clone)]
pub(crate) struct Template {
    pieces: Vec<(Bytes, Slot)>,
    tail: Bytes,
}

impl Template {
    pub(crate) fn new(body: &Value) -> Self {
        let text = body.to_string();
        let (mut rest, mut pieces) = (text.as_str(), Vec::new());
        loop {
            let next = SLOTS
                .iter()
                .filter_map(|(mark, slot)| Some((rest.find(mark)?, mark.len(), *slot)));
            let Some((at, length, slot)) = next.min_by_key(|(at, ..)| *at) else {
                break;
            };
            pieces.push((Bytes::copy_from_slice(&rest.as_bytes()[..at]), slot));
            rest = &rest[at + length..];
        }
        Self {
            pieces,
            tail: Bytes::copy_from_slice(rest.as_bytes()),
        }
    }

    pub(crate) fn fill(&self, out: &mut Vec<u8>, row: &Row, base: &str) {
        for (piece, slot) in &self.pieces {
            out.extend_from_slice(piece);
            // Writing to a Vec cannot fail.
            let _ = match slot {
                Slot::Id => write!(out, "PP-B-{:08}", row.index),
                Slot::Krn => write!(out, "{}", crate::klarna::still_id(row.index)),
                Slot::Order => write!(out, "00000000-0000-4000-a000-{:012}", row.index),
                Slot::Minor => write!(out, "{}", 2_000 + row.index % 48_000 + row.revision % 100),
                Slot::Created => write!(out, "{}", row.created),
                Slot::Updated => write!(out, "{}", row.updated),
                Slot::Amount => write!(out, "{}.{:02}", 20 + row.index % 480, row.revision % 100),
                Slot::Revision => write!(out, "{}", row.revision),
                Slot::Base => write!(out, "{base}"),
            };
        }
        out.extend_from_slice(&self.tail);
    }
}
