//! A dispute's version. Shopify tells none (reference fact 2), so it is made of what a list row shows.

use docket_connector::http::sha256;

use crate::wire::{Dispute, Time};

/// The same for list, glance and reading as long as none of the list's fields changed.
pub(crate) fn mark(dispute: &Dispute) -> String {
    let time = |time: Option<Time>| match time {
        Some(Time::At(at)) => at.to_rfc3339(),
        Some(Time::Day(day)) => day.to_string(),
        Some(Time::Odd) => "odd".to_owned(),
        Some(Time::Never) | None => String::new(),
    };
    let text = |text: Option<&String>| text.cloned().unwrap_or_default();
    let amount = dispute.amount.as_ref();
    let reason = dispute.reason_details.as_ref();
    let submitted = dispute
        .dispute_evidence
        .as_ref()
        .and_then(|evidence| evidence.submitted);
    let parts = [
        text(dispute.status.as_ref().map(|word| &word.word)),
        text(dispute.r#type.as_ref().map(|word| &word.word)),
        time(dispute.evidence_due_by),
        time(dispute.evidence_sent_on),
        time(dispute.finalized_on),
        text(amount.and_then(|amount| amount.amount.as_ref())),
        text(amount.and_then(|amount| amount.currency_code.as_ref())),
        text(reason.and_then(|details| Some(&details.reason.as_ref()?.word))),
        text(reason.and_then(|details| details.network_reason_code.as_ref())),
        submitted
            .map(|submitted| submitted.to_string())
            .unwrap_or_default(),
    ];
    // Sixteen digits: two versions of one dispute must differ, no more.
    hex::encode(&sha256(parts.join("\n").as_bytes())[..8])
}
