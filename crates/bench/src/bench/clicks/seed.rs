//! A desk of many stored cases, of which some are open, with people who log in.

use anyhow::{Context, Result};
use chrono::{DateTime, Duration, Utc};
use docket_store::{Db, on_db};
use sqlx::AssertSqlSafe;
use uuid::Uuid;

use super::{Sizes, worked};
use crate::bench::report::seed::{self, Dialect};
use crate::database::Engine;
use crate::desk::Desk;

/// Clients whose cases are open, each with one connection.
pub const CLIENTS: u64 = 20;
/// Clients whose cases are closed.
pub const OTHERS: u64 = 100;
pub const PASSWORD: &str = "correct horse battery";
/// What the platform said of each open case.
const BODY: &str = include_str!("../../../../paypal/fixtures/claim.json");
/// Days over which the open cases' deadlines are spread.
const DAYS: i64 = 20;

/// What was filled in.
#[derive(Debug, Clone)]
pub struct Seeded {
    engine: Engine,
    pub stored: usize,
    /// Ids of open cases, some thousands of them.
    pub open: Vec<Uuid>,
    /// Questions to clients.
    pub questions: Vec<Uuid>,
    /// Clients with open cases, each with its connection.
    pub owners: Vec<(Uuid, Uuid)>,
    /// Found on the first page.
    pub second_page: String,
    /// Where the first page of the queue ends.
    pub last: (String, Uuid),
    pub soon: String,
    pub wall: String,
}

impl Seeded {
    /// An id as it stands in a statement.
    pub fn literal(&self, id: &Uuid) -> String {
        match self.engine {
            Engine::Sqlite => format!("x'{}'", id.simple()),
            Engine::Postgres => format!("'{id}'"),
        }
    }
}

pub fn email(number: usize) -> String {
    format!("person{number}@example.com")
}

/// Adds somebody who may open every page; the path of the link behind which the password is chosen.
pub fn person(desk: &Desk, number: usize) -> Result<String> {
    let (name, email) = (format!("Person {number}"), email(number));
    let said = desk
        .good(&["user", "add", &name, "--email", &email, "--role", "admin"])?
        .out;
    let (_, token) = said
        .trim()
        .split_once("/password/")
        .context("no link to a password")?;
    Ok(format!("/password/{token}"))
}

