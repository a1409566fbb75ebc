//! Connections: a client's account on a platform, with its encrypted credentials and its sync state.

use chrono::{DateTime, Utc};
use docket_core::case::Entry;
use docket_core::env::Env;
use docket_core::id::{ClientId, ConnectionId};
use docket_core::words::Platform;
use secrecy::SecretString;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::history::Chain;
use crate::unit::UnitOfWork;
use crate::{ClientScope, Db, Error, Keyring, Result, on_db, on_tx};

macro_rules! select {
    ($($rest:literal),+) => {
        concat!(
            "SELECT c.id, c.client_id, cl.name AS client_name, c.platform, c.base_url, c.paused_why, c.cursor, c.findings, \
             c.checked_at, c.synced_at, c.swept_at, c.sync_error, c.alarm, c.next_sync_at, c.created_at \
             FROM connections c JOIN clients cl ON cl.id = c.client_id ", $($rest),+
        )
    };
}

const INSERT: &str = "INSERT INTO connections (id, client_id, platform, base_url, credentials, key_id, next_sync_at, \
    next_sweep_at, chain_length, chain_head, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $7, 0, $8, $7)";
const LIST: &str = select!("WHERE c.client_id BETWEEN $1 AND $2 ORDER BY lower(cl.name), c.platform, c.id");
const AFTER: &str = select!("WHERE c.client_id BETWEEN $1 AND $2 AND c.id > $3 ORDER BY c.id LIMIT $4");
const BY_ID: &str = select!("WHERE c.client_id BETWEEN $1 AND $2 AND c.id = $3");
const SEALED: &str = "SELECT key_id, credentials FROM connections WHERE id = $1";
const RESEAL: &str = "UPDATE connections SET key_id = $2, credentials = $3 WHERE id = $1 AND key_id = $4";
const CHAIN: &str = "SELECT client_id, chain_length, chain_head FROM connections WHERE id = $1";
pub(crate) const SET_CHAIN: &str =
    "UPDATE connections SET chain_length = $2, chain_head = $3 WHERE id = $1 AND chain_length = $4";
const PAUSE: &str = "UPDATE connections SET paused_why = $2 WHERE id = $1";
// Whoever resumes a connection wants to see at once what changed meanwhile.
const DUE: &str = "UPDATE connections SET next_sync_at = $2, next_sweep_at = $2 WHERE id = $1";
const MOVE: &str = "UPDATE connections SET base_url = $2 WHERE id = $1";
const CURSOR: &str = "UPDATE connections SET cursor = $2 WHERE id = $1";
const SYNCED: &str = "UPDATE connections SET synced_at = $2, sync_error = NULL WHERE id = $1";
const ALARM: &str = "UPDATE connections SET alarm = $2 WHERE id = $1 AND alarm IS DISTINCT FROM $2";
// Whoever renews credentials holds this for a minute, so that two processes never spend one refresh token.
const CLAIM: &str =
    "UPDATE connections SET renew_until = $2 WHERE id = $1 AND (renew_until IS NULL OR renew_until < $3)";
const RELEASE: &str = "UPDATE connections SET renew_until = NULL WHERE id = $1";
const RENEW: &str = "UPDATE connections SET key_id = $2, credentials = $3, renew_until = NULL WHERE id = $1";
const SWEPT: &str = "UPDATE connections SET swept_at = $2 WHERE id = $1";
const FAILED: &str = "UPDATE connections SET sync_error = $2 WHERE id = $1";
const CHECKED: &str = "UPDATE connections SET findings = $2, checked_at = $3 WHERE id = $1";
const TAKE_SYNC: &str = "UPDATE connections SET next_sync_at = $2 WHERE next_sync_at <= $1 AND paused_why IS NULL \
    RETURNING id, client_id";
const TAKE_SWEEP: &str = "UPDATE connections SET next_sweep_at = $2 WHERE next_sweep_at <= $1 AND paused_why IS NULL \
    RETURNING id, client_id";

#[cfg(feature = "testing")]
pub(crate) const STATEMENTS: &[&str] = &[
    INSERT, LIST, AFTER, BY_ID, SEALED, RESEAL, CHAIN, SET_CHAIN, PAUSE, MOVE, CURSOR, SYNCED, SWEPT, FAILED,
    CHECKED, TAKE_SYNC, TAKE_SWEEP, ALARM, CLAIM, RELEASE, RENEW, DUE,
];

/// A new connection.
#[derive(Debug)]
pub struct NewConnection {
    /// Our id.
    pub id: ConnectionId,
    /// Whose account.
    pub client: ClientId,
    /// Where.
    pub platform: Platform,
    /// Everything at the platform is derived from it.
    pub base_url: String,
    /// The credentials file's content.
    pub credentials: SecretString,
}

