//! Webhooks: what is believed, and why the rest is not.

use crate::support::{CREDENTIALS, shared};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use chrono::{DateTime, Duration, Utc};
use docket_connector::http::Shared;
use docket_connector::{About, Connector, Nudge, Webhook, WebhookRefused};
use docket_core::id::DisputeRef;
use docket_paypal::{PayPal, WebhookTrust};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, SigningKey, date_time_ymd};
use wiremock::matchers::path;
use wiremock::{Mock, MockServer, ResponseTemplate};

const BODY: &[u8] = include_bytes!("../../fixtures/resolved_event.json");
const CERT: &str = "/v1/notifications/certs/CERT-1";
const SIGNER: &str = "messageverificationcerts.paypal.com";

fn received() -> DateTime<Utc> {
    "2026-03-20T09:00:05Z".parse().unwrap()
}

/// Made for these tests only: ring cannot make RSA keys.
fn key() -> KeyPair {
    KeyPair::from_pem(include_str!("../../fixtures/webhook_test_key.pem")).unwrap()
}

/// An authority of our own, and a certificate for this name that was valid in 2026.
fn authority(name: &str) -> (WebhookTrust, String) {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    (params.not_before, params.not_after) = (date_time_ymd(2025, 1, 1), date_time_ymd(2035, 1, 1));
    let ca_key = KeyPair::generate().unwrap();
    let root = params.self_signed(&ca_key).unwrap();
    let mut leaf = CertificateParams::new(vec![name.to_owned()]).unwrap();
    (leaf.not_before, leaf.not_after) = (date_time_ymd(2026, 1, 1), date_time_ymd(2027, 1, 1));
    let leaf = leaf.signed_by(&key(), &Issuer::new(params, ca_key)).unwrap();
    let anchor = webpki::anchor_from_trusted_cert(root.der()).unwrap().to_owned();
    let hosts = vec!["127.0.0.1".to_owned(), "api.paypal.com".to_owned()];
    (
        WebhookTrust {
            hosts,
            roots: vec![anchor],
        },
        format!("{}{}", leaf.pem(), root.pem()),
    )
}

struct Delivery {
    id: &'static str,
    time: String,
    webhook_id: &'static str,
    url: String,
    algorithm: &'static str,
    body: Vec<u8>,
}

impl Delivery {
    fn from(host: &str) -> Self {
        Self {
            id: "69cd13f0-d67a-11e5-baa3-778b53f4ae55",
            time: "2026-03-20T09:00:02Z".to_owned(),
            webhook_id: "WH-ID-1",
            url: format!("{host}{CERT}"),
            algorithm: "SHA256withRSA",
            body: BODY.to_vec(),
        }
    }

    fn headers(&self) -> Vec<(String, String)> {
        let crc = crc32fast::hash(&self.body);
        let message = format!("{}|{}|{}|{crc}", self.id, self.time, self.webhook_id);
        let signature = BASE64_STANDARD.encode(key().sign(message.as_bytes()).unwrap());
        [
            ("paypal-transmission-id", self.id),
            ("paypal-transmission-time", &self.time),
            ("paypal-transmission-sig", &signature),
            ("paypal-cert-url", &self.url),
            ("paypal-auth-algo", self.algorithm),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec()
    }
}

struct Door {
    server: MockServer,
    paypal: PayPal,
    shared: Shared,
}

async fn door_with(answer: ResponseTemplate, trust: WebhookTrust) -> Door {
    let server = MockServer::start().await;
    Mock::given(path(CERT)).respond_with(answer).mount(&server).await;
    let shared = shared();
    let base = "https://api-m.paypal.com".parse().unwrap();
    let paypal = PayPal::new(base, &CREDENTIALS.to_owned().into(), &shared)
        .unwrap()
        .with_webhook_trust(trust);
    Door {
        server,
        paypal,
        shared,
    }
}

async fn door() -> Door {
    let (trust, chain) = authority(SIGNER);
    door_with(ResponseTemplate::new(200).set_body_string(chain), trust).await
}

impl Door {
    async fn knock(&self, headers: &[(String, String)], body: &[u8]) -> Result<Nudge, WebhookRefused> {
        self.paypal
            .verify_webhook(Webhook {
                headers,
                body,
                received_at: received(),
            })
            .await
    }

