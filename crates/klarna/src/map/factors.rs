//! Contributing factors that the dispute itself carries (`domain.md` E1): why Klarna decided. What it knows about the
//! order comes from Order Management.

use chrono::{DateTime, Utc};
use docket_core::factor::{Factor, FactorKind};

use super::details::Detail;
use crate::wire::{Dispute, Text, Time};

/// All factors, each with the field that it was read from.
pub(super) fn factors(dispute: &Dispute, updated_at: DateTime<Utc>) -> Vec<Factor> {
    let preliminary = dispute
        .arbitration
        .as_ref()
        .and_then(|arbitration| arbitration.preliminary_outcome_detailed.as_ref())
        .and_then(Text::filled);
    let decided_at = dispute.closed().and_then(Time::at).unwrap_or(updated_at);
    let codes = [
        (
            preliminary,
            "arbitration.preliminary_outcome_detailed",
            updated_at,
        ),
        (
            dispute.decided_because(),
            "state_context.dispute_outcome_detailed",
            decided_at,
        ),
    ];
    codes
        .into_iter()
        .filter_map(|(code, path, as_of)| Some((code?, path, as_of)))
        .flat_map(|(code, path, as_of)| of_code(code, path, as_of))
        .collect()
}

/// The code in one spelling, and what it speaks of.
fn of_code(code: &str, path: &str, as_of: DateTime<Utc>) -> impl Iterator<Item = Factor> + use<> {
    let factor = |kind, value: String| Factor {
        kind,
        value,
        source: format!("klarna:{path}"),
        as_of,
    };
    let group = Detail::of(code).map(|detail| detail.group.as_str().to_owned());
    let kept = factor(FactorKind::AdjudicationReason, code.to_ascii_lowercase());
    let grouped = group.map(|group| factor(FactorKind::AdjudicationGroup, group));
    std::iter::once(kept).chain(grouped)
}
