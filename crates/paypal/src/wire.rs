//! PayPal's JSON as it comes: every field optional, every word open. Only what is read is named; PayPal adds fields at
//! will (reference 3, "no field is marked required").

mod words;

use std::borrow::Cow;
use std::fmt;

use chrono::{DateTime, SubsecRound, Utc};
use serde::Deserialize;
use serde::de::{Deserializer, Error, Visitor};

pub use words::*;

/// Text that is borrowed from the body where it holds no escapes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text<'a>(pub Cow<'a, str>);

impl Text<'_> {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Text<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("text")
            }
            fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Text(Cow::Borrowed(text)))
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }
            // Ids and invoice numbers have been seen as bare numbers in merchants' data.
            fn visit_u64<E: Error>(self, number: u64) -> Result<Self::Value, E> {
                Ok(Text(Cow::Owned(number.to_string())))
            }
        }
        deserializer.deserialize_any(Reader)
    }
}

/// An instant in RFC 3339, cut to microseconds; `Odd` keeps the place of one that cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Time {
    /// Readable.
    At(DateTime<Utc>),
    /// There is a text, and it is no instant.
    Odd,
}

impl Time {
    /// The instant, if it could be read.
    pub const fn at(self) -> Option<DateTime<Utc>> {
        match self {
            Self::At(at) => Some(at),
            Self::Odd => None,
        }
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Text::deserialize(deserializer)?;
        Ok(DateTime::parse_from_rfc3339(text.as_str())
            .map_or(Self::Odd, |at| Self::At(at.with_timezone(&Utc).trunc_subsecs(6))))
    }
}

/// An amount: three letters and a decimal string.
#[derive(Debug, Clone, Deserialize, PartialEq, Eq)]
pub struct Amount<'a> {
    #[serde(borrow)]
    pub currency_code: Option<Text<'a>>,
    #[serde(borrow)]
    pub value: Option<Text<'a>>,
}

/// A row of the list, as far as it is needed to see what changed.
#[derive(Debug, Deserialize)]
pub struct ListRow<'a> {
    #[serde(borrow)]
    pub dispute_id: Option<Text<'a>>,
    pub create_time: Option<Time>,
    pub update_time: Option<Time>,
}

/// The list's answer.
#[derive(Debug, Deserialize)]
pub struct List<'a> {
    #[serde(borrow)]
    pub items: Option<Vec<ListRow<'a>>>,
    #[serde(borrow)]
    pub links: Option<Vec<Link<'a>>>,
}

/// A link; the links of a dispute are the list of what is allowed (reference 2).
#[derive(Debug, Clone, Deserialize)]
pub struct Link<'a> {
    #[serde(borrow)]
    pub href: Option<Text<'a>>,
    #[serde(borrow)]
    pub rel: Option<Text<'a>>,
}

/// A dispute: a row of the list, the full document, or the resource of a webhook event.
#[derive(Debug, Deserialize)]
pub struct Dispute<'a> {
    #[serde(borrow)]
    pub dispute_id: Option<Text<'a>>,
    pub create_time: Option<Time>,
    pub update_time: Option<Time>,
    #[serde(borrow)]
    pub disputed_transactions: Option<Vec<Transaction<'a>>>,
    pub reason: Option<ReasonWord>,
    pub status: Option<StatusWord>,
    pub dispute_state: Option<StateWord>,
    #[serde(borrow)]
    pub dispute_amount: Option<Amount<'a>>,
    #[serde(borrow)]
    pub dispute_outcome: Option<DisputeOutcome<'a>>,
    /// Only in the list: `WON` or `LOST`.
    pub outcome: Option<ListOutcomeWord>,
    #[serde(borrow)]
    pub adjudications: Option<Vec<Adjudication<'a>>>,
    #[serde(borrow)]
    pub money_movements: Option<Vec<Movement<'a>>>,
    #[serde(borrow)]
    pub fund_movements: Option<Vec<Movement<'a>>>,
    pub dispute_life_cycle_stage: Option<StageWord>,
    pub dispute_channel: Option<ChannelWord>,
    #[serde(borrow)]
    pub messages: Option<Vec<Message<'a>>>,
    pub extensions: Option<Extensions>,
    #[serde(borrow)]
    pub evidences: Option<Vec<Evidence<'a>>>,
    pub seller_response_due_date: Option<Time>,
    #[serde(borrow)]
    pub offer: Option<Offer<'a>>,
    #[serde(borrow)]
    pub supporting_info: Option<Vec<SupportingInfo<'a>>>,
    #[serde(borrow)]
    pub links: Option<Vec<Link<'a>>>,
}

