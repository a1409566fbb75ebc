//! Identifiers. Ours are UUIDv7 newtypes, so that kinds never mix; a platform's ids are opaque text.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::env::Env;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// A fresh id.
            pub fn new(env: &Env) -> Self {
                Self(env.uuid())
            }
        }

        impl From<$name> for $crate::sentence::Part {
            fn from(id: $name) -> Self {
                Self::Text(id.to_string())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )+};
}

ids! {
    /// A merchant that the agency works for.
    ClientId,
    /// One client's account on one platform.
    ConnectionId,
    /// One dispute of one connection.
    CaseId,
    /// A cycle inside a case.
    RoundId,
    /// One response that we intend to send, with its attempts.
    SubmissionId,
    /// A response that is being written.
    DraftId,
    /// A piece of evidence.
    EvidenceId,
    /// A row of the durable job queue.
    JobId,
    /// Something that people are told.
    NoticeId,
    /// A mail to one address.
    MailId,
    /// A missed deadline.
    IncidentId,
    /// A question to a client.
    RequestId,
    /// An answer of a client.
    AnswerId,
    /// A rule of a client, in one version.
    RuleId,
    /// A person who logs in.
    PersonId,
    /// A plan of an action on many cases.
    PlanId,
    /// A hand-over list that was signed off.
    HandoverId,
    /// A device that a person is logged in on.
    SessionId,
    /// Time that does not count for an SLA.
    ExclusionId,
    /// A token with which a program acts for a person.
    TokenId,
    /// Somebody who is told of events.
    HookId,
    /// An event as one of them is told it.
    EventId,
    /// A client's reports of a month.
    PackId,
}

/// A platform's own id of a dispute: opaque text, never changed by the platform.
///
/// PayPal: 1 to 255 characters of `[A-Za-z0-9-]` (`PP-D-27803`, `PP-R-AYP-10135034`).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DisputeRef(pub String);

impl DisputeRef {
    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DisputeRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
