//! Reports: rows to pure statistics; the same result as page, text, CSV and JSON.

use chrono::{DateTime, Datelike, Months, NaiveDate, NaiveTime, Utc};
use docket_core::money::Currency;
use docket_core::sentence;
use docket_core::stats::{Change, Figure, Ledger};
use docket_store::{Client, ClientScope, Counted, Counting, Days, GroupBy, MissingRates, ReportCase};

use crate::board::LogEntry;
use crate::error::{Error, Result};
use crate::{AccountHealth, Desk};

/// Days named in a message; the others are counted.
const DAYS_NAMED: usize = 5;

/// Days from the first up to and without the last, UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// First instant.
    pub from: DateTime<Utc>,
    /// First instant after it.
    pub to: DateTime<Utc>,
}

impl Period {
    /// From two dates; the defaults are the first day of the month a year back, so that no month is cut, and tomorrow, so that
    /// today counts.
    ///
    /// # Errors
    /// When it is empty.
    pub fn of(from: Option<NaiveDate>, to: Option<NaiveDate>, now: DateTime<Utc>) -> Result<Self> {
        let today = now.date_naive();
        let start = |day: NaiveDate| day.and_time(NaiveTime::MIN).and_utc();
        let year = today - chrono::Days::new(365);
        let from = start(from.unwrap_or(year.with_day(1).unwrap_or(year)));
        let to = start(to.unwrap_or(today + chrono::Days::new(1)));
        if from >= to {
            return Err(Error::Invalid(sentence!(
                "the period is empty: `--from` must lie before `--to`"
            )));
        }
        Ok(Self { from, to })
    }

    /// The days on which its cases were opened.
    pub fn opened(self) -> Days {
        Days::opened(self.from.date_naive(), self.to.date_naive())
    }

    /// The last day that is in it.
    pub fn last_day(self) -> NaiveDate {
        let to = self.to.date_naive();
        to.pred_opt().unwrap_or(to)
    }

    /// Just before it as many whole months where it is whole months, else as many days; none at the beginning of time.
    pub fn before(self) -> Option<Self> {
        let (first, last) = (self.from.date_naive(), self.to.date_naive());
        let months =
            (last.year() - first.year()) * 12 + last.month().cast_signed() - first.month().cast_signed();
        let months = u32::try_from(months)
            .ok()
            .filter(|months| *months > 0)
            .map(Months::new);
        let whole = months.filter(|months| first.checked_add_months(*months) == Some(last));
        let from = match whole {
            Some(months) => self.from.checked_sub_months(months)?,
            None => self.from.checked_sub_signed(self.to - self.from)?,
        };
        Some(Self { from, to: self.from })
    }
}

/// Which win-rate report.
#[derive(Debug, Clone)]
pub struct WinRateWish {
    /// The client, or none for the whole portfolio.
    pub client: Option<Client>,
    /// When its cases were opened, or closed.
    pub period: Period,
    /// Grouped by.
    pub by: GroupBy,
    /// The cases closed in the period instead of those opened in it: no cohort, and said so.
    pub closed: bool,
    /// All amounts in this currency.
    pub currency: Option<Currency>,
}

/// A win-rate report.
#[derive(Debug, Clone)]
pub struct WinRateReport {
    /// What was asked for.
    pub wish: WinRateWish,
    /// The figures.
    pub ledger: Ledger,
    /// The period before, with what changed since.
    pub change: Changed,
    /// What changed in the period at the client and its platforms, the oldest first; for the whole portfolio, at any platform.
    pub log: Vec<LogEntry>,
    /// The client's accounts, beside the win rate; nothing for the whole portfolio, since each account has limits of its own.
    pub health: Vec<AccountHealth>,
    /// When it was computed.
    pub as_of: DateTime<Utc>,
}

/// What may be said of the period before.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Changed {
    /// Nothing was decided in it.
    NoneBefore,
    /// Too many cases of one of the two are open: how many, of how many received.
    Immature {
        /// Of this period.
        now: (u64, u64),
        /// Of the one before.
        before: (u64, u64),
    },
    /// The difference and its parts.
    Since(Period, Change),
}

impl WinRateWish {
    fn scope(&self) -> ClientScope {
        self.client
            .as_ref()
            .map_or(ClientScope::Agency, |c| ClientScope::One(c.id))
    }

    fn days(&self, period: Period) -> Days {
        Days {
            closed: self.closed,
            ..period.opened()
        }
    }
}

impl Desk {
    /// Computes a win-rate report.
    ///
    /// # Errors
    /// When the database fails, or a rate of exchange is missing.
    pub async fn win_rate(&self, wish: WinRateWish) -> Result<WinRateReport> {
        let as_of = self.env.now();
        let counting = self.counting(&wish, as_of);
        let counted = self
            .db
            .tallies(wish.scope(), wish.days(wish.period), &counting)
            .await?;
        if let Some(currency) = wish.currency {
            whole(&counted.missing, currency)?;
        }
        let ledger = Ledger::of(&by_name(self, &wish, counted).await?);
        let ledger = match wish.by {
            GroupBy::Client => ledger.shrunk(),
            _ => ledger,
        };
        let change = self.changed(&wish, &ledger, as_of).await?;
        let log = self.change_log(wish.client.as_ref(), wish.period).await?;
        let health = match &wish.client {
            Some(client) => self.account_health(client, wish.period).await?,
            None => Vec::new(),
        };
        Ok(WinRateReport {
            wish,
            ledger,
            change,
            log,
            health,
            as_of,
        })
    }

