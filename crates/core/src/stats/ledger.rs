//! The win-rate report: counts, amounts, answers in time, and rates that may be compared (`domain.md` D4, E3).

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use super::amounts::{AmountRate, float};
use super::win_rate::Group;
use super::{Change, Rate, Shrunk, Standard, Tally, standardise};
use crate::case::Answer;
use crate::money::Currency;
use crate::words::{Outcome, Platform, Reason};

/// What the amounts are, printed with every report.
pub const MONEY_DEFINITION: &str = "Amounts are per currency. Win rate by amount = retained / disputed amount of the decided cases; a \
partial win counts with what was kept, and with nothing where the platform does not tell it. Net recovery = retained by contest / \
disputed amount of all cases received. Retained share = retained by contest, protection, withdrawal or lapse / disputed amount of all \
cases received; open cases have retained nothing yet. Net benefit = retained - dispute fees of the platform - fees of the agency of the same \
cases, and of those that they superseded; where a fee is not known, or is charged in another currency than the cases have, it is not shown. Intervals of amounts are Wilson's at the effective number of cases \
(Kish). Answered in time = answered before the platform's deadline / answered or missed, latest round of each case whose \
deadline is known; a case that was lost without a response is missed. Rates at the fixed mix weigh each platform and reason as all cases of the report do; only these, of mature groups, may be compared.";

/// Of the mix's cases, the share whose strata a group must have for a rate at that mix.
const COVERED_PERCENT: u64 = 90;

/// Cases that differ in nothing that the report tells apart, added up.
#[derive(Debug, Clone, PartialEq)]
pub struct Bundle {
    /// The group.
    pub key: String,
    /// Platform.
    pub platform: Platform,
    /// Canonical reason.
    pub reason: Reason,
    /// Currency of the amounts.
    pub currency: Currency,
    /// Outcome; none while open.
    pub outcome: Option<Outcome>,
    /// Whether evidence was sent.
    pub contested: bool,
    /// How the latest round stands to its deadline, as of the report.
    pub answer: Answer,
    /// How many.
    pub cases: u64,
    /// Their amounts.
    pub sums: Sums,
    /// Their fees, by currency.
    pub fees: Vec<(Currency, Fees)>,
    /// Cases of which a fee is not known, the platform's or the agency's.
    pub fee_unknown: u64,
}

/// Amounts of cases, in minor units.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Sums {
    /// Disputed.
    pub amount: i128,
    /// Kept of it by partial wins, where that is known.
    pub kept: i128,
    /// Partial wins of which it is not known.
    pub kept_unknown: u64,
    /// The sum of the squared amounts.
    pub squares: f64,
}

impl Sums {
    /// Adds a case.
    pub fn add(&mut self, amount: i64, outcome: Option<Outcome>, kept: Option<i64>) {
        let amount = i128::from(amount);
        self.amount += amount;
        self.squares += float(amount) * float(amount);
        if outcome == Some(Outcome::Partial) {
            match kept {
                Some(kept) => self.kept += i128::from(kept).clamp(0, amount.max(0)),
                None => self.kept_unknown += 1,
            }
        }
    }
}

/// Fees of cases, in minor units.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Fees {
    /// What platforms charge for disputes.
    pub platform: i64,
    /// What the agency charges.
    pub agency: i64,
}

impl Fees {
    /// Adds others of the same currency.
    pub const fn add(&mut self, other: Self) {
        self.platform = self.platform.saturating_add(other.platform);
        self.agency = self.agency.saturating_add(other.agency);
    }
}

/// A line of the report: one group, or all.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Line {
    /// Its counts.
    pub group: Group,
    /// Answered in time, of those answered or missed.
    pub on_time: Rate,
    /// Answered cases whose deadline is not known: they are in no share of answers in time.
    pub undated: u64,
    /// Per currency, in the order of their codes.
    pub amounts: Vec<Amounts>,
    /// The rate at the report's fixed mix; none for the whole, whose mix it is.
    pub standard: Option<Mixed>,
    /// Its rate shrunk towards that of all other groups, where [`Ledger::shrunk`] was asked for and it can be.
    pub shrunk: Option<Shrunk>,
    strata: Strata,
}

type Strata = BTreeMap<(Platform, Reason), Rate>;

/// A rate at the report's mix.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mixed {
    /// The rate.
    pub rate: Standard,
    /// How much of the mix the group's strata cover: cases of them, and all cases.
    pub covers: (u64, u64),
}

