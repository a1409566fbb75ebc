//! Fee rules of connections, and rates of exchange from files.

use chrono::NaiveDate;
use docket_core::exchange::ExchangeRate;
use docket_core::fee::{FeeKind, FeeRule, back_on_win};
use docket_core::id::ConnectionId;
use docket_core::money::{Currency, Money};
use docket_store::{ClientScope, DayRate, StoredFee, UnitOfWork};

use crate::Desk;
use crate::error::{Error, Result};

/// Rows that are wrong named in a message; the others are counted.
const ROWS_NAMED: usize = 5;

/// A fee to set.
#[derive(Debug, Clone)]
pub struct NewFee {
    /// Of which connection.
    pub connection: ConnectionId,
    /// Who charges.
    pub kind: FeeKind,
    /// For disputes opened from this day on.
    pub valid_from: NaiveDate,
    /// For each case.
    pub amount: Money,
    /// Whether it comes back on a win; none means what the platform usually does.
    pub back_on_win: Option<bool>,
    /// The agency's share of what a contest retained, in parts per million.
    pub share_ppm: i64,
    /// Who sets it.
    pub actor: String,
}

impl Desk {
    /// Sets a fee from a day on.
    ///
    /// # Errors
    /// When there is no such connection, or the fee is none.
    pub async fn set_fee(&self, fee: NewFee) -> Result<StoredFee> {
        let connection = self.known_connection(ClientScope::Agency, fee.connection).await?;
        if fee.amount.minor < 0 {
            return Err(Error::Invalid("a fee cannot be below 0".into()));
        }
        if fee.kind == FeeKind::Platform && fee.share_ppm > 0 {
            return Err(Error::Invalid(
                "only the agency has a share; leave out `--share`".into(),
            ));
        }
        let usual = fee.kind == FeeKind::Platform && back_on_win(connection.platform);
        let stored = StoredFee {
            rule: FeeRule {
                client: connection.client,
                connection: connection.id,
                kind: fee.kind,
                valid_from: fee.valid_from,
                amount: fee.amount,
                back_on_win: fee.back_on_win.unwrap_or(usual),
                share_ppm: fee.share_ppm,
            },
            set_by: fee.actor,
            set_at: self.env.now(),
        };
        let mut unit = UnitOfWork::begin(&self.db).await?;
        unit.set_fee(&stored).await?;
        unit.commit().await?;
        Ok(stored)
    }

    /// Every fee that was ever set.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn fees(&self, scope: ClientScope) -> Result<Vec<StoredFee>> {
        Ok(self.db.fees(scope).await?)
    }

    /// Keeps the rates of a file with the columns `day`, `base`, `quote` and `rate`; gives their number. All or none.
    ///
    /// # Errors
    /// When a row is wrong, or says otherwise than what is stored and may not replace it.
    pub async fn import_rates(&self, file: &str, replace: bool, actor: &str) -> Result<usize> {
        let rates = read(file)?;
        let mut unit = UnitOfWork::begin(&self.db).await?;
        if !replace && let Some((new, _)) = unit.different_rate(&rates).await? {
            return Err(Error::Invalid(format!(
                "{} to {} of {} is stored with another rate; reports made with it would change. Nothing was stored; say `--replace` \
                 if the file is right",
                new.base, new.quote, new.day
            ).into()));
        }
        unit.keep_rates(&rates, actor, self.env.now()).await?;
        unit.commit().await?;
        Ok(rates.len())
    }
}

fn read(file: &str) -> Result<Vec<DayRate>> {
    let mut reader = ::csv::ReaderBuilder::new()
        .trim(::csv::Trim::All)
        .from_reader(file.as_bytes());
    let header = reader
        .headers()
        .map_err(|e| Error::Invalid(format!("no CSV file: {e}").into()))?;
    let place = |name: &str| {
        let at = header.iter().position(|column| column.eq_ignore_ascii_case(name));
        at.ok_or_else(|| {
            Error::Invalid(format!(
                "the column `{name}` is missing; a file of rates has day,base,quote,rate, such as 2026-03-01,SEK,EUR,0.0871"
            ).into())
        })
    };
    let places = [place("day")?, place("base")?, place("quote")?, place("rate")?];
    let (mut rates, mut wrong) = (std::collections::BTreeMap::new(), Vec::new());
    for (number, record) in reader.records().enumerate() {
        let line = number + 2;
        let row = record
            .map_err(|e| e.to_string())
            .and_then(|record| day_rate(&record, places));
        match row {
            Ok(rate) => {
                let key = (rate.day, rate.base, rate.quote);
                if rates
                    .insert(key, rate)
                    .is_some_and(|other: DayRate| other.rate != rate.rate)
                {
                    wrong.push(format!("line {line}: the file has another rate of that day"));
                }
            }
            Err(why) => wrong.push(format!("line {line}: {why}")),
        }
    }
    if wrong.is_empty() {
        return Ok(rates.into_values().collect());
    }
    let more = wrong.len().saturating_sub(ROWS_NAMED);
    wrong.truncate(ROWS_NAMED);
    let more = if more > 0 {
        format!("\n  and {more} more")
    } else {
        String::new()
    };
    Err(Error::Invalid(
        format!("nothing was stored:\n  {}{more}", wrong.join("\n  ")).into(),
    ))
}

fn day_rate(record: &::csv::StringRecord, places: [usize; 4]) -> Result<DayRate, String> {
    let [day, base, quote, rate] = places.map(|at| record.get(at).unwrap_or_default());
    let currency = |code: &str| code.parse::<Currency>().map_err(|e| e.to_string());
    let (base, quote) = (currency(base)?, currency(quote)?);
    if base == quote {
        return Err(format!("{base} in {quote} is always 1"));
    }
    Ok(DayRate {
        day: day
            .parse()
            .map_err(|_| format!("`{day}` is no day; write it like 2026-03-01"))?,
        base,
        quote,
        rate: ExchangeRate::parse(rate)
            .ok_or_else(|| format!("`{rate}` is no rate; write a decimal above 0, such as 0.0871"))?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrong_rows_are_named_and_none_is_taken() {
        let good = "day,base,quote,rate\n2026-03-01,SEK,EUR,0.0871\n2026-03-02,SEK,EUR,0.0872\n";
        assert_eq!(read(good).unwrap().len(), 2);
        let refused = |text: &str| read(text).unwrap_err().to_string();
        assert!(refused("day,base,rate\n").contains("`quote` is missing"));
        let wrong = refused(&format!(
            "{good}yesterday,SEK,EUR,1\n2026-03-03,EUR,EUR,1\n2026-03-03,SEK,EUR,0\n2026-03-01,SEK,EUR,2\n"
        ));
        for words in [
            "line 4: `yesterday`",
            "line 5: EUR in EUR",
            "line 6: `0` is no rate",
            "line 7: the file has another",
        ] {
            assert!(wrong.contains(words), "{words}: {wrong}");
        }
    }
}
