//! One dispute as the simulator keeps it.

use std::sync::OnceLock;

use chrono::{DateTime, SubsecRound, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::money::Money;

pub(crate) type Time = DateTime<Utc>;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Status {
    Open,
    WaitingForBuyerResponse,
    WaitingForSellerResponse,
    UnderReview,
    Resolved,
}

impl Status {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Open => "OPEN",
            Self::WaitingForBuyerResponse => "WAITING_FOR_BUYER_RESPONSE",
            Self::WaitingForSellerResponse => "WAITING_FOR_SELLER_RESPONSE",
            Self::UnderReview => "UNDER_REVIEW",
            Self::Resolved => "RESOLVED",
        }
    }

    pub(crate) fn parse(word: &str) -> Option<Self> {
        serde_json::from_value(Value::from(word)).ok()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Stage {
    Inquiry,
    Chargeback,
    PreArbitration,
    Arbitration,
}

impl Stage {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Inquiry => "INQUIRY",
            Self::Chargeback => "CHARGEBACK",
            Self::PreArbitration => "PRE_ARBITRATION",
            Self::Arbitration => "ARBITRATION",
        }
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Outcome {
    pub code: String,
    pub reason: Option<String>,
    pub refunded: Option<Money>,
    pub at: Time,
    /// The merchant gave in (accepted the claim, or offered the money): nothing to appeal.
    pub conceded: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Offer {
    pub offer_type: String,
    pub offered: Option<Money>,
    /// Nobody has answered the last proposal yet.
    pub pending: bool,
    pub history: Vec<Value>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Dispute {
    pub id: String,
    /// Index of the merchant account.
    pub account: usize,
    pub created: Time,
    pub updated: Time,
    /// Free text: planted disputes sometimes carry words that no client knows yet.
    pub reason: String,
    pub channel: String,
    pub status: Status,
    /// Shown in place of the status, for words that no client knows yet.
    pub status_word: Option<String>,
    pub stage: Stage,
    pub amount: Money,
    pub item_type: String,
    pub seller_due: Option<Time>,
    pub buyer_due: Option<Time>,
    pub outcome: Option<Outcome>,
    pub transactions: Vec<Value>,
    pub messages: Vec<Value>,
    pub extensions: Value,
    pub evidences: Vec<Value>,
    pub supporting_info: Vec<Value>,
    pub adjudications: Vec<Value>,
    pub fund_movements: Vec<Value>,
    pub offer: Option<Offer>,
    pub communication: Option<Value>,
    pub external_reason_code: Option<String>,
    /// The buyer has reported that the item is on its way back.
    pub return_reported: bool,
    /// PayPal also shows an appeal link on some cases that were not lost.
    pub stray_appeal: bool,
    /// Chance that the adjudicator sides with the seller, moved by what the seller hands in (`judge.rs`).
    pub strength: f64,
    /// The line of the state file; emptied on every change.
    #[serde(skip)]
    pub line: OnceLock<String>,
}

impl Dispute {
    pub(crate) fn touch(&mut self, now: Time) {
        // Pollers compare update times, so a change must never keep the old one.
        self.updated = now
            .trunc_subsecs(3)
            .max(self.updated + chrono::Duration::milliseconds(1));
        self.line = OnceLock::new();
    }

    /// The numbers by which merchant and PayPal know the payment.
    pub(crate) fn payment_numbers(&self) -> Vec<String> {
        const NUMBERS: [&str; 4] = [
            "seller_transaction_id",
            "buyer_transaction_id",
            "reference_id",
            "invoice_number",
        ];
        let rows = self.transactions.iter();
        let numbers = rows.flat_map(|row| NUMBERS.iter().filter_map(|name| row[name].as_str()));
        numbers.map(str::to_owned).collect()
    }

    pub(crate) fn merchandise(&self) -> bool {
        matches!(
            self.reason.as_str(),
            "MERCHANDISE_OR_SERVICE_NOT_RECEIVED" | "MERCHANDISE_OR_SERVICE_NOT_AS_DESCRIBED"
        )
    }

    pub(crate) fn snad(&self) -> bool {
        self.reason == "MERCHANDISE_OR_SERVICE_NOT_AS_DESCRIBED"
    }

    pub(crate) fn internal(&self) -> bool {
        self.channel == "INTERNAL"
    }

    pub(crate) fn tangible(&self) -> bool {
        self.item_type == "PRODUCT"
    }

    pub(crate) fn in_claim(&self) -> bool {
        self.stage != Stage::Inquiry
    }

    pub(crate) fn message(&mut self, by: &str, content: &str, documents: &[Value], now: Time) {
        let mut message = json!({"posted_by": by, "time_posted": stamp(now), "content": content});
        if !documents.is_empty() {
            message["documents"] = Value::from(documents.to_vec());
        }
        self.messages.push(message);
    }

    /// Puts a row on the seller's checklist.
    pub(crate) fn request_evidence(&mut self, kind: &str) {
        self.evidences.push(json!({
            "evidence_type": kind,
            "source": "REQUESTED_FROM_SELLER",
            "dispute_life_cycle_stage": self.stage.word(),
            "action_info": {"action": "PROVIDE_EVIDENCE", "mandatory": true},
        }));
    }

    pub(crate) fn propose(&mut self, offer_type: &str, amount: Option<Money>, note: &str, now: Time) {
        let offer = self.offer.get_or_insert_with(|| Offer {
            offer_type: offer_type.to_owned(),
            offered: None,
            pending: true,
            history: Vec::new(),
        });
        offer_type.clone_into(&mut offer.offer_type);
        offer.pending = true;
        let mut row = json!({
            "offer_time": stamp(now), "actor": "SELLER", "event_type": "PROPOSED", "offer_type": offer_type,
            "notes": note, "dispute_life_cycle_stage": self.stage.word(),
        });
        if let Some(amount) = &amount {
            row["offer_amount"] = amount.json();
        }
        offer.offered = amount;
        offer.history.push(row);
    }

    /// The buyer's answer to the pending offer.
    pub(crate) fn answer_offer(&mut self, event: &str, note: Option<&str>, now: Time) {
        let stage = self.stage.word();
        if let Some(offer) = &mut self.offer {
            offer.pending = false;
            let mut row = json!({
                "offer_time": stamp(now), "actor": "BUYER", "event_type": event, "offer_type": offer.offer_type,
                "dispute_life_cycle_stage": stage,
            });
            if let Some(amount) = &offer.offered {
                row["offer_amount"] = amount.json();
            }
            if let Some(note) = note {
                row["notes"] = Value::from(note);
            }
            offer.history.push(row);
        }
    }
}

/// RFC 3339 with milliseconds, the way PayPal writes instants.
pub(crate) fn stamp(at: Time) -> String {
    at.to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
}
