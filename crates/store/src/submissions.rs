//! Submissions: responses on their way. Every change names the state it starts from.

use chrono::{DateTime, Utc};
use docket_core::id::{CaseId, ClientId, RoundId, SubmissionId};
use docket_core::proof::Baseline;
use docket_core::response::{Submission, SubmissionState};
use uuid::Uuid;

use crate::unit::UnitOfWork;
use crate::{ClientScope, Db, Error, Result, on_db, on_tx};

macro_rules! select {
    ($($rest:literal),+) => {
        concat!(
            "SELECT id, client_id, case_id, round_id, response, state, send_at, attempts, attempted_at, answered, baseline, \
             platform_reference, confirmed_at, error, created_by, created_at, quality FROM submissions ", $($rest),+
        )
    };
}
const INSERT: &str = "INSERT INTO submissions (id, client_id, case_id, action, response, state, send_at, attempts, baseline, \
    created_by, created_at, round_id, quality) VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8, $9, $10, $11, $12)";
const BY_ID: &str = select!("WHERE client_id BETWEEN $1 AND $2 AND id = $3");
const BY_CASE: &str = select!("WHERE client_id BETWEEN $1 AND $2 AND case_id = $3 ORDER BY created_at, id");
const LIST: &str = select!("WHERE client_id BETWEEN $1 AND $2 AND id > $3 ORDER BY id LIMIT $4");
const PREPARED_BY: &str = "SELECT case_id, id FROM submissions \
    WHERE client_id BETWEEN $1 AND $2 AND created_by = $3 AND state = 'prepared' ORDER BY case_id";
const LOCK: &str = select!("WHERE id = $1");
const UPDATE: &str = "UPDATE submissions SET state = $2, send_at = $3, attempts = $4, attempted_at = $5, answered = $6, \
    baseline = $7, platform_reference = $8, confirmed_at = $9, error = $10 WHERE id = $1 AND state = $11 AND attempts = $12";

const MOVE: &str = "UPDATE submissions SET send_at = $2 WHERE id = $1 AND state = 'prepared'";

#[cfg(feature = "testing")]
pub(crate) const STATEMENTS: &[&str] = &[INSERT, BY_ID, BY_CASE, LIST, PREPARED_BY, LOCK, UPDATE, MOVE];

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    client_id: Uuid,
    case_id: Uuid,
    round_id: Uuid,
    response: String,
    state: String,
    send_at: DateTime<Utc>,
    attempts: i64,
    attempted_at: Option<DateTime<Utc>>,
    answered: bool,
    baseline: String,
    platform_reference: Option<String>,
    confirmed_at: Option<DateTime<Utc>>,
    error: Option<String>,
    created_by: String,
    created_at: DateTime<Utc>,
    quality: Option<String>,
}

impl Row {
    fn submission(self) -> Result<Submission> {
        let damaged = |e: serde_json::Error| Error::damaged("submissions", e);
        let baseline: Baseline = serde_json::from_str(&self.baseline).map_err(damaged)?;
        Ok(Submission {
            id: SubmissionId(self.id),
            case: CaseId(self.case_id),
            round: RoundId(self.round_id),
            client: ClientId(self.client_id),
            response: serde_json::from_str(&self.response).map_err(damaged)?,
            state: self.state.parse().map_err(|e| Error::damaged("submissions", e))?,
            send_at: self.send_at,
            attempts: self.attempts,
            attempted_at: self.attempted_at,
            answered: self.answered,
            baseline,
            platform_reference: self.platform_reference,
            confirmed_at: self.confirmed_at,
            error: self.error,
            created_by: self.created_by,
            created_at: self.created_at,
            quality: self
                .quality
                .as_deref()
                .map(serde_json::from_str)
                .transpose()
                .map_err(damaged)?,
        })
    }
}

