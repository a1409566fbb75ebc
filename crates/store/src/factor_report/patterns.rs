//! Decided cases by all that the report's model weighs at once.

use std::collections::HashMap;

use chrono::NaiveDate;
use docket_core::factor::FactorKind;
use docket_core::factor::catalogue::CATALOGUE;
use docket_core::factor::levels::recorded;
use docket_core::money::{Currency, Money};
use docket_core::stats::{Patterns as Weighed, Rate, WEIGHED, held_out_from};

use super::answers;
use crate::AmountBand;
use crate::report_read::{Days, day_text};

/// Where platform, reason, amount and settings stand in a pattern; the factors follow.
const PLATFORM: usize = 0;
const REASON: usize = 1;
const AMOUNT: usize = 2;
const SETTINGS: usize = 3;
const FACTORS: usize = 4;

/// Won and decided cases by what they have in common, those of before and those that are held out. Grows with what cases have
/// together, not with cases, and by few bytes for each.
pub(super) struct Patterns {
    counts: HashMap<[u8; WEIGHED], [(u32, u32); 2]>,
    /// The levels' numbers.
    weighed: Weighed,
    /// Numbers of amounts: currency and band.
    amounts: Vec<(Currency, &'static str, u8)>,
    /// What is not recorded, at each place.
    nothing: [u8; WEIGHED],
    /// The first day that is held out.
    cut: String,
    /// The place of the settings score among the levels.
    settings: Option<usize>,
    /// That of the factor that no row holds: the last of those that were named before.
    last: usize,
}

impl Patterns {
    pub(super) fn of(days: Days) -> Self {
        let mut weighed = Weighed::default();
        let mut nothing = [0; WEIGHED];
        for (at, number) in nothing.iter_mut().enumerate().skip(SETTINGS) {
            *number = weighed.number(at, "");
        }
        Self {
            counts: HashMap::new(),
            weighed,
            amounts: Vec::new(),
            nothing,
            cut: day_text(cut(days)),
            settings: CATALOGUE
                .iter()
                .position(|entry| entry.kind == FactorKind::SettingsScore),
            last: answers::place(),
        }
    }

    /// Counts a case: `strata` are its platform and reason, and the rate says whether it is decided and won. `answered` is how
    /// fast its client answered.
    pub(super) fn add(
        &mut self,
        (strata, amount, rate): ((&str, &str), Money, Rate),
        day: &str,
        (levels, answered): (&str, Option<&str>),
    ) {
        if rate.n() == 0 {
            return;
        }
        let mut values = self.nothing;
        values[PLATFORM] = self.weighed.number(PLATFORM, strata.0);
        values[REASON] = self.weighed.number(REASON, strata.1);
        values[AMOUNT] = self.amount(amount);
        for (place, level) in recorded(levels) {
            let at = match place {
                place if place < self.last => FACTORS + place,
                place if Some(place) == self.settings => SETTINGS,
                _ => continue,
            };
            values[at] = self.weighed.number(at, level);
        }
        if let Some(level) = answered {
            let at = FACTORS + self.last;
            values[at] = self.weighed.number(at, level);
        }
        let side = &mut self.counts.entry(values).or_default()[usize::from(day >= self.cut.as_str())];
        side.0 += u32::try_from(rate.hits()).unwrap_or(u32::MAX);
        side.1 += u32::try_from(rate.n()).unwrap_or(u32::MAX);
    }

    /// Amounts of two currencies are not the same amounts.
    fn amount(&mut self, amount: Money) -> u8 {
        let (currency, band) = (amount.currency, AmountBand::of(amount).name);
        let known = self
            .amounts
            .iter()
            .find(|(of, name, _)| (*of, *name) == (currency, band));
        if let Some((.., number)) = known {
            return *number;
        }
        let number = self
            .weighed
            .number(AMOUNT, &format!("{} {band}", currency.code()));
        self.amounts.push((currency, band, number));
        number
    }

