//! The report's tables, in the digits of the other formats.

use docket_app::FactorCase;
use docket_app::figures::factors as figures;
use docket_app::figures::shown;
use docket_core::factor::Subject;
use docket_core::factor::catalogue::NOT_RECORDED;
use docket_core::stats::{AfterLevel, AfterTable, Beside, FactorReport, FactorTable, Level};
use serde_json::Value;

use crate::pages::win_rate::RateCell;
use crate::query::FactorQuery;
use crate::show;
use crate::texts::t;
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
    pub advice: String,
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
    /// What of the levels does not stand on the page.
    pub left_out: Option<String>,
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

/// A table of what came after the opening.
#[derive(Debug)]
pub struct AfterRows {
    pub name: String,
    pub id: String,
    pub levels: Vec<AfterRow>,
}

/// A level of it: counts, beside nothing.
#[derive(Debug)]
pub struct AfterRow {
    pub name: String,
    pub url: String,
    pub rate: RateCell,
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
    pub counts: String,
}

impl CaseRow {
    pub fn of(case: &FactorCase) -> Self {
        Self {
            dispute: case.dispute.clone(),
            url: urls::case(case.id),
            platform: show::title(&case.platform),
            reason: show::words(&case.reason),
            amount: show::money(case.amount),
            outcome: show::words(&case.outcome),
            counts: t(if case.won { "factor-won" } else { "factor-not-won" }).plain(),
        }
    }
}

pub fn points(value: &Value) -> String {
    let part = |name: &str| value[name].to_string();
    show::points(&part("points"), &part("low"), &part("high"))
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
            what: format!("{}: {}", show::factor(&fix.subject), show::words(&fix.level)),
            url: link(query, &fix.subject, &fix.level),
            associated: format!(
                "{} ({})",
                show::money(fix.associated),
                show::range(show::money(fix.at_least), show::money(fix.at_most))
            ),
            lost: show::money(fix.lost),
            rate: RateCell::of(fix.rate, "none_decided"),
            difference: points(&value["difference"]),
            advice: show::factor_advice(&fix.subject),
        }
    };
    report.first.list.iter().take(shown::FIXES).map(row).collect()
}

/// What of a list does not stand on the page.
pub fn left_out(shown: usize, all: usize) -> Option<String> {
    let places = [("shown", shown.to_string()), ("all", all.to_string())];
    (shown < all).then(|| show::said_with("left_out_levels", &places))
}

pub fn tables(report: &FactorReport, query: &FactorQuery) -> Vec<FactorRows> {
    let row = |table: &FactorTable| {
        let looks = t(if table.subject.pre_named() {
            "factor-named"
        } else {
            "factor-not-named"
        });
        let reference = match table.reference.as_deref() {
            None => t("factor-no-reference"),
            Some(reference) => t("factor-reference").with("level", show::words(reference)),
        };
        let shown = shown::levels(table);
        FactorRows {
            name: show::factor(&table.subject),
            id: table.subject.to_string(),
            says: format!("{}; {}.", looks.plain(), reference.plain()),
            nothing: table.levels.iter().all(|level| level.name == NOT_RECORDED),
            left_out: left_out(shown.len(), table.levels.len()),
            levels: shown
                .into_iter()
                .map(|level| LevelRow::of(level, link(query, &table.subject, &level.name)))
                .collect(),
        }
    };
    report.factors.iter().map(row).collect()
}

pub fn after(report: &FactorReport, query: &FactorQuery) -> Vec<AfterRows> {
    let row = |table: &AfterTable| {
        let level = |level: &AfterLevel| AfterRow {
            name: show::level(&table.subject, &level.name),
            url: link(query, &table.subject, &level.name),
            rate: RateCell::of(level.rate, "none_decided"),
        };
        AfterRows {
            name: show::factor(&table.subject),
            id: table.subject.to_string(),
            levels: table.levels.iter().map(level).collect(),
        }
    };
    report.after.iter().map(row).collect()
}

impl LevelRow {
    fn of(level: &Level, url: String) -> Self {
        let value = figures::beside(&level.beside);
        let compared = matches!(level.beside, Beside::Compared { .. });
        let odds = match &value["odds_ratio"] {
            _ if !compared => String::new(),
            Value::Null => show::said("no_odds"),
            odds => ratio(odds),
        };
        Self {
            name: show::words(&level.name),
            url,
            rate: RateCell::of(level.rate, "none_decided"),
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

/// `1.8 (1.2 to 2.7)`.
pub fn ratio(odds: &Value) -> String {
    let range = show::range(show::number(&odds["low"]), show::number(&odds["high"]));
    format!("{} ({range})", show::number(&odds["ratio"]))
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
        Value::Null => format!("{}{test}", show::number(&value["p"])),
        adjusted => t("factor-adjusted")
            .with("p", format!("{}{test}", show::number(&value["p"])))
            .with("adjusted", show::number(adjusted))
            .plain(),
    }
}

fn verdict(beside: &Beside, value: &Value) -> String {
    let needed = |key: &str| {
        let part = |name: &'static str| (name, value[name].to_string());
        show::said_with(
            key,
            &["needed_per_group", "level_n", "reference_n", "strata"].map(part),
        )
    };
    match beside {
        Beside::Reference => show::said("beside.reference"),
        Beside::NoReference => show::said("beside.no_reference"),
        Beside::NotCompared => show::said("beside.not_compared"),
        Beside::TooFew { .. } => needed("beside.too_few"),
        Beside::Compared {
            found, stands_out, ..
        } => {
            let few = if found.weak() {
                format!("; {}", show::said("few_cases"))
            } else {
                String::new()
            };
            let n = format!("{}{few}", needed("beside.n"));
            if *stands_out {
                let lower = found.difference().value < 0.0;
                let way = show::said(if lower { "beside.lower" } else { "beside.higher" });
                format!("{way}; {n}")
            } else {
                t("factor-chance")
                    .with("n", n)
                    .with("needed", value["needed_per_group"].to_string())
                    .plain()
            }
        }
    }
}
