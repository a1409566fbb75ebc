//! Missed deadlines and their causes.

use chrono::{DateTime, Utc};
use docket_core::id::{CaseId, ClientId, IncidentId, RoundId};
use docket_core::incident::{Cause, Incident};
use uuid::Uuid;

use crate::unit::UnitOfWork;
use crate::{ClientScope, Db, Error, Result, on_db, on_tx};

macro_rules! select {
    ($($rest:literal),+) => {
        concat!(
            "SELECT i.id, i.client_id, i.case_id, i.round_id, i.deadline, i.raised_at, i.cause, i.why, i.decided_at, \
             i.decided_by, r.responded_at FROM incidents i LEFT JOIN rounds r ON r.id = i.round_id ", $($rest),+
        )
    };
}
const RAISE: &str = "INSERT INTO incidents (id, client_id, case_id, round_id, deadline, raised_at, cause, why) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (round_id, deadline) DO NOTHING";
const LIST: &str = select!("WHERE i.client_id BETWEEN $1 AND $2 AND i.id > $3 ORDER BY i.id LIMIT $4");
const LATEST: &str = select!("WHERE i.client_id BETWEEN $1 AND $2 AND i.id < $3 ORDER BY i.id DESC LIMIT $4");
const BY_ID: &str = select!("WHERE i.client_id BETWEEN $1 AND $2 AND i.id = $3");
const KNOWN_SINCE: &str = "SELECT min(at) FROM history WHERE subject = $1";
const DECIDE: &str =
    "UPDATE incidents SET cause = $2, why = $3, decided_at = $4, decided_by = $5 WHERE id = $1";

#[cfg(feature = "testing")]
pub(crate) const STATEMENTS: &[&str] = &[RAISE, LIST, LATEST, BY_ID, KNOWN_SINCE, DECIDE];

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    client_id: Uuid,
    case_id: Uuid,
    round_id: Uuid,
    deadline: DateTime<Utc>,
    raised_at: DateTime<Utc>,
    cause: String,
    why: String,
    decided_at: Option<DateTime<Utc>>,
    decided_by: Option<String>,
    responded_at: Option<DateTime<Utc>>,
}

impl Row {
    fn incident(self) -> Result<Incident> {
        Ok(Incident {
            id: IncidentId(self.id),
            client: ClientId(self.client_id),
            case: CaseId(self.case_id),
            round: RoundId(self.round_id),
            deadline: self.deadline,
            raised_at: self.raised_at,
            cause: self.cause.parse().map_err(|e| Error::damaged("incidents", e))?,
            why: self.why,
            decided_at: self.decided_at,
            decided_by: self.decided_by,
            responded_at: self.responded_at,
        })
    }
}

impl Db {
    /// A page of missed deadlines after an id, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn incidents(
        &self,
        scope: ClientScope,
        after: Option<IncidentId>,
        limit: i64,
    ) -> Result<Vec<Incident>> {
        let (low, high) = scope.range();
        let after = after.map_or(Uuid::nil(), |i| i.0);
        let rows: Vec<Row> = on_db!(self, c => sqlx::query_as(LIST).bind(low).bind(high).bind(after).bind(limit).fetch_all(c).await)?;
        rows.into_iter().map(Row::incident).collect()
    }

    /// The latest missed deadlines before one of them, the newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn latest_incidents(
        &self,
        scope: ClientScope,
        before: Option<IncidentId>,
        limit: i64,
    ) -> Result<Vec<Incident>> {
        let (low, high) = scope.range();
        let before = before.map_or(Uuid::max(), |i| i.0);
        let rows: Vec<Row> = on_db!(self, c => sqlx::query_as(LATEST).bind(low).bind(high).bind(before).bind(limit).fetch_all(c).await)?;
        rows.into_iter().map(Row::incident).collect()
    }

    /// One missed deadline.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn incident(&self, scope: ClientScope, id: IncidentId) -> Result<Option<Incident>> {
        let (low, high) = scope.range();
        let row: Option<Row> =
            on_db!(self, c => sqlx::query_as(BY_ID).bind(low).bind(high).bind(id.0).fetch_optional(c).await)?;
        row.map(Row::incident).transpose()
    }
}

impl UnitOfWork {
    /// Since when the desk has a case.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn known_since(&mut self, case: CaseId) -> Result<Option<DateTime<Utc>>> {
        let (at,): (Option<DateTime<Utc>>,) =
            on_tx!(&mut self.tx, c => sqlx::query_as(KNOWN_SINCE).bind(case.0).fetch_one(&mut *c).await)?;
        Ok(at)
    }

    /// Records a missed deadline, once for each deadline of a round; whether it is new.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn raise_incident(&mut self, incident: &Incident) -> Result<bool> {
        let made = on_tx!(&mut self.tx, c => sqlx::query(RAISE)
            .bind(incident.id.0).bind(incident.client.0).bind(incident.case.0).bind(incident.round.0)
            .bind(incident.deadline).bind(incident.raised_at).bind(incident.cause.as_str()).bind(&incident.why)
            .execute(&mut *c).await?.rows_affected());
        Ok(made == 1)
    }

    /// A person says what it is put down to.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn decide_incident(
        &mut self,
        id: IncidentId,
        (cause, note): (Cause, &str),
        by: &str,
        now: DateTime<Utc>,
    ) -> Result<()> {
        on_tx!(&mut self.tx, c => sqlx::query(DECIDE)
            .bind(id.0).bind(cause.as_str()).bind(note).bind(now).bind(by).execute(&mut *c).await.map(|_| ()))?;
        Ok(())
    }
}
