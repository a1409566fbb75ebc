//! Passwords: hashed with argon2id off the event loop, chosen by a link that works once.

use docket_core::sentence;
use std::sync::LazyLock;

use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Argon2, PasswordHash};
use chrono::{DateTime, Duration, Utc};
use docket_core::chain::digest;
use docket_core::env::Env;
use docket_core::id::{PersonId, SessionId};
use docket_core::person::{Person, Role, password_problem};
use docket_store::UnitOfWork;
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Semaphore;

use super::audit::{Origin, entry};
use super::{NewPerson, secret_text};
use crate::Desk;
use crate::error::{Error, Result};

/// How long a link works.
const LINK: Duration = Duration::hours(48);
/// Hashes at the same time: each takes 19 MiB, and whoever floods the log-in must not take the memory of all others.
static HASHING: Semaphore = Semaphore::const_new(4);
/// Of no password that anybody has: checked for people who are not there, so that they take as long as those who are.
pub(super) const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$ZG9ja2V0LW5vYm9keS0wMQ$TBxHBlUQ8ZzSf6Xg0bDzkEJMvzVbGqM0nq6fKcIh2k0";

/// Why a password was not set.
#[derive(Debug, thiserror::Error)]
pub enum PasswordRefused {
    /// It is not good enough: the words for who chose it.
    #[error("{0}")]
    Problem(String),
    /// The present password is not the one that was typed.
    #[error("The present password is not right.")]
    NotYours,
    /// It was tried too often; it may be tried again then.
    #[error("This was tried too often.")]
    TooOften(DateTime<Utc>),
    /// Something else.
    #[error(transparent)]
    Other(#[from] Error),
}

impl From<docket_store::Error> for PasswordRefused {
    fn from(error: docket_store::Error) -> Self {
        Self::Other(error.into())
    }
}

/// Whose password a link sets.
#[derive(Debug, Clone)]
pub enum PasswordSet {
    /// A person's.
    Of(Box<Person>),
    /// Nobody's yet: it makes the first admin.
    FirstAdmin,
}

static ARGON: LazyLock<Argon2<'static>> = LazyLock::new(Argon2::default);

/// The hash of a password, with its parameters and a fresh salt.
pub(super) async fn hash(password: &SecretString, env: &Env) -> Result<String> {
    let mut salt = [0u8; 16];
    env.fill(&mut salt);
    let password = password.clone();
    hashing(move || {
        let made: Result<PasswordHash, _> =
            ARGON.hash_password_with_salt(password.expose_secret().as_bytes(), &salt);
        made.map(|hash| hash.to_string())
            .map_err(|e| Error::Invalid(format!("the password cannot be hashed: {e}").into()))
    })
    .await?
}

/// Whether a password is the one of a hash.
pub(super) async fn is_right(password: &SecretString, hash: &str) -> Result<bool> {
    let (password, hash) = (password.clone(), hash.to_owned());
    hashing(move || {
        PasswordHash::new(&hash).is_ok_and(|hash| {
            ARGON
                .verify_password(password.expose_secret().as_bytes(), &hash)
                .is_ok()
        })
    })
    .await
}

async fn hashing<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let broken = |_| Error::Invalid(sentence!("the password cannot be checked now; try again"));
    let _permit = HASHING.acquire().await.map_err(|e| {
        tracing::error!(%e, "hashing has ended");
        Error::Invalid(sentence!("the password cannot be checked now; try again"))
    })?;
    tokio::task::spawn_blocking(work).await.map_err(broken)
}

