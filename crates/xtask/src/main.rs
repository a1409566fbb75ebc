//! The project's own commands: `cargo xtask test`, `check`, `check-api`, `bench` and `soak`.

mod browser;
mod cargo;
mod check;
mod check_api;
mod measure;
mod pg;
mod tally;
mod test;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(
    name = "cargo xtask",
    about = "The project's own commands",
    arg_required_else_help = true
)]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

/// One variant per task; each has a module of its name with a `run` function.
#[derive(Subcommand)]
enum Task {
    /// Run every test against SQLite and a throw-away PostgreSQL server
    Test {
        /// Arguments for the test runner, after `--`: filters, `-p CRATE`, `--no-capture`
        #[arg(last = true)]
        runner_args: Vec<String>,
    },
    /// Formatting, lints, architecture and deploy tests, documentation, migrations
    Check,
    /// Ask a real desk's API whatever its document allows, and what it does not (schemathesis, from PyPI)
    CheckApi {
        /// Requests of each kind for each address
        #[arg(long, default_value_t = 40)]
        examples: u32,
    },
    /// Measure against floors of the same run: `sync` (`--platform NAME` or `--all`), `freshness`, `queue`, `sla` or `truth`, with `--check` and
    /// `--quick`
    #[command(disable_help_flag = true)]
    Bench {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "NAME")]
        args: Vec<String>,
    },
    /// Prove a promise under kills, faults and webhooks gone astray: `submit` or `sync`, with `--quick` and `--platforms NAME`
    #[command(disable_help_flag = true)]
    Soak {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "NAME")]
        args: Vec<String>,
    },
}

fn main() -> ExitCode {
    let outcome = match Cli::parse().task {
        Task::Test { runner_args } => test::run(&runner_args),
        Task::Check => check::run(),
        Task::CheckApi { examples } => check_api::run(examples),
        Task::Bench { args } => measure::run("bench", &args),
        Task::Soak { args } => measure::run("soak", &args),
    };
    outcome.unwrap_or_else(|error| {
        eprintln!("xtask: {error:#}");
        ExitCode::FAILURE
    })
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, Parser};

    use super::{Cli, Task};

    #[test]
    fn command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn arguments_after_two_dashes_go_to_the_test_runner() {
        let cli = Cli::parse_from(["xtask", "test", "--", "-p", "docket-core"]);
        let Task::Test { runner_args } = cli.task else {
            panic!("not the test task")
        };
        assert_eq!(runner_args, ["-p", "docket-core"]);
    }

    #[test]
    fn arguments_of_measurements_are_handed_on() {
        let cli = Cli::parse_from(["xtask", "bench", "sync", "--quick", "--disputes", "500"]);
        let Task::Bench { args } = cli.task else {
            panic!("not the bench task")
        };
        assert_eq!(args, ["sync", "--quick", "--disputes", "500"]);
    }
}
