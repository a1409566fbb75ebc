//! What was promised to a client about time, and whether it was kept (`domain.md` A3 to A5, G).
//!
//! Clocks are computed from the case's history every time they are asked for; none is stored. [`clocks`] finds them,
//! [`Timetable`] knows when people work, and [`Clock::judge`] says what a clock shows: raw with nothing taken off, and
//! adjusted by what the contract pauses for and by approved exclusions. Adjusted is never shown alone.

mod calendar;
mod clock;
mod contract;
mod exclusion;
mod log;
mod outage;
mod span;
mod terms;
mod timetable;

pub(crate) use calendar::start_of_day;
pub use calendar::{ALWAYS, Calendar, CalendarVersion, Day};
pub use clock::{Clock, End, Fate, Judged, Measured, clocks};
pub use contract::{Contract, ContractVersion, Metric, Pause, READING, Target, Wrong};
pub use exclusion::{Exclusion, ExclusionCause, ExclusionState};
pub use log::{CaseLog, CaseView, LogEntry, RoundFacts};
pub use outage::{Outage, Outages, Run};
pub use span::{Span, both, minus, union};
pub use terms::{AmountFrom, Minutes, Only, Statistic};
pub use timetable::Timetable;

#[cfg(test)]
mod tests;
