//! `bench queue`: the queue as a library beside the bare statements for the same rows.

use std::time::Instant;

use anyhow::{Result, ensure};
use chrono::{DateTime, Utc};
use docket_core::env::Env;
use docket_core::id::JobId;
use docket_queue::{DeadJob, Handler, HandlerError, Job, NewJob, Outcome, Queue, Settings};
use docket_store::{Db, Tx, on_db, on_tx};
use futures::FutureExt;
use futures::future::BoxFuture;
use serde_json::json;
use sqlx::QueryBuilder;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::clock;
use crate::database::{Engine, Server};
use crate::desk;
use crate::table::{Table, count, number};

const KIND: &str = "nothing";
const PRIORITY: i64 = docket_queue::priority::REFRESH;
const ATTEMPTS: i64 = 5;
/// Jobs of one transaction, as many as a batch of the sync has.
const ENQUEUED: usize = 256;
/// Jobs of one claim: the slots of a worker.
const CLAIMED: i64 = 16;

struct Nothing;

impl Handler for Nothing {
    fn run(&self, _: Job) -> BoxFuture<'static, Result<Outcome, HandlerError>> {
        async { Ok(Outcome::Done) }.boxed()
    }

    fn died(&self, _: &DeadJob) -> BoxFuture<'static, ()> {
        async {}.boxed()
    }
}

/// Seconds.
struct Times {
    enqueue: f64,
    drain: f64,
}

pub fn run(server: &Server, engines: &[Engine], jobs: usize) -> Result<()> {
    println!(
        "{} jobs that do nothing; {ENQUEUED} of a transaction enqueued, up to {CLAIMED} claimed at a time",
        count(jobs as u64)
    );
    let mut table = Table::new(
        2,
        &[
            "engine",
            "",
            "ours s",
            "ours jobs/s",
            "bare s",
            "bare jobs/s",
            "× bare",
        ],
    );
    for engine in engines {
        let ours = measured(server, *engine, jobs, Way::Ours)?;
        let bare = measured(server, *engine, jobs, Way::Bare)?;
        for (what, ours, bare) in [
            ("enqueue", ours.enqueue, bare.enqueue),
            ("drain", ours.drain, bare.drain),
        ] {
            let rate = |seconds: f64| number(Some(jobs as f64 / seconds), 0);
            let (own, floor) = (number(Some(ours), 2), number(Some(bare), 2));
            table.row(vec![
                engine.to_string(),
                what.to_owned(),
                own,
                rate(ours),
                floor,
                rate(bare),
                number(Some(ours / bare), 2),
            ]);
        }
    }
    table.print();
    Ok(())
}

#[derive(Clone, Copy)]
enum Way {
    Ours,
    Bare,
}

/// Each on a database of its own, so that neither finds the other's pages warm.
fn measured(server: &Server, engine: Engine, jobs: usize, way: Way) -> Result<Times> {
    let folder = desk::folder()?;
    let database = server.database(engine, folder.path())?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let db = Db::connect(database.url()).await?;
        db.migrate().await?;
        let env = clock::system();
        let times = match way {
            Way::Ours => ours(&db, &env, jobs).await?,
            Way::Bare => bare(&db, &env, jobs).await?,
        };
        let left: i64 = on_db!(&db, c => sqlx::query_scalar("SELECT count(*) FROM jobs").fetch_one(c).await)?;
        ensure!(left == 0, "{left} jobs are left");
        db.close().await;
        Ok(times)
    })
}

fn key(number: usize) -> String {
    format!("job-{number}")
}

async fn ours(db: &Db, env: &Env, jobs: usize) -> Result<Times> {
    let job = |number| NewJob {
        kind: KIND,
        key: key(number),
        client: None,
        case: None,
        payload: json!({ "number": number }),
        run_at: env.now(),
        priority: PRIORITY,
        max_attempts: ATTEMPTS,
    };
    let all: Vec<NewJob> = (0..jobs).map(job).collect();
    let begun = Instant::now();
    for batch in all.chunks(ENQUEUED) {
        let mut tx = db.begin().await?;
        docket_queue::enqueue(&mut tx, env, batch).await?;
        tx.commit().await?;
    }
    let enqueue = begun.elapsed().as_secs_f64();
    let slots = usize::try_from(CLAIMED)?;
    let settings = Settings {
        slots,
        ..Settings::default()
    };
    let begun = Instant::now();
    let queue = Queue::new(db.clone(), env.clone(), settings).handle(KIND, Nothing);
    let summary = queue.run_until_idle(CancellationToken::new()).await?;
    let drain = begun.elapsed().as_secs_f64();
    ensure!(
        summary.done == jobs as u64,
        "the worker did {} of {jobs} jobs",
        summary.done
    );
    Ok(Times { enqueue, drain })
}

