//! Rows of cases and rounds, and what they mean.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use docket_core::attention::Attention;
use docket_core::case::{Case, Round};
use docket_core::deadline::{Deadline, Step};
use docket_core::id::{CaseId, ClientId, ConnectionId, DisputeRef, RoundId, SubmissionId};
use docket_core::money::Money;
use docket_core::snapshot::Facts;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::StoredCase;
use crate::history::Chain;
use crate::{Error, Result};

#[derive(sqlx::FromRow)]
pub(super) struct CaseRow {
    id: Uuid,
    client_id: Uuid,
    connection_id: Uuid,
    platform: String,
    dispute: String,
    amount_minor: i64,
    currency: String,
    stage: String,
    platform_stage: Option<String>,
    platform_status: Option<String>,
    channel: Option<String>,
    turn: String,
    reason: String,
    platform_reason: Option<String>,
    allowed_actions: String,
    order_refs: String,
    opened_at: DateTime<Utc>,
    platform_updated_at: DateTime<Utc>,
    round_id: Uuid,
    work_state: String,
    outcome: Option<String>,
    closed_at: Option<DateTime<Utc>>,
    contested: bool,
    conceded: bool,
    assignee: Option<String>,
    attention: String,
    next_rung: Option<i64>,
    next_action_at: Option<DateTime<Utc>>,
    pending: Option<Uuid>,
    observed_at: DateTime<Utc>,
    mark: String,
    body_hash: Option<Vec<u8>>,
    chain_length: i64,
    chain_head: Vec<u8>,
    version: i64,
    round_number: i64,
    round_stage: String,
    round_channel: Option<String>,
    round_reason: String,
    round_opened_at: DateTime<Utc>,
    round_closed_at: Option<DateTime<Utc>>,
    deadline: Option<DateTime<Utc>>,
    deadline_source: Option<String>,
    deadline_precision: Option<String>,
    responded_at: Option<DateTime<Utc>>,
    round_outcome: Option<String>,
}

fn word<T: std::str::FromStr<Err: ToString>>(table: &'static str, text: &str) -> Result<T> {
    text.parse().map_err(|e: T::Err| Error::damaged(table, e))
}

fn json<T: DeserializeOwned>(text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|e| Error::damaged("cases", e))
}

fn deadline(
    at: Option<DateTime<Utc>>,
    source: Option<&str>,
    precision: Option<&str>,
) -> Result<Option<Deadline>> {
    let (Some(at), Some(source), Some(precision)) = (at, source, precision) else {
        return Ok(None);
    };
    Ok(Some(Deadline {
        at,
        source: word("rounds", source)?,
        precision: word("rounds", precision)?,
    }))
}

impl CaseRow {
    pub(super) fn stored(self) -> Result<StoredCase> {
        let table = "cases";
        let round = Round {
            id: RoundId(self.round_id),
            number: self.round_number,
            stage: word("rounds", &self.round_stage)?,
            channel: self.round_channel,
            reason: word("rounds", &self.round_reason)?,
            opened_at: self.round_opened_at,
            closed_at: self.round_closed_at,
            deadline: deadline(
                self.deadline,
                self.deadline_source.as_deref(),
                self.deadline_precision.as_deref(),
            )?,
            responded_at: self.responded_at,
            outcome: self.round_outcome.map(|o| word("rounds", &o)).transpose()?,
        };
        let facts = Facts {
            amount: Money::new(self.amount_minor, word(table, &self.currency)?),
            stage: word(table, &self.stage)?,
            platform_stage: self.platform_stage,
            platform_status: self.platform_status,
            channel: self.channel,
            turn: word(table, &self.turn)?,
            reason: word(table, &self.reason)?,
            platform_reason: self.platform_reason,
            allowed_actions: json(&self.allowed_actions)?,
            order_refs: json(&self.order_refs)?,
            opened_at: self.opened_at,
            updated_at: self.platform_updated_at,
        };
        let next_step = match (self.next_rung, self.next_action_at) {
            (Some(rung), Some(at)) => Some(Step {
                rung: u8::try_from(rung).map_err(|e| Error::damaged(table, e))?,
                at,
            }),
            _ => None,
        };
        let attention: BTreeSet<Attention> = json(&self.attention)?;
        let case = Case {
            id: CaseId(self.id),
            client: ClientId(self.client_id),
            connection: ConnectionId(self.connection_id),
            platform: word(table, &self.platform)?,
            dispute: DisputeRef(self.dispute),
            facts,
            round,
            work_state: word(table, &self.work_state)?,
            outcome: self.outcome.map(|o| word(table, &o)).transpose()?,
            closed_at: self.closed_at,
            contested: self.contested,
            conceded: self.conceded,
            assignee: self.assignee,
            attention,
            next_step,
            pending: self.pending.map(SubmissionId),
            version: self.version,
        };
        Ok(StoredCase {
            case,
            chain: Chain::of(self.chain_length, &self.chain_head)?,
            observed_at: self.observed_at,
            mark: self.mark,
            body_hash: self.body_hash.and_then(|hash| hash.try_into().ok()),
        })
    }
}

#[derive(sqlx::FromRow)]
pub(super) struct RoundRow {
    id: Uuid,
    number: i64,
    stage: String,
    channel: Option<String>,
    reason: String,
    opened_at: DateTime<Utc>,
    closed_at: Option<DateTime<Utc>>,
    deadline: Option<DateTime<Utc>>,
    deadline_source: Option<String>,
    deadline_precision: Option<String>,
    responded_at: Option<DateTime<Utc>>,
    outcome: Option<String>,
}

impl RoundRow {
    pub(super) fn round(self) -> Result<Round> {
        Ok(Round {
            id: RoundId(self.id),
            number: self.number,
            stage: word("rounds", &self.stage)?,
            channel: self.channel,
            reason: word("rounds", &self.reason)?,
            opened_at: self.opened_at,
            closed_at: self.closed_at,
            deadline: deadline(
                self.deadline,
                self.deadline_source.as_deref(),
                self.deadline_precision.as_deref(),
            )?,
            responded_at: self.responded_at,
            outcome: self.outcome.map(|o| word("rounds", &o)).transpose()?,
        })
    }
}
