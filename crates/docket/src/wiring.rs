//! Puts the house together: configuration to desk, queue and connectors.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use docket_app::jobs::{Handlers, KINDS};
use docket_app::{Connectors, Desk};
use docket_connector::http::Shared;
use docket_queue::{Queue, RunSummary};
use docket_store::{Db, Files};
use secrecy::ExposeSecret;
use tokio_util::sync::CancellationToken;

use crate::clock;
use crate::config::Config;
use crate::platforms::DRIVERS;

/// How often the database is asked to look at how its rows lie; where little changed, it does nothing.
const STATISTICS_EVERY: Duration = Duration::from_secs(3_600);

/// The desk with the worker that serves it.
pub struct House {
    pub desk: Desk,
    pub config: Config,
    queue: Queue,
}

impl House {
    /// Opens everything. The embedded database is brought to this version; a server must have been migrated.
    ///
    /// # Errors
    /// With what to do.
    pub async fn open(config: Config) -> Result<Self> {
        let env = clock::system();
        let url = config.database_url()?;
        let db = Db::connect(url.expose_secret())
            .await
            .context("the database cannot be opened; check database.url")?;
        match &db {
            Db::Sqlite { .. } => db.migrate().await?,
            Db::Postgres(_) => db.require_migrated().await?,
        }
        let queue = Queue::new(db.clone(), env.clone(), config.queue());
        let shared = Shared::new(env.clone(), config.http()?)?;
        let desk = Desk {
            files: Files::local(&config.files_dir())?,
            keys: config.keyring(&env)?,
            connectors: Arc::new(Connectors::new(DRIVERS, shared)),
            settings: Arc::new(config.desk()?),
            waker: queue.waker(),
            db,
            env,
        };
        let handlers = Handlers(desk.clone());
        let queue = KINDS
            .iter()
            .fold(queue, |queue, kind| queue.handle(kind, handlers.clone()));
        Ok(Self { desk, config, queue })
    }

    /// Runs jobs and the clock's work until stopped, or until nothing is due.
    ///
    /// # Errors
    /// When the worker breaks down.
    pub async fn work(self, stop: CancellationToken, until_idle: bool) -> Result<RunSummary> {
        // What is due by the clock comes first, so that "idle" means that nothing was left to begin with.
        self.desk.tick().await?;
        if until_idle {
            return Ok(self.queue.run_until_idle(stop).await?);
        }
        let (desk, every) = (self.desk, self.config.tick());
        let ticking = stop.clone();
        let ticker = tokio::spawn(async move {
            let mut timer = tokio::time::interval(every);
            timer.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
            let mut hour = tokio::time::interval(STATISTICS_EVERY);
            loop {
                tokio::select! {
                    () = ticking.cancelled() => return,
                    _ = hour.tick() => {
                        if let Err(error) = desk.db.renew_statistics().await {
                            tracing::warn!(%error, "the database's statistics were not renewed; pages may be slower");
                        }
                    }
                    _ = timer.tick() => {
                        if let Err(error) = desk.tick().await {
                            tracing::error!(%error, "the clock's work failed; the next tick does it");
                        }
                    }
                }
            }
        });
        let summary = self.queue.run(stop.clone()).await;
        stop.cancel();
        ticker.await.context("the ticker stopped")?;
        Ok(summary?)
    }
}

/// Cancelled by Ctrl-C or SIGTERM; a second one ends the process at once.
pub fn stop_signal() -> Result<CancellationToken> {
    use tokio::signal::unix::{SignalKind, signal};
    let stop = CancellationToken::new();
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    let token = stop.clone();
    tokio::spawn(async move {
        let mut next = async || tokio::select! { _ = interrupt.recv() => (), _ = terminate.recv() => () };
        next().await;
        eprintln!("stopping; once more to stop at once");
        token.cancel();
        next().await;
        std::process::exit(130);
    });
    Ok(stop)
}
