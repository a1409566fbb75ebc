//! What the tasks of one worker share.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use docket_core::env::Env;
use docket_store::Db;
use tokio::sync::{Notify, mpsc};
use tokio::task::AbortHandle;
use tokio_util::sync::CancellationToken;
use tracing::warn;

use crate::job::{Handler, Lease};
use crate::queue::Settings;
use crate::settle::{Fence, Row};

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

    /// Remembers which task uses a lease.
    pub(crate) fn tie(&self, fence: Fence, task: AbortHandle) {
        if let Some(held) = self.held().get_mut(&fence) {
            held.abort = Some(task);
        }
    }

    /// The handler of a held job has returned.
    pub(crate) fn ended(&self, fence: Fence) {
        if let Some(held) = self.held().get_mut(&fence) {
            held.ended = true;
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
}
