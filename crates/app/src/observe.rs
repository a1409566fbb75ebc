//! What was read becomes case, history and follow-up jobs, in one commit.

use std::collections::HashMap;

use chrono::{DateTime, Duration, Utc};
use docket_connector::Error as PlatformError;
use docket_core::case::{self, Case, Effect};
use docket_core::id::{CaseId, DisputeRef, RoundId, SubmissionId};
use docket_core::response::SubmissionState;
use docket_core::snapshot::Observed;
use docket_store::{Change, Connection, StoredCase, UnitOfWork};
use serde_json::Value;

use crate::error::{Error, Result};
use crate::{Desk, jobs};

/// How often a change is repeated when somebody else changed the case first.
const CONFLICT_TRIES: u32 = 8;

/// A response is sent at least so long before the deadline, if it is still time.
pub(crate) const MARGIN: Duration = Duration::hours(1);
/// "Hold until" is so long before the deadline: the ladder's red rung.
pub(crate) const HOLD: Duration = Duration::hours(24);

/// What storing a batch did.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Applied {
    pub new: u64,
    pub changed: u64,
    pub unchanged: u64,
}

/// A batch that is ready to be stored.
pub(crate) struct Prepared {
    changes: Vec<Change>,
    applied: Applied,
}

impl Desk {
    /// Stores a batch of observations of one connection.
    pub(crate) async fn observe_batch(
        &self,
        connection: &Connection,
        batch: Vec<Observed>,
        actor: &str,
    ) -> Result<Applied> {
        let prepared = self.prepare_batch(connection, batch).await?;
        self.store_batch(connection, prepared, None, actor).await
    }

    /// Loads what is known of a batch and says what changes.
    pub(crate) async fn prepare_batch(
        &self,
        connection: &Connection,
        batch: Vec<Observed>,
    ) -> Result<Prepared> {
        let disputes: Vec<DisputeRef> = batch.iter().map(|o| o.snapshot.dispute.clone()).collect();
        let stored = if disputes.is_empty() {
            Vec::new()
        } else {
            self.db.cases_of(connection.id, &disputes).await?
        };
        let mut known: HashMap<DisputeRef, StoredCase> =
            stored.into_iter().map(|s| (s.case.dispute.clone(), s)).collect();
        let now = self.env.now();
        let mut applied = Applied::default();
        let mut changes: Vec<Change> = Vec::with_capacity(batch.len());
        let mut at: HashMap<DisputeRef, usize> = HashMap::with_capacity(batch.len());
        for mut observed in batch {
            let held = known.get(&observed.snapshot.dispute);
            date(&mut observed, held);
            let (dispute, updated_at) = (&observed.snapshot.dispute, observed.snapshot.facts.updated_at);
            // The same dispute twice in a batch: the later reading wins, in the order of the platform's own clock.
            if let Some(&index) = at.get(dispute) {
                let held = changes[index].observed.as_ref();
                if held.is_none_or(|o| o.snapshot.facts.updated_at <= updated_at) {
                    let before = changes[index].before.clone();
                    changes[index] = self.change(connection, before, observed, now);
                }
                continue;
            }
            let before = known.remove(dispute);
            match &before {
                None => applied.new += 1,
                // A reading that was overtaken by a newer one says nothing.
                Some(b) if b.case.facts.updated_at > updated_at => {
                    applied.unchanged += 1;
                    continue;
                }
                Some(_) => {}
            }
            let (is_new, dispute) = (before.is_none(), dispute.clone());
            let known_mark = before.as_ref().is_some_and(|b| b.mark == observed.mark);
            let change = self.change(connection, before, observed, now);
            if !is_new && change.transition.history.is_empty() {
                applied.unchanged += 1;
                // Nothing to tell, but the listing's new mark must be known, or it is read again and again.
                if known_mark {
                    continue;
                }
            } else {
                applied.changed += u64::from(!is_new);
            }
            at.insert(dispute, changes.len());
            changes.push(change);
        }
        Ok(Prepared { changes, applied })
    }

