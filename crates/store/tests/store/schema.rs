//! Both folders make the same tables, at any time and from any number of processes.

use std::collections::BTreeMap;

use docket_store::testing::{self, TestDb};
use docket_store::{Db, Error, on_both};

use crate::support::*;

/// Table and column, whether the column may be empty, and its type as SQLite names it.
async fn columns(db: &Db) -> BTreeMap<String, (bool, String)> {
    let rows: Vec<(String, bool, String)> = match db {
        Db::Sqlite { read, .. } => {
            let text = "SELECT m.name || '.' || p.name, NOT p.\"notnull\", p.type FROM sqlite_master m \
                JOIN pragma_table_info(m.name) p WHERE m.type = 'table' AND m.name <> '_sqlx_migrations'";
            sqlx::query_as(text).fetch_all(read).await.unwrap()
        }
        Db::Postgres(pool) => {
            let text = "SELECT table_name || '.' || column_name, is_nullable = 'YES', \
                CASE data_type WHEN 'bigint' THEN 'INTEGER' WHEN 'boolean' THEN 'INTEGER' WHEN 'uuid' THEN 'BLOB' \
                WHEN 'bytea' THEN 'BLOB' WHEN 'text' THEN 'TEXT' WHEN 'timestamp with time zone' THEN 'TEXT' \
                ELSE data_type END FROM information_schema.columns JOIN information_schema.tables \
                USING (table_schema, table_name) \
                WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND table_name <> '_sqlx_migrations'";
            sqlx::query_as(text).fetch_all(pool).await.unwrap()
        }
    };
    rows.into_iter()
        .map(|(name, empty, kind)| (name, (empty, kind)))
        .collect()
}

/// View and column, in order.
async fn views(db: &Db) -> Vec<String> {
    let rows: Vec<(String,)> = match db {
        Db::Sqlite { read, .. } => {
            let text = "SELECT m.name || '.' || p.name FROM sqlite_master m JOIN pragma_table_info(m.name) p \
                WHERE m.type = 'view' ORDER BY m.name, p.cid";
            sqlx::query_as(text).fetch_all(read).await.unwrap()
        }
        Db::Postgres(pool) => {
            let text = "SELECT table_name || '.' || column_name FROM information_schema.columns \
                JOIN information_schema.views USING (table_schema, table_name) WHERE table_schema = 'public' \
                ORDER BY table_name, ordinal_position";
            sqlx::query_as(text).fetch_all(pool).await.unwrap()
        }
    };
    rows.into_iter().map(|(name,)| name).collect()
}

/// Names of indexes and triggers that our own text made.
async fn named(db: &Db) -> Vec<String> {
    let rows: Vec<(String,)> = match db {
        Db::Sqlite { read, .. } => {
            let text = "SELECT name FROM sqlite_master WHERE type IN ('index', 'trigger') AND sql IS NOT NULL ORDER BY name";
            sqlx::query_as(text).fetch_all(read).await.unwrap()
        }
        Db::Postgres(pool) => {
            let text = "SELECT name FROM (SELECT indexname::text AS name FROM pg_indexes i WHERE schemaname = 'public' \
                AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conname = i.indexname) \
                UNION SELECT tgname::text FROM pg_trigger WHERE NOT tgisinternal) AS n ORDER BY name COLLATE \"C\"";
            sqlx::query_as(text).fetch_all(pool).await.unwrap()
        }
    };
    rows.into_iter().map(|(name,)| name).collect()
}

#[tokio::test]
async fn both_engines_have_the_same_tables_columns_views_indexes_and_triggers() {
    let Some(postgres) = testing::postgres().await else {
        return;
    };
    let sqlite = testing::sqlite().await;
    let expected = columns(&sqlite.db).await;
    assert!(expected.len() > 50);
    assert_eq!(columns(&postgres.db).await, expected);
    assert_eq!(named(&postgres.db).await, named(&sqlite.db).await);
    let shown = views(&sqlite.db).await;
    assert!(shown.contains(&"factors.value".to_owned()), "{shown:?}");
    assert_eq!(views(&postgres.db).await, shown);
}

/// SQLite keeps instants as text, and PostgreSQL must not: what reads the one would fail on the other.
#[tokio::test]
async fn every_instant_is_an_instant_on_postgresql() {
    let Some(test) = testing::postgres().await else {
        return;
    };
    let Db::Postgres(pool) = &test.db else { return };
    let text = "SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = 'public' \
        AND (column_name LIKE '%\\_at' OR column_name LIKE '%\\_until' OR column_name IN ('at', 'as_of', 'deadline')) \
        AND data_type <> 'timestamp with time zone'";
    let wrong: Vec<(String,)> = sqlx::query_as(text).fetch_all(pool).await.unwrap();
    assert_eq!(wrong, []);
}

#[test]
fn both_folders_have_the_same_numbers_and_names() {
    let names = |engine: &str| {
        let folder = format!("{}/../../migrations/{engine}", env!("CARGO_MANIFEST_DIR"));
        let files = std::fs::read_dir(folder)
            .unwrap()
            .map(|f| f.unwrap().file_name().into_string().unwrap());
        files.collect::<std::collections::BTreeSet<_>>()
    };
    assert_eq!(names("sqlite"), names("postgres"));
}

async fn migrating_again_changes_nothing(test: TestDb) {
    let before = columns(&test.db).await;
    test.db.migrate().await.unwrap();
    test.db.require_migrated().await.unwrap();
    assert_eq!(columns(&test.db).await, before);
}

