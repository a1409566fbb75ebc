//! Shopify's words (reference 2). REST and webhooks write them in lower case. Each list is open: a new word is kept as
//! `Unknown` and raises attention; one was announced before it was in the schema.

use serde::de::{Deserialize, Deserializer};

macro_rules! open_words {
    ($(#[$doc:meta])* $name:ident { $($variant:ident = $text:literal $(| $alias:literal)*),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub(crate) struct $name {
            /// What it means.
            pub is: known::$name,
            /// As it came.
            pub word: String,
        }

        impl From<String> for $name {
            fn from(word: String) -> Self {
                let is = match word.to_ascii_uppercase().as_str() {
                    $($text $(| $alias)* => known::$name::$variant,)+
                    _ => known::$name::Unknown,
                };
                Self { is, word }
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer).map(Self::from)
            }
        }
    };
}

/// What words mean.
pub(crate) mod known {
    /// `DisputeType`
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub(crate) enum TypeWord {
        Chargeback,
        Inquiry,
        Unknown,
    }

    /// `DisputeStatus`
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub(crate) enum StatusWord {
        Accepted,
        Lost,
        NeedsResponse,
        Prevented,
        UnderReview,
        Won,
        ChargeRefunded,
        Unknown,
    }

    /// `ShopifyPaymentsDisputeReason`
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub(crate) enum ReasonWord {
        BankCannotProcess,
        CreditNotProcessed,
        CustomerInitiated,
        DebitNotAuthorized,
        Duplicate,
        Fraudulent,
        General,
        IncorrectAccountDetails,
        InsufficientFunds,
        Noncompliant,
        ProductNotReceived,
        ProductUnacceptable,
        SubscriptionCancelled,
        Unrecognized,
        Unknown,
    }
}

open_words! {
    /// `type`
    TypeWord { Chargeback = "CHARGEBACK", Inquiry = "INQUIRY" }
}
open_words! {
    /// `status`
    StatusWord {
        Accepted = "ACCEPTED",
        Lost = "LOST",
        NeedsResponse = "NEEDS_RESPONSE",
        Prevented = "PREVENTED",
        UnderReview = "UNDER_REVIEW",
        Won = "WON",
        ChargeRefunded = "CHARGE_REFUNDED",
    }
}
open_words! {
    /// `reasonDetails.reason`; REST spells the first one `bank_not_process`
    ReasonWord {
        BankCannotProcess = "BANK_CANNOT_PROCESS" | "BANK_NOT_PROCESS",
        CreditNotProcessed = "CREDIT_NOT_PROCESSED",
        CustomerInitiated = "CUSTOMER_INITIATED",
        DebitNotAuthorized = "DEBIT_NOT_AUTHORIZED",
        Duplicate = "DUPLICATE",
        Fraudulent = "FRAUDULENT",
        General = "GENERAL",
        IncorrectAccountDetails = "INCORRECT_ACCOUNT_DETAILS",
        InsufficientFunds = "INSUFFICIENT_FUNDS",
        Noncompliant = "NONCOMPLIANT",
        ProductNotReceived = "PRODUCT_NOT_RECEIVED",
        ProductUnacceptable = "PRODUCT_UNACCEPTABLE",
        SubscriptionCancelled = "SUBSCRIPTION_CANCELLED",
        Unrecognized = "UNRECOGNIZED",
    }
}
