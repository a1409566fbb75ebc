//! The response that is being written.

use chrono::{DateTime, Utc};
use docket_app::CaseDraft;
use docket_core::draft::DraftState;

use crate::show::{self, Stamp};

/// A draft: where it stands and what sending it does. Its text is read with the command, not here.
#[derive(Debug)]
pub struct DraftLine {
    pub action: String,
    pub version: i64,
    pub state: String,
    pub state_class: &'static str,
    pub by: String,
    pub saved: Stamp,
    pub writers: String,
    pub send_at: Option<Stamp>,
    pub consequence: Option<String>,
    /// Why it cannot be sent yet.
    pub missing: Option<String>,
    /// Why a second person must approve it.
    pub second_person: Option<String>,
    /// Why the review gave it back.
    pub returned: Option<String>,
    /// It is over, or of an earlier round.
    pub over: bool,
    pub command: String,
    /// Approves it, where it waits for that.
    pub approve: Option<String>,
}

impl DraftLine {
    pub fn of(draft: &CaseDraft, now: DateTime<Utc>) -> Self {
        let d = &draft.draft;
        let waits = draft.current && draft.state == DraftState::InReview;
        Self {
            action: show::title(d.edition.content.action),
            version: d.version,
            state: show::words(draft.state),
            state_class: class(draft.state),
            by: d.updated_by.clone(),
            saved: Stamp::of(d.updated_at, now),
            writers: draft.writers.join(", "),
            send_at: d.edition.send_at.map(|at| Stamp::of(at, now)),
            consequence: draft.consequence.clone(),
            missing: draft.response.as_ref().err().map(ToString::to_string),
            second_person: draft.four_eyes.map(|why| why.to_string()),
            returned: d.returned.clone().filter(|_| draft.state == DraftState::Draft),
            over: !draft.current,
            command: format!("docket draft show {}", d.case),
            approve: waits.then(|| {
                format!(
                    "docket draft approve {} --version {} --by NAME",
                    d.case, d.version
                )
            }),
        }
    }
}

const fn class(state: DraftState) -> &'static str {
    match state {
        DraftState::Draft | DraftState::Discarded => "calm",
        DraftState::InReview => "warn",
        DraftState::Approved => "good",
    }
}
