//! `docket sync`: in the foreground, with progress.

use std::process::ExitCode;
use std::time::Duration;

use anyhow::Result;
use docket_app::{Connection, Desk, SyncCounts, SyncMode};
use docket_core::id::ConnectionId;
use futures::StreamExt;
use indicatif::{ProgressBar, ProgressStyle};
use tokio::sync::watch;

use crate::output::{self, line};

/// Connections at the same time.
const AT_ONCE: usize = 4;

#[derive(clap::Args)]
pub struct Args {
    /// Only this client's connections (name or id)
    #[arg(long)]
    client: Option<String>,
    /// Only this connection
    #[arg(long)]
    connection: Option<ConnectionId>,
    /// List everything that the platform still shows and read every open case again
    #[arg(long)]
    full: bool,
    /// Print {seen, new, changed, unchanged, failed} as JSON
    #[arg(long)]
    json: bool,
}

pub async fn run(args: Args, desk: &Desk) -> Result<ExitCode> {
    let scope = super::scope(desk, args.client.as_deref()).await?;
    let connections = desk.connections_for_sync(scope, args.connection).await?;
    if connections.is_empty() {
        eprintln!("nothing to sync: no active connection; see `docket connection list`");
    }
    let mode = if args.full {
        SyncMode::Full
    } else {
        SyncMode::Changes
    };
    let bar = ProgressBar::new_spinner();
    bar.set_style(ProgressStyle::with_template("{spinner} {msg}  {elapsed}")?);
    bar.enable_steady_tick(Duration::from_millis(200));
    let stop = crate::wiring::stop_signal()?;
    let syncing = futures::stream::iter(connections)
        .map(|connection| one(desk, connection, mode, bar.clone()))
        .buffer_unordered(AT_ONCE)
        .collect::<Vec<_>>();
    let results = tokio::select! {
        results = syncing => results,
        () = stop.cancelled() => {
            bar.finish_and_clear();
            eprintln!("stopped; what was read is kept, and the next sync goes on from there");
            return Ok(ExitCode::FAILURE);
        }
    };
    bar.finish_and_clear();
    let mut total = SyncCounts::default();
    let mut broken = 0;
    for (connection, counts, error) in results {
        total += counts;
        if let Some(error) = error {
            broken += 1;
            eprintln!("error: {} ({}): {error}", connection.client_name, connection.id);
        }
    }
    if total.failed > 0 {
        eprintln!(
            "{} dispute(s) could not be read now; a job for each tries again (docket worker)",
            total.failed
        );
    }
    if args.json {
        output::json(&total)?;
    } else {
        let SyncCounts {
            seen,
            new,
            changed,
            unchanged,
            failed,
        } = total;
        line(format!(
            "{seen} seen: {new} new, {changed} changed, {unchanged} unchanged, {failed} failed"
        ))?;
    }
    Ok(if broken == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

async fn one(
    desk: &Desk,
    connection: Connection,
    mode: SyncMode,
    bar: ProgressBar,
) -> (Connection, SyncCounts, Option<docket_app::Error>) {
    let (progress, mut watching) = watch::channel(SyncCounts::default());
    let name = connection.client_name.clone();
    let shown = tokio::spawn(async move {
        while watching.changed().await.is_ok() {
            let n = *watching.borrow();
            bar.set_message(format!(
                "{name}: {} seen, {} new, {} changed, {} failed",
                n.seen, n.new, n.changed, n.failed
            ));
        }
    });
    let result = desk.sync(connection.id, mode, &progress).await;
    shown.abort();
    let counts = *progress.borrow();
    (connection, counts, result.err())
}
