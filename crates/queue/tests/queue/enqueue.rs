//! What enqueueing promises.

use crate::support::*;
use chrono::TimeDelta;
use docket_core::id::{CaseId, ClientId};
use docket_queue::{NewJob, Outcome, Queue};
use docket_store::Db;
use docket_store::testing::TestDb;
use sqlx::{Executor, SqlStr};

async fn a_rollback_takes_the_job_with_it(test: TestDb) {
    let env = standing().env();
    let mut tx = test.db.begin().await.unwrap();
    docket_queue::enqueue(&mut tx, &env, &[job("k", "a", env.now())])
        .await
        .unwrap();
    drop(tx);
    assert_eq!(rows(&test.db).await, []);
}

async fn the_same_key_moves_the_pending_job(test: TestDb) {
    let env = standing().env();
    let first = enqueue(&test.db, &env, &[job("k", "a", env.now() + TimeDelta::hours(1))]).await;
    let payload = serde_json::json!({ "n": 2 });
    let again = NewJob {
        payload,
        ..job("k", "a", env.now() + TimeDelta::hours(3))
    };
    assert_eq!(enqueue(&test.db, &env, std::slice::from_ref(&again)).await, first);
    let row = only_row(&test.db).await;
    assert_eq!((row.run_at, row.payload.as_str()), (again.run_at, r#"{"n":2}"#));
    let earlier = job("k", "a", env.now());
    assert_eq!(enqueue(&test.db, &env, &[earlier]).await, first);
    assert_eq!(only_row(&test.db).await.run_at, env.now());
    let other = enqueue(&test.db, &env, &[job("other", "a", env.now())]).await;
    assert_ne!(other, first, "the key is unique within its kind only");
}

async fn many_at_once_keep_their_order(test: TestDb) {
    let env = standing().env();
    let mut jobs: Vec<NewJob> = (0..1203).map(|n| job("k", (n * 7) % 1203, env.now())).collect();
    jobs.push(NewJob {
        payload: serde_json::json!("the last counts: \u{1F600} \" \\ \n"),
        ..job("k", 0, env.now())
    });
    jobs.push(NewJob {
        client: Some(ClientId::new(&env)),
        case: Some(CaseId::new(&env)),
        run_at: env.now() + TimeDelta::nanoseconds(1_500),
        ..job("k", "with all", env.now())
    });
    let ids = enqueue(&test.db, &env, &jobs).await;
    assert_eq!(ids.len(), jobs.len());
    assert_eq!(ids[0], ids[1203]);
    assert_eq!(ids.iter().collect::<std::collections::HashSet<_>>().len(), 1204);
    let rows = rows(&test.db).await;
    let first = rows.iter().find(|row| row.dedupe_key == "0").unwrap();
    assert_eq!(
        serde_json::from_str::<serde_json::Value>(&first.payload).unwrap(),
        jobs[1203].payload
    );
    let all = rows.iter().find(|row| row.dedupe_key == "with all").unwrap();
    assert_eq!(all.run_at, env.now() + TimeDelta::microseconds(1));
    assert_eq!(enqueue(&test.db, &env, &jobs).await, ids);
    let listed = docket_queue::admin::list(
        &test.db,
        docket_store::ClientScope::One(jobs[1204].client.unwrap()),
        docket_queue::admin::State::Pending,
        None,
        10,
    );
    let listed = listed.await.unwrap();
    assert_eq!(
        (listed.len(), listed[0].id, listed[0].case),
        (1, ids[1204], jobs[1204].case)
    );
}

async fn a_running_job_does_not_block_its_successor(test: TestDb) {
    let env = standing().env();
    let (handler, mut started, gate) = gated(|_| Outcome::Done);
    let worker = Running::start(Queue::new(test.db.clone(), env.clone(), settings()).handle("k", handler));
    let first = enqueue(&test.db, &env, &[job("k", "a", env.now())]).await;
    worker.waker.wake();
    assert_eq!(next(&mut started).await.id, first[0]);
    let second = enqueue(&test.db, &env, &[job("k", "a", env.now())]).await;
    assert_ne!(second, first);
    gate.add_permits(2);
    assert_eq!(next(&mut started).await.id, second[0]);
    eventually(|| async { rows(&test.db).await.is_empty() }).await;
    assert_eq!(worker.stop().await.done, 2);
}

async fn cancel_takes_only_what_is_pending(test: TestDb) {
    let env = standing().env();
    enqueue(
        &test.db,
        &env,
        &[job("k", "a", env.now()), job("k", "b", env.now())],
    )
    .await;
    let mut tx = test.db.begin().await.unwrap();
    assert!(docket_queue::cancel(&mut tx, "k", "a").await.unwrap());
    assert!(!docket_queue::cancel(&mut tx, "k", "a").await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(only_row(&test.db).await.dedupe_key, "b");
    execute(&test.db, "UPDATE jobs SET state = 'running'").await;
    let mut tx = test.db.begin().await.unwrap();
    assert!(!docket_queue::cancel(&mut tx, "k", "b").await.unwrap());
}

async fn every_statement_is_understood(test: TestDb) {
    let (sqlite, postgres) = docket_queue::statements();
    match &test.db {
        Db::Sqlite { read, .. } => {
            for text in sqlite {
                let prepared = (&mut *read.acquire().await.unwrap())
                    .prepare(SqlStr::from_static(text))
                    .await;
                prepared.unwrap_or_else(|error| panic!("{error}\n{text}"));
            }
        }
        Db::Postgres(pool) => {
            for text in postgres {
                let prepared = (&mut *pool.acquire().await.unwrap())
                    .prepare(SqlStr::from_static(text))
                    .await;
                prepared.unwrap_or_else(|error| panic!("{error}\n{text}"));
            }
        }
    }
}

docket_store::on_both!(
    a_rollback_takes_the_job_with_it,
    the_same_key_moves_the_pending_job,
    many_at_once_keep_their_order,
    a_running_job_does_not_block_its_successor,
    cancel_takes_only_what_is_pending,
    every_statement_is_understood,
);
