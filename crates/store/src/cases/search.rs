//! Cases by whatever is known of them. Every way goes by an index that begins with what was typed: a client's range of ids alone
//! would read all its rows.

use chrono::{DateTime, Utc};
use docket_core::dossier::refs::reference;
use docket_core::id::{CaseId, ClientId, RequestId};
use uuid::Uuid;

use super::{CaseRow, StoredCase};
use crate::bulk::{Pair, write_rows};
use crate::unit::UnitOfWork;
use crate::{ClientScope, Db, Result, on_db, on_tx};

const IN_LIST: Pair = Pair(
    select_case!("WHERE c.client_id BETWEEN $1 AND $2 AND c.id IN (SELECT unhex(value) FROM json_each($3))"),
    select_case!("WHERE c.client_id BETWEEN $1 AND $2 AND c.id = ANY($3::text[]::uuid[])"),
);
const COUNTRIES: Pair = Pair(
    "SELECT case_id, country FROM report_cases WHERE client_id BETWEEN $1 AND $2 \
     AND case_id IN (SELECT unhex(value) FROM json_each($3))",
    "SELECT case_id, country FROM report_cases WHERE client_id BETWEEN $1 AND $2 AND case_id = ANY($3::text[]::uuid[])",
);
const DISPUTES: Pair = Pair(
    "SELECT id FROM cases WHERE client_id BETWEEN $1 AND $2 AND dispute IN (SELECT value FROM json_each($3)) LIMIT 50",
    "SELECT r.id FROM unnest($3::text[]) AS wanted (key) CROSS JOIN LATERAL (SELECT id FROM cases \
     WHERE client_id BETWEEN $1 AND $2 AND dispute = wanted.key LIMIT 50) AS r",
);
const REFERENCES: Pair = Pair(
    "SELECT case_id FROM case_refs WHERE client_id BETWEEN $1 AND $2 AND ref IN (SELECT value FROM json_each($3)) \
     ORDER BY case_id DESC LIMIT 50",
    "SELECT r.case_id FROM unnest($3::text[]) AS wanted (key) CROSS JOIN LATERAL (SELECT case_id FROM case_refs \
     WHERE client_id BETWEEN $1 AND $2 AND ref = wanted.key ORDER BY case_id DESC LIMIT 50) AS r",
);
const PARCELS: Pair = Pair(
    "SELECT case_id FROM case_parcels WHERE client_id BETWEEN $1 AND $2 AND number IN (SELECT value FROM json_each($3)) \
     ORDER BY case_id DESC LIMIT 50",
    "SELECT r.case_id FROM unnest($3::text[]) AS wanted (key) CROSS JOIN LATERAL (SELECT case_id FROM case_parcels \
     WHERE client_id BETWEEN $1 AND $2 AND number = wanted.key ORDER BY case_id DESC LIMIT 50) AS r",
);
const BUYERS: Pair = Pair(
    "SELECT case_id FROM case_buyers WHERE client_id BETWEEN $1 AND $2 AND print IN (SELECT value FROM json_each($3)) \
     ORDER BY case_id DESC LIMIT 50",
    "SELECT r.case_id FROM unnest($3::text[]) AS wanted (key) CROSS JOIN LATERAL (SELECT case_id FROM case_buyers \
     WHERE client_id BETWEEN $1 AND $2 AND print = wanted.key ORDER BY case_id DESC LIMIT 50) AS r \
     ORDER BY r.case_id DESC LIMIT 50",
);
const BOUGHT: Pair = Pair(
    "SELECT client_id, order_key FROM order_buyers WHERE client_id BETWEEN $1 AND $2 \
     AND print IN (SELECT value FROM json_each($3)) ORDER BY order_key DESC LIMIT 50",
    "SELECT r.* FROM unnest($3::text[]) AS wanted (key) CROSS JOIN LATERAL (SELECT client_id, order_key FROM order_buyers \
     WHERE client_id BETWEEN $1 AND $2 AND print = wanted.key ORDER BY order_key DESC LIMIT 50) AS r \
     ORDER BY r.order_key DESC LIMIT 50",
);
const RECEIPTS: Pair = Pair(
    "SELECT case_id FROM submissions WHERE client_id BETWEEN $1 AND $2 \
     AND platform_reference IN (SELECT value FROM json_each($3)) LIMIT 50",
    "SELECT r.case_id FROM unnest($3::text[]) AS wanted (key) CROSS JOIN LATERAL (SELECT case_id FROM submissions \
     WHERE client_id BETWEEN $1 AND $2 AND platform_reference = wanted.key LIMIT 50) AS r",
);
const ORDERS: Pair = Pair(
    "SELECT DISTINCT order_key FROM order_refs WHERE client_id BETWEEN $1 AND $2 AND ref IN (SELECT value FROM json_each($3)) \
     ORDER BY order_key LIMIT 50",
    "SELECT DISTINCT r.order_key FROM unnest($3::text[]) AS wanted (key) CROSS JOIN LATERAL (SELECT order_key FROM order_refs \
     WHERE client_id BETWEEN $1 AND $2 AND ref = wanted.key LIMIT 50) AS r ORDER BY r.order_key",
);
const ASKED: Pair = Pair(
    "SELECT id FROM info_requests WHERE client_id BETWEEN $1 AND $2 AND recipient IN (SELECT value FROM json_each($3)) \
     ORDER BY id DESC LIMIT 20",
    "SELECT r.id FROM unnest($3::text[]) AS wanted (key) CROSS JOIN LATERAL (SELECT id FROM info_requests \
     WHERE client_id BETWEEN $1 AND $2 AND recipient = wanted.key ORDER BY id DESC LIMIT 20) AS r",
);
// Those that `case_refs` does not hold yet, the newest of them.
const NEW: (&str, &str) = (
    "SELECT n.id FROM (SELECT id, client_id, order_refs FROM cases WHERE id > $3 ORDER BY id DESC LIMIT 2000) AS n \
     WHERE n.client_id BETWEEN $1 AND $2 AND EXISTS (SELECT 1 FROM json_each(n.order_refs) AS r \
     WHERE lower(trim(ltrim(trim(r.value), '#'))) = $4) LIMIT 50",
    "SELECT n.id FROM (SELECT id, client_id, order_refs FROM cases WHERE id > $3 ORDER BY id DESC LIMIT 2000) AS n \
     WHERE n.client_id BETWEEN $1 AND $2 AND EXISTS (SELECT 1 FROM json_array_elements_text(n.order_refs::json) AS r (value) \
     WHERE lower(trim(ltrim(trim(r.value), '#')) COLLATE \"C\") = $4) LIMIT 50",
);
// The form is that of `docket_core::dossier::refs::reference`, as in `order_joins.rs`.
const FILL: (&str, &str) = (
    "INSERT INTO case_refs (ref, client_id, case_id) \
     SELECT DISTINCT lower(trim(ltrim(trim(r.value), '#'))), c.client_id, c.id FROM cases c, json_each(c.order_refs) r \
     WHERE c.id > $1 AND c.id <= $2 AND trim(ltrim(trim(r.value), '#')) <> '' ON CONFLICT DO NOTHING",
    "INSERT INTO case_refs (ref, client_id, case_id) \
     SELECT DISTINCT lower(trim(ltrim(trim(r.value), '#')) COLLATE \"C\"), c.client_id, c.id \
     FROM cases c, json_array_elements_text(c.order_refs::json) AS r (value) \
     WHERE c.id > $1 AND c.id <= $2 AND trim(ltrim(trim(r.value), '#')) <> '' ON CONFLICT DO NOTHING",
);
const STEP_END: &str = "SELECT id FROM (SELECT id FROM cases WHERE id > $1 AND id < $2 ORDER BY id LIMIT $3) AS step \
    ORDER BY id DESC LIMIT 1";
