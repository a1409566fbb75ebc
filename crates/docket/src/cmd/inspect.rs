//! `docket inspect`: one raw payload, in our words.

use std::io::Read;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use docket_core::words::Platform;

use crate::output;
use crate::platforms::DRIVERS;

#[derive(clap::Args)]
pub struct Args {
    platform: Platform,
    /// A dispute as the API or a webhook gives it; `-` reads standard input
    file: PathBuf,
}

pub fn run(args: &Args) -> Result<ExitCode> {
    let mut raw = Vec::new();
    if args.file.as_os_str() == "-" {
        std::io::stdin()
            .read_to_end(&mut raw)
            .context("cannot read standard input")?;
    } else {
        raw = std::fs::read(&args.file).with_context(|| format!("cannot read {}", args.file.display()))?;
    }
    let now = crate::clock::system().now();
    let Some(driver) = DRIVERS.iter().find(|driver| driver.platform == args.platform) else {
        let known: Vec<String> = DRIVERS.iter().map(|driver| driver.platform.to_string()).collect();
        bail!(
            "this program does not speak with `{}`; choose one of: {}",
            args.platform,
            known.join(", ")
        );
    };
    let snapshot = (driver.inspect)(&raw, now)?;
    output::json(&snapshot.inspection())?;
    Ok(ExitCode::SUCCESS)
}
