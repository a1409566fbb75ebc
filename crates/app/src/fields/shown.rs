//! Figures of reports as JSON values, rounded once.

use docket_core::stats::{Interval, Points, Rate, Shown};
use serde_json::{Value, json};

/// One decimal, as text shows it.
pub fn tenths(number: f64) -> f64 {
    // Adding nothing takes the sign off a zero.
    format!("{number:.1}").parse::<f64>().unwrap_or(number) + 0.0
}

pub fn rate(rate: Rate) -> Value {
    match rate.shown() {
        Shown::Nothing | Shown::Counts { .. } => {
            json!({ "hits": rate.hits(), "n": rate.n(), "percent": null, "low": null, "high": null, "weak": true })
        }
        Shown::Percent {
            hits,
            n,
            percent,
            interval,
            weak,
        } => json!({
            "hits": hits, "n": n, "percent": tenths(percent), "low": tenths(interval.low),
            "high": tenths(interval.high), "weak": weak,
        }),
    }
}

pub fn points(points: Points) -> Value {
    let Interval { low, high } = points.interval;
    json!({ "points": tenths(points.value), "low": tenths(low), "high": tenths(high) })
}
