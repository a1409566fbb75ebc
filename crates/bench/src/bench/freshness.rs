//! `bench freshness`: one broken and one slow account, and how old the last sync of all others gets.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Stdio;
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::Aims;
use crate::clock;
use crate::database::{Engine, Server};
use crate::desk::{self, Connection, Desk};
use crate::platform::Platform;
use crate::process::Background;
use crate::simulator::Simulator;
use crate::table::{Table, number};

const ACCOUNTS: usize = 6;
const CASES: u64 = 300;
/// Between two syncs of a connection.
const EVERY_SECONDS: u64 = 5;
const SAMPLE: Duration = Duration::from_millis(500);
/// The slow account's every request takes so long.
const DELAY_MS: u64 = 4_000;
const WITHIN_PERCENT: f64 = 10.0;

/// Who is in trouble: a platform's account by its number, and how.
fn troubles() -> [(Platform, usize, Value); 2] {
    [
        (Platform::Paypal, 0, json!({ "server_error": 1.0 })),
        (Platform::Klarna, 1, json!({ "delay_ms": DELAY_MS })),
    ]
}

/// Ages in seconds, one for each sample of each connection.
#[derive(Default)]
struct Ages(BTreeMap<String, Vec<f64>>);

impl Ages {
    fn of<'a>(&'a self, wanted: impl Fn(&str) -> bool + 'a) -> Vec<f64> {
        let own = self.0.iter().filter(move |(id, _)| wanted(id));
        let mut ages: Vec<f64> = own.flat_map(|(_, ages)| ages.iter().copied()).collect();
        ages.sort_by(f64::total_cmp);
        ages
    }
}

/// Of sorted ages.
struct Figures {
    mean: f64,
    /// 95 of 100 are below.
    high: f64,
    most: f64,
}

impl Figures {
    fn of(ages: &[f64]) -> Option<Self> {
        let most = *ages.last()?;
        let high = *ages.get((ages.len() * 95).div_ceil(100).saturating_sub(1))?;
        Some(Self {
            mean: ages.iter().sum::<f64>() / ages.len() as f64,
            high,
            most,
        })
    }
}

pub fn run(server: &Server, engines: &[Engine], seconds: u64, aims: &mut Aims) -> Result<()> {
    println!(
        "{ACCOUNTS} clients on all platforms, a sync every {EVERY_SECONDS} s, {seconds} s each; in trouble: one PayPal account that \
         answers everything with 500, one Klarna account that takes {DELAY_MS} ms for each answer"
    );
    let docket = desk::binary()?;
    let head = [
        "engine",
        "",
        "connections",
        "mean age s",
        "95 % below s",
        "oldest s",
    ];
    let mut table = Table::new(2, &head);
    for engine in engines {
        let house = House::open(&docket, server, *engine)?;
        eprintln!("measuring {engine} without trouble");
        let calm = house.watch(seconds)?;
        for (platform, account, faults) in troubles() {
            house
                .simulator
                .trouble(platform, &house.simulator.accounts()[account], &faults)?;
        }
        eprintln!("measuring {engine} with trouble");
        let troubled = house.watch(seconds)?;
        let rest = |id: &str| !house.is_troubled(id);
        let mut figures = Vec::new();
        for (what, ages) in [
            ("others, without trouble", calm.of(rest)),
            ("others, beside trouble", troubled.of(rest)),
            ("the two in trouble", troubled.of(|id| !rest(id))),
        ] {
            let found = Figures::of(&ages).context("no connection was ever synced")?;
            let connections = if what.starts_with("others") {
                house.connections.len() - 2
            } else {
                2
            };
            table.row(vec![
                engine.to_string(),
                what.to_owned(),
                connections.to_string(),
                number(Some(found.mean), 2),
                number(Some(found.high), 2),
                number(Some(found.most), 2),
            ]);
            figures.push(found);
        }
        aim(*engine, &figures[0], &figures[1], aims);
    }
    table.print();
    Ok(())
}

