//! One broken connection never delays another, those of the same client included.

use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::Desk;

/// Syncs of the broken connection that run now.
fn running(desk: &Desk, connection: &str) -> usize {
    let jobs = desk.call(&["job", "list", "--json"]).json();
    let of_it = |job: &&Value| {
        job["kind"] == "sync_connection" && job["state"] == "running" && job["key"] == connection
    };
    jobs.as_array().unwrap().iter().filter(of_it).count()
}

fn synced_at(desk: &Desk, platform: &str) -> String {
    let rows = desk.call(&["connection", "list", "--json"]).json();
    let mut rows = rows.as_array().unwrap().iter();
    let row = rows.find(|row| row["platform"] == platform).unwrap();
    row["synced_at"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn process_a_broken_connection_takes_one_slot_and_its_neighbours_go_on() {
    let mut desk = Desk::everywhere(20);
    desk.set("SYNC__EVERY_SECONDS", "1");
    desk.set("WORKER__TICK_SECONDS", "1");
    let broken = desk.client("Acme", 0);
    desk.join("klarna", "Acme", 0);
    desk.call(&["sync"]).good();
    let client = desk.accounts[0]["client_id"].as_str().unwrap();
    let place = format!("faults?platform=paypal&account={client}");
    desk.post(&place, &json!({ "server_error": 1.0 })).await;
    let mut worker = desk
        .command(&["worker"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let patience = Instant::now() + Duration::from_secs(60);
    // Each sync of the neighbour is an interval in which another one of the broken connection fell due.
    let (mut syncs, mut last) = (0, synced_at(&desk, "klarna"));
    let mut most = 0;
    while syncs < 5 {
        assert!(
            Instant::now() < patience,
            "the neighbour was synced {syncs} times"
        );
        most = most.max(running(&desk, &broken));
        let now = synced_at(&desk, "klarna");
        syncs += usize::from(now != last);
        last = now;
    }
    worker.kill().unwrap();
    worker.wait().unwrap();
    assert_eq!(most, 1, "syncs of the broken connection at the same time");
}
