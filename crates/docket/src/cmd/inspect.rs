//! `docket inspect`: one raw payload, in our words.

use std::io::Read;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use docket_core::words::Platform;

use crate::output;

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
    let snapshot = match args.platform {
        Platform::PAYPAL => docket_paypal::inspect(&raw, now)?,
        Platform::KLARNA | Platform::SHOPIFY => {
            bail!(
                "{} is not supported by this version; supported: paypal",
                args.platform.title()
            )
        }
    };
    output::json(&snapshot.inspection())?;
    Ok(ExitCode::SUCCESS)
}
