//! `soak submit`: every prepared response is sent exactly once and in time, whatever dies meanwhile.

mod crew;
mod prepare;
mod proof;
mod report;

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use serde_json::json;

use super::{Mix, shares};
use crate::database::{Engine, Server};
use crate::desk::{self, Connection, Desk};
use crate::doors::{self, Doors};
use crate::platform::Platform;
use crate::simulator::{Counters, Hook, Simulator};
use crate::table::{Table, count};
use crew::{Crew, WORKERS};
use proof::Proof;

const ACCOUNTS: usize = 6;
const DUE_SECONDS: u64 = 1_800;
/// Per request, so that a kill often falls into one.
const LATENCY_MS: u64 = 120;
/// Shares of the webhooks that are dropped, doubled and held back behind the next one.
const ASTRAY: [f64; 3] = [0.2, 0.3, 0.3];
pub struct Plan {
    responses: usize,
    kills: usize,
    mix: Mix,
    seed: u64,
}

impl Plan {
    pub const fn new(quick: bool, mix: Mix, seed: u64) -> Self {
        let (responses, kills) = if quick { (60, 5) } else { (300, 25) };
        Self {
            responses,
            kills,
            mix,
            seed,
        }
    }
}

/// A dispute that a response is prepared for.
pub struct Wanted {
    pub platform: Platform,
    pub dispute: String,
}

/// What is seen of one platform.
struct Side {
    proof: Proof,
    counters: Counters,
    hook: Hook,
}

struct Run {
    sides: BTreeMap<Platform, Side>,
    kills: usize,
    /// What `docket doctor` found, unless all is well.
    sick: Option<String>,
    /// From the first worker's start to the last confirmation.
    seconds: f64,
}

pub fn run(server: &Server, engines: &[Engine], plan: &Plan) -> Result<Vec<String>> {
    let [drop, double, reorder] = ASTRAY.map(|share| share * 100.0);
    println!(
        "{} responses over {ACCOUNTS} accounts on {}, {WORKERS} workers, {} kills with SIGKILL; of the requests, 15 % are cut \
         before handling, 15 % after it, and 5 % of the writes are handled and answered with 500; of the webhooks, \
         {drop:.0} % are dropped, {double:.0} % doubled, {reorder:.0} % reordered",
        count(plan.responses as u64),
        plan.mix.word(),
        plan.kills
    );
    let docket = desk::binary()?;
    let mut table = Table::new(2, &report::HEAD);
    let (mut violations, mut ends) = (Vec::new(), Vec::new());
    for engine in engines {
        eprintln!("running on {engine}");
        let run = one(&docket, server, *engine, plan)?;
        for (platform, side) in &run.sides {
            table.row(report::row(*engine, *platform, side));
        }
        ends.push(format!(
            "{engine}: {} kills, {:.0} s from the first worker to the last confirmation",
            run.kills, run.seconds
        ));
        let broken = run.violations(plan).into_iter();
        violations.extend(broken.map(|violation| format!("{engine}: {violation}")));
    }
    table.print();
    ends.iter().for_each(|end| println!("{end}"));
    Ok(violations)
}

fn settings() -> Vec<(&'static str, String)> {
    let quick = [
        ("WORKER__SLOTS", 4),
        ("WORKER__LEASE_SECONDS", 2),
        ("WORKER__TICK_SECONDS", 1),
        // Nothing but the responses and what webhooks ask for.
        ("SYNC__EVERY_SECONDS", 1_000_000),
        ("SYNC__SWEEP_EVERY_SECONDS", 10_000_000),
        ("HTTP__READ_TIMEOUT_SECONDS", 2),
        ("HTTP__PAUSE_SECONDS", 1),
        ("SUBMIT__CALL_LIMIT_SECONDS", 2),
        ("SUBMIT__SETTLE_SECONDS", 4),
        ("SUBMIT__CONFIRM_EVERY_SECONDS", 1),
        ("SUBMIT__CONFIRM_WITHIN_SECONDS", 60),
        ("SUBMIT__MAX_SENDS", 20),
    ];
    quick
        .into_iter()
        .map(|(key, value)| (key, value.to_string()))
        .collect()
}

