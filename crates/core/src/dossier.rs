//! What is known of the purchase behind a case: facts from the platforms and from files, each with where it comes from.
//!
//! Nothing here is a guess. What nobody told is absent, and two sources may contradict each other: both are kept.

mod fact;
mod factors;
mod once;
pub mod refs;
mod timeline;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::money::Money;
use crate::words::words;

pub use fact::{Fact, FactKind};
pub use factors::factors;
pub use timeline::Moment;

/// Who told a fact, when and where: printed beside it, and kept with every packet.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Provenance {
    /// A platform's word, or the person who brought the file.
    pub by: String,
    /// When it came to us.
    pub at: DateTime<Utc>,
    /// The field or the line: `order.fulfillments[0].deliveredAt`, `shipments.csv:12`.
    pub place: String,
}

/// A fact with its provenance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known<T> {
    /// What is known.
    pub fact: T,
    /// Where from.
    pub from: Provenance,
}

words! {
    /// What kind of goods an order holds; the evidence that wins differs by it.
    Goods, "kind of goods" {
        /// Something is shipped.
        Physical = "physical",
        /// A download, a key, access.
        Digital = "digital",
        /// Work done for the buyer, a booking, an event.
        Service = "service",
    }
}

/// An order as it was placed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// The merchant's own number or name.
    pub number: String,
    /// Other references: transaction id, invoice number, custom id.
    #[serde(default)]
    pub refs: Vec<String>,
    /// When it was placed.
    pub placed_at: DateTime<Utc>,
    /// Until when delivery was promised.
    pub promised_by: Option<DateTime<Utc>>,
    /// What was charged, shipping and taxes included.
    pub total: Option<Money>,
    /// What was charged for shipping.
    pub shipping: Option<Money>,
    /// Where the platform's word or the file tells.
    pub goods: Option<Goods>,
    /// When it was cancelled.
    pub cancelled_at: Option<DateTime<Utc>>,
    /// Where it went, as one line; personal data.
    pub ship_to: Option<String>,
    /// The country that it went to, two letters of ISO 3166. Facts of before are read, and stay the same, without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ship_country: Option<String>,
    /// Whether the platform says that it went to the address of the payment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub addresses_match: Option<bool>,
    /// Who bought: as a file tells it, and once kept only as fingerprints that a search is compared with.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub buyer: Vec<String>,
}

/// A line of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// SKU or article number.
    pub sku: Option<String>,
    /// What it is called.
    pub title: Option<String>,
    /// How it was described when it was ordered.
    pub description: Option<String>,
    /// How many.
    pub quantity: u64,
    /// Price of all of them, after discounts.
    pub amount: Option<Money>,
}

/// A parcel on its way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shipment {
    /// The carrier as it was named.
    pub carrier: Option<String>,
    /// The tracking number.
    pub number: Option<String>,
    /// A page that shows it.
    pub url: Option<String>,
    /// When it was handed over.
    pub shipped_at: Option<DateTime<Utc>>,
    /// When the carrier delivered it; only the carrier's own word counts.
    pub delivered_at: Option<DateTime<Utc>>,
    /// Who took it or signed for it, as the carrier says; personal data.
    pub received_by: Option<String>,
}

words! {
    /// What a carrier says of a parcel.
    Movement, "movement" {
        /// A label exists; nothing moved. Alone it proves nothing and harms (`domain.md` D2).
        LabelCreated = "label_created",
        /// The carrier has it.
        InTransit = "in_transit",
        /// Delivery was tried.
        Attempted = "attempted",
        /// It waits for the buyer.
        ReadyForPickup = "ready_for_pickup",
        /// It was delivered.
        Delivered = "delivered",
        /// It goes back.
        Returning = "returning",
        /// The carrier gave up.
        Failed = "failed",
    }
}

/// One scan of a parcel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scan {
    /// The parcel's tracking number, where it is told.
    pub number: Option<String>,
    /// What happened.
    pub movement: Movement,
    /// When.
    pub at: DateTime<Utc>,
    /// Where, as the carrier says; may be personal data.
    pub place: Option<String>,
}

/// Money that went back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refund {
    /// The platform's or the merchant's id.
    pub id: Option<String>,
    /// How much.
    pub amount: Money,
    /// When.
    pub at: DateTime<Utc>,
}

/// Goods that came back, or were announced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Return {
    /// When the buyer asked.
    pub asked_at: Option<DateTime<Utc>>,
    /// When they arrived.
    pub received_at: Option<DateTime<Utc>>,
    /// What they are.
    pub sku: Option<String>,
    /// How many of them; all, where nobody tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantity: Option<u64>,
    /// Why, the merchant's word (`damaged`, `different`, `missing_parts`, `size`, `changed_mind`).
    pub reason: Option<String>,
    /// What became of it, the merchant's word.
    pub state: Option<String>,
}

words! {
    /// Who wrote a message.
    Writer, "writer" {
        /// The customer.
        Buyer = "buyer",
        /// The merchant.
        Merchant = "merchant",
    }
}

/// A message between buyer and merchant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Who wrote.
    pub by: Writer,
    /// When.
    pub at: DateTime<Utc>,
    /// The text; personal data.
    pub text: String,
}

words! {
    /// What a policy is about.
    PolicyKind, "policy" {
        /// Refunds and returns.
        Refund = "refund",
        /// Shipping.
        Shipping = "shipping",
        /// Terms of sale or service.
        Terms = "terms",
        /// Cancelling a subscription.
        Cancellation = "cancellation",
        /// Privacy.
        Privacy = "privacy",
    }
}

/// A policy of the merchant. The one in force on the day of the order counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// What about.
    pub kind: PolicyKind,
    /// Its name or version.
    pub title: Option<String>,
    /// The text as it was shown; empty where only its dates are known.
    pub text: String,
    /// Where it stands.
    pub url: Option<String>,
    /// In force from this day on.
    pub from: NaiveDate,
    /// Until this day, which is included; none while it is in force.
    pub until: Option<NaiveDate>,
}

impl Policy {
    /// Whether it was in force on that day.
    pub fn in_force(&self, day: NaiveDate) -> bool {
        self.from <= day && self.until.is_none_or(|until| day <= until)
    }
}

/// Everything known of the purchase behind one case.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Dossier {
    /// The order; several where sources tell of it.
    pub orders: Vec<Known<Order>>,
    /// Its lines.
    pub lines: Vec<Known<Line>>,
    /// Its parcels.
    pub shipments: Vec<Known<Shipment>>,
    /// Their scans.
    pub scans: Vec<Known<Scan>>,
    /// Money that went back.
    pub refunds: Vec<Known<Refund>>,
    /// Goods that came back.
    pub returns: Vec<Known<Return>>,
    /// What was written.
    pub messages: Vec<Known<Message>>,
    /// Policies in force on the day of the order.
    pub policies: Vec<Known<Policy>>,
}

impl Dossier {
    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The earliest moment at which a source says that the order was placed.
    pub fn ordered_at(&self) -> Option<DateTime<Utc>> {
        self.orders.iter().map(|order| order.fact.placed_at).min()
    }

    /// The last delivery that a carrier reports, of the parcel itself or of its scans, and who told it.
    pub fn delivered(&self) -> Option<(DateTime<Utc>, &Provenance)> {
        let parcels = self
            .shipments
            .iter()
            .filter_map(|known| Some((known.fact.delivered_at?, &known.from)));
        let scans = self
            .scans
            .iter()
            .filter(|known| known.fact.movement == Movement::Delivered)
            .map(|known| (known.fact.at, &known.from));
        parcels.chain(scans).max_by_key(|(at, _)| *at)
    }
}
