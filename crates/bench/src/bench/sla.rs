//! `bench sla`: an SLA report over two years of one large client, beside merely reading the same rows.

use std::time::Instant;

use anyhow::{Context, Result, ensure};
use chrono::{DateTime, Duration, Utc};
use docket_store::{Db, on_db, on_tx};
use futures::TryStreamExt;
use serde_json::json;
use sqlx::QueryBuilder;
use uuid::Uuid;

use super::Aims;
use crate::database::{Engine, Server};
use crate::desk::{self, Desk};
use crate::process::Usage;
use crate::table::{Table, count, number};

const CLIENT: &str = "Large";
const CALENDAR: &str = include_str!("../../../../config/sla/calendar.toml");
const CONTRACT: &str = include_str!("../../../../config/sla/contract.toml");
/// Lines of history of each case, of which most say nothing to a clock.
const LINES: usize = 14;
const BATCH: usize = 250;
const DAYS: i64 = 730;
/// Aims for the whole two years; a month of them is a twenty-fourth.
const SECONDS: f64 = 2.0;
const TIMES_BARE: f64 = 2.0;
const GROWTH_MB: f64 = 16.0;

/// The rows that the report reads, with nothing done to them.
const BARE: &str = "SELECT r.opened_at, r.responded_at, h.at, h.kind, h.detail FROM rounds r JOIN cases c ON c.id = r.case_id \
    JOIN history h ON h.subject = c.id WHERE r.client_id = $1 AND h.kind IN ('opened', 'draft_saved', 'response_prepared', \
    'client_asked', 'client_answered', 'closed')";

pub fn run(server: &Server, engines: &[Engine], rounds: usize, aims: &mut Aims) -> Result<()> {
    println!(
        "{} rounds of one client within two years, {LINES} lines of history each; five targets",
        count(rounds as u64)
    );
    let mut table = Table::new(
        2,
        &[
            "engine",
            "",
            "s",
            "CPU s",
            "peak MB",
            "rows read bare, s",
            "× bare",
        ],
    );
    for engine in engines {
        let found = measured(server, *engine, rounds)?;
        for (what, usage, bare) in [
            ("two years", found.all, Some(found.bare)),
            ("one month", found.month, None),
        ] {
            table.row(vec![
                engine.to_string(),
                what.to_owned(),
                number(Some(usage.seconds), 2),
                number(Some(usage.cpu_seconds), 2),
                number(Some(usage.peak_mb), 0),
                number(bare, 2),
                number(bare.map(|bare| usage.seconds / bare), 2),
            ]);
        }
        let times = found.all.seconds / found.bare;
        let growth = found.all.peak_mb - found.month.peak_mb;
        aims.add(
            format!("{engine}: two years under {SECONDS} s"),
            format!("{:.2} s", found.all.seconds),
            found.all.seconds <= SECONDS,
        );
        aims.add(
            format!("{engine}: at most {TIMES_BARE} times as long as reading the rows"),
            format!("{times:.2} times"),
            times <= TIMES_BARE,
        );
        aims.add(
            format!("{engine}: two years take at most {GROWTH_MB} MB more than a month"),
            format!("{growth:.0} MB"),
            growth <= GROWTH_MB,
        );
    }
    table.print();
    Ok(())
}

struct Found {
    all: Usage,
    month: Usage,
    /// Seconds.
    bare: f64,
}

fn begin() -> DateTime<Utc> {
    // 2024-01-01: all of it is over by now, and means nothing more.
    DateTime::from_timestamp(1_704_067_200, 0).unwrap_or_default()
}

