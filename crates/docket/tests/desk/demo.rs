//! `docket demo`: starts, shows pages, stops cleanly, continues.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::http;

struct Demo {
    child: Child,
    url: String,
    lines: std::sync::mpsc::Receiver<String>,
}

fn start(folder: &std::path::Path) -> Demo {
    let mut child = Command::new(env!("CARGO_BIN_EXE_docket"))
        .args(["demo", "--port", "0", "--cases", "60", "--data"])
        .arg(folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let out = BufReader::new(child.stdout.take().unwrap());
    let (send, lines) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        out.lines()
            .map_while(Result::ok)
            .for_each(|line| drop(send.send(line)))
    });
    let first = lines.recv_timeout(Duration::from_secs(30)).unwrap();
    let url = first
        .split_once("http://")
        .map(|(_, rest)| format!("http://{}", rest.trim()))
        .unwrap_or_else(|| panic!("{first}"));
    Demo { child, url, lines }
}

impl Demo {
    /// Waits for a line with the word.
    fn says(&self, word: &str) -> String {
        let patience = Instant::now() + Duration::from_secs(60);
        while let Ok(line) = self
            .lines
            .recv_timeout(patience.saturating_duration_since(Instant::now()))
        {
            if line.contains(word) {
                return line;
            }
        }
        panic!("the demo never said `{word}`");
    }

    fn stop(mut self) {
        let id = self.child.id().to_string();
        Command::new("kill").args(["-INT", &id]).status().unwrap();
        let status = self.child.wait().unwrap();
        assert!(status.success(), "{status}");
    }
}

/// The cookie of a session.
async fn log_in(pages: &str, email: &str, password: &str) -> String {
    let fields = [("email", email), ("password", password)];
    let client = reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none());
    let sent = client
        .build()
        .unwrap()
        .post(format!("{pages}/log-in"))
        .form(&fields);
    let answer = sent.send().await.unwrap();
    assert_eq!(answer.status(), 303);
    let cookie = answer.headers()["set-cookie"].to_str().unwrap();
    cookie.split(';').next().unwrap().to_owned()
}

/// The invented clients have contracts, and the specialists have begun: something is measured.
fn promises(folder: &std::path::Path) {
    let patience = Instant::now() + Duration::from_secs(60);
    let measured = || {
        let said = Command::new(env!("CARGO_BIN_EXE_docket"))
            .args(["report", "sla", "--format", "json"])
            .env("DOCKET__DATA_DIR", folder)
            .output()
            .unwrap();
        let reports: serde_json::Value = serde_json::from_slice(&said.stdout).unwrap();
        let reports = reports.as_array().unwrap().clone();
        let first = |r: &serde_json::Value| r["contracts"][0]["targets"][0]["raw"]["met"].as_u64().unwrap();
        (reports.len(), reports.iter().map(first).sum::<u64>())
    };
    loop {
        let (clients, met) = measured();
        assert_eq!(clients, 6);
        if met > 0 {
            return;
        }
        assert!(Instant::now() < patience, "nobody began");
    }
}

#[tokio::test]
async fn process_demo_shows_pages_stops_and_continues() {
    let folder = tempfile::tempdir().unwrap();
    let demo = start(folder.path());
    let line = demo.says("log in with the password");
    let password = line.split_whitespace().nth(5).unwrap().to_owned();
    demo.says("ida@demo.example");
    demo.says("cases are in");
    let stranger = http().get(format!("{}/queue", demo.url)).send().await.unwrap();
    assert!(stranger.url().path() == "/log-in" && stranger.status() == 200);
    let cookie = log_in(&demo.url, "ada@demo.example", &password).await;
    for path in [
        "",
        "/queue?turn=ours",
        "/reports/win-rate",
        "/reports/sla",
        "/connections",
        "/people",
        "/audit",
        "/account",
    ] {
        let page = http()
            .get(format!("{}{path}", demo.url))
            .header("cookie", &cookie);
        let answer = page.send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        let page = answer.text().await.unwrap();
        assert!(
            page.contains("<h1") && page.contains("Ada Lind"),
            "{path}: {page}"
        );
    }
    promises(folder.path());
    demo.stop();
    let again = start(folder.path());
    let line = again.says("cases are in");
    let cases: usize = line.split_whitespace().next().unwrap().parse().unwrap();
    assert!(cases >= 60, "{line}");
    again.stop();
}
