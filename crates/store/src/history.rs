//! The append-only history with its hash chains.

use chrono::{DateTime, Utc};
use docket_core::case::Entry;
use docket_core::chain::{self, GENESIS, Link, Row};
use docket_core::id::ClientId;
use futures::TryStreamExt;
use serde_json::Value;
use uuid::Uuid;

use crate::{ClientScope, Db, Error, Result, on_db};

const OF: &str = "SELECT subject, number, client_id, at, actor, kind, detail, detail_hash, link FROM history \
    WHERE client_id BETWEEN $1 AND $2 AND subject = $3 AND number > $4 ORDER BY number LIMIT $5";
const EVERY: &str = "SELECT subject, number, client_id, at, actor, kind, detail, detail_hash, link FROM history \
    ORDER BY subject, number";
const HEADS: &str = "SELECT id, chain_length, chain_head FROM cases UNION ALL SELECT id, chain_length, chain_head FROM clients \
    UNION ALL SELECT id, chain_length, chain_head FROM connections ORDER BY 1";

#[cfg(feature = "testing")]
pub(crate) const STATEMENTS: &[&str] = &[OF, EVERY, HEADS];

/// Where a subject's chain stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chain {
    /// Rows so far.
    pub length: i64,
    /// The last link.
    pub head: Link,
}

impl Chain {
    /// No row yet.
    pub const START: Self = Self { length: 0, head: GENESIS };

    pub(crate) fn of(length: i64, head: &[u8]) -> Result<Self> {
        let head = head.try_into().map_err(|_| Error::damaged("history", "chain head is not 32 bytes"))?;
        Ok(Self { length, head })
    }
}

/// A row to write.
#[derive(Debug)]
pub(crate) struct HistoryWrite<'a> {
    pub subject: Uuid,
    pub number: i64,
    pub client: ClientId,
    pub at: DateTime<Utc>,
    pub actor: &'a str,
    pub kind: &'static str,
    pub detail: String,
    pub detail_hash: [u8; 32],
    pub link: Link,
}

impl<'a> HistoryWrite<'a> {
    pub fn next(
        chain: &mut Chain,
        subject: Uuid,
        client: ClientId,
        at: DateTime<Utc>,
        actor: &'a str,
        entry: &Entry,
    ) -> Self {
        let detail = entry.detail.to_string();
        let detail_hash = chain::digest(&detail);
        let number = chain.length + 1;
        let link = chain::link(&chain.head, &Row { subject, number, at, actor, kind: entry.kind, detail: detail_hash });
        *chain = Chain { length: number, head: link };
        Self { subject, number, client, at, actor, kind: entry.kind, detail, detail_hash, link }
    }
}

#[derive(sqlx::FromRow)]
struct Record {
    subject: Uuid,
    number: i64,
    client_id: Uuid,
    at: DateTime<Utc>,
    actor: String,
    kind: String,
    detail: Option<String>,
    detail_hash: Vec<u8>,
    link: Vec<u8>,
}

/// A row of history.
#[derive(Debug, Clone)]
pub struct HistoryRow {
    /// Its number in the subject's chain.
    pub number: i64,
    /// Whose it is.
    pub client: ClientId,
    /// When.
    pub at: DateTime<Utc>,
    /// Who.
    pub actor: String,
    /// What happened.
    pub kind: String,
    /// Details; none where they were erased.
    pub detail: Option<Value>,
}

/// What a verification of the chains found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tampered {
    /// The subject.
    pub subject: Uuid,
    /// The row from which on the chain does not hold.
    pub number: i64,
    /// What is wrong.
    pub why: &'static str,
}

impl Db {
    /// A subject's history after row `after`, oldest first, at most `limit` rows.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn history(&self, scope: ClientScope, subject: Uuid, after: i64, limit: i64) -> Result<Vec<HistoryRow>> {
        let (low, high) = scope.range();
        let rows: Vec<Record> = on_db!(self, c => sqlx::query_as(OF)
            .bind(low).bind(high).bind(subject).bind(after).bind(limit).fetch_all(c).await)?;
        Ok(rows
            .into_iter()
            .map(|r| HistoryRow {
                number: r.number,
                client: ClientId(r.client_id),
                at: r.at,
                actor: r.actor,
                kind: r.kind,
                detail: r.detail.and_then(|d| serde_json::from_str(&d).ok()),
            })
            .collect())
    }

    /// Recomputes every chain and compares it with the rows and the heads. Memory does not grow with the history.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn verify_history(&self) -> Result<Vec<Tampered>> {
        let mut found = Vec::new();
        on_db!(self, c => {
            let mut rows = sqlx::query_as::<_, Record>(EVERY).fetch(c);
            let mut heads = sqlx::query_as::<_, (Uuid, i64, Vec<u8>)>(HEADS).fetch(c);
            let mut row = rows.try_next().await?;
            // Both streams come in the order of their subjects, so one pass over each is enough.
            while let Some((subject, length, head)) = heads.try_next().await? {
                while let Some(orphan) = row.as_ref().filter(|r| r.subject < subject) {
                    found.push(Tampered { subject: orphan.subject, number: orphan.number, why: "its subject is gone" });
                    row = rows.try_next().await?;
                }
                let mut chain = Chain::START;
                let mut fault = None;
                while let Some(current) = row.as_ref().filter(|r| r.subject == subject) {
                    fault = fault.or_else(|| check(&mut chain, current).map(|why| (current.number, why)));
                    row = rows.try_next().await?;
                }
                if fault.is_none() && (chain.length != length || chain.head[..] != head[..]) {
                    fault = Some((chain.length + 1, "rows are missing at the end"));
                }
                found.extend(fault.map(|(number, why)| Tampered { subject, number, why }));
            }
            while let Some(orphan) = row {
                found.push(Tampered { subject: orphan.subject, number: orphan.number, why: "its subject is gone" });
                row = rows.try_next().await?;
            }
        });
        Ok(found)
    }
}

fn check(chain: &mut Chain, row: &Record) -> Option<&'static str> {
    if row.number != chain.length + 1 {
        return Some("a row is missing");
    }
    let Ok(detail_hash) = <[u8; 32]>::try_from(row.detail_hash.as_slice()) else {
        return Some("its detail hash is damaged");
    };
    if row.detail.as_ref().is_some_and(|d| chain::digest(d) != detail_hash) {
        return Some("its detail was altered");
    }
    let link = chain::link(
        &chain.head,
        &Row {
            subject: row.subject,
            number: row.number,
            at: row.at,
            actor: &row.actor,
            kind: &row.kind,
            detail: detail_hash,
        },
    );
    if link[..] != row.link[..] {
        return Some("it was altered");
    }
    *chain = Chain { length: row.number, head: link };
    None
}
