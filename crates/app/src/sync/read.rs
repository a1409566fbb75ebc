//! The readers: what is new or different is read, several at the same time, and joined in the listing's order.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use docket_connector::{Connector, Cursor, Error as PlatformError, Listed};
use docket_core::id::DisputeRef;
use docket_core::snapshot::Observed;
use docket_store::Connection;
use futures::{Stream, StreamExt};
use tokio::sync::{Semaphore, mpsc};

use super::{MOST_PAUSES, STAY_AWAY, Step, Tried};
use crate::Desk;
use crate::error::{Error, Result};

/// Longest pause between two attempts inside one sync; what needs longer is left to a job.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

enum Todo {
    Read(Listed),
    Unchanged(u64),
    Checkpoint(Cursor),
}

impl Desk {
    /// Looks up each page in one statement and reads what is new or different, in the listing's order.
    pub(super) fn read_all<'a>(
        &'a self,
        connection: &'a Connection,
        connector: &'a Arc<dyn Connector>,
        pages: mpsc::Receiver<docket_connector::Page>,
    ) -> impl Stream<Item = Result<Step>> + Send + 'a {
        let permits = Arc::new(Semaphore::new(self.settings.sync_concurrency));
        let window = self.settings.sync_concurrency * 4;
        let pages =
            futures::stream::unfold(pages, |mut p| async move { p.recv().await.map(|page| (page, p)) });
        pages
            .then(move |page| async move {
                let ids: Vec<DisputeRef> = page.items.iter().map(|l| l.dispute.clone()).collect();
                let known = if ids.is_empty() {
                    Vec::new()
                } else {
                    self.db.known(connection.id, &ids).await?
                };
                let known: HashMap<DisputeRef, String> =
                    known.into_iter().map(|k| (k.dispute(), k.mark)).collect();
                // A row without a mark tells nothing, so it counts as new.
                let is_new = |l: &Listed| l.mark.is_empty() || known.get(&l.dispute) != Some(&l.mark);
                let (read, same): (Vec<Listed>, Vec<Listed>) = page.items.into_iter().partition(is_new);
                let same = u64::try_from(same.len()).unwrap_or(0);
                Ok::<_, Error>((read, same, page.checkpoint))
            })
            .flat_map(|looked_up| {
                let todo: Vec<Result<Todo>> = match looked_up {
                    Err(error) => vec![Err(error)],
                    Ok((read, same, checkpoint)) => std::iter::once(Todo::Unchanged(same))
                        .chain(read.into_iter().map(Todo::Read))
                        .chain(checkpoint.map(Todo::Checkpoint))
                        .map(Ok)
                        .collect(),
                };
                futures::stream::iter(todo)
            })
            .map(move |todo| {
                let (permits, connector, desk) = (permits.clone(), connector.clone(), self.clone());
                async move {
                    Ok(match todo? {
                        Todo::Unchanged(n) => Step::Unchanged(n),
                        Todo::Checkpoint(cursor) => Step::Checkpoint(cursor),
                        Todo::Read(Listed {
                            observed: Some(observed),
                            ..
                        }) => Step::Read(observed),
                        Todo::Read(listed) => {
                            // A task of its own, so that parsing uses every core.
                            let read = tokio::spawn(async move {
                                desk.read_one(connector, permits, listed.dispute).await
                            });
                            read.await
                                .map_err(|e| Error::Invalid(format!("a reader stopped: {e}").into()))?
                        }
                    })
                }
            })
            .buffered(window)
    }

    pub(super) async fn read_one(
        &self,
        connector: Arc<dyn Connector>,
        permits: Arc<Semaphore>,
        dispute: DisputeRef,
    ) -> Step {
        match self
            .read_patiently(connector.as_ref(), &permits, &dispute, STAY_AWAY)
            .await
        {
            Ok(observed) => Step::Read(Box::new(observed)),
            Err(error) => Step::Failed(dispute, error),
        }
    }

    /// Reads a dispute, and again where that may help. A pause beyond `longest` is not waited for.
    pub(crate) async fn read_patiently(
        &self,
        connector: &dyn Connector,
        permits: &Semaphore,
        dispute: &DisputeRef,
        longest: Duration,
    ) -> Result<Observed, PlatformError> {
        let mut tried = Tried::default();
        loop {
            let result = {
                // Closed never: the semaphore lives as long as its readers.
                let _permit = permits.acquire().await;
                connector.read(dispute).await
            };
            let error = match result {
                Ok(observed) => return Ok(observed),
                Err(error) => error,
            };
            let after = match &error {
                PlatformError::Retry { after, .. } => *after,
                PlatformError::Contract { .. } => None,
                PlatformError::OutcomeUnknown { .. }
                | PlatformError::Rejected { .. }
                | PlatformError::Auth { .. }
                | PlatformError::NotFound { .. }
                | PlatformError::Unsupported(_) => return Err(error),
            };
            tried.count(after);
            let enough = tried.failures >= self.settings.read_attempts || tried.pauses >= MOST_PAUSES;
            if enough || after.is_some_and(|after| after > longest) {
                return Err(error);
            }
            self.pause(tried.failures, after).await;
        }
    }

    pub(super) async fn pause(&self, failures: u32, after: Option<Duration>) {
        let backoff = Duration::from_millis(100).saturating_mul(1 << failures.min(7));
        let jitter = Duration::from_millis(u64::from(self.env.per_mille()) / 4);
        tokio::time::sleep(after.unwrap_or(backoff).min(LONGEST_PAUSE) + jitter).await;
    }
}
