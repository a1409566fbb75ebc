//! How a listing walks through Klarna's disputes. The past is cut into windows, oldest first, so that an interrupted
//! listing goes on at the window where it was: the first import over `created_at`, which never moves a row, later ones
//! over `updated_at`, which tells what changed (reference 3, "Polling design").

use chrono::{DateTime, Duration, SecondsFormat, Utc};
use docket_connector::{Cursor, Error, Listing};
use serde::{Deserialize, Serialize};
use url::Url;

use crate::auth::Arrays;
use crate::generation::Generation;

/// Rows per page. Neither default nor maximum are documented for v4; older generations took 1 to 250 (reference 3).
const PAGE_SIZE: usize = 100;
/// Rows per page where Klarna refuses that: as in its own examples.
const SMALL_PAGE: usize = 20;
/// Rows that a window should have, so that a restart repeats few pages.
const WANTED_ROWS: usize = 1_000;
/// How far back the first import reaches. Customers may dispute up to 180 days after the capture, in exceptions longer.
const HORIZON: Duration = Duration::days(400);
/// A listing begins so long before its cursor, for rows that Klarna dates late.
const OVERLAP: Duration = Duration::minutes(10);
/// Up to here a listing is one window; beyond (first import, long outage) it walks in steps.
const ONE_WINDOW: Duration = Duration::days(7);
/// The first step of a walk.
const FIRST_STEP: Duration = Duration::days(4);
/// The smallest step, however dense the rows are.
const SMALLEST: Duration = Duration::minutes(10);

/// The four open states, in the order in which a dispute goes through them: one that moves while they are listed one
/// after the other is seen twice rather than never.
const OPEN: [&str; 4] = ["INITIATED", "REPRESENTMENT", "PRE_ARBITRATION", "ARBITRATION"];

/// The stored form of a cursor: everything up to `to` was delivered.
#[derive(Debug, Serialize, Deserialize)]
struct Reached {
    to: DateTime<Utc>,
}

/// What one query asks for.
#[derive(Debug)]
enum Part {
    /// Disputes created or changed within these bounds, the second excluded.
    Window {
        field: &'static str,
        from: DateTime<Utc>,
        to: DateTime<Utc>,
    },
    /// Disputes in the first `take` of these states; the rest follows.
    States {
        left: &'static [&'static str],
        take: usize,
    },
    /// Whatever there is. `checkpoint` where that completes a listing of changes.
    Everything { checkpoint: bool },
}

/// A listing under way.
#[derive(Debug)]
pub(crate) struct Walk {
    until: DateTime<Utc>,
    step: Duration,
    arrays: Arrays,
    size: usize,
    part: Option<Part>,
    /// The last row of the page before.
    after: Option<String>,
    /// Rows of this part so far.
    rows: usize,
}

impl Walk {
    /// Begins a listing.
    ///
    /// # Errors
    /// `Contract` for a cursor that was not made here.
    pub(crate) fn begin(
        what: &Listing,
        until: DateTime<Utc>,
        generation: Generation,
        arrays: Arrays,
    ) -> Result<Self, Error> {
        let horizon = until - HORIZON;
        let mut walk = Self {
            until,
            step: FIRST_STEP,
            arrays,
            size: PAGE_SIZE,
            part: None,
            after: None,
            rows: 0,
        };
        walk.part = Some(match (generation, what) {
            // Of v3 no filter is known for certain (reference 16): the whole list, and marks tell what changed.
            (Generation::V3, Listing::First | Listing::Since(_)) => Part::Everything { checkpoint: true },
            (Generation::V3, Listing::Open) => Part::Everything { checkpoint: false },
            (Generation::V4, Listing::First) => walk.window("created_at", horizon),
            (Generation::V4, Listing::Since(cursor)) => {
                let reached: Reached = serde_json::from_value(cursor.0.clone())
                    .map_err(|_| Error::contract("the stored cursor is none of Klarna's: sync in full"))?;
                walk.window("updated_at", (reached.to - OVERLAP).clamp(horizon, until))
            }
            (Generation::V4, Listing::Open) => Part::States {
                left: &OPEN,
                take: match arrays {
                    Arrays::Never => 1,
                    Arrays::Repeated | Arrays::Comma => OPEN.len(),
                },
            },
        });
        Ok(walk)
    }

