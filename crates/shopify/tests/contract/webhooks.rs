//! Webhooks: what is believed, and why the rest is not; and looking after the subscriptions.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use docket_connector::{About, Connector, Error, Nudge, Webhook, WebhookRefused};
use docket_core::id::DisputeRef;
use ring::hmac;
use serde_json::json;
use wiremock::MockServer;
use wiremock::matchers::body_string_contains;

use crate::support::{Row, STATIC, asked, data, shared, shop, shop_with, variables_of, when};

const BODY: &[u8] = include_bytes!("../../fixtures/webhook.json");

fn sign(secret: &str, body: &[u8]) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    BASE64_STANDARD.encode(hmac::sign(&key, body))
}

fn headers(secret: &str, topic: &str) -> Vec<(String, String)> {
    [
        ("x-shopify-hmac-sha256", sign(secret, BODY).as_str()),
        ("x-shopify-shop-domain", "lamps.myshopify.com"),
        ("x-shopify-topic", topic),
        ("x-shopify-webhook-id", "delivery-1"),
        ("x-shopify-event-id", "event-1"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .to_vec()
}

async fn knock(
    credentials: &str,
    headers: &[(String, String)],
    body: &[u8],
) -> Result<Nudge, WebhookRefused> {
    let server = MockServer::start().await;
    let webhook = Webhook {
        headers,
        body,
        received_at: chrono::DateTime::UNIX_EPOCH,
    };
    let shop = shop_with(&server, &Row::of(credentials), &shared());
    shop.verify_webhook(webhook).await
}

#[tokio::test]
async fn a_genuine_event_names_its_dispute_to_the_last_digit() {
    for topic in ["disputes/create", "disputes/update"] {
        let nudge = knock(STATIC, &headers("whsec", topic), BODY).await.unwrap();
        assert_eq!(
            nudge.about,
            About::Dispute(DisputeRef("9007199254741993".to_owned()))
        );
        assert_eq!((nudge.event.as_str(), nudge.topic.as_str()), ("event-1", topic));
    }
    let mut without_event = headers("whsec", "disputes/update");
    without_event.retain(|(name, _)| name != "x-shopify-event-id");
    assert_eq!(
        knock(STATIC, &without_event, BODY).await.unwrap().event,
        "delivery-1"
    );
}

#[tokio::test]
async fn requests_about_personal_data_call_a_person_and_the_rest_is_nothing() {
    for topic in ["customers/data_request", "customers/redact", "shop/redact"] {
        assert_eq!(
            knock(STATIC, &headers("whsec", topic), BODY).await.unwrap().about,
            About::Privacy
        );
    }
    let other = knock(STATIC, &headers("whsec", "orders/create"), BODY)
        .await
        .unwrap();
    assert_eq!(other.about, About::Nothing);
}

#[tokio::test]
async fn the_apps_secret_signs_where_there_is_no_other() {
    let app = r#"{"shop": "lamps", "client_id": "app", "client_secret": "hush"}"#;
    assert!(
        knock(app, &headers("hush", "disputes/update"), BODY)
            .await
            .is_ok()
    );
    let both = r#"{"shop": "lamps", "client_id": "app", "client_secret": "hush", "webhook_secret": "own"}"#;
    assert!(
        knock(both, &headers("own", "disputes/update"), BODY)
            .await
            .is_ok()
    );
    let none = r#"{"shop": "lamps", "access_token": "shpat_1"}"#;
    let refused = knock(none, &headers("hush", "disputes/update"), BODY).await;
    assert_eq!(refused, Err(WebhookRefused::NotConfigured("webhook_secret")));
}

#[tokio::test]
async fn what_is_not_genuine_is_not_believed() {
    let good = headers("whsec", "disputes/update");
    let wrong = knock(STATIC, &headers("other", "disputes/update"), BODY).await;
    assert!(matches!(wrong, Err(WebhookRefused::NotGenuine(_))), "{wrong:?}");
    let mut body = BODY.to_vec();
    body.push(b' ');
    assert!(matches!(
        knock(STATIC, &good, &body).await,
        Err(WebhookRefused::NotGenuine(_))
    ));
    let with = |name: &str, value: &str| {
        let mut headers = good.clone();
        for (known, old) in &mut headers {
            if known == name {
                value.clone_into(old);
            }
        }
        headers
    };
    for nonsense in ["", "!!!", "AAAA", &"A".repeat(4096)] {
        let refused = knock(STATIC, &with("x-shopify-hmac-sha256", nonsense), BODY).await;
        assert!(refused.is_err(), "{nonsense}");
    }
    let other_shop = knock(
        STATIC,
        &with("x-shopify-shop-domain", "chairs.myshopify.com"),
        BODY,
    )
    .await;
    assert!(matches!(other_shop, Err(WebhookRefused::NotGenuine(why)) if why.contains("another shop")));
    for name in [
        "x-shopify-hmac-sha256",
        "x-shopify-shop-domain",
        "x-shopify-topic",
    ] {
        let headers: Vec<_> = good.iter().filter(|(known, _)| known != name).cloned().collect();
        let refused = knock(STATIC, &headers, BODY).await;
        assert_eq!(refused, Err(WebhookRefused::Header(name)));
    }
}

#[tokio::test]
async fn a_body_without_a_dispute_is_refused_after_its_signature() {
    for body in [&b"{}"[..], b"[]", br#"{"id": 1.5}"#, b"ann@buyer.example"] {
        let mut headers = headers("whsec", "disputes/update");
        headers[0].1 = sign("whsec", body);
        let refused = knock(STATIC, &headers, body).await;
        assert!(
            matches!(&refused, Err(WebhookRefused::Body(why)) if !why.contains("ann@")),
            "{refused:?}"
        );
    }
}

#[tokio::test]
async fn missing_subscriptions_are_registered_and_standing_ones_left_alone() {
    let server = MockServer::start().await;
    let standing = json!([
        {"id": "1", "topic": "DISPUTES_CREATE", "uri": "https://desk.example/in/7"},
        {"id": "2", "topic": "DISPUTES_UPDATE", "uri": "https://elsewhere.example/"},
    ]);
    when(
        &server,
        "Webhooks",
        data(&json!({"webhookSubscriptions": {"nodes": standing}})),
    )
    .await;
    let done = json!({"webhookSubscriptionCreate": {"webhookSubscription": {"id": "3"}, "userErrors": []}});
    asked("SubscribeWebhook")
        .respond_with(data(&done))
        .expect(1)
        .mount(&server)
        .await;
    let callback = "https://desk.example/in/7".parse().unwrap();
    let findings = shop(&server).subscribe(&callback).await.unwrap().findings;
    let keys: Vec<(&str, bool)> = findings
        .iter()
        .map(|finding| (finding.key.as_str(), finding.says.to_string().contains("already")))
        .collect();
    assert_eq!(
        keys,
        [
            ("webhook.disputes_create", true),
            ("webhook.disputes_update", false)
        ]
    );
    let sub = json!({"uri": "https://desk.example/in/7", "format": "JSON"});
    assert_eq!(
        variables_of(&server, "SubscribeWebhook").await,
        [json!({"topic": "DISPUTES_UPDATE", "sub": sub})]
    );
}

#[tokio::test]
async fn an_address_that_shopify_does_not_take_is_said() {
    let server = MockServer::start().await;
    when(
        &server,
        "Webhooks",
        data(&json!({"webhookSubscriptions": {"nodes": []}})),
    )
    .await;
    let refused = json!({"webhookSubscriptionCreate": {"webhookSubscription": null, "userErrors": [{"message": "no"}]}});
    asked("SubscribeWebhook")
        .and(body_string_contains("DISPUTES_CREATE"))
        .respond_with(data(&refused))
        .mount(&server)
        .await;
    let callback = "http://desk.example/".parse().unwrap();
    let error = shop(&server).subscribe(&callback).await.unwrap_err();
    assert!(
        matches!(&error, Error::Rejected { message, .. } if message.contains("https")),
        "{error}"
    );
}
