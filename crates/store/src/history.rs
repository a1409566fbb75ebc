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
// One statement sees one moment: heads and rows read apart would differ by whatever was written in between.
const EVERY: &str = "SELECT s.id AS subject, s.owner, s.chain_length, s.chain_head, h.number, h.client_id, h.at, h.actor, \
    h.kind, h.detail, h.detail_hash, h.link FROM (SELECT id, client_id AS owner, chain_length, chain_head FROM cases \
    UNION ALL SELECT id, id, chain_length, chain_head FROM clients \
    UNION ALL SELECT id, client_id, chain_length, chain_head FROM connections) AS s \
    LEFT JOIN history h ON h.subject = s.id ORDER BY s.id, h.number";
const ORPHANS: &str = "SELECT subject, min(number) FROM history h WHERE NOT EXISTS (SELECT 1 FROM cases WHERE id = h.subject) \
    AND NOT EXISTS (SELECT 1 FROM clients WHERE id = h.subject) \
    AND NOT EXISTS (SELECT 1 FROM connections WHERE id = h.subject) GROUP BY subject ORDER BY subject";

#[cfg(feature = "testing")]
pub(crate) const STATEMENTS: &[&str] = &[OF, EVERY, ORPHANS];

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
    pub const START: Self = Self {
        length: 0,
        head: GENESIS,
    };

    pub(crate) fn of(length: i64, head: &[u8]) -> Result<Self> {
        let head = head
            .try_into()
            .map_err(|_| Error::damaged("history", "chain head is not 32 bytes"))?;
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
        let link = chain::link(
            &chain.head,
            &Row {
                subject,
                number,
                at,
                actor,
                kind: entry.kind,
                detail: detail_hash,
            },
        );
        *chain = Chain {
            length: number,
            head: link,
        };
        Self {
            subject,
            number,
            client,
            at,
            actor,
            kind: entry.kind,
            detail,
            detail_hash,
            link,
        }
    }
}

#[derive(sqlx::FromRow)]
struct Record {
    number: i64,
    client_id: Uuid,
    at: DateTime<Utc>,
    actor: String,
    kind: String,
    detail: Option<String>,
    detail_hash: Vec<u8>,
    link: Vec<u8>,
}

/// A subject's head, beside a row of its history if it has one.
#[derive(sqlx::FromRow)]
struct Joined {
    subject: Uuid,
    owner: Uuid,
    chain_length: i64,
    chain_head: Vec<u8>,
    number: Option<i64>,
    client_id: Option<Uuid>,
    at: Option<DateTime<Utc>>,
    actor: Option<String>,
    kind: Option<String>,
    detail: Option<String>,
    detail_hash: Option<Vec<u8>>,
    link: Option<Vec<u8>>,
}

impl Joined {
    fn record(&mut self) -> Option<Record> {
        Some(Record {
            number: self.number?,
            client_id: self.client_id?,
            at: self.at?,
            actor: self.actor.take()?,
            kind: self.kind.take()?,
            detail: self.detail.take(),
            detail_hash: self.detail_hash.take()?,
            link: self.link.take()?,
        })
    }
}

/// One subject's chain, recomputed row by row.
struct Walk {
    subject: Uuid,
    owner: Uuid,
    head: (i64, Vec<u8>),
    chain: Chain,
    fault: Option<(i64, &'static str)>,
}

impl Walk {
    fn of(row: &Joined) -> Self {
        let head = (row.chain_length, row.chain_head.clone());
        Self {
            subject: row.subject,
            owner: row.owner,
            head,
            chain: Chain::START,
            fault: None,
        }
    }

    fn step(&mut self, row: &Record) {
        if self.fault.is_none() {
            self.fault = check(self, row).map(|why| (row.number, why));
        }
    }

    fn end(self) -> Option<Tampered> {
        let complete = self.chain.length == self.head.0 && self.chain.head[..] == self.head.1[..];
        let missing = (!complete).then_some((self.chain.length + 1, "rows are missing at the end"));
        self.fault.or(missing).map(|(number, why)| Tampered {
            subject: self.subject,
            number,
            why,
        })
    }
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
    pub async fn history(
        &self,
        scope: ClientScope,
        subject: Uuid,
        after: i64,
        limit: i64,
    ) -> Result<Vec<HistoryRow>> {
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
        let orphans: Vec<(Uuid, i64)> = on_db!(self, c => {
            let mut rows = sqlx::query_as::<_, Joined>(EVERY).fetch(c);
            let mut walk: Option<Walk> = None;
            while let Some(mut row) = rows.try_next().await? {
                if walk.as_ref().is_none_or(|w| w.subject != row.subject) {
                    let next = Walk::of(&row);
                    found.extend(walk.replace(next).and_then(Walk::end));
                }
                if let (Some(walk), Some(record)) = (&mut walk, row.record()) {
                    walk.step(&record);
                }
            }
            found.extend(walk.and_then(Walk::end));
            drop(rows);
            sqlx::query_as(ORPHANS).fetch_all(c).await?
        });
        let gone = |(subject, number)| Tampered {
            subject,
            number,
            why: "its subject is gone",
        };
        found.extend(orphans.into_iter().map(gone));
        Ok(found)
    }
}

fn check(walk: &mut Walk, row: &Record) -> Option<&'static str> {
    let chain = &mut walk.chain;
    if row.number != chain.length + 1 {
        return Some("a row is missing");
    }
    let Ok(detail_hash) = <[u8; 32]>::try_from(row.detail_hash.as_slice()) else {
        return Some("its detail hash is damaged");
    };
    if row
        .detail
        .as_ref()
        .is_some_and(|d| chain::digest(d) != detail_hash)
    {
        return Some("its detail was altered");
    }
    let link = chain::link(
        &chain.head,
        &Row {
            subject: walk.subject,
            number: row.number,
            at: row.at,
            actor: &row.actor,
            kind: &row.kind,
            detail: detail_hash,
        },
    );
    // The client is not in the chain, and decides who reads the row: it is the subject's own.
    if link[..] != row.link[..] || row.client_id != walk.owner {
        return Some("it was altered");
    }
    *chain = Chain {
        length: row.number,
        head: link,
    };
    None
}
