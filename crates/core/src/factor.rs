//! Contributing factors: what may have to do with a result, recorded with source and time.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::words::words;

pub mod answers;
pub mod catalogue;
pub mod goods;
pub mod levels;
mod subject;

pub use subject::{AFTER_OPENING, NOT_PASSED, PASSED, SETTING_ADVICE, Subject};

words! {
    /// The four factors of the agency's promise, and two that keep the reading fair.
    FactorGroup, "factor group" {
        /// Delivery time.
        Delivery = "delivery",
        /// Product quality.
        Product = "product",
        /// Platform settings.
        Settings = "settings",
        /// The client's organisation.
        Organisation = "organisation",
        /// The agency's own part.
        Evidence = "evidence",
        /// Why the platform decided as it did; known only after the decision.
        Decision = "decision",
    }
}

words! {
    /// What was recorded. More kinds follow with the platforms and sources that supply them.
    FactorKind, "factor" {
        /// Date by which the buyer says that goods or services were expected (RFC 3339 date or instant).
        DeliveryExpectedBy = "delivery_expected_by",
        /// Date on which the buyer says that they came.
        DeliveryReceivedAt = "delivery_received_at",
        /// Whether something came at all, as the buyer says (`true`/`false`).
        DeliveryReceived = "delivery_received",
        /// When the order was placed (RFC 3339).
        OrderedAt = "ordered_at",
        /// By when delivery was promised (RFC 3339).
        DeliveryPromisedBy = "delivery_promised_by",
        /// When it was handed to the carrier (RFC 3339).
        ShippedAt = "shipped_at",
        /// When the carrier delivered it (RFC 3339).
        DeliveredAt = "delivered_at",
        /// The carrier's last word on the parcel, the platform's own word.
        DeliveryStatus = "delivery_status",
        /// The carrier.
        Carrier = "carrier",
        /// Whether the order has a tracking number (`true`/`false`).
        TrackingKnown = "tracking_known",
        /// How the delivery stood (`on_time`, `late`, `undelivered`, `unknown`): against what was promised, else against
        /// thirty days. `unknown` is where nothing that a carrier said is known.
        DeliveryTiming = "delivery_timing",
        /// By how many days it came late, at least 1.
        DeliveryLateDays = "delivery_late_days",
        /// From the shipment to the delivery, in whole hours.
        TransitHours = "transit_hours",
        /// The country that it went to, two letters of ISO 3166.
        ShippingCountry = "shipping_country",
        /// What was bought: SKU or article number.
        ProductSku = "product_sku",
        /// How far a return got, the platform's own word.
        ReturnStatus = "return_status",
        /// Why it was returned, the merchant's word.
        ReturnReason = "return_reason",
        /// Disputes of the same client that say `not_as_described` of the same goods, of the 90 days before this one
        /// was opened, without it (a count).
        SkuComplaints = "sku_complaints",
        /// What the buyer says is wrong (`damaged`, `different`, `missing_parts`, `other`).
        ProductIssue = "product_issue",
        /// Whether the platform marks the payment as eligible for seller protection (`true`/`false`).
        SellerProtectionEligible = "seller_protection_eligible",
        /// Which protection applies, in the platform's own word.
        SellerProtectionType = "seller_protection_type",
        /// Whether the buyer contacted the merchant before the dispute (`true`/`false`).
        MerchantContacted = "merchant_contacted",
        /// How that ended (`no_response`, `fixed`, `not_fixed`, `responded`).
        MerchantContactedOutcome = "merchant_contacted_outcome",
        /// What the platform thought of the order's risk, its own word.
        RiskLevel = "risk_level",
        /// The address check's result code.
        AvsResult = "avs_result",
        /// The card code check's result code.
        CvvResult = "cvv_result",
        /// Whether billing and shipping address are the same (`true`/`false`).
        AddressesMatch = "addresses_match",
        /// From the order to the shipment, in whole hours.
        HandlingHours = "handling_hours",
        /// From the buyer's first message to the merchant's first reply, in whole hours.
        FirstReplyHours = "first_reply_hours",
        /// From the return to the refund, in whole hours.
        RefundLatencyHours = "refund_latency_hours",
        /// How much was refunded before (amount and currency).
        RefundedAmount = "refunded_amount",
        /// When it was refunded (RFC 3339).
        RefundedAt = "refunded_at",
        /// When the refund policy was last changed (RFC 3339): before the order, or it does not count for it.
        RefundPolicyChangedAt = "refund_policy_changed_at",
        /// When the shipping policy was last changed (RFC 3339).
        ShippingPolicyChangedAt = "shipping_policy_changed_at",
        /// What the platform charged for the dispute (amount and currency), after what it gave back of it.
        DisputeFee = "dispute_fee",
        /// What the dispute gave back of the amount that it took (amount and currency): tells a partial win.
        ReturnedAmount = "returned_amount",
        /// From the question to the client to its answer, in whole hours.
        ClientAnswerHours = "client_answer_hours",
        /// Of the settings known when the dispute opened, how many stood as they should, in percent; those of which nobody
        /// knows are left out.
        SettingsScore = "settings_score",
        /// Disputes as counted by `sku_complaints`, in a thousand units of those goods sold in the same days.
        SkuComplaintRate = "sku_complaint_rate",
        /// That rate beside the client's own median on the day of the opening ([`goods`]): `no_complaint`, `up_to_median`,
        /// `above_median`, or `unknown` where nobody told how many were sold.
        SkuComplaintBand = "sku_complaint_band",
        /// How fast the client answered our questions of the 90 days before the day of the opening ([`answers`]). Worked out
        /// when a report is asked, recorded nowhere.
        ClientAnswerTime = "client_answer_time",
        /// Hours between our response and the deadline; negative where it was late.
        HoursLeftAtSubmission = "hours_left_at_submission",
        /// How complete the evidence was that went with it (`complete`, `partial`, `empty`).
        EvidenceBand = "evidence_band",
        /// Weight of what the case's checklist had then, in percent.
        EvidenceCompleteness = "evidence_completeness",
        /// How the proof of delivery stood then (`present`, `weak`, `missing`, `not_applicable`).
        DeliveryProofStanding = "delivery_proof_standing",
        /// The version of the evidence table that it was judged by.
        EvidenceMatrix = "evidence_matrix",
        /// The language of the packet that went with it.
        PacketLanguage = "packet_language",
        /// Who approved it as a second person.
        Reviewer = "reviewer",
        /// What our contest gave back of the disputed amount by itself (amount and currency): a win after it is partial.
        ProposedRefund = "proposed_refund",
        /// The platform's adjudication reason, its own word.
        AdjudicationReason = "adjudication_reason",
        /// What that reason speaks of, in the connector's word (Klarna: `no_answer`, `delivery_proof`, `stop_request`,
        /// `refund_or_change`, `merits`, `ended_otherwise`, `product_scope`).
        AdjudicationGroup = "adjudication_group",
    }
}

