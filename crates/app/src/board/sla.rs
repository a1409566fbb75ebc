//! The SLA report on paper.

use chrono::{DateTime, Utc};
use docket_core::words::Language;
use docket_documents::board::{Block, Board, Mark, Plot, Table, report_words};
use serde_json::Value;

use super::say::{Say, axis, list, percents, text};
use super::win_rate::column;
use super::{Detail, fit};
use crate::Period;
use crate::error::Result;
use crate::figures::sla::reservations;

/// Months of a chart that go on paper.
const MONTHS: usize = 13;

/// The report of one client as PDF, from its figures (`figures::sla::report`).
///
/// # Errors
/// When the file cannot be written.
pub fn sla(report: &Value, language: Language) -> Result<Vec<u8>> {
    let say = Say(report_words(language));
    fit(|detail| page((say, language), report, detail))
}

fn at(value: &Value, key: &str) -> DateTime<Utc> {
    text(value, key).parse().unwrap_or_default()
}

fn page((say, language): (Say, Language), report: &Value, detail: Detail) -> Board {
    let whose = text(report, "client_name").to_owned();
    let period = Period {
        from: at(report, "from"),
        to: at(report, "to"),
    };
    let mut blocks = Vec::new();
    let contracts = list(&report["contracts"]);
    if contracts.is_empty() {
        blocks.push(Block::Text(say.plain("no_contract")));
    }
    let mut room = detail.rows;
    let all: usize = contracts.iter().map(|c| list(&c["targets"]).len()).sum();
    for contract in contracts {
        if room == 0 {
            break;
        }
        section(say, contract, detail, &mut room, &mut blocks);
    }
    if all > detail.rows {
        let places = [("shown", detail.rows.to_string()), ("all", all.to_string())];
        blocks.push(Block::Note(say.with("left_out_targets", &places)));
    }
    outside(say, report, detail.others, &mut blocks);
    blocks.extend([
        Block::Heading(say.plain("definitions")),
        Block::Note(say.plain("sla_reading")),
    ]);
    let calendars = list(&report["calendars"])
        .iter()
        .map(|one| calendar(one, language));
    blocks.extend(calendars.map(Block::Note));
    let as_of = at(report, "as_of");
    Board {
        title: say.plain("sla_title"),
        about: vec![
            say.with("whose", &[("name", whose.clone())]),
            say.days("period_rounds", period),
            say.as_of(as_of),
        ],
        language: say.0.language(),
        id: format!("docket-sla-{}-{}", text(report, "client"), as_of.timestamp()),
        at: as_of,
        footer: format!("{whose} · {}", say.plain("sla_title")),
        blocks,
    }
}

fn section(say: Say, contract: &Value, detail: Detail, room: &mut usize, blocks: &mut Vec<Block>) {
    let places = [
        ("name", text(contract, "name").to_owned()),
        ("version", say.number(&contract["version"])),
    ];
    blocks.push(Block::Heading(say.with("contract", &places)));
    // The day that the contract names, where it names it: in UTC it may be the day before.
    let day = text(contract, "valid_from").parse().map(|day| say.0.day(day));
    let from = format!("{} ({})", day.unwrap_or_default(), text(contract, "zone"));
    let in_force = match contract["ends_at"].as_str() {
        Some(_) => say.with(
            "in_force_until",
            &[("from", from), ("to", say.0.minute(at(contract, "ends_at")))],
        ),
        None => say.with("in_force", &[("from", from)]),
    };
    let rounds = say.with("rounds", &[("n", say.number(&contract["rounds"]))]);
    blocks.push(Block::Text(format!("{in_force} {rounds}")));
    let targets: Vec<&Value> = list(&contract["targets"]).iter().take(*room).collect();
    *room -= targets.len();
    for target in &targets {
        blocks.push(Block::Strong(format!(
            "{}: {}",
            text(target, "target"),
            terms(say, target)
        )));
        blocks.push(Block::Note(clock(say, target)));
        blocks.push(Block::Table(figures(say, target)));
        blocks.push(Block::Note(neither(say, target)));
        let chart = chart(say, target);
        if detail.second && chart.marks.len() > 2 {
            blocks.push(Block::Plot(chart));
        }
        breaches(say, target, detail.others, blocks);
    }
}

