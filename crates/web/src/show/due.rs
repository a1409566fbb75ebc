//! Deadlines, and the next step before them.

use chrono::{DateTime, Duration, Utc};
use docket_core::case::Case;
use docket_core::deadline::{Deadline, LADDER, MISSED};
use docket_core::words::{DeadlineSource, Precision, Turn};

use super::Stamp;
use crate::texts::t;

/// How pressing a deadline is. The word stands beside every colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Urgency {
    Passed,
    Day,
    TwoDays,
    Later,
}

impl Urgency {
    fn of(at: DateTime<Utc>, now: DateTime<Utc>) -> Self {
        let left = at - now;
        if left <= Duration::zero() {
            Self::Passed
        } else if left < Duration::hours(24) {
            Self::Day
        } else if left < Duration::hours(48) {
            Self::TwoDays
        } else {
            Self::Later
        }
    }

    /// The word on the badge; none where nothing presses.
    pub fn word(self) -> Option<String> {
        let id = match self {
            Self::Passed => "urgency-passed",
            Self::Day => "urgency-day",
            Self::TwoDays => "urgency-two-days",
            Self::Later => return None,
        };
        Some(t(id).plain())
    }

    /// The badge's class.
    pub const fn class(self) -> &'static str {
        match self {
            Self::Passed | Self::Day => "bad",
            Self::TwoDays => "warn",
            Self::Later => "calm",
        }
    }
}

/// A deadline that runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    pub at: Stamp,
    pub urgency: Urgency,
    /// In brackets behind the instant: where it comes from, unless the platform named it to the minute.
    pub note: Option<String>,
}

impl Due {
    pub fn of(deadline: Deadline, now: DateTime<Utc>) -> Self {
        let note = match (deadline.source, deadline.precision) {
            (DeadlineSource::Platform, Precision::Instant) => None,
            (DeadlineSource::Platform, Precision::Day) => Some("due-day-only"),
            (DeadlineSource::Estimated, Precision::Instant | Precision::Day) => Some("due-estimated"),
            (DeadlineSource::Manual, Precision::Instant | Precision::Day) => Some("due-by-hand"),
        };
        Self {
            at: Stamp::of(deadline.at, now),
            urgency: Urgency::of(deadline.at, now),
            note: note.map(|id| t(id).plain()),
        }
    }

    /// The deadline that runs for a case, if one does: it is our turn, or the ladder before it still has rungs.
    pub fn running(case: &Case, now: DateTime<Utc>) -> Option<Self> {
        let runs = case.closed_at.is_none() && (case.facts.turn == Turn::Ours || case.next_step.is_some());
        case.round.deadline.filter(|_| runs).map(|d| Self::of(d, now))
    }
}

/// Where a deadline comes from, in a sentence.
pub fn source_sentence(source: DeadlineSource) -> String {
    t(match source {
        DeadlineSource::Platform => "due-source-platform",
        DeadlineSource::Estimated => "due-source-estimated",
        DeadlineSource::Manual => "due-by-hand",
    })
    .plain()
}

/// How exact a deadline is, in a sentence.
pub fn precision_sentence(precision: Precision) -> String {
    t(match precision {
        Precision::Instant => "due-precision-minute",
        Precision::Day => "due-precision-day",
    })
    .plain()
}

/// The next rung of the ladder: what is expected, and by when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rung {
    pub expects: String,
    pub by: Stamp,
    pub overdue: bool,
}

impl Rung {
    pub fn of(case: &Case, now: DateTime<Utc>) -> Option<Self> {
        // The last rung is the deadline itself, which stands beside it.
        let step = case.next_step.filter(|s| s.rung < MISSED)?;
        let rung = LADDER.get(usize::from(step.rung))?;
        Some(Self {
            expects: t(&format!("rung-{}", rung.hours)).plain(),
            by: Stamp::of(step.at, now),
            overdue: step.at <= now,
        })
    }
}
