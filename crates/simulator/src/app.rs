//! What all routes share.

use std::{
    path::PathBuf,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use rand::{SeedableRng, rngs::StdRng};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::{
    Options, SimulatorError,
    account::{self, Account, PartnerAccount},
    bench::Bench,
    clock::Clock,
    faults::{Fault, Faults},
    paypal::Tokens,
    persist::{self, Header},
    plant,
    world::World,
};

pub(crate) struct App {
    pub seed: u64,
    pub clock: Clock,
    pub accounts: Vec<Account>,
    pub partner: PartnerAccount,
    pub buyers: PartnerAccount,
    pub tokens: Tokens,
    pub counters: Counters,
    pub bench: Option<Bench>,
    pub latency: Duration,
    pub stop: CancellationToken,
    world: Mutex<World>,
    rng: Mutex<StdRng>,
    faults: Mutex<Faults>,
    /// Spares the lock and the draw on every request of a calm day.
    faulty: AtomicBool,
    state_file: Option<PathBuf>,
}

#[derive(Debug, Default)]
pub(crate) struct Counters {
    pub requests: AtomicU64,
    pub token: AtomicU64,
    pub list: AtomicU64,
    pub show: AtomicU64,
    pub act: AtomicU64,
    pub faults: AtomicU64,
}

impl Counters {
    pub(crate) fn json(&self) -> Value {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        json!({
            "requests": read(&self.requests),
            "by_route": {
                "token": read(&self.token), "list": read(&self.list), "show": read(&self.show),
                "act": read(&self.act),
            },
            "faults": read(&self.faults),
        })
    }
}

impl App {
    /// Loads the state file, or plants a new past where there is none.
    pub(crate) fn open(options: &Options) -> Result<Self, SimulatorError> {
        if !options.faults.valid() {
            return Err(SimulatorError::Options(
                "every fault share lies between 0 and 1".to_owned(),
            ));
        }
        let count = if options.static_mode.is_some() {
            1
        } else {
            options.accounts.max(1)
        };
        let accounts = account::merchants(options.seed, count);
        let kept = match (&options.state_file, options.static_mode) {
            (Some(path), None) => persist::load(path)?,
            _ => None,
        };
        let mut rng = StdRng::seed_from_u64(options.seed);
        let (clock, world) = match kept {
            Some((header, _)) if (header.seed, header.accounts) != (options.seed, count) => {
                return Err(SimulatorError::Options(format!(
                    "the state file was made with seed {} and {} accounts: use these, or another file",
                    header.seed, header.accounts
                )));
            }
            Some((header, world)) => (
                Clock::with_offset(chrono::Duration::milliseconds(header.clock_offset_ms)),
                world,
            ),
            None => {
                let (clock, mut world) = (Clock::default(), World::default());
                if options.static_mode.is_none() {
                    plant::past(&mut world, &mut rng, &accounts, options.cases, clock.now());
                }
                (clock, world)
            }
        };
        let bench = options
            .static_mode
            .map(|mode| Bench::new(mode, &accounts[0], options.seed, clock.now()));
        Ok(Self {
            seed: options.seed,
            partner: account::partner(options.seed),
            buyers: account::buyers(options.seed),
            tokens: Tokens::default(),
            counters: Counters::default(),
            latency: options.latency,
            stop: CancellationToken::new(),
            rng: Mutex::new(StdRng::seed_from_u64(
                options.seed ^ world.sequence.rotate_left(32),
            )),
            faults: Mutex::new(options.faults),
            faulty: AtomicBool::new(options.faults.any()),
            state_file: options.state_file.clone().filter(|_| bench.is_none()),
            world: Mutex::new(world),
            clock,
            accounts,
            bench,
        })
    }

    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn rng(&self) -> MutexGuard<'_, StdRng> {
        self.rng.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn set_faults(&self, faults: Faults) {
        *self.faults.lock().unwrap_or_else(PoisonError::into_inner) = faults;
        self.faulty.store(faults.any(), Ordering::Release);
    }

    pub(crate) fn draw_fault(&self) -> Option<Fault> {
        if !self.faulty.load(Ordering::Acquire) {
            return None;
        }
        let faults = *self.faults.lock().unwrap_or_else(PoisonError::into_inner);
        faults.draw(&mut *self.rng())
    }

    /// Writes the state file, if there is one. Called with the world locked, so that an action is on disk before its answer
    /// leaves; the write goes to the page cache and takes a few milliseconds.
    pub(crate) fn save(&self, world: &mut World) {
        let Some(path) = &self.state_file else { return };
        let header = Header {
            seed: self.seed,
            accounts: self.accounts.len(),
            sequence: world.sequence,
            journal: world.journal.len(),
            clock_offset_ms: self.clock.offset().num_milliseconds(),
        };
        match persist::save(path, &header, world) {
            Ok(()) => world.dirty = false,
            Err(error) => tracing::error!(%error, "the simulator's state file could not be written"),
        }
    }

    /// Writes what changed without an action (arrivals, overdue cases) at most once a second, and once at the end.
    pub(crate) async fn keep_saved(&self) {
        let mut ticks = tokio::time::interval(Duration::from_secs(1));
        loop {
            let ending = tokio::select! {
                () = self.stop.cancelled() => true,
                _ = ticks.tick() => false,
            };
            let mut world = self.world();
            if world.dirty {
                self.save(&mut world);
            }
            drop(world);
            if ending {
                return;
            }
        }
    }
}
