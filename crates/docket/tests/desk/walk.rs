//! The main job from end to end: connect, sync, work, answer, report; on both engines.

use serde_json::{Value, json};

use crate::support::{Desk, Engine, database, http};

async fn the_main_job(engine: Engine) {
    let mut desk = Desk::new(120);
    let Some((_database, url)) = database(engine).await else {
        return;
    };
    desk.set("DATABASE__URL", &url);
    let connection = desk.client("Acme", 0);
    desk.client("Beta", 1);
    assert_eq!(desk.call(&["connection", "check", &connection]).code, 0);
    let first = desk.call(&["sync", "--json"]).json();
    assert!(first["new"].as_u64().unwrap() > 20, "{first}");
    assert_eq!((&first["new"], &first["failed"]), (&first["seen"], &json!(0)));
    let again = desk.call(&["sync", "--full", "--json"]).json();
    assert_eq!(
        (&again["new"], &again["changed"]),
        (&json!(0), &json!(0)),
        "{again}"
    );

    let dispute = desk.plant(0, 1, 30 * 3600).await.remove(0);
    desk.call(&["sync", "--client", "acme"]).good();
    let due = desk
        .call(&["case", "list", "--turn", "ours", "--due-before", "48h", "--json"])
        .json();
    let mine = |list: &Value| {
        list.as_array()
            .unwrap()
            .iter()
            .any(|c| c["platform_dispute_id"] == json!(dispute))
    };
    assert!(mine(&due));
    let other = desk.call(&["case", "list", "--client", "Beta", "--json"]).json();
    assert!(!mine(&other) && !other.as_array().unwrap().is_empty());
    desk.call(&["case", "assign", &dispute, "dana"]).good();
    desk.call(&["case", "note", &dispute, "called the carrier"])
        .good();

    let proof = desk.file("proof.pdf", &crate::platforms::pdf());
    desk.call(&[
        "respond",
        &dispute,
        "contest",
        "--note",
        "Delivered and signed",
        "--evidence",
        "proof_of_fulfillment",
        "--carrier",
        "DHL",
        "--tracking",
        "JD014600003",
        "--file",
        &proof,
    ])
    .good();
    desk.work();
    let case = desk.case(&dispute);
    assert_eq!(case["work_state"], "awaiting_decision", "{case}");
    assert_eq!(case["assignee"], "dana");
    assert_eq!(case["responses"][0]["state"], "confirmed");
    assert!(
        case["responses"][0]["platform_reference"].is_string(),
        "the debug id is kept"
    );
    let kinds: Vec<&str> = case["history"]
        .as_array()
        .unwrap()
        .iter()
        .map(|h| h["kind"].as_str().unwrap())
        .collect();
    for kind in [
        "opened",
        "assigned",
        "note",
        "response_prepared",
        "sending",
        "sent_unconfirmed",
        "confirmed",
    ] {
        assert!(kinds.contains(&kind), "{kind} in {kinds:?}");
    }
    let journal = desk.get("paypal/journal").await;
    assert_eq!(journal.as_array().unwrap().len(), 1, "{journal}");

    desk.post(
        &format!("paypal/disputes/{dispute}/decide"),
        &json!({ "outcome": "RESOLVED_SELLER_FAVOUR" }),
    )
    .await;
    desk.call(&["sync"]).good();
    assert_eq!(desk.case(&dispute)["outcome"], "won");
    desk.post(
        &format!("paypal/disputes/{dispute}/reopen"),
        &json!({ "due_in_seconds": 86_400 }),
    )
    .await;
    desk.call(&["sync"]).good();
    let reopened = desk.case(&dispute);
    assert_eq!(
        (&reopened["outcome"], &reopened["round"]),
        (&Value::Null, &json!(2)),
        "{reopened}"
    );
    assert!(
        reopened["attention"]
            .as_array()
            .unwrap()
            .contains(&json!("reopened"))
    );

    let report = desk
        .call(&[
            "report", "win-rate", "--client", "Acme", "--by", "reason", "--format", "json",
        ])
        .json();
    let all = desk.call(&["case", "list", "--client", "Acme", "--json"]).json();
    assert_eq!(report["total"]["received"], json!(all.as_array().unwrap().len()));
    desk.call(&["doctor"]).good();
}

