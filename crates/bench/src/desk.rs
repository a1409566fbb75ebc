//! A desk to measure: the release binary with a data folder, a database and clients of its own.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::Value;
use tempfile::TempDir;

use crate::database::{Database, Engine, Server};
use crate::platform::Platform;
use crate::process::{self, Ended};
use crate::simulator::{Account, Simulator};

/// The release binary, which `cargo xtask` builds beside this program.
pub fn binary() -> Result<PathBuf> {
    let own = std::env::current_exe().context("cannot tell where this program lies")?;
    let docket = own.with_file_name("docket");
    docket
        .exists()
        .then_some(docket)
        .context("there is no release binary beside this program; start this through `cargo xtask`")
}

const FOLDERS: &str = "docket-bench-";

/// Beside this program and not in the system's temporary folder, which may live in memory, where nothing is durable.
pub fn folder() -> Result<TempDir> {
    let own = std::env::current_exe().context("cannot tell where this program lies")?;
    let beside = own.parent().context("this program lies in no folder")?;
    let prefix = format!("{FOLDERS}{}-", std::process::id());
    tempfile::Builder::new()
        .prefix(&prefix)
        .tempdir_in(beside)
        .context("cannot make a folder beside this program")
}

/// Removes what runs left behind that were broken off: a folder names the process that made it.
pub fn remove_leftovers() -> Result<()> {
    let own = std::env::current_exe().context("cannot tell where this program lies")?;
    let beside = own.parent().context("this program lies in no folder")?;
    for entry in std::fs::read_dir(beside).context("cannot list the folder of this program")? {
        let entry = entry?;
        if made_by(&entry.file_name().to_string_lossy()).is_some_and(has_ended) && entry.path().is_dir() {
            // Another run may be removing it, too.
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
    Ok(())
}

fn made_by(folder: &str) -> Option<u32> {
    folder.strip_prefix(FOLDERS)?.split_once('-')?.0.parse().ok()
}

fn has_ended(process: u32) -> bool {
    !Path::new("/proc").join(process.to_string()).exists()
}

pub struct Desk {
    docket: PathBuf,
    variables: Vec<(String, String)>,
    // Dropped in this order: a server's database first, then the folder with the embedded one.
    database: Database,
    folder: TempDir,
}

impl Desk {
    /// An empty desk. Settings are keys of the configuration, such as `WORKER__SLOTS`, with their values.
    pub fn new(docket: &Path, server: &Server, engine: Engine, settings: &[(&str, String)]) -> Result<Self> {
        let folder = folder()?;
        let database = server.database(engine, folder.path())?;
        let own = [
            ("DATA_DIR", folder.path().join("data").display().to_string()),
            ("DATABASE__URL", database.url().to_owned()),
        ];
        let variables = own
            .iter()
            .chain(settings)
            .map(|(key, value)| (format!("DOCKET__{key}"), value.clone()));
        let desk = Self {
            docket: docket.to_owned(),
            variables: variables.collect(),
            database,
            folder,
        };
        desk.good(&["migrate"])?;
        Ok(desk)
    }

    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(&self.docket);
        command.args(args).current_dir(self.folder.path());
        // A setting of the caller's shell would change what is measured.
        for (name, _) in std::env::vars_os() {
            if name.to_str().is_some_and(|name| name.starts_with("DOCKET__")) {
                command.env_remove(name);
            }
        }
        command.envs(self.variables.iter().cloned()).env("USER", "bench");
        command
    }

    /// Runs to the end, whatever the exit code.
    pub fn call(&self, args: &[&str]) -> Result<Ended> {
        process::run(&mut self.command(args))
    }

    /// Runs to the end; an exit code other than 0 is an error.
    pub fn good(&self, args: &[&str]) -> Result<Ended> {
        process::run_well(&mut self.command(args))
    }

    pub fn json(&self, args: &[&str]) -> Result<Vec<Value>> {
        let said = self.good(args)?.out;
        serde_json::from_str(&said)
            .with_context(|| format!("docket {} did not print a JSON array", args.join(" ")))
    }

    /// One more setting for everything that is called from now on.
    pub fn set(&mut self, key: &str, value: String) {
        self.variables.push((format!("DOCKET__{key}"), value));
    }

    /// The database's address, for what fills it from outside.
    pub fn url(&self) -> &str {
        self.database.url()
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A client for this account, with a connection to each of its platforms.
    pub fn connect(&self, simulator: &Simulator, account: &Account) -> Result<Vec<Connection>> {
        self.good(&["client", "add", &account.name])?;
        let file = self.folder.path().join("credentials.json");
        let mut connections = Vec::new();
        for platform in &account.platforms {
            std::fs::write(&file, account.credentials(*platform).to_string())
                .context("cannot write a credentials file")?;
            let (base, file) = (simulator.base(*platform, account), file.display().to_string());
            let added = self.good(&[
                "connection",
                "add",
                "--client",
                &account.name,
                "--platform",
                platform.word(),
                "--base-url",
                &base,
                "--credentials",
                &file,
            ])?;
            connections.push(Connection {
                id: added.out.trim().to_owned(),
                platform: *platform,
                account: account.clone(),
            });
        }
        Ok(connections)
    }

    /// Clients and connections for every account.
    pub fn connect_all(&self, simulator: &Simulator) -> Result<Vec<Connection>> {
        let each = simulator
            .accounts()
            .iter()
            .map(|account| self.connect(simulator, account));
        Ok(each.collect::<Result<Vec<_>>>()?.concat())
    }
}

/// A connection of the desk, and whose account it leads to.
#[derive(Clone)]
pub struct Connection {
    pub id: String,
    pub platform: Platform,
    pub account: Account,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_folders_of_ended_processes_count_as_left_behind() {
        assert_eq!(made_by("docket-bench-123-AbC"), Some(123));
        assert_eq!(made_by("docket-bench.d"), None);
        assert!(!has_ended(std::process::id()));
    }
}
