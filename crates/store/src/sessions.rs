//! Who is logged in on what device, links with which a password is chosen, and log-ins that were tried lately. Of secrets
//! only the SHA-256 is kept.

use chrono::{DateTime, Utc};
use docket_core::id::{PersonId, SessionId};
use docket_core::person::{Person, Session};
use uuid::Uuid;

use crate::people::{access_of, locale_of};
use crate::unit::UnitOfWork;
use crate::{Db, Result, on_db, on_tx};

// One statement for each request of a page: who it is, and whether they are still let in.
const CURRENT: &str = "SELECT s.id, s.created_at, s.seen_at, s.address, s.agent, p.id AS person_id, p.name, p.email, p.role, \
    p.client_id, p.language, p.time_zone, p.created_at AS since, f.confirmed_at \
    FROM sessions s JOIN people p ON p.id = s.person_id LEFT JOIN second_factors f ON f.person_id = p.id \
    WHERE s.hash = $1 AND s.seen_at > $2 AND s.created_at > $3 AND p.disabled_at IS NULL";
const OF: &str = "SELECT id, person_id, created_at, seen_at, address, agent FROM sessions \
    WHERE person_id = $1 AND seen_at > $2 AND created_at > $3 ORDER BY seen_at DESC, id";
const ADD: &str = "INSERT INTO sessions (hash, id, person_id, created_at, seen_at, address, agent) \
    VALUES ($1, $2, $3, $4, $5, $6, $7)";
const TOUCH: &str = "UPDATE sessions SET seen_at = $2 WHERE id = $1 AND seen_at < $2";
const END: &str = "DELETE FROM sessions WHERE id = $1 AND person_id = $2";
const END_ALL: &str = "DELETE FROM sessions WHERE person_id = $1 AND id <> $2";
const SWEEP: &str = "DELETE FROM sessions WHERE seen_at <= $1 OR created_at <= $2";

const ADD_LINK: &str = "INSERT INTO password_links (hash, person_id, expires_at) VALUES ($1, $2, $3)";
const LINK: &str = "SELECT person_id FROM password_links WHERE hash = $1 AND expires_at > $2";
// All links of the same purpose go with the first that is used.
const TAKE_LINK: &str = "DELETE FROM password_links WHERE coalesce(person_id, $2) = (SELECT coalesce(l.person_id, $2) \
    FROM password_links l WHERE l.hash = $1 AND l.expires_at > $3) RETURNING hash, person_id";
const DROP_LINKS: &str = "DELETE FROM password_links WHERE person_id = $1 OR expires_at <= $2";

const OLD_TRIES: &str = "DELETE FROM log_in_tries WHERE since_at <= $1";
// Counted before it is known how a try ends, and in one statement: many at the same moment count as many.
const TRY: &str = "INSERT INTO log_in_tries (key, since_at, tries) VALUES ($1, $2, 1) ON CONFLICT (key) DO UPDATE SET \
    tries = CASE WHEN log_in_tries.since_at <= $3 THEN 1 ELSE log_in_tries.tries + 1 END, \
    since_at = CASE WHEN log_in_tries.since_at <= $3 THEN excluded.since_at ELSE log_in_tries.since_at END \
    RETURNING tries, since_at";
const FORGIVE: &str = "DELETE FROM log_in_tries WHERE key = $1";
const RETRACT: &str = "UPDATE log_in_tries SET tries = tries - 1 WHERE key = $1";

#[cfg(feature = "testing")]
pub(crate) const STATEMENTS: &[&str] = &[
    CURRENT, OF, ADD, TOUCH, END, END_ALL, SWEEP, ADD_LINK, LINK, TAKE_LINK, DROP_LINKS, OLD_TRIES, TRY,
    FORGIVE, RETRACT,
];

