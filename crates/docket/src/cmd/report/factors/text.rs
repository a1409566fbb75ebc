//! The report in the terminal.

use anyhow::Result;
use docket_app::FactorsReport;
use docket_app::figures::factors::{self as fields, command};
use docket_app::figures::shown;
use docket_core::factor::Subject;
use docket_core::factor::catalogue::NOT_RECORDED;
use docket_core::stats::{
    AFTER_DEFINITION, AMOUNT_DEFINITION, Beside, DISCLAIMER, FACTOR_DEFINITION, FactorTable, Fix, Level,
};
use docket_core::words::readable;
use serde_json::Value;

use crate::output::{Table, line};
use crate::text::absolute;

pub fn print(report: &FactorsReport, strata: bool) -> Result<()> {
    head(report)?;
    if report.report.total.rate().n() == 0 {
        line("Nothing is decided in this period, so there is nothing to compare.\n")?;
    } else {
        fix_first(report)?;
        for table in &report.report.factors {
            factor(table, strata)?;
        }
        untold(report)?;
        model(&fields::model(&report.model))?;
        after(report)?;
        line(format!(
            "The cases behind a level: {} --cases FACTOR=LEVEL\n",
            command(report.client.as_ref(), report.period)
        ))?;
    }
    line(DISCLAIMER)?;
    line(FACTOR_DEFINITION)
}

fn head(report: &FactorsReport) -> Result<()> {
    let who = report.client.as_ref().map_or("all clients", |c| &c.name);
    let total = &report.report.total;
    line(format!(
        "Factors associated with the results of {who}, disputes opened {} to {} (without the last day)",
        report.period.from.date_naive(),
        report.period.to.date_naive()
    ))?;
    line(format!("as of {}", absolute(report.as_of)))?;
    line(format!(
        "win rate {}; answered with evidence {}",
        total.rate(),
        total.coverage()
    ))?;
    line(format!(
        "{} of {} cases are still open and left out{}",
        total.open,
        total.received,
        if total.immature() {
            ": more than 10 %, so that slow cases look rare; do not compare this period with another"
        } else {
            ""
        }
    ))?;
    if let Some(day) = report.mature_to {
        line(format!(
            "Quickly decided cases differ from slow ones: what follows may turn out otherwise. Days before {day} are mature: --to {day}"
        ))?;
    }
    if report.client.is_none() {
        line(
            "Clients are pooled: a level that one client has more often carries that client's other habits too. Look at each client before you act.",
        )?;
    }
    line("")
}

/// What could not be looked at, so that silence is not taken for no association.
fn untold(report: &FactorsReport) -> Result<()> {
    let untold: Vec<String> = report.report.untold.iter().map(Subject::name).collect();
    if !untold.is_empty() {
        line(format!(
            "Nothing is recorded of these decided cases about: {}.",
            untold.join(", ")
        ))?;
    }
    if !report.report.settings_told() {
        line(
            "No item of a settings checklist was answered before these disputes opened; see `docket connection settings`.",
        )?;
    }
    line("")
}

fn fix_first(report: &FactorsReport) -> Result<()> {
    let first = &report.report.first;
    line("WHAT TO FIX FIRST")?;
    if first.list.is_empty() {
        line("No level is won less often than its reference beyond chance.")?;
    }
    let command = command(report.client.as_ref(), report.period);
    let mut currency = None;
    for fix in first.list.iter().take(shown::FIXES) {
        if currency.replace(fix.lost.currency) != Some(fix.lost.currency) {
            line(fix.lost.currency.code())?;
        }
        fix_line(fix, &command)?;
    }
    let more = first.list.len().saturating_sub(shown::FIXES);
    if more > 0 {
        line(format!(
            "And {more} more lines; `--format csv` and `--format json` have all of them."
        ))?;
    }
    if first.unproven > 0 {
        line(format!(
            "{} further level(s) lie below their reference, but not beyond chance: see below.",
            first.unproven
        ))?;
    }
    if !first.list.is_empty() {
        line(AMOUNT_DEFINITION)?;
    }
    line("")
}

