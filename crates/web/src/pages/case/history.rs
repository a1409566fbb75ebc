//! The history's lines: details as names and values.

use chrono::{DateTime, Utc};
use docket_app::HistoryRow;
use docket_core::id::CaseId;
use docket_core::money::Money;
use docket_core::sentence::name;
use serde::Deserialize;
use serde_json::Value;

use crate::say::kept;
use crate::show::{self, Stamp};
use crate::texts::{find, t};

/// A line of history.
#[derive(Debug)]
pub struct Line {
    pub at: Stamp,
    pub actor: String,
    pub what: String,
    pub details: Vec<(String, String)>,
    /// The details were taken out by an erasure; the line itself stays.
    pub erased: bool,
}

impl Line {
    pub fn of(row: &HistoryRow, now: DateTime<Utc>) -> Self {
        Self {
            at: Stamp::of(row.at, now),
            actor: show::actor(&row.actor),
            what: find(&format!("event-{}", row.kind)).unwrap_or_else(|| show::title(&row.kind)),
            details: row
                .detail
                .as_ref()
                .map(|value| flat(value, &row.kind, &[]))
                .unwrap_or_default(),
            erased: row.detail.is_none(),
        }
    }
}

/// Where a recorded factor comes from: what we worked out ourselves is said, a place in a platform's data stays as it is.
pub fn source(text: &str) -> String {
    const PLACES: [&str; 4] = ["a", "b", "c", "d"];
    let Some(how) = text.strip_prefix("docket:") else {
        return text.to_owned();
    };
    let counted = |word: &&str| word.bytes().all(|b| b.is_ascii_digit());
    let named = |word: &&str| word.parse::<CaseId>().is_ok();
    let words = how.split_whitespace().filter(|word| !named(word));
    let id: Vec<&str> = words
        .map(|word| if counted(&word) { "n" } else { word })
        .collect();
    let id = format!("source-{}", name(&id.join(" ")));
    if find(&id).is_none() {
        return how.to_owned();
    }
    let counts = PLACES.into_iter().zip(how.split_whitespace().filter(counted));
    counts
        .fold(t(&id), |said, (place, count)| said.with(place, count))
        .plain()
}

/// A value that is kept as text: an instant or a word of ours; a name or a number stays as it is.
pub fn value(text: &str) -> String {
    match DateTime::parse_from_rfc3339(text) {
        Ok(at) => show::minute(at.to_utc()),
        Err(_) => find(&format!("word-{text}")).unwrap_or_else(|| text.to_owned()),
    }
}

/// Fields that hold what people wrote: these words are nobody's to translate.
const TYPED: [&str; 3] = ["text", "note", "name"];

/// An object as names and values. `event` is what happened, where a name means another thing there; fields named in `without`
/// are left out wherever they stand.
pub fn flat(value: &Value, event: &str, without: &[&str]) -> Vec<(String, String)> {
    let mut into = Vec::new();
    let place = Place {
        keys: event.to_owned(),
        name: String::new(),
        key: "",
    };
    flatten(&place, value, without, &mut into);
    into
}

/// Where a value stands: the keys on the way to it, what they are called together, and the last of them.
struct Place<'a> {
    keys: String,
    name: String,
    key: &'a str,
}

impl<'a> Place<'a> {
    fn within(&self, key: &'a str) -> Self {
        let keys = format!("{}-{key}", self.keys);
        let inner = keys.split_once('-').map_or("", |(_, inner)| inner);
        let whole = find(&format!("detail-{keys}")).or_else(|| find(&format!("detail-{inner}")));
        let name = whole.unwrap_or_else(|| {
            let own = find(&format!("detail-{key}")).unwrap_or_else(|| show::words(key));
            match self.name.as_str() {
                "" => own,
                before => format!("{before}, {own}"),
            }
        });
        Self { keys, name, key }
    }

    /// One of several.
    fn number(&self, index: usize, of: usize) -> Self {
        let name = match of {
            1 => self.name.clone(),
            _ => format!("{} {}", self.name, index + 1),
        };
        Self {
            keys: self.keys.clone(),
            name,
            key: self.key,
        }
    }

    fn push(&self, value: String, into: &mut Vec<(String, String)>) {
        let name = match self.name.as_str() {
            "" => t("detail-detail").plain(),
            name => name.to_owned(),
        };
        into.push((name, value));
    }
}

/// Objects inside objects become names of several words; what is empty says nothing and is left out.
fn flatten(place: &Place<'_>, value: &Value, without: &[&str], into: &mut Vec<(String, String)>) {
    match value {
        Value::Object(fields) => {
            if let Ok(amount) = Money::deserialize(value) {
                return place.push(show::money(amount), into);
            }
            for (key, inner) in fields.iter().filter(|(key, _)| !without.contains(&key.as_str())) {
                flatten(&place.within(key), inner, without, into);
            }
        }
        Value::Array(items) if items.iter().any(|i| i.is_object() || i.is_array()) => {
            for (index, item) in items.iter().enumerate() {
                flatten(&place.number(index, items.len()), item, without, into);
            }
        }
        Value::Array(items) if items.is_empty() => {}
        Value::Array(items) => {
            let all: Vec<String> = items.iter().map(|item| scalar(place.key, item)).collect();
            place.push(all.join(", "), into);
        }
        Value::Null => {}
        Value::Bool(_) | Value::Number(_) | Value::String(_) => place.push(scalar(place.key, value), into),
    }
}

