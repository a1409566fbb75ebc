//! People: who there is, how they come in, and what is kept of what they do.

mod audit;
mod factor;
mod log_in;
mod password;
mod token;

use docket_core::sentence;
use std::time::Duration;

use chrono::{DateTime, Utc};
use docket_core::id::{ClientId, PersonId};
use docket_core::person::{Access, Locale, Person, Role, email_key, name_key};
use docket_store::UnitOfWork;

pub use self::audit::Origin;
pub use self::factor::{FactorSetUp, StepRefused};
pub use self::log_in::{CameIn, LogIn, LogInAnswer};
pub use self::password::{PasswordRefused, PasswordSet};
pub use self::token::NewToken;
use crate::Desk;
use crate::error::{Error, Result};
use crate::mail::address_of;

/// How long a session lasts.
#[derive(Debug, Clone, Copy)]
pub struct SessionLimits {
    /// Without use.
    pub idle: Duration,
    /// However much it is used.
    pub longest: Duration,
}

impl Default for SessionLimits {
    /// Two hours without use, a working day at most.
    fn default() -> Self {
        Self {
            idle: Duration::from_secs(2 * 3_600),
            longest: Duration::from_secs(12 * 3_600),
        }
    }
}

/// A person to be.
#[derive(Debug, Clone)]
pub struct NewPerson {
    /// Unique without regard to case and blanks.
    pub name: String,
    /// Unique without regard to case.
    pub email: String,
    /// What they may see and do.
    pub role: Role,
    /// The client whose person they are; for that role, and only for it.
    pub client: Option<ClientId>,
}

/// Longest name and address, in characters.
const LONGEST: usize = 100;

/// 32 random bytes as text: a secret that nobody guesses.
pub(crate) fn secret_text(desk: &Desk) -> String {
    let mut random = [0u8; 32];
    desk.env.fill(&mut random);
    hex::encode(random)
}

fn checked(new: &NewPerson) -> Result<Access> {
    let name = new.name.trim();
    if name.is_empty() || name.chars().count() > LONGEST || name.chars().any(char::is_control) {
        return Err(Error::Invalid(sentence!(
            "a name has 1 to {longest} characters and no line ends",
            longest = LONGEST
        )));
    }
    // The database keeps both names apart by their keys; names of what acts by itself are nobody's.
    if RESERVED.contains(&name_key(name).as_str()) {
        return Err(Error::Invalid(sentence!(
            "`{name}` is the name of something that acts by itself; choose another",
            name
        )));
    }
    let email = email_key(&new.email);
    if email.chars().count() > LONGEST || !email.contains('@') || email.contains(['<', '>', ',', ' ']) {
        return Err(Error::Invalid(sentence!(
            "`{email}` is no mail address; write it like mia@example.com",
            email = &new.email
        )));
    }
    address_of(&email).map_err(Error::Invalid)?;
    Access::of(new.role, new.client).ok_or_else(|| {
        Error::Invalid(if new.role == Role::Client {
            sentence!("a client’s person needs its client: --client NAME")
        } else {
            sentence!(
                "a person with the role {role} belongs to no client",
                role = new.role
            )
        })
    })
}

/// Who acts in histories without being a person.
const RESERVED: &[&str] = &[
    "sync",
    "demo",
    "docket",
    "system",
    "clock",
    "worker",
    "the safety net",
    "safety net",
    "command line",
    "client",
];

impl Desk {
    /// Everybody, by name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn people(&self) -> Result<Vec<Person>> {
        Ok(self.db.people().await?)
    }

    /// Whether there is anybody who could log in.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn has_people(&self) -> Result<bool> {
        Ok(self.db.has_people().await?)
    }

    /// A person by their address or name.
    ///
    /// # Errors
    /// When there is none.
    pub async fn find_person(&self, text: &str) -> Result<Person> {
        let (email, name) = (email_key(text), name_key(text));
        let found = self.db.people().await?.into_iter();
        let mut fits = found.filter(|p| email_key(&p.email) == email || name_key(&p.name) == name);
        fits.next().ok_or_else(|| {
            Error::NotFound(sentence!(
                "there is nobody `{text}`; see `docket user list`",
                text
            ))
        })
    }

    /// Adds a person without a password.
    ///
    /// # Errors
    /// When something about them is wrong, or the name or address is taken.
    pub async fn add_person(&self, new: &NewPerson) -> Result<Person> {
        let person = self.person_to_be(new)?;
        let mut unit = UnitOfWork::begin(&self.db).await?;
        unit.add_person(&person).await?;
        unit.commit().await?;
        Ok(person)
    }

    fn person_to_be(&self, new: &NewPerson) -> Result<Person> {
        Ok(Person {
            access: checked(new)?,
            id: PersonId::new(&self.env),
            name: new.name.split_whitespace().collect::<Vec<_>>().join(" "),
            email: new.email.trim().to_owned(),
            has_password: false,
            second_factor: false,
            locale: Locale::default(),
            disabled_at: None,
            created_at: self.env.now(),
        })
    }

    /// Lets a person in no more: their sessions end now, and their links and tokens with them.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn disable_person(&self, id: PersonId) -> Result<()> {
        let now = self.env.now();
        let mut unit = UnitOfWork::begin(&self.db).await?;
        unit.set_disabled(id, Some(now)).await?;
        unit.end_sessions(id, None).await?;
        unit.revoke_tokens(id, now).await?;
        unit.drop_password_links(id, now).await?;
        Ok(unit.commit().await?)
    }

    /// Gives a person another role; they log in anew.
    ///
    /// # Errors
    /// When role and client do not fit together.
    pub async fn change_role(&self, person: &Person, role: Role, client: Option<ClientId>) -> Result<()> {
        let access = checked(&NewPerson {
            name: person.name.clone(),
            email: person.email.clone(),
            role,
            client,
        })?;
        let mut unit = UnitOfWork::begin(&self.db).await?;
        unit.set_access(person.id, access).await?;
        unit.end_sessions(person.id, None).await?;
        Ok(unit.commit().await?)
    }

    /// Keeps in which language and time zone a person reads.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_locale(&self, id: PersonId, locale: Locale) -> Result<()> {
        let mut unit = UnitOfWork::begin(&self.db).await?;
        unit.set_locale(id, locale).await?;
        Ok(unit.commit().await?)
    }

    /// Lets a person in again, with the password that they had.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn enable_person(&self, id: PersonId) -> Result<()> {
        let mut unit = UnitOfWork::begin(&self.db).await?;
        unit.set_disabled(id, None).await?;
        Ok(unit.commit().await?)
    }

    /// The instants before which a session is over.
    fn sessions_since(&self) -> docket_store::SessionsSince {
        let before = |span: Duration| -> DateTime<Utc> { self.env.now() - span };
        docket_store::SessionsSince {
            seen: before(self.settings.sessions.idle),
            created: before(self.settings.sessions.longest),
        }
    }
}
