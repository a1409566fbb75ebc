//! Changes as they happen (SSE): the figures of the queue, whether a case of a list changed, and the state of a case. One task reads for all who look at the
//! same, as long as somebody does; each sees their own scope only, and the stream ends with the session.

use std::collections::HashMap;
use std::convert::Infallible;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use docket_app::{ClientScope, Desk};
use docket_core::id::{CaseId, SessionId};
use futures::stream;
use serde_json::json;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

use crate::doors::{Caller, Viewer};
use crate::error::PageError;
use crate::query::Pairs;

/// Between two readings of what somebody looks at.
const READ_EVERY: Duration = Duration::from_secs(1);
/// So many readings of the figures come to one look whether the cases of a list changed: it walks all that are open.
const LISTS_EVERY: u32 = 4;
/// Between two looks whether the session still lasts.
const CHECK_EVERY: Duration = Duration::from_secs(3);
/// So many streams at the same time in this process; whoever comes later sees changes with the next page.
const SEATS: usize = 500;
/// So many of them for one session: as many pages as somebody keeps open.
const SEATS_OF_ONE: usize = 12;
/// So long a stream lasts; browsers come back by themselves.
const LONGEST: Duration = Duration::from_secs(60 * 60);

/// What is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Topic {
    /// Whose data it is.
    scope: ClientScope,
    /// A case; none for the figures of the queue.
    case: Option<CaseId>,
}

type Said = Option<String>;

/// Who looks at what. Cheap to clone.
#[derive(Clone)]
pub struct Live(Arc<Inner>);

struct Inner {
    topics: Mutex<HashMap<Topic, watch::Sender<Said>>>,
    seats: Arc<Semaphore>,
    taken: Mutex<HashMap<SessionId, usize>>,
    closed: watch::Sender<bool>,
}

impl Default for Live {
    fn default() -> Self {
        Self(Arc::new(Inner {
            topics: Mutex::default(),
            seats: Arc::new(Semaphore::new(SEATS)),
            taken: Mutex::default(),
            closed: watch::channel(false).0,
        }))
    }
}

impl fmt::Debug for Live {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Live")
    }
}

impl Live {
    /// Ends every stream: the process is about to stop.
    pub fn close(&self) {
        self.0.closed.send_replace(true);
    }

    /// A seat for a session, unless it has enough of them, or all are taken.
    fn sit(&self, session: SessionId) -> Option<Permit> {
        let seat = self.0.seats.clone().try_acquire_owned().ok()?;
        let mut taken = self.0.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let own = taken.entry(session).or_default();
        if *own == SEATS_OF_ONE {
            return None;
        }
        *own += 1;
        Some(Permit {
            live: self.clone(),
            session,
            _seat: seat,
        })
    }

    /// What a topic says from now on.
    fn follow(&self, desk: &Desk, scope: ClientScope, case: Option<CaseId>) -> watch::Receiver<Said> {
        let topic = Topic { scope, case };
        let mut topics = self.0.topics.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = topics.get(&topic) {
            let mut receiver = known.subscribe();
            receiver.mark_changed();
            return receiver;
        }
        let (sender, receiver) = watch::channel(None);
        topics.insert(topic, sender.clone());
        tokio::spawn(read(self.clone(), desk.clone(), topic, sender));
        receiver
    }

    /// Whether nobody looks any more; then the topic is forgotten in the same moment.
    fn left(&self, topic: &Topic, sender: &watch::Sender<Said>) -> bool {
        let mut topics = self.0.topics.lock().unwrap_or_else(PoisonError::into_inner);
        let left = sender.receiver_count() == 0 || *self.0.closed.borrow();
        if left {
            topics.remove(topic);
        }
        left
    }
}

