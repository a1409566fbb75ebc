//! What we intend to send.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

mod quality;

pub use self::quality::Quality;
use crate::id::{CaseId, ClientId, RoundId, SubmissionId};
use crate::money::Money;
use crate::words::{ActionKind, words};

/// A file that goes with a response; its content is found by its hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileRef {
    /// Name as the platform will see it.
    pub name: String,
    /// Media type, found from the content.
    pub media_type: String,
    /// Bytes.
    pub size: u64,
    /// SHA-256 of the content, lower-case hex.
    pub sha256: String,
}

/// Where a parcel can be followed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tracking {
    /// The carrier's code at the platform, or its name.
    pub carrier: String,
    /// The tracking number.
    pub number: String,
    /// A page that shows it.
    pub url: Option<String>,
}

/// One piece of evidence, as it will be sent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvidenceItem {
    /// Its kind: the platform's evidence type in snake_case (`proof_of_fulfillment`).
    pub kind: String,
    /// The narrative.
    pub note: Option<String>,
    /// Parcels.
    #[serde(default)]
    pub tracking: Vec<Tracking>,
    /// Refund ids at the platform.
    #[serde(default)]
    pub refund_ids: Vec<String>,
    /// Files.
    #[serde(default)]
    pub files: Vec<FileRef>,
    /// The item that it speaks of, in a dispute of several items.
    pub item_id: Option<String>,
}

/// A postal address; only the country is required by the platforms.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    /// Street and number.
    pub line_1: Option<String>,
    /// Rest of the street address.
    pub line_2: Option<String>,
    /// City.
    pub city: Option<String>,
    /// State or province.
    pub region: Option<String>,
    /// Postal code.
    pub postal_code: Option<String>,
    /// ISO 3166-1 alpha-2.
    pub country: String,
}

words! {
    /// How a claim is conceded.
    AcceptKind, "kind of acceptance" {
        /// The whole amount goes back.
        Refund = "refund",
        /// The whole amount goes back once the goods are returned.
        RefundWithReturn = "refund_with_return",
        /// A part goes back.
        PartialRefund = "partial_refund",
        /// As with a return, the merchant pays the label.
        RefundWithReturnLabel = "refund_with_return_label",
    }
}

words! {
    /// What is offered to the buyer.
    OfferKind, "kind of offer" {
        /// Money back, goods stay.
        Refund = "refund",
        /// Money back, goods returned.
        RefundWithReturn = "refund_with_return",
        /// Some money and a replacement.
        RefundWithReplacement = "refund_with_replacement",
        /// A replacement only.
        ReplacementWithoutRefund = "replacement_without_refund",
    }
}

words! {
    /// What came back from the buyer.
    ReturnState, "state of the return" {
        /// The item, as it should be.
        ItemReceived = "item_received",
        /// Nothing.
        ItemNotReceived = "item_not_received",
        /// Damaged.
        Damaged = "damaged",
        /// An empty parcel or another item.
        EmptyPackageOrDifferent = "empty_package_or_different",
        /// Not everything.
        MissingItems = "missing_items",
    }
}

/// A response, complete enough to be sent without another question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum Response {
    /// Answer the request with evidence.
    Contest {
        /// What is sent, in order.
        evidence: Vec<EvidenceItem>,
        /// Where the buyer may send the goods, if that is part of the answer.
        return_address: Option<Address>,
        /// What the merchant would give back although it contests: a partial defence (`klarna.md` 5).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        proposed_refund: Option<Money>,
    },
    /// Concede.
    Accept {
        /// How.
        kind: AcceptKind,
        /// Why, for the platform; hidden from the buyer.
        note: String,
        /// The platform's reason code in snake_case.
        reason: Option<String>,
        /// The amount, for a partial refund.
        amount: Option<Money>,
        /// Where to return the goods.
        return_address: Option<Address>,
        /// The merchant's invoice number for the refund.
        invoice_id: Option<String>,
        /// Shipping label and its tracking, for [`AcceptKind::RefundWithReturnLabel`].
        #[serde(default)]
        shipment: Vec<Tracking>,
        /// Files (the label).
        #[serde(default)]
        files: Vec<FileRef>,
    },
    /// Propose a settlement to the buyer.
    Offer {
        /// What.
        kind: OfferKind,
        /// Text to the buyer.
        note: String,
        /// How much.
        amount: Option<Money>,
        /// Where to return the goods.
        return_address: Option<Address>,
        /// The merchant's invoice number for the refund.
        invoice_id: Option<String>,
    },
    /// Write to the buyer.
    Message {
        /// The text.
        text: String,
        /// Files.
        #[serde(default)]
        files: Vec<FileRef>,
    },
    /// Hand the inquiry to the platform.
    Escalate {
        /// Why.
        note: String,
    },
    /// Contest a decision with new evidence.
    Appeal {
        /// What is new.
        evidence: Vec<EvidenceItem>,
    },
    /// Volunteer facts during a review.
    SupportingInfo {
        /// The facts.
        note: String,
        /// Files.
        #[serde(default)]
        files: Vec<FileRef>,
    },
    /// Say what came back.
    AcknowledgeReturn {
        /// What.
        kind: ReturnState,
        /// More about it.
        note: Option<String>,
        /// Proof, needed unless the item came back as it should.
        #[serde(default)]
        evidence: Vec<EvidenceItem>,
    },
}

impl Response {
    /// What kind of action it is.
    pub const fn action(&self) -> ActionKind {
        match self {
            Self::Contest { .. } => ActionKind::Contest,
            Self::Accept { .. } => ActionKind::Accept,
            Self::Offer { .. } => ActionKind::Offer,
            Self::Message { .. } => ActionKind::Message,
            Self::Escalate { .. } => ActionKind::Escalate,
            Self::Appeal { .. } => ActionKind::Appeal,
            Self::SupportingInfo { .. } => ActionKind::SupportingInfo,
            Self::AcknowledgeReturn { .. } => ActionKind::AcknowledgeReturn,
        }
    }

