//! People who log in, with what proves who they are. No statement here reads data of a client.

use chrono::{DateTime, Utc};
use docket_core::env::Env;
use docket_core::id::{ClientId, PersonId};
use docket_core::person::{Access, Locale, Person, email_key, name_key};
use secrecy::SecretString;
use uuid::Uuid;

use crate::unit::UnitOfWork;
use crate::{Db, Error, Keyring, Result, on_db, on_tx};

macro_rules! select {
    ($($rest:literal),+) => {
        concat!(
            "SELECT p.id, p.name, p.email, p.role, p.client_id, p.password, p.disabled_at, p.created_at, p.language, p.time_zone, \
             f.key_id, f.secret, f.confirmed_at, f.last_step \
             FROM people p LEFT JOIN second_factors f ON f.person_id = p.id ", $($rest),+
        )
    };
}
const LIST: &str = select!("ORDER BY p.name_key");
const BY_ID: &str = select!("WHERE p.id = $1");
const BY_EMAIL: &str = select!("WHERE p.email_key = $1");
const LOCALE: &str = "SELECT language, time_zone FROM people WHERE email_key = $1";
const ANY: &str = "SELECT count(*) FROM (SELECT id FROM people LIMIT 1) AS one";
const ADD: &str = "INSERT INTO people (id, name, name_key, email, email_key, role, client_id, created_at) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING";
const SET_PASSWORD: &str = "UPDATE people SET password = $2 WHERE id = $1";
const SET_DISABLED: &str = "UPDATE people SET disabled_at = $2 WHERE id = $1";
const SET_ACCESS: &str = "UPDATE people SET role = $2, client_id = $3 WHERE id = $1";
const SET_LOCALE: &str = "UPDATE people SET language = $2, time_zone = $3 WHERE id = $1";
const ADD_RECOVERY: &str = "INSERT INTO recovery_codes (person_id, hash) VALUES ($1, $2)";
const USE_RECOVERY: &str = "DELETE FROM recovery_codes WHERE person_id = $1 AND hash = $2";
const DROP_RECOVERY: &str = "DELETE FROM recovery_codes WHERE person_id = $1";
const RECOVERY: &str = "SELECT count(*) FROM recovery_codes WHERE person_id = $1";
const SET_FACTOR: &str = "INSERT INTO second_factors (person_id, key_id, secret, last_step) VALUES ($1, $2, $3, 0) \
    ON CONFLICT (person_id) DO UPDATE SET key_id = excluded.key_id, secret = excluded.secret, last_step = 0 \
    WHERE second_factors.confirmed_at IS NULL";
// A step counts once: of two that come with the same code, one is accepted.
const USE_STEP: &str = "UPDATE second_factors SET last_step = $2, confirmed_at = coalesce(confirmed_at, $3) \
    WHERE person_id = $1 AND last_step < $2";
const DROP_FACTOR: &str = "DELETE FROM second_factors WHERE person_id = $1";
const SEALED: &str = "SELECT person_id, key_id, secret FROM second_factors WHERE key_id <> $1";
const RESEAL: &str =
    "UPDATE second_factors SET key_id = $2, secret = $3 WHERE person_id = $1 AND key_id = $4 AND secret = $5";

#[cfg(feature = "testing")]
pub(crate) const STATEMENTS: &[&str] = &[
    LIST,
    BY_ID,
    BY_EMAIL,
    LOCALE,
    ANY,
    ADD,
    SET_PASSWORD,
    SET_DISABLED,
    SET_ACCESS,
    SET_LOCALE,
    ADD_RECOVERY,
    USE_RECOVERY,
    DROP_RECOVERY,
    RECOVERY,
    SET_FACTOR,
    USE_STEP,
    DROP_FACTOR,
    SEALED,
    RESEAL,
];

/// A person with what is needed to check that it is them.
#[derive(Debug)]
pub struct Account {
    /// Who.
    pub person: Person,
    /// The hash of their password, if they have chosen one.
    pub password: Option<String>,
    /// The secret of their authenticator app, confirmed or still being set up.
    pub factor: Option<Factor>,
}

/// The secret of an authenticator app.
#[derive(Debug)]
pub struct Factor {
    /// The secret, as base32.
    pub secret: SecretString,
    /// Whether it is asked for: a code was given once.
    pub confirmed: bool,
    /// The newest step that was accepted.
    pub last_step: i64,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    name: String,
    email: String,
    role: String,
    client_id: Option<Uuid>,
    password: Option<String>,
    disabled_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    language: String,
    time_zone: String,
    key_id: Option<String>,
    secret: Option<Vec<u8>>,
    confirmed_at: Option<DateTime<Utc>>,
    last_step: Option<i64>,
}

