//! Verified webhooks, once per event.

use chrono::{DateTime, Utc};
use docket_core::id::{ClientId, ConnectionId};
use serde::Serialize;
use uuid::Uuid;

use crate::unit::UnitOfWork;
use crate::{ClientScope, Db, Result, on_db, on_tx};

const KEEP: &str = "INSERT INTO webhooks (connection_id, event, client_id, topic, state, received_at, body) \
    VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (connection_id, event) DO NOTHING";
const OPEN: &str = "SELECT connection_id, event, topic, received_at FROM webhooks \
    WHERE client_id BETWEEN $1 AND $2 AND state = 'open' ORDER BY received_at, event LIMIT $3";
const CLOSE: &str =
    "UPDATE webhooks SET state = 'done' WHERE connection_id = $1 AND event = $2 AND state = 'open'";
const FORGET: &str = "DELETE FROM webhooks WHERE state = 'done' AND received_at < $1";

#[cfg(feature = "testing")]
pub(crate) const STATEMENTS: &[&str] = &[KEEP, OPEN, CLOSE, FORGET];

/// A webhook that waits for a person.
#[derive(Debug, Clone, Serialize, sqlx::FromRow)]
pub struct OpenWebhook {
    connection_id: Uuid,
    /// The platform's id of the event.
    pub event: String,
    /// The platform's word for what is asked.
    pub topic: String,
    /// When it came.
    pub received_at: DateTime<Utc>,
}

impl OpenWebhook {
    /// The connection that it came for.
    pub const fn connection(&self) -> ConnectionId {
        ConnectionId(self.connection_id)
    }
}

/// A webhook to keep.
#[derive(Debug)]
pub struct NewWebhook<'a> {
    /// The connection that it came for.
    pub connection: ConnectionId,
    /// Its client.
    pub client: ClientId,
    /// The platform's id of the event.
    pub event: &'a str,
    /// The platform's word for what happened.
    pub topic: &'a str,
    /// Whether a person must act on it.
    pub open: bool,
    /// The body, byte for byte.
    pub body: &'a [u8],
    /// When it came.
    pub received_at: DateTime<Utc>,
}

impl Db {
    /// Webhooks that wait for a person, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn open_webhooks(&self, scope: ClientScope, limit: i64) -> Result<Vec<OpenWebhook>> {
        let (low, high) = scope.range();
        Ok(on_db!(self, c => sqlx::query_as(OPEN).bind(low).bind(high).bind(limit).fetch_all(c).await)?)
    }
}

impl UnitOfWork {
    /// Keeps a webhook. False where this event was kept before: it is a repeat.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_webhook(&mut self, webhook: &NewWebhook<'_>) -> Result<bool> {
        let state = if webhook.open { "open" } else { "done" };
        let kept = on_tx!(&mut self.tx, c => sqlx::query(KEEP)
            .bind(webhook.connection.0).bind(webhook.event).bind(webhook.client.0).bind(webhook.topic).bind(state)
            .bind(webhook.received_at).bind(webhook.body).execute(&mut *c).await?.rows_affected());
        Ok(kept == 1)
    }

    /// Notes that a person acted on a webhook. False where it does not wait for one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn close_webhook(&mut self, connection: ConnectionId, event: &str) -> Result<bool> {
        let closed = on_tx!(&mut self.tx, c => sqlx::query(CLOSE)
            .bind(connection.0).bind(event).execute(&mut *c).await?.rows_affected());
        Ok(closed == 1)
    }

    /// Forgets webhooks that need nobody and are older than any repeat of theirs.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_webhooks(&mut self, before: DateTime<Utc>) -> Result<u64> {
        Ok(
            on_tx!(&mut self.tx, c => sqlx::query(FORGET).bind(before).execute(&mut *c).await?.rows_affected()),
        )
    }
}
