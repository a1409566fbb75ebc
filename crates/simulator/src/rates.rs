//! When each account called, so that a client's pacing can be proved and not only believed.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::{account::Account, platform::Platform};

/// Entries kept for each account of each platform; older ones go.
const KEPT: usize = 200_000;

#[derive(Debug)]
pub(crate) struct Rates {
    started: Instant,
    logs: Mutex<BTreeMap<(Platform, usize), Log>>,
}

#[derive(Debug, Default)]
struct Log {
    /// Milliseconds since the start, and how much was used then.
    entries: VecDeque<(u64, u32)>,
    total: u64,
    limited: u64,
}

impl Default for Rates {
    fn default() -> Self {
        Self {
            started: Instant::now(),
            logs: Mutex::default(),
        }
    }
}

impl Rates {
    /// Books a request (or, where the platform counts so, its points).
    pub(crate) fn used(&self, platform: Platform, account: usize, units: u32) {
        let at = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.with(platform, account, |log| {
            if log.entries.len() == KEPT {
                log.entries.pop_front();
            }
            log.entries.push_back((at, units));
            log.total += u64::from(units);
        });
    }

    /// The platform's own limit refused a request; drawn faults do not count here.
    pub(crate) fn limited(&self, platform: Platform, account: usize) {
        self.with(platform, account, |log| log.limited += 1);
    }

    fn with(&self, platform: Platform, account: usize, what: impl FnOnce(&mut Log)) {
        let mut logs = self.logs.lock().unwrap_or_else(PoisonError::into_inner);
        what(logs.entry((platform, account)).or_default());
    }

    /// One row per account that has called, with the most that any window of this length saw.
    pub(crate) fn json(&self, wanted: Option<Platform>, window: Duration, accounts: &[Account]) -> Value {
        let window = u64::try_from(window.as_millis()).unwrap_or(u64::MAX);
        let logs = self.logs.lock().unwrap_or_else(PoisonError::into_inner);
        let rows = logs
            .iter()
            .filter(|((platform, _), _)| wanted.is_none_or(|wanted| wanted == *platform));
        rows.map(|((platform, account), log)| {
            let owner = accounts.get(*account);
            json!({
                "platform": platform,
                "client_id": owner.map(|owner| owner.client_id.as_str()),
                "name": owner.map(|owner| owner.name.as_str()),
                "most": log.most(window),
                "total": log.total,
                "limited": log.limited,
            })
        })
        .collect()
    }
}

impl Log {
    /// The largest sum inside any half-open window.
    fn most(&self, window: u64) -> u64 {
        let (mut from, mut sum, mut most) = (0, 0, 0);
        for (at, units) in &self.entries {
            sum += u64::from(*units);
            while self.entries[from].0 + window <= *at {
                sum -= u64::from(self.entries[from].1);
                from += 1;
            }
            most = most.max(sum);
        }
        most
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_busiest_window_counts_wherever_it_begins() {
        let log = Log {
            entries: [(0, 1), (900, 2), (1_000, 2), (1_899, 4), (1_900, 8), (5_000, 3)].into(),
            ..Log::default()
        };
        assert_eq!(log.most(1_000), 14);
        assert_eq!(log.most(1), 8);
        assert_eq!(log.most(10_000), 20);
    }
}
