//! The log of syncs: what each saw and did.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use docket_core::id::{ClientId, ConnectionId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::unit::UnitOfWork;
use crate::{ClientScope, Db, Result, on_db, on_tx};

const LOG: &str = "INSERT INTO sync_runs (id, client_id, connection_id, kind, started_at, ended_at, seen, new, changed, unchanged, \
    failed, error) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
const LIST: &str = "SELECT id, connection_id, kind, started_at, ended_at, seen, new, changed, unchanged, failed, error \
    FROM sync_runs WHERE client_id BETWEEN $1 AND $2 AND connection_id = $3 ORDER BY started_at DESC LIMIT $4";

// The newest comparison of each connection that ended well.
const COMPARED: &str = "SELECT r.id, r.connection_id, r.kind, r.started_at, r.ended_at, r.seen, r.new, r.changed, r.unchanged, \
    r.failed, r.error FROM sync_runs r WHERE r.client_id BETWEEN $1 AND $2 AND r.kind <> 'changes' AND r.error IS NULL \
    AND r.started_at = (SELECT max(n.started_at) FROM sync_runs n WHERE n.connection_id = r.connection_id \
    AND n.kind <> 'changes' AND n.error IS NULL)";
const FAILED: &str = "SELECT connection_id, count(*) FROM sync_runs WHERE client_id BETWEEN $1 AND $2 AND started_at >= $3 \
    AND error IS NOT NULL GROUP BY connection_id";
const OPEN_HERE: &str = "SELECT connection_id, count(*) FROM cases WHERE closed_at IS NULL AND client_id BETWEEN $1 AND $2 \
    GROUP BY connection_id";

const ENDS: &str = "SELECT error FROM sync_runs WHERE connection_id = $1 AND ended_at BETWEEN $2 AND $3";
const REACH: &str = "SELECT paused_why IS NOT NULL, synced_at FROM connections WHERE id = $1";

#[cfg(feature = "testing")]
pub(crate) const STATEMENTS: &[&str] = &[LOG, LIST, COMPARED, FAILED, OPEN_HERE, ENDS, REACH];

/// What a sync saw and did. Stable field names: `docket sync --json` prints them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncCounts {
    /// Disputes that the platform showed.
    pub seen: u64,
    /// Of those unknown before.
    pub new: u64,
    /// Known and different.
    pub changed: u64,
    /// Known and the same.
    pub unchanged: u64,
    /// Could not be read now; each is left to a job that tries again.
    pub failed: u64,
}

impl std::ops::AddAssign for SyncCounts {
    fn add_assign(&mut self, other: Self) {
        self.seen += other.seen;
        self.new += other.new;
        self.changed += other.changed;
        self.unchanged += other.unchanged;
        self.failed += other.failed;
    }
}

/// One sync of one connection.
#[derive(Debug, Clone)]
pub struct SyncRun {
    /// Its id.
    pub id: Uuid,
    /// The connection.
    pub connection: ConnectionId,
    /// `changes` or `sweep`.
    pub kind: String,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When it ended.
    pub ended_at: DateTime<Utc>,
    /// What it saw and did.
    pub counts: SyncCounts,
    /// Why it failed.
    pub error: Option<String>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    connection_id: Uuid,
    kind: String,
    started_at: DateTime<Utc>,
    ended_at: DateTime<Utc>,
    seen: i64,
    new: i64,
    changed: i64,
    unchanged: i64,
    failed: i64,
    error: Option<String>,
}

impl Row {
    fn run(self) -> SyncRun {
        SyncRun {
            id: self.id,
            connection: ConnectionId(self.connection_id),
            kind: self.kind,
            started_at: self.started_at,
            ended_at: self.ended_at,
            counts: SyncCounts {
                seen: unsigned(self.seen),
                new: unsigned(self.new),
                changed: unsigned(self.changed),
                unchanged: unsigned(self.unchanged),
                failed: unsigned(self.failed),
            },
            error: self.error,
        }
    }
}

