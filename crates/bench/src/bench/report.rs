//! `bench report`: reports over the cases of 24 months beside the bare SQL aggregate of the same rows.

mod duck;
pub(super) mod seed;

use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result};
use docket_store::{Db, on_db};
use futures::TryStreamExt;
use sqlx::AssertSqlSafe;

use self::duck::Duck;
use self::seed::{Dialect, FACTORS, FROM, TO};
use super::Aims;
use crate::database::{Engine, Server};
use crate::desk::{self, Desk};
use crate::process::run_well;
use crate::table::{Table, count, number};

const AIM_SECONDS: f64 = 2.0;
const AIM_TIMES_BARE: f64 = 2.0;
/// What a whole period may take beyond one month of it.
const AIM_MORE_MB: f64 = 64.0;
const CLIENTS: u64 = 500;
/// Of each measurement the fastest counts: what others do on the machine only ever adds.
const RUNS: usize = 3;

/// A report, and the aggregate that it needs at least.
struct Measured {
    name: String,
    args: Vec<&'static str>,
    bare: String,
}

const STRATUM: &str = "platform, reason, currency, outcome, contested";

fn reports(engine: Engine) -> Vec<Measured> {
    let groups = [
        ("month", "substr(opened_on, 1, 7)"),
        ("reason", "''"),
        ("platform", "''"),
        ("stage", "stage"),
        ("currency", "''"),
        ("evidence", "evidence"),
    ];
    let win_rates = groups.into_iter().map(|(by, key)| Measured {
        name: format!("win-rate --by {by}"),
        args: vec!["report", "win-rate", "--by", by, "--from", FROM, "--to", TO],
        bare: format!(
            "SELECT {key} AS key, {STRATUM}, count(*), sum(amount_minor) FROM report_cases \
             WHERE opened_on >= '{FROM}' AND opened_on < '{TO}' GROUP BY 1, {STRATUM}"
        ),
    });
    let factors = Measured {
        name: "factors".to_owned(),
        args: vec!["report", "factors", "--from", FROM, "--to", TO],
        bare: factors(engine == Engine::Postgres),
    };
    win_rates.chain([factors]).collect()
}

/// Each factor's levels by stratum: in one pass where the engine can, else one after the other.
fn factors(one_pass: bool) -> String {
    let names: Vec<&str> = FACTORS.iter().map(|(name, ..)| *name).collect();
    if one_pass {
        let sets: Vec<String> = names.iter().map(|name| format!("({STRATUM}, {name})")).collect();
        return format!(
            "SELECT {STRATUM}, {}, count(*), sum(amount_minor) FROM bare_levels GROUP BY GROUPING SETS (({STRATUM}), {})",
            names.join(", "),
            sets.join(", ")
        );
    }
    let each = names.iter().map(|name| {
        format!(
            "SELECT '{name}' AS factor, {STRATUM}, {name} AS level, count(*), sum(amount_minor) FROM bare_levels \
             GROUP BY {STRATUM}, {name}"
        )
    });
    each.collect::<Vec<_>>().join(" UNION ALL ")
}

pub fn run(server: &Server, engines: &[Engine], cases: u64, full: bool, aims: &mut Aims) -> Result<()> {
    println!(
        "{} cases of 24 months, {CLIENTS} clients, of whom one has two of five; whole processes, the fastest of {RUNS} runs; \
         the bare aggregate gives the counts and sums that the report needs, by group and stratum",
        count(cases)
    );
    let docket = desk::binary()?;
    let mut table = Table::new(
        2,
        &[
            "engine",
            "report",
            "ours s",
            "bare SQL s",
            "× bare",
            "DuckDB s",
            "peak MB",
            "peak MB, 1 month",
        ],
    );
    let mut duck = None;
    for engine in engines {
        let desk = Desk::new(&docket, server, *engine, &[])?;
        let seeded = own(&desk, *engine, &["--fill", &cases.to_string()])?;
        println!("{engine}: filled in {seeded:.0} s");
        // First, while this program is small: its own size is the least that the kernel tells of a child.
        let measured: Result<Vec<Ours>> = reports(*engine)
            .into_iter()
            .map(|report| Ours::of(&desk, report))
            .collect();
        if duck.is_none() {
            duck = Some(Duck::of(&desk)?);
        }
        for ours in measured? {
            let bare = own(&desk, *engine, &["--sql", &ours.report.bare])?;
            let duck = duck
                .as_ref()
                .map(|duck| duck.seconds(&ours.report.bare))
                .transpose()?
                .flatten();
            table.row(vec![
                engine.to_string(),
                ours.report.name.clone(),
                number(Some(ours.seconds), 2),
                number(Some(bare), 2),
                number(Some(ours.seconds / bare), 2),
                number(duck, 2),
                number(Some(ours.peak), 0),
                number(Some(ours.month), 0),
            ]);
            ours.held(*engine, bare, full, aims);
        }
    }
    table.print();
    if duck.as_ref().is_none_or(Duck::missing) {
        println!("NOT RUN: DuckDB; `pip install duckdb-cli` puts the program `duckdb` into the path");
    }
    Ok(())
}

