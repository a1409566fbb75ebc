//! Who runs first.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::support::*;
use chrono::TimeDelta;
use docket_core::id::ClientId;
use docket_queue::{Job, NewJob, Outcome, Queue, Settings, priority};
use docket_store::testing::TestDb;
use tokio::sync::mpsc;

async fn higher_priority_and_earlier_jobs_go_first(test: TestDb) {
    let env = standing().env();
    let (runs, mut order) = mpsc::unbounded_channel();
    let (handler, _) = script(move |job: Job| {
        let runs = runs.clone();
        async move {
            runs.send(job.key)?;
            Ok(Outcome::Done)
        }
    });
    let at = |priority, key, minutes| NewJob {
        priority,
        ..job("k", key, env.now() - TimeDelta::minutes(minutes))
    };
    let jobs = [
        at(priority::SWEEP, "fifth", 60),
        at(priority::SYNC, "fourth", 1),
        at(priority::SYNC, "third", 2),
        at(priority::DEADLINE, "first", 0),
        at(priority::SUBMIT, "second", 0),
        at(priority::DEADLINE, "not due", -1),
    ];
    enqueue(&test.db, &env, &jobs).await;
    enqueue(&test.db, &env, &[job("of another program", "x", env.now())]).await;
    let one_slot = Settings {
        slots: 1,
        ..settings()
    };
    let summary = until_idle(Queue::new(test.db.clone(), env, one_slot).handle("k", handler)).await;
    assert_eq!(summary.done, 5);
    for key in ["first", "second", "third", "fourth", "fifth"] {
        assert_eq!(next(&mut order).await, key);
    }
    assert_eq!(rows(&test.db).await.len(), 2);
}

async fn one_client_does_not_take_all_slots(test: TestDb) {
    let env = standing().env();
    let (busy, quiet) = (ClientId::new(&env), ClientId::new(&env));
    let (handler, mut started, gate) = gated(|_| Outcome::Done);
    let (second, mut started_too, gate_too) = gated(|_| Outcome::Done);
    let mut jobs: Vec<NewJob> = (0..300)
        .map(|n| NewJob {
            priority: priority::DEADLINE,
            ..of_client(busy, job("k", format!("busy {n}"), env.now()))
        })
        .collect();
    jobs.extend((0..2).map(|n| of_client(quiet, job("k", format!("quiet {n}"), env.now()))));
    jobs.extend((0..2).map(|n| job("k", format!("nobody {n}"), env.now())));
    enqueue(&test.db, &env, &jobs).await;
    let share = Settings {
        slots: 8,
        per_client: 3,
        ..settings()
    };
    let worker = Running::start(Queue::new(test.db.clone(), env.clone(), share.clone()).handle("k", handler));
    let mut first: Vec<String> = Vec::new();
    for _ in 0..7 {
        first.push(next(&mut started).await.key);
    }
    let of = |keys: &[String], whose: &str| keys.iter().filter(|key| key.starts_with(whose)).count();
    assert_eq!(
        (of(&first, "busy"), of(&first, "quiet"), of(&first, "nobody")),
        (3, 2, 2),
        "{first:?}"
    );
    // A second worker finds the share used up, and a slot that gets free is given out again.
    let other = Running::start(Queue::new(test.db.clone(), env.clone(), share).handle("k", second));
    tokio::time::sleep(settings().poll * 4).await; // time in which nothing may happen
    assert!(
        started.try_recv().is_err() && started_too.try_recv().is_err(),
        "more than the share runs"
    );
    let most = Arc::new(AtomicUsize::new(0));
    gate.add_permits(1000);
    gate_too.add_permits(1000);
    let watched = Arc::clone(&most);
    eventually(|| async {
        let rows = rows(&test.db).await;
        let running = rows
            .iter()
            .filter(|row| row.state == "running" && row.dedupe_key.starts_with("busy"))
            .count();
        watched.fetch_max(running, Ordering::SeqCst);
        rows.is_empty()
    })
    .await;
    assert!(most.load(Ordering::SeqCst) <= 3, "{most:?} at the same time");
    assert_eq!(worker.stop().await.done + other.stop().await.done, 304);
}

docket_store::on_both!(
    higher_priority_and_earlier_jobs_go_first,
    one_client_does_not_take_all_slots
);
