//! Others are told of what happens to cases: written down in the commit of the change, sent by a job until it is taken.
//!
//! What is sent names ids and what changed, nothing of people; whoever wants more reads it with a token. Each event keeps
//! its id however often it is sent, so that whoever took it twice knows.

mod event;

use docket_core::sentence;
use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use docket_connector::{NotTaken, Outside};
use docket_core::hook::{Delivery, DeliveryState, Hook};
use docket_core::id::{ClientId, EventId, HookId};
use docket_queue::{NewJob, Outcome};
use docket_store::{Change, ClientScope, UnitOfWork};
use ring::hmac;
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use tokio::sync::Semaphore;
use url::Url;

use self::event::{CASE_CHANGED, CaseChanged, HookEvent};
use crate::error::{Error, Result};
use crate::{Desk, jobs};

/// How others are told.
#[derive(Debug, Clone, Copy)]
pub struct HookSettings {
    /// Whether addresses of networks of ours are allowed.
    pub private_addresses: bool,
    /// Longest wait for an answer.
    pub timeout: Duration,
}

impl Default for HookSettings {
    fn default() -> Self {
        Self {
            private_addresses: false,
            timeout: Duration::from_secs(10),
        }
    }
}

/// A secret's beginning, as receivers know it (Standard Webhooks).
const PREFIX: &str = "whsec_";
/// How long it is remembered how telling went.
const KEPT: chrono::Duration = chrono::Duration::days(30);
/// Events that are sent at the same time in this process: slow receivers must not take the worker's slots.
static SENDING: Semaphore = Semaphore::const_new(4);
/// When all are taken, an event looks again after so long.
const BUSY: chrono::Duration = chrono::Duration::seconds(2);
/// A receiver that did not answer is left alone for so long, and its other events with it.
const SILENT: chrono::Duration = chrono::Duration::minutes(1);
/// How each receiver fares in this process: one at a time, so that one that hangs keeps nobody else waiting.
static RECEIVERS: LazyLock<Mutex<HashMap<HookId, Receiver>>> = LazyLock::new(Mutex::default);

#[derive(Debug, Default, Clone, Copy)]
struct Receiver {
    /// It is being told something.
    told: bool,
    /// It did not answer; nothing is sent before this.
    silent_until: Option<DateTime<Utc>>,
}

/// The turn of a receiver, given back when it is dropped.
struct Turn(HookId);

impl Turn {
    /// The turn, or when to ask again.
    fn take(hook: HookId, now: DateTime<Utc>) -> Result<Self, DateTime<Utc>> {
        let mut receivers = RECEIVERS.lock().unwrap_or_else(PoisonError::into_inner);
        let receiver = receivers.entry(hook).or_default();
        if let Some(until) = receiver.silent_until.filter(|until| now < *until) {
            return Err(until);
        }
        if receiver.told {
            return Err(now + BUSY);
        }
        receiver.told = true;
        Ok(Self(hook))
    }

    /// Notes whether the receiver answered.
    fn answered(&self, answered: bool, now: DateTime<Utc>) {
        let mut receivers = RECEIVERS.lock().unwrap_or_else(PoisonError::into_inner);
        let receiver = receivers.entry(self.0).or_default();
        receiver.silent_until = (!answered).then(|| now + SILENT);
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut receivers = RECEIVERS.lock().unwrap_or_else(PoisonError::into_inner);
        receivers.entry(self.0).or_default().told = false;
    }
}
static WAY: OnceLock<Outside> = OnceLock::new();

/// Somebody who is to be told.
#[derive(Debug, Clone)]
pub struct NewHook {
    /// Whose cases; none means every client's.
    pub client: Option<ClientId>,
    /// Where.
    pub url: String,
    /// Who sets it up.
    pub actor: String,
}

/// What a receiver checks: HMAC-SHA256 over id, time and body (Standard Webhooks).
fn signature(secret: &SecretString, id: EventId, seconds: i64, body: &str) -> Result<String> {
    let text = secret.expose_secret();
    let key = STANDARD
        .decode(text.strip_prefix(PREFIX).unwrap_or(text))
        .map_err(|_| Error::Invalid("the secret of a hook is damaged; stop it and make another".into()))?;
    let key = hmac::Key::new(hmac::HMAC_SHA256, &key);
    let tag = hmac::sign(&key, format!("{id}.{seconds}.{body}").as_bytes());
    Ok(format!("v1,{}", STANDARD.encode(tag.as_ref())))
}

