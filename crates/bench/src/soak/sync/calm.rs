//! After the storm: changes that only polling can find, and changes that are announced twice and out of order.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Stdio;
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::Result;

use super::truth::{self, Difference, Key};
use super::{Part, paused, readings_left};
use crate::desk::{Connection, Desk};
use crate::doors;
use crate::platform::Platform;
use crate::process::Background;
use crate::simulator::Simulator;

/// New disputes of each connection in each part. Of the first part's, one is decided at once and one in the second part.
const PLANTED: usize = 2;
const DUE_SECONDS: u64 = 7 * 86_400;
/// Polls until everything has to be found: a dispute can move by itself between a poll and the comparison.
const POLLS: usize = 3;
/// For announcements to arrive and be worked off.
const PATIENCE: Duration = Duration::from_secs(90);
/// A held-back announcement goes out after a second at the latest.
const HELD: Duration = Duration::from_secs(2);

pub struct Calm<'a> {
    simulator: &'a Simulator,
    desk: &'a Desk,
    connections: &'a [Connection],
    /// Planted and not decided yet.
    open: Vec<Key>,
    touched: BTreeSet<Key>,
}

impl<'a> Calm<'a> {
    pub fn new(simulator: &'a Simulator, desk: &'a Desk, connections: &'a [Connection]) -> Self {
        Self {
            simulator,
            desk,
            connections,
            open: Vec::new(),
            touched: BTreeSet::new(),
        }
    }

    /// Disputes changed in this part, by platform.
    fn stirred(&self) -> BTreeMap<Platform, usize> {
        let mut stirred = BTreeMap::new();
        for (platform, _) in &self.touched {
            *stirred.entry(*platform).or_default() += 1;
        }
        stirred
    }

    /// Every webhook is dropped.
    pub fn polling_alone(&mut self) -> Result<Part> {
        self.simulator.lead_astray(1.0, 0.0, 0.0)?;
        self.plant()?;
        self.desk.good(&["sync"])?;
        self.decide(PLANTED)?;
        let mut part = Part::default();
        for _ in 0..POLLS {
            self.desk.good(&["sync"])?;
            part.differences = self.differences()?;
            if part.differences.is_empty() {
                break;
            }
        }
        part.troubles = paused(self.desk)?;
        part.stirred = self.stirred();
        for platform in self.platforms() {
            let hook = doors::tally(self.simulator, platform)?;
            if hook.delivered > 0 || hook.dropped == 0 {
                part.troubles
                    .push(format!("{platform}: webhooks were not dropped: {hook:?}"));
            }
        }
        Ok(part)
    }

    /// Nothing is polled; webhooks come twice and behind the next one.
    pub fn announced(&mut self) -> Result<Part> {
        self.simulator.lead_astray(0.0, 0.5, 0.5)?;
        self.touched.clear();
        let worker = &mut self.desk.command(&["worker"]);
        let _worker = Background::start(worker.stdout(Stdio::null()).stderr(Stdio::null()))?;
        self.decide(1)?;
        self.plant()?;
        let begun = Instant::now();
        let mut part = Part::default();
        loop {
            part.differences = self.when_quiet(begun)?;
            if part.differences.is_empty() || begun.elapsed() > PATIENCE {
                break;
            }
        }
        // What moved by itself in these seconds may be nothing that a platform announces: a poll has to find it.
        let touched = |difference: &Difference| self.touched.contains(&difference.key);
        if !part.differences.iter().any(touched) && !part.differences.is_empty() {
            self.desk.good(&["sync"])?;
            part.differences = self.differences()?;
        }
        part.troubles = paused(self.desk)?;
        part.stirred = self.stirred();
        Ok(part)
    }

    /// The differences when no announcement and no reading has been under way for a while, or patience is at its end.
    fn when_quiet(&self, begun: Instant) -> Result<Vec<Difference>> {
        let mut quiet = None;
        loop {
            let mut delivered = (0, readings_left(self.desk)?);
            for platform in self.platforms() {
                let hook = doors::tally(self.simulator, platform)?;
                delivered.0 += hook.delivered;
                delivered.1 += usize::try_from(hook.waiting).unwrap_or(usize::MAX);
            }
            match quiet {
                Some((count, since)) if (count, 0) == delivered => {
                    let since: Instant = since;
                    if since.elapsed() > HELD {
                        break;
                    }
                }
                _ => quiet = Some((delivered.0, Instant::now())),
            }
            if begun.elapsed() > PATIENCE {
                break;
            }
            sleep(Duration::from_millis(200));
        }
        self.differences()
    }

    fn platforms(&self) -> BTreeSet<Platform> {
        self.connections.iter().map(|c| c.platform).collect()
    }

    fn plant(&mut self) -> Result<()> {
        for connection in self.connections {
            let platform = connection.platform;
            let ids = self
                .simulator
                .plant(platform, &connection.account, PLANTED, DUE_SECONDS)?;
            let keys = ids.into_iter().map(|id| (platform, id));
            self.open.extend(keys.clone());
            self.touched.extend(keys);
        }
        Ok(())
    }

    /// Every so-manieth of those that are open.
    fn decide(&mut self, every: usize) -> Result<()> {
        let (decided, open) = std::mem::take(&mut self.open)
            .into_iter()
            .enumerate()
            .partition::<Vec<_>, _>(|(place, _)| place % every == 0);
        self.open = open.into_iter().map(|(_, key)| key).collect();
        for (_, key) in decided {
            self.simulator.decide(key.0, &key.1)?;
            self.touched.insert(key);
        }
        Ok(())
    }

    fn differences(&self) -> Result<Vec<Difference>> {
        truth::compare(&truth::remote(self.simulator, self.connections)?, self.desk)
    }
}
