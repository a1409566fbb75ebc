//! Multi-row statements: one text for both engines, in chunks of powers of two so that few texts are ever prepared.

use std::fmt::Write;

use crate::Tx;

/// Largest chunk: 128 rows of 40 columns stay below the bind limits of both engines (32,766 and 65,535).
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

/// `($1, $2), ($3, $4)` for two rows of two columns; `(?, ?), (?, ?)` for SQLite, which keeps `$1` as a *name* and
/// looks every name up in a list: with thousands of them that took half the time of an import.
pub(crate) fn values(columns: usize, rows: usize, tx: &Tx) -> String {
    let mut text = String::with_capacity(columns * rows * 6);
    for row in 0..rows {
        text.push_str(if row == 0 { "(" } else { ", (" });
        for column in 0..columns {
            let separator = if column == 0 { "" } else { ", " };
            // Writing to a String cannot fail.
            let _ = match tx {
                Tx::Sqlite(_) => write!(text, "{separator}?"),
                Tx::Postgres(_) => write!(text, "{separator}${}", row * columns + column + 1),
            };
        }
        text.push(')');
    }
    text
}

/// Writes rows with one statement for each chunk; gives the number of rows affected.
macro_rules! write_rows {
    ($tx:expr, $head:expr, $tail:expr, $rows:expr, |$row:ident| [$($bind:expr),+ $(,)?]) => {{
        let columns = [$(stringify!($bind)),+].len();
        let mut affected = 0u64;
        for chunk in $crate::bulk::chunks($rows) {
            let sql = format!("{} VALUES {} {}", $head, $crate::bulk::values(columns, chunk.len(), $tx), $tail);
            affected += $crate::on_tx!($tx, c => {
                // The text holds only our own words and placeholders.
                let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
                for $row in chunk {
                    $(query = query.bind($bind);)+
                }
                query.execute(&mut *c).await?.rows_affected()
            });
        }
        affected
    }};
}
pub(crate) use write_rows;

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
}