fn measured(server: &Server, engine: Engine, rounds: usize) -> Result<Found> {
    let desk = Desk::new(&desk::binary()?, server, engine, &[])?;
    let file = |name: &str, text: &str| -> Result<String> {
        let path = desk.folder().join(name);
        std::fs::write(&path, text).with_context(|| format!("cannot write {name}"))?;
        Ok(path.display().to_string())
    };
    desk.good(&["client", "add", CLIENT])?;
    let secret = file("credentials.json", r#"{"client_id": "a", "client_secret": "b"}"#)?;
    let to = [
        "--platform",
        "paypal",
        "--base-url",
        "https://example.test",
        "--credentials",
        &secret,
    ];
    desk.good(&[&["connection", "add", "--client", CLIENT][..], &to].concat())?;
    let (calendar, contract) = (
        file("calendar.toml", CALENDAR)?,
        file("contract.toml", &CONTRACT.replace("2026-01-01", "2024-01-01"))?,
    );
    desk.good(&["sla", "calendar", "add", "--client", CLIENT, &calendar])?;
    desk.good(&["sla", "contract", "add", "--client", CLIENT, &contract])?;
    let bare = crate::block_on(async {
        let db = Db::connect(desk.url()).await?;
        let owner: (Uuid, Uuid) =
            on_db!(&db, c => sqlx::query_as("SELECT client_id, id FROM connections").fetch_one(c).await)?;
        fill(&db, owner, rounds).await?;
        settle(&db).await?;
        let bare = bare(&db, owner.0, rounds).await?;
        db.close().await;
        Ok(bare)
    })?;
    let report = |from: DateTime<Utc>, days: i64| -> Result<Usage> {
        let (from, to) = (
            from.date_naive().to_string(),
            (from + Duration::days(days)).date_naive().to_string(),
        );
        let words = [
            "report", "sla", "--client", CLIENT, "--from", &from, "--to", &to, "--format", "csv",
        ];
        let ended = desk.good(&words)?;
        ensure!(
            ended.out.lines().count() == 11,
            "the report has other rows: {}",
            ended.out
        );
        Ok(ended.usage)
    };
    // Once to warm what the bare reading found warm, too.
    report(begin(), DAYS)?;
    Ok(Found {
        all: report(begin(), DAYS)?,
        month: report(begin() + Duration::days(DAYS / 2), 30)?,
        bare,
    })
}

/// What a server does by itself in time.
async fn settle(db: &Db) -> Result<()> {
    on_db!(db, c => sqlx::raw_sql("ANALYZE").execute(c).await.map(|_| ()))?;
    Ok(())
}

async fn bare(db: &Db, client: Uuid, rounds: usize) -> Result<f64> {
    type Row = (
        DateTime<Utc>,
        Option<DateTime<Utc>>,
        DateTime<Utc>,
        String,
        Option<String>,
    );
    let mut seconds = 0.0;
    for _ in 0..2 {
        let begun = Instant::now();
        let mut read = 0_usize;
        on_db!(db, c => {
            let mut rows = sqlx::query_as::<_, Row>(BARE).bind(client).fetch(c);
            while rows.try_next().await?.is_some() {
                read += 1;
            }
        });
        ensure!(read >= rounds * 6, "{read} rows were read");
        seconds = begun.elapsed().as_secs_f64();
    }
    Ok(seconds)
}

fn id(kind: u128, number: usize) -> Uuid {
    Uuid::from_u128(kind << 64 | number as u128)
}

/// When a round began, spread over the years.
fn opened(number: usize, rounds: usize) -> DateTime<Utc> {
    let minutes =
        DAYS * 24 * 60 * i64::try_from(number).unwrap_or(0) / i64::try_from(rounds.max(1)).unwrap_or(1);
    begin() + Duration::minutes(minutes)
}

/// A case's life in lines: hours after its opening, kind, detail.
fn lines(number: usize) -> [(i64, &'static str, String); LINES] {
    let request = id(7, number);
    let asked = json!({ "request": request }).to_string();
    let hours = i64::try_from(number % 9).unwrap_or(0);
    let seen = json!({ "changed": ["updated_at"] }).to_string();
    let note = json!({ "text": "x".repeat(120) }).to_string();
    [
        (0, "opened", json!({ "turn": "ours" }).to_string()),
        (0, "deadline_set", "{}".to_owned()),
        (1, "assigned", json!({ "to": "ada" }).to_string()),
        (1, "note", note.clone()),
        (hours + 1, "client_asked", asked.clone()),
        (hours + 3, "observed", seen.clone()),
        (hours + 5, "client_answered", asked),
        (hours + 6, "draft_saved", "{}".to_owned()),
        (hours + 7, "note", note),
        (
            hours + 8,
            "response_prepared",
            json!({ "action": "contest", "submission": request }).to_string(),
        ),
        (hours + 8, "sending", "{}".to_owned()),
        (hours + 9, "confirmed", "{}".to_owned()),
        (hours + 9, "observed", seen),
        (hours + 90, "closed", "{}".to_owned()),
    ]
}

async fn fill(db: &Db, (client, connection): (Uuid, Uuid), rounds: usize) -> Result<()> {
    const NOTHING: [u8; 32] = [0; 32];
    let numbers: Vec<usize> = (0..rounds).collect();
    for batch in numbers.chunks(BATCH) {
        let mut tx = db.begin().await?;
        on_tx!(&mut tx, c => {
            let mut insert = QueryBuilder::new(
                "INSERT INTO cases (id, client_id, connection_id, platform, dispute, amount_minor, currency, stage, turn, reason, \
                 allowed_actions, order_refs, opened_at, platform_updated_at, round_id, work_state, outcome, closed_at, contested, \
                 conceded, attention, sort_at, observed_at, chain_length, chain_head, version) ",
            );
            insert.push_values(batch, |mut row, number| {
                let at = opened(*number, rounds);
                row.push_bind(id(1, *number)).push_bind(client).push_bind(connection).push_bind("paypal");
                row.push_bind(format!("PP-{number}")).push_bind(5_000_i64).push_bind("EUR").push_bind("chargeback");
                row.push_bind("nobody").push_bind("not_received").push_bind("[]").push_bind("[]").push_bind(at).push_bind(at);
                row.push_bind(id(2, *number)).push_bind("closed").push_bind("won").push_bind(at).push_bind(true).push_bind(false);
                row.push_bind("[]").push_bind(at).push_bind(at).push_bind(1_i64).push_bind(&NOTHING[..]).push_bind(1_i64);
            });
            insert.build().execute(&mut *c).await?;
            let mut insert = QueryBuilder::new(
                "INSERT INTO rounds (id, client_id, case_id, number, stage, reason, opened_at, deadline, responded_at) ",
            );
            insert.push_values(batch, |mut row, number| {
                let at = opened(*number, rounds);
                row.push_bind(id(2, *number)).push_bind(client).push_bind(id(1, *number)).push_bind(1_i64);
                row.push_bind("chargeback").push_bind("not_received").push_bind(at);
                row.push_bind(at + Duration::days(10)).push_bind(at + Duration::hours(9));
            });
            insert.build().execute(&mut *c).await?;
            let mut insert = QueryBuilder::new(
                "INSERT INTO history (subject, number, client_id, at, actor, kind, detail, detail_hash, link) ",
            );
            let lines = batch.iter().flat_map(|number| {
                let at = opened(*number, rounds);
                let one = move |(place, line): (i64, (i64, &'static str, String))| (*number, at, place, line);
                (1_i64..).zip(lines(*number)).map(one)
            });
            insert.push_values(lines, |mut row, (number, at, place, (hours, kind, detail))| {
                row.push_bind(id(1, number)).push_bind(place).push_bind(client).push_bind(at + Duration::hours(hours));
                row.push_bind("ada").push_bind(kind).push_bind(detail).push_bind(&NOTHING[..]).push_bind(&NOTHING[..]);
            });
            insert.build().execute(&mut *c).await?;
        });
        tx.commit().await?;
    }
    Ok(())
}
