//! Webhooks: what is sent when, that signatures hold, and what goes astray.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    routing::post,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, Mac};
use rustls::pki_types::{CertificateDer, UnixTime, pem::PemObject};
use serde_json::{Value, json};
use tokio::sync::Notify;

use crate::{
    klarna::{Shop, evidence, one},
    support::*,
};

type Got = (HeaderMap, Bytes);

#[derive(Clone, Default)]
struct Receiver {
    got: Arc<Mutex<Vec<Got>>>,
    /// So many calls are refused first.
    refuse: Arc<Mutex<usize>>,
    news: Arc<Notify>,
}

impl Receiver {
    async fn open() -> (Self, String) {
        let receiver = Self::default();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let app = Router::new()
            .route("/hook", post(Self::take))
            .with_state(receiver.clone());
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        (receiver, format!("http://{address}/hook"))
    }

    async fn take(State(this): State<Self>, headers: HeaderMap, body: Bytes) -> StatusCode {
        let mut refuse = this.refuse.lock().unwrap();
        if *refuse > 0 {
            *refuse -= 1;
            return StatusCode::INTERNAL_SERVER_ERROR;
        }
        this.got.lock().unwrap().push((headers, body));
        this.news.notify_one();
        StatusCode::NO_CONTENT
    }

    /// The messages as soon as there are so many.
    async fn wait(&self, count: usize) -> Vec<Got> {
        self.until(|got| got.len() >= count).await
    }

    /// The messages as soon as they fit.
    async fn until(&self, fits: impl Fn(&[Got]) -> bool) -> Vec<Got> {
        let arrived = async {
            loop {
                let got = self.got.lock().unwrap().clone();
                if fits(&got) {
                    return got;
                }
                self.news.notified().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(10), arrived)
            .await
            .unwrap_or_else(|_| panic!("only {:?}", self.got.lock().unwrap()))
    }
}

async fn register(desk: &Desk, platform: &str, url: &str) {
    let client_id = &desk.sim.accounts()[0].client_id;
    let body = json!({"client_id": client_id, "platform": platform, "url": url});
    let (status, answer) = desk.command("/webhooks", body).await;
    assert_eq!(status, 200, "{answer}");
}

fn json_of(got: &Got) -> Value {
    serde_json::from_slice(&got.1).unwrap()
}

fn header<'a>(got: &'a Got, name: &str) -> &'a str {
    got.0[name].to_str().unwrap()
}

fn keyed(key: &str, body: &[u8]) -> Vec<u8> {
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(key.as_bytes()).unwrap();
    mac.update(body);
    mac.finalize().into_bytes().to_vec()
}

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
async fn paypals_signature_holds_by_certificate_and_by_call() {
    let desk = Desk::open(options()).await;
    let (receiver, url) = Receiver::open().await;
    register(&desk, "paypal", &url).await;
    let token = desk.token(0).await;
    let dispute = desk.waiting(0, stage("INQUIRY")).await;
    desk.post(
        &token,
        &path(&dispute, "send-message"),
        json!({"message": "Hello."}),
    )
    .await;
    let decide = format!("/paypal/disputes/{}/decide", id(&dispute));
    desk.command(&decide, json!({"outcome": "RESOLVED_SELLER_FAVOUR"}))
        .await;
    let mine = |got: &[Got]| -> Vec<Value> {
        let bodies = got.iter().map(json_of);
        bodies
            .filter(|body| body["resource"]["dispute_id"] == id(&dispute))
            .collect()
    };
    let got = receiver.until(|got| mine(got).len() >= 3).await;
    let about = mine(&got);
    let kinds: Vec<&str> = about
        .iter()
        .map(|body| body["event_type"].as_str().unwrap())
        .collect();
    assert_eq!(
        kinds,
        [
            "CUSTOMER.DISPUTE.CREATED",
            "CUSTOMER.DISPUTE.UPDATED",
            "CUSTOMER.DISPUTE.RESOLVED"
        ]
    );
    assert!(about[1]["resource"].get("dispute_outcome").is_none());
    assert_eq!(
        about[2]["resource"]["dispute_outcome"]["outcome_code"],
        "RESOLVED_SELLER_FAVOUR"
    );

    let message = got.last().unwrap();
    let account = desk.sim.accounts()[0].clone();
    let signed = format!(
        "{}|{}|{}|{}",
        header(message, "paypal-transmission-id"),
        header(message, "paypal-transmission-time"),
        account.webhook_id,
        crc32fast::hash(&message.1)
    );
    let text = async |url: &str| desk.http.get(url).send().await.unwrap().text().await.unwrap();
    let chain = text(header(message, "paypal-cert-url")).await;
    let root = text(&format!("{}/paypal/root.pem", desk.sim.control_url())).await;
    let root = CertificateDer::from_pem_slice(root.as_bytes()).unwrap();
    let anchor = webpki::anchor_from_trusted_cert(&root).unwrap();
    let chain: Vec<CertificateDer<'_>> = CertificateDer::pem_slice_iter(chain.as_bytes())
        .map(Result::unwrap)
        .collect();
    let signer = webpki::EndEntityCert::try_from(&chain[0]).unwrap();
    signer
        .verify_for_usage(
            webpki::ALL_VERIFICATION_ALGS,
            &[anchor],
            &chain[1..],
            UnixTime::now(),
            webpki::KeyUsage::server_auth(),
            None,
            None,
        )
        .unwrap();
    let signature = STANDARD
        .decode(header(message, "paypal-transmission-sig"))
        .unwrap();
    signer
        .verify_signature(
            webpki::ring::RSA_PKCS1_2048_8192_SHA256,
            signed.as_bytes(),
            &signature,
        )
        .unwrap();

    let ask = async |token: &str, webhook_id: &str, body: &[u8]| {
        let head = |name: &str| header(message, name).to_owned();
        let mut claim = json!({
            "auth_algo": head("paypal-auth-algo"), "cert_url": head("paypal-cert-url"),
            "transmission_id": head("paypal-transmission-id"), "transmission_sig": head("paypal-transmission-sig"),
            "transmission_time": head("paypal-transmission-time"), "webhook_id": webhook_id,
        })
        .to_string();
        claim.pop();
        // Spliced in as it came, as the call needs it.
        claim.push_str(&format!(",\"webhook_event\":{}}}", String::from_utf8_lossy(body)));
        let url = format!(
            "{}/v1/notifications/verify-webhook-signature",
            desk.sim.paypal_url()
        );
        let request = desk
            .http
            .post(url)
            .bearer_auth(token)
            .header("content-type", "application/json")
            .body(claim);
        read(request).await.1["verification_status"].clone()
    };
    assert_eq!(ask(&token, &account.webhook_id, &message.1).await, "SUCCESS");
    let altered = String::from_utf8_lossy(&message.1).replace("WON", "WOE") + " ";
    assert_eq!(
        ask(
            &token,
            &account.webhook_id,
            altered.trim_end().replace('1', "2").as_bytes()
        )
        .await,
        "FAILURE"
    );
    assert_eq!(ask(&token, "another", &message.1).await, "FAILURE");
    let stranger = desk.token(1).await;
    assert_eq!(ask(&stranger, &account.webhook_id, &message.1).await, "FAILURE");
}

