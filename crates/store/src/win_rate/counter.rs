//! Rows added up to bundles: counts, amounts, fees, and amounts in the reporting currency.

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;
use docket_core::fee::{Charged, FeeKind, FeeRule, free_of_charge, in_force};
use docket_core::money::{Currency, Money};
use docket_core::stats::{Bundle, Fees, Kept};
use docket_core::words::{Outcome, Platform, Stage};
use uuid::Uuid;

use super::{AmountBand, Counted, Counting, GroupBy, damaged, empty, short};
use crate::Result;
use crate::fees::Rates;
use crate::report_read::{day_text, truth};

/// What cases have in common, as text, before what is counted of each.
pub(super) const KIND: usize = 7;

/// Day of opening, stage and connection of a row.
type Detail<'a> = (&'a str, &'a str, &'a str);

struct Kind {
    bundle: Bundle,
    /// By currency of the fee.
    fees: HashMap<Currency, Fees>,
}

/// Grows with groups and strata, not with cases.
pub(super) struct Counter<'a> {
    counting: &'a Counting,
    by_text: HashMap<String, usize>,
    kinds: Vec<Kind>,
    rules: HashMap<Uuid, Vec<FeeRule>>,
    rates: Option<(Currency, Rates)>,
    missing: BTreeSet<(String, Currency)>,
    /// The key of the row at hand, where it is no column.
    text: String,
}

impl<'a> Counter<'a> {
    pub(super) fn new(
        counting: &'a Counting,
        rules: HashMap<Uuid, Vec<FeeRule>>,
        rates: Option<(Currency, Rates)>,
    ) -> Self {
        Self {
            counting,
            by_text: HashMap::new(),
            kinds: Vec::new(),
            rules,
            rates,
            missing: BTreeSet::new(),
            text: String::new(),
        }
    }

    /// Whether days, stages and connections matter.
    pub(super) fn detailed(&self) -> bool {
        self.rates.is_some() || !self.rules.is_empty() || !self.counting.defaults.is_empty()
    }

    pub(super) fn add(&mut self, line: &str) -> Result<()> {
        let (end, _) = line.match_indices('\t').nth(KIND - 1).ok_or_else(short)?;
        let (kind, rest) = (&line[..end], &line[end + 1..]);
        let mut cells = rest.split('\t');
        let amount: i64 = cells.next().ok_or_else(short)?.parse().map_err(damaged)?;
        let kept = match cells.next().ok_or_else(short)? {
            "" => None,
            kept => Some(kept.parse::<i64>().map_err(damaged)?),
        };
        let at = self.kind(kind, amount)?;
        let detail = match (cells.next(), cells.next(), cells.next()) {
            (Some(day), Some(stage), Some(connection)) => Some((day, stage, connection)),
            _ => None,
        };
        let amount = Money::new(amount, self.kinds[at].bundle.currency);
        self.count(at, (amount, kept), detail)
    }

    /// Cases that the database has added up.
    pub(super) fn add_group(&mut self, line: &str) -> Result<()> {
        // The last of what they have in common is the answer, and whether it is overdue stands behind it.
        let (end, _) = line.match_indices('\t').nth(KIND - 2).ok_or_else(short)?;
        let cells: Vec<&str> = line[end + 1..].split('\t').collect();
        let [answer, overdue, cases, amount, squares, kept, unknown] = cells[..] else {
            return Err(short());
        };
        let answer = if answer == "due" && truth(overdue) {
            "missed"
        } else {
            answer
        };
        let at = self.kind(&format!("{}\t{answer}", &line[..end]), 0)?;
        let bundle = &mut self.kinds[at].bundle;
        let cases: u64 = cases.parse().map_err(damaged)?;
        bundle.cases += cases;
        bundle.fee_unknown += cases;
        bundle.sums.amount += amount.parse::<i128>().map_err(damaged)?;
        bundle.sums.squares += squares.parse::<f64>().map_err(damaged)?;
        bundle.sums.kept += kept.parse::<i128>().map_err(damaged)?;
        bundle.sums.kept_unknown += unknown.parse::<u64>().map_err(damaged)?;
        Ok(())
    }

    fn count(
        &mut self,
        at: usize,
        (amount, kept): (Money, Option<i64>),
        detail: Option<Detail<'_>>,
    ) -> Result<()> {
        let bundle = &mut self.kinds[at].bundle;
        let (outcome, contested, platform) = (bundle.outcome, bundle.contested, bundle.platform);
        bundle.cases += 1;
        let Some((day, stage, connection)) = detail else {
            bundle.sums.add(amount.minor, outcome, kept);
            bundle.fee_unknown += 1;
            return Ok(());
        };
        let retained = Kept::of(outcome, contested).by_contest(amount.minor, kept);
        let case = Charged {
            stage: stage.parse::<Stage>().map_err(damaged)?,
            outcome,
            retained: Money::new(retained, amount.currency),
        };
        let connection = Uuid::parse_str(connection).map_err(damaged)?;
        let day: NaiveDate = day.parse().map_err(damaged)?;
        let (own, unknown) = self.fees(connection, day, platform, case);
        let minor = self.converted(amount, day);
        let kept = kept.map(|kept| self.converted(Money::new(kept, amount.currency), day));
        for (currency, fees) in own {
            let fees = Fees {
                platform: self.converted(Money::new(fees.platform, currency), day),
                agency: self.converted(Money::new(fees.agency, currency), day),
            };
            let shown = self.rates.as_ref().map_or(currency, |(reporting, _)| *reporting);
            self.kinds[at].fees.entry(shown).or_default().add(fees);
        }
        let bundle = &mut self.kinds[at].bundle;
        bundle.sums.add(minor, outcome, kept);
        bundle.fee_unknown += u64::from(unknown);
        Ok(())
    }

