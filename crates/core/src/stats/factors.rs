//! The factor report: levels of what was known when a dispute opened, beside the result (`domain.md` E1 to E4).

mod after;
mod book;
mod fix;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

pub use self::after::{AfterLevel, AfterTable, DEFINITION as AFTER_DEFINITION};
use self::book::{Book, Cell, Strata};
pub use self::fix::{FirstThings, Fix};
use super::{Compared, Estimate, Group, Rate, Stratum, Tally, WinRate, benjamini_hochberg, compare};
use crate::factor::Subject;
use crate::factor::catalogue::{CATALOGUE, NOT_RECORDED, SEVERAL, UNKNOWN};
use crate::money::{Currency, Money};
use crate::words::{Outcome, Platform, Reason};

/// What the figures are, printed with every report.
pub const DEFINITION: &str = "A level's win rate counts the same decided cases as the win-rate report. A factor counts by the date of its fact, which is \
not after the opening, whenever anybody told it; what happened later explains nothing. An item of a settings checklist counts \
among the cases of its platform, as it stood when the day of the opening began (UTC). The complaint rate of goods is disputes \
that say not as described in units sold of the same goods, and stands beside the client's median over its goods that were \
complained of; the client's answer time is the median over the agency's questions to it, at least 3, one unanswered for 72 \
hours counting as longer than any. Both are of the 90 days before the day of the opening (UTC), so that neither the case \
itself nor a question about it is in them. Each level is compared with the factor's reference level inside strata of platform \
and reason: the difference is the weighted mean of the strata's differences (Mantel and Haenszel's weights, limits after \
Newcombe), the odds ratio is pooled after Mantel and Haenszel (interval after Robins, Breslow and Greenland), p is of \
Cochran, Mantel and Haenszel's test, or of Fisher's exact test over the strata where a cell is below 5. Intervals are of 95 \
%. Cases of strata that only one of the two levels has say nothing about the difference and are left out of it. \"unknown\" \
(the source does not know), \"several\" (sources name more than one) and \"not recorded\" are levels of their own. The levels \
of each factor named before the report was made are held together to a share of false alarms of 0.05, and all other factors \
together to the same, after Benjamini and Hochberg.";

/// The standing disclaimer, printed with every report.
pub const DISCLAIMER: &str = "Figures show what is associated with results, not what causes them: cases that differ in one factor differ in \
others too. Outcomes depend on the client's organisation, settings, product quality and delivery times, and on what the platform decides.";

/// What the amount in "what to fix first" is, printed with it.
pub const AMOUNT_DEFINITION: &str = "Associated amount = disputed amount of the level's decided cases (in strata that the reference \
level has, too) × adjusted difference to that level, with the difference's interval. It is no forecast of what a change brings. One case stands behind several factors: do not add the lines.";

/// Alarms are raised up to this p, or this share of false ones.
const LEVEL: f64 = 0.05;

/// Cases of one kind, as the database counts them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactorTally {
    /// The factor and its level as known at opening; the whole is none, and holds every case once.
    pub factor: Option<(Subject, String)>,
    /// Platform.
    pub platform: Platform,
    /// Canonical reason.
    pub reason: Reason,
    /// Currency of the amount.
    pub currency: Currency,
    /// Outcome; none while open.
    pub outcome: Option<Outcome>,
    /// Whether evidence was sent.
    pub contested: bool,
    /// How many.
    pub cases: u64,
    /// Their disputed amounts together, in minor units.
    pub amount: i64,
}

/// The report.
#[derive(Debug, Clone, PartialEq)]
pub struct FactorReport {
    /// All cases of the cohort, as the win-rate report counts them.
    pub total: Group,
    /// Each factor: those named before in the catalogue's order, then the others of which anything is recorded, and last the
    /// items of settings checklists.
    pub factors: Vec<FactorTable>,
    /// Factors of the catalogue that were not named before and of which no decided case has anything recorded.
    pub untold: Vec<Subject>,
    /// What to fix first.
    pub first: FirstThings,
    /// What came after the opening, as counts.
    pub after: Vec<AfterTable>,
}

/// One factor.
#[derive(Debug, Clone, PartialEq)]
pub struct FactorTable {
    /// Which one.
    pub subject: Subject,
    /// The level that the others are compared with, where it has decided cases.
    pub reference: Option<String>,
    /// Its levels: the reference, then by decided cases, and last those that say that something is not known.
    pub levels: Vec<Level>,
}