/// What our report cost.
struct Ours {
    report: Measured,
    seconds: f64,
    peak: f64,
    /// Peak memory for one month of the period.
    month: f64,
}

impl Ours {
    fn of(desk: &Desk, report: Measured) -> Result<Self> {
        let (seconds, peak) = fastest(desk, &report.args)?;
        let mut month = report.args.clone();
        if let Some(last) = month.last_mut() {
            *last = "2024-12-01";
        }
        let (_, month) = fastest(desk, &month)?;
        Ok(Self {
            report,
            seconds,
            peak,
            month,
        })
    }

    fn held(&self, engine: Engine, bare: f64, full: bool, aims: &mut Aims) {
        let name = format!("{engine}, {}", self.report.name);
        if full {
            aims.add(
                format!("{name}: below {AIM_SECONDS} s"),
                format!("{:.2} s", self.seconds),
                self.seconds < AIM_SECONDS,
            );
            aims.add(
                format!("{name}: within {AIM_TIMES_BARE}× of the bare aggregate"),
                format!("{:.2}×", self.seconds / bare),
                self.seconds <= bare * AIM_TIMES_BARE,
            );
        }
        let more = self.peak - self.month;
        aims.add(
            format!("{name}: 24 months take at most {AIM_MORE_MB} MB more than one"),
            format!("{more:.0} MB"),
            more <= AIM_MORE_MB,
        );
    }
}

/// A task of this program in a process of its own, on the desk's database: the seconds that it prints.
fn own(desk: &Desk, engine: Engine, what: &[&str]) -> Result<f64> {
    let own = std::env::current_exe().context("cannot tell where this program lies")?;
    let mut command = Command::new(own);
    command.args([
        "floor",
        "report",
        "--database",
        desk.url(),
        "--engine",
        &engine.to_string(),
    ]);
    let said = run_well(command.args(what))?.out;
    said.trim()
        .parse()
        .context("a process of its own printed no seconds")
}

/// Fills a database, or runs a statement on it, and prints the seconds.
pub fn alone(database: &str, engine: Engine, cases: Option<u64>, sql: Option<String>) -> Result<()> {
    let seconds = crate::block_on(async {
        let db = Db::connect(database).await?;
        let begun = Instant::now();
        if let Some(cases) = cases {
            seed::fill(&db, &Dialect(engine), CLIENTS, cases).await?;
            seed::bare_levels(&db).await?;
        }
        let mut seconds = begun.elapsed().as_secs_f64();
        if let Some(sql) = sql {
            seconds = bare(&db, &sql).await?;
        }
        db.close().await;
        Ok(seconds)
    })?;
    println!("{seconds}");
    Ok(())
}

/// Seconds and peak memory of the fastest run.
fn fastest(desk: &Desk, args: &[&str]) -> Result<(f64, f64)> {
    let mut runs = Vec::new();
    for _ in 0..RUNS {
        let usage = desk.good(args)?.usage;
        runs.push((usage.seconds, usage.peak_mb));
    }
    runs.into_iter()
        .min_by(|a, b| a.0.total_cmp(&b.0))
        .context("nothing was measured")
}

/// The statement alone, with its rows read and dropped, on an open connection.
async fn bare(db: &Db, sql: &str) -> Result<f64> {
    let mut fastest = f64::INFINITY;
    for _ in 0..RUNS {
        let begun = Instant::now();
        on_db!(db, c => {
            let mut rows = sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).fetch(c);
            while rows.try_next().await?.is_some() {}
        });
        fastest = fastest.min(begun.elapsed().as_secs_f64());
    }
    Ok(fastest)
}

#[cfg(test)]
mod tests {
    use docket_core::factor::catalogue::CATALOGUE;

    use super::*;

    #[test]
    fn factors_stand_at_their_places_in_the_catalogue() {
        for (name, at, _) in FACTORS {
            assert_eq!(CATALOGUE[*at].kind.as_str(), *name);
        }
    }
}