const REACHED: &str = "SELECT reached FROM derived WHERE name = 'case_refs'";
/// Locks the row on both engines, so that one process at a time fills.
const LOCK: &str = "UPDATE derived SET version = version WHERE name = 'case_refs' RETURNING reached";
const REACH: &str = "UPDATE derived SET reached = $1 WHERE name = 'case_refs'";
const NO_PARCELS: &str = "DELETE FROM case_parcels WHERE case_id = $1";

#[cfg(feature = "testing")]
pub(crate) const STATEMENTS: &[&str] = &[STEP_END, REACHED, LOCK, REACH, NO_PARCELS];
/// Pairs that differ: SQLite's text, then PostgreSQL's.
#[cfg(feature = "testing")]
pub(crate) const PAIRS: &[(&str, &str)] = &[NEW, FILL];
#[cfg(feature = "testing")]
pub(crate) const LISTS: &[Pair] = &[
    IN_LIST, COUNTRIES, DISPUTES, REFERENCES, PARCELS, BUYERS, BOUGHT, RECEIPTS, ORDERS, ASKED,
];

/// By what a case was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FoundBy {
    /// The platform's id of the dispute.
    Dispute,
    /// A reference of its order: order number, transaction id, invoice, custom id.
    Reference,
    /// The tracking number of a parcel.
    Parcel,
    /// Who bought.
    Buyer,
    /// What the platform called our answer.
    Receipt,
}