/// The amounts of one currency.
#[derive(Debug, Clone, PartialEq)]
pub struct Amounts {
    /// Which.
    pub currency: Currency,
    /// Retained of decided.
    pub won: AmountRate,
    /// Retained by contest of all received.
    pub recovered: AmountRate,
    /// Retained in any way of all received.
    pub retained: AmountRate,
    /// Partial wins of which it is not known what was kept: they count with nothing.
    pub kept_unknown: u64,
    /// Fees in this currency of the cases in it; none where a fee of any case is not known.
    pub fees: Option<Fees>,
    /// Their fees in other currencies, as far as fees are known.
    elsewhere: Vec<(Currency, Fees)>,
    /// Cases of which a fee is not known, the platform's or the agency's.
    pub fee_unknown: u64,
}

impl Amounts {
    fn new(currency: Currency) -> Self {
        Self {
            currency,
            won: AmountRate::default(),
            recovered: AmountRate::default(),
            retained: AmountRate::default(),
            kept_unknown: 0,
            fees: Some(Fees::default()),
            elsewhere: Vec::new(),
            fee_unknown: 0,
        }
    }

    fn charge(&mut self, currency: Currency, fees: Fees) {
        if currency == self.currency {
            if let Some(all) = &mut self.fees {
                all.add(fees);
            }
        } else if fees != Fees::default() {
            match self.elsewhere.iter_mut().find(|(known, _)| *known == currency) {
                Some((_, all)) => all.add(fees),
                None => {
                    self.elsewhere.push((currency, fees));
                    self.elsewhere.sort_by_key(|(currency, _)| *currency);
                }
            }
        }
    }

    /// The cases' fees in other currencies; none where a fee of any case is not known, as they would not be all of them.
    pub fn fees_elsewhere(&self) -> &[(Currency, Fees)] {
        if self.fees.is_some() { &self.elsewhere } else { &[] }
    }

    /// Retained less fees, in minor units; none where a fee is not known or is charged in another currency.
    pub fn net_benefit(&self) -> Option<i64> {
        let fees = self.fees.filter(|_| self.elsewhere.is_empty())?;
        Some(
            self.retained
                .part()
                .saturating_sub(fees.platform)
                .saturating_sub(fees.agency),
        )
    }
}

/// What a merchant keeps of the disputed amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// All of it, by contest.
    ByContest,
    /// A part of it, by contest.
    InPart,
    /// All of it, without a decision on the merits.
    Otherwise,
    /// Nothing, or not yet.
    Nothing,
}

impl Kept {
    /// By how a case ended (`domain.md` D4).
    pub const fn of(outcome: Option<Outcome>, contested: bool) -> Self {
        match outcome {
            Some(Outcome::Won) => Self::ByContest,
            Some(Outcome::WonProtected) if contested => Self::ByContest,
            Some(Outcome::Partial) => Self::InPart,
            Some(Outcome::WonProtected | Outcome::Withdrawn | Outcome::Lapsed) => Self::Otherwise,
            Some(
                Outcome::Lost
                | Outcome::LostNoResponse
                | Outcome::Accepted
                | Outcome::Settled
                | Outcome::Prevented
                | Outcome::NotContestable
                | Outcome::Superseded
                | Outcome::Unknown,
            )
            | None => Self::Nothing,
        }
    }

    /// Of a case's amount, what was retained in any way; `part` as in [`Kept::by_contest`].
    pub fn at_all(self, amount: i64, part: Option<i64>) -> i64 {
        match self {
            Self::Otherwise => amount,
            Self::ByContest | Self::InPart | Self::Nothing => self.by_contest(amount, part),
        }
    }

    /// Of a case's amount, what a contest retained; `part` is what a partial win kept, where that is known.
    pub fn by_contest(self, amount: i64, part: Option<i64>) -> i64 {
        match self {
            Self::ByContest => amount,
            Self::InPart => part.unwrap_or(0).clamp(0, amount.max(0)),
            Self::Otherwise | Self::Nothing => 0,
        }
    }
}

impl Bundle {
    /// What of it the counts need.
    pub fn tally(&self) -> Tally {
        Tally {
            key: self.key.clone(),
            outcome: self.outcome,
            contested: self.contested,
            cases: self.cases,
        }
    }

    /// Answered in time, of those that were due.
    pub fn on_time(&self) -> Rate {
        match self.answer {
            Answer::InTime => Rate::new(self.cases, self.cases),
            Answer::Late | Answer::Missed => Rate::new(0, self.cases),
            Answer::Due | Answer::NotDue => Rate::default(),
        }
    }
}

