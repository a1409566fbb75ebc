//! The table of `soak submit`, and what broke the promise.

use super::{Plan, Run, Side};
use crate::database::Engine;
use crate::platform::Platform;
use crate::table::count;

pub const HEAD: [&str; 15] = [
    "engine",
    "platform",
    "responses",
    "faults",
    "calls",
    "resends",
    "answered once",
    "twice",
    "missing",
    "late",
    "confirmed",
    "webhooks",
    "dropped",
    "doubled",
    "reordered",
];

pub fn row(engine: Engine, platform: Platform, side: &Side) -> Vec<String> {
    let (proof, hook) = (&side.proof, &side.hook);
    let all = |number: usize| count(number as u64);
    vec![
        engine.to_string(),
        platform.to_string(),
        all(proof.responses),
        count(side.counters.faults),
        count(side.counters.act),
        count(proof.resends),
        all(proof.once),
        all(proof.twice.len()),
        all(proof.missing.len()),
        all(proof.late.len()),
        all(proof.confirmed),
        count(hook.delivered),
        count(hook.dropped),
        count(hook.duplicated),
        count(hook.reordered),
    ]
}

impl Run {
    pub(super) fn violations(&self, plan: &Plan) -> Vec<String> {
        let mut found = Vec::new();
        for (platform, side) in &self.sides {
            let broken = side.proof.violations().into_iter();
            found.extend(broken.map(|violation| format!("{platform}: {violation}")));
            // A run without them would prove nothing about them.
            let hook = &side.hook;
            if hook.delivered == 0 || hook.dropped == 0 || hook.duplicated == 0 {
                found.push(format!(
                    "{platform}: webhooks did not go out as planned: {hook:?}"
                ));
            }
        }
        found.extend(self.sick.as_ref().map(|said| format!("docket doctor: {said}")));
        if self.kills < plan.kills {
            found.push(format!(
                "only {} of {} kills fell into the sending",
                self.kills, plan.kills
            ));
        }
        found
    }
}
