//! Who is told of what happens to cases, and how telling them went.

use chrono::{DateTime, Utc};
use docket_core::env::Env;
use docket_core::hook::{Delivery, Hook};
use docket_core::id::{CaseId, ClientId, EventId, HookId};
use secrecy::SecretString;
use uuid::Uuid;

use crate::scope::ClientScope;
use crate::unit::UnitOfWork;
use crate::{Db, Error, Keyring, Result, on_db, on_tx};

const LIST: &str =
    "SELECT id, client_id, url, created_by, created_at, stopped_at FROM event_hooks ORDER BY created_at, id";
const AFTER: &str = "SELECT id, client_id, url, created_by, created_at, stopped_at FROM event_hooks WHERE id > $1 \
    ORDER BY id LIMIT $2";
const LIVE: &str = "SELECT id, client_id FROM event_hooks WHERE stopped_at IS NULL ORDER BY created_at, id";
const ADD: &str = "INSERT INTO event_hooks (id, client_id, url, key_id, secret, created_by, created_at) \
    VALUES ($1, $2, $3, $4, $5, $6, $7)";
const STOP: &str = "UPDATE event_hooks SET stopped_at = $2 WHERE id = $1 AND stopped_at IS NULL";
const SECRET: &str = "SELECT url, key_id, secret, stopped_at FROM event_hooks WHERE id = $1";
const SEALED: &str = "SELECT id, key_id, secret FROM event_hooks WHERE key_id <> $1";
const RESEAL: &str =
    "UPDATE event_hooks SET key_id = $2, secret = $3 WHERE id = $1 AND key_id = $4 AND secret = $5";

macro_rules! deliveries {
    ($($rest:literal),+) => {
        concat!(
            "SELECT id, hook_id, client_id, case_id, body, created_at, state, attempts, tried_at, status, error \
             FROM event_deliveries WHERE client_id >= $1 AND client_id <= $2 ", $($rest),+
        )
    };
}
const DELIVERY: &str = deliveries!("AND id = $3");
const DELIVERIES: &str = deliveries!("AND hook_id = $3 AND id < $4 ORDER BY id DESC LIMIT $5");
const ADD_DELIVERY: &str = "INSERT INTO event_deliveries (id, hook_id, client_id, case_id, body, created_at, state, attempts) \
    VALUES ($1, $2, $3, $4, $5, $6, 'waiting', 0)";
// What was taken stays taken, whatever a slower try says.
const TRIED: &str = "UPDATE event_deliveries SET state = $2, attempts = attempts + 1, tried_at = $3, status = $4, error = $5 \
    WHERE id = $1 AND state <> 'delivered'";
const GIVE_UP: &str =
    "UPDATE event_deliveries SET state = 'given_up', error = $2 WHERE id = $1 AND state = 'waiting'";
const AGAIN: &str = "UPDATE event_deliveries SET state = 'waiting' WHERE id = $1 AND state = 'given_up'";
const SWEEP: &str = "DELETE FROM event_deliveries WHERE created_at <= $1 AND state <> 'waiting'";

#[cfg(feature = "testing")]
pub(crate) const STATEMENTS: &[&str] = &[
    LIST,
    AFTER,
    LIVE,
    ADD,
    STOP,
    SECRET,
    SEALED,
    RESEAL,
    DELIVERY,
    DELIVERIES,
    ADD_DELIVERY,
    TRIED,
    GIVE_UP,
    AGAIN,
    SWEEP,
];

#[derive(sqlx::FromRow)]
struct HookRow {
    id: Uuid,
    client_id: Option<Uuid>,
    url: String,
    created_by: String,
    created_at: DateTime<Utc>,
    stopped_at: Option<DateTime<Utc>>,
}

impl HookRow {
    fn hook(self) -> Hook {
        Hook {
            id: HookId(self.id),
            client: self.client_id.map(ClientId),
            url: self.url,
            created_by: self.created_by,
            created_at: self.created_at,
            stopped_at: self.stopped_at,
        }
    }
}

