//! The report's tables, in the digits of the other formats.

use docket_app::FactorCase;
use docket_app::figures::factors as figures;
use docket_core::factor::Subject;
use docket_core::factor::catalogue::NOT_RECORDED;
use docket_core::stats::{Beside, FactorReport, FactorTable, Level};
use serde_json::Value;

use crate::pages::win_rate::RateCell;
use crate::query::FactorQuery;
use crate::show;
use crate::urls;

/// A line of what to fix first.
#[derive(Debug)]
pub struct FixRow {
    pub what: String,
    pub url: String,
    pub associated: String,
    pub lost: String,
    pub rate: RateCell,
    pub difference: String,
    pub advice: &'static str,
}

/// A factor's table.
#[derive(Debug)]
pub struct FactorRows {
    pub name: String,
    pub id: String,
    /// Whether it was named before, and what its levels are compared with.
    pub says: String,
    /// Nothing was recorded of it.
    pub nothing: bool,
    pub levels: Vec<LevelRow>,
}

/// A level.
#[derive(Debug)]
pub struct LevelRow {
    pub name: String,
    pub url: String,
    pub rate: RateCell,
    pub difference: String,
    pub odds: String,
    pub p: String,
    pub verdict: String,
    pub stands_out: bool,
}

/// A case behind a level.
#[derive(Debug)]
pub struct CaseRow {
    pub dispute: String,
    pub url: String,
    pub platform: String,
    pub reason: String,
    pub amount: String,
    pub outcome: String,
    pub counts: &'static str,
}

impl CaseRow {
    pub fn of(case: &FactorCase) -> Self {
        Self {
            dispute: case.dispute.clone(),
            url: urls::case(case.id),
            platform: show::title(&case.platform),
            reason: show::words(&case.reason),
            amount: case.amount.to_string(),
            outcome: show::words(&case.outcome),
            counts: if case.won { "won" } else { "not won" },
        }
    }
}

fn points(value: &Value) -> String {
    format!(
        "{} points ({} to {})",
        value["points"], value["low"], value["high"]
    )
}

fn link(query: &FactorQuery, subject: &Subject, level: &str) -> String {
    urls::factors(&FactorQuery {
        factor: Some(subject.clone()),
        level: Some(level.to_owned()),
        ..query.clone()
    })
}

pub fn fixes(report: &FactorReport, query: &FactorQuery) -> Vec<FixRow> {
    let row = |fix: &docket_core::stats::Fix| {
        let value = figures::fix(fix);
        FixRow {
            what: format!("{}: {}", show::title(fix.subject.name()), show::words(&fix.level)),
            url: link(query, &fix.subject, &fix.level),
            associated: format!("{} ({} to {})", fix.associated, fix.at_least, fix.at_most),
            lost: fix.lost.to_string(),
            rate: RateCell::of(fix.rate, "none decided"),
            difference: points(&value["difference"]),
            advice: fix.subject.advice(),
        }
    };
    report.first.list.iter().map(row).collect()
}

pub fn tables(report: &FactorReport, query: &FactorQuery) -> Vec<FactorRows> {
    let row = |table: &FactorTable| {
        let looks = if table.subject.pre_named() {
            "Named before the report was made"
        } else {
            "Not named before"
        };
        let reference = table.reference.as_deref().map_or_else(
            || "no decided case at the level to compare with".to_owned(),
            |reference| format!("levels are compared with “{}”", show::words(reference)),
        );
        FactorRows {
            name: show::title(table.subject.name()),
            id: table.subject.to_string(),
            says: format!("{looks}; {reference}."),
            nothing: table.levels.iter().all(|level| level.name == NOT_RECORDED),
            levels: table
                .levels
                .iter()
                .map(|level| LevelRow::of(level, link(query, &table.subject, &level.name)))
                .collect(),
        }
    };
    report.factors.iter().map(row).collect()
}

impl LevelRow {
    fn of(level: &Level, url: String) -> Self {
        let value = figures::beside(&level.beside);
        let compared = matches!(level.beside, Beside::Compared { .. });
        let odds = match &value["odds_ratio"] {
            _ if !compared => String::new(),
            Value::Null => "none: one side won or lost throughout".to_owned(),
            odds => format!("{} ({} to {})", odds["ratio"], odds["low"], odds["high"]),
        };
        Self {
            name: show::words(&level.name),
            url,
            rate: RateCell::of(level.rate, "none decided"),
            difference: if compared {
                points(&value["difference"])
            } else {
                String::new()
            },
            odds,
            p: p(&value),
            verdict: verdict(&level.beside, &value),
            stands_out: value["stands_out"] == true,
        }
    }
}

fn p(value: &Value) -> String {
    if value["p"].is_null() {
        return String::new();
    }
    let test = if value["test"] == "fisher_exact" {
        " (Fisher)"
    } else {
        ""
    };
    match &value["adjusted_p"] {
        Value::Null => format!("{}{test}", value["p"]),
        adjusted => format!("{}{test}; {adjusted} after Benjamini-Hochberg", value["p"]),
    }
}

fn verdict(beside: &Beside, value: &Value) -> String {
    match beside {
        Beside::Reference => "the reference".to_owned(),
        Beside::NoReference => "nothing to compare it with".to_owned(),
        Beside::NotCompared => "not compared".to_owned(),
        Beside::TooFew { .. } => format!(
            "too few: needs {} per group to see 20 points, has {} and {} in common strata",
            value["needed_per_group"], value["level_n"], value["reference_n"]
        ),
        Beside::Compared {
            found, stands_out, ..
        } => {
            let n = format!(
                "{} beside {} cases in {} strata{}",
                value["level_n"],
                value["reference_n"],
                value["strata"],
                if found.weak() { "; few cases" } else { "" }
            );
            if *stands_out {
                let way = if found.difference().value < 0.0 {
                    "lower"
                } else {
                    "higher"
                };
                format!("associated with a {way} win rate; {n}")
            } else {
                format!(
                    "not beyond chance; {n}; {} per group would show 20 points",
                    value["needed_per_group"]
                )
            }
        }
    }
}
