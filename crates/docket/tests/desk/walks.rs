//! The main job on Klarna and Shopify, as `walk.rs` does it on PayPal.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::platforms::{has, pdf};
use crate::support::Desk;

/// Connect, check, settings, sync, list, show, answer with a file, decision, report.
async fn the_main_job(platform: &str, evidence: &str) {
    let desk = Desk::everywhere(120);
    let connection = desk.join(platform, "Acme", 0);
    desk.join(platform, "Beta", 1);
    let checked = desk.call(&["connection", "check", &connection]);
    assert_eq!(checked.code, 0, "{}{}", checked.out, checked.err);
    settings(&desk, &connection);
    desk.plant_on(platform, 1, 11, &Value::Null).await;
    let first = desk.call(&["sync", "--json"]).json();
    assert_eq!((&first["new"], &first["failed"]), (&first["seen"], &json!(0)));
    assert!(first["new"].as_u64().unwrap() > 10, "{first}");
    let again = desk.call(&["sync", "--full", "--json"]).json();
    assert_eq!(
        (&again["new"], &again["changed"], &again["failed"]),
        (&json!(0), &json!(0), &json!(0)),
        "{again}"
    );

    let wish = json!({"due_in_seconds": 30 * 3600});
    let dispute = desk.plant_on(platform, 0, 1, &wish).await.remove(0);
    desk.call(&["sync", "--client", "acme"]).good();
    let urgent = ["--platform", platform, "--turn", "ours", "--due-before", "48h"];
    let mine = |case: &Value| case["platform_dispute_id"] == json!(dispute);
    assert!(desk.cases(&urgent).iter().any(mine));
    assert!(!desk.cases(&["--client", "Beta"]).iter().any(mine));
    assert!(desk.cases(&["--platform", "paypal"]).is_empty());
    let shown = desk.call(&["case", "show", &dispute]).good();
    assert!(shown.contains(&dispute) && shown.contains("contest"), "{shown}");

    let file = desk.file("proof.pdf", &pdf());
    let answer = [
        "respond",
        &dispute,
        "contest",
        "--note",
        "Delivered and signed",
        "--evidence",
        evidence,
        "--carrier",
        "DHL",
        "--tracking",
        "JD014600003",
        "--file",
        &file,
    ];
    desk.call(&answer).good();
    desk.work();
    let case = desk.case(&dispute);
    assert_eq!(case["work_state"], "awaiting_decision", "{case}");
    assert_eq!(case["responses"][0]["state"], "confirmed", "{case}");
    assert!(case["responses"][0]["platform_reference"].is_string(), "{case}");
    let journal = desk.get(&format!("{platform}/journal")).await;
    let decisive = journal.as_array().unwrap().iter();
    let decisive: Vec<_> = decisive.filter(|row| row["action"] != "upload").collect();
    assert_eq!(decisive.len(), 1, "{journal}");
    assert_eq!(decisive[0]["in_time"], json!(true));
    desk.call(&answer).refused(&[]);

    desk.decide(platform, &dispute, true).await;
    desk.call(&["sync"]).good();
    let closed = desk.case(&dispute);
    assert_eq!(
        (&closed["outcome"], &closed["work_state"]),
        (&json!("won"), &json!("closed")),
        "{closed}"
    );
    let report = [
        "report", "win-rate", "--client", "Acme", "--by", "reason", "--format", "json",
    ];
    let report = desk.call(&report).json();
    assert_eq!(
        report["total"]["received"],
        json!(desk.cases(&["--client", "Acme"]).len())
    );
    desk.call(&["doctor"]).good();
}

/// The checklist has open questions; an answer is kept with its day.
fn settings(desk: &Desk, connection: &str) {
    let all = desk
        .call(&["connection", "settings", connection, "--json"])
        .json();
    let open = all
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row["now"].is_null() || row["now"]["value"] == "unknown");
    let item = open.expect("a question that no API answers")["item"]
        .as_str()
        .unwrap()
        .to_owned();
    let answer = format!("{item}=yes");
    let set = [
        "connection",
        "settings",
        connection,
        "--set",
        &answer,
        "--since",
        "2026-03-01",
        "--json",
    ];
    let all = desk.call(&set).json();
    let row = all
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row["item"] == json!(item))
        .unwrap();
    assert_eq!(
        (&row["now"]["value"], &row["now"]["source"]),
        (&json!("yes"), &json!("person")),
        "{row}"
    );
    assert!(
        row["now"]["valid_from"]
            .as_str()
            .unwrap()
            .starts_with("2026-03-01"),
        "{row}"
    );
}

