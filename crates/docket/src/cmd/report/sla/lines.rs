//! The clocks behind the figures, one at a time: a long list needs no memory.

use anyhow::Result;
use docket_app::figures::sla as fields;
use docket_app::{Client, Desk, Error, Period, SlaLine};
use serde_json::Value;

use super::super::{Format, no_paper};
use crate::output::{self, JsonArray, Table};

/// What fits a terminal.
const SHOWN: [&str; 12] = [
    "target",
    "dispute",
    "case",
    "begun",
    "ended",
    "limit_seconds",
    "raw_seconds",
    "paused_seconds",
    "excluded_seconds",
    "adjusted_seconds",
    "raw",
    "why",
];

enum Out {
    Json(JsonArray),
    Csv,
    Text(Table),
}

pub fn cell(value: &Value) -> String {
    match value {
        Value::Null => "-".to_owned(),
        Value::String(text) => text.replace('_', " "),
        other => other.to_string(),
    }
}

/// `26:05`, or `26:05:30` where it is not whole minutes: no digit is lost.
fn hours(seconds: i64) -> String {
    let (sign, all) = if seconds < 0 {
        ("-", -seconds)
    } else {
        ("", seconds)
    };
    let rest = if all % 60 == 0 {
        String::new()
    } else {
        format!(":{:02}", all % 60)
    };
    format!("{sign}{}:{:02}{rest}", all / 3600, all / 60 % 60)
}

/// A column's heading; times are in hours and minutes.
pub fn heading(column: &str) -> String {
    match column {
        // What it came to, beside the time of the same name.
        "raw" => "RAW IS".to_owned(),
        "adjusted" => "ADJUSTED IS".to_owned(),
        other => other
            .trim_end_matches("_seconds")
            .to_uppercase()
            .replace('_', " "),
    }
}

pub fn row(value: &Value, columns: &[&str]) -> Vec<String> {
    let one = |name: &&str| match *name {
        // To the minute, as everywhere in the terminal.
        "begun" => value["begun"]
            .as_str()
            .and_then(|t| t.get(..16))
            .unwrap_or("-")
            .replace('T', " "),
        // A dispute's id stays what it is.
        "dispute" | "target" => value[*name].as_str().unwrap_or("-").to_owned(),
        time if time.ends_with("_seconds") => hours(value[time].as_i64().unwrap_or_default()),
        other => cell(&value[other]),
    };
    columns.iter().map(one).collect()
}

pub async fn print(
    clients: Vec<Client>,
    period: Period,
    target: Option<&str>,
    format: Format,
    desk: &Desk,
) -> Result<()> {
    let mut out = match format {
        Format::Json => Out::Json(JsonArray::begin()?),
        Format::Csv => {
            output::text(&fields::clocks_head())?;
            Out::Csv
        }
        Format::Pdf => return Err(no_paper()),
        Format::Text => Out::Text(Table::new(&SHOWN.map(heading).each_ref().map(String::as_str))),
    };
    let mut failed = None;
    for client in clients {
        let see = |found: &SlaLine<'_>| {
            if target.is_some_and(|t| t != found.target) {
                return Ok(());
            }
            push(&mut out, found).map_err(|error| {
                let told = Error::Invalid(error.to_string().into());
                failed = Some(error);
                told
            })
        };
        let done = desk.sla_report(client, period, see).await;
        // A closed pipe is known by its own error.
        match failed.take() {
            Some(error) => return Err(error),
            None => drop(done?),
        }
    }
    match out {
        Out::Json(array) => array.end(),
        Out::Csv => Ok(()),
        Out::Text(table) if table.is_empty() => {
            eprintln!(
                "no clock ran in this period: no round of a case that was ours to answer began while a contract was in force"
            );
            Ok(())
        }
        Out::Text(table) => table.print(),
    }
}

fn push(out: &mut Out, found: &SlaLine<'_>) -> Result<()> {
    let value = fields::clock(found);
    match out {
        Out::Json(array) => array.push(&value),
        Out::Csv => output::text(&fields::clock_row(found)),
        Out::Text(table) => {
            table.row(row(&value, &SHOWN));
            Ok(())
        }
    }
}
