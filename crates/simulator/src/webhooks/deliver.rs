//! Sending: one worker per receiver, a few quick repeats, and messages that go astray on purpose.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use rand::{Rng, SeedableRng, rngs::StdRng};
use serde_json::{Value, json};
use tokio::{sync::mpsc::Receiver, time::timeout};

use super::{Message, Place};
use crate::app::App;

/// The platforms repeat for hours and days; here the idea is enough.
const PAUSES: [Duration; 4] = [
    Duration::from_millis(200),
    Duration::from_millis(500),
    Duration::from_secs(1),
    Duration::from_secs(2),
];
/// A message held back goes out after this even if no other follows.
const HELD: Duration = Duration::from_secs(1);

/// What became of a receiver's messages.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    delivered: AtomicU64,
    repeated: AtomicU64,
    failed: AtomicU64,
    dropped: AtomicU64,
    duplicated: AtomicU64,
    reordered: AtomicU64,
    /// The queue was full.
    pub lost: AtomicU64,
}

impl Tally {
    pub(crate) fn json(&self) -> Value {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        json!({
            "delivered": read(&self.delivered), "repeated": read(&self.repeated), "failed": read(&self.failed),
            "dropped": read(&self.dropped), "duplicated": read(&self.duplicated),
            "reordered": read(&self.reordered), "lost": read(&self.lost),
        })
    }
}

fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

pub(crate) async fn work(app: Arc<App>, place: Place, mut messages: Receiver<Message>, tally: Arc<Tally>) {
    let number = (place.0.place() as u64) << 32 | place.1 as u64;
    let mut rng = StdRng::seed_from_u64(app.seed ^ number);
    let mut held: Option<Message> = None;
    loop {
        let wait = if held.is_some() { HELD } else { Duration::MAX };
        let next = tokio::select! {
            () = app.stop.cancelled() => return,
            next = timeout(wait, messages.recv()) => next,
        };
        let message = match next {
            Ok(Some(message)) => message,
            Ok(None) => return,
            Err(_) => match held.take() {
                Some(message) => {
                    send(&app, place, &message, &tally).await;
                    continue;
                }
                None => continue,
            },
        };
        let astray = app.webhooks.astray();
        let mut strikes = |share: f64| share > 0.0 && rng.random::<f64>() < share;
        if strikes(astray.drop) {
            count(&tally.dropped);
            continue;
        }
        if held.is_none() && strikes(astray.reorder) {
            held = Some(message);
            continue;
        }
        let twice = strikes(astray.duplicate);
        send(&app, place, &message, &tally).await;
        if twice {
            count(&tally.duplicated);
            send(&app, place, &message, &tally).await;
        }
        if let Some(earlier) = held.take() {
            count(&tally.reordered);
            send(&app, place, &earlier, &tally).await;
        }
    }
}

/// Until a 2xx comes or the repeats are used up.
async fn send(app: &App, place: Place, message: &Message, tally: &Tally) {
    for pause in PAUSES.iter().map(Some).chain([None]) {
        let (Some(url), Ok(http)) = (app.webhooks.url(place), app.webhooks.http()) else {
            break;
        };
        let mut request = http
            .post(url)
            .header("content-type", "application/json")
            .body(message.body.clone());
        for (name, value) in &message.headers {
            request = request.header(*name, value);
        }
        let answer = tokio::select! {
            () = app.stop.cancelled() => return,
            answer = request.send() => answer,
        };
        if answer.is_ok_and(|answer| answer.status().is_success()) {
            return count(&tally.delivered);
        }
        let Some(pause) = pause else { break };
        count(&tally.repeated);
        tokio::select! {
            () = app.stop.cancelled() => return,
            () = tokio::time::sleep(*pause) => {}
        }
    }
    count(&tally.failed);
}
