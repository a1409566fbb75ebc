//! The writer: stores what comes in batches, each in one transaction, in order.

use std::time::Duration;

use docket_connector::Error as PlatformError;
use docket_core::attention::Attention;
use docket_core::id::DisputeRef;
use docket_store::{Connection, SyncCounts, UnitOfWork};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::{Progress, Step};
use crate::error::{Error, Result};
use crate::observe::Prepared;
use crate::{Desk, jobs};

/// Largest batch in one commit.
pub(super) const BATCH: usize = 256;
/// How long the writer waits for a fuller batch.
const GATHER: Duration = Duration::from_millis(40);

/// A batch on its way from preparing to storing.
struct Batch {
    prepared: Prepared,
    checkpoint: Option<serde_json::Value>,
    counts: SyncCounts,
}

impl Desk {
    /// Stores what comes, in batches, each in one transaction.
    pub(super) async fn write_all(
        &self,
        connection: &Connection,
        mut steps: mpsc::Receiver<Step>,
        progress: &Progress,
    ) -> Result<()> {
        let mut batch = Vec::with_capacity(BATCH);
        let mut storing = None;
        while steps.recv_many(&mut batch, BATCH).await > 0 {
            if batch.len() < BATCH / 2 {
                // A fuller batch costs the same commit; a slow platform must not make many small ones.
                let deadline = tokio::time::Instant::now() + GATHER;
                while batch.len() < BATCH {
                    match tokio::time::timeout_at(deadline, steps.recv()).await {
                        Ok(Some(step)) => batch.push(step),
                        Ok(None) | Err(_) => break,
                    }
                }
            }
            let next = self.prepare_steps(connection, std::mem::take(&mut batch)).await?;
            // One batch is stored while the next one is prepared; they are stored in order, so that a checkpoint is
            // never stored before what it stands for.
            if let Some(storing) = storing.take() {
                finished(storing, progress).await?;
            }
            let (desk, connection) = (self.clone(), connection.clone());
            storing = Some(tokio::spawn(
                async move { desk.store_steps(&connection, next).await },
            ));
        }
        match storing {
            Some(storing) => finished(storing, progress).await,
            None => Ok(()),
        }
    }

    pub(super) async fn write_batch(
        &self,
        connection: &Connection,
        steps: Vec<Step>,
        progress: &Progress,
    ) -> Result<()> {
        let batch = self.prepare_steps(connection, steps).await?;
        let counts = self.store_steps(connection, batch).await?;
        progress.send_modify(|total| *total += counts);
        Ok(())
    }

    async fn prepare_steps(&self, connection: &Connection, steps: Vec<Step>) -> Result<Batch> {
        let mut observed = Vec::with_capacity(steps.len());
        let mut checkpoint = None;
        let mut failed = Vec::new();
        let mut counts = SyncCounts::default();
        for step in steps {
            match step {
                Step::Unchanged(n) => {
                    counts.seen += n;
                    counts.unchanged += n;
                }
                Step::Read(o) => {
                    counts.seen += 1;
                    observed.push(*o);
                }
                Step::Failed(_, error @ PlatformError::Auth { .. }) => return Err(error.into()),
                Step::Failed(dispute, PlatformError::NotFound { .. }) => {
                    counts.seen += 1;
                    self.flag(connection, &dispute, Attention::Vanished).await?;
                }
                Step::Failed(dispute, error) => {
                    counts.seen += 1;
                    counts.failed += 1;
                    failed.push((dispute, error));
                }
                Step::Checkpoint(cursor) => checkpoint = Some(cursor.0),
            }
        }
        // What could not be read must be in the queue before the checkpoint moves past it.
        self.leave_to_jobs(connection, &failed).await?;
        let prepared = self.prepare_batch(connection, observed).await?;
        Ok(Batch {
            prepared,
            checkpoint,
            counts,
        })
    }

    async fn store_steps(&self, connection: &Connection, batch: Batch) -> Result<SyncCounts> {
        let Batch {
            prepared,
            checkpoint,
            mut counts,
        } = batch;
        let applied = self
            .store_batch(connection, prepared, checkpoint.as_ref(), "sync")
            .await?;
        counts.new += applied.new;
        counts.changed += applied.changed;
        counts.unchanged += applied.unchanged;
        Ok(counts)
    }

    async fn leave_to_jobs(
        &self,
        connection: &Connection,
        failed: &[(DisputeRef, PlatformError)],
    ) -> Result<()> {
        if failed.is_empty() {
            return Ok(());
        }
        let now = self.env.now();
        let work: Vec<_> = failed
            .iter()
            .map(|(dispute, error)| {
                tracing::warn!(connection = %connection.id, %error, "a dispute could not be read; a job tries again");
                jobs::refresh(connection, dispute, now)
            })
            .collect();
        let mut unit = UnitOfWork::begin(&self.db).await?;
        docket_queue::enqueue(unit.tx(), &self.env, &work).await?;
        unit.commit().await?;
        self.waker.wake();
        Ok(())
    }
}

async fn finished(storing: JoinHandle<Result<SyncCounts>>, progress: &Progress) -> Result<()> {
    let counts = storing
        .await
        .map_err(|e| Error::Invalid(format!("the writer stopped: {e}").into()))??;
    progress.send_modify(|total| *total += counts);
    Ok(())
}
