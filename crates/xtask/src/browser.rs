//! What the browser tests need: Chromium with its driver, and the accessibility rules of axe.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};

use crate::pg;

/// Tests read the driver's program here and print SKIPPED where it is not set.
const DRIVER_VARIABLE: &str = "DOCKET_TEST_CHROMEDRIVER";
/// The rules, one file.
const AXE_VARIABLE: &str = "DOCKET_TEST_AXE";
/// A version, so that a new rule fails nobody's build by surprise.
const AXE: &str = "axe-core@4.14.1";

/// The variables for the tests. What is missing is said; with `CI=true` it is a failure.
pub fn variables() -> Result<Vec<(&'static str, PathBuf)>> {
    let found = [(DRIVER_VARIABLE, driver()), (AXE_VARIABLE, axe())];
    let mut variables = Vec::new();
    for (name, found) in found {
        match found {
            Ok(path) => variables.push((name, path)),
            Err(error) if env::var("CI").is_ok_and(|ci| ci == "true") => {
                return Err(error.context("the browser tests are required when CI=true"));
            }
            Err(error) => eprintln!("xtask: NOT RUN: tests in a browser ({name}), because: {error:#}"),
        }
    }
    Ok(variables)
}

/// The variable for what is measured in a browser; none, and said, where there is no browser here.
pub fn measuring() -> Option<(&'static str, PathBuf)> {
    match driver() {
        Ok(path) => Some((DRIVER_VARIABLE, path)),
        Err(error) => {
            eprintln!("xtask: NOT MEASURED: what is seen in a browser, because: {error:#}");
            None
        }
    }
}

/// Whether a run has tests that need a browser: all of them, or those of one of the two packages.
pub fn wanted(runner_args: &[String]) -> bool {
    let names = |arg: &String| arg.starts_with("-p") || arg.starts_with("--package");
    !runner_args.iter().any(names)
        || runner_args
            .iter()
            .any(|arg| matches!(arg.as_str(), "docket" | "docket-web" | "--workspace"))
}

fn driver() -> Result<PathBuf> {
    if let (Some(driver), Some(_)) = (on_path("chromedriver"), chromium()) {
        return Ok(driver);
    }
    if !pg::may_install() {
        bail!("no Chromium with its chromedriver on the PATH; install both");
    }
    pg::install("chromium")?;
    pg::install("chromium-driver")?;
    on_path("chromedriver").context("the packages are installed, but chromedriver is not on the PATH")
}

fn chromium() -> Option<PathBuf> {
    ["chromium", "chromium-browser", "google-chrome"]
        .into_iter()
        .find_map(on_path)
}

fn on_path(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path)
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
}

/// Beside the build's other files, from npm's registry; never part of the project.
fn axe() -> Result<PathBuf> {
    let folder = target()?.join("axe");
    let file = folder.join(AXE.replace('@', "-")).join("package/axe.min.js");
    if file.is_file() {
        return Ok(file);
    }
    if on_path("npm").is_none() {
        if !pg::may_install() {
            bail!("npm, which fetches {AXE}, is not here");
        }
        pg::install("npm")?;
    }
    let unpacked = folder.join(AXE.replace('@', "-"));
    fs::create_dir_all(&unpacked).with_context(|| format!("cannot make {}", unpacked.display()))?;
    let packed = Command::new("npm")
        .args(["pack", AXE, "--silent", "--pack-destination"])
        .arg(&folder)
        .stdin(Stdio::null())
        .output()
        .context("cannot start npm")?;
    ensure!(
        packed.status.success(),
        "npm pack {AXE} failed: {}",
        String::from_utf8_lossy(&packed.stderr).trim()
    );
    let archive = folder.join(format!("{}.tgz", AXE.replace('@', "-")));
    let status = Command::new("tar")
        .arg("-xzf")
        .arg(&archive)
        .arg("-C")
        .arg(&unpacked)
        .status()
        .context("cannot start tar")?;
    ensure!(
        status.success() && file.is_file(),
        "{} cannot be unpacked",
        archive.display()
    );
    Ok(file)
}

/// The build's folder: this program lies in it.
fn target() -> Result<PathBuf> {
    let program = env::current_exe().context("cannot tell where this program lies")?;
    let folder = program.parent().and_then(Path::parent);
    folder
        .map(Path::to_owned)
        .context("this program lies in no build folder")
}

#[cfg(test)]
mod tests {
    use super::wanted;

    fn is_wanted(args: &[&str]) -> bool {
        wanted(&args.iter().map(ToString::to_string).collect::<Vec<_>>())
    }

    #[test]
    fn a_browser_is_looked_for_only_where_a_test_needs_one() {
        assert!(is_wanted(&[]));
        assert!(is_wanted(&["-p", "docket", "-E", "test(x)"]));
        assert!(is_wanted(&["--workspace"]));
        assert!(!is_wanted(&["-p", "docket-core"]));
    }
}
