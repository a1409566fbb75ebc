//! Tallies added up by factor, level and stratum. Grows with levels and strata, not with cases.

use std::collections::BTreeMap;

use super::{FactorTally, plain};
use crate::factor::Subject;
use crate::money::Currency;
use crate::stats::Rate;
use crate::words::{Platform, Reason};

/// Decided cases of one level in one stratum.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Cell {
    /// Won of decided.
    pub rate: Rate,
    /// Disputed amounts of those that were not won, in minor units.
    pub lost: BTreeMap<Currency, i64>,
    /// Those of all of them.
    pub decided: BTreeMap<Currency, i64>,
}

pub(super) type Strata = BTreeMap<(Platform, Reason), Cell>;

#[derive(Debug, Default)]
pub(super) struct Book {
    whole: Strata,
    levels: BTreeMap<Subject, BTreeMap<String, Strata>>,
}

impl Cell {
    fn add(&mut self, rate: Rate, currency: Currency, amount: i64) {
        self.rate = self.rate + rate;
        *self.decided.entry(currency).or_default() += amount;
        if rate.hits() == 0 {
            *self.lost.entry(currency).or_default() += amount;
        }
    }

    pub(super) fn plus(mut self, other: &Self) -> Self {
        self.rate = self.rate + other.rate;
        for (currency, amount) in &other.lost {
            *self.lost.entry(*currency).or_default() += amount;
        }
        for (currency, amount) in &other.decided {
            *self.decided.entry(*currency).or_default() += amount;
        }
        self
    }

    fn minus(&mut self, other: &Self) {
        let hits = self.rate.hits().saturating_sub(other.rate.hits());
        self.rate = Rate::new(hits, self.rate.n().saturating_sub(other.rate.n()));
        for (currency, amount) in &other.lost {
            *self.lost.entry(*currency).or_default() -= amount;
        }
        self.lost.retain(|_, amount| *amount != 0);
        for (currency, amount) in &other.decided {
            *self.decided.entry(*currency).or_default() -= amount;
        }
        self.decided.retain(|_, amount| *amount != 0);
    }
}

/// All strata together.
pub(super) fn sum(strata: &Strata) -> Cell {
    strata.values().fold(Cell::default(), Cell::plus)
}

impl Book {
    pub fn of(tallies: &[FactorTally]) -> Self {
        let mut book = Self::default();
        for tally in tallies {
            let rate = plain(tally).rate();
            let of = tally.factor.as_ref();
            // What came after the opening is compared with nothing.
            let after = of.is_some_and(|(subject, _)| subject.after_opening().is_some());
            if rate.n() == 0 || after {
                continue;
            }
            let strata = match &tally.factor {
                None => &mut book.whole,
                Some((subject, level)) => {
                    let levels = book.levels.entry(subject.clone()).or_default();
                    levels.entry(level.clone()).or_default()
                }
            };
            let cell = strata.entry((tally.platform, tally.reason)).or_default();
            cell.add(rate, tally.currency, tally.amount);
        }
        book
    }

    pub fn levels(&self, subject: &Subject) -> Option<&BTreeMap<String, Strata>> {
        self.levels.get(subject)
    }

    /// Of what anything is recorded.
    pub fn subjects(&self) -> impl Iterator<Item = &Subject> {
        self.levels.keys()
    }

    /// What is left of all cases that can have it.
    pub fn not_recorded(&self, subject: &Subject, levels: &BTreeMap<String, Strata>) -> Strata {
        let mut rest = self.whole.clone();
        rest.retain(|(platform, _), _| subject.is_of(*platform));
        for (key, cell) in levels.values().flatten() {
            if let Some(left) = rest.get_mut(key) {
                left.minus(cell);
            }
        }
        rest
    }
}
