//! Fee rules of connections, and rates of exchange.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Days, NaiveDate, Utc};
use docket_core::exchange::ExchangeRate;
use docket_core::fee::FeeRule;
use docket_core::id::{ClientId, ConnectionId};
use docket_core::money::{Currency, Money};
use uuid::Uuid;

use crate::bulk::write_rows;
use crate::report_read::day_text;
use crate::unit::UnitOfWork;
use crate::{ClientScope, Db, Error, Result, on_db, on_tx};

const RULES: &str = "SELECT client_id, connection_id, kind, valid_from, amount_minor, currency, back_on_win, share_ppm, set_by, set_at \
    FROM fee_rules WHERE client_id BETWEEN $1 AND $2 ORDER BY client_id, connection_id, kind, valid_from, set_at";
const SET: &str = "INSERT INTO fee_rules (connection_id, client_id, kind, valid_from, amount_minor, currency, back_on_win, \
    share_ppm, set_by, set_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
const RATES: &str = "SELECT day, base, rate FROM exchange_rates WHERE quote = $1 AND day >= $2 AND day < $3";
const DIFFERENT: &str = "SELECT rate FROM exchange_rates WHERE quote = $1 AND day = $2 AND base = $3";

#[cfg(feature = "testing")]
pub(crate) const STATEMENTS: &[&str] = &[RULES, SET, RATES, DIFFERENT];

/// A rule with who set it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredFee {
    /// The rule.
    pub rule: FeeRule,
    /// Who set it.
    pub set_by: String,
    /// When.
    pub set_at: DateTime<Utc>,
}

/// A rate of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayRate {
    /// Which day.
    pub day: NaiveDate,
    /// One unit of this …
    pub base: Currency,
    /// … in this.
    pub quote: Currency,
    /// Is worth so much.
    pub rate: ExchangeRate,
}

/// Banks publish no rates on weekends and holidays: so many days an older rate still counts.
const OLDEST: u64 = 7;

/// The rates to one currency.
#[derive(Default)]
pub(crate) struct Rates(HashMap<Currency, BTreeMap<NaiveDate, ExchangeRate>>);

impl Rates {
    /// The rate of a day, or of the last day before it that has one.
    pub(crate) fn at(&self, base: Currency, day: NaiveDate) -> Option<ExchangeRate> {
        let rates = self.0.get(&base)?;
        rates.range(oldest(day)..=day).next_back().map(|(_, rate)| *rate)
    }
}

/// The first day whose rate counts on this one.
fn oldest(day: NaiveDate) -> NaiveDate {
    day.checked_sub_days(Days::new(OLDEST)).unwrap_or(NaiveDate::MIN)
}

#[derive(sqlx::FromRow)]
struct Row {
    client_id: Uuid,
    connection_id: Uuid,
    kind: String,
    valid_from: String,
    amount_minor: i64,
    currency: String,
    back_on_win: bool,
    share_ppm: i64,
    set_by: String,
    set_at: DateTime<Utc>,
}

fn damaged(e: impl std::fmt::Display) -> Error {
    Error::damaged("fee_rules", e)
}

impl Row {
    fn stored(self) -> Result<StoredFee> {
        let currency = self.currency.parse().map_err(damaged)?;
        Ok(StoredFee {
            rule: FeeRule {
                client: ClientId(self.client_id),
                connection: ConnectionId(self.connection_id),
                kind: self.kind.parse().map_err(damaged)?,
                valid_from: self.valid_from.parse().map_err(damaged)?,
                amount: Money::new(self.amount_minor, currency),
                back_on_win: self.back_on_win,
                share_ppm: self.share_ppm,
            },
            set_by: self.set_by,
            set_at: self.set_at,
        })
    }
}

impl Db {
    /// Every fee rule that was ever set, each connection's by kind and day.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn fees(&self, scope: ClientScope) -> Result<Vec<StoredFee>> {
        let (low, high) = scope.range();
        let rows: Vec<Row> =
            on_db!(self, c => sqlx::query_as(RULES).bind(low).bind(high).fetch_all(c).await)?;
        rows.into_iter().map(Row::stored).collect()
    }

    /// All that count on days from the first to before the last.
    pub(crate) async fn rates(&self, quote: Currency, (from, to): (NaiveDate, NaiveDate)) -> Result<Rates> {
        let rows: Vec<(String, String, i64)> = on_db!(self, c => sqlx::query_as(RATES).bind(quote.code())
            .bind(day_text(oldest(from))).bind(day_text(to)).fetch_all(c).await)?;
        let mut rates = Rates::default();
        for (day, base, parts) in rows {
            let damaged = |e: &dyn std::fmt::Display| Error::damaged("exchange_rates", e);
            let base = base.parse().map_err(|e| damaged(&e))?;
            let rate = ExchangeRate::from_parts(parts).ok_or_else(|| damaged(&"a rate of nothing"))?;
            let day = day.parse().map_err(|e| damaged(&e))?;
            rates.0.entry(base).or_default().insert(day, rate);
        }
        Ok(rates)
    }
}

impl UnitOfWork {
    /// Sets a fee from a day on.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_fee(&mut self, fee: &StoredFee) -> Result<()> {
        let rule = &fee.rule;
        on_tx!(&mut self.tx, c => sqlx::query(SET).bind(rule.connection.0).bind(rule.client.0).bind(rule.kind.as_str())
            .bind(day_text(rule.valid_from)).bind(rule.amount.minor).bind(rule.amount.currency.code())
            .bind(rule.back_on_win).bind(rule.share_ppm).bind(&fee.set_by).bind(fee.set_at)
            .execute(&mut *c).await.map(|_| ()))?;
        Ok(())
    }

    /// The first of these rates that is stored with another value, with that value.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn different_rate(&mut self, rates: &[DayRate]) -> Result<Option<(DayRate, ExchangeRate)>> {
        for rate in rates {
            let held: Option<(i64,)> = on_tx!(&mut self.tx, c => sqlx::query_as(DIFFERENT).bind(rate.quote.code())
                .bind(day_text(rate.day)).bind(rate.base.code()).fetch_optional(&mut *c).await)?;
            let held = held.and_then(|(parts,)| ExchangeRate::from_parts(parts));
            if let Some(held) = held.filter(|held| *held != rate.rate) {
                return Ok(Some((*rate, held)));
            }
        }
        Ok(None)
    }

    /// Keeps rates; of a day that has one, the new one counts.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_rates(&mut self, rates: &[DayRate], by: &str, now: DateTime<Utc>) -> Result<()> {
        write_rows!(
            &mut self.tx,
            "INSERT INTO exchange_rates (quote, day, base, rate, imported_by, imported_at)",
            "ON CONFLICT (quote, day, base) DO UPDATE SET rate = excluded.rate, imported_by = excluded.imported_by, \
             imported_at = excluded.imported_at",
            rates,
            |row| [
                row.quote.code().to_owned(),
                day_text(row.day),
                row.base.code().to_owned(),
                row.rate.parts(),
                by.to_owned(),
                now
            ]
        );
        Ok(())
    }
}
