//! Cases and what hangs on them.

use docket_core::case::{Case, Round};
use docket_core::recommend::Recommendation;
use docket_core::request::InfoRequest;
use docket_core::response::Submission;
use docket_core::snapshot::Inspection;
use docket_store::{HistoryRow, StoredCase};
use serde::Serialize;
use serde_json::{Value, json};

use super::draft::draft;
use crate::cases::{CaseRecord, CaseView};
use crate::evidence::CaseChecklist;
use crate::search::FoundCase;

/// A case in a list: the fields of `docket inspect` and those of the case. A stable interface.
#[derive(Debug, Serialize)]
pub struct Listed<'a> {
    id: String,
    client: String,
    connection: String,
    #[serde(flatten)]
    facts: Inspection<'a>,
    round: i64,
    work_state: String,
    next_action_at: Option<chrono::DateTime<chrono::Utc>>,
    assignee: Option<&'a str>,
    contested: bool,
    version: i64,
}

impl<'a> Listed<'a> {
    /// Of a case.
    pub fn of(case: &'a Case) -> Self {
        Self {
            id: case.id.to_string(),
            client: case.client.to_string(),
            connection: case.connection.to_string(),
            facts: case.inspection(),
            round: case.round.number,
            work_state: case.work_state.to_string(),
            next_action_at: case.next_step.map(|s| s.at),
            assignee: case.assignee.as_deref(),
            contested: case.contested,
            version: case.version,
        }
    }
}

/// A case that a search found, with every reason why.
pub fn found_case((stored, why): &(StoredCase, Vec<FoundCase>)) -> Value {
    let mut value = json!(Listed::of(&stored.case));
    value["found_by"] = why.iter().map(|w| w.words()).collect();
    value
}

/// A round of a case.
pub fn round(r: &Round) -> Value {
    json!({
        "number": r.number, "stage": r.stage, "channel": r.channel, "reason": r.reason, "opened_at": r.opened_at,
        "closed_at": r.closed_at, "deadline": r.deadline, "responded_at": r.responded_at, "outcome": r.outcome,
    })
}

/// A row of a case's history.
pub fn history_row(h: &HistoryRow) -> Value {
    json!({ "number": h.number, "at": h.at, "actor": h.actor, "kind": h.kind, "detail": h.detail })
}

/// A response with what became of it.
pub fn submission(s: &Submission) -> Value {
    json!({
        "id": s.id, "case": s.case, "client": s.client, "action": s.response.action(), "state": s.state,
        "send_at": s.send_at, "attempts": s.attempts, "attempted_at": s.attempted_at, "answered": s.answered,
        "platform_reference": s.platform_reference, "confirmed_at": s.confirmed_at, "error": s.error,
        "created_by": s.created_by, "created_at": s.created_at,
    })
}

/// A question to a client.
pub fn request(r: &InfoRequest) -> Value {
    json!(r)
}

/// One case, whole.
pub fn case((view, record): (&CaseView, &CaseRecord), advice: Option<&Recommendation>) -> Value {
    let mut value = json!(Listed::of(&view.stored.case));
    value["observed_at"] = json!(view.stored.observed_at);
    value["client_name"] = json!(view.client.name);
    value["order_refs"] = json!(view.stored.case.facts.order_refs);
    value["rounds"] = record.rounds.iter().map(round).collect();
    value["draft"] = json!(view.draft.as_ref().map(draft));
    value["responses"] = view.submissions.iter().map(submission).collect();
    value["dossier"] = json!(view.dossier);
    value["requests"] = record.requests.iter().map(request).collect();
    value["factors"] = record
        .factors
        .iter()
        .map(|f| json!({ "kind": f.kind, "value": f.value, "source": f.source, "as_of": f.as_of, "recorded_at": f.recorded_at, "known": f.known }))
        .collect();
    value["advice"] = json!(advice);
    value["settings"] = json!(record.settings);
    value["history"] = record.history.iter().map(history_row).collect();
    value
}

/// What a case needs: needed, there, missing, harmful.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn checklist(checklist: &CaseChecklist) -> Result<Value, serde_json::Error> {
    let case = &checklist.stored.case;
    let mut value = serde_json::to_value(&checklist.list)?;
    value["case"] = json!(case.id);
    value["platform_dispute_id"] = json!(case.dispute);
    value["decisive"] = json!(checklist.list.decisive());
    value["unconfirmed"] = json!(checklist.unconfirmed());
    value["claim"] = checklist
        .words
        .iter()
        .map(|said| json!({ "at": said.at, "text": said.text }))
        .collect();
    Ok(value)
}
