//! Work on a case's evidence, as its history tells it.

use serde_json::json;

use super::{Draft, Refusal};
use crate::dossier::Goods;
use crate::evidence::{EvidenceKind, Shows};
use crate::id::EvidenceId;
use crate::sentence;
use crate::words::{Turn, WorkState};

/// What was done with the evidence of a case; the history tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EvidenceStep {
    /// A piece was added.
    Added {
        /// Its id.
        id: EvidenceId,
        /// What it shows.
        kind: EvidenceKind,
        /// SHA-256 of its file, if it has one.
        sha256: Option<String>,
        /// Why the file may show what must not leave the house otherwise.
        sensitive: Option<String>,
    },
    /// A person said what a piece shows.
    Confirmed {
        /// Its id.
        id: EvidenceId,
        /// What it shows.
        kind: EvidenceKind,
    },
    /// A person said what can be read on a picture.
    Seen {
        /// Its id.
        id: EvidenceId,
        /// The parts of a proof of delivery.
        shows: Vec<Shows>,
    },
    /// A piece was taken off.
    Withdrawn {
        /// Its id.
        id: EvidenceId,
    },
    /// A kind does not apply.
    Skipped {
        /// Which.
        kind: EvidenceKind,
        /// Why.
        why: String,
    },
    /// A kind applies after all.
    Unskipped {
        /// Which.
        kind: EvidenceKind,
    },
    /// What kind of goods it is.
    Goods(Goods),
}

pub(super) fn evidence(draft: &mut Draft, step: &EvidenceStep) -> Result<(), Refusal> {
    match step {
        EvidenceStep::Added {
            id,
            kind,
            sha256,
            sensitive,
        } => draft.note(
            "evidence_added",
            json!({ "evidence": id, "kind": kind, "sha256": sha256, "sensitive_allowed": sensitive }),
        ),
        EvidenceStep::Confirmed { id, kind } => {
            draft.note("evidence_confirmed", json!({ "evidence": id, "kind": kind }));
        }
        EvidenceStep::Seen { id, shows } => {
            draft.note("evidence_seen", json!({ "evidence": id, "shows": shows }));
        }
        EvidenceStep::Withdrawn { id } => draft.note("evidence_withdrawn", json!({ "evidence": id })),
        EvidenceStep::Skipped { why, .. } if why.trim().is_empty() => {
            return Err(Refusal::Pointless(sentence!("say why it does not apply")));
        }
        EvidenceStep::Skipped { kind, why } => {
            draft.note("evidence_not_applicable", json!({ "kind": kind, "why": why }));
        }
        EvidenceStep::Unskipped { kind } => draft.note("evidence_applies", json!({ "kind": kind })),
        EvidenceStep::Goods(goods) => draft.note("goods", json!({ "goods": goods })),
    }
    if matches!(draft.case.work_state, WorkState::New | WorkState::Triage)
        && draft.case.facts.turn == Turn::Ours
    {
        draft.case.work_state = WorkState::Drafting;
    }
    Ok(())
}
