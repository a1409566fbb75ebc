//! What a table of the factor report is of: a factor of the catalogue, or an item of a platform's settings checklist.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

use super::catalogue::Entry;
use super::{FactorGroup, FactorKind};
use crate::words::{Platform, readable};

/// What all items of the checklist begin with.
const ITEM: &str = "settings.";

/// The levels of an item, beside those that say that something is not known.
pub const PASSED: &str = "passed";
/// The item does not stand as it should.
pub const NOT_PASSED: &str = "not_passed";

/// What to do about an item of the checklist.
pub const SETTING_ADVICE: &str =
    "Put this item of the settings checklist right; the page of the connection says how it is checked.";

/// What came after the opening: the agency's own part, and what the platform gave as its reason. It explains no result, so that
/// reports show it as counts, in no comparison and in no model (`domain.md` E4).
pub const AFTER_OPENING: [FactorKind; 2] = [FactorKind::EvidenceBand, FactorKind::AdjudicationGroup];

/// A factor of the report.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// One of the catalogue.
    Kind(FactorKind),
    /// An item of a platform's settings checklist, without its `settings.`. Items are known to the connectors alone.
    Setting(Platform, String),
}

impl Subject {
    /// An item by its key.
    pub fn item(platform: Platform, key: &str) -> Self {
        Self::Setting(platform, key.strip_prefix(ITEM).unwrap_or(key).to_owned())
    }

    /// Its entry in the catalogue; items have none.
    pub fn entry(&self) -> Option<&'static Entry> {
        match self {
            Self::Kind(kind) => Entry::of(*kind),
            Self::Setting(..) => None,
        }
    }

    /// Named before anybody looked at results.
    pub fn pre_named(&self) -> bool {
        self.entry().is_some_and(|entry| entry.pre_named)
    }

    /// Its place in [`AFTER_OPENING`]; none where it was known when the dispute opened.
    pub fn after_opening(&self) -> Option<usize> {
        AFTER_OPENING.iter().position(|kind| *self == Self::Kind(*kind))
    }

    /// The level that the others are compared with; none means the one with most decided cases.
    pub fn reference(&self) -> Option<&'static str> {
        match self {
            Self::Kind(_) => self.entry().and_then(|entry| entry.reference),
            Self::Setting(..) => Some(PASSED),
        }
    }

    /// The setting or habit to look at.
    pub fn advice(&self) -> &'static str {
        self.entry().map_or(SETTING_ADVICE, |entry| entry.advice)
    }

    /// Which of the agency's factors it belongs to.
    pub const fn group(&self) -> FactorGroup {
        match self {
            Self::Kind(kind) => kind.group(),
            Self::Setting(..) => FactorGroup::Settings,
        }
    }

    /// Whether cases of a platform can have it at all.
    pub fn is_of(&self, platform: Platform) -> bool {
        match self {
            Self::Kind(_) => true,
            Self::Setting(own, _) => *own == platform,
        }
    }

    /// As it is read.
    pub fn name(&self) -> String {
        match self {
            Self::Kind(kind) => readable(kind),
            Self::Setting(platform, _) => format!("setting \"{}\" at {}", self.what(), platform.title()),
        }
    }

    /// The same without its platform.
    pub fn what(&self) -> String {
        match self {
            Self::Kind(kind) => readable(kind),
            Self::Setting(_, item) => item.replace(['_', '.'], " "),
        }
    }
}

impl From<FactorKind> for Subject {
    fn from(kind: FactorKind) -> Self {
        Self::Kind(kind)
    }
}

/// `delivery_timing`, or `paypal.settings.tracking_pushed`.
impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kind(kind) => write!(f, "{kind}"),
            Self::Setting(platform, item) => write!(f, "{platform}.{ITEM}{item}"),
        }
    }
}

impl FromStr for Subject {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let item = text.split_once('.').and_then(|(platform, rest)| {
            let item = rest.strip_prefix(ITEM).filter(|item| !item.is_empty())?;
            Some(Self::item(platform.parse().ok()?, item))
        });
        let shown = |kind: &FactorKind| Entry::of(*kind).is_some() || AFTER_OPENING.contains(kind);
        let kind = || text.parse().ok().filter(shown);
        item.or_else(|| kind().map(Self::Kind))
            .ok_or_else(|| format!("`{text}` is no factor of the report"))
    }
}

impl Serialize for Subject {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subjects_read_back_and_what_has_no_levels_is_none() {
        let setting = Subject::item(Platform::PAYPAL, "settings.policy.refund_policy");
        for (subject, text, name) in [
            (
                FactorKind::DeliveryTiming.into(),
                "delivery_timing",
                "delivery timing",
            ),
            (
                setting,
                "paypal.settings.policy.refund_policy",
                "setting \"policy refund policy\" at PayPal",
            ),
        ] {
            assert_eq!(
                (subject.to_string(), subject.name()),
                (text.to_owned(), name.to_owned())
            );
            assert_eq!(text.parse(), Ok(subject));
        }
        for wrong in [
            "",
            "delivered_at",
            "paypal.tracking",
            "paypal.settings.",
            "A b.settings.c",
        ] {
            assert!(wrong.parse::<Subject>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_came_after_the_opening_is_in_no_catalogue() {
        for (place, kind) in AFTER_OPENING.into_iter().enumerate() {
            let subject: Subject = kind.as_str().parse().unwrap();
            assert_eq!((subject.after_opening(), subject.entry()), (Some(place), None));
        }
        assert_eq!(Subject::from(FactorKind::DeliveryTiming).after_opening(), None);
    }

    #[test]
    fn an_item_is_not_named_before_and_belongs_to_one_platform() {
        let setting = Subject::item(Platform::KLARNA, "returns");
        assert!(!setting.pre_named() && setting.is_of(Platform::KLARNA) && !setting.is_of(Platform::PAYPAL));
        assert_eq!(setting.reference(), Some(PASSED));
        let timing = Subject::from(FactorKind::DeliveryTiming);
        assert!(timing.pre_named() && timing.is_of(Platform::PAYPAL));
    }
}
