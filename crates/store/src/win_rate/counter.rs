//! Rows added up to bundles: counts, amounts and fees.

use std::collections::HashMap;

use docket_core::money::{Currency, Money};
use docket_core::stats::{Bundle, Fees};
use uuid::Uuid;

use super::charges::{Case, Charges};
use super::{AmountBand, Counted, Counting, GroupBy, damaged, empty, short};
use crate::Result;
use crate::report_read::truth;

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
    charges: Charges<'a>,
    /// The key of the row at hand, where it is no column.
    text: String,
}

impl<'a> Counter<'a> {
    pub(super) fn new(counting: &'a Counting, charges: Charges<'a>) -> Self {
        Self {
            counting,
            by_text: HashMap::new(),
            kinds: Vec::new(),
            charges,
            text: String::new(),
        }
    }

    /// Whether days, stages and connections matter.
    pub(super) fn detailed(&self) -> bool {
        self.charges.matter()
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
        let case = Case {
            connection: Uuid::parse_str(connection).map_err(damaged)?,
            opened_on: day.parse().map_err(damaged)?,
            platform,
            stage: stage.parse().map_err(damaged)?,
            outcome,
            contested,
            amount,
            kept,
        };
        let money = self.charges.of(&case);
        for (currency, fees) in money.fees {
            self.kinds[at].fees.entry(currency).or_default().add(fees);
        }
        let bundle = &mut self.kinds[at].bundle;
        bundle.sums.add(money.amount.minor, outcome, money.kept);
        bundle.fee_unknown += u64::from(money.fee_unknown);
        Ok(())
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
        let (currency, missing) = self.charges.done();
        let bundles = self.kinds.into_iter().map(|kind| {
            let mut bundle = kind.bundle;
            bundle.currency = currency.unwrap_or(bundle.currency);
            bundle.fees = kind.fees.into_iter().collect();
            bundle.fees.sort_unstable_by_key(|(currency, _)| *currency);
            bundle
        });
        let mut bundles: Vec<Bundle> = bundles.collect();
        bundles.sort_by(|a, b| a.key.cmp(&b.key));
        Counted { bundles, missing }
    }
}
