//! `cargo xtask bench` and `cargo xtask soak`: builds the release binaries and has docket-bench run, with a throw-away
//! PostgreSQL server beside it. The measuring itself lives in a crate of its own, so that the other tasks build fast.

use std::process::ExitCode;

use anyhow::Result;

use crate::browser;
use crate::cargo::{self, cargo};
use crate::pg::{self, Cluster, Settings};

/// docket-bench reads the server's address here.
const URL_VARIABLE: &str = "DOCKET_BENCH_PG_URL";

pub fn run(task: &str, args: &[String]) -> Result<ExitCode> {
    // One after the other: built together, the two would share features, and the binary would not be the one that ships.
    let mut product = cargo();
    product.args(["build", "--quiet", "--release", "--package", "docket"]);
    if cargo::run(&mut product)? != 0 {
        return Ok(ExitCode::FAILURE);
    }
    let asks_for_help = args.is_empty() || args.iter().any(|arg| arg == "--help" || arg == "-h");
    let cluster = if asks_for_help { None } else { start_postgres() };
    let mut bench = cargo();
    bench.args([
        "run",
        "--quiet",
        "--release",
        "--package",
        "docket-bench",
        "--",
        task,
    ]);
    bench.args(args);
    if let Some(cluster) = &cluster {
        bench.env(URL_VARIABLE, cluster.url());
    }
    if args.first().is_some_and(|measured| measured == "desk") {
        bench.envs(browser::measuring());
    }
    let code = cargo::run(&mut bench)?;
    // Before the exit code leaves `main`, so that the server is gone when the caller goes on.
    drop(cluster);
    Ok(ExitCode::from(u8::try_from(code).unwrap_or(1)))
}

/// With durability on: a server that may lose data is faster than one that may not. docket-bench says what it leaves out
/// without a server, and fails where everything was asked for.
fn start_postgres() -> Option<Cluster> {
    let settings = Settings {
        fsync: true,
        max_connections: 100,
    };
    match pg::find_or_install().and_then(|bin| Cluster::start(&bin, &settings)) {
        Ok(cluster) => Some(cluster),
        Err(error) => {
            eprintln!("xtask: no PostgreSQL server: {error:#}");
            None
        }
    }
}
