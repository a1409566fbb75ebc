//! Credentials, addresses, and what the check of a connection says.

use docket_connector::credentials::CredentialsError;
use docket_connector::{Connector, Finding, Topic};
use docket_shopify::{DRIVER, Shopify};
use serde_json::{Value, json};
use wiremock::{MockServer, ResponseTemplate};

use crate::support::{Row, STATIC, answer, data, denied, shared, shop, when};

fn connect(base: &str, credentials: &str) -> Result<Shopify, CredentialsError> {
    let row = Row::of(credentials);
    Shopify::new(
        base.parse().unwrap(),
        &credentials.to_owned().into(),
        &shared(),
        row,
    )
}

#[test]
fn every_kind_of_credentials_connects() {
    for credentials in [
        STATIC,
        r#"{"shop": "lamps.myshopify.com", "access_token": "hunter2", "api_version": "2026-07"}"#,
        r#"{"shop": "Lamps", "client_id": "a", "client_secret": "hunter2"}"#,
        r#"{"shop": "lamps", "client_id": "a", "client_secret": "hunter2", "refresh_token": "r"}"#,
        r#"{"shop": "lamps", "client_id": "a", "client_secret": "hunter2", "refresh_token": "r", "access_token": "t", "expires_at": "2026-10-25T01:00:00Z"}"#,
    ] {
        let shop = connect("https://lamps.myshopify.com", credentials).unwrap();
        assert!(!format!("{shop:?}").contains("hunter2"));
    }
}

