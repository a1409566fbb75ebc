//! Reading what reports are counted from, all of it in one pass: as text, many rows at a time. Fetched row by row, or
//! grouped by the database once for each factor, the same figures take several times as long.

use std::collections::HashMap;

use chrono::{Datelike, NaiveDate};
use futures::TryStreamExt;
use sqlx::postgres::PgPoolCopyExt;
use uuid::Uuid;

use crate::{ClientScope, Db, Error, Result};

/// Rows that SQLite hands over at a time: few enough that no more than a few megabytes are under way.
const PART: i64 = 2_048;

/// Cases whose names are looked up at a time.
const LOOKED_UP: usize = 500;

/// Days from the first up to and without the last, UTC, by which instant of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days {
    /// The cases opened, or else those closed, on these days.
    pub closed: bool,
    /// The first day.
    pub from: NaiveDate,
    /// The first day after it.
    pub to: NaiveDate,
}

impl Days {
    /// Cases opened from a day on, before another.
    pub const fn opened(from: NaiveDate, to: NaiveDate) -> Self {
        Self {
            closed: false,
            from,
            to,
        }
    }

    const fn column(self) -> &'static str {
        if self.closed { "closed_on" } else { "opened_on" }
    }
}

/// The text that days are compared by. A year of other than four digits would not sort.
pub(crate) fn day_text(day: NaiveDate) -> String {
    match day.year() {
        ..0 => "0000-01-01".to_owned(),
        0..=9999 => day.format("%Y-%m-%d").to_string(),
        _ => "9999-12-31".to_owned(),
    }
}

/// Each engine has its own words.
pub(crate) fn truth(text: &str) -> bool {
    matches!(text, "1" | "t")
}

/// A column as text; ids in their usual form or without its hyphens, which reads back the same.
fn column(name: &str, sqlite: bool) -> String {
    match name {
        "kept_minor" => "coalesce(CAST(kept_minor AS TEXT), '')".to_owned(),
        id if sqlite && id.ends_with("_id") => format!("hex({id})"),
        other => other.to_owned(),
    }
}

/// The rows of a scope, by our own columns. Values are taken by place on SQLite; PostgreSQL's COPY takes none, so there the
/// text holds them: days and an id, written by us.
fn condition(scope: ClientScope, days: Days, values: Option<(&str, &str)>) -> String {
    let (from, to, client) = match values {
        None => ("$1".to_owned(), "$2".to_owned(), "$3".to_owned()),
        Some((from, to)) => {
            let id = match scope {
                ClientScope::One(client) => format!("'{}'", client.0),
                ClientScope::Agency => String::new(),
            };
            (format!("'{from}'"), format!("'{to}'"), id)
        }
    };
    let day = days.column();
    let whose = match scope {
        ClientScope::One(_) => format!("client_id = {client} AND "),
        ClientScope::Agency => String::new(),
    };
    format!("{whose}{day} >= {from} AND {day} < {to}")
}

/// Gives every line of a COPY.
async fn copied(pool: &sqlx::PgPool, sql: &str, mut each: impl FnMut(&str) -> Result<()>) -> Result<()> {
    let mut rows = pool.copy_out_raw(sql).await?;
    while let Some(row) = rows.try_next().await? {
        let line = std::str::from_utf8(&row).map_err(|e| Error::damaged("report_cases", e))?;
        let line = line.trim_end_matches('\n');
        // COPY writes a backslash twice, and no control character gets into the rows.
        if line.contains('\\') {
            each(&line.replace("\\\\", "\\"))?;
        } else {
            each(line)?;
        }
    }
    Ok(())
}

/// Whose rows, and of which days.
pub(crate) type Wanted = (ClientScope, Days);

impl Db {
    /// An id as the lines name it.
    pub(crate) fn named_in_lines(&self, id: Uuid) -> String {
        match self {
            Self::Sqlite { .. } => {
                let mut buffer = Uuid::encode_buffer();
                id.simple().encode_upper(&mut buffer).to_owned()
            }
            Self::Postgres(_) => id.to_string(),
        }
    }

