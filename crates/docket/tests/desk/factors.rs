//! The factor report: the same figures in every format, each with its cases, and the right words where there are none.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, Utc};
use docket_core::case;
use docket_core::factor::{Factor, FactorKind};
use docket_core::id::{CaseId, ClientId, ConnectionId, DisputeRef, RoundId};
use docket_core::money::Money;
use docket_core::snapshot::{Facts, Observed, Snapshot};
use docket_core::words::{Outcome, Platform, Reason, Stage, Turn};
use docket_store::testing::clock::Clock;
use docket_store::{Change, Db, UnitOfWork};
use serde_json::{Value, json};

use crate::support::{Desk, Engine, database};

const PERIOD: [&str; 4] = ["--from", "2026-01-01", "--to", "2026-03-01"];

pub fn opened() -> DateTime<Utc> {
    "2026-02-03T10:00:00Z".parse().unwrap()
}

pub struct Row {
    pub reason: Reason,
    pub currency: &'static str,
    pub timing: &'static str,
    pub outcome: Outcome,
    pub times: usize,
}

pub const fn row(
    reason: Reason,
    currency: &'static str,
    timing: &'static str,
    outcome: Outcome,
    times: usize,
) -> Row {
    Row {
        reason,
        currency,
        timing,
        outcome,
        times,
    }
}

/// Late parcels lose in both strata; what is known of six cases is not enough.
const PORTFOLIO: &[Row] = &[
    row(Reason::NotReceived, "EUR", "on_time", Outcome::Won, 41),
    row(Reason::NotReceived, "EUR", "on_time", Outcome::Lost, 9),
    row(Reason::NotReceived, "EUR", "late", Outcome::Won, 12),
    row(Reason::NotReceived, "EUR", "late", Outcome::Lost, 27),
    row(Reason::NotReceived, "JPY", "late", Outcome::LostNoResponse, 4),
    row(Reason::NotAsDescribed, "EUR", "on_time", Outcome::Won, 17),
    row(Reason::NotAsDescribed, "EUR", "on_time", Outcome::Partial, 13),
    row(Reason::NotAsDescribed, "EUR", "late", Outcome::Won, 2),
    row(Reason::NotAsDescribed, "EUR", "late", Outcome::Lost, 11),
    row(Reason::NotAsDescribed, "EUR", "unknown", Outcome::Lost, 6),
    row(Reason::NotAsDescribed, "EUR", "late", Outcome::Accepted, 30),
];

fn change((client, connection): (ClientId, ConnectionId), row: &Row, number: usize, clock: &Clock) -> Change {
    let known = |kind, value: &str| Factor {
        kind,
        value: value.to_owned(),
        source: "test".to_owned(),
        as_of: opened(),
    };
    let snapshot = Snapshot {
        platform: Platform::PAYPAL,
        dispute: DisputeRef(format!("PP-F-{number}")),
        facts: Facts {
            amount: Money::new(25_00, row.currency.parse().unwrap()),
            stage: Stage::Chargeback,
            platform_stage: None,
            platform_status: None,
            channel: None,
            turn: Turn::Nobody,
            reason: row.reason,
            platform_reason: None,
            allowed_actions: BTreeSet::new(),
            order_refs: Vec::new(),
            opened_at: opened(),
            updated_at: opened(),
        },
        deadline: None,
        outcome: Some(row.outcome),
        closed_at: None,
        saved: Vec::new(),
        answers: Vec::new(),
        factors: vec![
            known(FactorKind::DeliveryTiming, row.timing),
            known(FactorKind::Carrier, ["DHL", "GLS, Inc"][number % 2]),
            Factor {
                as_of: opened() + chrono::Duration::days(20),
                ..known(
                    FactorKind::AdjudicationGroup,
                    ["delivery", "evidence"][number % 2],
                )
            },
        ],
        attention: BTreeSet::new(),
    };
    let env = clock.env();
    let ids = (CaseId::new(&env), RoundId::new(&env));
    Change {
        before: None,
        transition: case::open(ids, client, connection, &snapshot, env.now()),
        observed: Some(Observed {
            raw: snapshot.dispute.0.clone().into_bytes(),
            hash: docket_core::chain::digest(&snapshot.dispute.0),
            mark: snapshot.dispute.0.clone(),
            dated: true,
            buyer: Vec::new(),
            snapshot,
        }),
    }
}

