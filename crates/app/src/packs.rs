//! Monthly packs: a client's reports, made when its month is over, sent when a lead approved them, and kept byte for byte.

mod basis;
mod build;
mod recompute;
mod send;

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, Utc};
use docket_core::id::{ClientId, PackId};
use docket_core::pack::{Pack, PackState, PackSubscription, Zone, month_before, month_over};
use docket_core::sentence;
use docket_core::words::Language;
use docket_store::{Client, ClientScope, UnitOfWork};

pub use self::basis::Difference;
pub use self::recompute::{CaseChange, InputChange, Recomputed};
use crate::error::{Error, Result};
use crate::mail::address_of;
use crate::{Desk, jobs};

/// How a client gets its packs.
#[derive(Debug, Clone)]
pub struct PackWish {
    /// Where its months end.
    pub zone: Zone,
    /// The language of its reports.
    pub language: Language,
    /// Addresses.
    pub recipients: Vec<String>,
}

impl Desk {
    /// Subscribes a client, or changes how it gets its packs from the month on that runs.
    ///
    /// # Errors
    /// When an address is none.
    pub async fn subscribe_packs(
        &self,
        client: &Client,
        wish: PackWish,
        actor: &str,
    ) -> Result<PackSubscription> {
        if wish.recipients.is_empty() {
            return Err(Error::Invalid(
                "a pack goes to at least one address; name it with --to".into(),
            ));
        }
        for recipient in &wish.recipients {
            address_of(recipient).map_err(Error::Invalid)?;
        }
        let now = self.env.now();
        let new = PackSubscription {
            client: client.id,
            next_at: month_over(wish.zone, now),
            zone: wish.zone,
            language: wish.language,
            recipients: wish.recipients,
            set_by: actor.to_owned(),
            set_at: now,
            ended_at: None,
        };
        let mut unit = UnitOfWork::begin(&self.db).await?;
        unit.subscribe_packs(&new).await?;
        unit.commit().await?;
        Ok(new)
    }

    /// Ends a client's packs; what was made stays.
    ///
    /// # Errors
    /// When it gets none.
    pub async fn end_packs(&self, client: &Client) -> Result<()> {
        let mut unit = UnitOfWork::begin(&self.db).await?;
        if !unit.end_packs(client.id, self.env.now()).await? {
            return Err(Error::NotFound(
                format!("{} gets no packs; see `docket pack list`", client.name).into(),
            ));
        }
        unit.commit().await?;
        Ok(())
    }

