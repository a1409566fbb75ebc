//! `docket sla`: what was promised to clients about time.

mod calendar;
mod contract;
mod exclusion;
mod file;

use std::process::ExitCode;

use anyhow::Result;
use clap::Subcommand;
use docket_app::Desk;

#[derive(Subcommand)]
pub enum Command {
    /// When people work: zone, hours, holidays
    #[command(subcommand)]
    Calendar(calendar::Command),
    /// What is promised: metrics with limits
    #[command(subcommand)]
    Contract(contract::Command),
    /// Time that does not count, once a second person approved it
    #[command(subcommand)]
    Exclusion(exclusion::Command),
}

pub async fn run(command: Command, desk: &Desk) -> Result<ExitCode> {
    match command {
        Command::Calendar(command) => calendar::run(command, desk).await?,
        Command::Contract(command) => contract::run(command, desk).await?,
        Command::Exclusion(command) => exclusion::run(command, desk).await?,
    }
    Ok(ExitCode::SUCCESS)
}
