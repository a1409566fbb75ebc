//! `docket report`.

mod factors;
mod sla;
mod win_rate;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Subcommand, ValueEnum};
use docket_app::Desk;

#[derive(Subcommand)]
pub enum Command {
    /// Win rates with the cases behind them
    WinRate(win_rate::Args),
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

pub async fn run(command: Command, desk: &Desk) -> Result<ExitCode> {
    match command {
        Command::WinRate(args) => win_rate::run(args, desk).await,
        Command::Factors(args) => factors::run(args, desk).await,
        Command::Sla(args) => sla::run(args, desk).await,
    }
}