/// The payment in dispute.
#[derive(Debug, Deserialize)]
pub struct Transaction<'a> {
    pub create_time: Option<Time>,
    #[serde(borrow)]
    pub seller_transaction_id: Option<Text<'a>>,
    #[serde(borrow)]
    pub gross_amount: Option<Amount<'a>>,
    #[serde(borrow)]
    pub invoice_number: Option<Text<'a>>,
    #[serde(borrow)]
    pub custom: Option<Text<'a>>,
    pub items: Option<Vec<Item>>,
    #[serde(borrow)]
    pub buyer: Option<Buyer<'a>>,
    pub seller_protection_eligible: Option<bool>,
    #[serde(borrow)]
    pub seller_protection_type: Option<Text<'a>>,
}

/// Who paid; PayPal hides the mail address from merchants (reference 2).
#[derive(Debug, Deserialize)]
pub struct Buyer<'a> {
    #[serde(borrow)]
    pub name: Option<Text<'a>>,
    #[serde(borrow)]
    pub email: Option<Text<'a>>,
}

/// What was bought with it.
#[derive(Debug, Deserialize)]
pub struct Item {
    pub item_type: Option<ItemWord>,
}

/// The result, present once the dispute is resolved.
#[derive(Debug, Deserialize)]
pub struct DisputeOutcome<'a> {
    pub outcome_code: Option<OutcomeWord>,
    #[serde(borrow)]
    pub outcome_reason: Option<Text<'a>>,
    #[serde(borrow)]
    pub amount_refunded: Option<Amount<'a>>,
}

/// One decision. Its reason is a long and growing list of words, kept as text.
#[derive(Debug, Deserialize)]
pub struct Adjudication<'a> {
    pub r#type: Option<AdjudicationWord>,
    pub adjudication_time: Option<Time>,
    #[serde(borrow)]
    pub reason: Option<Text<'a>>,
    pub dispute_life_cycle_stage: Option<StageWord>,
}

/// Money that moved because of the dispute. The newer list says `party`, the older one `affected_party`.
#[derive(Debug, Deserialize)]
pub struct Movement<'a> {
    #[serde(alias = "affected_party")]
    pub party: Option<PartyWord>,
    #[serde(borrow)]
    pub amount: Option<Amount<'a>>,
    pub r#type: Option<DirectionWord>,
    pub reason: Option<MovementWord>,
}

/// A message between buyer and merchant.
#[derive(Debug, Deserialize)]
pub struct Message<'a> {
    pub posted_by: Option<AuthorWord>,
    pub time_posted: Option<Time>,
    #[serde(borrow)]
    pub content: Option<Text<'a>>,
    #[serde(borrow)]
    pub documents: Option<Vec<Document<'a>>>,
}

/// A file.
#[derive(Debug, Deserialize)]
pub struct Document<'a> {
    #[serde(borrow)]
    pub name: Option<Text<'a>>,
}

/// What the buyer said when filing.
#[derive(Debug, Deserialize)]
pub struct Extensions {
    pub merchant_contacted: Option<bool>,
    pub merchant_contacted_outcome: Option<ContactWord>,
    pub merchant_contacted_time: Option<Time>,
    pub merchandize_dispute_properties: Option<Properties>,
    pub billing_dispute_properties: Option<Billing>,
}

