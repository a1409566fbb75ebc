//! Webhooks: what is believed, and why the rest is not.

use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use docket_connector::{About, Connector, Nudge, Webhook, WebhookRefused};
use docket_core::id::DisputeRef;
use ring::hmac;
use wiremock::MockServer;

use crate::support::{CREDENTIALS, at, klarna};

const EVENT: &[u8] = include_bytes!("../../fixtures/pre_arbitration_event.json");

fn signature(body: &[u8]) -> Vec<u8> {
    let key = hmac::Key::new(hmac::HMAC_SHA256, b"signing");
    hmac::sign(&key, body).as_ref().to_vec()
}

async fn deliver(credentials: &str, headers: &[(&str, &str)], body: &[u8]) -> Result<Nudge, WebhookRefused> {
    let server = MockServer::start().await;
    let headers: Vec<(String, String)> = headers
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    let webhook = Webhook {
        headers: &headers,
        body,
        received_at: at("2027-01-15T08:00:00Z"),
    };
    let verdict = klarna(&server, credentials).verify_webhook(webhook).await;
    assert!(
        server.received_requests().await.unwrap().is_empty(),
        "verified without a call"
    );
    verdict
}

async fn signed(body: &[u8]) -> Result<Nudge, WebhookRefused> {
    let signature = hex::encode(signature(body));
    deliver(
        CREDENTIALS,
        &[
            ("klarna-signature", &signature),
            ("klarna-signing-key-id", "key-1"),
        ],
        body,
    )
    .await
}

#[tokio::test]
async fn both_encodings_and_both_spellings_are_believed() {
    let raw = signature(EVENT);
    let forms = [
        hex::encode(&raw),
        hex::encode_upper(&raw),
        BASE64_STANDARD.encode(&raw),
        BASE64_URL_SAFE_NO_PAD.encode(&raw),
    ];
    for form in forms {
        for (name, key) in [
            ("Klarna-Signature", "Klarna-Signing-Key-Id"),
            ("klarna-signature", "klarna-signing-key-ID"),
        ] {
            let nudge = deliver(CREDENTIALS, &[(name, &form), (key, "key-1")], EVENT)
                .await
                .unwrap();
            assert_eq!(
                nudge,
                Nudge {
                    event: "0a4d6d7e-1d6d-4a3b-a7ff-5b7d7bde0001".to_owned(),
                    topic: "payment.dispute.state-change.pre-arbitration".to_owned(),
                    about: About::Dispute(DisputeRef(
                        "krn:network:eu1:test:payment:dispute:7719000402".to_owned()
                    )),
                },
                "{form}"
            );
        }
    }
}

#[tokio::test]
async fn what_is_not_genuine_is_refused() {
    let good = hex::encode(signature(EVENT));
    let mut changed = EVENT.to_vec();
    changed.push(b' ');
    let other = hex::encode(signature(b"other"));
    let key = ("klarna-signing-key-id", "key-1");
    for (signature, body) in [
        (good.as_str(), &changed[..]),
        (other.as_str(), EVENT),
        ("x", EVENT),
        (&good[..62], EVENT),
    ] {
        let refused = deliver(CREDENTIALS, &[("klarna-signature", signature), key], body).await;
        assert!(
            matches!(refused, Err(WebhookRefused::NotGenuine(_))),
            "{signature}: {refused:?}"
        );
    }
    let refused = deliver(
        CREDENTIALS,
        &[("klarna-signature", &good), ("klarna-signing-key-id", "key-2")],
        EVENT,
    )
    .await;
    assert!(
        matches!(&refused, Err(WebhookRefused::NotGenuine(why)) if why.contains("another key")),
        "{refused:?}"
    );
    let refused = deliver(CREDENTIALS, &[key], EVENT).await;
    assert!(
        matches!(refused, Err(WebhookRefused::Header("klarna-signature"))),
        "{refused:?}"
    );
    let refused = deliver(CREDENTIALS, &[("klarna-signature", &good)], EVENT).await;
    assert!(
        matches!(refused, Err(WebhookRefused::Header("klarna-signing-key-id"))),
        "{refused:?}"
    );
    let bare = r#"{"username": "u", "password": "p"}"#;
    let refused = deliver(bare, &[("klarna-signature", &good), key], EVENT).await;
    assert!(
        matches!(refused, Err(WebhookRefused::NotConfigured("webhook_key"))),
        "{refused:?}"
    );
}

#[tokio::test]
async fn each_event_of_disputes_names_its_dispute() {
    for kind in [
        "payment.dispute.state-change.initiated",
        "payment.dispute.state-change.representment",
        "payment.dispute.state-change.pre-arbitration",
        "payment.dispute.state-change.arbitration",
        "payment.dispute.state-change.closed",
        "payment.dispute.updated.representment-deadline-extended",
        "payment.dispute.updated.something-new",
    ] {
        let body = format!(
            r#"{{"event_type": "{kind}", "event_id": "e-1", "payload": {{"payment_dispute_id": "d-1"}}}}"#
        );
        let nudge = signed(body.as_bytes()).await.unwrap();
        assert_eq!((nudge.event.as_str(), nudge.topic.as_str()), ("e-1", kind));
        assert_eq!(nudge.about, About::Dispute(DisputeRef("d-1".to_owned())));
    }
    let other =
        br#"{"event_type": "payment.request.state-change.completed", "event_id": "e-2", "payload": {}}"#;
    assert_eq!(signed(other).await.unwrap().about, About::Nothing);
}

#[tokio::test]
async fn a_signed_body_that_is_no_event_is_said() {
    for (body, says) in [
        ("x", "no JSON"),
        (r#"{"event_id": "e"}"#, "`event_type`"),
        (
            r#"{"event_type": "payment.dispute.state-change.closed", "payload": {"payment_dispute_id": "d"}}"#,
            "`event_id`",
        ),
        (
            r#"{"event_type": "payment.dispute.state-change.closed", "event_id": "e", "payload": {}}"#,
            "payment_dispute_id",
        ),
    ] {
        let refused = signed(body.as_bytes()).await;
        assert!(
            matches!(&refused, Err(WebhookRefused::Body(why)) if why.contains(says)),
            "{body}: {refused:?}"
        );
    }
}
