//! The report as CSV: two rows for each target of each version of the contract, raw and adjusted, then those of its months.

use serde_json::Value;

use crate::figures::{cell, push};

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

fn cells<'a>(value: &'a Value, paths: &'a [(&str, &str)]) -> impl Iterator<Item = String> + 'a {
    paths
        .iter()
        .map(move |(_, path)| cell(value.pointer(path).unwrap_or(&Value::Null)))
}

/// A month has its share only.
fn of_month(mut row: Vec<String>, month: &Value, view: &str) -> Vec<String> {
    row.extend([view.to_owned(), cell(&month["month"])]);
    row.extend(OF_COUNTS.map(|name| {
        let name = if name == "met" { "hits" } else { name };
        cell(&month[view][name])
    }));
    row.push(String::new());
    row
}

/// Reports as CSV: two rows for each target, then two for each of its months.
pub fn csv(reports: &[Value]) -> String {
    let named = OF_REPORT
        .iter()
        .chain(&OF_CONTRACT)
        .chain(&OF_TARGET)
        .map(|(name, _)| *name);
    let head: Vec<&str> = named
        .chain(["view", "month"])
        .chain(OF_COUNTS)
        .chain(["verdict"])
        .collect();
    let mut out = format!("{}\n", head.join(","));
    for report in reports {
        for contract in report["contracts"].as_array().into_iter().flatten() {
            for target in contract["targets"].as_array().into_iter().flatten() {
                for view in ["raw", "adjusted"] {
                    let row: Vec<String> = cells(report, &OF_REPORT)
                        .chain(cells(contract, &OF_CONTRACT))
                        .chain(cells(target, &OF_TARGET))
                        .chain([view.to_owned(), String::new()])
                        .chain(OF_COUNTS.iter().map(|name| cell(&target[view][name])))
                        .chain([cell(&target[view]["verdict"])])
                        .collect();
                    push(&mut out, &row);
                }
                for month in target["months"].as_array().into_iter().flatten() {
                    for view in ["raw", "adjusted"] {
                        let named = cells(report, &OF_REPORT)
                            .chain(cells(contract, &OF_CONTRACT))
                            .chain(cells(target, &OF_TARGET));
                        push(&mut out, &of_month(named.collect(), month, view));
                    }
                }
            }
        }
    }
    out
}
