//! Multi-row statements, in the way that is cheap on each engine: lists of values in chunks of powers of two on SQLite,
//! so that few texts are ever prepared, and one array per column on PostgreSQL, which takes any number of rows.

use std::fmt::Write;

use sqlx::FromRow;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use uuid::Uuid;

use crate::{Db, Result, Tx};

/// Largest chunk: 128 rows of 40 columns stay below SQLite's limit of 32,766 binds.
const LARGEST: usize = 128;

/// Splits rows into chunks whose sizes are powers of two.
pub(crate) fn chunks<T>(rows: &[T]) -> impl Iterator<Item = &[T]> {
    let mut rest = rows;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let size = if rest.len() >= LARGEST {
            LARGEST
        } else {
            1 << rest.len().ilog2()
        };
        let (chunk, tail) = rest.split_at(size);
        rest = tail;
        Some(chunk)
    })
}

/// `VALUES (?, ?), (?, ?)` for two rows of two columns. SQLite keeps `$1` as a *name* and looks every name up in a list:
/// with thousands of them that took half the time of an import.
pub(crate) fn values(columns: usize, rows: usize) -> String {
    let row = format!("({})", vec!["?"; columns].join(", "));
    format!("VALUES {}", vec![row.as_str(); rows].join(", "))
}

/// `SELECT * FROM unnest($1, $2)` for two columns: one text for any number of rows, and one bind for each column instead of
/// one for each value.
pub(crate) fn arrays(columns: usize) -> String {
    let mut text = "SELECT * FROM unnest(".to_owned();
    for column in 1..=columns {
        // Writing to a String cannot fail.
        let _ = write!(text, "{}${column}", if column == 1 { "" } else { ", " });
    }
    text.push(')');
    text
}

/// Writes rows; gives the number of rows affected.
macro_rules! write_rows {
    ($tx:expr, $head:expr, $tail:expr, $rows:expr, |$row:ident| [$($bind:expr),+ $(,)?]) => {{
        let columns = [$(stringify!($bind)),+].len();
        let rows = $rows;
        let mut affected = 0u64;
        match $tx {
            $crate::Tx::Sqlite(tx) => for chunk in $crate::bulk::chunks(rows) {
                let sql = format!("{} {} {}", $head, $crate::bulk::values(columns, chunk.len()), $tail);
                // The text holds only our own words and placeholders.
                let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
                for $row in chunk {
                    $(query = query.bind($bind);)+
                }
                affected += query.execute(&mut **tx).await?.rows_affected();
            },
            $crate::Tx::Postgres(tx) => if !rows.is_empty() {
                let sql = format!("{} {} {}", $head, $crate::bulk::arrays(columns), $tail);
                // The text holds only our own words and placeholders.
                let query = sqlx::query(sqlx::AssertSqlSafe(sql));
                // A column that is the same in every row does not look at it.
                $(let query = query.bind(rows.iter().map(|$row| { let _ = $row; $bind }).collect::<Vec<_>>());)+
                affected += query.execute(&mut **tx).await?.rows_affected();
            },
        }
        affected
    }};
}
pub(crate) use write_rows;

/// A statement that reads the rows of a list of texts (`$3`) within a scope (`$1` to `$2`): SQLite's text, then PostgreSQL's,
/// which is planned anew each time: a plan kept from when the table was empty would read all of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pair(pub &'static str, pub &'static str);

impl Pair {
    /// The text for this transaction's engine.
    pub fn of(self, tx: &Tx) -> &'static str {
        match tx {
            Tx::Sqlite(_) => self.0,
            Tx::Postgres(_) => self.1,
        }
    }

    /// Runs it beside transactions.
    pub async fn on<R>(self, db: &Db, (low, high): (Uuid, Uuid), list: &[String]) -> Result<Vec<R>>
    where
        R: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin,
    {
        Ok(match db {
            Db::Sqlite { read, .. } => {
                let query = sqlx::query_as(self.0).bind(low).bind(high);
                query.bind(json(list)).fetch_all(read).await?
            }
            Db::Postgres(pool) => {
                let query = sqlx::query_as(self.1).persistent(false).bind(low).bind(high);
                query.bind(list).fetch_all(pool).await?
            }
        })
    }

    /// Runs it inside a transaction.
    pub async fn on_tx<R>(self, tx: &mut Tx, (low, high): (Uuid, Uuid), list: &[String]) -> Result<Vec<R>>
    where
        R: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin,
    {
        Ok(match tx {
            Tx::Sqlite(tx) => {
                let query = sqlx::query_as(self.0).bind(low).bind(high);
                query.bind(json(list)).fetch_all(&mut **tx).await?
            }
            Tx::Postgres(tx) => {
                let query = sqlx::query_as(self.1).persistent(false).bind(low).bind(high);
                query.bind(list).fetch_all(&mut **tx).await?
            }
        })
    }
}

pub(crate) fn json(list: &[String]) -> String {
    serde_json::Value::from(list).to_string()
}

/// A value of a statement that is put together at run time.
#[derive(Debug, Clone)]
pub(crate) enum Bind {
    Uuid(uuid::Uuid),
    Text(String),
    Time(chrono::DateTime<chrono::Utc>),
    Int(i64),
}

/// Binds a list of [`Bind`] to a query.
macro_rules! bind_all {
    ($query:expr, $binds:expr) => {{
        let mut query = $query;
        for bind in $binds {
            query = match bind {
                $crate::bulk::Bind::Uuid(value) => query.bind(*value),
                $crate::bulk::Bind::Text(value) => query.bind(value.clone()),
                $crate::bulk::Bind::Time(value) => query.bind(*value),
                $crate::bulk::Bind::Int(value) => query.bind(*value),
            };
        }
        query
    }};
}
pub(crate) use bind_all;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_are_powers_of_two_and_complete() {
        let rows: Vec<u32> = (0..300).collect();
        let sizes: Vec<usize> = chunks(&rows).map(<[u32]>::len).collect();
        assert_eq!(sizes, [128, 128, 32, 8, 4]);
        assert_eq!(chunks(&rows).flatten().copied().collect::<Vec<_>>(), rows);
    }

    #[test]
    fn each_engine_has_its_own_way_of_taking_many_rows() {
        assert_eq!(values(2, 3), "VALUES (?, ?), (?, ?), (?, ?)");
        assert_eq!(arrays(3), "SELECT * FROM unnest($1, $2, $3)");
    }
}
