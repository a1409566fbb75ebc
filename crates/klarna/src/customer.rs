//! The files that a customer gave to Klarna.

use docket_connector::http::read_json;
use docket_connector::{BuyerFile, Error};

use crate::wire::{Dispute, Text};

/// The customer's files (none to two) that a dispute's body names. In the attachment's place of the download address
/// stands the id of the customer's evidence (reference 4).
///
/// # Errors
/// `Contract` when this is no dispute.
pub(crate) fn customer_files(raw: &[u8]) -> Result<Vec<BuyerFile>, Error> {
    let dispute: Dispute = read_json(raw, "dispute")?;
    let text = |text: Option<&Text>| text.and_then(Text::filled).map(str::to_owned);
    let rows = dispute.customer_evidences.iter().flatten();
    let files = rows.filter_map(|row| {
        let attachment = row.attachment.as_ref();
        Some(BuyerFile {
            id: text(row.payment_dispute_customer_evidence_id.as_ref())?,
            description: text(attachment.and_then(|a| a.description.as_ref())),
            media_type: text(attachment.and_then(|a| a.mime_type.as_ref())),
        })
    });
    Ok(files.collect())
}
