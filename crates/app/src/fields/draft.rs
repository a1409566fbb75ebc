//! Drafts.

use docket_core::case::Case;
use docket_core::draft::{Draft, DraftState, Version};
use serde_json::{Value, json};

use crate::drafts::{CaseDraft, DraftConflict};

/// Field by field, who changed what; for programs.
pub fn conflict(conflict: &DraftConflict) -> Value {
    let mut value = serde_json::to_value(&conflict.merge).unwrap_or_default();
    value["state"] = "conflict".into();
    value["draft"] = json!(conflict.draft);
    value["base_version"] = conflict.base_version.into();
    value["their_version"] = conflict.their_version.into();
    value["their_by"] = conflict.their_by.as_str().into();
    value["their_at"] = json!(conflict.their_at);
    value
}

/// What to do next with a draft.
pub fn next_step(draft: &CaseDraft) -> String {
    let case = draft.draft.case;
    match (draft.state, &draft.response) {
        _ if !draft.current => format!("begin another with `docket draft save {case} ACTION …`"),
        (DraftState::Draft, Err(why)) => why.to_string(),
        (DraftState::Draft, Ok(_)) if draft.four_eyes.is_some() => format!("docket draft review {case}"),
        (DraftState::Draft, Ok(_)) => {
            format!("docket draft send {case}, or `docket draft review {case}` to have it checked")
        }
        (DraftState::InReview, _) => {
            let wrote = draft.writers.join(", ");
            format!(
                "somebody else than {wrote} reads it (docket draft show {case}) and approves it: docket draft approve {case} --version {} --by NAME",
                draft.draft.version
            )
        }
        (DraftState::Approved, _) => {
            format!("the worker sends it at its time; `docket respond cancel {case}` takes it back")
        }
        (DraftState::Discarded, _) => format!("docket draft save {case} ACTION …"),
    }
}

/// A draft for programs.
pub fn draft(draft: &CaseDraft) -> Value {
    let d = &draft.draft;
    json!({
        "id": d.id, "case": d.case, "client": d.client, "state": draft.state, "current": draft.current, "version": d.version,
        "action": d.edition.content.action, "content": d.edition.content, "send_at": d.edition.send_at, "author": d.author,
        "created_at": d.created_at, "updated_by": d.updated_by, "updated_at": d.updated_at, "writers": draft.writers,
        "complete": draft.response.is_ok(), "missing": draft.response.as_ref().err().map(ToString::to_string),
        "four_eyes": draft.four_eyes, "consequence": draft.consequence, "returned": d.returned, "submission": d.submission,
        "submission_state": draft.submission, "next": next_step(draft),
    })
}

/// Every version of a draft.
pub fn versions(all: &[Version]) -> Value {
    all.iter()
        .map(|v| json!({ "version": v.number, "edition": v.edition, "by": v.by, "at": v.at }))
        .collect()
}

/// A draft in a list.
pub fn draft_row(d: &Draft, case: &Case) -> Value {
    json!({
        "id": d.id, "case": d.case, "client": d.client, "platform_dispute_id": case.dispute,
        "action": d.edition.content.action, "state": d.state, "version": d.version, "author": d.author,
        "updated_by": d.updated_by, "updated_at": d.updated_at, "send_at": d.edition.send_at,
        "deadline": case.round.deadline.map(|d| d.at),
    })
}
