//! The response that is being written.

use chrono::{DateTime, Utc};
use docket_app::CaseDraft;
use docket_core::draft::DraftState;
use docket_core::four_eyes::same_person;

use super::history::flatten;
use crate::doors::{Door, Viewer};
use crate::show::{self, Stamp};
use crate::urls;

/// A draft: what it says, where it stands and what sending it does.
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
    /// What it says, field by field.
    pub says: Vec<(String, String)>,
    /// The second person's buttons, where it waits for one who may be this person.
    pub review: Option<Review>,
    /// It waits for somebody else than this person, who wrote on it.
    pub own: bool,
}

/// Where a second person says yes or no.
#[derive(Debug)]
pub struct Review {
    pub approve: String,
    pub give_back: String,
}

impl DraftLine {
    pub fn of(viewer: &Viewer, draft: &CaseDraft, now: DateTime<Utc>) -> Self {
        let d = &draft.draft;
        let waits = draft.current && draft.state == DraftState::InReview && viewer.may(Door::ApproveDraft);
        let wrote = draft.writers.iter().any(|w| same_person(w, viewer.name()));
        let mut says = Vec::new();
        if let Ok(content) = serde_json::to_value(&d.edition.content) {
            flatten("", &content, &mut says);
        }
        says.retain(|(name, _)| name != "action");
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
            says,
            review: (waits && !wrote).then(|| Review {
                approve: urls::approve_draft(d.case),
                give_back: urls::return_draft(d.case),
            }),
            own: waits && wrote,
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
