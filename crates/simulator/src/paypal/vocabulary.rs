//! Words and limits of the reference that requests are held against.

pub(crate) const EVIDENCE_TYPES: &[&str] = &[
    "PROOF_OF_FULFILLMENT",
    "PROOF_OF_REFUND",
    "PROOF_OF_REFUND_OUTSIDE_PAYPAL",
    "PROOF_OF_DELIVERY_SIGNATURE",
    "PROOF_OF_RECEIPT_COPY",
    "RETURN_POLICY",
    "BILLING_AGREEMENT",
    "COPY_OF_CONTRACT",
    "ITEM_DESCRIPTION",
    "ORDER_DETAILS",
    "LISTING_URL",
    "PHOTOS_OF_SHIPPED_ITEM",
    "BUYER_RESPONSE",
    "SHIPPING_INSURANCE",
    "PRICE_DIFFERENCE_REASON",
    "PROOF_OF_RESHIPMENT",
    "ADDITIONAL_PROOF_OF_SHIPMENT",
    "PROOF_FOR_SOFTWARE_OR_SERVICE_DELIVERED",
    "RETURN_ADDRESS_FOR_SHIPPING",
    "DECLARATION",
    "APPEAL_AFFIDAVIT",
    "MERCHANT_RESPONSE",
    "AFFIDAVIT",
    "BANK_STATEMENT",
    "CUSTOMS_DOCUMENT",
    "DELIVERY_RECEIPT",
    "PROOF_OF_INSTORE_RECEIPT",
    "ADDITIONAL_TRACKING_INFORMATION",
    "ONLINE_TRACKING_INFORMATION",
    "PROOF_OF_SHIPMENT_POSTAGE",
    "PROOF_OF_INSTORE_REFUND",
    "PROOF_OF_RETURN",
    "VALID_SUPPORTING_DOCUMENT",
    "LEGIBLE_SUPPORTING_DOCUMENT",
    "INFORMATION_ON_RESOLUTION",
    "ADDITIONAL_INFORMATION_OF_ITEM",
    "DETAILS_OF_PURCHASE",
    "DELIVERY_ADDRESS",
    "CONFIRMATION_OF_RESOLUTION",
    "STATUS_OF_MERCHANDISE",
    "CANCELLATION_DETAILS",
    "MERCHANT_CONTACT_DETAILS",
    "ITEM_DETAILS",
    "CORRECT_RECIPIENT_INFORMATION",
    "EXPLANATION_OF_FUNDS_NOT_DELIVERED",
    "CONFIRMATION_OF_RECALL",
    "COMMUNICATION_WITH_THE_SENDER",
    "PAYMENT_REASON",
    "PROOF_OF_EXPECTED_DELIVERY_DATE",
    "DELIVERY_DELAY_COMMUNICATION",
    "ADDITIONAL_SCAM_DETAILS",
    "COMMUNICATION_WITH_THE_RECIPIENT",
    "EFFORTS_TO_VERIFY_RECIPIENT",
    "OTHER",
];

/// The evidence that goes with a returned item.
pub(crate) const RETURN_EVIDENCE: &[&str] = &[
    "PROOF_OF_DAMAGE",
    "THIRDPARTY_PROOF_FOR_DAMAGE_OR_SIGNIFICANT_DIFFERENCE",
    "DECLARATION",
    "PROOF_OF_MISSING_ITEMS",
    "PROOF_OF_EMPTY_PACKAGE_OR_DIFFERENT_ITEM",
    "PROOF_OF_ITEM_NOT_RECEIVED",
];

pub(crate) const ACKNOWLEDGEMENTS: [&str; 5] = [
    "ITEM_RECEIVED",
    "ITEM_NOT_RECEIVED",
    "DAMAGED",
    "EMPTY_PACKAGE_OR_DIFFERENT",
    "MISSING_ITEMS",
];

pub(crate) const ACCEPT_REASONS: &[&str] = &[
    "DID_NOT_SHIP_ITEM",
    "TOO_TIME_CONSUMING",
    "LOST_IN_MAIL",
    "NOT_ABLE_TO_WIN",
    "COMPANY_POLICY",
    "REASON_NOT_SET",
];

pub(crate) const STATES: &[&str] = &[
    "OPEN_INQUIRIES",
    "REQUIRED_ACTION",
    "REQUIRED_OTHER_PARTY_ACTION",
    "UNDER_PAYPAL_REVIEW",
    "APPEALABLE",
    "RESOLVED",
];

/// Reasons whose answer may prove fulfilment without being asked for it.
pub(crate) const FULFILMENT_REASONS: &[&str] = &[
    "MERCHANDISE_OR_SERVICE_NOT_RECEIVED",
    "MERCHANDISE_OR_SERVICE_NOT_AS_DESCRIBED",
    "UNAUTHORISED",
    "OTHER",
];

pub(crate) const OUTCOMES: &[&str] = &[
    "RESOLVED_BUYER_FAVOUR",
    "RESOLVED_SELLER_FAVOUR",
    "RESOLVED_WITH_PAYOUT",
    "CANCELED_BY_BUYER",
    "ACCEPTED",
    "DENIED",
    "NONE",
];

/// Each file stays below this.
pub(crate) const FILE_BYTES: usize = 10_000_000;
/// All files of one call together.
pub(crate) const CALL_BYTES: usize = 50_000_000;
/// Notes and messages, in characters.
pub(crate) const NOTE_CHARS: usize = 2_000;

/// `^[A-Za-z0-9-_,\s]+[.]{1}[A-Za-z]+$`
pub(crate) fn document_name(name: &str) -> bool {
    let Some((stem, extension)) = name.split_once('.') else {
        return false;
    };
    let stem_char = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ',') || c.is_whitespace();
    !stem.is_empty()
        && stem.chars().all(stem_char)
        && !extension.is_empty()
        && extension.chars().all(|c| c.is_ascii_alphabetic())
}

/// Whether a file's extension and media type belong together and are taken.
pub(crate) fn file_type(name: &str, media_type: &str) -> bool {
    let extension = name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    let expected = match extension.as_str() {
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "png" => "image/png",
        "pdf" => "application/pdf",
        _ => return false,
    };
    media_type == expected
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn document_names_follow_the_pattern() {
        for good in ["proof.pdf", "proof of delivery-1_2, a.PNG"] {
            assert!(document_name(good), "{good}");
        }
        for bad in [
            "proof",
            ".pdf",
            "a.b.pdf",
            "proof(1).pdf",
            "über.pdf",
            "proof.mp3",
            "a&b.pdf",
            "proof.",
        ] {
            assert!(!document_name(bad), "{bad}");
        }
        assert!(file_type("a.JPG", "image/jpeg"));
        assert!(!file_type("a.jpg", "image/png"));
        assert!(!file_type("a.exe", "application/octet-stream"));
    }
}
