//! The model of the factor report: all factors that were named before, at once (`domain.md` E3.6), where the data allow it.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};

use super::rate::to_f64;
use super::ridge::{self, Fit, PENALTY, Row};
use super::{COUNTS_ONLY_BELOW, GREYED_BELOW, Interval, Odds, Points, Rate};
use crate::factor::FactorKind;
use crate::factor::catalogue::{CATALOGUE, NOT_RECORDED};
use crate::words::{Platform, Reason};

/// What the model is, printed with it.
pub const MODEL_DEFINITION: &str = "The model weighs platform, reason, currency and band of the disputed amount, the settings score and all factors that were \
named before at once: logistic regression with a ridge penalty of 1 on all coefficients but the intercept. An odds ratio \
compares a level with its reference, all else equal; the average marginal effect is what the chance to win would differ by \
over all decided cases of the report. Intervals are of 95 %, by the sandwich of the penalised information and the delta \
method; they hold cases of one client for independent, and do not count how far the penalty draws an estimate towards none. \
Levels of fewer than 30 decided cases, where that is much, are accounted for and not told; neither is what nobody recorded. \
It is fitted only where the rarer result has ten cases for each coefficient. The Brier score is of the newest quarter of the \
period, which the model had not seen: the mean squared distance of its chances from the results, beside that of one chance \
for all. Levels of fewer than 10 decided cases are left out with their cases.";

/// Cases of the rarer result for each coefficient.
const PER_COEFFICIENT: u64 = 10;
/// Groups of the calibration.
const GROUPS: usize = 5;

/// Decided cases that look the same to the model, by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    /// Opened in the newest quarter of the period ([`held_out_from`])?
    pub newest: bool,
    /// Platform.
    pub platform: Platform,
    /// Canonical reason.
    pub reason: Reason,
    /// Currency and band of the disputed amount.
    pub amount: String,
    /// Band of the settings score; empty where it was not recorded.
    pub settings: String,
    /// The levels of the factors that were named before, in the catalogue's order; an empty or missing one was not recorded.
    pub levels: Vec<String>,
    /// Won of decided.
    pub rate: Rate,
}

/// The model, or what it lacks.
#[derive(Debug, Clone, PartialEq)]
pub enum Model {
    /// No factor has two levels.
    NothingToCompare,
    /// Too few cases of the rarer result.
    TooFew {
        /// Coefficients that it would have.
        coefficients: u64,
        /// Cases of the rarer result that there are.
        has: u64,
        /// And that it needs.
        needed: u64,
    },
    /// The numbers do not settle.
    Unsettled,
    /// Fitted.
    Fitted(Box<Fitted>),
}

/// A fitted model.
#[derive(Debug, Clone, PartialEq)]
pub struct Fitted {
    /// Won of the decided cases in it.
    pub rate: Rate,
    /// Decided cases whose levels are too rare.
    pub left_out: u64,
    /// Coefficients, without the intercept.
    pub coefficients: u64,
    /// Each level of a factor that is not its reference. Platform, reason, amount and settings are accounted for and not told.
    pub effects: Vec<Effect>,
    /// How it does on months that it had not seen; none where too few are left.
    pub held_out: Option<HeldOut>,
}

/// What is associated with one level, all else equal.
#[derive(Debug, Clone, PartialEq)]
pub struct Effect {
    /// The factor.
    pub kind: FactorKind,
    /// Its level.
    pub level: String,
    /// The level that it is compared with.
    pub reference: String,
    /// Decided cases at the level.
    pub n: u64,
    /// The odds ratio.
    pub odds: Odds,
    /// The average marginal effect, in percentage points.
    pub effect: Points,
}

/// How a model of the older cases does on the newest.
#[derive(Debug, Clone, PartialEq)]
pub struct HeldOut {
    /// The first day of what it had not seen.
    pub from: NaiveDate,
    /// Cases that it was made of.
    pub trained: u64,
    /// Cases that it had not seen.
    pub tested: u64,
    /// Its Brier score.
    pub brier: f64,
    /// That of one chance for all, the share won in the older months.
    pub plain: f64,
    /// Groups of cases by their chance, the smallest first.
    pub calibration: Vec<Group>,
}

