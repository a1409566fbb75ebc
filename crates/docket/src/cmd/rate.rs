//! `docket rate`: rates of exchange.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Subcommand;
use docket_app::Desk;

use crate::output::line;

#[derive(Subcommand)]
pub enum Command {
    /// Store the rates of a CSV file with the columns day,base,quote,rate: what one unit of base was worth in quote that day
    Import {
        file: PathBuf,
        /// Rates that are stored with another value are replaced; reports made with them change
        #[arg(long)]
        replace: bool,
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
    },
}

pub async fn run(command: Command, desk: &Desk) -> Result<ExitCode> {
    match command {
        Command::Import { file, replace, by } => {
            let text =
                std::fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
            let kept = desk.import_rates(&text, replace, &super::actor(by)).await?;
            line(format!("{kept} rate(s) stored"))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