#[derive(sqlx::FromRow)]
struct DeliveryRow {
    id: Uuid,
    hook_id: Uuid,
    client_id: Uuid,
    case_id: Uuid,
    body: String,
    created_at: DateTime<Utc>,
    state: String,
    attempts: i64,
    tried_at: Option<DateTime<Utc>>,
    status: Option<i64>,
    error: Option<String>,
}

impl DeliveryRow {
    fn delivery(self) -> Result<Delivery> {
        Ok(Delivery {
            id: EventId(self.id),
            hook: HookId(self.hook_id),
            client: ClientId(self.client_id),
            case: CaseId(self.case_id),
            body: self.body,
            created_at: self.created_at,
            state: self
                .state
                .parse()
                .map_err(|e| Error::damaged("event_deliveries", e))?,
            attempts: self.attempts,
            tried_at: self.tried_at,
            status: self.status,
            error: self.error,
        })
    }
}

/// Address, key id, sealed secret, and since when they are told no more.
type Sealed = (String, String, Vec<u8>, Option<DateTime<Utc>>);

/// What is needed to tell somebody.
#[derive(Debug)]
pub struct HookWay {
    /// Where.
    pub url: String,
    /// What signs.
    pub secret: SecretString,
    /// Whether they are still told.
    pub live: bool,
}

fn place(hook: Uuid) -> String {
    format!("hook/{hook}/secret")
}

impl Db {
    /// Everybody who is or was told, the oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn hooks(&self) -> Result<Vec<Hook>> {
        let rows: Vec<HookRow> = on_db!(self, c => sqlx::query_as(LIST).fetch_all(c).await)?;
        Ok(rows.into_iter().map(HookRow::hook).collect())
    }

    /// A page of everybody who is or was told, the oldest first, after the last one seen.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn hooks_after(&self, after: Option<HookId>, limit: i64) -> Result<Vec<Hook>> {
        let after = after.map_or(Uuid::nil(), |id| id.0);
        let rows: Vec<HookRow> =
            on_db!(self, c => sqlx::query_as(AFTER).bind(after).bind(limit).fetch_all(c).await)?;
        Ok(rows.into_iter().map(HookRow::hook).collect())
    }

    /// The way to somebody who is told.
    ///
    /// # Errors
    /// When the database fails, or the secret was encrypted with a key that is not configured.
    pub async fn hook_way(&self, id: HookId, keys: &Keyring) -> Result<Option<HookWay>> {
        let row: Option<Sealed> =
            on_db!(self, c => sqlx::query_as(SECRET).bind(id.0).fetch_optional(c).await)?;
        let Some((url, key, sealed, stopped)) = row else {
            return Ok(None);
        };
        Ok(Some(HookWay {
            url,
            secret: keys.open(&place(id.0), &key, &sealed)?,
            live: stopped.is_none(),
        }))
    }

    /// How the telling of one event went.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delivery(&self, scope: ClientScope, id: EventId) -> Result<Option<Delivery>> {
        let (low, high) = scope.range();
        let row: Option<DeliveryRow> = on_db!(self, c => sqlx::query_as(DELIVERY)
            .bind(low).bind(high).bind(id.0).fetch_optional(c).await)?;
        row.map(DeliveryRow::delivery).transpose()
    }

    /// How telling somebody went, the newest first, before an event.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn deliveries(
        &self,
        scope: ClientScope,
        hook: HookId,
        before: Option<EventId>,
        limit: i64,
    ) -> Result<Vec<Delivery>> {
        let (low, high) = scope.range();
        let before = before.map_or(Uuid::max(), |id| id.0);
        let rows: Vec<DeliveryRow> = on_db!(self, c => sqlx::query_as(DELIVERIES)
            .bind(low).bind(high).bind(hook.0).bind(before).bind(limit).fetch_all(c).await)?;
        rows.into_iter().map(DeliveryRow::delivery).collect()
    }
}

