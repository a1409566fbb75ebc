//! The model of the factor report: all factors that were named before, at once (`domain.md` E3.6), where the data allow it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate};

use super::rate::to_f64;
use super::ridge::{self, Fit, PENALTY, Row};
use super::{COUNTS_ONLY_BELOW, Interval, Odds, Points, Rate};
use crate::factor::FactorKind;
use crate::factor::catalogue::{CATALOGUE, NOT_RECORDED};
use crate::words::{Platform, Reason};

/// What the model is, printed with it.
pub const MODEL_DEFINITION: &str = "The model weighs platform, reason, currency and band of the disputed amount, the settings score and all factors that were named before at once: logistic regression \
with a ridge penalty of 1 on all coefficients but the intercept. An odds ratio compares a level with its reference, all else equal; the average \
marginal effect is what the chance to win would differ by over all decided cases of the report. Intervals are of 95 %, by the penalised \
information and the delta method; they hold cases of one client for independent. It is fitted only where the rarer result has ten cases for \
each coefficient. The Brier score is of the newest quarter of the period, which the model had not seen: the mean squared distance of its chances from the results, \
beside that of one chance for all. Levels of fewer than 10 decided cases are left out with their cases.";

/// Cases of the rarer result for each coefficient.
const PER_COEFFICIENT: u64 = 10;
/// Groups of the calibration.
const GROUPS: usize = 5;

/// Decided cases that look the same to the model.
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

/// A categorical predictor with the levels that have a coefficient.
struct Predictor {
    kind: Option<FactorKind>,
    reference: String,
    /// Each other level and its coefficient.
    places: BTreeMap<String, usize>,
}

/// Predictors that are accounted for and not told: platform, reason, amount, settings.
const BESIDE: usize = 4;

/// What a pattern says of each predictor: what is accounted for, then the factors.
fn values(pattern: &Pattern) -> Vec<String> {
    let recorded = |level: Option<&String>| {
        let level = level.filter(|level| !level.is_empty());
        level.map_or_else(|| NOT_RECORDED.to_owned(), Clone::clone)
    };
    let beside: [String; BESIDE] = [
        pattern.platform.as_str().to_owned(),
        pattern.reason.to_string(),
        pattern.amount.clone(),
        recorded(Some(&pattern.settings)),
    ];
    let factors = (0..named().count()).map(|at| recorded(pattern.levels.get(at)));
    beside.into_iter().chain(factors).collect()
}

fn named() -> impl Iterator<Item = &'static crate::factor::catalogue::Entry> {
    CATALOGUE.iter().filter(|entry| entry.pre_named)
}

fn kinds() -> Vec<(Option<FactorKind>, Option<&'static str>)> {
    let factors = named().map(|entry| (Some(entry.kind), entry.reference));
    std::iter::repeat_n((None, None), BESIDE).chain(factors).collect()
}

/// Patterns whose levels all have enough cases. Leaving some out can make others rare.
fn common(patterns: &[Pattern]) -> (Vec<(Vec<String>, &Pattern)>, u64) {
    let mut kept: Vec<_> = patterns
        .iter()
        .filter(|p| p.rate.n() > 0)
        .map(|p| (values(p), p))
        .collect();
    let all: u64 = kept.iter().map(|(_, p)| p.rate.n()).sum();
    loop {
        let mut counts: BTreeMap<(usize, &str), u64> = BTreeMap::new();
        for (values, pattern) in &kept {
            for (at, value) in values.iter().enumerate() {
                *counts.entry((at, value)).or_default() += pattern.rate.n();
            }
        }
        let rare: BTreeSet<(usize, String)> = counts
            .into_iter()
            .filter(|(_, n)| *n < COUNTS_ONLY_BELOW)
            .map(|((at, value), _)| (at, value.to_owned()))
            .collect();
        if rare.is_empty() {
            let left: u64 = kept.iter().map(|(_, p)| p.rate.n()).sum();
            return (kept, all - left);
        }
        kept.retain(|(values, _)| {
            let mut each = values.iter().enumerate();
            !each.any(|(at, value)| rare.contains(&(at, value.clone())))
        });
    }
}

