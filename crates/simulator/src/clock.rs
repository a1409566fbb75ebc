//! The simulator's own clock: wall time plus an offset that the control door moves, or a frozen instant.

use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Duration, SubsecRound, Utc};

/// Wall clock with an adjustable offset; may be frozen for tests that need exact instants.
#[derive(Debug, Default)]
pub(crate) struct Clock {
    reading: Mutex<Reading>,
}

#[derive(Debug, Default)]
struct Reading {
    offset: Duration,
    frozen: Option<DateTime<Utc>>,
}

impl Clock {
    pub(crate) fn with_offset(offset: Duration) -> Self {
        Self {
            reading: Mutex::new(Reading { offset, frozen: None }),
        }
    }

    /// In whole milliseconds: no instant is finer inside than it is shown, so a window ending at a shown time includes it.
    pub(crate) fn now(&self) -> DateTime<Utc> {
        let reading = self.reading();
        (reading.frozen.unwrap_or_else(wall) + reading.offset).trunc_subsecs(3)
    }

    pub(crate) fn offset(&self) -> Duration {
        self.reading().offset
    }

    pub(crate) fn advance(&self, by: Duration) {
        let mut reading = self.reading();
        reading.offset = reading.offset.checked_add(&by).unwrap_or(reading.offset);
    }

    /// Stops the clock at `at`; `None` lets it run again from the wall time.
    pub(crate) fn freeze(&self, at: Option<DateTime<Utc>>) {
        let mut reading = self.reading();
        reading.offset = Duration::zero();
        reading.frozen = at;
    }

    fn reading(&self) -> std::sync::MutexGuard<'_, Reading> {
        self.reading.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The real time, which a moved or frozen clock does not touch.
#[expect(
    clippy::disallowed_methods,
    reason = "the simulator stands for another company's computer, so it has its own clock, and this is it"
)]
pub(crate) fn wall() -> DateTime<Utc> {
    Utc::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frozen_time_stands_still_and_can_be_moved() {
        let clock = Clock::default();
        let at = DateTime::from_timestamp(1_700_000_000, 0).unwrap();
        clock.freeze(Some(at));
        assert_eq!(clock.now(), at);
        clock.advance(Duration::hours(2));
        assert_eq!(clock.now(), at + Duration::hours(2));
    }
}
