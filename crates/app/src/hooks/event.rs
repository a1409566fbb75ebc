//! What others are told of a case: a stable interface, whose shape stands in the OpenAPI document.

use chrono::{DateTime, Utc};
use docket_core::id::{CaseId, ClientId, EventId};
use docket_core::words::{Outcome, Turn, WorkState};
use serde::Serialize;

/// The kind of every event so far.
pub(super) const CASE_CHANGED: &str = "case.changed";

/// What others are told: that a case changed, and how it stands. A stable interface: the OpenAPI document has its shape.
#[derive(Debug, Serialize)]
pub(super) struct HookEvent<'a> {
    pub(super) id: EventId,
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
    pub(super) timestamp: DateTime<Utc>,
    pub(super) data: CaseChanged<'a>,
}

#[derive(Debug, Serialize)]
pub(super) struct CaseChanged<'a> {
    pub(super) case: CaseId,
    pub(super) client: ClientId,
    pub(super) version: i64,
    /// Kinds of entries in its history.
    pub(super) changes: &'a [&'a str],
    pub(super) turn: Turn,
    pub(super) work_state: WorkState,
    pub(super) outcome: Option<Outcome>,
}
