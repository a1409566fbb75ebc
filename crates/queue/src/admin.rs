//! The queue as people see it: what waits, what died, and starting it again.

use chrono::{DateTime, Utc};
use docket_core::env::Env;
use docket_core::id::{CaseId, ClientId, JobId};
use docket_store::{ClientScope, Db, Error, Result, Tx, on_db, on_tx};
use uuid::Uuid;

use crate::enqueue::notify;
use crate::settle::merge_into_twin;
use crate::sql;

/// Where a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// Waits for its instant or a slot.
    Pending,
    /// A worker holds it.
    Running,
    /// Failed for good; a person decides.
    Dead,
}

impl State {
    /// The word in the table.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Running => "running",
            Self::Dead => "dead",
        }
    }

    fn read(word: &str) -> Result<Self> {
        match word {
            "pending" => Ok(Self::Pending),
            "running" => Ok(Self::Running),
            "dead" => Ok(Self::Dead),
            other => Err(Error::Damaged {
                table: "jobs",
                why: format!("state `{other}`"),
            }),
        }
    }
}

/// One job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobRow {
    /// The row's id.
    pub id: JobId,
    /// The kind.
    pub kind: String,
    /// The dedupe key.
    pub key: String,
    /// Whose job it is.
    pub client: Option<ClientId>,
    /// The case it is about.
    pub case: Option<CaseId>,
    /// Where it stands.
    pub state: State,
    /// Higher first.
    pub priority: i64,
    /// Not before this instant; of a running or dead job, when it was last due.
    pub run_at: DateTime<Utc>,
    /// Counted attempts.
    pub attempts: i64,
    /// Failed attempts after which it is dead.
    pub max_attempts: i64,
    /// The worker that holds it.
    pub worker: Option<String>,
    /// What the last run failed with or waits for.
    pub last_error: Option<String>,
    /// When it was first enqueued.
    pub created_at: DateTime<Utc>,
}

impl JobRow {
    /// Where a list goes on after this row.
    pub const fn position(&self) -> Position {
        Position {
            created_at: self.created_at,
            id: self.id,
        }
    }
}

/// A place in a list of jobs, which are ordered by `created_at` and id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// When the last row seen was enqueued.
    pub created_at: DateTime<Utc>,
    /// Its id.
    pub id: JobId,
}

/// How many jobs of a kind are in a state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    /// The kind.
    pub kind: String,
    /// The state.
    pub state: State,
    /// Jobs.
    pub jobs: i64,
    /// The earliest `run_at` among them: how long the oldest has been due.
    pub earliest: DateTime<Utc>,
}

#[derive(sqlx::FromRow)]
struct Listed {
    id: Uuid,
    kind: String,
    dedupe_key: String,
    client_id: Option<Uuid>,
    case_id: Option<Uuid>,
    state: String,
    priority: i64,
    run_at: DateTime<Utc>,
    attempts: i64,
    max_attempts: i64,
    lease_by: Option<String>,
    last_error: Option<String>,
    created_at: DateTime<Utc>,
}

impl Listed {
    fn read(self) -> Result<JobRow> {
        Ok(JobRow {
            id: JobId(self.id),
            kind: self.kind,
            key: self.dedupe_key,
            client: self.client_id.map(ClientId),
            case: self.case_id.map(CaseId),
            state: State::read(&self.state)?,
            priority: self.priority,
            run_at: self.run_at,
            attempts: self.attempts,
            max_attempts: self.max_attempts,
            worker: self.lease_by,
            last_error: self.last_error,
            created_at: self.created_at,
        })
    }
}

/// From and to client, and 1 when jobs of no client are seen too: they are the agency's own.
fn range(scope: ClientScope) -> (Uuid, Uuid, i64) {
    match scope {
        ClientScope::One(client) => (client.0, client.0, 0),
        ClientScope::Agency => (Uuid::nil(), Uuid::max(), 1),
    }
}

