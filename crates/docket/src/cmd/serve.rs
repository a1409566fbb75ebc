//! `docket run`, `web`, `worker`.

use std::process::ExitCode;

use anyhow::{Context, Result};
use docket_app::Desk;
use docket_web::Site;
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

async fn pages(listener: TcpListener, desk: Desk, site: Site, stop: CancellationToken) -> Result<()> {
    docket_web::serve(listener, desk, site, async move { stop.cancelled().await })
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
    let listener = open_pages(&house).await?;
    both(house, listener, stop).await
}

/// Listens, and says where; while nobody can log in yet, with the link of the first admin.
async fn open_pages(house: &House) -> Result<TcpListener> {
    let listener = listen(house.config.web.listen).await?;
    let here = listener.local_addr()?;
    line(format!("pages on http://{here}; Ctrl-C stops"))?;
    if let Some(token) = house.desk.first_admin_link().await? {
        let path = docket_web::password_path(&token);
        // The port that was taken, where any was wanted.
        let way = if house.config.web.listen == here {
            house.config.page(&path)?
        } else {
            format!("http://{here}{path}")
        };
        // Beside the output: whoever reads one line of that and goes away must not end the pages.
        eprintln!(
            "nobody can log in yet; this link, good once and for 48 hours, makes the first admin:\n  {way}"
        );
    }
    Ok(listener)
}

/// Pages and jobs until stopped; if one fails, the other is stopped too.
pub async fn both(house: House, listener: TcpListener, stop: CancellationToken) -> Result<ExitCode> {
    let desk = house.desk.clone();
    let site = house.config.site()?;
    let serving = tokio::spawn(pages(listener, desk.clone(), site, stop.clone()));
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
    let listener = open_pages(&house).await?;
    pages(listener, house.desk, house.config.site()?, stop).await?;
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
