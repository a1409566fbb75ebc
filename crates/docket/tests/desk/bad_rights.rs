//! What an account may not do: named, kept, and done once it may.

use serde_json::{Value, json};

use crate::bad_platform::Pausing;
use crate::platforms::pdf;
use crate::support::Desk;

impl Desk {
    /// Takes scopes from the first shop's app; gives those that it had.
    async fn shop_scopes(&self, without: &[&str]) -> Value {
        let change = json!({"client_id": self.accounts[0]["client_id"]});
        let had = self.post("shopify/shop", &change).await["scopes"].clone();
        let left: Vec<&Value> = had
            .as_array()
            .unwrap()
            .iter()
            .filter(|scope| !without.contains(&scope.as_str().unwrap()))
            .collect();
        self.shop(0, &json!({"scopes": left})).await;
        had
    }
}

#[tokio::test]
async fn a_missing_scope_is_named() {
    let desk = Desk::everywhere(60);
    let pausing = Pausing::on(&desk, "shopify").await;
    let all = desk.shop_scopes(&[]).await;
    desk.shop_scopes(&["read_shopify_payments_disputes"]).await;
    pausing.pauses(&["read_shopify_payments_dispute", "authorise again"]);
    let checked = desk.call(&["connection", "check", &pausing.connection]);
    assert_eq!(checked.code, 1);
    assert!(
        checked.out.contains("NO  disputes and their webhooks"),
        "{}",
        checked.out
    );
    desk.shop(0, &json!({"scopes": all})).await;
    pausing.resume();
    pausing.goes_on();
}

/// A contest with a file, and then the account may only read.
async fn reads_only(desk: &Desk, platform: &str) -> (String, Value) {
    let connection = desk.join(platform, "Acme", 0);
    let dispute = desk.plant_on(platform, 0, 1, &Value::Null).await.remove(0);
    desk.call(&["sync"]).good();
    let file = desk.file("proof.pdf", &pdf());
    let text = ["--evidence", "other", "--note", "see the order", "--file", &file];
    desk.call(&[&["respond", &dispute, "contest"][..], &text].concat())
        .good();
    if platform == "klarna" {
        let rights = json!({"client_id": desk.accounts[0]["client_id"], "rights": "read"});
        desk.post("klarna/settings", &rights).await;
    } else {
        desk.shop_scopes(&["write_shopify_payments_dispute_evidences"])
            .await;
    }
    desk.work();
    let journal = desk.get(&format!("{platform}/journal")).await;
    assert_eq!(journal, json!([]), "{platform}");
    (connection, desk.call(&["respond", "list", "--json"]).json())
}

/// The response is kept, with the reason, and goes out once the right is there.
#[tokio::test]
async fn a_missing_right_to_answer_keeps_the_response() {
    for platform in ["klarna", "shopify"] {
        let desk = Desk::everywhere(0);
        let (connection, sent) = reads_only(&desk, platform).await;
        assert_eq!(sent[0]["state"], "prepared", "{platform}: {sent}");
        let why = sent[0]["error"].as_str().unwrap();
        let named = if platform == "klarna" {
            "permission"
        } else {
            "write_shopify_payments_dispute_evidences"
        };
        assert!(why.contains(named), "{why}");
        let paused = desk.connection(&connection);
        assert!(
            paused["state"] == "paused" && paused["paused_why"].as_str().unwrap().contains(named),
            "{paused}"
        );
    }
}

/// Shopify answers 404 where the scope for files is missing: nothing is sent, and it is said what to do.
#[tokio::test]
async fn a_missing_right_to_upload_sends_nothing() {
    let desk = Desk::everywhere(0);
    desk.join("shopify", "Acme", 0);
    let dispute = desk.plant_on("shopify", 0, 1, &Value::Null).await.remove(0);
    desk.call(&["sync"]).good();
    desk.shop_scopes(&["write_shopify_payments_dispute_file_uploads"])
        .await;
    let file = desk.file("proof.pdf", &pdf());
    let text = ["--evidence", "other", "--note", "see the order", "--file", &file];
    desk.call(&[&["respond", &dispute, "contest"][..], &text].concat())
        .good();
    desk.work();
    let case = desk.case(&dispute);
    assert_eq!(case["responses"][0]["state"], "refused", "{case}");
    let why = case["responses"][0]["error"].as_str().unwrap();
    assert!(
        why.contains("write_shopify_payments_dispute_file_uploads"),
        "{why}"
    );
    assert_eq!(desk.get("shopify/journal").await, json!([]));
    // The one shot is not spent: the text alone can go.
    desk.contest(&dispute, "see the order");
    desk.work();
    assert_eq!(desk.case(&dispute)["work_state"], "awaiting_decision");
}
