//! The history's lines: details as names and values.

use chrono::{DateTime, Utc};
use docket_app::HistoryRow;
use serde_json::Value;

use crate::say::kept;
use crate::show::{self, Stamp};
use crate::texts::t;

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
        let mut details = Vec::new();
        if let Some(value) = &row.detail {
            flatten("", value, &mut details);
        }
        Self {
            at: Stamp::of(row.at, now),
            actor: row.actor.clone(),
            what: show::title(&row.kind),
            details,
            erased: row.detail.is_none(),
        }
    }
}

/// Objects inside objects become names of several words; what is empty says nothing and is left out.
pub fn flatten(name: &str, value: &Value, into: &mut Vec<(String, String)>) {
    match value {
        Value::Object(fields) => {
            for (key, inner) in fields {
                let key = show::words(key);
                let name = if name.is_empty() {
                    key
                } else {
                    format!("{name} {key}")
                };
                flatten(&name, inner, into);
            }
        }
        Value::Array(items) if items.iter().any(|i| i.is_object() || i.is_array()) => {
            for (index, item) in items.iter().enumerate() {
                flatten(&format!("{name} {}", index + 1), item, into);
            }
        }
        Value::Array(items) if items.is_empty() => {}
        Value::Array(items) => push(
            name,
            items.iter().map(scalar).collect::<Vec<_>>().join(", "),
            into,
        ),
        Value::Null => {}
        Value::Bool(_) | Value::Number(_) | Value::String(_) => push(name, scalar(value), into),
    }
}

fn push(name: &str, value: String, into: &mut Vec<(String, String)>) {
    let name = if name.is_empty() { "detail" } else { name };
    into.push((name.to_owned(), value));
}

fn scalar(value: &Value) -> String {
    match value {
        Value::Bool(true) => t("yes").plain(),
        Value::Bool(false) => t("no").plain(),
        Value::String(text) => match DateTime::parse_from_rfc3339(text) {
            Ok(at) => show::minute(at.to_utc()),
            Err(_) if is_word(text) => show::words(text),
            // A few words are more likely a person's than a sentence of ours.
            Err(_) if text.split_whitespace().nth(3).is_some() => kept(text),
            Err(_) => text.clone(),
        },
        Value::Null => t("deadlines-none").plain(),
        Value::Number(_) | Value::Array(_) | Value::Object(_) => value.to_string(),
    }
}

/// A canonical word, as opposed to what a person wrote.
fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn details_become_names_and_values() {
        let mut details = Vec::new();
        let value = json!({
            "reason": "not_received", "outcome": null, "attention": [],
            "deadline": { "at": "2026-11-24T06:59:00Z", "source": "platform" },
            "changed": ["turn", "platform_status"], "text": "Snake_Case stays", "known": false,
        });
        flatten("", &value, &mut details);
        let text: Vec<String> = details.iter().map(|(n, v)| format!("{n}: {v}")).collect();
        assert_eq!(
            text,
            [
                "changed: turn, platform status",
                "deadline at: 2026-11-24 06:59 UTC",
                "deadline source: platform",
                "known: no",
                "reason: not received",
                "text: Snake_Case stays",
            ]
        );
    }
}
