//! A simulator with every platform, and a way to one account of the platform under test.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use docket_connector::http::{Certificates, HttpSettings, Shared};
use docket_connector::{Connector, Cursor, Error, Listed, Listing, Page, Vault};
use docket_core::env::{Env, Source};
use docket_core::id::DisputeRef;
use docket_core::snapshot::{Observed, Snapshot};
use docket_simulator::{Account, Mix, Options, Running};
use futures::StreamExt;
use secrecy::SecretString;
use serde_json::{Value, json};

use crate::platforms::Side;

/// The simulator's time, which flows and can be moved by hand.
#[derive(Debug, Clone)]
struct Time {
    base: DateTime<Utc>,
    started: Instant,
    ahead: Arc<AtomicI64>,
    random: Arc<AtomicU64>,
}

impl Source for Time {
    fn now(&self) -> DateTime<Utc> {
        let flowed = chrono::Duration::from_std(self.started.elapsed()).unwrap();
        self.base + flowed + chrono::Duration::seconds(self.ahead.load(Ordering::SeqCst))
    }

    fn fill(&self, bytes: &mut [u8]) {
        for byte in bytes {
            *byte = self.random.fetch_add(167, Ordering::SeqCst).to_le_bytes()[0];
        }
    }
}

/// Credentials that are given once and never renewed.
struct Kept(SecretString);

#[async_trait]
impl Vault for Kept {
    async fn current(&self) -> Result<SecretString, Error> {
        Ok(self.0.clone())
    }

    async fn claim(&self) -> Result<bool, Error> {
        Ok(false)
    }

    async fn store(&self, _: SecretString) -> Result<(), Error> {
        Ok(())
    }

    async fn release(&self) -> Result<(), Error> {
        Ok(())
    }
}

pub struct House {
    pub simulator: Running,
    pub side: &'static Side,
    pub http: reqwest::Client,
    time: Time,
    /// Kept for the whole test, with its tokens.
    pub connector: Arc<dyn Connector>,
}

/// The account that the tests look through.
pub const MINE: usize = 0;
/// Another merchant's.
pub const OTHER: usize = 1;

impl House {
    pub async fn open(side: &'static Side) -> Self {
        Self::with(side, 45).await
    }

    /// With so many disputes of the past, over all merchants and platforms.
    pub async fn with(side: &'static Side, cases: usize) -> Self {
        let options = Options {
            cases,
            platforms: Mix::All,
            ..Options::default()
        };
        let simulator = docket_simulator::start(options).await.unwrap();
        // An error only says that a provider is installed already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let clock = format!("{}/clock", simulator.control_url());
        let clock: Value = http.get(clock).send().await.unwrap().json().await.unwrap();
        let base: DateTime<Utc> = clock["now"].as_str().unwrap().parse().unwrap();
        let time = Time {
            // A little ahead, so that a listing up to now holds what was changed just before.
            base: base + chrono::Duration::seconds(1),
            started: Instant::now(),
            ahead: Arc::default(),
            random: Arc::default(),
        };
        let credentials = (side.credentials)(&simulator.accounts()[MINE]);
        let connector = connector(side, &simulator, &time, &credentials).unwrap();
        Self {
            simulator,
            side,
            http,
            time,
            connector,
        }
    }

    pub fn account(&self) -> &Account {
        &self.simulator.accounts()[MINE]
    }

    pub fn credentials(&self) -> Value {
        (self.side.credentials)(self.account())
    }

    /// A connector that shares nothing with the others: no token, no pause.
    pub fn connect(&self, credentials: &Value) -> Arc<dyn Connector> {
        connector(self.side, &self.simulator, &self.time, credentials).unwrap()
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.time.now()
    }

    /// Moves our clock and the simulator's.
    pub async fn advance(&self, seconds: i64) {
        self.time.ahead.fetch_add(seconds, Ordering::SeqCst);
        self.post("clock", &json!({"advance_seconds": seconds})).await;
    }

    pub async fn post(&self, path: &str, body: &Value) -> Value {
        let url = format!("{}/{path}", self.simulator.control_url());
        let answer = self.http.post(url).json(body).send().await.unwrap();
        let status = answer.status();
        let body = answer.text().await.unwrap();
        assert!(status.is_success(), "{path}: {status} {body}");
        serde_json::from_str(&body).unwrap_or(Value::Null)
    }

