//! `docket report factors`.

mod behind;
mod csv;
mod text;

use std::process::ExitCode;

use anyhow::Result;
use chrono::NaiveDate;
use docket_app::fields::factors as fields;
use docket_app::{Desk, Period};

use super::Format;
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
    /// The cases behind one level instead of the report, as the report names it: `delivery_timing=late`
    #[arg(long, value_name = "FACTOR=LEVEL")]
    cases: Option<String>,
    /// Each stratum below its level (text; the other formats have them always)
    #[arg(long)]
    strata: bool,
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

pub async fn run(args: Args, desk: &Desk) -> Result<ExitCode> {
    let client = match &args.client {
        Some(text) => Some(desk.find_client(text).await?),
        None => None,
    };
    let period = Period::of(args.from, args.to, desk.env.now())?;
    if let Some(wanted) = &args.cases {
        return behind::run(wanted, client.as_ref(), period, args.format, desk).await;
    }
    let report = desk.factor_report(client, period).await?;
    match args.format {
        Format::Json => output::json(&fields::all(&report, desk).await?)?,
        Format::Csv => csv::print(&report)?,
        Format::Text => text::print(&report, args.strata)?,
    }
    Ok(ExitCode::SUCCESS)
}
