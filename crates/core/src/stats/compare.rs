//! A level of a factor beside the reference level, inside strata (`domain.md` E3).

use super::odds::{Odds, odds_ratio, test};
use super::rate::{GREYED_BELOW, to_f64};
use super::weighted::{difference, newcombe};
use super::{COUNTS_ONLY_BELOW, Points, Rate, exact::exact, needed_per_group};

/// A cell below this calls for the exact test.
const SMALL_CELL: u64 = 5;

/// Both groups in one stratum.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Stratum {
    /// The level that is looked at.
    pub level: Rate,
    /// The level that it is compared with.
    pub reference: Rate,
}

impl Stratum {
    /// Both groups have decided cases here; others say nothing about a difference.
    pub const fn comparable(&self) -> bool {
        self.level.n() > 0 && self.reference.n() > 0
    }

    fn small(&self) -> bool {
        let of = |rate: Rate| rate.hits().min(rate.n() - rate.hits());
        of(self.level).min(of(self.reference)) < SMALL_CELL
    }

    /// The difference in this stratum alone, in percentage points, after Newcombe; none below ten cases in a group.
    pub fn difference(&self) -> Option<Points> {
        (self.level.n().min(self.reference.n()) >= COUNTS_ONLY_BELOW)
            .then(|| newcombe(self.level, self.reference))
            .flatten()
    }

    /// Fisher's p, where a cell is below five and the interval alone is not to be trusted.
    pub fn fisher(&self) -> Option<f64> {
        (self.comparable() && self.small()).then(|| exact(std::slice::from_ref(self)))
    }
}

/// What may be said of two groups.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Compared {
    /// Below ten decided cases in one of the groups, counted in the strata that both have.
    TooFew {
        /// The level's cases in common strata.
        level: Rate,
        /// The reference's.
        reference: Rate,
        /// Cases that each group needs.
        needed: u64,
    },
    /// The comparison.
    Estimated(Estimate),
}

/// A comparison. It is made by [`compare`] only, so that it never stands without its n and intervals.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    level: Rate,
    reference: Rate,
    strata: usize,
    difference: Points,
    odds: Option<Odds>,
    p: f64,
    exact: bool,
}

impl Estimate {
    /// The level's cases in common strata.
    pub const fn level(&self) -> Rate {
        self.level
    }

    /// The reference's cases in common strata.
    pub const fn reference(&self) -> Rate {
        self.reference
    }

    /// Common strata.
    pub const fn strata(&self) -> usize {
        self.strata
    }

    /// Level minus reference in percentage points: each stratum's difference with the weight that Mantel and Haenszel give
    /// it; limits after Newcombe of the two rates at these weights. With one stratum it is Newcombe's interval.
    pub const fn difference(&self) -> Points {
        self.difference
    }

    /// The pooled odds ratio; none where one group won or lost throughout.
    pub const fn odds(&self) -> Option<Odds> {
        self.odds
    }

    /// The chance of such a difference where there is none.
    pub const fn p(&self) -> f64 {
        self.p
    }

    /// Whether `p` is of the exact test (a cell is below five) and not of Cochran, Mantel and Haenszel.
    pub const fn exact(&self) -> bool {
        self.exact
    }

    /// Fewer than thirty in a group: shown greyed.
    pub fn weak(&self) -> bool {
        self.level.n().min(self.reference.n()) < GREYED_BELOW
    }

    /// Cases that each group needs to see 20 points.
    pub fn needed(&self) -> u64 {
        needed_per_group(self.reference)
    }
}

/// Compares two groups over strata.
pub fn compare(strata: &[Stratum]) -> Compared {
    let common: Vec<Stratum> = strata.iter().copied().filter(Stratum::comparable).collect();
    let pooled = common.iter().fold(Stratum::default(), |sum, s| Stratum {
        level: sum.level + s.level,
        reference: sum.reference + s.reference,
    });
    let (level, reference) = (pooled.level, pooled.reference);
    let too_few = Compared::TooFew {
        level,
        reference,
        needed: needed_per_group(reference),
    };
    if level.n().min(reference.n()) < COUNTS_ONLY_BELOW {
        return too_few;
    }
    let Some(difference) = adjusted(&common) else {
        return too_few;
    };
    let exactly = pooled.small();
    Compared::Estimated(Estimate {
        level,
        reference,
        strata: common.len(),
        difference,
        odds: odds_ratio(&common),
        p: if exactly { exact(&common) } else { test(&common) },
        exact: exactly,
    })
}

