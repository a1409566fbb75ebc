//! The model of all factors at once, in the digits of the other formats.

use docket_app::figures::factors as figures;
use docket_core::stats::Model;
use serde_json::Value;

use crate::show;
use crate::texts::t;

/// The model, or what it lacks.
#[derive(Debug)]
pub struct ModelView {
    pub says: String,
    pub effects: Vec<EffectRow>,
    pub held_out: Option<String>,
    pub calibration: Vec<(String, String)>,
    pub definition: String,
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
            definition: show::said("model_definition"),
        }
    }
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn says(value: &Value) -> String {
    let part = |name: &'static str| (name, show::number(&value[name]));
    match value["state"].as_str() {
        Some("fitted") => t("factor-fitted")
            .with("won", value["win_rate"]["hits"].to_string())
            .with("n", value["win_rate"]["n"].to_string())
            .with("coefficients", value["coefficients"].to_string())
            .with("left_out", value["left_out"].to_string())
            .plain(),
        Some("too_few") => show::said_with("model.too_few", &["coefficients", "needed", "has"].map(part)),
        Some("unsettled") => show::said("model.unsettled"),
        _ => show::said("model.nothing_to_compare"),
    }
}

fn held_out(held: &Value) -> String {
    if held.is_null() {
        return show::said("model.no_held_out");
    }
    let part = |name: &'static str| {
        let text = held[name].as_str().map(str::to_owned);
        (name, text.unwrap_or_else(|| show::number(&held[name])))
    };
    show::said_with(
        "model.held_out",
        &["from", "brier", "brier_one_chance", "trained", "tested"].map(part),
    )
}

fn group(group: &Value) -> Option<(String, String)> {
    let rate = &group["win_rate"];
    (!rate["percent"].is_null()).then(|| {
        let interval = show::said_with(
            "interval",
            &["low", "high"].map(|name| (name, show::number(&rate[name]))),
        );
        let of = show::of(&rate["hits"], &rate["n"]);
        let won = format!("{} % ({of}; {interval})", show::number(&rate["percent"]));
        (format!("{} %", show::number(&group["expected"])), won)
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
            odds: super::rows::ratio(odds),
            effect: super::rows::points(points),
        }
    }
}
