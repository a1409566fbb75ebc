//! Clients: the merchants that the agency works for.

use chrono::{DateTime, Utc};
use docket_core::case::Entry;
use docket_core::id::ClientId;
use serde_json::json;
use uuid::Uuid;

use crate::history::Chain;
use crate::unit::UnitOfWork;
use crate::{ClientScope, Db, Error, Result, on_db, on_tx};

const INSERT: &str = "INSERT INTO clients (id, name, safety_net, chain_length, chain_head, created_at) \
    VALUES ($1, $2, $3, 0, $4, $5)";
const LIST: &str = "SELECT id, name, safety_net, created_at FROM clients WHERE id BETWEEN $1 AND $2 ORDER BY lower(name), id";
const AFTER: &str = "SELECT id, name, safety_net, created_at FROM clients WHERE id BETWEEN $1 AND $2 AND id > $3 \
    ORDER BY id LIMIT $4";
const BY_NAME: &str = "SELECT id, name, safety_net, created_at FROM clients WHERE lower(name) = lower($1)";
pub(crate) const CHAIN: &str = "SELECT chain_length, chain_head FROM clients WHERE id = $1";
pub(crate) const SET_CHAIN: &str =
    "UPDATE clients SET chain_length = $2, chain_head = $3 WHERE id = $1 AND chain_length = $4";
const ALLOWS: &str = "SELECT safety_net FROM clients WHERE id = $1";
const NAME: &str = "SELECT name FROM clients WHERE id = $1";
const SAFETY_NET: &str = "UPDATE clients SET safety_net = $2 WHERE id = $1";

#[cfg(feature = "testing")]
pub(crate) const STATEMENTS: &[&str] = &[
    INSERT, LIST, AFTER, BY_NAME, CHAIN, SET_CHAIN, ALLOWS, NAME, SAFETY_NET,
];

/// A merchant that the agency works for.
#[derive(Debug, Clone)]
pub struct Client {
    /// Our id.
    pub id: ClientId,
    /// Its name, unique without regard to case.
    pub name: String,
    /// Whether the prepared response, or the packet of the evidence that is there, may go out by itself six hours before the
    /// deadline.
    pub safety_net: bool,
    /// When it was added.
    pub created_at: DateTime<Utc>,
}

type Row = (Uuid, String, bool, DateTime<Utc>);

fn client((id, name, safety_net, created_at): Row) -> Client {
    Client {
        id: ClientId(id),
        name,
        safety_net,
        created_at,
    }
}

impl Db {
    /// The clients in scope, by name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn clients(&self, scope: ClientScope) -> Result<Vec<Client>> {
        let (low, high) = scope.range();
        let rows: Vec<Row> = on_db!(self, c => sqlx::query_as(LIST).bind(low).bind(high).fetch_all(c).await)?;
        Ok(rows.into_iter().map(client).collect())
    }

    /// A page of the clients in scope, the oldest first, after the last one seen.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn clients_after(
        &self,
        scope: ClientScope,
        after: Option<ClientId>,
        limit: i64,
    ) -> Result<Vec<Client>> {
        let (low, high) = scope.range();
        let after = after.map_or(Uuid::nil(), |id| id.0);
        let rows: Vec<Row> = on_db!(self, c => sqlx::query_as(AFTER)
            .bind(low).bind(high).bind(after).bind(limit).fetch_all(c).await)?;
        Ok(rows.into_iter().map(client).collect())
    }

    /// A client by its name, without regard to case. For the agency's own commands.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn client_named(&self, name: &str) -> Result<Option<Client>> {
        let row: Option<Row> = on_db!(self, c => sqlx::query_as(BY_NAME).bind(name).fetch_optional(c).await)?;
        Ok(row.map(client))
    }
}

impl UnitOfWork {
    /// Adds a client.
    ///
    /// # Errors
    /// [`Error::Taken`] when the name exists.
    pub async fn add_client(&mut self, actor: &str, added: &Client) -> Result<()> {
        let now = added.created_at;
        let insert = on_tx!(&mut self.tx, c => sqlx::query(INSERT)
            .bind(added.id.0).bind(&added.name).bind(added.safety_net).bind(&Chain::START.head[..]).bind(now)
            .execute(&mut *c).await.map(|_| ()));
        if insert
            .as_ref()
            .is_err_and(|e| e.as_database_error().is_some_and(|d| d.is_unique_violation()))
        {
            return Err(Error::Taken(format!(
                "a client named `{}` exists already; choose another name",
                added.name
            )));
        }
        insert?;
        let entry = Entry {
            kind: "client_added",
            detail: json!({ "safety_net": added.safety_net }),
        };
        self.append(
            "clients",
            (added.id.0, added.id),
            Chain::START,
            actor,
            now,
            &entry,
        )
        .await
    }

    /// Whether the client allows the safety net.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn safety_net(&mut self, id: ClientId) -> Result<bool> {
        let row: Option<(bool,)> =
            on_tx!(&mut self.tx, c => sqlx::query_as(ALLOWS).bind(id.0).fetch_optional(&mut *c).await)?;
        Ok(row.is_some_and(|(allowed,)| allowed))
    }

    /// A client's name, for what people are told about its cases.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn client_name(&mut self, id: ClientId) -> Result<String> {
        let row: Option<(String,)> =
            on_tx!(&mut self.tx, c => sqlx::query_as(NAME).bind(id.0).fetch_optional(&mut *c).await)?;
        Ok(row.map_or_else(|| id.to_string(), |(name,)| name))
    }

    /// Allows or forbids the safety net for a client, on its instruction.
    ///
    /// # Errors
    /// When the client does not exist, or changed at the same time.
    pub async fn set_safety_net(
        &mut self,
        actor: &str,
        id: ClientId,
        allowed: bool,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let row: Option<(i64, Vec<u8>)> =
            on_tx!(&mut self.tx, c => sqlx::query_as(CHAIN).bind(id.0).fetch_optional(&mut *c).await)?;
        let (length, head) = row.ok_or_else(|| Error::Conflict("a client".to_owned()))?;
        on_tx!(&mut self.tx, c => sqlx::query(SAFETY_NET).bind(id.0).bind(allowed).execute(&mut *c).await.map(|_| ()))?;
        let entry = Entry {
            kind: "safety_net_set",
            detail: json!({ "allowed": allowed }),
        };
        self.append(
            "clients",
            (id.0, id),
            Chain::of(length, &head)?,
            actor,
            now,
            &entry,
        )
        .await
    }

    /// What becomes of a client's rules, contracts and the like stands in the client's history.
    ///
    /// # Errors
    /// [`Error::Conflict`] when somebody else changed the client at the same time.
    pub(crate) async fn note_client(
        &mut self,
        client: ClientId,
        (by, now): (&str, DateTime<Utc>),
        kind: &'static str,
        detail: serde_json::Value,
    ) -> Result<()> {
        let row: Option<(i64, Vec<u8>)> =
            on_tx!(&mut self.tx, c => sqlx::query_as(CHAIN).bind(client.0).fetch_optional(&mut *c).await)?;
        let (length, head) = row.ok_or_else(|| Error::Conflict("a client".to_owned()))?;
        let chain = Chain::of(length, &head)?;
        self.append(
            "clients",
            (client.0, client),
            chain,
            by,
            now,
            &Entry { kind, detail },
        )
        .await
    }
}
