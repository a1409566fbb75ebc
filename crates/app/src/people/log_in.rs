//! Coming in, being recognised, going out.

use chrono::{DateTime, Duration, Utc};
use docket_core::chain::digest;
use docket_core::id::{PersonId, SessionId};
use docket_core::person::{Person, Session, email_key};
use docket_store::{Account, UnitOfWork};
use secrecy::SecretString;

use super::audit::{Origin, entry};
use super::password::{NOBODY, is_right};
use super::secret_text;
use crate::Desk;
use crate::error::Result;

/// The time in which tries are counted.
const WINDOW: Duration = Duration::minutes(15);
/// Tries for one account in that time, from wherever.
const ACCOUNT_TRIES: i64 = 10;
/// Tries from one network address in that time, for whomever; an office has one address for all its people.
const ADDRESS_TRIES: i64 = 60;
/// How exact "last used" is; more would write with every page.
const SEEN_EVERY: Duration = Duration::minutes(1);
/// How long a page waits for that.
const SEEN_PATIENCE: std::time::Duration = std::time::Duration::from_millis(500);
/// Longest text of a browser about itself that is kept.
const AGENT: usize = 200;

/// A log-in as it came from the page.
#[derive(Debug)]
pub struct LogIn<'a> {
    /// What was typed as the address.
    pub email: &'a str,
    /// What was typed as the password.
    pub password: SecretString,
    /// What was typed as the code, where anything was.
    pub code: &'a str,
    /// The network address that it came from.
    pub from: &'a str,
    /// What the browser calls itself.
    pub agent: &'a str,
}

/// A session that has begun.
#[derive(Debug)]
pub struct CameIn {
    /// What the browser holds from now on; only its SHA-256 is kept here.
    pub token: String,
    /// Who.
    pub person: Person,
}

/// What became of a log-in.
#[derive(Debug)]
pub enum LogInAnswer {
    /// They are in.
    In(Box<CameIn>),
    /// Something did not fit: the address, the password or the code. Which one is nobody's business.
    Refused,
    /// It was tried too often; it may be tried again then.
    TooOften(DateTime<Utc>),
}

/// The keys of a try that was counted.
pub(super) struct Slot {
    account: [u8; 32],
    address: [u8; 32],
}

impl Desk {
    /// Counts a try before it is known how it ends. The inner error is when it may be tried again.
    pub(super) async fn take_slot(&self, email: &str, from: &str) -> Result<Result<Slot, DateTime<Utc>>> {
        let now = self.env.now();
        let slot = Slot {
            account: digest(&format!("account {}", email_key(email))),
            address: digest(&format!("address {from}")),
        };
        let mut unit = UnitOfWork::begin(&self.db).await?;
        let account = unit.count_try(&slot.account, now, now - WINDOW).await?;
        let address = unit.count_try(&slot.address, now, now - WINDOW).await?;
        unit.commit().await?;
        let over = [(account, ACCOUNT_TRIES), (address, ADDRESS_TRIES)];
        let until = over.iter().filter(|(tries, limit)| tries.count > *limit);
        Ok(match until.map(|(tries, _)| tries.since + WINDOW).max() {
            Some(at) => Err(at),
            None => Ok(slot),
        })
    }

    /// Whoever proves to be who they are has guessed nothing.
    pub(super) async fn give_back(&self, unit: &mut UnitOfWork, slot: &Slot) -> Result<()> {
        Ok(unit.forgive_tries(&slot.account, &slot.address).await?)
    }

