//! One pass over the rows: cases by what they have in common, by factor and level, by checklist.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use docket_core::factor::catalogue::CATALOGUE;
use docket_core::factor::levels::recorded;
use docket_core::factor::{AFTER_OPENING, FactorKind, Subject};
use docket_core::money::{Currency, Money};
use docket_core::stats::{FactorTally, Rate, Tally, immature};
use docket_core::words::{Outcome, Platform, Reason};

use super::checklists::Checklists;
use super::patterns::{self, Patterns};
use super::{FactorCounts, Known, answers, damaged};
use crate::Result;
use crate::report_read::{Days, truth};

/// How many columns of a row say of which kind it is; they come first.
const KIND: usize = 5;

/// What cases of one kind have in common.
#[derive(Debug, Clone, Copy)]
pub(super) struct Kind {
    pub(super) platform: Platform,
    pub(super) reason: Reason,
    pub(super) currency: Currency,
    pub(super) outcome: Option<Outcome>,
    pub(super) contested: bool,
}

#[derive(Debug, Clone, Copy, Default)]
struct Count {
    cases: u64,
    amount: i64,
}

impl Count {
    const fn add(&mut self, amount: i64) {
        self.cases += 1;
        self.amount += amount;
    }
}

/// Cases of one kind: all of them, by factor and level, by what came after the opening, and by the number of their checklist.
struct Counts {
    kind: Kind,
    whole: Count,
    levels: Vec<Vec<Count>>,
    after: [Vec<Count>; AFTER_OPENING.len()],
    checklists: Vec<Count>,
}

/// Grows with kinds, levels, checklists and patterns of levels, not with cases.
pub(super) struct Counter {
    known: Known,
    /// The place of the factor that no row holds.
    answers: usize,
    by_text: HashMap<String, usize>,
    kinds: Vec<Counts>,
    /// For each factor the levels that were met, in the order of their numbers.
    names: Vec<Names>,
    /// The same of what came after the opening.
    after: [Names; AFTER_OPENING.len()],
    patterns: Patterns,
    months: Months,
}

/// Cases by month of opening, from the first of the period on: those that are open, and all.
struct Months {
    first: usize,
    counts: Vec<(u64, u64)>,
}

/// A month as a number, out of a day as `2026-11-28`.
fn month_number(day: &str) -> Option<usize> {
    let (year, month) = (
        day.get(..4)?.parse::<usize>().ok()?,
        day.get(5..7)?.parse::<usize>().ok()?,
    );
    Some(year * 12 + month.checked_sub(1)?)
}

impl Months {
    fn of(days: Days) -> Self {
        Self {
            first: month_number(&days.from.to_string()).unwrap_or(0),
            counts: Vec::new(),
        }
    }

    fn add(&mut self, day: &str, open: bool) -> Result<()> {
        let month = month_number(day).ok_or_else(|| damaged("opened_on is no day"))?;
        let place = month
            .checked_sub(self.first)
            .ok_or_else(|| damaged("a case of before the period"))?;
        if self.counts.len() <= place {
            self.counts.resize(place + 1, (0, 0));
        }
        self.counts[place].0 += u64::from(open);
        self.counts[place].1 += 1;
        Ok(())
    }

    /// The first day of the month up to which the cases of the period are mature; none where no month of it is.
    fn mature_to(&self) -> Option<NaiveDate> {
        let (mut open, mut all, mut to) = (0, 0, None);
        for (place, (still_open, cases)) in self.counts.iter().enumerate() {
            open += still_open;
            all += cases;
            if all > 0 && !immature(open, all) {
                let end = self.first + place + 1;
                let (year, month) = (i32::try_from(end / 12).ok()?, u32::try_from(end % 12).ok()?);
                to = NaiveDate::from_ymd_opt(year, month + 1, 1);
            }
        }
        to
    }
}

/// Levels with a number each.
#[derive(Default)]
struct Names {
    numbers: HashMap<String, usize>,
    in_order: Vec<String>,
}

impl Kind {
    pub(super) fn of(text: &str) -> Result<Self> {
        let mut cells = text.split('\t');
        let mut next = || cells.next().ok_or_else(|| damaged("a column is missing"));
        Ok(Self {
            platform: next()?.parse().map_err(damaged)?,
            reason: next()?.parse().map_err(damaged)?,
            currency: next()?.parse().map_err(damaged)?,
            outcome: Some(next()?)
                .filter(|outcome| !outcome.is_empty())
                .map(str::parse)
                .transpose()
                .map_err(damaged)?,
            contested: truth(next()?),
        })
    }

    pub(super) fn rate(&self) -> Rate {
        let one = Tally {
            key: String::new(),
            outcome: self.outcome,
            contested: self.contested,
            cases: 1,
        };
        one.rate()
    }
}

impl Names {
    fn number(&mut self, level: &str) -> usize {
        // Most factors have few levels, and comparing those is faster than hashing one.
        let first = self.in_order.iter().take(8).position(|name| name == level);
        if let Some(number) = first.or_else(|| self.numbers.get(level).copied()) {
            return number;
        }
        let number = self.in_order.len();
        self.in_order.push(level.to_owned());
        self.numbers.insert(level.to_owned(), number);
        number
    }
}

