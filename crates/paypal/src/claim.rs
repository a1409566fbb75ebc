//! What the buyer says and what PayPal asks for.

use docket_connector::http::read_json;
use docket_connector::{Claim, Error, Said};
use docket_core::evidence::{Asked, EvidenceKind};
use docket_core::response::ReturnState;

use crate::wire::{AuthorWord, Dispute, Evidence, SourceWord, Text, Time};

/// Reads it off a dispute's body. A request counts until something was submitted at or after it (reference 4: PayPal may
/// ask more than once).
///
/// # Errors
/// `Contract` when this is no dispute.
pub(crate) fn claim(raw: &[u8]) -> Result<Claim, Error> {
    let dispute: Dispute<'_> = read_json(raw, "dispute")?;
    let messages = dispute.messages.iter().flatten();
    let of_buyer = messages.filter(|message| message.posted_by == Some(AuthorWord::Buyer));
    let words = of_buyer.filter_map(|message| {
        Some(Said {
            at: message.time_posted.and_then(Time::at),
            text: filled(message.content.as_ref())?,
        })
    });
    let at = |row: &Evidence<'_>| row.date.and_then(Time::at);
    let rows = || dispute.evidences.iter().flatten();
    let answered = rows()
        .filter(|row| row.source == Some(SourceWord::SubmittedBySeller))
        .filter_map(at)
        .max();
    let open = rows().filter(|row| row.source == Some(SourceWord::RequestedFromSeller));
    let open =
        open.filter(|row| answered.is_none_or(|answered| at(row).is_none_or(|asked| asked > answered)));
    let asked = open.map(|row| {
        let kind = filled(row.evidence_type.as_ref());
        let words = [kind.clone(), filled(row.notes.as_ref())];
        let words: Vec<String> = words.into_iter().flatten().collect();
        Asked {
            words: if words.is_empty() {
                "evidence".to_owned()
            } else {
                words.join(": ")
            },
            sent_as: kind.as_deref().map(str::to_ascii_lowercase),
            kind: kind.as_deref().and_then(answers),
        }
    });
    let (words, asked) = (words.collect(), asked.collect());
    Ok(Claim { words, asked })
}

fn filled(text: Option<&Text<'_>>) -> Option<String> {
    let text = text?.as_str().trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// The kind of evidence that answers a request (reference 3, `evidence_type`); none for those that only a text answers.
fn answers(kind: &str) -> Option<EvidenceKind> {
    Some(match kind {
        "PROOF_OF_FULFILLMENT"
        | "ADDITIONAL_TRACKING_INFORMATION"
        | "ONLINE_TRACKING_INFORMATION"
        | "ADDITIONAL_PROOF_OF_SHIPMENT"
        | "PROOF_OF_SHIPMENT_POSTAGE" => EvidenceKind::Tracking,
        "PROOF_OF_DELIVERY_SIGNATURE" | "DELIVERY_RECEIPT" | "RECEIPT_OF_MERCHANDISE" => {
            EvidenceKind::DeliveryProof
        }
        "DELIVERY_ADDRESS" => EvidenceKind::AddressMatch,
        "PROOF_OF_REFUND" | "PROOF_OF_REFUND_OUTSIDE_PAYPAL" | "PROOF_OF_INSTORE_REFUND" => {
            EvidenceKind::RefundProof
        }
        "PROOF_OF_RETURN" | "ADDITIONAL_PROOF_OF_RETURN" | "RETURN_TRACKING_INFORMATION" => {
            EvidenceKind::ReturnState
        }
        "PROOF_FOR_SOFTWARE_OR_SERVICE_DELIVERED" => EvidenceKind::CompletionRecord,
        "RETURN_POLICY" => EvidenceKind::ReturnPolicy,
        "BILLING_AGREEMENT" | "CANCELLATION_DETAILS" => EvidenceKind::SubscriptionTerms,
        "ITEM_DESCRIPTION" | "ITEM_DETAILS" | "LISTING_URL" | "ADDITIONAL_INFORMATION_OF_ITEM" => {
            EvidenceKind::ItemDescription
        }
        "ORDER_DETAILS" | "DETAILS_OF_PURCHASE" => EvidenceKind::ItemisedOrder,
        "PROOF_OF_RECEIPT_COPY" | "PROOF_OF_INSTORE_RECEIPT" => EvidenceKind::Receipt,
        "PRICE_DIFFERENCE_REASON" => EvidenceKind::PriceCalculation,
        "PAID_WITH_OTHER_METHOD" => EvidenceKind::NoOtherPayment,
        _ => return None,
    })
}

/// The type that a kind is sent as (reference 4: the table by reason; everything without a type of its own is `OTHER`).
pub(crate) const fn word(kind: EvidenceKind) -> &'static str {
    match kind {
        EvidenceKind::DeliveryProof
        | EvidenceKind::AddressMatch
        | EvidenceKind::Signature
        | EvidenceKind::ReceiptConfirmed
        | EvidenceKind::Tracking
        | EvidenceKind::DeliveryAttempt
        | EvidenceKind::DispatchInTime
        | EvidenceKind::PromiseRunning
        | EvidenceKind::ShipmentProof => "proof_of_fulfillment",
        EvidenceKind::RefundProof => "proof_of_refund",
        EvidenceKind::ShippingPolicy
        | EvidenceKind::AccessLog
        | EvidenceKind::CompletionRecord
        | EvidenceKind::ItemDescription
        | EvidenceKind::ClaimAnswer
        | EvidenceKind::RemedyOffered
        | EvidenceKind::ReturnState
        | EvidenceKind::ReturnPolicy
        | EvidenceKind::Approval
        | EvidenceKind::Inspection
        | EvidenceKind::Authentication
        | EvidenceKind::PriorTransactions
        | EvidenceKind::CardChecks
        | EvidenceKind::AccountContinuity
        | EvidenceKind::PurchaseAdmitted
        | EvidenceKind::OrderHistory
        | EvidenceKind::IpLocation
        | EvidenceKind::Receipt
        | EvidenceKind::Withdrawal
        | EvidenceKind::RefundCalculation
        | EvidenceKind::ExemptGoods
        | EvidenceKind::WithdrawalLate
        | EvidenceKind::SeparateOrders
        | EvidenceKind::NoOtherPayment
        | EvidenceKind::ItemisedOrder
        | EvidenceKind::PriceCalculation
        | EvidenceKind::AgreedChange
        | EvidenceKind::SubscriptionTerms
        | EvidenceKind::UsageAfter
        | EvidenceKind::RenewalNotice
        | EvidenceKind::NoCancellation
        | EvidenceKind::StopConfirmation
        | EvidenceKind::OrderConfirmation
        | EvidenceKind::LabelOnly
        | EvidenceKind::Other => "other",
    }
}

