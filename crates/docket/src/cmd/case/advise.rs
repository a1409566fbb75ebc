//! What is recommended for a case.

use anyhow::Result;
use docket_core::recommend::{Advice, Recommendation};
use docket_core::words::ActionKind;
use docket_core::words::readable;

use crate::output::line;

pub fn text(r: &Recommendation) -> Result<()> {
    let word = match r.advice {
        Advice::Contest | Advice::Appeal | Advice::Settle | Advice::Accept => readable(r.advice),
        Advice::None => "nothing".to_owned(),
    };
    line(format!("  ADVICE     {word}"))?;
    if let Some(first) = &r.first {
        line(format!("    first {first}"))?;
    }
    for reason in &r.reasons {
        line(format!("    - {reason}"))?;
    }
    for worth in &r.worth {
        if worth.action == ActionKind::Offer {
            line(format!(
                "    {} leaves at least {} and at most {}: it depends on what is offered",
                readable(worth.action),
                worth.low,
                worth.high
            ))?;
            continue;
        }
        line(format!(
            "    {} leaves {} (between {} and {})",
            readable(worth.action),
            worth.expected,
            worth.low,
            worth.high
        ))?;
    }
    for gap in &r.gaps {
        line(format!(
            "    would change it: {} (weight {}{})",
            readable(gap.kind),
            gap.weight,
            if gap.required { ", decides" } else { "" }
        ))?;
    }
    Ok(())
}
