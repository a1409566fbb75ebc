//! What is taken back while a worker reaches for it is either taken back or sent, and it is known which.

use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::support::{Desk, Engine, database, on_both_engines};

const RESPONSES: usize = 8;

async fn taken_back_or_sent_never_both(engine: Engine) {
    let Some((_database, url)) = database(engine).await else {
        return;
    };
    let mut desk = Desk::new(0);
    desk.set("DATABASE__URL", &url);
    desk.client("Acme", 0);
    let disputes = desk.plant(0, RESPONSES, 86_400).await;
    desk.call(&["sync"]).good();
    for dispute in &disputes {
        desk.contest(dispute, "DHL delivered it");
    }
    // The first is taken back before there is a worker; the others while one starts, reads and sends.
    desk.call(&["respond", "cancel", &disputes[0]]).good();
    let mut taken = vec![true];
    let mut worker = desk.command(&["worker"]);
    let mut worker = worker
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let last = disputes.len() - 1;
    let cancels: Vec<_> = disputes[1..last]
        .iter()
        .map(|dispute| {
            let mut cancel = desk.command(&["respond", "cancel", dispute]);
            cancel
                .stdout(Stdio::null())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap()
        })
        .collect();
    for cancel in cancels {
        let output = cancel.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() || said.contains("response"), "{said}");
        taken.push(output.status.success());
    }
    let patience = Instant::now() + Duration::from_secs(60);
    while desk.case(&disputes[last])["responses"][0]["state"] != "confirmed" {
        assert!(Instant::now() < patience, "the last one was never sent");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let late = desk.call(&["respond", "cancel", &disputes[last]]);
    late.refused(&["response"]);
    taken.push(false);
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
}

on_both_engines!(
    taken_back_or_sent_never_both:
    process_taken_back_or_sent_never_both_on_sqlite,
    process_taken_back_or_sent_never_both_on_postgres;
);
