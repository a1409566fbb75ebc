//! The calendars that people subscribe to. Of the secret in an address only the SHA-256 is kept.

use chrono::{DateTime, Utc};
use docket_core::id::PersonId;
use docket_core::person::Person;
use uuid::Uuid;

use crate::people::{access_of, locale_of};
use crate::unit::UnitOfWork;
use crate::{Db, Result, on_db, on_tx};

const SET: &str = "INSERT INTO calendar_feeds (person_id, hash, made_at) VALUES ($1, $2, $3) \
    ON CONFLICT (person_id) DO UPDATE SET hash = excluded.hash, made_at = excluded.made_at";
const DROP: &str = "DELETE FROM calendar_feeds WHERE person_id = $1";
const MADE: &str = "SELECT made_at FROM calendar_feeds WHERE person_id = $1";
const WHOSE: &str = "SELECT p.id, p.name, p.email, p.role, p.client_id, p.password IS NOT NULL, p.created_at, p.language, p.time_zone \
    FROM calendar_feeds f JOIN people p ON p.id = f.person_id WHERE f.hash = $1 AND p.disabled_at IS NULL";

#[cfg(feature = "testing")]
pub(crate) const STATEMENTS: &[&str] = &[SET, DROP, MADE, WHOSE];

type Row = (
    Uuid,
    String,
    String,
    String,
    Option<Uuid>,
    bool,
    DateTime<Utc>,
    String,
    String,
);

impl Db {
    /// Since when a person has an address; none where they have none.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn calendar_since(&self, person: PersonId) -> Result<Option<DateTime<Utc>>> {
        let row: Option<(DateTime<Utc>,)> =
            on_db!(self, c => sqlx::query_as(MADE).bind(person.0).fetch_optional(c).await)?;
        Ok(row.map(|(at,)| at))
    }

    /// Whose calendar an address shows, given the SHA-256 of its secret; nobody's once they may not log in any more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn calendar_person(&self, hash: &[u8; 32]) -> Result<Option<Person>> {
        let row: Option<Row> =
            on_db!(self, c => sqlx::query_as(WHOSE).bind(&hash[..]).fetch_optional(c).await)?;
        let Some((id, name, email, role, client, has_password, created_at, language, zone)) = row else {
            return Ok(None);
        };
        Ok(Some(Person {
            id: PersonId(id),
            name,
            email,
            access: access_of(&role, client)?,
            has_password,
            second_factor: false,
            locale: locale_of(&language, &zone)?,
            disabled_at: None,
            created_at,
        }))
    }
}

impl UnitOfWork {
    /// Gives a person a new address; the one of before shows nothing any more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_calendar(
        &mut self,
        person: PersonId,
        hash: &[u8; 32],
        now: DateTime<Utc>,
    ) -> Result<()> {
        on_tx!(&mut self.tx, c => sqlx::query(SET).bind(person.0).bind(&hash[..]).bind(now)
            .execute(&mut *c).await.map(|_| ()))?;
        Ok(())
    }

    /// Takes a person's address away.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn drop_calendar(&mut self, person: PersonId) -> Result<()> {
        on_tx!(&mut self.tx, c => sqlx::query(DROP).bind(person.0).execute(&mut *c).await.map(|_| ()))?;
        Ok(())
    }
}
