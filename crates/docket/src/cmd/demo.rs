//! `docket demo`: a working desk on invented clients, without network and without set-up.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result};
use docket_app::Desk;
use docket_core::words::Platform;
use docket_simulator::{Options, Running};
use serde_json::json;

use crate::config::Config;
use crate::output::line;
use crate::wiring::{House, stop_signal};

/// The demo's disputes change every few seconds, so its connections are synced as often.
const DEMO_CONFIG: &str = "[sync]\nevery_seconds = 10\nsweep_every_seconds = 1800\n[worker]\ntick_seconds = 2\n[log]\nlevel = \"warn,docket_app=error\"\n";

#[derive(clap::Args)]
pub struct Args {
    /// Port of the pages
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Disputes to begin with
    #[arg(long, default_value_t = 600)]
    cases: usize,
    /// Another seed gives other merchants and disputes; takes effect with a new folder
    #[arg(long, default_value_t = 7)]
    seed: u64,
    /// Where the demo keeps its state; starting again there continues
    #[arg(long, value_name = "DIR", default_value = "docket-data/demo")]
    data: PathBuf,
}

pub async fn run(args: Args, file: Option<&Path>) -> Result<ExitCode> {
    std::fs::create_dir_all(&args.data)
        .with_context(|| format!("cannot make the folder {}", args.data.display()))?;
    let config = Config::for_demo(DEMO_CONFIG, file, &args.data)?;
    crate::start_log(&config)?;
    let stop = stop_signal()?;
    let listener = super::serve::listen(SocketAddr::from((Ipv4Addr::LOCALHOST, args.port))).await?;
    let simulator = docket_simulator::start(Options {
        seed: args.seed,
        cases: args.cases,
        live: true,
        state_file: Some(args.data.join("simulator.json")),
        ..Options::default()
    })
    .await?;
    let house = House::open(config).await?;
    connect(&house.desk, &simulator).await?;
    line(format!("Docket demo: http://{}", listener.local_addr()?))?;
    line(format!(
        "  six invented clients with PayPal accounts on the built-in simulator ({})",
        simulator.paypal_url()
    ))?;
    line("  no log-in is needed: pages are served on this machine only")?;
    line(format!(
        "  data in {}; Ctrl-C stops, starting again continues",
        args.data.display()
    ))?;
    line("  in a second terminal:")?;
    line(format!("    export DOCKET__DATA_DIR={}", args.data.display()))?;
    line("    docket case list --turn ours --due-before 48h     (or: cargo run --release -- case list …)")?;
    let first = tokio::spawn(first_sync(house.desk.clone(), args.cases));
    let code = super::serve::both(house, listener, stop).await;
    first.abort();
    simulator.stop().await;
    if code.is_ok() {
        line("stopped; everything is kept")?;
    }
    code
}

/// Adds the six clients on the first start; tells their connections the simulator's address on every start.
async fn connect(desk: &Desk, simulator: &Running) -> Result<()> {
    let known = desk.connections(docket_app::ClientScope::Agency).await?;
    let url = simulator.paypal_url();
    for connection in &known {
        desk.move_connection(connection.id, &url, "demo").await?;
    }
    for account in simulator.accounts() {
        if known.iter().any(|c| c.client_name == account.name) {
            continue;
        }
        let client = match desk.find_client(&account.name).await {
            Ok(client) => client,
            Err(_) => desk.add_client(&account.name, true, "demo").await?,
        };
        let credentials = json!({ "client_id": account.client_id, "client_secret": account.client_secret });
        desk.add_connection(
            &client,
            Platform::PAYPAL,
            &url,
            credentials.to_string().into(),
            "demo",
        )
        .await?;
    }
    Ok(())
}

/// Says when the first import is through, so that nobody looks at an empty page and wonders.
async fn first_sync(desk: Desk, expected: usize) {
    let expected = i64::try_from(expected).unwrap_or(i64::MAX);
    loop {
        let all = desk
            .db
            .count_cases(
                docket_app::ClientScope::Agency,
                &docket_app::CaseFilter::default(),
            )
            .await;
        if let Ok(n) = all
            && n >= expected
        {
            println!("  {n} cases are in; new disputes keep arriving and old ones are decided");
            return;
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
}
