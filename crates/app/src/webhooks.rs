//! Webhooks: a verified nudge is kept and becomes a reading; the truth is always read.

use docket_connector::{About, Webhook, WebhookRefused};
use docket_core::id::ConnectionId;
use docket_core::words::Platform;
use docket_store::{ClientScope, NewWebhook, OpenWebhook, UnitOfWork};

use crate::error::{Error, Result};
use crate::{Desk, jobs};

/// Repeats of an event stop long before this; then its row may go.
const KEPT: chrono::Duration = chrono::Duration::days(30);

/// What became of a webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WebhookAnswer {
    /// Kept; if it speaks of a dispute, its reading is queued.
    Taken,
    /// Kept before: nothing to do.
    Repeated,
    /// There is no such connection on this platform.
    Unknown,
    /// Not believed; nothing was kept.
    Refused(WebhookRefused),
}

impl Desk {
    /// Takes a webhook in.
    ///
    /// # Errors
    /// When the database fails: the platform repeats it.
    pub async fn receive_webhook(
        &self,
        platform: Platform,
        id: ConnectionId,
        webhook: Webhook<'_>,
    ) -> Result<WebhookAnswer> {
        let (connection, connector) = match self.connector(id).await {
            Ok(found) => found,
            Err(Error::NotFound(_)) => return Ok(WebhookAnswer::Unknown),
            Err(error) => return Err(error),
        };
        if connection.platform != platform {
            return Ok(WebhookAnswer::Unknown);
        }
        let nudge = match connector.verify_webhook(webhook).await {
            Ok(nudge) => nudge,
            Err(why) => {
                tracing::warn!(connection = %id, %why, "a webhook was refused");
                return Ok(WebhookAnswer::Refused(why));
            }
        };
        let mut unit = UnitOfWork::begin(&self.db).await?;
        let kept = unit
            .keep_webhook(&NewWebhook {
                connection: id,
                client: connection.client,
                event: &nudge.event,
                topic: &nudge.topic,
                open: nudge.about == About::Privacy,
                body: webhook.body,
                received_at: webhook.received_at,
            })
            .await?;
        if !kept {
            return Ok(WebhookAnswer::Repeated);
        }
        match &nudge.about {
            About::Dispute(dispute) => {
                let read = jobs::refresh(&connection, dispute, self.env.now());
                docket_queue::enqueue(unit.tx(), &self.env, &[read]).await?;
            }
            About::Privacy => {
                tracing::error!(connection = %id, topic = nudge.topic, "a privacy request came: a person must act (docket webhook list)");
            }
            About::Nothing => {}
        }
        unit.commit().await?;
        self.waker.wake();
        Ok(WebhookAnswer::Taken)
    }

    /// Webhooks that wait for a person, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn open_webhooks(&self, scope: ClientScope, limit: i64) -> Result<Vec<OpenWebhook>> {
        Ok(self.db.open_webhooks(scope, limit).await?)
    }

    /// Notes that a person acted on a webhook.
    ///
    /// # Errors
    /// When none waits under this id.
    pub async fn close_webhook(&self, connection: ConnectionId, event: &str) -> Result<()> {
        let mut unit = UnitOfWork::begin(&self.db).await?;
        if !unit.close_webhook(connection, event).await? {
            return Err(Error::NotFound(
                format!(
                    "no webhook `{event}` of this connection waits for a person; see `docket webhook list`"
                )
                .into(),
            ));
        }
        unit.commit().await?;
        Ok(())
    }

    /// Forgets what nobody needs any more.
    pub(crate) async fn forget_webhooks(&self) -> Result<()> {
        let mut unit = UnitOfWork::begin(&self.db).await?;
        unit.forget_webhooks(self.env.now() - KEPT).await?;
        unit.commit().await?;
        Ok(())
    }
}