/// Zone, hours and holidays of a calendar, from its figures.
pub fn calendar(one: &Value, language: Language) -> String {
    let say = Say(report_words(language));
    let day = |value: &Value| {
        value
            .as_str()
            .and_then(|on| on.parse().ok())
            .map(|on| say.0.day(on))
    };
    let hours: Vec<String> = list(&one["week"])
        .iter()
        .map(|same| {
            let days: Vec<String> = list(&same["days"])
                .iter()
                .filter_map(Value::as_str)
                .map(|day| say.0.word("day", day))
                .collect();
            format!("{} {}", days.join(", "), text(same, "hours"))
        })
        .collect();
    let holidays: Vec<String> = list(&one["holidays"]).iter().filter_map(day).collect();
    let places = [
        ("name", text(one, "name").to_owned()),
        ("version", say.number(&one["version"])),
        ("from", day(&one["valid_from"]).unwrap_or_default()),
        ("zone", text(one, "zone").to_owned()),
        ("hours", hours.join("; ")),
        ("holidays", holidays.join(", ")),
    ];
    let key = if holidays.is_empty() {
        "sla.calendar"
    } else {
        "sla.calendar_holidays"
    };
    say.with(key, &places)
}

/// By what time a target's clock runs.
fn clock(say: Say, target: &Value) -> String {
    let pauses: Vec<String> = list(&target["pauses"])
        .iter()
        .filter_map(Value::as_str)
        .map(|pause| say.0.word("why", pause))
        .collect();
    let places = [
        ("calendar", text(target, "calendar").to_owned()),
        ("pauses", pauses.join(", ")),
    ];
    say.with(
        if pauses.is_empty() {
            "sla.clock"
        } else {
            "sla.clock_pauses"
        },
        &places,
    )
}

/// Hours and minutes, as the CSV writes them.
fn hours(value: &Value, key: &str) -> String {
    let minutes = value[key].as_i64().unwrap_or_default() / 60;
    format!("{}:{:02}", minutes / 60, minutes % 60)
}

/// The clocks beyond the limit, each with what it is put down to.
fn breaches(say: Say, target: &Value, most: usize, blocks: &mut Vec<Block>) {
    let all = list(&target["breaches"]);
    if all.is_empty() {
        return;
    }
    let row = |breach: &Value| {
        let mut cells = vec![
            text(breach, "dispute").to_owned(),
            say.0.minute(at(breach, "begun")),
        ];
        cells.extend(["limit_seconds", "raw_seconds", "adjusted_seconds"].map(|key| hours(breach, key)));
        cells.push(say.0.word("why", text(breach, "why")));
        cells
    };
    blocks.push(Block::Table(Table {
        columns: vec![
            column(say.plain("sla.breached"), 1.6, false),
            column(say.plain("sla.begun"), 1.6, false),
            column(say.plain("sla.limit_h"), 0.8, true),
            column(say.plain("sla.raw_h"), 0.8, true),
            column(say.plain("sla.adjusted_h"), 0.8, true),
            column(say.plain("sla.why"), 1.6, false),
        ],
        rows: all.iter().take(most).map(row).collect(),
        total: false,
    }));
    // A list that was cut before is as long as the count of the raw view says.
    let more = target["raw"]["breached"]
        .as_u64()
        .and_then(|n| usize::try_from(n).ok())
        .unwrap_or(all.len())
        .saturating_sub(all.len().min(most));
    if more > 0 {
        blocks.push(Block::Note(
            say.with("sla.more_breaches", &[("n", more.to_string())]),
        ));
    }
}

/// What is promised.
fn terms(say: Say, target: &Value) -> String {
    let minutes = target["limit_minutes"].as_i64().unwrap_or_default();
    let limit = format!("{}:{:02} h", minutes / 60, minutes % 60);
    let metric = say.0.word("metric", text(target, "metric"));
    let limit = say.with(
        if text(target, "metric") == "before_deadline" {
            "limit_before"
        } else {
            "limit_within"
        },
        &[("limit", limit)],
    );
    let how = match &target["target_percent"] {
        Value::Null => say.plain("on_average"),
        percent => say.with("in_share", &[("percent", say.number(percent))]),
    };
    let only = if target["only_some"] == true {
        say.plain("only_some")
    } else {
        String::new()
    };
    format!("{metric}, {limit}, {how}{only}")
}

