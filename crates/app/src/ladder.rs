//! What the worker does by the clock: sweeps over rows with a stamp, so that any number of workers acts once.

use docket_core::case::{self, Command, Effect, Event, Transition};
use docket_core::deadline::SAFETY_NET;
use docket_core::draft::{Draft, DraftState};
use docket_core::response::{Quality, Response};
use docket_core::words::WorkState;
use docket_store::{Change, ClientScope, StoredCase, UnitOfWork};

use crate::error::{Error, Result};
use crate::four_eyes::{by_safety_net, net_may_send};
use crate::prepare::Wish;
use crate::safety_net::watch;
use crate::{Desk, jobs};

const CASES_PER_TICK: i64 = 200;
/// Steps of one tick in working out what goods were complained of.
const GOODS_STEPS: usize = 20;
/// Steps of filling in references in one tick.
const REFERENCE_STEPS: u32 = 4;

/// A complete answer that waits for a second person.
struct Wait {
    draft: Draft,
    response: Response,
    quality: Quality,
}

impl Desk {
    /// One tick: enqueues due syncs and sweeps, climbs the deadline ladder of due cases, lets clients' rules act, has the packs
    /// of months that are over made, takes the next step with questions to clients, and fills in what the search and reports go by.
    ///
    /// # Errors
    /// When the database fails; the next tick does what this one did not.
    pub async fn tick(&self) -> Result<()> {
        self.schedule_syncs(false).await?;
        self.schedule_syncs(true).await?;
        while self.climb().await? == usize::try_from(CASES_PER_TICK).unwrap_or(usize::MAX) {}
        self.mind_rules().await?;
        self.due_packs().await?;
        self.chase_clients().await?;
        self.fill_references().await?;
        self.renew_goods().await
    }

    /// What goods were complained of before cases about them, a few steps at a time.
    async fn renew_goods(&self) -> Result<()> {
        for _ in 0..GOODS_STEPS {
            if !self.db.renew_goods(self.env.now()).await? {
                break;
            }
        }
        Ok(())
    }

    /// References of new cases, for the search; a few steps at a time, so that a first import is not held up.
    async fn fill_references(&self) -> Result<()> {
        for _ in 0..REFERENCE_STEPS {
            if !self.db.fill_case_refs(self.env.now()).await? {
                break;
            }
        }
        Ok(())
    }

    async fn schedule_syncs(&self, sweep: bool) -> Result<()> {
        let every = if sweep {
            self.settings.sweep_every
        } else {
            self.settings.sync_every
        };
        let every = chrono::Duration::from_std(every).unwrap_or_else(|_| chrono::Duration::hours(1));
        let now = self.env.now();
        let mut unit = UnitOfWork::begin(&self.db).await?;
        let due = unit.take_due(sweep, now, now + every).await?;
        if due.is_empty() {
            return Ok(());
        }
        // Up to a tenth of the interval apart, so that many accounts do not knock at the same second.
        let spread = every.num_milliseconds() / 10_000;
        let mut work: Vec<_> = due
            .into_iter()
            .map(|(connection, client)| {
                let jitter = chrono::Duration::milliseconds(spread * i64::from(self.env.per_mille()));
                jobs::sync(connection, client, sweep, now + jitter)
            })
            .collect();
        // A platform in trouble is asked for minutes by one sync: the next ones would take the client's other slots.
        let kind = if sweep { jobs::SWEEP } else { jobs::SYNC };
        let running = docket_queue::admin::running(unit.tx(), kind).await?;
        work.retain(|job| !running.contains(&job.key));
        docket_queue::enqueue(unit.tx(), &self.env, &work).await?;
        unit.commit().await?;
        self.waker.wake();
        Ok(())
    }