/// One level of a factor.
#[derive(Debug, Clone, PartialEq)]
pub struct Level {
    /// Its name.
    pub name: String,
    /// Won of decided.
    pub rate: Rate,
    /// Disputed amounts of the decided cases that were not won, per currency.
    pub lost: Vec<Money>,
    /// Disputed amounts of the decided cases in strata that the reference has, too, per currency.
    pub compared: Vec<Money>,
    /// Each stratum beside the reference.
    pub strata: Vec<((Platform, Reason), Stratum)>,
    /// Beside the reference over all strata.
    pub beside: Beside,
}

/// A level beside the reference level.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Beside {
    /// It is the reference.
    Reference,
    /// The factor has no reference with decided cases.
    NoReference,
    /// It says only that something is not there, which is no level to compare.
    NotCompared,
    /// Too few cases in common strata.
    TooFew {
        /// Cases in common strata, of the level and of the reference.
        has: (u64, u64),
        /// Cases that each group needs.
        needed: u64,
    },
    /// Compared.
    Compared {
        /// The comparison.
        found: Estimate,
        /// p after Benjamini and Hochberg: over the levels of a factor that was named before, or over all factors that were not.
        adjusted_p: Option<f64>,
        /// Not to be explained by chance at the level that the report states.
        stands_out: bool,
    },
}

impl FactorReport {
    /// Adds up the tallies.
    pub fn of(tallies: &[FactorTally]) -> Self {
        let whole: Vec<Tally> = tallies.iter().filter(|t| t.factor.is_none()).map(plain).collect();
        let book = Book::of(tallies);
        let mut factors: Vec<FactorTable> = subjects(&book)
            .filter_map(|subject| table(subject, &book))
            .collect();
        let told = |subject: &Subject| factors.iter().any(|table| table.subject == *subject);
        let catalogue = CATALOGUE.iter().map(|entry| Subject::from(entry.kind));
        let untold = catalogue.filter(|subject| !told(subject)).collect();
        adjust(&mut factors);
        let first = FirstThings::of(&factors);
        Self {
            total: WinRate::of(&whole).total,
            factors,
            untold,
            first,
            after: after::tables(tallies),
        }
    }
}

impl FactorReport {
    /// Whether any item of a settings checklist is recorded of a decided case.
    pub fn settings_told(&self) -> bool {
        self.factors.iter().any(|table| table.subject.entry().is_none())
    }
}

fn plain(tally: &FactorTally) -> Tally {
    Tally {
        key: String::new(),
        outcome: tally.outcome,
        contested: tally.contested,
        cases: tally.cases,
    }
}

/// Says that something is not known, instead of what it is.
fn ordinary(name: &str) -> bool {
    ![UNKNOWN, SEVERAL, NOT_RECORDED].contains(&name)
}

/// The catalogue, then the items of settings checklists of which anything is recorded.
fn subjects(book: &Book) -> impl Iterator<Item = Subject> {
    let items = book
        .subjects()
        .filter(|subject| subject.entry().is_none())
        .cloned();
    CATALOGUE.iter().map(|entry| entry.kind.into()).chain(items)
}

fn table(subject: Subject, book: &Book) -> Option<FactorTable> {
    let levels = book.levels(&subject);
    if levels.is_none() && !subject.pre_named() {
        return None;
    }
    let none = BTreeMap::new();
    let recorded = levels.unwrap_or(&none);
    let reference = reference(&subject, recorded);
    let base = reference.as_ref().and_then(|name| recorded.get(name));
    let mut all: Vec<(&str, Strata)> = recorded
        .iter()
        .map(|(name, s)| (name.as_str(), s.clone()))
        .collect();
    all.push((NOT_RECORDED, book.not_recorded(&subject, recorded)));
    let mut levels: Vec<Level> = all
        .into_iter()
        .map(|(name, strata)| level(name, &strata, reference.as_deref(), base))
        .filter(|level| level.rate.n() > 0)
        .collect();
    let place = |level: &Level| {
        let last = [UNKNOWN, SEVERAL, NOT_RECORDED]
            .iter()
            .position(|n| *n == level.name);
        let rank = last.map_or(1, |at| at + 2);
        if level.beside == Beside::Reference {
            0
        } else {
            rank
        }
    };
    levels.sort_by_key(|level| {
        (
            place(level),
            std::cmp::Reverse(level.rate.n()),
            level.name.clone(),
        )
    });
    Some(FactorTable {
        subject,
        reference,
        levels,
    })
}

