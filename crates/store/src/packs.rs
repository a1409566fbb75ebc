//! Monthly packs: subscriptions, and what was made and sent.

use chrono::{DateTime, NaiveDate, Utc};
use docket_core::id::{ClientId, PackId};
use docket_core::pack::{Pack, PackState, PackSubscription};
use docket_core::person::Locale;
use uuid::Uuid;

use crate::people::locale_of;
use crate::unit::UnitOfWork;
use crate::{ClientScope, Db, Error, Result, on_db, on_tx};

const SUBSCRIPTIONS: &str = "SELECT client_id, zone, language, recipients, next_at, set_by, set_at, ended_at \
    FROM pack_subscriptions WHERE client_id BETWEEN $1 AND $2 ORDER BY client_id";
const SET: &str = "INSERT INTO pack_subscriptions (client_id, zone, language, recipients, next_at, set_by, set_at, ended_at) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, NULL) ON CONFLICT (client_id) DO UPDATE SET zone = excluded.zone, \
    language = excluded.language, recipients = excluded.recipients, next_at = excluded.next_at, set_by = excluded.set_by, \
    set_at = excluded.set_at, ended_at = NULL";
const LOCALE: &str = "SELECT language, zone FROM pack_subscriptions WHERE client_id = $1";
const END: &str = "UPDATE pack_subscriptions SET ended_at = $2 WHERE client_id = $1 AND ended_at IS NULL RETURNING client_id";
const DUE: &str = "SELECT client_id, zone, language, recipients, next_at, set_by, set_at, ended_at FROM pack_subscriptions \
    WHERE ended_at IS NULL AND next_at <= $1 ORDER BY client_id";
// Only from the end that was seen: of several workers one moves it.
const MOVE: &str =
    "UPDATE pack_subscriptions SET next_at = $3 WHERE client_id = $1 AND next_at = $2 RETURNING client_id";
const PACKS: &str = "SELECT id, client_id, month, language, recipients, state, files, made_at, decided_by, decided_at, sent_at, note \
    FROM packs WHERE client_id BETWEEN $1 AND $2 ORDER BY month DESC, client_id, made_at DESC";
const AFTER: &str = "SELECT id, client_id, month, language, recipients, state, files, made_at, decided_by, decided_at, sent_at, note \
    FROM packs WHERE client_id BETWEEN $1 AND $2 AND month <= $3 AND (month < $3 OR client_id > $4 OR client_id = $4 AND made_at < $5) \
    AND state LIKE $6 ORDER BY month DESC, client_id, made_at DESC LIMIT $7";
const PACK: &str = "SELECT id, client_id, month, language, recipients, state, files, made_at, decided_by, decided_at, sent_at, note \
    FROM packs WHERE client_id BETWEEN $1 AND $2 AND id = $3";
const OF_MONTH: &str = "SELECT id FROM packs WHERE client_id = $1 AND month = $2 AND state <> 'rejected'";
const ADD: &str = "INSERT INTO packs (id, client_id, month, language, recipients, state, files, made_at) \
    VALUES ($1, $2, $3, $4, $5, 'waiting', $6, $7) ON CONFLICT (client_id, month) WHERE state <> 'rejected' DO NOTHING RETURNING id";
const DECIDE: &str = "UPDATE packs SET state = $2, decided_by = $3, decided_at = $4, note = $5 \
    WHERE id = $1 AND state = 'waiting' RETURNING id";
const BECOME: &str =
    "UPDATE packs SET state = $3, sent_at = $4, note = $5 WHERE id = $1 AND state = $2 RETURNING id";

#[cfg(feature = "testing")]
pub(crate) const STATEMENTS: &[&str] = &[
    SUBSCRIPTIONS,
    SET,
    LOCALE,
    END,
    DUE,
    MOVE,
    PACKS,
    AFTER,
    PACK,
    OF_MONTH,
    ADD,
    DECIDE,
    BECOME,
];

#[derive(sqlx::FromRow)]
struct SubscriptionRow {
    client_id: Uuid,
    zone: String,
    language: String,
    recipients: String,
    next_at: DateTime<Utc>,
    set_by: String,
    set_at: DateTime<Utc>,
    ended_at: Option<DateTime<Utc>>,
}

