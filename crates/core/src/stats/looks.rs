//! Many looks at the same cases (`domain.md` E3.7).

/// Benjamini and Hochberg: each p as the share of false alarms that comes with calling it one, in the order given.
pub fn benjamini_hochberg(p: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|a, b| p[*a].total_cmp(&p[*b]));
    let mut adjusted = vec![1.0; p.len()];
    let mut least = 1.0_f64;
    let all = super::rate::to_f64(u64::try_from(p.len()).unwrap_or(u64::MAX));
    let mut rank = all;
    for index in order.into_iter().rev() {
        least = least.min(p[index] * all / rank);
        adjusted[index] = least;
        rank -= 1.0;
    }
    adjusted
}
