//! How runs end, and who runs first.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use docket_core::id::ClientId;
use docket_queue::{DeadJob, Handler, HandlerError, Job, NewJob, Outcome, Queue, Settings, admin, priority};
use docket_store::ClientScope;
use docket_store::testing::TestDb;
use futures::FutureExt;
use futures::future::BoxFuture;
use support::*;
use tokio::sync::mpsc;

async fn later_waits_and_is_not_counted(test: TestDb) {
    let clock = standing();
    let env = clock.env();
    let at = env.now() + TimeDelta::minutes(10);
    let (runs, mut attempts) = mpsc::unbounded_channel();
    let (handler, _) = script(move |job: Job| {
        let runs = runs.clone();
        async move {
            runs.send(job.attempt)?;
            Ok(Outcome::Later {
                at: at + TimeDelta::nanoseconds(10),
                why: "come back".to_owned(),
            })
        }
    });
    enqueue(
        &test.db,
        &env,
        &[NewJob {
            max_attempts: 1,
            ..job("k", "a", env.now())
        }],
    )
    .await;
    let worker = Running::start(Queue::new(test.db.clone(), env.clone(), settings()).handle("k", handler));
    assert_eq!(next(&mut attempts).await, 1);
    eventually(|| async { only_row(&test.db).await.state == "pending" }).await;
    let row = only_row(&test.db).await;
    assert_eq!(
        (row.run_at, row.attempts, row.last_error.as_deref()),
        (at, 0, Some("come back"))
    );
    clock.advance(TimeDelta::minutes(10) - TimeDelta::microseconds(1));
    worker.waker.wake();
    tokio::time::sleep(settings().poll * 4).await; // time in which nothing may happen
    assert!(attempts.try_recv().is_err(), "ran before its time");
    clock.advance(TimeDelta::microseconds(1));
    worker.waker.wake();
    assert_eq!(next(&mut attempts).await, 1);
    let summary = worker.stop().await;
    assert_eq!((summary.later, summary.failed), (2, 0));
}

/// Runs the only job again and again; returns when it was tried, until it is dead.
async fn tried_at(
    test: &TestDb,
    clock: &Clock,
    handler: impl Handler,
    max_attempts: i64,
) -> Vec<DateTime<Utc>> {
    let env = clock.env();
    enqueue(
        &test.db,
        &env,
        &[NewJob {
            max_attempts,
            ..job("k", "a", env.now())
        }],
    )
    .await;
    let worker = Running::start(Queue::new(test.db.clone(), env.clone(), settings()).handle("k", handler));
    let mut tried = Vec::new();
    for attempt in 1..=max_attempts {
        worker.waker.wake();
        eventually(|| async {
            let row = only_row(&test.db).await;
            row.attempts == attempt && row.state != "running"
        })
        .await;
        tried.push(env.now());
        clock.advance(only_row(&test.db).await.run_at - env.now());
    }
    assert_eq!(only_row(&test.db).await.state, "dead");
    worker.stop().await;
    tried
}

async fn errors_pause_longer_each_time_and_end_in_death(test: TestDb) {
    let clock = standing();
    let (handler, mut dead) = script(|job: Job| async move {
        Err(HandlerError::from(std::io::Error::other(format!(
            "no luck in attempt {}",
            job.attempt
        ))))
    });
    let tried = tried_at(&test, &clock, handler, 5).await;
    let pauses: Vec<i64> = tried
        .windows(2)
        .map(|pair| (pair[1] - pair[0]).num_milliseconds())
        .collect();
    for (pause, full) in pauses.iter().zip([10_000, 20_000, 40_000, 80_000]) {
        assert!((full * 3 / 4..=full * 5 / 4).contains(pause), "{pauses:?}");
    }
    let died = next(&mut dead).await;
    assert_eq!(
        (died.attempts, died.why.as_str(), died.key.as_str()),
        (5, "no luck in attempt 5", "a")
    );
    assert!(dead.try_recv().is_err(), "it dies once");
    let row = only_row(&test.db).await;
    assert_eq!(
        (row.last_error.as_deref(), row.lease_by),
        (Some("no luck in attempt 5"), None)
    );
}

async fn a_panic_is_an_error(test: TestDb) {
    let (handler, mut dead) = script(|job: Job| async move { panic!("bad luck {}", job.attempt) });
    assert_eq!(tried_at(&test, &standing(), handler, 2).await.len(), 2);
    assert_eq!(next(&mut dead).await.why, "the handler panicked: bad luck 2");
}

