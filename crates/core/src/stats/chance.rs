//! The chance to win, drawn from few cases without pretending to know it: a beta posterior with its interval.
//!
//! Five sources, each shrunk towards the next: the client's own decided contests that went out with evidence as complete as
//! this case's, its other ones, the same two of all other clients together (the portfolio), and a weak prior that depends on
//! how complete the evidence is. Shares leave this module as parts per million, so that nobody reckons money in floats.

use super::Interval;
use super::rate::to_f64;

/// How many cases the prior counts for. Few: it speaks only where nothing else does.
const PRIOR_CASES: f64 = 4.0;
/// What is further away than the client's own contests of this kind counts for so many cases at most: they must be able to
/// say otherwise.
pub(super) const WIDER_CASES: f64 = 20.0;
/// The prior's chance without any evidence, and what complete evidence adds. Ours; no public rate is trustworthy.
const PRIOR_EMPTY: f64 = 0.15;
const PRIOR_COMPLETE: f64 = 0.45;
/// The outer 2.5 % on each side are cut off.
const TAIL: f64 = 0.025;

/// Contests that were decided.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Decided {
    /// Of those won.
    pub won: u64,
    /// How many.
    pub n: u64,
}

/// Similar contests, and those of them that went out with evidence as complete as the case's.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct History {
    /// All that were decided.
    pub all: Decided,
    /// Of those, the ones with the same band of evidence. Where the band was not recorded, a contest is not among them.
    pub alike: Decided,
}

impl History {
    /// The ones with less or more evidence, or with nobody knows how much.
    const fn others(self) -> Decided {
        Decided {
            won: self.all.won.saturating_sub(self.alike.won),
            n: self.all.n.saturating_sub(self.alike.n),
        }
    }
}

/// A chance with its 95 % interval, in parts per million; `low <= point <= high`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Chance {
    /// Lower end.
    pub low: u32,
    /// The posterior's mean.
    pub point: u32,
    /// Upper end.
    pub high: u32,
}

/// The chance to win a contest. `portfolio` is what all other clients had, where it may be used at all; `completeness` is
/// the evidence's, in percent: with the same history, more of it never lowers any of the three figures.
pub fn chance(own: History, portfolio: Option<History>, completeness: u8) -> Chance {
    let mut mean = PRIOR_EMPTY + PRIOR_COMPLETE * f64::from(completeness.min(100)) / 100.0;
    let mut weight = PRIOR_CASES;
    let wider = portfolio.map(|all| [all.others(), all.alike]);
    for seen in wider.into_iter().flatten().chain([own.others()]) {
        let (won, n) = (to_f64(seen.won.min(seen.n)), to_f64(seen.n));
        mean = (won + weight * mean) / (n + weight);
        weight = (n + weight).min(WIDER_CASES);
    }
    let (won, n) = (to_f64(own.alike.won.min(own.alike.n)), to_f64(own.alike.n));
    let (a, b) = (weight * mean + won, weight * (1.0 - mean) + n - won);
    let (point, within) = (ppm(a / (a + b)), around(a, b));
    Chance {
        low: ppm(within.low).min(point),
        point,
        high: ppm(within.high).max(point),
    }
}

/// The middle 95 % of the beta distribution, as shares of one.
pub(super) fn around(a: f64, b: f64) -> Interval {
    Interval {
        low: quantile(a, b, TAIL),
        high: quantile(a, b, 1.0 - TAIL),
    }
}

fn ppm(share: f64) -> u32 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to 0 to 1,000,000"
    )]
    let parts = (share.clamp(0.0, 1.0) * 1e6).round() as u32;
    parts
}

/// The value below which a share `p` of the beta distribution lies, by bisection: 60 halvings leave less than 1e-15.
fn quantile(a: f64, b: f64, p: f64) -> f64 {
    let (mut low, mut high) = (0.0_f64, 1.0_f64);
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        if below(a, b, middle) < p {
            low = middle;
        } else {
            high = middle;
        }
    }
    f64::midpoint(low, high)
}

/// The regularised incomplete beta function: the share of the distribution below `x`.
fn below(a: f64, b: f64, x: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if x >= 1.0 {
        return 1.0;
    }
    let front = (ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b) + a * x.ln() + b * (1.0 - x).ln()).exp();
    // The fraction converges fast on its own side of the mean only.
    if x < (a + 1.0) / (a + b + 2.0) {
        front * fraction(a, b, x) / a
    } else {
        1.0 - front * fraction(b, a, 1.0 - x) / b
    }
}

/// Its continued fraction, by Lentz's method.
fn fraction(a: f64, b: f64, x: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let away = |value: f64| if value.abs() < TINY { TINY } else { value };
    let mut c = 1.0_f64;
    let mut d = 1.0 / away(1.0 - (a + b) * x / (a + 1.0));
    let mut result = d;
    for step in 1..10_000_u32 {
        let m = f64::from(step);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / away(1.0 + even * d);
        c = away(1.0 + even / c);
        result *= d * c;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / away(1.0 + odd * d);
        c = away(1.0 + odd / c);
        result *= d * c;
        if (d * c - 1.0).abs() < 1e-14 {
            break;
        }
    }
    result
}