impl Db {
    /// One submission.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn submission(&self, scope: ClientScope, id: SubmissionId) -> Result<Option<Submission>> {
        let (low, high) = scope.range();
        let row: Option<Row> =
            on_db!(self, c => sqlx::query_as(BY_ID).bind(low).bind(high).bind(id.0).fetch_optional(c).await)?;
        row.map(Row::submission).transpose()
    }

    /// All submissions of a case, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn submissions_of(&self, scope: ClientScope, case: CaseId) -> Result<Vec<Submission>> {
        let (low, high) = scope.range();
        let rows: Vec<Row> =
            on_db!(self, c => sqlx::query_as(BY_CASE).bind(low).bind(high).bind(case.0).fetch_all(c).await)?;
        rows.into_iter().map(Row::submission).collect()
    }

    /// Prepared responses of `actor` in scope that no worker has marked, each with its case.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn prepared_by(&self, scope: ClientScope, actor: &str) -> Result<Vec<(CaseId, SubmissionId)>> {
        let (low, high) = scope.range();
        let rows: Vec<(Uuid, Uuid)> = on_db!(self, c => sqlx::query_as(PREPARED_BY).bind(low).bind(high).bind(actor).fetch_all(c).await)?;
        Ok(rows
            .into_iter()
            .map(|(case, id)| (CaseId(case), SubmissionId(id)))
            .collect())
    }

    /// A page of submissions after an id, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn submissions(
        &self,
        scope: ClientScope,
        after: Option<SubmissionId>,
        limit: i64,
    ) -> Result<Vec<Submission>> {
        let (low, high) = scope.range();
        let after = after.map_or(Uuid::nil(), |s| s.0);
        let rows: Vec<Row> = on_db!(self, c => sqlx::query_as(LIST).bind(low).bind(high).bind(after).bind(limit).fetch_all(c).await)?;
        rows.into_iter().map(Row::submission).collect()
    }
}

impl UnitOfWork {
    /// Stores a new submission.
    ///
    /// # Errors
    /// [`Error::Conflict`] when the case already has one under way.
    pub async fn add_submission(&mut self, s: &Submission) -> Result<()> {
        let response = serde_json::to_string(&s.response).map_err(|e| Error::damaged("submissions", e))?;
        let baseline = serde_json::to_string(&s.baseline).map_err(|e| Error::damaged("submissions", e))?;
        let quality = s.quality.as_ref().map(serde_json::to_string).transpose();
        let quality = quality.map_err(|e| Error::damaged("submissions", e))?;
        on_tx!(&mut self.tx, c => sqlx::query(INSERT)
            .bind(s.id.0).bind(s.client.0).bind(s.case.0).bind(s.response.action().as_str()).bind(&response)
            .bind(s.state.as_str()).bind(s.send_at).bind(&baseline).bind(&s.created_by).bind(s.created_at).bind(s.round.0)
            .bind(&quality)
            .execute(&mut *c).await.map(|_| ()))?;
        Ok(())
    }

    /// Reads a submission inside the transaction.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn submission(&mut self, id: SubmissionId) -> Result<Option<Submission>> {
        let row: Option<Row> =
            on_tx!(&mut self.tx, c => sqlx::query_as(LOCK).bind(id.0).fetch_optional(&mut *c).await)?;
        row.map(Row::submission).transpose()
    }

    /// Writes a submission back, only if its state and attempts are still what they were.
    ///
    /// # Errors
    /// [`Error::Conflict`] when someone else moved it first: nothing was changed.
    pub async fn update_submission(
        &mut self,
        s: &Submission,
        (was, attempts): (SubmissionState, i64),
    ) -> Result<()> {
        let baseline = serde_json::to_string(&s.baseline).map_err(|e| Error::damaged("submissions", e))?;
        let moved = on_tx!(&mut self.tx, c => sqlx::query(UPDATE)
            .bind(s.id.0).bind(s.state.as_str()).bind(s.send_at).bind(s.attempts).bind(s.attempted_at).bind(s.answered).bind(&baseline)
            .bind(&s.platform_reference).bind(s.confirmed_at).bind(&s.error).bind(was.as_str()).bind(attempts)
            .execute(&mut *c).await?.rows_affected());
        if moved == 1 {
            Ok(())
        } else {
            Err(Error::Conflict("a response".to_owned()))
        }
    }

    /// Moves the time of a prepared submission.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn move_submission(&mut self, id: SubmissionId, send_at: DateTime<Utc>) -> Result<()> {
        on_tx!(&mut self.tx, c => sqlx::query(MOVE).bind(id.0).bind(send_at).execute(&mut *c).await.map(|_| ()))?;
        Ok(())
    }
}
