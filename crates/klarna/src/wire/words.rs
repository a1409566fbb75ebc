//! Klarna's words (reference 4, 6, 7, 10). Each list is open: a new word is kept as `Unknown` and raises attention.
//! Tables print `lower_snake`, samples `UPPER_SNAKE`, so case does not matter.

use serde::{Deserialize, Deserializer};

use super::Text;

/// What all words have in common.
pub trait OpenWord {
    /// The documented words.
    #[cfg(test)]
    const KNOWN: &'static [&'static str];

    /// The word as Klarna documents it, or as it came.
    fn as_str(&self) -> &str;

    /// Whether the word is not documented.
    fn is_unknown(&self) -> bool;
}

macro_rules! open_words {
    ($(#[$doc:meta])* $name:ident { $($variant:ident = $text:literal $(| $alias:literal)*),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum $name { $(#[doc = $text] $variant),+, /// A word that is not documented.
            Unknown(String) }

        impl OpenWord for $name {
            #[cfg(test)]
            const KNOWN: &'static [&'static str] = &[$($text),+];

            fn as_str(&self) -> &str {
                match self { $(Self::$variant => $text),+, Self::Unknown(word) => word }
            }

            fn is_unknown(&self) -> bool {
                matches!(self, Self::Unknown(_))
            }
        }

        impl From<&str> for $name {
            fn from(word: &str) -> Self {
                let upper = word.trim().to_ascii_uppercase();
                match upper.as_str() {
                    $($text $(| $alias)* => Self::$variant),+,
                    _ => Self::Unknown(word.to_owned()),
                }
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Ok($name::from(Text::deserialize(deserializer)?.0.as_str()))
            }
        }
    };
}

open_words! {
    /// `dispute_reason` of v4, and the forms of older generations (reference 6).
    ReasonWord {
        RefundNotProcessed = "REFUND_NOT_PROCESSED" | "RETURN_NOT_REFUNDED" | "RETURN",
        NotReceived = "PRODUCTS_OR_SERVICES_NOT_RECEIVED" | "PRODUCTS_NOT_RECEIVED" | "GOODS_NOT_RECEIVED",
        NotAsDescribed = "PRODUCTS_DEFECTIVE_OR_NOT_AS_DESCRIBED" | "PRODUCTS_FAULTY" | "FAULTY_GOODS",
        IncorrectAmount = "INCORRECT_AMOUNT" | "CAPTURE_AMOUNT_INCORRECT" | "INCORRECT_INVOICE",
        HighRisk = "PURCHASE_HIGH_RISK" | "HIGH_RISK_ORDER",
        Unauthorized = "PURCHASE_UNAUTHORIZED" | "UNAUTHORIZED_PURCHASE",
        NonCompliance = "NON_COMPLIANCE",
        NonGuaranteed = "NON_GUARANTEED_PAYMENT_PROGRAM",
        AlreadyPaid = "ALREADY_PAID",
        ReturnNotPossible = "RETURN_NOT_POSSIBLE",
        PurchaseCanceled = "PURCHASE_CANCELED",
        PandemicImpact = "PANDEMIC_IMPACT",
    }
}
open_words! {
    /// `state`, of v4 and v3 together: which words a generation has, and what they mean there, is `map`'s matter.
    StateWord {
        Initiated = "INITIATED",
        Representment = "REPRESENTMENT",
        PreArbitration = "PRE_ARBITRATION",
        Arbitration = "ARBITRATION",
        Closed = "CLOSED",
        ArbitrationPending = "ARBITRATION_PENDING",
        EvidencePending = "MERCHANT_EVIDENCE_PENDING",
        AppealOpen = "ARBITRATION_APPEAL_OPEN",
    }
}
open_words! {
    /// `representment.state`
    RepresentmentWord {
        Requested = "EVIDENCE_REQUESTED",
        Received = "EVIDENCE_RECEIVED",
        Expired = "EVIDENCE_REQUEST_EXPIRED",
        Waived = "EVIDENCE_WAIVED",
        AutomaticallyRejected = "REPRESENTMENT_AUTOMATICALLY_REJECTED",
    }
}
open_words! {
    /// `dispute_outcome` and `preliminary_outcome`
    OutcomeWord { Won = "WON", Lost = "LOST" }
}
open_words! {
    /// `dispute_details.created_by`
    CreatorWord { Customer = "CUSTOMER", KlarnaAgent = "KLARNA_AGENT" }
}
open_words! {
    /// `configuration.base_framework`
    FrameworkWord { Of2020 = "FRAMEWORK_2020", Of2026 = "FRAMEWORK_2026" }
}
open_words! {
    /// `configuration.options.hold_policy`; the migration guide writes the longer-lived word another way (reference 4).
    HoldWord { None = "NONE", OnInitiated = "ON_DISPUTE_INITIATED" | "ON_DISPUTE_OPEN" }
}
open_words! {
    /// `process_exceptions[].exception_type`
    ExceptionWord { WindowExtension = "DISPUTE_WINDOW_EXTENSION", Immediate = "IMMEDIATE_DISPUTE_RESOLUTION" }
}
open_words! {
    /// `process_exceptions[].reason`
    ExceptionReasonWord {
        MisHandled = "DISPUTE_MIS_HANDLED",
        Regulatory = "REGULATORY_REQUIREMENT",
        FraudulentPartner = "FRAUDULENT_PARTNER",
    }
}