/// The logarithm of the gamma function for `x > 0`: Stirling's series, after stepping up to where it is exact to 1e-14.
fn ln_gamma(x: f64) -> f64 {
    let (mut x, mut product) = (x, 1.0_f64);
    while x < 15.0 {
        product *= x;
        x += 1.0;
    }
    let square = x * x;
    let series =
        (1.0 / 12.0 - (1.0 / 360.0 - (1.0 / 1260.0 - 1.0 / (1680.0 * square)) / square) / square) / x;
    (x - 0.5) * x.ln() - x + 0.5 * std::f64::consts::TAU.ln() + series - product.ln()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn quantiles_match_closed_forms() {
        // Beta(a, 1): p^(1/a). Beta(1, b): 1 - (1 - p)^(1/b). Beta(1/2, 1/2): sin²(πp/2).
        for p in [0.025, 0.5, 0.975] {
            for n in [1.0, 2.0, 7.0, 40.0, 500.0] {
                assert!((quantile(n, 1.0, p) - p.powf(1.0 / n)).abs() < 1e-9, "{n} {p}");
                let other = 1.0 - (1.0 - p).powf(1.0 / n);
                assert!((quantile(1.0, n, p) - other).abs() < 1e-9, "{n} {p}");
            }
            let arcsine = (std::f64::consts::FRAC_PI_2 * p).sin().powi(2);
            assert!((quantile(0.5, 0.5, p) - arcsine).abs() < 1e-9, "{p}");
        }
    }

    /// For whole parameters the share below `x` is a binomial tail, summed here term by term.
    #[test]
    fn shares_match_the_binomial_sum() {
        for (a, b) in [(2_u32, 3_u32), (8, 4), (15, 18), (60, 140)] {
            let n = a + b - 1;
            for x in [0.05_f64, 0.3, 0.45, 0.62, 0.9] {
                let mut term = (1.0 - x).powi(n.cast_signed());
                let mut sum = 0.0;
                for k in 0..=n {
                    if k >= a {
                        sum += term;
                    }
                    term *= f64::from(n - k) / f64::from(k + 1) * x / (1.0 - x);
                }
                let found = below(f64::from(a), f64::from(b), x);
                assert!((found - sum).abs() < 1e-9, "{a} {b} {x}: {found} {sum}");
            }
        }
    }

    #[test]
    fn a_clients_history_outweighs_the_portfolio_and_that_the_prior() {
        let alike = |won, n| {
            let all = Decided { won, n };
            History { all, alike: all }
        };
        let alone = chance(History::default(), None, 100);
        assert_eq!(alone.point, 600_000);
        assert!(alone.high - alone.low > 700_000, "nothing is known: {alone:?}");
        let portfolio = Some(alike(20, 100));
        let by_others = chance(History::default(), portfolio, 100);
        assert!((210_000..230_000).contains(&by_others.point), "{by_others:?}");
        let own = chance(alike(90, 100), portfolio, 100);
        assert!((770_000..800_000).contains(&own.point), "{own:?}");
        assert!(own.high - own.low < 200_000, "{own:?}");
    }

    /// Of 200 contests, bare words won 10 of 100 and complete packets 80 of 100: each case has its own.
    #[test]
    fn contests_with_evidence_as_complete_outweigh_all_others() {
        let all = Decided { won: 90, n: 200 };
        let with = |won, n| {
            let alike = Decided { won, n };
            chance(History { all, alike }, None, 50).point
        };
        let (bare, complete, unknown) = (with(10, 100), with(80, 100), with(0, 0));
        assert!((200_000..250_000).contains(&bare), "{bare}");
        assert!((670_000..720_000).contains(&complete), "{complete}");
        assert!((440_000..460_000).contains(&unknown), "{unknown}");
    }

    proptest! {
        #[test]
        fn the_interval_holds_the_point_and_grows_with_evidence(
            won in 0_u64..400, lost in 0_u64..400, like in 0_u64..400, all in 0_u64..2_000, of in 0_u64..2_000, lower in 0_u8..=100,
            higher in 0_u8..=100,
        ) {
            let history = |won: u64, n: u64| History {
                all: Decided { won: won.min(n), n },
                alike: Decided { won: won.min(n).min(like), n: n.min(like) },
            };
            let (own, portfolio) = (history(won, won + lost), (of > 10).then(|| history(all, of)));
            let (less, more) = (chance(own, portfolio, lower.min(higher)), chance(own, portfolio, lower.max(higher)));
            for c in [less, more] {
                prop_assert!(c.low <= c.point && c.point <= c.high && c.high <= 1_000_000);
            }
            prop_assert!(less.low <= more.low && less.point <= more.point && less.high <= more.high);
        }
    }
}