fn fix_line(fix: &Fix, command: &str) -> Result<()> {
    let value = fields::fix(fix);
    line(format!(
        "  {}: {}: {} ({} to {}) of {} in decided cases is associated with it; {} was lost in such cases",
        fix.subject.name(),
        readable(&fix.level),
        fix.associated,
        fix.at_least,
        fix.at_most,
        fix.decided,
        fix.lost
    ))?;
    line(format!("    won {}; {}", fix.rate, points(&value["difference"])))?;
    line(format!("    {}", fix.subject.advice()))?;
    line(format!("    {command} --cases {}={}", fix.subject, fix.level))
}

/// `-24.4 points (-36.9 to -10.7)`.
fn points(value: &Value) -> String {
    format!(
        "{} points ({} to {})",
        value["points"], value["low"], value["high"]
    )
}

fn factor(table: &FactorTable, strata: bool) -> Result<()> {
    let subject = &table.subject;
    let name = subject.name();
    if table.levels.iter().all(|level| level.name == NOT_RECORDED) {
        line(format!(
            "{name}: nothing was recorded up to the opening of any decided case\n"
        ))?;
        return Ok(());
    }
    let looks = if subject.pre_named() {
        "named before"
    } else {
        "not named before"
    };
    let reference = table.reference.as_deref().map_or_else(
        || "no decided case at the level to compare with".to_owned(),
        |reference| format!("beside {}", readable(reference)),
    );
    line(format!("{name} ({looks}; {reference})"))?;
    let shown = shown::levels(table);
    let names = shown.iter().map(|level| readable(&level.name).chars().count());
    let width = names.max().unwrap_or(0);
    for level in &shown {
        let (name, rate) = (readable(&level.name), level.rate);
        line(format!(
            "  {name:width$}  {rate}  --cases {subject}={}",
            level.name
        ))?;
        line(format!(
            "  {:width$}  {}",
            "",
            beside(&fields::beside(&level.beside))
        ))?;
        if strata && level.beside != Beside::Reference {
            within(level)?;
        }
    }
    let more = table.levels.len() - shown.len();
    if more > 0 {
        line(format!(
            "  and {more} more levels with fewer decided cases; `--format csv` and `--format json` have all of them"
        ))?;
    }
    if table.levels.len() == 1 {
        line("  one level only: there is nothing to compare")?;
    }
    line("")
}

/// What came after the opening, as counts.
fn after(report: &FactorsReport) -> Result<()> {
    if report.report.after.is_empty() {
        return Ok(());
    }
    line("AFTER THE OPENING")?;
    line(AFTER_DEFINITION)?;
    for table in &report.report.after {
        let subject = &table.subject;
        line(subject.name())?;
        let names = table.levels.iter().map(|level| readable(&level.name));
        let width = names.map(|name| name.chars().count()).max().unwrap_or(0);
        for level in &table.levels {
            let (name, rate) = (readable(&level.name), level.rate);
            line(format!(
                "  {name:width$}  {rate}  --cases {subject}={}",
                level.name
            ))?;
        }
    }
    line("")
}

/// All factors at once.
fn model(value: &Value) -> Result<()> {
    line("ALL FACTORS AT ONCE")?;
    match value["state"].as_str() {
        Some("fitted") => fitted(value)?,
        Some("too_few") => line(format!(
            "  not fitted: {} coefficients need {} cases of the rarer result, there are {}",
            value["coefficients"], value["needed"], value["has"]
        ))?,
        Some("unsettled") => line("  not fitted: the numbers do not settle")?,
        _ => line("  not fitted: no factor has two levels with ten decided cases")?,
    }
    line(value["definition"].as_str().unwrap_or_default())?;
    line("")
}

