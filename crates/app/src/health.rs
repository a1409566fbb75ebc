//! The health of accounts: what was claimed of what they sold. It stands beside the win rate and is no part of it.

use chrono::{Datelike, Months, NaiveDate};
use docket_core::id::ConnectionId;
use docket_core::money::{Currency, Money};
use docket_core::words::{Platform, Reason};
use docket_store::{Client, ClientScope, Days, MonthSales, UnitOfWork};

use crate::error::{Error, Result};
use crate::{Desk, Period};

/// Whole months that the ratio looks back, as PayPal's does (`domain.md` D4).
const MONTHS: u32 = 3;

/// What the ratio is, printed with it.
pub const HEALTH_DEFINITION: &str = "Account health stands beside the win rate and is no part of it: winning lowers no ratio. It is claims / sales of \
the three whole months before the period's end, for each account and currency. At PayPal claims of not received and not as described count, by \
amount; 1.5 % with more than 100 sales means its higher fee. Elsewhere all disputes beyond the inquiry count. Card schemes count by card network, \
which platforms do not tell. Sales are what was told of the account; without all three months there is no ratio.";

/// PayPal's limits: percent of the amount, and sales above which it holds.
const LIMIT: f64 = 1.5;
const LIMIT_SALES: i64 = 100;

/// What an account sold in a month.
#[derive(Debug, Clone)]
pub struct NewSales {
    /// The account's connection.
    pub connection: ConnectionId,
    /// Any day of the month.
    pub month: NaiveDate,
    /// For how much.
    pub amount: Money,
    /// How many payments.
    pub sales: i64,
    /// Who tells it.
    pub actor: String,
}

/// An account's claims and sales in one currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountHealth {
    /// The account's connection.
    pub connection: ConnectionId,
    /// Where.
    pub platform: Platform,
    /// First day, and the first day after the last.
    pub days: (NaiveDate, NaiveDate),
    /// Claims.
    pub claims: i64,
    /// Their disputed amounts together.
    pub claimed: Money,
    /// Payments and their amount, where all months were told.
    pub sold: Option<(i64, Money)>,
}

impl AccountHealth {
    /// Claimed of sold, in percent.
    pub fn by_amount(&self) -> Option<f64> {
        let (_, sold) = self.sold?;
        percent(self.claimed.minor, sold.minor)
    }

    /// Claims of payments, in percent.
    pub fn by_count(&self) -> Option<f64> {
        percent(self.claims, self.sold?.0)
    }

    /// Whether it is above PayPal's limit; none elsewhere, and without a ratio.
    pub fn above_limit(&self) -> Option<bool> {
        let ratio = self.by_amount().filter(|_| self.platform == Platform::PAYPAL)?;
        Some(ratio >= LIMIT && self.sold.is_some_and(|(sales, _)| sales > LIMIT_SALES))
    }
}

fn percent(part: i64, whole: i64) -> Option<f64> {
    #[expect(
        clippy::cast_precision_loss,
        reason = "amounts stay far below 2^53 minor units"
    )]
    (whole > 0).then(|| part as f64 * 100.0 / whole as f64)
}

fn counts(platform: Platform, reason: Reason) -> bool {
    platform != Platform::PAYPAL || matches!(reason, Reason::NotReceived | Reason::NotAsDescribed)
}

/// The whole months before a day.
fn months(end: NaiveDate) -> Option<(NaiveDate, NaiveDate)> {
    let to = end.with_day(1)?;
    Some((to.checked_sub_months(Months::new(MONTHS))?, to))
}

/// What was told last of each of the months, where all were told.
fn sold(told: &[MonthSales], (from, to): (NaiveDate, NaiveDate), currency: Currency) -> Option<(i64, Money)> {
    let mut sum = (0, 0);
    let mut month = from;
    while month < to {
        let mut held = told.iter().rev();
        let held = held.find(|told| told.month == month && told.amount.currency == currency)?;
        sum = (sum.0 + held.sales, sum.1 + held.amount.minor);
        month = month.checked_add_months(Months::new(1))?;
    }
    Some((sum.0, Money::new(sum.1, currency)))
}

impl Desk {
    /// Keeps what an account sold in a month.
    ///
    /// # Errors
    /// When there is no such connection, the month is not over, or the figures are none.
    pub async fn tell_sales(&self, new: NewSales) -> Result<MonthSales> {
        let connection = self.known_connection(ClientScope::Agency, new.connection).await?;
        let month = new.month.with_day(1).unwrap_or(new.month);
        let now = self.env.now();
        if new.amount.minor < 0 || new.sales < 0 {
            return Err(Error::Invalid("sales cannot be below 0".into()));
        }
        if month
            .checked_add_months(Months::new(1))
            .is_none_or(|next| next > now.date_naive())
        {
            return Err(Error::Invalid(
                format!("{} is not over yet", month.format("%Y-%m")).into(),
            ));
        }
        let told = MonthSales {
            connection: connection.id,
            client: connection.client,
            month,
            amount: new.amount,
            sales: new.sales,
            told_by: new.actor,
            told_at: now,
        };
        let mut unit = UnitOfWork::begin(&self.db).await?;
        unit.tell_sales(&told).await?;
        unit.commit().await?;
        Ok(told)
    }

