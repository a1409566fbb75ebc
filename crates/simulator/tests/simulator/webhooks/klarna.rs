//! Klarna's messages, and Shopify's privacy topics.

use super::*;

#[tokio::test]
async fn klarna_tells_every_change_and_signs_it() {
    let shop = Shop::open().await;
    let (receiver, url) = Receiver::open().await;
    register(&shop.desk, "klarna", &url).await;
    let id = shop.plant(json!({})).await;
    let path = |action: &str| format!("/klarna/disputes/{}/{action}", id.replace(':', "%3A"));
    shop.desk
        .command(&path("extend"), json!({"seconds": 3_600}))
        .await;
    let file = shop.upload(&id).await;
    shop.post(&id, "represent", evidence(&[&file], "Text.")).await;
    shop.desk
        .command(&path("decide"), json!({"outcome": "LOST"}))
        .await;
    shop.post(&id, "appeal", json!({"additional_information": "Text."}))
        .await;
    shop.desk
        .command(&path("decide"), json!({"outcome": "WON"}))
        .await;
    let got = receiver.wait(7).await;
    let kinds: Vec<Value> = got
        .iter()
        .map(|message| json_of(message)["event_type"].clone())
        .collect();
    let state = |word: &str| json!(format!("payment.dispute.state-change.{word}"));
    assert_eq!(
        kinds,
        [
            state("initiated"),
            json!("payment.dispute.updated.representment-deadline-extended"),
            json!("payment.dispute.updated"),
            state("representment"),
            state("pre-arbitration"),
            state("arbitration"),
            state("closed"),
        ]
    );
    for message in &got {
        let body = json_of(message);
        assert_eq!(body["payload"]["payment_dispute_id"], id.as_str());
        assert_eq!(body["metadata"]["event_id"], body["event_id"]);
        assert_eq!(body["metadata"]["merchant_id"], shop.keys().merchant_id.as_str());
        assert_eq!(
            header(message, "klarna-signing-key-id"),
            shop.keys().webhook_key_id
        );
        let expected: String = keyed(&shop.keys().webhook_key, &message.1)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        assert_eq!(header(message, "klarna-signature"), expected);
    }
    let deadline = &json_of(&got[1])["payload"];
    assert!(
        deadline["updated_fields"]["evidence_response_deadline_at"].as_str()
            > deadline["previous_fields"]["evidence_response_deadline_at"].as_str()
    );
    assert_eq!(json_of(&got[6])["payload"]["dispute_outcome"], "WON");
    let ids: std::collections::BTreeSet<String> = got
        .iter()
        .map(|message| json_of(message)["event_id"].to_string())
        .collect();
    assert_eq!(ids.len(), 7);
    let list = shop.desk.control("/webhooks").await;
    assert_eq!(
        (&list[0]["delivered"], &list[0]["platform"]),
        (&json!(7), &json!("klarna"))
    );
}

#[tokio::test]
async fn the_old_framework_tells_nothing_and_time_is_told_unasked() {
    let shop = Shop::open().await;
    let (receiver, url) = Receiver::open().await;
    register(&shop.desk, "klarna", &url).await;
    shop.plant(json!({"framework": "FRAMEWORK_2020"})).await;
    let id = shop.plant(json!({"due_in_seconds": 60})).await;
    assert_eq!(
        json_of(&receiver.wait(1).await[0])["payload"]["payment_dispute_id"],
        id.as_str()
    );
    shop.advance(2 * 3_600).await;
    // Other cases may run out as well; this one must be among them.
    receiver
        .until(|got| {
            got.iter().map(json_of).any(|body| {
                body["payload"]["payment_dispute_id"] == id.as_str()
                    && body["event_type"] == "payment.dispute.state-change.closed"
            })
        })
        .await;
    let (_, shown) = shop.get(&one(&id)).await;
    assert_eq!(shown["state"], "CLOSED");
}

#[tokio::test]
async fn privacy_topics_come_on_demand_in_shopifys_form() {
    let shop = Shop::open().await;
    let (receiver, url) = Receiver::open().await;
    let ask = async |topic: &str| {
        let body = json!({"client_id": shop.client_id(), "topic": topic});
        shop.desk.command("/shopify/privacy", body).await.0.as_u16()
    };
    assert_eq!(ask("customers/redact").await, 409, "nobody is registered");
    register(&shop.desk, "shopify", &url).await;
    assert_eq!(ask("shop/update").await, 400);
    for topic in ["customers/data_request", "customers/redact", "shop/redact"] {
        assert_eq!(ask(topic).await, 200);
    }
    let got = receiver.wait(3).await;
    let owner = shop.desk.sim.accounts()[0].shopify.clone();
    for message in &got {
        assert_eq!(header(message, "x-shopify-shop-domain"), owner.shop);
        let expected = STANDARD.encode(keyed(&owner.client_secret, &message.1));
        assert_eq!(header(message, "x-shopify-hmac-sha256"), expected);
        assert_eq!(json_of(message)["shop_domain"], owner.shop.as_str());
    }
    assert_eq!(header(&got[1], "x-shopify-topic"), "customers/redact");
    assert!(json_of(&got[1])["orders_to_redact"].is_array());
    assert!(json_of(&got[2]).get("customer").is_none());
}
