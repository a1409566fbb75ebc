//! Outages that the log of syncs tells of: syncs of a connection that failed one after the other.

use chrono::{DateTime, Duration, Utc};

use super::exclusion::ExclusionCause;
use super::span::Span;
use crate::id::{ClientId, ConnectionId};
use crate::words::Platform;

/// One sync of the log. A sync that found nothing new leaves no line, except the one that ends a row of failures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// The connection.
    pub connection: ConnectionId,
    /// Its client.
    pub client: ClientId,
    /// Its platform.
    pub platform: Platform,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When it ended.
    pub ended_at: DateTime<Utc>,
    /// Why it failed; none where it went well.
    pub error: Option<String>,
}

/// Syncs of one connection that failed one after the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outage {
    /// The client.
    pub client: ClientId,
    /// The platform.
    pub platform: Platform,
    /// The connection.
    pub connection: ConnectionId,
    /// From the first failing sync until the first that went well again; up to the last failing one where none did yet.
    pub span: Span,
    /// Whether no sync has gone well since.
    pub lasts: bool,
    /// What it is put down to, by the words of the first failure.
    pub cause: ExclusionCause,
    /// How many syncs failed.
    pub failures: u64,
    /// Why the first one failed.
    pub error: String,
}

/// As `docket_connector::Error` prints itself: what the platform did not answer, or what it does not permit.
fn cause_of(error: &str) -> Option<ExclusionCause> {
    if error.starts_with("try again") {
        Some(ExclusionCause::PlatformOutage)
    } else if error.starts_with("not permitted") {
        Some(ExclusionCause::NoAccess)
    } else {
        None
    }
}

/// Finds them in runs that come ordered by connection and start, one at a time. A platform that does not answer must fail
/// twice in a row; what failed for our own or an unknown reason is no outage, and what is shorter than `least` is none either.
#[derive(Debug)]
pub struct Outages {
    least: Duration,
    open: Option<Outage>,
    found: Vec<Outage>,
}

impl Outages {
    /// None yet.
    pub const fn longer_than(least: Duration) -> Self {
        Self {
            least,
            open: None,
            found: Vec::new(),
        }
    }

    /// Reads the next line of the log.
    pub fn see(&mut self, run: Run) {
        if self.open.as_ref().is_some_and(|o| o.connection != run.connection) {
            self.close();
        }
        let cause = run.error.as_deref().and_then(cause_of);
        match (&mut self.open, cause) {
            (Some(outage), Some(cause)) if outage.cause == cause => {
                outage.failures += 1;
                outage.span.to = run.ended_at;
            }
            (_, cause) => {
                if let Some(outage) = &mut self.open {
                    outage.span.to = run.started_at.max(outage.span.to);
                    outage.lasts = false;
                }
                self.close();
                self.open = cause.map(|cause| Outage::begun(run, cause));
            }
        }
    }

    fn close(&mut self) {
        let ended = self.open.take();
        let long = ended.filter(|o| o.span.to - o.span.from >= self.least);
        self.found
            .extend(long.filter(|o| o.failures > 1 || o.cause == ExclusionCause::NoAccess));
    }

    /// All that were found.
    pub fn found(mut self) -> Vec<Outage> {
        self.close();
        self.found
    }
}

impl Outage {
    fn begun(run: Run, cause: ExclusionCause) -> Self {
        Self {
            client: run.client,
            platform: run.platform,
            connection: run.connection,
            span: Span {
                from: run.started_at,
                to: run.ended_at,
            },
            lasts: true,
            cause,
            failures: 1,
            error: run.error.unwrap_or_default(),
        }
    }
}
