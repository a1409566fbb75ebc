//! What sentences of a letter may call an exhibit: "the carrier's proof is exhibit 1" must be true of that very exhibit.

use docket_core::evidence::{Checklist, EvidenceKind, Item, Standing};

/// An exhibit that no sentence speaks of; the table of exhibits names it.
const UNNAMED: &str = "other";

/// The place that letters point at (`config/templates`) for a piece that somebody brought: a file that the checklist found to be
/// what it is said to be. A typed text is nobody's document, however true it is.
pub(super) fn at(list: &Checklist, item: &Item) -> &'static str {
    let found = |standing| {
        list.rows
            .iter()
            .any(|row| row.kind == item.kind && row.standing == standing)
    };
    if item.file.is_some() && found(Standing::Present) {
        place(item.kind)
    } else {
        UNNAMED
    }
}

/// The place for a kind: only where the kind is just what the sentence says.
pub(super) const fn place(kind: EvidenceKind) -> &'static str {
    match kind {
        EvidenceKind::DeliveryProof => "shipping_documentation",
        EvidenceKind::ReceiptConfirmed
        | EvidenceKind::RemedyOffered
        | EvidenceKind::PurchaseAdmitted
        | EvidenceKind::Withdrawal
        | EvidenceKind::AgreedChange => "customer_communication",
        EvidenceKind::AccessLog => "access_activity_log",
        EvidenceKind::ItemDescription => "service_documentation",
        EvidenceKind::ReturnPolicy => "refund_policy",
        EvidenceKind::SubscriptionTerms => "cancellation_policy",
        EvidenceKind::RefundProof => "proof_of_refund",
        EvidenceKind::ItemisedOrder | EvidenceKind::Receipt | EvidenceKind::OrderConfirmation => {
            "order_details"
        }
        EvidenceKind::Authentication => "authentication",
        EvidenceKind::OrderHistory => "order_history",
        EvidenceKind::AddressMatch
        | EvidenceKind::Signature
        | EvidenceKind::Tracking
        | EvidenceKind::DeliveryAttempt
        | EvidenceKind::DispatchInTime
        | EvidenceKind::ShipmentProof
        | EvidenceKind::RenewalNotice
        | EvidenceKind::CompletionRecord
        | EvidenceKind::UsageAfter
        | EvidenceKind::AccountContinuity
        | EvidenceKind::ClaimAnswer
        | EvidenceKind::Inspection
        | EvidenceKind::SeparateOrders
        | EvidenceKind::PriceCalculation
        | EvidenceKind::CardChecks
        | EvidenceKind::PriorTransactions
        | EvidenceKind::PromiseRunning
        | EvidenceKind::ShippingPolicy
        | EvidenceKind::ReturnState
        | EvidenceKind::Approval
        | EvidenceKind::IpLocation
        | EvidenceKind::RefundCalculation
        | EvidenceKind::ExemptGoods
        | EvidenceKind::WithdrawalLate
        | EvidenceKind::NoOtherPayment
        | EvidenceKind::NoCancellation
        | EvidenceKind::StopConfirmation
        | EvidenceKind::LabelOnly
        | EvidenceKind::Other => UNNAMED,
    }
}
