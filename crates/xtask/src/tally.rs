//! Adds up the summaries of `cargo test`, which prints one per test binary and none for the whole run.

use std::fmt;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

#[derive(Debug, Default, PartialEq, Eq)]
pub struct Tally {
    passed: u64,
    failed: u64,
    skipped: u64,
}

impl Tally {
    /// Counts a line like `test result: ok. 3 passed; 0 failed; 1 ignored; …`; any other line counts nothing.
    fn add_line(&mut self, line: &str) {
        let Some((_, counts)) = line
            .strip_prefix("test result: ")
            .and_then(|rest| rest.split_once(". "))
        else {
            return;
        };
        for part in counts.split(';') {
            let Some((number, what)) = part.trim().split_once(' ') else {
                continue;
            };
            let Ok(number) = number.parse::<u64>() else {
                continue;
            };
            match what {
                "passed" => self.passed += number,
                "failed" => self.failed += number,
                "ignored" => self.skipped += number,
                _ => {}
            }
        }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} passed, {} failed, {} skipped",
            self.passed, self.failed, self.skipped
        )
    }
}

/// Runs a `cargo test` command, shows its output as it comes and returns its exit code with the sum.
pub fn run(command: &mut Command) -> Result<(i32, Tally)> {
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start {command:?}"))?;
    let mut tally = Tally::default();
    if let Some(stdout) = child.stdout.take() {
        for line in BufReader::new(stdout).split(b'\n') {
            let line = line.context("cannot read the test runner's output")?;
            let line = String::from_utf8_lossy(&line);
            println!("{line}");
            tally.add_line(&line);
        }
    }
    let status = child.wait().context("cannot wait for the test runner")?;
    Ok((status.code().unwrap_or(1), tally))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_summaries_and_ignores_the_rest() {
        let mut tally = Tally::default();
        tally.add_line("running 4 tests");
        tally.add_line("test a ... ok");
        tally.add_line(
            "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s",
        );
        tally.add_line(
            "test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 5 filtered out; finished in 1.20s",
        );
        assert_eq!(tally.to_string(), "4 passed, 2 failed, 1 skipped");
    }

    #[test]
    fn passes_the_exit_code_through() {
        let mut shell = Command::new("sh");
        shell.args([
            "-c",
            "echo 'test result: FAILED. 0 passed; 1 failed; 0 ignored'; exit 101",
        ]);
        assert_eq!(
            run(&mut shell).unwrap(),
            (
                101,
                Tally {
                    passed: 0,
                    failed: 1,
                    skipped: 0
                }
            )
        );
    }
}