/// Jobs of one state, oldest first, at most `limit`, after a position.
///
/// # Errors
/// When the database fails.
pub async fn list(
    db: &Db,
    scope: ClientScope,
    state: State,
    after: Option<Position>,
    limit: i64,
) -> Result<Vec<JobRow>> {
    let (from, to, agency) = range(scope);
    let after = after.unwrap_or(Position {
        created_at: DateTime::UNIX_EPOCH,
        id: JobId(Uuid::nil()),
    });
    let rows: Vec<Listed> = on_db!(db, c => sqlx::query_as(sql::LIST)
        .bind(from).bind(to).bind(agency).bind(state.word()).bind(after.created_at).bind(after.id.0).bind(limit)
        .fetch_all(c).await)?;
    rows.into_iter().map(Listed::read).collect()
}

/// Dead jobs: [`list`] for [`State::Dead`].
///
/// # Errors
/// When the database fails.
pub async fn dead(db: &Db, scope: ClientScope, after: Option<Position>, limit: i64) -> Result<Vec<JobRow>> {
    list(db, scope, State::Dead, after, limit).await
}

/// Jobs by kind and state.
///
/// # Errors
/// When the database fails.
pub async fn counts(db: &Db, scope: ClientScope) -> Result<Vec<Count>> {
    let (from, to, agency) = range(scope);
    let rows: Vec<(String, String, i64, DateTime<Utc>)> = on_db!(db, c => sqlx::query_as(sql::COUNTS)
        .bind(from).bind(to).bind(agency).fetch_all(c).await)?;
    rows.into_iter()
        .map(|(kind, state, jobs, earliest)| {
            Ok(Count {
                kind,
                state: State::read(&state)?,
                jobs,
                earliest,
            })
        })
        .collect()
}

/// Jobs of a kind whose key begins so, that died or were begun at least so many times.
///
/// # Errors
/// When the database fails.
pub async fn stuck(db: &Db, kind: &str, key_start: &str, attempts: i64) -> Result<i64> {
    // Keys are ids and platforms' ids; neither holds what LIKE treats as more than itself, or it only counts more.
    let like = format!("{key_start}%");
    let (count,): (i64,) = on_db!(db, c => sqlx::query_as(sql::STUCK)
        .bind(kind).bind(like).bind(attempts).fetch_one(c).await)?;
    Ok(count)
}

/// Keys of the jobs of a kind that run now. A running job does not keep its successor from being enqueued: who schedules by
/// the clock asks here first, or a job that takes longer than the interval would run many times at once.
///
/// # Errors
/// When the database fails.
pub async fn running(tx: &mut Tx, kind: &str) -> Result<Vec<String>> {
    let keys: Vec<(String,)> =
        on_tx!(tx, c => sqlx::query_as(sql::RUNNING).bind(kind).fetch_all(&mut *c).await)?;
    Ok(keys.into_iter().map(|(key,)| key).collect())
}

/// Starts a dead job again, due now and with all its attempts; whether there was one. When a job of the same kind and
/// key is pending already, that one is made due and the dead one goes. Wake the worker after the commit.
///
/// # Errors
/// When the database fails.
pub async fn retry_dead(tx: &mut Tx, env: &Env, scope: ClientScope, id: JobId) -> Result<bool> {
    let Some((kind, key)) = dead_one(tx, scope, id).await? else {
        return Ok(false);
    };
    if merge_into_twin(tx, &kind, &key, env.now(), None).await? {
        on_tx!(&mut *tx, c => sqlx::query(sql::DISCARD).bind(id.0).execute(c).await.map(drop))?;
    } else {
        on_tx!(&mut *tx, c => sqlx::query(sql::REVIVE).bind(id.0).bind(env.now()).execute(c).await.map(drop))?;
    }
    notify(tx).await?;
    Ok(true)
}

/// Deletes a dead job; whether there was one.
///
/// # Errors
/// When the database fails.
pub async fn discard_dead(tx: &mut Tx, scope: ClientScope, id: JobId) -> Result<bool> {
    if dead_one(tx, scope, id).await?.is_none() {
        return Ok(false);
    }
    on_tx!(tx, c => sqlx::query(sql::DISCARD).bind(id.0).execute(c).await.map(drop))?;
    Ok(true)
}

async fn dead_one(tx: &mut Tx, scope: ClientScope, id: JobId) -> Result<Option<(String, String)>> {
    let (from, to, agency) = range(scope);
    Ok(on_tx!(tx, c => sqlx::query_as(sql::DEAD_ONE)
        .bind(id.0).bind(from).bind(to).bind(agency).fetch_optional(c).await)?)
}