/// The part of the billing properties that speaks of goods.
#[derive(Debug, Deserialize)]
pub struct Billing {
    pub credit_not_processed: Option<Properties>,
}

/// What was bought and what is wrong with it.
#[derive(Debug, Deserialize)]
pub struct Properties {
    pub issue_type: Option<IssueWord>,
    pub product_details: Option<ProductDetails>,
    pub service_details: Option<ServiceDetails>,
}

/// Goods.
#[derive(Debug, Deserialize)]
pub struct ProductDetails {
    pub product_received: Option<ReceivedWord>,
    pub product_received_time: Option<Time>,
    pub expected_delivery_date: Option<Time>,
    pub sub_reasons: Option<Vec<SubReasonWord>>,
}

/// A service.
#[derive(Debug, Deserialize)]
pub struct ServiceDetails {
    pub service_started: Option<StartedWord>,
    pub sub_reasons: Option<Vec<SubReasonWord>>,
}

/// A row of evidence: asked for or given.
#[derive(Debug, Deserialize)]
pub struct Evidence<'a> {
    #[serde(borrow)]
    pub evidence_type: Option<Text<'a>>,
    #[serde(borrow)]
    pub evidence_info: Option<EvidenceInfo<'a>>,
    #[serde(borrow)]
    pub documents: Option<Vec<Document<'a>>>,
    #[serde(borrow)]
    pub notes: Option<Text<'a>>,
    pub source: Option<SourceWord>,
    pub date: Option<Time>,
}

/// Machine-readable proof.
#[derive(Debug, Deserialize)]
pub struct EvidenceInfo<'a> {
    #[serde(borrow)]
    pub tracking_info: Option<Vec<Tracking<'a>>>,
    #[serde(borrow)]
    pub refund_ids: Option<Vec<Text<'a>>>,
}

/// A parcel.
#[derive(Debug, Deserialize)]
pub struct Tracking<'a> {
    #[serde(borrow)]
    pub carrier_name: Option<Text<'a>>,
    #[serde(borrow)]
    pub tracking_number: Option<Text<'a>>,
    #[serde(borrow)]
    pub tracking_url: Option<Text<'a>>,
}

/// Offers between the parties.
#[derive(Debug, Deserialize)]
pub struct Offer<'a> {
    #[serde(borrow)]
    pub history: Option<Vec<OfferEvent<'a>>>,
}

/// One step of the haggling.
#[derive(Debug, Deserialize)]
pub struct OfferEvent<'a> {
    pub offer_time: Option<Time>,
    pub actor: Option<ActorWord>,
    pub event_type: Option<OfferEventWord>,
    #[serde(borrow)]
    pub offer_amount: Option<Amount<'a>>,
    #[serde(borrow)]
    pub notes: Option<Text<'a>>,
}

/// Facts volunteered during a review.
#[derive(Debug, Deserialize)]
pub struct SupportingInfo<'a> {
    #[serde(borrow)]
    pub notes: Option<Text<'a>>,
    #[serde(borrow)]
    pub documents: Option<Vec<Document<'a>>>,
    pub source: Option<SourceWord>,
    pub provided_time: Option<Time>,
}

/// An error's body. The 403 sample of PayPal has only name, message and debug id (reference 8).
#[derive(Debug, Default, Deserialize)]
pub struct Failure {
    pub name: Option<String>,
    pub debug_id: Option<String>,
    pub details: Option<Vec<FailureDetail>>,
}

/// What exactly was refused. `value` may repeat personal data and is left out on purpose.
#[derive(Debug, Deserialize)]
pub struct FailureDetail {
    pub issue: Option<String>,
    pub field: Option<String>,
}

#[cfg(test)]
pub(crate) mod spec_tests;