/// Cases with like chances.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// Their mean chance, in percent.
    pub expected: f64,
    /// What happened.
    pub rate: Rate,
}

/// Predictors that are accounted for and not told: platform, reason, amount, settings.
const BESIDE: usize = 4;
/// Factors that are named before, at most (`domain.md` E3.7).
const NAMED: usize = 8;
/// What a pattern says something of: what is accounted for, then the factors that were named before.
pub const WEIGHED: usize = BESIDE + NAMED;
/// Levels of one of them at most; what goes beyond counts with the last.
const LEVELS: usize = 255;

/// Decided cases by all that the model weighs. Each level has a number, so that a pattern takes few bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Patterns {
    names: [Vec<String>; WEIGHED],
    rows: Vec<Numbered>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Numbered {
    newest: bool,
    values: [u8; WEIGHED],
    rate: Rate,
}

impl Patterns {
    /// The number of a level of what stands at that place: platform, reason, amount, settings, then the factors in the catalogue's
    /// order. An empty one was not recorded.
    pub fn number(&mut self, at: usize, level: &str) -> u8 {
        let names = &mut self.names[at];
        let level = if level.is_empty() { NOT_RECORDED } else { level };
        let known = names.iter().position(|name| name == level);
        let number = known.unwrap_or_else(|| {
            if names.len() < LEVELS {
                names.push(level.to_owned());
            }
            names.len() - 1
        });
        u8::try_from(number).unwrap_or(u8::MAX)
    }

    /// Adds decided cases that look the same.
    pub fn push(&mut self, newest: bool, values: [u8; WEIGHED], rate: Rate) {
        self.rows.push(Numbered { newest, values, rate });
    }

    /// Of patterns that name their levels.
    pub fn of(patterns: &[Pattern]) -> Self {
        let mut all = Self::default();
        for pattern in patterns {
            let beside = [
                pattern.platform.as_str(),
                &pattern.reason.to_string(),
                &pattern.amount,
                &pattern.settings,
            ]
            .map(str::to_owned);
            let factors = (0..NAMED).map(|at| pattern.levels.get(at).cloned().unwrap_or_default());
            let mut values = [0; WEIGHED];
            for (at, level) in beside.into_iter().chain(factors).enumerate() {
                values[at] = all.number(at, &level);
            }
            all.push(pattern.newest, values, pattern.rate);
        }
        all
    }

    /// Each by the names of its levels, in their order: whether it is of the newest, the levels, won of decided.
    pub fn named(&self) -> Vec<(bool, Vec<&str>, Rate)> {
        let name =
            |(at, value): (usize, &u8)| self.names[at].get(usize::from(*value)).map_or("", String::as_str);
        let row = |row: &Numbered| {
            let levels = row.values.iter().enumerate().map(name).collect();
            (row.newest, levels, row.rate)
        };
        let mut all: Vec<(bool, Vec<&str>, Rate)> = self.rows.iter().map(row).collect();
        all.sort_by(|one, other| (one.0, &one.1).cmp(&(other.0, &other.1)));
        all
    }

    /// How many there are.
    pub const fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether nothing was decided.
    pub const fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}

/// A categorical predictor with the levels that have a coefficient.
struct Predictor {
    kind: Option<FactorKind>,
    reference: String,
    /// Each other level and its coefficient.
    places: BTreeMap<String, usize>,
    /// The coefficient of each number.
    by_number: Vec<Option<u16>>,
}

fn named() -> impl Iterator<Item = &'static crate::factor::catalogue::Entry> {
    CATALOGUE.iter().filter(|entry| entry.pre_named)
}

fn kinds() -> Vec<(Option<FactorKind>, Option<&'static str>)> {
    let factors = named().map(|entry| (Some(entry.kind), entry.reference));
    let all = std::iter::repeat_n((None, None), BESIDE).chain(factors);
    all.take(WEIGHED).collect()
}

/// Decided cases of each number at each place.
fn counts(rows: &[Numbered]) -> Vec<[u64; LEVELS + 1]> {
    let mut counts = vec![[0; LEVELS + 1]; WEIGHED];
    for row in rows {
        for (at, value) in row.values.iter().enumerate() {
            counts[at][usize::from(*value)] += row.rate.n();
        }
    }
    counts
}

