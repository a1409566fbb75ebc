//! A line becomes facts. Pure: what is wrong is said column by column.

use std::str::FromStr;

use chrono::{DateTime, Days, Duration, NaiveDate, NaiveDateTime, NaiveTime, SubsecRound, Utc};
use docket_core::chain::digest;
use docket_core::dossier::refs::reference;
use docket_core::dossier::{
    Fact, Goods, Line, Message, Movement, Order, Policy, PolicyKind, Refund, Return, Scan, Shipment, Writer,
};
use docket_core::money::{Currency, Money};
use docket_store::NewFact;

use super::columns::ImportKind;
use super::source::{Row, RowError};

/// Longest cell that is no text: what is longer is in the wrong column.
const SHORT: usize = 500;

/// What a day without a time of day means.
#[derive(Clone, Copy)]
enum Day {
    Begin,
    End,
}

struct Cells<'a> {
    row: &'a Row,
    file: &'a str,
    now: DateTime<Utc>,
    errors: Vec<RowError>,
    facts: Vec<NewFact>,
}

/// The facts of a line.
///
/// # Errors
/// Everything that is wrong with it.
pub(super) fn facts(row: &Row, file: &str, now: DateTime<Utc>) -> Result<Vec<NewFact>, Vec<RowError>> {
    let mut cells = Cells {
        row,
        file,
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

/// A time as files write it; a time without a zone is UTC.
fn time(text: &str, day: Day) -> Option<DateTime<Utc>> {
    if let Ok(exact) = DateTime::parse_from_rfc3339(text) {
        return Some(exact.with_timezone(&Utc).trunc_subsecs(6));
    }
    let formats = [
        "%Y-%m-%d %H:%M",
        "%Y-%m-%dT%H:%M",
        "%Y-%m-%d %H:%M:%S",
        "%Y-%m-%dT%H:%M:%S",
    ];
    let exact = formats
        .iter()
        .find_map(|format| NaiveDateTime::parse_from_str(text, format).ok());
    if let Some(exact) = exact {
        return Some(exact.and_utc());
    }
    let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?;
    match day {
        Day::Begin => Some(date.and_time(NaiveTime::MIN).and_utc()),
        Day::End => {
            let next = date.checked_add_days(Days::new(1))?;
            Some(next.and_time(NaiveTime::MIN).and_utc() - Duration::seconds(1))
        }
    }
}

impl Cells<'_> {
    fn text(&self, name: &str) -> Option<&str> {
        let at = self.row.kind.columns().iter().position(|c| c.name == name)?;
        self.row.cells.get(at)?.as_deref()
    }

    fn own(&self, name: &str) -> Option<String> {
        self.text(name).map(str::to_owned)
    }

    fn wrong(&mut self, name: &str, says: impl Into<String>) {
        self.errors.push(RowError::new(self.row.line, Some(name), says));
    }

    /// What holds for every cell: what is required is there, and nothing is garbage.
    fn check(&mut self) {
        let row = self.row;
        for (column, cell) in row.kind.columns().iter().zip(&row.cells) {
            let Some(text) = cell else {
                if column.required {
                    self.wrong(column.name, format!("it is empty; it holds {}", column.says));
                }
                continue;
            };
            let long = matches!(column.name, "text" | "description");
            if !long && text.chars().count() > SHORT {
                self.wrong(column.name, format!("it is longer than {SHORT} characters"));
            }
            let garbage = |c: char| c.is_control() && !(long && matches!(c, '\n' | '\r' | '\t'));
            if text.contains(garbage) {
                self.wrong(
                    column.name,
                    "it holds a line break or a control character; remove it",
                );
            }
        }
    }

    fn word<T: FromStr<Err = docket_core::words::UnknownWord>>(&mut self, name: &str) -> Option<T> {
        match self.text(name)?.to_ascii_lowercase().parse() {
            Ok(word) => Some(word),
            Err(error) => {
                self.wrong(name, error.to_string());
                None
            }
        }
    }

    /// A time that may lie ahead.
    fn planned(&mut self, name: &str, day: Day) -> Option<DateTime<Utc>> {
        let text = self.own(name)?;
        let at = time(&text, day);
        if at.is_none() {
            let says = format!(
                "`{text}` is no time; write it like 2026-11-24, 2026-11-24 18:00 (UTC) or 2026-11-24T18:00:00+01:00"
            );
            self.wrong(name, says);
        }
        at
    }

    /// A time at which something happened.
    fn past(&mut self, name: &str) -> Option<DateTime<Utc>> {
        let at = self.planned(name, Day::Begin)?;
        // A day's grace for clocks and zones.
        if at > self.now + Duration::days(1) {
            let text = self.own(name).unwrap_or_default();
            self.wrong(name, format!("`{text}` lies in the future; check the date"));
        }
        Some(at)
    }

    fn money(&mut self, name: &str) -> Option<Money> {
        let text = self.own(name)?;
        let Some(code) = self.own("currency") else {
            self.wrong(
                "currency",
                format!("it is empty, and `{name}` needs it; write EUR, USD, …"),
            );
            return None;
        };
        let currency: Currency = match code.to_ascii_uppercase().parse() {
            Ok(currency) => currency,
            Err(_) => {
                let says = format!("`{code}` is no currency of ISO 4217; write EUR, USD, …");
                self.wrong("currency", says);
                return None;
            }
        };
        match Money::parse(&text, currency) {
            Ok(money) if money.minor < 0 => {
                self.wrong(name, format!("`{text}` is below zero; write it without the sign"));
                None
            }
            Ok(money) => Some(money),
            Err(error) => {
                self.wrong(name, error.to_string());
                None
            }
        }
    }

    /// The order's key; empty where the cell is (which is an error already).
    fn order_key(&mut self) -> String {
        let key = self.text("order").and_then(reference);
        if key.is_none() && self.text("order").is_some() {
            self.wrong(
                "order",
                "nothing is left of it without `#`; write the order's number",
            );
        }
        key.unwrap_or_default()
    }

    fn add(&mut self, order: &str, item: String, fact: Fact) {
        let fact = NewFact {
            order: order.to_owned(),
            item,
            fact,
            place: format!("{}:{}", self.file, self.row.line),
        };
        self.facts.push(fact);
    }

    fn order(&mut self) {
        let key = self.order_key();
        let placed_at = self.past("ordered_at");
        let promised_by = self.planned("promised_by", Day::End);
        let (total, shipping) = (self.money("total"), self.money("shipping"));
        let goods: Option<Goods> = self.word("goods");
        let cancelled_at = self.past("cancelled_at");
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

    /// The goods on a line of an orders file; whether there are any.
    fn line(&mut self, key: &str) -> bool {
        let quantity = match self.text("quantity").map(str::parse::<u64>) {
            None => 1,
            Some(Ok(quantity)) => quantity,
            Some(Err(_)) => {
                self.wrong("quantity", "not a whole number; write it like 2");
                return true;
            }
        };
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
            quantity,
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
        let fact = Return {
            asked_at,
            received_at,
            sku: self.own("sku"),
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
