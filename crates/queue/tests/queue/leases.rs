//! A job is held by one worker at a time.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::support::*;
use chrono::TimeDelta;
use docket_queue::{Job, NewJob, Outcome, Queue, Settings};
use docket_store::Db;
use docket_store::testing::TestDb;
use tokio::sync::mpsc;

async fn two_workers_share_and_run_nothing_twice(test: TestDb) {
    let env = standing().env();
    let jobs: Vec<NewJob> = (0..10_000).map(|n| job("k", n, env.now())).collect();
    enqueue(&test.db, &env, &jobs).await;
    let runs: Arc<Mutex<HashMap<String, usize>>> = Arc::default();
    let worker = |db: Db| {
        let runs = Arc::clone(&runs);
        let (handler, _) = script(move |job: Job| {
            *runs.lock().unwrap().entry(job.key).or_default() += 1;
            async { Ok(Outcome::Done) }
        });
        until_idle(
            Queue::new(
                db,
                env.clone(),
                Settings {
                    slots: 32,
                    ..settings()
                },
            )
            .handle("k", handler),
        )
    };
    let other = Db::connect(&test.url).await.unwrap();
    let (one, two) = tokio::join!(worker(test.db.clone()), worker(other));
    assert_eq!(one.done + two.done, 10_000);
    assert_eq!(one.lost + two.lost, 0);
    assert_eq!(rows(&test.db).await, []);
    let runs = runs.lock().unwrap();
    assert_eq!(runs.len(), 10_000);
    assert!(runs.values().all(|count| *count == 1));
}

async fn a_late_acknowledgement_changes_nothing(test: TestDb) {
    let clock = standing();
    let env = clock.env();
    let one_slot = Settings {
        slots: 1,
        ..settings()
    };
    let ends: [fn(&Job) -> Outcome; 3] = [
        |_| Outcome::Done,
        |job| Outcome::Later {
            at: job.lease.until(),
            why: "late".to_owned(),
        },
        |_| Outcome::Dead {
            why: "late".to_owned(),
        },
    ];
    for end in ends {
        let (slow, mut slow_runs, slow_gate) = gated(end);
        let (quick, mut quick_runs, quick_gate) = gated(|_| Outcome::Done);
        let slow =
            Running::start(Queue::new(test.db.clone(), env.clone(), one_slot.clone()).handle("k", slow));
        enqueue(&test.db, &env, &[job("k", "a", env.now())]).await;
        slow.waker.wake();
        assert_eq!(next(&mut slow_runs).await.attempt, 1);
        clock.advance(TimeDelta::seconds(61));
        let quick =
            Running::start(Queue::new(test.db.clone(), env.clone(), one_slot.clone()).handle("k", quick));
        assert_eq!(next(&mut quick_runs).await.attempt, 2);
        let before = only_row(&test.db).await;
        assert!(
            before
                .last_error
                .as_deref()
                .unwrap()
                .contains("vanished during attempt 1 of 3"),
            "{before:?}"
        );
        slow_gate.add_permits(1);
        let slow = slow.stop().await;
        assert_eq!((slow.lost, slow.done + slow.later + slow.dead), (1, 0));
        assert_eq!(only_row(&test.db).await, before);
        quick_gate.add_permits(1);
        assert_eq!(quick.stop().await.done, 1);
        assert_eq!(rows(&test.db).await, []);
    }
}

async fn a_job_longer_than_its_lease_is_not_run_twice(test: TestDb) {
    let env = Wall::env();
    let lease = Duration::from_millis(600);
    let saturated = Settings {
        slots: 1,
        lease,
        ..settings()
    };
    let (runs, mut started) = mpsc::unbounded_channel();
    let worker = || {
        let runs = runs.clone();
        let (handler, _) = script(move |job: Job| {
            let runs = runs.clone();
            async move {
                let first = job.lease.until();
                runs.send((job.key, job.attempt))?;
                tokio::time::sleep(lease * 4).await;
                assert!(
                    job.lease.until() > first + TimeDelta::seconds(1),
                    "the heartbeat extends it"
                );
                assert!(!job.lease.lost() && job.lease.remaining() > TimeDelta::zero());
                Ok(Outcome::Done)
            }
        });
        Queue::new(test.db.clone(), env.clone(), saturated.clone()).handle("k", handler)
    };
    let jobs: Vec<NewJob> = (0..3).map(|n| job("k", n, env.now())).collect();
    enqueue(&test.db, &env, &jobs).await;
    let (one, two) = (Running::start(worker()), Running::start(worker()));
    let mut seen = Vec::new();
    for _ in 0..3 {
        seen.push(next(&mut started).await);
    }
    // Also while draining the heart beats: the third job is still running now.
    let (one, two) = (one.stop().await, two.stop().await);
    seen.sort();
    assert_eq!(
        seen,
        [("0".to_owned(), 1), ("1".to_owned(), 1), ("2".to_owned(), 1)]
    );
    assert_eq!(
        (
            one.done + two.done,
            one.lost + two.lost,
            started.try_recv().is_err()
        ),
        (3, 0, true)
    );
}

