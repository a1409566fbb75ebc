//! Stopping, ending when idle, and a database that is away.

use std::time::{Duration, Instant};

use crate::support::*;
use chrono::TimeDelta;
use docket_queue::{Job, NewJob, Outcome, Queue, Settings};
use docket_store::Db;
use docket_store::testing::TestDb;
use tokio::sync::mpsc;

async fn a_stop_drains_what_runs_and_claims_nothing_more(test: TestDb) {
    let env = standing().env();
    let (handler, mut started, gate) = gated(|_| Outcome::Done);
    let jobs: Vec<NewJob> = (0..6).map(|n| job("k", n, env.now())).collect();
    enqueue(&test.db, &env, &jobs).await;
    let worker = Running::start(Queue::new(test.db.clone(), env.clone(), settings()).handle("k", handler));
    for _ in 0..4 {
        next(&mut started).await;
    }
    worker.begin_stop();
    gate.add_permits(100);
    let opened = Instant::now();
    let summary = worker.stop().await;
    assert!(
        opened.elapsed() < settings().drain,
        "it ends with its last job, not at the drain limit"
    );
    assert_eq!((summary.done, summary.abandoned, summary.lost), (4, 0, 0));
    assert!(started.try_recv().is_err());
    let left = rows(&test.db).await;
    assert_eq!(left.len(), 2);
    assert!(
        left.iter()
            .all(|row| row.state == "pending" && row.attempts == 0 && row.lease_by.is_none()),
        "{left:?}"
    );
}

/// Stops at every possible moment between the claim and the run; whatever was claimed and not run is given back.
async fn what_was_not_started_is_given_back(test: TestDb) {
    let env = standing().env();
    for round in 0..15u64 {
        let jobs: Vec<NewJob> = (0..200).map(|n| job("k", n, env.now())).collect();
        enqueue(&test.db, &env, &jobs).await;
        let (handler, _) = script(|_| async { Ok(Outcome::Done) });
        let many = Settings {
            slots: 200,
            ..settings()
        };
        let worker = Running::start(Queue::new(test.db.clone(), env.clone(), many).handle("k", handler));
        tokio::time::sleep(Duration::from_micros(round * 600)).await; // another moment each time
        let summary = worker.stop().await;
        let left = rows(&test.db).await;
        assert_eq!(
            summary.done + u64::try_from(left.len()).unwrap(),
            200,
            "round {round}: {summary:?}"
        );
        assert!(
            left.iter().all(|row| row.state == "pending" && row.attempts == 0),
            "round {round}: {left:?}"
        );
        execute(&test.db, "DELETE FROM jobs").await;
    }
}

async fn at_the_drain_limit_the_lease_is_left_to_run_out(test: TestDb) {
    let clock = standing();
    let env = clock.env();
    let (handler, mut started, _gate) = gated(|_| Outcome::Done);
    enqueue(&test.db, &env, &[job("k", "a", env.now())]).await;
    let short = Settings {
        drain: Duration::from_millis(100),
        ..settings()
    };
    let worker = Running::start(Queue::new(test.db.clone(), env.clone(), short).handle("k", handler));
    next(&mut started).await;
    assert_eq!(worker.stop().await.abandoned, 1);
    assert_eq!(only_row(&test.db).await.state, "running");
    clock.advance(TimeDelta::seconds(61));
    let (handler, _) = script(|_| async { Ok(Outcome::Done) });
    let summary = until_idle(Queue::new(test.db.clone(), env, settings()).handle("k", handler)).await;
    assert_eq!(summary.done, 1);
}

async fn idle_waits_for_jobs_of_other_workers_and_for_follow_ups(test: TestDb) {
    let env = standing().env();
    let (slow, mut started, gate) = gated(|_| Outcome::Done);
    let other = Running::start(Queue::new(test.db.clone(), env.clone(), settings()).handle("slow", slow));
    enqueue(
        &test.db,
        &env,
        &[job("slow", "a", env.now()), job("chain", "3", env.now())],
    )
    .await;
    enqueue(
        &test.db,
        &env,
        &[job("chain", "tomorrow", env.now() + TimeDelta::days(1))],
    )
    .await;
    other.waker.wake();
    next(&mut started).await;
    let (db, inner) = (test.db.clone(), env.clone());
    let (chain, _) = script(move |this: Job| {
        let (db, env) = (db.clone(), inner.clone());
        async move {
            let left: u32 = this.key.parse()?;
            if left > 0 {
                enqueue(&db, &env, &[job("chain", left - 1, env.now())]).await;
            }
            Ok(Outcome::Done)
        }
    });
    let idle = until_idle(Queue::new(test.db.clone(), env.clone(), settings()).handle("chain", chain));
    let idle = tokio::spawn(idle);
    eventually(|| async { rows(&test.db).await.len() == 2 }).await;
    tokio::time::sleep(settings().poll * 4).await; // time in which nothing may happen
    assert!(!idle.is_finished(), "the other worker still runs a job");
    gate.add_permits(1);
    assert_eq!(soon(idle).await.unwrap().done, 4);
    other.stop().await;
    assert_eq!(only_row(&test.db).await.dedupe_key, "tomorrow");
}

