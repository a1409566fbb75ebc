//! Credentials, addresses, the partner's header, and what the check of a connection says.

use crate::support::{CREDENTIALS, paypal, server, shared};
use docket_connector::credentials::CredentialsError;
use docket_connector::{Connector, Finding, Topic};
use docket_paypal::PayPal;
use serde_json::json;
use wiremock::matchers::{body_partial_json, header, method, path, query_param};
use wiremock::{Mock, MockServer, ResponseTemplate};

fn connect(base: &str, credentials: &str) -> Result<PayPal, CredentialsError> {
    PayPal::new(base.parse().unwrap(), &credentials.to_owned().into(), &shared())
}

#[test]
fn credentials_are_refused_without_repeating_them() {
    let rows = [
        ("hunter2", "not a JSON object"),
        (r#"["hunter2"]"#, "not a JSON object"),
        (
            r#"{"client_id": "a", "client_secret": "hunter2", "webhook": "x"}"#,
            "unknown key `webhook`; known: client_id",
        ),
        (r#"{"client_id": "a"}"#, "lack `client_secret`"),
        (r#"{"client_secret": "hunter2"}"#, "lack `client_id`"),
        (
            r#"{"client_id": "a", "client_secret": ["hunter2"]}"#,
            "`client_secret`",
        ),
        (
            r#"{"client_id": "a", "client_secret": "hunter2 b"}"#,
            "`client_secret`",
        ),
        (r#"{"client_id": " ", "client_secret": "hunter2"}"#, "`client_id`"),
    ];
    for (credentials, says) in rows {
        let error = connect("https://api-m.paypal.com", credentials)
            .unwrap_err()
            .to_string();
        assert!(
            error.contains(says) && !error.contains("hunter2"),
            "{credentials}: {error}"
        );
    }
}

#[test]
fn addresses_are_https_except_on_this_machine() {
    for good in [
        "https://api-m.paypal.com",
        "https://proxy.example/paypal/",
        "http://127.0.0.1:9400/paypal",
        "http://localhost:1",
        "http://[::1]:1",
    ] {
        assert!(connect(good, CREDENTIALS).is_ok(), "{good}");
    }
    for bad in [
        "http://api-m.paypal.com",
        "http://10.0.0.1",
        "http://localhost.evil.example",
        "ftp://x",
        "https://x.example/?a=1",
    ] {
        assert!(
            matches!(connect(bad, CREDENTIALS), Err(CredentialsError::Address { .. })),
            "{bad}"
        );
    }
    let printed = format!("{:?}", connect("https://api-m.paypal.com", CREDENTIALS).unwrap());
    assert!(!printed.contains("secret"), "{printed}");
}

async fn listing(server: &MockServer, status: u16) {
    Mock::given(method("GET"))
        .and(path("/paypal/v1/customer/disputes"))
        .and(query_param("page_size", "1"))
        .respond_with(
            ResponseTemplate::new(status)
                .set_body_json(json!({"items": [], "links": [], "name": "NOT_AUTHORIZED"})),
        )
        .mount(server)
        .await;
}

fn brief(findings: &[Finding]) -> Vec<(&str, Option<bool>)> {
    findings
        .iter()
        .filter(|finding| finding.topic == Topic::Access)
        .map(|finding| (finding.key.as_str(), finding.ok))
        .collect()
}

#[tokio::test]
async fn the_check_of_a_whole_connection() {
    let server = server().await;
    listing(&server, 200).await;
    let findings = paypal(&server, CREDENTIALS).probe().await.unwrap();
    let yes = Some(true);
    let all = [
        ("token", yes),
        ("scope.disputes_read", yes),
        ("scope.disputes_update", yes),
        ("list", yes),
        ("webhook", yes),
    ];
    assert_eq!(brief(&findings), all);
}

#[tokio::test]
async fn the_check_says_what_is_missing_and_what_to_do() {
    let server = MockServer::start().await;
    let token = json!({"scope": "https://uri.paypal.com/services/disputes/read-seller", "access_token": "A", "token_type": "Bearer", "expires_in": 9});
    Mock::given(path("/paypal/v1/oauth2/token"))
        .respond_with(ResponseTemplate::new(200).set_body_json(token))
        .mount(&server)
        .await;
    listing(&server, 403).await;
    let findings = paypal(&server, r#"{"client_id": "app", "client_secret": "secret"}"#)
        .probe()
        .await
        .unwrap();
    let (yes, no) = (Some(true), Some(false));
    assert_eq!(
        brief(&findings)[1..],
        [
            ("scope.disputes_read", yes),
            ("scope.disputes_update", no),
            ("list", no),
            ("webhook", None)
        ]
    );
    assert!(
        findings
            .iter()
            .all(|finding| finding.ok == yes || finding.todo.is_some())
    );

    let refusing = MockServer::start().await;
    Mock::given(path("/paypal/v1/oauth2/token"))
        .respond_with(ResponseTemplate::new(401))
        .mount(&refusing)
        .await;
    let findings = paypal(&refusing, CREDENTIALS).probe().await.unwrap();
    assert_eq!(brief(&findings), [("token", no)]);
}

#[tokio::test]
async fn partners_name_the_merchant_in_each_call() {
    let server = server().await;
    // {"alg":"none"} . {"iss":"app","payer_id":"MERCHANT7"} .
    let assertion = "eyJhbGciOiJub25lIn0.eyJpc3MiOiJhcHAiLCJwYXllcl9pZCI6Ik1FUkNIQU5UNyJ9.";
    Mock::given(method("GET"))
        .and(header("paypal-auth-assertion", assertion))
        .respond_with(ResponseTemplate::new(200).set_body_json(json!({"items": [], "links": []})))
        .expect(1)
        .mount(&server)
        .await;
    let partner = r#"{"client_id": "app", "client_secret": "secret", "payer_id": "MERCHANT7"}"#;
    let findings = paypal(&server, partner).probe().await.unwrap();
    assert_eq!(
        brief(&findings)[1..4],
        [
            ("scope.disputes_read", None),
            ("scope.disputes_update", None),
            ("list", Some(true))
        ]
    );
}

#[tokio::test]
async fn a_subscription_is_made_once_and_completed_where_events_are_missing() {
    let server = server().await;
    let address = "https://desk.example/webhooks/paypal/1";
    let named = |names: &[&str]| names.iter().map(|n| json!({"name": n})).collect::<Vec<_>>();
    let all = [
        "CUSTOMER.DISPUTE.CREATED",
        "CUSTOMER.DISPUTE.UPDATED",
        "CUSTOMER.DISPUTE.RESOLVED",
    ];
    let route = "/paypal/v1/notifications/webhooks";
    let other = json!({"id": "W-OTHER", "url": "https://else.example/", "event_types": named(&all)});
    Mock::given(method("GET"))
        .and(path(route))
        .respond_with(ResponseTemplate::new(200).set_body_json(json!({"webhooks": [other]})))
        .up_to_n_times(1)
        .mount(&server)
        .await;
    let made = json!({"id": "W-1", "url": address, "event_types": named(&all)});
    Mock::given(method("POST"))
        .and(path(route))
        .and(body_partial_json(
            json!({"url": address, "event_types": named(&all)}),
        ))
        .respond_with(ResponseTemplate::new(201).set_body_json(&made))
        .expect(1)
        .mount(&server)
        .await;
    let account = paypal(&server, CREDENTIALS);
    let subscribed = account.subscribe(&address.parse().unwrap()).await.unwrap();
    assert_eq!(subscribed.keys, [("webhook_id", "W-1".to_owned())]);
    assert!(subscribed.findings.len() == 3 && subscribed.findings.iter().all(|f| f.ok == Some(true)));

    // Somebody took an event away: it is put back, on the same subscription.
    let poor = json!({"id": "W-1", "url": address, "event_types": named(&all[..1])});
    Mock::given(method("GET"))
        .and(path(route))
        .respond_with(ResponseTemplate::new(200).set_body_json(json!({"webhooks": [poor]})))
        .mount(&server)
        .await;
    Mock::given(method("PATCH"))
        .and(path(format!("{route}/W-1")))
        .respond_with(ResponseTemplate::new(200).set_body_json(&made))
        .expect(1)
        .mount(&server)
        .await;
    let again = account.subscribe(&address.parse().unwrap()).await.unwrap();
    assert_eq!(again.keys, subscribed.keys);
}
