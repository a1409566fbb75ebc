//! The worker as the rest of the program sees it.

use std::collections::HashMap;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use apalis::prelude::{BoxDynError, Monitor, WorkerBuilder};
use docket_core::env::Env;
use docket_store::Db;
use tokio::sync::{Notify, mpsc};
use tokio_util::sync::CancellationToken;
use tracing::info;

use crate::backend::{Channel, Jobs};
use crate::job::Handler;
use crate::listen::listen;
use crate::pulse::pulse;
use crate::pump::{Pump, Until};
use crate::reap::reap;
use crate::worker::{Claimed, Counts, Worker};

/// How a worker works.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Jobs that run at the same time in this worker.
    pub slots: usize,
    /// How long a job stays reserved without a heartbeat; after a crash it runs again this much later. The heartbeat
    /// comes every third of it.
    pub lease: Duration,
    /// How often to look for due jobs when no wake-up comes.
    pub poll: Duration,
    /// Jobs of one client that run at the same time, over all workers of the database.
    pub per_client: usize,
    /// Pause after the first failed attempt; it doubles with each further one.
    pub backoff_base: Duration,
    /// The longest pause.
    pub backoff_cap: Duration,
    /// How long a stopping worker waits for running jobs; what still runs then is broken off, and its lease runs out.
    pub drain: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            slots: 16,
            lease: Duration::from_secs(60),
            poll: Duration::from_millis(500),
            per_client: 4,
            backoff_base: Duration::from_secs(10),
            backoff_cap: Duration::from_secs(15 * 60),
            drain: Duration::from_secs(30),
        }
    }
}

/// Why a worker ended without being stopped.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The library that drives the handlers gave up; leases run out and other workers take the jobs over.
    #[error("the job worker ended by itself: {0}; start it again")]
    Worker(String),
}

/// What a worker did, in runs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RunSummary {
    /// Jobs finished.
    pub done: u64,
    /// Runs that ended with [`crate::Outcome::Later`].
    pub later: u64,
    /// Runs that failed and are tried again.
    pub failed: u64,
    /// Jobs that died.
    pub dead: u64,
    /// Runs whose end changed nothing, because the lease was lost.
    pub lost: u64,
    /// Jobs that were claimed and given back unstarted.
    pub given_back: u64,
    /// Runs broken off at the drain limit.
    pub abandoned: u64,
}

/// Wakes the worker of this process; call it after the commit of a transaction that enqueued. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Waker(Arc<Notify>);

impl Waker {
    /// Has the worker look for due jobs now. A wake-up is never lost, also when the worker is busy or not running yet.
    pub fn wake(&self) {
        self.0.notify_one();
    }
}

/// A worker to be: handlers by kind, and then [`Queue::run`]. It claims only kinds that it has a handler for.
pub struct Queue {
    db: Db,
    env: Env,
    settings: Settings,
    handlers: HashMap<&'static str, Arc<dyn Handler>>,
    kick: Arc<Notify>,
}

impl Queue {
    /// A worker without handlers.
    pub fn new(db: Db, env: Env, settings: Settings) -> Self {
        Self {
            db,
            env,
            settings,
            handlers: HashMap::new(),
            kick: Arc::default(),
        }
    }

    /// Registers the handler of a kind; a second one replaces the first.
    #[must_use]
    pub fn handle(mut self, kind: &'static str, handler: impl Handler) -> Self {
        self.handlers.insert(kind, Arc::new(handler));
        self
    }

    /// What to call after enqueueing in this process.
    pub fn waker(&self) -> Waker {
        Waker(Arc::clone(&self.kick))
    }

    /// Runs jobs until stopped. Then: no more claims, unstarted jobs are given back, running ones end in peace with their
    /// leases kept, up to [`Settings::drain`]. A database that fails or goes away never ends the worker.
    ///
    /// # Errors
    /// When the worker broke down by itself.
    pub async fn run(self, stop: CancellationToken) -> Result<RunSummary, Error> {
        self.run_until(stop, Until::Stopped).await
    }

    /// As [`Queue::run`], and ends by itself when no job of a handled kind is due and none runs, in any process.
    ///
    /// # Errors
    /// When the worker broke down by itself.
    pub async fn run_until_idle(self, stop: CancellationToken) -> Result<RunSummary, Error> {
        self.run_until(stop, Until::Idle).await
    }

    async fn run_until(self, stop: CancellationToken, until: Until) -> Result<RunSummary, Error> {
        let (finished, acks) = mpsc::unbounded_channel();
        let (jobs, claimed) = mpsc::unbounded_channel();
        let name = worker_name(&self.env);
        // Ending when idle must not stop the rest of the program.
        let halt = stop.child_token();
        let worker = Arc::new(Worker::new(
            self.db,
            self.env,
            self.settings,
            name,
            self.handlers,
            finished,
            self.kick,
            halt.clone(),
        ));
        info!(
            worker = worker.name,
            kinds = worker.kinds,
            slots = worker.settings.slots,
            "job worker starts"
        );
        let pump = Pump::new(Arc::clone(&worker), acks, jobs, until);
        let tasks = [
            tokio::spawn(pump.run()),
            tokio::spawn(pulse(Arc::clone(&worker))),
            tokio::spawn(reap(Arc::clone(&worker))),
            tokio::spawn(listen(Arc::clone(&worker))),
        ];
        let outcome = drive(&worker, Arc::new(Mutex::new(claimed)), &halt).await;
        halt.cancel();
        for task in tasks {
            // Their errors are logged where they happen; a panic in one of them ends the worker as a failure.
            task.await.map_err(|error| Error::Worker(error.to_string()))?;
        }
        outcome?;
        let summary = summary(&worker.counts);
        info!(worker = worker.name, ?summary, "job worker ended");
        Ok(summary)
    }
}

/// Has apalis run the handlers until the token is cancelled and everything is drained.
async fn drive(worker: &Arc<Worker>, jobs: Jobs, halt: &CancellationToken) -> Result<(), Error> {
    let made = Arc::clone(worker);
    let monitor = Monitor::new()
        .register(move |_| {
            let worker = Arc::clone(&made);
            WorkerBuilder::new(made.name.clone())
                .backend(Channel::new(&made, &jobs))
                .build(move |claimed: Claimed| {
                    let run = worker.start(claimed);
                    async move {
                        run.await;
                        Ok::<(), BoxDynError>(())
                    }
                })
        })
        .should_restart(|_, _| true);
    let stopped = async {
        halt.cancelled().await;
        Ok(())
    };
    monitor
        .run_with_signal(stopped)
        .await
        .map_err(|error| Error::Worker(error.to_string()))
}

fn summary(counts: &Counts) -> RunSummary {
    RunSummary {
        done: counts.done.load(Ordering::Relaxed),
        later: counts.later.load(Ordering::Relaxed),
        failed: counts.failed.load(Ordering::Relaxed),
        dead: counts.dead.load(Ordering::Relaxed),
        lost: counts.lost.load(Ordering::Relaxed),
        given_back: counts.given_back.load(Ordering::Relaxed),
        abandoned: counts.abandoned.load(Ordering::Relaxed),
    }
}

/// Host, process and chance: never used twice, so that a restarted worker cannot be taken for its predecessor.
fn worker_name(env: &Env) -> String {
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let host = if host.trim().is_empty() {
        "host"
    } else {
        host.trim()
    };
    let mut random = [0u8; 6];
    env.fill(&mut random);
    format!("{host}-{}-{}", std::process::id(), hex::encode(random))
}
