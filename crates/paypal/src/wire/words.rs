//! PayPal's words (reference 3). Each list is open: a new word is kept as `Unknown` and raises attention.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, Visitor};

/// What all words have in common.
pub trait OpenWord {
    /// The documented words.
    #[cfg(test)]
    const KNOWN: &'static [&'static str];

    /// The word as PayPal writes it.
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
                match word { $($text $(| $alias)* => Self::$variant),+, other => Self::Unknown(other.to_owned()) }
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Reader;
                impl Visitor<'_> for Reader {
                    type Value = $name;
                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str("a word")
                    }
                    fn visit_str<E: Error>(self, word: &str) -> Result<$name, E> {
                        Ok($name::from(word))
                    }
                }
                deserializer.deserialize_str(Reader)
            }
        }
    };
}

open_words! {
    /// `reason`
    ReasonWord {
        NotReceived = "MERCHANDISE_OR_SERVICE_NOT_RECEIVED",
        NotAsDescribed = "MERCHANDISE_OR_SERVICE_NOT_AS_DESCRIBED",
        Unauthorised = "UNAUTHORISED",
        CreditNotProcessed = "CREDIT_NOT_PROCESSED",
        DuplicateTransaction = "DUPLICATE_TRANSACTION",
        IncorrectAmount = "INCORRECT_AMOUNT",
        PaymentByOtherMeans = "PAYMENT_BY_OTHER_MEANS",
        CanceledRecurringBilling = "CANCELED_RECURRING_BILLING",
        ProblemWithRemittance = "PROBLEM_WITH_REMITTANCE",
        Other = "OTHER",
    }
}
open_words! {
    /// `status`, the same for all parties
    StatusWord {
        Open = "OPEN",
        WaitingForBuyer = "WAITING_FOR_BUYER_RESPONSE",
        WaitingForSeller = "WAITING_FOR_SELLER_RESPONSE",
        UnderReview = "UNDER_REVIEW",
        Resolved = "RESOLVED",
        Other = "OTHER",
    }
}
open_words! {
    /// `dispute_state`, as the caller sees it
    StateWord {
        OpenInquiries = "OPEN_INQUIRIES",
        RequiredAction = "REQUIRED_ACTION",
        RequiredOtherPartyAction = "REQUIRED_OTHER_PARTY_ACTION",
        UnderPaypalReview = "UNDER_PAYPAL_REVIEW",
        Appealable = "APPEALABLE",
        Resolved = "RESOLVED",
    }
}
open_words! {
    /// `dispute_life_cycle_stage`
    StageWord {
        Inquiry = "INQUIRY",
        Chargeback = "CHARGEBACK",
        PreArbitration = "PRE_ARBITRATION",
        Arbitration = "ARBITRATION",
    }
}
open_words! {
    /// `dispute_channel`: filed at PayPal, at the card issuer, or an alert before a chargeback
    ChannelWord { Internal = "INTERNAL", External = "EXTERNAL", Alert = "ALERT" }
}
open_words! {
    /// `dispute_outcome.outcome_code`; some of PayPal's pages spell `FAVOR`
    OutcomeWord {
        BuyerFavour = "RESOLVED_BUYER_FAVOUR" | "RESOLVED_BUYER_FAVOR",
        SellerFavour = "RESOLVED_SELLER_FAVOUR" | "RESOLVED_SELLER_FAVOR",
        WithPayout = "RESOLVED_WITH_PAYOUT",
        CanceledByBuyer = "CANCELED_BY_BUYER",
        Accepted = "ACCEPTED",
        Denied = "DENIED",
        None = "NONE",
    }
}
open_words! {
    /// `outcome` of a list row
    ListOutcomeWord { Won = "WON", Lost = "LOST" }
}
open_words! {
    /// `adjudications[].type`
    AdjudicationWord {
        DenyBuyer = "DENY_BUYER",
        PayoutToBuyer = "PAYOUT_TO_BUYER",
        PayoutToSeller = "PAYOUT_TO_SELLER",
        RecoverFromSeller = "RECOVER_FROM_SELLER",
    }
}
open_words! {
    /// Whose money moved
    PartyWord { Seller = "SELLER", Buyer = "BUYER", PaymentProcessor = "PAYMENT_PROCESSOR" }
}
open_words! {
    /// Which way it moved
    DirectionWord { Debit = "DEBIT", Credit = "CREDIT" }
}
open_words! {
    /// Why it moved
    MovementWord {
        SettlementFee = "DISPUTE_SETTLEMENT_FEE",
        Settlement = "DISPUTE_SETTLEMENT",
        DisputeFee = "DISPUTE_FEE",
        ChargebackFee = "CHARGEBACK_FEE",
        ReversedTransactionFee = "REVERSED_TRANSACTION_FEE",
    }
}
open_words! {
    /// `messages[].posted_by`
    AuthorWord { Buyer = "BUYER", Seller = "SELLER", Arbiter = "ARBITER" }
}
open_words! {
    /// `disputed_transactions[].items[].item_type`
    ItemWord { Product = "PRODUCT", Service = "SERVICE", Booking = "BOOKING", DigitalDownload = "DIGITAL_DOWNLOAD" }
}
open_words! {
    /// `merchandize_dispute_properties.issue_type`, the buyer's own word
    IssueWord { Product = "PRODUCT", Service = "SERVICE" }
}
open_words! {
    /// `evidences[].source` and `supporting_info[].source`
    SourceWord {
        RequestedFromBuyer = "REQUESTED_FROM_BUYER",
        RequestedFromSeller = "REQUESTED_FROM_SELLER",
        SubmittedByBuyer = "SUBMITTED_BY_BUYER",
        SubmittedBySeller = "SUBMITTED_BY_SELLER",
        SubmittedByPartner = "SUBMITTED_BY_PARTNER",
    }
}
open_words! {
    /// `offer.history[].actor`
    ActorWord { Buyer = "BUYER", Seller = "SELLER" }
}
open_words! {
    /// `offer.history[].event_type`
    OfferEventWord { Proposed = "PROPOSED", Accepted = "ACCEPTED", Denied = "DENIED" }
}
open_words! {
    /// `extensions.merchant_contacted_outcome`
    ContactWord { NoResponse = "NO_RESPONSE", Fixed = "FIXED", NotFixed = "NOT_FIXED", Responded = "RESPONDED" }
}
open_words! {
    /// `product_received`
    ReceivedWord { Yes = "YES", No = "NO", Returned = "RETURNED" }
}
open_words! {
    /// `service_started`
    StartedWord { Yes = "YES", No = "NO", Cancelled = "CANCELLED" }
}
open_words! {
    /// `sub_reasons` of products and services
    SubReasonWord {
        Damaged = "DAMAGED",
        Different = "DIFFERENT",
        MissingParts = "MISSING_PARTS",
        Incomplete = "INCOMPLETE",
        Other = "OTHER",
    }
}
