//! `docket report win-rate`.

mod behind;
mod beside;
mod text;

use std::process::ExitCode;

use anyhow::Result;
use chrono::NaiveDate;
use clap::ValueEnum;
use docket_app::board;
use docket_app::figures::win_rate as figures;
use docket_app::{Desk, GroupBy, Period, WinRateWish};
use docket_core::money::Currency;

use super::{Format, Paper};
use crate::output;

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
    /// month, reason, platform, stage, currency, evidence (how complete it was when it was sent), amount (its band), specialist,
    /// client, country (that it was sent to) or product (its SKU), both as known when the dispute opened
    #[arg(long, default_value = "month")]
    by: GroupBy,
    /// The cases opened in the period (whose end may be open), or those closed in it (which flatters quick decisions)
    #[arg(long, value_enum, default_value = "opened")]
    cohort: Cohort,
    /// All amounts in this currency, by the stored rate of each opening date, or of the last bank day before it (`docket rate
    /// import`)
    #[arg(long, value_name = "CODE")]
    currency: Option<Currency>,
    /// The cases behind a figure instead of the report: `won`, or `won=KEY` for one group
    #[arg(long, value_name = "FIGURE[=GROUP]")]
    cases: Option<String>,
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    #[command(flatten)]
    paper: Paper,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Cohort {
    Opened,
    Closed,
}

pub async fn run(args: Args, desk: &Desk) -> Result<ExitCode> {
    let client = match &args.client {
        Some(text) => Some(desk.find_client(text).await?),
        None => None,
    };
    let wish = WinRateWish {
        client,
        period: Period::of(args.from, args.to, desk.env.now())?,
        by: args.by,
        closed: args.cohort == Cohort::Closed,
        currency: args.currency,
    };
    if let Some(wanted) = &args.cases {
        return behind::run(wanted, &wish, args.format, desk).await;
    }
    let report = desk.win_rate(wish).await?;
    match args.format {
        Format::Json => output::json(&figures::all(&report))?,
        Format::Csv => output::text(&figures::csv(&report))?,
        Format::Pdf => args
            .paper
            .write(&board::win_rate(&report, args.paper.language)?)?,
        Format::Text => text::print(&report)?,
    }
    Ok(ExitCode::SUCCESS)
}