pub fn fill(desk: &Desk, engine: Engine, sizes: Sizes) -> Result<Seeded> {
    let secret = desk.folder().join("credentials.json");
    std::fs::write(&secret, r#"{"client_id": "a", "client_secret": "b"}"#).context("cannot write a file")?;
    let secret = secret.display().to_string();
    for number in 0..CLIENTS {
        let name = format!("Open {number}");
        desk.good(&["client", "add", &name])?;
        let to = [
            "--platform",
            "paypal",
            "--base-url",
            "https://example.test",
            "--credentials",
            &secret,
        ];
        desk.good(&[&["connection", "add", "--client", &name][..], &to].concat())?;
    }
    crate::block_on(async {
        let db = Db::connect(desk.url()).await?;
        let owners: Vec<(Uuid, Uuid)> = on_db!(&db, c => sqlx::query_as("SELECT client_id, id FROM connections ORDER BY id").fetch_all(c).await)?;
        seed::fill(&db, &Dialect(engine), OTHERS, sizes.stored).await?;
        opened(&db, engine, sizes, &owners).await?;
        run(&db, "INSERT INTO rounds (id, client_id, case_id, number, stage, reason, opened_at, closed_at, deadline, \
             deadline_source, deadline_precision, outcome) SELECT round_id, client_id, id, 1, stage, reason, opened_at, closed_at, \
             CASE WHEN closed_at IS NULL THEN sort_at ELSE closed_at END, 'platform', 'instant', outcome FROM cases".to_owned()).await?;
        run(&db, "INSERT INTO case_refs (ref, client_id, case_id) SELECT 'inv-2026-' || substr(dispute, 6), client_id, id FROM cases"
            .to_owned()).await?;
        run(&db, "UPDATE derived SET reached = (SELECT id FROM cases ORDER BY id DESC LIMIT 1) WHERE name = 'case_refs'".to_owned())
            .await?;
        snapshots(&db, engine).await?;
        for sql in worked::statements(&Dialect(engine)) {
            run(&db, sql).await?;
        }
        // What autovacuum does of a desk in service: the rows above were written several times within seconds.
        let tidy = match engine {
            Engine::Sqlite => "ANALYZE",
            Engine::Postgres => "VACUUM (ANALYZE)",
        };
        run(&db, tidy.to_owned()).await?;
        let seeded = seeded(&db, engine, sizes, owners).await?;
        db.close().await;
        Ok(seeded)
    })
}

async fn run(db: &Db, sql: String) -> Result<()> {
    match db {
        Db::Sqlite { write, .. } => {
            sqlx::raw_sql(AssertSqlSafe(sql)).execute(write).await?;
        }
        Db::Postgres(pool) => {
            sqlx::raw_sql(AssertSqlSafe(sql)).execute(pool).await?;
        }
    }
    Ok(())
}

/// Every so many of the stored cases is open, waits for us, and is due within some days; all others are over.
async fn opened(db: &Db, engine: Engine, sizes: Sizes, owners: &[(Uuid, Uuid)]) -> Result<()> {
    let each = (sizes.stored / sizes.open).max(1);
    let number = "CAST(substr(dispute, 6) AS BIGINT)";
    let minutes = format!("(60 * 24 + {number} * 7919 % {})", DAYS * 24 * 60);
    let due = match engine {
        Engine::Sqlite => {
            format!("strftime('%Y-%m-%dT%H:%M:%S+00:00', 'now', '+' || {minutes} || ' minutes')")
        }
        Engine::Postgres => format!("date_trunc('second', now()) + {minutes} * interval '1 minute'"),
    };
    let literal = |id: &Uuid| match engine {
        Engine::Sqlite => format!("x'{}'", id.simple()),
        Engine::Postgres => format!("'{id}'::uuid"),
    };
    let choose = |which: fn(&(Uuid, Uuid)) -> &Uuid| {
        let each_owner = owners.iter().enumerate();
        let whens: Vec<String> = each_owner
            .map(|(at, owner)| format!("WHEN {at} THEN {}", literal(which(owner))))
            .collect();
        format!(
            "CASE {number} / {each} % {} {} END",
            owners.len(),
            whens.join(" ")
        )
    };
    run(
        db,
        "UPDATE cases SET outcome = coalesce(outcome, 'withdrawn'), closed_at = coalesce(closed_at, observed_at), \
         sort_at = '9999-01-01T00:00:00+00:00'"
            .to_owned(),
    )
    .await?;
    run(db, format!(
        "UPDATE cases SET client_id = {}, connection_id = {}, platform = 'paypal', closed_at = NULL, outcome = NULL, contested = 1 = 0, \
         turn = 'ours', work_state = 'new', platform_status = 'WAITING_FOR_SELLER_RESPONSE', sort_at = {due}, next_action_at = {due}, \
         next_rung = 0, assignee = CASE {number} / {each} % 3 WHEN 0 THEN NULL WHEN 1 THEN 'Person 1' ELSE 'Person 2' END, \
         attention = CASE WHEN {number} / {each} % 50 = 0 THEN '[\"unknown_reason\"]' ELSE '[]' END WHERE {number} % {each} = 0",
        choose(|owner| &owner.0), choose(|owner| &owner.1)
    )).await
}

async fn snapshots(db: &Db, engine: Engine) -> Result<()> {
    let hash = match engine {
        Engine::Sqlite => "id",
        Engine::Postgres => "uuid_send(id)",
    };
    let sql = format!(
        "INSERT INTO snapshots (case_id, hash, client_id, observed_at, platform_updated_at, packing, body) \
         SELECT id, {hash}, client_id, observed_at, platform_updated_at, 'none', $1 FROM cases WHERE closed_at IS NULL"
    );
    match db {
        Db::Sqlite { write, .. } => {
            let statement = sqlx::query(AssertSqlSafe(sql)).bind(BODY.as_bytes());
            statement.execute(write).await?;
        }
        Db::Postgres(pool) => {
            let statement = sqlx::query(AssertSqlSafe(sql)).bind(BODY.as_bytes());
            statement.execute(pool).await?;
        }
    }
    Ok(())
}

async fn seeded(db: &Db, engine: Engine, sizes: Sizes, owners: Vec<(Uuid, Uuid)>) -> Result<Seeded> {
    let questions: Vec<(Uuid,)> = on_db!(db, c => sqlx::query_as("SELECT id FROM info_requests ORDER BY id LIMIT 1000").fetch_all(c).await)?;
    let first: Vec<(Uuid, DateTime<Utc>)> = on_db!(db, c => sqlx::query_as(
        "SELECT id, sort_at FROM cases WHERE closed_at IS NULL ORDER BY sort_at, id LIMIT 5000").fetch_all(c).await)?;
    let (last, sort_at) = first.get(39).copied().context("no open case")?;
    let text = |at: DateTime<Utc>| at.to_rfc3339();
    Ok(Seeded {
        engine,
        stored: usize::try_from(sizes.stored)?,
        questions: questions.into_iter().map(|(id,)| id).collect(),
        owners,
        open: first.iter().map(|(id, _)| *id).collect(),
        second_page: String::new(),
        last: (text(sort_at), last),
        soon: text(crate::clock::system().now() + Duration::hours(48)),
        wall: text(crate::clock::system().now() + Duration::days(DAYS)),
    })
}
