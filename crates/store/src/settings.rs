//! The settings checklist of a connection, as history: what held from when on, and who says so.

use chrono::{DateTime, Utc};
use docket_core::id::{ClientId, ConnectionId};
use docket_core::sentence::Sentence;
use serde::{Serialize, Serializer};
use serde_json::Value;
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
    /// What whoever recorded it wrote, or what the platform told as [`Sentence::kept`] writes it; see [`Setting::said`].
    #[serde(serialize_with = "english")]
    pub note: Option<String>,
    /// From when on it holds.
    pub valid_from: DateTime<Utc>,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
    /// By whom.
    pub recorded_by: String,
}

/// Programs read the note's English.
fn english<S: Serializer>(note: &Option<String>, serializer: S) -> std::result::Result<S::Ok, S::Error> {
    note.as_deref().map(said).serialize(serializer)
}

fn said(note: &str) -> Sentence {
    let kept = serde_json::from_str(note).ok();
    let found = kept.filter(Value::is_object).as_ref().and_then(Sentence::found);
    found.unwrap_or_else(|| note.to_owned().into())
}

impl Setting {
    /// The note, with its parts where the platform told it.
    pub fn said(&self) -> Option<Sentence> {
        self.note.as_deref().map(said)
    }

    /// What the platform tells, as a note that is read in any language.
    pub fn told(says: &Sentence) -> String {
        match says.kept() {
            Value::String(english) => english,
            with_parts => with_parts.to_string(),
        }
    }
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