    /// Stores a prepared batch, and the listing's checkpoint with it. Where somebody else changed a case first, the batch
    /// is prepared again on what is there now.
    pub(crate) async fn store_batch(
        &self,
        connection: &Connection,
        mut prepared: Prepared,
        checkpoint: Option<&Value>,
        actor: &str,
    ) -> Result<Applied> {
        let mut unchanged = 0;
        for _ in 0..CONFLICT_TRIES {
            match self
                .try_store(connection, &prepared.changes, checkpoint, actor)
                .await
            {
                Err(Error::Store(docket_store::Error::Conflict(_))) => {}
                Err(error) => return Err(error),
                Ok(()) => {
                    prepared.applied.unchanged += unchanged;
                    return Ok(prepared.applied);
                }
            }
            unchanged += prepared.applied.unchanged;
            let batch = prepared.changes.into_iter().filter_map(|c| c.observed).collect();
            prepared = self.prepare_batch(connection, batch).await?;
        }
        Err(docket_store::Error::Conflict("a case".to_owned()).into())
    }

    async fn try_store(
        &self,
        connection: &Connection,
        changes: &[Change],
        checkpoint: Option<&Value>,
        actor: &str,
    ) -> Result<()> {
        if changes.is_empty() && checkpoint.is_none() {
            return Ok(());
        }
        let mut unit = UnitOfWork::begin(&self.db).await?;
        let led = self.save(&mut unit, actor, changes).await?;
        if let Some(cursor) = checkpoint {
            unit.set_cursor(connection.id, cursor).await?;
        }
        unit.commit().await?;
        self.waker.wake();
        // The facts may have come before the dispute, or the platform names other references now.
        if led.is_empty() {
            return Ok(());
        }
        let cases = changes.iter().map(|change| &change.transition.case);
        let led: Vec<&Case> = cases.filter(|case| led.contains(&case.id)).collect();
        let known = self.db.cases_with_orders(connection.client, &led).await?;
        self.derive(connection.client, known).await
    }

    fn change(
        &self,
        connection: &Connection,
        before: Option<StoredCase>,
        observed: Observed,
        now: chrono::DateTime<chrono::Utc>,
    ) -> Change {
        let round = RoundId::new(&self.env);
        let transition = match &before {
            None => case::open(
                (CaseId::new(&self.env), round),
                connection.client,
                connection.id,
                &observed.snapshot,
                now,
            ),
            Some(stored) => case::observe(&stored.case, &observed.snapshot, round, now),
        };
        Change {
            before,
            transition,
            observed: Some(observed),
        }
    }

    /// Stores changes with what follows from them: jobs, cancelled responses. Commit is the caller's. Gives what
    /// [`UnitOfWork::save`] gives.
    pub(crate) async fn save(
        &self,
        unit: &mut UnitOfWork,
        actor: &str,
        changes: &[Change],
    ) -> Result<Vec<CaseId>> {
        let now = self.env.now();
        let led = unit.save(actor, now, changes).await?;
        let seen = changes.iter().filter_map(|change| {
            let (case, seen) = (&change.transition.case, change.observed.as_ref()?);
            Some(self.fingerprints((case.id, case.client), &seen.buyer))
        });
        let buyers: Vec<_> = seen.flatten().collect();
        unit.keep_buyers(&buyers).await?;
        let mut work = Vec::new();
        work.extend(self.wish_orders(unit, changes).await?);
        work.extend(self.tell_hooks(unit, changes).await?);
        for change in changes {
            let case = &change.transition.case;
            if let Some((from, to)) = moved(change) {
                self.replan_questions(unit, case, to).await?;
                replan_draft(unit, case, (from, to)).await?;
            }
            work.extend(self.watch_again(unit, change).await?);
            for effect in &change.transition.effects {
                match effect {
                    Effect::Send { submission, at } => work.push(jobs::submit(case, *submission, *at)),
                    Effect::Replan { submission, from, to } => {
                        work.extend(self.replan(unit, case, *submission, (*from, *to)).await?);
                    }
                    Effect::Confirm { submission, at } => work.push(jobs::confirm(case, *submission, *at)),
                    Effect::CancelSubmission { submission, why } => {
                        self.cancel_row(unit, *submission, why).await?
                    }
                    Effect::Alert(attention) => {
                        tracing::warn!(case = %case.id, client = %case.client, %attention, "a person must look at a case");
                    }
                    Effect::Rung { rung, deadline } => {
                        work.extend(self.tell_rung(unit, &change.transition, *rung, *deadline).await?);
                    }
                    Effect::Missed { deadline } => {
                        // The round that missed it is the one that this change ended, if it ended one.
                        let ended = change.transition.closed_round.as_ref();
                        let round = ended.map_or(case.round.id, |r| r.id);
                        work.extend(self.tell_missed(unit, case, round, *deadline).await?);
                    }
                }
            }
        }
        docket_queue::enqueue(unit.tx(), &self.env, &work).await?;
        Ok(led)
    }

