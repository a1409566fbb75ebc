//! The table of amounts. Currencies are never added up, so every group has a line for each of its currencies; where these are
//! too many to be read, groups are shown in one of them, and only the whole in each.

use docket_app::WinRateReport;
use docket_core::money::{Currency, Money};
use docket_core::stats::{Amounts, Figure, Line};

use super::cells::RateCell;
use super::links::Cohort;
use crate::show;

/// So many lines are shown in all currencies.
const MOST: usize = 40;

/// The table.
#[derive(Debug)]
pub struct MoneyTable {
    pub rows: Vec<MoneyRow>,
    /// In which one groups are shown, where they are not in each.
    pub only: Option<Currency>,
    /// The others that they can be shown in.
    pub others: Vec<Currency>,
}

impl MoneyTable {
    /// Of these groups; the last of them is the whole. `wanted`: in which currency groups shall be shown.
    pub fn of(report: &WinRateReport, named: &[(String, &Line, Cohort)], wanted: Option<Currency>) -> Self {
        let whole = &report.ledger.total.amounts;
        let lines: usize = named.iter().map(|(_, line, _)| line.amounts.len()).sum();
        let main = || {
            let largest = whole.iter().max_by_key(|amounts| amounts.recovered.cases());
            largest.map(|amounts| amounts.currency)
        };
        let known = |currency: &Currency| whole.iter().any(|amounts| amounts.currency == *currency);
        let only = wanted.filter(known).or_else(|| main().filter(|_| lines > MOST));
        let groups = named.len().saturating_sub(1);
        let rows = named
            .iter()
            .enumerate()
            .flat_map(|(place, (label, line, cohort))| {
                let shown = move |amounts: &&Amounts| {
                    place == groups || only.is_none_or(|only| only == amounts.currency)
                };
                line.amounts.iter().filter(shown).map(move |amounts| {
                    let currency = amounts.currency;
                    let cases = |figure| {
                        let url = cohort.link(&|q| {
                            q.currency = Some(currency);
                            q.figure = Some(figure);
                        });
                        url.filter(|_| report.wish.currency.is_none())
                    };
                    MoneyRow::of((label, line.group.immature()), amounts, cases)
                })
            });
        Self {
            rows: rows.collect(),
            others: whole
                .iter()
                .map(|amounts| amounts.currency)
                .filter(|currency| only.is_some_and(|only| only != *currency))
                .collect(),
            only,
        }
    }
}

/// A line of the table of amounts.
#[derive(Debug)]
pub struct MoneyRow {
    pub label: String,
    /// Too much of it is still open.
    pub immature: bool,
    pub currency: String,
    /// The cases in this currency; none where the group cannot be told in an address, or amounts were converted.
    pub url: Option<String>,
    /// Each share with the cases that it is of, where these are not all of the line.
    pub shares: Vec<(RateCell, Option<String>)>,
    pub sums: Vec<String>,
}

impl MoneyRow {
    /// `cases`: the address of the cases that a figure counts in this currency.
    pub fn of(
        (label, immature): (&str, bool),
        amounts: &Amounts,
        cases: impl Fn(Figure) -> Option<String>,
    ) -> Self {
        let money = |minor| Money::new(minor, amounts.currency);
        let known =
            |minor: Option<i64>| minor.map_or_else(|| show::said("not_known"), |m| show::money(money(m)));
        let shares = [
            (amounts.won, Some(Figure::Decided)),
            // Of all that the currency leads to.
            (amounts.recovered, None),
            (amounts.retained, None),
        ];
        Self {
            label: label.to_owned(),
            immature,
            currency: amounts.currency.to_string(),
            url: cases(Figure::Received),
            shares: shares
                .into_iter()
                .map(|(rate, figure)| (RateCell::amount(rate, money), figure.and_then(&cases)))
                .collect(),
            sums: vec![
                known(amounts.fees.map(|fees| fees.platform)),
                known(amounts.fees.map(|fees| fees.agency)),
                known(amounts.net_benefit()),
            ],
        }
    }
}