/// The address of a database that nobody has migrated.
async fn empty(test: &TestDb) -> String {
    let Db::Postgres(pool) = &test.db else {
        return format!("{}.second", test.url);
    };
    let url = format!("{}_second", test.url);
    let make = sqlx::AssertSqlSafe(format!("CREATE DATABASE {}", url.rsplit('/').next().unwrap()));
    sqlx::raw_sql(make).execute(pool).await.unwrap();
    url
}

async fn four_callers_at_once_migrate_once(test: TestDb) {
    let url = empty(&test).await;
    let start = std::sync::Arc::new(tokio::sync::Barrier::new(4));
    let mut callers = tokio::task::JoinSet::new();
    for _ in 0..4 {
        let (start, db) = (start.clone(), Db::connect(&url).await.unwrap());
        callers.spawn(async move {
            start.wait().await;
            db.migrate().await?;
            db.require_migrated().await
        });
    }
    let results = callers.join_all().await;
    assert!(results.iter().all(Result::is_ok), "{results:?}");
    let second = Db::connect(&url).await.unwrap();
    assert_eq!(columns(&second).await, columns(&test.db).await);
}

async fn a_schema_that_is_missing_or_newer_is_named(test: TestDb) {
    let second = Db::connect(&empty(&test).await).await.unwrap();
    let missing = second.require_migrated().await.unwrap_err();
    assert!(
        matches!(&missing, Error::Schema(why) if why.contains("docket migrate")),
        "{missing}"
    );
    let newer = "UPDATE _sqlx_migrations SET version = 9000 WHERE version = 2";
    match &test.db {
        Db::Sqlite { write, .. } => sqlx::raw_sql(newer).execute(write).await.map(|_| ()).unwrap(),
        Db::Postgres(pool) => sqlx::raw_sql(newer).execute(pool).await.map(|_| ()).unwrap(),
    }
    assert!(matches!(test.db.require_migrated().await, Err(Error::Schema(_))));
    assert!(matches!(test.db.migrate().await, Err(Error::Schema(_))));
}

/// The text of a migration.
fn migration(engine: &str, name: &str) -> String {
    let folder = format!("{}/../../migrations/{engine}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(format!("{folder}/{name}.sql")).unwrap()
}

async fn factors_of_before_their_sets_are_kept(test: TestDb) {
    let db = Db::connect(&empty(&test).await).await.unwrap();
    let engine = match &db {
        Db::Sqlite { .. } => "sqlite",
        Db::Postgres(_) => "postgres",
    };
    let run = async |text: String| {
        let text = sqlx::AssertSqlSafe(text);
        match &db {
            Db::Sqlite { write, .. } => sqlx::raw_sql(text).execute(write).await.map(|_| ()).unwrap(),
            Db::Postgres(pool) => sqlx::raw_sql(text).execute(pool).await.map(|_| ()).unwrap(),
        }
    };
    for name in ["0001_desk", "0002_jobs", "0003_platforms"] {
        run(migration(engine, name)).await;
    }
    let (case, client) = (uuid::Uuid::from_u128(1), uuid::Uuid::from_u128(2));
    let at = |day: i64| chrono::DateTime::from_timestamp(1_800_000_000 + day * 86_400, 123_456_000).unwrap();
    let held = [
        ("delivery_received", "a \"quoted\" [path]", "false", at(0), at(1)),
        ("delivery_received", "a \"quoted\" [path]", "true", at(2), at(3)),
        ("product_issue", "other", "damaged", at(0), at(1)),
    ];
    for (kind, source, value, as_of, recorded_at) in held {
        let text = "INSERT INTO factors (case_id, client_id, kind, source, value, as_of, recorded_at) \
            VALUES ($1, $2, $3, $4, $5, $6, $7)";
        let mut tx = db.begin().await.unwrap();
        docket_store::on_tx!(&mut tx, c => {
            let query = sqlx::query(text).bind(case).bind(client).bind(kind).bind(source).bind(value);
            query.bind(as_of).bind(recorded_at).execute(&mut *c).await.map(|_| ()).unwrap();
        });
        tx.commit().await.unwrap();
    }
    for name in ["0004_lean_import", "0005_next_action", "0006_facts"] {
        run(migration(engine, name)).await;
    }
    let scope = docket_store::ClientScope::One(docket_core::id::ClientId(client));
    let rows = db.factors(scope, docket_core::id::CaseId(case)).await.unwrap();
    let told: Vec<_> = rows
        .iter()
        .map(|r| {
            (
                r.kind.as_str(),
                r.source.as_str(),
                r.value.as_str(),
                r.as_of,
                r.recorded_at,
            )
        })
        .collect();
    assert_eq!(told, held);
}

async fn statistics_follow_the_rows(test: TestDb) {
    let desk = Desk::new(test).await;
    let opened = desk.opening(&waiting("PP-1"));
    desk.save(&[opened]).await.unwrap();
    desk.db.renew_statistics().await.unwrap();
    if let Db::Sqlite { read, .. } = &desk.db {
        let known = "SELECT count(*) FROM sqlite_stat1 WHERE idx = 'cases_open_queue'";
        let (known,): (i64,) = sqlx::query_as(known).fetch_one(read).await.unwrap();
        assert_eq!(known, 1);
    }
}

on_both!(
    statistics_follow_the_rows,
    factors_of_before_their_sets_are_kept,
    migrating_again_changes_nothing,
    four_callers_at_once_migrate_once,
    a_schema_that_is_missing_or_newer_is_named
);