fn unsigned(n: i64) -> u64 {
    u64::try_from(n).unwrap_or(0)
}

fn signed(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

impl Db {
    /// The newest syncs of a connection.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sync_runs(
        &self,
        scope: ClientScope,
        connection: ConnectionId,
        limit: i64,
    ) -> Result<Vec<SyncRun>> {
        let (low, high) = scope.range();
        let rows: Vec<Row> = on_db!(self, c => sqlx::query_as(LIST).bind(low).bind(high).bind(connection.0).bind(limit).fetch_all(c).await)?;
        Ok(rows.into_iter().map(Row::run).collect())
    }

    /// The newest comparison of each connection with its platform that ended well.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn compared(&self, scope: ClientScope) -> Result<Vec<SyncRun>> {
        let (low, high) = scope.range();
        let rows: Vec<Row> =
            on_db!(self, c => sqlx::query_as(COMPARED).bind(low).bind(high).fetch_all(c).await)?;
        Ok(rows.into_iter().map(Row::run).collect())
    }

    /// How many syncs of each connection failed since an instant.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn failed_syncs(
        &self,
        scope: ClientScope,
        since: DateTime<Utc>,
    ) -> Result<HashMap<ConnectionId, i64>> {
        let (low, high) = scope.range();
        let rows: Vec<(Uuid, i64)> =
            on_db!(self, c => sqlx::query_as(FAILED).bind(low).bind(high).bind(since).fetch_all(c).await)?;
        Ok(rows
            .into_iter()
            .map(|(id, count)| (ConnectionId(id), count))
            .collect())
    }

    /// How many cases of each connection are open here.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn open_here(&self, scope: ClientScope) -> Result<HashMap<ConnectionId, i64>> {
        let (low, high) = scope.range();
        let rows: Vec<(Uuid, i64)> =
            on_db!(self, c => sqlx::query_as(OPEN_HERE).bind(low).bind(high).fetch_all(c).await)?;
        Ok(rows
            .into_iter()
            .map(|(id, count)| (ConnectionId(id), count))
            .collect())
    }
}

impl UnitOfWork {
    /// How a connection's syncs ended between two instants: nothing, or the error.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sync_ends(
        &mut self,
        connection: ConnectionId,
        (from, to): (DateTime<Utc>, DateTime<Utc>),
    ) -> Result<Vec<Option<String>>> {
        let rows: Vec<(Option<String>,)> = on_tx!(&mut self.tx, c => sqlx::query_as(ENDS)
            .bind(connection.0).bind(from).bind(to).fetch_all(&mut *c).await)?;
        Ok(rows.into_iter().map(|(error,)| error).collect())
    }

    /// Whether a connection is paused, and when a sync last went well (one that finds nothing new leaves no row in the log).
    ///
    /// # Errors
    /// When the database fails.
    pub async fn reach(&mut self, connection: ConnectionId) -> Result<(bool, Option<DateTime<Utc>>)> {
        let row: Option<(bool, Option<DateTime<Utc>>)> = on_tx!(&mut self.tx, c => sqlx::query_as(REACH)
            .bind(connection.0).fetch_optional(&mut *c).await)?;
        Ok(row.unwrap_or((false, None)))
    }

    /// Notes what a sync saw and did.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn log_run(&mut self, client: ClientId, run: &SyncRun) -> Result<()> {
        let n = run.counts;
        on_tx!(&mut self.tx, c => sqlx::query(LOG)
            .bind(run.id).bind(client.0).bind(run.connection.0).bind(&run.kind).bind(run.started_at).bind(run.ended_at)
            .bind(signed(n.seen)).bind(signed(n.new)).bind(signed(n.changed)).bind(signed(n.unchanged))
            .bind(signed(n.failed)).bind(&run.error).execute(&mut *c).await.map(|_| ()))?;
        Ok(())
    }
}
