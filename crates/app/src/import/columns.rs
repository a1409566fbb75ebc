//! What files may say, column by column: the reader goes by it, and `docket import columns` prints it.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;

/// What a file tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportKind {
    /// Orders and their lines.
    Orders,
    /// Parcels and their scans.
    Shipments,
    /// What buyer and merchant wrote.
    Messages,
    /// Goods that came back.
    Returns,
    /// Money that went back.
    Refunds,
    /// Policies with the days on which they were in force.
    Policies,
}

/// A column.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Column {
    /// Its name in the header row, or the key of a JSON line.
    pub name: &'static str,
    /// Whether every line needs it.
    pub required: bool,
    /// What it holds.
    pub says: &'static str,
}

const fn must(name: &'static str, says: &'static str) -> Column {
    let required = true;
    Column { name, required, says }
}

const fn may(name: &'static str, says: &'static str) -> Column {
    let required = false;
    Column { name, required, says }
}

const ORDER: Column = must(
    "order",
    "the merchant's order number; or the transaction id, invoice number or custom id",
);
const TIME: &str = "a time: RFC 3339, or YYYY-MM-DD[ HH:MM] in UTC";

const ORDERS: &[Column] = &[
    must(
        "order",
        "the merchant's order number or name (`#1001` is the same as `1001`)",
    ),
    may(
        "ordered_at",
        "when it was placed; a line without it only adds goods to an order",
    ),
    may("transaction_id", "the payment's id at the platform"),
    may("invoice", "the invoice number"),
    may("custom_id", "the custom id that was given to the platform"),
    may(
        "promised_by",
        "until when delivery was promised; a day means until its end",
    ),
    may("currency", "three letters (ISO 4217); needed with any amount"),
    may("total", "what was charged, like 1234.50"),
    may("shipping", "what was charged for shipping"),
    may("goods", "physical, digital or service"),
    may("cancelled_at", TIME),
    may("ship_to", "where it went, as one line; personal data"),
    may(
        "ship_country",
        "the country that it went to, two letters (ISO 3166)",
    ),
    may(
        "buyer",
        "the buyer's mail address, name or customer number, several with `;` between; only a fingerprint is kept, to find cases by",
    ),
    may(
        "line",
        "what tells two lines of the same article apart, such as 1, 2; else the SKU does",
    ),
    may("sku", "SKU or article number of a line"),
    may("title", "what the article is called"),
    may("description", "how it was described when it was ordered"),
    may("quantity", "how many; 1 where it is empty"),
    may("amount", "price of all of them, after discounts"),
];
const SHIPMENTS: &[Column] = &[
    ORDER,
    may("tracking", "the tracking number"),
    may("carrier", "the carrier"),
    may("url", "a page that shows the parcel"),
    may("shipped_at", TIME),
    may(
        "delivered_at",
        "when the carrier delivered it, by the carrier's own word",
    ),
    may("received_by", "who took it, as the carrier says; personal data"),
    may(
        "status",
        "one scan: label_created, in_transit, attempted, ready_for_pickup, delivered, returning or failed",
    ),
    may("status_at", "when it was scanned; needed with status"),
    may("status_place", "where it was scanned"),
];
const MESSAGES: &[Column] = &[
    ORDER,
    may("message", "its id, so that a later file can correct it"),
    must("from", "buyer or merchant"),
    must("at", TIME),
    must("text", "the text; personal data"),
];
const RETURNS: &[Column] = &[
    ORDER,
    may(
        "return",
        "its id, so that a later file can correct it; else the SKU",
    ),
    may("sku", "SKU or article number"),
    may("quantity", "how many of them came back; all where it is empty"),
    may("asked_at", "when the buyer asked"),
    may("received_at", "when the goods arrived"),
    may(
        "reason",
        "the merchant's word: damaged, different, missing_parts, size, changed_mind, …",
    ),
    may("state", "what became of it, the merchant's word"),
];
const REFUNDS: &[Column] = &[
    ORDER,
    may("refund", "its id; else amount and time tell it from others"),
    must("refunded_at", TIME),
    must("currency", "three letters (ISO 4217)"),
    must("amount", "how much, like 1234.50"),
];
const POLICIES: &[Column] = &[
    must("policy", "refund, shipping, terms, cancellation or privacy"),
    must("from", "in force from this day on, YYYY-MM-DD"),
    may(
        "until",
        "until this day, which is included; empty while it is in force",
    ),
    may("title", "its name or version"),
    may("url", "where it stands"),
    must("text", "the text as it was shown"),
];

impl ImportKind {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Orders,
        Self::Shipments,
        Self::Messages,
        Self::Returns,
        Self::Refunds,
        Self::Policies,
    ];

    /// The word on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Orders => "orders",
            Self::Shipments => "shipments",
            Self::Messages => "messages",
            Self::Returns => "returns",
            Self::Refunds => "refunds",
            Self::Policies => "policies",
        }
    }

    /// The columns of such a file.
    pub const fn columns(self) -> &'static [Column] {
        match self {
            Self::Orders => ORDERS,
            Self::Shipments => SHIPMENTS,
            Self::Messages => MESSAGES,
            Self::Returns => RETURNS,
            Self::Refunds => REFUNDS,
            Self::Policies => POLICIES,
        }
    }
}

impl fmt::Display for ImportKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for ImportKind {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|kind| kind.as_str() == text);
        found.ok_or_else(|| {
            format!(
                "`{text}` cannot be imported; known: orders, shipments, messages, returns, refunds, policies"
            )
        })
    }
}
