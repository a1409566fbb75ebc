//! Each mistake gets a message that says what to do, the right exit code, and nothing is lost.

use std::time::{Duration, Instant};

use docket_documents::samples;
use serde_json::json;

use crate::support::{Desk, Engine, database};

#[tokio::test]
async fn wrong_credentials_are_named_and_pause_the_connection() {
    let mut desk = Desk::new(10);
    desk.accounts[0]["client_secret"] = json!("wrong");
    let id = desk.client("Acme", 0);
    let checked = desk.call(&["connection", "check", &id]);
    assert_eq!(checked.code, 1);
    let said = format!("{}{}", checked.out, checked.err);
    assert!(said.contains("client id") && said.contains("secret"), "{said}");
    desk.call(&["sync"]).refused(&["secret"]);
    let list = desk.call(&["connection", "list", "--json"]).json();
    assert_eq!(list[0]["state"], "paused");
    desk.call(&["sync", "--connection", &id])
        .refused(&["paused", "docket connection resume"]);
    desk.call(&["connection", "resume", &id]).good();
}

#[tokio::test]
async fn a_credentials_file_is_checked_before_it_is_kept() {
    let desk = Desk::new(0);
    desk.call(&["client", "add", "Acme"]).good();
    let add = |file: &str, url: &str| {
        desk.call(&[
            "connection",
            "add",
            "--client",
            "Acme",
            "--platform",
            "paypal",
            "--base-url",
            url,
            "--credentials",
            file,
        ])
    };
    let good = desk.file(
        "good.json",
        br#"{"client_id": "a", "client_secret": "hush-hush"}"#,
    );
    let misspelt = desk.file(
        "misspelt.json",
        br#"{"client_id": "a", "client_secrt": "hush-hush"}"#,
    );
    let broken = desk.file("broken.json", b"client_id=a");
    add(&misspelt, &desk.paypal).refused(&["client_secrt"]);
    add(&broken, &desk.paypal).refused(&["JSON"]);
    add("nowhere.json", &desk.paypal).refused(&["nowhere.json"]);
    add(&good, "http://api-m.example.com").refused(&["https"]);
    add(&good, "not a url").refused(&["not a url"]);
    assert!(
        desk.call(&["connection", "list", "--json"])
            .json()
            .as_array()
            .unwrap()
            .is_empty()
    );
    desk.call(&["client", "add", "acme"]).refused(&["exists already"]);
    add(&good, &desk.paypal).good();
}

#[tokio::test]
async fn a_missing_permission_keeps_the_response_and_pauses_the_connection() {
    let desk = Desk::new(60);
    // The partner may only read this merchant's disputes.
    let id = desk.partner_client("Readonly", 4);
    let dispute = desk.plant(4, 1, 86_400).await.remove(0);
    desk.call(&["sync"]).good();
    desk.contest(&dispute, "see the order");
    desk.work();
    let sent = desk.call(&["respond", "list", "--json"]).json();
    assert_eq!(sent[0]["state"], "prepared", "{sent}");
    assert!(
        sent[0]["error"]
            .as_str()
            .unwrap()
            .to_lowercase()
            .contains("permi"),
        "{sent}"
    );
    let connections = desk.call(&["connection", "list", "--json"]).json();
    assert_eq!(
        (&connections[0]["state"], &connections[0]["id"]),
        (&json!("paused"), &json!(id))
    );
    assert!(desk.get("paypal/journal").await.as_array().unwrap().is_empty());
}

#[tokio::test]
async fn an_expired_token_is_replaced_without_a_word() {
    let desk = Desk::new(30);
    desk.client("Acme", 0);
    desk.call(&["sync"]).good();
    desk.post("faults", &json!({ "token_expired": 0.4 })).await;
    let said = desk.call(&["sync", "--full", "--json"]).json();
    assert_eq!(said["failed"], 0, "{said}");
}

