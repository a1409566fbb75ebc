//! Rates standardised to a fixed mix, and differences of them (`domain.md` E3.4, E3.5). Limits hold at the small strata that
//! clients have: recovered from each stratum's own Wilson interval they would cover 73 to 90 % instead of 95 %.

use super::rate::{GREYED_BELOW, Interval, Z, to_f64, wilson_at};
use super::{COUNTS_ONLY_BELOW, Rate};

/// A figure with its 95 % interval. It leaves this module only inside a type that knows its n.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Points {
    /// The figure, in percentage points.
    pub value: f64,
    /// Its interval, in percentage points.
    pub interval: Interval,
}

impl Points {
    /// Whether the interval holds no difference at all.
    pub fn includes_none(self) -> bool {
        self.interval.low <= 0.0 && self.interval.high >= 0.0
    }

    fn scaled(self, factor: f64) -> Self {
        Self {
            value: self.value * factor,
            interval: Interval {
                low: self.interval.low * factor,
                high: self.interval.high * factor,
            },
        }
    }
}

/// A stratum with its weight.
pub(super) type Weighed = (f64, Rate);

/// The variance of a stratum's rate. A rate of few cases says little about its own variance, and where every stratum is small
/// they would all seem to have next to none: it is drawn towards the pooled rate as if z² cases of it had been seen too, and
/// what the few cases still hide of their own spread is put back. One stratum alone keeps its own.
fn variance(rate: Rate, pooled: f64, weight: f64) -> f64 {
    let (hits, n) = (to_f64(rate.hits()), to_f64(rate.n()));
    let square = Z * Z;
    let share = (square.mul_add(pooled, hits)) / (n + square);
    let hidden = n / (n + square).powi(2) * (1.0 - weight);
    share * (1.0 - share) / (n * (1.0 - hidden))
}

/// Rates put together with weights that add up to one, with Wilson's limits at the number of cases that a simple sample of
/// the same precision would have. With one stratum it is Wilson's interval. It needs no variance that a rate of 0 or 1 would
/// make nothing, so that it is never empty and never NaN. As a share of one.
fn standardised(terms: &[Weighed]) -> Option<Points> {
    let total: f64 = terms.iter().map(|(weight, _)| weight).sum();
    let mut value = 0.0;
    for (weight, rate) in terms {
        value += weight / total * rate.share()?.0;
    }
    let one = |(weight, rate): &Weighed| (weight / total, *rate);
    let spread: f64 = terms
        .iter()
        .map(one)
        .map(|(w, rate)| w * w * variance(rate, value, w))
        .sum();
    // Where everything was won, or lost, only the weights tell how much the cases of small strata count.
    let kish: f64 = terms
        .iter()
        .map(one)
        .map(|(w, rate)| w * w / to_f64(rate.n()))
        .sum();
    let simple = value * (1.0 - value);
    let n = if simple > f64::EPSILON {
        simple / spread
    } else {
        1.0 / kish
    };
    (!terms.is_empty()).then(|| Points {
        value,
        interval: wilson_at(value, n),
    })
}

/// The difference of two rates that are put together with the same weights: both have their own limits, combined after
/// Newcombe (the square-and-add rule). With one stratum it is Newcombe's interval. In percentage points; a sum of weights
/// below one makes it that much smaller.
pub(super) fn difference(terms: &[(f64, Rate, Rate)]) -> Option<Points> {
    let total: f64 = terms.iter().map(|(weight, ..)| weight).sum();
    let side = |of: fn(&(f64, Rate, Rate)) -> Weighed| terms.iter().map(of).collect::<Vec<_>>();
    let level = standardised(&side(|(weight, level, _)| (*weight, *level)))?;
    let reference = standardised(&side(|(weight, _, reference)| (*weight, *reference)))?;
    let below = (level.value - level.interval.low).hypot(reference.interval.high - reference.value);
    let above = (level.interval.high - level.value).hypot(reference.value - reference.interval.low);
    let value = level.value - reference.value;
    let points = Points {
        value,
        interval: Interval {
            low: value - below,
            high: value + above,
        },
    };
    Some(points.scaled(100.0 * total))
}

/// A sum of rates of one side with weights of any sign that are counts of cases and not estimated, with limits by the normal
/// distribution: what a shift of the mix makes. In percentage points.
pub(super) fn shifted(sides: &[(Rate, Vec<Weighed>)]) -> Points {
    let (mut value, mut spread) = (0.0, 0.0);
    for (whole, terms) in sides {
        let pooled = whole.share().map_or(0.0, |(share, _)| share);
        for (weight, rate) in terms {
            let Some((share, _)) = rate.share() else { continue };
            value += weight * share;
            spread += weight * weight * variance(*rate, pooled, to_f64(rate.n()) / to_f64(whole.n()));
        }
    }
    let half = Z * spread.sqrt();
    let points = Points {
        value,
        interval: Interval {
            low: value - half,
            high: value + half,
        },
    };
    points.scaled(100.0)
}

/// Newcombe's interval of the difference between two rates, `level` minus `reference`, in percentage points.
pub(super) fn newcombe(level: Rate, reference: Rate) -> Option<Points> {
    difference(&[(1.0, level, reference)])
}

/// A rate as it would be with a fixed mix of strata: what months and clients may be compared by.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Standard {
    /// Strata of the mix in which nothing was decided: there is no rate to give them, and none is made up.
    Missing {
        /// How many strata.
        strata: usize,
        /// Decided cases in the others.
        n: u64,
    },
    /// Too few decided cases for a percentage.
    TooFew {
        /// Decided cases.
        n: u64,
    },
    /// The rate.
    Percent {
        /// Percent, with its interval.
        percent: Points,
        /// Decided cases.
        n: u64,
        /// Fewer than 30.
        weak: bool,
    },
}

