//! Counting for the win rate: the database groups, core computes.

use chrono::{DateTime, Utc};
use docket_core::stats::Tally;

use crate::{ClientScope, Db, Error, Result};

/// What a report is grouped by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupBy {
    /// Month of opening at the platform, UTC.
    Month,
    /// Canonical reason.
    Reason,
    /// Platform.
    Platform,
    /// Stage reached.
    Stage,
    /// Currency.
    Currency,
    /// How complete the evidence was when it was sent ([`docket_core::evidence::Band`]).
    Evidence,
}

/// A case's evidence band; one text for both engines.
pub(crate) const BAND: &str =
    "CASE WHEN contested THEN coalesce(evidence, 'unknown') ELSE 'not_answered' END";

impl GroupBy {
    /// Every choice.
    pub const ALL: &'static [Self] = &[
        Self::Month,
        Self::Reason,
        Self::Platform,
        Self::Stage,
        Self::Currency,
        Self::Evidence,
    ];

    /// The word on the command line and in the page's address.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Month => "month",
            Self::Reason => "reason",
            Self::Platform => "platform",
            Self::Stage => "stage",
            Self::Currency => "currency",
            Self::Evidence => "evidence",
        }
    }

    const fn sqlite(self) -> &'static str {
        match self {
            Self::Month => "substr(opened_at, 1, 7)",
            Self::Evidence => BAND,
            Self::Reason | Self::Platform | Self::Stage | Self::Currency => self.as_str(),
        }
    }

    const fn postgres(self) -> &'static str {
        match self {
            Self::Month => "to_char(opened_at AT TIME ZONE 'UTC', 'YYYY-MM')",
            Self::Evidence => BAND,
            Self::Reason | Self::Platform | Self::Stage | Self::Currency => self.as_str(),
        }
    }
}

impl std::str::FromStr for GroupBy {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let known = || {
            Self::ALL
                .iter()
                .map(|g| g.as_str())
                .collect::<Vec<_>>()
                .join(", ")
        };
        Self::ALL
            .iter()
            .copied()
            .find(|g| g.as_str() == text)
            .ok_or_else(|| format!("`{text}` is not a grouping; known: {}", known()))
    }
}

type Row = (String, Option<String>, bool, i64);

impl Db {
    /// Counts cases opened in `from..to` by group, outcome and whether evidence was sent.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn tallies(
        &self,
        scope: ClientScope,
        by: GroupBy,
        from: DateTime<Utc>,
        to: DateTime<Utc>,
    ) -> Result<Vec<Tally>> {
        let (low, high) = scope.range();
        let text = |key: &str| {
            // The key is one of our own constants.
            sqlx::AssertSqlSafe(format!(
                "SELECT {key} AS key, outcome, contested, count(*) FROM cases WHERE client_id BETWEEN $1 AND $2 \
                 AND opened_at >= $3 AND opened_at < $4 GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
            ))
        };
        let rows: Vec<Row> = match self {
            Self::Sqlite { read, .. } => {
                sqlx::query_as(text(by.sqlite()))
                    .bind(low)
                    .bind(high)
                    .bind(from)
                    .bind(to)
                    .fetch_all(read)
                    .await?
            }
            Self::Postgres(pool) => {
                sqlx::query_as(text(by.postgres()))
                    .bind(low)
                    .bind(high)
                    .bind(from)
                    .bind(to)
                    .fetch_all(pool)
                    .await?
            }
        };
        rows.into_iter()
            .map(|(key, outcome, contested, cases)| {
                Ok(Tally {
                    key,
                    outcome: outcome
                        .map(|o| o.parse())
                        .transpose()
                        .map_err(|e| Error::damaged("cases", e))?,
                    contested,
                    cases: u64::try_from(cases).unwrap_or(0),
                })
            })
            .collect()
    }
}
