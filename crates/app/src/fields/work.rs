//! What people at the desk work with beside single cases: connections with their logs, jobs that gave up, deadlines, previews, hand-over
//! lists, people.

use docket_core::person::Person;
use docket_store::SyncRun;
use serde_json::{Value, json};

use super::{connection, draft};
use crate::calendar::DeadlineWall;
use crate::handover::{Handover, HandoverCase, SignedHandover};
use crate::reconcile::{ConnectionView, JobRow};
use crate::settings::ChecklistItem;
use crate::workspace::{Preview, SeenFile};

/// A job that gave up.
pub fn job(job: &JobRow) -> Value {
    json!({
        "id": job.id, "kind": job.kind, "key": job.key, "client": job.client, "case": job.case, "state": job.state.word(),
        "run_at": job.run_at, "attempts": job.attempts, "last_error": job.last_error, "created_at": job.created_at,
    })
}

fn run(run: &SyncRun) -> Value {
    json!({
        "kind": run.kind, "started_at": run.started_at, "ended_at": run.ended_at, "counts": run.counts, "error": run.error,
    })
}

fn item(item: &ChecklistItem) -> Value {
    json!({ "item": item.item, "says": item.says, "todo": item.todo, "now": item.now })
}

/// A connection with its settings checklist, its log, and how far it and the platform agree.
pub fn connection_view(view: &ConnectionView) -> Value {
    let state = &view.state;
    let mut value = connection(&state.connection);
    value["open_cases"] = state.open.into();
    value["compared"] = json!(state.compared.as_ref().map(run));
    value["failed_syncs"] = state.failed.into();
    value["checklist"] = json!(
        view.checklist
            .as_ref()
            .map(|all| all.iter().map(item).collect::<Vec<_>>())
    );
    value["runs"] = view.runs.iter().map(run).collect();
    value["jobs"] = view.dead.iter().map(job).collect();
    value
}

/// Open cases that wait for us, by the hour of their deadline and by person.
pub fn deadlines(wall: &DeadlineWall) -> Value {
    let hour = |hour: &docket_store::DeadlineHour| json!({ "hour": hour.hour, "assignee": hour.assignee, "cases": hour.cases });
    json!({
        "from": wall.from, "to": wall.to, "passed": wall.passed, "hours": wall.hours.iter().map(hour).collect::<Vec<_>>(),
    })
}

/// Exactly what would be sent, and what speaks against it.
pub fn preview(preview: &Preview) -> Value {
    let file = |seen: &SeenFile| json!({ "file": seen.file, "most": seen.most, "pages": seen.pages, "finds": seen.finds });
    json!({
        "draft": draft(&preview.draft), "problems": preview.problems, "used": preview.used,
        "files": preview.files.iter().map(file).collect::<Vec<_>>(), "lacking": preview.lacking, "warnings": preview.warnings,
        "matrix": preview.matrix, "outdated_since": preview.outdated,
    })
}

/// What somebody, or everybody, hands over.
pub fn handover(list: &Handover) -> Value {
    let case = |case: &HandoverCase| {
        json!({
            "case": case.case, "platform_dispute_id": case.dispute, "client_name": case.client, "assignee": case.assignee,
            "deadline": case.deadline, "note": case.note.0,
        })
    };
    let all = |cases: &[HandoverCase]| cases.iter().map(case).collect::<Vec<_>>();
    let [drafts, waiting, due] = list.more;
    json!({
        "drafts": all(&list.drafts), "waiting": all(&list.waiting), "due": all(&list.due),
        "more": { "drafts": drafts, "waiting": waiting, "due": due },
    })
}

/// A list that was signed off.
pub fn signed_handover(signed: &SignedHandover) -> Value {
    let mut value = handover(&signed.list);
    value["id"] = json!(signed.id);
    value["by"] = signed.by.as_str().into();
    value["at"] = json!(signed.at);
    value["note"] = signed.note.as_str().into();
    value
}

/// Somebody who can log in; nothing of what they log in with.
pub fn person(person: &Person) -> Value {
    json!({
        "id": person.id, "name": person.name, "email": person.email, "role": person.access.role(), "client": person.access.client(),
        "has_password": person.has_password, "second_factor": person.second_factor, "disabled_at": person.disabled_at,
        "created_at": person.created_at,
    })
}