/// The same columns in the same table, with no dedupe, no share, no fence and no wake-up.
async fn bare(db: &Db, env: &Env, jobs: usize) -> Result<Times> {
    let begun = Instant::now();
    let numbers: Vec<usize> = (0..jobs).collect();
    for batch in numbers.chunks(ENQUEUED) {
        let mut tx = db.begin().await?;
        insert(&mut tx, env, batch).await?;
        tx.commit().await?;
    }
    let enqueue = begun.elapsed().as_secs_f64();
    let begun = Instant::now();
    let mut held: Vec<Uuid> = Vec::new();
    loop {
        let mut tx = db.begin().await?;
        delete(&mut tx, &held).await?;
        held = claim(&mut tx, env.now()).await?;
        tx.commit().await?;
        if held.is_empty() {
            break;
        }
    }
    Ok(Times {
        enqueue,
        drain: begun.elapsed().as_secs_f64(),
    })
}

/// The fastest statement of each engine: many rows of values on SQLite, arrays on PostgreSQL, which plans thousands of
/// single binds slowly.
async fn insert(tx: &mut Tx, env: &Env, batch: &[usize]) -> Result<()> {
    let now = env.now();
    let payload = |number: &usize| json!({ "number": number }).to_string();
    match tx {
        Tx::Sqlite(tx) => {
            let mut insert = QueryBuilder::new(
                "INSERT INTO jobs (id, kind, dedupe_key, payload, state, priority, run_at, max_attempts, created_at) ",
            );
            insert.push_values(batch, |mut row, number| {
                row.push_bind(JobId::new(env).0)
                    .push_bind(KIND)
                    .push_bind(key(*number));
                row.push_bind(payload(number))
                    .push_bind("pending")
                    .push_bind(PRIORITY);
                row.push_bind(now).push_bind(ATTEMPTS).push_bind(now);
            });
            insert.build().execute(&mut **tx).await?;
        }
        Tx::Postgres(tx) => {
            let ids: Vec<Uuid> = batch.iter().map(|_| JobId::new(env).0).collect();
            let keys: Vec<String> = batch.iter().map(|number| key(*number)).collect();
            let payloads: Vec<String> = batch.iter().map(payload).collect();
            let text = "INSERT INTO jobs (id, kind, dedupe_key, payload, state, priority, run_at, max_attempts, created_at)
                SELECT id, $4, key, payload, 'pending', $5, $6, $7, $6
                FROM unnest($1::uuid[], $2::text[], $3::text[]) AS r (id, key, payload)";
            let insert = sqlx::query(text).bind(ids).bind(keys).bind(payloads);
            insert
                .bind(KIND)
                .bind(PRIORITY)
                .bind(now)
                .bind(ATTEMPTS)
                .execute(&mut **tx)
                .await?;
        }
    }
    Ok(())
}

async fn claim(tx: &mut Tx, now: DateTime<Utc>) -> Result<Vec<Uuid>> {
    let text = match tx {
        Tx::Sqlite(_) => {
            "UPDATE jobs SET state = 'running' WHERE id IN (SELECT id FROM jobs WHERE state = 'pending' AND run_at <= $1
             ORDER BY priority DESC, run_at, id LIMIT $2) RETURNING id, payload"
        }
        Tx::Postgres(_) => {
            "UPDATE jobs SET state = 'running' WHERE id IN (SELECT id FROM jobs WHERE state = 'pending' AND run_at <= $1
             ORDER BY priority DESC, run_at, id LIMIT $2 FOR UPDATE SKIP LOCKED) RETURNING id, payload"
        }
    };
    let rows: Vec<(Uuid, String)> =
        on_tx!(tx, c => sqlx::query_as(text).bind(now).bind(CLAIMED).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(id, _)| id).collect())
}

async fn delete(tx: &mut Tx, held: &[Uuid]) -> Result<()> {
    if held.is_empty() {
        return Ok(());
    }
    on_tx!(tx, c => {
        let mut delete = QueryBuilder::new("DELETE FROM jobs WHERE id IN (");
        let mut list = delete.separated(", ");
        for id in held {
            list.push_bind(*id);
        }
        list.push_unseparated(")");
        delete.build().execute(c).await.map(|_| ())
    })?;
    Ok(())
}
