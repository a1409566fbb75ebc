//! Drafts: responses that are being written. Every save is kept at once, and nobody's words are overwritten unseen.

mod contest;
mod review;

use chrono::{DateTime, Utc};
use docket_core::case::{self, Case, Command, DraftStep, Event};
use docket_core::consequence::consequence;
use docket_core::draft::{Draft, DraftState, Edition, Incomplete, Merge, Version, merge, writers};
use docket_core::four_eyes::{FourEyes, same_person};
use docket_core::id::{CaseId, DraftId};
use docket_core::response::{Response, SubmissionState};
use docket_core::sentence;
use docket_core::sentence::Sentence;
use docket_store::{Change, ClientScope, StoredCase, UnitOfWork};

pub use self::contest::{merged_text, statement_of};
use crate::Desk;
use crate::error::{Error, Result};

/// How often a save is repeated when somebody else changed the case first.
const TRIES: u32 = 8;

/// What a person has written so far.
#[derive(Debug, Clone)]
pub struct SaveDraft {
    /// The case.
    pub case: CaseId,
    /// What they wrote.
    pub edition: Edition,
    /// The version that they started from. None means the newest that they saved themselves: what others saved since then
    /// they have not seen.
    pub based_on: Option<i64>,
    /// Who they are.
    pub actor: String,
}

/// What became of a save.
#[derive(Debug)]
pub enum Saved {
    /// It is the newest version.
    Kept(Box<CaseDraft>),
    /// Somebody else saved meanwhile; nothing was changed.
    Conflict(Box<DraftConflict>),
}

/// Somebody else saved a version that the writer has not seen.
#[derive(Debug, Clone)]
pub struct DraftConflict {
    /// The draft.
    pub draft: DraftId,
    /// The version that the writer started from; 0 where there was none.
    pub base_version: i64,
    /// The newest version.
    pub their_version: i64,
    /// Who saved it.
    pub their_by: String,
    /// When.
    pub their_at: DateTime<Utc>,
    /// Field by field, who changed what.
    pub merge: Merge,
}

/// A draft, and what follows from it.
#[derive(Debug, Clone)]
pub struct CaseDraft {
    /// The draft.
    pub draft: Draft,
    /// Where it stands: one whose response was taken back or refused is being written again.
    pub state: DraftState,
    /// Whether it is the draft of the round that runs, and not over.
    pub current: bool,
    /// What became of its response, if it has one.
    pub submission: Option<SubmissionState>,
    /// Who wrote on it.
    pub writers: Vec<String>,
    /// The response, once nothing is missing.
    pub response: Result<Response, Incomplete>,
    /// What sending it does, in words.
    pub consequence: Option<Sentence>,
    /// Why a second person must approve it, if so.
    pub four_eyes: Option<FourEyes>,
}

/// Which draft somebody looked at before they act on it. What is not there any more is acted on by nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Looked {
    /// At whatever is the newest.
    Newest,
    /// At this version.
    Version(i64),
    /// At this very draft, where it stood then.
    At(DraftId, i64, DraftState),
}

impl CaseDraft {
    /// It was looked at.
    pub const fn looked(&self) -> Looked {
        Looked::At(self.draft.id, self.draft.version, self.state)
    }

    /// The draft without the time that it was to wait for: that was chosen for a deadline that may have moved.
    pub(crate) fn at_once(mut self) -> Self {
        self.draft.edition.send_at = None;
        self
    }

    fn held_against(&self, looked: Looked) -> Result<()> {
        let newest = self.draft.version;
        let same = match looked {
            Looked::Newest => true,
            Looked::Version(version) => version == newest,
            Looked::At(..) => looked == self.looked(),
        };
        let case = self.draft.case;
        let stands = match self.state {
            DraftState::Draft => sentence!("being written"),
            DraftState::InReview => sentence!("in review"),
            DraftState::Approved => sentence!("approved"),
            DraftState::Discarded => sentence!("given up"),
        };
        let stale = move || {
            Error::Stale(sentence!(
                "version {newest} is {stands} now; read it with `docket draft show {case}`",
                newest,
                stands,
                case
            ))
        };
        same.then_some(()).ok_or_else(stale)
    }
}

