//! The report in the terminal.

use anyhow::Result;
use docket_app::figures::shown;
use docket_app::figures::win_rate::{self as fields, command};
use docket_app::{GroupBy, WinRateReport};
use docket_core::money::Money;
use docket_core::stats::{DEFINITION, Line, MONEY_DEFINITION, NO_UPLIFT, SHRUNK_DEFINITION};
use docket_core::words::readable;
use serde_json::Value;

use super::beside;
use crate::output::{Table, line};
use crate::text::absolute;

pub fn print(report: &WinRateReport) -> Result<()> {
    head(report)?;
    if report.ledger.total.group.received == 0 {
        let how = if report.wish.closed { "closed" } else { "opened" };
        line(format!(
            "No case was {how} in this period: choose another one with `--from` and `--to`.\n"
        ))?;
        line(DEFINITION)?;
        return Ok(());
    }
    let shown = shown::groups(report);
    let lines: Vec<Value> = shown.iter().map(|group| fields::line(group)).collect();
    let total = fields::line(&report.ledger.total);
    let named: Vec<(String, &Value)> = shown
        .iter()
        .zip(&lines)
        .map(|(group, value)| (name(report, group), value))
        .chain([(total_name(report), &total)])
        .collect();
    left_out(report, shown.len())?;
    rates(report, &named)?;
    counts(report, &named)?;
    funnel(&total)?;
    money(report, &named)?;
    changed(&fields::change(report.change))?;
    beside::print(report)?;
    notes(report)
}

fn total_name(report: &WinRateReport) -> String {
    let mark = if report.ledger.total.group.immature() {
        " (immature)"
    } else {
        ""
    };
    format!("total{mark}")
}

/// What of the groups is not printed.
fn left_out(report: &WinRateReport, shown: usize) -> Result<()> {
    let all = report.ledger.groups.len();
    if shown == all {
        return Ok(());
    }
    let which = match report.wish.by {
        GroupBy::Month => format!("the newest {shown} of {all} months"),
        _ => format!("the {shown} groups with most cases of {all}"),
    };
    line(format!(
        "Here stand {which}; `--format csv` and `--format json` have all of them. The total counts all.\n"
    ))
}

fn head(report: &WinRateReport) -> Result<()> {
    let wish = &report.wish;
    let who = wish.client.as_ref().map_or("all clients", |c| &c.name);
    let how = if wish.closed { "closed" } else { "opened" };
    line(format!(
        "Win rate of {who}, disputes {how} {} to {} (without the last day)",
        wish.period.from.date_naive(),
        wish.period.to.date_naive()
    ))?;
    if wish.closed {
        line(
            "Closed in the period: no cohort. Quick decisions stand in it earlier than slow ones; compare cohorts by opening instead.",
        )?;
    }
    if let Some(currency) = wish.currency {
        line(format!(
            "All amounts in {currency}, each by the rate of the day on which its dispute was opened, or of the last bank day \
             before it (at most 7 days)."
        ))?;
    }
    line(format!("as of {}\n", absolute(report.as_of)))
}

/// Names of people and clients stay as they are.
fn name(report: &WinRateReport, line: &Line) -> String {
    let key = &line.group.key;
    let shown = match report.wish.by {
        GroupBy::Specialist | GroupBy::Client => key.clone(),
        // The number before a band only sorts it.
        GroupBy::Amount => readable(key).replacen(char::is_numeric, "", 1).replace("  ", " "),
        _ => readable(key),
    };
    let mark = if line.group.immature() { " (immature)" } else { "" };
    format!("{shown}{mark}")
}

/// `70.0 % (35 of 50; 56.2 to 80.9 %)`, `7 of 9`, or the words for nothing.
pub(super) fn rate(value: &Value, nothing: &str) -> String {
    let (hits, n) = (&value["hits"], &value["n"]);
    if n == 0 {
        return nothing.to_owned();
    }
    let few = if value["weak"] == true { "; few cases" } else { "" };
    match &value["percent"] {
        Value::Null => format!("{hits} of {n}"),
        percent => format!(
            "{percent} % ({hits} of {n}; {} to {} %{few})",
            value["low"], value["high"]
        ),
    }
}

fn mixed(value: &Value) -> String {
    match value["state"].as_str() {
        Some("immature") => "not compared".to_owned(),
        Some("percent") => {
            let few = if value["weak"] == true { "; few cases" } else { "" };
            let part = if value["covers"] == value["of"] {
                String::new()
            } else {
                format!("; has {} of {} of the mix", value["covers"], value["of"])
            };
            format!(
                "{} % ({} to {} %{few}{part})",
                value["percent"], value["low"], value["high"]
            )
        }
        Some("too_few") => "too few".to_owned(),
        Some(_) => format!("has {} of {} of the mix", value["covers"], value["of"]),
        None => "is the mix".to_owned(),
    }
}

