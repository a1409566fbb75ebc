//! One dispute as Klarna keeps it.

use std::sync::OnceLock;

use chrono::SubsecRound;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::words::{HIGH_RISK, NOT_RECEIVED, UNAUTHORIZED};
use crate::{
    dispute::{Time, stamp},
    judge::Reading,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum State {
    Initiated,
    Representment,
    PreArbitration,
    Arbitration,
    Closed,
}

impl State {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Initiated => "INITIATED",
            Self::Representment => "REPRESENTMENT",
            Self::PreArbitration => "PRE_ARBITRATION",
            Self::Arbitration => "ARBITRATION",
            Self::Closed => "CLOSED",
        }
    }

    pub(crate) fn parse(word: &str) -> Option<Self> {
        serde_json::from_value(Value::from(word)).ok()
    }
}

/// Where the merchant's own answer stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Answer {
    EvidenceRequested,
    EvidenceReceived,
    EvidenceRequestExpired,
    EvidenceWaived,
    RepresentmentAutomaticallyRejected,
}

/// The rules that a dispute keeps for life (reference 1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Framework {
    #[serde(rename = "FRAMEWORK_2020")]
    Old,
    #[serde(rename = "FRAMEWORK_2026")]
    New,
}

/// How a record writes its instants; the update time always has milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Style {
    Millis,
    Seconds,
    /// No seconds and no zone: the shortest form that valid samples have (reference 4).
    Minutes,
}

impl Style {
    pub(crate) fn write(self, at: Time) -> String {
        match self {
            Self::Millis => stamp(at),
            Self::Seconds => at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
            Self::Minutes => at.format("%Y-%m-%dT%H:%M").to_string(),
        }
    }
}

/// A file of the merchant.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct File {
    pub id: String,
    pub name: String,
    pub media_type: String,
    pub bytes: usize,
    pub sha256: String,
    /// What stands in it.
    pub reading: Reading,
}

/// What the merchant handed in, at represent or appeal.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Submission {
    pub at: Time,
    pub text: Option<String>,
    /// Ids of files, each with its description.
    pub attachments: Vec<(String, Option<String>)>,
    pub proposed_refund: Option<i64>,
    /// What it is worth by the hidden rule; answers of the past are worth what their merchant's habits say.
    pub weight: f64,
}

/// A file of the customer.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct CustomerFile {
    pub id: String,
    pub description: String,
    pub media_type: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Arbitration {
    pub detail: String,
    /// Until when the merchant can appeal.
    pub due: Time,
    pub appeal: Option<Submission>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Outcome {
    pub won: bool,
    pub detail: String,
    pub at: Time,
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
    pub state: State,
    pub previous: Option<State>,
    pub framework: Framework,
    /// Opened when preliminary losses could already be appealed (reference 1).
    pub appealable: bool,
    /// Minor units.
    pub amount: i64,
    pub currency: String,
    pub answer: Answer,
    pub asked: Time,
    pub question: String,
    /// When the merchant's time to answer runs out.
    pub due: Time,
    /// Some records do not show it.
    pub hides_due: bool,
    pub submission: Option<Submission>,
    /// When Klarna's own time runs out and it decides: a review, or closing after an accepted loss.
    pub acts_at: Option<Time>,
    pub arbitration: Option<Arbitration>,
    pub outcome: Option<Outcome>,
    pub files: Vec<File>,
    pub customer_files: Vec<CustomerFile>,
    pub exceptions: Vec<Value>,
    pub order_id: String,
    /// The order as Order Management shows it.
    pub order: Value,
    pub tangible: bool,
    /// Carrier and tracking number were given when the order was captured.
    pub shipped: bool,
    pub style: Style,
    /// Details in lower case, as the tables print them, instead of upper case, as samples have them.
    pub lower_case: bool,
    /// Chance to win before what the merchant hands in is weighed.
    pub strength: f64,
    /// Dice of the first and of the final decision, thrown at the beginning so that they fall the same after a restart.
    pub luck: (f64, f64),
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

    pub(crate) fn enter(&mut self, state: State) {
        self.previous = Some(self.state);
        self.state = state;
    }

    /// Whether the parcel decides the case.
    pub(crate) fn by_delivery(&self) -> bool {
        let delivery = [NOT_RECEIVED, UNAUTHORIZED, HIGH_RISK];
        self.tangible && delivery.contains(&self.reason.as_str())
    }

    /// The numbers by which merchant and Klarna know the order.
    pub(crate) fn payment_numbers(&self) -> Vec<String> {
        let order = &self.order;
        let mut numbers = vec![self.order_id.clone()];
        let named = [&order["merchant_reference1"], &order["klarna_reference"]];
        let captures = order["captures"].as_array().into_iter().flatten();
        let captures = captures.flat_map(|row| [&row["reference"], &row["klarna_reference"]]);
        let all = named.into_iter().chain(captures);
        numbers.extend(all.filter_map(|number| number.as_str().map(str::to_owned)));
        numbers
    }

    pub(crate) fn parcel_numbers(&self) -> Vec<String> {
        let captures = self.order["captures"].as_array().into_iter().flatten();
        let parcels = captures.flat_map(|row| row["shipping_info"].as_array().into_iter().flatten());
        parcels
            .filter_map(|parcel| parcel["tracking_number"].as_str().map(str::to_owned))
            .collect()
    }

    /// Whether evidence is still waited for.
    pub(crate) fn waits(&self) -> bool {
        self.state == State::Initiated && self.answer == Answer::EvidenceRequested
    }

    /// The merchant's running deadline, if there is one.
    pub(crate) fn deadline(&self) -> Option<Time> {
        match self.state {
            State::Initiated if self.answer == Answer::EvidenceRequested => Some(self.due),
            State::PreArbitration => self.arbitration.as_ref().map(|round| round.due),
            State::Initiated | State::Representment | State::Arbitration | State::Closed => None,
        }
    }

    /// Days and hours to answer, by reason (reference 6) and framework (reference 1).
    pub(crate) fn window(reason: &str, framework: Framework) -> chrono::Duration {
        match (reason, framework) {
            (HIGH_RISK, _) => chrono::Duration::hours(96),
            (UNAUTHORIZED, _) => chrono::Duration::days(7),
            (_, Framework::Old) => chrono::Duration::days(14),
            (_, Framework::New) => chrono::Duration::days(21),
        }
    }
}