pub async fn fill(db: &Db, owner: (ClientId, ConnectionId), rows: &[Row]) {
    // Ids follow the clock: a second filling is of other cases.
    static FILLED: AtomicI64 = AtomicI64::new(0);
    let later = chrono::Duration::seconds(FILLED.fetch_add(1, Ordering::Relaxed));
    let clock = Clock::at(opened() + later);
    let rows = rows.iter().flat_map(|row| std::iter::repeat_n(row, row.times));
    let changes: Vec<Change> = rows
        .enumerate()
        .map(|(number, row)| change(owner, row, number, &clock))
        .collect();
    let mut unit = UnitOfWork::begin(db).await.unwrap();
    unit.save("sync", opened(), &changes).await.unwrap();
    unit.commit().await.unwrap();
}

pub fn owner(desk: &Desk, name: &str, account: usize) -> (ClientId, ConnectionId) {
    let connection = desk.client(name, account).parse().unwrap();
    let clients = desk.call(&["client", "list", "--json"]).json();
    let mut clients = clients.as_array().unwrap().iter();
    let id = clients.find(|client| client["name"] == name).unwrap()["id"]
        .as_str()
        .unwrap();
    (id.parse().unwrap(), connection)
}

fn report(desk: &Desk, client: &str, more: &[&str]) -> crate::support::Said {
    desk.call(&[&["report", "factors", "--client", client][..], &PERIOD, more].concat())
}

fn factor<'a>(report: &'a Value, name: &str) -> &'a Value {
    let mut factors = report["factors"].as_array().unwrap().iter();
    factors.find(|factor| factor["factor"] == name).unwrap()
}

fn level<'a>(report: &'a Value, name: &str, level: &str) -> &'a Value {
    let mut levels = factor(report, name)["levels"].as_array().unwrap().iter();
    levels.find(|one| one["level"] == level).unwrap()
}

/// The CSV's rows, each by the names of its head.
pub fn rows(csv: &str) -> Vec<Vec<(String, String)>> {
    let mut lines = csv.lines();
    let head: Vec<&str> = lines.next().unwrap().split(',').collect();
    lines
        .map(|line| {
            let cells: Vec<String> = line.split(',').map(str::to_owned).collect();
            assert_eq!(cells.len(), head.len(), "{line}");
            head.iter().map(|h| (*h).to_owned()).zip(cells).collect()
        })
        .collect()
}

pub fn cell<'a>(row: &'a [(String, String)], name: &str) -> &'a str {
    row.iter()
        .find(|(head, _)| head == name)
        .map(|(_, cell)| cell.as_str())
        .unwrap()
}

pub fn text_of(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Every figure of JSON stands in the CSV's row of the same level, and in the text.
fn same_figures(json: &Value, csv: &str, text: &str) {
    let rows = rows(csv);
    // Without the commands of what to fix first.
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| !line.contains("docket report"))
        .collect();
    let mut compared = 0;
    for factor in json["factors"].as_array().unwrap() {
        for level in factor["levels"].as_array().unwrap() {
            let row = rows
                .iter()
                .find(|row| {
                    cell(row, "row") == "level"
                        && cell(row, "factor") == factor["factor"]
                        && cell(row, "level") == level["level"]
                })
                .unwrap();
            let (rate, beside) = (&level["win_rate"], &level["beside"]);
            let pairs = [
                ("won", &rate["hits"]),
                ("decided", &rate["n"]),
                ("percent", &rate["percent"]),
                ("low", &rate["low"]),
                ("high", &rate["high"]),
                ("difference", &beside["difference"]["points"]),
                ("difference_low", &beside["difference"]["low"]),
                ("difference_high", &beside["difference"]["high"]),
                ("odds_ratio", &beside["odds_ratio"]["ratio"]),
                ("odds_high", &beside["odds_ratio"]["high"]),
                ("p", &beside["p"]),
                ("adjusted_p", &beside["adjusted_p"]),
                ("needed_per_group", &beside["needed_per_group"]),
            ];
            for (name, value) in pairs {
                assert_eq!(cell(row, name), text_of(value), "{name} of {level}");
            }
            let cases = format!(
                "--cases {}={}",
                text_of(&factor["factor"]),
                text_of(&level["level"])
            );
            let Some(at) = lines.iter().position(|line| line.ends_with(&cases)) else {
                // Factors of which nothing is recorded have one line in words.
                assert_eq!(level["level"], "not_recorded");
                continue;
            };
            let line = lines[at..at + 2].concat();
            let mut shown = vec![text_of(&rate["hits"]), text_of(&rate["n"])];
            if beside["state"] == "compared" {
                compared += 1;
                let difference = &beside["difference"];
                shown.push(format!(
                    "{} points ({} to {})",
                    difference["points"], difference["low"], difference["high"]
                ));
                shown.push(format!("p {}", beside["p"]));
            }
            if !rate["percent"].is_null() {
                shown.push(format!("{} %", rate["percent"]));
                shown.push(format!("{} to {} %", rate["low"], rate["high"]));
            }
            for figure in shown {
                assert!(line.contains(&figure), "{figure} is missing in: {line}");
            }
        }
    }
    assert!(compared >= 2);
    let first: Vec<_> = rows
        .iter()
        .filter(|row| cell(row, "row") == "fix_first")
        .collect();
    assert_eq!(first.len(), json["fix_first"].as_array().unwrap().len());
    for (row, fix) in first.iter().zip(json["fix_first"].as_array().unwrap()) {
        assert_eq!(
            cell(row, "associated_minor"),
            text_of(&fix["associated"]["minor"])
        );
        assert_eq!(cell(row, "difference"), text_of(&fix["difference"]["points"]));
    }
}

