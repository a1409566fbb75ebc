//! What requests with an idempotency key were answered: each is done once, and answered the same again.

use chrono::{DateTime, Utc};
use docket_core::id::TokenId;

use crate::unit::UnitOfWork;
use crate::{Db, Error, Result, on_db, on_tx};

// Of two at the same moment one begins.
const BEGIN: &str = "INSERT INTO api_answers (token_id, key, fingerprint, begun_at) VALUES ($1, $2, $3, $4) \
    ON CONFLICT (token_id, key) DO NOTHING";
const FIND: &str =
    "SELECT fingerprint, begun_at, status, headers, body FROM api_answers WHERE token_id = $1 AND key = $2";
const ANSWER: &str = "UPDATE api_answers SET status = $3, headers = $4, body = $5 \
    WHERE token_id = $1 AND key = $2 AND status IS NULL";
const FORGET: &str = "DELETE FROM api_answers WHERE token_id = $1 AND key = $2 AND status IS NULL";
const SWEEP: &str = "DELETE FROM api_answers WHERE begun_at <= $1";

#[cfg(feature = "testing")]
pub(crate) const STATEMENTS: &[&str] = &[BEGIN, FIND, ANSWER, FORGET, SWEEP];

/// An answer as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptAnswer {
    /// The HTTP status.
    pub status: u16,
    /// The headers that belong to it, by name.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

/// What is known of a request with a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptRequest {
    /// SHA-256 of what was asked.
    pub fingerprint: [u8; 32],
    /// When it began.
    pub begun_at: DateTime<Utc>,
    /// What it was answered; none while it is being done, or where its process died over it.
    pub answer: Option<KeptAnswer>,
}

#[derive(sqlx::FromRow)]
struct Row {
    fingerprint: Vec<u8>,
    begun_at: DateTime<Utc>,
    status: Option<i64>,
    headers: Option<String>,
    body: Option<Vec<u8>>,
}

impl Row {
    fn request(self) -> Result<KeptRequest> {
        let damaged = |why: &str| Error::damaged("api_answers", why);
        let answer = match (self.status, self.headers, self.body) {
            (Some(status), Some(headers), Some(body)) => Some(KeptAnswer {
                status: u16::try_from(status).map_err(|_| damaged("the status is none"))?,
                headers: serde_json::from_str(&headers).map_err(|_| damaged("the headers are unreadable"))?,
                body,
            }),
            _ => None,
        };
        Ok(KeptRequest {
            fingerprint: self
                .fingerprint
                .try_into()
                .map_err(|_| damaged("the fingerprint is no SHA-256"))?,
            begun_at: self.begun_at,
            answer,
        })
    }
}

impl Db {
    /// What is known of a token's request with a key.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn kept_request(&self, token: TokenId, key: &str) -> Result<Option<KeptRequest>> {
        let row: Option<Row> =
            on_db!(self, c => sqlx::query_as(FIND).bind(token.0).bind(key).fetch_optional(c).await)?;
        row.map(Row::request).transpose()
    }
}

impl UnitOfWork {
    /// Begins a request with a key; whether it is the first with that.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn begin_request(
        &mut self,
        token: TokenId,
        key: &str,
        fingerprint: &[u8; 32],
        now: DateTime<Utc>,
    ) -> Result<bool> {
        let begun = on_tx!(&mut self.tx, c => sqlx::query(BEGIN)
            .bind(token.0).bind(key).bind(&fingerprint[..]).bind(now).execute(&mut *c).await?.rows_affected());
        Ok(begun == 1)
    }

    /// Keeps what it was answered.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_answer(&mut self, token: TokenId, key: &str, answer: &KeptAnswer) -> Result<()> {
        let headers = serde_json::to_string(&answer.headers).map_err(|e| Error::damaged("api_answers", e))?;
        on_tx!(&mut self.tx, c => sqlx::query(ANSWER)
            .bind(token.0).bind(key).bind(i64::from(answer.status)).bind(&headers).bind(&answer.body)
            .execute(&mut *c).await.map(|_| ()))?;
        Ok(())
    }

    /// Forgets a request that was not done.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_request(&mut self, token: TokenId, key: &str) -> Result<()> {
        on_tx!(&mut self.tx, c => sqlx::query(FORGET).bind(token.0).bind(key).execute(&mut *c).await.map(|_| ()))?;
        Ok(())
    }

    /// Forgets the requests that began before an instant.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_requests(&mut self, before: DateTime<Utc>) -> Result<u64> {
        Ok(on_tx!(&mut self.tx, c => sqlx::query(SWEEP).bind(before).execute(&mut *c).await?.rows_affected()))
    }
}
