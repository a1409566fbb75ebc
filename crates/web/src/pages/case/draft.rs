//! The response that is being written.

use chrono::{DateTime, Utc};
use docket_app::{CaseDraft, CaseView, statement_of};
use docket_core::draft::DraftState;
use docket_core::four_eyes::same_person;
use docket_core::response::SubmissionState;
use docket_core::words::{ActionKind, Language, WorkState};

use super::history::flat;
use super::preview::says;
use crate::doors::{Door, Viewer};
use crate::locale;
use crate::pages::Choice;
use crate::say::say;
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
    /// Sending it is still to come.
    pub ahead: bool,
    /// When it went out, and what became of it.
    pub went: Option<Went>,
    /// Earlier versions, the newest first, with where each is read.
    pub versions: Vec<(i64, String)>,
    /// What it says, field by field.
    pub says: Vec<(String, String)>,
    /// The same without its files.
    fileless: Vec<(String, String)>,
    /// The statement of a contest.
    pub statement: String,
    /// Asks a second person, where it is complete and nobody was asked.
    pub ask: Option<String>,
    /// The second person's buttons, where it waits for one who may be this person.
    pub review: Option<Review>,
    /// It waits for somebody else than this person, who wrote on it.
    pub own: bool,
}

/// Earlier versions that are named; each has its address, and all stand in the history.
const VERSIONS: usize = 50;

/// A response that went out.
#[derive(Debug)]
pub struct Went {
    pub at: Stamp,
    pub says: String,
    /// How the case ended, where it did.
    pub outcome: Option<String>,
}

impl Went {
    /// What the draft became, once it was sent.
    fn of(view: &CaseView, draft: &CaseDraft, now: DateTime<Utc>) -> Option<Self> {
        let became = draft.draft.submission?;
        let sent = view.submissions.iter().find(|s| s.id == became)?;
        let waits = matches!(sent.state, SubmissionState::Prepared | SubmissionState::Cancelled);
        Some(Self {
            at: Stamp::of(sent.attempted_at.filter(|_| !waits)?, now),
            says: says(sent.state),
            outcome: view
                .stored
                .case
                .outcome
                .filter(|_| view.stored.case.closed_at.is_some())
                .map(show::words),
        })
    }
}

/// Where a second person says yes or no.
#[derive(Debug)]
pub struct Review {
    pub approve: String,
    pub give_back: String,
}

/// Where a contest's statement is written.
#[derive(Debug)]
pub struct Writing {
    pub save: String,
    pub statement: String,
    /// The version that the person sees; 0 begins a draft.
    pub based_on: i64,
    /// Languages of the packet, for a new draft.
    pub languages: Vec<Choice>,
    /// It carries a packet already.
    pub packet: bool,
    /// There is a text to go on with.
    pub begun: bool,
}

/// The version of the draft that work goes on with; 0 where there is none.
pub fn open_version(view: &CaseView) -> i64 {
    view.draft
        .as_ref()
        .filter(|d| d.current)
        .map_or(0, |d| d.draft.version)
}

/// Languages of a packet; chosen is that of the one before.
pub fn languages(view: &CaseView) -> Vec<Choice> {
    let present = view.packet_language.unwrap_or(Language::English);
    let language = |l: &Language| Choice::new(l.as_str(), locale::name(*l), *l == present);
    Language::ALL.iter().map(language).collect()
}

