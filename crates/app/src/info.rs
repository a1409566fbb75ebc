//! Questions to a client: asked by a specialist, answered on a page of their own (`domain.md` A14).

mod ask;
mod chase;
mod desk;
mod page;
mod reply;

use chrono::{DateTime, Utc};
use docket_core::case::{self, Case, Command, Event, Transition};
use docket_core::id::{CaseId, PersonId, RequestId};
use docket_core::request::{InfoAnswer, InfoRequest, RequestState};
use docket_core::sentence;
use docket_core::stats::AnswerTimes;
use docket_core::words::WorkState;
use docket_store::{Change, Client, ClientScope, UnitOfWork};

pub use self::ask::{Ask, Asked};
pub use self::desk::{AskWish, QuestionView};
pub use self::page::{AnswerProblem, AskPage, NewAnswer};
pub use self::reply::{MAIL_LIMIT, Reply};
use crate::Desk;
use crate::error::{Error, Result};
use crate::respond::{goes_on, not_found};

impl Desk {
    /// Questions, oldest first: those of one case, or a page of all.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn info_requests(
        &self,
        scope: ClientScope,
        case: Option<CaseId>,
        after: Option<RequestId>,
        limit: i64,
    ) -> Result<Vec<InfoRequest>> {
        match case {
            Some(case) if after.is_none() => Ok(self.db.info_requests_of(scope, case).await?),
            Some(_) => Ok(Vec::new()),
            None => Ok(self.db.info_requests(scope, after, limit).await?),
        }
    }

    /// One question with its answers.
    ///
    /// # Errors
    /// When there is none in scope.
    pub async fn info_request(
        &self,
        scope: ClientScope,
        id: RequestId,
    ) -> Result<(InfoRequest, Vec<InfoAnswer>)> {
        let found = self.db.info_request(scope, id).await?;
        let request = found.ok_or_else(|| {
            Error::NotFound(sentence!("there is no question {id}; see `docket info list`", id))
        })?;
        let answers = self.db.info_answers(scope, id).await?;
        Ok((request, answers))
    }

    /// A further address of an open question's page, where the first one got lost. Shown once.
    ///
    /// # Errors
    /// When there is no such question in scope, or it takes no answers any more.
    pub async fn info_link(&self, scope: ClientScope, id: RequestId) -> Result<String> {
        self.open_page(scope, id, None).await
    }

    async fn open_page(&self, scope: ClientScope, id: RequestId, person: Option<PersonId>) -> Result<String> {
        let (request, _) = self.info_request(scope, id).await?;
        if !request.takes_answers(self.env.now()) {
            return Err(Error::Invalid(sentence!(
                "question {id} takes no answers any more; ask again: docket info ask",
                id
            )));
        }
        self.new_page(id, person).await
    }

    /// A secret that opens an open question's page, for a client's own person who is logged in: what is answered there is
    /// theirs in the history and in the audit log.
    ///
    /// # Errors
    /// As [`Desk::info_link`].
    pub async fn answer_token(&self, scope: ClientScope, id: RequestId, person: PersonId) -> Result<String> {
        let page = self.open_page(scope, id, Some(person)).await?;
        Ok(page.rsplit('/').next().unwrap_or_default().to_owned())
    }

    /// Takes a question back.
    ///
    /// # Errors
    /// When it is not open, or somebody else was first.
    pub async fn withdraw_request(
        &self,
        scope: ClientScope,
        id: RequestId,
        actor: &str,
    ) -> Result<InfoRequest> {
        let (request, _) = self.info_request(scope, id).await?;
        if request.state != RequestState::Open {
            return Err(Error::Invalid(sentence!(
                "question {id} is {state}, only an open one can be withdrawn",
                id,
                state = request.state
            )));
        }
        let mut unit = UnitOfWork::begin(&self.db).await?;
        self.end_request(&mut unit, &request, RequestState::Withdrawn, actor)
            .await?;
        unit.commit().await?;
        Ok(self.info_request(scope, id).await?.0)
    }

    /// Ends an open question without an answer; its case goes on.
    async fn end_request(
        &self,
        unit: &mut UnitOfWork,
        request: &InfoRequest,
        state: RequestState,
        actor: &str,
    ) -> Result<Case> {
        let now = self.env.now();
        let stored = unit
            .case(request.case)
            .await?
            .ok_or_else(|| not_found(request.case))?;
        let after = InfoRequest {
            state,
            ended_at: Some(now),
            next_step: None,
            ..request.clone()
        };
        unit.move_info_request(request, &after).await?;
        let command = Command::RequestEnded {
            request: request.id,
            state,
            others_open: unit.other_requests_open(request).await?,
        };
        let transition = no_longer_waits(unit, &stored.case, command, now).await?;
        let case = transition.case.clone();
        let change = Change {
            before: Some(stored),
            transition,
            observed: None,
        };
        self.save(unit, actor, &[change]).await?;
        Ok(case)
    }

    /// How fast a client answers.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn answer_times(&self, client: &Client) -> Result<AnswerTimes> {
        let asked = self
            .db
            .asked(ClientScope::One(client.id), DateTime::UNIX_EPOCH)
            .await?;
        Ok(AnswerTimes::of(&asked, self.env.now()))
    }
}

/// A question ended: what waited for its answer goes on where it stood, a draft in review in review.
async fn no_longer_waits(
    unit: &mut UnitOfWork,
    case: &Case,
    command: Command,
    now: DateTime<Utc>,
) -> Result<Transition> {
    let transition = case::apply(case, Event::Command(command), now)?;
    let goes_on_writing =
        case.work_state == WorkState::WaitingOnClient && transition.case.work_state == WorkState::Drafting;
    if goes_on_writing && let Some(draft) = unit.open_draft(case.round.id).await? {
        return Ok(transition.then(goes_on(&draft), now)?);
    }
    Ok(transition)
}