pub(crate) fn access_of(role: &str, client: Option<Uuid>) -> Result<Access> {
    let role = role.parse().map_err(|e| Error::damaged("people", e))?;
    Access::of(role, client.map(ClientId))
        .ok_or_else(|| Error::damaged("people", "role and client do not fit"))
}

pub(crate) fn locale_of(language: &str, zone: &str) -> Result<Locale> {
    Ok(Locale {
        language: language.parse().map_err(|e| Error::damaged("people", e))?,
        zone: zone.parse().map_err(|e| Error::damaged("people", e))?,
    })
}

impl Row {
    fn person(&self) -> Result<Person> {
        Ok(Person {
            id: PersonId(self.id),
            name: self.name.clone(),
            email: self.email.clone(),
            access: access_of(&self.role, self.client_id)?,
            has_password: self.password.is_some(),
            second_factor: self.confirmed_at.is_some(),
            locale: locale_of(&self.language, &self.time_zone)?,
            disabled_at: self.disabled_at,
            created_at: self.created_at,
        })
    }

    fn account(self, keys: &Keyring) -> Result<Account> {
        let person = self.person()?;
        let factor = match (self.key_id, self.secret, self.last_step) {
            (Some(key), Some(sealed), Some(last_step)) => Some(Factor {
                secret: keys.open(&place(person.id), &key, &sealed)?,
                confirmed: self.confirmed_at.is_some(),
                last_step,
            }),
            _ => None,
        };
        Ok(Account {
            person,
            password: self.password,
            factor,
        })
    }
}

fn place(person: PersonId) -> String {
    format!("person/{person}/totp")
}

impl Db {
    /// Everybody, by name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn people(&self) -> Result<Vec<Person>> {
        let rows: Vec<Row> = on_db!(self, c => sqlx::query_as(LIST).fetch_all(c).await)?;
        rows.iter().map(Row::person).collect()
    }

    /// Whether there is anybody at all.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn has_people(&self) -> Result<bool> {
        let (count,): (i64,) = on_db!(self, c => sqlx::query_as(ANY).fetch_one(c).await)?;
        Ok(count > 0)
    }

    /// How many recovery codes a person has left.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn recovery_codes(&self, id: PersonId) -> Result<i64> {
        let (count,): (i64,) = on_db!(self, c => sqlx::query_as(RECOVERY).bind(id.0).fetch_one(c).await)?;
        Ok(count)
    }

    /// A person with what proves who they are.
    ///
    /// # Errors
    /// When the database fails, or the secret was encrypted with a key that is not configured.
    pub async fn account(&self, id: PersonId, keys: &Keyring) -> Result<Option<Account>> {
        let row: Option<Row> = on_db!(self, c => sqlx::query_as(BY_ID).bind(id.0).fetch_optional(c).await)?;
        row.map(|r| r.account(keys)).transpose()
    }

    /// The same by their address.
    ///
    /// # Errors
    /// As [`Db::account`].
    pub async fn account_by_email(&self, email: &str, keys: &Keyring) -> Result<Option<Account>> {
        let key = email_key(email);
        let row: Option<Row> = on_db!(self, c => sqlx::query_as(BY_EMAIL).bind(key).fetch_optional(c).await)?;
        row.map(|r| r.account(keys)).transpose()
    }
}

