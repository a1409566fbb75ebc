//! Putting jobs into the queue, inside the caller's transaction.

use std::collections::BTreeMap;

use chrono::{DateTime, SecondsFormat, SubsecRound, Utc};
use docket_core::env::Env;
use docket_core::id::{CaseId, ClientId, JobId};
use docket_store::{Error, Result, Tx, on_tx};
use serde::Serialize;
use uuid::Uuid;

use crate::sql;

/// Rows of one statement.
const BATCH: usize = 500;

/// A job to be.
#[derive(Debug, Clone)]
pub struct NewJob {
    /// Which handler runs it.
    pub kind: &'static str,
    /// Dedupe key: at most one job of a kind and key is pending. A running one does not count.
    pub key: String,
    /// Whose job it is; counts against the client's fair share.
    pub client: Option<ClientId>,
    /// The case it is about.
    pub case: Option<CaseId>,
    /// What the handler needs to know.
    pub payload: serde_json::Value,
    /// Not before this instant.
    pub run_at: DateTime<Utc>,
    /// Higher first; see [`crate::priority`].
    pub priority: i64,
    /// Failed attempts after which the job is dead; at least 1.
    pub max_attempts: i64,
}

#[derive(Serialize)]
struct Row<'a> {
    id: String,
    kind: &'a str,
    key: &'a str,
    client_id: Option<String>,
    case_id: Option<String>,
    payload: String,
    priority: i64,
    run_at: String,
    max_attempts: i64,
}

/// Enqueues jobs, to exist when the transaction is committed; returns their ids in the order given. Call
/// [`crate::Waker::wake`] after the commit; workers of other processes are told by PostgreSQL itself.
///
/// A job that is pending under the same kind and key keeps its id and its attempts and takes over everything else of the
/// new one: it is moved to the new `run_at`, be it earlier or later. Of two with one key in the same call the last counts.
///
/// # Errors
/// When the database fails; then the transaction is to be dropped.
pub async fn enqueue(tx: &mut Tx, env: &Env, jobs: &[NewJob]) -> Result<Vec<JobId>> {
    // Sorted by key: two transactions that enqueue the same jobs then wait for each other instead of locking up.
    let unique: BTreeMap<(&str, &str), &NewJob> = jobs
        .iter()
        .map(|job| ((job.kind, job.key.as_str()), job))
        .collect();
    let unique: Vec<&NewJob> = unique.into_values().collect();
    let mut ids: BTreeMap<(String, String), Uuid> = BTreeMap::new();
    for batch in unique.chunks(BATCH) {
        let rows: Vec<Row<'_>> = batch.iter().map(|job| row(job, env)).collect();
        let rows = serde_json::to_string(&rows).map_err(|error| Error::Driver(error.to_string()))?;
        let text = sql::ENQUEUE.of(tx);
        let made: Vec<(Uuid, String, String)> =
            on_tx!(tx, c => sqlx::query_as(text).bind(rows).bind(env.now()).fetch_all(c).await)?;
        ids.extend(made.into_iter().map(|(id, kind, key)| ((kind, key), id)));
    }
    if !jobs.is_empty() {
        notify(tx).await?;
    }
    jobs.iter()
        .map(|job| {
            let id = ids.get(&(job.kind.to_owned(), job.key.clone()));
            id.map(|id| JobId(*id))
                .ok_or_else(|| Error::Driver("the enqueued row was not returned".to_owned()))
        })
        .collect()
}

fn row<'a>(job: &'a NewJob, env: &Env) -> Row<'a> {
    Row {
        id: hex(JobId::new(env).0),
        kind: job.kind,
        key: &job.key,
        client_id: job.client.map(|client| hex(client.0)),
        case_id: job.case.map(|case| hex(case.0)),
        payload: job.payload.to_string(),
        priority: job.priority,
        // The form in which sqlx writes instants to SQLite, where they are compared as text.
        run_at: job
            .run_at
            .trunc_subsecs(6)
            .to_rfc3339_opts(SecondsFormat::AutoSi, false),
        max_attempts: job.max_attempts.max(1),
    }
}

pub(crate) fn hex(id: Uuid) -> String {
    id.simple().to_string()
}

/// Wakes workers of all processes at the commit; PostgreSQL only, on SQLite they poll.
pub(crate) async fn notify(tx: &mut Tx) -> Result<()> {
    if let Tx::Postgres(tx) = tx {
        sqlx::query(sql::NOTIFY).execute(&mut **tx).await?;
    }
    Ok(())
}

/// Removes a pending job; whether there was one. A running one goes on.
///
/// # Errors
/// When the database fails.
pub async fn cancel(tx: &mut Tx, kind: &str, key: &str) -> Result<bool> {
    let gone = on_tx!(tx, c => sqlx::query(sql::CANCEL).bind(kind).bind(key).execute(c).await.map(|r| r.rows_affected()))?;
    Ok(gone > 0)
}
