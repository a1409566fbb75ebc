//! The storm: a first sync of everything while most requests fail.

use std::collections::BTreeMap;
use std::process::Stdio;
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use serde_json::Value;

use super::truth::{self, Difference};
use super::{Part, paused, readings_left};
use crate::desk::{Connection, Desk};
use crate::platform::Platform;
use crate::process::Background;
use crate::simulator::Simulator;

pub struct Storm {
    pub part: Part,
    /// Disputes at each platform.
    pub disputes: BTreeMap<Platform, usize>,
    /// Those that changed by themselves meanwhile and are here as they were before: time does not stand still at the
    /// platform. The next sync has to find them.
    pub moved: Vec<Difference>,
    /// How often `docket sync` had to be called until every connection was through.
    pub syncs: u64,
    /// Disputes that the sync could not read in time.
    pub left_to_jobs: u64,
    pub sync_seconds: f64,
    /// Until the last dispute was read.
    pub seconds: f64,
}

pub fn weather(
    simulator: &Simulator,
    desk: &Desk,
    connections: &[Connection],
    limit: Duration,
) -> Result<Storm> {
    let before = truth::remote(simulator, connections)?;
    let begun = Instant::now();
    let mut part = Part::default();
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
        eprintln!(
            "after {:.0} s: {said}; {}",
            begun.elapsed().as_secs_f64(),
            ended.err.trim()
        );
        if begun.elapsed() > limit {
            let why = format!(
                "after {syncs} calls a connection is not through: {}",
                ended.err.trim()
            );
            part.troubles.push(why);
            break;
        }
    }
    let sync_seconds = begun.elapsed().as_secs_f64();
    read_what_is_left(desk, begun, limit, &mut part)?;
    let dead = desk.json(&["job", "list", "--dead", "--json"])?;
    if !dead.is_empty() {
        part.troubles
            .push(format!("{} background jobs gave up", dead.len()));
    }
    part.troubles.extend(paused(desk)?);
    let seconds = begun.elapsed().as_secs_f64();
    let after = truth::remote(simulator, connections)?;
    let mut disputes = BTreeMap::new();
    for (platform, _) in after.keys() {
        *disputes.entry(*platform).or_default() += 1;
    }
    let (differences, moved) = truth::compare(&after, desk)?
        .into_iter()
        .partition(|difference: &Difference| before.get(&difference.key) == after.get(&difference.key));
    part.differences = differences;
    Ok(Storm {
        part,
        disputes,
        moved,
        syncs,
        left_to_jobs,
        sync_seconds,
        seconds,
    })
}

/// A worker that runs until nothing waits to be read. Orders are read as well meanwhile; they may wait for better weather.
fn read_what_is_left(desk: &Desk, begun: Instant, limit: Duration, part: &mut Part) -> Result<()> {
    let mut left = readings_left(desk)?;
    if left == 0 {
        return Ok(());
    }
    let quiet = &mut desk.command(&["worker"]);
    let _worker = Background::start(quiet.stdout(Stdio::null()).stderr(Stdio::null()))?;
    while left > 0 {
        if begun.elapsed() > limit {
            part.troubles
                .push(format!("{left} readings are still to be done"));
            break;
        }
        sleep(Duration::from_secs(1));
        left = readings_left(desk)?;
    }
    Ok(())
}
