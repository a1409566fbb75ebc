//! How far what is here is what the platforms have: the log of syncs, both counts, and work that gave up.

use docket_core::sentence;
use std::collections::HashMap;

use chrono::Duration;
use docket_core::id::{ConnectionId, JobId};
use docket_queue::admin;
use docket_store::{ClientScope, Connection, SyncRun, UnitOfWork};

use crate::Desk;
use crate::error::{Error, Result};
use crate::jobs;
use crate::settings::ChecklistItem;

/// How far back failed syncs are counted.
const LOOK_BACK: Duration = Duration::hours(24);
/// Jobs that gave up, at most.
const MOST_JOBS: i64 = 100;
/// Rows of a connection's log.
const RUNS: i64 = 30;

/// Background work that gave up.
pub use docket_queue::admin::JobRow;

/// How one connection stands.
#[derive(Debug, Clone)]
pub struct SyncState {
    /// The connection.
    pub connection: Connection,
    /// Cases that are open here.
    pub open: i64,
    /// The newest comparison of all open cases with the platform that ended well.
    pub compared: Option<SyncRun>,
    /// Syncs that failed in the past 24 hours.
    pub failed: i64,
    /// Jobs of it that gave up.
    pub dead: i64,
}

/// How all connections stand.
#[derive(Debug, Clone)]
pub struct Reconciliation {
    /// By client and platform.
    pub states: Vec<SyncState>,
    /// Jobs that gave up, the oldest first; at most a hundred.
    pub dead: Vec<JobRow>,
}

/// One connection with its log.
#[derive(Debug, Clone)]
pub struct ConnectionView {
    /// How it stands.
    pub state: SyncState,
    /// Its jobs that gave up.
    pub dead: Vec<JobRow>,
    /// Its syncs that did something, the newest first.
    pub runs: Vec<SyncRun>,
    /// Its settings checklist; none before the first check of the account.
    pub checklist: Option<Vec<ChecklistItem>>,
}

/// Whether a job is about a connection: the keys of such jobs begin with its id.
fn is_of(job: &JobRow, connection: ConnectionId) -> bool {
    job.key.starts_with(&connection.to_string())
}

impl Desk {
    /// How the connections in scope stand.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn reconciliation(&self, scope: ClientScope) -> Result<Reconciliation> {
        let connections = self.db.connections(scope).await?;
        let open = self.db.open_here(scope).await?;
        let compared = self.db.compared(scope).await?;
        let compared: HashMap<ConnectionId, SyncRun> =
            compared.into_iter().map(|r| (r.connection, r)).collect();
        let failed = self.db.failed_syncs(scope, self.env.now() - LOOK_BACK).await?;
        let dead = admin::dead(&self.db, scope, None, MOST_JOBS).await?;
        let state = |connection: Connection| SyncState {
            open: open.get(&connection.id).copied().unwrap_or(0),
            compared: compared.get(&connection.id).cloned(),
            failed: failed.get(&connection.id).copied().unwrap_or(0),
            dead: i64::try_from(dead.iter().filter(|job| is_of(job, connection.id)).count())
                .unwrap_or(i64::MAX),
            connection,
        };
        Ok(Reconciliation {
            states: connections.into_iter().map(state).collect(),
            dead,
        })
    }

    /// One connection with everything that its page shows.
    ///
    /// # Errors
    /// When there is none in scope.
    pub async fn connection_view(&self, scope: ClientScope, id: ConnectionId) -> Result<ConnectionView> {
        let connection = self.known_connection(scope, id).await?;
        let own = ClientScope::One(connection.client);
        let checked = connection.health.findings.is_some();
        let all = self.reconciliation(own).await?;
        let state = all.states.into_iter().find(|state| state.connection.id == id);
        Ok(ConnectionView {
            state: state.ok_or_else(|| Error::NotFound(sentence!("there is no connection {id}", id)))?,
            dead: all.dead.into_iter().filter(|job| is_of(job, id)).collect(),
            runs: self.db.sync_runs(own, id, RUNS).await?,
            checklist: if checked {
                Some(self.checklist(own, id).await?)
            } else {
                None
            },
        })
    }

    /// Queues a sync of a connection for now, or a comparison of all its open cases. Asked for twice, it is done once.
    ///
    /// # Errors
    /// When there is no such connection in scope, or it is paused.
    pub async fn queue_sync(&self, scope: ClientScope, id: ConnectionId, compare: bool) -> Result<()> {
        let connection = self.known_connection(scope, id).await?;
        if let Some(why) = connection.health.paused_why {
            return Err(Error::Invalid(sentence!(
                "the connection is paused ({why}); put that right and resume it first",
                why
            )));
        }
        let job = jobs::sync(id, connection.client, compare, self.env.now());
        let mut unit = UnitOfWork::begin(&self.db).await?;
        docket_queue::enqueue(unit.tx(), &self.env, &[job]).await?;
        unit.commit().await?;
        self.waker.wake();
        Ok(())
    }

    /// Starts a job that gave up again.
    ///
    /// # Errors
    /// When there is none in scope.
    pub async fn retry_job(&self, scope: ClientScope, id: JobId) -> Result<()> {
        let mut unit = UnitOfWork::begin(&self.db).await?;
        let found = admin::retry_dead(unit.tx(), &self.env, scope, id).await?;
        unit.commit().await?;
        if !found {
            return Err(Error::NotFound(sentence!("no job {id} gave up", id)));
        }
        self.waker.wake();
        Ok(())
    }
}
