//! How current a connection's figures are.

use chrono::{DateTime, Duration, Utc};
use docket_app::Connection;

use crate::say::kept;
use crate::texts::t;

/// What a synced thing may be old before it is called stale.
const STALE_AFTER: Duration = Duration::minutes(15);

/// How fresh what a connection shows is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Freshness {
    Fresh,
    Stale,
    Never,
    Paused(String),
    Failing(String),
}

impl Freshness {
    pub fn of(connection: &Connection, now: DateTime<Utc>) -> Self {
        let health = &connection.health;
        match (&health.paused_why, &health.sync_error, health.synced_at) {
            (Some(why), _, _) => Self::Paused(kept(why)),
            (None, Some(why), _) => Self::Failing(kept(why)),
            (None, None, None) => Self::Never,
            (None, None, Some(at)) if now - at > STALE_AFTER => Self::Stale,
            (None, None, Some(_)) => Self::Fresh,
        }
    }

    /// The word on the badge.
    pub fn word(&self) -> String {
        t(match self {
            Self::Fresh => "fresh-fresh",
            Self::Stale => "fresh-stale",
            Self::Never => "fresh-never",
            Self::Paused(_) => "fresh-paused",
            Self::Failing(_) => "fresh-failing",
        })
        .plain()
    }

    /// The badge's class.
    pub const fn class(&self) -> &'static str {
        match self {
            Self::Fresh => "good",
            Self::Stale | Self::Never | Self::Paused(_) => "warn",
            Self::Failing(_) => "bad",
        }
    }

    /// Why, where somebody said.
    pub fn why(&self) -> Option<&str> {
        match self {
            Self::Paused(why) | Self::Failing(why) => Some(why),
            Self::Fresh | Self::Stale | Self::Never => None,
        }
    }

    /// Whether figures of this connection can be taken as current.
    pub const fn is_fresh(&self) -> bool {
        matches!(self, Self::Fresh)
    }
}
