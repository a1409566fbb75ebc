//! A desk with people, a client and disputes, and browsers that are logged in to it.

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};

use docket_browser::Browser;

use crate::support::{Desk, http};

pub const PASSWORD: &str = "correct horse battery";
/// A picture of one pixel.
pub const PICTURE: &[u8] = b"\x89\x50\x4e\x47\x0d\x0a\x1a\x0a\x00\x00\x00\x0d\x49\x48\x44\x52\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00\x3a\x7e\x9b\x55\x00\x00\x00\x0a\x49\x44\x41\x54\x78\x9c\x63\xf8\x0f\x00\x01\x01\x01\x00\xb1\x38\xf6\x14\x00\x00\x00\x00\x49\x45\x4e\x44\xae\x42\x60\x82";

pub struct House {
    pub desk: Desk,
    /// Disputes that wait for us, the most urgent first.
    pub disputes: Vec<String>,
    pub pages: String,
    child: Child,
}

impl Drop for House {
    fn drop(&mut self) {
        // A test that failed leaves no process behind.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl House {
    /// With so many disputes; none, and said, where there is no browser here.
    pub async fn open(disputes: usize) -> Option<Self> {
        if std::env::var_os("DOCKET_TEST_CHROMEDRIVER").is_none() {
            eprintln!("SKIPPED: no browser here");
            return None;
        }
        let desk = Desk::new(0);
        desk.client("Nordlicht", 0);
        let mut planted = Vec::new();
        for number in 0..disputes {
            let days = 4 + u64::try_from(number).unwrap();
            planted.extend(desk.plant(0, 1, days * 86_400).await);
        }
        Some(Self::of(desk, planted))
    }

    /// Around a desk whose client is there.
    pub fn of(mut desk: Desk, disputes: Vec<String>) -> Self {
        desk.set("WEB__LISTEN", "127.0.0.1:0");
        desk.call(&["sync"]).good();
        let mut child = desk
            .command(&["run"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut first = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut first)
            .unwrap();
        let (_, rest) = first.split_once("http://").unwrap_or_else(|| panic!("{first}"));
        let pages = format!("http://{}", rest.split(';').next().unwrap().trim());
        Self {
            desk,
            disputes,
            pages,
            child,
        }
    }

    /// Where somebody new chooses a password.
    pub fn invited(&self, name: &str, role: &str) -> String {
        let email = email(name);
        let mut add = vec!["user", "add", name, "--email", &email, "--role", role];
        if role == "client" {
            add.extend(["--client", "Nordlicht"]);
        }
        let link = self.desk.call(&add).good();
        let (_, token) = link.trim().split_once("/password/").unwrap();
        format!("/password/{token}")
    }

    /// Somebody with a password.
    pub async fn person(&self, name: &str, role: &str) {
        let path = self.invited(name, role);
        let answer = http()
            .post(format!("{}{path}", self.pages))
            .form(&[("password", PASSWORD), ("repeated", PASSWORD)])
            .send()
            .await
            .unwrap();
        assert!(answer.status().is_success(), "{}", answer.text().await.unwrap());
    }

    /// A browser of somebody who is logged in.
    pub async fn browser(&self, name: &str) -> Browser {
        let browser = Browser::open(&self.pages).await.expect("looked for before");
        log_in(&browser, name).await;
        browser.until("the queue", "location.pathname === '/queue'").await;
        browser
    }

    pub fn case(&self, number: usize) -> String {
        let case = self.desk.case(&self.disputes[number]);
        format!("/cases/{}", case["id"].as_str().unwrap())
    }

    /// Brings all that decides, so that the evidence of a case is complete.
    pub async fn complete(&self, dispute: &str) {
        let lacking = || -> Vec<String> {
            let check = self.desk.call(&["evidence", "check", dispute, "--json"]).json();
            let rows = check["rows"].as_array().unwrap().clone();
            rows.iter()
                .filter(|row| {
                    row["need"] == "required" && ["missing", "weak"].iter().any(|so| row["standing"] == *so)
                })
                .map(|row| row["kind"].as_str().unwrap().to_owned())
                .collect()
        };
        let add = |kind: &str, more: &[&str]| {
            let words = ["evidence", "add", dispute, kind];
            self.desk.call(&[&words[..], more].concat()).good();
        };
        let parcel = ["--carrier", "Hanseat Express", "--tracking", "HE00417722"];
        add("tracking", &parcel);
        let file = self.desk.carriers_proof(dispute, "Hanseat Express HE00417722");
        for kind in lacking().iter().filter(|kind| *kind != "refund_proof") {
            add(kind, &["--file", &file, "--title", "The carrier's proof"]);
        }
        if !lacking().is_empty() {
            self.desk.refunded("Nordlicht", dispute, "RF123").await;
        }
        let check = self.desk.call(&["evidence", "check", dispute, "--json"]).json();
        assert_eq!(check["decisive"], true, "{check}");
    }
}

pub fn email(name: &str) -> String {
    format!("{}@example.com", name.split(' ').next().unwrap().to_lowercase())
}

pub async fn log_in(browser: &Browser, name: &str) {
    browser.go("/log-in").await;
    browser.fill("#email", &email(name)).await;
    browser.fill("#password", PASSWORD).await;
    browser.keys(docket_browser::keys::ENTER).await;
}