    /// Gives every row as the columns with tabs between them.
    pub(crate) async fn report_lines(
        &self,
        (scope, days): Wanted,
        columns: &[&str],
        mut each: impl FnMut(&str) -> Result<()>,
    ) -> Result<()> {
        let (from, to) = (day_text(days.from), day_text(days.to));
        let sqlite = matches!(self, Self::Sqlite { .. });
        let columns: Vec<String> = columns.iter().map(|name| column(name, sqlite)).collect();
        match self {
            Self::Sqlite { read, .. } => {
                let sql = format!(
                    "WITH RECURSIVE part (at) AS (SELECT 0 UNION ALL SELECT at + {PART} FROM part \
                     WHERE at + {PART} <= (SELECT coalesce(max(seq), 0) FROM report_cases)) \
                     SELECT (SELECT group_concat(concat_ws(char(9), {}), char(10)) FROM report_cases \
                     WHERE seq >= at AND seq < at + {PART} AND {}) FROM part",
                    columns.join(", "),
                    condition(scope, days, None)
                );
                // The text holds only our own words and placeholders.
                let mut query = sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(from).bind(to);
                if let ClientScope::One(client) = scope {
                    query = query.bind(client.0);
                }
                let mut parts = query.fetch(read);
                while let Some((part,)) = parts.try_next().await? {
                    let part: Option<String> = part;
                    for line in part
                        .as_deref()
                        .unwrap_or_default()
                        .split('\n')
                        .filter(|l| !l.is_empty())
                    {
                        each(line)?;
                    }
                }
            }
            Self::Postgres(pool) => {
                let sql = format!(
                    "COPY (SELECT {} FROM report_cases WHERE {}) TO STDOUT",
                    columns.join(", "),
                    condition(scope, days, Some((&from, &to)))
                );
                copied(pool, &sql, each).await?;
            }
        }
        Ok(())
    }

    /// The same rows added up by PostgreSQL: each combination of the columns with what is summed; nothing on SQLite.
    pub(crate) async fn grouped_lines(
        &self,
        (scope, days): Wanted,
        (columns, summed): (&[&str], &str),
        each: impl FnMut(&str) -> Result<()>,
    ) -> Result<()> {
        let Self::Postgres(pool) = self else {
            return Ok(());
        };
        let places: Vec<String> = (1..=columns.len()).map(|place| place.to_string()).collect();
        let sql = format!(
            "COPY (SELECT {}, {summed} FROM report_cases WHERE {} GROUP BY {}) TO STDOUT",
            columns.join(", "),
            condition(scope, days, Some((&day_text(days.from), &day_text(days.to)))),
            places.join(", ")
        );
        copied(pool, &sql, each).await
    }

    /// The platforms' own ids of cases.
    pub(crate) async fn disputes(
        &self,
        (low, high): (Uuid, Uuid),
        ids: &[Uuid],
    ) -> Result<HashMap<Uuid, String>> {
        let text = |list: &str| {
            format!("SELECT id, dispute FROM cases WHERE client_id BETWEEN $1 AND $2 AND id {list}")
        };
        let mut all = HashMap::new();
        for chunk in ids.chunks(LOOKED_UP) {
            let rows: Vec<(Uuid, String)> = match self {
                Self::Sqlite { read, .. } => {
                    let places: Vec<String> = (3..3 + chunk.len()).map(|at| format!("${at}")).collect();
                    // The text holds only our own words and placeholders.
                    let sql = sqlx::AssertSqlSafe(text(&format!("IN ({})", places.join(", "))));
                    let mut query = sqlx::query_as(sql).persistent(false).bind(low).bind(high);
                    for id in chunk {
                        query = query.bind(*id);
                    }
                    query.fetch_all(read).await?
                }
                Self::Postgres(pool) => {
                    let query = sqlx::query_as(sqlx::AssertSqlSafe(text("= ANY($3)")));
                    query.bind(low).bind(high).bind(chunk).fetch_all(pool).await?
                }
            };
            all.extend(rows);
        }
        Ok(all)
    }
}
