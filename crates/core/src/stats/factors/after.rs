//! What came after the opening: how complete the evidence was, and what the platform gave as its reason. Counts alone.

use std::collections::BTreeMap;

use super::{FactorTally, plain};
use crate::factor::{AFTER_OPENING, Subject};
use crate::stats::Rate;

/// What these tables are, printed with them.
pub const DEFINITION: &str = "What came after the opening explains nothing and ranks nothing: it is shown as counts, and is in no comparison and no model. \
Evidence is judged as it was when it was sent; of several reasons for a decision the newest counts.";

/// A table of what came after the opening.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AfterTable {
    /// What it is of.
    pub subject: Subject,
    /// Its levels, by decided cases; each case has one.
    pub levels: Vec<AfterLevel>,
}

/// One level of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AfterLevel {
    /// Its name.
    pub name: String,
    /// Won of decided.
    pub rate: Rate,
}

/// The tables of which any decided case tells.
pub(super) fn tables(tallies: &[FactorTally]) -> Vec<AfterTable> {
    let mut found: BTreeMap<&Subject, BTreeMap<&str, Rate>> = BTreeMap::new();
    for tally in tallies {
        let told = tally.factor.as_ref();
        let rate = plain(tally).rate();
        if let Some((subject, level)) = told.filter(|(subject, _)| subject.after_opening().is_some())
            && rate.n() > 0
        {
            let sum = found.entry(subject).or_default().entry(level).or_default();
            *sum = *sum + rate;
        }
    }
    let table = |kind| {
        let subject = Subject::Kind(kind);
        let levels = found.remove(&subject)?.into_iter();
        let mut levels: Vec<AfterLevel> = levels
            .map(|(name, rate)| AfterLevel {
                name: name.to_owned(),
                rate,
            })
            .collect();
        // Equals stay by their names.
        levels.sort_by_key(|level| std::cmp::Reverse(level.rate.n()));
        Some(AfterTable { subject, levels })
    };
    AFTER_OPENING.into_iter().filter_map(table).collect()
}