impl Line {
    fn add(&mut self, bundle: &Bundle) {
        let tally = bundle.tally();
        self.group.add(&tally);
        self.on_time = self.on_time + bundle.on_time();
        if bundle.contested && bundle.answer == Answer::NotDue && bundle.outcome != Some(Outcome::Superseded)
        {
            self.undated += bundle.cases;
        }
        let rate = tally.rate();
        if rate.n() > 0 {
            let stratum = self.strata.entry((bundle.platform, bundle.reason)).or_default();
            *stratum = *stratum + rate;
        }
        let sums = &bundle.sums;
        let (by_contest, at_all) = match Kept::of(bundle.outcome, bundle.contested) {
            Kept::ByContest => (sums.amount, sums.amount),
            Kept::InPart => (sums.kept, sums.kept),
            Kept::Otherwise => (0, sums.amount),
            Kept::Nothing => (0, 0),
        };
        // A superseded case is no dispute of its own: its amount stands in the case that replaced it.
        if bundle.outcome != Some(Outcome::Superseded) {
            let amounts = self.amounts_in(bundle.currency);
            let whole = sums.amount;
            if rate.n() > 0 {
                amounts.won.add((by_contest, whole), bundle.cases, sums.squares);
            }
            amounts
                .recovered
                .add((by_contest, whole), bundle.cases, sums.squares);
            amounts.retained.add((at_all, whole), bundle.cases, sums.squares);
            amounts.kept_unknown += sums.kept_unknown;
            amounts.fee_unknown += bundle.fee_unknown;
            if bundle.fee_unknown > 0 {
                amounts.fees = None;
            }
        }
        for (currency, fees) in bundle.fees.iter().filter(|(_, fees)| *fees != Fees::default()) {
            self.amounts_in(bundle.currency).charge(*currency, *fees);
        }
    }

    fn amounts_in(&mut self, currency: Currency) -> &mut Amounts {
        let at = match self.amounts.binary_search_by_key(&currency, |a| a.currency) {
            Ok(at) => at,
            Err(at) => {
                self.amounts.insert(at, Amounts::new(currency));
                at
            }
        };
        &mut self.amounts[at]
    }

    /// Each stratum of this line with its weight in the mix.
    fn at_mix(&self, mix: &Strata) -> Mixed {
        let all: u64 = mix.values().map(|rate| rate.n()).sum();
        let own: Vec<(Rate, u64)> = mix
            .iter()
            .filter_map(|(key, whole)| Some((*self.strata.get(key)?, whole.n())))
            .collect();
        let covered: u64 = own.iter().map(|(_, weight)| weight).sum();
        let rate = if covered * 100 >= all * COVERED_PERCENT {
            standardise(&own)
        } else {
            Standard::Missing {
                strata: mix.len() - own.len(),
                n: self.group.rate().n(),
            }
        };
        Mixed {
            rate,
            covers: (covered, all),
        }
    }
}

/// The figures of a period.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Ledger {
    /// Everything.
    pub total: Line,
    /// By key, in the key's order.
    pub groups: Vec<Line>,
}

impl Ledger {
    /// Adds up.
    pub fn of(bundles: &[Bundle]) -> Self {
        let mut total = Line::default();
        let mut groups: BTreeMap<&str, Line> = BTreeMap::new();
        for bundle in bundles {
            total.add(bundle);
            let line = groups.entry(&bundle.key).or_default();
            line.group.key.clone_from(&bundle.key);
            line.add(bundle);
        }
        let mut groups: Vec<Line> = groups.into_values().collect();
        for line in &mut groups {
            line.standard = Some(line.at_mix(&total.strata));
        }
        Self { total, groups }
    }

    /// With each group's rate shrunk towards that of all the others; not that of an immature one.
    #[must_use]
    pub fn shrunk(mut self) -> Self {
        let all = self.total.group.rate();
        for line in &mut self.groups {
            let own = line.group.rate();
            let others = Rate::new(all.hits() - own.hits(), all.n() - own.n());
            line.shrunk = (!line.group.immature())
                .then(|| Shrunk::of(own, others))
                .flatten();
        }
        self
    }

    /// Won of decided by platform and reason, where anything was decided.
    pub fn strata(&self) -> impl Iterator<Item = ((Platform, Reason), Rate)> {
        self.total.strata.iter().map(|(key, rate)| (*key, *rate))
    }

    /// What changed since a period before, taken apart into mix and rates; none where one of the two may not be compared.
    pub fn change(&self, before: &Self) -> Option<Change> {
        if self.total.group.immature() || before.total.group.immature() {
            return None;
        }
        let (old, new) = (&before.total.strata, &self.total.strata);
        let keys: std::collections::BTreeSet<_> = old.keys().chain(new.keys()).collect();
        let rate = |strata: &Strata, key| strata.get(key).copied().unwrap_or_default();
        let strata: Vec<(Rate, Rate)> = keys
            .into_iter()
            .map(|key| (rate(old, key), rate(new, key)))
            .collect();
        Some(Change::of(&strata))
    }
}
