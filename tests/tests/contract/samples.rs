//! Responses and files for the tests.

use bytes::Bytes;
use docket_connector::http::sha256;
use docket_connector::{Connector, Error, Outgoing, Receipt};
use docket_core::id::DisputeRef;
use docket_core::money::Money;
use docket_core::response::{AcceptKind, EvidenceItem, FileRef, OfferKind, Response, ReturnState};
use docket_core::snapshot::Facts;
use docket_core::words::ActionKind;

/// What a platform takes in a contest, at most.
pub struct Limits {
    /// Characters of a note.
    pub note: usize,
    /// Bytes of a file.
    pub file: usize,
    /// Bytes of a file that the platform itself refuses.
    pub file_too_large: usize,
    /// Beside PDF: media type, extension, first bytes.
    pub media: (&'static str, &'static str, &'static [u8]),
    /// One that it does not take.
    pub not_media: (&'static str, &'static str, &'static [u8]),
    /// Whether a contest must have a file.
    pub needs_file: bool,
}

pub type File = (FileRef, Bytes);

/// A file of this size that is what it says.
pub fn file(name: &str, media_type: &str, start: &[u8], size: usize) -> File {
    let end = b"\n%%EOF\n";
    let mut content = start.to_vec();
    content.resize(size.saturating_sub(end.len()).max(start.len()), b'x');
    content.extend_from_slice(end);
    content.truncate(size);
    let named = FileRef {
        name: name.to_owned(),
        media_type: media_type.to_owned(),
        size: size.try_into().unwrap(),
        sha256: sha256(&content)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect(),
    };
    (named, content.into())
}

pub fn pdf(size: usize) -> File {
    file("proof.pdf", "application/pdf", b"%PDF-1.7\n", size)
}

pub fn contest(note: Option<&str>, files: &[File]) -> Response {
    Response::Contest {
        evidence: vec![evidence(note, files)],
        return_address: None,
        proposed_refund: None,
    }
}

fn evidence(note: Option<&str>, files: &[File]) -> EvidenceItem {
    EvidenceItem {
        kind: "other".to_owned(),
        note: note.map(str::to_owned),
        files: files.iter().map(|(file, _)| file.clone()).collect(),
        ..EvidenceItem::default()
    }
}

fn accept() -> Response {
    Response::Accept {
        kind: AcceptKind::Refund,
        note: "The parcel got lost on its way".to_owned(),
        reason: None,
        amount: None,
        return_address: None,
        invoice_id: None,
        shipment: Vec::new(),
        files: Vec::new(),
    }
}

/// A response of each kind, with the files that go along.
pub fn of(action: ActionKind, facts: &Facts) -> (Response, Vec<File>) {
    let files = vec![pdf(4_000)];
    let note = "The carrier handed it over to the customer on the third".to_owned();
    let response = match action {
        ActionKind::Contest => return (contest(Some(&note), &files), files),
        ActionKind::Accept => accept(),
        ActionKind::Offer => Response::Offer {
            kind: OfferKind::Refund,
            note,
            amount: Some(Money::new(
                (facts.amount.minor / 200).max(1) * 100,
                facts.amount.currency,
            )),
            return_address: None,
            invoice_id: None,
        },
        ActionKind::Message => Response::Message {
            text: note,
            files: Vec::new(),
        },
        ActionKind::Escalate => Response::Escalate { note },
        ActionKind::Appeal => Response::Appeal {
            evidence: vec![evidence(Some(&note), &[])],
        },
        ActionKind::SupportingInfo => Response::SupportingInfo {
            note,
            files: Vec::new(),
        },
        ActionKind::AcknowledgeReturn => Response::AcknowledgeReturn {
            kind: ReturnState::ItemReceived,
            note: Some(note),
            evidence: Vec::new(),
        },
    };
    (response, Vec::new())
}

/// The response whose one call decides: nothing is uploaded before it.
pub fn plain(needs_file: bool) -> Response {
    if needs_file {
        accept()
    } else {
        contest(Some("It was handed over on the third"), &[])
    }
}

pub async fn send(
    connector: &dyn Connector,
    dispute: &DisputeRef,
    response: &Response,
    files: &[File],
) -> Result<Receipt, Error> {
    let outgoing = Outgoing {
        response,
        files,
        attempt: "attempt-1",
    };
    connector.act(dispute, outgoing).await
}