    /// Whether it gives the claim up: what follows is no loss.
    pub const fn concedes(&self) -> bool {
        match self {
            Self::Accept { .. } => true,
            Self::AcknowledgeReturn { kind, .. } => matches!(kind, ReturnState::ItemReceived),
            Self::Contest { .. }
            | Self::Offer { .. }
            | Self::Message { .. }
            | Self::Escalate { .. }
            | Self::Appeal { .. }
            | Self::SupportingInfo { .. } => false,
        }
    }

    /// What a contest would give back of the disputed amount; none where it gives nothing back, or is no contest.
    pub const fn proposed_refund(&self) -> Option<Money> {
        match self {
            Self::Contest { proposed_refund, .. } => *proposed_refund,
            Self::Accept { .. }
            | Self::Offer { .. }
            | Self::Message { .. }
            | Self::Escalate { .. }
            | Self::Appeal { .. }
            | Self::SupportingInfo { .. }
            | Self::AcknowledgeReturn { .. } => None,
        }
    }

    /// Every text in it that somebody wrote, in order.
    pub fn texts(&self) -> Vec<&str> {
        match self {
            Self::Contest { evidence, .. } | Self::Appeal { evidence } => {
                evidence.iter().filter_map(|item| item.note.as_deref()).collect()
            }
            Self::AcknowledgeReturn { note, evidence, .. } => {
                let notes = evidence.iter().filter_map(|item| item.note.as_deref());
                note.as_deref().into_iter().chain(notes).collect()
            }
            Self::Accept { note, .. }
            | Self::Offer { note, .. }
            | Self::Escalate { note }
            | Self::SupportingInfo { note, .. } => vec![note],
            Self::Message { text, .. } => vec![text],
        }
    }

    /// Every refund that it claims was made.
    pub fn refund_ids(&self) -> Vec<&str> {
        match self {
            Self::Contest { evidence, .. }
            | Self::Appeal { evidence }
            | Self::AcknowledgeReturn { evidence, .. } => evidence
                .iter()
                .flat_map(|e| &e.refund_ids)
                .map(String::as_str)
                .collect(),
            Self::Accept { .. }
            | Self::Offer { .. }
            | Self::Message { .. }
            | Self::Escalate { .. }
            | Self::SupportingInfo { .. } => Vec::new(),
        }
    }

    /// Every file in it, in order.
    pub fn files(&self) -> Vec<&FileRef> {
        match self {
            Self::Contest { evidence, .. }
            | Self::Appeal { evidence }
            | Self::AcknowledgeReturn { evidence, .. } => evidence.iter().flat_map(|e| &e.files).collect(),
            Self::Accept { files, .. } | Self::Message { files, .. } | Self::SupportingInfo { files, .. } => {
                files.iter().collect()
            }
            Self::Offer { .. } | Self::Escalate { .. } => Vec::new(),
        }
    }
}

words! {
    /// Where a submission stands.
    SubmissionState, "submission state" {
        /// Waits for its time; nothing was sent.
        Prepared = "prepared",
        /// A call is under way, or was when a process died: never sent again before the platform was read.
        Sending = "sending",
        /// The call ended; the platform has not proved yet that it has the response.
        SentUnconfirmed = "sent_unconfirmed",
        /// The platform keeps it unsent and sends it by itself at the deadline (Shopify); read until it did.
        Held = "held",
        /// The platform shows the response.
        Confirmed = "confirmed",
        /// The platform refused it; nothing was taken.
        Refused = "refused",
        /// Not sent, by decision or because the dispute moved on.
        Cancelled = "cancelled",
        /// It cannot be told by reading whether the platform has it: a person must decide.
        NeedsPerson = "needs_person",
    }
}

impl SubmissionState {
    /// Whether nothing more will happen by itself.
    pub const fn is_final(self) -> bool {
        match self {
            Self::Confirmed | Self::Refused | Self::Cancelled | Self::NeedsPerson => true,
            Self::Prepared | Self::Sending | Self::SentUnconfirmed | Self::Held => false,
        }
    }
}

/// One response on its way, with what is known of its attempts.
#[derive(Debug, Clone)]
pub struct Submission {
    /// Its id.
    pub id: SubmissionId,
    /// The case.
    pub case: CaseId,
    /// The client, for scoping.
    pub client: ClientId,
    /// The round that it was written for.
    pub round: RoundId,
    /// What is sent.
    pub response: Response,
    /// Where it stands.
    pub state: SubmissionState,
    /// Not before this instant.
    pub send_at: DateTime<Utc>,
    /// Calls begun so far.
    pub attempts: i64,
    /// When the last call began.
    pub attempted_at: Option<DateTime<Utc>>,
    /// Whether the platform answered that it took the last call: then it is never sent again.
    pub answered: bool,
    /// What the platform showed when the response was prepared, and again before the last call.
    pub baseline: crate::proof::Baseline,
    /// The platform's reference for the answer (PayPal: debug id).
    pub platform_reference: Option<String>,
    /// When the platform proved it.
    pub confirmed_at: Option<DateTime<Utc>>,
    /// Why it was refused, cancelled or given to a person.
    pub error: Option<String>,
    /// Who prepared it.
    pub created_by: String,
    /// When.
    pub created_at: DateTime<Utc>,
    /// How good it was when it was queued; none for those of before this was kept.
    pub quality: Option<Quality>,
}

#[cfg(test)]
mod tests;
