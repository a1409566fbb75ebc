//! Contracts and calendars as texts: TOML, or JSON; read with the place of what is wrong, and written as they are read.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::error::{Error, Result};

/// A contract that shows every key.
pub const CONTRACT_EXAMPLE: &str = include_str!("../../../../config/sla/contract.toml");
/// A calendar that shows every key.
pub const CALENDAR_EXAMPLE: &str = include_str!("../../../../config/sla/calendar.toml");

fn wrong(why: String) -> Error {
    Error::Invalid(why.into())
}

fn toml_wrong(text: &str, error: &toml::de::Error) -> Error {
    let before = error.span().and_then(|span| text.get(..span.start));
    let line = before.map_or(1, |before| before.matches('\n').count() + 1);
    wrong(format!("it is no TOML: line {line}: {}", error.message()))
}

/// Reads a contract or a calendar.
///
/// # Errors
/// With the place of what is wrong.
pub fn read_terms<T: DeserializeOwned>(text: &str, is_json: bool) -> Result<T> {
    let value: Value = if is_json {
        serde_json::from_str(text).map_err(|error| wrong(format!("it is no JSON: {error}")))?
    } else {
        let table = toml::from_str(text).map_err(|error| toml_wrong(text, &error))?;
        plain(toml::Value::Table(table))
    };
    serde_path_to_error::deserialize(value).map_err(|error| {
        wrong(match error.path().to_string().as_str() {
            "." => error.inner().to_string(),
            path => format!("{path}: {}", error.inner()),
        })
    })
}

/// A contract or a calendar as TOML, which reads back as the same.
///
/// # Errors
/// When it cannot be written; a mistake of ours.
pub fn write_terms(terms: &impl Serialize) -> Result<String> {
    toml::to_string(terms).map_err(|error| wrong(format!("it cannot be written as TOML: {error}")))
}

/// TOML has dates of its own; with or without quotes they are the same.
fn plain(value: toml::Value) -> Value {
    match value {
        toml::Value::String(text) => text.into(),
        toml::Value::Integer(number) => number.into(),
        toml::Value::Float(number) => number.into(),
        toml::Value::Boolean(truth) => truth.into(),
        toml::Value::Datetime(date) => date.to_string().into(),
        toml::Value::Array(values) => values.into_iter().map(plain).collect(),
        toml::Value::Table(table) => {
            Value::Object(table.into_iter().map(|(key, v)| (key, plain(v))).collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use docket_core::sla::{Calendar, Contract};

    use super::*;

    #[test]
    fn what_is_written_reads_back_as_the_same() {
        let contract: Contract = read_terms(CONTRACT_EXAMPLE, false).unwrap();
        let calendar: Calendar = read_terms(CALENDAR_EXAMPLE, false).unwrap();
        let written = write_terms(&contract).unwrap();
        assert_eq!(
            read_terms::<Contract>(&written, false).unwrap(),
            contract,
            "{written}"
        );
        let written = write_terms(&calendar).unwrap();
        assert_eq!(
            read_terms::<Calendar>(&written, false).unwrap(),
            calendar,
            "{written}"
        );
        let json = serde_json::to_string(&contract).unwrap();
        assert_eq!(read_terms::<Contract>(&json, true).unwrap(), contract);
    }

    #[test]
    fn what_is_wrong_has_its_place() {
        let said = |text: &str| read_terms::<Contract>(text, false).unwrap_err().to_string();
        assert!(
            said("name = \"one\"\nzone =").starts_with("it is no TOML: line 2: "),
            "{}",
            said("zone =")
        );
        let wrong = CONTRACT_EXAMPLE.replace("within = \"4h\"", "within = \"soon\"");
        assert!(
            said(&wrong).starts_with("target[0].within: `soon` is no time limit"),
            "{}",
            said(&wrong)
        );
    }
}