    /// Minor units of the reporting currency, where there is one.
    fn converted(&mut self, amount: Money, day: NaiveDate) -> i64 {
        let Some((reporting, rates)) = &self.rates else {
            return amount.minor;
        };
        if amount.currency == *reporting {
            return amount.minor;
        }
        match rates.at(amount.currency, day) {
            Some(rate) => rate.of(amount.minor, amount.currency, *reporting).minor,
            None => {
                self.missing.insert((day_text(day), amount.currency));
                0
            }
        }
    }

    /// What a case costs, and whether a part of that is not known: what its platform charges, or what the agency does. Who
    /// charges nothing says so with a rule of 0.
    fn fees(
        &self,
        connection: Uuid,
        opened_on: NaiveDate,
        platform: Platform,
        case: Charged,
    ) -> (Vec<(Currency, Fees)>, bool) {
        let rules = self.rules.get(&connection).map(Vec::as_slice).unwrap_or_default();
        let of = |kind: FeeKind| {
            let rule = in_force(rules.iter(), kind, opened_on);
            rule.map(|rule| (rule.amount.currency, rule.fees(case)))
        };
        let agency = in_force(rules.iter(), FeeKind::Agency, opened_on);
        // A share of what was kept in another currency comes to nobody knows what.
        let unknown = agency.is_none_or(|rule| {
            rule.share_ppm > 0 && case.retained.minor > 0 && case.retained.currency != rule.amount.currency
        });
        let mut fees: Vec<(Currency, Fees)> = of(FeeKind::Agency).into_iter().collect();
        match of(FeeKind::Platform) {
            Some(fee) => fees.push(fee),
            None if free_of_charge(case) => {}
            None => {
                let currency = case.retained.currency;
                let mut defaults = self.counting.defaults.iter();
                let Some(default) =
                    defaults.find(|fee| fee.platform == platform && fee.won.currency == currency)
                else {
                    return (fees, true);
                };
                let platform = match case.outcome {
                    Some(Outcome::Won | Outcome::WonProtected) => default.won,
                    Some(Outcome::Accepted | Outcome::Settled) => default.accepted,
                    // What is still open, or ended otherwise, is charged until the platform gives it back.
                    Some(
                        Outcome::Partial
                        | Outcome::Lost
                        | Outcome::LostNoResponse
                        | Outcome::Withdrawn
                        | Outcome::Lapsed
                        | Outcome::Prevented
                        | Outcome::NotContestable
                        | Outcome::Superseded
                        | Outcome::Unknown,
                    )
                    | None => default.lost,
                };
                fees.push((
                    currency,
                    Fees {
                        platform: platform.minor,
                        agency: 0,
                    },
                ));
            }
        }
        (fees, unknown)
    }

    fn kind(&mut self, text: &str, amount: i64) -> Result<usize> {
        if self.counting.by == GroupBy::Amount {
            self.text.clear();
            let currency = text.split('\t').nth(3).ok_or_else(short)?;
            let band = AmountBand::of(Money::new(amount, currency.parse().map_err(damaged)?));
            self.text.push_str(currency);
            self.text.push(' ');
            self.text.push_str(band.name);
            self.text.push_str(text);
            if let Some(at) = self.by_text.get(self.text.as_str()) {
                return Ok(*at);
            }
            let text = std::mem::take(&mut self.text);
            return self.new_kind(&text);
        }
        match self.by_text.get(text) {
            Some(at) => Ok(*at),
            None => self.new_kind(text),
        }
    }

    fn new_kind(&mut self, text: &str) -> Result<usize> {
        let at = self.kinds.len();
        let mut bundle = empty(text)?;
        bundle.key = self.counting.key(&bundle.key);
        self.kinds.push(Kind {
            bundle,
            fees: HashMap::new(),
        });
        self.by_text.insert(text.to_owned(), at);
        Ok(at)
    }

    pub(super) fn counted(self) -> Counted {
        let currency = self.rates.map(|(currency, _)| currency);
        let bundles = self.kinds.into_iter().map(|kind| {
            let mut bundle = kind.bundle;
            bundle.currency = currency.unwrap_or(bundle.currency);
            bundle.fees = kind.fees.into_iter().collect();
            bundle.fees.sort_unstable_by_key(|(currency, _)| *currency);
            bundle
        });
        let mut bundles: Vec<Bundle> = bundles.collect();
        bundles.sort_by(|a, b| a.key.cmp(&b.key));
        Counted {
            bundles,
            missing: self.missing,
        }
    }
}
