//! Packets and files under kills and a full disk: what is not whole is not there, and each response arrives once.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use docket_documents::samples;
use docket_store::testing::TestDb;
use serde_json::{Value, json};

use crate::answering::Platform;
use crate::hostile::kept;
use crate::support::{Desk, Engine, database, on_both_engines};

struct Worker(Child);

impl Worker {
    fn start(desk: &Desk) -> Self {
        let mut command = desk.command(&["worker"]);
        let quiet = command.stdout(Stdio::null()).stderr(Stdio::null());
        Self(quiet.spawn().unwrap())
    }
}

impl Drop for Worker {
    /// SIGKILL: nothing is finished, nothing is flushed.
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A client on one platform with one dispute that waits for an answer; none where the database is not there.
async fn case(engine: Engine, platform: Platform, options: &[&str]) -> Option<(Desk, TestDb, String)> {
    let (test, url) = database(engine).await?;
    let mut desk = Desk::with(0, &[&["--platforms", "all"], options].concat());
    desk.set("DATABASE__URL", &url);
    desk.join(platform.word(), "Acme", 0);
    let dispute = platform.plant(&desk, 0, 1, 3 * 86_400).await.remove(0);
    desk.call(&["sync"]).good();
    Some((desk, test, dispute))
}

async fn journal(desk: &Desk, action: &str) -> Vec<Value> {
    let journal = desk.get("journal").await;
    let rows = journal.as_array().unwrap().iter();
    rows.filter(|row| row["action"] == action).cloned().collect()
}

/// The platform has it once, and we know.
async fn answered_once(desk: &Desk, platform: Platform, dispute: &str) {
    let _worker = Worker::start(desk);
    let patience = Instant::now() + Duration::from_secs(60);
    while desk.case(dispute)["responses"][0]["state"] != "confirmed" {
        assert!(Instant::now() < patience, "{}", desk.case(dispute));
    }
    assert_eq!(journal(desk, platform.decisive()).await.len(), 1);
    desk.call(&["doctor"]).good();
}

async fn killed_while_a_packet_is_made(engine: Engine) {
    let Some((desk, _kept, dispute)) = case(engine, Platform::Shopify, &[]).await else {
        return;
    };
    let photo = desk.file("photo.jpg", &samples::jpeg(4000, 3000));
    for _ in 0..3 {
        desk.call(&["evidence", "add", &dispute, "delivery_proof", "--file", &photo])
            .good();
    }
    let words = ["respond", &dispute, "contest", "--packet", "--yes"];
    let files = desk.folder.path().join("data/files");
    let before = kept(&files);
    // Uneven moments; the first ones fall into the rendering, which takes seconds here.
    for moment in [60, 350, 800] {
        let mut making = desk.command(&words).stdout(Stdio::null()).spawn().unwrap();
        tokio::time::sleep(Duration::from_millis(moment)).await;
        making.kill().unwrap();
        making.wait().unwrap();
        if desk.call(&["respond", "list", "--json"]).json() != json!([]) {
            break;
        }
        assert_eq!(kept(&files), before, "half a packet was kept after {moment} ms");
    }
    if desk.call(&["respond", "list", "--json"]).json() == json!([]) {
        desk.call(&words).good();
    }
    answered_once(&desk, Platform::Shopify, &dispute).await;
}

/// A response of five files whose worker is killed when so many are at the platform.
async fn killed_after(uploads: usize, engine: Engine) {
    let platform = Platform::Klarna;
    let Some((desk, _kept, dispute)) = case(engine, platform, &["--latency", "150"]).await else {
        return;
    };
    let mut args = platform.contest(&desk, &dispute);
    args.retain(|word| word != "--file" && !word.ends_with("letter.pdf"));
    for number in 1..=5 {
        let page = format!("Page {number} of the answer to {dispute}");
        let file = desk.file(&format!("proof-{number}.pdf"), &samples::pdf(&[&[&page]]));
        args.extend(["--file".to_owned(), file]);
    }
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    desk.call(&args).good();
    let worker = Worker::start(&desk);
    let patience = Instant::now() + Duration::from_secs(30);
    while journal(&desk, "upload").await.len() < uploads {
        assert!(Instant::now() < patience, "nothing was uploaded");
    }
    drop(worker);
    assert!(
        journal(&desk, platform.decisive()).await.is_empty(),
        "the kill came after the answer"
    );
    answered_once(&desk, platform, &dispute).await;
    let answer = journal(&desk, platform.decisive()).await.remove(0);
    for number in 1..=5 {
        let name = format!("proof-{number}.pdf");
        let seen = journal(&desk, "upload").await;
        let there =
            answer.to_string().contains(&name) || seen.iter().any(|row| row.to_string().contains(&name));
        assert!(there, "{name} did not arrive: {answer} {seen:?}");
    }
}

async fn killed_while_uploading_the_second_of_five_files(engine: Engine) {
    killed_after(1, engine).await;
}

async fn killed_between_the_last_upload_and_the_answer(engine: Engine) {
    killed_after(5, engine).await;
}

on_both_engines!(
    killed_while_a_packet_is_made: process_killed_while_a_packet_is_made_on_sqlite, process_killed_while_a_packet_is_made_on_postgres;
    killed_while_uploading_the_second_of_five_files: process_killed_while_uploading_on_sqlite, process_killed_while_uploading_on_postgres;
    killed_between_the_last_upload_and_the_answer: process_killed_before_the_answer_on_sqlite, process_killed_before_the_answer_on_postgres;
);

#[tokio::test]
async fn a_full_disk_says_what_to_do_and_keeps_nothing_half() {
    let (desk, _kept, dispute) = case(Engine::Sqlite, Platform::Paypal, &[]).await.unwrap();
    let large = desk.file("scan.pdf", &samples::pdf_of(9_000_000));
    let words = ["evidence", "add", &dispute, "delivery_proof", "--file", &large];
    let files = desk.folder.path().join("data/files");
    let plain = desk.command(&words);
    // The kernel cuts the write as it does where no room is left; the signal that goes with it is not for us.
    let mut full = Command::new("sh");
    full.args(["-c", "trap '' XFSZ; ulimit -f 6000; exec \"$@\"", "sh"]);
    full.arg(plain.get_program()).args(plain.get_args());
    full.current_dir(desk.folder.path());
    full.envs(plain.get_envs().filter_map(|(key, value)| Some((key, value?))));
    let said = full.output().unwrap();
    let told = String::from_utf8_lossy(&said.stderr).into_owned();
    assert_eq!(said.status.code(), Some(1), "{told}");
    assert!(
        told.contains("disk has room") && told.contains("do it again"),
        "{told}"
    );
    assert_eq!(kept(&files), 0, "half a file was kept");
    let list = || desk.call(&["evidence", "list", &dispute, "--json"]).json();
    assert_eq!(list(), json!([]));
    desk.call(&words).good();
    assert_eq!(list().as_array().unwrap().len(), 1);
    desk.call(&["doctor"]).good();
}
