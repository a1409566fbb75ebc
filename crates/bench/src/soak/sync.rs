//! `soak sync`: under a storm of faults, what is here becomes what is there, field by field. Afterwards polling alone finds
//! every change, and webhooks that come twice and out of order change nothing wrongly.

mod calm;
mod storm;
mod truth;

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Result;
use serde_json::Value;

use super::{Mix, some};
use crate::database::{Engine, Server};
use crate::desk::{self, Desk};
use crate::doors::Doors;
use crate::platform::Platform;
use crate::simulator::{Counters, Hook, Simulator};
use crate::table::{Table, count};
use storm::Storm;
use truth::Difference;

const ACCOUNTS: usize = 6;
const HEAD: [&str; 13] = [
    "engine",
    "platform",
    "disputes",
    "requests",
    "faults",
    "moved meanwhile",
    "differences",
    "changed, polled",
    "differences",
    "changed, announced",
    "doubled",
    "reordered",
    "differences",
];

pub struct Plan {
    disputes: u64,
    mix: Mix,
    seed: u64,
    /// For the storm.
    limit: Duration,
}

impl Plan {
    pub const fn new(quick: bool, mix: Mix, seed: u64) -> Self {
        let (disputes, minutes) = if quick { (600, 15) } else { (5_000, 60) };
        Self {
            disputes,
            mix,
            seed,
            limit: Duration::from_secs(minutes * 60),
        }
    }
}

/// What one part of a run found.
#[derive(Default)]
pub struct Part {
    pub differences: Vec<Difference>,
    /// Anything else that should not be.
    pub troubles: Vec<String>,
    /// Disputes that were planted or decided, by platform.
    pub stirred: BTreeMap<Platform, usize>,
}

struct Run {
    storm: Storm,
    counters: BTreeMap<Platform, Counters>,
    polled: Part,
    announced: Part,
    hooks: BTreeMap<Platform, Hook>,
    seconds: f64,
}

pub fn run(server: &Server, engines: &[Engine], plan: &Plan) -> Result<Vec<String>> {
    println!(
        "{} disputes over {ACCOUNTS} clients on {}; 429, 500, resets, cut bodies and expiring tokens at 20 % each, to the end; \
         then changes whose webhooks are all dropped, and changes whose webhooks are doubled and reordered, 50 % each",
        count(plan.disputes),
        plan.mix.word()
    );
    let docket = desk::binary()?;
    let mut table = Table::new(2, &HEAD);
    let (mut violations, mut ends) = (Vec::new(), Vec::new());
    for engine in engines {
        eprintln!("running on {engine}");
        let run = one(&docket, server, *engine, plan)?;
        for platform in plan.mix.platforms() {
            table.row(run.row(*engine, *platform));
        }
        let storm = &run.storm;
        ends.push(format!(
            "{engine}: {} calls of docket sync, {} readings left to jobs; synced after {:.0} s, read after {:.0} s, all parts after \
             {:.0} s",
            storm.syncs, storm.left_to_jobs, storm.sync_seconds, storm.seconds, run.seconds
        ));
        let broken = run.violations().into_iter();
        violations.extend(broken.map(|violation| format!("{engine}: {violation}")));
    }
    table.print();
    ends.iter().for_each(|end| println!("{end}"));
    Ok(violations)
}

impl Run {
    fn row(&self, engine: Engine, platform: Platform) -> Vec<String> {
        let (counters, hook) = (&self.counters[&platform], &self.hooks[&platform]);
        let all = |number: usize| count(number as u64);
        let stirred = |part: &Part| all(part.stirred.get(&platform).copied().unwrap_or(0));
        let of = |differences: &[Difference]| all(truth::of(differences, platform));
        vec![
            engine.to_string(),
            platform.to_string(),
            all(self.storm.disputes.get(&platform).copied().unwrap_or(0)),
            count(counters.requests),
            count(counters.faults),
            of(&self.storm.moved),
            of(&self.storm.part.differences),
            stirred(&self.polled),
            of(&self.polled.differences),
            stirred(&self.announced),
            count(hook.duplicated),
            count(hook.reordered),
            of(&self.announced.differences),
        ]
    }

