//! A second person checks what the first one wrote.

use docket_core::case::{self, Command, DraftStep, Event};
use docket_core::draft::{Draft, DraftState};
use docket_core::four_eyes::same_person;
use docket_core::id::{CaseId, SubmissionId};
use docket_core::notice::NoticeKind;
use docket_core::response::Response;
use docket_core::sentence;
use docket_store::{Change, ClientScope, StoredCase, UnitOfWork};

use super::{CaseDraft, Looked, no_draft};
use crate::Desk;
use crate::error::{Error, Result};
use crate::four_eyes::by_safety_net;
use crate::observe::MARGIN;
use crate::prepare::{Approval, Prepared, Wish, wrote_it};

impl Desk {
    /// Gives a draft up. What was written stays readable in its versions.
    ///
    /// # Errors
    /// When there is none, or it is a response already.
    pub async fn discard_draft(
        &self,
        scope: ClientScope,
        (case, looked): (CaseId, Looked),
        actor: &str,
    ) -> Result<()> {
        let (stored, current) = self.open_draft(scope, case, looked).await?;
        let draft = current.draft;
        let after = Draft {
            state: DraftState::Discarded,
            ..draft.clone()
        };
        let step = DraftStep::Discarded { draft: draft.id };
        self.move_on(stored, (&draft, &after), (step, None), actor).await
    }

    /// Asks a second person to check the newest version. Everything that can be known is checked now, so that nobody
    /// reviews what could not be sent. In the safety net's last hours it goes at once, if the client allowed that.
    ///
    /// # Errors
    /// As [`Desk::check_response`]; or when the draft is not complete, or in review already.
    pub async fn ask_review(
        &self,
        scope: ClientScope,
        (case, looked): (CaseId, Looked),
        actor: &str,
    ) -> Result<CaseDraft> {
        let (stored, current) = self.open_draft(scope, case, looked).await?;
        if current.state == DraftState::InReview {
            return Err(Error::Invalid(sentence!(
                "version {version} is in review already; a second person approves it with `docket draft approve {case} --by NAME`",
                version = current.draft.version,
                case
            )));
        }
        let response = self.ready(scope, &stored, &current).await?;
        let net = self.net_is_due(&stored.case, &response).await?;
        // In the net's hours no second person is waited for.
        if !net {
            self.known_writers(&current.writers).await?;
        }
        let draft = current.draft;
        let after = Draft {
            state: DraftState::InReview,
            returned: None,
            submission: None,
            ..draft.clone()
        };
        let step = DraftStep::ReviewAsked {
            draft: draft.id,
            version: draft.version,
        };
        let tell = (!net).then_some(NoticeKind::ReviewAsked);
        self.move_on(stored, (&draft, &after), (step, tell), actor)
            .await?;
        if net {
            let (_, current) = self
                .in_review(scope, case, Looked::Version(draft.version))
                .await?;
            self.become_response(scope, current.at_once(), by_safety_net(), actor)
                .await?;
        }
        self.draft(scope, case).await
    }

    /// The second person gives it back, with what is to be changed.
    ///
    /// # Errors
    /// When nothing is in review, or no reason is given.
    pub async fn return_draft(
        &self,
        scope: ClientScope,
        (case, looked): (CaseId, Looked),
        note: &str,
        actor: &str,
    ) -> Result<()> {
        let (stored, current) = self.in_review(scope, case, looked).await?;
        let draft = current.draft;
        let after = Draft {
            state: DraftState::Draft,
            returned: Some(note.to_owned()),
            ..draft.clone()
        };
        let step = DraftStep::Returned {
            draft: draft.id,
            version: draft.version,
            note: note.to_owned(),
        };
        self.move_on(stored, (&draft, &after), (step, None), actor).await
    }

    /// The second person approves: the draft becomes a response, and the worker sends it at its time.
    ///
    /// # Errors
    /// When they wrote on it, when it changed since, or as [`Desk::check_response`].
    pub async fn approve_draft(
        &self,
        scope: ClientScope,
        (case, looked): (CaseId, Looked),
        actor: &str,
    ) -> Result<Prepared> {
        let (stored, mut current) = self.in_review(scope, case, looked).await?;
        self.second_person(actor).await?;
        if current.writers.iter().any(|w| same_person(w, actor)) {
            return Err(wrote_it(actor));
        }
        self.known_writers(&current.writers).await?;
        let approval = Approval::By {
            name: actor.to_owned(),
            draft: current.draft.id,
            version: current.draft.version,
        };
        // The deadline may have come nearer while it waited: what was to go after it goes an hour before it, or now.
        let deadline = stored.case.round.deadline.map(|deadline| deadline.at);
        if let (Some(send_at), Some(deadline)) = (&mut current.draft.edition.send_at, deadline)
            && *send_at >= deadline
        {
            *send_at = deadline - MARGIN;
        }
        self.become_response(scope, current, approval, actor).await
    }

