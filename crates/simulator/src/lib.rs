//! Strict, stateful fakes of the dispute platforms with a clock and faults: for the demo, the tests and for users who train.
//! Everything in it is invented.

mod account;
mod action;
mod app;
mod bench;
mod clock;
mod control;
mod counters;
mod detail;
mod dispute;
mod faults;
mod gate;
mod judge;
mod klarna;
mod live;
mod machine;
mod money;
mod net;
mod paypal;
mod persist;
mod plant;
mod platform;
mod rates;
mod render;
mod shopify;
mod stories;
mod template;
mod trades;
mod webhooks;
mod world;

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
    sync::Arc,
    time::Duration,
};

use axum::{Router, middleware};
use tokio::task::JoinHandle;
use tokio_util::sync::DropGuard;

pub use account::{Account, KlarnaAccount, PartnerAccount, ShopifyAccount};
pub use faults::Faults;
pub use platform::Mix;

use app::App;
use net::{CutListener, Wire};
use platform::Platform;

/// What to simulate.
#[derive(Debug, Clone)]
pub struct Options {
    /// Port 0 takes any free one.
    pub listen: SocketAddr,
    /// Decides credentials, planted disputes, faults and live events.
    pub seed: u64,
    /// Disputes to plant, spread over the accounts; the first account owns about 40 %.
    pub cases: usize,
    pub accounts: usize,
    /// Which merchants are on which platforms.
    pub platforms: Mix,
    pub faults: Faults,
    /// Added to each request to a fake API.
    pub latency: Duration,
    /// Disputes arrive and get decided while time passes.
    pub live: bool,
    /// Loaded at start if it exists; written after every accepted action, at most once a second otherwise, and at stop.
    pub state_file: Option<PathBuf>,
    /// Serves formatted templates for benchmarks instead of planted disputes.
    pub static_mode: Option<StaticMode>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            seed: 7,
            cases: 600,
            accounts: 6,
            platforms: Mix::PayPal,
            faults: Faults::default(),
            latency: Duration::ZERO,
            live: false,
            state_file: None,
            static_mode: None,
        }
    }
}

/// Benchmarks: one account, many disputes, hardly any work per request.
#[derive(Debug, Clone, Copy)]
pub struct StaticMode {
    pub disputes: usize,
    /// About the size of one dispute's document.
    pub body_bytes: usize,
}

#[derive(Debug, thiserror::Error)]
pub enum SimulatorError {
    #[error("cannot listen on {address}: {source}")]
    Listen { address: SocketAddr, source: io::Error },
    #[error("cannot use the state file {}: {source}", path.display())]
    State { path: PathBuf, source: io::Error },
    #[error("cannot get webhooks ready: {0}")]
    Webhooks(String),
    #[error("the simulator's options do not fit: {0}")]
    Options(String),
}

/// A running simulator; dropping it stops it.
pub struct Running {
    address: SocketAddr,
    app: Arc<App>,
    tasks: Vec<JoinHandle<()>>,
    _guard: DropGuard,
}

/// Starts the simulator; it answers as soon as this returns.
///
/// # Errors
/// The address cannot be bound, the state file cannot be read or was made with other options, or a fault share is not a share.
pub async fn start(options: Options) -> Result<Running, SimulatorError> {
    let app = Arc::new(App::open(&options)?);
    let unbound = |source| SimulatorError::Listen {
        address: options.listen,
        source,
    };
    let listener = tokio::net::TcpListener::bind(options.listen)
        .await
        .map_err(unbound)?;
    let address = listener.local_addr().map_err(unbound)?;
    // Set once, here: there is one listener.
    let _ = app.address.set(address);
    app.save(&mut app.world());
    shopify::follow_again(&app);

    let gated = |platform: Platform, routes: Router<Arc<App>>| {
        routes
            .layer(axum::extract::DefaultBodyLimit::disable())
            .layer(middleware::from_fn_with_state(
                (app.clone(), platform),
                gate::gate,
            ))
    };
    let router = Router::new()
        .nest("/paypal", gated(Platform::PayPal, paypal::routes()))
        .nest("/klarna", gated(Platform::Klarna, klarna::routes(&app)))
        .nest("/shopify", gated(Platform::Shopify, shopify::routes()))
        .nest("/_control", control::routes())
        .with_state(app.clone())
        .into_make_service_with_connect_info::<Wire>();
    let stopping = app.stop.clone();
    let mut tasks = vec![tokio::spawn(async move {
        let server = axum::serve(CutListener(listener), router);
        if let Err(error) = server.with_graceful_shutdown(stopping.cancelled_owned()).await {
            tracing::error!(%error, "the simulator's server ended");
        }
    })];
    let saver = app.clone();
    tasks.push(tokio::spawn(async move { saver.keep_saved().await }));
    tasks.push(tokio::spawn(webhooks::run(app.clone())));
    if options.live && app.bench.is_none() {
        tasks.push(tokio::spawn(live::run(app.clone())));
    }
    let guard = app.stop.clone().drop_guard();
    Ok(Running {
        address,
        app,
        tasks,
        _guard: guard,
    })
}

impl Running {
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Base address of the fake PayPal, without a slash at the end.
    pub fn paypal_url(&self) -> String {
        format!("http://{}/paypal", self.address)
    }

    /// Base address of the fake Klarna, without a slash at the end.
    pub fn klarna_url(&self) -> String {
        format!("http://{}/klarna", self.address)
    }

    /// Base address of the fake Shopify, without a slash at the end: stands for `https://{shop}`.
    pub fn shopify_url(&self) -> String {
        format!("http://{}/shopify", self.address)
    }

    /// Base address of the control door, without a slash at the end.
    pub fn control_url(&self) -> String {
        format!("http://{}/_control", self.address)
    }

    pub fn accounts(&self) -> &[Account] {
        &self.app.accounts
    }

    /// The platform app whose calls name their merchant by `PayPal-Auth-Assertion`.
    pub fn partner(&self) -> PartnerAccount {
        self.app.partner.clone()
    }

    /// Sends the events of one merchant's disputes on one platform to this address from now on. Nothing happens where the
    /// merchant or the platform is unknown, or in static mode.
    pub fn announce(&self, client_id: &str, platform: &str, url: url::Url) {
        let place = Platform::named(platform).zip(self.app.account(client_id));
        if let Some(place) = place.filter(|_| self.app.bench.is_none()) {
            webhooks::register(&self.app, place, url);
        }
    }

    /// The authority behind the certificates that sign PayPal's events, as PEM; a new one in each run.
    pub fn paypal_root(&self) -> &str {
        &self.app.webhooks.signer.root
    }

    /// The app that speaks for all buyers (`accept-offer`, `deny-offer`).
    pub fn buyers(&self) -> PartnerAccount {
        self.app.buyers.clone()
    }

    /// Stops answering, lets running requests end for at most three seconds and writes the state file.
    pub async fn stop(self) {
        self.app.stop.cancel();
        for mut task in self.tasks {
            if tokio::time::timeout(Duration::from_secs(3), &mut task)
                .await
                .is_err()
            {
                task.abort();
            }
        }
        // A request that ended while the saver was already gone may have changed something.
        let mut world = self.app.world();
        if world.dirty {
            self.app.save(&mut world);
        }
    }
}
