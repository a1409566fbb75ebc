//! The figures of the model of all factors at once.

use docket_core::stats::{CalibrationGroup, Effect, Fitted, HeldOut, MODEL_DEFINITION, Model};
use serde_json::{Value, json};

use super::digits;
use crate::figures::{points, rate, tenths};

/// The model, or what it lacks.
pub fn model(model: &Model) -> Value {
    let mut value = match model {
        Model::NothingToCompare => json!({ "state": "nothing_to_compare" }),
        Model::TooFew {
            coefficients,
            has,
            needed,
        } => json!({ "state": "too_few", "coefficients": coefficients, "has": has, "needed": needed }),
        Model::Unsettled => json!({ "state": "unsettled" }),
        Model::Fitted(found) => fitted(found),
    };
    value["definition"] = json!(MODEL_DEFINITION);
    value
}

fn fitted(found: &Fitted) -> Value {
    json!({
        "state": "fitted", "win_rate": rate(found.rate), "left_out": found.left_out, "coefficients": found.coefficients,
        "effects": found.effects.iter().map(effect).collect::<Vec<_>>(),
        "held_out": found.held_out.as_ref().map(held_out),
    })
}

fn effect(found: &Effect) -> Value {
    let odds = &found.odds;
    json!({
        "factor": found.kind, "level": found.level, "reference": found.reference, "n": found.n,
        "odds_ratio": {
            "ratio": digits(odds.ratio), "low": digits(odds.interval.low), "high": digits(odds.interval.high),
        },
        "effect": points(found.effect),
    })
}

fn held_out(found: &HeldOut) -> Value {
    let group = |group: &CalibrationGroup| json!({ "expected": tenths(group.expected), "win_rate": rate(group.rate) });
    json!({
        "from": found.from, "trained": found.trained, "tested": found.tested, "brier": digits(found.brier),
        "brier_one_chance": digits(found.plain), "calibration": found.calibration.iter().map(group).collect::<Vec<_>>(),
    })
}
