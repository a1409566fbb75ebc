//! Cases: how they are written, and the reads of queue, page and sync.

mod count;
mod filter;
mod row;

use std::fmt::Write;

use chrono::{DateTime, Utc};
use docket_core::case::{Case, Round};
use docket_core::id::{CaseId, ConnectionId, DisputeRef};
use docket_core::words::Turn;
use uuid::Uuid;

pub use filter::CaseFilter;
use row::{CaseRow, RoundRow};

use crate::bulk::{Bind, bind_all};
use crate::history::Chain;
use crate::packed::unpack;
use crate::{ClientScope, Db, Result, Tx, on_db, on_tx};

pub(crate) const INSERT_HEAD: &str = "INSERT INTO cases (id, client_id, connection_id, platform, dispute, amount_minor, \
    currency, stage, platform_stage, platform_status, channel, turn, reason, platform_reason, allowed_actions, order_refs, \
    opened_at, platform_updated_at, round_id, work_state, outcome, closed_at, contested, conceded, assignee, attention, next_rung, \
    next_action_at, sort_at, pending, observed_at, mark, body_hash, chain_length, chain_head, version)";

/// The version guard makes a lost update impossible: a row that somebody else changed is not counted as affected.
pub(crate) const UPSERT_TAIL: &str = "ON CONFLICT (id) DO UPDATE SET amount_minor = excluded.amount_minor, \
    currency = excluded.currency, stage = excluded.stage, platform_stage = excluded.platform_stage, \
    platform_status = excluded.platform_status, channel = excluded.channel, turn = excluded.turn, reason = excluded.reason, \
    platform_reason = excluded.platform_reason, allowed_actions = excluded.allowed_actions, order_refs = excluded.order_refs, \
    opened_at = excluded.opened_at, platform_updated_at = excluded.platform_updated_at, round_id = excluded.round_id, \
    work_state = excluded.work_state, outcome = excluded.outcome, closed_at = excluded.closed_at, \
    contested = excluded.contested, conceded = excluded.conceded, assignee = excluded.assignee, attention = excluded.attention, \
    next_rung = excluded.next_rung, next_action_at = excluded.next_action_at, sort_at = excluded.sort_at, \
    pending = excluded.pending, observed_at = excluded.observed_at, mark = excluded.mark, \
    body_hash = excluded.body_hash, chain_length = excluded.chain_length, \
    chain_head = excluded.chain_head, version = excluded.version WHERE cases.version = excluded.version - 1";

macro_rules! select_case {
    ($($rest:literal),+) => {
        concat!(
            "SELECT c.*, r.number AS round_number, r.stage AS round_stage, r.channel AS round_channel, \
             r.reason AS round_reason, r.opened_at AS round_opened_at, r.closed_at AS round_closed_at, r.deadline, \
             r.deadline_source, r.deadline_precision, r.responded_at, r.outcome AS round_outcome \
             FROM cases c JOIN rounds r ON r.id = c.round_id ", $($rest),+
        )
    };
}

mod search;
pub use search::FoundBy;
#[cfg(feature = "testing")]
pub(crate) use search::{LISTS, PAIRS as SEARCH_PAIRS, STATEMENTS as SEARCH_STATEMENTS};

const BY_ID: &str = select_case!("WHERE c.client_id BETWEEN $1 AND $2 AND c.id = $3");
const IN_TX: &str = select_case!("WHERE c.id = $1");
const DUE: &str = select_case!("WHERE c.next_action_at <= $1 ORDER BY c.next_action_at, c.id LIMIT $2");
const SELECT: &str = select_case!("");
const AFTER: &str = select_case!("WHERE c.id > $1 ORDER BY c.id LIMIT $2");
const BY_DISPUTE: &str =
    "SELECT id FROM cases WHERE client_id BETWEEN $1 AND $2 AND dispute = $3 ORDER BY id LIMIT 2";
const ROUNDS: &str = "SELECT id, number, stage, channel, reason, opened_at, closed_at, deadline, deadline_source, \
    deadline_precision, responded_at, outcome FROM rounds WHERE client_id BETWEEN $1 AND $2 AND case_id = $3 ORDER BY number";
const BODY: &str = "SELECT observed_at, packing, body FROM snapshots WHERE client_id BETWEEN $1 AND $2 AND case_id = $3 \
    ORDER BY observed_at DESC LIMIT 1";
