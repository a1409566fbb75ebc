//! The sweep: every case that is open here is read, and what differs is repaired.

use std::sync::Arc;

use docket_connector::{Connector, Error as PlatformError};
use docket_core::attention::Attention;
use docket_core::case::{self, Command, Event};
use docket_core::id::DisputeRef;
use docket_store::{Change, Connection, UnitOfWork};
use tokio::sync::Semaphore;

use super::{Progress, Step};
use crate::Desk;
use crate::error::{Error, Result};

/// Open cases compared per statement in a sweep.
const SWEEP_PAGE: i64 = 200;

impl Desk {
    /// Reads every case that is open here and repairs what differs.
    pub(super) async fn sweep(
        &self,
        connection: &Connection,
        connector: &Arc<dyn Connector>,
        progress: &Progress,
    ) -> Result<()> {
        let permits = Arc::new(Semaphore::new(self.settings.sync_concurrency));
        let mut after = None;
        loop {
            let open = self.db.open_after(connection.id, after, SWEEP_PAGE).await?;
            let Some(last) = open.last() else { return Ok(()) };
            after = Some(last.case());
            let reads = open.iter().map(|k| {
                let (desk, connector, permits, dispute) =
                    (self.clone(), connector.clone(), permits.clone(), k.dispute());
                tokio::spawn(async move { desk.read_one(connector, permits, dispute).await })
            });
            let mut steps = Vec::with_capacity(open.len());
            for read in reads.collect::<Vec<_>>() {
                match read
                    .await
                    .map_err(|e| Error::Invalid(format!("a reader stopped: {e}").into()))?
                {
                    Step::Failed(dispute, PlatformError::NotFound { .. }) => {
                        self.flag(connection, &dispute, Attention::Vanished).await?;
                    }
                    step => steps.push(step),
                }
            }
            self.write_batch(connection, steps, progress).await?;
            // Parcels arrive and refunds are made without a word in the dispute. A first import has wished them already.
            if connector.knows_orders() && connection.cursor.is_some() {
                let rows: Vec<_> = open
                    .iter()
                    .map(|known| (connection.id, known.case(), connection.client))
                    .collect();
                let mut unit = UnitOfWork::begin(&self.db).await?;
                unit.wish_orders(&rows).await?;
                unit.commit().await?;
            }
        }
    }

    /// Raises attention on a dispute's case, if we have one.
    pub(crate) async fn flag(
        &self,
        connection: &Connection,
        dispute: &DisputeRef,
        flag: Attention,
    ) -> Result<()> {
        let found = self
            .db
            .cases_of(connection.id, std::slice::from_ref(dispute))
            .await?;
        let Some(stored) = found
            .into_iter()
            .next()
            .filter(|s| !s.case.attention.contains(&flag))
        else {
            return Ok(());
        };
        let event = Event::Command(Command::Flag(flag));
        let transition = case::apply(&stored.case, event, self.env.now())?;
        let mut unit = UnitOfWork::begin(&self.db).await?;
        self.save(
            &mut unit,
            "sync",
            &[Change {
                before: Some(stored),
                transition,
                observed: None,
            }],
        )
        .await?;
        unit.commit().await?;
        Ok(())
    }
}
