//! The platforms, and what the runs have to know of each: how its documents are read, and what answers a dispute there.

use std::fmt;

use anyhow::Result;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Platform {
    Paypal,
    Klarna,
    Shopify,
}

impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

impl Platform {
    pub const ALL: [Self; 3] = [Self::Paypal, Self::Klarna, Self::Shopify];

    pub const fn word(self) -> &'static str {
        match self {
            Self::Paypal => "paypal",
            Self::Klarna => "klarna",
            Self::Shopify => "shopify",
        }
    }

    /// What the connector makes of a document, in the words of `docket case list --json`.
    pub fn inspection(self, document: &Value, now: DateTime<Utc>) -> Result<Value> {
        let raw = serde_json::to_vec(document)?;
        let snapshot = match self {
            Self::Paypal => docket_paypal::inspect(&raw, now)?,
            Self::Klarna => docket_klarna::inspect(&raw, now)?,
            Self::Shopify => docket_shopify::inspect(&raw, now)?,
        };
        Ok(serde_json::to_value(snapshot.inspection())?)
    }

    /// Whether a document tells when the dispute changed. Where it does not, the time of our reading stands in its place.
    pub const fn tells_changes(self) -> bool {
        match self {
            Self::Paypal | Self::Klarna => true,
            Self::Shopify => false,
        }
    }

    /// The write that answers a dispute, as the simulator's journal names it: it must come exactly once.
    pub const fn decisive(self) -> &'static str {
        match self {
            Self::Paypal => "provide-evidence",
            Self::Klarna => "represent",
            Self::Shopify => "submit_evidence",
        }
    }

    /// Writes that go before the decisive one. They change nothing for good and may be repeated.
    pub const fn preparing(self) -> &'static [&'static str] {
        match self {
            Self::Paypal => &[],
            Self::Klarna => &["upload"],
            Self::Shopify => &["save_evidence"],
        }
    }

    /// The kind of evidence that holds a plain text.
    pub const fn text_kind(self) -> &'static str {
        match self {
            Self::Paypal | Self::Klarna => "other",
            Self::Shopify => "uncategorized_text",
        }
    }

    /// Klarna takes no answer without a file.
    pub const fn needs_file(self) -> bool {
        match self {
            Self::Klarna => true,
            Self::Paypal | Self::Shopify => false,
        }
    }

    /// A decision at the control door.
    pub fn loss(self) -> Value {
        match self {
            Self::Paypal => json!({ "outcome": "RESOLVED_BUYER_FAVOUR" }),
            Self::Klarna => json!({ "outcome": "LOST", "binding": true }),
            Self::Shopify => json!({ "outcome": "LOST" }),
        }
    }
}