const OPEN_AFTER: &str = "SELECT id, dispute, mark FROM cases \
    WHERE connection_id = $1 AND closed_at IS NULL AND id > $2 ORDER BY id LIMIT $3";
const CLOSED_AFTER: &str = "SELECT id, dispute, mark FROM cases \
    WHERE connection_id = $1 AND closed_at >= $2 AND id > $3 ORDER BY id LIMIT $4";

// Lists of values go in as one bind on both engines, each in its own way. On PostgreSQL these two are planned anew each time:
// a plan kept from the first page of a first import, when the table was empty, would read the whole table for every page.
const KNOWN_SQLITE: &str = "SELECT id, dispute, mark FROM cases \
    WHERE connection_id = $1 AND dispute IN (SELECT value FROM json_each($2))";
// They look each dispute up by itself, by the unique key. With `dispute = ANY($2)`, on a table without statistics, most of the
// server's executor time in a first import went into scans that filter by the list.
const KNOWN_POSTGRES: &str = "SELECT k.id, k.dispute, k.mark FROM unnest($2::text[]) AS wanted (dispute) \
    CROSS JOIN LATERAL (SELECT id, dispute, mark FROM cases WHERE connection_id = $1 AND dispute = wanted.dispute LIMIT 1) AS k";
const LOAD_SQLITE: &str =
    select_case!("WHERE c.connection_id = $1 AND c.dispute IN (SELECT value FROM json_each($2))");
const LOAD_POSTGRES: &str = select_case!(
    "WHERE c.id = ANY(ARRAY(SELECT k.id FROM unnest($2::text[]) AS wanted (dispute) CROSS JOIN LATERAL \
     (SELECT id FROM cases WHERE connection_id = $1 AND dispute = wanted.dispute LIMIT 1) AS k))"
);

#[cfg(feature = "testing")]
pub(crate) const STATEMENTS: &[&str] = &[
    BY_ID,
    IN_TX,
    DUE,
    SELECT,
    AFTER,
    BY_DISPUTE,
    ROUNDS,
    BODY,
    OPEN_AFTER,
    CLOSED_AFTER,
];
/// Pairs that differ: SQLite's text, then PostgreSQL's.
#[cfg(feature = "testing")]
pub(crate) const PAIRS: &[(&str, &str)] = &[(KNOWN_SQLITE, KNOWN_POSTGRES), (LOAD_SQLITE, LOAD_POSTGRES)];

/// A case with what storing it needs.
#[derive(Debug, Clone)]
pub struct StoredCase {
    /// The case.
    pub case: Case,
    /// Its history's chain.
    pub chain: Chain,
    /// When the platform was last read for it.
    pub observed_at: DateTime<Utc>,
    /// The version that was read last, as the platform's listing tells it.
    pub mark: String,
    /// SHA-256 of the body that was read last; none for cases of before this was kept.
    pub body_hash: Option<[u8; 32]>,
}

/// What we hold of a dispute in a listing.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Known {
    #[sqlx(rename = "id")]
    case: Uuid,
    /// The platform's id.
    dispute: String,
    /// The version that we have seen, as the listing tells it.
    pub mark: String,
}

impl Known {
    /// Our id.
    pub const fn case(&self) -> CaseId {
        CaseId(self.case)
    }

    /// The platform's id.
    pub fn dispute(&self) -> DisputeRef {
        DisputeRef(self.dispute.clone())
    }
}

/// A place in a list, for the next page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CasePosition {
    /// The next action of the last case, or the end of time.
    pub sort_at: DateTime<Utc>,
    /// Its id.
    pub id: CaseId,
}

/// What sorts a case without any clock behind every case with one.
pub(crate) fn never() -> DateTime<Utc> {
    DateTime::from_timestamp(253_370_764_800, 0).unwrap_or(DateTime::<Utc>::MAX_UTC)
}

impl StoredCase {
    /// Where it stands in the queue.
    pub fn position(&self) -> CasePosition {
        CasePosition {
            sort_at: sort_at(&self.case),
            id: self.case.id,
        }
    }
}

