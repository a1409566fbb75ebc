//! The 44 detail codes of a result (reference 7): what each speaks of, and how a dispute with it ended. Whether it was won
//! says the outcome field alone, never the code.

/// What a code speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Group {
    /// The merchant was silent.
    NoAnswer,
    /// Proof of delivery, and how it was delivered.
    DeliveryProof,
    /// A request to stop a risky order.
    StopRequest,
    /// Refunds and changes of the order, promised or done.
    RefundOrChange,
    /// The merchant's answer, weighed.
    Merits,
    /// It ended without a decision on its merits.
    EndedOtherwise,
    /// The product or the order is outside of what Klarna covers.
    ProductScope,
}

impl Group {
    /// Its word.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::NoAnswer => "no_answer",
            Self::DeliveryProof => "delivery_proof",
            Self::StopRequest => "stop_request",
            Self::RefundOrChange => "refund_or_change",
            Self::Merits => "merits",
            Self::EndedOtherwise => "ended_otherwise",
            Self::ProductScope => "product_scope",
        }
    }
}

/// How a dispute with a code ended, beside won or lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// On its merits.
    Decided,
    /// Because nobody answered.
    Silence,
    /// The merchant gave in.
    Conceded,
    /// The merchant refunded, cancelled or agreed with the customer.
    Settled,
    /// The customer gave up, or paid.
    Withdrawn,
    /// Klarna closed it without weighing anything.
    Lapsed,
}

/// A documented code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Detail {
    pub(crate) group: Group,
    pub(crate) end: End,
}

impl Detail {
    /// The code's row; none for a new one. Tables print small letters, samples capitals.
    pub(crate) fn of(code: &str) -> Option<Self> {
        let row = CODES
            .iter()
            .find(|(known, _, _)| known.eq_ignore_ascii_case(code));
        row.map(|(_, group, end)| Self {
            group: *group,
            end: *end,
        })
    }
}

/// Every documented code.
#[rustfmt::skip]
pub(crate) const CODES: [(&str, Group, End); 44] = [
    ("partner_did_not_reply_to_dispute_request", Group::NoAnswer, End::Silence),
    ("partner_did_not_respond_to_stop_request", Group::NoAnswer, End::Silence),
    ("partner_did_not_respond_but_provided_full_shipping_information_when_order_was_captured", Group::NoAnswer, End::Silence),
    ("partner_did_not_respond_but_provided_partial_shipping_information_when_order_was_captured", Group::NoAnswer, End::Silence),
    ("partner_did_not_respond_and_did_not_provide_shipping_information_when_order_was_captured", Group::NoAnswer, End::Silence),
    ("no_proof_of_delivery", Group::DeliveryProof, End::Decided),
    ("insufficient_proof_of_delivery", Group::DeliveryProof, End::Decided),
    ("shipped_to_non_approved_address", Group::DeliveryProof, End::Decided),
    ("non_approved_address_recipient", Group::DeliveryProof, End::Decided),
    ("insufficient_recipient_check_at_pickup_delivery", Group::DeliveryProof, End::Decided),
    ("incorrect_invalid_delivery_in_physical_store", Group::DeliveryProof, End::Decided),
    ("partner_did_not_follow_klarnas_shipping_policy", Group::DeliveryProof, End::Decided),
    ("partner_provided_valid_shipping_details", Group::DeliveryProof, End::Decided),
    ("shipped_stop_requested_order", Group::StopRequest, End::Decided),
    ("partner_successfully_canceled_full_order", Group::StopRequest, End::Settled),
    ("partner_successfully_canceled_partial_order", Group::StopRequest, End::Settled),
    ("partner_captured_full_order_but_provided_full_shipping_information_via_response", Group::StopRequest, End::Decided),
    ("partner_captured_full_order_but_provided_partial_shipping_information_via_response", Group::StopRequest, End::Decided),
    ("partner_captured_partial_order_but_provided_shipping_information_via_response", Group::StopRequest, End::Decided),
    ("partner_responded_but_the_order_was_sent_without_shipping_information", Group::StopRequest, End::Decided),
    ("partner_claimed_they_would_cancel_the_order_but_did_not", Group::StopRequest, End::Decided),
    ("partner_did_not_perform_promised_refund", Group::RefundOrChange, End::Decided),
    ("partner_did_not_update_order_as_requested", Group::RefundOrChange, End::Decided),
    ("partner_did_not_adjust_statement_on_klarnas_request", Group::RefundOrChange, End::Decided),
    ("partner_has_refunded_payment_to_customer", Group::RefundOrChange, End::Settled),
    ("refund_issued_by_partner_after_escalation", Group::RefundOrChange, End::Settled),
    ("incorrect_payment_details_used_refunded", Group::RefundOrChange, End::Settled),
    ("partner_informed_about_invalid_return", Group::Merits, End::Decided),
    ("partner_informs_that_invoice_is_correct", Group::Merits, End::Decided),
    ("partner_informed_about_invalid_dispute", Group::Merits, End::Decided),
    ("partner_has_not_received_payment_or_payment_to_3rd_party", Group::Merits, End::Decided),
    ("customer_cancelled_dispute", Group::EndedOtherwise, End::Withdrawn),
    ("partner_solved_the_dispute_with_the_customer", Group::EndedOtherwise, End::Settled),
    ("partner_accepted_the_loss", Group::EndedOtherwise, End::Conceded),
    ("fully_paid_after_escalation", Group::EndedOtherwise, End::Withdrawn),
    ("klarna_resolved_dispute_in_partner_favor", Group::EndedOtherwise, End::Decided),
    ("klarna_resolved_due_wrong_dispute_reason_chosen", Group::EndedOtherwise, End::Lapsed),
    ("dispute_opened_under_wrong_dispute_reason", Group::EndedOtherwise, End::Lapsed),
    ("reactivated_invoice_statement", Group::EndedOtherwise, End::Lapsed),
    ("could_not_send_another_request", Group::EndedOtherwise, End::Lapsed),
    ("non_physical_goods", Group::ProductScope, End::Decided),
    ("service_digital_goods_klarna_does_not_take_risk", Group::ProductScope, End::Decided),
    ("order_missing_consumer_details", Group::ProductScope, End::Decided),
    ("invoice_incorrectly_activated", Group::ProductScope, End::Decided),
];
