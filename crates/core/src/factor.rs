//! Contributing factors: what may have to do with a result, recorded with source and time.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::words::words;

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
        /// The platform's adjudication reason, its own word.
        AdjudicationReason = "adjudication_reason",
    }
}

impl FactorKind {
    /// The factor that this record belongs to.
    pub const fn group(self) -> FactorGroup {
        match self {
            Self::DeliveryExpectedBy | Self::DeliveryReceivedAt | Self::DeliveryReceived => {
                FactorGroup::Delivery
            }
            Self::ProductIssue => FactorGroup::Product,
            Self::SellerProtectionEligible | Self::SellerProtectionType => FactorGroup::Settings,
            Self::MerchantContacted | Self::MerchantContactedOutcome => FactorGroup::Organisation,
            Self::AdjudicationReason => FactorGroup::Decision,
        }
    }

    /// Whether it is known only after the decision, so that it must never explain one (`domain.md` E4, leakage).
    pub const fn known_after_decision(self) -> bool {
        match self {
            Self::AdjudicationReason => true,
            Self::DeliveryExpectedBy
            | Self::DeliveryReceivedAt
            | Self::DeliveryReceived
            | Self::ProductIssue
            | Self::SellerProtectionEligible
            | Self::SellerProtectionType
            | Self::MerchantContacted
            | Self::MerchantContactedOutcome => false,
        }
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
