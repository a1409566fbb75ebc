//! The files that a customer gave to Klarna.

use docket_connector::Error;
use docket_connector::http::read_json;

use crate::wire::{Dispute, Text};

/// A file of the customer, to be fetched with [`crate::Klarna::customer_evidence`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomerFile {
    /// The id to fetch it by.
    pub id: String,
    /// What the customer or Klarna called it.
    pub description: Option<String>,
    /// Its media type.
    pub media_type: Option<String>,
}

/// The customer's files (none to two) that a dispute's body names. In the attachment's place of the download address
/// stands the id of the customer's evidence (reference 4).
///
/// # Errors
/// `Contract` when this is no dispute.
pub fn customer_files(raw: &[u8]) -> Result<Vec<CustomerFile>, Error> {
    let dispute: Dispute = read_json(raw, "dispute")?;
    let text = |text: Option<&Text>| text.and_then(Text::filled).map(str::to_owned);
    let rows = dispute.customer_evidences.iter().flatten();
    let files = rows.filter_map(|row| {
        let attachment = row.attachment.as_ref();
        Some(CustomerFile {
            id: text(row.payment_dispute_customer_evidence_id.as_ref())?,
            description: text(attachment.and_then(|a| a.description.as_ref())),
            media_type: text(attachment.and_then(|a| a.mime_type.as_ref())),
        })
    });
    Ok(files.collect())
}