impl Counter {
    pub(super) fn of(days: Days, known: Known) -> Self {
        Self {
            known,
            answers: answers::place(),
            by_text: HashMap::new(),
            kinds: Vec::new(),
            names: Vec::new(),
            after: Default::default(),
            patterns: Patterns::of(days),
            months: Months::of(days),
        }
    }

    pub(super) fn add(&mut self, line: &str) -> Result<()> {
        let ends = line.match_indices('\t').nth(KIND - 1);
        let (end, _) = ends.ok_or_else(|| damaged("a column is missing"))?;
        let (kind, rest) = (&line[..end], &line[end + 1..]);
        let mut cells = rest.split('\t');
        let mut next = || cells.next().ok_or_else(|| damaged("a column is missing"));
        let (amount, levels, day) = (next()?, next()?, next()?);
        let after = [next()?, next()?];
        let amount: i64 = amount.parse().map_err(damaged)?;
        let number = match self.by_text.get(kind) {
            Some(number) => *number,
            None => self.new_kind(kind)?,
        };
        let counts = &mut self.kinds[number];
        counts.whole.add(amount);
        self.months.add(day, counts.kind.outcome.is_none())?;
        if counts.kind.outcome.is_none() {
            return Ok(());
        }
        let mut cells_of_kind = kind.split('\t');
        let strata = (
            cells_of_kind.next().unwrap_or_default(),
            cells_of_kind.next().unwrap_or_default(),
        );
        let (connection, client) = (cells.next(), cells.next());
        let answered = client.and_then(|client| self.known.answers.at(client, day));
        let disputed = Money::new(amount, counts.kind.currency);
        self.patterns
            .add((strata, disputed, counts.kind.rate()), day, (levels, answered));
        let answered = answered.map(|level| (self.answers, level));
        for (factor, level) in recorded(levels).chain(answered) {
            let level = self.names[factor].number(level);
            one_of(&mut counts.levels[factor], level).add(amount);
        }
        for (place, level) in after.into_iter().enumerate() {
            let level = self.after[place].number(level);
            one_of(&mut counts.after[place], level).add(amount);
        }
        if let Some(number) = connection.and_then(|c| self.known.checklists.at(c, day)) {
            one_of(&mut counts.checklists, number).add(amount);
        }
        Ok(())
    }

    fn new_kind(&mut self, text: &str) -> Result<usize> {
        self.names.resize_with(CATALOGUE.len(), Names::default);
        let number = self.kinds.len();
        self.kinds.push(Counts {
            kind: Kind::of(text)?,
            whole: Count::default(),
            levels: vec![Vec::new(); CATALOGUE.len()],
            after: Default::default(),
            checklists: Vec::new(),
        });
        self.by_text.insert(text.to_owned(), number);
        Ok(number)
    }

    pub(super) fn counts(self, days: Days) -> Result<FactorCounts> {
        let (names, after, checklists) = (&self.names, &self.after, &self.known.checklists);
        let each = self.kinds.iter().flat_map(|counts| {
            let tally = move |factor, count: Count| FactorTally {
                factor,
                platform: counts.kind.platform,
                reason: counts.kind.reason,
                currency: counts.kind.currency,
                outcome: counts.kind.outcome,
                contested: counts.kind.contested,
                cases: count.cases,
                amount: count.amount,
            };
            let before = by_level(&counts.levels, names, |place| CATALOGUE[place].kind);
            let after = by_level(&counts.after, after, |place| AFTER_OPENING[place]);
            let levels = before
                .chain(after)
                .map(move |(factor, count)| tally(Some(factor), count));
            let items = counts.items(checklists).into_iter();
            let items = items.map(move |(factor, count)| tally(Some(factor.clone()), count));
            std::iter::once(tally(None, counts.whole))
                .chain(levels)
                .chain(items)
        });
        let tallies = each.collect();
        Ok(FactorCounts {
            tallies,
            patterns: self.patterns.read(),
            mature_to: self.months.mature_to(),
            held_out_from: patterns::cut(days),
        })
    }
}

impl Counts {
    /// Its cases by item of their checklists and level.
    fn items<'a>(&self, checklists: &'a Checklists) -> BTreeMap<&'a (Subject, String), Count> {
        let mut items: BTreeMap<&(Subject, String), Count> = BTreeMap::new();
        for (number, count) in self.checklists.iter().enumerate().filter(|(_, c)| c.cases > 0) {
            let own = checklists.get(number).iter();
            for item in own.filter(|(subject, _)| subject.is_of(self.kind.platform)) {
                let sum = items.entry(item).or_default();
                sum.cases += count.cases;
                sum.amount += count.amount;
            }
        }
        items
    }
}

/// Counts by factor and level.
fn by_level(
    counts: &[Vec<Count>],
    names: &[Names],
    kind: impl Fn(usize) -> FactorKind + Copy,
) -> impl Iterator<Item = ((Subject, String), Count)> {
    let each = counts.iter().zip(names).enumerate();
    each.flat_map(move |(place, (levels, names))| {
        let some = levels.iter().enumerate().filter(|(_, count)| count.cases > 0);
        some.map(move |(level, count)| ((kind(place).into(), names.in_order[level].clone()), *count))
    })
}

/// The count at a place.
fn one_of(counts: &mut Vec<Count>, place: usize) -> &mut Count {
    if counts.len() <= place {
        counts.resize(place + 1, Count::default());
    }
    &mut counts[place]
}