async fn every_format_shows_the_same_figures_and_their_cases(engine: Engine) {
    let mut desk = Desk::new(0);
    let Some((test, url)) = database(engine).await else {
        return;
    };
    desk.set("DATABASE__URL", &url);
    let acme = owner(&desk, "Acme", 0);
    owner(&desk, "Beta", 1);
    fill(&test.db, acme, PORTFOLIO).await;

    let json = report(&desk, "Acme", &["--format", "json"]).json();
    let csv = report(&desk, "Acme", &["--format", "csv"]).good();
    let text = report(&desk, "Acme", &["--strata"]).good();
    same_figures(&json, &csv, &text);

    let win_rate = ["report", "win-rate", "--client", "Acme", "--format", "json"];
    let win_rate = desk.call(&[&win_rate[..], &PERIOD].concat()).json();
    assert_eq!(json["total"]["win_rate"]["n"], win_rate["total"]["win_rate"]["n"]);
    assert_eq!(json["total"]["win_rate"]["hits"], json!(72));
    let late = level(&json, "delivery_timing", "late");
    assert_eq!(
        (&late["win_rate"]["hits"], &late["win_rate"]["n"]),
        (&json!(14), &json!(56))
    );
    assert_eq!(late["beside"]["stands_out"], json!(true));
    assert_eq!(
        level(&json, "delivery_timing", "unknown")["beside"]["state"],
        "too_few"
    );
    assert_eq!(factor(&json, "carrier")["pre_named"], json!(false));
    assert_eq!(
        level(&json, "tracking_known", "not_recorded")["win_rate"]["n"],
        json!(142)
    );
    for factor in json["factors"].as_array().unwrap() {
        for level in factor["levels"].as_array().unwrap() {
            let ids = level["case_ids"].as_array().unwrap();
            assert_eq!(json!(ids.len()), level["win_rate"]["n"], "{level}");
        }
    }

    // What came after the opening: the same counts in every format, all decided cases, each with its list.
    let after = json["after_opening"]["factors"].as_array().unwrap();
    let names: Vec<_> = after.iter().map(|table| table["factor"].clone()).collect();
    assert_eq!(names, ["evidence_band", "adjudication_group"]);
    let counted = rows(&csv);
    for table in after {
        let mut decided = 0;
        for level in table["levels"].as_array().unwrap() {
            let rate = &level["win_rate"];
            let row = counted.iter().find(|row| {
                cell(row, "row") == "after_opening"
                    && cell(row, "factor") == table["factor"]
                    && cell(row, "level") == level["level"]
            });
            let row = row.unwrap();
            for (name, part) in [
                ("won", "hits"),
                ("decided", "n"),
                ("percent", "percent"),
                ("high", "high"),
            ] {
                assert_eq!(cell(row, name), text_of(&rate[part]), "{name} of {level}");
            }
            let wanted = format!("{}={}", text_of(&table["factor"]), text_of(&level["level"]));
            let line = text
                .lines()
                .find(|line| line.ends_with(&format!("--cases {wanted}")));
            let line = line.unwrap();
            assert!(
                line.contains(&format!("{} of {}", rate["hits"], rate["n"])),
                "{line}"
            );
            assert!(
                line.contains(&format!("{} to {} %", rate["low"], rate["high"])),
                "{line}"
            );
            let list = report(&desk, "Acme", &["--cases", &wanted, "--format", "json"]).json();
            assert_eq!(json!(list.as_array().unwrap().len()), rate["n"], "{level}");
            assert_eq!(
                json!(level["case_ids"].as_array().unwrap().len()),
                rate["n"],
                "{level}"
            );
            decided += rate["n"].as_u64().unwrap();
        }
        assert_eq!(json!(decided), json["total"]["win_rate"]["n"]);
    }
    assert!(text.contains("explains nothing and ranks nothing"), "{text}");

    // What to fix first, in both currencies, never added up.
    let first = json["fix_first"].as_array().unwrap();
    let lines: Vec<_> = first
        .iter()
        .map(|fix| (&fix["factor"], &fix["currency"], &fix["lost"]["minor"]))
        .collect();
    let timing = json!("delivery_timing");
    assert_eq!(
        lines,
        [
            (&timing, &json!("EUR"), &json!(95_000)),
            (&timing, &json!("JPY"), &json!(10_000))
        ]
    );
    assert_eq!(first[1]["case_ids"].as_array().unwrap().len(), 4);
    for words in [
        "associated with",
        "Promise the days",
        "per group to see 20 points, has 6 and 30",
        "not what causes them",
    ] {
        assert!(text.contains(words), "`{words}` is missing in: {text}");
    }

    // The list behind a figure, by the command that the report prints.
    let command = late["cases"].as_str().unwrap().replace("docket ", "");
    let words: Vec<&str> = command.split(' ').chain(["--format", "json"]).collect();
    let list = desk.call(&words).json();
    let list = list.as_array().unwrap();
    assert_eq!(list.len(), 56);
    assert_eq!(list.iter().filter(|case| case["won"] == true).count(), 14);
    report(&desk, "Acme", &["--cases", "carrier=gls_inc"]).good();
    report(&desk, "Acme", &["--cases", "delivery_timing=soon"]).refused(&["soon", "late, on_time, unknown"]);
    report(&desk, "Acme", &["--cases", "weather=bad"]).refused(&["weather", "delivery_timing"]);
    report(&desk, "Acme", &["--cases", "late"]).refused(&["delivery_timing=late"]);

    // Another client has none of it; the agency's own view has all.
    let beta = report(&desk, "Beta", &["--format", "json"]).json();
    assert_eq!(
        (&beta["total"]["received"], &beta["fix_first"]),
        (&json!(0), &json!([]))
    );
    let beta = report(&desk, "Beta", &[]).good();
    assert!(
        beta.contains("Nothing is decided") && !beta.contains("NaN"),
        "{beta}"
    );
    report(&desk, "Beta", &["--cases", "delivery_timing=late"]).refused(&["--from"]);
    let all = [&["report", "factors"][..], &PERIOD].concat();
    let all = desk.call(&all).good();
    assert!(all.contains("Clients are pooled"), "{all}");
}

#[tokio::test]
async fn factors_are_the_same_in_every_format_on_sqlite() {
    every_format_shows_the_same_figures_and_their_cases(Engine::Sqlite).await;
}

#[tokio::test]
async fn factors_are_the_same_in_every_format_on_postgres() {
    every_format_shows_the_same_figures_and_their_cases(Engine::Postgres).await;
}

#[tokio::test]
async fn one_case_is_a_count_and_never_a_percentage() {
    let desk = Desk::new(0);
    let acme = owner(&desk, "Acme", 0);
    let db = Db::connect(&format!(
        "sqlite://{}",
        desk.folder.path().join("data/docket.db").display()
    ))
    .await
    .unwrap();
    fill(
        &db,
        acme,
        &[row(Reason::NotReceived, "EUR", "late", Outcome::Won, 1)],
    )
    .await;
    let text = report(&desk, "Acme", &[]).good();
    assert!(
        text.contains("1 of 1") && text.contains("no decided case at the level to compare with"),
        "{text}"
    );
    let table = text.split("The cases behind").next().unwrap();
    assert!(!table.contains("100") && !table.contains("NaN"), "{table}");
}
