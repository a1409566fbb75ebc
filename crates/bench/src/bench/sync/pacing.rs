//! The pace: what the platform saw of us in its busiest window, and how often its own limit refused us.
//!
//! Not on the fixed disputes, whose Shopify has no limit, but on six accounts with disputes of their own.

use anyhow::{Context, Result};

use super::{Aims, Counts, Sizes};
use crate::database::{Engine, Server};
use crate::desk::{self, Desk};
use crate::platform::Platform;
use crate::simulator::Simulator;
use crate::table::{Table, count};

const ACCOUNTS: usize = 6;
/// Syncs in the steady state: without changes, and after some.
const UNCHANGED: usize = 2;
/// New disputes of each account before the last sync.
const CHANGES: usize = 2;
const DUE_SECONDS: u64 = 7 * 86_400;

/// What a platform says that it takes from one account.
pub(super) struct Limit {
    window_ms: u64,
    pub most: Option<u64>,
    pub unit: &'static str,
    pub source: &'static str,
}

impl Limit {
    pub const fn of(platform: Platform) -> Self {
        match platform {
            // Reference 1: calls are limited, but no figure is published.
            Platform::Paypal => Self {
                window_ms: 1_000,
                most: None,
                unit: "requests in 1 s",
                source: "not published",
            },
            // Reference 2.
            Platform::Klarna => Self {
                window_ms: 1_000,
                most: Some(200),
                unit: "requests in 1 s",
                source: "200 in 1 s",
            },
            // Reference 7: a full bucket, and what flows in during the window.
            Platform::Shopify => Self {
                window_ms: 10_000,
                most: Some(2_000 + 10 * 100),
                unit: "points in 10 s",
                source: "a bucket of 2,000 and 100 in 1 s: 3,000 in 10 s",
            },
        }
    }
}

/// The busiest account, and the refusals of all.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seen {
    pub most: u64,
    pub refused: u64,
}

impl Limit {
    pub fn seen(&self, simulator: &Simulator, platform: Platform) -> Result<Seen> {
        let rates = simulator.rates(platform, self.window_ms)?;
        Ok(Seen {
            most: rates.iter().map(|rate| rate.most).max().unwrap_or(0),
            refused: rates.iter().map(|rate| rate.limited).sum(),
        })
    }
}

pub fn run(server: &Server, engine: Engine, sizes: &Sizes, aims: &mut Aims) -> Result<()> {
    let (platform, limit) = (sizes.platform, Limit::of(sizes.platform));
    let options = [
        ("--cases", sizes.paced.to_string()),
        ("--accounts", ACCOUNTS.to_string()),
    ];
    let docket = desk::binary()?;
    let simulator = Simulator::start(&docket, platform.word(), &options)?;
    if platform == Platform::Shopify {
        for account in simulator.accounts() {
            simulator.put_on_plan(account, "standard")?;
        }
    }
    let desk = Desk::new(&docket, server, engine, &[])?;
    let connections = desk.connect_all(&simulator)?;
    let first = sync(&desk)?;
    let import = limit.seen(&simulator, platform)?;
    for _ in 0..UNCHANGED {
        sync(&desk)?;
    }
    let quiet = limit.seen(&simulator, platform)?;
    for connection in &connections {
        simulator.plant(platform, &connection.account, CHANGES, DUE_SECONDS)?;
    }
    let last = sync(&desk)?;
    let changed = limit.seen(&simulator, platform)?;

    let mut table = Table::new(
        3,
        &["platform", "engine", "", "disputes", "busiest so far", "refused"],
    );
    let mut row = |what: &str, disputes: u64, most: u64, refused: u64| {
        table.row(vec![
            platform.to_string(),
            engine.to_string(),
            what.to_owned(),
            count(disputes),
            count(most),
            count(refused),
        ]);
    };
    row("first sync", first.new, import.most, import.refused);
    row("nothing changed", 0, quiet.most, quiet.refused - import.refused);
    row(
        "some changed",
        last.new + last.changed,
        changed.most,
        changed.refused - quiet.refused,
    );
    println!(
        "\npace: {} of the busiest of {ACCOUNTS} accounts; the platform's limit: {}",
        limit.unit, limit.source
    );
    table.print();
    aim(engine, platform, &limit, [import, changed], aims);
    Ok(())
}

fn aim(engine: Engine, platform: Platform, limit: &Limit, [import, end]: [Seen; 2], aims: &mut Aims) {
    let here = format!("{platform}, {engine}");
    if let Some(most) = limit.most {
        let found = format!("{} {}", count(end.most), limit.unit);
        aims.add(
            format!("{here}: never above {}", limit.source),
            found,
            end.most <= most,
        );
    }
    let refused = end.refused - import.refused;
    aims.add(
        format!("{here}: no refusal by the platform's limit in the steady state"),
        format!("{} (first sync: {})", count(refused), count(import.refused)),
        refused == 0,
    );
}

fn sync(desk: &Desk) -> Result<Counts> {
    let said = desk.good(&["sync", "--json"])?.out;
    serde_json::from_str(&said).context("docket sync --json printed something else")
}