impl Writing {
    /// Where the case takes a contest, or an appeal was begun, and no draft of another kind or a response is under way.
    pub fn of(viewer: &Viewer, view: &CaseView) -> Option<Self> {
        let case = &view.stored.case;
        let writable = match case.work_state {
            WorkState::New
            | WorkState::Triage
            | WorkState::Drafting
            | WorkState::WaitingOnClient
            | WorkState::InReview => true,
            WorkState::ReadyToSend
            | WorkState::Sending
            | WorkState::SentUnconfirmed
            | WorkState::Held
            | WorkState::AwaitingDecision
            | WorkState::Closed => false,
        };
        let draft = view.draft.as_ref().filter(|d| d.current);
        let appeals = draft.is_some_and(|d| d.draft.edition.content.action == ActionKind::Appeal);
        let action = if appeals {
            ActionKind::Appeal
        } else {
            ActionKind::Contest
        };
        let takes = case.facts.allowed_actions.contains(&action);
        if !(writable && takes && viewer.may(Door::SaveDraft)) {
            return None;
        }
        let (statement, packet, begun) = match draft.map(|d| (&d.response, d.draft.edition.content.action)) {
            // One that was begun elsewhere and lacks something is written anew.
            None | Some((Err(_), ActionKind::Contest)) => (String::new(), false, false),
            Some((Err(_), _)) => return None,
            Some((Ok(response), _)) => {
                let files = response.files();
                let packet = files.iter().any(|f| f.media_type == "application/pdf");
                (statement_of(response)?.to_owned(), packet, true)
            }
        };
        Some(Self {
            save: urls::save_draft(case.id),
            statement,
            based_on: open_version(view),
            languages: languages(view),
            packet,
            begun,
        })
    }

    /// With what was typed instead.
    pub fn typed(mut self, statement: &str) -> Self {
        self.statement = statement.to_owned();
        self
    }
}

impl DraftLine {
    pub fn of(viewer: &Viewer, view: &CaseView, draft: &CaseDraft, now: DateTime<Utc>) -> Self {
        let d = &draft.draft;
        let went = Went::of(view, draft, now);
        // What is over is told, and nothing is said of a step that is not to come any more.
        let ahead = went.is_none() && draft.current;
        let waits = draft.current && draft.state == DraftState::InReview && viewer.may(Door::ApproveDraft);
        let wrote = draft.writers.iter().any(|w| same_person(w, viewer.name()));
        let content = serde_json::to_value(&d.edition.content).unwrap_or_default();
        Self {
            action: show::title(d.edition.content.action),
            version: d.version,
            state: show::words(draft.state),
            state_class: class(draft.state),
            by: d.updated_by.clone(),
            saved: Stamp::of(d.updated_at, now),
            writers: draft.writers.join(", "),
            send_at: d.edition.send_at.map(|at| Stamp::of(at, now)),
            consequence: draft.consequence.as_ref().filter(|_| ahead).map(say),
            missing: draft
                .response
                .as_ref()
                .err()
                .filter(|_| ahead)
                .map(ToString::to_string),
            second_person: draft.four_eyes.filter(|_| ahead).map(|why| say(&why.sentence())),
            returned: d.returned.clone().filter(|_| draft.state == DraftState::Draft),
            over: !draft.current,
            ahead,
            went,
            versions: (1..d.version)
                .rev()
                .take(VERSIONS)
                .map(|n| {
                    (
                        n,
                        format!("{}?version={n}", urls::of(d.case, urls::CASE_STATEMENT)),
                    )
                })
                .collect(),
            says: flat(&content, "", &["action"]),
            fileless: flat(&content, "", &["action", "files"]),
            statement: draft
                .response
                .as_ref()
                .ok()
                .and_then(statement_of)
                .unwrap_or_default()
                .to_owned(),
            ask: (draft.current
                && draft.state == DraftState::Draft
                && draft.response.is_ok()
                && viewer.may(Door::ReviewDraft))
            .then(|| urls::review_draft(d.case)),
            review: (waits && !wrote).then(|| Review {
                approve: urls::approve_draft(d.case),
                give_back: urls::return_draft(d.case),
            }),
            own: waits && wrote,
        }
    }
}

impl DraftLine {
    /// Without what is said of files, for a page that shows them by themselves.
    pub fn without_files(mut self) -> Self {
        self.says = std::mem::take(&mut self.fileless);
        self
    }
}

const fn class(state: DraftState) -> &'static str {
    match state {
        DraftState::Draft | DraftState::Discarded => "calm",
        DraftState::InReview => "warn",
        DraftState::Approved => "good",
    }
}
