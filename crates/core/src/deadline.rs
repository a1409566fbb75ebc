//! Deadlines and the ladder of steps before them.

use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};

use crate::words::{DeadlineSource, Precision};

/// The instant by which the platform must have our response.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deadline {
    /// The instant, UTC.
    pub at: DateTime<Utc>,
    /// Who says so.
    pub source: DeadlineSource,
    /// How exact it is.
    pub precision: Precision,
}

/// One rung: what is due so long before the deadline (`domain.md` D3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rung {
    /// Hours before the deadline.
    pub hours: i64,
    /// What is expected by then.
    pub expects: &'static str,
}

/// The ladder, earliest rung first. The last one is the deadline itself: a miss.
pub const LADDER: [Rung; 5] = [
    Rung {
        hours: 72,
        expects: "packet complete",
    },
    Rung {
        hours: 48,
        expects: "response sent",
    },
    Rung {
        hours: 24,
        expects: "red: response sent or a lead informed",
    },
    Rung {
        hours: 6,
        expects: "safety net: the prepared response goes out if the client allowed it",
    },
    Rung {
        hours: 0,
        expects: "deadline",
    },
];

/// Index of the rung at which the safety net acts.
pub const SAFETY_NET: u8 = 3;
/// Index of the rung at which a case turns red.
pub const RED: u8 = 2;
/// Index of the last rung: the deadline itself.
pub const MISSED: u8 = 4;

/// The rung that comes next, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Index into [`LADDER`].
    pub rung: u8,
    /// When it is due; may lie in the past, then it is due now.
    pub at: DateTime<Utc>,
}

fn instant_of(deadline: DateTime<Utc>, rung: usize) -> DateTime<Utc> {
    deadline - Duration::hours(LADDER[rung].hours)
}

/// The first step for a deadline that was just learnt. Rungs that passed long ago collapse into the most urgent one,
/// so that a dispute found 20 hours before its deadline alerts once, not three times.
pub fn first_step(deadline: DateTime<Utc>, now: DateTime<Utc>) -> Step {
    let passed = (0..LADDER.len())
        .filter(|&rung| instant_of(deadline, rung) <= now)
        .count();
    let rung = passed.saturating_sub(1);
    Step {
        rung: u8::try_from(rung).unwrap_or(MISSED),
        at: instant_of(deadline, rung),
    }
}

/// The step after `done`, or none after the deadline itself. Steps that passed meanwhile collapse as in [`first_step`].
pub fn next_step(deadline: DateTime<Utc>, done: u8, now: DateTime<Utc>) -> Option<Step> {
    let following = usize::from(done) + 1;
    if following >= LADDER.len() {
        return None;
    }
    let first = first_step(deadline, now);
    if usize::from(first.rung) > usize::from(done) {
        return Some(first);
    }
    Some(Step {
        rung: done + 1,
        at: instant_of(deadline, following),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hours: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000, 0).unwrap() + Duration::hours(hours)
    }

    #[test]
    fn a_far_deadline_begins_with_the_first_rung() {
        assert_eq!(first_step(at(200), at(0)), Step { rung: 0, at: at(128) });
    }

    #[test]
    fn a_close_deadline_acts_once_on_the_most_urgent_rung() {
        assert_eq!(first_step(at(20), at(0)), Step { rung: 2, at: at(-4) });
        assert_eq!(next_step(at(20), 2, at(0)), Some(Step { rung: 3, at: at(14) }));
    }

    #[test]
    fn a_sweep_that_was_down_skips_to_the_most_urgent_rung() {
        assert_eq!(next_step(at(100), 0, at(99)), Some(Step { rung: 3, at: at(94) }));
    }

    #[test]
    fn nothing_follows_the_deadline() {
        assert_eq!(next_step(at(0), MISSED, at(1)), None);
        assert_eq!(first_step(at(0), at(1)).rung, MISSED);
    }
}
