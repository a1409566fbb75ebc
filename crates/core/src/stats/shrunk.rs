//! A rate shrunk towards that of all others: small groups regress to the mean (`domain.md` E4).

use super::chance::{WIDER_CASES, around};
use super::rate::to_f64;
use super::{COUNTS_ONLY_BELOW, Interval, Rate};

/// What it is, printed where it is shown.
pub const SHRUNK_DEFINITION: &str = "Shrunk towards the portfolio: the client's own decided cases beside 20 cases that were decided as those of all other \
clients together. Who has few cases stands near the others, who has many near their own rate. It stands beside the client's own rate, never in its \
place; the interval is of 95 % (beta distribution). Nothing is shrunk where the client has no decided case, its cases are immature, or all others \
together have fewer than 10.";

/// A rate shrunk towards that of the others, in percent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shrunk {
    /// The mean.
    pub percent: f64,
    /// The middle 95 %.
    pub interval: Interval,
    /// Decided cases of all others together.
    pub others: u64,
}

impl Shrunk {
    /// None where there is nothing to shrink, or nothing to shrink it towards.
    pub fn of(own: Rate, others: Rate) -> Option<Self> {
        if own.n() == 0 || others.n() < COUNTS_ONLY_BELOW {
            return None;
        }
        let mean = to_f64(others.hits()) / to_f64(others.n());
        let (won, n) = (to_f64(own.hits()), to_f64(own.n()));
        // A bound of nothing or all would make a chance of nothing.
        let mean = mean.clamp(0.001, 0.999);
        let (a, b) = (WIDER_CASES * mean + won, WIDER_CASES * (1.0 - mean) + n - won);
        let interval = around(a, b);
        Some(Self {
            percent: a / (a + b) * 100.0,
            interval: Interval {
                low: interval.low * 100.0,
                high: interval.high * 100.0,
            },
            others: others.n(),
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn few_cases_stand_near_the_others_and_many_near_their_own_rate() {
        let others = Rate::new(300, 600);
        let shrunk = |won, n| Shrunk::of(Rate::new(won, n), others).unwrap();
        // (20 × 0.5 + 3) / (20 + 3), and so on.
        assert!((shrunk(3, 3).percent - 13.0 / 23.0 * 100.0).abs() < 1e-9);
        assert!((shrunk(180, 200).percent - 190.0 / 220.0 * 100.0).abs() < 1e-9);
        assert_eq!(shrunk(3, 3).others, 600);
        assert_eq!(Shrunk::of(Rate::default(), others), None);
        assert_eq!(Shrunk::of(Rate::new(1, 2), Rate::new(5, 9)), None);
    }

    proptest! {
        #[test]
        fn it_lies_between_both_rates_within_its_interval(won in 0_u64..300, lost in 0_u64..300, theirs in 1_u64..500, not in 1_u64..500) {
            prop_assume!(won + lost > 0 && theirs + not >= 10);
            let (own, others) = (Rate::new(won, won + lost), Rate::new(theirs, theirs + not));
            let share = |rate: Rate| to_f64(rate.hits()) / to_f64(rate.n()) * 100.0;
            let found = Shrunk::of(own, others).unwrap();
            let (low, high) = (share(own).min(share(others)), share(own).max(share(others)));
            prop_assert!(low - 0.2 <= found.percent && found.percent <= high + 0.2);
            prop_assert!(found.interval.low <= found.percent && found.percent <= found.interval.high);
        }
    }
}