/// PayPal's own type for the proof of what came back (reference 4, row acknowledge-return-item).
pub(crate) const fn return_word(what: ReturnState) -> Option<&'static str> {
    match what {
        ReturnState::ItemReceived => None,
        ReturnState::ItemNotReceived => Some("proof_of_item_not_received"),
        ReturnState::Damaged => Some("proof_of_damage"),
        ReturnState::EmptyPackageOrDifferent => Some("proof_of_empty_package_or_different_item"),
        ReturnState::MissingItems => Some("proof_of_missing_items"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn of(evidences: Value) -> Vec<(String, Option<EvidenceKind>)> {
        let body = json!({"evidences": evidences}).to_string();
        let asked = claim(body.as_bytes()).unwrap().asked;
        asked.into_iter().map(|asked| (asked.words, asked.kind)).collect()
    }

    #[test]
    fn what_paypal_asks_for_counts_until_it_was_answered() {
        let asked = json!({"source": "REQUESTED_FROM_SELLER", "evidence_type": "PROOF_OF_REFUND", "date": "2026-11-20T10:00:00Z"});
        let answered = json!({"source": "SUBMITTED_BY_SELLER", "evidence_type": "OTHER", "date": "2026-11-21T10:00:00Z"});
        let again = json!({"source": "REQUESTED_FROM_SELLER", "evidence_type": "POLICE_REPORT", "notes": "a stamped one",
            "date": "2026-11-22T10:00:00Z"});
        let of_buyer = json!({"source": "REQUESTED_FROM_BUYER", "evidence_type": "OTHER"});
        assert_eq!(
            of(json!([asked, of_buyer])),
            [("PROOF_OF_REFUND".to_owned(), Some(EvidenceKind::RefundProof))]
        );
        assert_eq!(of(json!([asked, answered])), []);
        assert_eq!(
            of(json!([asked, answered, again])),
            [("POLICE_REPORT: a stamped one".to_owned(), None)]
        );
    }

    #[test]
    fn the_buyers_words_are_those_of_the_buyer() {
        let body = json!({"messages": [
            {"posted_by": "BUYER", "content": "It never came.", "time_posted": "2026-11-20T10:00:00Z"},
            {"posted_by": "SELLER", "content": "It did."},
            {"posted_by": "BUYER", "content": " "},
        ]});
        let words = claim(body.to_string().as_bytes()).unwrap().words;
        assert_eq!(words.len(), 1);
        assert_eq!(
            (words[0].text.as_str(), words[0].at.is_some()),
            ("It never came.", true)
        );
    }

    #[test]
    fn every_word_is_one_of_paypals() {
        for kind in EvidenceKind::ALL {
            assert!(
                crate::check::knows_evidence(&word(*kind).to_ascii_uppercase()),
                "{kind}"
            );
        }
    }
}
