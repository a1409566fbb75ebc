//! The connection: pools, pragmas, migrations, transactions.

use std::str::FromStr;
use std::time::Duration;

use sqlx::migrate::MigrateError;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool, SqlitePoolOptions,
    SqliteSynchronous,
};
use sqlx::{Connection, Postgres, Sqlite, Transaction};

use crate::{Error, Result};

/// A database, of either engine. Cheap to clone.
#[derive(Clone, Debug)]
pub enum Db {
    /// An embedded file. One connection writes, so that writers of this process queue fairly instead of polling a
    /// lock; others read beside it.
    Sqlite {
        /// Readers.
        read: SqlitePool,
        /// The one writer.
        write: SqlitePool,
    },
    /// A server.
    Postgres(PgPool),
}

/// An open transaction, of either engine.
#[derive(Debug)]
pub enum Tx {
    /// Begun with `BEGIN IMMEDIATE`.
    Sqlite(Transaction<'static, Sqlite>),
    /// Read committed.
    Postgres(Transaction<'static, Postgres>),
}

/// Runs a body once for the engine in force; `$c` is an executor for reads outside a transaction.
#[macro_export]
macro_rules! on_db {
    ($db:expr, $c:ident => $body:expr) => {
        match $db {
            $crate::Db::Sqlite { read, .. } => {
                let $c = read;
                $body
            }
            $crate::Db::Postgres(pool) => {
                let $c = pool;
                $body
            }
        }
    };
}

/// Runs a body once for the engine in force; `$c` is the connection of an open transaction.
#[macro_export]
macro_rules! on_tx {
    ($tx:expr, $c:ident => $body:expr) => {
        match $tx {
            $crate::Tx::Sqlite(tx) => {
                let $c = &mut **tx;
                $body
            }
            $crate::Tx::Postgres(tx) => {
                let $c = &mut **tx;
                $body
            }
        }
    };
}

const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(15);

impl Db {
    /// Connects, by the scheme of the URL: `sqlite://FILE` or `postgres://…`. An absent SQLite file is made.
    ///
    /// # Errors
    /// When the URL is not understood or the database cannot be reached.
    pub async fn connect(url: &str) -> Result<Self> {
        match url.split_once(':').map(|(scheme, _)| scheme) {
            Some("sqlite") => Self::connect_sqlite(url).await,
            Some("postgres" | "postgresql") => Self::connect_postgres(url).await,
            _ => Err(Error::Driver(
                "the database URL must begin with sqlite:// or postgres://; check `database.url`".to_owned(),
            )),
        }
    }

    async fn connect_sqlite(url: &str) -> Result<Self> {
        let options = SqliteConnectOptions::from_str(url)?
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY_TIMEOUT)
            .pragma("cache_size", "-8000")
            // Pages that change often are copied back once in 32 MB of log instead of once in 4.
            .pragma("wal_autocheckpoint", "8000")
            .statement_cache_capacity(200);
        let pool = |max| {
            SqlitePoolOptions::new()
                .max_connections(max)
                .acquire_timeout(ACQUIRE_TIMEOUT)
        };
        // The writer comes first: it makes the file and switches the journal.
        let write = pool(1)
            .after_release(|connection, _| Box::pin(outside_a_transaction(connection)))
            .connect_with(options.clone())
            .await?;
        let read = pool(4).connect_with(options).await?;
        Ok(Self::Sqlite { read, write })
    }

    async fn connect_postgres(url: &str) -> Result<Self> {
        let options = PgConnectOptions::from_str(url)?.statement_cache_capacity(200);
        let pool = PgPoolOptions::new()
            .max_connections(16)
            .acquire_timeout(ACQUIRE_TIMEOUT);
        Ok(Self::Postgres(pool.connect_with(options).await?))
    }

    /// Brings the schema to this program's version. Safe to call at every start and from several processes.
    ///
    /// # Errors
    /// When the schema is newer than this program or a step fails; a failed step changes nothing.
    pub async fn migrate(&self) -> Result<()> {
        match self {
            Self::Sqlite { write, .. } => migrate_sqlite(write).await?,
            Self::Postgres(pool) => sqlx::migrate!("../../migrations/postgres").run(pool).await?,
        }
        self.fill_report_rows().await
    }

    /// Fails unless the schema is this program's: a server is migrated by command, not by whoever starts first.
    ///
    /// # Errors
    /// When migrations are missing, or the schema is newer.
    pub async fn require_migrated(&self) -> Result<()> {
        let applied: Result<Vec<(i64, Vec<u8>)>, _> = on_db!(self, c => {
            sqlx::query_as("SELECT version, checksum FROM _sqlx_migrations WHERE success ORDER BY version").fetch_all(c).await
        });
        let applied = match applied {
            Ok(rows) => rows,
            Err(sqlx::Error::Database(_)) => Vec::new(),
            Err(error) => return Err(error.into()),
        };
        let wanted = match self {
            Self::Sqlite { .. } => sqlx::migrate!("../../migrations/sqlite"),
            Self::Postgres(_) => sqlx::migrate!("../../migrations/postgres"),
        };
        let wanted: Vec<(i64, Vec<u8>)> = wanted.iter().map(|m| (m.version, m.checksum.to_vec())).collect();
        if applied == wanted {
            return self.require_report_rows().await;
        }
        let missing = wanted.len().saturating_sub(applied.len());
        if missing > 0 && wanted.starts_with(&applied) {
            return Err(Error::Schema(format!(
                "{missing} migration(s) are missing; run `docket migrate`"
            )));
        }
        Err(Error::Schema(
            "it was made by another version of this program".to_owned(),
        ))
    }

    /// Opens a transaction that will write.
    ///
    /// # Errors
    /// When the database is busy for longer than the time limit, or gone.
    pub async fn begin(&self) -> Result<Tx> {
        Ok(match self {
            Self::Sqlite { write, .. } => Tx::Sqlite(write.begin_with("BEGIN IMMEDIATE").await?),
            Self::Postgres(pool) => Tx::Postgres(pool.begin().await?),
        })
    }

    /// The engine's name, for messages.
    pub const fn engine(&self) -> &'static str {
        match self {
            Self::Sqlite { .. } => "SQLite",
            Self::Postgres(_) => "PostgreSQL",
        }
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ping(&self) -> Result<()> {
        on_db!(self, c => sqlx::query("SELECT 1").execute(c).await.map(|_| ()))?;
        Ok(())
    }

    /// Looks again at how the rows lie, so that statements go by the index that is small now. PostgreSQL does so by itself;
    /// SQLite only when it is asked, and then reads a sample where much changed.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn renew_statistics(&self) -> Result<()> {
        if let Self::Sqlite { write, .. } = self {
            // 0x10002: tables that were not read yet, too.
            sqlx::raw_sql("PRAGMA analysis_limit = 1000; PRAGMA optimize = 0x10002")
                .execute(write)
                .await?;
        }
        Ok(())
    }

