//! What commands say of drafts.

use anyhow::Result;
use docket_app::fields::{draft as fields, next_step as next};
use docket_app::{CaseDraft, ClientScope, Desk, DraftConflict};
use docket_core::draft::DraftState;
use docket_core::packaging::Used;
use docket_core::words::readable;
use serde_json::json;

use super::super::respond::say_used;
use crate::output::{self, JsonArray, Table, line};
use crate::text::absolute;

const PAGE: i64 = 500;

/// The same for people.
pub fn conflict_words(conflict: &DraftConflict) -> String {
    let merge = &conflict.merge;
    let list = |names: &[String]| {
        if names.is_empty() {
            "nothing".to_owned()
        } else {
            names.join(", ")
        }
    };
    let go_on = if merge.merged.is_some() {
        "the changes fit together (`merged` in --json)"
    } else {
        "choose for each field"
    };
    format!(
        "{} saved version {} since version {} and nothing was overwritten; only you changed: {}; only they: {}; both: {}; {go_on}, \
         then save again with --version {}",
        conflict.their_by,
        conflict.their_version,
        conflict.base_version,
        list(&merge.only_yours),
        list(&merge.only_theirs),
        list(&merge.both),
        conflict.their_version
    )
}

pub async fn show(case: &str, as_json: bool, desk: &Desk) -> Result<()> {
    let case = desk.find_case(ClientScope::Agency, case).await?;
    let draft = desk.draft(ClientScope::Agency, case).await?;
    let d = &draft.draft;
    if as_json {
        let versions = desk.draft_versions(ClientScope::Agency, d.id).await?;
        let mut value = fields(&draft);
        value["limits"] = json!(used(&draft, desk).await);
        value["versions"] = docket_app::fields::versions(&versions);
        return output::json(&value);
    }
    let action = d.edition.content.action;
    line(format!(
        "{action}, version {}: {}",
        d.version,
        readable(draft.state)
    ))?;
    if !draft.current {
        line("it is over, or belongs to an earlier round")?;
    }
    line(format!("begun by {} at {}", d.author, absolute(d.created_at)))?;
    line(format!("saved by {} at {}", d.updated_by, absolute(d.updated_at)))?;
    line(format!("written by {}", draft.writers.join(", ")))?;
    let at = d
        .edition
        .send_at
        .map_or_else(|| "as soon as it may".to_owned(), absolute);
    line(format!("to be sent {at}"))?;
    if let Some(why) = draft.four_eyes {
        line(format!("needs a second person: {why}"))?;
    }
    if let Some(note) = d.returned.as_ref().filter(|_| draft.state == DraftState::Draft) {
        line(format!("given back: {note}"))?;
    }
    if let Some(state) = draft.submission {
        line(format!("its response is {}", readable(state)))?;
    }
    if let Some(consequence) = &draft.consequence {
        line(format!("sending it: {consequence}"))?;
    }
    line(serde_json::to_string_pretty(&d.edition.content)?)?;
    say_used(&used(&draft, desk).await);
    eprintln!("next: {}", next(&draft));
    Ok(())
}

/// What a whole draft uses of the platform's limits; nothing where they cannot be told, as what was saved is saved.
pub async fn used(draft: &CaseDraft, desk: &Desk) -> Vec<Used> {
    let Ok(response) = &draft.response else {
        return Vec::new();
    };
    let room = desk.room(ClientScope::Agency, draft.draft.case, response).await;
    room.unwrap_or_else(|error| {
        tracing::warn!(case = %draft.draft.case, %error, "what a draft uses of the limits could not be told");
        Vec::new()
    })
}

/// Everything that is being written or waits for a second person, oldest first.
pub async fn list(scope: ClientScope, as_json: bool, desk: &Desk) -> Result<()> {
    let mut array = if as_json { Some(JsonArray::begin()?) } else { None };
    let mut table = Table::new(&[
        "DISPUTE", "ACTION", "STATE", "VERSION", "SAVED BY", "AT", "DEADLINE",
    ]);
    let mut after = None;
    loop {
        let page = desk.open_drafts(scope, after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        for d in &page {
            let case = desk.case(scope, d.case).await?.case;
            let (action, deadline) = (d.edition.content.action, case.round.deadline.map(|d| d.at));
            match &mut array {
                Some(array) => array.push(&docket_app::fields::draft_row(d, &case))?,
                None => table.row(vec![
                    case.dispute.to_string(),
                    action.to_string(),
                    readable(d.state),
                    d.version.to_string(),
                    d.updated_by.clone(),
                    absolute(d.updated_at),
                    deadline.map_or_else(|| "-".to_owned(), absolute),
                ]),
            }
        }
    }
    match array {
        Some(array) => array.end()?,
        None if table.is_empty() => {
            eprintln!("nothing is being written; begin with `docket draft save CASE ACTION …`")
        }
        None => table.print()?,
    }
    Ok(())
}