/// How long sessions last, as the instants before which they are over.
#[derive(Debug, Clone, Copy)]
pub struct SessionsSince {
    /// Last used before this: over.
    pub seen: DateTime<Utc>,
    /// Begun before this: over, however much they are used.
    pub created: DateTime<Utc>,
}

/// How often a log-in was tried, for one account or from one address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tries {
    /// How often, the newest one included.
    pub count: i64,
    /// Since when they are counted.
    pub since: DateTime<Utc>,
}

/// A link of the first admin has no person.
const FIRST: Uuid = Uuid::nil();

#[derive(sqlx::FromRow)]
struct Current {
    id: Uuid,
    created_at: DateTime<Utc>,
    seen_at: DateTime<Utc>,
    address: String,
    agent: String,
    person_id: Uuid,
    name: String,
    email: String,
    role: String,
    client_id: Option<Uuid>,
    language: String,
    time_zone: String,
    since: DateTime<Utc>,
    confirmed_at: Option<DateTime<Utc>>,
}

type Row = (Uuid, Uuid, DateTime<Utc>, DateTime<Utc>, String, String);

fn session((id, person, created_at, seen_at, address, agent): Row) -> Session {
    Session {
        id: SessionId(id),
        person: PersonId(person),
        created_at,
        seen_at,
        address,
        agent,
    }
}

impl Db {
    /// Who holds a session's secret, given its SHA-256; none where it is over or they are not let in any more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn session(&self, hash: &[u8; 32], since: SessionsSince) -> Result<Option<(Person, Session)>> {
        let row: Option<Current> = on_db!(self, c => sqlx::query_as(CURRENT)
            .bind(&hash[..]).bind(since.seen).bind(since.created).fetch_optional(c).await)?;
        let Some(row) = row else { return Ok(None) };
        let person = Person {
            id: PersonId(row.person_id),
            name: row.name,
            email: row.email,
            access: access_of(&row.role, row.client_id)?,
            has_password: true,
            second_factor: row.confirmed_at.is_some(),
            locale: locale_of(&row.language, &row.time_zone)?,
            disabled_at: None,
            created_at: row.since,
        };
        let seen = (
            row.id,
            row.person_id,
            row.created_at,
            row.seen_at,
            row.address,
            row.agent,
        );
        Ok(Some((person, session(seen))))
    }

    /// The devices that a person is logged in on, the last used first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sessions_of(&self, person: PersonId, since: SessionsSince) -> Result<Vec<Session>> {
        let rows: Vec<Row> = on_db!(self, c => sqlx::query_as(OF)
            .bind(person.0).bind(since.seen).bind(since.created).fetch_all(c).await)?;
        Ok(rows.into_iter().map(session).collect())
    }

    /// Whose password a link sets, given the SHA-256 of its token: `Some(None)` for the first admin's. The link stays.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn password_link(
        &self,
        hash: &[u8; 32],
        now: DateTime<Utc>,
    ) -> Result<Option<Option<PersonId>>> {
        let row: Option<(Option<Uuid>,)> =
            on_db!(self, c => sqlx::query_as(LINK).bind(&hash[..]).bind(now).fetch_optional(c).await)?;
        Ok(row.map(|(person,)| person.map(PersonId)))
    }
}

