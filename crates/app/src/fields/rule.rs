//! Rules of clients.

use docket_core::rule::{Rule, Touched, sums};
use serde_json::{Value, json};

use crate::rules::DryRun;

/// A rule, and whether it acts.
pub fn rule(rule: &Rule) -> Value {
    json!(rule)
}

/// What a rule would do now, and what it would have cost.
pub fn tried(dry: &DryRun) -> Value {
    let won: Vec<&Touched> = dry.before.iter().filter(|case| case.won()).collect();
    json!({
        "rule": dry.rule, "now": dry.now, "before": dry.before, "amount_now": sums(dry.now.iter()),
        "amount_before": sums(dry.before.iter()), "won_before": won.len(), "amount_won_before": sums(won.into_iter()),
    })
}
