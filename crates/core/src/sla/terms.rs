//! The terms that contracts are written in: how it is measured, for how long, and for which cases.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use chrono::Duration;
use serde::{Deserialize, Serialize};

use super::log::RoundFacts;
use crate::money::Money;
use crate::sentence;
use crate::sentence::{Part, Sentence};
use crate::words::{Platform, Reason, Stage};

/// How a target is measured over many clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Statistic {
    /// Each clock within the limit; the share of those that are must reach the target share.
    Each,
    /// The mean of all clocks within the limit.
    Average,
    /// This percentile within the limit: so large a share of the clocks must be.
    Percentile(u8),
}

impl fmt::Display for Statistic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Each => f.write_str("each"),
            Self::Average => f.write_str("average"),
            Self::Percentile(p) => write!(f, "p{p}"),
        }
    }
}

impl FromStr for Statistic {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let percentile = || {
            text.strip_prefix('p')?
                .parse::<u8>()
                .ok()
                .filter(|p| (50..=99).contains(p))
        };
        match text {
            "each" => Ok(Self::Each),
            "average" => Ok(Self::Average),
            other => percentile()
                .map(Self::Percentile)
                .ok_or_else(|| format!("`{other}` is not a statistic; known: each, average, p50 to p99")),
        }
    }
}

/// A length of time in whole minutes, written `90m` or `24h`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Minutes(i64);

impl Minutes {
    pub(super) const fn duration(self) -> Duration {
        Duration::minutes(self.0)
    }
}

impl fmt::Display for Minutes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 % 60 == 0 {
            write!(f, "{}h", self.0 / 60)
        } else {
            write!(f, "{}m", self.0)
        }
    }
}

impl FromStr for Minutes {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let factor = |unit: char| match unit {
            'm' => Some(1),
            'h' => Some(60),
            _ => None,
        };
        let read = || {
            let unit = text.chars().last()?;
            let number: i64 = text.strip_suffix(unit)?.parse().ok()?;
            number
                .checked_mul(factor(unit)?)
                .filter(|m| (1..=525_600).contains(m))
                .map(Self)
        };
        read().ok_or_else(|| format!("`{text}` is no time limit; write it like 4h or 90m, at most a year"))
    }
}

macro_rules! as_text {
    ($($name:ident),+) => {$(
        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                s.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                String::deserialize(d)?.parse().map_err(serde::de::Error::custom)
            }
        }
    )+};
}
as_text!(Statistic, Minutes);

/// Which cases a target speaks of; what is left out does not matter.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Only {
    /// Platforms.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub platforms: BTreeSet<Platform>,
    /// The round's stage.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub stages: BTreeSet<Stage>,
    /// The round's reason.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub reasons: BTreeSet<Reason>,
    /// At least this much is disputed, as `500.00 EUR`; other currencies are never compared, and such cases are left out.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub amounts_from: BTreeSet<AmountFrom>,
}

/// A least amount in one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AmountFrom(pub Money);

impl PartialOrd for AmountFrom {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for AmountFrom {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.0.currency.code(), self.0.minor).cmp(&(other.0.currency.code(), other.0.minor))
    }
}

impl fmt::Display for AmountFrom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.0.decimal(), self.0.currency)
    }
}

impl FromStr for AmountFrom {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is no amount; write it like 500.00 EUR");
        let (amount, currency) = text.split_once(' ').ok_or_else(wrong)?;
        let currency = currency.parse().map_err(|_| wrong())?;
        Money::parse(amount, currency)
            .map(Self)
            .map_err(|e| e.to_string())
    }
}
as_text!(AmountFrom);

impl Only {
    /// Whether it speaks of a round.
    pub fn speaks_of(&self, round: &RoundFacts) -> bool {
        fn any<T: Ord>(set: &BTreeSet<T>, it: &T) -> bool {
            set.is_empty() || set.contains(it)
        }
        let enough = |least: &AmountFrom| {
            least.0.currency == round.amount.currency && round.amount.minor >= least.0.minor
        };
        any(&self.platforms, &round.platform)
            && any(&self.stages, &round.stage)
            && any(&self.reasons, &round.reason)
            && (self.amounts_from.is_empty() || self.amounts_from.iter().any(enough))
    }

    /// In words; none where it leaves nothing out.
    pub fn says(&self) -> Option<Sentence> {
        let or = |one: Part, other: Part| Part::from(sentence!("{one} or {other}", one, other));
        let amount = |a: &AmountFrom| sentence!("from {amount} on", amount = a.0).into();
        let parts = [
            self.platforms.iter().map(|p| p.title().into()).reduce(or),
            self.stages.iter().map(|s| (*s).into()).reduce(or),
            self.reasons.iter().map(|r| (*r).into()).reduce(or),
            self.amounts_from.iter().map(amount).reduce(or),
        ];
        let parts: Vec<Part> = parts.into_iter().flatten().collect();
        (!parts.is_empty()).then(|| sentence!("only {which}", which = Part::List(parts)))
    }

    /// Whether it leaves nothing out.
    pub fn is_all(&self) -> bool {
        *self == Self::default()
    }
}