impl UnitOfWork {
    /// In which language and time zone the person behind a mail address reads; none where nobody here has it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn locale_of(&mut self, email: &str) -> Result<Option<Locale>> {
        let key = email_key(email);
        let row: Option<(String, String)> =
            on_tx!(&mut self.tx, c => sqlx::query_as(LOCALE).bind(key).fetch_optional(&mut *c).await)?;
        row.map(|(language, zone)| locale_of(&language, &zone))
            .transpose()
    }

    /// Whether there is anybody at all, inside the transaction.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn has_people(&mut self) -> Result<bool> {
        let (count,): (i64,) = on_tx!(&mut self.tx, c => sqlx::query_as(ANY).fetch_one(&mut *c).await)?;
        Ok(count > 0)
    }

    /// Adds a person, without a password.
    ///
    /// # Errors
    /// [`Error::Taken`] when the name or the address is somebody's.
    pub async fn add_person(&mut self, p: &Person) -> Result<()> {
        let made = on_tx!(&mut self.tx, c => sqlx::query(ADD)
            .bind(p.id.0).bind(&p.name).bind(name_key(&p.name)).bind(&p.email).bind(email_key(&p.email))
            .bind(p.access.role().as_str()).bind(p.access.client().map(|c| c.0)).bind(p.created_at)
            .execute(&mut *c).await?.rows_affected());
        if made == 1 {
            return Ok(());
        }
        Err(Error::Taken(format!(
            "the name `{}` or the address `{}` is somebody's already; see `docket user list`",
            p.name, p.email
        )))
    }

    /// Keeps the hash of a chosen password.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_password(&mut self, id: PersonId, hash: &str) -> Result<()> {
        on_tx!(&mut self.tx, c => sqlx::query(SET_PASSWORD).bind(id.0).bind(hash).execute(&mut *c).await.map(|_| ()))?;
        Ok(())
    }

    /// Lets a person in no more, or again.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_disabled(&mut self, id: PersonId, since: Option<DateTime<Utc>>) -> Result<()> {
        on_tx!(&mut self.tx, c => sqlx::query(SET_DISABLED).bind(id.0).bind(since).execute(&mut *c).await.map(|_| ()))?;
        Ok(())
    }

    /// Keeps the secret of an authenticator app, to be confirmed by a code; whether it was kept: a confirmed one stays.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_factor(
        &mut self,
        id: PersonId,
        secret: &SecretString,
        keys: &Keyring,
        env: &Env,
    ) -> Result<bool> {
        let sealed = keys.seal(&place(id), secret, env)?;
        let kept = on_tx!(&mut self.tx, c => sqlx::query(SET_FACTOR)
            .bind(id.0).bind(keys.key_id()).bind(sealed).execute(&mut *c).await?.rows_affected());
        Ok(kept == 1)
    }

    /// Accepts a step of an authenticator app, which confirms it the first time; false when this step or a later one was
    /// accepted before.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn use_step(&mut self, id: PersonId, step: i64, now: DateTime<Utc>) -> Result<bool> {
        let used = on_tx!(&mut self.tx, c => sqlx::query(USE_STEP)
            .bind(id.0).bind(step).bind(now).execute(&mut *c).await?.rows_affected());
        Ok(used == 1)
    }

    /// Gives a person another role.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_access(&mut self, id: PersonId, access: Access) -> Result<()> {
        on_tx!(&mut self.tx, c => sqlx::query(SET_ACCESS)
            .bind(id.0).bind(access.role().as_str()).bind(access.client().map(|c| c.0))
            .execute(&mut *c).await.map(|_| ()))?;
        Ok(())
    }

    /// Keeps in which language and time zone a person reads.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_locale(&mut self, id: PersonId, locale: Locale) -> Result<()> {
        on_tx!(&mut self.tx, c => sqlx::query(SET_LOCALE)
            .bind(id.0).bind(locale.language.as_str()).bind(locale.zone.name())
            .execute(&mut *c).await.map(|_| ()))?;
        Ok(())
    }

    /// Keeps the hashes of a person's recovery codes, instead of those that they had.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_recovery_codes(&mut self, id: PersonId, hashes: &[[u8; 32]]) -> Result<()> {
        on_tx!(&mut self.tx, c => sqlx::query(DROP_RECOVERY).bind(id.0).execute(&mut *c).await.map(|_| ()))?;
        for hash in hashes {
            on_tx!(&mut self.tx, c => sqlx::query(ADD_RECOVERY)
                .bind(id.0).bind(&hash[..]).execute(&mut *c).await.map(|_| ()))?;
        }
        Ok(())
    }

    /// Uses a recovery code up; whether it was one that was left.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn use_recovery_code(&mut self, id: PersonId, hash: &[u8; 32]) -> Result<bool> {
        let used = on_tx!(&mut self.tx, c => sqlx::query(USE_RECOVERY)
            .bind(id.0).bind(&hash[..]).execute(&mut *c).await?.rows_affected());
        Ok(used == 1)
    }

    /// Asks a person for no code any more; their recovery codes go too.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn drop_factor(&mut self, id: PersonId) -> Result<()> {
        on_tx!(&mut self.tx, c => sqlx::query(DROP_RECOVERY).bind(id.0).execute(&mut *c).await.map(|_| ()))?;
        on_tx!(&mut self.tx, c => sqlx::query(DROP_FACTOR).bind(id.0).execute(&mut *c).await.map(|_| ()))?;
        Ok(())
    }

    /// Encrypts the secrets of authenticator apps with the key in force; gives how many were changed.
    ///
    /// # Errors
    /// When an old key is not configured.
    pub async fn reseal_factors(&mut self, keys: &Keyring, env: &Env) -> Result<usize> {
        let rows: Vec<(Uuid, String, Vec<u8>)> = on_tx!(&mut self.tx, c => sqlx::query_as(SEALED)
            .bind(keys.key_id()).fetch_all(&mut *c).await)?;
        let mut changed = 0;
        for (person, key, sealed) in rows {
            let place = place(PersonId(person));
            let again = keys.seal(&place, &keys.open(&place, &key, &sealed)?, env)?;
            changed += on_tx!(&mut self.tx, c => sqlx::query(RESEAL)
                .bind(person).bind(keys.key_id()).bind(again).bind(&key).bind(&sealed)
                .execute(&mut *c).await?.rows_affected());
        }
        Ok(usize::try_from(changed).unwrap_or(usize::MAX))
    }
}
