//! `[reports]`: what stands beside figures.

use anyhow::{Context, Result, bail};
use chrono::NaiveDate;
use docket_app::board::PolicyChange;
use docket_core::words::Platform;
use serde::Deserialize;

/// Longest text beside a chart.
const LONGEST: usize = 160;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reports {
    policy_changes: Vec<Change>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    on: String,
    platform: String,
    what: String,
}

impl Reports {
    /// What platforms changed, and when.
    ///
    /// # Errors
    /// When a platform or a day is none, or a text is empty or too long.
    pub fn policy_changes(&self) -> Result<Vec<PolicyChange>> {
        let change = |change: &Change| {
            let place = format!(
                "configuration: reports.policy_changes of {} on {}",
                change.platform, change.on
            );
            let what = change.what.trim();
            if what.is_empty() || what.chars().count() > LONGEST {
                bail!("{place}: say in 1 to {LONGEST} characters what changed");
            }
            Ok(PolicyChange {
                on: change
                    .on
                    .parse::<NaiveDate>()
                    .context(format!("{place}: write the day like 2026-11-01"))?,
                platform: change.platform.parse::<Platform>().context(place)?,
                what: what.to_owned(),
            })
        };
        self.policy_changes.iter().map(change).collect()
    }
}
