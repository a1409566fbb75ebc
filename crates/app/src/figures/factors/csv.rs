//! The report as CSV: a row for each level over all strata (`platform` and `reason` empty) and for each stratum; then a row for
//! each line of what to fix first, and for each level of what came after the opening.

use docket_core::money::Money;
use docket_core::stats::Beside;
use serde_json::{Value, json};

use crate::FactorsReport;

const HEAD: &str = "row,factor,pre_named,reference,level,platform,reason,won,decided,percent,low,high,state,level_n,\
reference_won,reference_n,difference,difference_low,difference_high,odds_ratio,odds_low,odds_high,p,test,adjusted_p,stands_out,\
needed_per_group,currency,lost_minor,compared_minor,associated_minor,associated_low_minor,associated_high_minor,\
expected_percent,brier,brier_one_chance";

/// A cell by its path; nothing where there is no figure.
fn cell(value: &Value, path: &str) -> String {
    match value.pointer(path) {
        None | Some(Value::Null) => String::new(),
        // Words of our own: none needs quotes.
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

fn row(out: &mut String, value: &Value) {
    const PATHS: [&str; 36] = [
        "/row",
        "/factor",
        "/pre_named",
        "/reference_level",
        "/level",
        "/platform",
        "/reason",
        "/win_rate/hits",
        "/win_rate/n",
        "/win_rate/percent",
        "/win_rate/low",
        "/win_rate/high",
        "/beside/state",
        "/beside/level_n",
        "/reference/hits",
        "/beside/reference_n",
        "/difference/points",
        "/difference/low",
        "/difference/high",
        "/beside/odds_ratio/ratio",
        "/beside/odds_ratio/low",
        "/beside/odds_ratio/high",
        "/beside/p",
        "/beside/test",
        "/beside/adjusted_p",
        "/beside/stands_out",
        "/beside/needed_per_group",
        "/currency",
        "/lost/minor",
        "/decided/minor",
        "/associated/minor",
        "/associated_low/minor",
        "/associated_high/minor",
        "/expected",
        "/brier",
        "/brier_one_chance",
    ];
    super::super::push(out, &PATHS.map(|path| cell(value, path)));
}

/// The report as CSV.
pub fn csv(report: &FactorsReport) -> String {
    let mut out = format!("{HEAD}\n");
    for table in &report.report.factors {
        for level in &table.levels {
            let mut value = super::level(level);
            let put = |value: &mut Value, kind: &str| {
                value["row"] = json!(kind);
                value["factor"] = json!(table.subject);
                value["pre_named"] = json!(table.subject.pre_named());
                value["reference_level"] = json!(table.reference);
                value["level"] = json!(level.name);
            };
            put(&mut value, "level");
            value["difference"] = value["beside"]["difference"].clone();
            value["lost"] = Value::Null;
            row(&mut out, &value);
            for both in &level.strata {
                let mut value = super::stratum(both, level.beside == Beside::Reference);
                put(&mut value, "stratum");
                value["beside"] = json!({ "p": value["fisher_p"], "reference_n": value["reference"]["n"] });
                value["beside"]["test"] = value["fisher_p"]
                    .as_f64()
                    .map_or(Value::Null, |_| json!("fisher_exact"));
                row(&mut out, &value);
            }
            for lost in &level.lost {
                lost_row(&mut out, &table.subject.to_string(), &level.name, *lost);
            }
        }
    }
    for fix in &report.report.first.list {
        let mut value = super::fix(fix);
        value["row"] = json!("fix_first");
        row(&mut out, &value);
    }
    model(&mut out, &super::model(&report.model));
    for table in &report.report.after {
        for level in &table.levels {
            let mut value = super::after(level);
            value["row"] = json!("after_opening");
            value["factor"] = json!(table.subject);
            row(&mut out, &value);
        }
    }
    about(report, &out)
}

/// Every row says of what it is: rows are sorted, filtered and joined with those of other files.
fn about(report: &FactorsReport, rows: &str) -> String {
    let about = [
        json!(report.client.as_ref().map(|client| &client.name)),
        json!(report.period.from.date_naive()),
        json!(report.period.to.date_naive()),
        json!(report.as_of),
    ]
    .map(|value| super::super::cell(&value));
    let mut all = String::new();
    for (number, row) in rows.lines().enumerate() {
        all.push_str(row);
        all.push(',');
        all.push_str(&if number == 0 {
            "client,from,to,as_of".to_owned()
        } else {
            about.join(",")
        });
        all.push('\n');
    }
    all
}

/// The model's levels, then how it does on months that it had not seen; or a row that says what it lacks.
fn model(out: &mut String, model: &Value) {
    let state = &model["state"];
    if state != "fitted" {
        row(
            out,
            &json!({
                "row": "model",
                "beside": { "state": state, "level_n": model["has"], "needed_per_group": model["needed"] },
            }),
        );
        return;
    }
    for effect in model["effects"].as_array().into_iter().flatten() {
        let mut value = json!({
            "row": "model", "win_rate": { "n": effect["n"] }, "difference": effect["effect"],
            "beside": { "state": state, "odds_ratio": effect["odds_ratio"] },
        });
        for (name, from) in [
            ("factor", "factor"),
            ("level", "level"),
            ("reference_level", "reference"),
        ] {
            value[name] = effect[from].clone();
        }
        row(out, &value);
    }
    let held = &model["held_out"];
    if held.is_null() {
        return;
    }
    let mut value = held.clone();
    value["row"] = json!("held_out");
    value["win_rate"] = json!({ "n": held["tested"] });
    row(out, &value);
    for group in held["calibration"].as_array().into_iter().flatten() {
        let mut value = group.clone();
        value["row"] = json!("calibration");
        row(out, &value);
    }
}

fn lost_row(out: &mut String, factor: &str, level: &str, lost: Money) {
    row(
        out,
        &json!({ "row": "lost", "factor": factor, "level": level, "currency": lost.currency.code(), "lost": lost }),
    );
}