fn shrunk(value: &Value) -> String {
    match &value["percent"] {
        Value::Null => "not shrunk".to_owned(),
        percent => format!("{percent} % ({} to {} %)", value["low"], value["high"]),
    }
}

fn rates(report: &WinRateReport, named: &[(String, &Value)]) -> Result<()> {
    let by = report.wish.by.as_str().to_uppercase();
    let clients = report.wish.by == GroupBy::Client;
    let mut head = vec![
        by.as_str(),
        "WIN RATE",
        "AT FIXED MIX",
        "COVERAGE",
        "ANSWERED IN TIME",
    ];
    head.extend(clients.then_some("SHRUNK TOWARDS ALL"));
    let mut table = Table::new(&head);
    for (name, value) in named {
        let mut row = vec![
            name.clone(),
            rate(&value["win_rate"], "none decided"),
            mixed(&value["at_fixed_mix"]),
            rate(&value["coverage"], "none contestable"),
            rate(&value["on_time"], "no deadline known"),
        ];
        row.extend(clients.then(|| shrunk(&value["shrunk"])));
        table.row(row);
    }
    table.print()?;
    let undated = named
        .last()
        .map_or(&Value::Null, |(_, total)| &total["on_time_undated"]);
    if undated.as_u64().is_some_and(|n| n > 0) {
        line(format!(
            "Of {undated} answered cases the platform's deadline is not known; no share of answers in time counts them."
        ))?;
    }
    if clients {
        line(SHRUNK_DEFINITION)?;
    }
    line("")
}

fn counts(report: &WinRateReport, named: &[(String, &Value)]) -> Result<()> {
    let by = report.wish.by.as_str().to_uppercase();
    let columns = [
        ("RECEIVED", "received"),
        ("OPEN", "open"),
        ("CONTESTED", "contested"),
        ("WON", "won"),
        ("PROTECTED", "won_protected"),
        ("PARTIAL", "partial"),
        ("LOST", "lost"),
        ("UNANSWERED", "lost_no_response"),
    ];
    let mut head = vec![by.as_str()];
    head.extend(columns.iter().map(|(title, _)| *title));
    head.push("NO CONTEST");
    let mut table = Table::new(&head);
    for (name, value) in named {
        let mut row = vec![name.clone()];
        row.extend(columns.iter().map(|(_, field)| value[*field].to_string()));
        row.push(no_contest(value));
        table.row(row);
    }
    table.print()?;
    line("")
}

fn funnel(total: &Value) -> Result<()> {
    let names = ["received", "contestable", "contested", "decided", "won"];
    let mut table = Table::new(&["FROM RECEIVED TO WON", "CASES", "OF THE STEP BEFORE", "--cases"]);
    for (name, step) in names.iter().zip(total["funnel"].as_array().into_iter().flatten()) {
        let share = match &step["of_before"] {
            Value::Null => String::new(),
            found => rate(found, "none"),
        };
        table.row(vec![
            (*name).to_owned(),
            step["cases"].to_string(),
            share,
            step["figure"].as_str().unwrap_or_default().to_owned(),
        ]);
    }
    table.print()?;
    line(
        "decided and won count answered cases here; the win rate counts those lost without a response, too",
    )?;
    line("")
}

/// `4 accepted, 2 withdrawn`.
fn no_contest(value: &Value) -> String {
    let words = value["no_contest"].as_object().into_iter().flatten();
    let mut parts: Vec<String> = words.map(|(word, n)| format!("{n} {}", readable(word))).collect();
    if value["protected_unanswered"] != 0 {
        parts.push(format!(
            "{} protected without evidence",
            value["protected_unanswered"]
        ));
    }
    if value["unknown"] != 0 {
        parts.push(format!("{} of unknown result", value["unknown"]));
    }
    if parts.is_empty() {
        "none".to_owned()
    } else {
        parts.join(", ")
    }
}

fn amount(value: &Value) -> String {
    serde_json::from_value::<Money>(value.clone()).map_or_else(|_| "not known".to_owned(), |m| m.to_string())
}

fn share(value: &Value) -> String {
    let few = if value["weak"] == true { "; few cases" } else { "" };
    let of = format!("{} of {}", amount(&value["part"]), amount(&value["whole"]));
    match &value["percent"] {
        Value::Null if value["cases"] == 0 => "none".to_owned(),
        Value::Null => format!("{of}; n {}", value["cases"]),
        percent => format!(
            "{percent} % ({of}; n {}; {} to {} %{few})",
            value["cases"], value["low"], value["high"]
        ),
    }
}