/// How a connection is doing.
#[derive(Debug, Clone)]
pub struct ConnectionHealth {
    /// Why it is paused, if it is.
    pub paused_why: Option<String>,
    /// What the last check found.
    pub findings: Option<Value>,
    /// When it was checked.
    pub checked_at: Option<DateTime<Utc>>,
    /// When a sync last ran through: how fresh the cases are.
    pub synced_at: Option<DateTime<Utc>>,
    /// When every open case was last compared with the platform.
    pub swept_at: Option<DateTime<Utc>>,
    /// Why the last sync failed, if it did.
    pub sync_error: Option<String>,
    /// What a person must know of the platform though everything works.
    pub alarm: Option<String>,
    /// When the next one is due.
    pub next_sync_at: DateTime<Utc>,
}

/// A client's account on a platform. The credentials are not here: see [`Db::credentials`].
#[derive(Debug, Clone)]
pub struct Connection {
    /// Our id.
    pub id: ConnectionId,
    /// Whose.
    pub client: ClientId,
    /// Its name, for people.
    pub client_name: String,
    /// Where.
    pub platform: Platform,
    /// Base URL.
    pub base_url: String,
    /// Where the listing stands.
    pub cursor: Option<Value>,
    /// How it is doing.
    pub health: ConnectionHealth,
    /// When it was added.
    pub created_at: DateTime<Utc>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    client_id: Uuid,
    client_name: String,
    platform: String,
    base_url: String,
    paused_why: Option<String>,
    cursor: Option<String>,
    findings: Option<String>,
    checked_at: Option<DateTime<Utc>>,
    synced_at: Option<DateTime<Utc>>,
    swept_at: Option<DateTime<Utc>>,
    sync_error: Option<String>,
    alarm: Option<String>,
    next_sync_at: DateTime<Utc>,
    created_at: DateTime<Utc>,
}

impl Row {
    fn connection(self) -> Result<Connection> {
        let json = |text: String| serde_json::from_str(&text).map_err(|e| Error::damaged("connections", e));
        Ok(Connection {
            id: ConnectionId(self.id),
            client: ClientId(self.client_id),
            client_name: self.client_name,
            platform: self
                .platform
                .parse()
                .map_err(|e| Error::damaged("connections", e))?,
            base_url: self.base_url,
            cursor: self.cursor.map(json).transpose()?,
            health: ConnectionHealth {
                paused_why: self.paused_why,
                findings: self.findings.map(json).transpose()?,
                checked_at: self.checked_at,
                synced_at: self.synced_at,
                swept_at: self.swept_at,
                sync_error: self.sync_error,
                alarm: self.alarm,
                next_sync_at: self.next_sync_at,
            },
            created_at: self.created_at,
        })
    }
}

fn place(id: ConnectionId) -> String {
    format!("connection/{id}/credentials")
}

impl Db {
    /// The connections in scope, by client and platform.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn connections(&self, scope: ClientScope) -> Result<Vec<Connection>> {
        let (low, high) = scope.range();
        let rows: Vec<Row> = on_db!(self, c => sqlx::query_as(LIST).bind(low).bind(high).fetch_all(c).await)?;
        rows.into_iter().map(Row::connection).collect()
    }

    /// A page of the connections in scope, the oldest first, after the last one seen.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn connections_after(
        &self,
        scope: ClientScope,
        after: Option<ConnectionId>,
        limit: i64,
    ) -> Result<Vec<Connection>> {
        let (low, high) = scope.range();
        let after = after.map_or(Uuid::nil(), |id| id.0);
        let rows: Vec<Row> = on_db!(self, c => sqlx::query_as(AFTER)
            .bind(low).bind(high).bind(after).bind(limit).fetch_all(c).await)?;
        rows.into_iter().map(Row::connection).collect()
    }

    /// One connection.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn connection(&self, scope: ClientScope, id: ConnectionId) -> Result<Option<Connection>> {
        let (low, high) = scope.range();
        let row: Option<Row> =
            on_db!(self, c => sqlx::query_as(BY_ID).bind(low).bind(high).bind(id.0).fetch_optional(c).await)?;
        row.map(Row::connection).transpose()
    }

    /// A connection's credentials, decrypted.
    ///
    /// # Errors
    /// When it does not exist, its key is not configured, or the row was altered.
    pub async fn credentials(&self, id: ConnectionId, keys: &Keyring) -> Result<SecretString> {
        let row: Option<(String, Vec<u8>)> =
            on_db!(self, c => sqlx::query_as(SEALED).bind(id.0).fetch_optional(c).await)?;
        let (key_id, sealed) = row.ok_or_else(|| Error::damaged("connections", "no such connection"))?;
        Ok(keys.open(&place(id), &key_id, &sealed)?)
    }
}