/// Cases in the order of what must be done next: by the next step before the deadline, by the deadline itself once every
/// step is over; those that no clock runs for come last.
fn sort_at(case: &Case) -> DateTime<Utc> {
    let deadline = case.round.deadline.filter(|_| case.facts.turn == Turn::Ours);
    let next = case.next_step.map(|s| s.at).or(deadline.map(|d| d.at));
    next.unwrap_or_else(never)
}

pub(crate) struct CaseWrite<'a> {
    pub case: &'a Case,
    pub chain: Chain,
    pub currency: String,
    pub allowed_actions: String,
    pub order_refs: String,
    pub attention: String,
    pub sort_at: DateTime<Utc>,
    pub observed_at: DateTime<Utc>,
    pub mark: &'a str,
    pub body_hash: Option<&'a [u8]>,
}

impl<'a> CaseWrite<'a> {
    pub fn of(
        case: &'a Case,
        chain: Chain,
        observed_at: DateTime<Utc>,
        (mark, body_hash): (&'a str, Option<&'a [u8; 32]>),
    ) -> Self {
        // Sets and lists of plain words always serialise.
        let json = |value: serde_json::Result<String>| value.unwrap_or_else(|_| "[]".to_owned());
        Self {
            case,
            chain,
            currency: case.facts.amount.currency.code().to_owned(),
            allowed_actions: json(serde_json::to_string(&case.facts.allowed_actions)),
            order_refs: json(serde_json::to_string(&case.facts.order_refs)),
            attention: json(serde_json::to_string(&case.attention)),
            sort_at: sort_at(case),
            observed_at,
            mark,
            body_hash: body_hash.map(<[u8; 32]>::as_slice),
        }
    }
}

pub(crate) async fn in_tx(tx: &mut Tx, id: Uuid) -> Result<Option<StoredCase>> {
    let row: Option<CaseRow> = on_tx!(tx, c => sqlx::query_as(IN_TX).bind(id).fetch_optional(&mut *c).await)?;
    row.map(CaseRow::stored).transpose()
}

/// Cases of all clients after an id, for what is derived from them.
pub(crate) async fn after_in_tx(tx: &mut Tx, after: Uuid, limit: i64) -> Result<Vec<Case>> {
    let rows: Vec<CaseRow> =
        on_tx!(tx, c => sqlx::query_as(AFTER).bind(after).bind(limit).fetch_all(&mut *c).await)?;
    rows.into_iter().map(|row| Ok(row.stored()?.case)).collect()
}

fn names(disputes: &[DisputeRef]) -> Vec<String> {
    disputes.iter().map(|d| d.0.clone()).collect()
}