/// Cases of one step of filling.
const STEP: i64 = 1_000;
/// What is newer than this may belong to a commit that is still under way.
const SETTLED: chrono::Duration = chrono::Duration::minutes(2);

/// The spellings in which what was typed may be stored.
fn spellings(typed: &str) -> Vec<String> {
    let typed = typed.trim();
    let mut all = vec![typed.to_owned(), typed.to_uppercase(), typed.to_lowercase()];
    all.sort_unstable();
    all.dedup();
    all
}

/// The least id that can be made at an instant: ids begin with their milliseconds.
fn least_id(at: DateTime<Utc>) -> Uuid {
    let millis = u128::try_from(at.timestamp_millis()).unwrap_or(0);
    Uuid::from_u128(millis << 80)
}

impl Db {
    /// These cases, as far as they are in scope; in no order.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn cases_in(&self, scope: ClientScope, ids: &[CaseId]) -> Result<Vec<StoredCase>> {
        let ids: Vec<String> = ids.iter().map(|id| id.0.simple().to_string()).collect();
        let rows: Vec<CaseRow> = IN_LIST.on(self, scope.range(), &ids).await?;
        rows.into_iter().map(CaseRow::stored).collect()
    }

    /// To which country each of these cases' goods went, two letters of ISO 3166; empty where nothing tells.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn countries(&self, scope: ClientScope, cases: &[CaseId]) -> Result<Vec<(CaseId, String)>> {
        let ids: Vec<String> = cases.iter().map(|id| id.0.simple().to_string()).collect();
        let rows: Vec<(Uuid, String)> = COUNTRIES.on(self, scope.range(), &ids).await?;
        Ok(rows
            .into_iter()
            .map(|(id, country)| (CaseId(id), country))
            .collect())
    }

    /// Cases that what was typed leads to, each with why; at most 50 for each way.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn cases_found(&self, scope: ClientScope, typed: &str) -> Result<Vec<(CaseId, FoundBy)>> {
        let range = scope.range();
        let spelled = spellings(typed);
        let one: Vec<String> = reference(typed).into_iter().collect();
        let ways: [(Pair, &[String], FoundBy); 4] = [
            (DISPUTES, &spelled, FoundBy::Dispute),
            (REFERENCES, &one, FoundBy::Reference),
            (PARCELS, &one, FoundBy::Parcel),
            (RECEIPTS, &spelled, FoundBy::Receipt),
        ];
        let mut found = Vec::new();
        for (way, list, why) in ways {
            let rows: Vec<(Uuid,)> = way.on(self, range, list).await?;
            found.extend(rows.into_iter().map(|(id,)| (CaseId(id), why)));
        }
        for typed in &one {
            let rows = self.new_ones(range, typed).await?;
            found.extend(rows.into_iter().map(|id| (CaseId(id), FoundBy::Reference)));
        }
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }

    async fn new_ones(&self, (low, high): (Uuid, Uuid), typed: &str) -> Result<Vec<Uuid>> {
        let (reached,): (Option<Uuid>,) = on_db!(self, c => sqlx::query_as(REACHED).fetch_one(c).await)?;
        let reached = reached.unwrap_or(Uuid::nil());
        let rows: Vec<(Uuid,)> = match self {
            Self::Sqlite { read, .. } => {
                let query = sqlx::query_as(NEW.0).bind(low).bind(high);
                query.bind(reached).bind(typed).fetch_all(read).await?
            }
            Self::Postgres(pool) => {
                let query = sqlx::query_as(NEW.1).bind(low).bind(high);
                query.bind(reached).bind(typed).fetch_all(pool).await?
            }
        };
        Ok(rows.into_iter().map(|(id,)| id).collect())
    }

    /// Keys of orders of files that what was typed leads to, whether or not a case names them.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn orders_found(&self, scope: ClientScope, typed: &str) -> Result<Vec<String>> {
        let one: Vec<String> = reference(typed).into_iter().collect();
        let rows: Vec<(String,)> = ORDERS.on(self, scope.range(), &one).await?;
        Ok(rows.into_iter().map(|(key,)| key).collect())
    }

    /// Cases of platforms' own word, and orders of files, that any of these fingerprints of a buyer leads to: the newest 50 of each.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn bought_by(
        &self,
        scope: ClientScope,
        prints: &[String],
    ) -> Result<(Vec<CaseId>, Vec<(ClientId, String)>)> {
        let cases: Vec<(Uuid,)> = BUYERS.on(self, scope.range(), prints).await?;
        let orders: Vec<(Uuid, String)> = BOUGHT.on(self, scope.range(), prints).await?;
        Ok((
            cases.into_iter().map(|(id,)| CaseId(id)).collect(),
            orders
                .into_iter()
                .map(|(client, key)| (ClientId(client), key))
                .collect(),
        ))
    }

    /// Questions that were mailed to this address, the newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn requests_found(&self, scope: ClientScope, typed: &str) -> Result<Vec<RequestId>> {
        let rows: Vec<(Uuid,)> = ASKED.on(self, scope.range(), &spellings(typed)).await?;
        Ok(rows.into_iter().map(|(id,)| RequestId(id)).collect())
    }

    /// Fills in references of cases that were not written with them; whether there may be more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn fill_case_refs(&self, now: DateTime<Utc>) -> Result<bool> {
        let mut tx = self.begin().await?;
        let (reached,): (Option<Uuid>,) =
            on_tx!(&mut tx, c => sqlx::query_as(LOCK).fetch_one(&mut *c).await)?;
        let after = reached.unwrap_or(Uuid::nil());
        let end: Option<(Uuid,)> = on_tx!(&mut tx, c => sqlx::query_as(STEP_END)
            .bind(after).bind(least_id(now - SETTLED)).bind(STEP).fetch_optional(&mut *c).await)?;
        let Some((end,)) = end else {
            return Ok(false);
        };
        let fill = match &tx {
            crate::Tx::Sqlite(_) => FILL.0,
            crate::Tx::Postgres(_) => FILL.1,
        };
        on_tx!(&mut tx, c => sqlx::query(fill).bind(after).bind(end).execute(&mut *c).await.map(|_| ()))?;
        on_tx!(&mut tx, c => sqlx::query(REACH).bind(end).execute(&mut *c).await.map(|_| ()))?;
        tx.commit().await?;
        Ok(true)
    }
}

impl UnitOfWork {
    /// Keeps fingerprints of who bought beside cases; those that are there stay.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_buyers(&mut self, rows: &[(CaseId, ClientId, String)]) -> Result<()> {
        write_rows!(
            &mut self.tx,
            "INSERT INTO case_buyers (print, client_id, case_id)",
            "ON CONFLICT DO NOTHING",
            rows,
            |row| [row.2.as_str(), row.1.0, row.0.0]
        );
        Ok(())
    }

    /// Keeps the tracking numbers of a case's dossier instead of those of before.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_parcels(
        &mut self,
        (case, client): (CaseId, ClientId),
        numbers: impl IntoIterator<Item = &str>,
    ) -> Result<()> {
        on_tx!(&mut self.tx, c => sqlx::query(NO_PARCELS).bind(case.0).execute(&mut *c).await.map(|_| ()))?;
        let numbers: Vec<String> = numbers.into_iter().filter_map(reference).collect();
        write_rows!(
            &mut self.tx,
            "INSERT INTO case_parcels (number, client_id, case_id)",
            "ON CONFLICT DO NOTHING",
            &numbers,
            |number| [number.as_str(), client.0, case.0]
        );
        Ok(())
    }
}