fn money(report: &WinRateReport, named: &[(String, &Value)]) -> Result<()> {
    let by = report.wish.by.as_str().to_uppercase();
    let mut table = Table::new(&[
        &by,
        "WIN RATE BY AMOUNT",
        "NET RECOVERY",
        "RETAINED",
        "PLATFORM FEES",
        "AGENCY FEES",
        "NET BENEFIT",
    ]);
    for (name, value) in named {
        for one in value["amounts"].as_array().into_iter().flatten() {
            let fees = &one["fees"];
            table.row(vec![
                format!("{name}, {}", one["currency"].as_str().unwrap_or_default()),
                share(&one["win_rate"]),
                share(&one["net_recovery"]),
                share(&one["retained"]),
                amount(&fees["platform"]),
                amount(&fees["agency"]),
                amount(&one["net_benefit"]),
            ]);
        }
    }
    table.print()?;
    let total = named.last().and_then(|(_, total)| total["amounts"].as_array());
    let counts = |field: &str| {
        let some = total.into_iter().flatten().filter(|one| one[field] != 0);
        let each = some.map(|one| format!("{} {}", one[field], one["currency"].as_str().unwrap_or_default()));
        each.collect::<Vec<_>>().join(", ")
    };
    let (fees, partial) = (counts("fees_unknown"), counts("partial_unknown"));
    if !fees.is_empty() {
        line(format!(
            "What the platform or the agency charges is not known for some cases ({fees}), so no fees and no net benefit are \
             shown in these currencies; docket fee set --connection ID --kind platform|agency --amount A --currency C --from DATE \
             (0 where nothing is charged)"
        ))?;
    }
    for one in total.into_iter().flatten() {
        for fees in one["fees_elsewhere"].as_array().into_iter().flatten() {
            line(format!(
                "The cases in {} are charged {}, in another currency, so no net benefit is shown for them; --currency shows it.",
                one["currency"].as_str().unwrap_or_default(),
                amount(fees)
            ))?;
        }
    }
    if !partial.is_empty() {
        line(format!(
            "Partial wins of which the platform does not tell what was kept count with nothing retained: {partial}"
        ))?;
    }
    line("")
}

fn changed(value: &Value) -> Result<()> {
    line("WHAT CHANGED")?;
    let day = |field: &str| {
        value[field]
            .as_str()
            .unwrap_or_default()
            .chars()
            .take(10)
            .collect::<String>()
    };
    let points = |value: &Value| {
        format!(
            "{} points ({} to {})",
            value["points"], value["low"], value["high"]
        )
    };
    let before = || {
        format!(
            "  before, {} to {}: {}; now: {}",
            day("from"),
            day("to"),
            rate(&value["before"], "none decided"),
            rate(&value["after"], "none decided")
        )
    };
    match value["state"].as_str() {
        Some("parts") => {
            line(before())?;
            line(format!("  difference: {}", points(&value["total"])))?;
            line(format!(
                "  of that, other platforms and reasons: {}",
                points(&value["mix"])
            ))?;
            line(match value["rates"] {
                Value::Null => {
                    "  no platform and reason is common to the two periods: nothing can be said of rates"
                        .to_owned()
                }
                _ => format!(
                    "  of that, rates of the same platform and reason: {}; both periods have such cases: {} of {} decided before, \
                     {} of {} now",
                    points(&value["rates"]),
                    value["common"]["before"],
                    value["before"]["n"],
                    value["common"]["after"],
                    value["after"]["n"]
                ),
            })?;
        }
        Some("too_few") => {
            line(before())?;
            line("  too few decided cases to say more")?;
        }
        Some("immature") => line(format!(
            "  not compared: more than 10 % of the cases of one of the two periods are still open ({} of {} now, {} of {} before); \
             a period that ended earlier can be compared",
            value["open"], value["received"], value["open_before"], value["received_before"]
        ))?,
        _ => line("  nothing was decided in the period before")?,
    }
    line("")
}

fn notes(report: &WinRateReport) -> Result<()> {
    line(format!(
        "The cases behind a figure: {} --cases FIGURE=GROUP (or FIGURE alone), such as won, decided, open, accepted, in_time",
        command(&report.wish)
    ))?;
    line(
        "Immature: more than 10 % of the cases are still open; do not compare. Below 10 decided cases only counts are shown.",
    )?;
    if report.wish.by == GroupBy::Specialist {
        line(
            "In the order of names, no ranking: hard cases go to the best people. Only rates at the fixed mix may be compared.",
        )?;
    }
    if report.ledger.total.group.unknown > 0 {
        line(format!(
            "{} case(s) with a result unknown to this version are left out; docket case list --attention unknown_outcome",
            report.ledger.total.group.unknown
        ))?;
    }
    if matches!(report.wish.by, GroupBy::Country | GroupBy::Product) {
        line("As known when the dispute opened; unknown where no order and no file tells it.")?;
    }
    line(format!("Rates are associations, not causes. {NO_UPLIFT}\n"))?;
    line(DEFINITION)?;
    line(MONEY_DEFINITION)
}