impl UnitOfWork {
    /// Adds a connection; its first sync is due at once.
    ///
    /// # Errors
    /// When the client does not exist or encryption fails.
    pub async fn add_connection(
        &mut self,
        actor: &str,
        added: &NewConnection,
        keys: &Keyring,
        env: &Env,
    ) -> Result<()> {
        let now = env.now();
        let sealed = keys.seal(&place(added.id), &added.credentials, env)?;
        on_tx!(&mut self.tx, c => sqlx::query(INSERT)
            .bind(added.id.0).bind(added.client.0).bind(added.platform.as_str()).bind(&added.base_url)
            .bind(sealed).bind(keys.key_id()).bind(now).bind(&Chain::START.head[..])
            .execute(&mut *c).await.map(|_| ()))?;
        let entry = Entry {
            kind: "connection_added",
            detail: json!({ "platform": added.platform, "base_url": added.base_url, "key_id": keys.key_id() }),
        };
        self.append(
            "connections",
            (added.id.0, added.client),
            Chain::START,
            actor,
            now,
            &entry,
        )
        .await
    }

    /// Tells a connection its platform's new address.
    ///
    /// # Errors
    /// When it does not exist, or changed at the same time.
    pub async fn move_connection(
        &mut self,
        actor: &str,
        id: ConnectionId,
        url: &str,
        now: DateTime<Utc>,
    ) -> Result<()> {
        on_tx!(&mut self.tx, c => sqlx::query(MOVE).bind(id.0).bind(url).execute(&mut *c).await.map(|_| ()))?;
        let entry = Entry {
            kind: "connection_moved",
            detail: json!({ "base_url": url }),
        };
        self.append_connection(actor, id, now, &entry).await
    }

    async fn append_connection(
        &mut self,
        actor: &str,
        id: ConnectionId,
        now: DateTime<Utc>,
        entry: &Entry,
    ) -> Result<()> {
        let row: Option<(Uuid, i64, Vec<u8>)> =
            on_tx!(&mut self.tx, c => sqlx::query_as(CHAIN).bind(id.0).fetch_optional(&mut *c).await)?;
        let (client, length, head) = row.ok_or_else(|| Error::Conflict("a connection".to_owned()))?;
        self.append(
            "connections",
            (id.0, ClientId(client)),
            Chain::of(length, &head)?,
            actor,
            now,
            entry,
        )
        .await
    }

    /// Pauses a connection with a reason, or resumes it with none.
    ///
    /// # Errors
    /// When it does not exist, or changed at the same time.
    pub async fn pause(
        &mut self,
        actor: &str,
        id: ConnectionId,
        why: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<()> {
        on_tx!(&mut self.tx, c => sqlx::query(PAUSE).bind(id.0).bind(why).execute(&mut *c).await.map(|_| ()))?;
        if why.is_none() {
            on_tx!(&mut self.tx, c => sqlx::query(DUE).bind(id.0).bind(now).execute(&mut *c).await.map(|_| ()))?;
        }
        let kind = if why.is_some() {
            "connection_paused"
        } else {
            "connection_resumed"
        };
        let entry = Entry {
            kind,
            detail: json!({ "why": why }),
        };
        self.append_connection(actor, id, now, &entry).await
    }

    /// Notes that somebody ordered the account's enrolment at its platform.
    ///
    /// # Errors
    /// When it does not exist, or changed at the same time.
    pub async fn note_enrolment(&mut self, actor: &str, id: ConnectionId, now: DateTime<Utc>) -> Result<()> {
        let entry = Entry {
            kind: "enrolment_ordered",
            detail: json!({}),
        };
        self.append_connection(actor, id, now, &entry).await
    }

    /// Encrypts a connection's credentials with the key in force. Gives false where it already was.
    ///
    /// # Errors
    /// When the old key is not configured, or someone else changed the credentials at the same time.
    pub async fn reseal(&mut self, id: ConnectionId, keys: &Keyring, env: &Env) -> Result<bool> {
        let (key_id, sealed): (String, Vec<u8>) =
            on_tx!(&mut self.tx, c => sqlx::query_as(SEALED).bind(id.0).fetch_one(&mut *c).await)?;
        if key_id == keys.key_id() {
            return Ok(false);
        }
        let secret = keys.open(&place(id), &key_id, &sealed)?;
        let sealed = keys.seal(&place(id), &secret, env)?;
        let resealed = on_tx!(&mut self.tx, c => sqlx::query(RESEAL)
            .bind(id.0).bind(keys.key_id()).bind(sealed).bind(&key_id).execute(&mut *c).await?.rows_affected());
        if resealed == 1 {
            Ok(true)
        } else {
            Err(Error::Conflict("a connection's credentials".to_owned()))
        }
    }

    /// Notes what a person must know of the platform though everything works, or that there is nothing any more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_alarm(&mut self, id: ConnectionId, alarm: Option<&str>) -> Result<()> {
        on_tx!(&mut self.tx, c => sqlx::query(ALARM).bind(id.0).bind(alarm).execute(&mut *c).await.map(|_| ()))?;
        Ok(())
    }

