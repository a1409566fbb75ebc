//! Disputes as a platform could show them, short to write down.

use std::collections::BTreeSet;

use chrono::{DateTime, Duration, Utc};
use docket_core::attention::Attention;
use docket_core::deadline::Deadline;
use docket_core::factor::{Factor, FactorKind};
use docket_core::id::DisputeRef;
use docket_core::money::Money;
use docket_core::snapshot::{Facts, SeenAnswer, Snapshot};
use docket_core::words::{ActionKind, DeadlineSource, Outcome, Platform, Precision, Reason, Stage, Turn};

/// The instant of every test: 2026-11-21 09:00 UTC.
pub fn now() -> DateTime<Utc> {
    "2026-11-21T09:00:00Z".parse().unwrap()
}

/// What would end every page that does not escape.
pub const NASTY: &str = "<script>alert(1)</script> & \"quoted\" 'text'";

/// A dispute to be.
#[derive(Debug, Clone)]
pub struct Dispute {
    pub platform: Platform,
    pub id: String,
    pub turn: Turn,
    pub outcome: Option<Outcome>,
    pub reason: Reason,
    pub stage: Stage,
    pub opened_at: DateTime<Utc>,
    pub deadline: Option<Deadline>,
    pub answered: bool,
    pub attention: BTreeSet<Attention>,
    pub amount: Money,
    pub status: &'static str,
}

impl Dispute {
    /// One that waits for us, due in three days.
    pub fn ours(id: impl Into<String>) -> Self {
        Self {
            platform: Platform::PAYPAL,
            id: id.into(),
            turn: Turn::Ours,
            outcome: None,
            reason: Reason::NotReceived,
            stage: Stage::Chargeback,
            opened_at: now() - Duration::days(7),
            deadline: Some(platform_deadline(now() + Duration::hours(70))),
            answered: false,
            attention: BTreeSet::new(),
            amount: Money::new(12_950, "EUR".parse().unwrap()),
            status: "WAITING_FOR_SELLER_RESPONSE",
        }
    }

    /// One that ended.
    pub fn ended(id: impl Into<String>, outcome: Outcome, answered: bool) -> Self {
        let outcome = Some(outcome);
        Self {
            turn: Turn::Nobody,
            outcome,
            answered,
            deadline: None,
            status: "RESOLVED",
            ..Self::ours(id)
        }
    }

    /// What the platform shows.
    pub fn snapshot(&self) -> Snapshot {
        let answer = SeenAnswer {
            action: ActionKind::Contest,
            at: Some(self.opened_at + Duration::days(1)),
            text: String::new(),
            references: Vec::new(),
            files: Vec::new(),
            amount: None,
        };
        Snapshot {
            closed_at: None,
            saved: Vec::new(),
            platform: self.platform,
            dispute: DisputeRef(self.id.clone()),
            facts: self.facts(),
            deadline: self.deadline,
            outcome: self.outcome,
            answers: if self.answered { vec![answer] } else { Vec::new() },
            factors: factors(self.opened_at),
            attention: self.attention.clone(),
        }
    }

    fn facts(&self) -> Facts {
        let allowed: &[ActionKind] = match self.turn {
            Turn::Ours => &[
                ActionKind::Contest,
                ActionKind::Accept,
                ActionKind::Offer,
                ActionKind::Message,
            ],
            Turn::Buyer => &[ActionKind::Message],
            Turn::Platform => &[ActionKind::SupportingInfo],
            Turn::Nobody => &[],
        };
        Facts {
            amount: self.amount,
            stage: self.stage,
            platform_stage: Some("CHARGEBACK".to_owned()),
            platform_status: Some(self.status.to_owned()),
            channel: Some("INTERNAL".to_owned()),
            turn: self.turn,
            reason: self.reason,
            platform_reason: Some("MERCHANDISE_OR_SERVICE_NOT_RECEIVED".to_owned()),
            allowed_actions: allowed.iter().copied().collect(),
            order_refs: vec!["3BC38643YC807283D".to_owned(), "INV-2026-0815".to_owned()],
            opened_at: self.opened_at,
            updated_at: now() - Duration::hours(2),
        }
    }
}

pub fn platform_deadline(at: DateTime<Utc>) -> Deadline {
    Deadline {
        at,
        source: DeadlineSource::Platform,
        precision: Precision::Instant,
    }
}

fn factors(as_of: DateTime<Utc>) -> Vec<Factor> {
    let factor = |kind, value: &str, source: &str| Factor {
        kind,
        value: value.to_owned(),
        source: source.to_owned(),
        as_of,
    };
    vec![
        factor(
            FactorKind::DeliveryReceived,
            "false",
            "paypal:disputed_items.0.dispute_details",
        ),
        factor(
            FactorKind::AdjudicationReason,
            "DELIVERY_OR_SERVICE_ISSUE",
            "paypal:adjudications.0.reason",
        ),
    ]
}
