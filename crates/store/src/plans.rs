//! Plans of actions on many cases, each carried out once, and cases that were put aside.

use chrono::{DateTime, Utc};
use docket_core::id::{CaseId, ClientId, PersonId, PlanId};

use crate::unit::UnitOfWork;
use crate::{ClientScope, Db, Result, on_db, on_tx};

const KEEP: &str = "INSERT INTO bulk_plans (id, person_id, made_at, plan) VALUES ($1, $2, $3, $4)";
const ONE: &str = "SELECT made_at, plan, begun_at, moved_at, ended_at, result FROM bulk_plans WHERE id = $1 AND person_id = $2";
// Whoever begins it first has it: of two that ask at the same moment, one. What stood still for long is taken up again.
const BEGIN: &str = "UPDATE bulk_plans SET begun_at = coalesce(begun_at, $3), moved_at = $3 \
    WHERE id = $1 AND person_id = $2 AND ended_at IS NULL AND (begun_at IS NULL OR moved_at < $4)";
// Whoever took it up last goes on with it, and nobody else.
const MOVE: &str = "UPDATE bulk_plans SET result = $2, moved_at = $3, ended_at = $4 \
    WHERE id = $1 AND moved_at = $5 AND ended_at IS NULL";
const ASIDE: &str = "INSERT INTO snoozes (case_id, client_id, until_at, set_by, set_at) VALUES ($1, $2, $3, $4, $5) \
    ON CONFLICT (case_id) DO UPDATE SET until_at = excluded.until_at, set_by = excluded.set_by, set_at = excluded.set_at";

const ASIDE_UNTIL: &str =
    "SELECT until_at, set_by FROM snoozes WHERE client_id BETWEEN $1 AND $2 AND case_id = $3";
const WAKE: &str = "DELETE FROM snoozes WHERE case_id = $1";

#[cfg(feature = "testing")]
pub(crate) const STATEMENTS: &[&str] = &[KEEP, ONE, BEGIN, MOVE, ASIDE, ASIDE_UNTIL, WAKE];

/// A plan as it was kept.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct StoredPlan {
    /// When it was made.
    pub made_at: DateTime<Utc>,
    /// What it says, as JSON.
    pub plan: String,
    /// When it was begun.
    pub begun_at: Option<DateTime<Utc>>,
    /// When its last case was done.
    pub moved_at: Option<DateTime<Utc>>,
    /// When all of it was done.
    pub ended_at: Option<DateTime<Utc>>,
    /// What came of it so far, as JSON.
    pub result: Option<String>,
}

impl Db {
    /// A person's own plan.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn plan(&self, person: PersonId, id: PlanId) -> Result<Option<StoredPlan>> {
        Ok(on_db!(self, c => sqlx::query_as(ONE).bind(id.0).bind(person.0).fetch_optional(c).await)?)
    }
}

impl Db {
    /// Until when a case was put aside, and by whom; none where it is not, whether or not that is over.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn aside(&self, scope: ClientScope, case: CaseId) -> Result<Option<(DateTime<Utc>, String)>> {
        let (low, high) = scope.range();
        Ok(
            on_db!(self, c => sqlx::query_as(ASIDE_UNTIL).bind(low).bind(high).bind(case.0).fetch_optional(c).await)?,
        )
    }
}

impl UnitOfWork {
    /// Keeps a plan that was made.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_plan(
        &mut self,
        id: PlanId,
        person: PersonId,
        plan: &str,
        now: DateTime<Utc>,
    ) -> Result<()> {
        on_tx!(&mut self.tx, c => sqlx::query(KEEP).bind(id.0).bind(person.0).bind(now).bind(plan)
            .execute(&mut *c).await.map(|_| ()))?;
        Ok(())
    }

    /// Begins a person's own plan, or takes it up where nothing moved since `stood`; whether it is the caller's now.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn begin_plan(
        &mut self,
        id: PlanId,
        person: PersonId,
        now: DateTime<Utc>,
        stood: DateTime<Utc>,
    ) -> Result<bool> {
        let begun = on_tx!(&mut self.tx, c => sqlx::query(BEGIN).bind(id.0).bind(person.0).bind(now).bind(stood)
            .execute(&mut *c).await?.rows_affected());
        Ok(begun == 1)
    }

    /// Keeps what came of a plan so far, and whether that is all of it.
    ///
    /// # Errors
    /// `Conflict` when somebody else took it up since `moved`, or the database fails.
    pub async fn move_plan(
        &mut self,
        id: PlanId,
        result: &str,
        (moved, now): (DateTime<Utc>, DateTime<Utc>),
        ended: bool,
    ) -> Result<()> {
        let kept = on_tx!(&mut self.tx, c => sqlx::query(MOVE).bind(id.0).bind(result).bind(now)
            .bind(ended.then_some(now)).bind(moved).execute(&mut *c).await?.rows_affected());
        if kept == 1 {
            Ok(())
        } else {
            Err(crate::Error::Conflict("bulk_plans".to_owned()))
        }
    }

    /// Puts a case aside until an instant.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put_aside(
        &mut self,
        (case, client): (CaseId, ClientId),
        until: DateTime<Utc>,
        by: &str,
        now: DateTime<Utc>,
    ) -> Result<()> {
        on_tx!(&mut self.tx, c => sqlx::query(ASIDE).bind(case.0).bind(client.0).bind(until).bind(by).bind(now)
            .execute(&mut *c).await.map(|_| ()))?;
        Ok(())
    }

    /// Puts a case aside no longer.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn wake(&mut self, case: CaseId) -> Result<()> {
        on_tx!(&mut self.tx, c => sqlx::query(WAKE).bind(case.0).execute(&mut *c).await.map(|_| ()))?;
        Ok(())
    }
}
