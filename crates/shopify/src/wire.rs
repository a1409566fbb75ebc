//! Shopify's JSON as it comes: every field optional, every word open. Only what is read is named.

mod rest;
mod words;

use std::fmt;

use chrono::{DateTime, NaiveDate, SubsecRound, Utc};
use serde::de::{Deserializer, Error, Visitor};
use serde::{Deserialize, Serialize};

pub(crate) use rest::RestDispute;
pub(crate) use words::*;

/// A number that is too large for a float, as digits: GraphQL writes it as text, REST as a bare number (reference 6).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub(crate) struct Digits(pub String);

impl<'de> Deserialize<'de> for Digits {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl Visitor<'_> for Reader {
            type Value = Digits;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a whole number, bare or as text")
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Digits, E> {
                number(text)
                    .map(|number| Digits(number.to_string()))
                    .ok_or_else(|| E::custom("no whole number"))
            }
            fn visit_u64<E: Error>(self, number: u64) -> Result<Digits, E> {
                Ok(Digits(number.to_string()))
            }
        }
        deserializer.deserialize_any(Reader)
    }
}

/// A platform number: digits only, within 64 bits, as REST ids are (reference 6).
pub(crate) fn number(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| digits)
}

/// The number in a global id of this kind (reference 2: `gid://shopify/ShopifyPaymentsDispute/{n}`).
pub(crate) fn number_in(gid: &str, kind: &str) -> Option<u64> {
    let (found, tail) = gid.strip_prefix("gid://shopify/")?.split_once('/')?;
    let tail = tail.split('?').next()?;
    number(tail).filter(|_| found == kind)
}

/// A moment: `DateTime` from 2026-04 on, `Date` before (reference 1, "Versions"). Epoch 0 stands for none (reference 5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Time {
    /// An instant.
    At(DateTime<Utc>),
    /// A calendar day of the shop.
    Day(NaiveDate),
    /// Epoch 0.
    Never,
    /// There is a text, and it is neither.
    Odd,
}

impl Time {
    /// The instant; of a day its beginning in UTC.
    pub(crate) fn instant(self) -> Option<DateTime<Utc>> {
        match self {
            Self::At(at) => Some(at),
            Self::Day(day) => Some(day.and_hms_opt(0, 0, 0)?.and_utc()),
            Self::Never | Self::Odd => None,
        }
    }

    /// Whether it says that something happened or is due, readable or not.
    pub(crate) const fn stands(self) -> bool {
        match self {
            Self::At(_) | Self::Day(_) | Self::Odd => true,
            Self::Never => false,
        }
    }
}

impl From<&str> for Time {
    fn from(text: &str) -> Self {
        let text = text.trim();
        if let Ok(at) = DateTime::parse_from_rfc3339(text) {
            let at = at.with_timezone(&Utc).trunc_subsecs(6);
            return if at.timestamp() == 0 {
                Self::Never
            } else {
                Self::At(at)
            };
        }
        match NaiveDate::parse_from_str(text, "%Y-%m-%d") {
            Ok(day) if day == NaiveDate::default() => Self::Never,
            Ok(day) => Self::Day(day),
            Err(_) => Self::Odd,
        }
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl Visitor<'_> for Reader {
            type Value = Time;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a date or a time")
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Time, E> {
                Ok(Time::from(text))
            }
            fn visit_u64<E: Error>(self, seconds: u64) -> Result<Time, E> {
                Ok(if seconds == 0 { Time::Never } else { Time::Odd })
            }
        }
        deserializer.deserialize_any(Reader)
    }
}

/// `MoneyV2`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Amount {
    pub amount: Option<String>,
    pub currency_code: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ReasonDetails {
    pub reason: Option<ReasonWord>,
    pub network_reason_code: Option<String>,
}

/// The order, as far as it helps to find the dispute.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OrderStub {
    pub id: Option<String>,
    pub legacy_resource_id: Option<Digits>,
    pub name: Option<String>,
}

/// An uploaded file in a slot.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Upload {
    pub original_file_name: Option<String>,
    pub file_size: Option<u64>,
}

/// A field that may be absent, null or there: a row without the evidence's content is no row with empty evidence.
#[expect(clippy::option_option, reason = "absent and null are two things here")]
fn there<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

macro_rules! evidence {
    (texts { $($text:ident),+ } files { $($file:ident),+ }) => {
        /// The evidence object (reference 2). Content that was not asked for is `None`, empty content `Some(None)`.
        #[derive(Debug, Clone, Default, Deserialize)]
        #[serde(rename_all = "camelCase", default)]
        pub(crate) struct Evidence {
            pub id: Option<String>,
            pub submitted: Option<bool>,
            $(#[serde(deserialize_with = "there")] pub $text: Option<Option<String>>,)+
            $(#[serde(deserialize_with = "there")] pub $file: Option<Option<Upload>>,)+
        }

        impl Evidence {
            /// Whether its content was asked for.
            pub(crate) const fn content_known(&self) -> bool {
                $(self.$text.is_some())||+ || $(self.$file.is_some())||+
            }
        }
    };
}
evidence! {
    texts {
        access_activity_log, cancellation_policy_disclosure, cancellation_rebuttal, refund_policy_disclosure,
        refund_refusal_explanation, uncategorized_text
    }
    files {
        cancellation_policy_file, customer_communication_file, refund_policy_file, service_documentation_file,
        shipping_documentation_file, uncategorized_file
    }
}

/// `ShopifyPaymentsDispute`, or the REST form brought into the same shape.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Dispute {
    pub id: Option<String>,
    pub legacy_resource_id: Option<Digits>,
    pub r#type: Option<TypeWord>,
    pub status: Option<StatusWord>,
    pub initiated_at: Option<Time>,
    pub evidence_due_by: Option<Time>,
    pub evidence_sent_on: Option<Time>,
    pub finalized_on: Option<Time>,
    pub amount: Option<Amount>,
    pub reason_details: Option<ReasonDetails>,
    pub order: Option<OrderStub>,
    pub dispute_evidence: Option<Evidence>,
}

/// The kind in a dispute's global id.
pub(crate) const DISPUTE: &str = "ShopifyPaymentsDispute";
/// The kind in an evidence's global id: another number than the dispute's (reference fact 3).
pub(crate) const EVIDENCE: &str = "ShopifyPaymentsDisputeEvidence";
/// The kind in a file upload's global id.
pub(crate) const UPLOAD: &str = "ShopifyPaymentsDisputeFileUpload";

/// A global id.
pub(crate) fn gid(kind: &str, number: &str) -> String {
    format!("gid://shopify/{kind}/{number}")
}

impl Dispute {
    /// The bare number that REST, webhooks and the admin use.
    pub(crate) fn number(&self) -> Option<u64> {
        let from_gid = self.id.as_deref().and_then(|id| number_in(id, DISPUTE));
        from_gid.or_else(|| number(&self.legacy_resource_id.as_ref()?.0))
    }

    /// The evidence's global id; never the dispute's, which the mutation does not take (reference fact 3).
    pub(crate) fn evidence_id(&self) -> Option<&str> {
        let id = self.dispute_evidence.as_ref()?.id.as_deref()?;
        number_in(id, EVIDENCE).map(|_| id)
    }
}
