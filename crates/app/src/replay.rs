//! Requests of programs that are done once, whatever often they are sent.

use chrono::Duration;
use docket_core::id::TokenId;
use docket_store::{KeptAnswer, UnitOfWork};
use secrecy::ExposeSecret as _;

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

/// Where an answer is kept: it can be read in no other place.
fn place(token: TokenId, key: &str) -> String {
    format!("api_answer/{token}/{key}")
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
            Some(kept) => {
                let answer = kept.answer.and_then(|answer| self.opened(token, key, answer));
                answer.map_or(RequestBegun::Running, RequestBegun::Again)
            }
        })
    }

    /// Keeps what a request was answered.
    ///
    /// # Errors
    /// When the database fails: then whoever asks again is told that it is running.
    pub async fn keep_answer(&self, token: TokenId, key: &str, answer: &KeptAnswer) -> Result<()> {
        let sealed = self.sealed(token, key, answer)?;
        let mut unit = UnitOfWork::begin(&self.db).await?;
        unit.keep_answer(token, key, &sealed).await?;
        Ok(unit.commit().await?)
    }

    /// Gives a key back: what it stood for was not done, and may be tried again with it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_request(&self, token: TokenId, key: &str) -> Result<()> {
        let mut unit = UnitOfWork::begin(&self.db).await?;
        unit.forget_request(token, key).await?;
        Ok(unit.commit().await?)
    }

    /// Answers may hold what is shown once: the secret of a hook, the address of a question's page.
    fn sealed(&self, token: TokenId, key: &str, answer: &KeptAnswer) -> Result<KeptAnswer> {
        let body = String::from_utf8_lossy(&answer.body).into_owned().into();
        let sealed = self.keys.seal(&place(token, key), &body, &self.env);
        let sealed = sealed.map_err(docket_store::Error::from)?;
        Ok(KeptAnswer {
            body: [self.keys.key_id().as_bytes(), b"\n", &sealed].concat(),
            ..answer.clone()
        })
    }

    /// None where its key is not configured any more: whoever asks again is told to look.
    fn opened(&self, token: TokenId, key: &str, answer: KeptAnswer) -> Option<KeptAnswer> {
        let end = answer.body.iter().position(|byte| *byte == b'\n')?;
        let (key_id, sealed) = (
            std::str::from_utf8(&answer.body[..end]).ok()?,
            &answer.body[end + 1..],
        );
        let body = self.keys.open(&place(token, key), key_id, sealed);
        let body = body
            .map_err(|error| tracing::warn!(%error, "a kept answer cannot be read"))
            .ok()?;
        Some(KeptAnswer {
            body: body.expose_secret().as_bytes().to_vec(),
            ..answer
        })
    }

    /// Forgets answers that are older than they are kept, whether or not anybody asks.
    pub(crate) async fn forget_requests(&self) -> Result<()> {
        let mut unit = UnitOfWork::begin(&self.db).await?;
        unit.forget_requests(self.env.now() - KEPT).await?;
        Ok(unit.commit().await?)
    }
}
