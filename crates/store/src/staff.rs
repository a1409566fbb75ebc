//! What people are good at and have on their hands, the views that they keep, and the lists that they hand over.

use chrono::{DateTime, Utc};
use docket_core::id::PersonId;
use docket_core::person::{SkillKind, name_key};
use docket_core::words::Turn;
use uuid::Uuid;

use crate::bulk::bind_all;
use crate::unit::UnitOfWork;
use crate::{CaseFilter, ClientScope, Db, Error, Result, on_db, on_tx};

const SKILLS: &str = "SELECT person_id, kind, value FROM person_skills ORDER BY person_id, kind, value";
const NO_SKILLS: &str = "DELETE FROM person_skills WHERE person_id = $1";
const SKILL: &str = "INSERT INTO person_skills (person_id, kind, value) VALUES ($1, $2, $3)";
const VIEWS: &str = "SELECT name, query FROM saved_views WHERE person_id = $1 ORDER BY name_key";
const SAVE_VIEW: &str = "INSERT INTO saved_views (person_id, name_key, name, query, made_at) VALUES ($1, $2, $3, $4, $5) \
    ON CONFLICT (person_id, name_key) DO UPDATE SET name = excluded.name, query = excluded.query, made_at = excluded.made_at";
const DROP_VIEW: &str = "DELETE FROM saved_views WHERE person_id = $1 AND name_key = $2";
const SIGN: &str = "INSERT INTO handovers (id, signed_by, signed_at, note, body) VALUES ($1, $2, $3, $4, $5)";
const SIGNED: &str =
    "SELECT id, signed_by, signed_at, note, body FROM handovers ORDER BY signed_at DESC, id DESC LIMIT $1";
const HANDOVER: &str = "SELECT id, signed_by, signed_at, note, body FROM handovers WHERE id = $1";

#[cfg(feature = "testing")]
pub(crate) const STATEMENTS: &[&str] = &[
    SKILLS, NO_SKILLS, SKILL, VIEWS, SAVE_VIEW, DROP_VIEW, SIGN, SIGNED, HANDOVER,
];

/// A hand-over list as it was signed off.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct StoredHandover {
    /// Its id.
    pub id: Uuid,
    /// Who signed it.
    pub signed_by: String,
    /// When.
    pub signed_at: DateTime<Utc>,
    /// What they said.
    pub note: String,
    /// What was on it, as JSON.
    pub body: String,
}

impl Db {
    /// What everybody is good at.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn skills(&self) -> Result<Vec<(PersonId, SkillKind, String)>> {
        let rows: Vec<(Uuid, String, String)> = on_db!(self, c => sqlx::query_as(SKILLS).fetch_all(c).await)?;
        let skill = |(person, kind, value): (Uuid, String, String)| {
            let kind = kind.parse().map_err(|e| Error::damaged("person_skills", e))?;
            Ok((PersonId(person), kind, value))
        };
        rows.into_iter().map(skill).collect()
    }

    /// How many open cases that wait for us everybody has.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn loads(&self, scope: ClientScope) -> Result<Vec<(String, i64)>> {
        let ours = CaseFilter {
            turn: Some(Turn::Ours),
            open_only: true,
            ..CaseFilter::default()
        };
        let (where_, binds) = ours.sql(scope);
        let sql = format!(
            "SELECT c.assignee, count(*) FROM cases c {where_} AND c.assignee IS NOT NULL GROUP BY c.assignee"
        );
        Ok(on_db!(self, c => {
            bind_all!(sqlx::query_as(sqlx::AssertSqlSafe(sql)), &binds).fetch_all(c).await
        })?)
    }

    /// The views that a person keeps: name and query of each.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn saved_views(&self, person: PersonId) -> Result<Vec<(String, String)>> {
        Ok(on_db!(self, c => sqlx::query_as(VIEWS).bind(person.0).fetch_all(c).await)?)
    }

    /// The newest lists that were signed off.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn handovers(&self, limit: i64) -> Result<Vec<StoredHandover>> {
        Ok(on_db!(self, c => sqlx::query_as(SIGNED).bind(limit).fetch_all(c).await)?)
    }

    /// One list that was signed off.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn handover(&self, id: Uuid) -> Result<Option<StoredHandover>> {
        Ok(on_db!(self, c => sqlx::query_as(HANDOVER).bind(id).fetch_optional(c).await)?)
    }
}

impl UnitOfWork {
    /// Keeps what a person is good at instead of what was said before.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_skills(&mut self, person: PersonId, skills: &[(SkillKind, &str)]) -> Result<()> {
        on_tx!(&mut self.tx, c => sqlx::query(NO_SKILLS).bind(person.0).execute(&mut *c).await.map(|_| ()))?;
        for (kind, value) in skills {
            on_tx!(&mut self.tx, c => sqlx::query(SKILL).bind(person.0).bind(kind.as_str()).bind(*value)
                .execute(&mut *c).await.map(|_| ()))?;
        }
        Ok(())
    }

    /// Keeps a view under a name; one of that name is replaced.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn save_view(
        &mut self,
        person: PersonId,
        (name, query): (&str, &str),
        now: DateTime<Utc>,
    ) -> Result<()> {
        on_tx!(&mut self.tx, c => sqlx::query(SAVE_VIEW).bind(person.0).bind(name_key(name)).bind(name).bind(query).bind(now)
            .execute(&mut *c).await.map(|_| ()))?;
        Ok(())
    }

    /// Forgets a view.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn drop_view(&mut self, person: PersonId, name: &str) -> Result<()> {
        on_tx!(&mut self.tx, c => sqlx::query(DROP_VIEW).bind(person.0).bind(name_key(name))
            .execute(&mut *c).await.map(|_| ()))?;
        Ok(())
    }

    /// Keeps a list that somebody signs off.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sign_handover(&mut self, list: &StoredHandover) -> Result<()> {
        on_tx!(&mut self.tx, c => sqlx::query(SIGN).bind(list.id).bind(&list.signed_by).bind(list.signed_at)
            .bind(&list.note).bind(&list.body).execute(&mut *c).await.map(|_| ()))?;
        Ok(())
    }
}
