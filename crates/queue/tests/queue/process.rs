//! A process that is killed in the middle of a job.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::*;
use docket_queue::{Job, Outcome, Queue, Settings};
use docket_store::Db;
use docket_store::testing::TestDb;
use tokio_util::sync::CancellationToken;

const URL: &str = "DOCKET_QUEUE_TEST_URL";
const LEASE: Duration = Duration::from_secs(2);

fn short() -> Settings {
    Settings {
        lease: LEASE,
        ..settings()
    }
}

/// Not a test by itself: the process that gets killed. It announces each job and never ends one.
#[tokio::test]
async fn victim() {
    let Ok(url) = std::env::var(URL) else { return };
    let db = Db::connect(&url).await.unwrap();
    let (handler, _) = script(|job: Job| async move {
        println!("\nstarted {}", job.key);
        std::future::pending().await
    });
    let queue = Queue::new(db, Wall::env(), short()).handle("k", handler);
    queue.run(CancellationToken::new()).await.unwrap();
}

async fn a_killed_process_loses_nothing(test: TestDb) {
    let env = Wall::env();
    let jobs = [job("k", "a", env.now()), job("k", "b", env.now())];
    enqueue(&test.db, &env, &jobs).await;
    let mut victim = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "process::victim", "--nocapture"])
        .env(URL, &test.url)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(victim.stdout.take().unwrap()).lines();
    for _ in 0..2 {
        assert!(
            lines.by_ref().any(|line| line.unwrap().starts_with("started ")),
            "it ended by itself"
        );
    }
    // Longer than the lease: the heartbeat kept it.
    tokio::time::sleep(LEASE + Duration::from_millis(500)).await;
    assert!(
        rows(&test.db)
            .await
            .iter()
            .all(|row| row.state == "running" && row.attempts == 1)
    );
    let (handler, mut started, gate) = gated(|_| Outcome::Done);
    gate.add_permits(2);
    let worker = Running::start(Queue::new(test.db.clone(), env, short()).handle("k", handler));
    victim.kill().unwrap(); // SIGKILL
    let killed = Instant::now();
    victim.wait().unwrap();
    for _ in 0..2 {
        assert_eq!(next(&mut started).await.attempt, 2);
    }
    let after = killed.elapsed();
    println!("run again {after:?} after the kill");
    assert!(after <= LEASE + Duration::from_secs(1), "{after:?}");
    assert_eq!(worker.stop().await.done, 2);
    assert_eq!(rows(&test.db).await, []);
}

docket_store::on_both!(a_killed_process_loses_nothing,);
