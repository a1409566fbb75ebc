//! From the toy platform's words to ours.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use docket_connector::Error;
use docket_core::deadline::Deadline;
use docket_core::id::DisputeRef;
use docket_core::money::Money;
use docket_core::snapshot::{Facts, SeenAnswer, Snapshot};
use docket_core::words::{ActionKind, DeadlineSource, Outcome, Precision, Reason, Stage, Turn};
use serde::Deserialize;

#[derive(Deserialize)]
pub struct Dispute {
    pub id: String,
    pub version: u64,
    pub cents: i64,
    pub opened: DateTime<Utc>,
    pub changed: DateTime<Utc>,
    pub due: DateTime<Utc>,
    pub answer: Option<String>,
    pub won: Option<bool>,
}

pub fn snapshot(wire: &Dispute) -> Result<Snapshot, Error> {
    let currency = "EUR".parse().map_err(|_| Error::contract("no such currency"))?;
    let turn = match (wire.won, &wire.answer) {
        (Some(_), _) => Turn::Nobody,
        (None, Some(_)) => Turn::Platform,
        (None, None) => Turn::Ours,
    };
    let answer = wire.answer.as_deref().map(|text| SeenAnswer {
        at: Some(wire.changed),
        ..SeenAnswer::text(ActionKind::Contest, text)
    });
    let actions = [ActionKind::Contest].into_iter().filter(|_| turn == Turn::Ours);
    Ok(Snapshot {
        platform: crate::DRIVER.platform,
        dispute: DisputeRef(wire.id.clone()),
        facts: Facts {
            amount: Money::new(wire.cents, currency),
            stage: Stage::Chargeback,
            platform_stage: None,
            platform_status: None,
            channel: None,
            turn,
            reason: Reason::NotReceived,
            platform_reason: None,
            allowed_actions: actions.collect(),
            order_refs: Vec::new(),
            opened_at: wire.opened,
            updated_at: wire.changed,
        },
        deadline: (turn == Turn::Ours).then_some(Deadline {
            at: wire.due,
            source: DeadlineSource::Platform,
            precision: Precision::Instant,
        }),
        outcome: wire.won.map(|won| if won { Outcome::Won } else { Outcome::Lost }),
        answers: answer.into_iter().collect(),
        closed_at: None,
        saved: Vec::new(),
        factors: Vec::new(),
        attention: BTreeSet::new(),
    })
}
