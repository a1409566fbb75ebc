//! Bad days on all three platforms at once, through the real worker: every response goes out exactly once, and in the
//! end remote and local are equal. `kills.rs` adds dying processes.

use std::collections::HashMap;
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::platforms::{ALL, pdf};
use crate::support::Desk;

const EACH: usize = 4;

async fn answered(desk: &Desk) -> Vec<(&'static str, String)> {
    let mut disputes = Vec::new();
    let file = desk.file("proof.pdf", &pdf());
    for platform in ALL {
        desk.join(platform, "Acme", 0);
        let planted = desk.plant_on(platform, 0, EACH, &Value::Null).await;
        disputes.extend(planted.into_iter().map(|dispute| (platform, dispute)));
    }
    desk.call(&["sync"]).good();
    for (_, dispute) in &disputes {
        let note = format!("answer to {dispute}");
        let text = ["--evidence", "other", "--note", &note, "--file", &file];
        desk.call(&[&["respond", dispute, "contest"][..], &text].concat())
            .good();
    }
    disputes
}

#[tokio::test]
async fn process_lost_and_strange_answers_never_send_twice_on_any_platform() {
    let desk = Desk::everywhere(0);
    let disputes = answered(&desk).await;
    let faults = json!({
        "reset_before": 0.1, "reset_after": 0.15, "error_after": 0.1, "truncated": 0.1,
        "server_error": 0.1, "token_expired": 0.05,
    });
    desk.post("faults?platform=paypal", &faults).await;
    // Keys and permanent tokens do not expire: there a 401 is for a person.
    let mut lasting = faults.clone();
    lasting["token_expired"] = json!(0.0);
    for platform in ["klarna", "shopify"] {
        desk.post(&format!("faults?platform={platform}"), &lasting).await;
    }
    let mut worker = desk
        .command(&["worker"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let patience = Instant::now() + Duration::from_secs(90);
    // Bad weather for a while; it ends before anybody could call it done.
    while desk.get("counters").await["faults"].as_u64().unwrap() < 25 {
        assert!(Instant::now() < patience, "hardly a fault in all that time");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    desk.post("faults", &json!({})).await;
    let states = loop {
        let list = desk.call(&["respond", "list", "--json"]).json();
        let open = |state: &&Value| {
            !["confirmed", "refused", "cancelled", "needs_person"].contains(&state.as_str().unwrap())
        };
        let states: Vec<Value> = list
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row["state"].clone())
            .collect();
        if !states.iter().any(|state| open(&state)) || Instant::now() > patience {
            break list;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    };
    worker.kill().unwrap();
    worker.wait().unwrap();
    let journal = desk.get("journal").await;
    let mut taken: HashMap<&str, usize> = HashMap::new();
    for row in journal
        .as_array()
        .unwrap()
        .iter()
        .filter(|row| row["action"] != "upload")
    {
        *taken.entry(row["dispute_id"].as_str().unwrap()).or_default() += 1;
    }
    for (platform, dispute) in &disputes {
        assert_eq!(
            taken.get(dispute.as_str()),
            Some(&1),
            "{platform} {dispute}: {states}"
        );
    }
    for row in states.as_array().unwrap() {
        assert_eq!(row["state"], "confirmed", "{row}");
    }
    desk.call(&["doctor"]).good();
}

/// Under half of all requests passing, no dispute is lost.
#[tokio::test]
async fn process_a_storm_of_faults_loses_nothing_on_any_platform() {
    let desk = Desk::everywhere(90);
    for platform in ALL {
        desk.join(platform, "Acme", 0);
    }
    let faults = json!({
        "rate_limited": 0.1, "server_error": 0.15, "reset_before": 0.1, "reset_after": 0.1, "truncated": 0.15,
    });
    desk.post("faults", &faults).await;
    desk.call(&["sync"]);
    desk.post("faults", &json!({})).await;
    desk.work();
    desk.call(&["sync"]).good();
    let id = desk.accounts[0]["client_id"].as_str().unwrap();
    for platform in ALL {
        let remote = desk.get(&format!("{platform}/disputes?client_id={id}")).await;
        let mut shown: Vec<&str> = remote
            .as_array()
            .unwrap()
            .iter()
            .map(|body| {
                body["dispute_id"]
                    .as_str()
                    .or(body["payment_dispute_id"].as_str())
            })
            .map(|id| id.unwrap_or_default())
            .collect();
        let cases = desk.cases(&["--platform", platform]);
        let mut local: Vec<&str> = cases
            .iter()
            .map(|case| case["platform_dispute_id"].as_str().unwrap())
            .collect();
        assert_eq!(local.len(), shown.len(), "{platform}");
        if platform != "shopify" {
            shown.sort_unstable();
            local.sort_unstable();
            assert_eq!(local, shown);
        }
        let again = desk.call(&["sync", "--full", "--json"]).json();
        assert_eq!(
            (&again["new"], &again["changed"]),
            (&json!(0), &json!(0)),
            "{platform}: {again}"
        );
    }
}
