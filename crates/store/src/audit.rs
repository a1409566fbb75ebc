//! The audit log: who did what, when and from where, in one hash chain over everything.

use chrono::{DateTime, Utc};
use docket_core::chain::{self, Link, Row};
use docket_core::id::PersonId;
use futures::TryStreamExt;
use serde_json::Value;
use uuid::Uuid;

use crate::bulk::{Bind, bind_all};
use crate::history::Chain;
use crate::unit::UnitOfWork;
use crate::{Db, Error, Result, on_db, on_tx};

// The first statement takes the head's lock: writers of the log come one after the other.
const NEXT: &str = "UPDATE audit_head SET chain_length = chain_length + 1 WHERE id = 1 RETURNING chain_length - 1, chain_head";
const HEAD: &str = "UPDATE audit_head SET chain_head = $1 WHERE id = 1";
const ADD: &str = "INSERT INTO audit (number, at, person_id, actor, kind, detail, detail_hash, link, outcome) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
const OUTCOME: &str = "UPDATE audit SET outcome = $2 WHERE number = $1 AND outcome IS NULL";
const LIST: &str = "SELECT number, at, person_id, actor, kind, detail, outcome FROM audit WHERE number < $1";
const EVERY: &str = "SELECT h.chain_length, h.chain_head, a.number, a.at, a.person_id, a.actor, a.kind, a.detail, \
    a.detail_hash, a.link FROM audit_head h LEFT JOIN audit a ON TRUE ORDER BY a.number";

#[cfg(feature = "testing")]
pub(crate) const STATEMENTS: &[&str] = &[NEXT, HEAD, ADD, OUTCOME, LIST, EVERY];

/// Something that is done.
#[derive(Debug, Clone)]
pub struct AuditEntry<'a> {
    /// Who, where they are known.
    pub person: Option<PersonId>,
    /// Their name, or what acts.
    pub actor: &'a str,
    /// What, in one word.
    pub kind: &'a str,
    /// From where, on what, and whatever else tells it apart.
    pub detail: Value,
    /// How it ended, where that is known at once.
    pub outcome: Option<&'a str>,
}

/// Which rows of the log; of all where nothing is said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// Of this kind.
    pub kind: Option<String>,
    /// Of this person, or what acts.
    pub actor: Option<String>,
}

impl AuditFilter {
    /// Rows of one kind.
    pub fn of_kind(kind: &str) -> Self {
        Self {
            kind: Some(kind.to_owned()),
            ..Self::default()
        }
    }
}

/// A row of the log.
#[derive(Debug, Clone)]
pub struct AuditRow {
    /// Its number.
    pub number: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// Who, where they are known.
    pub person: Option<PersonId>,
    /// Their name, or what acts.
    pub actor: String,
    /// What.
    pub kind: String,
    /// Details; none where they were erased.
    pub detail: Option<Value>,
    /// How it ended; none where that never became known.
    pub outcome: Option<String>,
}

#[derive(sqlx::FromRow)]
struct Listed {
    number: i64,
    at: DateTime<Utc>,
    person_id: Option<Uuid>,
    actor: String,
    kind: String,
    detail: Option<String>,
    outcome: Option<String>,
}

#[derive(sqlx::FromRow)]
struct Joined {
    chain_length: i64,
    chain_head: Vec<u8>,
    number: Option<i64>,
    at: Option<DateTime<Utc>>,
    person_id: Option<Uuid>,
    actor: Option<String>,
    kind: Option<String>,
    detail: Option<String>,
    detail_hash: Option<Vec<u8>>,
    link: Option<Vec<u8>>,
}

fn subject(person: Option<Uuid>) -> Uuid {
    person.unwrap_or_else(Uuid::nil)
}

impl Joined {
    /// The link that this row must have, and its own.
    fn links(&self, chain: &Chain) -> Option<(Link, &[u8])> {
        let detail = <[u8; 32]>::try_from(self.detail_hash.as_deref()?).ok()?;
        if self.detail.as_ref().is_some_and(|d| chain::digest(d) != detail) {
            return None;
        }
        let row = Row {
            subject: subject(self.person_id),
            number: chain.length + 1,
            at: self.at?,
            actor: self.actor.as_deref()?,
            kind: self.kind.as_deref()?,
            detail,
        };
        Some((chain::link(&chain.head, &row), self.link.as_deref()?))
    }
}