/// Where a draft stands, given what became of its response; and whether it is over.
fn standing(draft: &Draft, submission: Option<SubmissionState>) -> (DraftState, bool) {
    match (draft.state, submission) {
        (DraftState::Approved, Some(SubmissionState::Confirmed | SubmissionState::NeedsPerson)) => {
            (DraftState::Approved, true)
        }
        (DraftState::Approved, None | Some(SubmissionState::Cancelled | SubmissionState::Refused)) => {
            (DraftState::Draft, false)
        }
        (
            DraftState::Approved,
            Some(
                SubmissionState::Prepared
                | SubmissionState::Sending
                | SubmissionState::SentUnconfirmed
                | SubmissionState::Held,
            ),
        ) => (DraftState::Approved, false),
        (state @ (DraftState::Draft | DraftState::InReview), _) => (state, false),
        (DraftState::Discarded, _) => (DraftState::Discarded, true),
    }
}

impl Desk {
    /// The newest draft of a case.
    ///
    /// # Errors
    /// When there is none in scope.
    pub async fn draft(&self, scope: ClientScope, case: CaseId) -> Result<CaseDraft> {
        self.newest_draft(scope, case)
            .await?
            .ok_or_else(|| no_draft(case))
    }

    /// The newest draft of a case in scope, if there is one.
    ///
    /// # Errors
    /// When there is no such case in scope.
    pub async fn newest_draft(&self, scope: ClientScope, case: CaseId) -> Result<Option<CaseDraft>> {
        let stored = self.case(scope, case).await?;
        self.draft_of(&stored.case).await
    }

