//! What sentences of a letter may call an exhibit: "the carrier's proof is exhibit 1" must be true of that very exhibit.

use docket_core::evidence::{Checklist, EvidenceKind, Item};

/// An exhibit that no sentence speaks of; the table of exhibits names it.
const UNNAMED: &str = "other";

/// Whether the piece that somebody brought as the nth of its kind is what it is said to be, as the checklist finds.
pub(super) fn good(list: &Checklist, (kind, nth): (EvidenceKind, usize)) -> bool {
    let row = list.rows.iter().find(|row| row.kind == kind);
    // What no line asks for nobody judged.
    row.is_none_or(|row| row.having.get(nth).is_some_and(|having| having.good))
}

/// The place that letters point at (`config/templates`) for such a piece: a file that is what it is said to be. A typed text is
/// nobody's document, however true it is.
pub(super) fn at(list: &Checklist, (kind, nth): (EvidenceKind, usize), item: &Item) -> &'static str {
    let asked_for = list.rows.iter().any(|row| row.kind == kind);
    if item.file.is_some() && asked_for && good(list, (kind, nth)) {
        place(kind)
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
        EvidenceKind::StopConfirmation => "stop_confirmation",
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
        | EvidenceKind::LabelOnly
        | EvidenceKind::Other => UNNAMED,
    }
}
