//! Questions to clients, the tokens of their pages, and the answers.

use chrono::{DateTime, Duration, Utc};
use docket_core::id::{AnswerId, CaseId, ClientId, PersonId, RequestId};
use docket_core::request::{InfoAnswer, InfoRequest, RequestState, RequestStep};
use docket_core::stats::Asked;
use uuid::Uuid;

use crate::unit::UnitOfWork;
use crate::{ClientScope, Db, Error, Result, on_db, on_tx};

macro_rules! select {
    ($($rest:literal),+) => {
        concat!(
            "SELECT q.id, q.client_id, q.case_id, q.question, q.recipient, q.asked_by, q.asked_at, q.due_at, q.expires_at, \
             q.deadline, q.state, q.ended_at, q.next_step, q.next_step_at FROM info_requests q ", $($rest),+
        )
    };
}
const ADD: &str = "INSERT INTO info_requests (id, client_id, case_id, question, recipient, asked_by, asked_at, due_at, \
    expires_at, deadline, state, next_step, next_step_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'open', $11, $12)";
const LIST: &str = select!("WHERE q.client_id BETWEEN $1 AND $2 AND q.id > $3 ORDER BY q.id LIMIT $4");
// A list goes on after the last row that was seen; what is open begins with what is due first, the others with the latest.
const OPEN_ONES: &str = select!(
    "WHERE q.client_id BETWEEN $1 AND $2 AND q.state = 'open' AND (q.due_at, q.id) > ($3, $4) \
    ORDER BY q.due_at, q.id LIMIT $5"
);
const ENDED_ONES: &str = select!(
    "WHERE q.client_id BETWEEN $1 AND $2 AND q.state = $6 AND (q.due_at, q.id) < ($3, $4) \
    ORDER BY q.due_at DESC, q.id DESC LIMIT $5"
);
const BY_ID: &str = select!("WHERE q.client_id BETWEEN $1 AND $2 AND q.id = $3");
const BY_CASE: &str =
    select!("WHERE q.client_id BETWEEN $1 AND $2 AND q.case_id = $3 ORDER BY q.asked_at, q.id");
const BY_TOKEN: &str = select!("WHERE q.id = (SELECT t.request_id FROM info_tokens t WHERE t.hash = $1)");
const DUE: &str = select!("WHERE q.next_step_at <= $1 ORDER BY q.next_step_at, q.id LIMIT $2");
const IN_TX: &str = select!("WHERE q.id = $1");
const OTHERS: &str = "SELECT count(*) FROM info_requests WHERE case_id = $1 AND id <> $2 AND state = 'open'";
const OPEN: &str = select!("WHERE q.case_id = $1 AND q.state = 'open' ORDER BY q.id");
// What it starts from is named: of two that move the same question, one does.
const MOVE: &str = "UPDATE info_requests SET state = $2, ended_at = $3, next_step = $4, next_step_at = $5, due_at = $6, \
    expires_at = $7, deadline = $8 WHERE id = $1 AND state = $9 AND coalesce(next_step, '') = $10 AND expires_at = $11";
const SILENT: &str = "SELECT asked_at, due_at FROM info_requests WHERE case_id = $1 AND due_at <= $2 AND state IN ('open', 'lapsed')";
const ADD_TOKEN: &str =
    "INSERT INTO info_tokens (hash, request_id, made_at, person_id) VALUES ($1, $2, $3, $4)";
const TOKENS_PERSON: &str =
    "SELECT p.id, p.name FROM info_tokens t JOIN people p ON p.id = t.person_id WHERE t.hash = $1";
const ADD_ANSWER: &str = "INSERT INTO info_answers (id, client_id, request_id, answer, action_plan, files, received_at) \
    VALUES ($1, $2, $3, $4, $5, $6, $7)";
const ANSWERS: &str = "SELECT id, request_id, answer, action_plan, files, received_at FROM info_answers \
    WHERE client_id BETWEEN $1 AND $2 AND request_id = $3 ORDER BY received_at, id";
