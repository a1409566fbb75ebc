//! Calls of cargo, always from the workspace root.

use std::env;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

/// The folder that holds the workspace's `Cargo.toml`.
pub fn workspace_root() -> &'static Path {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.ancestors().nth(2).unwrap_or(own)
}

/// The cargo that runs this program, with this crate's own build variables taken out of its environment:
/// build scripts that watch them would otherwise run again on every change between `cargo` and `cargo xtask`.
pub fn cargo() -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(workspace_root());
    for (name, _) in env::vars_os() {
        if name.to_str().is_some_and(describes_this_crate) {
            command.env_remove(name);
        }
    }
    command
}

fn describes_this_crate(variable: &str) -> bool {
    const OWN: [&str; 4] = [
        "CARGO_MANIFEST_DIR",
        "CARGO_MANIFEST_PATH",
        "CARGO_BIN_NAME",
        "CARGO_CRATE_NAME",
    ];
    OWN.contains(&variable) || variable.starts_with("CARGO_PKG_")
}

pub fn has_nextest() -> bool {
    let mut probe = cargo();
    probe
        .args(["nextest", "--version"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    probe.status().is_ok_and(|status| status.success())
}

/// Runs to the end with inherited streams; a child killed by a signal counts as exit code 1.
pub fn run(command: &mut Command) -> Result<i32> {
    let status = command
        .status()
        .with_context(|| format!("cannot start {command:?}"))?;
    Ok(status.code().unwrap_or(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_is_the_workspace() {
        let manifest = std::fs::read_to_string(workspace_root().join("Cargo.toml")).unwrap();
        assert!(manifest.contains("[workspace]"));
    }

    #[test]
    fn only_variables_of_this_crate_are_taken_out() {
        assert!(describes_this_crate("CARGO_PKG_NAME"));
        assert!(describes_this_crate("CARGO_MANIFEST_DIR"));
        assert!(!describes_this_crate("CARGO_HOME"));
        assert!(!describes_this_crate("CARGO_TARGET_DIR"));
    }
}
