//! `bench desk`: people clicking through the pages of a large desk, beside the bare statements of the same pages.

mod bare;
mod painted;
mod people;
mod screens;
mod seed;
mod worked;

use std::io::{BufRead, BufReader};
use std::process::{ChildStdout, Stdio};
use std::time::Duration;

use anyhow::{Context, Result};
use docket_store::Db;

use self::painted::{Painted, p95};
use self::people::{Clicks, Visit};
use super::Aims;
use crate::database::{Engine, Server};
use crate::desk::{self, Desk};
use crate::process::Background;
use crate::table::{Table, count, number};

/// A page may take so many times as long as its bare statements, and so much more.
const TIMES_BARE: f64 = 3.0;
const MORE_MS: f64 = 5.0;
/// No page is larger, in bytes.
const LARGEST: usize = 100_000;
/// The queue is first painted within so long, and a filter from the click on, in milliseconds.
const FIRST_PAINT_MS: f64 = 1_000.0;
const FILTER_MS: f64 = 200.0;
/// Between two clicks of a person, on average.
const THINKING: Duration = Duration::from_millis(5_000);

/// How much of everything.
#[derive(Debug, Clone, Copy)]
pub struct Sizes {
    pub stored: u64,
    pub open: u64,
    pub people: usize,
    pub seconds: u64,
}

pub fn run(server: &Server, engines: &[Engine], sizes: Sizes, aims: &mut Aims) -> Result<()> {
    println!(
        "{} cases stored, {} open, of {} clients; {} people, a click each {} ms on average, {} s; bare: as many people at the \
         statements that the page cannot do without, at the same pace",
        count(sizes.stored),
        count(sizes.open),
        seed::CLIENTS + seed::OTHERS,
        sizes.people,
        THINKING.as_millis(),
        sizes.seconds
    );
    let mut table = Table::new(
        2,
        &[
            "engine",
            "page",
            "clicks",
            "p50 ms",
            "p95 ms",
            "p99 ms",
            "bare p50",
            "bare p95",
            "bare p99",
            "largest kB",
        ],
    );
    for engine in engines {
        let (pages, bare, painted) = measured(server, *engine, sizes)?;
        match painted {
            Some(painted) => seen(*engine, &painted, aims),
            None => println!("{engine}: no browser here, so nothing is measured in one"),
        }
        for screen in pages.screens() {
            let (page, floor) = (pages.of(screen), bare.of(screen));
            let mut row = vec![engine.to_string(), screen.name().to_owned(), count(page.count)];
            row.extend([page.p50, page.p95, page.p99].map(|ms| number(Some(ms), 1)));
            row.extend([floor.p50, floor.p95, floor.p99].map(|ms| number(Some(ms), 1)));
            row.push(number(Some(page.largest as f64 / 1e3), 0));
            table.row(row);
            let name = format!("{engine}, {}", screen.name());
            if screen.aimed() {
                let most = floor.p95 * TIMES_BARE + MORE_MS;
                aims.add(
                    format!("{name}: p95 within {TIMES_BARE}× of the bare statements and {MORE_MS} ms"),
                    format!("{:.1} of {most:.1} ms", page.p95),
                    page.p95 <= most,
                );
            }
            aims.add(
                format!("{name}: at most {} kB", LARGEST / 1_000),
                format!("{:.0} kB", page.largest as f64 / 1e3),
                page.largest <= LARGEST,
            );
        }
    }
    table.print();
    Ok(())
}

/// What is seen in a browser, with its aims.
fn seen(engine: Engine, painted: &Painted, aims: &mut Aims) {
    let each = [
        ("the queue's first paint", &painted.first, FIRST_PAINT_MS),
        ("a figure, from click to paint", &painted.figure, FILTER_MS),
        ("a filter, from click to paint", &painted.filter, FILTER_MS),
    ];
    for (what, times, most) in each {
        let (p50, p95) = (
            times.get(times.len() / 2).copied().unwrap_or(f64::NAN),
            p95(times),
        );
        println!(
            "{engine}, in a browser, nobody else at the desk: {what}: p50 {p50:.0} ms, p95 {p95:.0} ms of {} times",
            times.len()
        );
        aims.add(
            format!("{engine}, in a browser: {what} within {most:.0} ms (p95)"),
            format!("{p95:.0} ms"),
            p95 <= most,
        );
    }
}

fn measured(server: &Server, engine: Engine, sizes: Sizes) -> Result<(Clicks, Clicks, Option<Painted>)> {
    let settings = [
        ("WEB__LISTEN", "127.0.0.1:0".to_owned()),
        ("LOG__LEVEL", "error".to_owned()),
    ];
    let desk = Desk::new(&desk::binary()?, server, engine, &settings)?;
    let begun = std::time::Instant::now();
    let mut seeded = seed::fill(&desk, engine, sizes)?;
    println!("{engine}: filled in {:.0} s", begun.elapsed().as_secs_f64());
    let links: Vec<String> = (0..sizes.people)
        .map(|number| seed::person(&desk, number))
        .collect::<Result<_>>()?;
    let (_pages, address) = serve(&desk)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("cannot start a runtime")?;
    runtime.block_on(async {
        let cookies = people::log_in(&address, &links).await?;
        seeded.second_page = people::second_page(&address, &cookies[0]).await?;
        let pace = Visit {
            seconds: sizes.seconds,
            thinking: THINKING,
        };
        let pages = people::click(&address, &cookies, &seeded, pace).await?;
        let db = Db::connect(desk.url()).await?;
        let bare = bare::click(&db, sizes.people, &seeded, pace).await?;
        db.close().await;
        let painted = Painted::by_one(&address).await;
        Ok((pages, bare, painted))
    })
}

/// The pages in a process of their own, and where they are.
fn serve(desk: &Desk) -> Result<((Background, BufReader<ChildStdout>), String)> {
    let mut command = desk.command(&["web"]);
    command.stdout(Stdio::piped());
    let mut process = Background::start(&mut command)?;
    let out = process
        .child()
        .stdout
        .take()
        .context("the pages have no output")?;
    let mut out = BufReader::new(out);
    let mut first = String::new();
    out.read_line(&mut first).context("the pages say nothing")?;
    let (_, rest) = first
        .split_once("http://")
        .with_context(|| format!("the pages did not start: {first}"))?;
    let address = rest
        .split([';', ' ', '\n'])
        .next()
        .unwrap_or(rest)
        .trim()
        .to_owned();
    Ok(((process, out), format!("http://{address}")))
}
