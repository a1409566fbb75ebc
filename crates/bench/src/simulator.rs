//! The simulator as a process of its own, so that its work and memory do not count, and its control door.

use std::io::{BufRead, BufReader};
use std::ops::Sub;
use std::path::Path;
use std::process::{ChildStdout, Command, Stdio};

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::process::Background;

/// Requests that reached the fake API.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
pub struct Counters {
    pub requests: u64,
    pub by_route: Routes,
    pub faults: u64,
}

#[derive(Debug, Clone, Copy, Default, Deserialize)]
pub struct Routes {
    pub token: u64,
    pub list: u64,
    pub show: u64,
    pub act: u64,
}

impl Sub for Counters {
    type Output = Self;

    fn sub(self, before: Self) -> Self {
        Self {
            requests: self.requests - before.requests,
            by_route: Routes {
                token: self.by_route.token - before.by_route.token,
                list: self.by_route.list - before.by_route.list,
                show: self.by_route.show - before.by_route.show,
                act: self.by_route.act - before.by_route.act,
            },
            faults: self.faults - before.faults,
        }
    }
}

/// An account with the credentials of its own app.
#[derive(Debug, Clone, Deserialize)]
pub struct Account {
    pub name: String,
    pub client_id: String,
    pub client_secret: String,
}

#[derive(Deserialize)]
struct Said {
    paypal: String,
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
    pub fn start(docket: &Path, options: &[String]) -> Result<Self> {
        let mut command = Command::new(docket);
        command
            .args(["simulate", "--listen", "127.0.0.1:0", "--platforms", "paypal"])
            .args(options)
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
            format!(
                "the simulator did not start; `docket simulate {}` shows why",
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

    /// One account with so many disputes that never change unless touched.
    pub fn fixed(docket: &Path, disputes: u64, latency_ms: u64) -> Result<Self> {
        let options = [
            ("--static-disputes", disputes),
            ("--static-bytes", 5_000),
            ("--latency", latency_ms),
            ("--accounts", 1),
        ];
        let options: Vec<String> = options
            .iter()
            .flat_map(|(name, value)| [(*name).to_owned(), value.to_string()])
            .collect();
        Self::start(docket, &options)
    }

    pub fn paypal(&self) -> &str {
        &self.said.paypal
    }

    pub fn accounts(&self) -> &[Account] {
        &self.said.accounts
    }

    pub fn counters(&self) -> Result<Counters> {
        Ok(serde_json::from_value(self.get("counters")?)?)
    }

    /// Faults by their shares; none switches all off.
    pub fn set_faults(&self, faults: &Value) -> Result<()> {
        self.post("faults", faults).map(|_| ())
    }

    /// Has so many percent of the fixed disputes change now; gives their number.
    pub fn touch(&self, percent: u32) -> Result<u64> {
        let said = self.post(&format!("static/touch?percent={percent}"), &Value::Null)?;
        said["touched"]
            .as_u64()
            .context("the simulator did not say how many it touched")
    }

    /// New disputes that wait for the seller; gives their ids.
    pub fn plant(&self, account: &Account, count: usize, due_in_seconds: u64) -> Result<Vec<String>> {
        let wish =
            json!({ "client_id": account.client_id, "count": count, "due_in_seconds": due_in_seconds });
        let said = self.post("paypal/plant", &wish)?;
        serde_json::from_value(said).context("the simulator did not say which disputes it planted")
    }

    /// Every accepted write so far.
    pub fn journal<T: for<'a> Deserialize<'a>>(&self) -> Result<Vec<T>> {
        Ok(serde_json::from_value(self.get("paypal/journal")?)?)
    }

    /// The documents of one account as its owner sees them.
    pub fn disputes(&self, account: &Account) -> Result<Vec<Value>> {
        let all = self.get(&format!("paypal/disputes?client_id={}", account.client_id))?;
        Ok(serde_json::from_value(all)?)
    }

    fn get(&self, path: &str) -> Result<Value> {
        self.ask(self.http.get(self.door(path)), path)
    }

    fn post(&self, path: &str, body: &Value) -> Result<Value> {
        self.ask(self.http.post(self.door(path)).json(body), path)
    }

    fn door(&self, path: &str) -> String {
        format!("{}/{path}", self.said.control)
    }

    fn ask(&self, request: reqwest::RequestBuilder, path: &str) -> Result<Value> {
        self.runtime.block_on(async {
            let answer = request.send().await.context("the simulator does not answer")?;
            let status = answer.status();
            let body = answer.bytes().await?;
            ensure!(
                status.is_success(),
                "{path} at the simulator: {status} {}",
                String::from_utf8_lossy(&body)
            );
            Ok(serde_json::from_slice(&body)?)
        })
    }
}