/// Patterns whose levels all have enough cases. Leaving some out can make others rare.
fn common(patterns: &Patterns) -> (Vec<Numbered>, u64) {
    let mut kept: Vec<Numbered> = patterns
        .rows
        .iter()
        .filter(|row| row.rate.n() > 0)
        .copied()
        .collect();
    let all = sum(&kept).n();
    loop {
        let counts = counts(&kept);
        let rare = |at: usize, value: u8| counts[at][usize::from(value)] < COUNTS_ONLY_BELOW;
        let before = kept.len();
        kept.retain(|row| !row.values.iter().enumerate().any(|(at, value)| rare(at, *value)));
        if kept.len() == before {
            let left = sum(&kept).n();
            return (kept, all - left);
        }
    }
}

fn predictors(patterns: &Patterns, kept: &[Numbered]) -> Vec<Predictor> {
    let counts = counts(kept);
    let mut next = 0;
    let each = kinds().into_iter().enumerate().map(|(at, (kind, wanted))| {
        let names = &patterns.names[at];
        let present = names
            .iter()
            .enumerate()
            .filter(|(number, _)| counts[at][*number] > 0);
        // By name: numbers go by the order in which levels were met.
        let levels: BTreeMap<&str, usize> = present.map(|(number, name)| (name.as_str(), number)).collect();
        // The named reference where it has cases, else the level with most, the first of equals.
        let most = levels
            .iter()
            .min_by_key(|(_, number)| std::cmp::Reverse(counts[at][**number]))
            .map(|(level, _)| *level);
        let reference = wanted
            .filter(|level| levels.contains_key(level))
            .or(most)
            .unwrap_or_default();
        let mut by_number = vec![None; LEVELS + 1];
        let others = levels.iter().filter(|(level, _)| **level != reference);
        let places = others
            .map(|(level, number)| {
                next += 1;
                by_number[*number] = u16::try_from(next - 1).ok();
                ((*level).to_owned(), next - 1)
            })
            .collect();
        Predictor {
            kind,
            reference: reference.to_owned(),
            places,
            by_number,
        }
    });
    each.collect()
}

fn row(pattern: &Numbered, predictors: &[Predictor]) -> Row {
    let columns = pattern
        .values
        .iter()
        .zip(predictors)
        .filter_map(|(value, p)| p.by_number[usize::from(*value)]);
    Row {
        columns: columns.collect(),
        won: to_f64(pattern.rate.hits()),
        n: to_f64(pattern.rate.n()),
    }
}

/// Cases of the rarer result.
const fn rarer(rate: Rate) -> u64 {
    let lost = rate.n() - rate.hits();
    if rate.hits() < lost { rate.hits() } else { lost }
}

fn sum<'a>(rows: impl IntoIterator<Item = &'a Numbered>) -> Rate {
    rows.into_iter().fold(Rate::default(), |sum, row| sum + row.rate)
}

impl Model {
    /// Fits the model, or says what is missing.
    pub fn of(patterns: &Patterns, held_out_from: NaiveDate) -> Self {
        let (kept, left_out) = common(patterns);
        let predictors = predictors(patterns, &kept);
        if predictors.iter().all(|p| p.kind.is_none() || p.places.is_empty()) {
            return Self::NothingToCompare;
        }
        let size: usize = predictors.iter().map(|p| p.places.len()).sum();
        let coefficients = u64::try_from(size).unwrap_or(u64::MAX);
        let rate = sum(&kept);
        let needed = coefficients.saturating_mul(PER_COEFFICIENT);
        if rarer(rate) < needed {
            return Self::TooFew {
                coefficients,
                has: rarer(rate),
                needed,
            };
        }
        let rows = merged(kept.iter().map(|pattern| row(pattern, &predictors)));
        let Some(fit) = ridge::fit(&rows, size, PENALTY) else {
            return Self::Unsettled;
        };
        Self::Fitted(Box::new(Fitted {
            rate,
            left_out,
            coefficients,
            effects: effects(&fit, &rows, &predictors),
            held_out: held_out(&kept, &predictors, size, held_out_from),
        }))
    }
}

