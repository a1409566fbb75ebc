//! What changed between two periods: the mix of cases, or the rates within it (`domain.md` E3.4).

use super::rate::to_f64;
use super::weighted::{newcombe, weighted_points};
use super::{COUNTS_ONLY_BELOW, Points, Rate};

/// The difference between two periods, in two parts that add up to it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Change {
    /// The first period.
    pub before: Rate,
    /// The second one.
    pub after: Rate,
    /// What may be said of the difference.
    pub drift: Drift,
}

/// What may be said of a difference between two periods.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Drift {
    /// Below ten decided cases in one of them.
    TooFew,
    /// The difference and its parts.
    Parts {
        /// After minus before, raw.
        total: Points,
        /// What the mix of strata makes of it, in percentage points: counted, not estimated, so that it has no interval.
        mix: f64,
        /// What the rates within strata make of it.
        rate: Points,
    },
}

impl Change {
    /// Takes a difference apart (Kitagawa): each stratum's shift in share at its mean rate, and its shift in rate at its mean
    /// share. A stratum that one period does not have has no rate there; its whole part is mix.
    pub fn of(strata: &[(Rate, Rate)]) -> Self {
        let sum =
            |side: fn(&(Rate, Rate)) -> Rate| strata.iter().map(side).fold(Rate::default(), |a, b| a + b);
        let (before, after) = (sum(|s| s.0), sum(|s| s.1));
        let drift = if before.n().min(after.n()) < COUNTS_ONLY_BELOW {
            Drift::TooFew
        } else {
            parts(strata, before, after).unwrap_or(Drift::TooFew)
        };
        Self { before, after, drift }
    }
}

fn parts(strata: &[(Rate, Rate)], before: Rate, after: Rate) -> Option<Drift> {
    let mut mix = 0.0;
    let mut terms = Vec::new();
    for (old, new) in strata {
        let (old_share, new_share) = (
            to_f64(old.n()) / to_f64(before.n()),
            to_f64(new.n()) / to_f64(after.n()),
        );
        let rates = match (old.share(), new.share()) {
            (Some((old_rate, _)), Some((new_rate, _))) => {
                let weight = f64::midpoint(old_share, new_share);
                terms.extend([(weight, *new), (-weight, *old)]);
                (old_rate, new_rate)
            }
            (Some((only, _)), None) | (None, Some((only, _))) => (only, only),
            (None, None) => continue,
        };
        mix += (new_share - old_share) * f64::midpoint(rates.0, rates.1) * 100.0;
    }
    let none = Points {
        value: 0.0,
        interval: super::Interval { low: 0.0, high: 0.0 },
    };
    Some(Drift::Parts {
        total: newcombe(after, before)?,
        mix,
        // Without a common stratum no rate can have changed.
        rate: weighted_points(terms).unwrap_or(none),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn simpsons_trap_is_all_mix() {
        let change = Change::of(&[
            (Rate::new(80, 100), Rate::new(42, 50)),
            (Rate::new(10, 50), Rate::new(25, 100)),
        ]);
        assert_eq!(
            (change.before, change.after),
            (Rate::new(90, 150), Rate::new(67, 150))
        );
        let Drift::Parts { total, mix, rate } = change.drift else {
            panic!("enough cases")
        };
        assert!((total.value + 15.333_333).abs() < 1e-5 && total.interval.high < 0.0);
        assert!((mix + 19.833_333).abs() < 1e-5);
        assert!((rate.value - 4.5).abs() < 1e-9, "both strata improved");
    }

    #[test]
    fn a_stratum_of_one_period_only_is_mix() {
        let change = Change::of(&[
            (Rate::new(5, 10), Rate::new(5, 10)),
            (Rate::new(0, 0), Rate::new(10, 10)),
        ]);
        let Drift::Parts { total, mix, rate } = change.drift else {
            panic!("enough cases")
        };
        assert!((total.value - 25.0).abs() < 1e-9 && (mix - 25.0).abs() < 1e-9 && rate.value.abs() < 1e-9);
        assert_eq!(
            Change::of(&[(Rate::new(5, 9), Rate::new(50, 90))]).drift,
            Drift::TooFew
        );
        assert_eq!(Change::of(&[]).drift, Drift::TooFew);
    }
}
