//! `bench sync`: our sync beside the floors, both as processes, in one run.

mod pacing;
mod report;

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use tempfile::TempDir;

use super::Aims;
use crate::database::{Engine, Server};
use crate::desk::{self, Desk};
use crate::platform::Platform;
use crate::process::{self, Usage};
use crate::simulator::{Counters, Simulator};
use crate::table::count;
use pacing::{Limit, Seen};

/// Added to each request, in milliseconds.
const LATENCIES: [u64; 2] = [0, 20];
/// Reads at the same time: `sync.concurrency`, set for the desk and for the floor alike.
const CONCURRENCY: usize = 16;
/// An unchanged sync is over so soon that one alone says little.
const UNCHANGED_RUNS: usize = 3;

pub struct Sizes {
    pub platform: Platform,
    pub disputes: u64,
    /// 0: not measured.
    pub memory: u64,
    /// Disputes of the accounts whose pace is measured, under the platform's own limits; 0: not measured.
    pub paced: u64,
}

/// What `docket sync --json` prints.
#[derive(Debug, Deserialize)]
struct Counts {
    new: u64,
    changed: u64,
    failed: u64,
}

#[derive(Clone, Copy)]
struct Measured {
    usage: Usage,
    requests: Counters,
    /// The most that the platform saw in any window so far, and refusals by its own limit in this run.
    pace: Seen,
}

/// Everything of one engine at one latency.
struct Round {
    engine: Engine,
    latency: u64,
    fetch: Measured,
    insert: Usage,
    first: Measured,
    unchanged: Measured,
    changed: Measured,
    /// Changed disputes that a sync for changes is to find.
    touched: u64,
}

pub fn run(server: &Server, engines: &[Engine], sizes: &Sizes, aims: &mut Aims) -> Result<()> {
    let bench = Bench::new(server, sizes)?;
    println!(
        "{}: {} disputes, {CONCURRENCY} reads at the same time; CPU and memory are those of the client process",
        sizes.platform,
        count(sizes.disputes)
    );
    let mut rounds = Vec::new();
    for engine in engines {
        let insert = bench.insert(*engine)?;
        for latency in LATENCIES {
            eprintln!(
                "measuring {} on {engine} with {latency} ms per request",
                sizes.platform
            );
            rounds.push(bench.round(*engine, latency, insert)?);
        }
    }
    let mut large = Vec::new();
    for engine in engines.iter().filter(|_| sizes.memory > 0) {
        eprintln!(
            "measuring the memory of {} disputes on {engine}",
            count(sizes.memory)
        );
        large.push((*engine, bench.first_of(*engine, sizes.memory)?));
    }
    report::table(&rounds, &large, sizes).print();
    report::aims(&rounds, &large, sizes, aims);
    for engine in engines.iter().filter(|_| sizes.paced > 0) {
        eprintln!("measuring the pace on {engine}");
        pacing::run(server, *engine, sizes, aims)?;
    }
    Ok(())
}

struct Bench<'a> {
    server: &'a Server,
    docket: PathBuf,
    platform: Platform,
    disputes: u64,
    /// Ids and bodies as the simulator gave them.
    bodies: PathBuf,
    folder: TempDir,
}

impl<'a> Bench<'a> {
    fn new(server: &'a Server, sizes: &Sizes) -> Result<Self> {
        let (platform, disputes) = (sizes.platform, sizes.disputes);
        let (docket, folder) = (desk::binary()?, desk::folder()?);
        let bodies = folder.path().join("bodies");
        let simulator = Simulator::fixed(&docket, platform, disputes, 0)?;
        process::run_well(
            fetch_command(&simulator, platform, disputes)?
                .arg("--keep")
                .arg(&bodies),
        )?;
        Ok(Self {
            server,
            docket,
            platform,
            disputes,
            bodies,
            folder,
        })
    }

    fn insert(&self, engine: Engine) -> Result<Usage> {
        let database = self.server.database(engine, self.folder.path())?;
        let mut command = floor("insert")?;
        command
            .args(["--database", database.url(), "--bodies"])
            .arg(&self.bodies);
        Ok(process::run_well(&mut command)?.usage)
    }