/// Direct standardisation: each stratum's rate with the weight that the mix gives it. Strata without weight are left out.
pub fn standardise(strata: &[(Rate, u64)]) -> Standard {
    let used: Vec<&(Rate, u64)> = strata.iter().filter(|(_, weight)| *weight > 0).collect();
    let n: u64 = used.iter().map(|(rate, _)| rate.n()).sum();
    let missing = used.iter().filter(|(rate, _)| rate.n() == 0).count();
    if missing > 0 {
        return Standard::Missing { strata: missing, n };
    }
    let total = to_f64(used.iter().map(|(_, weight)| weight).sum());
    let terms: Vec<Weighed> = used
        .iter()
        .map(|(rate, weight)| (to_f64(*weight) / total, *rate))
        .collect();
    match standardised(&terms) {
        Some(share) if n >= COUNTS_ONLY_BELOW => Standard::Percent {
            percent: share.scaled(100.0),
            n,
            weak: n < GREYED_BELOW,
        },
        Some(_) | None => Standard::TooFew { n },
    }
}

impl std::fmt::Display for Standard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Missing { strata, .. } => {
                f.pad(&format!("nothing decided in {strata} of the mix's strata"))
            }
            Self::TooFew { n } => f.pad(&format!("too few decided: {n}")),
            Self::Percent { percent, n, weak, .. } => f.pad(&format!(
                "{:.1} % at the fixed mix ({n} decided; 95 % interval {:.1} to {:.1} %{})",
                percent.value,
                percent.interval.low,
                percent.interval.high,
                if *weak { "; few cases" } else { "" }
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mix_with_an_empty_stratum_has_no_rate() {
        let some = Rate::new(30, 40);
        assert_eq!(
            standardise(&[(some, 1), (Rate::new(0, 0), 1)]),
            Standard::Missing { strata: 1, n: 40 }
        );
        assert!(matches!(
            standardise(&[(some, 1), (Rate::new(0, 0), 0)]),
            Standard::Percent { n: 40, .. }
        ));
        assert_eq!(standardise(&[]), Standard::TooFew { n: 0 });
        assert_eq!(standardise(&[(Rate::new(4, 9), 3)]), Standard::TooFew { n: 9 });
    }

    /// How likely each number of hits of `n` is.
    fn binomial(n: u64, p: f64) -> Vec<f64> {
        let mut chance = vec![1.0];
        for _ in 0..n {
            let lost = chance.iter().map(|c| c * (1.0 - p)).chain([0.0]);
            let won = [0.0].into_iter().chain(chance.iter().map(|c| c * p));
            chance = lost.zip(won).map(|(a, b)| a + b).collect();
        }
        chance
    }

    /// Every outcome of these strata with its chance, as rates.
    fn outcomes(strata: &[(u64, f64)]) -> Vec<(f64, Vec<Rate>)> {
        let mut all = vec![(1.0, Vec::new())];
        for (n, p) in strata {
            let chances: Vec<(u64, f64)> = (0..).zip(binomial(*n, *p)).collect();
            let with = |(so_far, rates): &(f64, Vec<Rate>)| {
                let (so_far, rates) = (*so_far, rates.clone());
                let one = move |(hits, chance): &(u64, f64)| {
                    let mut rates = rates.clone();
                    rates.push(Rate::new(*hits, *n));
                    (so_far * chance, rates)
                };
                chances.iter().map(one).collect::<Vec<_>>()
            };
            all = all.iter().flat_map(with).collect();
        }
        all
    }

    #[test]
    fn intervals_cover_the_truth_as_they_say_where_strata_are_as_small_as_clients_have_them() {
        // Counted out over every outcome, not drawn.
        for (level, reference) in [
            ([0.5, 0.5, 0.5], [0.5, 0.5, 0.5]),
            ([0.3, 0.5, 0.7], [0.4, 0.6, 0.8]),
            ([0.9; 3], [0.8; 3]),
        ] {
            let sizes = [(4_u64, 3_u64), (3, 5), (5, 2)];
            let weights = sizes.map(|(a, b)| to_f64(a) * to_f64(b) / to_f64(a + b));
            let total: f64 = weights.iter().sum();
            let side = |shares: [f64; 3], of: fn(&(u64, u64)) -> u64| {
                let all: Vec<(u64, f64)> = sizes.iter().map(of).zip(shares).collect();
                outcomes(&all)
            };
            let (ours, theirs) = (side(level, |s| s.0), side(reference, |s| s.1));
            let truth: f64 = (0..3)
                .map(|k| weights[k] / total * (level[k] - reference[k]) * 100.0)
                .sum();
            let rate: f64 = (0..3).map(|k| weights[k] / total * level[k]).sum();
            let (mut covers, mut covers_rate) = (0.0, 0.0);
            for (chance, won) in &ours {
                let terms: Vec<Weighed> = weights.iter().copied().zip(won.iter().copied()).collect();
                let found = standardised(&terms).unwrap().interval;
                covers_rate += chance * f64::from(u8::from(found.low <= rate && rate <= found.high));
                for (other, beside) in &theirs {
                    let terms: Vec<_> = (0..3).map(|k| (weights[k] / total, won[k], beside[k])).collect();
                    let found = difference(&terms).unwrap().interval;
                    covers += chance * other * f64::from(u8::from(found.low <= truth && truth <= found.high));
                }
            }
            for (what, share) in [("difference", covers), ("rate", covers_rate)] {
                assert!((0.93..0.995).contains(&share), "{what} of {level:?}: {share}");
            }
        }
    }
}
