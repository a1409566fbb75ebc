//! Fisher's exact test, over strata (`domain.md` E3.5).

use super::Stratum;
use super::rate::to_f64;

/// Shares below this part of the largest are left out, which errs by less than any p that is shown.
const NEGLIGIBLE: f64 = 1e-20;

/// The two-sided p of the exact test given the margins of each stratum. With one stratum it is Fisher's test: all tables that
/// are no likelier than the one that was seen.
pub(super) fn exact(strata: &[Stratum]) -> f64 {
    let mut first = 0;
    let mut shares = vec![1.0];
    let mut seen = 0;
    for stratum in strata.iter().filter(|s| s.comparable()) {
        let (from, next) = hypergeometric(stratum);
        seen += stratum.level.hits();
        first += from;
        shares = convolved(&shares, &next);
    }
    let at = seen.checked_sub(first).and_then(|at| usize::try_from(at).ok());
    let Some(observed) = at.and_then(|at| shares.get(at)) else {
        return 0.0;
    };
    // Equal ones differ by rounding.
    let limit = observed * (1.0 + 1e-7);
    let unlikely = shares.iter().filter(|share| **share <= limit);
    unlikely.sum::<f64>().min(1.0)
}

fn convolved(a: &[f64], b: &[f64]) -> Vec<f64> {
    let mut sum = vec![0.0; a.len() + b.len() - 1];
    for (i, x) in a.iter().enumerate() {
        for (j, y) in b.iter().enumerate() {
            sum[i + j] += x * y;
        }
    }
    sum
}

/// The level's wins given the margins: the first possible number, and the share of each from there on.
fn hypergeometric(stratum: &Stratum) -> (u64, Vec<f64>) {
    let (level, reference) = (stratum.level.n(), stratum.reference.n());
    let won = stratum.level.hits() + stratum.reference.hits();
    let (low, high) = (won.saturating_sub(reference), level.min(won));
    // How many times likelier k + 1 is than k.
    let step =
        |k: u64| to_f64(level - k) * to_f64(won - k) / (to_f64(k + 1) * to_f64(reference + k + 1 - won));
    // From the likeliest on both ways, so that nothing overflows and what vanishes may.
    let mode =
        u64::try_from((u128::from(level) + 1) * (u128::from(won) + 1) / (u128::from(level + reference) + 2))
            .unwrap_or(high)
            .clamp(low, high);
    let mut down = Vec::new();
    let (mut k, mut share) = (mode, 1.0);
    while k > low && share > NEGLIGIBLE {
        k -= 1;
        share /= step(k);
        down.push(share);
    }
    let first = k;
    let mut shares: Vec<f64> = down.into_iter().rev().collect();
    shares.push(1.0);
    let (mut k, mut share) = (mode, 1.0);
    while k < high && share > NEGLIGIBLE {
        share *= step(k);
        k += 1;
        shares.push(share);
    }
    let total: f64 = shares.iter().sum();
    for share in &mut shares {
        *share /= total;
    }
    (first, shares)
}
