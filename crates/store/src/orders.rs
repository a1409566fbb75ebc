//! What platforms know of disputed orders: bodies and the factors in them.

use chrono::{DateTime, Utc};
use docket_core::factor::Factor;
use docket_core::id::{CaseId, ClientId, ConnectionId};
use uuid::Uuid;

use crate::bulk::write_rows;
use crate::factors::FactorSet;
use crate::unit::UnitOfWork;
use crate::{ClientScope, Db, Result, on_db, on_tx};

const KEEP: &str = "INSERT INTO orders (case_id, hash, client_id, observed_at, body) VALUES ($1, $2, $3, $4, $5) \
    ON CONFLICT (case_id, hash) DO UPDATE SET observed_at = excluded.observed_at";
const NEWEST: &str = "SELECT observed_at, body FROM orders WHERE client_id BETWEEN $1 AND $2 AND case_id = $3 \
    ORDER BY observed_at DESC LIMIT 1";

const EARLIER: &str = "SELECT observed_at, body FROM orders WHERE client_id BETWEEN $1 AND $2 AND case_id = $3 \
    ORDER BY observed_at DESC LIMIT $4 OFFSET 1";

const WISHES: &str = "SELECT case_id FROM order_wishes WHERE connection_id = $1 AND case_id > $2 \
    ORDER BY case_id LIMIT $3";
const DONE: &str = "DELETE FROM order_wishes WHERE connection_id = $1 AND case_id = $2";

#[cfg(feature = "testing")]
pub(crate) const STATEMENTS: &[&str] = &[KEEP, NEWEST, EARLIER, WISHES, DONE];

impl Db {
    /// What the platform last said of the disputed order, as it was kept, and when.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn order_body(
        &self,
        scope: ClientScope,
        case: CaseId,
    ) -> Result<Option<(DateTime<Utc>, Vec<u8>)>> {
        let (low, high) = scope.range();
        Ok(
            on_db!(self, c => sqlx::query_as(NEWEST).bind(low).bind(high).bind(case.0).fetch_optional(c).await)?,
        )
    }

    /// What the platform said of the disputed order before that, the newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn earlier_order_bodies(
        &self,
        scope: ClientScope,
        case: CaseId,
        limit: i64,
    ) -> Result<Vec<(DateTime<Utc>, Vec<u8>)>> {
        let (low, high) = scope.range();
        Ok(
            on_db!(self, c => sqlx::query_as(EARLIER).bind(low).bind(high).bind(case.0).bind(limit).fetch_all(c).await)?,
        )
    }

    /// Cases of a connection whose order is still to be read, in the order of their ids, from after one of them.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn order_wishes(
        &self,
        connection: ConnectionId,
        after: Option<CaseId>,
        limit: i64,
    ) -> Result<Vec<CaseId>> {
        let after = after.map_or(Uuid::nil(), |case| case.0);
        let rows: Vec<(Uuid,)> = on_db!(self, c => sqlx::query_as(WISHES)
            .bind(connection.0).bind(after).bind(limit).fetch_all(c).await)?;
        Ok(rows.into_iter().map(|(id,)| CaseId(id)).collect())
    }
}

impl UnitOfWork {
    /// Notes that the orders of these cases are to be read.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn wish_orders(&mut self, cases: &[(ConnectionId, CaseId, ClientId)]) -> Result<()> {
        write_rows!(
            &mut self.tx,
            "INSERT INTO order_wishes (connection_id, case_id, client_id)",
            "ON CONFLICT (connection_id, case_id) DO NOTHING",
            cases,
            |row| [row.0.0, row.1.0, row.2.0]
        );
        Ok(())
    }

    /// Notes that a case's order was read, or cannot be.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn order_done(&mut self, connection: ConnectionId, case: CaseId) -> Result<()> {
        on_tx!(&mut self.tx, c => sqlx::query(DONE).bind(connection.0).bind(case.0)
            .execute(&mut *c).await.map(|_| ()))?;
        Ok(())
    }

    /// Keeps what the platform says of the disputed order, once per content, with the factors in it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_order(
        &mut self,
        (case, client): (CaseId, ClientId),
        (hash, body): (&[u8; 32], &[u8]),
        factors: &[Factor],
        now: DateTime<Utc>,
    ) -> Result<()> {
        on_tx!(&mut self.tx, c => sqlx::query(KEEP).bind(case.0).bind(&hash[..]).bind(client.0).bind(now).bind(body)
            .execute(&mut *c).await.map(|_| ()))?;
        let set = FactorSet::of(case, client, factors);
        self.write_factors(set.as_slice(), now).await
    }
}
