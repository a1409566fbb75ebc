//! The report as CSV: two rows for each target of each version of the contract, raw and adjusted.

use anyhow::Result;
use serde_json::Value;

use crate::output::line;

const OF_REPORT: [(&str, &str); 4] = [
    ("client", "/client"),
    ("client_name", "/client_name"),
    ("from", "/from"),
    ("to", "/to"),
];
const OF_CONTRACT: [(&str, &str); 2] = [("contract", "/name"), ("version", "/version")];
const OF_TARGET: [(&str, &str); 5] = [
    ("target", "/target"),
    ("metric", "/metric"),
    ("statistic", "/statistic"),
    ("limit_minutes", "/limit_minutes"),
    ("target_percent", "/target_percent"),
];
const OF_COUNTS: [&str; 15] = [
    "met",
    "n",
    "breached",
    "percent",
    "low",
    "high",
    "weak",
    "open",
    "released",
    "unfinished",
    "mean_minutes",
    "mean_low",
    "mean_high",
    "percentile",
    "percentile_minutes",
];

/// A cell. Quoted where it must be, and never a formula: names come from people.
pub fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => {
            let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
            let text = if formula { format!("'{text}") } else { text.clone() };
            if text.contains(['"', ',', '\n', '\r']) {
                format!("\"{}\"", text.replace('"', "\"\""))
            } else {
                text
            }
        }
        other => other.to_string(),
    }
}

fn cells<'a>(value: &'a Value, paths: &'a [(&str, &str)]) -> impl Iterator<Item = String> + 'a {
    paths
        .iter()
        .map(move |(_, path)| cell(value.pointer(path).unwrap_or(&Value::Null)))
}

pub fn print(reports: &[Value]) -> Result<()> {
    let named = OF_REPORT
        .iter()
        .chain(&OF_CONTRACT)
        .chain(&OF_TARGET)
        .map(|(name, _)| *name);
    let head: Vec<&str> = named
        .chain(["view"])
        .chain(OF_COUNTS)
        .chain(["verdict"])
        .collect();
    line(head.join(","))?;
    for report in reports {
        for contract in report["contracts"].as_array().into_iter().flatten() {
            for target in contract["targets"].as_array().into_iter().flatten() {
                for view in ["raw", "adjusted"] {
                    let row: Vec<String> = cells(report, &OF_REPORT)
                        .chain(cells(contract, &OF_CONTRACT))
                        .chain(cells(target, &OF_TARGET))
                        .chain([view.to_owned()])
                        .chain(OF_COUNTS.iter().map(|name| cell(&target[view][name])))
                        .chain([cell(&target[view]["verdict"])])
                        .collect();
                    line(row.join(","))?;
                }
            }
        }
    }
    Ok(())
}
