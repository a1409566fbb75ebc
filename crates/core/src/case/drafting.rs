//! A response that is being written and checked, as the case sees it.

use serde_json::json;

use super::sending::{cancel, settle};
use super::{Draft, Refusal};
use crate::id::{DraftId, SubmissionId};
use crate::sentence;
use crate::words::{ActionKind, Turn, WorkState};

/// What was done with the draft of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DraftStep {
    /// A version was saved.
    Saved {
        /// Which draft.
        draft: DraftId,
        /// The version.
        version: i64,
        /// What it is to be.
        action: ActionKind,
        /// The response that the draft became before: the change takes its approval away.
        withdraws: Option<SubmissionId>,
    },
    /// It was given up.
    Discarded {
        /// Which draft.
        draft: DraftId,
    },
    /// A second person is asked to check it.
    ReviewAsked {
        /// Which draft.
        draft: DraftId,
        /// The version.
        version: i64,
    },
    /// The second person gave it back.
    Returned {
        /// Which draft.
        draft: DraftId,
        /// The version.
        version: i64,
        /// What is to be changed.
        note: String,
    },
    /// A second person approved it; [`super::Command::Prepare`] follows in the same change.
    Approved {
        /// Which draft.
        draft: DraftId,
        /// The version.
        version: i64,
    },
    /// A rule of the client stands for the second person; [`super::Command::Prepare`] follows in the same change.
    ByRule {
        /// The rule, in words.
        rule: String,
    },
    /// Another response of the case ended: the work on the draft goes on.
    GoesOn {
        /// Whether it waits for the second person.
        in_review: bool,
    },
}

pub(super) fn drafting(draft: &mut Draft, step: DraftStep) -> Result<(), Refusal> {
    match step {
        DraftStep::Saved {
            draft: id,
            version,
            action,
            withdraws,
        } => saved(draft, id, version, action, withdraws),
        DraftStep::Discarded { draft: id } => {
            draft.note("draft_discarded", json!({ "draft": id }));
            if matches!(draft.case.work_state, WorkState::Drafting | WorkState::InReview) {
                draft.case.work_state = settle(&draft.case, WorkState::Triage);
            }
            Ok(())
        }
        DraftStep::ReviewAsked { draft: id, version } => {
            free(draft)?;
            draft.note("review_asked", json!({ "draft": id, "version": version }));
            work(draft, WorkState::InReview);
            Ok(())
        }
        DraftStep::Returned {
            draft: id,
            version,
            note,
        } => {
            if note.trim().is_empty() {
                return Err(Refusal::Pointless(sentence!(
                    "say what is to be changed, with --note"
                )));
            }
            draft.note(
                "draft_returned",
                json!({ "draft": id, "version": version, "note": note }),
            );
            if draft.case.work_state == WorkState::InReview {
                draft.case.work_state = WorkState::Drafting;
            }
            Ok(())
        }
        DraftStep::Approved { draft: id, version } => {
            draft.note("draft_approved", json!({ "draft": id, "version": version }));
            Ok(())
        }
        DraftStep::ByRule { rule } => {
            draft.note("allowed_by_client_rule", json!({ "rule": rule }));
            Ok(())
        }
        DraftStep::GoesOn { in_review } => {
            if draft.case.pending.is_none() {
                let state = if in_review {
                    WorkState::InReview
                } else {
                    WorkState::Drafting
                };
                if draft.case.facts.turn != Turn::Nobody && draft.case.work_state != state {
                    draft.note("draft_goes_on", json!({ "in_review": in_review }));
                }
                work(draft, state);
            }
            Ok(())
        }
    }
}

/// A closed dispute stays closed while an appeal is written: only a response that is prepared or under way opens it.
fn work(draft: &mut Draft, state: WorkState) {
    if draft.case.facts.turn != Turn::Nobody {
        draft.case.work_state = state;
    }
}

/// Nothing is written while a response may be at the platform, or while another one is prepared.
fn free(draft: &Draft) -> Result<(), Refusal> {
    match (draft.case.pending, draft.case.work_state) {
        (None, _) => Ok(()),
        (Some(submission), state @ WorkState::ReadyToSend) => {
            Err(Refusal::AlreadyPending { submission, state })
        }
        (Some(_), _) => Err(Refusal::UnderWay),
    }
}

fn saved(
    draft: &mut Draft,
    id: DraftId,
    version: i64,
    action: ActionKind,
    withdraws: Option<SubmissionId>,
) -> Result<(), Refusal> {
    if draft.case.facts.turn == Turn::Nobody && draft.case.facts.allowed_actions.is_empty() {
        return Err(Refusal::Pointless(sentence!(
            "the dispute is closed and the platform takes nothing more: a draft would be of no use"
        )));
    }
    if withdraws.is_some() && withdraws == draft.case.pending {
        cancel(draft, "the draft was changed after its approval")?;
    }
    free(draft)?;
    draft.note(
        "draft_saved",
        json!({ "draft": id, "version": version, "action": action }),
    );
    // The client still owes an answer; everything else is work on the draft now.
    if draft.case.work_state != WorkState::WaitingOnClient {
        work(draft, WorkState::Drafting);
    }
    Ok(())
}