/// Reads a topic until nobody looks at it.
async fn read(live: Live, desk: Desk, topic: Topic, sender: watch::Sender<Said>) {
    let (mut readings, mut mark) = (0_u32, None);
    loop {
        if topic.case.is_none() && readings.is_multiple_of(LISTS_EVERY) {
            mark = desk.open_mark(topic.scope).await.ok().or(mark);
        }
        readings = readings.wrapping_add(1);
        match now(&desk, topic, mark.as_deref()).await {
            Ok(said) => {
                sender.send_if_modified(|last| {
                    let differs = last.as_ref() != Some(&said);
                    *last = Some(said);
                    differs
                });
            }
            // The next reading may do better; what is shown stays.
            Err(error) => tracing::debug!(%error, "what is looked at could not be read"),
        }
        tokio::time::sleep(READ_EVERY).await;
        if live.left(&topic, &sender) {
            return;
        }
    }
}

async fn now(
    desk: &Desk,
    Topic { scope, case }: Topic,
    mark: Option<&str>,
) -> Result<String, docket_app::Error> {
    let said = match case {
        Some(case) => json!({ "version": desk.case(scope, case).await?.case.version }),
        None => {
            let o = desk.overview(scope).await?;
            let mut said = json!({ "open": o.open, "ours": o.ours, "due_soon": o.due_soon, "mark": mark });
            // What needs a look is a matter of the agency.
            if !matches!(scope, ClientScope::One(_)) {
                said["attention"] = o.attention.into();
            }
            said
        }
    };
    Ok(said.to_string())
}

/// Lets one look; given back when it is dropped.
struct Permit {
    live: Live,
    session: SessionId,
    _seat: OwnedSemaphorePermit,
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut taken = self.live.0.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = taken.get_mut(&self.session) {
            *own -= 1;
            if *own == 0 {
                taken.remove(&self.session);
            }
        }
    }
}

/// One who looks.
struct Seat {
    desk: Desk,
    token: String,
    kind: &'static str,
    said: watch::Receiver<Said>,
    closed: watch::Receiver<bool>,
    check: tokio::time::Interval,
    until: tokio::time::Instant,
    _permit: Permit,
}

impl Seat {
    /// The next change; none once the session, the process or the longest time is over.
    async fn next(mut self) -> Option<(Result<Event, Infallible>, Self)> {
        loop {
            tokio::select! {
                changed = self.said.changed() => {
                    changed.ok()?;
                    let said = self.said.borrow_and_update().clone();
                    if let Some(said) = said {
                        return Some((Ok(Event::default().event(self.kind).data(said)), self));
                    }
                }
                _ = self.closed.changed() => return None,
                () = tokio::time::sleep_until(self.until) => return None,
                _ = self.check.tick() => {
                    if !matches!(self.desk.session_lasts(&self.token).await, Ok(true)) {
                        return None;
                    }
                }
            }
        }
    }
}

/// The stream of a page.
pub async fn stream(
    State(desk): State<Desk>,
    viewer: Viewer,
    caller: Caller,
    Query(pairs): Query<Pairs>,
    headers: HeaderMap,
) -> Result<Response, PageError> {
    let streams = headers
        .get(header::ACCEPT)
        .and_then(|v| v.to_str().ok())
        .is_some_and(|v| v.contains("text/event-stream"));
    if !streams {
        return Err(PageError::BadRequest(vec![
            "this address is for pages that show changes by themselves".to_owned(),
        ]));
    }
    let missing = || PageError::NotFound("There is no case at this address.".to_owned());
    let case = match pairs.iter().find(|(name, _)| name == "case") {
        None => None,
        Some((_, id)) => {
            let id: CaseId = id.parse().map_err(|_| missing())?;
            desk.case(viewer.scope(), id).await?;
            Some(id)
        }
    };
    let live = caller.site.live();
    let (Some(permit), Some(token)) = (live.sit(viewer.session.id), caller.token) else {
        return Ok(StatusCode::SERVICE_UNAVAILABLE.into_response());
    };
    let mut check = tokio::time::interval(CHECK_EVERY);
    check.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let seat = Seat {
        said: live.follow(&desk, viewer.scope(), case),
        closed: live.0.closed.subscribe(),
        kind: if case.is_some() { "case" } else { "counts" },
        until: tokio::time::Instant::now() + LONGEST,
        desk,
        token,
        check,
        _permit: permit,
    };
    let events = stream::unfold(seat, Seat::next);
    Ok(Sse::new(events).keep_alive(KeepAlive::default()).into_response())
}
