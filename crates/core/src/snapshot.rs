//! What a platform said about one dispute at one moment, in our words.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::attention::Attention;
use crate::deadline::Deadline;
use crate::factor::Factor;
use crate::id::DisputeRef;
use crate::money::Money;
use crate::words::{ActionKind, Outcome, Platform, Reason, Stage, Turn};

/// The facts of a dispute, as read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// The disputed amount.
    pub amount: Money,
    /// How far it has gone.
    pub stage: Stage,
    /// The platform's own word for the stage.
    pub platform_stage: Option<String>,
    /// The platform's own word for the status.
    pub platform_status: Option<String>,
    /// The way it came in (PayPal: `INTERNAL`, `EXTERNAL`, `ALERT`), the platform's own word.
    pub channel: Option<String>,
    /// Whose move it is.
    pub turn: Turn,
    /// Why the buyer disputes.
    pub reason: Reason,
    /// The platform's own reason code.
    pub platform_reason: Option<String>,
    /// What the platform allows now.
    pub allowed_actions: BTreeSet<ActionKind>,
    /// The merchant's references at the platform: transaction id, invoice number, custom field.
    pub order_refs: Vec<String>,
    /// When the dispute was opened at the platform.
    pub opened_at: DateTime<Utc>,
    /// When the platform last changed it.
    pub updated_at: DateTime<Utc>,
}

/// A response by the merchant's side that the platform shows, whoever sent it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenAnswer {
    /// What kind of response it was.
    pub action: ActionKind,
    /// When the platform received it, where it says.
    pub at: Option<DateTime<Utc>>,
    /// Its text.
    pub text: String,
    /// Tracking numbers and refund ids in it.
    pub references: Vec<String>,
    /// File names in it.
    pub files: Vec<String>,
    /// The amount in it.
    pub amount: Option<Money>,
}

impl SeenAnswer {
    /// An undated answer of this kind with a text and nothing else.
    pub fn text(action: ActionKind, text: &str) -> Self {
        Self {
            action,
            at: None,
            text: text.to_owned(),
            references: Vec::new(),
            files: Vec::new(),
            amount: None,
        }
    }
}

/// One observation, parsed. The raw body travels beside it, see [`Observed`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// The platform.
    pub platform: Platform,
    /// The platform's id, which never changes.
    pub dispute: DisputeRef,
    /// The facts.
    pub facts: Facts,
    /// The deadline that runs for us, if one does.
    pub deadline: Option<Deadline>,
    /// The result, once there is one.
    pub outcome: Option<Outcome>,
    /// When the platform closed it, where it says; else the last change stands in.
    pub closed_at: Option<DateTime<Utc>>,
    /// Responses by the merchant's side that the platform shows.
    pub answers: Vec<SeenAnswer>,
    /// What is saved at the platform as an answer, but not sent: the platform sends it by itself at the deadline
    /// (Shopify). No answer yet.
    pub saved: Vec<SeenAnswer>,
    /// Contributing factors that this body carries.
    pub factors: Vec<Factor>,
    /// What a person must look at.
    pub attention: BTreeSet<Attention>,
}

/// A snapshot with the body it was read from.
#[derive(Debug, Clone)]
pub struct Observed {
    /// The parsed form.
    pub snapshot: Snapshot,
    /// The body, byte for byte.
    pub raw: Vec<u8>,
    /// SHA-256 of the body.
    pub hash: [u8; 32],
    /// The dispute's version as the platform's listing tells it: a row with the same mark is known already.
    pub mark: String,
    /// Whether the platform says when the dispute last changed. Where it does not, `facts.updated_at` is the moment of
    /// reading, and only another body is a change.
    pub dated: bool,
    /// Who bought, as far as the platform tells; only fingerprints of it are kept.
    pub buyer: Vec<String>,
}

/// The canonical snapshot as `docket inspect` prints it: a stable interface.
#[derive(Debug, Serialize)]
pub struct Inspection<'a> {
    platform: Platform,
    platform_dispute_id: &'a str,
    amount: Money,
    stage: Stage,
    turn: Turn,
    deadline: Option<DateTime<Utc>>,
    deadline_source: Option<crate::words::DeadlineSource>,
    reason: Reason,
    outcome: Option<Outcome>,
    opened_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    platform_stage: Option<&'a str>,
    platform_status: Option<&'a str>,
    platform_reason: Option<&'a str>,
    allowed_actions: &'a BTreeSet<ActionKind>,
    attention: &'a BTreeSet<Attention>,
}

impl<'a> Inspection<'a> {
    /// Builds the printed form out of its parts: a snapshot's, or a stored case's.
    pub fn of(
        platform: Platform,
        dispute: &'a DisputeRef,
        facts: &'a Facts,
        deadline: Option<Deadline>,
        outcome: Option<Outcome>,
        attention: &'a BTreeSet<Attention>,
    ) -> Self {
        Self {
            platform,
            platform_dispute_id: dispute.as_str(),
            amount: facts.amount,
            stage: facts.stage,
            turn: facts.turn,
            deadline: deadline.map(|d| d.at),
            deadline_source: deadline.map(|d| d.source),
            reason: facts.reason,
            outcome,
            opened_at: facts.opened_at,
            updated_at: facts.updated_at,
            platform_stage: facts.platform_stage.as_deref(),
            platform_status: facts.platform_status.as_deref(),
            platform_reason: facts.platform_reason.as_deref(),
            allowed_actions: &facts.allowed_actions,
            attention,
        }
    }
}

impl Snapshot {
    /// The printed form of this snapshot.
    pub fn inspection(&self) -> Inspection<'_> {
        Inspection::of(
            self.platform,
            &self.dispute,
            &self.facts,
            self.deadline,
            self.outcome,
            &self.attention,
        )
    }
}
