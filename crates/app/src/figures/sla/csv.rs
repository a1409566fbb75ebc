//! The report as CSV: two rows for each target of each version of the contract, raw and adjusted, then those of its months and a row for
//! each clock beyond the limit; last of each client a row for each calendar and each approved exclusion.

use docket_core::words::Language;
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
const OF_COUNTS: [&str; 16] = [
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
    "immature",
    "mean_minutes",
    "mean_low",
    "mean_high",
    "percentile",
    "percentile_minutes",
];

/// Columns of what is listed behind the figures: a clock beyond the limit, an exclusion, a calendar.
const OF_LISTED: [&str; 12] = [
    "dispute",
    "case",
    "listed_from",
    "listed_to",
    "limit_seconds",
    "raw_seconds",
    "adjusted_seconds",
    "adjusted_fate",
    "why",
    "told_by",
    "approved_by",
    "evidence",
];

/// A clock beyond the limit, and where its columns' values stand.
const BREACH: [&str; 12] = [
    "/dispute",
    "/case",
    "/begun",
    "/ended_at",
    "/limit_seconds",
    "/raw_seconds",
    "/adjusted_seconds",
    "/adjusted",
    "/why",
    "",
    "",
    "",
];

/// An approved exclusion.
const EXCLUSION: [&str; 12] = [
    "",
    "",
    "/from",
    "/to",
    "",
    "",
    "",
    "",
    "/cause",
    "/proposed_by",
    "/decided_by",
    "/evidence",
];

/// A calendar.
const CALENDAR: [&str; 12] = ["", "", "/from", "", "", "", "", "", "", "", "", "/says"];

/// A row of a list: what it is of, then nothing where figures stand.
fn listed(of: impl Iterator<Item = String>, view: &str, value: &Value, paths: &[&str; 12]) -> Vec<String> {
    let mut row: Vec<String> = of.collect();
    row.resize(
        OF_REPORT.len() + OF_CONTRACT.len() + OF_TARGET.len(),
        String::new(),
    );
    row.push(view.to_owned());
    // Month, counts and verdict.
    row.resize(row.len() + 1 + OF_COUNTS.len() + 1, String::new());
    row.extend(paths.map(|path| match path {
        "" => String::new(),
        path => value.pointer(path).map(cell).unwrap_or_default(),
    }));
    row
}

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
        .chain(OF_LISTED)
        .collect();
    let columns = head.len();
    let mut out = format!("{}\n", head.join(","));
    let mut push = |mut row: Vec<String>| {
        row.resize(columns, String::new());
        push(&mut out, &row);
    };
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
                    push(row);
                }
                for month in target["months"].as_array().into_iter().flatten() {
                    for view in ["raw", "adjusted"] {
                        let named = cells(report, &OF_REPORT)
                            .chain(cells(contract, &OF_CONTRACT))
                            .chain(cells(target, &OF_TARGET));
                        push(of_month(named.collect(), month, view));
                    }
                }
                for breach in target["breaches"].as_array().into_iter().flatten() {
                    let named = cells(report, &OF_REPORT)
                        .chain(cells(contract, &OF_CONTRACT))
                        .chain(cells(target, &OF_TARGET));
                    push(listed(named, "breach", breach, &BREACH));
                }
            }
        }
        for exclusion in report["exclusions"].as_array().into_iter().flatten() {
            push(listed(
                cells(report, &OF_REPORT),
                "exclusion",
                exclusion,
                &EXCLUSION,
            ));
        }
        for calendar in report["calendars"].as_array().into_iter().flatten() {
            let told = serde_json::json!({
                "from": calendar["valid_from"], "says": crate::board::calendar(calendar, Language::English),
            });
            push(listed(cells(report, &OF_REPORT), "calendar", &told, &CALENDAR));
        }
    }
    out
}