const ASKED: &str = "SELECT q.asked_at, (SELECT min(a.received_at) FROM info_answers a WHERE a.request_id = q.id) AS answered_at, \
    q.deadline, q.state FROM info_requests q WHERE q.client_id BETWEEN $1 AND $2 AND q.asked_at >= $3 ORDER BY q.asked_at, q.id";

#[cfg(feature = "testing")]
pub(crate) const STATEMENTS: &[&str] = &[
    ADD,
    LIST,
    OPEN_ONES,
    ENDED_ONES,
    BY_ID,
    BY_CASE,
    BY_TOKEN,
    DUE,
    IN_TX,
    OTHERS,
    OPEN,
    MOVE,
    SILENT,
    ADD_TOKEN,
    TOKENS_PERSON,
    ADD_ANSWER,
    ANSWERS,
    ASKED,
];

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    client_id: Uuid,
    case_id: Uuid,
    question: String,
    recipient: Option<String>,
    asked_by: String,
    asked_at: DateTime<Utc>,
    due_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    deadline: Option<DateTime<Utc>>,
    state: String,
    ended_at: Option<DateTime<Utc>>,
    next_step: Option<String>,
    next_step_at: Option<DateTime<Utc>>,
}

impl Row {
    fn request(self) -> Result<InfoRequest> {
        let damaged = |e| Error::damaged("info_requests", e);
        let step = self.next_step.map(|s| s.parse::<RequestStep>()).transpose();
        Ok(InfoRequest {
            id: RequestId(self.id),
            client: ClientId(self.client_id),
            case: CaseId(self.case_id),
            question: self.question,
            recipient: self.recipient,
            asked_by: self.asked_by,
            asked_at: self.asked_at,
            due_at: self.due_at,
            expires_at: self.expires_at,
            deadline: self.deadline,
            state: self.state.parse().map_err(damaged)?,
            ended_at: self.ended_at,
            next_step: step.map_err(damaged)?.zip(self.next_step_at),
        })
    }
}

type AskedRow = (
    DateTime<Utc>,
    Option<DateTime<Utc>>,
    Option<DateTime<Utc>>,
    String,
);
type AnswerRow = (Uuid, Uuid, String, String, String, DateTime<Utc>);

fn answer((id, request, answer, action_plan, files, received_at): AnswerRow) -> Result<InfoAnswer> {
    Ok(InfoAnswer {
        id: AnswerId(id),
        request: RequestId(request),
        answer,
        action_plan,
        files: serde_json::from_str(&files).map_err(|e| Error::damaged("info_answers", e))?,
        received_at,
    })
}

