//! Tokens with which programs act for a person: never further than the person's role reaches at that moment.

use docket_core::sentence;
use std::time::Duration;

use chrono::{DateTime, Utc};
use docket_core::chain::digest;
use docket_core::id::{PersonId, TokenId};
use docket_core::person::Person;
use docket_core::token::{ApiToken, LONGEST as LONGEST_LIFE, Scope};
use docket_store::UnitOfWork;

use super::{LONGEST, secret_text};
use crate::Desk;
use crate::error::{Error, Result};

/// What every secret begins with, so that tools which look for leaked secrets find it.
const PREFIX: &str = "docket_";
/// A token that was noted as used less long ago is not noted again.
const SEEN_EVERY: chrono::Duration = chrono::Duration::seconds(60);
/// How long a request waits for that note.
const SEEN_PATIENCE: Duration = Duration::from_millis(200);

/// A token to be.
#[derive(Debug, Clone)]
pub struct NewToken {
    /// For whom it acts.
    pub person: PersonId,
    /// What it is for.
    pub name: String,
    /// What it opens.
    pub scopes: Vec<Scope>,
    /// From when on it opens nothing.
    pub expires_at: DateTime<Utc>,
}

impl Desk {
    /// Makes a token, and gives its secret, which is shown this once: only its hash is kept.
    ///
    /// # Errors
    /// When it would open nothing, never end, or has no name.
    pub async fn add_token(&self, new: &NewToken) -> Result<(ApiToken, String)> {
        let now = self.env.now();
        let name = new.name.trim();
        if name.is_empty() || name.chars().count() > LONGEST || name.chars().any(char::is_control) {
            return Err(Error::Invalid(sentence!(
                "say in 1 to {longest} characters and without line ends what the token is for",
                longest = LONGEST
            )));
        }
        if new.scopes.is_empty() {
            return Err(Error::Invalid(sentence!(
                "a token without a scope opens nothing; choose at least one"
            )));
        }
        if new.expires_at <= now || new.expires_at > now + LONGEST_LIFE {
            return Err(Error::Invalid(sentence!(
                "a token ends in the future, after {num_days} days at most",
                num_days = LONGEST_LIFE.num_days()
            )));
        }
        let secret = format!("{PREFIX}{}", secret_text(self));
        let token = ApiToken {
            id: TokenId::new(&self.env),
            person: new.person,
            name: name.to_owned(),
            scopes: Scope::ALL
                .iter()
                .copied()
                .filter(|s| new.scopes.contains(s))
                .collect(),
            created_at: now,
            expires_at: new.expires_at,
            used_at: None,
            revoked_at: None,
        };
        let mut unit = UnitOfWork::begin(&self.db).await?;
        unit.add_api_token(&digest(&secret), &token).await?;
        unit.commit().await?;
        Ok((token, secret))
    }

    /// The tokens of a person, or of everybody, the newest first; those that are over, too.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn tokens(&self, person: Option<PersonId>) -> Result<Vec<ApiToken>> {
        Ok(self.db.tokens(person).await?)
    }

    /// Takes a token back, of whomever or only of one person; whether there was one in force.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn revoke_token(&self, id: TokenId, of: Option<PersonId>) -> Result<bool> {
        let mut unit = UnitOfWork::begin(&self.db).await?;
        let revoked = unit.revoke_token(id, of, self.env.now()).await?;
        unit.commit().await?;
        Ok(revoked)
    }

    /// For whom a token acts; none where it is over or taken back, or they are not let in any more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn token_holder(&self, secret: &str) -> Result<Option<(Person, ApiToken)>> {
        let now = self.env.now();
        let found = self.db.token_holder(&digest(secret), now).await?;
        if let Some((_, token)) = &found
            && token.used_at.is_none_or(|at| now - at >= SEEN_EVERY)
        {
            // Nobody waits for a long writer because this could not be noted.
            let noted = tokio::time::timeout(SEEN_PATIENCE, self.touch_token(token.id)).await;
            if !matches!(noted, Ok(Ok(()))) {
                tracing::debug!(token = %token.id, "that a token is in use could not be noted");
            }
        }
        Ok(found)
    }

    async fn touch_token(&self, token: TokenId) -> Result<()> {
        let mut unit = UnitOfWork::begin(&self.db).await?;
        unit.touch_token(token, self.env.now()).await?;
        Ok(unit.commit().await?)
    }
}
