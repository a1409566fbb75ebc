//! The run of one job, from the claim to the end that is written.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use chrono::TimeDelta;
use futures::FutureExt;
use tokio::task::JoinHandle;
use tracing::{Instrument, info, info_span, warn};

use crate::job::{DeadJob, HandlerError, Job, Lease, Outcome};
use crate::settle::{End, Fence, Row, settle};
use crate::worker::{Claimed, Counts, Pause, Worker};

impl Worker {
    /// Runs a claimed job on a task of its own; the future ends with it.
    pub(crate) fn start(self: &Arc<Self>, claimed: Claimed) -> impl Future<Output = ()> + Send + use<> {
        let fence = claimed.row.fence();
        let worker = Arc::clone(self);
        let row = &claimed.row;
        let span =
            info_span!("job", id = %fence.id, kind = row.kind, attempt = row.attempts, worker = worker.name);
        let run = tokio::spawn(async move { worker.run(claimed).await }.instrument(span));
        self.guard(fence, run)
    }

    /// Ties a lease to the task that uses it.
    pub(crate) fn guard(
        self: &Arc<Self>,
        fence: Fence,
        task: JoinHandle<()>,
    ) -> impl Future<Output = ()> + Send + use<> {
        self.tie(fence, task.abort_handle());
        let worker = Arc::clone(self);
        async move {
            if let Err(error) = task.await {
                if error.is_panic() {
                    warn!(job = %fence.id, worker = worker.name, "the run broke off; its lease is left to run out");
                }
                worker.release(fence);
            }
        }
    }

    async fn run(self: Arc<Self>, claimed: Claimed) {
        let Claimed { row, lease } = claimed;
        let fence = row.fence();
        let outcome = self.call(&row, lease.clone()).await;
        self.ended(fence);
        let now = self.env.now();
        let (end, counter) = match outcome {
            Ok(Outcome::Done) => {
                // The pump acknowledges, many at a time, and releases the lease.
                if self.finished.send(fence).is_err() {
                    self.release(fence);
                }
                return;
            }
            Ok(Outcome::Later { at, why }) => (
                End::Pending {
                    at,
                    uncounted: 1,
                    why: Some(why),
                    tell: false,
                },
                &self.counts.later,
            ),
            Ok(Outcome::Dead { why }) => (End::Dead { why }, &self.counts.dead),
            Err(why) if row.attempts >= row.max_attempts => (End::Dead { why }, &self.counts.dead),
            Err(why) => {
                let at = now + self.backoff(row.attempts);
                info!(%why, %at, "the run failed; it is tried again");
                (
                    End::Pending {
                        at,
                        uncounted: 0,
                        why: Some(why),
                        tell: false,
                    },
                    &self.counts.failed,
                )
            }
        };
        if let End::Dead { why } = &end {
            warn!(%why, "the job is dead");
            self.mourn(&row, why, &lease).await;
        }
        self.settle(&row, &end, counter, &lease).await;
    }

    /// Calls the handler; its error or panic becomes a text.
    async fn call(&self, row: &Row, lease: Lease) -> Result<Outcome, String> {
        let Some((kind, handler)) = self.handlers.get_key_value(row.kind.as_str()) else {
            return Err(format!("no handler for `{}`", row.kind));
        };
        let payload = match serde_json::from_str(&row.payload) {
            Ok(payload) => payload,
            Err(error) => {
                return Ok(Outcome::Dead {
                    why: format!("the stored payload is damaged: {error}"),
                });
            }
        };
        let job = Job {
            id: row.fence().id,
            kind,
            key: row.dedupe_key.clone(),
            client: row.client(),
            case: row.case(),
            payload,
            attempt: row.attempts,
            max_attempts: row.max_attempts,
            lease,
        };
        match AssertUnwindSafe(async { handler.run(job).await })
            .catch_unwind()
            .await
        {
            Ok(Ok(outcome)) => Ok(outcome),
            Ok(Err(error)) => Err(with_causes(&error)),
            Err(panic) => Err(format!("the handler panicked: {}", panic_text(&*panic))),
        }
    }

    /// Has the handler raise attention, until it returns without a panic or the lease is lost.
    pub(crate) async fn mourn(&self, row: &Row, why: &str, lease: &Lease) {
        let Some((kind, handler)) = self.handlers.get_key_value(row.kind.as_str()) else {
            return;
        };
        let dead = DeadJob {
            id: row.fence().id,
            kind,
            key: row.dedupe_key.clone(),
            client: row.client(),
            case: row.case(),
            payload: serde_json::from_str(&row.payload).unwrap_or_default(),
            attempts: row.attempts,
            why: why.to_owned(),
        };
        let mut pause = Pause::new();
        while !lease.lost() {
            match AssertUnwindSafe(async { handler.died(&dead).await })
                .catch_unwind()
                .await
            {
                Ok(()) => return,
                Err(panic) => warn!(
                    why = panic_text(&*panic),
                    "raising attention for a dead job panicked"
                ),
            }
            tokio::time::sleep(pause.next()).await;
        }
    }

    /// Writes the end of an attempt, for as long as the database refuses, and releases the lease.
    pub(crate) async fn settle(&self, row: &Row, end: &End, counter: &AtomicU64, lease: &Lease) {
        let mut pause = Pause::new();
        loop {
            match settle(&self.db, &self.name, row, end).await {
                Ok(true) => {
                    Counts::one(counter);
                    break;
                }
                Ok(false) => {
                    // After a commit that failed without an answer this may also be our own work; either way it is
                    // not ours any more.
                    warn!("the lease was lost; the end of the run changes nothing");
                    lease.lose();
                    Counts::one(&self.counts.lost);
                    break;
                }
                Err(error) if !self.holds(row.fence()) => {
                    warn!(%error, "the end of the run could not be written before the drain limit");
                    return;
                }
                Err(error) => {
                    warn!(%error, "the end of the run could not be written; trying again");
                    tokio::time::sleep(pause.next()).await;
                }
            }
        }
        self.release(row.fence());
    }

    /// Gives a claimed job back that was not started.
    pub(crate) async fn give_back(&self, claimed: Claimed) {
        let Claimed { row, lease } = claimed;
        let end = End::Pending {
            at: row.run_at,
            uncounted: 1,
            why: None,
            tell: true,
        };
        self.settle(&row, &end, &self.counts.given_back, &lease).await;
    }

    /// Doubles with each failed attempt up to the cap, and spreads over ±25 %, so that what failed together does not
    /// come back together.
    fn backoff(&self, attempt: i64) -> TimeDelta {
        let exponent = u32::try_from(attempt - 1).unwrap_or(0).min(20);
        let full = self
            .settings
            .backoff_base
            .saturating_mul(1 << exponent)
            .min(self.settings.backoff_cap);
        let jittered = full * (750 + self.env.per_mille() / 2) / 1000;
        TimeDelta::from_std(jittered).unwrap_or(TimeDelta::MAX)
    }
}

fn with_causes(error: &HandlerError) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let next = error.to_string();
        // Many errors repeat their cause in their own text.
        if !text.contains(&next) {
            text = format!("{text}: {next}");
        }
        cause = error.source();
    }
    text
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("without a text")
}
