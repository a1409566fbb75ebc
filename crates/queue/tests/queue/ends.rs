//! How a run ends.

use crate::support::*;
use chrono::{DateTime, TimeDelta, Utc};
use docket_queue::{Handler, HandlerError, Job, NewJob, Outcome, Queue};
use docket_store::testing::TestDb;
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

docket_store::on_both!(
    later_waits_and_is_not_counted,
    errors_pause_longer_each_time_and_end_in_death,
    a_panic_is_an_error,
);
