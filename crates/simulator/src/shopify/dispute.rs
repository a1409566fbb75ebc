//! A Shopify Payments dispute as this fake remembers it (reference 2 and 5).

use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{dispute::Time, judge::Reading, money::Money};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Status {
    Accepted,
    ChargeRefunded,
    Lost,
    NeedsResponse,
    Prevented,
    UnderReview,
    Won,
}

impl Status {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Accepted => "ACCEPTED",
            Self::ChargeRefunded => "CHARGE_REFUNDED",
            Self::Lost => "LOST",
            Self::NeedsResponse => "NEEDS_RESPONSE",
            Self::Prevented => "PREVENTED",
            Self::UnderReview => "UNDER_REVIEW",
            Self::Won => "WON",
        }
    }

    /// Reads a word in either case: filters write it small (reference 2, open question 2).
    pub(crate) fn parse(word: &str) -> Option<Self> {
        serde_json::from_value(Value::from(word.to_ascii_uppercase())).ok()
    }

    pub(crate) fn is_final(self) -> bool {
        match self {
            Self::NeedsResponse | Self::UnderReview => false,
            Self::Accepted | Self::ChargeRefunded | Self::Lost | Self::Prevented | Self::Won => true,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Kind {
    Chargeback,
    Inquiry,
}

impl Kind {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Chargeback => "CHARGEBACK",
            Self::Inquiry => "INQUIRY",
        }
    }
}

/// The bank's request that is on its way: a new dispute is shown under review and without a due date first (reference 5).
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Opening {
    pub at: Time,
    pub due: Time,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Upload {
    pub id: u64,
    /// Lower snake case, as REST takes it.
    pub document_type: String,
    pub filename: String,
    pub mimetype: String,
    pub bytes: usize,
    /// What stands in it.
    pub reading: Reading,
}

/// The one mutable evidence object of a dispute.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Evidence {
    /// By the name of the GraphQL field.
    pub texts: BTreeMap<String, String>,
    pub shipping_address: Option<Value>,
    pub uploads: Vec<Upload>,
    /// Upload of each slot, by the name of the GraphQL field.
    pub slots: BTreeMap<String, u64>,
    /// What REST appended; the rest comes from the order.
    pub fulfillments: Vec<Value>,
    pub submitted: bool,
    /// When the merchant sent it; Shopify's own sending leaves this empty.
    pub sent_by_merchant: Option<Time>,
    pub created: Option<Time>,
    pub saved: Option<Time>,
}

impl Evidence {
    pub(crate) fn upload(&self, id: u64) -> Option<&Upload> {
        self.uploads.iter().find(|upload| upload.id == id)
    }

    /// Bytes of everything uploaded for the dispute.
    pub(crate) fn bytes(&self) -> usize {
        self.uploads.iter().map(|upload| upload.bytes).sum()
    }
}

/// The order behind a dispute. Its facts never change, so that many disputes may share them.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Order {
    pub id: u64,
    pub number: u64,
    pub placed: Time,
    /// In the shape of the GraphQL type, without what the fields here say.
    pub facts: Arc<Value>,
}

/// A row of the payments ledger.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct LedgerRow {
    pub word: String,
    pub amount: i64,
    pub fee: i64,
    pub at: Time,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Dispute {
    /// Above 2^53, as real ones are.
    pub id: u64,
    /// Another number than the dispute's.
    pub evidence_id: u64,
    /// Index of the merchant account.
    pub account: usize,
    pub kind: Kind,
    pub status: Status,
    pub amount: Money,
    /// The GraphQL word.
    pub reason: String,
    pub network_code: Option<String>,
    pub initiated: Time,
    pub due: Option<Time>,
    pub sent: Option<Time>,
    pub finalized: Option<Time>,
    pub opens: Option<Opening>,
    pub evidence: Evidence,
    pub order: Option<Order>,
    pub ledger: Vec<LedgerRow>,
    /// Grows with each reopening and with the step from inquiry to chargeback.
    pub cycle: u32,
    /// Chance that the bank sides with the merchant, moved by what is sent (`judge.rs`).
    pub strength: f64,
    #[serde(skip)]
    pub line: OnceLock<String>,
}

impl Dispute {
    /// Somebody has answered this cycle (reference 5: under review with a due date).
    pub(crate) fn answered(&self) -> bool {
        self.status == Status::UnderReview && self.due.is_some()
    }

    /// The numbers by which merchant and buyer know the order.
    pub(crate) fn payment_numbers(&self) -> Vec<String> {
        let order = self.order.iter();
        order
            .flat_map(|order| [format!("#{}", order.number), format!("C{}", order.id)])
            .collect()
    }

    /// When something happens by itself.
    pub(crate) fn wakes(&self) -> Option<Time> {
        match self.status {
            Status::UnderReview => self.opens.map(|opening| opening.at),
            Status::NeedsResponse => self.due,
            Status::Accepted | Status::ChargeRefunded | Status::Lost | Status::Prevented | Status::Won => {
                None
            }
        }
    }
}

/// `gid://shopify/{kind}/{number}`
pub(crate) fn gid(kind: &str, number: u64) -> String {
    format!("gid://shopify/{kind}/{number}")
}

/// Kind and number of a global id; `None` where it is none.
pub(crate) fn parse_gid(text: &str) -> Option<(&str, u64)> {
    let (kind, number) = text.strip_prefix("gid://shopify/")?.split_once('/')?;
    Some((kind, number.parse().ok()?))
}

pub(crate) const DISPUTE: &str = "ShopifyPaymentsDispute";
pub(crate) const EVIDENCE: &str = "ShopifyPaymentsDisputeEvidence";
pub(crate) const UPLOAD: &str = "ShopifyPaymentsDisputeFileUpload";
pub(crate) const FULFILLMENT: &str = "ShopifyPaymentsDisputeFulfillment";

/// The six writable slots: GraphQL field and REST name (reference 2 and 3).
pub(crate) const SLOTS: [(&str, &str); 6] = [
    ("cancellationPolicyFile", "cancellation_policy_file"),
    ("customerCommunicationFile", "customer_communication_file"),
    ("refundPolicyFile", "refund_policy_file"),
    ("serviceDocumentationFile", "service_documentation_file"),
    ("shippingDocumentationFile", "shipping_documentation_file"),
    ("uncategorizedFile", "uncategorized_file"),
];

/// The writable texts: GraphQL field and REST name.
pub(crate) const TEXTS: [(&str, &str); 9] = [
    ("accessActivityLog", "access_activity_log"),
    ("cancellationPolicyDisclosure", "cancellation_policy_disclosure"),
    ("cancellationRebuttal", "cancellation_rebuttal"),
    ("customerEmailAddress", "customer_email_address"),
    ("customerFirstName", "customer_first_name"),
    ("customerLastName", "customer_last_name"),
    ("refundPolicyDisclosure", "refund_policy_disclosure"),
    ("refundRefusalExplanation", "refund_refusal_explanation"),
    ("uncategorizedText", "uncategorized_text"),
];

/// Texts that only Shopify itself fills in (fact 7).
pub(crate) const READ_ONLY_TEXTS: [(&str, &str); 2] = [
    ("customerPurchaseIp", "customer_purchase_ip"),
    ("productDescription", "product_description"),
];
