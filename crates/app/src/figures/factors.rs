//! The factor report's figures.

mod csv;
mod model;

use docket_core::factor::{FactorKind, Subject};
use docket_core::stats::{
    AFTER_DEFINITION, AMOUNT_DEFINITION, AfterLevel, Beside, DISCLAIMER, Estimate, FACTOR_DEFINITION, Fix,
    Interval, Level, Stratum,
};
use docket_core::words::{Platform, Reason};
use serde_json::{Value, json};

pub use self::csv::csv;
pub use self::model::model;

use super::{points, rate};
use crate::error::Result;
use crate::{Client, Desk, FactorLevels, FactorsReport, Period};

/// Up to so many decided cases JSON carries the id of each.
const IDS_UP_TO: u64 = 20_000;

/// Three digits that count: ratios and p.
fn digits(number: f64) -> f64 {
    format!("{number:.2e}").parse().unwrap_or(number)
}

/// A comparison.
pub fn estimate(found: &Estimate) -> Value {
    let odds = found.odds().map(|odds| {
        let Interval { low, high } = odds.interval;
        json!({ "ratio": digits(odds.ratio), "low": digits(low), "high": digits(high) })
    });
    json!({
        "level_n": found.level().n(), "reference_n": found.reference().n(), "strata": found.strata(),
        "difference": points(found.difference()), "odds_ratio": odds, "p": digits(found.p()),
        "test": if found.exact() { "fisher_exact" } else { "cochran_mantel_haenszel" }, "weak": found.weak(),
        "needed_per_group": found.needed(),
    })
}

/// A level beside the reference.
pub fn beside(beside: &Beside) -> Value {
    match beside {
        Beside::Reference => json!({ "state": "reference" }),
        Beside::NoReference => json!({ "state": "no_reference" }),
        Beside::NotCompared => json!({ "state": "not_compared" }),
        Beside::TooFew { has, needed } => {
            json!({ "state": "too_few", "level_n": has.0, "reference_n": has.1, "needed_per_group": needed })
        }
        Beside::Compared {
            found,
            adjusted_p,
            stands_out,
        } => {
            let mut value = estimate(found);
            value["state"] = json!("compared");
            value["adjusted_p"] = json!(adjusted_p.map(digits));
            value["stands_out"] = json!(stands_out);
            value
        }
    }
}

/// `own` is the reference level itself, which is beside nothing.
pub fn stratum(((platform, reason), both): &((Platform, Reason), Stratum), own: bool) -> Value {
    let mut value = json!({
        "platform": platform, "reason": reason, "win_rate": rate(both.level), "reference": null, "difference": null,
        "fisher_p": null,
    });
    if !own {
        value["reference"] = rate(both.reference);
        value["difference"] = json!(both.difference().map(points));
        value["fisher_p"] = json!(both.fisher().map(digits));
    }
    value
}

/// A level with its strata.
pub fn level(level: &Level) -> Value {
    let own = level.beside == Beside::Reference;
    let strata = level.strata.iter().map(|both| stratum(both, own));
    json!({
        "level": level.name, "win_rate": rate(level.rate), "lost": level.lost, "beside": beside(&level.beside),
        "strata": strata.collect::<Vec<_>>(),
    })
}

/// A level of what came after the opening: counts, beside nothing.
pub fn after(level: &AfterLevel) -> Value {
    json!({ "level": level.name, "win_rate": rate(level.rate) })
}

/// The group of the words that a factor's levels have in reports.
pub const fn level_words(subject: &Subject) -> &'static str {
    match subject {
        Subject::Kind(FactorKind::EvidenceBand) => "evidence",
        Subject::Kind(FactorKind::AdjudicationGroup) => "decision",
        Subject::Kind(_) | Subject::Setting(..) => "level",
    }
}

/// A line of what to fix first.
pub fn fix(fix: &Fix) -> Value {
    json!({
        "factor": fix.subject, "level": fix.level, "currency": fix.lost.currency.code(), "win_rate": rate(fix.rate),
        "difference": points(fix.found.difference()), "lost": fix.lost, "decided": fix.decided, "associated": fix.associated,
        "associated_low": fix.at_least, "associated_high": fix.at_most, "advice": fix.subject.advice(),
    })
}