    /// A response that is held by the deadline goes with it, and none stays planned for after it: such a one goes an hour
    /// before it, or now.
    async fn replan(
        &self,
        unit: &mut UnitOfWork,
        case: &Case,
        id: SubmissionId,
        (from, to): (DateTime<Utc>, DateTime<Utc>),
    ) -> Result<Option<docket_queue::NewJob>> {
        let Some(submission) = unit.submission(id).await? else {
            return Ok(None);
        };
        let wanted = if submission.send_at == from - HOLD {
            to - HOLD
        } else {
            submission.send_at
        };
        let send_at = wanted.min(to - MARGIN).max(self.env.now());
        if wanted == submission.send_at && wanted <= send_at {
            return Ok(None);
        }
        unit.move_submission(submission.id, send_at).await?;
        Ok(Some(jobs::submit(case, id, send_at)))
    }

    async fn cancel_row(&self, unit: &mut UnitOfWork, id: SubmissionId, why: &str) -> Result<()> {
        let Some(mut submission) = unit.submission(id).await? else {
            return Ok(());
        };
        if submission.state != SubmissionState::Prepared {
            return Ok(());
        }
        let was = (submission.state, submission.attempts);
        submission.state = SubmissionState::Cancelled;
        submission.error = Some(why.to_owned());
        unit.update_submission(&submission, was).await?;
        docket_queue::cancel(unit.tx(), jobs::SUBMIT, &id.to_string()).await?;
        Ok(())
    }

    /// Reads one dispute and stores what it says. Gives the observation and the case.
    pub(crate) async fn refresh(
        &self,
        connection: &Connection,
        connector: &dyn docket_connector::Connector,
        dispute: &DisputeRef,
        actor: &str,
    ) -> Result<Observed, PlatformOr> {
        let mut observed = connector.read(dispute).await.map_err(PlatformOr::Platform)?;
        self.observe_batch(connection, vec![observed.clone()], actor)
            .await
            .map_err(PlatformOr::Ours)?;
        if !observed.dated {
            let stored = self
                .db
                .cases_of(connection.id, std::slice::from_ref(dispute))
                .await;
            date(
                &mut observed,
                stored.map_err(|e| PlatformOr::Ours(e.into()))?.first(),
            );
        }
        Ok(observed)
    }
}

/// Where the platform does not say when the dispute changed, the reading that first showed this content does.
fn date(observed: &mut Observed, known: Option<&StoredCase>) {
    if !observed.dated
        && let Some(known) = known.filter(|k| k.body_hash == Some(observed.hash))
    {
        observed.snapshot.facts.updated_at = known.case.facts.updated_at;
    }
}

/// Whose fault it was: what follows differs.
#[derive(Debug)]
pub(crate) enum PlatformOr {
    Platform(PlatformError),
    Ours(Error),
}

impl From<PlatformOr> for Error {
    fn from(error: PlatformOr) -> Self {
        match error {
            PlatformOr::Platform(error) => Self::Platform(error),
            PlatformOr::Ours(error) => error,
        }
    }
}

/// The deadline that ran before a change and the one that runs after it, where it moved.
fn moved(change: &Change) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
    let was = change.before.as_ref()?.case.round.deadline?.at;
    let is = change.transition.case.round.deadline?.at;
    (was != is).then_some((was, is))
}

/// A draft that is to wait until a day before the deadline goes with it, as a response does.
async fn replan_draft(
    unit: &mut UnitOfWork,
    case: &Case,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
) -> Result<()> {
    let draft = unit.open_draft(case.round.id).await?;
    if let Some(draft) = draft.filter(|draft| draft.edition.send_at == Some(from - HOLD)) {
        unit.move_draft_time(&draft, to - HOLD).await?;
    }
    Ok(())
}
