//! The webhook door from outside: what is not believed leaves nothing behind, and what is private waits for a person.

use serde_json::{Value, json};

use crate::support::http;
use crate::webhooks::{n, open};

#[tokio::test]
async fn process_the_door_believes_only_signatures() {
    let open = open().await;
    for (platform, connection) in &open.connections {
        let door = open.door(platform, connection);
        let forged: &[(&str, &str)] = match *platform {
            "paypal" => &[
                ("paypal-auth-algo", "SHA256withRSA"),
                (
                    "paypal-cert-url",
                    "https://certs.example/v1/notifications/certs/CERT-1",
                ),
                ("paypal-transmission-id", "1"),
                ("paypal-transmission-sig", "AAAA"),
                ("paypal-transmission-time", "2026-11-20T08:00:00Z"),
            ],
            "klarna" => &[("klarna-signing-key-id", "k"), ("klarna-signature", "00")],
            _ => &[
                ("x-shopify-hmac-sha256", "AAAA"),
                ("x-shopify-topic", "disputes/update"),
                ("x-shopify-shop-domain", "another.myshopify.com"),
            ],
        };
        let body = br#"{"id": 1, "event_id": "x"}"#.to_vec();
        assert_eq!(
            open.knock(&door, &[], body.clone()).await.0,
            401,
            "{platform}: unsigned"
        );
        assert_eq!(
            open.knock(&door, forged, body.clone()).await.0,
            401,
            "{platform}: forged"
        );
        let large = vec![b' '; 1024 * 1024 + 1];
        assert_eq!(
            open.knock(&door, forged, large).await.0,
            413,
            "{platform}: too large"
        );
        let nobody = open.door(platform, "019aa000-0000-7000-8000-000000000000");
        assert_eq!(
            open.knock(&nobody, forged, body.clone()).await.0,
            404,
            "{platform}"
        );
        let other = if *platform == "klarna" {
            "shopify"
        } else {
            "klarna"
        };
        let astray = open.door(other, connection);
        assert_eq!(
            open.knock(&astray, forged, body).await.0,
            404,
            "{platform} as {other}"
        );
        assert_eq!(
            http().get(&door).send().await.unwrap().status(),
            405,
            "{platform}: only posts"
        );
    }
    for (platform, key) in [
        ("paypal", "webhook_id"),
        ("klarna", "webhook_key"),
        ("shopify", "webhook_secret"),
    ] {
        let mut bare = open.desk.credentials(platform, 1);
        let fields = bare.as_object_mut().unwrap();
        fields.remove(key);
        fields.remove("webhook_key_id");
        let connection = open.desk.join_with(platform, "Bare", 1, &bare);
        let (status, said) = open
            .knock(&open.door(platform, &connection), &[], b"{}".to_vec())
            .await;
        assert_eq!(status, 401, "{said}");
        assert!(said.contains("not configured") && said.contains(key), "{said}");
    }
    assert_eq!(open.kept().await, 0, "nothing of it is stored");
}

#[tokio::test]
async fn process_privacy_requests_wait_for_a_person() {
    let open = open().await;
    let client = &open.desk.accounts[0]["client_id"];
    for topic in ["customers/data_request", "customers/redact", "shop/redact"] {
        let wish = json!({"client_id": client, "topic": topic});
        open.desk.post("shopify/privacy", &wish).await;
    }
    open.tally("shopify", |row| n(row, "delivered") == 3).await;
    let list = open.desk.call(&["webhook", "list", "--json"]);
    assert!(
        !list.out.contains("somebody@"),
        "no personal data in lists: {}",
        list.out
    );
    let list = list.json();
    let rows = list.as_array().unwrap();
    assert_eq!(rows.len(), 3, "{list}");
    for row in rows {
        let (connection, event) = (
            row["connection"].as_str().unwrap(),
            row["event"].as_str().unwrap(),
        );
        open.desk.call(&["webhook", "done", connection, event]).good();
        open.desk
            .call(&["webhook", "done", connection, event])
            .refused(&["docket webhook list"]);
    }
    assert_eq!(open.desk.call(&["webhook", "list", "--json"]).json(), json!([]));
}

/// Where the platform has an API for it, one command subscribes the desk; elsewhere it says what to do by hand.
#[tokio::test]
async fn process_a_desk_subscribes_itself_where_the_platform_can() {
    let open = open().await;
    let connection = open.desk.join("shopify", "Beta", 1);
    open.desk.call(&["sync", "--connection", &connection]).good();
    let subscribe = |id: &str| {
        open.desk
            .call(&["connection", "webhooks", id, "--public-url", &open.pages])
    };
    let said = subscribe(&connection).good();
    assert!(said.contains(&open.door("shopify", &connection)), "{said}");
    let wish = json!({"due_in_seconds": 90_000});
    let dispute = open.desk.plant_on("shopify", 1, 1, &wish).await.remove(0);
    open.until(&dispute, |case| case["turn"] == "ours").await;
    // Once more changes nothing, and the check sees it.
    subscribe(&connection).good();
    let checked = open.desk.call(&["connection", "check", &connection]);
    assert!(
        checked.out.contains("yes Shopify sends webhooks"),
        "{}",
        checked.out
    );
    let (_, klarna) = &open.connections[1];
    let said = subscribe(klarna).good();
    assert!(
        said.contains(&open.door("klarna", klarna)) && said.contains("by hand"),
        "{said}"
    );
    let paused = open.desk.connection(klarna)["paused_why"].clone();
    assert_eq!(paused, Value::Null);
    open.desk
        .call(&[
            "connection",
            "webhooks",
            klarna,
            "--public-url",
            "http://desk.example",
        ])
        .refused(&["https"]);
}
