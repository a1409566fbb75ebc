//! Where PostgreSQL's server programs are, and how to get them where they are missing.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use super::account::running_as_root;

/// Debian keeps one folder per major version here and leaves it out of PATH.
const DEBIAN_FOLDER: &str = "/usr/lib/postgresql";

/// The folder with the server programs; installs them on Debian as root where there are none.
pub fn find_or_install() -> Result<PathBuf> {
    if let Some(found) = find() {
        return Ok(found);
    }
    if !may_install() {
        bail!(
            "no PostgreSQL server programs found; install PostgreSQL 15 or newer, \
             or name their folder in PG_BIN (initdb and postgres must both be there)"
        );
    }
    install("postgresql")?;
    find().with_context(|| format!("the package is installed, but {DEBIAN_FOLDER} has no server programs"))
}

fn find() -> Option<PathBuf> {
    let installed = fs::read_dir(DEBIAN_FOLDER)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path());
    candidates(
        env::var_os("PG_BIN").as_deref(),
        installed.collect(),
        env::var_os("PATH").as_deref().unwrap_or_default(),
    )
    .into_iter()
    .find(|folder| complete(folder))
}

/// In this order: what the caller names, Debian's folders from the newest version down, PATH.
fn candidates(named: Option<&OsStr>, mut installed: Vec<PathBuf>, path: &OsStr) -> Vec<PathBuf> {
    installed.sort_by_cached_key(|folder| std::cmp::Reverse(version(folder)));
    let installed = installed.into_iter().map(|folder| folder.join("bin"));
    named
        .map(PathBuf::from)
        .into_iter()
        .chain(installed)
        .chain(env::split_paths(path))
        .collect()
}

/// The version in a folder's name, as numbers: `9.6` is older than `15`.
fn version(folder: &Path) -> Vec<u32> {
    let name = folder.file_name().and_then(OsStr::to_str).unwrap_or_default();
    name.split('.').map_while(|number| number.parse().ok()).collect()
}

/// Both programs in one folder: a lone client or wrapper does not make a server.
fn complete(folder: &Path) -> bool {
    ["initdb", "postgres"]
        .iter()
        .all(|program| folder.join(program).is_file())
}

/// Whether packages can be installed here: on Debian, as root.
pub fn may_install() -> bool {
    Path::new("/etc/debian_version").exists() && running_as_root()
}

/// Installs a package of Debian's.
pub fn install(package: &str) -> Result<()> {
    println!("xtask: installing {package}");
    apt_get(&["update"])?;
    apt_get(&["install", "--yes", "--no-install-recommends", package])
}

fn apt_get(args: &[&str]) -> Result<()> {
    let status = Command::new("apt-get")
        .args(args)
        .env("DEBIAN_FRONTEND", "noninteractive")
        .status()
        .context("cannot start apt-get")?;
    ensure!(status.success(), "apt-get {} ended with {status}", args.join(" "));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_named_folder_wins_then_the_newest_version() {
        let installed = ["/p/9.6", "/p/15", "/p/17"].map(PathBuf::from).to_vec();
        let order = candidates(Some(OsStr::new("/mine")), installed, OsStr::new("/a:/b"));
        assert_eq!(
            order,
            ["/mine", "/p/17/bin", "/p/15/bin", "/p/9.6/bin", "/a", "/b"].map(PathBuf::from)
        );
    }

    #[test]
    fn a_folder_needs_both_programs() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("initdb"), "").unwrap();
        assert!(!complete(folder.path()));
        fs::write(folder.path().join("postgres"), "").unwrap();
        assert!(complete(folder.path()));
    }
}
