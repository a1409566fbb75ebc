//! The model of all factors at once, in the digits of the other formats.

use docket_app::figures::factors as figures;
use docket_core::stats::{MODEL_DEFINITION, Model};
use serde_json::Value;

use crate::show;

/// The model, or what it lacks.
#[derive(Debug)]
pub struct ModelView {
    pub says: String,
    pub effects: Vec<EffectRow>,
    pub held_out: Option<String>,
    pub calibration: Vec<(String, String)>,
    pub definition: &'static str,
}

/// A level, all else equal.
#[derive(Debug)]
pub struct EffectRow {
    pub name: String,
    pub reference: String,
    pub n: String,
    pub odds: String,
    pub effect: String,
}

impl ModelView {
    pub fn of(model: &Model) -> Self {
        let value = figures::model(model);
        let held = &value["held_out"];
        let fitted = value["state"] == "fitted";
        Self {
            says: says(&value),
            effects: list(&value["effects"]).map(EffectRow::of).collect(),
            held_out: fitted.then(|| held_out(held)),
            calibration: list(&held["calibration"]).filter_map(group).collect(),
            definition: MODEL_DEFINITION,
        }
    }
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn says(value: &Value) -> String {
    match value["state"].as_str() {
        Some("fitted") => format!(
            "{} won of {} decided cases; {} coefficients; {} cases left out for rare levels.",
            value["win_rate"]["hits"], value["win_rate"]["n"], value["coefficients"], value["left_out"]
        ),
        Some("too_few") => format!(
            "Not fitted: {} coefficients need {} cases of the rarer result, there are {}.",
            value["coefficients"], value["needed"], value["has"]
        ),
        Some("unsettled") => "Not fitted: the numbers do not settle.".to_owned(),
        _ => "Not fitted: no factor has two levels with ten decided cases.".to_owned(),
    }
}

fn held_out(held: &Value) -> String {
    if held.is_null() {
        return "Held-out cases: too few cases are left to try it on.".to_owned();
    }
    format!(
        "Held-out cases from {} on: Brier score {} beside {} of one chance for all; made of {} cases, tried on {}.",
        held["from"].as_str().unwrap_or_default(),
        held["brier"],
        held["brier_one_chance"],
        held["trained"],
        held["tested"]
    )
}

fn group(group: &Value) -> Option<(String, String)> {
    let rate = &group["win_rate"];
    (!rate["percent"].is_null()).then(|| {
        let won = format!(
            "{} % ({} of {}; {} to {} %)",
            rate["percent"], rate["hits"], rate["n"], rate["low"], rate["high"]
        );
        (format!("{} %", group["expected"]), won)
    })
}

impl EffectRow {
    fn of(effect: &Value) -> Self {
        let text = |name: &str| effect[name].as_str().unwrap_or_default();
        let (odds, points) = (&effect["odds_ratio"], &effect["effect"]);
        Self {
            name: format!("{}: {}", show::title(text("factor")), show::words(text("level"))),
            reference: show::words(text("reference")),
            n: effect["n"].to_string(),
            odds: format!("{} ({} to {})", odds["ratio"], odds["low"], odds["high"]),
            effect: format!(
                "{} points ({} to {})",
                points["points"], points["low"], points["high"]
            ),
        }
    }
}
