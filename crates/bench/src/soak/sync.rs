//! `soak sync`: under a storm of faults, what is here becomes what is there, field by field.

use std::collections::BTreeMap;
use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use serde_json::Value;

use super::some;
use crate::clock;
use crate::database::{Engine, Server};
use crate::desk::{self, Desk};
use crate::simulator::{Counters, Simulator};
use crate::table::{Table, count};

const ACCOUNTS: usize = 6;
/// What is compared: everything that a case says about its dispute, except what our own work adds (`attention`).
const FIELDS: [&str; 14] = [
    "platform",
    "amount",
    "stage",
    "turn",
    "deadline",
    "deadline_source",
    "reason",
    "outcome",
    "opened_at",
    "updated_at",
    "platform_stage",
    "platform_status",
    "platform_reason",
    "allowed_actions",
];

pub struct Plan {
    disputes: u64,
    seed: u64,
    /// For everything together.
    limit: Duration,
}

impl Plan {
    pub const fn new(quick: bool, seed: u64) -> Self {
        let (disputes, minutes) = if quick { (600, 15) } else { (5_000, 60) };
        Self {
            disputes,
            seed,
            limit: Duration::from_secs(minutes * 60),
        }
    }
}

pub fn run(server: &Server, engines: &[Engine], plan: &Plan) -> Result<Vec<String>> {
    println!(
        "{} disputes over {ACCOUNTS} clients; 429, 500, resets, cut bodies and expiring tokens at 20 % each, to the end",
        count(plan.disputes)
    );
    let docket = desk::binary()?;
    let mut table = Table::new(
        1,
        &[
            "engine",
            "disputes",
            "requests",
            "faults",
            "syncs",
            "left to jobs",
            "differences",
            "sync s",
            "all s",
        ],
    );
    let mut violations = Vec::new();
    for engine in engines {
        eprintln!("running on {engine}");
        let run = one(&docket, server, *engine, plan)?;
        table.row(vec![
            engine.to_string(),
            count(plan.disputes),
            count(run.counters.requests),
            count(run.counters.faults),
            count(run.syncs),
            count(run.left_to_jobs),
            count(run.differences.len() as u64),
            format!("{:.0}", run.sync_seconds),
            format!("{:.0}", run.seconds),
        ]);
        if !run.differences.is_empty() {
            let found = run.differences.len();
            violations.push(format!(
                "{engine}: {found} differences: {}",
                some(&run.differences)
            ));
        }
        violations.extend(
            run.troubles
                .into_iter()
                .map(|trouble| format!("{engine}: {trouble}")),
        );
    }
    table.print();
    Ok(violations)
}

struct Run {
    differences: Vec<String>,
    /// What else is not as it should be.
    troubles: Vec<String>,
    counters: Counters,
    /// How often `docket sync` had to be called until every connection was through.
    syncs: u64,
    /// Disputes that the sync could not read in time.
    left_to_jobs: u64,
    sync_seconds: f64,
    seconds: f64,
}