#[derive(sqlx::FromRow)]
struct PackRow {
    id: Uuid,
    client_id: Uuid,
    month: String,
    language: String,
    recipients: String,
    state: String,
    files: String,
    made_at: DateTime<Utc>,
    decided_by: Option<String>,
    decided_at: Option<DateTime<Utc>>,
    sent_at: Option<DateTime<Utc>>,
    note: Option<String>,
}

fn damaged(e: impl std::fmt::Display) -> Error {
    Error::damaged("packs", e)
}

fn text(value: &impl serde::Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(damaged)
}

impl SubscriptionRow {
    fn stored(self) -> Result<PackSubscription> {
        Ok(PackSubscription {
            client: ClientId(self.client_id),
            zone: self.zone.parse().map_err(damaged)?,
            language: self.language.parse().map_err(damaged)?,
            recipients: serde_json::from_str(&self.recipients).map_err(damaged)?,
            next_at: self.next_at,
            set_by: self.set_by,
            set_at: self.set_at,
            ended_at: self.ended_at,
        })
    }
}

impl PackRow {
    fn stored(self) -> Result<Pack> {
        Ok(Pack {
            id: PackId(self.id),
            client: ClientId(self.client_id),
            month: self.month.parse().map_err(damaged)?,
            language: self.language.parse().map_err(damaged)?,
            recipients: serde_json::from_str(&self.recipients).map_err(damaged)?,
            state: self.state.parse().map_err(damaged)?,
            files: serde_json::from_str(&self.files).map_err(damaged)?,
            made_at: self.made_at,
            decided_by: self.decided_by,
            decided_at: self.decided_at,
            sent_at: self.sent_at,
            note: self.note,
        })
    }
}

impl Db {
    /// The subscriptions of the clients in scope, those that ended too.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn pack_subscriptions(&self, scope: ClientScope) -> Result<Vec<PackSubscription>> {
        let (low, high) = scope.range();
        let rows: Vec<SubscriptionRow> =
            on_db!(self, c => sqlx::query_as(SUBSCRIPTIONS).bind(low).bind(high).fetch_all(c).await)?;
        rows.into_iter().map(SubscriptionRow::stored).collect()
    }

    /// The packs of the clients in scope, the newest month first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn packs(&self, scope: ClientScope) -> Result<Vec<Pack>> {
        let (low, high) = scope.range();
        let rows: Vec<PackRow> =
            on_db!(self, c => sqlx::query_as(PACKS).bind(low).bind(high).fetch_all(c).await)?;
        rows.into_iter().map(PackRow::stored).collect()
    }

    /// A page of the packs of the clients in scope, the newest month first, after the last one seen; all of them, or those in
    /// one state.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn packs_after(
        &self,
        scope: ClientScope,
        after: Option<&Pack>,
        state: Option<PackState>,
        limit: i64,
    ) -> Result<Vec<Pack>> {
        let (low, high) = scope.range();
        // Before the first one: no month is so late.
        let (month, client, made_at) = after.map_or_else(
            || ("9999-12-31".to_owned(), Uuid::nil(), DateTime::UNIX_EPOCH),
            |pack| (pack.month.to_string(), pack.client.0, pack.made_at),
        );
        let state = state.map_or_else(|| "%".to_owned(), |state| state.to_string());
        let rows: Vec<PackRow> = on_db!(self, c => sqlx::query_as(AFTER)
            .bind(low).bind(high).bind(&month).bind(client).bind(made_at).bind(&state).bind(limit).fetch_all(c).await)?;
        rows.into_iter().map(PackRow::stored).collect()
    }

    /// A pack.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn pack(&self, scope: ClientScope, id: PackId) -> Result<Option<Pack>> {
        let (low, high) = scope.range();
        let row: Option<PackRow> =
            on_db!(self, c => sqlx::query_as(PACK).bind(low).bind(high).bind(id.0).fetch_optional(c).await)?;
        row.map(PackRow::stored).transpose()
    }

    /// Whether a client's pack of a month was made, and not rejected.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn has_pack(&self, client: ClientId, month: NaiveDate) -> Result<bool> {
        let month = month.to_string();
        let found: Option<(Uuid,)> =
            on_db!(self, c => sqlx::query_as(OF_MONTH).bind(client.0).bind(&month).fetch_optional(c).await)?;
        Ok(found.is_some())
    }

    /// The subscriptions whose month is over.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn packs_due(&self, now: DateTime<Utc>) -> Result<Vec<PackSubscription>> {
        let rows: Vec<SubscriptionRow> = on_db!(self, c => sqlx::query_as(DUE).bind(now).fetch_all(c).await)?;
        rows.into_iter().map(SubscriptionRow::stored).collect()
    }
}

