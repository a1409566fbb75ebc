//! Decided cases by month and the levels that the report's model weighs at once.

use std::collections::HashMap;

use docket_core::factor::catalogue::CATALOGUE;
use docket_core::factor::levels::BETWEEN;
use docket_core::stats::{Pattern, Rate};
use docket_core::words::{Platform, Reason};

/// Won and decided cases by month and levels, for each kind of case.
#[derive(Default)]
pub(super) struct Patterns {
    by_kind: Vec<HashMap<String, (u64, u64)>>,
    key: String,
}

/// The levels of the factors that were named before, which come first.
fn named(levels: &str) -> &str {
    let count = CATALOGUE.iter().filter(|entry| entry.pre_named).count();
    let end = levels.match_indices(BETWEEN).nth(count.saturating_sub(1));
    end.map_or(levels, |(at, _)| &levels[..at])
}

impl Patterns {
    /// Counts a case of a kind, whose rate says whether it is decided and won.
    pub(super) fn add(&mut self, (kind, rate): (usize, Rate), month: &str, levels: &str) {
        if rate.n() == 0 {
            return;
        }
        if self.by_kind.len() <= kind {
            self.by_kind.resize_with(kind + 1, HashMap::new);
        }
        self.key.clear();
        self.key.push_str(month);
        self.key.push(BETWEEN);
        self.key.push_str(named(levels));
        let counts = match self.by_kind[kind].get_mut(&self.key) {
            Some(counts) => counts,
            None => self.by_kind[kind].entry(self.key.clone()).or_default(),
        };
        counts.0 += rate.hits();
        counts.1 += rate.n();
    }

    /// All of them, in an order of their own; `strata` tells what a kind's cases have in common.
    pub(super) fn read(&self, strata: impl Fn(usize) -> (Platform, Reason)) -> Vec<Pattern> {
        let mut all = Vec::new();
        for (kind, patterns) in self.by_kind.iter().enumerate() {
            let (platform, reason) = strata(kind);
            for (key, (won, n)) in patterns {
                let mut parts = key.split(BETWEEN).map(str::to_owned);
                all.push(Pattern {
                    month: parts.next().unwrap_or_default(),
                    platform,
                    reason,
                    levels: parts.collect(),
                    rate: Rate::new(*won, *n),
                });
            }
        }
        // The same cases give the same figures to the last bit, whatever order a map has.
        all.sort_by(|a, b| {
            (&a.month, a.platform, a.reason, &a.levels).cmp(&(&b.month, b.platform, b.reason, &b.levels))
        });
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_factors_that_were_named_before_count() {
        assert_eq!(named("late||up_to_24h"), "late||up_to_24h");
        assert_eq!(named("a|b|c|d|e|f|g|h|i|j"), "a|b|c|d|e|f|g|h");
        assert_eq!(named(""), "");
    }
}
