//! What accounts sold, month by month, and the claims that are held against it.

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use docket_core::id::{ClientId, ConnectionId};
use docket_core::money::{Currency, Money};
use docket_core::words::{Platform, Reason};
use uuid::Uuid;

use crate::report_read::{Days, day_text};
use crate::unit::UnitOfWork;
use crate::{ClientScope, Db, Error, Result, on_db, on_tx};

const ALL: &str = "SELECT connection_id, client_id, month, currency, amount_minor, sales, told_by, told_at FROM account_sales \
    WHERE client_id BETWEEN $1 AND $2 ORDER BY connection_id, month, currency, told_at";
const TELL: &str = "INSERT INTO account_sales (connection_id, client_id, month, currency, amount_minor, sales, told_by, told_at) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
const CLAIMS: &str = "SELECT connection_id, platform, reason, currency, count(*), CAST(sum(amount_minor) AS BIGINT) FROM report_cases \
    WHERE client_id BETWEEN $1 AND $2 AND opened_on >= $3 AND opened_on < $4 AND stage <> 'inquiry' \
    GROUP BY connection_id, platform, reason, currency";

#[cfg(feature = "testing")]
pub(crate) const STATEMENTS: &[&str] = &[ALL, TELL, CLAIMS];

/// What an account sold in a month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MonthSales {
    /// The account's connection.
    pub connection: ConnectionId,
    /// Whose.
    pub client: ClientId,
    /// The first day of the month.
    pub month: NaiveDate,
    /// For how much.
    pub amount: Money,
    /// How many payments.
    pub sales: i64,
    /// Who told it.
    pub told_by: String,
    /// When.
    pub told_at: DateTime<Utc>,
}

/// Disputes of an account beyond the inquiry, of one reason and currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claims {
    /// The account's connection.
    pub connection: ConnectionId,
    /// Where.
    pub platform: Platform,
    /// Canonical reason.
    pub reason: Reason,
    /// How many.
    pub cases: i64,
    /// Their disputed amounts together.
    pub amount: Money,
}

fn damaged(e: impl std::fmt::Display) -> Error {
    Error::damaged("account_sales", e)
}

type Row = (Uuid, Uuid, String, String, i64, i64, String, DateTime<Utc>);

impl Db {
    /// Everything that was ever told of sales, each account's by month, what was told last at the end.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn account_sales(&self, scope: ClientScope) -> Result<Vec<MonthSales>> {
        let (low, high) = scope.range();
        let rows: Vec<Row> = on_db!(self, c => sqlx::query_as(ALL).bind(low).bind(high).fetch_all(c).await)?;
        let one = |(connection, client, month, currency, amount, sales, told_by, told_at): Row| {
            let currency: Currency = currency.parse().map_err(damaged)?;
            Ok(MonthSales {
                connection: ConnectionId(connection),
                client: ClientId(client),
                month: month.parse().map_err(damaged)?,
                amount: Money::new(amount, currency),
                sales,
                told_by,
                told_at,
            })
        };
        rows.into_iter().map(one).collect()
    }

    /// Disputes beyond the inquiry that were opened on these days.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn account_claims(&self, scope: ClientScope, days: Days) -> Result<Vec<Claims>> {
        let (low, high) = scope.range();
        let (from, to) = (day_text(days.from), day_text(days.to));
        let rows: Vec<(Uuid, String, String, String, i64, i64)> = on_db!(self, c => sqlx::query_as(CLAIMS).bind(low)
            .bind(high).bind(&from).bind(&to).fetch_all(c).await)?;
        let one = |(connection, platform, reason, currency, cases, amount): (
            Uuid,
            String,
            String,
            String,
            i64,
            i64,
        )| {
            let currency: Currency = currency.parse().map_err(damaged)?;
            Ok(Claims {
                connection: ConnectionId(connection),
                platform: platform.parse().map_err(damaged)?,
                reason: reason.parse().map_err(damaged)?,
                cases,
                amount: Money::new(amount, currency),
            })
        };
        rows.into_iter().map(one).collect()
    }
}

impl UnitOfWork {
    /// Keeps what an account sold in a month.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn tell_sales(&mut self, told: &MonthSales) -> Result<()> {
        let month = day_text(told.month.with_day(1).unwrap_or(told.month));
        on_tx!(&mut self.tx, c => sqlx::query(TELL).bind(told.connection.0).bind(told.client.0).bind(&month)
            .bind(told.amount.currency.code()).bind(told.amount.minor).bind(told.sales).bind(&told.told_by)
            .bind(told.told_at).execute(&mut *c).await.map(|_| ()))?;
        Ok(())
    }
}