impl UnitOfWork {
    /// Begins a session.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn add_session(&mut self, hash: &[u8; 32], s: &Session) -> Result<()> {
        on_tx!(&mut self.tx, c => sqlx::query(ADD)
            .bind(&hash[..]).bind(s.id.0).bind(s.person.0).bind(s.created_at).bind(s.seen_at).bind(&s.address)
            .bind(&s.agent).execute(&mut *c).await.map(|_| ()))?;
        Ok(())
    }

    /// Notes that a session is in use.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn touch_session(&mut self, id: SessionId, now: DateTime<Utc>) -> Result<()> {
        on_tx!(&mut self.tx, c => sqlx::query(TOUCH).bind(id.0).bind(now).execute(&mut *c).await.map(|_| ()))?;
        Ok(())
    }

    /// Ends a session of a person; whether it was theirs.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn end_session(&mut self, id: SessionId, person: PersonId) -> Result<bool> {
        let ended = on_tx!(&mut self.tx, c => sqlx::query(END)
            .bind(id.0).bind(person.0).execute(&mut *c).await?.rows_affected());
        Ok(ended == 1)
    }

    /// Ends every session of a person, but the one that is kept.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn end_sessions(&mut self, person: PersonId, keep: Option<SessionId>) -> Result<u64> {
        let keep = keep.map_or(Uuid::nil(), |s| s.0);
        Ok(on_tx!(&mut self.tx, c => sqlx::query(END_ALL)
            .bind(person.0).bind(keep).execute(&mut *c).await?.rows_affected()))
    }

    /// Keeps a link with which a person, or the first admin, chooses a password.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn add_password_link(
        &mut self,
        hash: &[u8; 32],
        person: Option<PersonId>,
        expires_at: DateTime<Utc>,
    ) -> Result<()> {
        on_tx!(&mut self.tx, c => sqlx::query(ADD_LINK)
            .bind(&hash[..]).bind(person.map(|p| p.0)).bind(expires_at).execute(&mut *c).await.map(|_| ()))?;
        Ok(())
    }

    /// Uses a link up, and with it all of the same purpose; none where there is none in force. Of two that use it at the
    /// same moment, one does.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn take_password_link(
        &mut self,
        hash: &[u8; 32],
        now: DateTime<Utc>,
    ) -> Result<Option<Option<PersonId>>> {
        let rows: Vec<(Vec<u8>, Option<Uuid>)> = on_tx!(&mut self.tx, c => sqlx::query_as(TAKE_LINK)
            .bind(&hash[..]).bind(FIRST).bind(now).fetch_all(&mut *c).await)?;
        let own = rows.into_iter().find(|(taken, _)| taken[..] == hash[..]);
        Ok(own.map(|(_, person)| person.map(PersonId)))
    }

    /// Drops a person's links, and whichever ran out.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn drop_password_links(&mut self, person: PersonId, now: DateTime<Utc>) -> Result<()> {
        on_tx!(&mut self.tx, c => sqlx::query(DROP_LINKS).bind(person.0).bind(now).execute(&mut *c).await.map(|_| ()))?;
        Ok(())
    }

    /// Counts a try for an account or from an address, given the SHA-256 of which; those that began before `window` are over.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn count_try(
        &mut self,
        key: &[u8; 32],
        now: DateTime<Utc>,
        window: DateTime<Utc>,
    ) -> Result<Tries> {
        let (count, since): (i64, DateTime<Utc>) = on_tx!(&mut self.tx, c => sqlx::query_as(TRY)
            .bind(&key[..]).bind(now).bind(window).fetch_one(&mut *c).await)?;
        Ok(Tries { count, since })
    }

    /// Forgets the tries of an account, whose person came in, and the one of this from its address.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forgive_tries(&mut self, account: &[u8; 32], address: &[u8; 32]) -> Result<()> {
        on_tx!(&mut self.tx, c => sqlx::query(FORGIVE).bind(&account[..]).execute(&mut *c).await.map(|_| ()))?;
        on_tx!(&mut self.tx, c => sqlx::query(RETRACT).bind(&address[..]).execute(&mut *c).await.map(|_| ()))?;
        Ok(())
    }

    /// Forgets tries and sessions that are long over.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sweep_log_ins(&mut self, sessions: SessionsSince, tries: DateTime<Utc>) -> Result<()> {
        on_tx!(&mut self.tx, c => sqlx::query(SWEEP)
            .bind(sessions.seen).bind(sessions.created).execute(&mut *c).await.map(|_| ()))?;
        on_tx!(&mut self.tx, c => sqlx::query(OLD_TRIES).bind(tries).execute(&mut *c).await.map(|_| ()))?;
        Ok(())
    }
}