fn reference(subject: &Subject, levels: &BTreeMap<String, Strata>) -> Option<String> {
    let decided = |name: &str| levels.get(name).map_or(0, |strata| book::sum(strata).rate.n());
    let name = match subject.reference() {
        Some(name) => name.to_owned(),
        None => levels
            .keys()
            .filter(|name| ordinary(name))
            // The first of equals.
            .min_by_key(|name| std::cmp::Reverse(decided(name)))?
            .clone(),
    };
    (decided(&name) > 0).then_some(name)
}

fn level(name: &str, strata: &Strata, reference: Option<&str>, base: Option<&Strata>) -> Level {
    let Cell { rate, lost, .. } = book::sum(strata);
    let common = |key: &(Platform, Reason)| {
        base.and_then(|base| base.get(key))
            .is_some_and(|cell| cell.rate.n() > 0)
    };
    let compared = strata
        .iter()
        .filter(|(key, _)| common(key))
        .fold(Cell::default(), |sum, (_, cell)| sum.plus(cell));
    let amounts = |amounts: BTreeMap<Currency, i64>| {
        let amount = |(currency, minor)| Money::new(minor, currency);
        amounts.into_iter().map(amount).collect()
    };
    let beside_base = |key: &(Platform, Reason), cell: &Cell| Stratum {
        level: cell.rate,
        reference: base
            .and_then(|base| base.get(key))
            .map_or(Rate::default(), |c| c.rate),
    };
    let strata: Vec<_> = strata
        .iter()
        .filter(|(_, cell)| cell.rate.n() > 0)
        .map(|(key, cell)| (*key, beside_base(key, cell)))
        .collect();
    let beside = match reference {
        Some(reference) if reference == name => Beside::Reference,
        _ if name == SEVERAL || name == NOT_RECORDED => Beside::NotCompared,
        None => Beside::NoReference,
        Some(_) => beside(&strata),
    };
    Level {
        name: name.to_owned(),
        rate,
        lost: amounts(lost),
        compared: amounts(compared.decided),
        strata,
        beside,
    }
}

fn beside(strata: &[((Platform, Reason), Stratum)]) -> Beside {
    let plain: Vec<Stratum> = strata.iter().map(|(_, stratum)| *stratum).collect();
    match compare(&plain) {
        Compared::TooFew {
            level,
            reference,
            needed,
        } => Beside::TooFew {
            has: (level.n(), reference.n()),
            needed,
        },
        Compared::Estimated(found) => Beside::Compared {
            found,
            adjusted_p: None,
            stands_out: found.p() <= LEVEL && !found.difference().includes_none(),
        },
    }
}

/// Holds the levels of each factor that was named before together, and all factors that were not.
fn adjust(factors: &mut [FactorTable]) {
    let (named, others): (Vec<_>, Vec<_>) = factors.iter_mut().partition(|table| table.subject.pre_named());
    for table in named {
        together(looks(table).collect());
    }
    together(others.into_iter().flat_map(looks).collect());
}

/// The comparisons of a factor.
fn looks(table: &mut FactorTable) -> impl Iterator<Item = &mut Beside> {
    let all = table.levels.iter_mut().map(|level| &mut level.beside);
    all.filter(|beside| matches!(beside, Beside::Compared { .. }))
}

/// Holds comparisons to one share of false alarms.
fn together(mut looks: Vec<&mut Beside>) {
    let p: Vec<f64> = looks.iter().filter_map(|beside| beside.p()).collect();
    for (look, adjusted) in looks.iter_mut().zip(benjamini_hochberg(&p)) {
        if let Beside::Compared {
            found,
            adjusted_p,
            stands_out,
        } = look
        {
            *adjusted_p = Some(adjusted);
            *stands_out = adjusted <= LEVEL && !found.difference().includes_none();
        }
    }
}

impl Beside {
    fn p(&self) -> Option<f64> {
        match self {
            Self::Compared { found, .. } => Some(found.p()),
            Self::Reference | Self::NoReference | Self::NotCompared | Self::TooFew { .. } => None,
        }
    }
}