fn predictors(kept: &[(Vec<String>, &Pattern)]) -> Vec<Predictor> {
    let mut next = 0;
    let each = kinds().into_iter().enumerate().map(|(at, (kind, wanted))| {
        let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
        for (values, pattern) in kept {
            *counts.entry(&values[at]).or_default() += pattern.rate.n();
        }
        // The named reference where it has cases, else the level with most, the first of equals.
        let most = counts
            .iter()
            .min_by_key(|(_, n)| std::cmp::Reverse(**n))
            .map(|(level, _)| *level);
        let reference = wanted
            .filter(|level| counts.contains_key(level))
            .or(most)
            .unwrap_or_default();
        let others = counts.keys().filter(|level| **level != reference);
        let places = others
            .map(|level| {
                next += 1;
                ((*level).to_owned(), next - 1)
            })
            .collect();
        Predictor {
            kind,
            reference: reference.to_owned(),
            places,
        }
    });
    each.collect()
}

fn row(values: &[String], rate: Rate, predictors: &[Predictor]) -> Row {
    let columns = values
        .iter()
        .zip(predictors)
        .filter_map(|(value, p)| p.places.get(value).copied());
    Row {
        columns: columns.collect(),
        won: to_f64(rate.hits()),
        n: to_f64(rate.n()),
    }
}

/// Cases of the rarer result.
const fn rarer(rate: Rate) -> u64 {
    let lost = rate.n() - rate.hits();
    if rate.hits() < lost { rate.hits() } else { lost }
}

fn sum<'a>(rates: impl IntoIterator<Item = &'a Pattern>) -> Rate {
    rates.into_iter().fold(Rate::default(), |sum, p| sum + p.rate)
}

impl Model {
    /// Fits the model, or says what is missing.
    pub fn of(patterns: &[Pattern], held_out_from: NaiveDate) -> Self {
        let (kept, left_out) = common(patterns);
        let predictors = predictors(&kept);
        if predictors.iter().all(|p| p.kind.is_none() || p.places.is_empty()) {
            return Self::NothingToCompare;
        }
        let size: usize = predictors.iter().map(|p| p.places.len()).sum();
        let coefficients = u64::try_from(size).unwrap_or(u64::MAX);
        let rate = sum(kept.iter().map(|(_, p)| *p));
        let needed = coefficients.saturating_mul(PER_COEFFICIENT);
        if rarer(rate) < needed {
            return Self::TooFew {
                coefficients,
                has: rarer(rate),
                needed,
            };
        }
        let rows = merged(kept.iter().map(|(values, p)| row(values, p.rate, &predictors)));
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

/// Rows of the same columns as one.
fn merged(rows: impl Iterator<Item = Row>) -> Vec<Row> {
    let mut all: BTreeMap<Vec<usize>, (f64, f64)> = BTreeMap::new();
    for row in rows {
        let sums = all.entry(row.columns).or_default();
        *sums = (sums.0 + row.won, sums.1 + row.n);
    }
    all.into_iter()
        .map(|(columns, (won, n))| Row { columns, won, n })
        .collect()
}

fn effects(fit: &Fit, rows: &[Row], predictors: &[Predictor]) -> Vec<Effect> {
    let mut found = Vec::new();
    for predictor in predictors {
        let Some(kind) = predictor.kind else {
            continue;
        };
        let own: Vec<usize> = predictor.places.values().copied().collect();
        for (level, place) in &predictor.places {
            let at_level = rows.iter().filter(|row| row.columns.contains(place));
            let (ratio, interval) = fit.odds(*place);
            let (effect, around) = fit.effect(rows, *place, &own);
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a sum of counts of cases"
            )]
            let n = at_level.map(|row| row.n).sum::<f64>() as u64;
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
fn held_out(
    kept: &[(Vec<String>, &Pattern)],
    predictors: &[Predictor],
    size: usize,
    from: NaiveDate,
) -> Option<HeldOut> {
    let (new, old): (Vec<_>, Vec<_>) = kept.iter().partition(|(_, p)| p.newest);
    let tested = sum(new.iter().map(|(_, p)| *p)).n();
    if tested < COUNTS_ONLY_BELOW {
        return None;
    }
    let before = sum(old.iter().map(|(_, p)| *p));
    if rarer(before) < PER_COEFFICIENT.saturating_mul(u64::try_from(size).ok()?) {
        return None;
    }
    let rows = |side: &[&(Vec<String>, &Pattern)]| {
        merged(side.iter().map(|(values, p)| row(values, p.rate, predictors)))
    };
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
