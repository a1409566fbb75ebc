//! A job as its handler sees it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use chrono::{DateTime, Duration, Utc};
use docket_core::env::Env;
use docket_core::id::{CaseId, ClientId, JobId};
use futures::future::BoxFuture;

/// What a handler failed with; its text and causes are kept as the job's last error, so they must hold no personal
/// data and no secrets.
pub type HandlerError = Box<dyn std::error::Error + Send + Sync>;

/// How a handler's run ended without an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Finished; the job is deleted.
    Done,
    /// Not possible yet: runs again at the instant, never before. This is waiting, not failing: the run is not
    /// counted against the job's `max_attempts`.
    Later {
        /// When to run again.
        at: DateTime<Utc>,
        /// Why it waits; kept as the job's last error.
        why: String,
    },
    /// Will never succeed: the job is dead at once, whatever attempts are left.
    Dead {
        /// Why; kept as the job's last error.
        why: String,
    },
}

/// Runs the jobs of one kind.
///
/// Any run may happen twice: the process may die after the effect and before its acknowledgement.
pub trait Handler: Send + Sync + 'static {
    /// Runs one attempt. An error or a panic is tried again after a growing pause, until `max_attempts` are used up.
    fn run(&self, job: Job) -> BoxFuture<'static, Result<Outcome, HandlerError>>;

    /// Called when a job of this kind dies, before its row is marked dead: the place to raise attention on the case,
    /// in a transaction of its own.
    ///
    /// Returning means that it is written: what fails has to be tried again in here (the lease is kept meanwhile). After a
    /// panic it is called again, and so it is when the process dies before the row is marked; it must bear both.
    fn died(&self, job: &DeadJob) -> BoxFuture<'static, ()>;
}

/// One attempt at a job.
#[derive(Debug, Clone)]
pub struct Job {
    /// The row's id; it stays the same over all attempts.
    pub id: JobId,
    /// The kind under which the handler was registered.
    pub kind: &'static str,
    /// The dedupe key.
    pub key: String,
    /// Whose job it is.
    pub client: Option<ClientId>,
    /// The case it is about.
    pub case: Option<CaseId>,
    /// What was enqueued.
    pub payload: serde_json::Value,
    /// This attempt, from 1. Runs that ended with [`Outcome::Later`] are not counted.
    pub attempt: i64,
    /// Failed attempts after which the job is dead.
    pub max_attempts: i64,
    /// The right to run it.
    pub lease: Lease,
}

/// A job that failed for good.
#[derive(Debug, Clone)]
pub struct DeadJob {
    /// The row's id.
    pub id: JobId,
    /// The kind.
    pub kind: &'static str,
    /// The dedupe key.
    pub key: String,
    /// Whose job it was.
    pub client: Option<ClientId>,
    /// The case it was about.
    pub case: Option<CaseId>,
    /// What was enqueued; null when the stored text could not be read.
    pub payload: serde_json::Value,
    /// Attempts that were counted.
    pub attempts: i64,
    /// Why it died.
    pub why: String,
}

/// The right to run a job, extended in the background while the handler runs.
#[derive(Debug, Clone)]
pub struct Lease {
    state: Arc<LeaseState>,
    env: Env,
}

#[derive(Debug)]
struct LeaseState {
    until_micros: AtomicI64,
    lost: AtomicBool,
}

impl Lease {
    /// A lease that ends at an instant. The queue makes them; tests that call a handler directly may too.
    pub fn new(env: &Env, until: DateTime<Utc>) -> Self {
        let until_micros = AtomicI64::new(until.timestamp_micros());
        Self {
            state: Arc::new(LeaseState {
                until_micros,
                lost: AtomicBool::new(false),
            }),
            env: env.clone(),
        }
    }

    /// When it ends, as last extended.
    pub fn until(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_micros(self.state.until_micros.load(Ordering::Acquire)).unwrap_or_default()
    }

    /// Whether it is known that someone else holds the job now: stop, nothing of this run will be acknowledged.
    pub fn lost(&self) -> bool {
        self.state.lost.load(Ordering::Acquire)
    }

    /// Time left until [`Lease::until`]; negative when it ran out and anyone may have taken the job. Check it before a
    /// call that must not happen twice.
    pub fn remaining(&self) -> Duration {
        self.until() - self.env.now()
    }

    pub(crate) fn extend(&self, until: DateTime<Utc>) {
        self.state
            .until_micros
            .store(until.timestamp_micros(), Ordering::Release);
    }

    pub(crate) fn lose(&self) {
        self.state.lost.store(true, Ordering::Release);
    }
}
