//! `docket simulate`: the fake platforms alone.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result};
use docket_simulator::{Faults, Mix, Options, StaticMode};
use serde_json::json;

use crate::output;

#[derive(clap::Args)]
pub struct Args {
    #[arg(long, default_value = "127.0.0.1:9400")]
    listen: SocketAddr,
    /// Decides accounts, disputes and faults
    #[arg(long, default_value_t = 7)]
    seed: u64,
    /// Disputes to begin with
    #[arg(long, default_value_t = 600)]
    cases: usize,
    /// Merchant accounts
    #[arg(long, default_value_t = 6)]
    accounts: usize,
    /// Which merchants are on which platforms
    #[arg(long, value_name = "MIX", overrides_with = "platforms", default_value = "varied", value_parser = clap::builder::PossibleValuesParser::new(Mix::NAMES))]
    platforms: String,
    /// Which faults to show
    #[arg(long, value_name = "PROFILE", default_value = "none", value_parser = clap::builder::PossibleValuesParser::new(Faults::NAMES))]
    faults: String,
    /// Added to each request, in milliseconds
    #[arg(long, default_value_t = 0, value_name = "MS")]
    latency: u64,
    /// Disputes arrive and are decided while time passes
    #[arg(long)]
    live: bool,
    /// Keep the state in this file
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
    /// Serve this many unchanging disputes as fast as possible, for benchmarks
    #[arg(long, value_name = "N")]
    static_disputes: Option<usize>,
    /// Size of one of them, in bytes
    #[arg(long, default_value_t = 5000, value_name = "BYTES")]
    static_bytes: usize,
}

pub async fn run(args: Args) -> Result<ExitCode> {
    let running = docket_simulator::start(Options {
        listen: args.listen,
        seed: args.seed,
        cases: args.cases,
        accounts: args.accounts,
        platforms: Mix::named(&args.platforms).context("unknown mix of platforms")?,
        faults: Faults::named(&args.faults).context("unknown fault profile")?,
        latency: Duration::from_millis(args.latency),
        live: args.live,
        state_file: args.state,
        static_mode: args.static_disputes.map(|disputes| StaticMode {
            disputes,
            body_bytes: args.static_bytes,
        }),
    })
    .await?;
    // One line of JSON, so that scripts learn address and credentials without guessing.
    output::line(
        json!({ "paypal": running.paypal_url(), "klarna": running.klarna_url(), "shopify": running.shopify_url(), "control": running.control_url(), "accounts": running.accounts(), "partner": running.partner() }),
    )?;
    eprintln!("fake platforms on {}; Ctrl-C stops", running.address());
    crate::wiring::stop_signal()?.cancelled().await;
    running.stop().await;
    Ok(ExitCode::SUCCESS)
}
