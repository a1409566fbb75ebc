//! What stands below the figures: platforms and reasons crossed, what changed meanwhile, the health of the accounts.

use anyhow::Result;
use docket_app::figures::win_rate as fields;
use docket_app::{HEALTH_DEFINITION, WinRateReport};
use docket_core::words::{Language, Platform, Reason, readable};
use serde_json::Value;

use super::text::rate;
use crate::output::{Table, line};

pub fn print(report: &WinRateReport) -> Result<()> {
    strata(report)?;
    log(report)?;
    health(report)
}

/// Each platform's decided cases of each reason.
fn strata(report: &WinRateReport) -> Result<()> {
    let strata: Vec<(Platform, Reason, Value)> = fields::strata(report).collect();
    let mut platforms: Vec<Platform> = strata.iter().map(|(platform, ..)| *platform).collect();
    platforms.sort_unstable();
    platforms.dedup();
    let mut reasons: Vec<Reason> = strata.iter().map(|(_, reason, _)| *reason).collect();
    reasons.sort_unstable();
    reasons.dedup();
    if platforms.len() < 2 && reasons.len() < 2 {
        return Ok(());
    }
    let titles = platforms.iter().map(|platform| platform.title().to_uppercase());
    let heads: Vec<String> = std::iter::once("WIN RATE".to_owned()).chain(titles).collect();
    let mut table = Table::new(&heads.iter().map(String::as_str).collect::<Vec<_>>());
    for reason in reasons {
        let cell = |platform: &Platform| {
            let found = strata.iter().find(|(p, r, _)| (p, *r) == (platform, reason));
            found.map_or_else(
                || "none decided".to_owned(),
                |(.., value)| rate(value, "none decided"),
            )
        };
        let cells = platforms.iter().map(cell);
        table.row(std::iter::once(readable(reason.as_str())).chain(cells).collect());
    }
    table.print()?;
    line("")
}

/// What changed at the client and at platforms, beside the months of the figures.
fn log(report: &WinRateReport) -> Result<()> {
    if report.log.is_empty() {
        return Ok(());
    }
    line("CHANGE LOG (no explanation by itself)")?;
    for entry in &report.log {
        line(format!("  {}: {}", entry.on, entry.says(Language::English)))?;
    }
    line("")
}

/// Beside the win rate, and no part of it.
fn health(report: &WinRateReport) -> Result<()> {
    if report.health.is_empty() {
        return Ok(());
    }
    let mut table = Table::new(&[
        "ACCOUNT HEALTH",
        "CONNECTION",
        "CLAIMS",
        "CLAIMED",
        "SALES",
        "SOLD",
        "BY AMOUNT",
        "BY COUNT",
    ]);
    let percent = |value: &Value| match value {
        Value::Null => "no ratio".to_owned(),
        percent => format!("{percent} %"),
    };
    for account in &report.health {
        let value = fields::health(account);
        let limit = match account.above_limit() {
            Some(true) => "; above PayPal's limit",
            Some(false) => "; not above PayPal's limit",
            None => "",
        };
        let told = account
            .sold
            .map(|(sales, sold)| (sales.to_string(), sold.to_string()));
        let (sales, sold) = told.unwrap_or_else(|| ("not told".to_owned(), "not told".to_owned()));
        table.row(vec![
            format!("{}, {}", account.platform.title(), account.claimed.currency),
            account.connection.to_string(),
            account.claims.to_string(),
            account.claimed.to_string(),
            sales,
            sold,
            format!("{}{limit}", percent(&value["percent_by_amount"])),
            percent(&value["percent_by_count"]),
        ]);
    }
    table.print()?;
    if report.health.iter().any(|account| account.sold.is_none()) {
        line(
            "Sales are not told for every month; docket sales set --connection ID --month DATE --amount A --currency C --sales COUNT",
        )?;
    }
    line(HEALTH_DEFINITION)?;
    line("")
}
