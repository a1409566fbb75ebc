//! Statistics: counts stay integers, and no percentage exists without its n and interval.
//!
//! Floats live here and nowhere else in this crate. What these figures are is held against reference values of other
//! people's code (`fixtures/stats`), made once by the script that lies beside them.

mod amounts;
mod answers;
mod attainment;
mod chance;
mod change;
mod compare;
mod exact;
mod factors;
mod figure;
#[cfg(test)]
mod golden;
mod ledger;
mod looks;
mod model;
mod odds;
mod power;
mod rate;
mod ridge;
mod shrunk;
mod weighted;
mod win_rate;

pub use amounts::{AmountRate, AmountShown};
pub use answers::{AnswerTimes, Asked};
pub use attainment::{Attainment, Mean, Verdict};
pub use chance::{Chance, Decided, History, chance};
pub use change::{Change, Drift};
pub use compare::{Compared, Estimate, Stratum, compare};
pub use factors::{
    AFTER_DEFINITION, AMOUNT_DEFINITION, AfterLevel, AfterTable, Beside, DEFINITION as FACTOR_DEFINITION,
    DISCLAIMER, FactorReport, FactorTable, FactorTally, FirstThings, Fix, Level,
};
pub use figure::Figure;
pub use ledger::{Amounts, Bundle, Fees, Kept, Ledger, Line, MONEY_DEFINITION, Mixed, Sums};
pub use looks::benjamini_hochberg;
pub use model::{
    Effect, Fitted, Group as CalibrationGroup, HeldOut, MODEL_DEFINITION, Model, Pattern, Patterns, WEIGHED,
    held_out_from,
};
pub use odds::Odds;
pub use power::needed_per_group;
pub use rate::{COUNTS_ONLY_BELOW, GREYED_BELOW, Interval, Rate, Shown, wilson};
pub use shrunk::{SHRUNK_DEFINITION, Shrunk};
pub use weighted::{Points, Standard, standardise};
pub use win_rate::{DEFINITION, Group, NO_UPLIFT, Step, Tally, WinRate, immature};
