//! Syncing a connection: list what changed, read it, store it. Work is proportional to what changed.
//!
//! Three stages run at the same time: the lister pages through the platform's listing, readers fetch details, the
//! writer stores batches. They are joined in the listing's order, so that a checkpoint is stored only with or after
//! everything before it, and an interrupted sync goes on where it was.

mod list;
mod read;
mod sweep;
mod write;

use docket_core::sentence;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use docket_connector::{Connector, Cursor, Error as PlatformError, Listing};
use docket_core::id::{ConnectionId, DisputeRef};
use docket_core::snapshot::Observed;
use docket_store::{ClientScope, Connection, SyncCounts, SyncRun, UnitOfWork};
use futures::StreamExt;
use tokio::sync::{mpsc, watch};

use crate::Desk;
use crate::error::{Error, Result};
use crate::jobs;
use write::BATCH;

/// Pauses that the platform asked for, on the way of one thing. Waiting as told is no failure.
const MOST_PAUSES: u32 = 90;
/// A platform that asks for more than this (`shopify.md` 8: a locked shop, hours) is left alone: the sync ends at once and
/// says so, and gives its place in the worker to another connection.
const STAY_AWAY: Duration = Duration::from_secs(60);

/// What a sync does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SyncMode {
    /// What changed since the last one.
    Changes,
    /// Everything that may be open at the platform, and a reading of every case open here, so that remote = local is
    /// proved. Pages can shift while they are read; a second listing finds what a first one may have skipped.
    Sweep,
    /// As a sweep, over everything that the platform still lists.
    Full,
}

impl SyncMode {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Changes => "changes",
            Self::Sweep => "sweep",
            Self::Full => "full",
        }
    }
}

/// The counts so far, for a progress bar.
pub type Progress = watch::Sender<SyncCounts>;

/// How often one thing was tried.
#[derive(Default)]
struct Tried {
    failures: u32,
    pauses: u32,
}

impl Tried {
    fn count(&mut self, named_pause: Option<Duration>) {
        match named_pause {
            Some(_) => self.pauses += 1,
            None => self.failures += 1,
        }
    }
}

/// One dispute on its way through the stages, or a mark in the listing.
enum Step {
    Read(Box<Observed>),
    Unchanged(u64),
    Failed(DisputeRef, PlatformError),
    Checkpoint(Cursor),
}

impl Desk {
    /// Syncs one connection and logs the run.
    ///
    /// # Errors
    /// When the platform or the database stays away; everything stored until then is kept, and the next sync goes on there.
    pub async fn sync(&self, id: ConnectionId, mode: SyncMode, progress: &Progress) -> Result<SyncCounts> {
        let (connection, connector) = self.connector(id).await?;
        if let Some(why) = &connection.health.paused_why {
            return Err(Error::Invalid(sentence!(
                "the connection is paused: {why}. Put it right, then `docket connection resume {id}`",
                why,
                id
            )));
        }
        let started = self.env.now();
        let result = self.run_sync(&connection, connector, mode, progress).await;
        let counts = *progress.borrow();
        let noted = self.note_sync(&connection, mode, started, &result, counts).await;
        match (&result, noted) {
            // What went wrong first is what a person must know.
            (Err(_), Err(error)) => {
                tracing::error!(connection = %id, %error, "a failed sync could not be noted")
            }
            (Ok(_) | Err(_), noted) => noted?,
        }
        tracing::info!(connection = %id, mode = mode.as_str(), seen = counts.seen, new = counts.new,
            changed = counts.changed, failed = counts.failed, ok = result.is_ok(), "sync ended");
        result.map(|_| counts)
    }

