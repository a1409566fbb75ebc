//! The payments ledger: what a dispute cost and gave back (reference 5, "Money truth").

use chrono::{DateTime, Duration, Utc};
use docket_core::money::{Currency, Money};
use serde::{Deserialize, Serialize};

use super::shape;
use crate::wire::Digits;

/// Lines of a page: 103 points at most (reference 7).
pub(super) const ROWS: u32 = 50;
/// Pages of a window. A busy shop has more lines than that: then the sums are not told, rather than told wrong.
pub(super) const PAGES: usize = 3;

/// The days around an opening, when amount and fee are taken, or a decision, when they come back (reference 5).
pub(super) fn around(at: DateTime<Utc>) -> String {
    let day = |days: i64| (at + Duration::days(days)).format("%Y-%m-%d");
    format!("processed_at:>={} processed_at:<={}", day(-1), day(3))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Data {
    shopify_payments_account: Option<Account>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Account {
    balance_transactions: Option<Connection>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Connection {
    nodes: Vec<Line>,
    page_info: Info,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Info {
    has_next_page: bool,
    end_cursor: Option<String>,
}

impl Data {
    /// The lines of the page, and the cursor of the next one.
    pub(super) fn page(self) -> Option<(Vec<Line>, Option<String>)> {
        let connection = self.shopify_payments_account?.balance_transactions?;
        let info = connection.page_info;
        Some((connection.nodes, info.end_cursor.filter(|_| info.has_next_page)))
    }
}

/// A line of the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Line {
    pub id: Option<String>,
    pub r#type: Option<String>,
    pub source_type: Option<String>,
    pub source_id: Option<Digits>,
    pub transaction_date: Option<String>,
    pub amount: Option<shape::Money>,
}

impl Line {
    /// That `sourceId` is the dispute's number is inferred (reference 5).
    pub(super) fn is_of(&self, number: &str) -> bool {
        self.source_type.as_deref() == Some("DISPUTE")
            && self.source_id.as_ref().is_some_and(|id| id.0 == number)
    }

    fn money(&self) -> Option<Money> {
        money(self.amount.as_ref()?)
    }
}

/// An amount of the order or the ledger, if it is one.
pub(super) fn money(money: &shape::Money) -> Option<Money> {
    Money::parse(
        money.amount.as_deref()?,
        money.currency_code.as_deref()?.parse().ok()?,
    )
    .ok()
}

/// Fees taken less fees given back, and what came back of the disputed amount; none where no line tells.
pub(super) fn totals(lines: &[Line], currency: Currency) -> (Option<Money>, Option<Money>) {
    let sum = |types: &[&str]| {
        let amounts = lines
            .iter()
            .filter(|line| line.r#type.as_deref().is_some_and(|word| types.contains(&word)))
            .filter_map(Line::money)
            .filter(|amount| amount.currency == currency);
        let mut amounts = amounts.peekable();
        amounts.peek()?;
        amounts.try_fold(Money::new(0, currency), Money::checked_add).ok()
    };
    // The ledger writes what it takes as a negative amount.
    let fee = sum(&["CHARGEBACK_FEE", "CHARGEBACK_FEE_REFUND"]);
    let fee = fee.and_then(|fee| Some(Money::new(fee.minor.checked_neg()?, currency)));
    (
        fee,
        sum(&[
            "DISPUTE_REVERSAL",
            "CHARGEBACK_HOLD_RELEASE",
            "CHARGEBACK_PROTECTION_CREDIT",
        ]),
    )
}