/// The ids of the cases at a level of the factor at a place; null where there are too many cases to carry them.
fn listed(
    cases: Option<&[FactorLevels]>,
    (place, level): (usize, &str),
    wanted: impl Fn(&FactorLevels) -> bool,
) -> Value {
    let at_level = |case: &&FactorLevels| {
        let own = case.levels.get(place).and_then(Option::as_deref);
        own == Some(level) && wanted(case)
    };
    cases.map_or(Value::Null, |cases| {
        cases.iter().filter(at_level).map(|case| json!(case.id)).collect()
    })
}

/// All cases of the cohort.
pub fn total(report: &FactorsReport) -> Value {
    let total = &report.report.total;
    json!({
        "received": total.received, "open": total.open, "immature": total.immature(), "unknown": total.unknown,
        "win_rate": rate(total.rate()), "coverage": rate(total.coverage()), "mature_to": report.mature_to,
    })
}

/// The whole report.
///
/// # Errors
/// When the database fails.
pub async fn all(report: &FactorsReport, desk: &Desk) -> Result<Value> {
    let command = command(report.client.as_ref(), report.period);
    let few = report.report.total.rate().n() <= IDS_UP_TO;
    let cases_of = if few {
        Some(desk.factor_levels(report).await?)
    } else {
        None
    };
    let cases_of = cases_of.as_deref();
    let mut factors = Vec::new();
    let mut first: Vec<Value> = report.report.first.list.iter().map(fix).collect();
    for (place, table) in report.report.factors.iter().enumerate() {
        let subject = &table.subject;
        let cases = |name: &str| format!("{command} --cases {subject}={name}");
        let levels = table.levels.iter().map(|one| {
            let mut value = level(one);
            value["cases"] = json!(cases(&one.name));
            value["case_ids"] = listed(cases_of, (place, &one.name), |_| true);
            value
        });
        factors.push(json!({
            "factor": subject, "group": subject.group(), "pre_named": subject.pre_named(), "reference": table.reference,
            "levels": levels.collect::<Vec<_>>(),
        }));
        for (line, value) in report.report.first.list.iter().zip(&mut first) {
            if line.subject == *subject {
                value["cases"] = json!(cases(&line.level));
                value["case_ids"] = listed(cases_of, (place, &line.level), |case| {
                    !case.won && case.amount.currency == line.lost.currency
                });
            }
        }
    }
    let places = report.report.factors.len()..;
    let tables = report.report.after.iter().zip(places).map(|(table, place)| {
        let subject = &table.subject;
        let levels = table.levels.iter().map(|one| {
            let mut value = after(one);
            value["cases"] = json!(format!("{command} --cases {subject}={}", one.name));
            value["case_ids"] = listed(cases_of, (place, &one.name), |_| true);
            value
        });
        json!({ "factor": subject, "levels": levels.collect::<Vec<_>>() })
    });
    let tables: Vec<Value> = tables.collect();
    Ok(json!({
        "report": "factors", "definition": FACTOR_DEFINITION, "disclaimer": DISCLAIMER,
        "amount_definition": AMOUNT_DEFINITION, "client": report.client.as_ref().map(|c| c.id),
        "client_name": report.client.as_ref().map(|c| &c.name), "from": report.period.from, "to": report.period.to,
        "as_of": report.as_of,
        "total": total(report),
        "not_recorded": report.report.untold, "settings_recorded": report.report.settings_told(),
        "after_opening": { "definition": AFTER_DEFINITION, "factors": tables },
        "factors": factors, "model": model(&report.model), "fix_first": first, "fix_first_unproven": report.report.first.unproven,
    }))
}

/// The command that lists the cases behind a figure; with the client's id, which needs no quotes.
pub fn command(client: Option<&Client>, period: Period) -> String {
    let client = client.map(|c| format!(" --client {}", c.id)).unwrap_or_default();
    let (from, to) = (period.from.date_naive(), period.to.date_naive());
    format!("docket report factors{client} --from {from} --to {to}")
}