    /// Lets a person in, if everything fits. Who is not there, is disabled or has no password yet takes the same time and
    /// gets the same answer.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn log_in(&self, typed: &LogIn<'_>) -> Result<LogInAnswer> {
        let slot = match self.take_slot(typed.email, typed.from).await? {
            Ok(slot) => slot,
            Err(again) => return Ok(LogInAnswer::TooOften(again)),
        };
        let account = self.db.account_by_email(typed.email, &self.keys).await?;
        let hash = account.as_ref().and_then(|a| a.password.as_deref());
        let right = is_right(&typed.password, hash.unwrap_or(NOBODY)).await? && hash.is_some();
        let known = account.as_ref().map(|a| (a.person.id, a.person.name.clone()));
        let mut unit = UnitOfWork::begin(&self.db).await?;
        let fits = match account.filter(|a| right && a.person.disabled_at.is_none()) {
            Some(account) if self.code_fits(&mut unit, &account, typed.code).await? => Some(account),
            Some(_) | None => None,
        };
        let Some(account) = fits else {
            drop(unit);
            self.note_refused(known, typed.from).await?;
            return Ok(LogInAnswer::Refused);
        };
        self.give_back(&mut unit, &slot).await?;
        let came_in = self.begin_session(&mut unit, account, typed).await?;
        unit.commit().await?;
        // Apart, and long after they are over, so that nobody's log-in waits for it.
        let mut sweep = UnitOfWork::begin(&self.db).await?;
        let day_ago = self.env.now() - Duration::days(1);
        sweep.sweep_log_ins(self.sessions_since(), day_ago).await?;
        sweep.commit().await?;
        Ok(LogInAnswer::In(Box::new(came_in)))
    }

    async fn begin_session(
        &self,
        unit: &mut UnitOfWork,
        account: Account,
        typed: &LogIn<'_>,
    ) -> Result<CameIn> {
        let (token, now) = (secret_text(self), self.env.now());
        let session = Session {
            id: SessionId::new(&self.env),
            person: account.person.id,
            created_at: now,
            seen_at: now,
            address: typed.from.to_owned(),
            agent: typed
                .agent
                .chars()
                .filter(|c| !c.is_control())
                .take(AGENT)
                .collect(),
        };
        unit.add_session(&digest(&token), &session).await?;
        let who = Origin {
            person: Some(account.person.id),
            name: account.person.name.clone(),
            from: typed.from.to_owned(),
        };
        unit.audit(&entry(&who, "log_in", None, Some("done")), now)
            .await?;
        Ok(CameIn {
            token,
            person: account.person,
        })
    }

    /// What was typed for an address that nobody has may be a password, so it is kept nowhere.
    async fn note_refused(&self, known: Option<(PersonId, String)>, from: &str) -> Result<()> {
        let (person, name) = known.map_or((None, "unknown".to_owned()), |(id, name)| (Some(id), name));
        let who = Origin {
            person,
            name,
            from: from.to_owned(),
        };
        let mut unit = UnitOfWork::begin(&self.db).await?;
        unit.audit(&entry(&who, "log_in", None, Some("refused")), self.env.now())
            .await?;
        Ok(unit.commit().await?)
    }

    /// Who holds a session's token; none where it is over, or they are not let in any more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn session(&self, token: &str) -> Result<Option<(Person, Session)>> {
        let found = self.db.session(&digest(token), self.sessions_since()).await?;
        if let Some((_, session)) = &found
            && self.env.now() - session.seen_at >= SEEN_EVERY
        {
            // A page does not wait for a long writer, and does not fail, because this could not be noted.
            let noted = tokio::time::timeout(SEEN_PATIENCE, self.touch(session.id)).await;
            if !matches!(noted, Ok(Ok(()))) {
                tracing::debug!(session = %session.id, "that a session is in use could not be noted");
            }
        }
        Ok(found)
    }

    /// Whether a session still lasts. Asking is no use of it, so that an open page keeps nobody logged in.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn session_lasts(&self, token: &str) -> Result<bool> {
        let found = self.db.session(&digest(token), self.sessions_since()).await?;
        Ok(found.is_some())
    }

    async fn touch(&self, session: SessionId) -> Result<()> {
        let mut unit = UnitOfWork::begin(&self.db).await?;
        unit.touch_session(session, self.env.now()).await?;
        Ok(unit.commit().await?)
    }

    /// The devices that a person is logged in on, the last used first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sessions_of(&self, person: PersonId) -> Result<Vec<Session>> {
        Ok(self.db.sessions_of(person, self.sessions_since()).await?)
    }

    /// Ends a session of a person; whether it was theirs.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn end_session(&self, session: SessionId, person: PersonId) -> Result<bool> {
        let mut unit = UnitOfWork::begin(&self.db).await?;
        let ended = unit.end_session(session, person).await?;
        unit.commit().await?;
        Ok(ended)
    }
}