    /// A page of what is being written or waits for a second person, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn open_drafts(
        &self,
        scope: ClientScope,
        after: Option<DraftId>,
        limit: i64,
    ) -> Result<Vec<Draft>> {
        Ok(self.db.open_drafts(scope, after, limit).await?)
    }

    /// Every version of a draft, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn draft_versions(&self, scope: ClientScope, draft: DraftId) -> Result<Vec<Version>> {
        Ok(self.db.draft_versions(scope, draft).await?)
    }

    /// The newest draft of a case, of whatever round.
    pub(crate) async fn draft_of(&self, case: &Case) -> Result<Option<CaseDraft>> {
        let own = ClientScope::One(case.client);
        let Some(draft) = self.db.newest_draft(own, case.id).await? else {
            return Ok(None);
        };
        let submission = match draft.submission {
            Some(id) => self.db.submission(own, id).await?.map(|s| s.state),
            None => None,
        };
        let (state, over) = standing(&draft, submission);
        let writers = writers(&self.db.draft_versions(own, draft.id).await?);
        let response = draft.edition.content.response();
        let facts = &case.facts;
        let says = |r: &Response| consequence(r, facts.amount, case.platform, facts.stage);
        let four_eyes = match &response {
            Ok(response) => self.four_eyes(case, response).await?,
            Err(_) => None,
        };
        Ok(Some(CaseDraft {
            current: draft.round == case.round.id && !over,
            consequence: response.as_ref().ok().map(says),
            draft,
            state,
            submission,
            writers,
            response,
            four_eyes,
        }))
    }

    /// The draft that work can go on with.
    async fn current_draft(&self, case: &Case) -> Result<Option<CaseDraft>> {
        Ok(self.draft_of(case).await?.filter(|d| d.current))
    }

    /// Saves what a person wrote as a new version, or shows what somebody else wrote meanwhile.
    ///
    /// # Errors
    /// When a response is under way, or the version to start from is none of the draft's.
    pub async fn save_draft(&self, scope: ClientScope, wish: &SaveDraft) -> Result<Saved> {
        for _ in 0..TRIES {
            match self.try_save_draft(scope, wish).await {
                Err(Error::Store(docket_store::Error::Conflict(_))) => {}
                other => return other,
            }
        }
        Err(docket_store::Error::Conflict("a draft".to_owned()).into())
    }

    async fn try_save_draft(&self, scope: ClientScope, wish: &SaveDraft) -> Result<Saved> {
        let stored = self.case(scope, wish.case).await?;
        let Some(current) = self.current_draft(&stored.case).await? else {
            if wish.based_on.is_some_and(|v| v > 0) {
                return Err(Error::Invalid(sentence!(
                    "there is no draft to go on with: it was sent, given up, or belongs to an earlier round; begin one without --version"
                )));
            }
            let first = self.begin_draft(wish, &stored.case);
            return self.keep(stored, None, first).await;
        };
        let versions = self
            .db
            .draft_versions(ClientScope::One(stored.case.client), current.draft.id)
            .await?;
        let own = versions.iter().rev().find(|v| same_person(&v.by, &wish.actor));
        let base = wish.based_on.unwrap_or(own.map_or(0, |v| v.number));
        let newest = current.draft.version;
        if base > newest || base < 0 {
            return Err(Error::Invalid(sentence!(
                "the draft has no version {base}, the newest is {newest}; read it with `docket draft show {case}`",
                base,
                newest,
                case = wish.case
            )));
        }
        if current.draft.edition == wish.edition {
            return Ok(Saved::Kept(Box::new(current)));
        }
        if base < newest {
            let base_edition = versions.iter().find(|v| v.number == base).map(|v| &v.edition);
            return Ok(Saved::Conflict(Box::new(DraftConflict {
                draft: current.draft.id,
                base_version: base,
                their_version: newest,
                their_by: current.draft.updated_by.clone(),
                their_at: current.draft.updated_at,
                merge: merge(base_edition, &wish.edition, &current.draft.edition),
            })));
        }
        let next = Draft {
            state: DraftState::Draft,
            version: newest + 1,
            edition: wish.edition.clone(),
            updated_by: wish.actor.clone(),
            updated_at: self.env.now(),
            submission: None,
            ..current.draft.clone()
        };
        self.keep(stored, Some(current.draft), next).await
    }

    fn begin_draft(&self, wish: &SaveDraft, case: &Case) -> Draft {
        let now = self.env.now();
        Draft {
            id: DraftId::new(&self.env),
            client: case.client,
            case: case.id,
            round: case.round.id,
            state: DraftState::Draft,
            version: 1,
            edition: wish.edition.clone(),
            author: wish.actor.clone(),
            created_at: now,
            updated_by: wish.actor.clone(),
            updated_at: now,
            returned: None,
            submission: None,
        }
    }

    async fn keep(&self, stored: StoredCase, before: Option<Draft>, next: Draft) -> Result<Saved> {
        let command = Command::Draft(DraftStep::Saved {
            draft: next.id,
            version: next.version,
            action: next.edition.content.action,
            withdraws: before.as_ref().and_then(|d| d.submission),
        });
        let transition = case::apply(&stored.case, Event::Command(command), self.env.now())?;
        let after = transition.case.clone();
        let mut unit = UnitOfWork::begin(&self.db).await?;
        let change = Change {
            before: Some(stored),
            transition,
            observed: None,
        };
        self.save(&mut unit, &next.updated_by, &[change]).await?;
        match &before {
            None => unit.add_draft(&next).await?,
            Some(was) => unit.save_draft(&next, (was.version, was.state)).await?,
        }
        unit.commit().await?;
        self.waker.wake();
        let kept = self.draft_of(&after).await?.ok_or_else(|| no_draft(after.id))?;
        Ok(Saved::Kept(Box::new(kept)))
    }
}

fn no_draft(case: CaseId) -> Error {
    Error::NotFound(sentence!(
        "there is no draft for case {case}; begin one with `docket draft save {case} ACTION …`",
        case
    ))
}