    /// Sends a draft without a second person, where none is needed.
    ///
    /// # Errors
    /// When one is needed, or as [`Desk::check_response`].
    pub async fn send_draft(
        &self,
        scope: ClientScope,
        (case, looked): (CaseId, Looked),
        actor: &str,
    ) -> Result<Prepared> {
        let (stored, current) = self.open_draft(scope, case, looked).await?;
        let approval = match &current.response {
            Ok(response) => self.alone(&stored.case, response).await?,
            Err(_) => None,
        };
        let approval = approval.unwrap_or(Approval::NotNeeded);
        self.become_response(scope, current, approval, actor).await
    }

    pub(crate) async fn become_response(
        &self,
        scope: ClientScope,
        current: CaseDraft,
        approval: Approval,
        actor: &str,
    ) -> Result<Prepared> {
        let case = current.draft.case;
        let stored = self.case(scope, case).await?;
        let response = self.ready(scope, &stored, &current).await?;
        let quality = self.quality_of(&stored.case, &response).await;
        let mut unit = UnitOfWork::begin(&self.db).await?;
        // The case as it was checked: whoever changed it meanwhile makes the save a conflict.
        let wish = Wish {
            before: stored,
            so_far: None,
            response,
            send_at: current.draft.edition.send_at,
            written_by: current.draft.updated_by.clone(),
            actor: actor.to_owned(),
            approval,
            quality,
        };
        let prepared = self.queue_response(&mut unit, wish).await?;
        self.draft_became(&mut unit, &current.draft, prepared.submission)
            .await?;
        unit.commit().await?;
        self.waker.wake();
        Ok(prepared)
    }

    /// Everything that would keep a draft from being sent at its time.
    async fn ready(&self, scope: ClientScope, stored: &StoredCase, current: &CaseDraft) -> Result<Response> {
        let response = current
            .response
            .clone()
            .map_err(|why| Error::Invalid(why.to_string().into()))?;
        self.check_response(scope, stored.case.id, &response).await?;
        if let Some(send_at) = current.draft.edition.send_at {
            let probe = Command::Prepare {
                submission: SubmissionId::new(&self.env),
                action: response.action(),
                send_at,
            };
            case::apply(&stored.case, Event::Command(probe), self.env.now())?;
        }
        Ok(response)
    }

    /// The draft of the round that runs, as long as it is no response.
    async fn open_draft(
        &self,
        scope: ClientScope,
        case: CaseId,
        looked: Looked,
    ) -> Result<(StoredCase, CaseDraft)> {
        let stored = self.case(scope, case).await?;
        let current = self.current_draft(&stored.case).await?;
        let current = current.ok_or_else(|| no_draft(case))?;
        current.held_against(looked)?;
        if current.state == DraftState::Approved {
            return Err(Error::Invalid(sentence!(
                "the draft is approved and a response already; take it back with `docket respond cancel {case}`",
                case
            )));
        }
        Ok((stored, current))
    }

    async fn in_review(
        &self,
        scope: ClientScope,
        case: CaseId,
        looked: Looked,
    ) -> Result<(StoredCase, CaseDraft)> {
        let (stored, current) = self.open_draft(scope, case, looked).await?;
        if current.state != DraftState::InReview {
            return Err(Error::Invalid(sentence!(
                "version {version} is not in review: it was changed or given back; ask for one with `docket draft review {case}`",
                version = current.draft.version,
                case
            )));
        }
        Ok((stored, current))
    }

    async fn move_on(
        &self,
        stored: StoredCase,
        (draft, after): (&Draft, &Draft),
        (step, tell): (DraftStep, Option<NoticeKind>),
        actor: &str,
    ) -> Result<()> {
        let transition = case::apply(&stored.case, Event::Command(Command::Draft(step)), self.env.now())?;
        let mut unit = UnitOfWork::begin(&self.db).await?;
        let change = Change {
            before: Some(stored),
            transition,
            observed: None,
        };
        let case = change.transition.case.clone();
        self.save(&mut unit, actor, &[change]).await?;
        unit.move_draft(after, (draft.version, draft.state)).await?;
        if let Some(kind) = tell {
            // Whoever is asked again is told again.
            let once = format!("review:{}:{}", draft.id, self.env.now().timestamp_micros());
            let work = self.tell(&mut unit, &case, kind, &once).await?;
            docket_queue::enqueue(unit.tx(), &self.env, &work).await?;
        }
        unit.commit().await?;
        self.waker.wake();
        Ok(())
    }
}