/// The difference over strata, in percentage points.
pub(super) fn adjusted(common: &[Stratum]) -> Option<Points> {
    let weight = |s: &Stratum| {
        let (a, b) = (to_f64(s.level.n()), to_f64(s.reference.n()));
        a * b / (a + b)
    };
    let total: f64 = common.iter().map(weight).sum();
    let terms: Vec<_> = common
        .iter()
        .map(|s| (weight(s) / total, s.level, s.reference))
        .collect();
    difference(&terms)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rate() -> impl Strategy<Value = Rate> {
        (0_u64..60).prop_flat_map(|n| (0..=n).prop_map(move |hits| Rate::new(hits, n)))
    }

    fn strata() -> impl Strategy<Value = Vec<Stratum>> {
        let one = (rate(), rate()).prop_map(|(level, reference)| Stratum { level, reference });
        proptest::collection::vec(one, 0..6)
    }

    fn swapped(strata: &[Stratum]) -> Vec<Stratum> {
        let swap = |s: &Stratum| Stratum {
            level: s.reference,
            reference: s.level,
        };
        strata.iter().map(swap).collect()
    }

    fn near(a: f64, b: f64) -> bool {
        (a - b).abs() <= 1e-9 * a.abs().max(b.abs()).max(1.0)
    }

    proptest! {
        #[test]
        fn intervals_hold_their_figure_and_never_leave_the_scale(strata in strata()) {
            let Compared::Estimated(found) = compare(&strata) else { return Ok(()) };
            let Points { value, interval } = found.difference();
            prop_assert!(-100.0 - 1e-9 <= interval.low && interval.low <= value, "{interval:?} {value}");
            prop_assert!(value <= interval.high && interval.high <= 100.0 + 1e-9, "{interval:?} {value}");
            prop_assert!((0.0..=1.0).contains(&found.p()), "{}", found.p());
            if let Some(odds) = found.odds() {
                prop_assert!(odds.ratio.is_finite() && odds.interval.high.is_finite());
                prop_assert!(0.0 < odds.interval.low && odds.interval.low <= odds.ratio);
                prop_assert!(odds.ratio <= odds.interval.high);
            }
        }

        #[test]
        fn swapping_the_groups_mirrors_everything(strata in strata()) {
            let (Compared::Estimated(one), Compared::Estimated(other)) = (compare(&strata), compare(&swapped(&strata)))
            else { return Ok(()) };
            prop_assert!(near(one.difference().value, -other.difference().value));
            prop_assert!(near(one.difference().interval.low, -other.difference().interval.high));
            prop_assert!((one.p() - other.p()).abs() < 1e-6, "{} {}", one.p(), other.p());
            prop_assert_eq!(one.odds().is_some(), other.odds().is_some());
            if let (Some(a), Some(b)) = (one.odds(), other.odds()) {
                prop_assert!(near(a.ratio, 1.0 / b.ratio) && near(a.interval.low, 1.0 / b.interval.high));
            }
        }

        #[test]
        fn one_stratum_has_the_plain_odds_ratio(level in rate(), reference in rate()) {
            let stratum = Stratum { level, reference };
            let of = |r: Rate| (to_f64(r.hits()), to_f64(r.n() - r.hits()));
            let ((a, b), (c, d)) = (of(level), of(reference));
            match odds_ratio(&[stratum]) {
                Some(odds) => prop_assert!(near(odds.ratio, a * d / (b * c))),
                None => prop_assert!(a * d < 0.5 || b * c < 0.5),
            }
        }
    }

    #[test]
    fn all_won_and_all_lost_have_figures_without_a_ratio() {
        let all = |hits| Stratum {
            level: Rate::new(hits, 12),
            reference: Rate::new(12, 12),
        };
        let Compared::Estimated(lost) = compare(&[all(0)]) else {
            panic!("enough cases")
        };
        assert!(lost.exact() && lost.p() < 0.001 && lost.odds().is_none());
        assert!(near(lost.difference().value, -100.0) && lost.difference().interval.high < -50.0);
        let Compared::Estimated(won) = compare(&[all(12)]) else {
            panic!("enough cases")
        };
        assert!(near(won.p(), 1.0) && won.odds().is_none() && won.difference().includes_none());
    }

    #[test]
    fn strata_that_only_one_group_has_say_nothing() {
        let lonely = Stratum {
            level: Rate::new(50, 50),
            reference: Rate::new(0, 0),
        };
        let few = Stratum {
            level: Rate::new(4, 9),
            reference: Rate::new(40, 80),
        };
        assert_eq!(
            compare(&[lonely, few]),
            Compared::TooFew {
                level: Rate::new(4, 9),
                reference: Rate::new(40, 80),
                needed: 93
            }
        );
        assert_eq!(few.difference(), None);
        assert!(few.fisher().is_some());
        assert!(matches!(compare(&[]), Compared::TooFew { .. }));
    }
}
