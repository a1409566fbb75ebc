//! What is taken back while a worker reaches for it is either taken back or sent, and it is known which.

use std::process::Stdio;
use std::time::Duration;

use crate::support::{Desk, Engine, database, on_both_engines};

const RESPONSES: u64 = 8;

async fn taken_back_or_sent_never_both(engine: Engine) {
    let Some((_database, url)) = database(engine).await else {
        return;
    };
    let mut desk = Desk::new(0);
    desk.set("DATABASE__URL", &url);
    desk.client("Acme", 0);
    let disputes = desk.plant(0, usize::try_from(RESPONSES).unwrap(), 86_400).await;
    desk.call(&["sync"]).good();
    let mut worker = desk.command(&["worker"]);
    let mut worker = worker
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut taken = Vec::new();
    for (number, dispute) in (0..).zip(&disputes) {
        desk.contest(dispute, "DHL delivered it");
        // Uneven pauses, so that some meet the worker before its reading, some in it, some after its call.
        tokio::time::sleep(Duration::from_millis(number * number * 40)).await;
        let said = desk.call(&["respond", "cancel", dispute]);
        assert!(said.code == 0 || said.err.contains("response"), "{}", said.err);
        taken.push(said.code == 0);
    }
    worker.kill().unwrap();
    worker.wait().unwrap();
    desk.work();
    let journal = desk.get("journal").await;
    let calls = |dispute: &str| {
        let all = journal.as_array().unwrap().iter();
        all.filter(|entry| entry["dispute_id"] == dispute).count()
    };
    for (dispute, taken) in disputes.iter().zip(&taken) {
        let list = desk
            .call(&["respond", "list", "--case", dispute, "--json"])
            .json();
        assert_eq!(list.as_array().unwrap().len(), 1, "{list}");
        let expected = match taken {
            true => ("cancelled", 0),
            false => ("confirmed", 1),
        };
        let found = (list[0]["state"].as_str().unwrap(), calls(dispute));
        assert_eq!(found, expected, "{dispute}: {journal}");
    }
    assert!(taken.contains(&true) && taken.contains(&false), "{taken:?}");
}

on_both_engines!(
    taken_back_or_sent_never_both:
    process_taken_back_or_sent_never_both_on_sqlite,
    process_taken_back_or_sent_never_both_on_postgres;
);
