//! `docket report`.

mod factors;
mod sla;
mod win_rate;

use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, anyhow, bail};
use clap::{Subcommand, ValueEnum};
use docket_app::Desk;
use docket_core::words::Language;

use crate::output;

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
    /// At most four pages; wants --out FILE, or a pipe
    Pdf,
}

/// Where and in which language a PDF goes.
#[derive(clap::Args)]
struct Paper {
    /// File for the PDF
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Language of the PDF: en, nl, sv or de
    #[arg(long, default_value = "en")]
    language: Language,
}

impl Paper {
    /// Writes it to its file, or to a pipe; never to a terminal.
    fn write(&self, pdf: &[u8]) -> Result<()> {
        match &self.out {
            Some(path) => {
                std::fs::write(path, pdf).with_context(|| format!("cannot write {}", path.display()))?;
                output::line(format!("{}: {} bytes", path.display(), pdf.len()))
            }
            None if std::io::stdout().is_terminal() => {
                bail!("a PDF is no text for a terminal; name a file with `--out FILE`")
            }
            None => output::bytes(pdf),
        }
    }
}

/// Lists of cases have no form on paper.
fn no_paper() -> anyhow::Error {
    anyhow!("a list of cases is no PDF; choose `--format text`, json or csv")
}

pub async fn run(command: Command, desk: &Desk) -> Result<ExitCode> {
    match command {
        Command::WinRate(args) => win_rate::run(args, desk).await,
        Command::Factors(args) => factors::run(args, desk).await,
        Command::Sla(args) => sla::run(args, desk).await,
    }
}