impl UnitOfWork {
    /// In which language and time zone a client reads its packs; none where it never got any.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn packs_locale(&mut self, client: ClientId) -> Result<Option<Locale>> {
        let row: Option<(String, String)> =
            on_tx!(&mut self.tx, c => sqlx::query_as(LOCALE).bind(client.0).fetch_optional(&mut *c).await)?;
        row.map(|(language, zone)| locale_of(&language, &zone))
            .transpose()
    }

    /// Subscribes a client, or changes how.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn subscribe_packs(&mut self, new: &PackSubscription) -> Result<()> {
        let recipients = text(&new.recipients)?;
        on_tx!(&mut self.tx, c => sqlx::query(SET).bind(new.client.0).bind(new.zone.name()).bind(new.language.as_str())
            .bind(&recipients).bind(new.next_at).bind(&new.set_by).bind(new.set_at).execute(&mut *c).await.map(|_| ()))?;
        Ok(())
    }

    /// Ends a subscription; whether there was one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn end_packs(&mut self, client: ClientId, now: DateTime<Utc>) -> Result<bool> {
        let found: Option<(Uuid,)> = on_tx!(&mut self.tx, c => sqlx::query_as(END).bind(client.0).bind(now).fetch_optional(&mut *c).await)?;
        Ok(found.is_some())
    }

    /// Moves a subscription on from a month's end that was seen; false where somebody else did.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn next_pack(
        &mut self,
        client: ClientId,
        from: DateTime<Utc>,
        to: DateTime<Utc>,
    ) -> Result<bool> {
        let found: Option<(Uuid,)> = on_tx!(&mut self.tx, c => sqlx::query_as(MOVE).bind(client.0).bind(from).bind(to)
            .fetch_optional(&mut *c).await)?;
        Ok(found.is_some())
    }

    /// Keeps a pack; false where the client has one of that month that was not rejected.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn add_pack(&mut self, pack: &Pack) -> Result<bool> {
        let (month, recipients, files) = (
            pack.month.to_string(),
            text(&pack.recipients)?,
            text(&pack.files)?,
        );
        let found: Option<(Uuid,)> = on_tx!(&mut self.tx, c => sqlx::query_as(ADD).bind(pack.id.0).bind(pack.client.0)
            .bind(&month).bind(pack.language.as_str()).bind(&recipients).bind(&files).bind(pack.made_at)
            .fetch_optional(&mut *c).await)?;
        Ok(found.is_some())
    }

    /// A lead's decision; false where the pack does not wait for one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn decide_pack(
        &mut self,
        id: PackId,
        (state, note): (PackState, Option<&str>),
        by: &str,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        let found: Option<(Uuid,)> = on_tx!(&mut self.tx, c => sqlx::query_as(DECIDE).bind(id.0).bind(state.as_str()).bind(by)
            .bind(now).bind(note).fetch_optional(&mut *c).await)?;
        Ok(found.is_some())
    }

    /// Moves a pack from one state to the next; false where it is not in the first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn pack_became(
        &mut self,
        id: PackId,
        (from, to): (PackState, PackState),
        sent_at: Option<DateTime<Utc>>,
        note: Option<&str>,
    ) -> Result<bool> {
        let found: Option<(Uuid,)> = on_tx!(&mut self.tx, c => sqlx::query_as(BECOME).bind(id.0).bind(from.as_str())
            .bind(to.as_str()).bind(sent_at).bind(note).fetch_optional(&mut *c).await)?;
        Ok(found.is_some())
    }
}