    /// Everything that was ever told of sales.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn account_sales(&self, scope: ClientScope) -> Result<Vec<MonthSales>> {
        Ok(self.db.account_sales(scope).await?)
    }

    /// The accounts of a client, each in every currency that it has claims or sales in.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn account_health(&self, client: &Client, period: Period) -> Result<Vec<AccountHealth>> {
        let own = ClientScope::One(client.id);
        let Some(days) = months(period.to.date_naive()) else {
            return Ok(Vec::new());
        };
        let claims = self.db.account_claims(own, Days::opened(days.0, days.1)).await?;
        let told = self.db.account_sales(own).await?;
        let mut all = Vec::new();
        for connection in self.db.connections(own).await? {
            let platform = connection.platform;
            let claims = claims
                .iter()
                .filter(|one| one.connection == connection.id && counts(platform, one.reason));
            let told: Vec<MonthSales> = told
                .iter()
                .filter(|one| one.connection == connection.id && (days.0..days.1).contains(&one.month))
                .cloned()
                .collect();
            let mut currencies: Vec<Currency> = claims.clone().map(|one| one.amount.currency).collect();
            currencies.extend(told.iter().map(|one| one.amount.currency));
            currencies.sort_unstable();
            currencies.dedup();
            all.extend(currencies.into_iter().map(|currency| {
                let own = claims.clone().filter(|one| one.amount.currency == currency);
                let (cases, minor) =
                    own.fold((0, 0), |sum, one| (sum.0 + one.cases, sum.1 + one.amount.minor));
                AccountHealth {
                    connection: connection.id,
                    platform,
                    days,
                    claims: cases,
                    claimed: Money::new(minor, currency),
                    sold: sold(&told, days, currency),
                }
            }));
        }
        Ok(all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn money(minor: i64) -> Money {
        Money::new(minor, "EUR".parse().unwrap())
    }

    fn told(month: &str, minor: i64, sales: i64) -> MonthSales {
        MonthSales {
            connection: ConnectionId(Default::default()),
            client: docket_core::id::ClientId(Default::default()),
            month: day(month),
            amount: money(minor),
            sales,
            told_by: "ada".to_owned(),
            told_at: chrono::DateTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn three_whole_months_count_and_what_was_told_last() {
        let days = months(day("2026-11-27")).unwrap();
        assert_eq!(days, (day("2026-08-01"), day("2026-11-01")));
        let mut all = vec![told("2026-08-01", 100, 1), told("2026-09-01", 200, 2)];
        let eur = "EUR".parse().unwrap();
        assert_eq!(sold(&all, days, eur), None, "October is missing");
        all.extend([told("2026-10-01", 400, 4), told("2026-09-01", 300, 3)]);
        assert_eq!(sold(&all, days, eur), Some((8, money(800))));
        assert_eq!(sold(&all, days, "USD".parse().unwrap()), None);
    }

    #[test]
    fn the_limit_is_paypals_and_wants_more_than_a_hundred_sales() {
        let account = |platform, claimed, sold| AccountHealth {
            connection: ConnectionId(Default::default()),
            platform,
            days: (day("2026-08-01"), day("2026-11-01")),
            claims: 2,
            claimed: money(claimed),
            sold,
        };
        let of =
            |platform, claimed, sales| account(platform, claimed, Some((sales, money(10_000)))).above_limit();
        assert_eq!(of(Platform::PAYPAL, 150, 101), Some(true));
        assert_eq!(of(Platform::PAYPAL, 149, 101), Some(false));
        assert_eq!(of(Platform::PAYPAL, 150, 100), Some(false));
        assert_eq!(of(Platform::KLARNA, 150, 101), None);
        let unknown = account(Platform::PAYPAL, 150, None);
        assert_eq!((unknown.by_amount(), unknown.above_limit()), (None, None));
        let nothing = account(Platform::PAYPAL, 0, Some((0, money(0))));
        assert_eq!((nothing.by_amount(), nothing.by_count()), (None, None));
        assert!(
            counts(Platform::PAYPAL, Reason::NotReceived) && !counts(Platform::PAYPAL, Reason::Unauthorised)
        );
        assert!(counts(Platform::SHOPIFY, Reason::Unauthorised));
    }
}
