//! What the tests of the queue share.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use docket_core::env::{Env, Source};
use docket_core::id::{ClientId, JobId};
use docket_queue::{
    DeadJob, Handler, HandlerError, Job, NewJob, Outcome, Queue, RunSummary, Settings, Waker,
};
use docket_store::{Db, on_db};
use futures::FutureExt;
use futures::future::BoxFuture;
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

pub use docket_store::testing::clock::Clock;

/// Longer than anything here takes; reaching it is a failure.
pub const PATIENCE: Duration = Duration::from_secs(30);

pub fn instant(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

/// A clock that stands until it is moved.
pub fn standing() -> Clock {
    Clock::at(instant("2026-03-01T09:00:00Z"))
}

/// The wall clock, for tests in which time has to pass by itself.
#[derive(Debug)]
pub struct Wall(Clock);

impl Wall {
    pub fn env() -> Env {
        Env::new(Self(standing()))
    }
}

impl Source for Wall {
    #[expect(
        clippy::disallowed_methods,
        reason = "leases of two processes are compared by the wall clock"
    )]
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }

    fn fill(&self, bytes: &mut [u8]) {
        self.0.fill(bytes);
    }
}

pub fn job(kind: &'static str, key: impl ToString, run_at: DateTime<Utc>) -> NewJob {
    NewJob {
        kind,
        key: key.to_string(),
        client: None,
        case: None,
        payload: serde_json::json!({ "n": 1 }),
        run_at,
        priority: docket_queue::priority::REFRESH,
        max_attempts: 3,
    }
}

pub fn of_client(client: ClientId, job: NewJob) -> NewJob {
    NewJob {
        client: Some(client),
        ..job
    }
}

pub async fn enqueue(db: &Db, env: &Env, jobs: &[NewJob]) -> Vec<JobId> {
    let mut tx = db.begin().await.expect("begin");
    let ids = docket_queue::enqueue(&mut tx, env, jobs).await.expect("enqueue");
    tx.commit().await.expect("commit");
    ids
}

/// No poll explains anything; pauses are short.
pub fn settings() -> Settings {
    Settings {
        slots: 4,
        lease: Duration::from_secs(60),
        poll: Duration::from_millis(50),
        per_client: 100,
        backoff_base: Duration::from_secs(10),
        backoff_cap: Duration::from_secs(600),
        drain: Duration::from_secs(10),
    }
}

type Run = dyn Fn(Job) -> BoxFuture<'static, Result<Outcome, HandlerError>> + Send + Sync;

/// A handler made of a closure; the dead are sent to a channel.
pub struct Script {
    run: Box<Run>,
    deaths: mpsc::UnboundedSender<DeadJob>,
}

pub fn script<F, Fut>(run: F) -> (Script, mpsc::UnboundedReceiver<DeadJob>)
where
    F: Fn(Job) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<Outcome, HandlerError>> + Send + 'static,
{
    let (deaths, dead) = mpsc::unbounded_channel();
    (
        Script {
            run: Box::new(move |job| run(job).boxed()),
            deaths,
        },
        dead,
    )
}

impl Handler for Script {
    fn run(&self, job: Job) -> BoxFuture<'static, Result<Outcome, HandlerError>> {
        (self.run)(job)
    }

    fn died(&self, job: &DeadJob) -> BoxFuture<'static, ()> {
        let _ = self.deaths.send(job.clone());
        async {}.boxed()
    }
}

/// A handler that reports each run and then waits to be told how to end.
pub fn gated(outcome: fn(&Job) -> Outcome) -> (Script, mpsc::UnboundedReceiver<Job>, Arc<Semaphore>) {
    let (runs, started) = mpsc::unbounded_channel();
    let gate = Arc::new(Semaphore::new(0));
    let open = Arc::clone(&gate);
    let (script, _) = script(move |job: Job| {
        let (runs, open) = (runs.clone(), Arc::clone(&open));
        async move {
            let end = outcome(&job);
            runs.send(job)?;
            open.acquire().await?.forget();
            Ok(end)
        }
    });
    (script, started, gate)
}

/// A worker that runs until it is stopped.
pub struct Running {
    stop: CancellationToken,
    task: JoinHandle<RunSummary>,
    pub waker: Waker,
}

impl Running {
    pub fn start(queue: Queue) -> Self {
        let (stop, waker) = (CancellationToken::new(), queue.waker());
        let token = stop.clone();
        let task = tokio::spawn(async move { queue.run(token).await.expect("the worker runs") });
        Self { stop, task, waker }
    }

    pub fn begin_stop(&self) {
        self.stop.cancel();
    }

    pub async fn stop(self) -> RunSummary {
        self.stop.cancel();
        soon(self.task).await.expect("the worker ends")
    }
}

pub async fn until_idle(queue: Queue) -> RunSummary {
    soon(queue.run_until_idle(CancellationToken::new()))
        .await
        .expect("the worker runs")
}

pub async fn soon<F: Future>(future: F) -> F::Output {
    tokio::time::timeout(PATIENCE, future)
        .await
        .expect("it happens before patience ends")
}

pub async fn next<T>(channel: &mut mpsc::UnboundedReceiver<T>) -> T {
    soon(channel.recv()).await.expect("the channel is open")
}

/// Waits for a condition that has no event of its own.
pub async fn eventually<F, Fut>(condition: F)
where
    F: Fn() -> Fut,
    Fut: Future<Output = bool>,
{
    soon(async {
        while !condition().await {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
}

/// A row as it stands.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Stored {
    pub dedupe_key: String,
    pub state: String,
    pub run_at: DateTime<Utc>,
    pub attempts: i64,
    pub payload: String,
    pub last_error: Option<String>,
    pub lease_by: Option<String>,
}

pub async fn rows(db: &Db) -> Vec<Stored> {
    const ALL: &str = "SELECT dedupe_key, state, run_at, attempts, payload, last_error, lease_by FROM jobs
        ORDER BY dedupe_key, state";
    on_db!(db, c => sqlx::query_as(ALL).fetch_all(c).await).expect("rows")
}

pub async fn only_row(db: &Db) -> Stored {
    let mut rows = rows(db).await;
    assert_eq!(rows.len(), 1, "{rows:?}");
    rows.remove(0)
}

/// Runs a statement outside the queue.
pub async fn execute(db: &Db, text: &'static str) {
    match db {
        Db::Sqlite { write, .. } => sqlx::raw_sql(text).execute(write).await.map(drop),
        Db::Postgres(pool) => sqlx::raw_sql(text).execute(pool).await.map(drop),
    }
    .expect(text);
}