    /// Writes down how a sync ended.
    async fn note_sync(
        &self,
        connection: &Connection,
        mode: SyncMode,
        started: DateTime<Utc>,
        result: &Result<Option<String>>,
        counts: SyncCounts,
    ) -> Result<()> {
        let id = connection.id;
        let error = result.as_ref().err().map(ToString::to_string);
        let mut unit = UnitOfWork::begin(&self.db).await?;
        match result {
            Ok(alarm) => {
                unit.set_synced(id, started, mode != SyncMode::Changes).await?;
                let unread = self.unread(id).await?;
                let alarm = alarm
                    .iter()
                    .chain(&unread)
                    .cloned()
                    .collect::<Vec<_>>()
                    .join("; ");
                unit.set_alarm(id, Some(alarm.as_str()).filter(|a| !a.is_empty()))
                    .await?;
            }
            Err(error) => {
                unit.set_sync_error(id, &error.to_string()).await?;
                if let Error::Platform(PlatformError::Auth { message, .. }) = error {
                    unit.pause("sync", id, Some(message), self.env.now()).await?;
                }
            }
        }
        // A sync that found nothing new leaves no row: the log grows with what happened, not with time. The one that ends a
        // row of failures does, so that the log tells how long an outage was.
        let recovered = error.is_none() && connection.health.sync_error.is_some();
        let news = counts.new + counts.changed + counts.failed > 0 || recovered;
        if news || error.is_some() || (mode != SyncMode::Changes && counts.seen > 0) {
            let run = SyncRun {
                id: self.env.uuid(),
                connection: id,
                kind: mode.as_str().to_owned(),
                started_at: started,
                ended_at: self.env.now(),
                counts,
                error,
            };
            unit.log_run(connection.client, &run).await?;
        }
        if mode != SyncMode::Changes {
            self.resume_orders(&mut unit, connection).await?;
        }
        if recovered {
            let job = jobs::propose(self.env.now());
            docket_queue::enqueue(unit.tx(), &self.env, &[job]).await?;
        }
        unit.commit().await?;
        self.waker.wake();
        Ok(())
    }

    async fn run_sync(
        &self,
        connection: &Connection,
        connector: Arc<dyn Connector>,
        mode: SyncMode,
        progress: &Progress,
    ) -> Result<Option<String>> {
        let what = match (mode, connection.cursor.clone()) {
            (SyncMode::Changes, Some(cursor)) => Listing::Since(Cursor(cursor)),
            (SyncMode::Sweep, Some(_)) => Listing::Open,
            (SyncMode::Changes | SyncMode::Sweep, None) | (SyncMode::Full, _) => Listing::First,
        };
        let alarm = self.pull(connection, &connector, (what, mode), progress).await?;
        if mode != SyncMode::Changes {
            self.sweep(connection, &connector, progress).await?;
        }
        Ok(alarm)
    }

    /// The three stages. Gives what the platform wants a person to know.
    async fn pull(
        &self,
        connection: &Connection,
        connector: &Arc<dyn Connector>,
        (what, mode): (Listing, SyncMode),
        progress: &Progress,
    ) -> Result<Option<String>> {
        let (pages_in, pages) = mpsc::channel(4);
        let list = async {
            let alarm = self.list(connector.as_ref(), what, &pages_in).await?;
            self.glance_over(connection, connector.as_ref(), mode, &pages_in)
                .await?;
            drop(pages_in);
            Ok(alarm)
        };
        let reading = self.read_all(connection, connector, pages);
        let (steps_in, steps) = mpsc::channel(BATCH);
        let forward = async move {
            let mut reading = std::pin::pin!(reading);
            while let Some(step) = reading.next().await {
                if steps_in.send(step?).await.is_err() {
                    break;
                }
            }
            Ok(())
        };
        let write = self.write_all(connection, steps, progress);
        // The first failure wins; the others see their channels close and end.
        tokio::try_join!(list, forward, write).map(|(alarm, (), ())| alarm)
    }

    /// The connections that a sync command means: one, those of a client, or all that are not paused.
    ///
    /// # Errors
    /// When the database fails or the connection does not exist.
    pub async fn connections_for_sync(
        &self,
        scope: ClientScope,
        only: Option<ConnectionId>,
    ) -> Result<Vec<Connection>> {
        match only {
            Some(id) => {
                let found = self.db.connection(scope, id).await?;
                Ok(vec![found.ok_or_else(|| {
                    Error::NotFound(sentence!(
                        "there is no connection {id}; see `docket connection list`",
                        id = id.to_string()
                    ))
                })?])
            }
            None => Ok(self
                .db
                .connections(scope)
                .await?
                .into_iter()
                .filter(|c| c.health.paused_why.is_none())
                .collect()),
        }
    }
}

fn stays_away(after: Option<Duration>) -> bool {
    after.is_some_and(|after| after > STAY_AWAY)
}
