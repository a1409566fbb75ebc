//! What the merchant's side has answered, whoever sent it: the proof that a response arrived, and the sign that
//! somebody answered elsewhere.

use docket_core::snapshot::SeenAnswer;
use docket_core::words::ActionKind;

use super::{money, outcome::ours};
use crate::wire::{
    ActorWord, AuthorWord, Dispute, Document, Evidence, OfferEventWord, SourceWord, Text, Time,
};

/// All answers, in the order in which PayPal lists them.
pub(super) fn answers(dispute: &Dispute<'_>) -> Vec<SeenAnswer> {
    let evidence = dispute
        .evidences
        .iter()
        .flatten()
        .filter(|row| ours(row))
        .map(evidence);
    let messages = dispute
        .messages
        .iter()
        .flatten()
        .filter(|message| message.posted_by == Some(AuthorWord::Seller))
        .map(|message| SeenAnswer {
            action: ActionKind::Message,
            at: message.time_posted.and_then(Time::at),
            text: text(message.content.as_ref()),
            references: Vec::new(),
            files: files(message.documents.as_ref()),
            amount: None,
        });
    let supporting = dispute
        .supporting_info
        .iter()
        .flatten()
        .filter(|info| {
            matches!(
                info.source,
                Some(SourceWord::SubmittedBySeller | SourceWord::SubmittedByPartner)
            )
        })
        .map(|info| SeenAnswer {
            action: ActionKind::SupportingInfo,
            at: info.provided_time.and_then(Time::at),
            text: text(info.notes.as_ref()),
            references: Vec::new(),
            files: files(info.documents.as_ref()),
            amount: None,
        });
    let history = dispute.offer.as_ref().and_then(|offer| offer.history.as_ref());
    let offers = history
        .into_iter()
        .flatten()
        .filter(|event| {
            event.actor == Some(ActorWord::Seller) && event.event_type == Some(OfferEventWord::Proposed)
        })
        .map(|event| SeenAnswer {
            action: ActionKind::Offer,
            at: event.offer_time.and_then(Time::at),
            text: text(event.notes.as_ref()),
            references: Vec::new(),
            files: Vec::new(),
            amount: money(event.offer_amount.as_ref()),
        });
    evidence.chain(messages).chain(supporting).chain(offers).collect()
}

fn evidence(row: &Evidence<'_>) -> SeenAnswer {
    let info = row.evidence_info.as_ref();
    let parcels = info
        .and_then(|info| info.tracking_info.as_ref())
        .into_iter()
        .flatten();
    let parcels = parcels.filter_map(|parcel| parcel.tracking_number.as_ref());
    let refunds = info
        .and_then(|info| info.refund_ids.as_ref())
        .into_iter()
        .flatten();
    SeenAnswer {
        action: ActionKind::Contest,
        at: row.date.and_then(Time::at),
        text: text(row.notes.as_ref()),
        references: parcels.chain(refunds).map(|id| id.as_str().to_owned()).collect(),
        files: files(row.documents.as_ref()),
        amount: None,
    }
}

fn text(text: Option<&Text<'_>>) -> String {
    text.map(|text| text.as_str().to_owned()).unwrap_or_default()
}

fn files(documents: Option<&Vec<Document<'_>>>) -> Vec<String> {
    let names = documents
        .into_iter()
        .flatten()
        .filter_map(|document| document.name.as_ref());
    names.map(|name| name.as_str().to_owned()).collect()
}