#[test]
fn credentials_are_refused_without_repeating_them() {
    let rows = [
        ("hunter2", "not a JSON object"),
        (r#"{"access_token": "hunter2"}"#, "lack `shop`"),
        (r#"{"shop": "lamps"}"#, "add `access_token`"),
        (r#"{"shop": "lamps", "client_id": "a"}"#, "lack `client_secret`"),
        (
            r#"{"shop": "lamps", "client_secret": "hunter2"}"#,
            "lack `client_id`",
        ),
        (
            r#"{"shop": "lamps", "refresh_token": "hunter2"}"#,
            "only together with",
        ),
        (r#"{"shop": "lamps", "token": "hunter2"}"#, "unknown key `token`"),
        (
            r#"{"shop": "hunter2.evil.example", "access_token": "x"}"#,
            "`shop` must be",
        ),
        (r#"{"shop": "-lamps", "access_token": "x"}"#, "`shop` must be"),
        (
            r#"{"shop": "lamps", "access_token": "x", "api_version": "unstable"}"#,
            "like 2026-10",
        ),
        (
            r#"{"shop": "lamps", "access_token": "x", "expires_at": "hunter2"}"#,
            "`expires_at`",
        ),
    ];
    for (credentials, says) in rows {
        let error = connect("https://lamps.myshopify.com", credentials)
            .unwrap_err()
            .to_string();
        assert!(
            error.contains(says) && !error.contains("hunter2"),
            "{credentials}: {error}"
        );
    }
    let row = Row::of(STATIC);
    let url = "https://chairs.myshopify.com".parse().unwrap();
    let refused = (DRIVER.connect)(url, &STATIC.to_owned().into(), &shared(), row);
    assert!(
        refused
            .err()
            .unwrap()
            .to_string()
            .contains("https://lamps.myshopify.com")
    );
}

#[test]
fn a_token_goes_to_the_shops_own_host_only() {
    for good in [
        "https://lamps.myshopify.com",
        "https://lamps.myshopify.com/",
        "http://127.0.0.1:9400/shopify/lamps",
        "http://localhost:1",
    ] {
        assert!(connect(good, STATIC).is_ok(), "{good}");
    }
    for bad in [
        "http://lamps.myshopify.com",
        "https://chairs.myshopify.com",
        "https://lamps.myshopify.com.evil.example",
        "https://lamps.example",
        "https://lamps.myshopify.com:8443",
        "https://lamps.myshopify.com/elsewhere",
        "https://lamps.myshopify.com/?a=1",
    ] {
        assert!(
            matches!(connect(bad, STATIC), Err(CredentialsError::Address { .. })),
            "{bad}"
        );
    }
}

fn brief(findings: &[Finding], topic: Topic) -> Vec<(&str, Option<bool>)> {
    let of = findings.iter().filter(|finding| finding.topic == topic);
    of.map(|finding| (finding.key.as_str(), finding.ok)).collect()
}

async fn settings(server: &MockServer) {
    let account = json!({"id": "1", "activated": true, "country": "SE"});
    when(
        server,
        "PaymentsAccount",
        data(&json!({"shopifyPaymentsAccount": account})),
    )
    .await;
    let descriptors = json!({"chargeStatementDescriptors": {"default": "LAMPS", "prefix": "LA"}});
    when(
        server,
        "StatementDescriptor",
        data(&json!({"shopifyPaymentsAccount": descriptors})),
    )
    .await;
    let about = json!({"id": "1", "ianaTimezone": "Europe/Stockholm", "contactEmail": "care@lamps.example"});
    when(server, "ShopSettings", data(&json!({"shop": about}))).await;
    let policies = json!([{"type": "REFUND_POLICY"}, {"type": "TERMS_OF_SERVICE"}]);
    when(
        server,
        "Policies",
        data(&json!({"shop": {"id": "1", "shopPolicies": policies}})),
    )
    .await;
    let orders = json!({"orders": {"nodes": [{"id": "1", "shopifyProtect": null}, {"id": "2", "shopifyProtect": {"status": "ACTIVE"}}]}});
    when(server, "ProtectedOrders", data(&orders)).await;
}

async fn access(server: &MockServer, scopes: &[&str], served: &str) {
    let handles: Vec<Value> = scopes.iter().map(|scope| json!({"handle": scope})).collect();
    let body = json!({
        "currentAppInstallation": {"accessScopes": handles},
        "publicApiVersions": [{"handle": "2026-10", "supported": true}]
    });
    when(
        server,
        "Access",
        data(&body).insert_header("x-shopify-api-version", served),
    )
    .await;
}

#[tokio::test]
async fn the_check_of_a_whole_connection() {
    let server = MockServer::start().await;
    let scopes = [
        "read_shopify_payments_disputes",
        "write_shopify_payments_dispute_evidences",
        "write_shopify_payments_dispute_file_uploads",
        "read_orders",
        "read_all_orders",
        "read_returns",
        "read_legal_policies",
        "read_shopify_payments_accounts",
    ];
    access(&server, &scopes, "2026-10").await;
    let page = json!({"disputes": {"nodes": [], "pageInfo": {"hasNextPage": false}}});
    when(&server, "DisputesPage", data(&page)).await;
    let both = json!([{"topic": "DISPUTES_CREATE", "uri": "x"}, {"topic": "DISPUTES_UPDATE", "uri": "x"}]);
    when(
        &server,
        "Webhooks",
        data(&json!({"webhookSubscriptions": {"nodes": both}})),
    )
    .await;
    settings(&server).await;
    let findings = shop(&server).probe().await.unwrap();
    let found = brief(&findings, Topic::Access);
    assert!(found.iter().all(|(_, ok)| *ok == Some(true)), "{found:?}");
    assert_eq!(found.len(), 13, "token, nine scopes, version, list, webhooks");
    let (yes, no, ask) = (Some(true), Some(false), None);
    let settings = brief(&findings, Topic::Setting);
    assert_eq!(
        settings[..9],
        [
            ("settings.payments_account", yes),
            ("settings.statement_descriptor", yes),
            ("settings.time_zone", yes),
            ("settings.contact_email", yes),
            ("settings.policy.refund_policy", yes),
            ("settings.policy.shipping_policy", no),
            ("settings.policy.terms_of_service", yes),
            ("settings.policy.contact_information", no),
            ("settings.shopify_protect", yes),
        ]
    );
    assert!(settings[9..].len() >= 9 && settings[9..].iter().all(|(_, ok)| *ok == ask));
    assert!(
        findings
            .iter()
            .all(|finding| finding.ok == yes || finding.todo.is_some())
    );
    assert!(
        findings
            .iter()
            .all(|finding| !finding.says.to_string().contains("care@"))
    );
}

#[tokio::test]
async fn the_check_says_what_is_missing_and_what_it_blocks() {
    let server = MockServer::start().await;
    access(&server, &["read_orders"], "2027-01").await;
    let refused =
        |scope: &str, path: &str| answer(&json!({"data": null, "errors": [denied(scope, &[path])]}));
    when(
        &server,
        "DisputesPage",
        refused("read_shopify_payments_disputes", "disputes"),
    )
    .await;
    when(
        &server,
        "Webhooks",
        data(&json!({"webhookSubscriptions": {"nodes": []}})),
    )
    .await;
    for operation in [
        "PaymentsAccount",
        "StatementDescriptor",
        "ShopSettings",
        "Policies",
        "ProtectedOrders",
    ] {
        when(&server, operation, refused("read_something", "x")).await;
    }
    let findings = shop(&server).probe().await.unwrap();
    let get = |key: &str| findings.iter().find(|finding| finding.key == key).unwrap();
    assert_eq!(get("scope.read_orders").ok, Some(true));
    let disputes = get("scope.read_shopify_payments_disputes");
    assert_eq!(disputes.ok, Some(false));
    assert!(
        disputes.says.to_string().contains("no dispute can be seen"),
        "{}",
        disputes.says
    );
    assert_eq!(get("list").ok, Some(false));
    assert_eq!(get("webhook").ok, None);
    let version = get("api_version");
    // The last answer counts; the mock answers everything else with the version that was asked for.
    assert!(version.ok.is_some(), "{version:?}");
    let settings = brief(&findings, Topic::Setting);
    assert!(settings.iter().all(|(_, ok)| ok.is_none()), "{settings:?}");
    assert!(
        findings
            .iter()
            .all(|finding| finding.ok == Some(true) || finding.todo.is_some())
    );
}

#[tokio::test]
async fn another_version_is_a_finding() {
    let server = MockServer::start().await;
    access(&server, &[], "2027-01").await;
    for operation in [
        "DisputesPage",
        "Webhooks",
        "PaymentsAccount",
        "StatementDescriptor",
        "ShopSettings",
        "Policies",
        "ProtectedOrders",
    ] {
        when(&server, operation, answer(&json!({"data": null}))).await;
    }
    let findings = shop(&server).probe().await.unwrap();
    let version = findings
        .iter()
        .find(|finding| finding.key == "api_version")
        .unwrap();
    assert_eq!(version.ok, Some(false));
    assert!(
        version.says.to_string().contains("2027-01 instead of 2026-10"),
        "{}",
        version.says
    );
}

#[tokio::test]
async fn refused_credentials_end_the_check() {
    let server = MockServer::start().await;
    when(&server, "Access", ResponseTemplate::new(401)).await;
    let findings = shop(&server).probe().await.unwrap();
    assert_eq!(brief(&findings, Topic::Access), [("token", Some(false))]);
    assert!(
        findings[0]
            .todo
            .as_ref()
            .unwrap()
            .to_string()
            .contains("authorize")
    );
}
