//! Four eyes: which responses one person may not send alone.

use std::fmt;

use serde::Serialize;

use crate::money::Money;
use crate::person::name_key;
use crate::response::{OfferKind, Response, ReturnState};
use crate::sentence;
use crate::sentence::Sentence;

/// Why a second person must approve a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "why")]
pub enum FourEyes {
    /// It moves money or gives the claim up, whatever the amount.
    Money,
    /// More is disputed than the client lets one person decide about.
    AboveLimit {
        /// The client's limit.
        limit: Money,
    },
}

impl FourEyes {
    /// It in words.
    pub fn sentence(&self) -> Sentence {
        match self {
            Self::Money => sentence!("it moves money or gives the claim up"),
            Self::AboveLimit { limit } => {
                sentence!(
                    "more is disputed than the client's limit of {limit}",
                    limit = *limit
                )
            }
        }
    }
}

impl fmt::Display for FourEyes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.sentence().fmt(f)
    }
}

impl Response {
    /// Whether it moves money or gives the claim up: never the act of one person, and never sent by the clock.
    pub const fn moves_money(&self) -> bool {
        match self {
            Self::Accept { .. } => true,
            Self::Offer { kind, amount, .. } => match kind {
                OfferKind::Refund | OfferKind::RefundWithReturn | OfferKind::RefundWithReplacement => true,
                OfferKind::ReplacementWithoutRefund => amount.is_some(),
            },
            Self::AcknowledgeReturn { kind, .. } => matches!(kind, ReturnState::ItemReceived),
            Self::Contest { proposed_refund, .. } => proposed_refund.is_some(),
            Self::Message { .. }
            | Self::Escalate { .. }
            | Self::Appeal { .. }
            | Self::SupportingInfo { .. } => false,
        }
    }
}

/// Whether a response needs a second person, and why. `limit` is the client's in the currency of the dispute; none
/// means that one person is enough for whatever moves no money.
pub fn four_eyes(response: &Response, disputed: Money, limit: Option<Money>) -> Option<FourEyes> {
    if response.moves_money() {
        return Some(FourEyes::Money);
    }
    let limit = limit.filter(|l| l.currency != disputed.currency || disputed.minor > l.minor)?;
    Some(FourEyes::AboveLimit { limit })
}

/// Whether two names are the same person's: neither case nor blanks make another one.
pub fn same_person(a: &str, b: &str) -> bool {
    name_key(a) == name_key(b)
}

#[cfg(test)]
mod tests;
