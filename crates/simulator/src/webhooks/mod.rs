//! Webhooks: who wants them where, what has changed since the last look, and the signed messages that follow.

pub(crate) mod control;
mod deliver;
mod shopify;
mod signing;

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::sync::mpsc;
use url::Url;

use crate::{
    SimulatorError, account, app::App, dispute::Time, klarna, paypal, platform::Platform, world::World,
};
use deliver::Tally;
pub(crate) use signing::{Signer, hmac_hex};

/// Messages that may wait for one receiver; more are lost, as they are where a receiver is down for long.
const WAITING: usize = 1_000;
/// How often time alone is given the chance to have changed something.
const TICK: Duration = Duration::from_millis(200);

/// An account of a platform.
pub(crate) type Place = (Platform, usize);

/// A signed event on its way.
#[derive(Debug, Clone)]
pub(crate) struct Message {
    pub headers: Vec<(&'static str, String)>,
    pub body: Bytes,
}

/// What is compared between two looks at a dispute.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Watched {
    pub id: String,
    /// Differs after every change.
    pub mark: String,
    pub state: String,
    pub due: Option<Time>,
}

/// Shares (0 to 1) of the messages that go astray.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Astray {
    /// Never sent.
    pub drop: f64,
    /// Sent twice.
    pub duplicate: f64,
    /// Sent after the next one.
    pub reorder: f64,
}

impl Astray {
    fn valid(&self) -> bool {
        [self.drop, self.duplicate, self.reorder]
            .iter()
            .all(|share| (0.0..=1.0).contains(share))
    }
}

struct Hook {
    url: Url,
    seen: HashMap<String, Watched>,
    queue: mpsc::Sender<Message>,
    tally: Arc<Tally>,
}

/// The registered receivers.
pub(crate) struct Hooks {
    pub signer: Signer,
    /// Made when the first receiver is there: it takes longer than the rest of a start.
    http: OnceLock<reqwest::Client>,
    astray: Mutex<Astray>,
    hooks: Mutex<HashMap<Place, Hook>>,
    sequence: AtomicU64,
    /// Sets the ids of two runs apart: receivers remember ids.
    run: u128,
}

impl Hooks {
    pub(crate) fn new(run: u128) -> Result<Self, SimulatorError> {
        Ok(Self {
            signer: Signer::new(run)?,
            http: OnceLock::new(),
            astray: Mutex::default(),
            hooks: Mutex::default(),
            sequence: AtomicU64::new(0),
            run,
        })
    }

    /// An id that no message had before, not even in an earlier run.
    pub(crate) fn id(&self, seed: u64) -> String {
        let number = self.sequence.fetch_add(1, Ordering::Relaxed);
        account::uuid(seed, &format!("event-{}-{number}", self.run))
    }

    fn http(&self) -> Result<&reqwest::Client, reqwest::Error> {
        if let Some(client) = self.http.get() {
            return Ok(client);
        }
        // Whoever runs the simulator inside a larger program has chosen one already, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .timeout(Duration::from_secs(5))
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()?;
        Ok(self.http.get_or_init(|| client))
    }

    /// Nobody is told any more.
    pub(crate) fn forget(&self, place: Place) {
        self.hooks().remove(&place);
    }

    fn hooks(&self) -> MutexGuard<'_, HashMap<Place, Hook>> {
        self.hooks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn astray(&self) -> Astray {
        *self.astray.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set_astray(&self, astray: Astray) {
        *self.astray.lock().unwrap_or_else(PoisonError::into_inner) = astray;
    }

    fn url(&self, place: Place) -> Option<Url> {
        self.hooks().get(&place).map(|hook| hook.url.clone())
    }

    /// Puts a message into the queue of its receiver; false where there is none.
    fn push(&self, place: Place, message: Message) -> bool {
        let hooks = self.hooks();
        let Some(hook) = hooks.get(&place) else {
            return false;
        };
        if hook.queue.try_send(message).is_err() {
            hook.tally.lost.fetch_add(1, Ordering::Relaxed);
        }
        true
    }

    fn json(&self, app: &App) -> Value {
        let hooks = self.hooks();
        let rows = hooks.iter().map(|((platform, account), hook)| {
            let mut row = hook.tally.json();
            row["platform"] = json!(platform);
            row["client_id"] = app.accounts[*account].client_id.as_str().into();
            row["url"] = hook.url.as_str().into();
            row["waiting"] = (WAITING - hook.queue.capacity()).into();
            row
        });
        rows.collect()
    }
}

/// From now on the account's changes go to `url`; what is there already is not announced.
pub(crate) fn register(app: &Arc<App>, place: Place, url: Url) {
    let now = app.clock.now();
    let mut world = app.world();
    let seen = watch(app, &mut world, place, now)
        .into_iter()
        .map(|row| (row.id.clone(), row))
        .collect();
    let mut hooks = app.webhooks.hooks();
    if let Some(hook) = hooks.get_mut(&place) {
        (hook.url, hook.seen) = (url, seen);
        return;
    }
    let (queue, messages) = mpsc::channel(WAITING);
    let tally = Arc::new(Tally::default());
    tokio::spawn(deliver::work(app.clone(), place, messages, tally.clone()));
    let hook = Hook {
        url,
        seen,
        queue,
        tally,
    };
    hooks.insert(place, hook);
}

/// Looks for changes and announces them. Called under the world's lock after every accepted write, so that each has its own event.
pub(crate) fn observe(app: &App, world: &mut World) {
    let places: Vec<Place> = app.webhooks.hooks().keys().copied().collect();
    let now = app.clock.now();
    for place in places {
        for row in watch(app, world, place, now) {
            let before = match app.webhooks.hooks().get_mut(&place) {
                Some(hook) => hook.seen.insert(row.id.clone(), row.clone()),
                None => continue,
            };
            if before.as_ref() == Some(&row) {
                continue;
            }
            if let Some(message) = event(app, world, place, &row, before.as_ref(), now) {
                app.webhooks.push(place, message);
            }
        }
    }
}

fn watch(app: &App, world: &mut World, (platform, account): Place, now: Time) -> Vec<Watched> {
    match platform {
        Platform::PayPal => paypal::watch(world, account, now),
        Platform::Klarna => klarna::watch(world, account, now),
        Platform::Shopify => shopify::watch(app, world, account, now),
    }
}

fn event(
    app: &App,
    world: &mut World,
    (platform, account): Place,
    row: &Watched,
    before: Option<&Watched>,
    now: Time,
) -> Option<Message> {
    match platform {
        Platform::PayPal => paypal::event(app, world, account, row, before, now),
        Platform::Klarna => klarna::event(app, world, account, row, before, now),
        Platform::Shopify => shopify::event(app, world, account, row, before),
    }
}

/// Announces what happens without a write: arrivals, decisions, time.
pub(crate) async fn run(app: Arc<App>) {
    let mut ticks = tokio::time::interval(TICK);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
    loop {
        tokio::select! {
            () = app.stop.cancelled() => return,
            _ = ticks.tick() => {}
        }
        if !app.webhooks.hooks().is_empty() {
            observe(&app, &mut app.world());
        }
    }
}
