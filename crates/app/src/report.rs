//! Reports: rows to pure statistics; the same result as page, text and JSON.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use docket_core::stats::WinRate;
use docket_store::{Client, ClientScope, Days, GroupBy};

use crate::Desk;
use crate::error::{Error, Result};

/// Days from the first up to and without the last, UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// First instant.
    pub from: DateTime<Utc>,
    /// First instant after it.
    pub to: DateTime<Utc>,
}

impl Period {
    /// From two dates; the defaults are a year back and tomorrow, so that today counts.
    ///
    /// # Errors
    /// When it is empty.
    pub fn of(from: Option<NaiveDate>, to: Option<NaiveDate>, now: DateTime<Utc>) -> Result<Self> {
        let today = now.date_naive();
        let start = |day: NaiveDate| day.and_time(NaiveTime::MIN).and_utc();
        let from = start(from.unwrap_or(today - chrono::Days::new(365)));
        let to = start(to.unwrap_or(today + chrono::Days::new(1)));
        if from >= to {
            return Err(Error::Invalid(
                "the period is empty: `--from` must lie before `--to`".to_owned(),
            ));
        }
        Ok(Self { from, to })
    }

    /// The days on which its cases were opened.
    pub fn opened(self) -> Days {
        Days::opened(self.from.date_naive(), self.to.date_naive())
    }
}

/// A win-rate report.
#[derive(Debug, Clone)]
pub struct WinRateReport {
    /// The client, or none for the whole portfolio.
    pub client: Option<Client>,
    /// By opening date.
    pub period: Period,
    /// Grouped by.
    pub by: GroupBy,
    /// The figures.
    pub win_rate: WinRate,
    /// When it was computed.
    pub as_of: DateTime<Utc>,
}

impl Desk {
    /// Computes a win-rate report.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn win_rate(
        &self,
        client: Option<Client>,
        period: Period,
        by: GroupBy,
    ) -> Result<WinRateReport> {
        let scope = client
            .as_ref()
            .map_or(ClientScope::Agency, |c| ClientScope::One(c.id));
        let tallies = self.db.tallies(scope, by, period.from, period.to).await?;
        Ok(WinRateReport {
            client,
            period,
            by,
            win_rate: WinRate::of(&tallies),
            as_of: self.env.now(),
        })
    }
}
