//! The end of an attempt. Everything here is fenced: who lost the lease changes nothing.

use std::collections::HashSet;

use chrono::{DateTime, SubsecRound, Utc};
use docket_core::id::{CaseId, ClientId, JobId};
use docket_store::{Db, Error, Result, Tx, on_tx};
use serde::Serialize;
use uuid::Uuid;

use crate::enqueue::{hex, notify};
use crate::sql;

/// One claim of one row: what a lease is known by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Fence {
    pub(crate) id: JobId,
    pub(crate) no: i64,
}

/// A row that was claimed, or whose lease ran out.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct Row {
    id: Uuid,
    pub(crate) kind: String,
    pub(crate) dedupe_key: String,
    client_id: Option<Uuid>,
    case_id: Option<Uuid>,
    pub(crate) payload: String,
    pub(crate) run_at: DateTime<Utc>,
    pub(crate) attempts: i64,
    pub(crate) max_attempts: i64,
    pub(crate) lease_no: i64,
}

impl Row {
    pub(crate) const fn fence(&self) -> Fence {
        Fence {
            id: JobId(self.id),
            no: self.lease_no,
        }
    }

    pub(crate) fn client(&self) -> Option<ClientId> {
        self.client_id.map(ClientId)
    }

    pub(crate) fn case(&self) -> Option<CaseId> {
        self.case_id.map(CaseId)
    }

    /// The order within one priority; `RETURNING` keeps none.
    pub(crate) fn rank(&self) -> impl Ord + use<> {
        (self.run_at, self.id)
    }
}

/// What becomes of a running row that is not simply done.
#[derive(Debug, Clone)]
pub(crate) enum End {
    Pending {
        at: DateTime<Utc>,
        /// 1 when this run is not to be counted as an attempt, else 0.
        uncounted: i64,
        why: Option<String>,
        /// Whether workers of other processes should look at once.
        tell: bool,
    },
    Dead {
        why: String,
    },
}

const LONGEST_ERROR: usize = 2000;

/// Cuts a text to what the table keeps.
pub(crate) fn shorten(text: &str) -> String {
    text.chars().take(LONGEST_ERROR).collect()
}

/// Ends an attempt in a transaction of its own: one row, so that it never waits for a second one while it holds a
/// first. False when the lease was lost.
pub(crate) async fn settle(db: &Db, worker: &str, row: &Row, end: &End) -> Result<bool> {
    let mut tx = begin(db).await?;
    let fence = row.fence();
    let text = sql::FENCE.of(&tx);
    let held = on_tx!(&mut tx, c => sqlx::query(text)
        .bind(fence.id.0).bind(worker).bind(fence.no).fetch_optional(c).await.map(|row| row.is_some()))?;
    if held {
        end_held(&mut tx, worker, row, end).await?;
        tx.commit().await?;
    }
    Ok(held)
}

/// As [`settle`], for a row of a vanished worker: only when its lease still is run out.
pub(crate) async fn settle_run_out(
    db: &Db,
    worker: &str,
    row: &Row,
    now: DateTime<Utc>,
    end: &End,
) -> Result<bool> {
    let mut tx = begin(db).await?;
    let fence = row.fence();
    let text = sql::FENCE_RUN_OUT.of(&tx);
    let held = on_tx!(&mut tx, c => sqlx::query(text)
        .bind(fence.id.0).bind(worker).bind(fence.no).bind(now).fetch_optional(c).await.map(|row| row.is_some()))?;
    if held {
        end_held(&mut tx, worker, row, end).await?;
        tx.commit().await?;
    }
    Ok(held)
}

async fn begin(db: &Db) -> Result<Tx> {
    let mut tx = db.begin().await?;
    if let Tx::Postgres(tx) = &mut tx {
        sqlx::query(sql::SHORT_WAIT).execute(&mut **tx).await?;
    }
    Ok(tx)
}

/// The transaction has seen that the fence holds.
async fn end_held(tx: &mut Tx, worker: &str, row: &Row, end: &End) -> Result<()> {
    let Fence { id, no } = row.fence();
    match end {
        End::Pending {
            at,
            uncounted,
            why,
            tell,
        } => {
            let at = at.trunc_subsecs(6);
            let why = why.as_deref().map(shorten);
            if merge_into_twin(tx, &row.kind, &row.dedupe_key, at, why.as_deref()).await? {
                on_tx!(&mut *tx, c => sqlx::query(sql::DROP).bind(id.0).bind(worker).bind(no).execute(c).await.map(drop))?;
            } else {
                on_tx!(&mut *tx, c => sqlx::query(sql::TO_PENDING)
                    .bind(id.0).bind(worker).bind(no).bind(at).bind(*uncounted).bind(why).execute(c).await.map(drop))?;
            }
            if *tell {
                notify(tx).await?;
            }
        }
        End::Dead { why } => {
            let why = shorten(why);
            on_tx!(&mut *tx, c => sqlx::query(sql::TO_DEAD)
                .bind(id.0).bind(worker).bind(no).bind(why).execute(c).await.map(drop))?;
        }
    }
    Ok(())
}

/// A pending job is unique by its key, so a job that comes back gives way to the twin that was enqueued while it ran:
/// the twin takes the earlier instant. Whether there is one.
pub(crate) async fn merge_into_twin(
    tx: &mut Tx,
    kind: &str,
    key: &str,
    at: DateTime<Utc>,
    why: Option<&str>,
) -> Result<bool> {
    let merged = on_tx!(tx, c => sqlx::query(sql::MERGE)
        .bind(kind).bind(key).bind(at).bind(why).execute(c).await.map(|r| r.rows_affected()))?;
    Ok(merged > 0)
}

#[derive(Serialize)]
struct FenceRow {
    id: String,
    no: i64,
}

/// Runs [`sql::DONE`] over many leases; returns those that were still held.
pub(crate) async fn done(tx: &mut Tx, worker: &str, fences: &[Fence]) -> Result<HashSet<Fence>> {
    let (text, list) = (sql::DONE.of(tx), list(fences)?);
    let rows: Vec<(Uuid, i64)> =
        on_tx!(tx, c => sqlx::query_as(text).bind(worker).bind(list).fetch_all(c).await)?;
    Ok(fences_of(rows))
}

/// Runs [`sql::EXTEND`] over many leases; returns those that were still held.
pub(crate) async fn extend(
    tx: &mut Tx,
    worker: &str,
    fences: &[Fence],
    until: DateTime<Utc>,
) -> Result<HashSet<Fence>> {
    let (text, list) = (sql::EXTEND.of(tx), list(fences)?);
    let rows: Vec<(Uuid, i64)> =
        on_tx!(tx, c => sqlx::query_as(text).bind(worker).bind(list).bind(until).fetch_all(c).await)?;
    Ok(fences_of(rows))
}

fn list(fences: &[Fence]) -> Result<String> {
    let rows: Vec<FenceRow> = fences
        .iter()
        .map(|fence| FenceRow {
            id: hex(fence.id.0),
            no: fence.no,
        })
        .collect();
    serde_json::to_string(&rows).map_err(|error| Error::Driver(error.to_string()))
}

fn fences_of(rows: Vec<(Uuid, i64)>) -> HashSet<Fence> {
    rows.into_iter()
        .map(|(id, no)| Fence { id: JobId(id), no })
        .collect()
}
