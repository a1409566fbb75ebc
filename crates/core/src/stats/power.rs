//! How many cases a comparison needs (`domain.md` E3.5).

use super::rate::{COUNTS_ONLY_BELOW, Rate, Z, to_f64};

/// 80 % quantile of the normal distribution: the chance of seeing a difference that is there.
const POWER: f64 = 0.841_621_233_572_914_3;
/// The difference that is worth seeing. A fixed one: to take the difference that was found would be circular.
const WORTH_SEEING: f64 = 0.2;

/// Cases in each of two groups that tell the rates `a` and `b` apart at 5 % with 80 % power; none where they are equal.
pub(super) fn per_group(a: f64, b: f64) -> Option<f64> {
    let difference = (a - b).abs();
    if difference <= 0.0 || !difference.is_finite() {
        return None;
    }
    let mean = f64::midpoint(a, b);
    let none = (2.0 * mean * (1.0 - mean)).sqrt();
    let some = (a * (1.0 - a) + b * (1.0 - b)).sqrt();
    Some(((Z * none + POWER * some) / difference).powi(2))
}

/// Cases needed in each group to see 20 points against the reference's rate, downward from a rate above one half and upward
/// from one below; from one half where the reference has no rate yet.
pub fn needed_per_group(reference: Rate) -> u64 {
    let rate = match reference.share() {
        Some((share, _)) if reference.n() >= COUNTS_ONLY_BELOW => share,
        Some(_) | None => 0.5,
    };
    let other = if rate >= 0.5 {
        rate - WORTH_SEEING
    } else {
        rate + WORTH_SEEING
    };
    // Between 40 and 100 for every rate.
    let cases = per_group(rate, other).unwrap_or(0.0).ceil();
    (COUNTS_ONLY_BELOW..=1_000)
        .find(|n| to_f64(*n) >= cases)
        .unwrap_or(1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn needs_follow_the_reference() {
        assert_eq!(needed_per_group(Rate::new(70, 100)), 93);
        assert_eq!(needed_per_group(Rate::new(30, 100)), 93, "the mirror image");
        assert_eq!(needed_per_group(Rate::new(0, 0)), 93);
        for hits in 0..=100 {
            let needed = needed_per_group(Rate::new(hits, 100));
            assert!((30..=100).contains(&needed), "{hits}: {needed}");
        }
        assert_eq!(per_group(0.5, 0.5), None);
    }
}
