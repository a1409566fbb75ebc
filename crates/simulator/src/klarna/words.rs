//! Klarna's own words (reference 3, 6 and 7).

pub(crate) const STATES: [&str; 5] = [
    "INITIATED",
    "REPRESENTMENT",
    "PRE_ARBITRATION",
    "ARBITRATION",
    "CLOSED",
];

pub(crate) const REASONS: [&str; 8] = [
    "REFUND_NOT_PROCESSED",
    NOT_RECEIVED,
    NOT_AS_DESCRIBED,
    "INCORRECT_AMOUNT",
    HIGH_RISK,
    UNAUTHORIZED,
    "NON_COMPLIANCE",
    "NON_GUARANTEED_PAYMENT_PROGRAM",
];

pub(crate) const NOT_RECEIVED: &str = "PRODUCTS_OR_SERVICES_NOT_RECEIVED";
pub(crate) const NOT_AS_DESCRIBED: &str = "PRODUCTS_DEFECTIVE_OR_NOT_AS_DESCRIBED";
pub(crate) const HIGH_RISK: &str = "PURCHASE_HIGH_RISK";
pub(crate) const UNAUTHORIZED: &str = "PURCHASE_UNAUTHORIZED";

pub(crate) const SORTS: [&str; 4] = ["created_at", "-created_at", "closed_at", "-closed_at"];

/// A reason that portals speak of and the interface does not list: planted so that clients meet something unknown.
pub(crate) const UNLISTED_REASON: &str = "RETURN_NOT_POSSIBLE";
/// A detail that nobody has published.
pub(crate) const UNLISTED_DETAIL: &str = "DECIDED_UNDER_SEASONAL_RETURN_WINDOW";

pub(crate) const NO_ANSWER: &str = "PARTNER_DID_NOT_REPLY_TO_DISPUTE_REQUEST";
pub(crate) const NO_ANSWER_TO_STOP: &str = "PARTNER_DID_NOT_RESPOND_TO_STOP_REQUEST";
pub(crate) const SILENT_BUT_SHIPPED: &str =
    "PARTNER_DID_NOT_RESPOND_BUT_PROVIDED_FULL_SHIPPING_INFORMATION_WHEN_ORDER_WAS_CAPTURED";
pub(crate) const SILENT_NOT_SHIPPED: &str =
    "PARTNER_DID_NOT_RESPOND_AND_DID_NOT_PROVIDE_SHIPPING_INFORMATION_WHEN_ORDER_WAS_CAPTURED";
pub(crate) const ACCEPTED: &str = "PARTNER_ACCEPTED_THE_LOSS";
pub(crate) const CANCELLED: &str = "CUSTOMER_CANCELLED_DISPUTE";
pub(crate) const SETTLED: &str = "PARTNER_SOLVED_THE_DISPUTE_WITH_THE_CUSTOMER";
pub(crate) const AT_ONCE: &str = "COULD_NOT_SEND_ANOTHER_REQUEST";

/// Detail of a decision on the merits.
pub(crate) fn detail(reason: &str, tangible: bool, won: bool) -> &'static str {
    match (reason, won) {
        (NOT_RECEIVED | UNAUTHORIZED, true) => "PARTNER_PROVIDED_VALID_SHIPPING_DETAILS",
        (NOT_RECEIVED | UNAUTHORIZED, false) if tangible => "INSUFFICIENT_PROOF_OF_DELIVERY",
        (NOT_RECEIVED | UNAUTHORIZED, false) => "NON_PHYSICAL_GOODS",
        (HIGH_RISK, true) => {
            "PARTNER_CAPTURED_FULL_ORDER_BUT_PROVIDED_FULL_SHIPPING_INFORMATION_VIA_RESPONSE"
        }
        (HIGH_RISK, false) => "SHIPPED_STOP_REQUESTED_ORDER",
        ("REFUND_NOT_PROCESSED", true) => "PARTNER_INFORMED_ABOUT_INVALID_RETURN",
        ("REFUND_NOT_PROCESSED", false) => "PARTNER_DID_NOT_PERFORM_PROMISED_REFUND",
        ("INCORRECT_AMOUNT", true) => "PARTNER_INFORMS_THAT_INVOICE_IS_CORRECT",
        ("INCORRECT_AMOUNT", false) => "PARTNER_DID_NOT_ADJUST_STATEMENT_ON_KLARNAS_REQUEST",
        (_, true) => "KLARNA_RESOLVED_DISPUTE_IN_PARTNER_FAVOR",
        (_, false) => "PARTNER_DID_NOT_UPDATE_ORDER_AS_REQUESTED",
    }
}

/// What Klarna asks for, in its own free text.
pub(crate) fn question(reason: &str) -> &'static str {
    match reason {
        NOT_RECEIVED => {
            "The customer says that the order has not arrived. Please send a proof of delivery as a file: date, status, full address and recipient."
        }
        NOT_AS_DESCRIBED => {
            "The customer says that the goods are faulty or not as described. Please tell us which solution you have offered and whether a return was received."
        }
        HIGH_RISK => {
            "This order shows signs of fraud. Please stop the shipment if you still can, and tell us whether the goods have left your warehouse."
        }
        UNAUTHORIZED => {
            "The customer did not place this order. Please send shipping details and everything that shows who received the goods."
        }
        "REFUND_NOT_PROCESSED" => {
            "The customer has returned goods and waits for the money. Please tell us whether the return arrived and when the refund was made."
        }
        "INCORRECT_AMOUNT" => "The customer was billed another amount than agreed. Please send the invoice.",
        _ => "Please explain this order and attach what supports your explanation.",
    }
}

/// The words of `trades::complaint` that fit.
pub(crate) fn complaint(reason: &str) -> &'static str {
    match reason {
        NOT_RECEIVED => "MERCHANDISE_OR_SERVICE_NOT_RECEIVED",
        NOT_AS_DESCRIBED => "MERCHANDISE_OR_SERVICE_NOT_AS_DESCRIBED",
        UNAUTHORIZED | HIGH_RISK => "UNAUTHORISED",
        "REFUND_NOT_PROCESSED" => "CREDIT_NOT_PROCESSED",
        _ => "OTHER",
    }
}
