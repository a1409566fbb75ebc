//! `docket report`.

mod factors;
mod sla;

use std::process::ExitCode;

use anyhow::Result;
use chrono::NaiveDate;
use clap::{Subcommand, ValueEnum};
use docket_app::{Desk, GroupBy, Period, WinRateReport};
use docket_core::stats::{DEFINITION, Group, Rate, Shown};
use docket_core::words::readable;
use serde_json::{Value, json};

use crate::output::{self, Table, line};
use crate::text::absolute;

#[derive(Subcommand)]
pub enum Command {
    /// Win rates with the cases behind them
    WinRate(Args),
    /// What is associated with winning and losing, and what to fix first
    Factors(factors::Args),
    /// Whether the promises of a client's contract were kept, raw and adjusted
    Sla(sla::Args),
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    Text,
    Json,
    Csv,
}

#[derive(clap::Args)]
pub struct Args {
    /// Name or id; all clients if absent
    #[arg(long)]
    client: Option<String>,
    /// First opening date, UTC; a year back if absent
    #[arg(long, value_name = "DATE")]
    from: Option<NaiveDate>,
    /// Day after the last opening date; tomorrow if absent
    #[arg(long, value_name = "DATE")]
    to: Option<NaiveDate>,
    /// month, reason, platform, stage, currency or evidence (how complete it was in what was sent)
    #[arg(long, default_value = "month")]
    by: GroupBy,
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

pub async fn run(command: Command, desk: &Desk) -> Result<ExitCode> {
    match command {
        Command::WinRate(args) => win_rate(args, desk).await,
        Command::Factors(args) => factors::run(args, desk).await,
        Command::Sla(args) => sla::run(args, desk).await,
    }
}

async fn win_rate(args: Args, desk: &Desk) -> Result<ExitCode> {
    let client = match &args.client {
        Some(text) => Some(desk.find_client(text).await?),
        None => None,
    };
    let period = Period::of(args.from, args.to, desk.env.now())?;
    let report = desk.win_rate(client, period, args.by).await?;
    match args.format {
        Format::Json => output::json(&fields(&report))?,
        Format::Csv => csv(&report)?,
        Format::Text => text(&report)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn rate(rate: Rate) -> Value {
    match rate.shown() {
        Shown::Nothing | Shown::Counts { .. } => {
            json!({ "hits": rate.hits(), "n": rate.n(), "percent": null, "low": null, "high": null, "weak": true })
        }
        Shown::Percent {
            hits,
            n,
            percent,
            interval,
            weak,
        } => {
            json!({ "hits": hits, "n": n, "percent": percent, "low": interval.low, "high": interval.high, "weak": weak })
        }
    }
}

fn group(g: &Group) -> Value {
    let no_contest: serde_json::Map<String, Value> = g
        .no_contest
        .iter()
        .map(|(outcome, n)| (outcome.to_string(), json!(n)))
        .collect();
    json!({
        "key": g.key, "received": g.received, "open": g.open, "contested": g.contested, "won": g.won,
        "won_protected": g.won_protected, "protected_unanswered": g.protected_unanswered, "partial": g.partial,
        "lost": g.lost, "lost_no_response": g.lost_no_response, "no_contest": no_contest, "unknown": g.unknown,
        "win_rate": rate(g.rate()), "coverage": rate(g.coverage()), "immature": g.immature(),
    })
}

fn fields(report: &WinRateReport) -> Value {
    json!({
        "report": "win_rate", "definition": DEFINITION, "client": report.client.as_ref().map(|c| c.id),
        "client_name": report.client.as_ref().map(|c| &c.name), "from": report.period.from, "to": report.period.to,
        "by": report.by.as_str(), "as_of": report.as_of, "total": group(&report.win_rate.total),
        "groups": report.win_rate.groups.iter().map(group).collect::<Vec<_>>(),
    })
}

const COUNTS: [&str; 9] = [
    "received",
    "open",
    "contested",
    "won",
    "won_protected",
    "protected_unanswered",
    "partial",
    "lost",
    "lost_no_response",
];

fn csv(report: &WinRateReport) -> Result<()> {
    line(format!(
        "{},{},no_contest,unknown,win_rate_hits,win_rate_n,percent,low,high,immature",
        report.by.as_str(),
        COUNTS.join(",")
    ))?;
    let total = Group {
        key: "total".to_owned(),
        ..report.win_rate.total.clone()
    };
    for g in report.win_rate.groups.iter().chain([&total]) {
        let value = group(g);
        let counts: Vec<String> = COUNTS.iter().map(|c| value[c].to_string()).collect();
        let no_contest: u64 = g.no_contest.iter().map(|(_, n)| n).sum();
        let shown = match g.rate().shown() {
            Shown::Nothing | Shown::Counts { .. } => ",,".to_owned(),
            Shown::Percent {
                percent, interval, ..
            } => format!("{percent},{},{}", interval.low, interval.high),
        };
        line(format!(
            "{},{},{no_contest},{},{},{},{shown},{}",
            g.key,
            counts.join(","),
            g.unknown,
            g.rate().hits(),
            g.rate().n(),
            g.immature()
        ))?;
    }
    Ok(())
}

fn text(report: &WinRateReport) -> Result<()> {
    let who = report.client.as_ref().map_or("all clients", |c| &c.name);
    line(format!(
        "Win rate of {who}, disputes opened {} to {} (without the last day)",
        report.period.from.date_naive(),
        report.period.to.date_naive()
    ))?;
    line(format!("as of {}\n", absolute(report.as_of)))?;
    let mut table = Table::new(&[
        &report.by.as_str().to_uppercase(),
        "RECEIVED",
        "OPEN",
        "CONTESTED",
        "WON",
        "PARTIAL",
        "LOST",
        "UNANSWERED",
        "NO CONTEST",
        "WIN RATE",
        "COVERAGE",
    ]);
    let total = Group {
        key: "total".to_owned(),
        ..report.win_rate.total.clone()
    };
    for g in report.win_rate.groups.iter().chain([&total]) {
        let no_contest: u64 = g.no_contest.iter().map(|(_, n)| n).sum::<u64>() + g.protected_unanswered;
        let mark = if g.immature() { " (immature)" } else { "" };
        table.row(vec![
            format!("{}{mark}", readable(&g.key)),
            g.received.to_string(),
            g.open.to_string(),
            g.contested.to_string(),
            (g.won + g.won_protected).to_string(),
            g.partial.to_string(),
            g.lost.to_string(),
            g.lost_no_response.to_string(),
            no_contest.to_string(),
            g.rate().to_string(),
            g.coverage().to_string(),
        ]);
    }
    table.print()?;
    line(
        "\nImmature: more than 10 % of the cases are still open; do not compare. Below 10 decided cases only counts are shown.",
    )?;
    if report.win_rate.total.unknown > 0 {
        line(format!(
            "{} case(s) with a result unknown to this version are left out; docket case list --attention unknown_outcome",
            report.win_rate.total.unknown
        ))?;
    }
    line("Rates are associations, not causes.\n")?;
    line(DEFINITION)
}