impl Desk {
    /// The client of this process.
    fn way_out(&self) -> Result<&'static Outside> {
        if let Some(way) = WAY.get() {
            return Ok(way);
        }
        let settings = self.settings.hooks;
        let way = Outside::new(settings.private_addresses, settings.timeout)?;
        Ok(WAY.get_or_init(|| way))
    }

    /// Sets up that somebody is told, and gives the secret that signs, which is shown this once.
    ///
    /// # Errors
    /// When the address is not to be used.
    pub async fn add_hook(&self, new: &NewHook) -> Result<(Hook, String)> {
        let wrong = |why: String| Error::Invalid(sentence!("`{url}`: {why}", url = &new.url, why));
        let url: Url = new
            .url
            .parse()
            .map_err(|_| wrong("this is no address".to_owned()))?;
        self.way_out()?
            .check(&url)
            .map_err(|why| wrong(why.to_string()))?;
        let mut random = [0u8; 32];
        self.env.fill(&mut random);
        let secret = format!("{PREFIX}{}", STANDARD.encode(random));
        let hook = Hook {
            id: HookId::new(&self.env),
            client: new.client,
            url: url.to_string(),
            created_by: new.actor.clone(),
            created_at: self.env.now(),
            stopped_at: None,
        };
        let mut unit = UnitOfWork::begin(&self.db).await?;
        let sealed = SecretString::from(secret.clone());
        unit.add_hook(&hook, &sealed, &self.keys, &self.env).await?;
        unit.forget_deliveries(self.env.now() - KEPT).await?;
        unit.commit().await?;
        Ok((hook, secret))
    }

    /// Everybody who is or was told, the oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn hooks(&self) -> Result<Vec<Hook>> {
        Ok(self.db.hooks().await?)
    }

    /// A page of everybody who is or was told, the oldest first, after the last one seen.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn hooks_after(&self, after: Option<HookId>, limit: i64) -> Result<Vec<Hook>> {
        Ok(self.db.hooks_after(after, limit).await?)
    }

    /// Tells somebody no more; what waits is given up.
    ///
    /// # Errors
    /// When nobody is told by this id.
    pub async fn stop_hook(&self, id: HookId) -> Result<()> {
        let mut unit = UnitOfWork::begin(&self.db).await?;
        if !unit.stop_hook(id, self.env.now()).await? {
            return Err(Error::NotFound(sentence!(
                "there is no hook {id} in force; see `docket hook list`",
                id
            )));
        }
        Ok(unit.commit().await?)
    }

    /// How telling somebody went, the newest first, before an event.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn deliveries(
        &self,
        scope: ClientScope,
        hook: HookId,
        before: Option<EventId>,
        limit: i64,
    ) -> Result<Vec<Delivery>> {
        Ok(self.db.deliveries(scope, hook, before, limit).await?)
    }

    /// Tries an event again that was given up.
    ///
    /// # Errors
    /// When it was not.
    pub async fn deliver_again(&self, scope: ClientScope, id: EventId) -> Result<()> {
        let found = self.db.delivery(scope, id).await?;
        let found = found.ok_or_else(|| {
            Error::NotFound(sentence!(
                "there is no event {id}; see `docket hook deliveries`",
                id
            ))
        })?;
        let mut unit = UnitOfWork::begin(&self.db).await?;
        if !unit.deliver_again(id).await? {
            return Err(Error::Invalid(sentence!(
                "event {id} is {state}: only one that was given up is tried again",
                id,
                state = found.state
            )));
        }
        let job = jobs::tell(id, self.env.now());
        docket_queue::enqueue(unit.tx(), &self.env, &[job]).await?;
        unit.commit().await?;
        self.waker.wake();
        Ok(())
    }

    /// Writes down what others are to be told of these changes, in their own commit.
    pub(crate) async fn tell_hooks(&self, unit: &mut UnitOfWork, changes: &[Change]) -> Result<Vec<NewJob>> {
        let hooks = unit.live_hooks().await?;
        let mut work = Vec::new();
        let now = self.env.now();
        for change in changes.iter().filter(|_| !hooks.is_empty()) {
            let case = &change.transition.case;
            let mut kinds: Vec<&str> = change.transition.history.iter().map(|entry| entry.kind).collect();
            kinds.dedup();
            if kinds.is_empty() {
                continue;
            }
            for (hook, _) in hooks
                .iter()
                .filter(|(_, client)| client.is_none_or(|c| c == case.client))
            {
                let id = EventId::new(&self.env);
                let event = HookEvent {
                    id,
                    kind: CASE_CHANGED,
                    timestamp: now,
                    data: CaseChanged {
                        case: case.id,
                        client: case.client,
                        version: case.version,
                        changes: &kinds,
                        turn: case.facts.turn,
                        work_state: case.work_state,
                        outcome: case.outcome,
                    },
                };
                let delivery = Delivery {
                    id,
                    hook: *hook,
                    client: case.client,
                    case: case.id,
                    body: json!(event).to_string(),
                    created_at: now,
                    state: DeliveryState::Waiting,
                    attempts: 0,
                    tried_at: None,
                    status: None,
                    error: None,
                };
                unit.add_delivery(&delivery).await?;
                work.push(jobs::tell(id, now));
            }
        }
        Ok(work)
    }

    /// Sends an event, unless it was taken. Whoever took it before its taking was written down is sent it again, under the
    /// same id.
    pub(crate) async fn tell_hook(&self, id: EventId) -> Result<Outcome> {
        let found = self.db.delivery(ClientScope::Agency, id).await?;
        let Some(delivery) = found.filter(|d| d.state == DeliveryState::Waiting) else {
            return Ok(Outcome::Done);
        };
        let way = self.db.hook_way(delivery.hook, &self.keys).await?;
        let Some(way) = way.filter(|way| way.live) else {
            self.give_up(id, "nobody is told there any more").await?;
            return Ok(Outcome::Done);
        };
        let now = self.env.now();
        let later = |at, why: &str| {
            let why = why.to_owned();
            Ok(Outcome::Later { at, why })
        };
        let turn = match Turn::take(delivery.hook, now) {
            Ok(turn) => turn,
            Err(at) => {
                return later(
                    at,
                    "this receiver is being told another event, or did not answer one",
                );
            }
        };
        let Ok(_permit) = SENDING.try_acquire() else {
            return later(now + BUSY, "other events are being sent");
        };
        let signature = signature(&way.secret, id, now.timestamp(), &delivery.body)?;
        let headers = [
            ("content-type", "application/json".to_owned()),
            ("webhook-id", id.to_string()),
            ("webhook-timestamp", now.timestamp().to_string()),
            ("webhook-signature", signature),
        ];
        let url: Url = way
            .url
            .parse()
            .map_err(|_| Error::Invalid("the address of a hook is damaged".into()))?;
        let body = Bytes::from(delivery.body.clone());
        let sent = self.way_out()?.post(&url, &headers, body).await;
        turn.answered(!matches!(sent, Err(NotTaken::Unreachable(_))), self.env.now());
        let (state, status, error) = match &sent {
            Ok(status) => (DeliveryState::Delivered, Some(i64::from(*status)), None),
            Err(NotTaken::Forbidden(why)) => (DeliveryState::GivenUp, None, Some(why.clone())),
            Err(why @ NotTaken::Status(status)) => (
                DeliveryState::Waiting,
                Some(i64::from(*status)),
                Some(why.to_string()),
            ),
            Err(why @ NotTaken::Unreachable(_)) => (DeliveryState::Waiting, None, Some(why.to_string())),
        };
        let tried = Delivery {
            state,
            status,
            error,
            tried_at: Some(now),
            ..delivery
        };
        let mut unit = UnitOfWork::begin(&self.db).await?;
        unit.tried_delivery(&tried).await?;
        unit.commit().await?;
        match sent {
            Ok(_) | Err(NotTaken::Forbidden(_)) => Ok(Outcome::Done),
            Err(why) => Err(Error::Hook(why.to_string())),
        }
    }

    /// An event is tried no more.
    pub(crate) async fn give_up(&self, id: EventId, why: &str) -> Result<()> {
        let mut unit = UnitOfWork::begin(&self.db).await?;
        unit.give_delivery_up(id, why).await?;
        Ok(unit.commit().await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification (Standard Webhooks), with its id in our form.
    #[test]
    fn the_signature_is_what_receivers_expect() {
        let secret = SecretString::from("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".to_owned());
        let id: EventId = "0190b0b0-0000-7000-8000-000000000001".parse().unwrap();
        let signed = signature(&secret, id, 1_614_265_330, r#"{"test": 2432232314}"#).unwrap();
        let key = STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let key = hmac::Key::new(hmac::HMAC_SHA256, &key);
        let content = format!("{id}.1614265330.{{\"test\": 2432232314}}");
        let tag = STANDARD.decode(signed.strip_prefix("v1,").unwrap()).unwrap();
        assert!(hmac::verify(&key, content.as_bytes(), &tag).is_ok());
        assert!(hmac::verify(&key, format!("{content} ").as_bytes(), &tag).is_err());
    }

    #[test]
    fn a_receiver_that_does_not_answer_keeps_its_own_events_waiting_only() {
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let hook = |n: u8| format!("00000000-0000-7000-8000-0000000000{n:02}").parse::<HookId>();
        let (dead, fine) = (hook(1).unwrap(), hook(2).unwrap());
        let turn = Turn::take(dead, now).unwrap();
        assert_eq!(Turn::take(dead, now).err(), Some(now + BUSY), "one at a time");
        let other = Turn::take(fine, now).unwrap();
        other.answered(true, now);
        turn.answered(false, now);
        drop((turn, other));
        assert_eq!(Turn::take(dead, now).err(), Some(now + SILENT));
        assert!(Turn::take(fine, now).is_ok());
        assert!(Turn::take(dead, now + SILENT).is_ok(), "it is asked again");
    }
}
