//! The report as CSV: a row for each group, then a row for each of its currencies; the whole comes last, behind it the strata
//! (platforms and reasons crossed) and the client's accounts, whose health is no part of it.

use serde_json::{Value, json};

use crate::WinRateReport;
use crate::figures::{cell, push};

const COUNTS: [&str; 9] = [
    "received",
    "open",
    "contested",
    "won",
    "won_protected",
    "protected_unanswered",
    "partial",
    "lost",
    "lost_no_response",
];
const NO_CONTEST: [&str; 7] = [
    "accepted",
    "settled",
    "withdrawn",
    "lapsed",
    "prevented",
    "not_contestable",
    "superseded",
];
/// Steps of the funnel; received stands among the counts.
const STEPS: [&str; 4] = ["contestable", "covered", "covered_decided", "covered_won"];
const RATES: [&str; 3] = ["win_rate", "coverage", "on_time"];
const RATE: [&str; 5] = ["hits", "n", "percent", "low", "high"];
const MIX: [&str; 5] = ["percent", "low", "high", "covers", "of"];
const SHRUNK: [&str; 4] = ["percent", "low", "high", "others"];
const AMOUNTS: [&str; 3] = ["win_rate", "net_recovery", "retained"];
const AMOUNT: [&str; 3] = ["percent", "low", "high"];

/// Columns of an account's health, and where the figure stands.
const HEALTH: [(&str, &str); 9] = [
    ("connection", "/connection"),
    ("platform", "/platform"),
    ("claims", "/claims"),
    ("claimed_minor", "/claimed/minor"),
    ("sales", "/sales"),
    ("sold_minor", "/sold/minor"),
    ("percent_by_amount", "/percent_by_amount"),
    ("percent_by_count", "/percent_by_count"),
    ("above_limit", "/above_limit"),
];

/// Columns of a stratum: its row has the win rate of one platform's cases of one reason.
const STRATUM: [&str; 2] = ["stratum_platform", "stratum_reason"];

/// The report as CSV.
pub fn csv(report: &WinRateReport) -> String {
    let mut head = vec!["group".to_owned(), "currency".to_owned()];
    let names = |list: &[&str]| list.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    head.extend(names(&COUNTS));
    head.extend(names(&NO_CONTEST));
    head.extend(names(&["unknown", "immature"]));
    head.extend(names(&STEPS));
    let rates = head.len();
    for rate in RATES {
        head.extend(RATE.map(|part| format!("{rate}_{part}")));
    }
    head.extend(MIX.map(|part| format!("fixed_mix_{part}")));
    head.extend(SHRUNK.map(|part| format!("shrunk_{part}")));
    for amount in AMOUNTS {
        head.extend(["part_minor", "whole_minor", "cases"].map(|part| format!("amount_{amount}_{part}")));
        head.extend(AMOUNT.map(|part| format!("amount_{amount}_{part}")));
    }
    head.extend(names(&[
        "partial_unknown",
        "platform_fees_minor",
        "agency_fees_minor",
        "fees_unknown",
        "net_benefit_minor",
    ]));
    head.extend(HEALTH.map(|(name, _)| format!("account_{name}")));
    let without = head.len();
    head.extend(names(&STRATUM));
    let columns = head.len();
    head.extend(names(&[
        "client",
        "from",
        "to",
        "cohort",
        "converted_to",
        "as_of",
    ]));
    let wish = &report.wish;
    let about = [
        json!(wish.client.as_ref().map(|client| &client.name)),
        json!(wish.period.from.date_naive()),
        json!(wish.period.to.date_naive()),
        json!(if wish.closed { "closed" } else { "opened" }),
        json!(wish.currency),
        json!(report.as_of),
    ]
    .map(|value| cell(&value));
    let mut out = String::new();
    push(&mut out, &head);
    // Every row says of what it is: rows are sorted, filtered and joined with those of other files.
    let mut push = |mut row: Vec<String>| {
        row.resize(columns, String::new());
        row.extend(about.iter().cloned());
        push(&mut out, &row);
    };
    let mut total = report.ledger.total.clone();
    "total".clone_into(&mut total.group.key);
    for group in report.ledger.groups.iter().chain([&total]) {
        let value = super::line(group);
        push(counts(&value));
        for amounts in value["amounts"].as_array().into_iter().flatten() {
            push(money(&value, amounts, without - HEALTH.len()));
        }
    }
    for (platform, reason, win_rate) in super::strata(report) {
        let mut row = vec!["stratum".to_owned()];
        row.resize(rates, String::new());
        row.extend(RATE.map(|part| cell(&win_rate[part])));
        row.resize(columns - STRATUM.len(), String::new());
        row.extend([platform.to_string(), reason.to_string()]);
        push(row);
    }
    for account in &report.health {
        let value = super::health(account);
        let tail = HEALTH.map(|(_, path)| value.pointer(path).map(cell).unwrap_or_default());
        let mut row = vec!["account".to_owned(), cell(&value["currency"])];
        row.resize(without - tail.len(), String::new());
        row.extend(tail);
        push(row);
    }
    out
}

fn counts(value: &Value) -> Vec<String> {
    let mut row = vec![cell(&value["key"]), String::new()];
    row.extend(COUNTS.map(|name| cell(&value[name])));
    row.extend(NO_CONTEST.map(|name| value["no_contest"][name].as_u64().unwrap_or(0).to_string()));
    row.extend(["unknown", "immature"].map(|name| cell(&value[name])));
    row.extend((1..=STEPS.len()).map(|step| cell(&value["funnel"][step]["cases"])));
    for rate in RATES {
        row.extend(RATE.map(|part| cell(&value[rate][part])));
    }
    row.extend(MIX.map(|part| cell(&value["at_fixed_mix"][part])));
    row.extend(SHRUNK.map(|part| cell(&value["shrunk"][part])));
    row
}

fn money(value: &Value, amounts: &Value, columns: usize) -> Vec<String> {
    let mut tail = Vec::new();
    for amount in AMOUNTS {
        let rate = &amounts[amount];
        tail.extend([&rate["part"]["minor"], &rate["whole"]["minor"], &rate["cases"]].map(cell));
        tail.extend(AMOUNT.map(|part| cell(&rate[part])));
    }
    let fees = &amounts["fees"];
    tail.push(cell(&amounts["partial_unknown"]));
    tail.extend([&fees["platform"]["minor"], &fees["agency"]["minor"]].map(cell));
    tail.extend([&amounts["fees_unknown"], &amounts["net_benefit"]["minor"]].map(cell));
    let mut row = vec![cell(&value["key"]), cell(&amounts["currency"])];
    row.resize(columns - tail.len(), String::new());
    row.extend(tail);
    row
}
