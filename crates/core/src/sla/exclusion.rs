//! The register of exclusions (`domain.md` A4): what kept everybody from working, told by one person and approved by another.

use std::collections::BTreeSet;

use chrono::{DateTime, Duration, Utc};
use serde::Serialize;

use super::contract::Wrong;
use super::span::Span;
use crate::four_eyes::same_person;
use crate::id::{ClientId, ExclusionId};
use crate::words::{Platform, words};

words! {
    /// Why time is excluded.
    ExclusionCause, "cause of an exclusion" {
        /// The platform was down.
        PlatformOutage = "platform_outage",
        /// We could not reach the client's account.
        NoAccess = "no_access",
        /// Something that nobody could prevent.
        ForceMajeure = "force_majeure",
    }
}

words! {
    /// Whether an exclusion counts.
    ExclusionState, "state of an exclusion" {
        /// Told; counts only once a second person approves it.
        Proposed = "proposed",
        /// Counts.
        Approved = "approved",
        /// A second person said no.
        Rejected = "rejected",
    }
}

/// Time that does not count, for one client. One event may have such a row for each client that it hit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Exclusion {
    /// The event's id, the same for every client that it hit.
    pub id: ExclusionId,
    /// The client.
    pub client: ClientId,
    /// Why.
    pub cause: ExclusionCause,
    /// Cases of these platforms; all where none is named.
    pub platforms: BTreeSet<Platform>,
    /// From, to.
    #[serde(flatten)]
    pub span: Span,
    /// What shows it: words, addresses, what the log of syncs says.
    pub evidence: String,
    /// Whether the log of syncs told of it.
    pub from_log: bool,
    /// Whether it counts.
    pub state: ExclusionState,
    /// Who told of it.
    pub proposed_by: String,
    /// When.
    pub proposed_at: DateTime<Utc>,
    /// Who decided.
    pub decided_by: Option<String>,
    /// When.
    pub decided_at: Option<DateTime<Utc>>,
    /// What who decided adds.
    pub note: Option<String>,
}

/// Longest exclusion: what is longer is another contract, not an interruption.
const LONGEST: Duration = Duration::days(90);

impl Exclusion {
    /// Says what is wrong with a new one.
    ///
    /// # Errors
    /// When evidence or teller is missing, or the time cannot be.
    pub fn check(&self, now: DateTime<Utc>) -> Result<(), Wrong> {
        let wrong = |why: &str| Err(Wrong(why.to_owned()));
        if self.evidence.trim().is_empty() {
            return wrong(
                "an exclusion needs evidence: say with --evidence what shows it, such as the platform's status page",
            );
        }
        if self.proposed_by.trim().is_empty() {
            return wrong("say who tells of it, with --by");
        }
        if self.span.from >= self.span.to {
            return wrong("the exclusion ends before it begins; change --from or --to");
        }
        if self.span.to > now {
            return wrong("the exclusion ends in the future; record it once it is over, or up to now");
        }
        if self.span.to - self.span.from > LONGEST {
            return wrong("the exclusion is longer than 90 days; what lasts so long needs another contract");
        }
        Ok(())
    }

    /// Why this person may not decide about it in this way; none where they may. What was approved may still be rejected: then it
    /// counts no more.
    pub fn refuses_decision(&self, to: ExclusionState, by: &str) -> Option<String> {
        let withdrawn = self.state == ExclusionState::Approved && to == ExclusionState::Rejected;
        if self.state != ExclusionState::Proposed && !withdrawn {
            return Some(format!(
                "exclusion {} is {} already, by {}",
                self.id,
                self.state,
                self.decided_by.as_deref().unwrap_or("nobody")
            ));
        }
        same_person(by, &self.proposed_by).then(|| {
            format!(
                "{} told of exclusion {}; another person must decide about it (--by OTHER)",
                self.proposed_by, self.id
            )
        })
    }

    /// Whether its time is taken off the clocks of a platform's cases.
    pub fn counts_for(&self, platform: Platform) -> bool {
        self.state == ExclusionState::Approved
            && (self.platforms.is_empty() || self.platforms.contains(&platform))
    }
}