    fn round(&self, engine: Engine, latency: u64, insert: Usage) -> Result<Round> {
        let simulator = Simulator::fixed(&self.docket, self.platform, self.disputes, latency)?;
        let fetch = self.counted(&simulator, || {
            let mut command = fetch_command(&simulator, self.platform, self.disputes)?;
            Ok(process::run_well(&mut command)?.usage)
        })?;
        // A simulator of its own, so that the floor's pace is not taken for ours.
        drop(simulator);
        let simulator = Simulator::fixed(&self.docket, self.platform, self.disputes, latency)?;
        let desk = self.desk(engine, &simulator)?;
        let (first, counts) = self.sync(&simulator, &desk)?;
        ensure!(
            counts.new == self.disputes && counts.failed == 0,
            "the first sync is not whole: {counts:?}"
        );
        let mut unchanged = Vec::new();
        for _ in 0..UNCHANGED_RUNS {
            let (run, counts) = self.sync(&simulator, &desk)?;
            ensure!(
                counts.new + counts.changed + counts.failed == 0,
                "nothing had changed, but: {counts:?}"
            );
            unchanged.push(run);
        }
        unchanged.sort_by(|one, other| one.usage.seconds.total_cmp(&other.usage.seconds));
        let touched = simulator.touch(1)?.visible();
        let (changed, counts) = self.sync(&simulator, &desk)?;
        ensure!(
            counts.changed == touched && counts.new == 0,
            "{touched} had changed, but: {counts:?}"
        );
        let unchanged = unchanged[UNCHANGED_RUNS / 2];
        Ok(Round {
            engine,
            latency,
            fetch,
            insert,
            first,
            unchanged,
            changed,
            touched,
        })
    }

    /// A first sync alone.
    fn first_of(&self, engine: Engine, disputes: u64) -> Result<Measured> {
        let simulator = Simulator::fixed(&self.docket, self.platform, disputes, 0)?;
        let (first, counts) = self.sync(&simulator, &self.desk(engine, &simulator)?)?;
        ensure!(
            counts.new == disputes && counts.failed == 0,
            "the large sync is not whole: {counts:?}"
        );
        Ok(first)
    }

    fn desk(&self, engine: Engine, simulator: &Simulator) -> Result<Desk> {
        let settings = [("SYNC__CONCURRENCY", CONCURRENCY.to_string())];
        let desk = Desk::new(&self.docket, self.server, engine, &settings)?;
        let account = simulator
            .accounts()
            .first()
            .context("the simulator has no account")?;
        desk.connect(simulator, account)?;
        Ok(desk)
    }

    fn counted(&self, simulator: &Simulator, work: impl FnOnce() -> Result<Usage>) -> Result<Measured> {
        let limit = Limit::of(self.platform);
        let before = simulator.counters(self.platform)?;
        let refused = limit.seen(simulator, self.platform)?.refused;
        let usage = work()?;
        let mut pace = limit.seen(simulator, self.platform)?;
        pace.refused -= refused;
        Ok(Measured {
            usage,
            requests: simulator.counters(self.platform)? - before,
            pace,
        })
    }

    fn sync(&self, simulator: &Simulator, desk: &Desk) -> Result<(Measured, Counts)> {
        let mut said = String::new();
        let measured = self.counted(simulator, || {
            let ended = desk.good(&["sync", "--json"])?;
            said = ended.out;
            Ok(ended.usage)
        })?;
        let counts = serde_json::from_str(&said).context("docket sync --json printed something else")?;
        Ok((measured, counts))
    }
}

fn floor(name: &str) -> Result<Command> {
    let own: PathBuf = std::env::current_exe().context("cannot tell where this program lies")?;
    let mut command = Command::new(Path::new(&own));
    command.args(["floor", name]);
    Ok(command)
}

fn fetch_command(simulator: &Simulator, platform: Platform, disputes: u64) -> Result<Command> {
    let account = simulator
        .accounts()
        .first()
        .context("the simulator has no account")?;
    let (user, secret) = account.pair(platform);
    let mut command = floor("fetch")?;
    command.args(["--platform", platform.word()]);
    command.args(["--base", &simulator.base(platform, account)]);
    command.args(["--user", user, "--secret", secret]);
    command.args(["--disputes", &disputes.to_string()]);
    command.args(["--concurrency", &CONCURRENCY.to_string()]);
    Ok(command)
}
