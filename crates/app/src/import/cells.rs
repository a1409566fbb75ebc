//! The cells of a line, read one by one: words, times and amounts, and what is wrong with them.

use std::str::FromStr;

use chrono::{DateTime, Datelike, Days, Duration, NaiveDate, NaiveDateTime, NaiveTime, SubsecRound, Utc};
use docket_core::dossier::Fact;
use docket_core::dossier::refs::reference;
use docket_core::money::{Currency, Money};
use docket_store::NewFact;

use super::Shop;
use super::source::{Row, RowError};

/// Longest cell that is no text: what is longer is in the wrong column.
const SHORT: usize = 500;

/// What a day without a time of day means.
#[derive(Clone, Copy)]
pub(super) enum Day {
    Begin,
    End,
}

/// A line with what was made of it so far.
pub(super) struct Cells<'a> {
    pub row: &'a Row,
    pub file: &'a str,
    pub shop: Option<&'a Shop>,
    pub now: DateTime<Utc>,
    pub errors: Vec<RowError>,
    pub facts: Vec<NewFact>,
}

/// Before it there was no order that anybody disputes: `26-11-24` is a year with two digits.
const FIRST_YEAR: i32 = 2000;

/// A time as files write it; a time without a zone is UTC.
fn time(text: &str, day: Day) -> Option<DateTime<Utc>> {
    read(text, day).filter(|at| (FIRST_YEAR..10_000).contains(&at.year()))
}

fn read(text: &str, day: Day) -> Option<DateTime<Utc>> {
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
    pub fn text(&self, name: &str) -> Option<&str> {
        let at = self.row.kind.columns().iter().position(|c| c.name == name)?;
        self.row.cells.get(at)?.as_deref()
    }

    pub fn own(&self, name: &str) -> Option<String> {
        self.text(name).map(str::to_owned)
    }

    /// What stands between semicolons.
    pub fn several(&self, name: &str) -> Vec<String> {
        let parts = self.text(name).unwrap_or_default().split(';').map(str::trim);
        parts.filter(|part| !part.is_empty()).map(str::to_owned).collect()
    }

    pub fn wrong(&mut self, name: &str, says: impl Into<String>) {
        self.errors.push(RowError::new(self.row.line, Some(name), says));
    }

    /// What holds for every cell: what is required is there, and nothing is garbage.
    pub fn check(&mut self) {
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

    pub fn word<T: FromStr<Err = docket_core::words::UnknownWord>>(&mut self, name: &str) -> Option<T> {
        match self.text(name)?.to_ascii_lowercase().parse() {
            Ok(word) => Some(word),
            Err(error) => {
                self.wrong(name, error.to_string());
                None
            }
        }
    }

    /// A country, two letters of ISO 3166.
    pub fn country(&mut self, name: &str) -> Option<String> {
        let text = self.own(name)?;
        if text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_alphabetic()) {
            return Some(text.to_ascii_uppercase());
        }
        let says = format!("`{text}` is no country of ISO 3166; write two letters, like DE");
        self.wrong(name, says);
        None
    }

    /// A time that may lie ahead.
    pub fn planned(&mut self, name: &str, day: Day) -> Option<DateTime<Utc>> {
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
    pub fn past(&mut self, name: &str) -> Option<DateTime<Utc>> {
        let at = self.planned(name, Day::Begin)?;
        // A day's grace for clocks and zones.
        if at > self.now + Duration::days(1) {
            let text = self.own(name).unwrap_or_default();
            self.wrong(name, format!("`{text}` lies in the future; check the date"));
        }
        Some(at)
    }

    pub fn money(&mut self, name: &str) -> Option<Money> {
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
    pub fn order_key(&mut self) -> String {
        let key = self.text("order").and_then(reference);
        if key.is_none() && self.text("order").is_some() {
            self.wrong(
                "order",
                "nothing is left of it without `#`; write the order's number",
            );
        }
        let key = key.map(|key| self.shop.map_or(key.clone(), |shop| shop.key(&key)));
        key.unwrap_or_default()
    }

    pub fn add(&mut self, order: &str, item: String, fact: Fact) {
        let fact = NewFact {
            order: order.to_owned(),
            item,
            fact,
            place: format!("{}:{}", self.file, self.row.line),
        };
        self.facts.push(fact);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_has_four_digits_and_lies_in_this_century() {
        for wrong in [
            "26-11-24",
            "0001-01-01",
            "1999-12-31",
            "24.11.2026",
            "2026-13-01",
            "+12026-01-01",
        ] {
            assert_eq!(time(wrong, Day::Begin), None, "{wrong}");
        }
        for right in ["2026-11-24", "2026-11-24 18:00", "2026-11-24T18:00:00+01:00"] {
            assert!(time(right, Day::End).is_some(), "{right}");
        }
    }
}
