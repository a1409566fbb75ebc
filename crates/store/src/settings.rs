//! The settings checklist of a connection, as history: what held from when on, and who says so.

use chrono::{DateTime, Utc};
use docket_core::id::{ClientId, ConnectionId};
use serde::Serialize;
use uuid::Uuid;

use crate::bulk::write_rows;
use crate::unit::UnitOfWork;
use crate::{ClientScope, Db, Result, on_db};

// Of several statements about one item the one that holds from the latest instant on wins; of those from the same
// instant, the one that was recorded last.
const AT: &str = "SELECT item, value, source, note, valid_from, recorded_at, recorded_by FROM (\
    SELECT s.*, row_number() OVER (PARTITION BY item ORDER BY valid_from DESC, recorded_at DESC, id DESC) AS place \
    FROM settings s WHERE client_id BETWEEN $1 AND $2 AND connection_id = $3 AND valid_from <= $4) AS held \
    WHERE place = 1 ORDER BY item";
const ANSWERS: &str = "SELECT connection_id, value, count(*) FROM (\
    SELECT s.*, row_number() OVER (PARTITION BY connection_id, item ORDER BY valid_from DESC, recorded_at DESC, id DESC) AS place \
    FROM settings s WHERE client_id BETWEEN $1 AND $2 AND valid_from <= $3) AS held \
    WHERE place = 1 GROUP BY connection_id, value ORDER BY connection_id, value";
const ALL: &str = "SELECT item, value, source, note, valid_from, recorded_at, recorded_by FROM settings \
    WHERE client_id BETWEEN $1 AND $2 AND connection_id = $3 ORDER BY item, valid_from, recorded_at, id";

#[cfg(feature = "testing")]
pub(crate) const STATEMENTS: &[&str] = &[AT, ANSWERS, ALL];

/// One statement about one item of the checklist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Setting {
    /// The item's stable key.
    pub item: String,
    /// `yes`, `no` or `unknown`.
    pub value: String,
    /// `platform` (read from its API) or `person`.
    pub source: String,
    /// What whoever recorded it wrote.
    pub note: Option<String>,
    /// From when on it holds.
    pub valid_from: DateTime<Utc>,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
    /// By whom.
    pub recorded_by: String,
}

impl Db {
    /// The settings in force at an instant, one for each item that anything is known of.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn settings_at(
        &self,
        scope: ClientScope,
        connection: ConnectionId,
        at: DateTime<Utc>,
    ) -> Result<Vec<Setting>> {
        let (low, high) = scope.range();
        Ok(
            on_db!(self, c => sqlx::query_as(AT).bind(low).bind(high).bind(connection.0).bind(at).fetch_all(c).await)?,
        )
    }

    /// How many items of each connection's checklist hold (`yes`), do not (`no`), or are not known any more (`unknown`).
    ///
    /// # Errors
    /// When the database fails.
    pub async fn settings_answers(
        &self,
        scope: ClientScope,
        at: DateTime<Utc>,
    ) -> Result<Vec<(ConnectionId, String, i64)>> {
        let (low, high) = scope.range();
        let rows: Vec<(Uuid, String, i64)> =
            on_db!(self, c => sqlx::query_as(ANSWERS).bind(low).bind(high).bind(at).fetch_all(c).await)?;
        Ok(rows
            .into_iter()
            .map(|(id, value, count)| (ConnectionId(id), value, count))
            .collect())
    }

    /// Everything that was ever recorded about a connection's settings.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn settings_history(
        &self,
        scope: ClientScope,
        connection: ConnectionId,
    ) -> Result<Vec<Setting>> {
        let (low, high) = scope.range();
        Ok(on_db!(self, c => sqlx::query_as(ALL).bind(low).bind(high).bind(connection.0).fetch_all(c).await)?)
    }
}

impl UnitOfWork {
    /// Records statements about a connection's settings.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn record_settings(
        &mut self,
        (connection, client): (ConnectionId, ClientId),
        settings: &[(Uuid, Setting)],
    ) -> Result<()> {
        write_rows!(
            &mut self.tx,
            "INSERT INTO settings (id, client_id, connection_id, item, value, source, note, valid_from, recorded_at, \
             recorded_by)",
            "",
            settings,
            |row| [
                row.0,
                client.0,
                connection.0,
                row.1.item.as_str(),
                row.1.value.as_str(),
                row.1.source.as_str(),
                row.1.note.as_deref(),
                row.1.valid_from,
                row.1.recorded_at,
                row.1.recorded_by.as_str()
            ]
        );
        Ok(())
    }
}
