//! Jobs that failed for good.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::support::*;
use chrono::TimeDelta;
use docket_core::id::ClientId;
use docket_queue::{DeadJob, Handler, HandlerError, Job, Outcome, Queue, admin};
use docket_store::ClientScope;
use docket_store::testing::TestDb;
use futures::FutureExt;
use futures::future::BoxFuture;
use tokio::sync::mpsc;

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

docket_store::on_both!(
    a_dead_job_stays_until_a_person_starts_it_again,
    a_dead_job_gives_way_to_its_pending_twin,
    attention_is_raised_before_the_row_is_marked,
);