impl UnitOfWork {
    /// Who is told now, and of whose cases.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn live_hooks(&mut self) -> Result<Vec<(HookId, Option<ClientId>)>> {
        let rows: Vec<(Uuid, Option<Uuid>)> =
            on_tx!(&mut self.tx, c => sqlx::query_as(LIVE).fetch_all(&mut *c).await)?;
        Ok(rows
            .into_iter()
            .map(|(id, client)| (HookId(id), client.map(ClientId)))
            .collect())
    }

    /// Sets up that somebody is told.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn add_hook(
        &mut self,
        hook: &Hook,
        secret: &SecretString,
        keys: &Keyring,
        env: &Env,
    ) -> Result<()> {
        let sealed = keys.seal(&place(hook.id.0), secret, env)?;
        on_tx!(&mut self.tx, c => sqlx::query(ADD)
            .bind(hook.id.0).bind(hook.client.map(|c| c.0)).bind(&hook.url).bind(keys.key_id()).bind(&sealed)
            .bind(&hook.created_by).bind(hook.created_at).execute(&mut *c).await.map(|_| ()))?;
        Ok(())
    }

    /// Tells somebody no more; whether they were told.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn stop_hook(&mut self, id: HookId, now: DateTime<Utc>) -> Result<bool> {
        let stopped = on_tx!(&mut self.tx, c => sqlx::query(STOP)
            .bind(id.0).bind(now).execute(&mut *c).await?.rows_affected());
        Ok(stopped == 1)
    }

    /// Writes down what is to be told.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn add_delivery(&mut self, d: &Delivery) -> Result<()> {
        on_tx!(&mut self.tx, c => sqlx::query(ADD_DELIVERY)
            .bind(d.id.0).bind(d.hook.0).bind(d.client.0).bind(d.case.0).bind(&d.body).bind(d.created_at)
            .execute(&mut *c).await.map(|_| ()))?;
        Ok(())
    }

    /// Writes down how a try went.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn tried_delivery(&mut self, d: &Delivery) -> Result<()> {
        on_tx!(&mut self.tx, c => sqlx::query(TRIED)
            .bind(d.id.0).bind(d.state.as_str()).bind(d.tried_at).bind(d.status).bind(&d.error)
            .execute(&mut *c).await.map(|_| ()))?;
        Ok(())
    }

    /// Tries an event no more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn give_delivery_up(&mut self, id: EventId, why: &str) -> Result<()> {
        on_tx!(&mut self.tx, c => sqlx::query(GIVE_UP).bind(id.0).bind(why).execute(&mut *c).await.map(|_| ()))?;
        Ok(())
    }

    /// Lets an event be tried again that was given up; whether it was.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn deliver_again(&mut self, id: EventId) -> Result<bool> {
        let again =
            on_tx!(&mut self.tx, c => sqlx::query(AGAIN).bind(id.0).execute(&mut *c).await?.rows_affected());
        Ok(again == 1)
    }

    /// Forgets what was told, or given up, before an instant.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_deliveries(&mut self, before: DateTime<Utc>) -> Result<u64> {
        Ok(on_tx!(&mut self.tx, c => sqlx::query(SWEEP).bind(before).execute(&mut *c).await?.rows_affected()))
    }

    /// Encrypts the secrets with the key in force; gives how many were changed.
    ///
    /// # Errors
    /// When an old key is not configured.
    pub async fn reseal_hooks(&mut self, keys: &Keyring, env: &Env) -> Result<usize> {
        let rows: Vec<(Uuid, String, Vec<u8>)> = on_tx!(&mut self.tx, c => sqlx::query_as(SEALED)
            .bind(keys.key_id()).fetch_all(&mut *c).await)?;
        let mut changed = 0;
        for (id, key, sealed) in rows {
            let again = keys.seal(&place(id), &keys.open(&place(id), &key, &sealed)?, env)?;
            changed += on_tx!(&mut self.tx, c => sqlx::query(RESEAL)
                .bind(id).bind(keys.key_id()).bind(again).bind(&key).bind(&sealed)
                .execute(&mut *c).await?.rows_affected());
        }
        Ok(usize::try_from(changed).unwrap_or(usize::MAX))
    }
}
