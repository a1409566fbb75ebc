//! The lister: pages through the platform's listing, and glances at what a listing cannot tell.

use std::time::Duration;

use docket_connector::{Connector, Error as PlatformError, Listed, Listing};
use docket_core::id::DisputeRef;
use docket_store::Connection;
use futures::{Stream, StreamExt};
use tokio::sync::mpsc;

use super::{MOST_PAUSES, SyncMode, Tried, stays_away};
use crate::Desk;
use crate::error::Result;

/// Attempts at one page of the listing.
const LIST_ATTEMPTS: u32 = 30;
/// Attempts at a page whose form is not the documented one.
const STRANGE_ATTEMPTS: u32 = 3;
/// How long after its end a case may still come back (`shopify.md` 7).
const COMES_BACK: chrono::Duration = chrono::Duration::days(120);

impl Desk {
    /// Pages through the listing; a page that fails is asked for again.
    pub(super) async fn list(
        &self,
        connector: &dyn Connector,
        what: Listing,
        pages: &mpsc::Sender<docket_connector::Page>,
    ) -> Result<Option<String>> {
        let mut tried = Tried::default();
        let mut alarm = None;
        let mut stream = connector.changes(what, self.env.now());
        while let Some(page) = stream.next().await {
            let after = match page {
                Ok(page) => {
                    tried = Tried::default();
                    if page.alarm.is_some() {
                        alarm.clone_from(&page.alarm);
                    }
                    if pages.send(page).await.is_err() {
                        return Ok(alarm);
                    }
                    continue;
                }
                Err(error) => self.patience(&mut tried, error)?,
            };
            self.pause(tried.failures, after).await;
        }
        Ok(alarm)
    }

    /// Whether a listing that failed so is asked for again, and after which pause.
    fn patience(&self, tried: &mut Tried, error: PlatformError) -> Result<Option<Duration>> {
        let after = match error {
            PlatformError::Retry { after, .. }
                if tried.failures < LIST_ATTEMPTS && tried.pauses < MOST_PAUSES && !stays_away(after) =>
            {
                after
            }
            // An answer in a strange form may be a proxy's error page.
            PlatformError::Contract { .. } if tried.failures < STRANGE_ATTEMPTS => None,
            error => return Err(error.into()),
        };
        tried.count(after);
        Ok(after)
    }

    /// On platforms whose listing does not tell what changed: how the cases open here stand there, and in a sweep those
    /// closed lately, which may have come back.
    pub(super) async fn glance_over(
        &self,
        connection: &Connection,
        connector: &dyn Connector,
        mode: SyncMode,
        pages: &mpsc::Sender<docket_connector::Page>,
    ) -> Result<()> {
        let Some(batch) = connector.glances() else {
            return Ok(());
        };
        let sets: &[bool] = match mode {
            SyncMode::Changes => &[false],
            SyncMode::Sweep | SyncMode::Full => &[false, true],
        };
        for &closed in sets {
            let mut glances = std::pin::pin!(
                self.known_in_batches(connection, closed, batch)
                    .map(|disputes| async move { self.glance_patiently(connector, disputes?, closed).await })
                    .buffered(self.settings.sync_concurrency)
            );
            while let Some(items) = glances.next().await {
                let page = docket_connector::Page {
                    items: items?,
                    checkpoint: None,
                    alarm: None,
                };
                if pages.send(page).await.is_err() {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// The disputes of the cases open here, or of those closed lately, so many at a time.
    fn known_in_batches<'a>(
        &'a self,
        connection: &'a Connection,
        closed: bool,
        batch: usize,
    ) -> impl Stream<Item = Result<Vec<DisputeRef>>> + Send + 'a {
        let limit = i64::try_from(batch).unwrap_or(i64::MAX);
        let since = self.env.now() - COMES_BACK;
        futures::stream::try_unfold(None, move |after| async move {
            let known = if closed {
                self.db.closed_after(connection.id, since, after, limit).await?
            } else {
                self.db.open_after(connection.id, after, limit).await?
            };
            let disputes = known.iter().map(docket_store::Known::dispute).collect();
            Ok(known.last().map(|last| (disputes, Some(last.case()))))
        })
    }

    async fn glance_patiently(
        &self,
        connector: &dyn Connector,
        disputes: Vec<DisputeRef>,
        closed: bool,
    ) -> Result<Vec<Listed>> {
        let mut tried = Tried::default();
        let mut items = loop {
            match connector.glance(&disputes).await {
                Ok(items) => break items,
                Err(error) => {
                    let after = self.patience(&mut tried, error)?;
                    self.pause(tried.failures, after).await;
                }
            }
        };
        if closed {
            return Ok(items);
        }
        // An open one that the platform does not show is read by itself: the answer says whether it is gone.
        let shown: std::collections::HashSet<DisputeRef> = items.iter().map(|i| i.dispute.clone()).collect();
        let missing = disputes.into_iter().filter(|d| !shown.contains(d));
        items.extend(missing.map(|dispute| Listed {
            dispute,
            mark: String::new(),
            observed: None,
        }));
        Ok(items)
    }
}
