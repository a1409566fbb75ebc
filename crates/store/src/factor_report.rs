//! Counting for the factor report: the rows go by once, core computes.

mod checklists;
mod patterns;

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use docket_core::factor::Subject;
use docket_core::factor::catalogue::{CATALOGUE, NOT_RECORDED};
use docket_core::factor::levels::recorded;
use docket_core::id::{CaseId, ClientId};
use docket_core::money::{Currency, Money};
use docket_core::stats::{FactorTally, Pattern, Rate, Tally};
use docket_core::words::{Outcome, Platform, Reason};
use uuid::Uuid;

use self::checklists::Checklists;
use self::patterns::Patterns;
use crate::report_read::{Days, truth};
use crate::{ClientScope, Db, Error, Result};

#[cfg(feature = "testing")]
pub(crate) use self::checklists::STATEMENTS;

/// What cases of one kind have in common, then what is counted of each; where settings are known, its connection, too.
const COUNTED: &[&str] = &[
    "platform",
    "reason",
    "currency",
    "outcome",
    "contested",
    "amount_minor",
    "levels",
    "opened_on",
];
/// How many of them come first.
const KIND: usize = 5;
const LISTED: &[&str] = &[
    "platform",
    "reason",
    "currency",
    "outcome",
    "contested",
    "amount_minor",
    "levels",
    "client_id",
    "case_id",
    CONNECTION,
    "opened_on",
];
const CONNECTION: &str = "connection_id";

/// What the factor report is computed from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactorCounts {
    /// Cases by factor and level.
    pub tallies: Vec<FactorTally>,
    /// Decided cases by all levels that its model weighs at once.
    pub patterns: Vec<Pattern>,
    /// The first day of those that the model is tried on.
    pub held_out_from: NaiveDate,
}

/// A case behind a figure of the factor report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactorCase {
    /// The case.
    pub id: CaseId,
    /// Its client.
    pub client: ClientId,
    /// The platform's id of the dispute.
    pub dispute: String,
    /// The disputed amount.
    pub amount: Money,
    /// The platform's word.
    pub platform: String,
    /// Canonical reason.
    pub reason: String,
    /// Canonical outcome.
    pub outcome: String,
    /// Whether it counts as won.
    pub won: bool,
    /// The level of the factor.
    pub level: String,
}

