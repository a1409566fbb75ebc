//! Mantel–Haenszel: one odds ratio over strata, and the test that there is none (`domain.md` E3.3).

use super::rate::{Interval, Z, to_f64};
use super::{Rate, Stratum};

/// An odds ratio with its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Odds {
    /// The ratio.
    pub ratio: f64,
    /// Its interval, after Robins, Breslow and Greenland.
    pub interval: Interval,
}

/// Won and not won of both groups, and all of them.
fn cells(stratum: &Stratum) -> (f64, f64, f64, f64, f64) {
    let of = |rate: Rate| (to_f64(rate.hits()), to_f64(rate.n() - rate.hits()));
    let ((a, b), (c, d)) = (of(stratum.level), of(stratum.reference));
    (a, b, c, d, a + b + c + d)
}

/// The pooled odds ratio. None where one group won or lost in every stratum that both have: then there is no finite ratio
/// with an interval, and the difference says what is to be said.
pub(super) fn odds_ratio(strata: &[Stratum]) -> Option<Odds> {
    let (mut r, mut s, mut pr, mut ps_qr, mut qs) = (0.0, 0.0, 0.0, 0.0, 0.0);
    for stratum in strata.iter().filter(|s| s.comparable()) {
        let (a, b, c, d, n) = cells(stratum);
        let (same, other) = ((a + d) / n, (b + c) / n);
        let (up, down) = (a * d / n, b * c / n);
        r += up;
        s += down;
        pr += same * up;
        ps_qr += same * down + other * up;
        qs += other * down;
    }
    if r <= 0.0 || s <= 0.0 {
        return None;
    }
    let variance = pr / (2.0 * r * r) + ps_qr / (2.0 * r * s) + qs / (2.0 * s * s);
    let (log, half) = ((r / s).ln(), Z * variance.sqrt());
    Some(Odds {
        ratio: r / s,
        interval: Interval {
            low: (log - half).exp(),
            high: (log + half).exp(),
        },
    })
}

/// The Cochran–Mantel–Haenszel test without correction, two-sided.
pub(super) fn test(strata: &[Stratum]) -> f64 {
    let (mut difference, mut variance) = (0.0, 0.0);
    for stratum in strata.iter().filter(|s| s.comparable()) {
        let (a, b, c, d, n) = cells(stratum);
        let (level, reference, won, lost) = (a + b, c + d, a + c, b + d);
        difference += a - level * won / n;
        variance += level * reference * won * lost / (n * n * (n - 1.0));
    }
    if variance <= 0.0 {
        return 1.0;
    }
    // A squared normal quantile: its tail on both sides.
    libm::erfc((difference * difference / variance / 2.0).sqrt())
}
