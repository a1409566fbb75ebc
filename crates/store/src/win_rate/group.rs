//! What a win-rate report is grouped by.

use docket_core::money::{Currency, Money};

use crate::Result;
use crate::report_read::Days;

/// What a report is grouped by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupBy {
    /// Month of opening at the platform (or of closing, in that view), UTC.
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
    /// Band of the disputed amount, each currency by itself ([`AmountBand`]).
    Amount,
    /// Who works on it, or nobody.
    Specialist,
    /// Client.
    Client,
    /// The country that it went to.
    Country,
    /// What was bought.
    Product,
    /// What the platform's reason for its decision speaks of, in the connector's word; it comes with the decision, so that it
    /// explains none.
    Decision,
}

/// A case's evidence band; one text for both engines.
pub(crate) const BAND: &str =
    "CASE WHEN contested THEN coalesce(evidence, 'unknown') ELSE 'not_answered' END";
/// The same in the rows that reports are counted from.
pub(crate) const REPORTED_BAND: &str =
    "CASE WHEN contested THEN coalesce(nullif(evidence, ''), 'unknown') ELSE 'not_answered' END";
/// What the platform's reason for its decision speaks of, in the connector's word.
pub(crate) const DECISION: &str = "CASE WHEN decision = '' THEN 'not_told' ELSE decision END";

impl GroupBy {
    /// Every choice.
    pub const ALL: &'static [Self] = &[
        Self::Month,
        Self::Reason,
        Self::Platform,
        Self::Stage,
        Self::Currency,
        Self::Evidence,
        Self::Amount,
        Self::Specialist,
        Self::Client,
        Self::Country,
        Self::Product,
        Self::Decision,
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
            Self::Amount => "amount",
            Self::Specialist => "specialist",
            Self::Client => "client",
            Self::Country => "country",
            Self::Product => "product",
            Self::Decision => "decision",
        }
    }

    /// The column of the rows that reports are counted from.
    pub(super) const fn column(self, days: Days) -> &'static str {
        match self {
            Self::Month if days.closed => "substr(closed_on, 1, 7)",
            Self::Month => "substr(opened_on, 1, 7)",
            Self::Evidence => REPORTED_BAND,
            // Worked out from currency and amount.
            Self::Amount => "''",
            Self::Specialist => "CASE WHEN assignee = '' THEN 'nobody' ELSE assignee END",
            Self::Client => "client_id",
            Self::Country => "CASE WHEN country = '' THEN 'unknown' ELSE country END",
            Self::Product => "CASE WHEN product = '' THEN 'unknown' ELSE product END",
            Self::Decision => DECISION,
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

/// A band of disputed amounts, in whole units of the case's own currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AmountBand {
    /// Its name.
    pub name: &'static str,
    /// From here on.
    pub from: i64,
    /// Below this; the last band has no end.
    pub below: Option<i64>,
}

impl AmountBand {
    /// All of them, from the smallest.
    pub const ALL: &'static [Self] = &[
        Self {
            name: "1_below_50",
            from: 0,
            below: Some(50),
        },
        Self {
            name: "2_50_to_200",
            from: 50,
            below: Some(200),
        },
        Self {
            name: "3_200_to_1000",
            from: 200,
            below: Some(1_000),
        },
        Self {
            name: "4_1000_and_more",
            from: 1_000,
            below: None,
        },
    ];

    /// The band of an amount; what is below nothing belongs to the first.
    pub fn of(amount: Money) -> &'static Self {
        let unit = 10_i64.pow(amount.currency.exponent());
        let mut bands = Self::ALL.iter();
        bands
            .find(|band| band.below.is_none_or(|end| amount.minor < end * unit))
            .unwrap_or(&Self::ALL[0])
    }

    /// The currency and band of a group's key.
    pub fn read(key: &str) -> Option<(Currency, &'static Self)> {
        let (currency, name) = key.split_once(' ')?;
        Some((
            currency.parse().ok()?,
            Self::ALL.iter().find(|band| band.name == name)?,
        ))
    }
}
