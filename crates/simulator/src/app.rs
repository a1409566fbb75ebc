//! What all routes share.

use std::{
    net::SocketAddr,
    path::PathBuf,
    sync::{
        Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use rand::{SeedableRng, rngs::StdRng};
use tokio_util::sync::CancellationToken;

use crate::{
    Options, SimulatorError,
    account::{self, Account, PartnerAccount},
    bench::Bench,
    clock::{self, Clock},
    counters::Counters,
    faults::{Fault, FaultBook, Faults},
    klarna,
    paypal::Tokens,
    persist::{self, Header},
    platform::{Mix, Platform},
    rates::Rates,
    shopify, stories, webhooks,
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
    pub rates: Rates,
    pub klarna_limits: klarna::Limits,
    pub webhooks: webhooks::Hooks,
    /// Known once the listener is bound.
    pub address: OnceLock<SocketAddr>,
    pub mix: Mix,
    pub bench: Option<Bench>,
    pub latency: Duration,
    pub stop: CancellationToken,
    world: Mutex<World>,
    rng: Mutex<StdRng>,
    faults: Mutex<FaultBook>,
    /// Spares the lock and the draw on every request of a calm day.
    faulty: AtomicBool,
    state_file: Option<PathBuf>,
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
        let accounts = account::merchants(options.seed, count, options.platforms);
        let kept = match (&options.state_file, options.static_mode) {
            (Some(path), None) => persist::load(path)?,
            _ => None,
        };
        let mut rng = StdRng::seed_from_u64(options.seed);
        let run = u128::from(clock::wall().timestamp_micros().unsigned_abs());
        let (clock, world) = match kept {
            Some((header, _)) if !header.fits(options.seed, count, options.platforms) => {
                return Err(SimulatorError::Options(header.advice()));
            }
            Some((header, world)) => (
                Clock::with_offset(chrono::Duration::milliseconds(header.clock_offset_ms)),
                world,
            ),
            None => {
                let (clock, mut world) = (Clock::default(), World::default());
                match options.static_mode {
                    None => stories::past(&mut world, &mut rng, &accounts, options.cases, clock.now()),
                    Some(mode) if accounts[0].platforms.contains(&Platform::Shopify.word()) => {
                        shopify::plant_static(&mut world, mode, &accounts[0], options.seed, clock.now());
                    }
                    Some(_) => {}
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
            rates: Rates::default(),
            klarna_limits: klarna::Limits::default(),
            webhooks: webhooks::Hooks::new(run)?,
            address: OnceLock::new(),
            mix: options.platforms,
            latency: options.latency,
            stop: CancellationToken::new(),
            rng: Mutex::new(StdRng::seed_from_u64(
                options.seed ^ world.sequence.rotate_left(32),
            )),
            faults: Mutex::new(FaultBook::everywhere(options.faults)),
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

    pub(crate) fn set_faults(&self, platform: Option<Platform>, account: Option<usize>, faults: Faults) {
        let mut book = self.faults.lock().unwrap_or_else(PoisonError::into_inner);
        book.set(platform, account, faults);
        self.faulty.store(book.any(), Ordering::Release);
    }

    /// What this request meets: a wait, and perhaps a fault.
    pub(crate) fn draw_fault(&self, platform: Platform, owner: Option<usize>) -> (Duration, Option<Fault>) {
        if !self.faulty.load(Ordering::Acquire) {
            return (Duration::ZERO, None);
        }
        let faults = self
            .faults
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .of(platform, owner);
        (
            Duration::from_millis(faults.delay_ms),
            faults.draw(&mut *self.rng()),
        )
    }

    /// Place of the merchant whose PayPal client id this is: our key of an account, on every platform.
    pub(crate) fn account(&self, client_id: &str) -> Option<usize> {
        self.accounts
            .iter()
            .position(|account| account.client_id == client_id)
    }

    /// Base address of a fake as this machine reaches it, for what is said without a request.
    pub(crate) fn base(&self, platform: &str) -> String {
        let address = self
            .address
            .get()
            .map_or_else(|| "127.0.0.1".to_owned(), ToString::to_string);
        format!("http://{address}/{platform}")
    }

    /// Announces what changed and writes the state file, if there is one. Called with the world locked, so that an action is on disk before its answer
    /// leaves; the write goes to the page cache and takes a few milliseconds.
    pub(crate) fn save(&self, world: &mut World) {
        webhooks::observe(self, world);
        let Some(path) = &self.state_file else { return };
        let header = Header {
            seed: self.seed,
            accounts: self.accounts.len(),
            platforms: self.mix,
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
