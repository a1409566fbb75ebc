//! Figures of reports as JSON values, rounded once, and as CSV: text, page and PDF show these very values, so that all formats
//! agree to the digit.

pub mod factors;
pub mod lists;
pub mod shown;
pub mod sla;
pub mod win_rate;

use docket_core::stats::{Interval, Points, Rate, Shown};
use serde_json::{Value, json};

/// One decimal, as text shows it.
pub(crate) fn tenths(number: f64) -> f64 {
    // Adding nothing takes the sign off a zero.
    format!("{number:.1}").parse::<f64>().unwrap_or(number) + 0.0
}

/// A share with n and interval; its percent is null where only counts may be shown.
pub(crate) fn rate(rate: Rate) -> Value {
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

/// A difference in percentage points with its interval.
pub(crate) fn points(points: Points) -> Value {
    let Interval { low, high } = points.interval;
    json!({ "points": tenths(points.value), "low": tenths(low), "high": tenths(high) })
}

/// A cell of a CSV. Quoted where it must be, and never a formula: names come from people.
pub fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => {
            let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
            let text = if formula { format!("'{text}") } else { text.clone() };
            if text.contains(['"', ',', '\n', '\r']) {
                format!("\"{}\"", text.replace('"', "\"\""))
            } else {
                text
            }
        }
        other => other.to_string(),
    }
}

/// Adds a line of a CSV.
fn push(out: &mut String, cells: &[String]) {
    out.push_str(&cells.join(","));
    out.push('\n');
}
