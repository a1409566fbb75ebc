//! What the tasks of one worker share, and the run of one job.

use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use docket_core::env::Env;
use docket_store::Db;
use futures::FutureExt;
use tokio::sync::{Notify, mpsc};
use tokio::task::AbortHandle;
use tokio_util::sync::CancellationToken;
use tracing::{Instrument, info, info_span, warn};

use crate::job::{DeadJob, Handler, HandlerError, Job, Lease, Outcome};
use crate::queue::Settings;
use crate::settle::{End, Fence, Row, settle};

/// State of one running worker.
pub(crate) struct Worker {
    pub(crate) db: Db,
    pub(crate) env: Env,
    pub(crate) settings: Settings,
    pub(crate) name: String,
    pub(crate) handlers: HashMap<&'static str, Arc<dyn Handler>>,
    /// The kinds of `handlers` as a JSON list.
    pub(crate) kinds: String,
    /// Leases that this worker holds and extends.
    held: Mutex<HashMap<Fence, Held>>,
    /// Successful runs, to be acknowledged.
    pub(crate) finished: mpsc::UnboundedSender<Fence>,
    /// Something may have become due, or a slot free.
    pub(crate) kick: Arc<Notify>,
    /// No more claims.
    pub(crate) halt: CancellationToken,
    /// Nothing is held any more and nothing will be.
    pub(crate) drained: CancellationToken,
    pub(crate) counts: Counts,
}

/// A lease that is held.
struct Held {
    lease: Lease,
    abort: Option<AbortHandle>,
    /// Burials run beside the slots.
    slot: bool,
    /// The handler has returned: that the row is gone no longer means that the lease was lost.
    ended: bool,
}

#[derive(Default)]
pub(crate) struct Counts {
    pub(crate) done: AtomicU64,
    pub(crate) later: AtomicU64,
    pub(crate) failed: AtomicU64,
    pub(crate) dead: AtomicU64,
    pub(crate) lost: AtomicU64,
    pub(crate) given_back: AtomicU64,
    pub(crate) abandoned: AtomicU64,
}

impl Counts {
    pub(crate) fn one(counter: &AtomicU64) {
        counter.fetch_add(1, Ordering::Relaxed);
    }
}

/// A claimed job on its way to a handler.
#[derive(Debug)]
pub(crate) struct Claimed {
    pub(crate) row: Row,
    pub(crate) lease: Lease,
}

/// Growing pauses between tries of the database.
pub(crate) struct Pause(Duration);

impl Pause {
    const FIRST: Duration = Duration::from_millis(50);
    const LONGEST: Duration = Duration::from_secs(2);

    pub(crate) const fn new() -> Self {
        Self(Self::FIRST)
    }

    pub(crate) fn next(&mut self) -> Duration {
        let now = self.0;
        self.0 = (now * 2).min(Self::LONGEST);
        now
    }
}

impl Worker {
    #[expect(clippy::too_many_arguments, reason = "called once, by the builder")]
    pub(crate) fn new(
        db: Db,
        env: Env,
        settings: Settings,
        name: String,
        handlers: HashMap<&'static str, Arc<dyn Handler>>,
        finished: mpsc::UnboundedSender<Fence>,
        kick: Arc<Notify>,
        halt: CancellationToken,
    ) -> Self {
        let mut kinds: Vec<&str> = handlers.keys().copied().collect();
        kinds.sort_unstable();
        let kinds = serde_json::Value::from(kinds).to_string();
        let drained = CancellationToken::new();
        Self {
            db,
            env,
            settings,
            name,
            handlers,
            kinds,
            held: Mutex::default(),
            finished,
            kick,
            halt,
            drained,
            counts: Counts::default(),
        }
    }

    pub(crate) fn lease_end(&self) -> DateTime<Utc> {
        self.env.now() + TimeDelta::from_std(self.settings.lease).unwrap_or(TimeDelta::MAX)
    }

    fn held(&self) -> MutexGuard<'_, HashMap<Fence, Held>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins to hold a lease.
    pub(crate) fn hold(&self, row: Row, until: DateTime<Utc>, slot: bool) -> Claimed {
        let lease = Lease::new(&self.env, until);
        self.held().insert(
            row.fence(),
            Held {
                lease: lease.clone(),
                abort: None,
                slot,
                ended: false,
            },
        );
        Claimed { row, lease }
    }

    /// Ceases to hold a lease; the row is no longer ours, or is left to run out.
    pub(crate) fn forget(&self, fence: Fence) {
        self.held().remove(&fence);
    }

    /// As [`Worker::forget`], and tells the pump that a slot is free.
    pub(crate) fn release(&self, fence: Fence) {
        self.forget(fence);
        self.kick.notify_one();
    }

    pub(crate) fn holds(&self, fence: Fence) -> bool {
        self.held().contains_key(&fence)
    }

    pub(crate) fn holds_none(&self) -> bool {
        self.held().is_empty()
    }

    pub(crate) fn free_slots(&self) -> usize {
        let taken = self.held().values().filter(|held| held.slot).count();
        self.settings.slots.saturating_sub(taken)
    }

    /// Leases to extend.
    pub(crate) fn leases(&self) -> Vec<Fence> {
        self.held()
            .iter()
            .filter(|(_, held)| !held.lease.lost())
            .map(|(fence, _)| *fence)
            .collect()
    }

    pub(crate) fn extended(&self, fence: Fence, until: DateTime<Utc>) {
        if let Some(held) = self.held().get(&fence) {
            held.lease.extend(until);
        }
    }

    pub(crate) fn lost(&self, fence: Fence) {
        if let Some(held) = self.held().get(&fence).filter(|held| !held.ended) {
            warn!(job = %fence.id, worker = self.name, "the lease was lost; this run will not be acknowledged");
            held.lease.lose();
        }
    }

    /// Ends all runs where they stand; their leases run out, and other workers take the jobs over.
    pub(crate) fn abandon(&self) {
        for (fence, held) in self.held().drain() {
            warn!(job = %fence.id, worker = self.name, "still running at the drain limit; left to the next worker");
            Counts::one(&self.counts.abandoned);
            if let Some(abort) = held.abort {
                abort.abort();
            }
        }
        self.kick.notify_one();
    }

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
        task: tokio::task::JoinHandle<()>,
    ) -> impl Future<Output = ()> + Send + use<> {
        if let Some(held) = self.held().get_mut(&fence) {
            held.abort = Some(task.abort_handle());
        }
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
        if let Some(held) = self.held().get_mut(&fence) {
            held.ended = true;
        }
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