fn figures(say: Say, target: &Value) -> Table {
    let percentile = [("percentile", say.number(&target["raw"]["percentile"]))];
    let row = |view: &str| {
        let counts = &target[view];
        let mean = match &counts["mean_minutes"] {
            Value::Null => String::new(),
            mean => {
                let places = [
                    ("low", say.number(&counts["mean_low"])),
                    ("high", say.number(&counts["mean_high"])),
                ];
                format!("{} ({})", say.number(mean), say.with("range", &places))
            }
        };
        vec![
            say.plain(&format!("view.{view}")),
            say.number(&counts["n"]),
            say.number(&counts["met"]),
            say.number(&counts["breached"]),
            share(say, counts),
            mean,
            say.number(&counts["percentile_minutes"]),
            say.0
                .word("verdict", &text(counts, "verdict").replace([' ', ','], "_")),
        ]
    };
    Table {
        columns: vec![
            column(say.plain("view"), 1.0, false),
            column(say.plain("sla.decided"), 0.8, true),
            column(say.plain("sla.met"), 0.8, true),
            column(say.plain("sla.breached"), 0.8, true),
            column(say.plain("sla.share"), 2.2, false),
            column(say.plain("sla.mean"), 1.7, false),
            column(say.with("sla.percentile", &percentile), 1.0, true),
            column(say.plain("verdict"), 1.8, false),
        ],
        rows: ["raw", "adjusted"].map(row).into(),
        total: false,
    }
}

/// `hits` is called `met` of a target.
fn share(say: Say, counts: &Value) -> String {
    let mut rate = counts.clone();
    if rate["hits"].is_null() {
        rate["hits"] = counts["met"].clone();
    }
    say.rate(&rate, "none_decided")
}

fn neither(say: Say, target: &Value) -> String {
    let mut says = Vec::new();
    for view in ["raw", "adjusted"] {
        let counts = &target[view];
        let places = [
            ("view", say.plain(&format!("view.{view}"))),
            ("open", say.number(&counts["open"])),
            ("released", say.number(&counts["released"])),
        ];
        says.push(say.with("sla.neither", &places));
    }
    for (key, n) in reservations(target) {
        says.push(say.with(key, &[("n", say.number(&n))]));
    }
    says.join(" ")
}

/// By month, raw above adjusted; months of few clocks have no percentage and stand in the other formats.
fn chart(say: Say, target: &Value) -> Plot {
    let months = list(&target["months"]);
    let newest = &months[months.len().saturating_sub(MONTHS)..];
    let mark = |month: &Value, view: &str| {
        let rate = &month[view];
        (!rate["percent"].is_null()).then(|| Mark {
            label: format!("{} {}", text(month, "month"), say.plain(&format!("view.{view}"))),
            low: axis(&rate["low"]),
            at: axis(&rate["percent"]),
            high: axis(&rate["high"]),
            hollow: view == "raw",
            text: say.rate(rate, "none_decided"),
        })
    };
    let marks = newest
        .iter()
        .flat_map(|month| ["raw", "adjusted"].map(|view| mark(month, view)))
        .flatten();
    let promised = &target["target_percent"];
    Plot {
        axis: percents(),
        rule: (!promised.is_null()).then(|| axis(promised)),
        marks: marks.collect(),
        caption: say.plain("sla.chart"),
    }
}

/// What was taken off, and what was not counted.
fn outside(say: Say, report: &Value, most: usize, blocks: &mut Vec<Block>) {
    blocks.push(Block::Heading(say.plain("sla.outside")));
    let exclusions = list(&report["exclusions"]);
    if exclusions.is_empty() {
        blocks.push(Block::Text(say.plain("sla.no_exclusion")));
    }
    for exclusion in exclusions.iter().take(most) {
        let places = [
            ("cause", say.0.word("cause", text(exclusion, "cause"))),
            ("from", say.0.minute(at(exclusion, "from"))),
            ("to", say.0.minute(at(exclusion, "to"))),
            ("told", text(exclusion, "proposed_by").to_owned()),
            ("approved", text(exclusion, "decided_by").to_owned()),
            ("evidence", text(exclusion, "evidence").to_owned()),
        ];
        blocks.push(Block::Note(say.with("sla.exclusion", &places)));
    }
    let more = exclusions.len().saturating_sub(most);
    if more > 0 {
        blocks.push(Block::Note(
            say.with("sla.more_exclusions", &[("n", more.to_string())]),
        ));
    }
    for key in ["exclusions_undecided", "without_contract"] {
        if report[key] != 0 {
            let places = [("n", say.number(&report[key]))];
            blocks.push(Block::Text(say.with(&format!("sla.{key}"), &places)));
        }
    }
}