/// What cases of one kind have in common.
#[derive(Debug, Clone, Copy)]
struct Kind {
    platform: Platform,
    reason: Reason,
    currency: Currency,
    outcome: Option<Outcome>,
    contested: bool,
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

/// Cases of one kind: all of them, by factor and level, and by the number of their checklist.
struct Counts {
    kind: Kind,
    whole: Count,
    levels: Vec<Vec<Count>>,
    checklists: Vec<Count>,
}

/// Grows with kinds, levels, checklists and patterns of levels, not with cases.
struct Counter {
    checklists: Checklists,
    by_text: HashMap<String, usize>,
    kinds: Vec<Counts>,
    /// For each factor the levels that were met, in the order of their numbers.
    names: Vec<Names>,
    patterns: Patterns,
}

/// Levels with a number each.
#[derive(Default)]
struct Names {
    numbers: HashMap<String, usize>,
    in_order: Vec<String>,
}

fn damaged(e: impl std::fmt::Display) -> Error {
    Error::damaged("report_cases", e)
}

impl Kind {
    fn of(text: &str) -> Result<Self> {
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

    fn rate(&self) -> Rate {
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
    fn of(days: Days, checklists: Checklists) -> Self {
        Self {
            checklists,
            by_text: HashMap::new(),
            kinds: Vec::new(),
            names: Vec::new(),
            patterns: Patterns::of(days),
        }
    }

    fn add(&mut self, line: &str) -> Result<()> {
        let ends = line.match_indices('\t').nth(KIND - 1);
        let (end, _) = ends.ok_or_else(|| damaged("a column is missing"))?;
        let (kind, rest) = (&line[..end], &line[end + 1..]);
        let mut cells = rest.split('\t');
        let mut next = || cells.next().ok_or_else(|| damaged("a column is missing"));
        let (amount, levels, day) = (next()?, next()?, next()?);
        let amount: i64 = amount.parse().map_err(damaged)?;
        let number = match self.by_text.get(kind) {
            Some(number) => *number,
            None => self.new_kind(kind)?,
        };
        let counts = &mut self.kinds[number];
        counts.whole.add(amount);
        if counts.kind.outcome.is_none() {
            return Ok(());
        }
        let strata = kind
            .match_indices('\t')
            .nth(1)
            .map_or(kind, |(end, _)| &kind[..end]);
        self.patterns.add((strata, counts.kind.rate()), day, levels);
        for (factor, level) in recorded(levels) {
            let level = self.names[factor].number(level);
            one_of(&mut counts.levels[factor], level).add(amount);
        }
        if let Some(number) = cells
            .next()
            .and_then(|connection| self.checklists.at(connection, day))
        {
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
            checklists: Vec::new(),
        });
        self.by_text.insert(text.to_owned(), number);
        Ok(number)
    }

    fn counts(self, days: Days) -> Result<FactorCounts> {
        let (names, checklists) = (&self.names, &self.checklists);
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
            let levels = counts
                .levels
                .iter()
                .enumerate()
                .flat_map(move |(factor, levels)| {
                    let some = levels.iter().enumerate().filter(|(_, count)| count.cases > 0);
                    some.map(move |(level, count)| {
                        let name = names[factor].in_order[level].clone();
                        tally(Some((CATALOGUE[factor].kind.into(), name)), *count)
                    })
                });
            let items = counts.items(checklists).into_iter();
            let items = items.map(move |(factor, count)| tally(Some(factor.clone()), count));
            std::iter::once(tally(None, counts.whole))
                .chain(levels)
                .chain(items)
        });
        let tallies = each.collect();
        Ok(FactorCounts {
            tallies,
            patterns: self.patterns.read()?,
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

/// The count at a place.
fn one_of(counts: &mut Vec<Count>, place: usize) -> &mut Count {
    if counts.len() <= place {
        counts.resize(place + 1, Count::default());
    }
    &mut counts[place]
}

/// The level of a case; none where its factors do not have that one, or nothing was recorded.
fn level<'a>(
    subject: &Subject,
    (levels, connection, opened): (&'a str, &str, &str),
    checklists: &'a Checklists,
) -> Option<&'a str> {
    let number = checklists.at(connection, opened);
    let mut items = number.into_iter().flat_map(|number| checklists.get(number));
    if let Some((_, level)) = items.find(|(item, _)| item == subject) {
        return Some(level);
    }
    let place = CATALOGUE.iter().position(|entry| *subject == entry.kind.into())?;
    recorded(levels)
        .find(|(at, _)| *at == place)
        .map(|(_, level)| level)
}

/// A line of a list: the case, with what is still to be looked up of it.
fn listed(line: &str, subject: &Subject, checklists: &Checklists) -> Result<Option<FactorCase>> {
    let kind = Kind::of(line)?;
    let (Some(outcome), rate) = (kind.outcome, kind.rate()) else {
        return Ok(None);
    };
    if rate == Rate::default() || !subject.is_of(kind.platform) {
        return Ok(None);
    }
    let cells: Vec<&str> = line.split('\t').collect();
    let [.., amount, levels, client, case, connection, opened] = cells[..] else {
        return Err(damaged("a column is missing"));
    };
    let id = |text: &str| Uuid::parse_str(text).map_err(damaged);
    Ok(Some(FactorCase {
        id: CaseId(id(case)?),
        client: ClientId(id(client)?),
        dispute: String::new(),
        amount: Money::new(amount.parse().map_err(damaged)?, kind.currency),
        platform: kind.platform.as_str().to_owned(),
        reason: kind.reason.as_str().to_owned(),
        outcome: outcome.as_str().to_owned(),
        won: rate.hits() > 0,
        level: level(subject, (levels, connection, opened), checklists)
            .unwrap_or(NOT_RECORDED)
            .to_owned(),
    }))
}

impl Db {
    /// Counts cases of these days for the factor report. Memory grows with kinds of cases and their levels, not with cases.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn factor_tallies(&self, scope: ClientScope, days: Days) -> Result<FactorCounts> {
        let checklists = self.checklists(scope.range()).await?;
        let mut columns = COUNTED.to_vec();
        if !checklists.is_empty() {
            columns.push(CONNECTION);
        }
        let mut counter = Counter::of(days, checklists);
        self.report_lines((scope, days), &columns, |line| counter.add(line))
            .await?;
        counter.counts(days)
    }

    /// The decided cases behind a factor's levels, those that `keep` wants, by the day of opening.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn factor_cases(
        &self,
        scope: ClientScope,
        days: Days,
        subject: &Subject,
        keep: impl Fn(&FactorCase) -> bool,
    ) -> Result<Vec<FactorCase>> {
        let checklists = self.checklists(scope.range()).await?;
        let mut found: Vec<(String, FactorCase)> = Vec::new();
        let each = |line: &str| {
            if let Some(case) = listed(line, subject, &checklists)?.filter(&keep) {
                let opened = line.rsplit('\t').next().unwrap_or_default();
                found.push((opened.to_owned(), case));
            }
            Ok(())
        };
        self.report_lines((scope, days), LISTED, each).await?;
        found.sort_by(|(a, one), (b, other)| (a, one.id.0).cmp(&(b, other.id.0)));
        let mut found: Vec<FactorCase> = found.into_iter().map(|(_, case)| case).collect();
        let ids: Vec<Uuid> = found.iter().map(|case| case.id.0).collect();
        let names = self.disputes(scope.range(), &ids).await?;
        for case in &mut found {
            if let Some(name) = names.get(&case.id.0) {
                case.dispute.clone_from(name);
            }
        }
        Ok(found)
    }
}