async fn a_dead_job_stays_until_a_person_starts_it_again(test: TestDb) {
    let env = standing().env();
    let runs = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&runs);
    let (handler, mut dead) = script(move |_| {
        let run = count.fetch_add(1, Ordering::SeqCst);
        async move {
            Ok(if run == 0 {
                Outcome::Dead {
                    why: "refused".to_owned(),
                }
            } else {
                Outcome::Done
            })
        }
    });
    let client = ClientId::new(&env);
    let ids = enqueue(&test.db, &env, &[of_client(client, job("k", "a", env.now()))]).await;
    let worker = Running::start(Queue::new(test.db.clone(), env.clone(), settings()).handle("k", handler));
    assert_eq!(next(&mut dead).await.client, Some(client));
    eventually(|| async { only_row(&test.db).await.state == "dead" }).await;
    let other = ClientScope::One(ClientId::new(&env));
    assert_eq!(admin::dead(&test.db, other, None, 10).await.unwrap(), []);
    let listed = admin::dead(&test.db, ClientScope::One(client), None, 10)
        .await
        .unwrap();
    assert_eq!(
        (listed.len(), listed[0].last_error.as_deref(), listed[0].attempts),
        (1, Some("refused"), 1)
    );
    assert_eq!(
        admin::dead(&test.db, ClientScope::Agency, Some(listed[0].position()), 10)
            .await
            .unwrap(),
        []
    );
    let counts = admin::counts(&test.db, ClientScope::Agency).await.unwrap();
    assert_eq!(
        (counts.len(), counts[0].state, counts[0].jobs),
        (1, admin::State::Dead, 1)
    );
    let mut tx = test.db.begin().await.unwrap();
    assert!(!admin::retry_dead(&mut tx, &env, other, ids[0]).await.unwrap());
    assert!(
        admin::retry_dead(&mut tx, &env, ClientScope::Agency, ids[0])
            .await
            .unwrap()
    );
    assert!(
        !admin::retry_dead(&mut tx, &env, ClientScope::Agency, ids[0])
            .await
            .unwrap()
    );
    tx.commit().await.unwrap();
    worker.waker.wake();
    eventually(|| async { rows(&test.db).await.is_empty() }).await;
    let summary = worker.stop().await;
    assert_eq!(
        (summary.dead, summary.done, runs.load(Ordering::SeqCst)),
        (1, 1, 2)
    );
}

async fn a_dead_job_gives_way_to_its_pending_twin(test: TestDb) {
    let env = standing().env();
    let ids = enqueue(
        &test.db,
        &env,
        &[job("k", "a", env.now()), job("k", "b", env.now())],
    )
    .await;
    execute(&test.db, "UPDATE jobs SET state = 'dead'").await;
    let twin = enqueue(&test.db, &env, &[job("k", "a", env.now() + TimeDelta::hours(1))]).await;
    let mut tx = test.db.begin().await.unwrap();
    assert!(
        admin::retry_dead(&mut tx, &env, ClientScope::Agency, ids[0])
            .await
            .unwrap()
    );
    assert!(
        admin::discard_dead(&mut tx, ClientScope::Agency, ids[1])
            .await
            .unwrap()
    );
    tx.commit().await.unwrap();
    assert_eq!(only_row(&test.db).await.run_at, env.now());
    let left = admin::list(&test.db, ClientScope::Agency, admin::State::Pending, None, 10)
        .await
        .unwrap();
    assert_eq!(left[0].id, twin[0]);
}

/// Panics at the first call.
struct Reluctant {
    deaths: mpsc::UnboundedSender<String>,
    calls: AtomicUsize,
}

impl Handler for Reluctant {
    fn run(&self, _: Job) -> BoxFuture<'static, Result<Outcome, HandlerError>> {
        async {
            Ok(Outcome::Dead {
                why: "refused".to_owned(),
            })
        }
        .boxed()
    }

    fn died(&self, job: &DeadJob) -> BoxFuture<'static, ()> {
        assert!(
            self.calls.fetch_add(1, Ordering::SeqCst) > 0,
            "the database is away"
        );
        let (deaths, why) = (self.deaths.clone(), job.why.clone());
        async move { deaths.send(why).unwrap() }.boxed()
    }
}

async fn attention_is_raised_before_the_row_is_marked(test: TestDb) {
    let env = standing().env();
    let (deaths, mut died) = mpsc::unbounded_channel();
    enqueue(&test.db, &env, &[job("k", "a", env.now())]).await;
    let handler = Reluctant {
        deaths,
        calls: AtomicUsize::new(0),
    };
    let worker = Running::start(Queue::new(test.db.clone(), env.clone(), settings()).handle("k", handler));
    assert_eq!(next(&mut died).await, "refused");
    eventually(|| async { only_row(&test.db).await.state == "dead" }).await;
    assert_eq!(worker.stop().await.dead, 1);
}

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
    later_waits_and_is_not_counted,
    errors_pause_longer_each_time_and_end_in_death,
    a_panic_is_an_error,
    a_dead_job_stays_until_a_person_starts_it_again,
    a_dead_job_gives_way_to_its_pending_twin,
    attention_is_raised_before_the_row_is_marked,
    higher_priority_and_earlier_jobs_go_first,
    one_client_does_not_take_all_slots,
);
