//! Webhooks from end to end: `docket run` on a real port, the simulator knocking. No sync runs meanwhile, so whatever
//! is seen came through the door.

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::platforms::{ALL, has};
use crate::support::{Desk, http};

/// A running desk with its doors.
pub struct Open {
    pub desk: Desk,
    child: Child,
    pub pages: String,
    /// Platform and connection.
    pub connections: Vec<(&'static str, String)>,
}

impl Drop for Open {
    fn drop(&mut self) {
        // A test that failed leaves no process behind.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub async fn open() -> Open {
    let mut desk = Desk::everywhere(30);
    let root = http()
        .get(format!("{}/paypal/root.pem", desk.control))
        .send()
        .await
        .unwrap();
    let root = desk.file("root.pem", &root.bytes().await.unwrap());
    desk.set("WEBHOOKS__CERTIFICATE_HOSTS", r#"["127.0.0.1"]"#);
    desk.set("WEBHOOKS__CERTIFICATE_ROOTS_FILE", &root);
    desk.set("WEB__LISTEN", "127.0.0.1:0");
    let connections: Vec<_> = ALL
        .iter()
        .map(|platform| (*platform, desk.join(platform, "Acme", 0)))
        .collect();
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
    let open = Open {
        desk,
        child,
        pages,
        connections,
    };
    for (platform, id) in &open.connections {
        let hook = json!({
            "client_id": open.desk.accounts[0]["client_id"], "platform": platform, "url": open.door(platform, id),
        });
        open.desk.post("webhooks", &hook).await;
    }
    open
}

impl Open {
    pub fn door(&self, platform: &str, connection: &str) -> String {
        format!("{}/webhooks/{platform}/{connection}", self.pages)
    }

    /// The case once it fits.
    pub async fn until(&self, dispute: &str, fits: impl Fn(&Value) -> bool) -> Value {
        let patience = Instant::now() + Duration::from_secs(60);
        loop {
            let said = self.desk.call(&["case", "show", dispute, "--json"]);
            if said.code == 0 {
                let case = said.json();
                if fits(&case) {
                    return case;
                }
            }
            assert!(Instant::now() < patience, "{dispute} never came through the door");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// What became of the messages to one platform's door, once it fits.
    pub async fn tally(&self, platform: &str, fits: impl Fn(&Value) -> bool) -> Value {
        let patience = Instant::now() + Duration::from_secs(60);
        loop {
            let all = self.desk.get("webhooks").await;
            let row = all
                .as_array()
                .unwrap()
                .iter()
                .find(|row| row["platform"] == platform)
                .unwrap();
            if fits(row) {
                return row.clone();
            }
            assert!(Instant::now() < patience, "{row}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Rows of the table of webhooks.
    pub async fn kept(&self) -> i64 {
        let url = format!("sqlite://{}/data/docket.db", self.desk.folder.path().display());
        let db = docket_store::Db::connect(&url).await.unwrap();
        let kept = docket_store::testing::count(&db, "SELECT count(*) FROM webhooks").await;
        db.close().await;
        kept
    }

    pub async fn knock(&self, url: &str, headers: &[(&str, &str)], body: Vec<u8>) -> (u16, String) {
        let mut request = http().post(url).body(body);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }
}

pub fn n(row: &Value, key: &str) -> u64 {
    row[key].as_u64().unwrap()
}

#[tokio::test]
async fn process_changes_come_through_the_doors_without_a_sync() {
    let open = open().await;
    for platform in ALL {
        let dispute = open.desk.plant_on(platform, 0, 1, &Value::Null).await.remove(0);
        let case = open.until(&dispute, |_| true).await;
        assert_eq!(
            (&case["platform"], &case["turn"]),
            (&json!(platform), &json!("ours")),
            "{case}"
        );
        open.desk.decide(platform, &dispute, false).await;
        let case = open.until(&dispute, |case| case["outcome"].is_string()).await;
        assert_eq!(case["turn"], "nobody", "{case}");
        // Answered at the first knock, within the five seconds that the strictest platform waits.
        let row = open
            .tally(platform, |row| n(row, "delivered") >= 2 && n(row, "waiting") == 0)
            .await;
        assert_eq!(
            (n(&row, "failed"), n(&row, "repeated"), n(&row, "lost")),
            (0, 0, 0),
            "{row}"
        );
    }
    assert!(open.kept().await >= 6);
    let runs = open.desk.call(&["connection", "list", "--json"]).json();
    for connection in runs.as_array().unwrap() {
        assert_eq!(connection["sync_error"], Value::Null);
    }
}

#[tokio::test]
async fn process_lost_webhooks_cost_nothing_but_time() {
    let open = open().await;
    open.desk.post("webhooks/faults", &json!({"drop": 1.0})).await;
    let mut lost = Vec::new();
    for platform in ALL {
        let dispute = open.desk.plant_on(platform, 0, 1, &Value::Null).await.remove(0);
        open.tally(platform, |row| n(row, "dropped") >= 1).await;
        lost.push(dispute);
    }
    for dispute in &lost {
        open.desk.call(&["case", "show", dispute]).refused(&[dispute]);
    }
    let said = open.desk.call(&["sync", "--json"]).json();
    assert_eq!((&said["new"], &said["failed"]), (&json!(3), &json!(0)), "{said}");
    for (platform, dispute) in ALL.iter().zip(&lost) {
        open.desk.decide(platform, dispute, true).await;
        open.tally(platform, |row| n(row, "dropped") >= 2).await;
        assert_eq!(open.desk.case(dispute)["outcome"], Value::Null);
    }
    open.desk.call(&["sync"]).good();
    for dispute in &lost {
        assert!(open.desk.case(dispute)["outcome"].is_string());
    }
    assert_eq!(open.kept().await, 0);
}

/// A new dispute, a longer way, an end: told twice and out of order, it is the same story.
#[tokio::test]
async fn process_repeats_and_disorder_change_nothing() {
    let open = open().await;
    open.desk
        .post("webhooks/faults", &json!({"duplicate": 1.0, "reorder": 0.5}))
        .await;
    for platform in ALL {
        let disputes = open.desk.plant_on(platform, 0, 4, &Value::Null).await;
        for dispute in &disputes {
            open.desk.decide(platform, dispute, false).await;
        }
        for dispute in &disputes {
            let case = open.until(dispute, |case| case["outcome"].is_string()).await;
            let kinds: Vec<&str> = case["history"]
                .as_array()
                .unwrap()
                .iter()
                .map(|row| row["kind"].as_str().unwrap())
                .collect();
            let count = |kind: &str| kinds.iter().filter(|known| **known == kind).count();
            assert_eq!(
                (count("opened"), case["round"].as_i64()),
                (1, Some(1)),
                "{kinds:?}"
            );
            assert!(!has(&case["attention"], "reopened"), "{case}");
        }
        let row = open
            .tally(platform, |row| {
                n(row, "waiting") == 0 && n(row, "duplicated") >= 4
            })
            .await;
        assert_eq!((n(&row, "failed"), n(&row, "repeated")), (0, 0), "{row}");
    }
    let mut told = 0;
    for platform in ALL {
        let row = open.tally(platform, |row| n(row, "waiting") == 0).await;
        told += n(&row, "delivered") - n(&row, "duplicated");
    }
    assert_eq!(open.kept().await, i64::try_from(told).unwrap(), "each event once");
}

/// A reading that is not permitted pauses the connection like a sync would, and nothing is forgotten.
#[tokio::test]
async fn process_a_nudge_that_may_not_be_read_pauses_the_connection() {
    let open = open().await;
    let (_, connection) = open
        .connections
        .iter()
        .find(|(platform, _)| *platform == "shopify")
        .unwrap();
    open.desk.shop(0, &json!({"revoke_tokens": true})).await;
    let dispute = open.desk.plant_on("shopify", 0, 1, &Value::Null).await.remove(0);
    let patience = Instant::now() + Duration::from_secs(60);
    loop {
        let shown = open.desk.connection(connection);
        if shown["state"] == "paused" {
            assert!(
                shown["paused_why"].as_str().unwrap().contains("authorise again"),
                "{shown}"
            );
            break;
        }
        assert!(Instant::now() < patience, "{shown}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    open.desk.shop(0, &json!({"revoke_tokens": false})).await;
    open.desk.call(&["connection", "resume", connection]).good();
    open.desk.call(&["sync", "--connection", connection]).good();
    assert_eq!(open.desk.case(&dispute)["turn"], "ours");
}