fn fitted(value: &Value) -> Result<()> {
    let rate = &value["win_rate"];
    line(format!(
        "  {} won of {} decided cases; {} coefficients; {} cases left out for rare levels",
        rate["hits"], rate["n"], value["coefficients"], value["left_out"]
    ))?;
    let mut table = Table::new(&["  LEVEL", "BESIDE", "N", "ODDS RATIO", "AVERAGE MARGINAL EFFECT"]);
    for effect in value["effects"].as_array().into_iter().flatten() {
        let (text, odds) = (
            |name: &str| readable(effect[name].as_str().unwrap_or_default()),
            &effect["odds_ratio"],
        );
        table.row(vec![
            format!("  {}: {}", text("factor"), text("level")),
            text("reference"),
            effect["n"].to_string(),
            format!("{} ({} to {})", odds["ratio"], odds["low"], odds["high"]),
            points(&effect["effect"]),
        ]);
    }
    table.print()?;
    let held = &value["held_out"];
    if held.is_null() {
        return line("  held-out cases: too few cases are left to try it on");
    }
    line(format!(
        "  held-out cases from {} on: Brier score {} beside {} of one chance for all; made of {} cases, tried on {}",
        held["from"].as_str().unwrap_or_default(),
        held["brier"],
        held["brier_one_chance"],
        held["trained"],
        held["tested"]
    ))?;
    for group in held["calibration"].as_array().into_iter().flatten() {
        let rate = &group["win_rate"];
        if !rate["percent"].is_null() {
            line(format!(
                "    expected {} %, won {} % ({} of {}; {} to {} %)",
                group["expected"], rate["percent"], rate["hits"], rate["n"], rate["low"], rate["high"]
            ))?;
        }
    }
    Ok(())
}

fn within(level: &Level) -> Result<()> {
    let mut rows = Table::new(&["    STRATUM", "WIN RATE", "REFERENCE", "DIFFERENCE"]);
    for both in level.strata.iter().filter(|(_, both)| both.comparable()) {
        let value = fields::stratum(both, false);
        let difference = match &value["difference"] {
            Value::Null => "too few for a difference".to_owned(),
            found => points(found),
        };
        let fisher = match &value["fisher_p"] {
            Value::Null => String::new(),
            p => format!("; Fisher's p {p}"),
        };
        let ((platform, reason), stratum) = both;
        rows.row(vec![
            format!("    {} · {}", platform.title(), readable(reason)),
            stratum.level.to_string(),
            stratum.reference.to_string(),
            format!("{difference}{fisher}"),
        ]);
    }
    if rows.is_empty() { Ok(()) } else { rows.print() }
}

fn beside(value: &Value) -> String {
    match value["state"].as_str() {
        Some("reference") => "the reference".to_owned(),
        Some("no_reference") => "nothing to compare it with".to_owned(),
        Some("too_few") => format!(
            "needs {} per group to see 20 points, has {} and {} in common strata",
            value["needed_per_group"], value["level_n"], value["reference_n"]
        ),
        Some("compared") => compared(value),
        _ => "not compared".to_owned(),
    }
}

fn compared(value: &Value) -> String {
    let odds = match &value["odds_ratio"] {
        Value::Null => "no odds ratio: one side won or lost throughout".to_owned(),
        odds => format!(
            "odds ratio {} ({} to {})",
            odds["ratio"], odds["low"], odds["high"]
        ),
    };
    let test = if value["test"] == "fisher_exact" {
        " (Fisher)"
    } else {
        ""
    };
    let adjusted = match &value["adjusted_p"] {
        Value::Null => String::new(),
        p => format!(", {p} after Benjamini-Hochberg"),
    };
    let verdict = if value["stands_out"] == true {
        let lower = value["difference"]["points"]
            .as_f64()
            .is_some_and(|points| points < 0.0);
        format!(
            "associated with a {} win rate",
            if lower { "lower" } else { "higher" }
        )
    } else {
        format!(
            "not beyond chance; {} per group would show 20 points",
            value["needed_per_group"]
        )
    };
    let weak = if value["weak"] == true { "; few cases" } else { "" };
    format!(
        "{}; {odds}; p {}{test}{adjusted}; {} beside {} cases in {} strata{weak}: {verdict}",
        points(&value["difference"]),
        value["p"],
        value["level_n"],
        value["reference_n"],
        value["strata"]
    )
}