#[tokio::test]
async fn refused_messages_are_repeated_and_then_given_up() {
    let shop = Shop::open().await;
    let (receiver, url) = Receiver::open().await;
    *receiver.refuse.lock().unwrap() = 2;
    register(&shop.desk, "klarna", &url).await;
    shop.plant(json!({})).await;
    receiver.wait(1).await;
    let row = shop.desk.control("/webhooks").await[0].clone();
    assert_eq!((&row["repeated"], &row["failed"]), (&json!(2), &json!(0)));
    // Nobody listens there any more.
    register(&shop.desk, "klarna", "http://127.0.0.1:9/hook").await;
    shop.plant(json!({})).await;
    let given_up = async {
        while shop.desk.control("/webhooks").await[0]["failed"] != 1 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(15), given_up)
        .await
        .unwrap();
}

#[tokio::test]
async fn messages_get_lost_doubled_and_out_of_order() {
    let shop = Shop::open().await;
    let (receiver, url) = Receiver::open().await;
    register(&shop.desk, "klarna", &url).await;
    let astray = async |body: Value| {
        let (status, _) = shop.desk.command("/webhooks/faults", body).await;
        status.as_u16()
    };
    assert_eq!(astray(json!({"drop": 1.5})).await, 400);
    assert_eq!(astray(json!({"drop": 1.0})).await, 200);
    shop.plant(json!({})).await;
    let dropped = async {
        while shop.desk.control("/webhooks").await[0]["dropped"] != 1 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), dropped)
        .await
        .unwrap();
    astray(json!({"duplicate": 1.0})).await;
    shop.plant(json!({})).await;
    let got = receiver.wait(2).await;
    assert_eq!(
        got[0].1, got[1].1,
        "the same message twice, and the dropped one never"
    );
    astray(json!({"reorder": 1.0})).await;
    let first = shop.plant(json!({})).await;
    let second = shop.plant(json!({})).await;
    let got = receiver.wait(4).await;
    let ids: Vec<Value> = got[2..]
        .iter()
        .map(|message| json_of(message)["payload"]["payment_dispute_id"].clone())
        .collect();
    assert_eq!(ids, [json!(second), json!(first)]);
    astray(json!({"reorder": 1.0})).await;
    let alone = shop.plant(json!({})).await;
    let got = receiver.wait(5).await;
    assert_eq!(
        json_of(&got[4])["payload"]["payment_dispute_id"],
        alone.as_str(),
        "held back, not lost"
    );
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