impl Db {
    /// One case.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn case(&self, scope: ClientScope, id: CaseId) -> Result<Option<StoredCase>> {
        let (low, high) = scope.range();
        let row: Option<CaseRow> =
            on_db!(self, c => sqlx::query_as(BY_ID).bind(low).bind(high).bind(id.0).fetch_optional(c).await)?;
        row.map(CaseRow::stored).transpose()
    }

    /// Our ids of a platform's dispute id: usually one, two where two connections show the same text.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn cases_named(&self, scope: ClientScope, dispute: &str) -> Result<Vec<CaseId>> {
        let (low, high) = scope.range();
        let rows: Vec<(Uuid,)> = on_db!(self, c => sqlx::query_as(BY_DISPUTE).bind(low).bind(high).bind(dispute).fetch_all(c).await)?;
        Ok(rows.into_iter().map(|(id,)| CaseId(id)).collect())
    }

    /// What we hold of these disputes of a connection; one statement for a page.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn known(&self, connection: ConnectionId, disputes: &[DisputeRef]) -> Result<Vec<Known>> {
        Ok(match self {
            Self::Sqlite { read, .. } => {
                let list = serde_json::Value::from(names(disputes)).to_string();
                sqlx::query_as(KNOWN_SQLITE)
                    .bind(connection.0)
                    .bind(list)
                    .fetch_all(read)
                    .await?
            }
            Self::Postgres(pool) => {
                sqlx::query_as(KNOWN_POSTGRES)
                    .persistent(false)
                    .bind(connection.0)
                    .bind(names(disputes))
                    .fetch_all(pool)
                    .await?
            }
        })
    }

    /// These disputes' cases in full; one statement for a batch.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn cases_of(
        &self,
        connection: ConnectionId,
        disputes: &[DisputeRef],
    ) -> Result<Vec<StoredCase>> {
        let rows: Vec<CaseRow> = match self {
            Self::Sqlite { read, .. } => {
                let list = serde_json::Value::from(names(disputes)).to_string();
                sqlx::query_as(LOAD_SQLITE)
                    .bind(connection.0)
                    .bind(list)
                    .fetch_all(read)
                    .await?
            }
            Self::Postgres(pool) => {
                sqlx::query_as(LOAD_POSTGRES)
                    .persistent(false)
                    .bind(connection.0)
                    .bind(names(disputes))
                    .fetch_all(pool)
                    .await?
            }
        };
        rows.into_iter().map(CaseRow::stored).collect()
    }

    /// A connection's open cases after an id, for the sweep that proves remote = local.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn open_after(
        &self,
        connection: ConnectionId,
        after: Option<CaseId>,
        limit: i64,
    ) -> Result<Vec<Known>> {
        let after = after.map_or(Uuid::nil(), |c| c.0);
        Ok(
            on_db!(self, c => sqlx::query_as(OPEN_AFTER).bind(connection.0).bind(after).bind(limit).fetch_all(c).await)?,
        )
    }

    /// A connection's cases after an id that were closed since an instant, for platforms whose listing does not show
    /// that a case came back.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn closed_after(
        &self,
        connection: ConnectionId,
        since: DateTime<Utc>,
        after: Option<CaseId>,
        limit: i64,
    ) -> Result<Vec<Known>> {
        let after = after.map_or(Uuid::nil(), |c| c.0);
        Ok(on_db!(self, c => sqlx::query_as(CLOSED_AFTER)
            .bind(connection.0).bind(since).bind(after).bind(limit).fetch_all(c).await)?)
    }

    /// Cases whose next rung of the deadline ladder is due, most urgent first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn due_cases(&self, now: DateTime<Utc>, limit: i64) -> Result<Vec<StoredCase>> {
        let rows: Vec<CaseRow> =
            on_db!(self, c => sqlx::query_as(DUE).bind(now).bind(limit).fetch_all(c).await)?;
        rows.into_iter().map(CaseRow::stored).collect()
    }

    /// A page of the queue, the next action first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn cases(
        &self,
        scope: ClientScope,
        filter: &CaseFilter,
        after: Option<CasePosition>,
        limit: i64,
    ) -> Result<Vec<StoredCase>> {
        let (where_, mut binds) = filter.sql(scope);
        let mut sql = format!("{SELECT} {where_}");
        if let Some(position) = after {
            binds.extend([Bind::Time(position.sort_at), Bind::Uuid(position.id.0)]);
            // Writing to a String cannot fail.
            let _ = write!(
                sql,
                " AND (c.sort_at, c.id) > (${}, ${})",
                binds.len() - 1,
                binds.len()
            );
        }
        binds.push(Bind::Int(limit));
        let _ = write!(sql, " ORDER BY c.sort_at, c.id LIMIT ${}", binds.len());
        let rows: Vec<CaseRow> = on_db!(self, c => {
            bind_all!(sqlx::query_as(sqlx::AssertSqlSafe(sql)), &binds).fetch_all(c).await
        })?;
        rows.into_iter().map(CaseRow::stored).collect()
    }

    /// All rounds of a case, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn rounds(&self, scope: ClientScope, case: CaseId) -> Result<Vec<Round>> {
        let (low, high) = scope.range();
        let rows: Vec<RoundRow> =
            on_db!(self, c => sqlx::query_as(ROUNDS).bind(low).bind(high).bind(case.0).fetch_all(c).await)?;
        rows.into_iter().map(RoundRow::round).collect()
    }

    /// The newest raw body of a case, and when it was read.
    ///
    /// # Errors
    /// When the database fails, or what is stored cannot be unpacked.
    pub async fn newest_body(
        &self,
        scope: ClientScope,
        case: CaseId,
    ) -> Result<Option<(DateTime<Utc>, Vec<u8>)>> {
        let (low, high) = scope.range();
        let row: Option<(DateTime<Utc>, String, Vec<u8>)> = on_db!(self, c => sqlx::query_as(BODY).bind(low).bind(high).bind(case.0).fetch_optional(c).await)?;
        row.map(|(at, packing, bytes)| Ok((at, unpack("snapshots", (packing, bytes))?)))
            .transpose()
    }
}