async fn a_handler_learns_that_its_lease_was_lost(test: TestDb) {
    let env = standing().env();
    let (runs, mut started) = mpsc::unbounded_channel();
    let (ended, mut noticed) = mpsc::unbounded_channel();
    let (handler, _) = script(move |job: Job| {
        let (runs, ended) = (runs.clone(), ended.clone());
        async move {
            runs.send(())?;
            while !job.lease.lost() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            ended.send(())?;
            Ok(Outcome::Done)
        }
    });
    let short = Settings {
        lease: Duration::from_millis(300),
        ..settings()
    };
    enqueue(&test.db, &env, &[job("k", "a", env.now())]).await;
    let worker = Running::start(Queue::new(test.db.clone(), env.clone(), short).handle("k", handler));
    next(&mut started).await;
    execute(
        &test.db,
        "UPDATE jobs SET lease_by = 'another', lease_no = lease_no + 1",
    )
    .await;
    next(&mut noticed).await;
    assert_eq!(worker.stop().await.lost, 1);
    assert_eq!(only_row(&test.db).await.lease_by.as_deref(), Some("another"));
}

/// A row that a worker left behind when it vanished.
async fn left_behind(db: &Db) {
    let text = "UPDATE jobs SET state = 'running', attempts = attempts + 1, lease_no = lease_no + 1, lease_by = 'gone',
        lease_until = '2026-03-01T08:59:00+00:00' WHERE state = 'pending'";
    execute(db, text).await;
}

async fn a_run_out_lease_gives_way_to_the_pending_twin(test: TestDb) {
    let env = standing().env();
    enqueue(&test.db, &env, &[job("k", "a", env.now())]).await;
    left_behind(&test.db).await;
    let twin = enqueue(&test.db, &env, &[job("k", "a", env.now() + TimeDelta::hours(1))]).await;
    let (handler, mut started, gate) = gated(|_| Outcome::Done);
    let worker = Running::start(Queue::new(test.db.clone(), env.clone(), settings()).handle("k", handler));
    let run = next(&mut started).await;
    assert_eq!((run.id, run.attempt), (twin[0], 1));
    assert_eq!(only_row(&test.db).await.run_at, env.now());
    gate.add_permits(1);
    assert_eq!(worker.stop().await.done, 1);
    assert_eq!(rows(&test.db).await, []);
}

async fn a_job_that_comes_back_gives_way_to_the_pending_twin(test: TestDb) {
    let env = standing().env();
    for (twin_in, later_in) in [(2, 1), (1, 2)] {
        let (runs, mut started) = mpsc::unbounded_channel();
        let (go, gate) = tokio::sync::watch::channel(false);
        let at = env.now() + TimeDelta::hours(later_in);
        let (handler, _) = script(move |_| {
            let (runs, mut gate) = (runs.clone(), gate.clone());
            async move {
                runs.send(())?;
                gate.wait_for(|open| *open).await?;
                Ok(Outcome::Later {
                    at,
                    why: "come back".to_owned(),
                })
            }
        });
        enqueue(&test.db, &env, &[job("k", "a", env.now())]).await;
        let worker =
            Running::start(Queue::new(test.db.clone(), env.clone(), settings()).handle("k", handler));
        next(&mut started).await;
        let twin = NewJob {
            payload: serde_json::json!("newer"),
            ..job("k", "a", env.now() + TimeDelta::hours(twin_in))
        };
        enqueue(&test.db, &env, &[twin]).await;
        go.send_replace(true);
        assert_eq!(worker.stop().await.later, 1);
        let row = only_row(&test.db).await;
        assert_eq!(
            (row.state.as_str(), row.payload.as_str()),
            ("pending", "\"newer\"")
        );
        assert_eq!(row.run_at, env.now() + TimeDelta::hours(1));
        execute(&test.db, "DELETE FROM jobs").await;
    }
}