fn scalar(key: &str, value: &Value) -> String {
    match value {
        Value::Bool(true) => t("yes").plain(),
        Value::Bool(false) => t("no").plain(),
        Value::String(text) if TYPED.contains(&key) => text.clone(),
        Value::String(text) if matches!(key, "why" | "expects") => why(text),
        Value::String(text) => match DateTime::parse_from_rfc3339(text) {
            Ok(at) => show::minute(at.to_utc()),
            Err(_) if is_word(text) => word(key, text),
            // A few words are more likely a person's than a sentence of ours.
            Err(_) if text.split_whitespace().nth(3).is_some() => kept(text),
            Err(_) => text.clone(),
        },
        Value::Null => t("deadlines-none").plain(),
        Value::Number(n) if key == "size" => n.as_u64().map_or_else(|| n.to_string(), show::size),
        Value::Number(_) | Value::Array(_) | Value::Object(_) => value.to_string(),
    }
}

/// Why something happened: one of our own reasons, or what a person wrote.
fn why(text: &str) -> String {
    let own = find(&format!("why-{}", name(text)));
    own.unwrap_or_else(|| match text.split_whitespace().nth(3) {
        Some(_) => kept(text),
        None => text.to_owned(),
    })
}

/// A canonical word; what has changed is named as the field is.
fn word(key: &str, text: &str) -> String {
    let field = (key == "changed")
        .then(|| find(&format!("detail-{text}")))
        .flatten();
    field.unwrap_or_else(|| show::words(text))
}

/// A canonical word, as opposed to what a person wrote.
fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
}

#[cfg(test)]
mod tests {
    use docket_core::person::Locale;
    use docket_core::words::Language;
    use serde_json::json;

    use super::*;
    use crate::locale::within;

    fn told(event: &str, value: &Value) -> Vec<String> {
        let details = flat(value, event, &[]);
        details.iter().map(|(n, v)| format!("{n}: {v}")).collect()
    }

    fn in_german<R>(make: impl FnOnce() -> R) -> R {
        let german = Locale {
            language: Language::German,
            ..Locale::default()
        };
        within(german, make)
    }

    #[test]
    fn details_become_names_and_values() {
        let value = json!({
            "reason": "not_received", "outcome": null, "attention": [],
            "deadline": { "at": "2026-11-24T06:59:00Z", "source": "platform" },
            "changed": ["turn", "platform_status"], "text": "Snake_Case stays", "known": false,
        });
        assert_eq!(
            told("opened", &value),
            [
                "changed: whose turn, platform status",
                "deadline: 2026-11-24 06:59 UTC",
                "source of the deadline: platform",
                "known: no",
                "reason: not received",
                "text: Snake_Case stays",
            ]
        );
    }

    #[test]
    fn details_are_in_the_readers_language_and_what_people_wrote_is_as_it_was() {
        let moved =
            json!({ "from": "2026-11-23T06:59:00Z", "to": "2026-11-24T06:59:00Z", "why": "asked again" });
        let content = json!({ "evidence": [
            { "kind": "shipping_documentation", "note": "won", "files": [{ "name": "a.pdf", "size": 120_000 }] },
            { "kind": "other", "note": "" },
        ], "amount": { "minor": 123_450, "currency": "EUR" } });
        let said = in_german(|| [told("deadline_set", &moved), told("", &content)].concat());
        assert_eq!(
            said,
            [
                "vorher: 23.11.2026 06:59 UTC",
                "Frist: 24.11.2026 06:59 UTC",
                "warum: erneut gefragt",
                "Betrag: 1.234,50\u{a0}EUR",
                "Beleg 1, Datei, Name: a.pdf",
                "Beleg 1, Datei, Größe: 0,2 MB",
                "Beleg 1, Art: Versandunterlagen",
                "Beleg 1, Text: won",
                "Beleg 2, Art: anderer",
                "Beleg 2, Text: ",
            ]
        );
    }

    #[test]
    fn what_we_worked_out_ourselves_is_said_and_places_of_platforms_stay() {
        let own = |text: &str| in_german(|| source(text));
        assert_eq!(
            own("docket:3 cases of 20 units of the same goods, the client's median is 1 of 90"),
            "3 Fälle auf 20 Stück derselben Ware, Median des Kunden 1 auf 90"
        );
        assert_eq!(
            own("docket:response 01a22049-1cf0-76ec-a65a-b6eefdf66be0"),
            "unsere Antwort"
        );
        assert_eq!(own("docket:words of later"), "words of later");
        assert_eq!(own("shopify:order.refunds[0]"), "shopify:order.refunds[0]");
    }
}