    async fn changed(&self, wish: &WinRateWish, ledger: &Ledger, as_of: DateTime<Utc>) -> Result<Changed> {
        let Some(before) = wish.period.before() else {
            return Ok(Changed::NoneBefore);
        };
        // Counts need no rates.
        let counting = Counting {
            by: GroupBy::Platform,
            currency: None,
            defaults: Vec::new(),
            as_of,
        };
        let counted = self
            .db
            .tallies(wish.scope(), wish.days(before), &counting)
            .await?;
        let old = Ledger::of(&counted.bundles);
        if old.total.group.rate().n() == 0 {
            return Ok(Changed::NoneBefore);
        }
        let open = |ledger: &Ledger| (ledger.total.group.open, ledger.total.group.received);
        let immature = Changed::Immature {
            now: open(ledger),
            before: open(&old),
        };
        Ok(ledger
            .change(&old)
            .map_or(immature, |change| Changed::Since(before, change)))
    }

    /// The cases behind a figure: those of one group, or of all.
    ///
    /// # Errors
    /// When the database fails, or a rate of exchange is missing.
    pub async fn win_rate_cases(
        &self,
        wish: &WinRateWish,
        figure: Figure,
        group: Option<&str>,
    ) -> Result<Vec<ReportCase>> {
        let counting = self.counting(wish, self.env.now());
        let days = wish.days(wish.period);
        let client = match group {
            Some(name) if wish.by == GroupBy::Client => Some(self.find_client(name).await?.id.to_string()),
            _ => None,
        };
        let group = client.as_deref().or(group);
        let (found, missing) = self
            .db
            .tallied_cases(wish.scope(), days, &counting, (figure, group))
            .await?;
        if let Some(currency) = wish.currency {
            whole(&missing, currency)?;
        }
        Ok(found)
    }

    fn counting(&self, wish: &WinRateWish, as_of: DateTime<Utc>) -> Counting {
        Counting {
            by: wish.by,
            as_of,
            currency: wish.currency,
            defaults: self.settings.fees.clone(),
        }
    }
}

/// Clients go by their names, no two of which are the same.
async fn by_name(
    desk: &Desk,
    wish: &WinRateWish,
    counted: Counted,
) -> Result<Vec<docket_core::stats::Bundle>> {
    let mut bundles = counted.bundles;
    if wish.by == GroupBy::Client {
        let clients = desk.db.clients(wish.scope()).await?;
        let names: std::collections::HashMap<String, String> = clients
            .into_iter()
            .map(|client| (client.id.to_string(), client.name))
            .collect();
        for bundle in &mut bundles {
            if let Some(name) = names.get(&bundle.key) {
                bundle.key.clone_from(name);
            }
        }
    }
    Ok(bundles)
}

/// # Errors
/// When a rate is missing: amounts without it would not be whole.
fn whole(missing: &MissingRates, currency: Currency) -> Result<()> {
    if missing.is_empty() {
        return Ok(());
    }
    let named: Vec<String> = missing
        .iter()
        .take(DAYS_NAMED)
        .map(|(day, from)| format!("{from} on {day}"))
        .collect();
    let more = missing.len().saturating_sub(DAYS_NAMED);
    let (currency, named) = (currency.to_string(), named.join(", "));
    if more > 0 {
        return Err(Error::Invalid(sentence!(
            "rates to {currency} are missing: {named} and {more} more; import them with `docket rate import FILE`, or leave out `--currency`",
            currency,
            named,
            more
        )));
    }
    Err(Error::Invalid(sentence!(
        "rates to {currency} are missing: {named}; import them with `docket rate import FILE`, or leave out `--currency`",
        currency,
        named
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_are_held_against_months_and_other_days_against_as_many() {
        let before = |from: &str, to: &str| {
            let day = |text: &str| Some(text.parse().unwrap());
            let period = Period::of(day(from), day(to), DateTime::UNIX_EPOCH).unwrap();
            let before = period.before().unwrap();
            assert_eq!(before.to, period.from);
            before.from.date_naive().to_string()
        };
        assert_eq!(before("2026-11-01", "2026-12-01"), "2026-10-01");
        assert_eq!(before("2026-03-01", "2026-04-01"), "2026-02-01");
        assert_eq!(before("2026-07-01", "2026-10-01"), "2026-04-01");
        assert_eq!(before("2026-01-01", "2027-01-01"), "2025-01-01");
        assert_eq!(before("2026-10-15", "2026-11-15"), "2026-09-15");
        assert_eq!(before("2026-11-01", "2026-11-28"), "2026-10-05");
        assert_eq!(before("2026-11-03", "2026-11-10"), "2026-10-27");
    }
}