#[tokio::test]
async fn the_main_job_runs_on_sqlite() {
    the_main_job(Engine::Sqlite).await;
}

#[tokio::test]
async fn the_main_job_runs_on_postgres() {
    the_main_job(Engine::Postgres).await;
}

#[tokio::test]
async fn a_scheduled_response_waits_and_the_safety_net_brings_it_forward() {
    let desk = Desk::new(0);
    desk.client("Acme", 0);
    desk.call(&["client", "safety-net", "Acme", "on"]).good();
    // Five hours are left: below the safety net's six, so the response must not wait for its own hour.
    let dispute = desk.plant(0, 1, 5 * 3600).await.remove(0);
    desk.call(&["sync"]).good();
    desk.call(&[
        "respond",
        &dispute,
        "contest",
        "--evidence",
        "other",
        "--note",
        "later",
        "--at",
        "4h",
    ])
    .good();
    desk.work();
    let sent = desk.call(&["respond", "list", "--json"]).json();
    assert_eq!(sent[0]["state"], "confirmed", "{sent}");
}

#[tokio::test]
async fn without_the_clients_leave_a_scheduled_response_keeps_its_hour() {
    let desk = Desk::new(0);
    desk.client("Acme", 0);
    let dispute = desk.plant(0, 1, 5 * 3600).await.remove(0);
    desk.call(&["sync"]).good();
    desk.call(&[
        "respond",
        &dispute,
        "contest",
        "--evidence",
        "other",
        "--note",
        "later",
        "--at",
        "4h",
    ])
    .good();
    desk.work();
    let sent = desk.call(&["respond", "list", "--json"]).json();
    assert_eq!(sent[0]["state"], "prepared", "{sent}");
    let flags = desk.case(&dispute)["attention"].clone();
    assert!(
        flags.as_array().unwrap().contains(&json!("deadline_near")),
        "{flags}"
    );
}

#[tokio::test]
async fn an_answer_given_elsewhere_stops_ours() {
    let desk = Desk::new(0);
    desk.client("Acme", 0);
    let dispute = desk.plant(0, 1, 86_400).await.remove(0);
    desk.call(&["sync"]).good();
    desk.contest(&dispute, "ours");
    let account = &desk.accounts[0];
    let text = |key: &str| account[key].as_str().unwrap().to_owned();
    let token: Value = http()
        .post(format!("{}/v1/oauth2/token", desk.paypal))
        .basic_auth(text("client_id"), Some(text("client_secret")))
        .form(&[("grant_type", "client_credentials")])
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let input = json!({ "evidences": [{ "evidence_type": "OTHER", "notes": "theirs" }] }).to_string();
    let part = reqwest::multipart::Part::text(input)
        .mime_str("application/json")
        .unwrap();
    let answer = http()
        .post(format!(
            "{}/v1/customer/disputes/{dispute}/provide-evidence",
            desk.paypal
        ))
        .bearer_auth(token["access_token"].as_str().unwrap())
        .multipart(reqwest::multipart::Form::new().part("input", part))
        .send()
        .await
        .unwrap();
    assert!(answer.status().is_success(), "{}", answer.status());
    desk.work();
    let journal = desk.get("paypal/journal").await;
    assert_eq!(
        journal.as_array().unwrap().len(),
        1,
        "ours was not sent: {journal}"
    );
    let sent = desk.call(&["respond", "list", "--json"]).json();
    assert!(
        ["cancelled", "needs_person"].contains(&sent[0]["state"].as_str().unwrap()),
        "{sent}"
    );
    let flags = desk.case(&dispute)["attention"].clone();
    assert!(
        flags.as_array().unwrap().contains(&json!("answered_elsewhere")),
        "{flags}"
    );
}
