//! The safety net: in the last six hours before a deadline the best that there is goes out, if the client allowed it. It
//! watches every case until the deadline is over or answered, so that nothing that ends meanwhile (a refusal, a message, a draft
//! that is given up) leaves the deadline alone, a response that does not get through is told, and leave that a client gives late
//! still counts. What it cannot send the lead is called for.

use chrono::{DateTime, Duration, Utc};
use docket_core::case::Case;
use docket_core::deadline::SAFETY_NET;
use docket_core::id::{CaseId, SubmissionId};
use docket_core::notice::{NoticeKind, once_for_rung};
use docket_core::response::SubmissionState;
use docket_core::words::{ActionKind, Language, Turn};
use docket_queue::{NewJob, Outcome};
use docket_store::{Change, ClientScope, UnitOfWork};

use crate::drafts::CaseDraft;
use crate::error::Result;
use crate::four_eyes::{by_safety_net, net_from, net_may_send};
use crate::observe::MARGIN;
use crate::packet::Least;
use crate::prepare::{Prepare, Prepared};
use crate::{Desk, jobs};

/// Who acts, in the case's history.
const ACTOR: &str = "ladder";
/// Between two looks of the net at a case.
const AGAIN: Duration = Duration::minutes(10);

/// The net's job for a case, if it is our turn.
pub(crate) fn watch(case: &Case, now: DateTime<Utc>) -> Option<NewJob> {
    (case.facts.turn == Turn::Ours).then(|| jobs::safety_net(case, now))
}

/// The deadline, if it runs for us, is not over, and the net's rung of it is reached.
fn near(case: &Case, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let deadline = case.round.deadline.filter(|_| case.facts.turn == Turn::Ours)?.at;
    (net_from(deadline) <= now && now < deadline).then_some(deadline)
}

/// The response that a change ended without an answer to the request, with little time left: refused, taken back, given to a
/// person, or a message that only talked.
fn ended(change: &Change, now: DateTime<Utc>) -> Option<SubmissionId> {
    let case = &change.transition.case;
    let was = change.before.as_ref()?.case.pending?;
    (case.pending.is_none() && near(case, now).is_some()).then_some(was)
}

impl Desk {
    /// In the last hours nothing ends unseen: the lead is called, and the net looks at once.
    pub(crate) async fn watch_again(&self, unit: &mut UnitOfWork, change: &Change) -> Result<Vec<NewJob>> {
        let now = self.env.now();
        let Some(was) = ended(change, now) else {
            return Ok(Vec::new());
        };
        let case = &change.transition.case;
        let once = format!("ended:{was}");
        let mut work = self.tell(unit, case, NoticeKind::LeadCalled, &once).await?;
        work.extend(watch(case, now));
        Ok(work)
    }

    /// Sends the best that there is for a case: a contest or an appeal that somebody wrote whole, else the packet of the case's
    /// evidence. While somebody writes, it waits until an hour before the deadline.
    pub(crate) async fn cast_net(&self, id: CaseId) -> Result<Outcome> {
        let stored = self.case(ClientScope::Agency, id).await?;
        let (case, now) = (&stored.case, self.env.now());
        let Some(deadline) = near(case, now) else {
            return Ok(Outcome::Done);
        };
        let once = |what: &str| format!("{}:{what}", once_for_rung(case.id, deadline, SAFETY_NET));
        let again = |why: &str| {
            let (at, why) = ((now + AGAIN).min(deadline), why.to_owned());
            Ok(Outcome::Later { at, why })
        };
        if let Some(pending) = case.pending {
            if self.is_stuck(pending).await? {
                self.tell_net(case, NoticeKind::ResponseStuck, &once("stuck"))
                    .await?;
            }
            return again("a response is on its way");
        }
        if !self.net_allowed(case).await? {
            return again("the client does not allow that anything goes by itself");
        }
        let draft = self.draft_of(case).await?.filter(|draft| draft.current);
        let last = deadline - MARGIN;
        if let Some(draft) = &draft {
            // Whoever wants to give in has decided against a contest, and money waits for people. Who only talks has not.
            let gives_in = matches!(
                draft.draft.edition.content.action,
                ActionKind::Accept | ActionKind::Offer | ActionKind::AcknowledgeReturn
            );
            if gives_in {
                if now >= last {
                    self.tell_net(case, NoticeKind::LeadCalled, &once("nothing"))
                        .await?;
                }
                return again("somebody decided against a contest");
            }
            if now < last {
                let why = "somebody writes a response".to_owned();
                return Ok(Outcome::Later { at: last, why });
            }
        }
        // A letter without an exhibit is the last thing to spend the one answer on: evidence may still come.
        let least = if now < last {
            Least::Exhibit
        } else {
            Least::Records
        };
        match self.send_best(case, draft, least).await {
            Ok(prepared) => {
                self.tell_net(&prepared.case, NoticeKind::SafetyNet, &once("net"))
                    .await?;
                again("it is watched until the platform has it")
            }
            Err(error) if error.is_transient() => Err(error),
            Err(error) => {
                tracing::warn!(case = %id, %error, "the safety net has nothing that it could send");
                if now >= last {
                    self.tell_net(case, NoticeKind::LeadCalled, &once("nothing"))
                        .await?;
                }
                again("there is nothing to send yet")
            }
        }
    }

    async fn net_allowed(&self, case: &Case) -> Result<bool> {
        let client = self.db.clients(ClientScope::One(case.client)).await?;
        Ok(client.iter().any(|c| c.safety_net))
    }

    /// Whether its time came a while ago and no call went out: the platform is down, or the connection paused.
    async fn is_stuck(&self, id: SubmissionId) -> Result<bool> {
        let found = self.db.submission(ClientScope::Agency, id).await?;
        Ok(found.is_some_and(|submission| {
            submission.state == SubmissionState::Prepared && submission.send_at + AGAIN <= self.env.now()
        }))
    }

    async fn send_best(&self, case: &Case, draft: Option<CaseDraft>, least: Least) -> Result<Prepared> {
        let scope = ClientScope::One(case.client);
        if let Some(draft) = draft
            && draft.response.as_ref().is_ok_and(net_may_send)
        {
            let appeals = draft.draft.edition.content.action == ActionKind::Appeal;
            match self
                .become_response(scope, draft.at_once(), by_safety_net(), ACTOR)
                .await
            {
                Err(error) if !error.is_transient() && !appeals => {
                    tracing::warn!(case = %case.id, %error, "the draft cannot be sent; the packet goes instead");
                }
                sent => return sent,
            }
        }
        let packet = self
            .packet_that_fits(scope, case.id, Language::English, least)
            .await?;
        let response = self
            .answer_with(scope, case.id, ActionKind::Contest, &packet, (None, None))
            .await?;
        let wish = Prepare {
            case: case.id,
            response,
            send_at: None,
            actor: ACTOR.to_owned(),
        };
        self.prepare(scope, wish, by_safety_net()).await
    }

    async fn tell_net(&self, case: &Case, kind: NoticeKind, once: &str) -> Result<()> {
        let mut unit = UnitOfWork::begin(&self.db).await?;
        let work = self.tell(&mut unit, case, kind, once).await?;
        docket_queue::enqueue(unit.tx(), &self.env, &work).await?;
        unit.commit().await?;
        self.waker.wake();
        Ok(())
    }
}