/// Rows of the same columns as one, in the order of those.
fn merged(rows: impl Iterator<Item = Row>) -> Vec<Row> {
    let mut all: Vec<Row> = rows.collect();
    all.sort_by(|one, other| one.columns.cmp(&other.columns));
    all.dedup_by(|next, kept| {
        let same = next.columns == kept.columns;
        if same {
            kept.won += next.won;
            kept.n += next.n;
        }
        same
    });
    all
}

fn effects(fit: &Fit, rows: &[Row], predictors: &[Predictor]) -> Vec<Effect> {
    let mut found = Vec::new();
    for predictor in predictors {
        let Some(kind) = predictor.kind else {
            continue;
        };
        let own: Vec<usize> = predictor.places.values().copied().collect();
        for (level, place) in &predictor.places {
            let at_level = rows
                .iter()
                .filter(|row| row.columns.iter().any(|column| usize::from(*column) == *place));
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a sum of counts of cases"
            )]
            let n = at_level.map(|row| row.n).sum::<f64>() as u64;
            // What nobody recorded is no level to compare, and of few cases the penalty leaves little.
            if n < GREYED_BELOW || level == NOT_RECORDED {
                continue;
            }
            let (ratio, interval) = fit.odds(*place);
            let (effect, around) = fit.effect(rows, *place, &own);
            found.push(Effect {
                kind,
                level: level.clone(),
                reference: predictor.reference.clone(),
                n,
                odds: Odds { ratio, interval },
                effect: Points {
                    value: effect * 100.0,
                    interval: Interval {
                        low: around.low * 100.0,
                        high: around.high * 100.0,
                    },
                },
            });
        }
    }
    found
}

/// From which day on cases are held out: the first of the month in which the newest quarter of the period begins. Said before
/// anybody looks at results.
pub fn held_out_from(from: NaiveDate, to: NaiveDate) -> NaiveDate {
    let quarter = (to - from).num_days() / 4;
    let day = to - chrono::Duration::days(quarter);
    day.with_day(1).unwrap_or(day)
}

/// Fits the older cases and tries the newest.
fn held_out(kept: &[Numbered], predictors: &[Predictor], size: usize, from: NaiveDate) -> Option<HeldOut> {
    let (new, old): (Vec<&Numbered>, Vec<&Numbered>) = kept.iter().partition(|row| row.newest);
    let tested = sum(new.iter().copied()).n();
    if tested < COUNTS_ONLY_BELOW {
        return None;
    }
    let before = sum(old.iter().copied());
    if rarer(before) < PER_COEFFICIENT.saturating_mul(u64::try_from(size).ok()?) {
        return None;
    }
    let rows = |side: &[&Numbered]| merged(side.iter().map(|pattern| row(pattern, predictors)));
    let (old, new) = (rows(&old), rows(&new));
    let fit = ridge::fit(&old, size, PENALTY)?;
    let plain = to_f64(before.hits()) / to_f64(before.n());
    Some(HeldOut {
        from,
        trained: before.n(),
        tested,
        brier: fit.brier(&new),
        plain: ridge::brier(&new, |_| plain),
        calibration: calibration(&fit, &new),
    })
}

/// Groups of about the same size by their chance. Cases of one pattern stay together.
fn calibration(fit: &Fit, rows: &[Row]) -> Vec<Group> {
    let mut chances: Vec<(f64, &Row)> = rows.iter().map(|row| (fit.predict(&row.columns), row)).collect();
    chances.sort_by(|a, b| a.0.total_cmp(&b.0));
    let all: f64 = rows.iter().map(|row| row.n).sum();
    let size = all / to_f64(GROUPS as u64);
    let (mut groups, mut chance, mut won, mut n) = (Vec::new(), 0.0, 0.0, 0.0);
    for (place, (p, row)) in chances.iter().enumerate() {
        chance += p * row.n;
        won += row.won;
        n += row.n;
        if n >= size || place + 1 == chances.len() {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "sums of counts of cases"
            )]
            let rate = Rate::new(won as u64, n as u64);
            groups.push(Group {
                expected: chance / n * 100.0,
                rate,
            });
            (chance, won, n) = (0.0, 0.0, 0.0);
        }
    }
    groups
}

#[cfg(test)]
mod tests;