#[tokio::test]
async fn files_and_texts_that_paypal_would_refuse_are_refused_before() {
    let desk = Desk::new(0);
    desk.client("Acme", 0);
    let dispute = desk.plant(0, 1, 86_400).await.remove(0);
    desk.call(&["sync"]).good();
    let contest =
        |more: &[&str]| desk.call(&[&["respond", &dispute, "contest", "--evidence", "other"], more].concat());
    // Text alone: nothing makes it smaller.
    let page = "x".repeat(1_000);
    let large = samples::pdf(&[&vec![page.as_str(); 10_100]]);
    let large = desk.file("large.pdf", &large);
    let html = desk.file("page.pdf", b"<html>hello</html>");
    let empty = desk.file("empty.pdf", b"");
    contest(&["--note", "x", "--file", &large]).refused(&["large.pdf", "10"]);
    contest(&["--note", "x", "--file", &html]).refused(&["page.pdf", "is a web page", "print it to a PDF"]);
    contest(&["--note", "x", "--file", &empty]).refused(&["empty"]);
    contest(&["--note", "x", "--file", "absent.pdf"]).refused(&["absent.pdf"]);
    contest(&["--note", &"x".repeat(2_001)]).refused(&["2001", "2000"]);
    desk.call(&["respond", &dispute, "contest", "--note", "x"])
        .refused(&["--evidence"]);
    desk.call(&[
        "respond", &dispute, "accept", "--note", "x", "--type", "gift", "--yes",
    ])
    .refused(&["gift", "partial_refund"]);
    assert!(
        desk.call(&["respond", "list", "--json"])
            .json()
            .as_array()
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn what_only_paypal_can_refuse_is_shown_with_its_debug_id() {
    let desk = Desk::new(0);
    desk.client("Acme", 0);
    let disputes = desk.plant(0, 12, 86_400).await;
    desk.call(&["sync"]).good();
    // Goods that were shipped need carrier and number; whether something was shipped only PayPal knows.
    for dispute in &disputes {
        desk.call(&[
            "respond",
            dispute,
            "contest",
            "--evidence",
            "proof_of_fulfillment",
            "--note",
            "it was sent",
        ])
        .good();
    }
    desk.work();
    let sent = desk.call(&["respond", "list", "--json"]).json();
    let refused = sent
        .as_array()
        .unwrap()
        .iter()
        .find(|s| s["state"] == "refused")
        .unwrap();
    assert!(
        refused["error"]
            .as_str()
            .unwrap()
            .contains("MISSING_TRACKING_INFO"),
        "{refused}"
    );
    assert!(refused["platform_reference"].is_string(), "{refused}");
    let case = desk.case(refused["case"].as_str().unwrap());
    assert_eq!(case["work_state"], "drafting");
    assert!(
        case["attention"]
            .as_array()
            .unwrap()
            .contains(&json!("response_refused")),
        "{case}"
    );
}

#[tokio::test]
async fn what_moves_money_says_so_and_wants_yes() {
    let desk = Desk::new(0);
    desk.client("Acme", 0);
    let dispute = desk.plant(0, 1, 86_400).await.remove(0);
    desk.call(&["sync"]).good();
    let accept = [
        "respond",
        &dispute,
        "accept",
        "--type",
        "refund",
        "--note",
        "we lost the parcel",
    ];
    desk.call(&accept).refused(&["refunded", "--yes"]);
    assert!(
        desk.call(&["respond", "list", "--json"])
            .json()
            .as_array()
            .unwrap()
            .is_empty()
    );
    desk.call(&[&accept[..], &["--yes"]].concat()).good();
    desk.call(&["draft", "approve", &dispute, "--by", "lena"]).good();
    desk.work();
    let sent = desk.call(&["respond", "list", "--json"]).json();
    assert_eq!(sent[0]["state"], "confirmed", "{sent}");
    let case = desk.case(&dispute);
    assert_eq!(
        (&case["turn"], &case["work_state"]),
        (&json!("nobody"), &json!("closed")),
        "{case}"
    );
    assert_eq!(case["outcome"], "accepted");
}

#[tokio::test]
async fn an_action_that_is_not_allowed_names_those_that_are() {
    let desk = Desk::new(60);
    desk.client("Acme", 0);
    let dispute = desk.plant(0, 1, 86_400).await.remove(0);
    desk.call(&["sync"]).good();
    desk.call(&[
        "respond",
        &dispute,
        "appeal",
        "--evidence",
        "other",
        "--note",
        "x",
    ])
    .refused(&["contest", "not allowed now"]);
    desk.contest(&dispute, "one");
    desk.call(&[
        "respond",
        &dispute,
        "contest",
        "--evidence",
        "other",
        "--note",
        "two",
    ])
    .refused(&["already"]);
    desk.call(&["respond", "cancel", &dispute]).good();
    desk.contest(&dispute, "two");
    desk.work();
    let journal = desk.get("paypal/journal").await;
    assert_eq!(journal.as_array().unwrap().len(), 1);
    assert_eq!(journal[0]["note"], "two");
}

#[tokio::test]
async fn after_the_deadline_nothing_is_sent_and_it_is_said() {
    let desk = Desk::new(0);
    desk.client("Acme", 0);
    let disputes = desk.plant(0, 2, 4).await;
    desk.call(&["sync"]).good();
    let contest = |dispute: &str, at: &[&str]| {
        desk.call(
            &[
                &[
                    "respond",
                    dispute,
                    "contest",
                    "--evidence",
                    "other",
                    "--note",
                    "x",
                ],
                at,
            ]
            .concat(),
        )
    };
    contest(&disputes[1], &["--at", "48h"]).refused(&["not before the deadline", "earlier"]);
    let deadline = Instant::now() + Duration::from_secs(5);
    while Instant::now() < deadline {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    contest(&disputes[0], &[]).refused(&["the deadline passed", "appeal"]);
    assert!(desk.get("paypal/journal").await.as_array().unwrap().is_empty());
}

#[tokio::test]
async fn unknown_things_are_not_found_and_wrong_usage_is_two() {
    let desk = Desk::new(0);
    desk.call(&["case", "list", "--client", "Nobody"])
        .refused(&["Nobody", "docket client list"]);
    desk.call(&["case", "show", "PP-D-1"])
        .refused(&["PP-D-1", "docket case list"]);
    desk.call(&["report", "win-rate", "--client", "Nobody"])
        .refused(&["Nobody"]);
    desk.call(&["report", "win-rate", "--from", "2026-02-01", "--to", "2026-01-01"])
        .refused(&["--from"]);
    desk.call(&["case", "list", "--due-before", "soon"])
        .refused(&["soon", "48h"]);
    for wrong in [
        &["case", "list", "--turn", "mine"][..],
        &["nonsense"],
        &["respond"],
        &["connection", "check", "x"],
    ] {
        let said = desk.call(wrong);
        assert_eq!(said.code, 2, "{wrong:?}: {}", said.err);
    }
}

#[tokio::test]
async fn a_broken_configuration_names_key_and_file() {
    let mut desk = Desk::new(0);
    let file = desk.file("docket.toml", b"[worker]\nslotz = 4\n");
    desk.call(&["--config", &file, "client", "list"])
        .refused(&["slotz", "docket.toml"]);
    desk.call(&["--config", "absent.toml", "client", "list"])
        .refused(&["absent.toml"]);
    desk.set("WORKER__SLOTS", "many");
    desk.call(&["client", "list"]).refused(&["SLOTS"]);
}

#[tokio::test]
async fn a_database_that_is_gone_or_locked_is_named() {
    let mut desk = Desk::new(0);
    desk.call(&["client", "add", "Acme"]).good();
    let url = format!("sqlite://{}/data/docket.db", desk.folder.path().display());
    let db = docket_store::Db::connect(&url).await.unwrap();
    let held = db.begin().await.unwrap();
    desk.call(&["client", "add", "Beta"])
        .refused(&["busy", "try again"]);
    drop(held);
    db.close().await;
    desk.call(&["client", "add", "Beta"]).good();
    desk.set("DATABASE__URL", "postgres://nobody@127.0.0.1:9/none");
    desk.call(&["client", "list"]).refused(&["database"]);
    desk.set("DATABASE__URL", "mysql://x");
    desk.call(&["client", "list"])
        .refused(&["sqlite://", "postgres://"]);
}

#[tokio::test]
async fn a_server_is_used_only_with_the_right_schema() {
    let mut desk = Desk::new(0);
    let Some((_test, url)) = database(Engine::Postgres).await else {
        return;
    };
    let base = url.rsplit_once('/').unwrap().0;
    desk.set("DATABASE__URL", &format!("{base}/postgres"));
    desk.call(&["client", "list"]).refused(&["docket migrate"]);
    desk.set("DATABASE__URL", &url);
    desk.call(&["migrate"]).good();
    desk.call(&["client", "add", "Acme"]).good();
}
