//! A throw-away PostgreSQL server: made, used and removed by one run of a task.

mod account;
mod binaries;

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use account::Account;
pub use binaries::{find_or_install, install, may_install};

const START_LIMIT: Duration = Duration::from_secs(60);
/// The free port is known before the server binds it, so another program can take it in between.
const PORT_ATTEMPTS: u32 = 3;
/// A Unix socket's path may have about 107 bytes; below a deep folder the server goes without one.
const SOCKET_FOLDER_LIMIT: usize = 85;

/// Reads until this program closes the pipe or dies, by whatever signal, then stops the server without a checkpoint
/// and removes its files. It runs in its own process group, so Ctrl-C in the terminal does not reach it.
const GUARD: &str = r#"
cat >/dev/null
kill -QUIT "$1" 2>/dev/null
while kill -0 "$1" 2>/dev/null; do sleep 0.02; done
rm -rf "$2"
"#;

pub struct Settings {
    /// Off for tests; measurements need it on, or they measure a server that may lose data.
    pub fsync: bool,
    pub max_connections: u16,
}

/// A running server. Dropping it stops the server and removes its files; so does the end of this program.
pub struct Cluster {
    server: Child,
    guard: Child,
    folder: PathBuf,
    port: u16,
}

impl Cluster {
    /// Makes a fresh cluster with the binaries in `bin` and waits until it takes connections.
    pub fn start(bin: &Path, settings: &Settings) -> Result<Self> {
        let account = Account::for_server()?;
        let folder = new_folder(account)?;
        let started = init(bin, &folder, account).and_then(|()| serve(bin, &folder, account, settings));
        if started.is_err() {
            // The error that counts is the first one; a folder left behind lies below the target folder.
            let _ = fs::remove_dir_all(&folder);
        }
        started
    }

    /// The superuser's address of the database `postgres`; tests create their own databases beside it.
    pub fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.guard.stdin.take());
        // Nothing sensible can follow a failure here: the guard goes on by itself.
        let _ = self.server.wait();
        let _ = self.guard.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// A new folder that belongs to the server's account, below the build's folder where that account can get there.
fn new_folder(account: Account) -> Result<PathBuf> {
    let program = std::env::current_exe().context("cannot tell where this program lies")?;
    let beside = program.parent().context("this program lies in no folder")?;
    let parent = if account == Account::Own || open_to_others(beside) {
        // The parent is the account's too, so that the guard, which runs under it, may remove the folder.
        let parent = beside.join("throwaway-postgres");
        fs::create_dir_all(&parent).with_context(|| format!("cannot create {}", parent.display()))?;
        account.take_over(&parent)?;
        parent
    } else {
        std::env::temp_dir()
    };
    let folder = parent.join(format!("docket-postgres-{}", std::process::id()));
    // An earlier process of this number can have left one. Creation must then be ours: the parent may be public.
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
    account.take_over(&folder)?;
    Ok(folder)
}

/// Whether every folder on the way lets other accounts pass; a home folder often does not.
fn open_to_others(path: &Path) -> bool {
    path.ancestors()
        .all(|folder| fs::metadata(folder).is_ok_and(|found| found.permissions().mode() & 0o001 != 0))
}

fn init(bin: &Path, folder: &Path, account: Account) -> Result<()> {
    let mut initdb = account.command(bin.join("initdb"), folder);
    initdb.args([
        "--username=postgres",
        "--auth=trust",
        "--encoding=UTF8",
        "--no-locale",
        "--no-sync",
    ]);
    initdb
        .arg("--pgdata")
        .arg(folder.join("data"))
        .stdin(Stdio::null());
    let output = initdb
        .output()
        .with_context(|| format!("cannot start {}/initdb", bin.display()))?;
    ensure!(
        output.status.success(),
        "initdb failed: {}",
        String::from_utf8_lossy(&output.stderr).trim()
    );
    Ok(())
}

fn serve(bin: &Path, folder: &Path, account: Account, settings: &Settings) -> Result<Cluster> {
    let mut attempt = 1;
    loop {
        let mut cluster = spawn(bin, folder, account, settings)?;
        match cluster.wait_until_ready() {
            Ok(()) => return Ok(cluster),
            Err(error) if attempt == PORT_ATTEMPTS => return Err(error),
            Err(_) => attempt += 1,
        }
        // This removes the cluster's files with the server.
        drop(cluster);
        init(bin, &new_folder(account)?, account)?;
    }
}

