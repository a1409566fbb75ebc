//! `soak submit`: every prepared response is sent exactly once and in time, whatever dies meanwhile.

mod crew;
mod proof;

use std::path::Path;
use std::time::Instant;

use anyhow::Result;
use serde_json::json;

use crate::database::{Engine, Server};
use crate::desk::{self, Desk};
use crate::simulator::{Counters, Simulator};
use crate::table::{Table, count};
use crew::{Crew, WORKERS};
use proof::{Entry, Proof};

const ACCOUNTS: usize = 6;
const DUE_SECONDS: u64 = 1_800;
/// Per request, so that a kill often falls into one.
const LATENCY_MS: u64 = 120;
/// Preparing at the same time.
const HANDS: usize = 3;

pub struct Plan {
    responses: usize,
    kills: usize,
    seed: u64,
}

impl Plan {
    pub const fn new(quick: bool, seed: u64) -> Self {
        let (responses, kills) = if quick { (60, 5) } else { (300, 25) };
        Self {
            responses,
            kills,
            seed,
        }
    }
}

pub fn run(server: &Server, engines: &[Engine], plan: &Plan) -> Result<Vec<String>> {
    println!(
        "{} responses over {ACCOUNTS} accounts, {WORKERS} workers, {} kills with SIGKILL; of the requests, 15 % are cut before handling, \
         15 % after it, and 5 % of the writes are handled and answered with 500",
        count(plan.responses as u64),
        plan.kills
    );
    let docket = desk::binary()?;
    let mut table = Table::new(
        1,
        &[
            "engine",
            "responses",
            "kills",
            "faults",
            "calls",
            "resends",
            "answered once",
            "twice",
            "missing",
            "late",
            "confirmed",
            "seconds",
        ],
    );
    let mut violations = Vec::new();
    for engine in engines {
        eprintln!("running on {engine}");
        let run = one(&docket, server, *engine, plan)?;
        let (proof, all) = (&run.proof, |number: usize| count(number as u64));
        table.row(vec![
            engine.to_string(),
            all(proof.responses),
            all(run.kills),
            count(run.counters.faults),
            count(run.counters.by_route.act),
            count(proof.resends),
            all(proof.once),
            all(proof.twice.len()),
            all(proof.missing.len()),
            all(proof.late.len()),
            all(proof.confirmed),
            format!("{:.0}", run.seconds),
        ]);
        violations.extend(
            proof
                .violations()
                .into_iter()
                .map(|violation| format!("{engine}: {violation}")),
        );
        if run.kills < plan.kills {
            violations.push(format!(
                "{engine}: only {} of {} kills fell into the sending",
                run.kills, plan.kills
            ));
        }
    }
    table.print();
    Ok(violations)
}

struct Run {
    proof: Proof,
    kills: usize,
    counters: Counters,
    /// From the first worker's start to the last confirmation.
    seconds: f64,
}

fn settings() -> Vec<(&'static str, String)> {
    let quick = [
        ("WORKER__SLOTS", 4),
        ("WORKER__LEASE_SECONDS", 2),
        ("WORKER__TICK_SECONDS", 1),
        // Nothing but the responses runs.
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
        ("--cases", 0),
        ("--accounts", ACCOUNTS as u64),
        ("--latency", LATENCY_MS),
        ("--seed", plan.seed),
    ];
    let options: Vec<String> = options
        .iter()
        .flat_map(|(name, value)| [(*name).to_owned(), value.to_string()])
        .collect();
    let simulator = Simulator::start(docket, &options)?;
    let desk = Desk::new(docket, server, engine, &settings())?;
    let mut disputes = Vec::new();
    for account in simulator.accounts() {
        desk.connect(account, simulator.paypal())?;
        disputes.extend(simulator.plant(account, plan.responses / ACCOUNTS, DUE_SECONDS)?);
    }
    desk.good(&["sync"])?;
    prepare(&desk, &disputes)?;

    let before = simulator.counters()?;
    let begun = Instant::now();
    simulator.set_faults(&json!({ "reset_before": 0.15, "reset_after": 0.15, "error_after": 0.05 }))?;
    let mut crew = Crew::start(&desk, plan.seed)?;
    let kills = crew.killed_while_sending(&simulator, disputes.len(), plan.kills)?;
    crew.until(&desk, |open| open <= disputes.len() / 10)?;
    simulator.set_faults(&json!({}))?;
    crew.until(&desk, |open| open == 0)?;
    let seconds = begun.elapsed().as_secs_f64();
    drop(crew);
    desk.good(&["worker", "--until-idle"])?;

    let journal: Vec<Entry> = simulator.journal()?;
    let submissions = desk.json(&["respond", "list", "--json"])?;
    let proof = Proof::of(&disputes, &journal, &submissions, &desk.call(&["doctor"])?);
    Ok(Run {
        proof,
        kills,
        counters: simulator.counters()? - before,
        seconds,
    })
}

/// The text that a dispute is answered with; it comes back in the simulator's journal.
fn note(dispute: &str) -> String {
    format!("Delivered as ordered, see the proof for {dispute}.")
}

fn prepare(desk: &Desk, disputes: &[String]) -> Result<()> {
    let share = disputes.len().div_ceil(HANDS).max(1);
    std::thread::scope(|scope| {
        let hands: Vec<_> = disputes
            .chunks(share)
            .map(|mine| {
                scope.spawn(move || {
                    mine.iter().try_for_each(|dispute| {
                        let args = [
                            "respond",
                            dispute,
                            "contest",
                            "--evidence",
                            "other",
                            "--note",
                            &note(dispute),
                        ];
                        desk.good(&args).map(|_| ())
                    })
                })
            })
            .collect();
        for hand in hands {
            hand.join()
                .map_err(|_| anyhow::anyhow!("preparing broke down"))??;
        }
        Ok(())
    })
}