impl FactorKind {
    /// The factor that this record belongs to.
    pub const fn group(self) -> FactorGroup {
        match self {
            Self::DeliveryExpectedBy
            | Self::DeliveryReceivedAt
            | Self::DeliveryReceived
            | Self::OrderedAt
            | Self::DeliveryPromisedBy
            | Self::ShippedAt
            | Self::DeliveredAt
            | Self::DeliveryStatus
            | Self::Carrier
            | Self::TrackingKnown
            | Self::DeliveryTiming
            | Self::DeliveryLateDays
            | Self::TransitHours
            | Self::ShippingCountry => FactorGroup::Delivery,
            Self::ProductIssue
            | Self::ProductSku
            | Self::ReturnStatus
            | Self::ReturnReason
            | Self::SkuComplaints
            | Self::SkuComplaintRate
            | Self::SkuComplaintBand => FactorGroup::Product,
            Self::SellerProtectionEligible
            | Self::SellerProtectionType
            | Self::RiskLevel
            | Self::AvsResult
            | Self::CvvResult
            | Self::AddressesMatch
            | Self::RefundPolicyChangedAt
            | Self::ShippingPolicyChangedAt
            | Self::SettingsScore => FactorGroup::Settings,
            Self::MerchantContacted
            | Self::MerchantContactedOutcome
            | Self::HandlingHours
            | Self::FirstReplyHours
            | Self::RefundLatencyHours
            | Self::RefundedAmount
            | Self::RefundedAt
            | Self::ClientAnswerHours
            | Self::ClientAnswerTime => FactorGroup::Organisation,
            Self::HoursLeftAtSubmission
            | Self::EvidenceBand
            | Self::EvidenceCompleteness
            | Self::DeliveryProofStanding
            | Self::EvidenceMatrix
            | Self::PacketLanguage
            | Self::Reviewer => FactorGroup::Evidence,
            Self::AdjudicationReason
            | Self::AdjudicationGroup
            | Self::DisputeFee
            | Self::ReturnedAmount
            | Self::ProposedRefund => FactorGroup::Decision,
        }
    }

    /// Whether it is known only after the decision, so that it must never explain one (`domain.md` E4, leakage).
    pub const fn known_after_decision(self) -> bool {
        matches!(self.group(), FactorGroup::Decision)
    }
}

/// One record: kind, value, where it came from and the instant that it speaks of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Factor {
    /// What it is.
    pub kind: FactorKind,
    /// Its value, in the form that the kind names.
    pub value: String,
    /// The field that it was read from, `platform:path`.
    pub source: String,
    /// The instant of the fact, or of the observation where the platform dates nothing.
    pub as_of: DateTime<Utc>,
}
