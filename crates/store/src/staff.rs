//! What people are good at and have on their hands, the views that they keep, and the lists that they hand over.

use chrono::{DateTime, Utc};
use docket_core::draft::DraftState;
use docket_core::id::{CaseId, PersonId, RequestId, RoundId};
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
// Whose something is decides who hands it over: nothing but that is read of it. Drafts of an earlier round are no work any more.
const DRAFTS: &str = "SELECT d.round_id, d.case_id, d.author, d.state, c.assignee FROM drafts d \
    JOIN cases c ON c.id = d.case_id AND c.round_id = d.round_id WHERE d.client_id BETWEEN $1 AND $2 \
    AND d.state IN ('draft', 'in_review') AND d.round_id > $3 ORDER BY d.round_id LIMIT $4";
const QUESTIONS: &str = "SELECT q.id, q.case_id, q.asked_by, q.asked_at, q.due_at, c.assignee FROM info_requests q \
    JOIN cases c ON c.id = q.case_id WHERE q.client_id BETWEEN $1 AND $2 AND q.state = 'open' \
    AND (q.due_at, q.id) > ($3, $4) ORDER BY q.due_at, q.id LIMIT $5";
const HANDOVER: &str = "SELECT id, signed_by, signed_at, note, body FROM handovers WHERE id = $1";

#[cfg(feature = "testing")]
pub(crate) const STATEMENTS: &[&str] = &[
    SKILLS, NO_SKILLS, SKILL, VIEWS, SAVE_VIEW, DROP_VIEW, SIGN, SIGNED, DRAFTS, QUESTIONS, HANDOVER,
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

type DraftRow = (Uuid, Uuid, String, String, Option<String>);
type QuestionRow = (Uuid, Uuid, String, DateTime<Utc>, DateTime<Utc>, Option<String>);

/// A draft that somebody may hand over.
#[derive(Debug, Clone)]
pub struct BegunDraft {
    /// The round that it answers.
    pub round: RoundId,
    /// Its case.
    pub case: CaseId,
    /// Who began it.
    pub author: String,
    /// Written or waiting for a second person.
    pub state: DraftState,
    /// Whose the case is.
    pub assignee: Option<String>,
}

/// An open question that somebody may hand over.
#[derive(Debug, Clone)]
pub struct OpenQuestion {
    /// Its id.
    pub id: RequestId,
    /// Its case.
    pub case: CaseId,
    /// Who asked.
    pub asked_by: String,
    /// When.
    pub asked_at: DateTime<Utc>,
    /// When the answer is due.
    pub due_at: DateTime<Utc>,
    /// Whose the case is.
    pub assignee: Option<String>,
}

impl Db {
    /// A page of what is being written or checked for rounds that run, after a round: whose it is, and nothing of its content.
    /// A round has one of them at most.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn begun_drafts(
        &self,
        scope: ClientScope,
        after: Option<RoundId>,
        limit: i64,
    ) -> Result<Vec<BegunDraft>> {
        let (low, high) = scope.range();
        let after = after.map_or(Uuid::nil(), |round| round.0);
        let rows: Vec<DraftRow> = on_db!(self, c => sqlx::query_as(DRAFTS).bind(low).bind(high)
            .bind(after).bind(limit).fetch_all(c).await)?;
        let begun = |(round, case, author, state, assignee): DraftRow| {
            Ok(BegunDraft {
                round: RoundId(round),
                case: CaseId(case),
                author,
                state: state.parse().map_err(|e| Error::damaged("drafts", e))?,
                assignee,
            })
        };
        rows.into_iter().map(begun).collect()
    }

    /// A page of open questions from the one due first, after the last one seen: whose they are, and nothing of their content.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn open_questions(
        &self,
        scope: ClientScope,
        after: Option<(DateTime<Utc>, RequestId)>,
        limit: i64,
    ) -> Result<Vec<OpenQuestion>> {
        let (low, high) = scope.range();
        let (due, id) = after.unwrap_or((DateTime::UNIX_EPOCH, RequestId(Uuid::nil())));
        let rows: Vec<QuestionRow> = on_db!(self, c => sqlx::query_as(QUESTIONS).bind(low).bind(high).bind(due).bind(id.0).bind(limit)
            .fetch_all(c).await)?;
        let open = |(id, case, asked_by, asked_at, due_at, assignee): QuestionRow| OpenQuestion {
            id: RequestId(id),
            case: CaseId(case),
            asked_by,
            asked_at,
            due_at,
            assignee,
        };
        Ok(rows.into_iter().map(open).collect())
    }

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
