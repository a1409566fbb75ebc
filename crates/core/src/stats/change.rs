//! What changed between two periods: the mix of cases, or the rates within it (`domain.md` E3.4).

use super::rate::to_f64;
use super::weighted::{difference, newcombe, shifted};
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
        /// What the mix of strata makes of it: shares of cases are counted, but what a shift of them makes goes by rates.
        mix: Points,
        /// What the rates within strata make of it; none where the periods have no stratum in common.
        rate: Option<Points>,
        /// Cases of strata that both periods have, before and after: of the others no rate can have changed, and all that they
        /// make is mix.
        common: (u64, u64),
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
    let mut common = (0, 0);
    let (mut within, mut olds, mut news) = (Vec::new(), Vec::new(), Vec::new());
    for (old, new) in strata {
        let (old_share, new_share) = (
            to_f64(old.n()) / to_f64(before.n()),
            to_f64(new.n()) / to_f64(after.n()),
        );
        let shift = new_share - old_share;
        if old.n() > 0 && new.n() > 0 {
            within.push((f64::midpoint(old_share, new_share), *new, *old));
            olds.push((shift / 2.0, *old));
            news.push((shift / 2.0, *new));
            common = (common.0 + old.n(), common.1 + new.n());
        } else if old.n() > 0 {
            olds.push((shift, *old));
        } else if new.n() > 0 {
            news.push((shift, *new));
        }
    }
    Some(Drift::Parts {
        total: newcombe(after, before)?,
        mix: shifted(&[(before, olds), (after, news)]),
        rate: difference(&within),
        common,
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
        let Drift::Parts { total, mix, rate, .. } = change.drift else {
            panic!("enough cases")
        };
        assert!((total.value + 15.333_333).abs() < 1e-5 && total.interval.high < 0.0);
        assert!(
            (mix.value + 19.833_333).abs() < 1e-5 && mix.interval.high < -10.0,
            "{mix:?}"
        );
        assert!((rate.unwrap().value - 4.5).abs() < 1e-9, "both strata improved");
    }

    #[test]
    fn a_stratum_of_one_period_only_is_mix() {
        let change = Change::of(&[
            (Rate::new(5, 10), Rate::new(5, 10)),
            (Rate::new(0, 0), Rate::new(10, 10)),
        ]);
        let Drift::Parts {
            total,
            mix,
            rate,
            common,
        } = change.drift
        else {
            panic!("enough cases")
        };
        let rate = rate.unwrap();
        assert!(
            (total.value - 25.0).abs() < 1e-9 && (mix.value - 25.0).abs() < 1e-9 && rate.value.abs() < 1e-9
        );
        assert_eq!(common, (10, 10));
        assert!(
            mix.interval.low < 25.0 && rate.interval.low < -25.0,
            "{mix:?} {rate:?}"
        );
        let apart = Change::of(&[
            (Rate::new(5, 10), Rate::new(0, 0)),
            (Rate::new(0, 0), Rate::new(9, 12)),
        ]);
        let Drift::Parts {
            rate: None,
            common: (0, 0),
            mix,
            ..
        } = apart.drift
        else {
            panic!("nothing in common: {apart:?}")
        };
        assert!(
            (mix.value - 25.0).abs() < 1e-9 && mix.interval.low < 0.0,
            "{mix:?}"
        );
        assert_eq!(
            Change::of(&[(Rate::new(5, 9), Rate::new(50, 90))]).drift,
            Drift::TooFew
        );
        assert_eq!(Change::of(&[]).drift, Drift::TooFew);
    }
}
