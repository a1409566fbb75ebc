//! Weighted sums of shares: differences and rates standardised to a fixed mix (`domain.md` E3.4, E3.5).

use super::rate::{GREYED_BELOW, Interval, to_f64};
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

/// The sum of weighted shares with limits recovered from the Wilson interval of each (the method of variance estimates
/// recovery, Zou and Donner 2008). With the weights 1 and −1 this is Newcombe's interval of a difference. It needs no
/// variance that a rate of 0 or 1 would make nothing, so that it is never empty and never NaN. As a share of one.
pub(super) fn weighted(terms: impl IntoIterator<Item = (f64, Rate)>) -> Option<Points> {
    let (mut value, mut below, mut above) = (0.0, 0.0, 0.0);
    let mut any = false;
    for (weight, rate) in terms {
        let (share, interval) = rate.share()?;
        any = true;
        let (down, up) = (share - interval.low, interval.high - share);
        let (down, up) = if weight >= 0.0 { (down, up) } else { (up, down) };
        value += weight * share;
        below += (weight * down).powi(2);
        above += (weight * up).powi(2);
    }
    any.then(|| Points {
        value,
        interval: Interval {
            low: value - below.sqrt(),
            high: value + above.sqrt(),
        },
    })
}

/// The same in percentage points.
pub(super) fn weighted_points(terms: impl IntoIterator<Item = (f64, Rate)>) -> Option<Points> {
    weighted(terms).map(|sum| sum.scaled(100.0))
}

/// Newcombe's interval of the difference between two rates, `level` minus `reference`, in percentage points.
pub(super) fn newcombe(level: Rate, reference: Rate) -> Option<Points> {
    weighted_points([(1.0, level), (-1.0, reference)])
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
        /// The variance of the share (of one), for those who pool it further.
        variance: f64,
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
    let terms = used.iter().map(|(rate, weight)| (to_f64(*weight) / total, *rate));
    match weighted_points(terms.clone()) {
        Some(percent) if n >= COUNTS_ONLY_BELOW => Standard::Percent {
            percent,
            variance: terms.filter_map(|(weight, rate)| variance(weight, rate)).sum(),
            n,
            weak: n < GREYED_BELOW,
        },
        Some(_) | None => Standard::TooFew { n },
    }
}

fn variance(weight: f64, rate: Rate) -> Option<f64> {
    let (share, _) = rate.share()?;
    Some(weight * weight * share * (1.0 - share) / to_f64(rate.n()))
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
}
