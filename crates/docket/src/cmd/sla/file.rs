//! Contracts and calendars as files: TOML, or JSON where the name says so.

use std::path::Path;

use anyhow::{Context, Result, anyhow, bail};
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Longest file: a contract is a page or two.
const LIMIT: u64 = 1 << 20;

pub fn read<T: DeserializeOwned>(path: &Path) -> Result<T> {
    let shown = path.display();
    let size = std::fs::metadata(path)
        .with_context(|| format!("cannot read {shown}"))?
        .len();
    if size > LIMIT {
        bail!("{shown} has more than 1 MB; a contract or calendar is a short text");
    }
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {shown}"))?;
    let is_json = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("json"));
    parse(&text, is_json).map_err(|why| anyhow!("{shown}: {why:#}"))
}

/// Names the place of what is wrong.
pub fn parse<T: DeserializeOwned>(text: &str, is_json: bool) -> Result<T> {
    let value: Value = if is_json {
        serde_json::from_str(text).context("it is no JSON")?
    } else {
        plain(toml::Value::Table(toml::from_str(text).context("it is no TOML")?))
    };
    serde_path_to_error::deserialize(value).map_err(|e| match e.path().to_string().as_str() {
        "." => anyhow!("{}", e.inner()),
        path => anyhow!("{path}: {}", e.inner()),
    })
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
