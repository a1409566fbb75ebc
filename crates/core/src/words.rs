//! The canonical words. Each has one text form, used in JSON, in the database and on the command line.

use std::fmt;

/// A text that is none of the known words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{word}` is not a {kind}; known: {known}")]
pub struct UnknownWord {
    /// What kind of word was expected.
    pub kind: &'static str,
    /// The text that came.
    pub word: String,
    /// The words that exist, comma-separated.
    pub known: String,
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident, $kind:literal { $($(#[$vdoc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name { $($(#[$vdoc])* $variant),+ }

        impl $name {
            /// Every word of this kind.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word's text form.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::words::UnknownWord;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $($text => Ok(Self::$variant),)+
                    other => Err($crate::words::UnknownWord {
                        kind: $kind,
                        word: other.to_owned(),
                        known: [$($text),+].join(", "),
                    }),
                }
            }
        }

        impl From<$name> for $crate::sentence::Part {
            fn from(word: $name) -> Self {
                Self::Word(word.as_str().into())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                s.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(d)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}
pub(crate) use words;

mod platform;
pub use platform::Platform;

words! {
    /// How far a dispute has gone. The platform's own word is kept beside it.
    Stage, "stage" {
        /// Buyer and merchant talk; nobody has decided anything yet.
        Inquiry = "inquiry",
        /// A claim or chargeback: the platform, issuer or network will decide.
        Chargeback = "chargeback",
        /// A decision is contested once more.
        PreArbitration = "pre_arbitration",
        /// The last instance.
        Arbitration = "arbitration",
        /// The platform used a word that we do not know; it stands in `platform_stage`.
        Unknown = "unknown",
    }
}

impl Stage {
    /// Order of escalation; an unknown stage has none.
    pub const fn rank(self) -> Option<u8> {
        match self {
            Self::Inquiry => Some(0),
            Self::Chargeback => Some(1),
            Self::PreArbitration => Some(2),
            Self::Arbitration => Some(3),
            Self::Unknown => None,
        }
    }
}

words! {
    /// Whose move it is.
    Turn, "turn" {
        /// The merchant's, so ours.
        Ours = "ours",
        /// The buyer's.
        Buyer = "buyer",
        /// The platform (or issuer, or network) is at work.
        Platform = "platform",
        /// The dispute is closed.
        Nobody = "nobody",
    }
}

words! {
    /// Our own progress with a case.
    WorkState, "work state" {
        /// Nobody has looked yet.
        New = "new",
        /// Someone is deciding what to do.
        Triage = "triage",
        /// A response is being written.
        Drafting = "drafting",
        /// The client owes us an answer.
        WaitingOnClient = "waiting_on_client",
        /// A second person checks.
        InReview = "in_review",
        /// A response is prepared and will be sent by the worker.
        ReadyToSend = "ready_to_send",
        /// A call to the platform is under way, or was when a process died.
        Sending = "sending",
        /// Sent, but the platform has not proved yet that it has it.
        SentUnconfirmed = "sent_unconfirmed",
        /// The platform keeps our response unsent and sends it by itself at the deadline.
        Held = "held",
        /// The platform has our response, or has the move.
        AwaitingDecision = "awaiting_decision",
        /// Done.
        Closed = "closed",
    }
}

words! {
    /// Canonical reason of a dispute (the platform's own code is kept beside it).
    Reason, "reason" {
        /// Goods or services did not arrive.
        NotReceived = "not_received",
        /// They differ from what was sold.
        NotAsDescribed = "not_as_described",
        /// The account holder says that he did not pay.
        Unauthorised = "unauthorised",
        /// The account holder does not recognise the payment.
        Unrecognised = "unrecognised",
        /// A refund that was due did not come.
        CreditNotProcessed = "credit_not_processed",
        /// Paid twice, or by other means.
        DuplicateOrPaidOtherwise = "duplicate_or_paid_otherwise",
        /// The amount is wrong.
        IncorrectAmount = "incorrect_amount",
        /// A recurring payment was cancelled before.
        SubscriptionCancelled = "subscription_cancelled",
        /// The payment's processing broke a rule.
        ProcessingOrCompliance = "processing_or_compliance",
        /// Not a customer's dispute: stop or confirm the shipment.
        RiskStop = "risk_stop",
        /// Anything else, unknown codes included.
        Other = "other",
    }
}

words! {
    /// Canonical result of a case or of a round.
    Outcome, "outcome" {
        /// Decided for the merchant after a contest.
        Won = "won",
        /// The platform paid and the merchant keeps the money.
        WonProtected = "won_protected",
        /// Decided for the buyer in part.
        Partial = "partial",
        /// Decided for the buyer after a response.
        Lost = "lost",
        /// Decided for the buyer because nobody answered.
        LostNoResponse = "lost_no_response",
        /// The merchant conceded.
        Accepted = "accepted",
        /// An offer or refund ended it before a decision.
        Settled = "settled",
        /// The buyer cancelled.
        Withdrawn = "withdrawn",
        /// The inquiry ended without escalation.
        Lapsed = "lapsed",
        /// A pre-chargeback alert was deflected.
        Prevented = "prevented",
        /// The platform gave no chance to answer.
        NotContestable = "not_contestable",
        /// Replaced by a newer case or a later stage: no result of its own.
        Superseded = "superseded",
        /// The platform used a word that we do not know.
        Unknown = "unknown",
    }
}

words! {
    /// Where a deadline comes from.
    DeadlineSource, "deadline source" {
        /// The platform named it.
        Platform = "platform",
        /// Computed from documented defaults because the platform named none: always raises attention.
        Estimated = "estimated",
        /// A person set it.
        Manual = "manual",
    }
}

words! {
    /// How exact a deadline is.
    Precision, "precision" {
        /// To the second.
        Instant = "instant",
        /// A calendar day; the instant is that day's start in the earliest plausible zone.
        Day = "day",
    }
}

words! {
    /// What can be done with a dispute on a platform.
    ActionKind, "action" {
        /// Answer the platform's request with evidence (PayPal: provide-evidence; cards: representment).
        Contest = "contest",
        /// Concede; moves money.
        Accept = "accept",
        /// Propose a settlement; may move money.
        Offer = "offer",
        /// Write to the buyer.
        Message = "message",
        /// Hand an inquiry to the platform for decision.
        Escalate = "escalate",
        /// Contest a decision with new evidence.
        Appeal = "appeal",
        /// Volunteer facts during a review.
        SupportingInfo = "supporting_info",
        /// Say what came back from the buyer.
        AcknowledgeReturn = "acknowledge_return",
    }
}

impl ActionKind {
    /// Whether this is *the* response that the deadline asks for, as opposed to talk around it.
    pub const fn answers_the_request(self) -> bool {
        match self {
            Self::Contest | Self::Accept | Self::Offer | Self::Appeal | Self::AcknowledgeReturn => true,
            Self::Message | Self::Escalate | Self::SupportingInfo => false,
        }
    }

    /// Whether it moves money or ends the case, so that a person must confirm it knowingly.
    pub const fn needs_confirmation(self) -> bool {
        match self {
            Self::Accept | Self::Offer | Self::Escalate | Self::AcknowledgeReturn => true,
            Self::Contest | Self::Message | Self::Appeal | Self::SupportingInfo => false,
        }
    }
}

words! {
    /// A language in which the desk writes.
    Language, "language" {
        /// English.
        English = "en",
        /// Dutch.
        Dutch = "nl",
        /// Swedish.
        Swedish = "sv",
        /// German.
        German = "de",
    }
}

/// Turns a canonical word into readable text: `not_as_described` becomes `not as described`.
pub fn readable(word: impl fmt::Display) -> String {
    word.to_string().replace('_', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_reads_back() {
        for reason in Reason::ALL {
            assert_eq!(reason.as_str().parse(), Ok(*reason));
        }
        for outcome in Outcome::ALL {
            assert_eq!(outcome.as_str().parse(), Ok(*outcome));
        }
        let error = "typo".parse::<Stage>().unwrap_err().to_string();
        assert!(
            error.contains("`typo` is not a stage; known: inquiry, chargeback"),
            "{error}"
        );
    }
}
