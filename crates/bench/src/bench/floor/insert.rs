//! The bare insert: the kept bodies into one table, in batches.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use anyhow::{Context, Result};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, Database, Encode, Executor, PgConnection, QueryBuilder, Type};

use super::take;

/// Rows of one statement and one transaction, as many as a batch of the sync has.
const BATCH: usize = 256;

/// The settings are those of the store, or the floor would be one of another durability.
pub async fn insert(database: &str, bodies: &Path) -> Result<()> {
    let mut file = BufReader::with_capacity(1 << 20, File::open(bodies).context("cannot read the bodies")?);
    if database.starts_with("sqlite:") {
        let options: SqliteConnectOptions = database.parse()?;
        let mut connection = options
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .pragma("cache_size", "-8000")
            .connect()
            .await?;
        sqlx::raw_sql("CREATE TABLE bodies (id TEXT PRIMARY KEY, body BLOB NOT NULL) STRICT")
            .execute(&mut connection)
            .await?;
        while insert_batch(&mut connection, &mut file).await? {}
        connection.close().await?;
    } else {
        let mut connection = PgConnection::connect(database).await?;
        let make = "CREATE TABLE bodies (id TEXT PRIMARY KEY, body BYTEA NOT NULL);
            ALTER TABLE bodies ALTER COLUMN body SET STORAGE EXTERNAL";
        sqlx::raw_sql(make).execute(&mut connection).await?;
        while insert_batch(&mut connection, &mut file).await? {}
        connection.close().await?;
    }
    Ok(())
}

/// One statement, which is one transaction; whether there was anything left.
async fn insert_batch<DB, C>(connection: &mut C, file: &mut impl Read) -> Result<bool>
where
    DB: Database,
    C: Connection<Database = DB>,
    for<'c> &'c mut C: Executor<'c, Database = DB>,
    for<'q> String: Encode<'q, DB> + Type<DB>,
    for<'q> Vec<u8>: Encode<'q, DB> + Type<DB>,
    DB::Arguments: sqlx::IntoArguments<DB>,
{
    let mut rows = Vec::with_capacity(BATCH);
    while rows.len() < BATCH {
        let Some(row) = take(file)? else { break };
        rows.push(row);
    }
    if rows.is_empty() {
        return Ok(false);
    }
    let mut insert = QueryBuilder::<DB>::new("INSERT INTO bodies (id, body) ");
    insert.push_values(rows, |mut row, (id, body)| {
        row.push_bind(id).push_bind(body);
    });
    insert.build().execute(connection).await?;
    Ok(true)
}
