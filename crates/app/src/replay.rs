//! Requests of programs that are done once, whatever often they are sent.

use chrono::Duration;
use docket_core::id::TokenId;
use docket_store::{KeptAnswer, UnitOfWork};

use crate::Desk;
use crate::error::Result;

/// How long an answer is kept.
const KEPT: Duration = Duration::hours(24);

/// What is known of a request when it comes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RequestBegun {
    /// It is the first with its key, and noted.
    First,
    /// It was answered before.
    Again(KeptAnswer),
    /// Its key stands for another request.
    Other,
    /// The first one is not answered: it is being done, or its process died over it.
    Running,
}

impl Desk {
    /// Notes that a request with a key begins, unless it did before.
    ///
    /// # Errors
    /// When it cannot be noted: then it must not be done.
    pub async fn begin_request(
        &self,
        token: TokenId,
        key: &str,
        fingerprint: &[u8; 32],
    ) -> Result<RequestBegun> {
        let now = self.env.now();
        let mut unit = UnitOfWork::begin(&self.db).await?;
        unit.forget_requests(now - KEPT).await?;
        let first = unit.begin_request(token, key, fingerprint, now).await?;
        unit.commit().await?;
        if first {
            return Ok(RequestBegun::First);
        }
        Ok(match self.db.kept_request(token, key).await? {
            // Swept in this very moment: whoever asks again begins anew.
            None => RequestBegun::Running,
            Some(kept) if kept.fingerprint != *fingerprint => RequestBegun::Other,
            Some(kept) => kept.answer.map_or(RequestBegun::Running, RequestBegun::Again),
        })
    }

    /// Keeps what a request was answered.
    ///
    /// # Errors
    /// When the database fails: then whoever asks again is told that it is running.
    pub async fn keep_answer(&self, token: TokenId, key: &str, answer: &KeptAnswer) -> Result<()> {
        let mut unit = UnitOfWork::begin(&self.db).await?;
        unit.keep_answer(token, key, answer).await?;
        Ok(unit.commit().await?)
    }
}