/// What runs while the table is away is acknowledged when it is back, and the worker goes on.
async fn a_database_that_fails_does_not_end_the_worker(test: TestDb) {
    let env = standing().env();
    let (handler, mut started, gate) = gated(|job| match job.key.as_str() {
        "later" => Outcome::Later {
            at: job.lease.until() + TimeDelta::hours(1),
            why: "waits".to_owned(),
        },
        _ => Outcome::Done,
    });
    enqueue(
        &test.db,
        &env,
        &[job("k", "done", env.now()), job("k", "later", env.now())],
    )
    .await;
    let short = Settings {
        lease: Duration::from_millis(300),
        ..settings()
    };
    let worker = Running::start(Queue::new(test.db.clone(), env.clone(), short).handle("k", handler));
    next(&mut started).await;
    next(&mut started).await;
    execute(&test.db, "ALTER TABLE jobs RENAME TO jobs_away").await;
    gate.add_permits(2);
    tokio::time::sleep(Duration::from_millis(700)).await; // long enough for every task of the worker to fail
    execute(&test.db, "ALTER TABLE jobs_away RENAME TO jobs").await;
    eventually(|| async { rows(&test.db).await.iter().all(|row| row.state == "pending") }).await;
    assert_eq!(only_row(&test.db).await.dedupe_key, "later");
    enqueue(&test.db, &env, &[job("k", "after", env.now())]).await;
    assert_eq!(next(&mut started).await.key, "after");
    gate.add_permits(1);
    let summary = worker.stop().await;
    assert_eq!((summary.done, summary.later, summary.lost), (2, 1, 0));
}

/// SQLite: another writer holds the file. PostgreSQL: every connection is cut, the listener's too.
async fn a_database_that_locks_or_cuts_does_not_end_the_worker(test: TestDb) {
    let env = standing().env();
    let (handler, mut started, gate) = gated(|_| Outcome::Done);
    enqueue(&test.db, &env, &[job("k", "before", env.now())]).await;
    let worker = Running::start(Queue::new(test.db.clone(), env.clone(), settings()).handle("k", handler));
    next(&mut started).await;
    let other = Db::connect(&test.url).await.unwrap();
    if let Db::Sqlite { .. } = &other {
        let lock = other.begin().await.unwrap();
        gate.add_permits(1);
        tokio::time::sleep(Duration::from_millis(500)).await; // the file stays locked
        assert_eq!(only_row(&other).await.state, "running");
        drop(lock);
    } else {
        gate.add_permits(1);
        for _ in 0..5 {
            let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE datname = current_database() AND pid <> pg_backend_pid()";
            execute(&other, cut).await;
            tokio::time::sleep(Duration::from_millis(50)).await; // again while it connects anew
        }
    }
    enqueue(&other, &env, &[job("k", "after", env.now())]).await;
    assert_eq!(next(&mut started).await.key, "after");
    gate.add_permits(1);
    eventually(|| async { rows(&other).await.is_empty() }).await;
    worker.stop().await;
}

/// A worker of which every run takes a claim, a heartbeat and an end ends up with no row left behind.
async fn saturated_workers_with_failures_lose_nothing(test: TestDb) {
    let env = standing().env();
    let (runs, mut ran) = mpsc::unbounded_channel();
    let (handler, _) = script(move |job: Job| {
        let runs = runs.clone();
        async move {
            runs.send(job.key.clone())?;
            match job.key.parse::<u32>()? % 4 {
                0 if job.attempt < 3 => Err("fails twice".into()),
                1 if job.attempt < 2 => panic!("panics once"),
                _ => Ok(Outcome::Done),
            }
        }
    });
    let jobs: Vec<NewJob> = (0..200).map(|n| job("k", n, env.now())).collect();
    enqueue(&test.db, &env, &jobs).await;
    let at_once = Settings {
        backoff_base: Duration::ZERO,
        ..settings()
    };
    let summary = until_idle(Queue::new(test.db.clone(), env, at_once).handle("k", handler)).await;
    assert_eq!((summary.done, summary.failed, summary.dead), (200, 150, 0));
    let mut count = 0;
    while ran.try_recv().is_ok() {
        count += 1;
    }
    assert_eq!(count, 350);
}

docket_store::on_both!(
    a_stop_drains_what_runs_and_claims_nothing_more,
    what_was_not_started_is_given_back,
    at_the_drain_limit_the_lease_is_left_to_run_out,
    idle_waits_for_jobs_of_other_workers_and_for_follow_ups,
    a_database_that_fails_does_not_end_the_worker,
    a_database_that_locks_or_cuts_does_not_end_the_worker,
    saturated_workers_with_failures_lose_nothing,
);
