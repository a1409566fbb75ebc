//! A line becomes facts. Pure: what is wrong is said column by column.

use chrono::{DateTime, Duration, NaiveDate, Utc};
use docket_core::chain::digest;
use docket_core::dossier::{
    Fact, Goods, Line, Message, Movement, Order, Policy, PolicyKind, Refund, Return, Scan, Shipment, Writer,
};
use docket_store::NewFact;

use super::Shop;
use super::cells::{Cells, Day};
use super::columns::ImportKind;
use super::source::{Row, RowError};

/// The facts of a line.
///
/// # Errors
/// Everything that is wrong with it.
pub(super) fn facts(
    row: &Row,
    (file, shop): (&str, Option<&Shop>),
    now: DateTime<Utc>,
) -> Result<Vec<NewFact>, Vec<RowError>> {
    let mut cells = Cells {
        row,
        file,
        shop,
        now,
        errors: Vec::new(),
        facts: Vec::new(),
    };
    cells.check();
    match row.kind {
        ImportKind::Orders => cells.order(),
        ImportKind::Shipments => cells.shipment(),
        ImportKind::Messages => cells.message(),
        ImportKind::Returns => cells.returned(),
        ImportKind::Refunds => cells.refund(),
        ImportKind::Policies => cells.policy(),
    };
    if cells.errors.is_empty() {
        Ok(cells.facts)
    } else {
        Err(cells.errors)
    }
}

