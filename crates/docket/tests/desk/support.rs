//! A desk of its own for each test: folder, database, simulator process, and the binary to call.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

const BINARY: &str = env!("CARGO_BIN_EXE_docket");

/// Which database a test runs on.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// A scenario as two tests.
macro_rules! on_both_engines {
    ($($scenario:ident: $sqlite:ident, $postgres:ident);+ $(;)?) => {$(
        #[tokio::test]
        async fn $sqlite() {
            $scenario($crate::support::Engine::Sqlite).await;
        }
        #[tokio::test]
        async fn $postgres() {
            $scenario($crate::support::Engine::Postgres).await;
        }
    )+};
}
pub(crate) use on_both_engines;

pub struct Desk {
    pub folder: TempDir,
    variables: Vec<(String, String)>,
    simulator: Child,
    pub paypal: String,
    pub klarna: String,
    pub shopify: String,
    pub control: String,
    pub accounts: Vec<Value>,
    pub partner: Value,
}

impl Drop for Desk {
    fn drop(&mut self) {
        // A test that failed leaves no process behind; one that is gone already is fine too.
        let _ = self.simulator.kill();
        let _ = self.simulator.wait();
    }
}

/// What a call of the binary gave.
pub struct Said {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Said {
    fn of(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        Self {
            code: output.status.code().unwrap_or(-1),
            out: text(output.stdout),
            err: text(output.stderr),
        }
    }

    #[track_caller]
    pub fn good(self) -> String {
        assert_eq!(self.code, 0, "stdout: {}\nstderr: {}", self.out, self.err);
        self.out
    }

    #[track_caller]
    pub fn json(self) -> Value {
        let out = self.good();
        serde_json::from_str(&out).unwrap_or_else(|e| panic!("{e}: {out}"))
    }

    /// Failed with exit code 1 and a message that holds each of the words.
    #[track_caller]
    pub fn refused(self, words: &[&str]) {
        assert_eq!(self.code, 1, "stdout: {}\nstderr: {}", self.out, self.err);
        for word in words {
            assert!(self.err.contains(word), "`{word}` is missing in: {}", self.err);
        }
    }
}

/// A fresh database's URL, or none where PostgreSQL is not there (said on stderr).
pub async fn database(engine: Engine) -> Option<(docket_store::testing::TestDb, String)> {
    let test = match engine {
        Engine::Sqlite => docket_store::testing::sqlite().await,
        Engine::Postgres => docket_store::testing::postgres().await?,
    };
    let url = test.url.clone();
    Some((test, url))
}

impl Desk {
    /// Somebody whose word lets pass what only a lead may.
    pub fn lead(&self, name: &str) {
        let email = format!("{}@desk.example", name.to_lowercase().replace(' ', "."));
        self.call(&["user", "add", name, "--email", &email, "--role", "lead"])
            .good();
    }

    pub fn new(cases: usize) -> Self {
        Self::with(cases, &[])
    }

    /// With options for the simulator.
    pub fn with(cases: usize, options: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut simulator = Command::new(BINARY)
            .args([
                "simulate",
                "--listen",
                "127.0.0.1:0",
                "--cases",
                &cases.to_string(),
                "--platforms",
                "paypal",
            ])
            .args(options)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut first = String::new();
        BufReader::new(simulator.stdout.take().unwrap())
            .read_line(&mut first)
            .unwrap();
        let said: Value = serde_json::from_str(&first).unwrap();
        let text = |key: &str| said[key].as_str().unwrap().to_owned();
        let quick = [
            ("DATA_DIR", folder.path().join("data").display().to_string()),
            ("WORKER__LEASE_SECONDS", "2".to_owned()),
            ("WORKER__TICK_SECONDS", "1".to_owned()),
            ("SYNC__EVERY_SECONDS", "100000".to_owned()),
            ("HTTP__READ_TIMEOUT_SECONDS", "2".to_owned()),
            ("HTTP__PAUSE_SECONDS", "1".to_owned()),
            ("SUBMIT__CALL_LIMIT_SECONDS", "2".to_owned()),
            ("SUBMIT__SETTLE_SECONDS", "4".to_owned()),
            ("SUBMIT__CONFIRM_EVERY_SECONDS", "1".to_owned()),
            ("SUBMIT__CONFIRM_WITHIN_SECONDS", "60".to_owned()),
            ("SUBMIT__MAX_SENDS", "20".to_owned()),
        ];
        Self {
            variables: quick
                .into_iter()
                .map(|(key, value)| (format!("DOCKET__{key}"), value))
                .collect(),
            paypal: text("paypal"),
            klarna: text("klarna"),
            shopify: text("shopify"),
            control: text("control"),
            accounts: said["accounts"].as_array().unwrap().clone(),
            partner: said["partner"].clone(),
            simulator,
            folder,
        }
    }