fn aim(engine: Engine, calm: &Figures, troubled: &Figures, aims: &mut Aims) {
    for (what, before, after) in [
        ("mean age", calm.mean, troubled.mean),
        ("95 % of the ages", calm.high, troubled.high),
    ] {
        let more = (after / before - 1.0) * 100.0;
        aims.add(
            format!("{engine}: {what} of the others within {WITHIN_PERCENT:.0} % beside a broken and a slow connection"),
            format!("{before:.2} s and {after:.2} s, {more:+.1} %"),
            more <= WITHIN_PERCENT,
        );
    }
}

struct House {
    simulator: Simulator,
    desk: Desk,
    connections: Vec<Connection>,
    /// One through both measurements: a killed one would leave its jobs reserved for a while.
    _worker: Background,
}

impl House {
    fn open(docket: &Path, server: &Server, engine: Engine) -> Result<Self> {
        let options = [
            ("--cases", CASES.to_string()),
            ("--accounts", ACCOUNTS.to_string()),
        ];
        let simulator = Simulator::start(docket, "all", &options)?;
        let settings = [
            ("SYNC__EVERY_SECONDS", EVERY_SECONDS.to_string()),
            ("WORKER__TICK_SECONDS", "1".to_owned()),
        ];
        let desk = Desk::new(docket, server, engine, &settings)?;
        let connections = desk.connect_all(&simulator)?;
        desk.good(&["sync"])?;
        let command = &mut desk.command(&["worker"]);
        let worker = Background::start(command.stdout(Stdio::null()).stderr(Stdio::null()))?;
        let house = Self {
            simulator,
            desk,
            connections,
            _worker: worker,
        };
        house.until_orders_are_read()?;
        Ok(house)
    }

    /// They are read once; the steady state begins after that.
    fn until_orders_are_read(&self) -> Result<()> {
        let begun = Instant::now();
        loop {
            let jobs = self.desk.json(&["job", "list", "--json"])?;
            if !jobs.iter().any(|job| job["kind"] == "read_orders") {
                return Ok(());
            }
            ensure!(
                begun.elapsed() < Duration::from_secs(300),
                "the orders are not read after 300 s"
            );
            sleep(SAMPLE);
        }
    }

    fn is_troubled(&self, id: &str) -> bool {
        let accounts = self.simulator.accounts();
        let Some(connection) = self.connections.iter().find(|connection| connection.id == id) else {
            return false;
        };
        troubles().iter().any(|(platform, account, _)| {
            *platform == connection.platform && accounts[*account].client_id == connection.account.client_id
        })
    }

    /// Samples ages, after every connection had its turn.
    fn watch(&self, seconds: u64) -> Result<Ages> {
        sleep(Duration::from_secs(EVERY_SECONDS * 2));
        let mut ages = Ages::default();
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(seconds) {
            let rows = self.desk.json(&["connection", "list", "--json"])?;
            let now = clock::system().now();
            for row in rows {
                let at: DateTime<Utc> = serde_json::from_value(row["synced_at"].clone())
                    .context("a connection was never synced")?;
                let id = row["id"].as_str().unwrap_or_default().to_owned();
                let age = (now - at).as_seconds_f64();
                ages.0.entry(id).or_default().push(age);
            }
            sleep(SAMPLE);
        }
        Ok(ages)
    }
}

#[cfg(test)]
mod tests {
    use super::Figures;

    #[test]
    fn the_high_age_leaves_out_five_of_a_hundred() {
        let ages: Vec<f64> = (1..=100).map(f64::from).collect();
        let figures = Figures::of(&ages).unwrap();
        assert_eq!((figures.high, figures.most, figures.mean), (95.0, 100.0, 50.5));
        assert!(Figures::of(&[]).is_none());
        assert_eq!(Figures::of(&[3.0]).unwrap().high, 3.0);
    }
}
