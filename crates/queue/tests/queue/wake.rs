//! How soon a job starts. The poll interval is ten seconds, so only wake-ups can explain it.

use std::time::{Duration, Instant};

use crate::support::*;
use chrono::TimeDelta;
use docket_core::env::Env;
use docket_queue::{Job, Outcome, Queue, Settings};
use docket_store::Db;
use docket_store::testing::TestDb;
use tokio::sync::mpsc;

const LIMIT: Duration = Duration::from_millis(200);

fn lazy(db: &Db, env: &Env) -> (Queue, mpsc::UnboundedReceiver<Instant>) {
    let (starts, started) = mpsc::unbounded_channel();
    let (handler, _) = script(move |_: Job| {
        let starts = starts.clone();
        async move {
            starts.send(Instant::now())?;
            Ok(Outcome::Done)
        }
    });
    let lazy = Settings {
        poll: Duration::from_secs(10),
        ..settings()
    };
    (
        Queue::new(db.clone(), env.clone(), lazy).handle("k", handler),
        started,
    )
}

fn p95(mut delays: Vec<Duration>, what: &str) -> Duration {
    delays.sort();
    let at = |share: usize| delays[delays.len() * share / 100];
    println!("{what}: p50 {:?}, p95 {:?}, max {:?}", at(50), at(95), at(99));
    at(95)
}

async fn a_wake_up_starts_a_job(test: TestDb) {
    let env = standing().env();
    let (queue, mut started) = lazy(&test.db, &env);
    let worker = Running::start(queue);
    let mut delays = Vec::new();
    for n in 0..100 {
        enqueue(&test.db, &env, &[job("k", n, env.now())]).await;
        let committed = Instant::now();
        worker.waker.wake();
        delays.push(next(&mut started).await.saturating_duration_since(committed));
    }
    worker.stop().await;
    assert!(p95(delays, test.db.engine()) < LIMIT);
}

/// PostgreSQL tells workers itself; on SQLite other processes are noticed by polling.
async fn an_enqueue_of_another_process_starts_a_job(test: TestDb) {
    let Db::Postgres(_) = test.db else { return };
    let env = standing().env();
    let (queue, mut started) = lazy(&test.db, &env);
    let worker = Running::start(queue);
    let other = Db::connect(&test.url).await.unwrap();
    let listening =
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'";
    eventually(|| async {
        let Db::Postgres(pool) = &other else { return false };
        sqlx::query_scalar::<_, i64>(listening)
            .fetch_one(pool)
            .await
            .unwrap()
            == 1
    })
    .await;
    let mut delays = Vec::new();
    for n in 0..100 {
        enqueue(&other, &env, &[job("k", n, env.now())]).await;
        let committed = Instant::now();
        delays.push(next(&mut started).await.saturating_duration_since(committed));
    }
    worker.stop().await;
    assert!(p95(delays, "NOTIFY") < LIMIT);
}

/// A future job sets a timer, also one that comes before the one waited for.
async fn a_job_starts_when_its_time_comes(test: TestDb) {
    let env = Wall::env();
    let (queue, mut started) = lazy(&test.db, &env);
    let worker = Running::start(queue);
    enqueue(
        &test.db,
        &env,
        &[job("k", "far", env.now() + TimeDelta::hours(1))],
    )
    .await;
    worker.waker.wake();
    let mut delays = Vec::new();
    for n in 0..20 {
        let begun = Instant::now();
        enqueue(
            &test.db,
            &env,
            &[job("k", n, env.now() + TimeDelta::milliseconds(100))],
        )
        .await;
        worker.waker.wake();
        let start = next(&mut started).await;
        assert!(start - begun >= Duration::from_millis(99), "before its time");
        delays.push((start - begun).saturating_sub(Duration::from_millis(100)));
    }
    worker.stop().await;
    assert!(p95(delays, "timer") < LIMIT);
}

/// A wake-up that comes while the worker is busy or not running yet counts.
async fn a_wake_up_is_not_lost(test: TestDb) {
    let env = standing().env();
    let (queue, mut started) = lazy(&test.db, &env);
    let waker = queue.waker();
    let worker = Running::start(queue);
    let (db, inner) = (test.db.clone(), env.clone());
    let burst = tokio::spawn(async move {
        for n in 0..300 {
            enqueue(&db, &inner, &[job("k", n, inner.now())]).await;
            waker.wake();
        }
    });
    for _ in 0..300 {
        next(&mut started).await;
    }
    soon(burst).await.unwrap();
    assert_eq!(worker.stop().await.done, 300);
}

docket_store::on_both!(
    a_wake_up_starts_a_job,
    an_enqueue_of_another_process_starts_a_job,
    a_job_starts_when_its_time_comes,
    a_wake_up_is_not_lost,
);