#[tokio::test]
async fn the_main_job_runs_on_klarna() {
    the_main_job("klarna", "proof_of_delivery").await;
}

#[tokio::test]
async fn the_main_job_runs_on_shopify() {
    the_main_job("shopify", "shipping_documentation").await;
}

#[tokio::test]
async fn a_loss_at_klarna_is_appealed_once() {
    let desk = Desk::everywhere(0);
    desk.join("klarna", "Acme", 0);
    let dispute = desk
        .plant_on(
            "klarna",
            0,
            1,
            &json!({"status": "PRE_ARBITRATION", "due_in_seconds": null}),
        )
        .await
        .remove(0);
    desk.call(&["sync"]).good();
    let case = desk.case(&dispute);
    assert_eq!(
        (&case["stage"], &case["turn"]),
        (&json!("pre_arbitration"), &json!("ours")),
        "{case}"
    );
    assert!(has(&case["allowed_actions"], "appeal") && !has(&case["allowed_actions"], "contest"));
    // Klarna takes no files at this stage: the text goes alone, and a person hears of it.
    let file = desk.file("scan.pdf", &pdf());
    let answer = [
        "respond",
        &dispute,
        "appeal",
        "--evidence",
        "other",
        "--note",
        "the scan shows the signature",
        "--file",
        &file,
    ];
    desk.call(&answer).good();
    desk.work();
    let case = desk.case(&dispute);
    assert_eq!(case["responses"][0]["state"], "confirmed", "{case}");
    assert_eq!(
        (&case["stage"], &case["turn"]),
        (&json!("arbitration"), &json!("platform")),
        "{case}"
    );
    assert!(has(&case["attention"], "files_left_out"), "{case}");
    let history = case["history"].as_array().unwrap();
    let told = history
        .iter()
        .find(|row| row["kind"] == "files_left_out")
        .unwrap();
    assert_eq!(told["detail"]["files"], json!(["scan.pdf"]), "{told}");
}

/// "Success" that changes nothing: the answer is saved, not sent, until Shopify sends it by itself on the due date.
#[tokio::test]
async fn what_shopify_only_saved_is_held_until_the_due_date() {
    let desk = Desk::everywhere(0);
    desk.join("shopify", "Acme", 0);
    desk.shop(0, &json!({"submit_is_noop": true})).await;
    let wish = json!({"kind": "CHARGEBACK"});
    let dispute = desk.plant_on("shopify", 0, 1, &wish).await.remove(0);
    desk.call(&["sync"]).good();
    let file = desk.file("proof.pdf", &pdf());
    let answer = [
        "respond",
        &dispute,
        "contest",
        "--evidence",
        "shipping_documentation",
        "--note",
        "Delivered",
        "--file",
        &file,
    ];
    desk.call(&answer).good();
    desk.work();
    let held = desk.case(&dispute);
    assert_eq!(held["responses"][0]["state"], "held", "{held}");
    assert_eq!(held["work_state"], "held", "{held}");
    assert!(has(&held["attention"], "saved_not_sent"), "{held}");
    let said = held["responses"][0]["error"].as_str().unwrap();
    assert!(said.contains("not sent") && said.contains("deadline"), "{said}");
    // It is not sent a second time by anybody.
    desk.call(&answer).refused(&["already"]);
    desk.work();
    let saves = |journal: &Value| {
        let rows = journal.as_array().unwrap().iter();
        rows.filter(|row| row["action"] == "save_evidence").count()
    };
    assert_eq!(saves(&desk.get("shopify/journal").await), 1);

    desk.post("clock", &json!({"advance_seconds": 3 * 86_400 + 60}))
        .await;
    let patience = Instant::now() + Duration::from_secs(60);
    let confirmed = loop {
        desk.work();
        let case = desk.case(&dispute);
        if case["responses"][0]["state"] == "confirmed" {
            break case;
        }
        assert!(Instant::now() < patience, "never confirmed: {case}");
        tokio::time::sleep(Duration::from_millis(300)).await;
    };
    assert_eq!(confirmed["work_state"], "awaiting_decision", "{confirmed}");
    assert!(!has(&confirmed["attention"], "saved_not_sent"), "{confirmed}");
    let journal = desk.get("shopify/journal").await;
    assert_eq!(saves(&journal), 1, "{journal}");
    assert!(
        journal
            .as_array()
            .unwrap()
            .iter()
            .any(|row| row["action"] == "auto_submit"),
        "{journal}"
    );
}
