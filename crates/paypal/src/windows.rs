//! How a listing walks through time. PayPal shows at most 50 pages of 50 rows per query, reaches back 180 days, and
//! sorts by creation, newest first (reference 2): so the past is cut into windows over `update_time`, oldest first,
//! each small enough to be shown whole.

use chrono::{DateTime, Duration, SecondsFormat, Utc};
use docket_connector::{Cursor, Error};
use serde::{Deserialize, Serialize};
use url::Url;

/// Rows per page, PayPal's limit.
pub(crate) const PAGE_SIZE: usize = 50;
/// Pages per query, PayPal's limit.
pub(crate) const PAGES: u32 = 50;
/// Rows that a window should have: half of what a query can show.
const WANTED_ROWS: usize = 1_250;
/// How far back a listing reaches: PayPal's 180 days, less an hour for clocks that differ.
const HORIZON: Duration = Duration::hours(180 * 24 - 1);
/// A listing begins so long before its cursor, for rows that PayPal dates late.
const OVERLAP: Duration = Duration::minutes(15);
/// Up to here a listing is one window; beyond (first import, long outage) it walks in steps.
const ONE_WINDOW: Duration = Duration::days(7);
/// The first step of a walk.
const FIRST_STEP: Duration = Duration::days(1);
/// The smallest window.
const SMALLEST: Duration = Duration::seconds(1);

/// The stored form of a cursor: everything up to `to` was delivered.
#[derive(Debug, Serialize, Deserialize)]
struct Reached {
    to: DateTime<Utc>,
}

/// A listing under way.
#[derive(Debug)]
pub(crate) struct Walk {
    until: DateTime<Utc>,
    step: Duration,
    window: Option<Window>,
}

/// The window being listed.
#[derive(Debug)]
pub(crate) struct Window {
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    pages: u32,
    /// When the rows seen so far changed: tells where to cut when there are too many.
    seen: Vec<DateTime<Utc>>,
    next: Option<Url>,
}

impl Walk {
    /// Begins after `since`, or with the first import.
    pub(crate) fn begin(since: Option<&Cursor>, until: DateTime<Utc>) -> Result<Self, Error> {
        let horizon = until - HORIZON;
        let from = match since {
            None => horizon,
            Some(cursor) => {
                let reached: Reached = serde_json::from_value(cursor.0.clone())
                    .map_err(|_| Error::contract("the stored cursor is none of PayPal's: sync in full"))?;
                let wanted = reached.to - OVERLAP;
                if wanted < horizon {
                    tracing::warn!(reached = %reached.to, "PayPal lists 180 days back: older changes are lost to listing");
                }
                wanted.clamp(horizon, until)
            }
        };
        let span = until - from;
        let step = if span <= ONE_WINDOW { span } else { FIRST_STEP };
        let to = (from + step).min(until);
        Ok(Self {
            until,
            step,
            window: Some(Window::new(from, to)),
        })
    }

    /// The window to go on with; none when everything was delivered.
    pub(crate) fn window(&self) -> Option<&Window> {
        self.window.as_ref()
    }

