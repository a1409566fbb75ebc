//! The report as CSV: a row for each group, then a row for each of its currencies; the whole comes last, with what changed since the
//! period before, behind it the strata (platforms and reasons crossed) and the client's accounts, whose health is no part of it.

use docket_core::money::Money;
use serde_json::{Value, json};

use crate::figures::{cell, push};
use crate::{Changed, WinRateReport};

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
/// Where `immature` stands: behind the group, the currency, the counts and `unknown`.
const IMMATURE: usize = 2 + COUNTS.len() + NO_CONTEST.len() + 1;
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

/// Columns of what changed since the period before, and where the figure stands.
const CHANGE: [(&str, &str); 15] = [
    ("change_state", "/state"),
    ("before_hits", "/before/hits"),
    ("before_n", "/before/n"),
    ("before_percent", "/before/percent"),
    ("change_points", "/total/points"),
    ("change_low", "/total/low"),
    ("change_high", "/total/high"),
    ("change_mix_points", "/mix/points"),
    ("change_mix_low", "/mix/low"),
    ("change_mix_high", "/mix/high"),
    ("change_common_before", "/common/before"),
    ("change_common_after", "/common/after"),
    ("change_rates_points", "/rates/points"),
    ("change_rates_low", "/rates/low"),
    ("change_rates_high", "/rates/high"),
];

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
    head.push("on_time_undated".to_owned());
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
        "fees_elsewhere",
        "net_benefit_minor",
    ]));
    head.extend(HEALTH.map(|(name, _)| format!("account_{name}")));
    let without = head.len();
    head.extend(names(&STRATUM));
    let strata = head.len();
    head.extend(names(&["before_from", "before_to"]));
    head.extend(CHANGE.map(|(name, _)| name.to_owned()));
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
    let groups = report.ledger.groups.iter().map(|group| (group, false));
    for (group, whole) in groups.chain([(&total, true)]) {
        let value = super::line(group);
        let mut row = counts(&value);
        if whole {
            row.resize(strata, String::new());
            row.extend(change(report));
        }
        push(row);
        for amounts in value["amounts"].as_array().into_iter().flatten() {
            push(money(&value, amounts, without - HEALTH.len()));
        }
    }
    for (platform, reason, win_rate) in super::strata(report) {
        let mut row = vec!["stratum".to_owned()];
        row.resize(rates, String::new());
        row.extend(RATE.map(|part| cell(&win_rate[part])));
        row.resize(strata - STRATUM.len(), String::new());
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

/// What changed, with the days of the period before.
fn change(report: &WinRateReport) -> impl Iterator<Item = String> {
    let days = match report.change {
        Changed::Since(before, _) => [before.from, before.to].map(|at| at.date_naive().to_string()),
        Changed::NoneBefore | Changed::Immature { .. } => [String::new(), String::new()],
    };
    let value = super::change(report.change);
    let figures = CHANGE.map(|(_, path)| value.pointer(path).map(cell).unwrap_or_default());
    days.into_iter().chain(figures)
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
    row.push(cell(&value["on_time_undated"]));
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
    tail.push(cell(&amounts["fees_unknown"]));
    let elsewhere = amounts["fees_elsewhere"].as_array().into_iter().flatten();
    let elsewhere = elsewhere.filter_map(|fees| serde_json::from_value::<Money>(fees.clone()).ok());
    tail.push(
        elsewhere
            .map(|fees| fees.to_string())
            .collect::<Vec<_>>()
            .join("; "),
    );
    tail.push(cell(&amounts["net_benefit"]["minor"]));
    let mut row = vec![cell(&value["key"]), cell(&amounts["currency"])];
    row.resize(IMMATURE, String::new());
    row.push(cell(&value["immature"]));
    row.resize(columns - tail.len(), String::new());
    row.extend(tail);
    row
}
