//! PayPal's messages, verified in both ways.

use docket_simulator::Account;
use rustls::pki_types::{CertificateDer, UnixTime, pem::PemObject};

use super::*;

struct Scene {
    desk: Desk,
    token: String,
    account: Account,
    /// The messages about one dispute that arrived, got a message and was decided.
    messages: Vec<Got>,
}

async fn scene() -> Scene {
    let desk = Desk::open(options()).await;
    let (receiver, url) = Receiver::open().await;
    register(&desk, "paypal", &url).await;
    let token = desk.token(0).await;
    let dispute = desk.waiting(0, stage("INQUIRY")).await;
    let words = json!({"message": "Hello."});
    desk.post(&token, &path(&dispute, "send-message"), words).await;
    let decide = format!("/paypal/disputes/{}/decide", id(&dispute));
    desk.command(&decide, json!({"outcome": "RESOLVED_SELLER_FAVOUR"}))
        .await;
    let mine = |got: &[Got]| -> Vec<Got> {
        let of_it = |message: &&Got| json_of(message)["resource"]["dispute_id"] == id(&dispute);
        got.iter().filter(of_it).cloned().collect()
    };
    let messages = mine(&receiver.until(|got| mine(got).len() >= 3).await);
    Scene {
        account: desk.sim.accounts()[0].clone(),
        desk,
        token,
        messages,
    }
}

#[tokio::test]
async fn a_dispute_is_created_updated_and_resolved() {
    let scene = scene().await;
    let about: Vec<Value> = scene.messages.iter().map(json_of).collect();
    let kinds: Vec<&str> = about
        .iter()
        .map(|body| body["event_type"].as_str().unwrap())
        .collect();
    let expected = ["CREATED", "UPDATED", "RESOLVED"].map(|word| format!("CUSTOMER.DISPUTE.{word}"));
    assert_eq!(kinds, expected);
    assert!(about[1]["resource"].get("dispute_outcome").is_none());
    assert_eq!(
        about[2]["resource"]["dispute_outcome"]["outcome_code"],
        "RESOLVED_SELLER_FAVOUR"
    );
    assert!(about[0]["id"].as_str().unwrap().starts_with("WH-"));
    assert_ne!(about[0]["id"], about[1]["id"]);
}

#[tokio::test]
async fn the_signature_holds_by_its_certificate() {
    let Scene {
        desk,
        account,
        messages,
        ..
    } = scene().await;
    let message = &messages[2];
    let signed = format!(
        "{}|{}|{}|{}",
        header(message, "paypal-transmission-id"),
        header(message, "paypal-transmission-time"),
        account.webhook_id,
        crc32fast::hash(&message.1)
    );
    let text = async |url: &str| desk.http.get(url).send().await.unwrap().text().await.unwrap();
    let address = header(message, "paypal-cert-url");
    assert!(address.starts_with(&format!("{}/v1/notifications/certs/", desk.sim.paypal_url())));
    let chain = text(address).await;
    let root = text(&format!("{}/paypal/root.pem", desk.sim.control_url())).await;
    let root = CertificateDer::from_pem_slice(root.as_bytes()).unwrap();
    let anchor = webpki::anchor_from_trusted_cert(&root).unwrap();
    let chain: Vec<CertificateDer<'_>> = CertificateDer::pem_slice_iter(chain.as_bytes())
        .map(Result::unwrap)
        .collect();
    let signer = webpki::EndEntityCert::try_from(&chain[0]).unwrap();
    let usage = webpki::KeyUsage::server_auth();
    let all = webpki::ALL_VERIFICATION_ALGS;
    signer
        .verify_for_usage(all, &[anchor], &chain[1..], UnixTime::now(), usage, None, None)
        .unwrap();
    let signature = STANDARD
        .decode(header(message, "paypal-transmission-sig"))
        .unwrap();
    let algorithm = webpki::ring::RSA_PKCS1_2048_8192_SHA256;
    signer
        .verify_signature(algorithm, signed.as_bytes(), &signature)
        .unwrap();
    assert!(
        signer
            .verify_signature(algorithm, b"another text", &signature)
            .is_err()
    );
    let unknown = desk.http.get(format!("{address}0")).send().await.unwrap();
    assert_eq!(unknown.status(), 404);
}

#[tokio::test]
async fn the_verifying_call_tells_the_truth() {
    let scene = scene().await;
    let message = &scene.messages[2];
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
        let base = scene.desk.sim.paypal_url();
        let url = format!("{base}/v1/notifications/verify-webhook-signature");
        let request = scene.desk.http.post(url).bearer_auth(token);
        let request = request.header("content-type", "application/json").body(claim);
        read(request).await.1["verification_status"].clone()
    };
    let own = &scene.account.webhook_id;
    assert_eq!(ask(&scene.token, own, &message.1).await, "SUCCESS");
    let mut altered: Value = json_of(message);
    altered["resource"]["status"] = "OPEN".into();
    let altered = altered.to_string();
    assert_eq!(ask(&scene.token, own, altered.as_bytes()).await, "FAILURE");
    assert_eq!(ask(&scene.token, "another", &message.1).await, "FAILURE");
    let stranger = scene.desk.token(1).await;
    assert_eq!(ask(&stranger, own, &message.1).await, "FAILURE");
}