fn one(docket: &Path, server: &Server, engine: Engine, plan: &Plan) -> Result<Run> {
    let options = [
        ("--cases", plan.disputes),
        ("--accounts", ACCOUNTS as u64),
        ("--seed", plan.seed),
    ];
    let mut options: Vec<String> = options
        .iter()
        .flat_map(|(name, value)| [(*name).to_owned(), value.to_string()])
        .collect();
    options.extend(["--faults".to_owned(), "storm".to_owned()]);
    let simulator = Simulator::start(docket, &options)?;
    let settings = [
        ("HTTP__PAUSE_SECONDS", "1".to_owned()),
        // Only the syncs that are asked for here.
        ("SYNC__EVERY_SECONDS", "1000000".to_owned()),
        ("SYNC__SWEEP_EVERY_SECONDS", "10000000".to_owned()),
    ];
    let desk = Desk::new(docket, server, engine, &settings)?;
    for account in simulator.accounts() {
        desk.connect(account, simulator.paypal())?;
    }
    let begun = Instant::now();
    let mut troubles = Vec::new();
    let (mut syncs, mut left_to_jobs) = (0, 0);
    loop {
        let ended = desk.call(&["sync", "--json"])?;
        syncs += 1;
        let said: Value = serde_json::from_str(&ended.out)
            .with_context(|| format!("docket sync said: {}", ended.err.trim()))?;
        left_to_jobs += said["failed"].as_u64().unwrap_or(0);
        if ended.code == Some(0) {
            break;
        }
        if begun.elapsed() > plan.limit {
            troubles.push(format!(
                "after {syncs} calls a connection is not through: {}",
                ended.err.trim()
            ));
            break;
        }
    }
    let sync_seconds = begun.elapsed().as_secs_f64();
    while readings_left(&desk)? > 0 {
        if begun.elapsed() > plan.limit {
            troubles.push(format!("{} readings are still to be done", readings_left(&desk)?));
            break;
        }
        desk.good(&["worker", "--until-idle"])?;
        sleep(Duration::from_secs(1));
    }
    let dead = desk.json(&["job", "list", "--dead", "--json"])?;
    if !dead.is_empty() {
        troubles.push(format!("{} background jobs gave up", dead.len()));
    }
    // A storm is no reason to stop working for a client until a person comes.
    troubles.extend(paused(&desk)?);
    let counters = simulator.counters()?;
    let differences = compare(&simulator, &desk)?;
    Ok(Run {
        differences,
        troubles,
        counters,
        syncs,
        left_to_jobs,
        sync_seconds,
        seconds: begun.elapsed().as_secs_f64(),
    })
}

/// Connections that stopped by themselves, with why.
fn paused(desk: &Desk) -> Result<Vec<String>> {
    let connections = desk.json(&["connection", "list", "--json"])?;
    let paused = connections
        .iter()
        .filter(|connection| connection["state"] == "paused");
    let said = paused.map(|connection| {
        format!(
            "the connection of {} paused itself: {}",
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

fn compare(simulator: &Simulator, desk: &Desk) -> Result<Vec<String>> {
    let now = clock::system().now();
    let mut local = BTreeMap::new();
    let mut differences = Vec::new();
    for case in desk.json(&["case", "list", "--json"])? {
        let id = case["platform_dispute_id"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        if local.insert(id.clone(), case).is_some() {
            differences.push(format!("{id} is here twice"));
        }
    }
    for account in simulator.accounts() {
        for document in simulator.disputes(account)? {
            let raw = serde_json::to_vec(&document)?;
            let snapshot = docket_paypal::inspect(&raw, now)
                .with_context(|| format!("{} cannot be read", document["dispute_id"]))?;
            let remote = serde_json::to_value(snapshot.inspection())?;
            let id = remote["platform_dispute_id"].as_str().unwrap_or_default();
            match local.remove(id) {
                None => differences.push(format!("{id} is missing")),
                Some(case) => differences.extend(differing(id, &remote, &case)),
            }
        }
    }
    differences.extend(local.into_keys().map(|id| format!("{id} is not at the platform")));
    Ok(differences)
}

fn differing(id: &str, remote: &Value, local: &Value) -> Vec<String> {
    let differs = FIELDS.iter().filter(|field| remote[**field] != local[**field]);
    differs
        .map(|field| format!("{id} {field}: {} there, {} here", remote[*field], local[*field]))
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn each_field_counts() {
        let remote =
            json!({ "turn": "ours", "amount": { "minor": 100, "currency": "EUR" }, "deadline": null });
        assert!(differing("D", &remote, &remote).is_empty());
        let local =
            json!({ "turn": "buyer", "amount": { "minor": 101, "currency": "EUR" }, "deadline": null });
        assert_eq!(differing("D", &remote, &local).len(), 2);
    }
}