    /// Who gets packs, and who did.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn pack_subscriptions(&self, scope: ClientScope) -> Result<Vec<PackSubscription>> {
        Ok(self.db.pack_subscriptions(scope).await?)
    }

    /// Every pack in scope, the newest month first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn packs(&self, scope: ClientScope) -> Result<Vec<Pack>> {
        Ok(self.db.packs(scope).await?)
    }

    /// A page of the packs in scope, the newest month first, after one that was seen; with that one, where it is still there.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn packs_after(
        &self,
        scope: ClientScope,
        after: Option<PackId>,
        limit: i64,
    ) -> Result<(Option<Pack>, Vec<Pack>)> {
        let seen = self.pack_seen(scope, after).await?;
        let packs = self.db.packs_after(scope, seen.as_ref(), None, limit).await?;
        Ok((seen, packs))
    }

    /// What went to the clients in scope, as [`Desk::packs_after`]: packs that were sent, each with the files that were in its
    /// mail.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sent_packs_after(
        &self,
        scope: ClientScope,
        after: Option<PackId>,
        limit: i64,
    ) -> Result<Vec<Pack>> {
        let seen = self.pack_seen(scope, after).await?;
        let sent = Some(PackState::Sent);
        let mut packs = self.db.packs_after(scope, seen.as_ref(), sent, limit).await?;
        for pack in &mut packs {
            pack.files.retain(|file| file.mailed);
        }
        Ok(packs)
    }

    async fn pack_seen(&self, scope: ClientScope, id: Option<PackId>) -> Result<Option<Pack>> {
        match id {
            Some(id) => Ok(self.db.pack(scope, id).await?),
            None => Ok(None),
        }
    }

    /// A file of a pack that was sent, as it was in the mail.
    ///
    /// # Errors
    /// When there is none, it was not sent, or its content is damaged.
    pub async fn sent_pack_file(
        &self,
        scope: ClientScope,
        id: PackId,
        name: &str,
    ) -> Result<(Pack, bytes::Bytes)> {
        let (pack, content) = self.pack_file(scope, id, name).await?;
        let mailed = pack.files.iter().any(|file| file.name == name && file.mailed);
        // What was not sent is as if it were not there.
        if pack.state != PackState::Sent || !mailed {
            return Err(Error::NotFound(sentence!(
                "there is no pack {id}; see `docket pack list`",
                id
            )));
        }
        Ok((pack, content))
    }

    /// A pack in scope.
    ///
    /// # Errors
    /// When there is none.
    pub async fn pack(&self, scope: ClientScope, id: PackId) -> Result<Pack> {
        let found = self.db.pack(scope, id).await?;
        found.ok_or_else(|| Error::NotFound(sentence!("there is no pack {id}; see `docket pack list`", id)))
    }

    /// A file of a pack as it was made, checked against its SHA-256.
    ///
    /// # Errors
    /// When there is none, or its content is damaged.
    pub async fn pack_file(
        &self,
        scope: ClientScope,
        id: PackId,
        name: &str,
    ) -> Result<(Pack, bytes::Bytes)> {
        let pack = self.pack(scope, id).await?;
        let file = pack.files.iter().find(|file| file.name == name).ok_or_else(|| {
            let names: Vec<&str> = pack.files.iter().map(|file| file.name.as_str()).collect();
            Error::NotFound(sentence!(
                "the pack has no file `{name}`; it has: {names}",
                name,
                names = names.join(", ")
            ))
        })?;
        let content = self.files.get(&file.sha256).await?;
        Ok((pack, content))
    }

    /// A lead lets a pack go, or not.
    ///
    /// # Errors
    /// When it does not wait for that, or `by` is no lead or admin.
    pub async fn decide_pack(
        &self,
        scope: ClientScope,
        id: PackId,
        reject: Option<&str>,
        by: &str,
    ) -> Result<Pack> {
        let pack = self.pack(scope, id).await?;
        self.answers_for_the_desk(by).await?;
        let now = self.env.now();
        let state = if reject.is_some() {
            PackState::Rejected
        } else {
            PackState::Approved
        };
        let mut unit = UnitOfWork::begin(&self.db).await?;
        if !unit.decide_pack(id, (state, reject), by, now).await? {
            let state = self.pack(scope, id).await?.state;
            return Err(Error::Invalid(sentence!(
                "this pack is {state}; only one that waits can be decided",
                state
            )));
        }
        if reject.is_none() {
            docket_queue::enqueue(unit.tx(), &self.env, &[jobs::send_pack(&pack, now)]).await?;
        }
        unit.commit().await?;
        self.waker.wake();
        self.pack(scope, id).await
    }

    /// Somebody asked the client: an unconfirmed pack arrived, or did not and goes again.
    ///
    /// # Errors
    /// When it is not unconfirmed.
    pub async fn settle_pack(&self, id: PackId, arrived: bool) -> Result<Pack> {
        let pack = self.pack(ClientScope::Agency, id).await?;
        let now = self.env.now();
        let to = if arrived {
            PackState::Sent
        } else {
            PackState::Approved
        };
        let mut unit = UnitOfWork::begin(&self.db).await?;
        if !unit
            .pack_became(id, (PackState::Unconfirmed, to), arrived.then_some(now), None)
            .await?
        {
            return Err(Error::Invalid(sentence!(
                "this pack is {state}; only an unconfirmed one can be settled",
                state = pack.state
            )));
        }
        if !arrived {
            docket_queue::enqueue(unit.tx(), &self.env, &[jobs::send_pack(&pack, now)]).await?;
        }
        unit.commit().await?;
        self.waker.wake();
        self.pack(ClientScope::Agency, id).await
    }

    /// Makes a rejected pack anew, from the facts as they are now. The rejected one stays as it was.
    ///
    /// # Errors
    /// When it was not rejected, or as [`Desk::make_pack`].
    pub async fn pack_anew(&self, scope: ClientScope, id: PackId) -> Result<Pack> {
        let pack = self.pack(scope, id).await?;
        if pack.state != PackState::Rejected {
            return Err(Error::Invalid(sentence!(
                "this pack is {state}; only a rejected one is made anew",
                state = pack.state
            )));
        }
        let clients = self.db.clients(ClientScope::One(pack.client)).await?;
        let client = clients
            .first()
            .ok_or_else(|| Error::NotFound("there is no such client".into()))?;
        self.make_pack(client, pack.month).await
    }

    /// Makes the pack of a month that is over, unless it was made; one that was rejected is made anew.
    ///
    /// # Errors
    /// When the client gets none, or the month is not over.
    pub async fn make_pack(&self, client: &Client, day: NaiveDate) -> Result<Pack> {
        let own = ClientScope::One(client.id);
        let subscriptions = self.db.pack_subscriptions(own).await?;
        let subscription = running(&subscriptions, client.id).ok_or_else(|| {
            let (name, hint) = (&client.name, "docket pack subscribe --client NAME --to ADDRESS");
            Error::Invalid(format!("{name} gets no packs; {hint}").into())
        })?;
        let month = day.with_day(1).unwrap_or(day);
        // Any instant of the month that is far from its ends.
        if month_over(subscription.zone, start(month + chrono::Days::new(14))) > self.env.now() {
            return Err(Error::Invalid(
                format!("{} is not over yet", month.format("%Y-%m")).into(),
            ));
        }
        self.build_pack(client.id, month).await?;
        let all = self.db.packs(own).await?;
        let live = |pack: &Pack| pack.month == month && pack.state != PackState::Rejected;
        let made = all.into_iter().find(live);
        made.ok_or_else(|| Error::NotFound("the pack was not made".into()))
    }

    /// Enqueues the packs of months that are over. Any number of workers enqueues each once.
    pub(crate) async fn due_packs(&self) -> Result<()> {
        let now = self.env.now();
        for due in self.db.packs_due(now).await? {
            let mut unit = UnitOfWork::begin(&self.db).await?;
            // Of several months that went by while nobody worked, each is made.
            let next = month_over(due.zone, due.next_at);
            if !unit.next_pack(due.client, due.next_at, next).await? {
                continue;
            }
            let job = jobs::build_pack(due.client, month_before(due.zone, due.next_at), now);
            docket_queue::enqueue(unit.tx(), &self.env, &[job]).await?;
            unit.commit().await?;
            self.waker.wake();
        }
        Ok(())
    }
}

/// The subscription of a client that still gets packs.
fn running(all: &[PackSubscription], client: ClientId) -> Option<&PackSubscription> {
    all.iter().find(|s| s.client == client && s.ended_at.is_none())
}

/// A day's first instant, as reports count days.
fn start(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc()
}
