//! The simulator as a process of its own, so that its work and memory do not count.

mod account;
mod door;

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{ChildStdout, Command, Stdio};

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::platform::Platform;
use crate::process::Background;

pub use account::Account;
pub use door::{Counters, Hook};

#[derive(Deserialize)]
struct Said {
    paypal: String,
    klarna: String,
    shopify: String,
    control: String,
    accounts: Vec<Account>,
}

/// A running simulator; dropping it ends it.
pub struct Simulator {
    said: Said,
    http: reqwest::Client,
    runtime: tokio::runtime::Runtime,
    _process: Background,
    /// Kept open, or its next line would end it.
    _out: BufReader<ChildStdout>,
}

impl Simulator {
    /// With merchants on the platforms of this mix, and further options as names with values.
    pub fn start(docket: &Path, mix: &str, options: &[(&str, String)]) -> Result<Self> {
        let mut command = Command::new(docket);
        command
            .args(["simulate", "--listen", "127.0.0.1:0", "--platforms", mix])
            .args(options.iter().flat_map(|(name, value)| [*name, value.as_str()]))
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut process = Background::start(&mut command)?;
        let out = process
            .child()
            .stdout
            .take()
            .context("the simulator has no output")?;
        let mut out = BufReader::new(out);
        let mut first = String::new();
        out.read_line(&mut first).context("the simulator says nothing")?;
        let said = serde_json::from_str(&first).with_context(|| {
            let options: Vec<_> = command.get_args().map(|arg| arg.to_string_lossy()).collect();
            format!(
                "the simulator did not start; `docket {}` shows why",
                options.join(" ")
            )
        })?;
        Ok(Self {
            said,
            http: crate::http_client()?,
            runtime: crate::small_runtime()?,
            _process: process,
            _out: out,
        })
    }

    /// One account on one platform with so many disputes that never change unless touched.
    pub fn fixed(docket: &Path, platform: Platform, disputes: u64, latency_ms: u64) -> Result<Self> {
        let options = [
            ("--static-disputes", disputes.to_string()),
            ("--static-bytes", "5000".to_owned()),
            ("--latency", latency_ms.to_string()),
            ("--accounts", "1".to_owned()),
        ];
        Self::start(docket, platform.word(), &options)
    }

    pub fn accounts(&self) -> &[Account] {
        &self.said.accounts
    }

    /// Where an account finds a platform.
    pub fn base(&self, platform: Platform, account: &Account) -> String {
        match platform {
            Platform::Paypal => self.said.paypal.clone(),
            Platform::Klarna => self.said.klarna.clone(),
            Platform::Shopify => format!("{}/{}", self.said.shopify, account.shop_handle()),
        }
    }
}
