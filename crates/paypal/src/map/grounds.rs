//! What an adjudication reason speaks of (`domain.md` E1): whose part it was that decided. Reasons that speak of none of
//! these, or that PayPal adds later, have no group.

/// `delivery`, `product`, `settings`, `organisation`, `evidence` or `buyer`; none for any other reason.
pub(super) fn ground(reason: &str) -> Option<&'static str> {
    Some(match reason {
        "DELIVERY_AFTER_EXPECTED_DELIVERY_DATE"
        | "DELIVERY_DUE_WITHIN_EXPECTED_DELIVERY_DATE"
        | "DELIVERY_OR_SERVICE_REFUSED"
        | "IN_PERSON_DELIVERY"
        | "ITEM_NOT_DELIVERED"
        | "ITEM_NOT_SHIPPED"
        | "NOT_SHIPPED_TO_CORRECT_ADDRESS"
        | "SHIPPING_COMPANY_WONT_SHIP"
        | "UNUSED_SHIPPING_LABEL" => "delivery",
        "ITEM_ALTERED_REPAIRED"
        | "ITEM_NOT_AS_ADVERTISED"
        | "ITEM_NOT_AS_DESCRIBED"
        | "ITEM_NOT_DAMAGED"
        | "ITEM_OF_DIFFERENT_QUALITY_OR_QUANTITY"
        | "ITEM_SERVICE_MISREPRESENTED"
        | "ITEM_SERVICE_NOT_MISREPRESENTED"
        | "ITEM_SOLD_AS_DESCRIBED"
        | "ITEM_VALUE_UNAFFECTED"
        | "SERVICE_NOT_COMPLETED_AS_AGREED"
        | "VALUE_AFFECTED_SIGNIFICANTLY" => "product",
        "EFFORTLESS_SELLER_PROTECTION"
        | "INELIGIBLE_SELLER_PROTECTION_POLICY"
        | "NO_PROTECTION_FOR_DIGITAL_GOODS_SERVICE"
        | "PROTECTED_BY_PAYPAL"
        | "PROTECTION_POLICY_APPLIES" => "settings",
        "ITEM_OUT_OF_STOCK_AND_NOT_DELIVERED"
        | "NO_SELLER_RESPONSE"
        | "NO_SELLER_RESPONSE_FOR_ADDITIONAL_INFO_REQUEST"
        | "SELLER_ACCEPTED_MULTIPLE_PAYMENTS"
        | "SELLER_AGREED_REFUND_WITHOUT_RETURN"
        | "SELLER_AGREED_TO_ISSUE_CREDIT"
        | "SELLER_NOT_REACHABLE"
        | "SELLER_RECEIVED_PAYMENT_TWICE_OR_FOR_REPLACEMENT"
        | "SELLER_REFUSED_REFUND"
        | "SELLER_REFUSED_RETURN"
        | "SELLER_SURCHARGED_BUYER" => "organisation",
        "DELIVERED_WITHOUT_REQUIRED_SIGNATURE_IN_PROOF_OF_DELIVERY"
        | "EVIDENCE_CANNOT_BE_LINKED_TO_TRANSACTION"
        | "INSUFFICIENT_EVIDENCE_PROVIDED"
        | "IN_TRANSIT_BEYOND_TIMEFRAME_INVALID_PROOF_OF_SHIPMENT_OR_DELIVERY"
        | "MULTIPLE_APPEALS_WITH_SAME_REASON"
        | "NO_PROOF_OF_DELIVERY"
        | "NO_PROOF_OF_DELIVERY_INTANGIBLE"
        | "NO_SHIPMENT_TRACKING_PROVIDED_IN_PROOF_OF_DELIVERY"
        | "NO_VALID_SHIPMENT_PROOF"
        | "OTHER_ISSUE_WITH_PROOF_OF_SHIPMENT_OR_DELIVERY"
        | "POS_SUBMITTED_INSTEAD_OF_POD"
        | "PROOF_OF_PAID_BY_OTHER_MEANS_NOT_SUBMITTED"
        | "PROOF_OF_TRACKING_NOT_SUBMITTED"
        | "SHIPPING_ADDRESS_NOT_PRESENT_IN_PROOF_OF_SHIPMENT_OR_DELIVERY"
        | "TRACKING_PROOF_NOT_ENOUGH"
        | "VALID_PROOF_OF_DELIVERY"
        | "VALID_PROOF_OF_DELIVERY_WITH_SIGNATURE"
        | "VALID_PROOF_OF_REFUND"
        | "VALID_SHIPMENT_PROOF" => "evidence",
        "BUYER_CANCELLED_CASE"
        | "BUYER_FAILED_TO_DESCRIBE_ISSUE"
        | "BUYER_MADE_NO_ATTEMPT_TO_RESOLVE_WITH_SELLER"
        | "BUYER_NOT_IN_POSSESSION_OF_ITEM_TO_RETURN"
        | "ITEM_NOT_RETURNED_TO_SELLER"
        | "NO_DOCUMENTATION_FROM_BUYER"
        | "NO_RESPONSE_FROM_BUYER"
        | "NO_RESPONSE_FROM_BUYER_FOR_ADDITIONAL_INFO_REQUEST" => "buyer",
        // INVALID_PROOF_UNABLE_TO_TRACK, INVALID_TRACKING and their kin: what was handed in did not hold. Those that speak of
        // the buyer's own papers, or of the appeal's reason, say nothing of ours.
        invalid if invalid.starts_with("INVALID_") && !THEIRS.contains(&invalid) => "evidence",
        _ => return None,
    })
}

const THEIRS: &[&str] = &[
    "INVALID_APPEAL_REASON",
    "INVALID_CHARGEBACK_SELLER_FAVOUR",
    "INVALID_RETURN_DELIVERY_NO_SIGNATURE_PROOF",
    "INVALID_RETURN_DELIVERY_PROOF",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_reason_of_the_reference_has_its_ground() {
        let told = [
            ("DELIVERY_AFTER_EXPECTED_DELIVERY_DATE", Some("delivery")),
            ("ITEM_NOT_AS_DESCRIBED", Some("product")),
            ("VALUE_AFFECTED_SIGNIFICANTLY", Some("product")),
            ("INELIGIBLE_SELLER_PROTECTION_POLICY", Some("settings")),
            ("NO_SELLER_RESPONSE", Some("organisation")),
            ("ITEM_OUT_OF_STOCK_AND_NOT_DELIVERED", Some("organisation")),
            ("SELLER_REFUSED_RETURN", Some("organisation")),
            ("INVALID_TRACKING", Some("evidence")),
            ("INVALID_PROOF_UNABLE_TO_TRACK", Some("evidence")),
            ("POS_SUBMITTED_INSTEAD_OF_POD", Some("evidence")),
            ("TRACKING_PROOF_NOT_ENOUGH", Some("evidence")),
            ("INVALID_RETURN_DELIVERY_PROOF", None),
            ("DECISION_BASED_ON_AVAILABLE_INFORMATION", None),
            ("A_REASON_OF_TOMORROW", None),
        ];
        for (reason, expected) in told {
            assert_eq!(ground(reason), expected, "{reason}");
        }
    }
}
