//! Answers of the merchant's side that the platform shows.

use chrono::{DateTime, Utc};

use super::observe::{ours, under_way};
use super::{Case, Draft};
use crate::attention::Attention;
use crate::snapshot::{SeenAnswer, Snapshot};
use crate::words::ActionKind;

fn to_a_request(snapshot: &Snapshot) -> impl Iterator<Item = &SeenAnswer> {
    snapshot
        .answers
        .iter()
        .filter(|a| matches!(a.action, ActionKind::Contest | ActionKind::Appeal))
}

/// When the newest answer to a request came; an undated one counts as old as the dispute's last change.
pub(super) fn last(snapshot: &Snapshot) -> Option<DateTime<Utc>> {
    to_a_request(snapshot)
        .map(|a| a.at.unwrap_or(snapshot.facts.updated_at))
        .max()
}

/// The newest answer after an instant. Where no answer was ever seen before, every answer is new, dated or not.
fn last_after(before: &Case, snapshot: &Snapshot, since: DateTime<Utc>) -> Option<DateTime<Utc>> {
    if before.contested {
        to_a_request(snapshot)
            .filter_map(|a| a.at)
            .filter(|at| *at > since)
            .max()
    } else {
        last(snapshot)
    }
}

/// When the request of the round that was current `before` was answered, as the platform shows it now.
pub(super) fn in_round(before: &Case, snapshot: &Snapshot) -> Option<DateTime<Utc>> {
    // The round began at the platform before we saw it, at the latest with the change that we read then.
    last_after(
        before,
        snapshot,
        before.round.opened_at.min(before.facts.updated_at),
    )
}

/// Ours are settled by the confirm step; others raise attention. Answers to earlier rounds say nothing about this one.
pub(super) fn note(draft: &mut Draft, before: &Case, snapshot: &Snapshot) {
    if last(snapshot).is_none() {
        return;
    }
    draft.case.contested = true;
    let under_way = under_way(&draft.case);
    if let Some(at) = in_round(before, snapshot) {
        // Asked again in the same reading: the answer was to the request before.
        let (round, counts) = match &mut draft.closed_round {
            Some(closed) if ours(snapshot) => (closed, true),
            _ => (&mut draft.case.round, under_way || !ours(snapshot)),
        };
        if counts && round.responded_at.is_none() {
            round.responded_at = Some(at);
        }
    }
    if !under_way && last_after(before, snapshot, before.facts.updated_at).is_some() {
        draft.raise(Attention::AnsweredElsewhere);
    }
}