    async fn deliver(&self, change: impl FnOnce(&mut Delivery)) -> Result<Nudge, WebhookRefused> {
        let mut delivery = Delivery::from(&self.server.uri());
        change(&mut delivery);
        self.knock(&delivery.headers(), &delivery.body).await
    }
}

fn not_genuine(result: Result<Nudge, WebhookRefused>, says: &str) {
    match result {
        Err(WebhookRefused::NotGenuine(why)) => assert!(why.contains(says), "{why}"),
        other => panic!("{says}: {other:?}"),
    }
}

#[tokio::test]
async fn a_genuine_event_names_its_dispute_and_the_certificate_is_fetched_once() {
    let door = door().await;
    for _ in 0..3 {
        let nudge = door.deliver(|_| ()).await.unwrap();
        let dispute = DisputeRef("PP-000-071-284-990".to_owned());
        assert_eq!(nudge.about, About::Dispute(dispute));
        assert_eq!(nudge.event, "WH-6AB11122CD333444E-5FG66777HJ888999K");
    }
    let calls = door.server.received_requests().await.unwrap();
    assert_eq!(calls.len(), 1);
    assert!(!calls[0].headers.contains_key("authorization"));
}

#[tokio::test]
async fn a_changed_body_time_or_webhook_id_breaks_the_signature() {
    let door = door().await;
    not_genuine(door.deliver(|d| d.webhook_id = "WEBHOOK_ID").await, "signature");
    let delivery = Delivery::from(&door.server.uri());
    let mut body = delivery.body.clone();
    body.push(b'\n');
    not_genuine(door.knock(&delivery.headers(), &body).await, "signature");
    let mut headers = delivery.headers();
    headers[1].1 = "2026-03-20T09:00:03Z".to_owned();
    not_genuine(door.knock(&headers, &delivery.body).await, "signature");
}

#[tokio::test]
async fn what_is_too_old_or_from_the_future_is_not_believed() {
    let door = door().await;
    let sent = |ago: Duration| (received() - ago).to_rfc3339();
    let edge = sent(Duration::hours(72) + Duration::minutes(4));
    assert!(door.deliver(|d| d.time = edge).await.is_ok());
    not_genuine(
        door.deliver(|d| d.time = sent(Duration::hours(72) + Duration::minutes(6)))
            .await,
        "three days",
    );
    not_genuine(
        door.deliver(|d| d.time = sent(Duration::minutes(-6))).await,
        "future",
    );
}

#[tokio::test]
async fn certificates_come_from_paypals_addresses_only() {
    let door = door().await;
    let uri = door.server.uri();
    let bad = [
        "https://evil.example/v1/notifications/certs/CERT-1".to_owned(),
        "https://api.paypal.com.evil.example/v1/notifications/certs/CERT-1".to_owned(),
        "https://evil@api.paypal.com/v1/notifications/certs/CERT-1".to_owned(),
        "https://api.paypal.com:8443/v1/notifications/certs/CERT-1".to_owned(),
        "http://api.paypal.com/v1/notifications/certs/CERT-1".to_owned(),
        format!("{uri}/v1/notifications/certs/../../../elsewhere"),
        format!("{uri}/elsewhere"),
        "nonsense".to_owned(),
    ];
    for url in bad {
        not_genuine(door.deliver(|d| d.url = url).await, "the certificate's address");
    }
    assert!(
        door.server.received_requests().await.unwrap().is_empty(),
        "nothing was fetched"
    );
}

#[tokio::test]
async fn the_certificate_must_hold() {
    let (trust, chain) = authority(SIGNER);
    let (stranger, _) = authority(SIGNER);
    let good = ResponseTemplate::new(200).set_body_string(&chain);
    let door = door_with(good.clone(), stranger).await;
    not_genuine(door.deliver(|_| ()).await, "does not hold");
    not_genuine(door.deliver(|_| ()).await, "does not hold");
    assert_eq!(
        door.server.received_requests().await.unwrap().len(),
        2,
        "what does not hold is not kept"
    );

    let door = door_with(good, trust.clone()).await;
    let delivery = Delivery {
        time: "2027-03-20T09:00:02Z".to_owned(),
        ..Delivery::from(&door.server.uri())
    };
    let received_at = "2027-03-20T09:00:05Z".parse().unwrap();
    let late = Webhook {
        headers: &delivery.headers(),
        body: BODY,
        received_at,
    };
    not_genuine(door.paypal.verify_webhook(late).await, "does not hold");

    let door = door_with(
        ResponseTemplate::new(200).set_body_string("<html>"),
        trust.clone(),
    )
    .await;
    not_genuine(door.deliver(|_| ()).await, "no certificate");
    let door = door_with(ResponseTemplate::new(404), trust.clone()).await;
    not_genuine(door.deliver(|_| ()).await, "no such certificate");
    for status in [302, 429, 503] {
        let door = door_with(ResponseTemplate::new(status), trust.clone()).await;
        assert!(
            matches!(door.deliver(|_| ()).await, Err(WebhookRefused::Later(_))),
            "{status}"
        );
    }
}

#[tokio::test]
async fn the_signer_must_belong_to_paypal() {
    for (name, belongs) in [
        (SIGNER, true),
        ("shop.example", false),
        ("paypal.com.evil.example", false),
        ("notpaypal.com", false),
    ] {
        let (trust, chain) = authority(name);
        let door = door_with(ResponseTemplate::new(404), trust).await;
        door.shared
            .remember(&format!("https://api.paypal.com{CERT}"), chain.into());
        let result = door
            .deliver(|d| d.url = format!("https://api.paypal.com{CERT}"))
            .await;
        if belongs {
            assert!(result.is_ok(), "{name}: {result:?}");
        } else {
            not_genuine(result, "does not belong");
        }
    }
}

#[tokio::test]
async fn headers_and_bodies_are_needed() {
    let door = door().await;
    let delivery = Delivery::from(&door.server.uri());
    for index in 0..5 {
        let mut headers = delivery.headers();
        let name = headers.remove(index).0;
        let result = door.knock(&headers, &delivery.body).await;
        assert!(
            matches!(result, Err(WebhookRefused::Header(missing)) if missing == name),
            "{name}"
        );
    }
    let result = door.deliver(|d| d.algorithm = "SHA1withRSA").await;
    assert!(matches!(result, Err(WebhookRefused::Header("paypal-auth-algo"))));
    let bodies = [
        "{}",
        "[]",
        r#"{"id": "WH-1", "event_type": "PAYMENT.SALE.COMPLETED", "resource": {"dispute_id": "x"}}"#,
        r#"{"id": "WH-1", "event_type": "CUSTOMER.DISPUTE.CREATED", "resource": {}}"#,
    ];
    for body in bodies {
        let result = door.deliver(|d| d.body = body.as_bytes().to_vec()).await;
        assert!(
            matches!(result, Err(WebhookRefused::Body(_))),
            "{body}: {result:?}"
        );
    }
}

#[tokio::test]
async fn without_a_webhook_id_nothing_is_believed() {
    let base = "https://api-m.paypal.com".parse().unwrap();
    let credentials = r#"{"client_id": "app", "client_secret": "secret"}"#.to_owned().into();
    let paypal = PayPal::new(base, &credentials, &shared()).unwrap();
    let result = paypal
        .verify_webhook(Webhook {
            headers: &[],
            body: BODY,
            received_at: received(),
        })
        .await;
    assert_eq!(result, Err(WebhookRefused::NotConfigured("webhook_id")));
}
