//! The safety net's last resort: six hours before a deadline for which nobody prepared anything, the packet of what
//! evidence there is goes out, if the client allowed it.

use chrono::{DateTime, Utc};
use docket_core::case::Case;
use docket_core::deadline::SAFETY_NET;
use docket_core::id::CaseId;
use docket_core::notice::{NoticeKind, once_for_rung};
use docket_core::words::{ActionKind, Language, Turn};
use docket_queue::{NewJob, Outcome};
use docket_store::{ClientScope, UnitOfWork};

use crate::drafts::CaseDraft;
use crate::error::Result;
use crate::four_eyes::{by_safety_net, net_may_send};
use crate::observe::MARGIN;
use crate::packet::Least;
use crate::prepare::{Prepare, Prepared};
use crate::{Desk, jobs};

/// Who acts, in the case's history.
const ACTOR: &str = "ladder";

/// The job of a case at the net's rung, if nothing is on its way and it is our turn.
pub(crate) fn last_resort(case: &Case, now: DateTime<Utc>) -> Option<NewJob> {
    let ours = case.pending.is_none() && case.facts.turn == Turn::Ours;
    ours.then(|| jobs::safety_net(case, now))
}

impl Desk {
    /// Sends the best that there is for a case: a contest that somebody wrote whole, else the packet of the case's evidence.
    /// While somebody writes, it waits until an hour before the deadline. What it cannot send it leaves to the lead, who
    /// was called when the rung was reached.
    pub(crate) async fn cast_net(&self, id: CaseId) -> Result<Outcome> {
        let stored = self.case(ClientScope::Agency, id).await?;
        let (case, now) = (&stored.case, self.env.now());
        let Some(deadline) = self.net_holds(case).await? else {
            return Ok(Outcome::Done);
        };
        let draft = self.draft_of(case).await?.filter(|draft| draft.current);
        let last = deadline - MARGIN;
        if let Some(draft) = &draft {
            // Whoever wants to give in or to talk has decided against a contest, and money waits for people.
            if draft.draft.edition.content.action != ActionKind::Contest {
                return Ok(Outcome::Done);
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
                self.tell_net(&prepared.case, deadline).await?;
                Ok(Outcome::Done)
            }
            Err(error) if error.is_transient() => Err(error),
            Err(error) => {
                tracing::warn!(case = %id, %error, "the safety net has nothing that it could send");
                let why = "there is nothing to send yet".to_owned();
                // Evidence may still come.
                Ok(if now < last {
                    Outcome::Later { at: last, why }
                } else {
                    Outcome::Done
                })
            }
        }
    }

    /// The deadline, if the net's rung of it is reached and it is not over, nothing is on its way, and the client allows it.
    async fn net_holds(&self, case: &Case) -> Result<Option<DateTime<Utc>>> {
        let now = self.env.now();
        let deadline = case.round.deadline.map(|d| d.at);
        let near = deadline.filter(|at| crate::four_eyes::net_from(*at) <= now && now < *at);
        if last_resort(case, now).is_none() || near.is_none() {
            return Ok(None);
        }
        let client = self.db.clients(ClientScope::One(case.client)).await?;
        Ok(near.filter(|_| client.iter().any(|c| c.safety_net)))
    }

    async fn send_best(&self, case: &Case, draft: Option<CaseDraft>, least: Least) -> Result<Prepared> {
        let scope = ClientScope::One(case.client);
        if let Some(draft) = draft
            && draft.response.as_ref().is_ok_and(net_may_send)
        {
            return self
                .become_response(scope, draft.at_once(), by_safety_net(), ACTOR)
                .await;
        }
        let packet = self.packet_with(scope, case.id, Language::English, least).await?;
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

    async fn tell_net(&self, case: &Case, deadline: DateTime<Utc>) -> Result<()> {
        let mut unit = UnitOfWork::begin(&self.db).await?;
        let once = format!("{}:net", once_for_rung(case.id, deadline, SAFETY_NET));
        let work = self.tell(&mut unit, case, NoticeKind::SafetyNet, &once).await?;
        docket_queue::enqueue(unit.tx(), &self.env, &work).await?;
        unit.commit().await?;
        self.waker.wake();
        Ok(())
    }
}
