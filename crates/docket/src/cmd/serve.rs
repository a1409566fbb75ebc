//! `docket run`, `web`, `worker`.

use std::process::ExitCode;

use anyhow::{Context, Result};
use docket_app::Desk;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::output::line;
use crate::wiring::{House, stop_signal};

#[derive(clap::Args)]
pub struct WorkerArgs {
    /// End when nothing is due or running, for scripts
    #[arg(long)]
    until_idle: bool,
}

pub async fn listen(address: std::net::SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| {
        format!("cannot serve pages on {address}; is another program using the port? choose another (web.listen or --port)")
    })
}

pub async fn pages(listener: TcpListener, desk: Desk, stop: CancellationToken) -> Result<()> {
    docket_web::serve(listener, desk, async move { stop.cancelled().await })
        .await
        .context("the page server ended")
}

/// Said once at start: who relies on mails must know that none goes out.
fn say_without_mail(desk: &Desk) {
    if desk.settings.mail.is_none() {
        tracing::warn!(
            "no mail server is configured ([mail]): people are told in the desk only, see docket notice list"
        );
    }
}

pub async fn run(house: House) -> Result<ExitCode> {
    let stop = stop_signal()?;
    say_without_mail(&house.desk);
    let listener = listen(house.config.web.listen).await?;
    line(format!(
        "pages on http://{}; Ctrl-C stops",
        listener.local_addr()?
    ))?;
    both(house, listener, stop).await
}

/// Pages and jobs until stopped; if one fails, the other is stopped too.
pub async fn both(house: House, listener: TcpListener, stop: CancellationToken) -> Result<ExitCode> {
    let desk = house.desk.clone();
    let serving = tokio::spawn(pages(listener, desk.clone(), stop.clone()));
    let summary = house.work(stop.clone(), false).await;
    stop.cancel();
    let served = serving.await.context("the page server broke down")?;
    desk.db.close().await;
    summary?;
    served?;
    Ok(ExitCode::SUCCESS)
}

pub async fn web(house: House) -> Result<ExitCode> {
    let stop = stop_signal()?;
    let listener = listen(house.config.web.listen).await?;
    line(format!(
        "pages on http://{}; Ctrl-C stops",
        listener.local_addr()?
    ))?;
    pages(listener, house.desk, stop).await?;
    Ok(ExitCode::SUCCESS)
}

pub async fn worker(house: House, args: &WorkerArgs) -> Result<ExitCode> {
    let desk = house.desk.clone();
    say_without_mail(&desk);
    let summary = house.work(stop_signal()?, args.until_idle).await?;
    desk.db.close().await;
    eprintln!(
        "{} done, {} waiting for later, {} failed and tried again, {} gave up",
        summary.done, summary.later, summary.failed, summary.dead
    );
    Ok(ExitCode::SUCCESS)
}