    /// Claims the right to renew a connection's credentials until an instant. False while somebody else holds it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn claim_renewal(
        &mut self,
        id: ConnectionId,
        until: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        let claimed = on_tx!(&mut self.tx, c => sqlx::query(CLAIM)
            .bind(id.0).bind(until).bind(now).execute(&mut *c).await?.rows_affected());
        Ok(claimed == 1)
    }

    /// Gives the claim back.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn release_renewal(&mut self, id: ConnectionId) -> Result<()> {
        on_tx!(&mut self.tx, c => sqlx::query(RELEASE).bind(id.0).execute(&mut *c).await.map(|_| ()))?;
        Ok(())
    }

    /// Stores other credentials for a connection and gives the claim back. Where a person changed them the history notes
    /// that, never what they are; tokens that renew themselves every hour leave no line.
    ///
    /// # Errors
    /// When the connection does not exist or encryption fails.
    pub async fn renew_credentials(
        &mut self,
        actor: Option<&str>,
        id: ConnectionId,
        credentials: &SecretString,
        keys: &Keyring,
        env: &Env,
    ) -> Result<()> {
        let sealed = keys.seal(&place(id), credentials, env)?;
        on_tx!(&mut self.tx, c => sqlx::query(RENEW)
            .bind(id.0).bind(keys.key_id()).bind(sealed).execute(&mut *c).await.map(|_| ()))?;
        let Some(actor) = actor else { return Ok(()) };
        let entry = Entry {
            kind: "credentials_replaced",
            detail: json!({ "key_id": keys.key_id() }),
        };
        self.append_connection(actor, id, env.now(), &entry).await
    }

    /// Stores how far the listing of a connection is stored.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_cursor(&mut self, id: ConnectionId, cursor: &Value) -> Result<()> {
        let text = cursor.to_string();
        on_tx!(&mut self.tx, c => sqlx::query(CURSOR).bind(id.0).bind(text).execute(&mut *c).await.map(|_| ()))?;
        Ok(())
    }

    /// Notes that a sync ran through.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_synced(&mut self, id: ConnectionId, at: DateTime<Utc>, swept: bool) -> Result<()> {
        on_tx!(&mut self.tx, c => sqlx::query(SYNCED).bind(id.0).bind(at).execute(&mut *c).await.map(|_| ()))?;
        if swept {
            on_tx!(&mut self.tx, c => sqlx::query(SWEPT).bind(id.0).bind(at).execute(&mut *c).await.map(|_| ()))?;
        }
        Ok(())
    }

    /// Notes why a sync failed.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_sync_error(&mut self, id: ConnectionId, why: &str) -> Result<()> {
        on_tx!(&mut self.tx, c => sqlx::query(FAILED).bind(id.0).bind(why).execute(&mut *c).await.map(|_| ()))?;
        Ok(())
    }

    /// Stores what a check found.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_findings(
        &mut self,
        id: ConnectionId,
        findings: &Value,
        at: DateTime<Utc>,
    ) -> Result<()> {
        let text = findings.to_string();
        on_tx!(&mut self.tx, c => sqlx::query(CHECKED).bind(id.0).bind(text).bind(at).execute(&mut *c).await.map(|_| ()))?;
        Ok(())
    }

    /// Takes the connections whose sync (or sweep of all open cases) is due and stamps the next time, so that each is
    /// taken once whatever the number of workers.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn take_due(
        &mut self,
        sweep: bool,
        now: DateTime<Utc>,
        next: DateTime<Utc>,
    ) -> Result<Vec<(ConnectionId, ClientId)>> {
        let sql = if sweep { TAKE_SWEEP } else { TAKE_SYNC };
        let rows: Vec<(Uuid, Uuid)> =
            on_tx!(&mut self.tx, c => sqlx::query_as(sql).bind(now).bind(next).fetch_all(&mut *c).await)?;
        Ok(rows
            .into_iter()
            .map(|(id, client)| (ConnectionId(id), ClientId(client)))
            .collect())
    }
}
