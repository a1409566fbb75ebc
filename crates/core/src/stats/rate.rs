//! A rate that cannot be printed without its n and its interval (`domain.md` E3).

/// 97.5 % quantile of the normal distribution.
pub(super) const Z: f64 = 1.959_963_984_540_054;

/// Below this many decided cases only counts are shown.
pub const COUNTS_ONLY_BELOW: u64 = 10;
/// Below this many decided cases a percentage is shown greyed, and clients are never ranked.
pub const GREYED_BELOW: u64 = 30;

/// A confidence interval, as shares of one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// The Wilson score interval at 95 % for `hits` of `n`; none for an empty sample.
pub fn wilson(hits: u64, n: u64) -> Option<Interval> {
    if n == 0 {
        return None;
    }
    Some(wilson_at(to_f64(hits.min(n)) / to_f64(n), to_f64(n)))
}

/// The same of a share of one, at a number of cases that need not be whole.
pub(super) fn wilson_at(p: f64, n: f64) -> Interval {
    let z2 = Z * Z;
    let denominator = 1.0 + z2 / n;
    let centre = (p + z2 / (2.0 * n)) / denominator;
    let half = Z * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt() / denominator;
    Interval {
        low: (centre - half).max(0.0),
        high: (centre + half).min(1.0),
    }
}

pub(super) fn to_f64(n: u64) -> f64 {
    // Counts of cases stay far below 2^53.
    #[expect(clippy::cast_precision_loss, reason = "exact below 2^53")]
    let float = n as f64;
    float
}

/// `hits` of `n`. Its fields are private, so that the only way to a percentage is [`Rate::shown`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rate {
    hits: u64,
    n: u64,
}

/// What may be shown of a rate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Shown {
    /// Nothing was decided.
    Nothing,
    /// Too few for a percentage: "7 of 9".
    Counts {
        /// Hits.
        hits: u64,
        /// Sample size.
        n: u64,
    },
    /// A percentage with its interval; `weak` where it must be greyed and never ranked.
    Percent {
        /// Hits.
        hits: u64,
        /// Sample size.
        n: u64,
        /// Percent.
        percent: f64,
        /// Interval in percent.
        interval: Interval,
        /// Fewer than 30.
        weak: bool,
    },
}

impl std::ops::Add for Rate {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self::new(self.hits + other.hits, self.n + other.n)
    }
}

impl Rate {
    /// `hits` of `n`; hits beyond n are a caller's mistake and are cut.
    pub fn new(hits: u64, n: u64) -> Self {
        Self { hits: hits.min(n), n }
    }

    /// Hits.
    pub const fn hits(self) -> u64 {
        self.hits
    }

    /// Sample size.
    pub const fn n(self) -> u64 {
        self.n
    }

    /// The share itself with its interval, for figures that are made of rates; none for an empty sample.
    pub(super) fn share(self) -> Option<(f64, Interval)> {
        let interval = wilson(self.hits, self.n)?;
        Some((to_f64(self.hits) / to_f64(self.n), interval))
    }

    /// What may be shown.
    pub fn shown(self) -> Shown {
        let (hits, n) = (self.hits, self.n);
        match wilson(hits, n) {
            None => Shown::Nothing,
            Some(_) if n < COUNTS_ONLY_BELOW => Shown::Counts { hits, n },
            Some(i) => Shown::Percent {
                hits,
                n,
                percent: to_f64(hits) / to_f64(n) * 100.0,
                interval: Interval {
                    low: i.low * 100.0,
                    high: i.high * 100.0,
                },
                weak: n < GREYED_BELOW,
            },
        }
    }
}

impl std::fmt::Display for Rate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.shown() {
            Shown::Nothing => f.pad("none decided"),
            Shown::Counts { hits, n } => f.pad(&format!("{hits} of {n}")),
            Shown::Percent {
                hits,
                n,
                percent,
                interval,
                weak,
            } => f.pad(&format!(
                "{percent:.1} % ({hits} of {n}; 95 % interval {:.1} to {:.1} %{})",
                interval.low,
                interval.high,
                if weak { "; few cases" } else { "" }
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wilson_matches_the_reference_values() {
        let cases = [
            (3, 5, 23.1, 88.2),
            (5, 5, 56.6, 100.0),
            (0, 5, 0.0, 43.4),
            (7, 10, 39.7, 89.2),
            (14, 20, 48.1, 85.5),
            (21, 30, 52.1, 83.3),
            (35, 50, 56.2, 80.9),
            (70, 100, 60.4, 78.1),
            (140, 200, 63.3, 75.9),
            (350, 500, 65.8, 73.9),
            (45, 50, 78.6, 95.7),
            (180, 200, 85.1, 93.4),
        ];
        for (hits, n, low, high) in cases {
            let interval = wilson(hits, n).unwrap();
            assert!(
                (interval.low * 100.0 - low).abs() < 0.05,
                "{hits}/{n} low {}",
                interval.low
            );
            assert!(
                (interval.high * 100.0 - high).abs() < 0.05,
                "{hits}/{n} high {}",
                interval.high
            );
        }
        assert_eq!(wilson(0, 0), None);
    }

    #[test]
    fn small_samples_show_counts_only() {
        assert_eq!(Rate::new(0, 0).to_string(), "none decided");
        assert_eq!(Rate::new(7, 9).to_string(), "7 of 9");
        assert_eq!(
            Rate::new(7, 10).to_string(),
            "70.0 % (7 of 10; 95 % interval 39.7 to 89.2 %; few cases)"
        );
        assert_eq!(
            Rate::new(21, 30).to_string(),
            "70.0 % (21 of 30; 95 % interval 52.1 to 83.3 %)"
        );
    }
}
