//! A Klarna account against a mock server.

use bytes::Bytes;
use chrono::{DateTime, Utc};
use docket_connector::http::{HttpSettings, Shared, sha256};
use docket_connector::{Connector, Error, Outgoing, Receipt};
use docket_core::env::{Env, Source};
use docket_core::id::DisputeRef;
use docket_core::response::{EvidenceItem, FileRef, Response, Tracking};
use docket_klarna::Klarna;
use serde_json::{Value, json};
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

/// It is always 2027-01-15T08:00:00Z.
#[derive(Debug)]
struct Clock;

impl Source for Clock {
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000, 0).unwrap()
    }
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(7);
    }
}

/// `K0400099_ab12:s3cret` in base64 is [`BASIC`].
pub const CREDENTIALS: &str = r#"{"username": "K0400099_ab12", "password": "s3cret", "webhook_key_id": "key-1", "webhook_key": "signing"}"#;
pub const BASIC: &str = "Basic SzA0MDAwOTlfYWIxMjpzM2NyZXQ=";

/// Where the account's API lives on the mock server: below a path of its own.
pub const LIST: &str = "/klarna/v4/payment/disputes";
pub const ID: &str = "krn:network:eu1:test:payment:dispute:1";

pub fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

pub fn shared() -> Shared {
    Shared::new(Env::new(Clock), HttpSettings::default()).unwrap()
}

pub fn klarna(server: &MockServer, credentials: &str) -> Klarna {
    let base = format!("{}/klarna", server.uri()).parse().unwrap();
    Klarna::new(base, &credentials.to_owned().into(), &shared()).unwrap()
}

pub fn id() -> DisputeRef {
    DisputeRef(ID.to_owned())
}

/// A dispute in this state, on our turn where the state allows it.
pub fn dispute(state: &str) -> Value {
    let context = match state {
        "INITIATED" => {
            json!({"representment": {"state": "EVIDENCE_REQUESTED", "expires_at": "2027-01-25T22:59:59Z"}})
        }
        "PRE_ARBITRATION" => json!({"arbitration_expires_at": "2027-01-20T12:00:00Z"}),
        _ => json!({}),
    };
    json!({
        "payment_dispute_id": ID, "state": state, "dispute_reason": "PRODUCTS_OR_SERVICES_NOT_RECEIVED",
        "previous_state": (state != "INITIATED").then_some("INITIATED"), "order_id": "o-1",
        "dispute_details": {"dispute_amount": 8450, "currency": "EUR", "created_by": "CUSTOMER"},
        "state_context": context, "configuration": {"base_framework": "FRAMEWORK_2026"},
        "created_at": "2027-01-04T09:00:00Z", "updated_at": "2027-01-05T09:00:00.250Z",
    })
}

/// The dispute is shown like this.
pub async fn shows(server: &MockServer, body: &Value) {
    Mock::given(method("GET"))
        .and(path(format!("{LIST}/{ID}")))
        .respond_with(ResponseTemplate::new(200).set_body_json(body))
        .mount(server)
        .await;
}

/// A call on the dispute is answered like this, so often.
pub async fn answers(server: &MockServer, call: &str, answer: ResponseTemplate, times: u64) {
    Mock::given(method("POST"))
        .and(path(format!("{LIST}/{ID}/{call}")))
        .respond_with(answer)
        .expect(times)
        .mount(server)
        .await;
}

/// Uploads are taken, each under the next id.
pub async fn takes_files(server: &MockServer) {
    let taken = std::sync::atomic::AtomicUsize::new(0);
    Mock::given(method("POST"))
        .and(path(format!("{LIST}/{ID}/attachments")))
        .respond_with(move |_: &Request| {
            let number = taken.fetch_add(1, std::sync::atomic::Ordering::SeqCst) + 1;
            ResponseTemplate::new(201)
                .set_body_json(json!({"payment_dispute_attachment_id": format!("att-{number}")}))
        })
        .mount(server)
        .await;
}

pub fn file(name: &str, media_type: &str, content: &'static [u8]) -> (FileRef, Bytes) {
    let file = FileRef {
        name: name.to_owned(),
        media_type: media_type.to_owned(),
        size: content.len().try_into().unwrap(),
        sha256: sha256(content).iter().map(|b| format!("{b:02x}")).collect(),
    };
    (file, Bytes::from_static(content))
}

pub fn evidence(note: &str, files: &[(FileRef, Bytes)]) -> EvidenceItem {
    EvidenceItem {
        kind: "proof_of_delivery".to_owned(),
        note: Some(note.to_owned()),
        tracking: vec![Tracking {
            carrier: "Hanseat Express".to_owned(),
            number: "HE00417722".to_owned(),
            url: None,
        }],
        files: files.iter().map(|(file, _)| file.clone()).collect(),
        ..EvidenceItem::default()
    }
}

pub fn contest(note: &str, files: &[(FileRef, Bytes)]) -> Response {
    Response::Contest {
        evidence: vec![evidence(note, files)],
        return_address: None,
        proposed_refund: None,
    }
}

pub async fn send(
    server: &MockServer,
    response: &Response,
    files: &[(FileRef, Bytes)],
) -> Result<Receipt, Error> {
    let outgoing = Outgoing {
        response,
        files,
        attempt: "attempt-1",
    };
    klarna(server, CREDENTIALS).act(&id(), outgoing).await
}

/// Verbs and ends of the paths of what was called.
pub async fn calls(server: &MockServer) -> Vec<String> {
    let calls = server.received_requests().await.unwrap();
    let brief = |call: &Request| {
        let end = call.url.path().rsplit('/').next().unwrap().to_owned();
        format!("{} {}", call.method, if end == ID { "dispute" } else { &end })
    };
    calls.iter().map(brief).collect()
}