    /// All of them, in an order of their own.
    pub(super) fn read(self) -> Weighed {
        let mut all: Vec<_> = self.counts.into_iter().collect();
        // The same rows give the same figures to the last bit, whatever order a map has.
        all.sort_unstable();
        let mut weighed = self.weighed;
        for (values, sides) in all {
            for (newest, (won, n)) in [false, true].into_iter().zip(sides).filter(|(_, (_, n))| *n > 0) {
                weighed.push(newest, values, Rate::new(won.into(), n.into()));
            }
        }
        weighed
    }
}

/// The first day that is held out.
pub(super) fn cut(days: Days) -> NaiveDate {
    held_out_from(days.from, days.to)
}

#[cfg(test)]
mod tests {
    use docket_core::factor::levels::BETWEEN;
    use docket_core::stats::Pattern;
    use docket_core::words::{Platform, Reason};

    use super::*;

    fn days() -> Days {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        Days::opened(day("2025-11-01"), day("2026-11-01"))
    }

    fn euros(whole: i64) -> Money {
        Money::new(whole * 100, "EUR".parse().unwrap())
    }

    /// As it is expected, by name.
    fn pattern(newest: bool, amount: &str, levels: &[&str], rate: Rate) -> Pattern {
        Pattern {
            newest,
            platform: Platform::PAYPAL,
            reason: Reason::NotReceived,
            amount: amount.to_owned(),
            settings: String::new(),
            levels: levels.iter().map(|level| (*level).to_owned()).collect(),
            rate,
        }
    }

    /// Numbers go by the order in which levels were met, so that what is compared is what the model makes of them.
    fn same(found: &Weighed, expected: &[Pattern]) {
        assert_eq!(found.named(), Weighed::of(expected).named());
    }

    #[test]
    fn the_last_of_the_factors_that_were_named_before_stands_in_no_row() {
        assert_eq!(answers::place(), 7, "the last of the eight");
        assert_eq!(FACTORS + answers::place() + 1, WEIGHED);
    }

    #[test]
    fn cases_that_look_the_same_are_one_pattern_on_each_side_of_the_cut() {
        let mut patterns = Patterns::of(days());
        let strata = ("paypal", "not_received");
        for (opened, won) in [
            ("2026-07-31", 1),
            ("2026-08-01", 0),
            ("2026-10-31", 1),
            ("2026-01-01", 0),
        ] {
            patterns.add(
                (strata, euros(60), Rate::new(won, 1)),
                opened,
                ("late|true", Some("over_72h")),
            );
        }
        patterns.add(
            (strata, euros(60), Rate::default()),
            "2026-01-01",
            ("late|true", None),
        );
        let levels = ["late", "true", "", "", "", "", "", "over_72h"];
        let one = |newest, rate| pattern(newest, "EUR 2_50_to_200", &levels, rate);
        same(
            &patterns.read(),
            &[one(false, Rate::new(1, 2)), one(true, Rate::new(1, 2))],
        );
    }

    #[test]
    fn only_what_the_model_weighs_makes_patterns() {
        let mut patterns = Patterns::of(days());
        let mut levels = vec![""; CATALOGUE.len()];
        levels[patterns.settings.unwrap()] = "80_to_99";
        // Something further, which the model does not weigh.
        levels[answers::place() + 1] = "whatever";
        let scored = levels.join(&BETWEEN.to_string());
        for (amount, levels) in [
            (10, ""),
            (10, scored.as_str()),
            (5_000, scored.as_str()),
            (5_000, scored.as_str()),
        ] {
            patterns.add(
                (("paypal", "not_received"), euros(amount), Rate::new(1, 1)),
                "2026-01-01",
                (levels, None),
            );
        }
        let one = |amount: &str, settings: &str, n| Pattern {
            settings: settings.to_owned(),
            ..pattern(false, amount, &[], Rate::new(n, n))
        };
        same(
            &patterns.read(),
            &[
                one("EUR 1_below_50", "", 1),
                one("EUR 1_below_50", "80_to_99", 1),
                one("EUR 4_1000_and_more", "80_to_99", 2),
            ],
        );
    }
}
