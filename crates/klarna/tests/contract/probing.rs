//! What the check of a connection says.

use docket_connector::{Connector, Finding, Topic};
use serde_json::{Value, json};
use wiremock::matchers::{method, path, query_param};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::support::{CREDENTIALS, LIST, dispute, klarna};

async fn listing(server: &MockServer, status: u16, rows: &[Value]) {
    let body = json!({"disputes": rows, "pagination": {"count": rows.len()}});
    Mock::given(method("GET"))
        .and(path(LIST))
        .and(query_param("size", "1"))
        .respond_with(ResponseTemplate::new(status).set_body_json(body))
        .mount(server)
        .await;
}

async fn orders(server: &MockServer, id: &str, status: u16) {
    Mock::given(method("GET"))
        .and(path(format!("/klarna/ordermanagement/v1/orders/{id}")))
        .respond_with(ResponseTemplate::new(status).set_body_json(json!({"error_code": "NO_SUCH_ORDER"})))
        .mount(server)
        .await;
}

fn access(findings: &[Finding]) -> Vec<(&str, Option<bool>)> {
    findings
        .iter()
        .filter(|finding| finding.topic == Topic::Access)
        .map(|finding| (finding.key.as_str(), finding.ok))
        .collect()
}

const YES: Option<bool> = Some(true);
const NO: Option<bool> = Some(false);

#[tokio::test]
async fn a_whole_connection() {
    let server = MockServer::start().await;
    let mut row = dispute("INITIATED");
    row["configuration"]["options"] = json!({"hold_policy": "ON_DISPUTE_OPEN"});
    listing(&server, 200, &[row]).await;
    orders(&server, "o-1", 200).await;
    let findings = klarna(&server, CREDENTIALS).probe().await.unwrap();
    assert_eq!(
        access(&findings),
        [
            ("credentials", YES),
            ("list", YES),
            ("api_generation", YES),
            ("framework", YES),
            ("hold_policy", YES),
            ("orders", YES),
            ("webhook", YES)
        ]
    );
    let settings: Vec<_> = findings
        .iter()
        .filter(|finding| finding.topic == Topic::Setting)
        .collect();
    assert!(settings.len() >= 12);
    for setting in settings {
        assert!(setting.ok.is_none() && setting.todo.is_some() && setting.key.starts_with("settings."));
    }
}

#[tokio::test]
async fn an_empty_list_hints_at_onboarding_and_providers() {
    let server = MockServer::start().await;
    listing(&server, 200, &[]).await;
    orders(&server, "00000000-0000-0000-0000-000000000000", 404).await;
    let bare = r#"{"username": "u", "password": "p"}"#;
    let findings = klarna(&server, bare).probe().await.unwrap();
    assert_eq!(
        access(&findings),
        [
            ("credentials", YES),
            ("list", None),
            ("api_generation", YES),
            ("orders", YES),
            ("webhook", None)
        ]
    );
    let list = findings.iter().find(|finding| finding.key == "list").unwrap();
    let todo = list.todo.as_ref().unwrap().to_string();
    assert!(
        todo.contains("wrongly") && todo.contains("run through a payment service provider"),
        "{todo}"
    );
    assert!(
        findings
            .iter()
            .all(|finding| finding.ok == YES || finding.todo.is_some())
    );
}

#[tokio::test]
async fn a_refused_list_names_the_usual_causes() {
    let server = MockServer::start().await;
    listing(&server, 403, &[]).await;
    orders(&server, "00000000-0000-0000-0000-000000000000", 403).await;
    let findings = klarna(&server, CREDENTIALS).probe().await.unwrap();
    assert_eq!(
        access(&findings),
        [
            ("list", NO),
            ("api_generation", YES),
            ("orders", NO),
            ("webhook", YES)
        ]
    );
    let todo = findings[0].todo.as_ref().unwrap().to_string();
    assert!(
        todo.contains("region") && todo.contains("payment service provider"),
        "{todo}"
    );
}

#[tokio::test]
async fn refused_credentials_end_the_check() {
    let server = MockServer::start().await;
    listing(&server, 401, &[]).await;
    let findings = klarna(&server, CREDENTIALS).probe().await.unwrap();
    assert_eq!(access(&findings), [("credentials", NO)]);
    assert_eq!(findings.len(), 1);
}

#[tokio::test]
async fn v3_is_told_to_be_read_only() {
    let server = MockServer::start().await;
    Mock::given(path("/klarna/disputes/v3/disputes"))
        .respond_with(
            ResponseTemplate::new(200).set_body_json(json!({"disputes": [], "pagination": {"count": 0}})),
        )
        .mount(&server)
        .await;
    let credentials = CREDENTIALS.replace('{', r#"{"generation": "v3", "#);
    let findings = klarna(&server, &credentials).probe().await.unwrap();
    let api = findings
        .iter()
        .find(|finding| finding.key == "api_generation")
        .unwrap();
    assert_eq!(api.ok, NO);
    assert!(
        api.todo
            .as_ref()
            .unwrap()
            .to_string()
            .contains("enrolment changes deadlines")
    );
}