impl Db {
    /// A page of questions after an id, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn info_requests(
        &self,
        scope: ClientScope,
        after: Option<RequestId>,
        limit: i64,
    ) -> Result<Vec<InfoRequest>> {
        let (low, high) = scope.range();
        let after = after.map_or(Uuid::nil(), |r| r.0);
        let rows: Vec<Row> = on_db!(self, c => sqlx::query_as(LIST).bind(low).bind(high).bind(after).bind(limit).fetch_all(c).await)?;
        rows.into_iter().map(Row::request).collect()
    }

    /// Questions in one state: open ones from the one due first, others from the one due last, after the last one seen.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn info_requests_in(
        &self,
        scope: ClientScope,
        state: RequestState,
        after: Option<(DateTime<Utc>, RequestId)>,
        limit: i64,
    ) -> Result<Vec<InfoRequest>> {
        let (low, high) = scope.range();
        let open = state == RequestState::Open;
        let edge = if open {
            (DateTime::UNIX_EPOCH, RequestId(Uuid::nil()))
        } else {
            (crate::cases::never(), RequestId(Uuid::max()))
        };
        let (due, id) = after.unwrap_or(edge);
        let rows: Vec<Row> = if open {
            on_db!(self, c => sqlx::query_as(OPEN_ONES).bind(low).bind(high).bind(due).bind(id.0).bind(limit)
                .fetch_all(c).await)?
        } else {
            on_db!(self, c => sqlx::query_as(ENDED_ONES).bind(low).bind(high).bind(due).bind(id.0).bind(limit)
                .bind(state.as_str()).fetch_all(c).await)?
        };
        rows.into_iter().map(Row::request).collect()
    }

    /// One question.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn info_request(&self, scope: ClientScope, id: RequestId) -> Result<Option<InfoRequest>> {
        let (low, high) = scope.range();
        let row: Option<Row> =
            on_db!(self, c => sqlx::query_as(BY_ID).bind(low).bind(high).bind(id.0).fetch_optional(c).await)?;
        row.map(Row::request).transpose()
    }

    /// The questions about a case, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn info_requests_of(&self, scope: ClientScope, case: CaseId) -> Result<Vec<InfoRequest>> {
        let (low, high) = scope.range();
        let rows: Vec<Row> =
            on_db!(self, c => sqlx::query_as(BY_CASE).bind(low).bind(high).bind(case.0).fetch_all(c).await)?;
        rows.into_iter().map(Row::request).collect()
    }

    /// The question whose page has a token with this SHA-256. Whoever holds the token may see it, and nothing else.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn info_request_by_token(&self, hash: &[u8; 32]) -> Result<Option<InfoRequest>> {
        let row: Option<Row> =
            on_db!(self, c => sqlx::query_as(BY_TOKEN).bind(&hash[..]).fetch_optional(c).await)?;
        row.map(Row::request).transpose()
    }

    /// Who was logged in when a token was made for them, with their name; none for one that was passed on.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn person_of_token(&self, hash: &[u8; 32]) -> Result<Option<(PersonId, String)>> {
        let row: Option<(Uuid, String)> =
            on_db!(self, c => sqlx::query_as(TOKENS_PERSON).bind(&hash[..]).fetch_optional(c).await)?;
        Ok(row.map(|(id, name)| (PersonId(id), name)))
    }

    /// Open questions whose next step is due.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn due_requests(&self, now: DateTime<Utc>, limit: i64) -> Result<Vec<InfoRequest>> {
        let rows: Vec<Row> = on_db!(self, c => sqlx::query_as(DUE).bind(now).bind(limit).fetch_all(c).await)?;
        rows.into_iter().map(Row::request).collect()
    }

    /// The answers to a question, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn info_answers(&self, scope: ClientScope, request: RequestId) -> Result<Vec<InfoAnswer>> {
        let (low, high) = scope.range();
        let rows: Vec<AnswerRow> = on_db!(self, c => sqlx::query_as(ANSWERS).bind(low).bind(high).bind(request.0).fetch_all(c).await)?;
        rows.into_iter().map(answer).collect()
    }

    /// What is counted of every question that was asked from an instant on.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn asked(&self, scope: ClientScope, from: DateTime<Utc>) -> Result<Vec<Asked>> {
        let (low, high) = scope.range();
        let rows: Vec<AskedRow> =
            on_db!(self, c => sqlx::query_as(ASKED).bind(low).bind(high).bind(from).fetch_all(c).await)?;
        let one = |(asked_at, answered_at, deadline, state): AskedRow| {
            Ok(Asked {
                asked_at,
                answered_at,
                deadline,
                state: state.parse().map_err(|e| Error::damaged("info_requests", e))?,
            })
        };
        rows.into_iter().map(one).collect()
    }
}

