//! Decided cases by the levels that the report's model weighs at once.

use std::collections::HashMap;

use chrono::NaiveDate;
use docket_core::factor::FactorKind;
use docket_core::factor::catalogue::CATALOGUE;
use docket_core::factor::levels::{BETWEEN, recorded};
use docket_core::money::Money;
use docket_core::stats::{Pattern, Rate, held_out_from};

use super::{answers, damaged};
use crate::report_read::{Days, day_text};
use crate::{AmountBand, Result};

/// Won and decided cases by platform, reason, amount, settings and levels, those of before and those that are held out. Grows with what cases
/// have together, not with cases.
pub(super) struct Patterns {
    counts: HashMap<String, [(u64, u64); 2]>,
    /// The first day that is held out.
    cut: String,
    /// The place of the settings score among the levels.
    settings: usize,
    key: String,
}

/// The levels of the factors that were named before, which come first, without that of the last one: no row holds it.
fn named(levels: &str) -> &str {
    let end = levels
        .match_indices(BETWEEN)
        .nth(answers::place().saturating_sub(1));
    end.map_or(levels, |(at, _)| &levels[..at])
}

impl Patterns {
    pub(super) fn of(days: Days) -> Self {
        Self {
            counts: HashMap::new(),
            cut: day_text(cut(days)),
            settings: CATALOGUE
                .iter()
                .position(|entry| entry.kind == FactorKind::SettingsScore)
                .unwrap_or(usize::MAX),
            key: String::new(),
        }
    }

    /// Counts a case: `strata` are its platform and reason, and the rate says whether it is decided and won. `answered` is how
    /// fast its client answered.
    pub(super) fn add(
        &mut self,
        (strata, amount, rate): (&str, Money, Rate),
        day: &str,
        (levels, answered): (&str, Option<&str>),
    ) {
        if rate.n() == 0 {
            return;
        }
        self.key.clear();
        self.key.push_str(strata);
        self.key.push('\t');
        // Amounts of two currencies are not the same amounts.
        self.key.push_str(amount.currency.code());
        self.key.push(' ');
        self.key.push_str(AmountBand::of(amount).name);
        self.key.push('\t');
        let score = recorded(levels).find(|(place, _)| *place == self.settings);
        self.key.push_str(score.map_or("", |(_, level)| level));
        self.key.push('\t');
        self.key.push_str(answered.unwrap_or_default());
        self.key.push('\t');
        self.key.push_str(named(levels));
        let counts = match self.counts.get_mut(&self.key) {
            Some(counts) => counts,
            None => self.counts.entry(self.key.clone()).or_default(),
        };
        let side = &mut counts[usize::from(day >= self.cut.as_str())];
        side.0 += rate.hits();
        side.1 += rate.n();
    }

    /// All of them, in an order of their own.
    pub(super) fn read(self) -> Result<Vec<Pattern>> {
        let mut all: Vec<(String, [(u64, u64); 2])> = self.counts.into_iter().collect();
        // The same cases give the same figures to the last bit, whatever order a map has.
        all.sort_unstable();
        let mut patterns = Vec::new();
        for (key, sides) in all {
            let mut cells = key.splitn(6, '\t');
            let mut next = || cells.next().ok_or_else(|| damaged("a column is missing"));
            let (platform, reason, amount, settings) = (next()?, next()?, next()?, next()?);
            let (answered, levels) = (next()?, next()?);
            let mut levels: Vec<String> = levels.split(BETWEEN).map(str::to_owned).collect();
            levels.resize(answers::place(), String::new());
            levels.push(answered.to_owned());
            for (newest, (won, n)) in [false, true].into_iter().zip(sides).filter(|(_, (_, n))| *n > 0) {
                patterns.push(Pattern {
                    newest,
                    platform: platform.parse().map_err(damaged)?,
                    reason: reason.parse().map_err(damaged)?,
                    amount: amount.to_owned(),
                    settings: settings.to_owned(),
                    levels: levels.clone(),
                    rate: Rate::new(won, n),
                });
            }
        }
        Ok(patterns)
    }
}

/// The first day that is held out.
pub(super) fn cut(days: Days) -> NaiveDate {
    held_out_from(days.from, days.to)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_factors_that_were_named_before_count() {
        assert_eq!(named("late||up_to_24h"), "late||up_to_24h");
        assert_eq!(named("a|b|c|d|e|f|g|h|i|j"), "a|b|c|d|e|f|g");
        assert_eq!(answers::place(), 7, "the last of the eight");
        assert_eq!(named(""), "");
    }

    fn euros(whole: i64) -> Money {
        Money::new(whole * 100, "EUR".parse().unwrap())
    }

    #[test]
    fn amounts_and_settings_make_patterns_of_their_own() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let mut patterns = Patterns::of(Days::opened(day("2025-11-01"), day("2026-11-01")));
        let mut levels = vec![""; patterns.settings + 1];
        levels[patterns.settings] = "80_to_99";
        let scored = levels.join(&BETWEEN.to_string());
        for (amount, levels) in [(10, ""), (10, scored.as_str()), (5_000, scored.as_str())] {
            patterns.add(
                ("klarna\tunauthorised", euros(amount), Rate::new(1, 1)),
                "2026-01-01",
                (levels, None),
            );
        }
        let read = patterns.read().unwrap();
        let found: Vec<(&str, &str)> = read
            .iter()
            .map(|p| (p.amount.as_str(), p.settings.as_str()))
            .collect();
        assert_eq!(
            found,
            [
                ("EUR 1_below_50", ""),
                ("EUR 1_below_50", "80_to_99"),
                ("EUR 4_1000_and_more", "80_to_99")
            ]
        );
    }

    #[test]
    fn cases_that_look_the_same_are_one_pattern_on_each_side_of_the_cut() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let mut patterns = Patterns::of(Days::opened(day("2025-11-01"), day("2026-11-01")));
        for (opened, won) in [
            ("2026-07-31", 1),
            ("2026-08-01", 0),
            ("2026-10-31", 1),
            ("2026-01-01", 0),
        ] {
            patterns.add(
                ("paypal\tnot_received", euros(60), Rate::new(won, 1)),
                opened,
                ("late|true", Some("over_72h")),
            );
        }
        patterns.add(
            ("paypal\tnot_received", euros(60), Rate::default()),
            "2026-01-01",
            ("late|true", None),
        );
        let read = patterns.read().unwrap();
        let levels = ["late", "true", "", "", "", "", "", "over_72h"];
        assert!(read.iter().all(|pattern| pattern.levels == levels));
        assert!(
            read.iter()
                .all(|pattern| pattern.amount == "EUR 2_50_to_200" && pattern.settings.is_empty())
        );
        let found: Vec<(bool, u64, u64)> = read
            .iter()
            .map(|p| (p.newest, p.rate.hits(), p.rate.n()))
            .collect();
        assert_eq!(found, [(false, 1, 2), (true, 1, 2)]);
    }
}
