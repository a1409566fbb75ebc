//! Workers that get killed and replaced while they send.

use std::collections::BTreeMap;
use std::process::Stdio;
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use super::proof::Entry;
use crate::desk::Desk;
use crate::process::Background;
use crate::simulator::Simulator;

pub const WORKERS: usize = 3;
/// Without any progress for so long the run has failed.
const PATIENCE: Duration = Duration::from_secs(180);

/// States of all responses with their number.
fn states(desk: &Desk) -> Result<BTreeMap<String, usize>> {
    let mut states = BTreeMap::new();
    for submission in desk.json(&["respond", "list", "--json"])? {
        *states
            .entry(submission["state"].as_str().unwrap_or("?").to_owned())
            .or_default() += 1;
    }
    Ok(states)
}

fn answered(simulator: &Simulator) -> Result<usize> {
    let journal: Vec<Entry> = simulator.journal()?;
    Ok(journal.iter().filter(|entry| entry.answers()).count())
}

/// Workers that are killed and replaced.
pub struct Crew<'a> {
    desk: &'a Desk,
    workers: Vec<Background>,
    rng: StdRng,
}

impl<'a> Crew<'a> {
    pub fn start(desk: &'a Desk, seed: u64) -> Result<Self> {
        let workers = (0..WORKERS).map(|_| worker(desk)).collect::<Result<_>>()?;
        Ok(Self {
            desk,
            workers,
            rng: StdRng::seed_from_u64(seed),
        })
    }

    /// Spreads the kills over the sending: each waits for its share of the answers, and then for a random moment.
    /// Gives the number of those that came before the last answer.
    pub fn killed_while_sending(
        &mut self,
        simulator: &Simulator,
        responses: usize,
        kills: usize,
    ) -> Result<usize> {
        let mut counted = 0;
        for kill in 0..kills {
            let share = responses * kill / (kills + 1);
            let begun = Instant::now();
            while answered(simulator)? < share {
                ensure!(
                    begun.elapsed() < PATIENCE,
                    "no {share} answers after {kill} kills: {:?}",
                    states(self.desk)?
                );
                sleep(Duration::from_millis(30));
            }
            sleep(Duration::from_millis(self.rng.random_range(0..500)));
            let unlucky = self.rng.random_range(0..self.workers.len());
            let open = answered(simulator)? < responses;
            self.replace(unlucky)?;
            counted += usize::from(open);
        }
        Ok(counted)
    }

    fn replace(&mut self, which: usize) -> Result<()> {
        if self.workers[which].ended()? {
            bail!("a worker ended by itself; run `docket worker` on the same settings to see why");
        }
        self.workers[which].kill()?;
        self.workers[which] = worker(self.desk)?;
        Ok(())
    }

    /// Waits for a number of responses that are not settled yet.
    pub fn until(&mut self, desk: &Desk, enough: impl Fn(usize) -> bool) -> Result<()> {
        let mut last = (states(desk)?, Instant::now());
        loop {
            let now = states(desk)?;
            let open = ["prepared", "sending", "sent_unconfirmed"]
                .iter()
                .filter_map(|state| now.get(*state))
                .sum();
            if enough(open) {
                return Ok(());
            }
            if now != last.0 {
                last = (now, Instant::now());
            } else if last.1.elapsed() > PATIENCE {
                bail!("no progress for {} s: {now:?}", PATIENCE.as_secs());
            }
            sleep(Duration::from_millis(300));
        }
    }
}

fn worker(desk: &Desk) -> Result<Background> {
    Background::start(
        desk.command(&["worker"])
            .stdout(Stdio::null())
            .stderr(Stdio::null()),
    )
}