async fn a_job_that_kills_its_workers_is_buried_once(test: TestDb) {
    let env = standing().env();
    let poison = NewJob {
        max_attempts: 1,
        ..job("k", "a", env.now())
    };
    let foreign = NewJob {
        max_attempts: 1,
        ..job("of another program", "a", env.now())
    };
    enqueue(&test.db, &env, &[poison, foreign]).await;
    left_behind(&test.db).await;
    let (handler, mut dead) = script(|_| async { Ok(Outcome::Done) });
    let (same, mut dead_too) = script(|_| async { Ok(Outcome::Done) });
    let one = Running::start(Queue::new(test.db.clone(), env.clone(), settings()).handle("k", handler));
    let two = Running::start(Queue::new(test.db.clone(), env.clone(), settings()).handle("k", same));
    eventually(|| async { rows(&test.db).await.iter().any(|row| row.state == "dead") }).await;
    let (one, two) = (one.stop().await, two.stop().await);
    assert_eq!((one.dead + two.dead, one.done + two.done), (1, 0));
    let died = dead.try_recv().or_else(|_| dead_too.try_recv()).unwrap();
    assert_eq!(died.why, "worker gone vanished during attempt 1 of 1");
    assert!(
        dead.try_recv().is_err() && dead_too.try_recv().is_err(),
        "one of them raised the attention"
    );
    let mut states: Vec<String> = rows(&test.db).await.into_iter().map(|row| row.state).collect();
    states.sort();
    assert_eq!(
        states,
        ["dead", "running"],
        "whoever knows the other kind has to bury it"
    );
}

/// The program's own transaction holds the pending twin for longer than a lease. PostgreSQL only: on SQLite there is
/// one writer, and whoever writes holds up everyone.
async fn a_slow_transaction_on_the_twin_does_not_stop_the_heartbeat(test: TestDb) {
    let Db::Postgres(_) = test.db else { return };
    let env = Wall::env();
    let lease = Duration::from_secs(3);
    let (back, mut back_started, back_gate) = gated(|job| Outcome::Later {
        at: job.lease.until() + TimeDelta::hours(1),
        why: "waits".to_owned(),
    });
    let (long, mut long_started, long_gate) = gated(|_| Outcome::Done);
    let thief = || script(|_| async { Ok(Outcome::Done) }).0;
    let short = Settings { lease, ..settings() };
    enqueue(
        &test.db,
        &env,
        &[job("back", "a", env.now()), job("long", "b", env.now())],
    )
    .await;
    let worker = Queue::new(test.db.clone(), env.clone(), short.clone());
    let worker = Running::start(worker.handle("back", back).handle("long", long));
    next(&mut back_started).await;
    let running = next(&mut long_started).await;
    let other = Queue::new(test.db.clone(), env.clone(), short);
    let other = Running::start(other.handle("back", thief()).handle("long", thief()));
    let mut tx = test.db.begin().await.unwrap();
    let twin = job("back", "a", env.now() + TimeDelta::hours(2));
    docket_queue::enqueue(&mut tx, &env, &[twin]).await.unwrap();
    back_gate.add_permits(1);
    let first = running.lease.until();
    tokio::time::sleep(lease * 2).await; // the transaction stays open
    tx.commit().await.unwrap();
    assert!(running.lease.until() > first && !running.lease.lost());
    long_gate.add_permits(1);
    let (worker, other) = (worker.stop().await, other.stop().await);
    assert_eq!((worker.later, worker.done, worker.lost), (1, 1, 0));
    assert_eq!(other.done, 0);
}

docket_store::on_both!(
    two_workers_share_and_run_nothing_twice,
    a_late_acknowledgement_changes_nothing,
    a_job_longer_than_its_lease_is_not_run_twice,
    a_handler_learns_that_its_lease_was_lost,
    a_run_out_lease_gives_way_to_the_pending_twin,
    a_job_that_comes_back_gives_way_to_the_pending_twin,
    a_job_that_kills_its_workers_is_buried_once,
    a_slow_transaction_on_the_twin_does_not_stop_the_heartbeat,
);
