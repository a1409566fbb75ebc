//! What is recommended for a case, with its reasons.

use docket_core::recommend::Recommendation;
use docket_core::words::ActionKind;

use crate::say::{say, say_all};
use crate::show;
use crate::texts::t;

/// The box.
#[derive(Debug)]
pub struct Advised {
    pub word: String,
    pub first: Option<String>,
    pub reasons: Vec<String>,
    pub worth: Vec<String>,
    pub gaps: Vec<String>,
    /// The client's rule that forbids to contest it.
    pub never: Option<String>,
}

impl Advised {
    pub fn of(r: &Recommendation) -> Self {
        let worth = r.worth.iter().map(|w| {
            let says = if w.action == ActionKind::Offer {
                "case-worth-offer"
            } else {
                "case-worth"
            };
            t(says)
                .with("action", show::title(w.action))
                .with("expected", show::money(w.expected))
                .with("low", show::money(w.low))
                .with("high", show::money(w.high))
                .plain()
        });
        let gaps = r.gaps.iter().map(|g| {
            let gap = t("case-gap").with("what", show::words(g.kind));
            gap.with("n", i64::from(g.weight)).plain()
        });
        Self {
            word: show::title(r.advice),
            first: r.first.as_ref().map(say),
            reasons: say_all(&r.reasons),
            worth: worth.collect(),
            gaps: gaps.collect(),
            never: r.never.clone(),
        }
    }
}
