//! Shopify's events: by the app's own subscription, and by the control door.

use base64::{Engine, engine::general_purpose::STANDARD};
use docket_simulator::Options;
use serde_json::json;

use super::*;
use crate::shopify::{Shop as Storefront, only_shopify};

const SUBSCRIBE: &str = "mutation($topic: WebhookSubscriptionTopic!, $uri: String!) {
  webhookSubscriptionCreate(topic: $topic, webhookSubscription: {uri: $uri}) { webhookSubscription { id } userErrors { message } } }";

#[tokio::test]
async fn subscribed_topics_are_sent_signed_and_outlive_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let options = Options {
        state_file: Some(folder.path().join("state.jsonl")),
        ..only_shopify()
    };
    let shop = Storefront::with(options.clone()).await;
    let (receiver, url) = Receiver::open().await;
    let made = shop
        .data(SUBSCRIBE, json!({"topic": "DISPUTES_UPDATE", "uri": url}))
        .await;
    assert_eq!(made["webhookSubscriptionCreate"]["userErrors"], json!([]));
    let own = shop.waiting().await;
    shop.update(&own.evidence, json!({"submitEvidence": true})).await;
    let got = receiver.wait(1).await;
    let owner = shop.desk.sim.accounts()[1].shopify.clone();
    let body = json_of(&got[0]);
    assert_eq!(
        header(&got[0], "x-shopify-topic"),
        "disputes/update",
        "the arrival was not subscribed to"
    );
    assert_eq!(header(&got[0], "x-shopify-shop-domain"), owner.shop);
    assert_eq!(
        header(&got[0], "x-shopify-hmac-sha256"),
        STANDARD.encode(keyed(&owner.client_secret, &got[0].1))
    );
    assert_eq!(
        (body["id"].to_string(), &body["status"]),
        (own.number.clone(), &"under_review".into())
    );
    shop.desk.sim.stop().await;

    let shop = Storefront::with(options).await;
    let decide = format!("/shopify/disputes/{}/decide", own.number);
    shop.desk.command(&decide, json!({"outcome": "WON"})).await;
    let got = receiver.wait(2).await;
    assert_eq!(json_of(got.last().unwrap())["status"], "won");
}

#[tokio::test]
async fn the_first_message_of_a_dispute_knows_no_due_date() {
    let shop = Storefront {
        account: 0,
        ..Storefront::open().await
    };
    let (receiver, url) = Receiver::open().await;
    register(&shop.desk, "shopify", &url).await;
    let own = shop.waiting().await;
    let got = receiver.wait(1).await;
    let body = json_of(&got[0]);
    assert_eq!(header(&got[0], "x-shopify-topic"), "disputes/create");
    assert_eq!(body["id"].to_string(), own.number);
    assert!(body["evidence_due_by"].is_null());
    shop.advance(86_401).await;
    let got = receiver
        .until(|got| got.iter().any(|one| json_of(one)["status"] == "under_review"))
        .await;
    assert_eq!(header(got.last().unwrap(), "x-shopify-topic"), "disputes/update");
}
