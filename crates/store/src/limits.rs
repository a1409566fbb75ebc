//! Up to which amount one person may answer a client's disputes alone, for each currency.

use chrono::{DateTime, Utc};
use docket_core::case::Entry;
use docket_core::id::ClientId;
use docket_core::money::{Currency, Money};
use serde_json::json;
use uuid::Uuid;

use crate::history::Chain;
use crate::unit::UnitOfWork;
use crate::{ClientScope, Db, Error, Result, on_db, on_tx};

const LIST: &str = "SELECT client_id, currency, minor FROM client_limits WHERE client_id BETWEEN $1 AND $2 \
    ORDER BY client_id, currency";
const SET: &str = "INSERT INTO client_limits (client_id, currency, minor) VALUES ($1, $2, $3) \
    ON CONFLICT (client_id, currency) DO UPDATE SET minor = excluded.minor";
const LIFT: &str = "DELETE FROM client_limits WHERE client_id = $1 AND currency = $2";

#[cfg(feature = "testing")]
pub(crate) const STATEMENTS: &[&str] = &[LIST, SET, LIFT];

type Row = (Uuid, String, i64);

fn limit((client, currency, minor): Row) -> Result<(ClientId, Money)> {
    let currency = currency.parse().map_err(|e| Error::damaged("client_limits", e))?;
    Ok((ClientId(client), Money::new(minor, currency)))
}

impl Db {
    /// The limits of the clients in scope.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn limits(&self, scope: ClientScope) -> Result<Vec<(ClientId, Money)>> {
        let (low, high) = scope.range();
        let rows: Vec<Row> = on_db!(self, c => sqlx::query_as(LIST).bind(low).bind(high).fetch_all(c).await)?;
        rows.into_iter().map(limit).collect()
    }
}

impl UnitOfWork {
    /// A client's limits, one for each currency at most.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn limits(&mut self, client: ClientId) -> Result<Vec<Money>> {
        let rows: Vec<Row> = on_tx!(&mut self.tx, c => sqlx::query_as(LIST)
            .bind(client.0).bind(client.0).fetch_all(&mut *c).await)?;
        rows.into_iter()
            .map(|row| limit(row).map(|(_, limit)| limit))
            .collect()
    }

    /// Sets a client's limit in a currency, or lifts it.
    ///
    /// # Errors
    /// When the client does not exist, or changed at the same time.
    pub async fn set_limit(
        &mut self,
        actor: &str,
        client: ClientId,
        (currency, limit): (Currency, Option<i64>),
        now: DateTime<Utc>,
    ) -> Result<()> {
        let row: Option<(i64, Vec<u8>)> = on_tx!(&mut self.tx, c => sqlx::query_as(crate::clients::CHAIN)
            .bind(client.0).fetch_optional(&mut *c).await)?;
        let (length, head) = row.ok_or_else(|| Error::Conflict("a client".to_owned()))?;
        match limit {
            Some(minor) => on_tx!(&mut self.tx, c => sqlx::query(SET)
                .bind(client.0).bind(currency.code()).bind(minor).execute(&mut *c).await.map(|_| ()))?,
            None => on_tx!(&mut self.tx, c => sqlx::query(LIFT)
                .bind(client.0).bind(currency.code()).execute(&mut *c).await.map(|_| ()))?,
        }
        let entry = Entry {
            kind: "four_eyes_limit_set",
            detail: json!({ "currency": currency, "minor": limit }),
        };
        let chain = Chain::of(length, &head)?;
        self.append("clients", (client.0, client), chain, actor, now, &entry)
            .await
    }
}
