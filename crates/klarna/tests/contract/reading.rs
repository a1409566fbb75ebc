//! Reading disputes, customers' files and orders.

use docket_connector::{Connector, Error};
use docket_core::id::DisputeRef;
use docket_core::snapshot::Facts;
use serde_json::json;
use wiremock::matchers::{header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::support::{BASIC, CREDENTIALS, ID, LIST, dispute, id, klarna, shows};

#[tokio::test]
async fn reading_keeps_the_body_byte_for_byte() {
    let server = MockServer::start().await;
    let raw = include_bytes!("../../fixtures/initiated.json");
    let id = "krn:network:eu1:test:payment:dispute:7719000411";
    Mock::given(method("GET"))
        .and(path(format!("{LIST}/{id}")))
        .and(header("authorization", BASIC))
        .and(header("accept", "application/json"))
        .respond_with(ResponseTemplate::new(200).set_body_raw(raw.as_slice(), "application/json"))
        .expect(1)
        .mount(&server)
        .await;
    let observed = klarna(&server, CREDENTIALS)
        .read(&DisputeRef(id.to_owned()))
        .await
        .unwrap();
    assert_eq!(observed.raw, raw);
    assert_eq!(observed.hash, docket_connector::http::sha256(raw));
    assert!(observed.dated && observed.mark.starts_with("2027-01-04T09:12:00.000000Z INITIATED"));
}

#[tokio::test]
async fn a_dispute_without_a_time_is_marked_by_its_hash() {
    let server = MockServer::start().await;
    let mut body = dispute("INITIATED");
    body["updated_at"] = json!(null);
    shows(&server, &body).await;
    let observed = klarna(&server, CREDENTIALS).read(&id()).await.unwrap();
    assert!(!observed.dated);
    let hash: String = observed.hash.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(observed.mark, hash);
}

#[tokio::test]
async fn an_answer_about_another_dispute_is_not_believed() {
    let server = MockServer::start().await;
    Mock::given(method("GET"))
        .respond_with(ResponseTemplate::new(200).set_body_json(dispute("INITIATED")))
        .mount(&server)
        .await;
    let error = klarna(&server, CREDENTIALS)
        .read(&DisputeRef("krn:other".to_owned()))
        .await
        .unwrap_err();
    assert!(
        matches!(&error, Error::Contract { what } if what.contains("another dispute")),
        "{error}"
    );
}

#[tokio::test]
async fn an_id_that_would_change_the_path_is_asked_for_nowhere() {
    let server = MockServer::start().await;
    for id in ["", "..", ".", ":", "a/b", "a?b", "a b", "ä", "a%2Fb"] {
        let account = klarna(&server, CREDENTIALS);
        let error = account.read(&DisputeRef(id.to_owned())).await.unwrap_err();
        assert!(matches!(error, Error::NotFound { .. }), "{id}");
    }
    assert!(server.received_requests().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_customers_file_is_downloaded_by_its_id() {
    let server = MockServer::start().await;
    let answer = ResponseTemplate::new(200).set_body_raw(b"\xff\xd8picture".as_slice(), "image/jpeg");
    Mock::given(path(format!("{LIST}/{ID}/attachments/krn:evidence:31/download")))
        .respond_with(answer)
        .mount(&server)
        .await;
    let account = klarna(&server, CREDENTIALS);
    let (media_type, content) = account.buyer_file(&id(), "krn:evidence:31").await.unwrap();
    assert_eq!(
        (media_type.as_str(), &content[..]),
        ("image/jpeg", b"\xff\xd8picture".as_slice())
    );
    let error = account.buyer_file(&id(), "krn:evidence:32").await.unwrap_err();
    assert!(matches!(error, Error::NotFound { .. }), "{error}");
}

/// The facts of the fixture's dispute, which name an order and a KRN with the same end.
fn facts(krn: &str) -> Facts {
    let now = "2027-01-15T08:00:00Z".parse().unwrap();
    let raw = include_str!("../../fixtures/initiated.json");
    let raw = raw.replace(
        "krn:payment:eu1:transaction:6f0c1f0a-52b7-4a4e-9d51-0d1f3c3b7a10",
        krn,
    );
    docket_klarna::inspect(raw.as_bytes(), now).unwrap().facts
}

const ORDERS: &str = "/klarna/ordermanagement/v1/orders";

#[tokio::test]
async fn the_order_comes_without_persons() {
    let server = MockServer::start().await;
    let order = include_bytes!("../../fixtures/order.json");
    Mock::given(method("GET"))
        .and(path(format!("{ORDERS}/6f0c1f0a-52b7-4a4e-9d51-0d1f3c3b7a10")))
        .and(header("authorization", BASIC))
        .respond_with(ResponseTemplate::new(200).set_body_raw(order.as_slice(), "application/json"))
        .expect(1)
        .mount(&server)
        .await;
    let account = klarna(&server, CREDENTIALS);
    assert!(account.knows_orders());
    let order = account.order(&id(), &facts("krn:a:b")).await.unwrap().unwrap();
    assert_eq!(order.factors.len(), 10);
    assert!(!String::from_utf8(order.raw).unwrap().contains("Sandelin"));
}

#[tokio::test]
async fn an_order_is_looked_for_by_the_end_of_the_krn_too() {
    let server = MockServer::start().await;
    let order = json!({"order_id": "other-9", "fraud_status": "PENDING"});
    Mock::given(path(format!("{ORDERS}/other-9")))
        .respond_with(ResponseTemplate::new(200).set_body_json(order))
        .expect(1)
        .mount(&server)
        .await;
    let account = klarna(&server, CREDENTIALS);
    let found = account
        .order(&id(), &facts("krn:payment:eu1:authorization:other-9"))
        .await
        .unwrap();
    assert_eq!(found.unwrap().factors[0].value, "PENDING");
    let none = account
        .order(&id(), &facts("krn:payment:eu1:authorization:nobody"))
        .await
        .unwrap();
    assert!(none.is_none());
}

#[tokio::test]
async fn a_key_that_may_not_read_orders_costs_only_the_order() {
    for (status, fits) in [(403, true), (401, false), (500, false)] {
        let server = MockServer::start().await;
        Mock::given(method("GET"))
            .respond_with(ResponseTemplate::new(status))
            .mount(&server)
            .await;
        let found = klarna(&server, CREDENTIALS).order(&id(), &facts("krn:a:b")).await;
        assert_eq!(matches!(found, Ok(None)), fits, "{status}: {found:?}");
        assert_eq!(matches!(found, Err(Error::Auth { .. })), status == 401);
    }
}