    pub async fn get(&self, path: &str) -> Value {
        let url = format!("{}/{path}", self.simulator.control_url());
        self.http.get(url).send().await.unwrap().json().await.unwrap()
    }

    /// Faults of this platform from now on.
    pub async fn faults(&self, faults: &Value) {
        self.post(&format!("faults?platform={}", self.side.word()), faults)
            .await;
    }

    /// The disputes of an account as the simulator's truth shows them.
    pub async fn remote(&self, account: usize) -> Vec<Value> {
        let (word, id) = (self.side.word(), &self.simulator.accounts()[account].client_id);
        let all = self.get(&format!("{word}/disputes?client_id={id}")).await;
        all.as_array().unwrap().clone()
    }

    /// What a body of the platform says.
    pub fn inspect(&self, body: &Value) -> Snapshot {
        let raw = body.to_string();
        (self.side.driver.inspect)(raw.as_bytes(), self.now())
            .unwrap_or_else(|error| panic!("{error}: {raw}"))
    }

    /// The ids of an account's disputes, sorted.
    pub async fn ids(&self, account: usize) -> Vec<String> {
        let remote = self.remote(account).await;
        let mut ids: Vec<String> = remote.iter().map(|body| self.inspect(body).dispute.0).collect();
        ids.sort();
        ids
    }

    /// New disputes that wait for the merchant.
    pub async fn plant(&self, count: usize) -> Vec<DisputeRef> {
        self.plant_as(self.side.waiting, count).await
    }

    pub async fn plant_as(&self, status: &str, count: usize) -> Vec<DisputeRef> {
        let wish = json!({
            "client_id": self.account().client_id, "count": count, "status": status, "due_in_seconds": 6 * 86_400,
        });
        let ids = self.post(&format!("{}/plant", self.side.word()), &wish).await;
        let ids: Vec<String> = serde_json::from_value(ids).unwrap();
        ids.into_iter().map(DisputeRef).collect()
    }

    /// Decided against the merchant, for good.
    pub async fn decide(&self, dispute: &DisputeRef) {
        let path = format!("{}/disputes/{dispute}/decide", self.side.word());
        self.post(&path, &(self.side.lost)()).await;
    }

    pub async fn read(&self, dispute: &DisputeRef) -> Observed {
        self.connector.read(dispute).await.unwrap()
    }

    /// Everything that a listing shows.
    pub async fn list(&self, what: Listing) -> (Vec<Listed>, Option<Cursor>) {
        let pages = self.pages(what, usize::MAX).await;
        let last = pages.iter().rev().find_map(|page| page.checkpoint.clone());
        (pages.into_iter().flat_map(|page| page.items).collect(), last)
    }

    /// The first pages of a listing; then it is dropped.
    pub async fn pages(&self, what: Listing, most: usize) -> Vec<Page> {
        let pages = self.connector.changes(what, self.now()).take(most);
        pages.map(|page| page.unwrap()).collect().await
    }

    /// Requests of one kind that the platform got so far.
    pub async fn count(&self, route: &str) -> u64 {
        let counters = self.get("counters").await;
        counters["by_platform"][self.side.word()][route].as_u64().unwrap()
    }

    /// Decisive answers that the platform took for this dispute.
    pub async fn taken(&self, dispute: &DisputeRef) -> usize {
        let journal = self.get(&format!("{}/journal", self.side.word())).await;
        let rows = journal.as_array().unwrap().iter();
        // Uploads alone answer nothing.
        rows.filter(|row| row["dispute_id"] == json!(dispute) && row["action"] != "upload")
            .count()
    }
}

fn connector(
    side: &Side,
    simulator: &Running,
    time: &Time,
    credentials: &Value,
) -> Result<Arc<dyn Connector>, String> {
    let settings = HttpSettings {
        read_timeout: Duration::from_secs(10),
        pause: Duration::from_millis(20),
        certificates: Certificates {
            hosts: vec!["127.0.0.1".to_owned()],
            roots: simulator.paypal_root().as_bytes().to_vec(),
        },
        ..HttpSettings::default()
    };
    let shared = Shared::new(Env::new(time.clone()), settings).map_err(|error| error.to_string())?;
    let base = (side.base)(simulator, &simulator.accounts()[MINE]);
    let secret = SecretString::from(credentials.to_string());
    (side.driver.connect)(
        base.parse().unwrap(),
        &secret,
        &shared,
        Arc::new(Kept(secret.clone())),
    )
    .map_err(|error| error.to_string())
}
