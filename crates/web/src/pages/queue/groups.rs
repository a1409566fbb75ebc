//! The groups of the list: by when the next action is due, which is its order.

use chrono::{DateTime, Days, Duration, Utc};
use docket_app::StoredCase;

use crate::locale;

/// The text of the group of a case; the reader's day ends one.
pub fn of(case: &StoredCase, now: DateTime<Utc>) -> &'static str {
    let at = case.position().sort_at;
    let days = |more| locale::begin(locale::day(now) + Days::new(more));
    match at {
        _ if case.case.closed_at.is_some() => "queue-group-closed",
        at if at <= now => "queue-group-now",
        at if at < days(1) => "queue-group-today",
        at if at < days(2) => "queue-group-tomorrow",
        at if at < days(7) => "queue-group-week",
        // What no clock runs for stands at the end of time.
        at if at > now + Duration::days(36_500) => "queue-group-none",
        _ => "queue-group-later",
    }
}