fn one(docket: &Path, server: &Server, engine: Engine, plan: &Plan) -> Result<Run> {
    let options = [
        ("--cases", "0".to_owned()),
        ("--accounts", ACCOUNTS.to_string()),
        ("--latency", LATENCY_MS.to_string()),
        ("--seed", plan.seed.to_string()),
    ];
    let simulator = Simulator::start(docket, plan.mix.word(), &options)?;
    let mut desk = Desk::new(docket, server, engine, &settings())?;
    Doors::trust(&mut desk, &simulator)?;
    let connections = desk.connect_all(&simulator)?;
    let wanted = plant(&simulator, &connections, plan.responses)?;
    desk.good(&["sync"])?;
    prepare::all(&desk, &wanted)?;

    let before = counters(&simulator, plan)?;
    let _doors = Doors::open(&desk, &simulator, &connections)?;
    let [drop_share, double, reorder] = ASTRAY;
    simulator.lead_astray(drop_share, double, reorder)?;
    let begun = Instant::now();
    simulator.set_faults(&json!({ "reset_before": 0.15, "reset_after": 0.15, "error_after": 0.05 }))?;
    let mut crew = Crew::start(&desk, plan.seed)?;
    let kills = crew.killed_while_sending(&simulator, wanted.len(), plan.kills)?;
    crew.until(&desk, |open| open <= wanted.len() / 10)?;
    simulator.set_faults(&json!({}))?;
    crew.until(&desk, |open| open == 0)?;
    let seconds = begun.elapsed().as_secs_f64();
    drop(crew);
    delivered(&simulator, plan)?;
    desk.good(&["worker", "--until-idle"])?;

    let after = counters(&simulator, plan)?;
    let mut sides = BTreeMap::new();
    for (platform, proof) in proof::all(&simulator, &desk, &connections, &wanted)? {
        let side = Side {
            proof,
            counters: after[&platform] - before[&platform],
            hook: doors::tally(&simulator, platform)?,
        };
        sides.insert(platform, side);
    }
    Ok(Run {
        sides,
        kills,
        sick: proof::sick(&desk.call(&["doctor"])?),
        seconds,
    })
}

fn plant(simulator: &Simulator, connections: &[Connection], responses: usize) -> Result<Vec<Wanted>> {
    let mut wanted = Vec::new();
    for (connection, share) in connections
        .iter()
        .zip(shares(responses, connections.len()))
        .filter(|(_, share)| *share > 0)
    {
        let platform = connection.platform;
        let ids = simulator.plant(platform, &connection.account, share, DUE_SECONDS)?;
        wanted.extend(ids.into_iter().map(|dispute| Wanted { platform, dispute }));
    }
    Ok(wanted)
}

fn counters(simulator: &Simulator, plan: &Plan) -> Result<BTreeMap<Platform, Counters>> {
    let each = plan.mix.platforms().iter();
    each.map(|platform| Ok((*platform, simulator.counters(*platform)?)))
        .collect()
}

/// Waits until every announcement is on the desk, so that the last worker has all of them to work off.
fn delivered(simulator: &Simulator, plan: &Plan) -> Result<()> {
    let begun = Instant::now();
    for platform in plan.mix.platforms() {
        while doors::tally(simulator, *platform)?.waiting > 0 {
            ensure!(
                begun.elapsed() < Duration::from_secs(60),
                "the webhooks of {platform} do not arrive"
            );
            std::thread::sleep(Duration::from_millis(100));
        }
    }
    Ok(())
}

/// The text that a dispute is answered with; it stands at the platform afterwards.
fn note(dispute: &str) -> String {
    format!("Delivered as ordered, see the proof for {dispute}.")
}