    /// The last window has no upper end, so that rows which change while it is listed do not leave it: pages would
    /// shift, and a row could slip through.
    pub(crate) fn address(&self, window: &Window, list: Url) -> Url {
        if let Some(next) = &window.next {
            return next.clone();
        }
        let text = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::Millis, true);
        let mut url = list;
        {
            let mut query = url.query_pairs_mut();
            query.append_pair("page_size", &PAGE_SIZE.to_string());
            query.append_pair("update_time_after", &text(window.from));
            if window.to < self.until {
                query.append_pair("update_time_before", &text(window.to));
            }
        }
        url
    }

    /// Takes note of a page. Gives the checkpoint when the page ended its window.
    ///
    /// # Errors
    /// `Contract` when more rows changed within a second than PayPal can show.
    pub(crate) fn listed(
        &mut self,
        changed: &[DateTime<Utc>],
        next: Option<Url>,
    ) -> Result<Option<Cursor>, Error> {
        let Some(mut window) = self.window.take() else {
            return Ok(None);
        };
        window.pages += 1;
        window.seen.extend(changed);
        if window.pages < PAGES && next.is_some() {
            window.next = next;
            self.window = Some(window);
            return Ok(None);
        }
        // A full last page without a link tells nothing about what follows it.
        if next.is_some() || (window.pages >= PAGES && changed.len() >= PAGE_SIZE) {
            let smaller = window.cut()?;
            self.step = smaller.to - smaller.from;
            self.window = Some(smaller);
            return Ok(None);
        }
        let reached = Reached { to: window.to };
        let cursor = Cursor(
            serde_json::to_value(reached).map_err(|_| Error::contract("a cursor that cannot be kept"))?,
        );
        if window.to < self.until {
            self.step = scaled(self.step, window.seen.len());
            // Whether PayPal counts the ends of a window in is not documented: an overlap makes it equal.
            let from = window.to - SMALLEST.min((window.to - window.from) / 2);
            self.window = Some(Window::new(from, (window.to + self.step).min(self.until)));
        }
        Ok(Some(cursor))
    }
}

impl Window {
    const fn new(from: DateTime<Utc>, to: DateTime<Utc>) -> Self {
        Self {
            from,
            to,
            pages: 0,
            seen: Vec::new(),
            next: None,
        }
    }

    /// A window with about half as many rows: up to the middle of the rows seen, or, where they do not spread, up to
    /// the middle of the time.
    fn cut(mut self) -> Result<Self, Error> {
        let half = (self.to - self.from) / 2;
        if half < SMALLEST {
            return Err(Error::contract(format!(
                "more than {} disputes changed within one second at {}: PayPal cannot list them all",
                PAGES as usize * PAGE_SIZE,
                self.from.to_rfc3339_opts(SecondsFormat::Secs, true)
            )));
        }
        self.seen.sort_unstable();
        let middle = self.seen.get(self.seen.len() / 2).copied();
        let spread = middle.filter(|middle| *middle >= self.from + SMALLEST && *middle <= self.to - SMALLEST);
        Ok(Self::new(self.from, spread.unwrap_or(self.from + half)))
    }
}

/// The next step: up to four times as long where there was little, shorter where there was much.
fn scaled(step: Duration, rows: usize) -> Duration {
    let permille = (WANTED_ROWS * 1000)
        .checked_div(rows)
        .unwrap_or(usize::MAX)
        .clamp(100, 4_000);
    let scaled = step
        .num_milliseconds()
        .saturating_mul(i64::try_from(permille).unwrap_or(4_000))
        / 1000;
    Duration::milliseconds(scaled).clamp(Duration::seconds(2), HORIZON)
}

/// Checks a `next` link: it is followed as it stands, but only to where the connection's tokens may go.
///
/// # Errors
/// `Contract` for a link that leads elsewhere or in a circle.
pub(crate) fn follow(list: &Url, current: &Url, href: &str) -> Result<Url, Error> {
    let mut next = list
        .join(href)
        .map_err(|_| Error::contract("list: the `next` link is no address"))?;
    // Recorded payloads name PayPal's older hosts without `-m` (reference 1); the same call goes to the configured one.
    let older = list
        .host_str()
        .and_then(|host| Some(format!("api.{}", host.strip_prefix("api-m.")?)));
    if older.is_some() && next.host_str() == older.as_deref() {
        next.set_host(list.host_str())
            .map_err(|_| Error::contract("list: the `next` link is no address"))?;
    }
    if next.origin() != list.origin() || next.path().trim_end_matches('/') != list.path() {
        return Err(Error::contract(format!(
            "list: the `next` link leads to {}{} instead of {}{}; it was not followed",
            next.host_str().unwrap_or("no host"),
            next.path(),
            list.host_str().unwrap_or("no host"),
            list.path()
        )));
    }
    if next == *current {
        return Err(Error::contract(
            "list: the `next` link leads to the same page again",
        ));
    }
    Ok(next)
}