impl UnitOfWork {
    /// Stores a new question.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn add_info_request(&mut self, r: &InfoRequest) -> Result<()> {
        on_tx!(&mut self.tx, c => sqlx::query(ADD)
            .bind(r.id.0).bind(r.client.0).bind(r.case.0).bind(&r.question).bind(&r.recipient).bind(&r.asked_by)
            .bind(r.asked_at).bind(r.due_at).bind(r.expires_at).bind(r.deadline)
            .bind(r.next_step.map(|s| s.0.as_str())).bind(r.next_step.map(|s| s.1))
            .execute(&mut *c).await.map(|_| ()))?;
        Ok(())
    }

    /// Reads a question inside the transaction.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn info_request(&mut self, id: RequestId) -> Result<Option<InfoRequest>> {
        let row: Option<Row> =
            on_tx!(&mut self.tx, c => sqlx::query_as(IN_TX).bind(id.0).fetch_optional(&mut *c).await)?;
        row.map(Row::request).transpose()
    }

    /// Whether a case waits for the answer to another question.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn other_requests_open(&mut self, r: &InfoRequest) -> Result<bool> {
        let (count,): (i64,) = on_tx!(&mut self.tx, c => sqlx::query_as(OTHERS)
            .bind(r.case.0).bind(r.id.0).fetch_one(&mut *c).await)?;
        Ok(count > 0)
    }

    /// The questions about a case that wait for an answer.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn open_requests(&mut self, case: CaseId) -> Result<Vec<InfoRequest>> {
        let rows: Vec<Row> =
            on_tx!(&mut self.tx, c => sqlx::query_as(OPEN).bind(case.0).fetch_all(&mut *c).await)?;
        rows.into_iter().map(Row::request).collect()
    }

    /// Writes what became of a question, its times and its next step, only if they are still what they were.
    ///
    /// # Errors
    /// [`Error::Conflict`] when someone else moved it first.
    pub async fn move_info_request(&mut self, before: &InfoRequest, after: &InfoRequest) -> Result<()> {
        let was = before.next_step.map_or("", |s| s.0.as_str());
        let moved = on_tx!(&mut self.tx, c => sqlx::query(MOVE)
            .bind(after.id.0).bind(after.state.as_str()).bind(after.ended_at)
            .bind(after.next_step.map(|s| s.0.as_str())).bind(after.next_step.map(|s| s.1))
            .bind(after.due_at).bind(after.expires_at).bind(after.deadline)
            .bind(before.state.as_str()).bind(was).bind(before.expires_at).execute(&mut *c).await?.rows_affected());
        if moved == 1 {
            Ok(())
        } else {
            Err(Error::Conflict("a question".to_owned()))
        }
    }

    /// Whether a question about a case was due before an instant and has no answer, although the client had `time` for one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn client_silent(&mut self, case: CaseId, at: DateTime<Utc>, time: Duration) -> Result<bool> {
        let due: Vec<(DateTime<Utc>, DateTime<Utc>)> = on_tx!(&mut self.tx, c => sqlx::query_as(SILENT)
            .bind(case.0).bind(at).fetch_all(&mut *c).await)?;
        Ok(due.iter().any(|(asked, due)| *due - *asked >= time))
    }

    /// Keeps the SHA-256 of a further token of a question's page.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn add_token(
        &mut self,
        id: RequestId,
        hash: &[u8; 32],
        person: Option<PersonId>,
        now: DateTime<Utc>,
    ) -> Result<()> {
        on_tx!(&mut self.tx, c => sqlx::query(ADD_TOKEN)
            .bind(&hash[..]).bind(id.0).bind(now).bind(person.map(|person| person.0)).execute(&mut *c).await.map(|_| ()))?;
        Ok(())
    }

    /// Keeps an answer.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn add_info_answer(&mut self, client: ClientId, a: &InfoAnswer) -> Result<()> {
        let files = serde_json::to_string(&a.files).map_err(|e| Error::damaged("info_answers", e))?;
        on_tx!(&mut self.tx, c => sqlx::query(ADD_ANSWER)
            .bind(a.id.0).bind(client.0).bind(a.request.0).bind(&a.answer).bind(&a.action_plan).bind(&files)
            .bind(a.received_at).execute(&mut *c).await.map(|_| ()))?;
        Ok(())
    }
}