    async fn climb(&self) -> Result<usize> {
        let due = self.db.due_cases(self.env.now(), CASES_PER_TICK).await?;
        let found = due.len();
        for stored in due {
            let id = stored.case.id;
            match self.step(stored).await {
                // Somebody worked on it at the same moment: it is still due, the next tick looks again.
                Ok(()) | Err(Error::Store(docket_store::Error::Conflict(_)) | Error::Refused(_)) => {}
                Err(error) if error.is_transient() => return Err(error),
                Err(error) => tracing::error!(case = %id, %error, "the deadline ladder could not act"),
            }
        }
        Ok(found)
    }

    async fn step(&self, stored: StoredCase) -> Result<()> {
        let now = self.env.now();
        let mut transition = case::apply(&stored.case, Event::Command(Command::Ladder), now)?;
        let in_time = stored.case.round.deadline.is_some_and(|d| now < d.at);
        let at_net = |effect: &Effect| matches!(effect, Effect::Rung { rung, .. } if *rung == SAFETY_NET);
        let last_chance = in_time && transition.effects.iter().any(at_net);
        let waiting = if last_chance {
            self.waiting_for_review(&stored).await?
        } else {
            None
        };
        let mut unit = UnitOfWork::begin(&self.db).await?;
        if last_chance {
            if unit.safety_net(stored.case.client).await? {
                if let Some(wait) = waiting {
                    return self.send_unreviewed(unit, (stored, transition), wait).await;
                }
                if let (WorkState::ReadyToSend, Some(pending)) =
                    (transition.case.work_state, transition.case.pending)
                    && let Some(held) = unit.submission(pending).await?
                    && net_may_send(&held.response)
                {
                    // The prepared response waits for a later hour; six hours before the deadline it goes now.
                    transition = transition.then(Command::Reschedule { send_at: now }, now)?;
                    unit.move_submission(pending, now).await?;
                }
            }
            // Watched without leave as well: a response may not get through, and leave may come late.
            let job = watch(&transition.case, now);
            docket_queue::enqueue(unit.tx(), &self.env, &job.into_iter().collect::<Vec<_>>()).await?;
        }
        self.save(
            &mut unit,
            "ladder",
            &[Change {
                before: Some(stored),
                transition,
                observed: None,
            }],
        )
        .await?;
        unit.commit().await?;
        self.waker.wake();
        Ok(())
    }

    /// A complete answer that waits for a second person, if the net may send it.
    async fn waiting_for_review(&self, stored: &StoredCase) -> Result<Option<Wait>> {
        let case = &stored.case;
        let Some(found) = self.draft_of(case).await? else {
            return Ok(None);
        };
        let (true, DraftState::InReview, Ok(response)) = (found.current, found.state, found.response) else {
            return Ok(None);
        };
        if !net_may_send(&response) {
            return Ok(None);
        }
        match self.check_response(ClientScope::Agency, case.id, &response).await {
            Ok(_) => Ok(Some(Wait {
                quality: self.quality_of(case, &response).await,
                draft: found.draft,
                response,
            })),
            Err(error) if error.is_transient() => Err(error),
            Err(error) => {
                tracing::warn!(case = %case.id, %error, "the draft in review cannot be sent; the lead is called");
                Ok(None)
            }
        }
    }

    /// The answer goes as it was put up for review.
    async fn send_unreviewed(
        &self,
        mut unit: UnitOfWork,
        (before, so_far): (StoredCase, Transition),
        wait: Wait,
    ) -> Result<()> {
        let wish = Wish {
            before,
            so_far: Some(so_far),
            response: wait.response,
            send_at: None,
            written_by: wait.draft.updated_by.clone(),
            actor: "ladder".to_owned(),
            approval: by_safety_net(),
            quality: wait.quality,
        };
        let prepared = self.queue_response(&mut unit, wish).await?;
        self.draft_became(&mut unit, &wait.draft, prepared.submission)
            .await?;
        let job = watch(&prepared.case, self.env.now());
        docket_queue::enqueue(unit.tx(), &self.env, &job.into_iter().collect::<Vec<_>>()).await?;
        unit.commit().await?;
        self.waker.wake();
        Ok(())
    }
}
