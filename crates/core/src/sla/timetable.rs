//! Working time between any two instants, by the calendar that was in force at each instant between them.

use chrono::{DateTime, Days, Duration, Utc};

use super::calendar::CalendarVersion;
use super::span::{Span, both};

/// The working time of one calendar within a stretch of time, all its versions together.
#[derive(Debug, Clone)]
pub struct Timetable {
    /// Working windows in order; none for every hour of every day.
    windows: Option<Vec<Span>>,
    /// Microseconds worked before each window.
    before: Vec<i64>,
}

impl Timetable {
    /// Every hour of every day.
    pub const fn always() -> Self {
        Self {
            windows: None,
            before: Vec::new(),
        }
    }

    /// The versions of one calendar, by their start; each holds until the next one begins, and the first one before its
    /// own start too. Nothing is worked outside `within`.
    pub fn of(versions: &[CalendarVersion], within: Span) -> Self {
        let mut windows: Vec<Span> = Vec::new();
        for (i, version) in versions.iter().enumerate() {
            let from = if i == 0 {
                within.from
            } else {
                version.starts_at.max(within.from)
            };
            let to = versions
                .get(i + 1)
                .map_or(within.to, |next| next.starts_at.min(within.to));
            let Some(valid) = Span::new(from, to) else {
                continue;
            };
            let (first, last) = (
                version.calendar.day_of(valid.from),
                version.calendar.day_of(valid.to),
            );
            let mut day = first;
            while day <= last {
                windows.extend(both(&version.calendar.day(day), &[valid]));
                day = day + Days::new(1);
            }
        }
        let mut so_far = 0;
        let before = windows
            .iter()
            .map(|window| {
                let start = so_far;
                so_far += micros(*window);
                start
            })
            .collect();
        Self {
            windows: Some(windows),
            before,
        }
    }

    /// Microseconds worked from the beginning up to an instant.
    fn until(&self, windows: &[Span], at: DateTime<Utc>) -> i64 {
        let next = windows.partition_point(|w| w.from < at);
        let Some(last) = next.checked_sub(1) else { return 0 };
        let window = windows[last];
        self.before[last]
            + micros(Span {
                from: window.from,
                to: window.to.min(at),
            })
    }

    /// Working time within spans that are in order and do not overlap ([`super::union`]).
    pub fn worked(&self, spans: &[Span]) -> Duration {
        let one = |span: &Span| match &self.windows {
            None => micros(*span),
            Some(windows) => self.until(windows, span.to) - self.until(windows, span.from),
        };
        Duration::microseconds(spans.iter().map(one).sum())
    }
}

fn micros(span: Span) -> i64 {
    // 292,000 years fit.
    (span.to - span.from).num_microseconds().unwrap_or(i64::MAX)
}