impl Cells<'_> {
    fn order(&mut self) {
        let key = self.order_key();
        let placed_at = self.past("ordered_at");
        let promised_by = self.planned("promised_by", Day::End);
        let (total, shipping) = (self.money("total"), self.money("shipping"));
        let goods: Option<Goods> = self.word("goods");
        let cancelled_at = self.past("cancelled_at");
        for (name, at) in [("promised_by", promised_by), ("cancelled_at", cancelled_at)] {
            if let (Some(placed), Some(at)) = (placed_at, at)
                // A day's grace for zones.
                && at + Duration::days(1) < placed
            {
                self.wrong(name, "it lies before ordered_at; check both");
            }
        }
        let ship_country = self.country("ship_country");
        let refs = ["transaction_id", "invoice", "custom_id"];
        let refs: Vec<String> = refs.iter().filter_map(|name| self.own(name)).collect();
        let told = promised_by.is_some() || total.is_some() || goods.is_some() || !refs.is_empty();
        if let Some(placed_at) = placed_at {
            let order = Order {
                number: self.own("order").unwrap_or_default(),
                refs,
                placed_at,
                promised_by,
                total,
                shipping,
                goods,
                cancelled_at,
                ship_to: self.own("ship_to"),
                ship_country,
                addresses_match: None,
                buyer: self.several("buyer"),
            };
            self.add(&key, String::new(), Fact::Order(order));
        } else if told && self.text("ordered_at").is_none() {
            self.wrong(
                "ordered_at",
                "it is empty, and the line describes an order; write when it was placed",
            );
        }
        let goods = self.line(&key);
        if placed_at.is_none() && !goods && self.errors.is_empty() {
            self.wrong(
                "ordered_at",
                "the line says nothing; write when the order was placed, or a SKU",
            );
        }
    }

    /// How many, where the line says it.
    fn quantity(&mut self) -> Option<u64> {
        let told = self.text("quantity").map(str::parse::<u64>)?;
        if told.is_err() {
            self.wrong("quantity", "not a whole number; write it like 2");
        }
        told.ok()
    }

    /// The goods on a line of an orders file; whether there are any.
    fn line(&mut self, key: &str) -> bool {
        let quantity = self.quantity();
        if quantity.is_none() && self.text("quantity").is_some() {
            return true;
        }
        let amount = self.money("amount");
        let told = ["sku", "title", "line"]
            .into_iter()
            .find_map(|name| self.own(name));
        let Some(item) = self.own("line").or(told) else {
            if amount.is_some() || self.text("quantity").is_some() || self.text("description").is_some() {
                self.wrong(
                    "sku",
                    "it is empty, and the line describes goods; write a SKU or a title",
                );
            }
            return false;
        };
        let line = Line {
            sku: self.own("sku"),
            title: self.own("title"),
            description: self.own("description"),
            quantity: quantity.unwrap_or(1),
            amount,
        };
        self.add(key, item, Fact::Line(line));
        true
    }

    fn shipment(&mut self) {
        let key = self.order_key();
        let number = self.own("tracking");
        let (shipped_at, delivered_at) = (self.past("shipped_at"), self.past("delivered_at"));
        if let (Some(shipped), Some(delivered)) = (shipped_at, delivered_at)
            && delivered.date_naive() < shipped.date_naive()
        {
            self.wrong("delivered_at", "it lies before shipped_at; check both");
        }
        let scanned = self.text("status").is_some();
        let parcel = ["carrier", "url", "shipped_at", "delivered_at", "received_by"];
        let parcel = parcel.iter().any(|name| self.text(name).is_some());
        let name = number
            .clone()
            .or_else(|| self.text("shipped_at").map(|at| format!("at {at}")));
        match name {
            None => self.wrong(
                "tracking",
                "it is empty; write the tracking number, or shipped_at where there is none",
            ),
            // A line with nothing but a scan adds the scan, and leaves what was told of the parcel as it is.
            Some(name) if parcel || !scanned => {
                let shipment = Shipment {
                    carrier: self.own("carrier"),
                    number: number.clone(),
                    url: self.own("url"),
                    shipped_at,
                    delivered_at,
                    received_by: self.own("received_by"),
                };
                self.add(&key, name, Fact::Shipment(shipment));
            }
            Some(_) => {}
        }
        self.scan(&key, number);
    }

    fn scan(&mut self, key: &str, number: Option<String>) {
        let movement: Option<Movement> = self.word("status");
        let at = self.past("status_at");
        match (movement, at) {
            (Some(movement), Some(at)) => {
                let item = format!("{} {movement} {at}", number.as_deref().unwrap_or_default());
                let place = self.own("status_place");
                let scan = Scan {
                    number,
                    movement,
                    at,
                    place,
                };
                self.add(key, item, Fact::Scan(scan));
            }
            (Some(_), None) if self.text("status_at").is_none() => {
                self.wrong(
                    "status_at",
                    "it is empty, and status needs it; write when the parcel was scanned",
                );
            }
            (None, Some(_)) if self.text("status").is_none() => {
                self.wrong(
                    "status",
                    "it is empty, and status_at needs it; write what the scan says",
                );
            }
            _ => {}
        }
    }

    fn message(&mut self) {
        let key = self.order_key();
        let (by, at): (Option<Writer>, _) = (self.word("from"), self.past("at"));
        let (Some(by), Some(at), Some(text)) = (by, at, self.own("text")) else {
            return;
        };
        let item = self
            .own("message")
            .unwrap_or_else(|| hex(&digest(&format!("{by} {at} {text}"))));
        self.add(&key, item, Fact::Message(Message { by, at, text }));
    }

    fn returned(&mut self) {
        let key = self.order_key();
        let (asked_at, received_at) = (self.past("asked_at"), self.past("received_at"));
        if let (Some(asked), Some(received)) = (asked_at, received_at)
            && received.date_naive() < asked.date_naive()
        {
            self.wrong("received_at", "it lies before asked_at; check both");
        }
        let fact = Return {
            asked_at,
            received_at,
            sku: self.own("sku"),
            quantity: self.quantity(),
            reason: self.own("reason"),
            state: self.own("state"),
        };
        let empty = fact.asked_at.is_none() && fact.received_at.is_none() && fact.state.is_none();
        if empty && fact.reason.is_none() && self.errors.is_empty() {
            self.wrong(
                "asked_at",
                "the line says nothing of the return; write asked_at, received_at, reason or state",
            );
        }
        let item = self.own("return").or_else(|| self.own("sku")).unwrap_or_default();
        self.add(&key, item, Fact::Return(fact));
    }

    fn refund(&mut self) {
        let key = self.order_key();
        let (Some(amount), Some(at)) = (self.money("amount"), self.past("refunded_at")) else {
            return;
        };
        let id = self.own("refund");
        let item = id.clone().unwrap_or_else(|| format!("{amount} {at}"));
        self.add(&key, item, Fact::Refund(Refund { id, amount, at }));
    }

    fn policy(&mut self) {
        let kind: Option<PolicyKind> = self.word("policy");
        let mut day = |name: &str| {
            let text = self.own(name)?;
            let day = NaiveDate::parse_from_str(&text, "%Y-%m-%d").ok();
            if day.is_none() {
                self.wrong(name, format!("`{text}` is no day; write it like 2026-11-24"));
            }
            day
        };
        let (from, until) = (day("from"), day("until"));
        let (Some(kind), Some(from), Some(text)) = (kind, from, self.own("text")) else {
            return;
        };
        if until.is_some_and(|until| until < from) {
            self.wrong("until", "it lies before `from`; check both");
        }
        let policy = Policy {
            kind,
            title: self.own("title"),
            text,
            url: self.own("url"),
            from,
            until,
        };
        self.add("", format!("{kind} {from}"), Fact::Policy(policy));
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().take(16).map(|b| format!("{b:02x}")).collect()
}
