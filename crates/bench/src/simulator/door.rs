//! The simulator's control door.

use std::ops::{Add, Sub};

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Account, Simulator};
use crate::platform::Platform;

/// Requests that reached one fake API.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
pub struct Counters {
    pub requests: u64,
    pub list: u64,
    pub show: u64,
    pub act: u64,
    pub faults: u64,
}

impl Counters {
    fn with(self, other: Self, what: fn(u64, u64) -> u64) -> Self {
        Self {
            requests: what(self.requests, other.requests),
            list: what(self.list, other.list),
            show: what(self.show, other.show),
            act: what(self.act, other.act),
            faults: what(self.faults, other.faults),
        }
    }
}

impl Sub for Counters {
    type Output = Self;

    fn sub(self, before: Self) -> Self {
        self.with(before, u64::saturating_sub)
    }
}

impl Add for Counters {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        self.with(other, u64::saturating_add)
    }
}

/// How fast one account was asked, and how often the platform's own limit refused it.
#[derive(Debug, Clone, Deserialize)]
pub struct Rate {
    /// The most that any window of the asked length saw: requests, or points at Shopify.
    pub most: u64,
    pub limited: u64,
}

/// What became of the messages to one receiver.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Hook {
    pub delivered: u64,
    pub failed: u64,
    pub dropped: u64,
    pub duplicated: u64,
    pub reordered: u64,
    pub lost: u64,
    pub waiting: u64,
}

impl Simulator {
    pub fn counters(&self, platform: Platform) -> Result<Counters> {
        let mut all = self.get("counters")?;
        Ok(serde_json::from_value(
            all["by_platform"][platform.word()].take(),
        )?)
    }

    pub fn rates(&self, platform: Platform, window_ms: u64) -> Result<Vec<Rate>> {
        let said = self.get(&format!("rates?platform={platform}&window_ms={window_ms}"))?;
        Ok(serde_json::from_value(said)?)
    }

    /// Faults by their shares, for all; none switches all off.
    pub fn set_faults(&self, faults: &Value) -> Result<()> {
        self.post("faults", faults).map(drop)
    }

    /// Faults of one account on one platform, in place of all others.
    pub fn trouble(&self, platform: Platform, account: &Account, faults: &Value) -> Result<()> {
        let path = format!("faults?platform={platform}&account={}", account.client_id);
        self.post(&path, faults).map(drop)
    }

    /// Has so many percent of the fixed disputes change now; gives their numbers.
    pub fn touch(&self, percent: u32) -> Result<Touched> {
        let said = self.post(&format!("static/touch?percent={percent}"), &Value::Null)?;
        serde_json::from_value(said).context("the simulator did not say how many it touched")
    }

    /// New disputes that wait for the seller; gives their ids.
    pub fn plant(
        &self,
        platform: Platform,
        account: &Account,
        count: usize,
        due_in_seconds: u64,
    ) -> Result<Vec<String>> {
        let wish =
            json!({ "client_id": account.client_id, "count": count, "due_in_seconds": due_in_seconds });
        let said = self.post(&format!("{platform}/plant"), &wish)?;
        serde_json::from_value(said).context("the simulator did not say which disputes it planted")
    }

    /// Decides a dispute against the merchant.
    pub fn decide(&self, platform: Platform, dispute: &str) -> Result<()> {
        let path = format!("{platform}/disputes/{dispute}/decide");
        self.post(&path, &platform.loss()).map(drop)
    }

    /// Every accepted write so far.
    pub fn journal<T: for<'a> Deserialize<'a>>(&self) -> Result<Vec<T>> {
        Ok(serde_json::from_value(self.get("journal")?)?)
    }

    /// The documents of one account as its owner sees them.
    pub fn disputes(&self, platform: Platform, account: &Account) -> Result<Vec<Value>> {
        let all = self.get(&format!("{platform}/disputes?client_id={}", account.client_id))?;
        Ok(serde_json::from_value(all)?)
    }

    /// Puts a shop on a plan, which decides about its limits.
    pub fn put_on_plan(&self, account: &Account, plan: &str) -> Result<()> {
        let wish = json!({ "client_id": account.client_id, "plan": plan });
        self.post("shopify/shop", &wish).map(drop)
    }

    /// From now on the account's changes are announced there.
    pub fn announce(&self, platform: Platform, account: &Account, url: &str) -> Result<()> {
        let wish = json!({ "client_id": account.client_id, "platform": platform.word(), "url": url });
        self.post("webhooks", &wish).map(drop)
    }

    /// Shares of messages that are never sent, sent twice, and sent after the next one.
    pub fn lead_astray(&self, drop: f64, duplicate: f64, reorder: f64) -> Result<()> {
        let shares = json!({ "drop": drop, "duplicate": duplicate, "reorder": reorder });
        self.post("webhooks/faults", &shares).map(|_| ())
    }

    /// What became of the announcements, by platform.
    pub fn hooks(&self) -> Result<Vec<(Platform, Hook)>> {
        #[derive(Deserialize)]
        struct Row {
            platform: Platform,
            #[serde(flatten)]
            hook: Hook,
        }
        let rows: Vec<Row> = serde_json::from_value(self.get("webhooks")?)?;
        Ok(rows.into_iter().map(|row| (row.platform, row.hook)).collect())
    }

    /// The authority behind PayPal's announcements, as PEM.
    pub fn paypal_root(&self) -> Result<Vec<u8>> {
        self.ask(self.http.get(self.door("paypal/root.pem")), "paypal/root.pem")
    }

    fn get(&self, path: &str) -> Result<Value> {
        let body = self.ask(self.http.get(self.door(path)), path)?;
        Ok(serde_json::from_slice(&body)?)
    }

    fn post(&self, path: &str, body: &Value) -> Result<Value> {
        let body = self.ask(self.http.post(self.door(path)).json(body), path)?;
        Ok(serde_json::from_slice(&body)?)
    }

    fn door(&self, path: &str) -> String {
        format!("{}/{path}", self.said.control)
    }

    fn ask(&self, request: reqwest::RequestBuilder, path: &str) -> Result<Vec<u8>> {
        self.runtime.block_on(async {
            let answer = request.send().await.context("the simulator does not answer")?;
            let status = answer.status();
            let body = answer.bytes().await?;
            ensure!(
                status.is_success(),
                "{path} at the simulator: {status} {}",
                String::from_utf8_lossy(&body)
            );
            Ok(body.into())
        })
    }
}

/// Fixed disputes that were changed.
#[derive(Debug, Clone, Copy, Deserialize)]
pub struct Touched {
    touched: u64,
    /// Those that are open, where a platform's listing does not tell what changed, so that only these are looked at.
    open: Option<u64>,
}

impl Touched {
    /// How many a sync for changes is to find.
    pub fn visible(self) -> u64 {
        self.open.unwrap_or(self.touched)
    }
}
