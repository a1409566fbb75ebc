//! Shares of amounts, with their number of cases and an interval that goes by how unequal the amounts are.

use super::rate::{COUNTS_ONLY_BELOW, GREYED_BELOW, Interval, Z, to_f64};

/// A part of an amount, in minor units of one currency, over so many cases. As with [`super::Rate`], the only way to a
/// percentage is [`AmountRate::shown`].
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct AmountRate {
    part: i128,
    whole: i128,
    cases: u64,
    squares: f64,
}

/// What may be shown of a share of amounts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum AmountShown {
    /// There is no amount.
    Nothing,
    /// Too few cases for a percentage.
    Amounts,
    /// A percentage with its interval.
    Percent {
        /// Percent.
        percent: f64,
        /// Interval in percent.
        interval: Interval,
        /// Fewer than 30 cases.
        weak: bool,
    },
}

impl AmountRate {
    /// Adds so many cases of `whole` together, of which they kept `part`; `squares` is the sum of the squared amounts.
    pub(super) fn add(&mut self, (part, whole): (i128, i128), cases: u64, squares: f64) {
        self.part += part;
        self.whole += whole;
        self.cases += cases;
        self.squares += squares;
    }

    /// What was kept, in minor units.
    pub fn part(self) -> i64 {
        minor(self.part)
    }

    /// Of what, in minor units.
    pub fn whole(self) -> i64 {
        minor(self.whole)
    }

    /// In how many cases.
    pub const fn cases(self) -> u64 {
        self.cases
    }

    /// What may be shown. The interval is Wilson's at the effective number of cases, (Σ amount)² ÷ Σ amount² (Kish): one large
    /// case among small ones says little more than one case does. It is never empty, even where all or nothing was kept.
    pub fn shown(self) -> AmountShown {
        if self.whole <= 0 || self.cases == 0 || self.squares <= 0.0 {
            return AmountShown::Nothing;
        }
        if self.cases < COUNTS_ONLY_BELOW {
            return AmountShown::Amounts;
        }
        let (part, whole) = (float(self.part), float(self.whole));
        let share = (part / whole).clamp(0.0, 1.0);
        let n = (whole * whole / self.squares).clamp(1.0, to_f64(self.cases));
        let z2 = Z * Z;
        let denominator = 1.0 + z2 / n;
        let centre = (share + z2 / (2.0 * n)) / denominator;
        let half = Z * (share * (1.0 - share) / n + z2 / (4.0 * n * n)).sqrt() / denominator;
        AmountShown::Percent {
            percent: share * 100.0,
            interval: Interval {
                low: (centre - half).max(0.0) * 100.0,
                high: (centre + half).min(1.0) * 100.0,
            },
            weak: self.cases < GREYED_BELOW,
        }
    }
}

fn minor(amount: i128) -> i64 {
    i64::try_from(amount).unwrap_or(i64::MAX)
}

pub(super) fn float(amount: i128) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "shares need no more than 53 bits")]
    let float = amount as f64;
    float
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::wilson;

    fn equal(kept: u64, cases: u64) -> AmountRate {
        let mut rate = AmountRate::default();
        rate.add(
            (i128::from(kept) * 100, i128::from(cases) * 100),
            cases,
            to_f64(cases) * 10_000.0,
        );
        rate
    }

    #[test]
    fn equal_amounts_have_the_interval_of_their_count() {
        let AmountShown::Percent {
            percent,
            interval,
            weak,
        } = equal(35, 50).shown()
        else {
            panic!("enough cases");
        };
        let count = wilson(35, 50).unwrap();
        assert!((percent - 70.0).abs() < 1e-9 && !weak);
        assert!(
            (interval.low - count.low * 100.0).abs() < 1e-9
                && (interval.high - count.high * 100.0).abs() < 1e-9
        );
    }

    #[test]
    fn one_large_case_widens_the_interval() {
        let mut rate = equal(20, 40);
        rate.add((1_000_000, 1_000_000), 1, 1e12);
        let AmountShown::Percent { interval, .. } = rate.shown() else {
            panic!("enough cases");
        };
        assert!(interval.high - interval.low > 70.0, "{interval:?}");
    }

    #[test]
    fn nothing_and_everything_are_no_nan() {
        assert_eq!(AmountRate::default().shown(), AmountShown::Nothing);
        assert_eq!(equal(3, 9).shown(), AmountShown::Amounts);
        for kept in [0, 30] {
            let AmountShown::Percent {
                percent, interval, ..
            } = equal(kept, 30).shown()
            else {
                panic!("enough cases");
            };
            assert!(percent.is_finite() && interval.high - interval.low > 5.0);
        }
    }
}
