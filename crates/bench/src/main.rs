//! Measurements and long runs: the release binary as real processes, on real databases, against the simulator.
//! `cargo xtask bench` and `cargo xtask soak` build and start it.

mod bench;
mod clock;
mod database;
mod desk;
mod doors;
mod machine;
mod platform;
mod process;
mod simulator;
mod soak;
mod table;

use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(
    name = "cargo xtask",
    about = "Measurements and long runs",
    arg_required_else_help = true
)]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Measure speed and memory against floors of the same run
    #[command(subcommand)]
    Bench(bench::Task),
    /// Prove a promise under kills and faults
    #[command(subcommand)]
    Soak(soak::Task),
    /// The floors, as processes of their own
    #[command(subcommand, hide = true)]
    Floor(bench::floor::Task),
}

fn main() -> ExitCode {
    let outcome = match Cli::parse().task {
        Task::Bench(task) => bench::run(&task),
        Task::Soak(task) => soak::run(&task),
        Task::Floor(task) => bench::floor::run(task),
    };
    outcome.unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::FAILURE
    })
}

/// One thread, for what merely steers: its memory counts against every process that it starts.
fn small_runtime() -> Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("cannot start a runtime")
}

fn block_on<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    small_runtime()?.block_on(work)
}

fn http_client() -> Result<reqwest::Client> {
    // An error only says that one is installed already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .no_proxy()
        .build()
        .context("cannot make an HTTP client")
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::Cli;

    #[test]
    fn command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