    pub fn set(&mut self, key: &str, value: &str) {
        self.variables.push((format!("DOCKET__{key}"), value.to_owned()));
    }

    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(BINARY);
        command
            .args(args)
            .current_dir(self.folder.path())
            .envs(self.variables.iter().cloned())
            .env("USER", "tester");
        command
    }

    pub fn call(&self, args: &[&str]) -> Said {
        Said::of(self.command(args).stdin(Stdio::null()).output().unwrap())
    }

    pub fn file(&self, name: &str, content: &[u8]) -> String {
        let path: PathBuf = self.folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path.display().to_string()
    }

    /// A carrier's document of the parcel, delivered on the day on which the dispute was opened.
    pub fn carriers_proof(&self, dispute: &str, parcel: &str) -> String {
        let opened = self.case(dispute)["opened_at"].as_str().unwrap()[..10].to_owned();
        let lines = [
            parcel,
            &format!("delivered {opened} at 14:05, signed by T. Sandelin"),
        ];
        self.file("proof.pdf", &docket_documents::samples::pdf(&[&lines]))
    }

    /// Records a refund of the order behind a dispute at PayPal, as the client's table tells it.
    pub async fn refunded(&self, client: &str, dispute: &str, refund: &str) {
        let documents = self.get("paypal/disputes").await;
        let mut documents = documents.as_array().unwrap().iter();
        let document = documents.find(|row| row["dispute_id"] == *dispute).unwrap();
        let invoice = document["disputed_transactions"][0]["invoice_number"].clone();
        let day = &self.case(dispute)["opened_at"].as_str().unwrap()[..10].to_owned();
        let table = format!(
            "order,refunded_at,currency,amount,refund\n{},{day},EUR,10.00,{refund}\n",
            invoice.as_str().unwrap()
        );
        let file = self.file("refunds.csv", table.as_bytes());
        self.call(&["import", "refunds", &file, "--client", client])
            .good();
    }

    fn connect(&self, name: &str, credentials: &Value) -> String {
        self.call(&["client", "add", name]).good();
        self.add("paypal", name, &self.paypal, credentials)
            .good()
            .trim()
            .to_owned()
    }

    /// `docket connection add` for a client that is there already.
    pub fn add(&self, platform: &str, name: &str, base_url: &str, credentials: &Value) -> Said {
        let file = self.file(
            &format!("{name}-{platform}.json"),
            credentials.to_string().as_bytes(),
        );
        let place = ["--client", name, "--platform", platform];
        let way = ["--base-url", base_url, "--credentials", &file];
        self.call(&[&["connection", "add"][..], &place, &way].concat())
    }

    /// A client with its own app at the simulator's account of that number; gives the connection's id.
    pub fn client(&self, name: &str, account: usize) -> String {
        let account = &self.accounts[account];
        let own = ["client_id", "client_secret"].map(|key| (key.to_owned(), account[key].clone()));
        self.connect(name, &Value::Object(own.into_iter().collect()))
    }

    /// A client that is reached through the partner's app.
    pub fn partner_client(&self, name: &str, account: usize) -> String {
        let mut credentials = self.partner.clone();
        credentials["payer_id"] = self.accounts[account]["merchant_id"].clone();
        self.connect(name, &credentials)
    }

    /// Adds disputes that wait for the seller; gives their ids.
    pub async fn plant(&self, account: usize, count: usize, due_in_seconds: u64) -> Vec<String> {
        let body = serde_json::json!({
            "client_id": self.accounts[account]["client_id"], "count": count,
            "status": "WAITING_FOR_SELLER_RESPONSE", "due_in_seconds": due_in_seconds,
        });
        let said = self.post("paypal/plant", &body).await;
        let ids = said
            .as_array()
            .or_else(|| said["ids"].as_array())
            .unwrap_or_else(|| panic!("{said}"));
        ids.iter().map(|id| id.as_str().unwrap().to_owned()).collect()
    }

    pub async fn post(&self, path: &str, body: &Value) -> Value {
        let answer = http()
            .post(format!("{}/{path}", self.control))
            .json(body)
            .send()
            .await
            .unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        answer.json().await.unwrap_or(Value::Null)
    }

    pub async fn get(&self, path: &str) -> Value {
        http()
            .get(format!("{}/{path}", self.control))
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap()
    }

    pub fn case(&self, dispute: &str) -> Value {
        self.call(&["case", "show", dispute, "--json"]).json()
    }

    /// Prepares a response that is a text alone.
    pub fn contest(&self, dispute: &str, note: &str) {
        let words = [
            "respond",
            dispute,
            "contest",
            "--evidence",
            "other",
            "--note",
            note,
        ];
        self.call(&words).good();
    }

    pub fn work(&self) {
        self.call(&["worker", "--until-idle"]).good();
    }
}

pub fn http() -> reqwest::Client {
    // An error only says that one is installed already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().no_proxy().build().unwrap()
}
