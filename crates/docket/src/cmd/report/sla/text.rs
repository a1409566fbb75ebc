//! The report in the terminal.

use anyhow::Result;
use docket_app::board;
use docket_app::figures::sla::reservations;
use docket_core::sla::READING;
use docket_core::words::Language;
use serde_json::Value;

use super::lines::{heading, row};
use crate::output::{Table, line};

/// Lines of a list before it is cut.
const LISTED: usize = 10;

pub fn print(reports: &[Value]) -> Result<()> {
    if reports.is_empty() {
        return line("No client has a contract; add one: docket sla contract add --client NAME FILE");
    }
    for report in reports {
        one(report)?;
    }
    line(READING)
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or("-")
}

fn day<'a>(value: &'a Value, key: &str) -> &'a str {
    text(value, key).get(..10).unwrap_or("-")
}

fn minute(value: &Value, key: &str) -> String {
    format!(
        "{} UTC",
        text(value, key).get(..16).unwrap_or("-").replace('T', " ")
    )
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn one(report: &Value) -> Result<()> {
    line(format!(
        "SLA of {}, rounds of cases begun {} to {} (without the last day)",
        text(report, "client_name"),
        day(report, "from"),
        day(report, "to")
    ))?;
    line(format!("as of {}\n", minute(report, "as_of")))?;
    if list(&report["contracts"]).is_empty() {
        line("No contract was in force in this period, so nothing was promised: docket sla contract list\n")?;
    }
    for contract in list(&report["contracts"]) {
        section(contract)?;
    }
    if report["without_contract"] != 0 {
        line(format!(
            "{} round(s) began while no contract was in force; nothing was promised about them.",
            report["without_contract"]
        ))?;
    }
    for calendar in list(&report["calendars"]) {
        line(board::calendar(calendar, Language::English))?;
    }
    exclusions(report)?;
    line(format!(
        "Every clock behind these figures: {}\n",
        text(report, "cases")
    ))
}

fn section(contract: &Value) -> Result<()> {
    let until = match contract["ends_at"].as_str() {
        Some(_) => format!(" to {}", minute(contract, "ends_at")),
        None => " on".to_owned(),
    };
    line(format!(
        "CONTRACT `{}` version {}, in force from {} ({}){until}; recorded by {} at {}; {} round(s) began under it",
        text(contract, "name"),
        contract["version"],
        text(contract, "valid_from"),
        text(contract, "zone"),
        text(contract, "recorded_by"),
        minute(contract, "recorded_at"),
        contract["rounds"]
    ))?;
    for target in list(&contract["targets"]) {
        figures(target)?;
    }
    Ok(())
}

fn number(value: &Value) -> String {
    match value {
        Value::Null => "-".to_owned(),
        Value::Number(n) if n.is_f64() => format!("{:.1}", n.as_f64().unwrap_or_default()),
        other => other.to_string(),
    }
}

/// The share with its interval, or counts alone where they are few.
fn share(counts: &Value) -> String {
    match (&counts["percent"], counts["n"].as_u64()) {
        (_, Some(0)) => "none decided".to_owned(),
        (Value::Null, _) => format!("{} of {}", counts["met"], counts["n"]),
        (percent, _) => format!(
            "{} % ({} to {} %{})",
            number(percent),
            number(&counts["low"]),
            number(&counts["high"]),
            if counts["weak"] == true { "; few" } else { "" }
        ),
    }
}

fn average(counts: &Value) -> String {
    match &counts["mean_minutes"] {
        Value::Null => "-".to_owned(),
        mean => format!(
            "{} ({} to {})",
            number(mean),
            number(&counts["mean_low"]),
            number(&counts["mean_high"])
        ),
    }
}

fn figures(target: &Value) -> Result<()> {
    line(format!("\n{}: {}", text(target, "target"), text(target, "terms")))?;
    line(format!("  {}", text(target, "definition")))?;
    let percentile = format!("{}TH PERCENTILE, MIN", target["raw"]["percentile"]);
    let mut table = Table::new(&[
        "  ",
        "N",
        "MET",
        "BREACHED",
        "SHARE (95 % INTERVAL)",
        "AVERAGE, MIN",
        &percentile,
        "VERDICT",
    ]);
    for view in ["raw", "adjusted"] {
        let counts = &target[view];
        table.row(vec![
            format!("  {view}"),
            number(&counts["n"]),
            number(&counts["met"]),
            number(&counts["breached"]),
            share(counts),
            average(counts),
            number(&counts["percentile_minutes"]),
            text(counts, "verdict").to_owned(),
        ]);
    }
    table.print()?;
    let raw = &target["raw"];
    line(format!(
        "  counted neither way (raw, adjusted): still open {}, {}; fell away within the limit {}, {}",
        raw["open"], target["adjusted"]["open"], raw["released"], target["adjusted"]["released"]
    ))?;
    for (key, n) in reservations(target) {
        let said = board::report_words(Language::English).say(key, &[("n", n.to_string())]);
        line(format!("  {said}"))?;
    }
    clocks(
        "beyond the limit (raw)",
        &target["breaches"],
        raw["breached"].as_u64(),
        &[
            "dispute",
            "case",
            "begun",
            "ended",
            "limit_seconds",
            "raw_seconds",
            "adjusted_seconds",
            "adjusted",
            "why",
            "incident",
        ],
    )?;
    clocks(
        "open, could still breach (raw)",
        &target["open"],
        raw["open"].as_u64(),
        &[
            "dispute",
            "case",
            "begun",
            "limit_seconds",
            "raw_seconds",
            "adjusted_seconds",
        ],
    )
}

fn clocks(title: &str, all: &Value, count: Option<u64>, columns: &[&str]) -> Result<()> {
    let all = list(all);
    if all.is_empty() {
        return Ok(());
    }
    line(format!("  {title}:"))?;
    let head: Vec<String> = columns.iter().map(|c| heading(c)).collect();
    let head: Vec<&str> = ["  "]
        .into_iter()
        .chain(head.iter().map(String::as_str))
        .collect();
    let mut table = Table::new(&head);
    for clock in all.iter().take(LISTED) {
        let cells = row(clock, columns);
        table.row(["  ".to_owned()].into_iter().chain(cells).collect());
    }
    table.print()?;
    let more = count
        .unwrap_or_default()
        .saturating_sub(u64::try_from(LISTED).unwrap_or(u64::MAX));
    if more > 0 {
        line(format!("    and {more} more"))?;
    }
    Ok(())
}

fn exclusions(report: &Value) -> Result<()> {
    let all = list(&report["exclusions"]);
    for e in all.iter().take(LISTED) {
        line(format!(
            "excluded from adjusted: {} {} to {}, told by {}, approved by {}; {} ({})",
            text(e, "cause").replace('_', " "),
            minute(e, "from"),
            minute(e, "to"),
            text(e, "proposed_by"),
            text(e, "decided_by"),
            text(e, "evidence"),
            text(e, "id")
        ))?;
    }
    if all.len() > LISTED {
        line(format!(
            "and {} more exclusions: docket sla exclusion list",
            all.len() - LISTED
        ))?;
    }
    if report["exclusions_undecided"] != 0 {
        line(format!(
            "{} exclusion(s) are proposed only and do not count: docket sla exclusion list",
            report["exclusions_undecided"]
        ))?;
    }
    line("")
}
