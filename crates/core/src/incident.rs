//! Missed deadlines and who or what they are put down to.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::id::{CaseId, ClientId, IncidentId, RoundId};
use crate::words::words;

words! {
    /// What a missed deadline is put down to (`domain.md` D4: a miss is a loss, with its cause).
    Cause, "cause" {
        /// We were too slow.
        Agency = "agency",
        /// The client did not answer what we needed.
        Client = "client",
        /// We could not reach the client's account.
        NoAccess = "no_access",
        /// The platform was down.
        Platform = "platform",
        /// Nobody has said yet.
        Unknown = "unknown",
    }
}

/// A missed deadline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Incident {
    /// Its id.
    pub id: IncidentId,
    /// Whose case.
    pub client: ClientId,
    /// The case.
    pub case: CaseId,
    /// The round whose deadline it was.
    pub round: RoundId,
    /// The deadline.
    pub deadline: DateTime<Utc>,
    /// When we noticed.
    pub raised_at: DateTime<Utc>,
    /// What it is put down to.
    pub cause: Cause,
    /// Why: what the logs show, or the note of who decided.
    pub why: String,
    /// When a person decided; none while the cause is only proposed.
    pub decided_at: Option<DateTime<Utc>>,
    /// Who.
    pub decided_by: Option<String>,
    /// When the platform had an answer after all, if a later reading shows one.
    pub responded_at: Option<DateTime<Utc>>,
}

/// What the logs show around a miss.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Signs {
    /// The connection is paused: its credentials or rights fail.
    pub paused: bool,
    /// Of the syncs in the last hours before the deadline: how many ended well.
    pub good_syncs: usize,
    /// How many failed because the platform did not answer or asked to come back later.
    pub outages: usize,
    /// How many failed otherwise.
    pub other_failures: usize,
    /// A question to the client was due before the deadline and is unanswered, although there was time for an answer.
    pub client_silent: bool,
    /// The round was at the desk long enough before the deadline to be answered.
    pub had_time: bool,
}

/// Proposes a cause. What kept everybody from acting comes before what one side left undone, and a sign is only believed
/// where nothing speaks against it: a sync that went well proves access and a platform that works.
pub fn propose(signs: Signs) -> (Cause, &'static str) {
    let failing = signs.good_syncs == 0;
    if signs.paused {
        (
            Cause::NoAccess,
            "the connection was paused when the deadline passed",
        )
    } else if failing && signs.outages > signs.other_failures {
        (
            Cause::Platform,
            "every sync in the hours before failed because the platform did not answer",
        )
    } else if failing && signs.other_failures > 0 {
        (Cause::NoAccess, "every sync in the hours before failed")
    } else if signs.client_silent {
        (
            Cause::Client,
            "a question to the client was due and is unanswered",
        )
    } else if signs.had_time && signs.good_syncs > 0 {
        (
            Cause::Agency,
            "the case was at the desk in time, the platform could be reached, and no question to the client was open",
        )
    } else {
        (Cause::Unknown, "the logs do not tell; a person must say")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cause_is_proposed_only_where_the_logs_tell() {
        let none = Signs::default();
        let cases = [
            (none, Cause::Unknown),
            (
                Signs {
                    paused: true,
                    client_silent: true,
                    ..none
                },
                Cause::NoAccess,
            ),
            (Signs { outages: 3, ..none }, Cause::Platform),
            (
                Signs {
                    outages: 3,
                    good_syncs: 1,
                    ..none
                },
                Cause::Unknown,
            ),
            (
                Signs {
                    other_failures: 2,
                    outages: 2,
                    ..none
                },
                Cause::NoAccess,
            ),
            (
                Signs {
                    client_silent: true,
                    good_syncs: 9,
                    ..none
                },
                Cause::Client,
            ),
            (
                Signs {
                    had_time: true,
                    good_syncs: 1,
                    other_failures: 4,
                    ..none
                },
                Cause::Agency,
            ),
            // Nothing shows that the platform could be reached.
            (
                Signs {
                    had_time: true,
                    ..none
                },
                Cause::Unknown,
            ),
            (
                Signs {
                    had_time: true,
                    good_syncs: 9,
                    client_silent: true,
                    ..none
                },
                Cause::Client,
            ),
        ];
        for (signs, cause) in cases {
            assert_eq!(propose(signs).0, cause, "{signs:?}");
        }
    }
}