impl Db {
    /// The log before a row, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn audit(
        &self,
        before: Option<i64>,
        filter: &AuditFilter,
        limit: i64,
    ) -> Result<Vec<AuditRow>> {
        let (mut sql, mut binds) = (LIST.to_owned(), vec![Bind::Int(before.unwrap_or(i64::MAX))]);
        let mut and = |clause: &str, bind: Bind| {
            binds.push(bind);
            sql.push_str(&clause.replace('?', &format!("${}", binds.len())));
        };
        for (clause, wanted) in [(" AND kind = ?", &filter.kind), (" AND actor = ?", &filter.actor)] {
            if let Some(wanted) = wanted {
                and(clause, Bind::Text(wanted.clone()));
            }
        }
        and(" ORDER BY number DESC LIMIT ?", Bind::Int(limit));
        let rows: Vec<Listed> = on_db!(self, c => {
            bind_all!(sqlx::query_as(sqlx::AssertSqlSafe(sql)), &binds).fetch_all(c).await
        })?;
        let row = |r: Listed| AuditRow {
            number: r.number,
            at: r.at,
            person: r.person_id.map(PersonId),
            actor: r.actor,
            kind: r.kind,
            detail: r.detail.and_then(|d| serde_json::from_str(&d).ok()),
            outcome: r.outcome,
        };
        Ok(rows.into_iter().map(row).collect())
    }

    /// Recomputes the log's chain; gives the number of the first row that does not hold. Memory does not grow with it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn verify_audit(&self) -> Result<Option<i64>> {
        let mut chain = Chain::START;
        let mut head = None;
        on_db!(self, c => {
            let mut rows = sqlx::query_as::<_, Joined>(EVERY).fetch(c);
            while let Some(row) = rows.try_next().await? {
                head.get_or_insert_with(|| (row.chain_length, row.chain_head.clone()));
                let Some(number) = row.number else { continue };
                match row.links(&chain) {
                    Some((link, own)) if link[..] == *own && number == chain.length + 1 => {
                        chain = Chain { length: number, head: link };
                    }
                    _ => return Ok(Some(chain.length + 1)),
                }
            }
        });
        let whole = head.is_some_and(|(length, head)| length == chain.length && head[..] == chain.head[..]);
        Ok((!whole).then_some(chain.length + 1))
    }
}

impl UnitOfWork {
    /// Writes a row of the log; gives its number.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn audit(&mut self, entry: &AuditEntry<'_>, now: DateTime<Utc>) -> Result<i64> {
        let (length, head): (i64, Vec<u8>) =
            on_tx!(&mut self.tx, c => sqlx::query_as(NEXT).fetch_one(&mut *c).await)?;
        let chain = Chain::of(length, &head)?;
        let detail = entry.detail.to_string();
        let number = length + 1;
        let detail_hash = chain::digest(&detail);
        let person = entry.person.map(|p| p.0);
        let row = Row {
            subject: subject(person),
            number,
            at: now,
            actor: entry.actor,
            kind: entry.kind,
            detail: detail_hash,
        };
        let link = chain::link(&chain.head, &row);
        on_tx!(&mut self.tx, c => sqlx::query(ADD)
            .bind(number).bind(now).bind(person).bind(entry.actor).bind(entry.kind).bind(&detail)
            .bind(&detail_hash[..]).bind(&link[..]).bind(entry.outcome).execute(&mut *c).await.map(|_| ()))?;
        on_tx!(&mut self.tx, c => sqlx::query(HEAD).bind(&link[..]).execute(&mut *c).await.map(|_| ()))?;
        Ok(number)
    }

    /// Notes how something ended, once.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn audit_outcome(&mut self, number: i64, outcome: &str) -> Result<()> {
        let set = on_tx!(&mut self.tx, c => sqlx::query(OUTCOME)
            .bind(number).bind(outcome).execute(&mut *c).await?.rows_affected());
        if set == 1 {
            return Ok(());
        }
        Err(Error::Conflict("a row of the audit log".to_owned()))
    }
}
