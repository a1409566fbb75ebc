//! `cargo xtask test`: every test, against SQLite and one throw-away PostgreSQL server.

use std::env;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result};

use crate::browser;
use crate::cargo::{self, cargo};
use crate::pg::{self, Cluster, Settings};
use crate::tally;

/// Tests read the server's address here and print SKIPPED where it is not set.
const URL_VARIABLE: &str = "DOCKET_TEST_PG_URL";

pub fn run(runner_args: &[String]) -> Result<ExitCode> {
    qpdf()?;
    let cluster = start_postgres()?;
    let url = cluster.as_ref().map(Cluster::url);
    let browser = match browser::wanted(runner_args) {
        true => browser::variables()?,
        false => Vec::new(),
    };
    let with_url = |mut command: Command| {
        if let Some(url) = &url {
            command.env(URL_VARIABLE, url);
        }
        command.envs(browser.iter().map(|(name, path)| (name, path)));
        command
    };
    let code = if cargo::has_nextest() {
        run_nextest(runner_args, with_url)?
    } else {
        run_cargo_test(runner_args, with_url)?
    };
    // Before the exit code leaves `main`, so that the server is gone when the caller goes on.
    drop(cluster);
    Ok(ExitCode::from(u8::try_from(code).unwrap_or(1)))
}

/// `None` means: go on without, and that has been said. With `CI=true` nothing may be left out.
fn start_postgres() -> Result<Option<Cluster>> {
    let settings = Settings {
        fsync: false,
        max_connections: 200,
    };
    let started = pg::find_or_install().and_then(|bin| Cluster::start(&bin, &settings));
    match started {
        Ok(cluster) => Ok(Some(cluster)),
        Err(error) if env::var("CI").is_ok_and(|ci| ci == "true") => {
            Err(error.context("PostgreSQL is required when CI=true"))
        }
        Err(error) => {
            eprintln!("xtask: NOT RUN: everything on PostgreSQL, because: {error:#}");
            eprintln!("xtask: those tests print SKIPPED; the SQLite half runs");
            Ok(None)
        }
    }
}

/// One test has packets judged by another program; without it that test says so, or fails with `CI=true`.
fn qpdf() -> Result<()> {
    let there = Command::new("qpdf")
        .arg("--version")
        .output()
        .is_ok_and(|said| said.status.success());
    if there {
        return Ok(());
    }
    if pg::may_install() {
        return pg::install("qpdf");
    }
    eprintln!("xtask: NOT RUN: the check of packets by qpdf, which is not here");
    Ok(())
}

/// nextest leaves documentation examples out, so cargo runs them; first, so that nextest's summary ends the output.
fn run_nextest(runner_args: &[String], prepare: impl Fn(Command) -> Command) -> Result<i32> {
    let mut doc_code = 0;
    if runner_args.is_empty() {
        let mut doc = prepare(cargo());
        doc.args(["test", "--doc", "--workspace", "--no-fail-fast"]);
        let (code, tally) = tally::run(&mut doc)?;
        println!("documentation examples: {tally}");
        doc_code = code;
    }
    let mut tests = prepare(cargo());
    tests
        .args(["nextest", "run"])
        .args(scope(runner_args))
        .args(runner_args);
    let code = cargo::run(&mut tests).context("the tests could not be run")?;
    if code == 0 && doc_code != 0 {
        println!("xtask: documentation examples FAILED, see above the list of tests");
        return Ok(doc_code);
    }
    Ok(code)
}

fn run_cargo_test(runner_args: &[String], prepare: impl Fn(Command) -> Command) -> Result<i32> {
    let mut tests = prepare(cargo());
    tests
        .args(["test", "--no-fail-fast"])
        .args(scope(runner_args))
        .args(runner_args);
    let (code, tally) = tally::run(&mut tests)?;
    println!("{tally}");
    Ok(code)
}

/// The whole workspace, unless the caller named packages: cargo lets `--workspace` win over `-p`.
fn scope(runner_args: &[String]) -> Option<&'static str> {
    let names_packages = |arg: &String| {
        ["-p", "--package", "--workspace", "--manifest-path"].contains(&arg.as_str())
            || arg.starts_with("--package=")
            || (arg.starts_with("-p") && !arg.starts_with("--"))
    };
    (!runner_args.iter().any(names_packages)).then_some("--workspace")
}

#[cfg(test)]
mod tests {
    use super::scope;

    fn scope_of(args: &[&str]) -> Option<&'static str> {
        scope(&args.iter().map(ToString::to_string).collect::<Vec<_>>())
    }

    #[test]
    fn the_whole_workspace_unless_packages_are_named() {
        assert_eq!(scope_of(&[]), Some("--workspace"));
        assert_eq!(scope_of(&["claim", "--no-capture"]), Some("--workspace"));
        assert_eq!(scope_of(&["--profile", "slow"]), Some("--workspace"));
        assert_eq!(scope_of(&["-p", "docket-core"]), None);
        assert_eq!(scope_of(&["-pdocket-core"]), None);
        assert_eq!(scope_of(&["--package=docket-core"]), None);
    }
}