    fn window(&mut self, field: &'static str, from: DateTime<Utc>) -> Part {
        if self.until - from <= ONE_WINDOW {
            self.step = ONE_WINDOW;
        }
        Part::Window {
            field,
            from,
            to: (from + self.step).min(self.until),
        }
    }

    /// The next page's address; none when everything was delivered.
    pub(crate) fn address(&self, list: Url) -> Option<Url> {
        let text = |at: &DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::Millis, true);
        let mut url = list;
        let mut query = url.query_pairs_mut();
        query.append_pair("size", &self.size.to_string());
        match self.part.as_ref()? {
            Part::Window { field, from, to } => {
                query.append_pair(&format!("{field}_start"), &text(from));
                query.append_pair(&format!("{field}_end"), &text(to));
            }
            Part::States { left, take } => match self.arrays {
                Arrays::Comma => {
                    query.append_pair("state", &left[..*take].join(","));
                }
                Arrays::Never | Arrays::Repeated => {
                    query.extend_pairs(left[..*take].iter().map(|state| ("state", *state)));
                }
            },
            Part::Everything { .. } => {}
        }
        if let Some(after) = &self.after {
            query.append_pair("starting_after", after);
        }
        drop(query);
        Some(url)
    }

    /// Takes note that Klarna refused a page. True where smaller ones are worth a try.
    pub(crate) fn refused(&mut self, error: &Error) -> bool {
        let about_size = match error {
            Error::Rejected { message, .. } => message.contains("`size`"),
            Error::Retry { .. }
            | Error::OutcomeUnknown { .. }
            | Error::Auth { .. }
            | Error::NotFound { .. }
            | Error::Contract { .. }
            | Error::Unsupported(_) => false,
        };
        let smaller = about_size && self.size > SMALL_PAGE;
        if smaller {
            self.size = SMALL_PAGE;
        }
        smaller
    }

    /// Takes note of a page. Gives the checkpoint when the page ended its window. The end is a page without rows or
    /// without a last item (reference 3).
    ///
    /// # Errors
    /// `Contract` when the page ends where the one before ended: the list would go round in circles.
    pub(crate) fn listed(&mut self, rows: usize, last: Option<String>) -> Result<Option<Cursor>, Error> {
        self.rows += rows;
        if let Some(last) = last.filter(|_| rows > 0) {
            if self.after.as_ref() == Some(&last) {
                return Err(Error::contract(
                    "list: the page after `last_item` ends with the same item again",
                ));
            }
            self.after = Some(last);
            return Ok(None);
        }
        self.after = None;
        let rows = std::mem::take(&mut self.rows);
        match self.part.take() {
            None | Some(Part::Everything { checkpoint: false }) => Ok(None),
            Some(Part::Everything { checkpoint: true }) => cursor(self.until).map(Some),
            Some(Part::States { left, take }) => {
                let left = &left[take..];
                self.part = (!left.is_empty()).then_some(Part::States { left, take });
                Ok(None)
            }
            Some(Part::Window { field, to, .. }) => {
                if to < self.until {
                    self.step = scaled(self.step, rows);
                    self.part = Some(Part::Window {
                        field,
                        from: to,
                        to: (to + self.step).min(self.until),
                    });
                }
                cursor(to).map(Some)
            }
        }
    }
}

/// A first import that stopped goes on from here by `updated_at`: what was created later was changed later, too.
fn cursor(to: DateTime<Utc>) -> Result<Cursor, Error> {
    serde_json::to_value(Reached { to })
        .map(Cursor)
        .map_err(|_| Error::contract("a cursor that cannot be kept"))
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
    Duration::milliseconds(scaled).clamp(SMALLEST, HORIZON)
}
