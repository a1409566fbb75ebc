//! Orders: what the platform knows of the purchase behind a dispute, read beside the sync, never in its way.

use std::time::Duration;

use docket_connector::{Connector, Error as PlatformError};
use docket_core::id::{CaseId, ConnectionId};
use docket_queue::{NewJob, Outcome};
use docket_store::{Change, ClientScope, Connection, UnitOfWork};
use futures::StreamExt;

use crate::error::{Error, Result};
use crate::{Desk, jobs};

/// Orders read at the same time for one connection.
const AT_ONCE: usize = 4;
/// Wishes taken per statement.
const PAGE: i64 = 100;
/// So long one job may work before others have their turn.
const TURN: Duration = Duration::from_secs(20);
/// Orders that could not be read are tried again after so long.
const AGAIN: chrono::Duration = chrono::Duration::seconds(30);
/// A connection that may not read orders is asked again after so long.
const NOT_PERMITTED: chrono::Duration = chrono::Duration::hours(6);

/// What reading one order came to.
pub(crate) enum Read {
    Kept,
    /// Reading this one failed; the others may be read.
    Failed(String),
    /// The platform wants no more questions for so long.
    Later(chrono::Duration, String),
}

impl Desk {
    /// Notes that the orders behind these changes are to be read, where the platform knows them.
    pub(crate) async fn wish_orders(
        &self,
        unit: &mut UnitOfWork,
        changes: &[Change],
    ) -> Result<Option<NewJob>> {
        let seen: Vec<_> = changes
            .iter()
            .filter(|c| c.observed.is_some())
            .map(|c| &c.transition.case)
            .collect();
        let Some(first) = seen
            .first()
            .filter(|c| self.connectors.knows_orders(c.connection))
        else {
            return Ok(None);
        };
        let rows: Vec<_> = seen.iter().map(|c| (c.connection, c.id, c.client)).collect();
        unit.wish_orders(&rows).await?;
        Ok(Some(jobs::orders(first.connection, first.client, self.env.now())))
    }

    /// Wishes that were left while a connection was paused, or may not read orders, are taken up again.
    pub(crate) async fn resume_orders(&self, unit: &mut UnitOfWork, connection: &Connection) -> Result<()> {
        if self.db.order_wishes(connection.id, None, 1).await?.is_empty() {
            return Ok(());
        }
        let next = jobs::orders(connection.id, connection.client, self.env.now());
        docket_queue::enqueue(unit.tx(), &self.env, &[next]).await?;
        Ok(())
    }

    /// The job `read_orders`: works off the connection's wishes, a page at a time.
    pub(crate) async fn read_orders(&self, id: ConnectionId) -> Result<Outcome> {
        let (connection, connector) = self.connector(id).await?;
        if connection.health.paused_why.is_some() {
            return Ok(Outcome::Done);
        }
        let begun = tokio::time::Instant::now();
        let (mut after, mut failed) = (None, None);
        loop {
            let wishes = self.db.order_wishes(id, after, PAGE).await?;
            let Some(last) = wishes.last() else {
                return Ok(failed.map_or(Outcome::Done, |why| Outcome::Later {
                    at: self.env.now() + AGAIN,
                    why,
                }));
            };
            after = Some(*last);
            let read = wishes
                .into_iter()
                .map(|case| self.read_order(&connection, connector.as_ref(), case));
            let mut read = futures::stream::iter(read).buffer_unordered(AT_ONCE);
            while let Some(result) = read.next().await {
                match result? {
                    Read::Kept => {}
                    Read::Failed(why) => failed = Some(why),
                    Read::Later(wait, why) => {
                        let at = self.env.now() + wait;
                        return Ok(Outcome::Later { at, why });
                    }
                }
            }
            drop(read);
            if begun.elapsed() > TURN {
                let mut unit = UnitOfWork::begin(&self.db).await?;
                let next = jobs::orders(id, connection.client, self.env.now());
                docket_queue::enqueue(unit.tx(), &self.env, &[next]).await?;
                unit.commit().await?;
                self.waker.wake();
                return Ok(Outcome::Done);
            }
        }
    }

    /// Reads the order of one case anew and keeps what it says.
    pub(crate) async fn read_order(
        &self,
        connection: &Connection,
        connector: &dyn Connector,
        id: CaseId,
    ) -> Result<Read> {
        let scope = ClientScope::One(connection.client);
        let found = match self.db.case(scope, id).await? {
            None => None,
            Some(stored) => match connector.order(&stored.case.dispute, &stored.case.facts).await {
                Ok(found) => found,
                Err(PlatformError::Retry { after, why }) => {
                    let wait = after.and_then(|a| chrono::Duration::from_std(a).ok());
                    return Ok(match wait {
                        Some(wait) => Read::Later(wait, why),
                        None => Read::Failed(why),
                    });
                }
                // Disputes can be worked on without their orders: no reason to pause the connection.
                Err(PlatformError::Auth { message, .. }) => {
                    return Ok(Read::Later(NOT_PERMITTED, message));
                }
                Err(
                    error @ (PlatformError::OutcomeUnknown { .. }
                    | PlatformError::Rejected { .. }
                    | PlatformError::NotFound { .. }
                    | PlatformError::Contract { .. }
                    | PlatformError::Unsupported(_)),
                ) => {
                    tracing::warn!(case = %id, %error, "the order cannot be read; the case goes on without it");
                    None
                }
            },
        };
        let mut unit = UnitOfWork::begin(&self.db).await?;
        if let Some(order) = found {
            unit.keep_order(
                (id, connection.client),
                (&order.hash, &order.raw),
                &order.factors,
                self.env.now(),
            )
            .await?;
            unit.keep_buyers(&self.fingerprints((id, connection.client), &order.buyer))
                .await?;
        }
        unit.order_done(connection.id, id).await?;
        unit.commit().await.map_err(Error::from)?;
        self.derive(connection.client, [id]).await?;
        Ok(Read::Kept)
    }
}
