/// What went wrong in the database, named by the caller's next step.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Someone else changed the same row first: read again and repeat.
    #[error("someone else changed {0} at the same time; read it again and repeat")]
    Conflict(String),
    /// A name or key is taken.
    #[error("{0}")]
    Taken(String),
    /// The database is busy; nothing was written, repeat later.
    #[error("the database is busy: {0}; nothing was written, try again")]
    Busy(String),
    /// The database cannot be reached or read.
    #[error("database: {0}")]
    Driver(String),
    /// The schema is newer than this program, or was changed by hand.
    #[error("database schema: {0}")]
    Schema(String),
    /// A stored value is not what this program writes.
    #[error("row of {table} is damaged: {why}; run `docket doctor`")]
    Damaged {
        /// The table.
        table: &'static str,
        /// What is wrong.
        why: String,
    },
    /// Encryption failed.
    #[error(transparent)]
    Secret(#[from] crate::SecretError),
    /// The file store failed.
    #[error("file store: {0}")]
    Files(String),
}

impl Error {
    /// A damaged row.
    pub(crate) fn damaged(table: &'static str, why: impl ToString) -> Self {
        Self::Damaged {
            table,
            why: why.to_string(),
        }
    }

    /// Whether repeating the same work later can succeed without a person.
    pub const fn is_transient(&self) -> bool {
        match self {
            Self::Conflict(_) | Self::Busy(_) | Self::Driver(_) => true,
            Self::Taken(_) | Self::Schema(_) | Self::Damaged { .. } | Self::Secret(_) | Self::Files(_) => {
                false
            }
        }
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        if let sqlx::Error::Database(database) = &error {
            if database.is_unique_violation() {
                return Self::Conflict(database.table().unwrap_or("a row").to_owned());
            }
            // SQLite: 5 SQLITE_BUSY, 6 SQLITE_LOCKED and their extended codes. PostgreSQL: 40001 serialization,
            // 40P01 deadlock, 55P03 lock not available.
            let code = database.code().unwrap_or_default();
            let sqlite_busy = code.parse::<u32>().is_ok_and(|c| matches!(c & 0xff, 5 | 6)) && code.len() < 5;
            if sqlite_busy || matches!(&*code, "40001" | "40P01" | "55P03") {
                return Self::Busy(database.message().to_owned());
            }
        }
        match error {
            sqlx::Error::PoolTimedOut => Self::Busy("no free connection".to_owned()),
            other => Self::Driver(other.to_string()),
        }
    }
}

impl From<sqlx::migrate::MigrateError> for Error {
    fn from(error: sqlx::migrate::MigrateError) -> Self {
        match error {
            sqlx::migrate::MigrateError::Execute(inner) => inner.into(),
            other => Self::Schema(format!(
                "{other}; run the program's version that made it, or restore a backup"
            )),
        }
    }
}