fn spawn(bin: &Path, folder: &Path, account: Account, settings: &Settings) -> Result<Cluster> {
    let port = free_port()?;
    let log = fs::File::create(folder.join("server.log")).context("cannot create the server's log")?;
    let mut postgres = account.command(bin.join("postgres"), folder);
    postgres.arg("-D").arg(folder.join("data"));
    for setting in server_settings(folder, settings, port) {
        postgres.arg("-c").arg(setting);
    }
    postgres
        .stdin(Stdio::null())
        .stdout(log.try_clone().context("cannot share the log")?)
        .stderr(log);
    let mut server = postgres
        .spawn()
        .with_context(|| format!("cannot start {}/postgres", bin.display()))?;

    let mut guard = account.command("sh", folder);
    guard
        .args(["-c", GUARD, "guard", &server.id().to_string()])
        .arg(folder);
    guard
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    match guard.spawn() {
        Ok(guard) => Ok(Cluster {
            server,
            guard,
            folder: folder.to_owned(),
            port,
        }),
        Err(error) => {
            // Without a guard nothing would ever stop it.
            let _ = server.kill();
            Err(error).context("cannot start sh")
        }
    }
}

fn server_settings(folder: &Path, settings: &Settings, port: u16) -> Vec<String> {
    let durable = if settings.fsync { "on" } else { "off" };
    let folder = folder.display().to_string();
    let socket = if folder.len() <= SOCKET_FOLDER_LIMIT {
        folder.as_str()
    } else {
        ""
    };
    vec![
        "listen_addresses=127.0.0.1".to_owned(),
        format!("port={port}"),
        format!("unix_socket_directories={socket}"),
        format!("max_connections={}", settings.max_connections),
        format!("fsync={durable}"),
        format!("synchronous_commit={durable}"),
        format!("full_page_writes={durable}"),
    ]
}

fn free_port() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no free loopback port")?;
    Ok(listener
        .local_addr()
        .context("no address of the free port")?
        .port())
}

impl Cluster {
    fn wait_until_ready(&mut self) -> Result<()> {
        let begun = Instant::now();
        while begun.elapsed() < START_LIMIT {
            if let Some(status) = self.server.try_wait().context("cannot watch the server")? {
                bail!("the server ended with {status}: {}", self.last_log_lines());
            }
            let lock = fs::read_to_string(self.folder.join("data/postmaster.pid")).unwrap_or_default();
            if says_ready(&lock) {
                return Ok(());
            }
            sleep(Duration::from_millis(20));
        }
        bail!(
            "the server was not ready after {} s: {}",
            START_LIMIT.as_secs(),
            self.last_log_lines()
        )
    }

    fn last_log_lines(&self) -> String {
        let log = fs::read_to_string(self.folder.join("server.log")).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(5)..].join(" | ")
    }
}

/// The eighth line of the server's lock file is its state (PostgreSQL 10 and later), padded with blanks.
fn says_ready(lock_file: &str) -> bool {
    lock_file
        .lines()
        .nth(7)
        .is_some_and(|state| state.trim() == "ready")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measurements_keep_durability() {
        let settings = Settings {
            fsync: true,
            max_connections: 50,
        };
        let lines = server_settings(Path::new("/t"), &settings, 5000);
        for wanted in [
            "fsync=on",
            "synchronous_commit=on",
            "full_page_writes=on",
            "max_connections=50",
        ] {
            assert!(
                lines.iter().any(|line| line == wanted),
                "{wanted} is missing in {lines:?}"
            );
        }
    }

    #[test]
    fn deep_folders_get_no_socket() {
        let deep = PathBuf::from("/").join("d".repeat(SOCKET_FOLDER_LIMIT));
        let settings = Settings {
            fsync: false,
            max_connections: 50,
        };
        assert!(server_settings(&deep, &settings, 5000).contains(&"unix_socket_directories=".to_owned()));
    }

    #[test]
    fn readiness_is_the_eighth_line() {
        let starting = "1\n/d\n1700000000\n5000\n/d\n127.0.0.1\n  1  2\nstarting\n";
        assert!(!says_ready(starting));
        assert!(says_ready(&starting.replace("starting", "ready   ")));
        assert!(!says_ready(""));
    }

    #[test]
    fn a_closed_folder_on_the_way_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("inner");
        fs::create_dir(&inner).unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).unwrap();
        assert!(!open_to_others(&inner));
    }
}
