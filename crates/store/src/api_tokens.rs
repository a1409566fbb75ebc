//! Tokens with which programs act for people. Of their secrets only the SHA-256 is kept. No statement here reads data of a
//! client.

use chrono::{DateTime, Utc};
use docket_core::id::{PersonId, TokenId};
use docket_core::person::Person;
use docket_core::token::{ApiToken, scopes_text};
use uuid::Uuid;

use crate::people::{access_of, locale_of};
use crate::unit::UnitOfWork;
use crate::{Db, Error, Result, on_db, on_tx};

// One statement for each request: which token, whose it is, and whether they are still let in.
const HOLDER: &str = "SELECT t.id, t.person_id, t.name, t.scopes, t.created_at, t.expires_at, t.used_at, t.revoked_at, \
    p.name AS person_name, p.email, p.role, p.client_id, p.language, p.time_zone, p.created_at AS since, f.confirmed_at \
    FROM api_tokens t JOIN people p ON p.id = t.person_id LEFT JOIN second_factors f ON f.person_id = p.id \
    WHERE t.hash = $1 AND t.expires_at > $2 AND t.revoked_at IS NULL AND p.disabled_at IS NULL";
const OF: &str = "SELECT id, person_id, name, scopes, created_at, expires_at, used_at, revoked_at FROM api_tokens \
    WHERE person_id = $1 ORDER BY created_at DESC, id";
const ALL: &str = "SELECT id, person_id, name, scopes, created_at, expires_at, used_at, revoked_at FROM api_tokens \
    ORDER BY created_at DESC, id";
const ADD: &str = "INSERT INTO api_tokens (id, hash, person_id, name, scopes, created_at, expires_at) \
    VALUES ($1, $2, $3, $4, $5, $6, $7)";
const TOUCH: &str = "UPDATE api_tokens SET used_at = $2 WHERE id = $1 AND (used_at IS NULL OR used_at < $2)";
const REVOKE: &str = "UPDATE api_tokens SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL";
const REVOKE_OWN: &str =
    "UPDATE api_tokens SET revoked_at = $2 WHERE id = $1 AND person_id = $3 AND revoked_at IS NULL";
const REVOKE_ALL: &str = "UPDATE api_tokens SET revoked_at = $2 WHERE person_id = $1 AND revoked_at IS NULL";

#[cfg(feature = "testing")]
pub(crate) const STATEMENTS: &[&str] = &[HOLDER, OF, ALL, ADD, TOUCH, REVOKE, REVOKE_OWN, REVOKE_ALL];

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    person_id: Uuid,
    name: String,
    scopes: String,
    created_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    used_at: Option<DateTime<Utc>>,
    revoked_at: Option<DateTime<Utc>>,
}

impl Row {
    fn token(self) -> Result<ApiToken> {
        let scopes = self.scopes.split_whitespace().map(str::parse);
        Ok(ApiToken {
            id: TokenId(self.id),
            person: PersonId(self.person_id),
            name: self.name,
            scopes: scopes
                .collect::<Result<_, _>>()
                .map_err(|e| Error::damaged("api_tokens", e))?,
            created_at: self.created_at,
            expires_at: self.expires_at,
            used_at: self.used_at,
            revoked_at: self.revoked_at,
        })
    }
}

#[derive(sqlx::FromRow)]
struct Held {
    #[sqlx(flatten)]
    token: Row,
    person_name: String,
    email: String,
    role: String,
    client_id: Option<Uuid>,
    language: String,
    time_zone: String,
    since: DateTime<Utc>,
    confirmed_at: Option<DateTime<Utc>>,
}

impl Db {
    /// Whose token this is, given its SHA-256; none where it is over or they are not let in any more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn token_holder(
        &self,
        hash: &[u8; 32],
        now: DateTime<Utc>,
    ) -> Result<Option<(Person, ApiToken)>> {
        let row: Option<Held> =
            on_db!(self, c => sqlx::query_as(HOLDER).bind(&hash[..]).bind(now).fetch_optional(c).await)?;
        let Some(row) = row else { return Ok(None) };
        let person = Person {
            id: PersonId(row.token.person_id),
            name: row.person_name,
            email: row.email,
            access: access_of(&row.role, row.client_id)?,
            has_password: true,
            second_factor: row.confirmed_at.is_some(),
            locale: locale_of(&row.language, &row.time_zone)?,
            disabled_at: None,
            created_at: row.since,
        };
        Ok(Some((person, row.token.token()?)))
    }

    /// The tokens of a person, or of everybody, the newest first; those that are over, too.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn tokens(&self, person: Option<PersonId>) -> Result<Vec<ApiToken>> {
        let rows: Vec<Row> = match person {
            Some(person) => on_db!(self, c => sqlx::query_as(OF).bind(person.0).fetch_all(c).await)?,
            None => on_db!(self, c => sqlx::query_as(ALL).fetch_all(c).await)?,
        };
        rows.into_iter().map(Row::token).collect()
    }
}

impl UnitOfWork {
    /// Keeps a token, given the SHA-256 of its secret.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn add_api_token(&mut self, hash: &[u8; 32], t: &ApiToken) -> Result<()> {
        on_tx!(&mut self.tx, c => sqlx::query(ADD)
            .bind(t.id.0).bind(&hash[..]).bind(t.person.0).bind(&t.name).bind(scopes_text(&t.scopes))
            .bind(t.created_at).bind(t.expires_at).execute(&mut *c).await.map(|_| ()))?;
        Ok(())
    }

    /// Notes that a token is in use.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn touch_token(&mut self, id: TokenId, now: DateTime<Utc>) -> Result<()> {
        on_tx!(&mut self.tx, c => sqlx::query(TOUCH).bind(id.0).bind(now).execute(&mut *c).await.map(|_| ()))?;
        Ok(())
    }

    /// Takes a token back, of whomever or only of one person; whether there was one in force.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn revoke_token(
        &mut self,
        id: TokenId,
        of: Option<PersonId>,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        let revoked = match of {
            None => on_tx!(&mut self.tx, c => sqlx::query(REVOKE)
                .bind(id.0).bind(now).execute(&mut *c).await?.rows_affected()),
            Some(person) => on_tx!(&mut self.tx, c => sqlx::query(REVOKE_OWN)
                .bind(id.0).bind(now).bind(person.0).execute(&mut *c).await?.rows_affected()),
        };
        Ok(revoked == 1)
    }

    /// Takes every token of a person back.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn revoke_tokens(&mut self, person: PersonId, now: DateTime<Utc>) -> Result<u64> {
        Ok(on_tx!(&mut self.tx, c => sqlx::query(REVOKE_ALL)
            .bind(person.0).bind(now).execute(&mut *c).await?.rows_affected()))
    }
}
