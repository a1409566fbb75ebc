//! The response that carries a packet: in the platform's own kinds and fields.

use docket_core::evidence::EvidenceKind;
use docket_core::id::CaseId;
use docket_core::money::Money;
use docket_core::response::{EvidenceItem, Response};
use docket_core::sentence;
use docket_core::words::{ActionKind, Reason};
use docket_documents::examine::finds_in;
use docket_store::ClientScope;

use super::CasePacket;
use crate::Desk;
use crate::error::{Error, Result};

impl CasePacket {
    /// Platforms take parcels only with the kind that speaks of them, and refunds likewise.
    fn row(&self, kind: EvidenceKind, word: &str, note: &str) -> EvidenceItem {
        let (parcel, refund) = (kind == EvidenceKind::Tracking, kind == EvidenceKind::RefundProof);
        EvidenceItem {
            kind: word.to_owned(),
            note: Some(note.to_owned()),
            tracking: self.parcels.iter().filter(|_| parcel).cloned().collect(),
            refund_ids: self.refunds.iter().filter(|_| refund).cloned().collect(),
            files: Vec::new(),
            item_id: None,
        }
    }

    /// The kinds that the platform asked for, are there, and have what its fields for them need.
    fn answered(&self) -> impl Iterator<Item = &(EvidenceKind, Option<String>)> {
        let whole = |(kind, _): &&(EvidenceKind, Option<String>)| match kind {
            EvidenceKind::Tracking => !self.parcels.is_empty(),
            EvidenceKind::RefundProof => !self.refunds.is_empty(),
            _ => true,
        };
        self.asked.iter().filter(whole)
    }
}

impl Desk {
    /// A contest or an appeal that carries a packet: the file, in the platform's own fields the parcels and refunds that it
    /// speaks of, and a row of its own for each kind that the platform asked for and that is there. The note replaces the covering
    /// line; a contest may propose a refund of a part.
    ///
    /// # Errors
    /// When the case is not there any more, or the action carries no evidence.
    pub async fn answer_with(
        &self,
        scope: ClientScope,
        id: CaseId,
        action: ActionKind,
        packet: &CasePacket,
        (note, proposed_refund): (Option<String>, Option<Money>),
    ) -> Result<Response> {
        let stored = self.case(scope, id).await?;
        let (_, connector) = self.connector(stored.case.connection).await?;
        let facts = &stored.case.facts;
        let first = told_as(facts.reason, packet);
        let note = note.unwrap_or_else(|| in_short(&packet.paragraphs, &packet.cover, packet.text_chars));
        let row = |kind, note: &str| packet.row(kind, connector.evidence_word(kind), note);
        let whole = EvidenceItem {
            files: vec![packet.file.clone()],
            ..row(first, &note)
        };
        if !matches!(action, ActionKind::Contest | ActionKind::Appeal) {
            return Err(Error::Invalid(sentence!(
                "a packet carries evidence, and `{action}` takes none: use it with `contest` or `appeal`",
                action
            )));
        }
        if action == ActionKind::Appeal && proposed_refund.is_some() {
            return Err(Error::Invalid(sentence!(
                "an appeal proposes no refund: leave it out"
            )));
        }
        let carrying = |evidence| match action {
            ActionKind::Appeal => Response::Appeal { evidence },
            _ => Response::Contest {
                evidence,
                return_address: None,
                proposed_refund,
            },
        };
        // Said once in full, so that it is corrected in one place; the other rows lead to it.
        let mut evidence = vec![whole.clone()];
        for (kind, sent_as) in packet.answered() {
            let mut more = row(*kind, &packet.cover);
            // Parcels and refunds are taken with their own types only (`paypal.md` 4); what else was asked for goes as what it was
            // asked as, where the platform takes that.
            let bare = more.tracking.is_empty() && more.refund_ids.is_empty();
            if let Some(own) = sent_as.as_ref().filter(|_| bare) {
                let as_asked = EvidenceItem {
                    kind: own.clone(),
                    ..more.clone()
                };
                let tried = carrying(vec![whole.clone(), as_asked.clone()]);
                if connector.check(facts, &tried).is_empty() {
                    more = as_asked;
                }
            }
            if !evidence.iter().any(|given| given.kind == more.kind) {
                evidence.push(more);
            }
        }
        let response = carrying(evidence);
        // Where the platform takes several rows only with more than a packet knows (of several items, which one), one does.
        if connector.check(facts, &response).is_empty() {
            return Ok(response);
        }
        Ok(carrying(vec![whole]))
    }
}

/// The kind that the whole packet is sent as: platforms take parcels only where a delivery is disputed, and refunds only
/// where money is (`paypal.md` 4).
fn told_as(reason: Reason, packet: &CasePacket) -> EvidenceKind {
    match reason {
        Reason::NotReceived | Reason::Unauthorised | Reason::Unrecognised | Reason::RiskStop
            if !packet.parcels.is_empty() =>
        {
            EvidenceKind::Tracking
        }
        Reason::CreditNotProcessed | Reason::DuplicateOrPaidOtherwise | Reason::IncorrectAmount
            if !packet.refunds.is_empty() =>
        {
            EvidenceKind::RefundProof
        }
        Reason::NotReceived
        | Reason::NotAsDescribed
        | Reason::Unauthorised
        | Reason::Unrecognised
        | Reason::CreditNotProcessed
        | Reason::DuplicateOrPaidOtherwise
        | Reason::IncorrectAmount
        | Reason::SubscriptionCancelled
        | Reason::ProcessingOrCompliance
        | Reason::RiskStop
        | Reason::Other => EvidenceKind::Other,
    }
}

/// The letter's own words as far as one text takes them, and where the whole answer is: some readers open no file. A paragraph that
/// a text must not show stays in the letter alone, so that it keeps no answer from going out.
fn in_short(paragraphs: &[String], cover: &str, most: usize) -> String {
    let room = most.saturating_sub(cover.chars().count());
    let mut said = String::new();
    let mut used = 0;
    for paragraph in paragraphs.iter().filter(|text| finds_in(text).is_empty()) {
        used += paragraph.chars().count() + 2;
        if used > room {
            break;
        }
        said.push_str(paragraph);
        said.push_str("\n\n");
    }
    said + cover
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_fits_ends_with_the_file_and_shows_no_card() {
        let told = ["It came.", "Paid with 4111 1111 1111 1111.", "Signed by M. Berg."].map(str::to_owned);
        let said = |most| in_short(&told, "See packet.pdf.", most);
        assert_eq!(said(100), "It came.\n\nSigned by M. Berg.\n\nSee packet.pdf.");
        assert_eq!(said(30), "It came.\n\nSee packet.pdf.");
        for most in 15..60 {
            assert!(said(most).chars().count() <= most, "{most}");
        }
    }
}
