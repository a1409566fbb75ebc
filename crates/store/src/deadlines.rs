//! How many deadlines lie in which hour, and whose they are.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDateTime, Utc};
use docket_core::id::ClientId;
use uuid::Uuid;

use crate::{ClientScope, Db, Error, Result, on_db};

// What belongs to a range and an hour is worked out by the database: one row for each hour and person, however many cases.
// No step lies behind its deadline, so the index of open cases narrows the search first; SQLite would walk all cases of a
// range of clients otherwise.
const HOURS_SQLITE: &str = "SELECT substr(r.deadline, 1, 13) AS hour, c.assignee, count(*) \
    FROM cases c JOIN rounds r ON r.id = c.round_id WHERE (c.client_id BETWEEN $1 AND $2) IS TRUE AND c.turn = 'ours' \
    AND c.closed_at IS NULL AND c.sort_at < $4 AND r.deadline >= $3 AND r.deadline < $4 GROUP BY 1, 2 ORDER BY 1, 2";
const HOURS_POSTGRES: &str = "SELECT to_char(r.deadline AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24') AS hour, c.assignee, count(*) \
    FROM cases c JOIN rounds r ON r.id = c.round_id WHERE (c.client_id BETWEEN $1 AND $2) IS TRUE AND c.turn = 'ours' \
    AND c.closed_at IS NULL AND c.sort_at < $4 AND r.deadline >= $3 AND r.deadline < $4 GROUP BY 1, 2 ORDER BY 1, 2";

const BY_CLIENT: &str = "SELECT c.client_id, count(*) FROM cases c JOIN rounds r ON r.id = c.round_id \
    WHERE (c.client_id BETWEEN $1 AND $2) IS TRUE AND c.turn = 'ours' AND c.closed_at IS NULL AND c.sort_at < $3 AND r.deadline < $3 \
    GROUP BY c.client_id";

#[cfg(feature = "testing")]
pub(crate) const STATEMENTS: &[&str] = &[BY_CLIENT];
/// Pairs that differ: SQLite's text, then PostgreSQL's.
#[cfg(feature = "testing")]
pub(crate) const PAIRS: &[(&str, &str)] = &[(HOURS_SQLITE, HOURS_POSTGRES)];

/// The deadlines of one person in one hour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadlineHour {
    /// The hour's beginning, UTC.
    pub hour: DateTime<Utc>,
    /// Whose cases; none for nobody's.
    pub assignee: Option<String>,
    /// How many.
    pub cases: i64,
}

impl Db {
    /// How many open cases wait for us with a deadline from an instant up to before another, by hour and person.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn deadline_hours(
        &self,
        scope: ClientScope,
        (from, to): (DateTime<Utc>, DateTime<Utc>),
    ) -> Result<Vec<DeadlineHour>> {
        let (low, high) = scope.range();
        type Row = (String, Option<String>, i64);
        let rows: Vec<Row> = match self {
            Self::Sqlite { read, .. } => {
                let query = sqlx::query_as(HOURS_SQLITE).bind(low).bind(high);
                query.bind(from).bind(to).fetch_all(read).await?
            }
            Self::Postgres(pool) => {
                let query = sqlx::query_as(HOURS_POSTGRES).bind(low).bind(high);
                query.bind(from).bind(to).fetch_all(pool).await?
            }
        };
        let one = |(hour, assignee, cases): Row| {
            let at = NaiveDateTime::parse_from_str(&format!("{hour}:00"), "%Y-%m-%dT%H:%M");
            Ok(DeadlineHour {
                hour: at.map_err(|e| Error::damaged("rounds", e))?.and_utc(),
                assignee,
                cases,
            })
        };
        rows.into_iter().map(one).collect()
    }

    /// How many open cases of each client wait for us with a deadline before an instant.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn due_by_client(
        &self,
        scope: ClientScope,
        before: DateTime<Utc>,
    ) -> Result<HashMap<ClientId, i64>> {
        let (low, high) = scope.range();
        let rows: Vec<(Uuid, i64)> = on_db!(self, c => sqlx::query_as(BY_CLIENT)
            .bind(low).bind(high).bind(before).fetch_all(c).await)?;
        Ok(rows
            .into_iter()
            .map(|(id, count)| (ClientId(id), count))
            .collect())
    }
}
