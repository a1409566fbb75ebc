//! Shopify's kinds of credentials through the binary: each reads, renews itself, and asks for a person when it is over.

use std::process::Stdio;

use serde_json::{Value, json};

use crate::support::Desk;

/// The kinds beside the permanent token: the merchant's own app, and a pair that is replaced with every renewal.
fn kinds(desk: &Desk) -> [(&'static str, Value); 2] {
    let shop = &desk.accounts[0]["shopify"];
    let app = json!({
        "shop": shop["shop"], "client_id": shop["client_id"], "client_secret": shop["client_secret"],
    });
    let mut pair = app.clone();
    pair["refresh_token"] = shop["refresh_token"].clone();
    [("client credentials", app), ("a renewing pair", pair)]
}

#[tokio::test]
async fn every_kind_of_credentials_renews_itself() {
    for place in 0..2 {
        let desk = Desk::everywhere(60);
        let (kind, credentials) = kinds(&desk)[place].clone();
        let connection = desk.join_with("shopify", "Acme", 0, &credentials);
        let checked = desk.call(&["connection", "check", &connection]);
        assert_eq!(checked.code, 0, "{kind}: {}{}", checked.out, checked.err);
        desk.plant_on("shopify", 0, 6, &Value::Null).await;
        let first = desk.call(&["sync", "--json"]).json();
        assert!(
            first["new"].as_u64().unwrap() > 5 && first["failed"] == 0,
            "{kind}: {first}"
        );
        // Tokens of the merchant's own app that end in the middle are replaced without a word. A renewed pair that is
        // refused at once is for a person.
        if place == 0 {
            desk.post("faults", &json!({"token_expired": 0.1})).await;
        }
        let full = desk.call(&["sync", "--full", "--json"]).json();
        assert_eq!(
            (&full["new"], &full["failed"]),
            (&json!(0), &json!(0)),
            "{kind}: {full}"
        );
        desk.post("faults", &json!({})).await;
        // After a day no token is left, at Shopify or here.
        desk.post("clock", &json!({"advance_seconds": 90_000})).await;
        let later = desk.call(&["sync", "--json"]).json();
        assert_eq!(later["failed"], 0, "{kind}: {later}");
        // Two processes that find it lapsed renew it once between them.
        desk.post("clock", &json!({"advance_seconds": 90_000})).await;
        let both: Vec<_> = (0..2)
            .map(|_| {
                desk.command(&["sync"])
                    .stdout(Stdio::null())
                    .stderr(Stdio::piped())
                    .spawn()
                    .unwrap()
            })
            .collect();
        for one in both {
            let output = one.wait_with_output().unwrap();
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(output.status.success(), "{kind}: {said}");
        }
        let all = desk.call(&["connection", "list", "--json"]);
        for secret in ["client_secret", "refresh_token"] {
            let secret = desk.accounts[0]["shopify"][secret].as_str().unwrap();
            assert!(!all.out.contains(secret) && !all.err.contains(secret));
        }
    }
}

#[tokio::test]
async fn an_app_that_was_taken_off_the_shop_asks_for_a_person() {
    for place in 0..2 {
        let desk = Desk::everywhere(60);
        let (kind, credentials) = kinds(&desk)[place].clone();
        let connection = desk.join_with("shopify", "Acme", 0, &credentials);
        desk.call(&["sync"]).good();
        desk.shop(0, &json!({"revoke_tokens": true})).await;
        let said = desk.call(&["sync"]);
        assert_eq!(said.code, 1, "{kind}: {}", said.out);
        let shown = desk.connection(&connection);
        assert_eq!(shown["state"], "paused", "{kind}: {shown}");
        let why = shown["paused_why"].as_str().unwrap();
        assert!(
            why.contains("authorise") || why.contains("installed"),
            "{kind}: {why}"
        );
        assert!(!desk.cases(&[]).is_empty(), "nothing is lost");
    }
}