    /// Closes every connection; open transactions are rolled back.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { read, write } => {
                read.close().await;
                write.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

/// Whether a writer can be used again. SQLite takes a transaction back by itself when the disk is full or fails; then the
/// driver's own rollback fails, it believes the transaction open for ever, and refuses every further one.
async fn outside_a_transaction(connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    // Answered after a rollback that is still under way.
    connection.ping().await?;
    Ok(!connection.is_in_transaction())
}

/// SQLite has no lock for migrations: of several processes that begin at once, one makes a table and the others find it
/// made. A failed step was rolled back whole, so whoever failed looks again at what is still missing.
async fn migrate_sqlite(pool: &SqlitePool) -> Result<(), MigrateError> {
    let migrator = sqlx::migrate!("../../migrations/sqlite");
    let mut tries = migrator.iter().count();
    loop {
        match migrator.run(pool).await {
            Err(MigrateError::Execute(_) | MigrateError::ExecuteMigration(..)) if tries > 0 => tries -= 1,
            other => return other,
        }
    }
}

impl Tx {
    /// Commits.
    ///
    /// # Errors
    /// When the commit fails; then nothing was kept.
    pub async fn commit(self) -> Result<()> {
        match self {
            Self::Sqlite(tx) => tx.commit().await?,
            Self::Postgres(tx) => tx.commit().await?,
        }
        Ok(())
    }
}
