use chrono::{DateTime, Utc};

use crate::deadline::Deadline;
use crate::id::RoundId;
use crate::words::{Outcome, Reason, Stage};

/// A cycle inside a case: deadline, response and interim outcome belong to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Round {
    /// Its id.
    pub id: RoundId,
    /// Its number in the case, from 1.
    pub number: i64,
    /// The stage.
    pub stage: Stage,
    /// The channel, the platform's own word.
    pub channel: Option<String>,
    /// The reason.
    pub reason: Reason,
    /// When we saw it begin.
    pub opened_at: DateTime<Utc>,
    /// When the next one replaced it.
    pub closed_at: Option<DateTime<Utc>>,
    /// The deadline that runs, or ran last.
    pub deadline: Option<Deadline>,
    /// When the platform had the merchant's answer.
    pub responded_at: Option<DateTime<Utc>>,
    /// Its result.
    pub outcome: Option<Outcome>,
}
