//! What is recommended for a case, with its reasons.

use docket_core::recommend::Recommendation;

use crate::show;

/// The box.
#[derive(Debug)]
pub struct Advised {
    pub word: String,
    pub first: Option<String>,
    pub reasons: Vec<String>,
    pub worth: Vec<String>,
    pub gaps: Vec<String>,
}

impl Advised {
    pub fn of(r: &Recommendation) -> Self {
        let worth = r.worth.iter().map(|w| {
            format!(
                "{} leaves {} (between {} and {})",
                show::title(w.action),
                w.expected,
                w.low,
                w.high
            )
        });
        let gaps = r
            .gaps
            .iter()
            .map(|g| format!("{} (weight {})", show::words(g.kind), g.weight));
        Self {
            word: show::title(r.advice),
            first: r.first.clone(),
            reasons: r.reasons.clone(),
            worth: worth.collect(),
            gaps: gaps.collect(),
        }
    }
}