impl Desk {
    /// Makes a link with which a person chooses a password, and gives its token; earlier ones of theirs work no more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn password_link(&self, person: PersonId) -> Result<String> {
        let (token, now) = (secret_text(self), self.env.now());
        let mut unit = UnitOfWork::begin(&self.db).await?;
        unit.drop_password_links(person, now).await?;
        unit.add_password_link(&digest(&token), Some(person), now + LINK)
            .await?;
        unit.commit().await?;
        Ok(token)
    }

    /// Makes the link of the first admin, if there is nobody yet, and gives its token.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn first_admin_link(&self) -> Result<Option<String>> {
        let mut unit = UnitOfWork::begin(&self.db).await?;
        if unit.has_people().await? {
            return Ok(None);
        }
        let token = secret_text(self);
        unit.add_password_link(&digest(&token), None, self.env.now() + LINK)
            .await?;
        unit.commit().await?;
        Ok(Some(token))
    }

    /// What a link's token opens; none for one that was never made, was used or ran out.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn password_page(&self, token: &str) -> Result<Option<PasswordSet>> {
        match self.db.password_link(&digest(token), self.env.now()).await? {
            None => Ok(None),
            Some(None) => Ok((!self.db.has_people().await?).then_some(PasswordSet::FirstAdmin)),
            Some(Some(id)) => {
                let account = self.db.account(id, &self.keys).await?;
                let person = account.map(|a| a.person).filter(|p| p.disabled_at.is_none());
                Ok(person.map(|p| PasswordSet::Of(Box::new(p))))
            }
        }
    }

    /// Sets the password of a link's person, uses the link up and ends their sessions. The first admin brings a name and an
    /// address along; for anybody else those are not looked at.
    ///
    /// # Errors
    /// When the password is not good enough, or the link works no more.
    pub async fn use_password_link(
        &self,
        token: &str,
        (name, email): (&str, &str),
        password: &SecretString,
        from: &str,
    ) -> Result<Person, PasswordRefused> {
        let gone = || {
            Error::NotFound(sentence!(
                "This link works no more: it was used, ran out, or a newer one was made."
            ))
        };
        let opened = self.password_page(token).await?.ok_or_else(gone)?;
        let person = match opened {
            PasswordSet::Of(person) => *person,
            PasswordSet::FirstAdmin => self.person_to_be(&NewPerson {
                name: name.to_owned(),
                email: email.to_owned(),
                role: Role::Admin,
                client: None,
            })?,
        };
        let problem = password_problem(password.expose_secret(), &person.name, &person.email);
        if let Some(problem) = problem {
            return Err(PasswordRefused::Problem(problem));
        }
        let hash = hash(password, &self.env).await?;
        let now = self.env.now();
        let mut unit = UnitOfWork::begin(&self.db).await?;
        let kind = match unit.take_password_link(&digest(token), now).await? {
            None => return Err(gone().into()),
            Some(None) if unit.has_people().await? => return Err(gone().into()),
            Some(None) => {
                unit.add_person(&person).await?;
                "first_admin"
            }
            Some(Some(_)) => "password_by_link",
        };
        unit.set_password(person.id, &hash).await?;
        unit.end_sessions(person.id, None).await?;
        // Whoever needs a link may have lost more than a password: what was made with the account is worth nothing any more.
        unit.revoke_tokens(person.id, now).await?;
        unit.drop_calendar(person.id).await?;
        let who = Origin {
            person: Some(person.id),
            name: person.name.clone(),
            from: from.to_owned(),
        };
        unit.audit(&entry(&who, kind, None, Some("done")), now).await?;
        unit.commit().await?;
        Ok(person)
    }

    /// Changes a person's own password; every other session of theirs ends.
    ///
    /// # Errors
    /// When the present one is not right, was tried too often, or the new one is not good enough.
    pub async fn change_password(
        &self,
        (person, session): (PersonId, SessionId),
        present: &SecretString,
        new: &SecretString,
        from: &str,
    ) -> Result<(), PasswordRefused> {
        self.own_password(person, present, from).await?;
        let account = self.db.account(person, &self.keys).await?;
        let account = account.ok_or(PasswordRefused::NotYours)?;
        let problem = password_problem(new.expose_secret(), &account.person.name, &account.person.email);
        if let Some(problem) = problem {
            return Err(PasswordRefused::Problem(problem));
        }
        let hash = hash(new, &self.env).await?;
        let mut unit = UnitOfWork::begin(&self.db).await?;
        unit.set_password(person, &hash).await?;
        unit.end_sessions(person, Some(session)).await?;
        unit.drop_password_links(person, self.env.now()).await?;
        Ok(unit.commit().await?)
    }

    /// That a person who is logged in knows their password; as slow to guess as the log-in itself.
    pub(super) async fn own_password(
        &self,
        person: PersonId,
        typed: &SecretString,
        from: &str,
    ) -> Result<(), PasswordRefused> {
        let account = self.db.account(person, &self.keys).await?;
        let account = account.ok_or(PasswordRefused::NotYours)?;
        let slot = self.take_slot(&account.person.email, from).await?;
        let slot = slot.map_err(PasswordRefused::TooOften)?;
        if !is_right(typed, account.password.as_deref().unwrap_or(NOBODY)).await? {
            return Err(PasswordRefused::NotYours);
        }
        let mut unit = UnitOfWork::begin(&self.db).await?;
        self.give_back(&mut unit, &slot).await?;
        Ok(unit.commit().await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use docket_store::testing::clock::Clock;

    #[tokio::test]
    async fn a_hash_is_argon2id_salted_and_right_for_its_password_only() {
        let env = Clock::at(DateTime::UNIX_EPOCH).env();
        let password = SecretString::from("pale river lamp");
        let (first, second) = (
            hash(&password, &env).await.unwrap(),
            hash(&password, &env).await.unwrap(),
        );
        assert_ne!(first, second, "a salt of its own");
        assert!(is_right(&password, &first).await.unwrap() && is_right(&password, &second).await.unwrap());
        assert!(!is_right(&"pale river lamp ".into(), &first).await.unwrap());
        // Whoever is not there costs the same work.
        let cost = |hash: &str| hash.split('$').take(4).map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(cost(NOBODY), cost(&first));
        assert_eq!(NOBODY.len(), first.len());
        assert!(!is_right(&password, NOBODY).await.unwrap());
        assert!(
            PasswordHash::new(NOBODY).is_ok(),
            "checked in full, not refused at once"
        );
    }
}
