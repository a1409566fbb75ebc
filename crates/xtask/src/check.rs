//! `cargo xtask check`: what must hold before a change is handed over, cheapest first; stops at the first failure.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result};

use crate::cargo::{self, cargo, workspace_root};

struct Step {
    name: &'static str,
    args: Vec<&'static str>,
    /// Only rustdoc needs one: its warnings have no command-line switch in cargo.
    variable: Option<(&'static str, &'static str)>,
}

fn steps(nextest: bool) -> Vec<Step> {
    let step = |name, args: &[&'static str]| Step {
        name,
        args: args.to_vec(),
        variable: None,
    };
    let runner: &[&str] = if nextest { &["nextest", "run"] } else { &["test"] };
    let house = ["-p", "docket-tests", "--test", "architecture", "--test", "deploy"];
    vec![
        step("formatting", &["fmt", "--all", "--check"]),
        step(
            "lints",
            &["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"],
        ),
        step("architecture and deploy tests", &[runner, &house].concat()),
        Step {
            name: "documentation",
            args: vec!["doc", "--workspace", "--no-deps"],
            variable: Some(("RUSTDOCFLAGS", "-D warnings")),
        },
    ]
}

pub fn run() -> Result<ExitCode> {
    for step in steps(cargo::has_nextest()) {
        println!("xtask: {}", step.name);
        let mut command = cargo();
        command.args(&step.args).envs(step.variable);
        if cargo::run(&mut command)? != 0 {
            return Ok(failed(step.name, &format!("cargo {}", step.args.join(" "))));
        }
    }
    println!("xtask: migrations");
    let folder = workspace_root().join("migrations");
    let unpaired = unpaired(
        &file_names(&folder.join("sqlite"))?,
        &file_names(&folder.join("postgres"))?,
    );
    if !unpaired.is_empty() {
        return Ok(failed("migrations", &unpaired.join("; ")));
    }
    println!("xtask: check passed");
    Ok(ExitCode::SUCCESS)
}

fn failed(step: &str, detail: &str) -> ExitCode {
    eprintln!("xtask: check FAILED at: {step} ({detail})");
    ExitCode::FAILURE
}

fn file_names(folder: &Path) -> Result<BTreeSet<String>> {
    let entries = fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))?;
    entries
        .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
        .collect()
}

/// Both engines must know the same migrations, or `docket migrate` ends in different schemas.
fn unpaired(sqlite: &BTreeSet<String>, postgres: &BTreeSet<String>) -> Vec<String> {
    let only = |ours: &BTreeSet<String>, theirs: &BTreeSet<String>, engine: &str| {
        ours.difference(theirs)
            .map(|name| format!("{name} exists for {engine} only"))
            .collect::<Vec<_>>()
    };
    [
        only(sqlite, postgres, "sqlite"),
        only(postgres, sqlite, "postgres"),
    ]
    .concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(list: &[&str]) -> BTreeSet<String> {
        list.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn equal_folders_pass() {
        let both = names(&["0001_start.sql", "0002_jobs.sql"]);
        assert!(unpaired(&both, &both).is_empty());
    }

    #[test]
    fn a_missing_twin_is_named_with_its_engine() {
        let found = unpaired(
            &names(&["0001_a.sql", "0002_b.sql"]),
            &names(&["0001_a.sql", "0003_c.sql"]),
        );
        assert_eq!(
            found,
            [
                "0002_b.sql exists for sqlite only",
                "0003_c.sql exists for postgres only"
            ]
        );
    }

    #[test]
    fn architecture_tests_run_under_either_runner() {
        for (nextest, first) in [(true, "nextest"), (false, "test")] {
            let steps = steps(nextest);
            let architecture = steps
                .iter()
                .find(|step| step.args.contains(&"architecture"))
                .unwrap();
            assert_eq!(architecture.args[0], first);
        }
    }
}
