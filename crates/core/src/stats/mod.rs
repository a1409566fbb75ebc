//! Statistics: counts stay integers, and no percentage exists without its n and interval.
//!
//! Floats live here and nowhere else in this crate.

mod answers;
mod chance;
mod rate;
mod win_rate;

pub use answers::{AnswerTimes, Asked};
pub use chance::{Chance, Decided, chance};
pub use rate::{COUNTS_ONLY_BELOW, Interval, Rate, Shown, wilson};
pub use win_rate::{DEFINITION, Group, Tally, WinRate};