    fn violations(&self) -> Vec<String> {
        let mut found = Vec::new();
        for (name, part) in [
            ("after the storm", &self.storm.part),
            ("by polling alone", &self.polled),
            ("by webhooks", &self.announced),
        ] {
            found.extend(part.troubles.iter().map(|trouble| format!("{name}: {trouble}")));
            if !part.differences.is_empty() {
                let said: Vec<String> = part.differences.iter().map(ToString::to_string).collect();
                found.push(format!("{name}: {} differences: {}", said.len(), some(&said)));
            }
        }
        for (platform, hook) in &self.hooks {
            if hook.duplicated == 0 || hook.reordered == 0 {
                found.push(format!(
                    "{platform}: webhooks did not go out as planned: {hook:?}"
                ));
            }
        }
        found
    }
}

fn one(docket: &Path, server: &Server, engine: Engine, plan: &Plan) -> Result<Run> {
    let options = [
        ("--cases", plan.disputes.to_string()),
        ("--accounts", ACCOUNTS.to_string()),
        ("--seed", plan.seed.to_string()),
        ("--faults", "storm".to_owned()),
    ];
    let simulator = Simulator::start(docket, plan.mix.word(), &options)?;
    let settings = [
        ("HTTP__PAUSE_SECONDS", "1".to_owned()),
        ("WORKER__LEASE_SECONDS", "5".to_owned()),
        ("WORKER__TICK_SECONDS", "1".to_owned()),
        // Only the syncs that are asked for here.
        ("SYNC__EVERY_SECONDS", "1000000".to_owned()),
        ("SYNC__SWEEP_EVERY_SECONDS", "10000000".to_owned()),
    ];
    let mut desk = Desk::new(docket, server, engine, &settings)?;
    Doors::trust(&mut desk, &simulator)?;
    let connections = desk.connect_all(&simulator)?;
    let begun = Instant::now();
    let storm = storm::weather(&simulator, &desk, &connections, plan.limit)?;
    let mut counters = BTreeMap::new();
    for platform in plan.mix.platforms() {
        counters.insert(*platform, simulator.counters(*platform)?);
    }
    eprintln!("the storm is over after {:.0} s", begun.elapsed().as_secs_f64());
    simulator.set_faults(&Value::Object(serde_json::Map::new()))?;
    let _doors = Doors::open(&desk, &simulator, &connections)?;
    let mut calm = calm::Calm::new(&simulator, &desk, &connections);
    let polled = calm.polling_alone()?;
    let announced = calm.announced()?;
    let mut hooks = BTreeMap::new();
    for platform in plan.mix.platforms() {
        hooks.insert(*platform, crate::doors::tally(&simulator, *platform)?);
    }
    Ok(Run {
        storm,
        counters,
        polled,
        announced,
        hooks,
        seconds: begun.elapsed().as_secs_f64(),
    })
}

/// Connections that stopped by themselves, with why. A storm is no reason to stop working for a client until a person comes.
fn paused(desk: &Desk) -> Result<Vec<String>> {
    let connections = desk.json(&["connection", "list", "--json"])?;
    let paused = connections
        .iter()
        .filter(|connection| connection["state"] == "paused");
    let said = paused.map(|connection| {
        format!(
            "the {} connection of {} paused itself: {}",
            connection["platform"].as_str().unwrap_or("?"),
            connection["client_name"].as_str().unwrap_or("?"),
            connection["paused_why"].as_str().unwrap_or("?")
        )
    });
    Ok(said.collect())
}

/// Disputes that a job is still to read.
fn readings_left(desk: &Desk) -> Result<usize> {
    let jobs = desk.json(&["job", "list", "--json"])?;
    let alive = |job: &&Value| job["kind"] == "refresh_dispute" && job["state"] != "dead";
    Ok(jobs.iter().filter(alive).count())
}
