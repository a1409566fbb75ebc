//! Workers die at random moments, connections reset before and after handling: each dispute is answered exactly once.
//! The long form is `cargo xtask soak submit`.

use std::collections::HashMap;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::answering::Platform;
use crate::support::{Desk, Engine, database};

/// Of each of two clients on each platform.
const RESPONSES: usize = 3;
const KILLS: usize = 4;

fn start(desk: &Desk) -> Child {
    desk.command(&["worker"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

fn states(desk: &Desk) -> HashMap<String, usize> {
    let mut counts = HashMap::new();
    for s in desk
        .call(&["respond", "list", "--json"])
        .json()
        .as_array()
        .unwrap()
    {
        *counts.entry(s["state"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    counts
}

/// A prepared answer to each of the planted disputes; gives platform and id of these.
async fn prepared(desk: &Desk) -> Vec<(Platform, String)> {
    let mut disputes = Vec::new();
    for account in 0..2 {
        let name = format!("Client {account}");
        desk.client(&name, account);
        for platform in Platform::ALL {
            platform.connect(desk, &name, account);
            let planted = platform.plant(desk, account, RESPONSES, 1800).await;
            disputes.extend(planted.into_iter().map(|dispute| (platform, dispute)));
        }
    }
    desk.call(&["sync"]).good();
    for (platform, dispute) in &disputes {
        let args = platform.contest(desk, dispute);
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        desk.call(&args).good();
    }
    disputes
}

async fn exactly_once(engine: Engine) {
    let mut desk = Desk::with(0, &["--platforms", "all"]);
    let Some((_database, url)) = database(engine).await else {
        return;
    };
    desk.set("DATABASE__URL", &url);
    let disputes = prepared(&desk).await;
    desk.post(
        "faults",
        &json!({ "reset_before": 0.2, "reset_after": 0.2, "error_after": 0.1 }),
    )
    .await;
    let mut workers = [start(&desk), start(&desk)];
    for kill in 0..KILLS {
        // Uneven pauses, so that the kills fall on different moments of reading, marking, calling and recording.
        tokio::time::sleep(Duration::from_millis(230 + 170 * u64::try_from(kill).unwrap())).await;
        let worker = &mut workers[kill % 2];
        worker.kill().unwrap();
        worker.wait().unwrap();
        *worker = start(&desk);
    }
    desk.post("faults", &json!({})).await;
    let patience = Instant::now() + Duration::from_secs(90);
    while states(&desk).get("confirmed") != Some(&disputes.len()) {
        assert!(
            Instant::now() < patience,
            "not all confirmed: {:?}",
            states(&desk)
        );
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    for worker in &mut workers {
        worker.kill().unwrap();
        worker.wait().unwrap();
    }
    let journal = desk.get("journal").await;
    let mut answers: HashMap<&str, Vec<&str>> = HashMap::new();
    for entry in journal.as_array().unwrap() {
        assert_eq!(entry["in_time"], json!(true), "{entry}");
        answers
            .entry(entry["dispute_id"].as_str().unwrap())
            .or_default()
            .push(entry["action"].as_str().unwrap());
    }
    for (platform, dispute) in &disputes {
        let mut actions = answers.remove(dispute.as_str()).unwrap_or_default();
        // What goes before may be repeated: it answers nothing.
        actions.retain(|action| *action != platform.harmless());
        assert_eq!(actions, [platform.decisive()], "{dispute} in {journal}");
    }
    assert!(answers.is_empty(), "nobody asked for {answers:?}");
    desk.call(&["doctor"]).good();
}

#[tokio::test]
async fn process_kills_never_send_twice_on_sqlite() {
    exactly_once(Engine::Sqlite).await;
}

#[tokio::test]
async fn process_kills_never_send_twice_on_postgres() {
    exactly_once(Engine::Postgres).await;
}

#[tokio::test]
async fn process_kill_in_a_first_import_resumes_and_loses_nothing() {
    let desk = Desk::with(400, &["--latency", "15"]);
    desk.client("Acme", 0);
    let mut sync = desk
        .command(&["sync"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let patience = Instant::now() + Duration::from_secs(30);
    let stored = || {
        desk.call(&["case", "list", "--json"])
            .json()
            .as_array()
            .map_or(0, Vec::len)
    };
    while stored() == 0 {
        assert!(Instant::now() < patience, "nothing was stored");
    }
    sync.kill().unwrap();
    sync.wait().unwrap();
    let before = stored();
    let said = desk.call(&["sync", "--json"]).json();
    let remote = desk
        .get(&format!(
            "paypal/disputes?client_id={}",
            desk.accounts[0]["client_id"].as_str().unwrap()
        ))
        .await;
    assert_eq!(stored(), remote.as_array().unwrap().len());
    let read_again = said["new"].as_u64().unwrap();
    assert_eq!(
        usize::try_from(read_again).unwrap() + before,
        stored(),
        "what was stored is not read as new: {said}"
    );
}

/// Under a third of all requests passing, remote and local are equal in the end.
#[tokio::test]
async fn process_storm_of_faults_loses_nothing() {
    let desk = Desk::new(150);
    for account in 0..2 {
        desk.client(&format!("Client {account}"), account);
    }
    desk.post(
        "faults",
        &json!({ "rate_limited": 0.1, "server_error": 0.2, "reset_before": 0.1, "reset_after": 0.1, "truncated": 0.2, "token_expired": 0.2 }),
    )
    .await;
    desk.call(&["sync"]);
    desk.post("faults", &json!({})).await;
    desk.work();
    desk.call(&["sync"]).good();
    let local = desk.call(&["case", "list", "--json"]).json();
    let local: HashMap<&str, &Value> = local
        .as_array()
        .unwrap()
        .iter()
        .map(|c| (c["platform_dispute_id"].as_str().unwrap(), c))
        .collect();
    let mut remote = Vec::new();
    for account in &desk.accounts[..2] {
        let all = desk
            .get(&format!(
                "paypal/disputes?client_id={}",
                account["client_id"].as_str().unwrap()
            ))
            .await;
        remote.extend(all.as_array().unwrap().clone());
    }
    assert_eq!(local.len(), remote.len());
    for dispute in &remote {
        let case = local[dispute["dispute_id"].as_str().unwrap()];
        assert_eq!(case["platform_status"], dispute["status"], "{case}");
        assert_eq!(case["platform_reason"], dispute["reason"], "{case}");
    }
}
