//! Credentials, addresses, headers, pacing and enrolment.

use std::time::Instant;

use docket_connector::credentials::CredentialsError;
use docket_connector::{Connector, Error};
use docket_klarna::{DRIVER, Klarna};
use serde_json::json;
use wiremock::matchers::{header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::support::{BASIC, CREDENTIALS, dispute, id, klarna, shared, shows};

fn connect(base: &str, credentials: &str) -> Result<Klarna, CredentialsError> {
    Klarna::new(base.parse().unwrap(), &credentials.to_owned().into(), &shared())
}

#[test]
fn credentials_are_refused_without_repeating_them() {
    let rows = [
        ("hunter2", "not a JSON object"),
        (
            r#"{"username": "u", "password": "hunter2", "mid": "x"}"#,
            "unknown key `mid`",
        ),
        (r#"{"username": "u"}"#, "lack `password`"),
        (r#"{"password": "hunter2"}"#, "lack `username`"),
        ("{}", "lack `username`"),
        (r#"{"username": "u", "password": "hunter2 b"}"#, "`password`"),
        (r#"{"password": "hunter2", "api_key": "hunter2"}"#, "both given"),
        (
            r#"{"api_key": "klarna_test_client_hunter2"}"#,
            "client identifier",
        ),
        (r#"{"api_key": "hunter2", "generation": "v5"}"#, "must be v4"),
        (r#"{"api_key": "hunter2", "array_style": "brackets"}"#, "repeated"),
        (r#"{"api_key": "hunter2", "region": "eu1"}"#, "eu, na or oc"),
        (
            r#"{"api_key": "hunter2", "extra_header": "hunter2"}"#,
            "`Name: value`",
        ),
        (
            r#"{"api_key": "hunter2", "extra_header": "Authorization: hunter2"}"#,
            "sets that itself",
        ),
        (
            r#"{"api_key": "hunter2", "extra_header": "a: b\r\nc: hunter2"}"#,
            "one line",
        ),
        (
            r#"{"api_key": "hunter2", "webhook_key_id": "k"}"#,
            "lack `webhook_key`",
        ),
    ];
    for (credentials, says) in rows {
        let error = connect("https://api.klarna.com", credentials)
            .unwrap_err()
            .to_string();
        assert!(
            error.contains(says) && !error.contains("hunter2"),
            "{credentials}: {error}"
        );
    }
    let printed = format!("{:?}", connect("https://api.klarna.com", CREDENTIALS).unwrap());
    assert!(!printed.contains("s3cret"), "{printed}");
}

#[test]
fn a_region_or_key_that_contradicts_the_host_is_refused() {
    let region = |word: &str| format!(r#"{{"api_key": "k", "region": "{word}"}}"#);
    for (host, word) in [
        ("api", "eu"),
        ("api-na", "na"),
        ("api-oc", "oc"),
        ("api.playground", "eu"),
        ("api-na.playground", "na"),
        ("api-oc.playground", "oc"),
    ] {
        let base = format!("https://{host}.klarna.com");
        for other in ["eu", "na", "oc"] {
            let connected = connect(&base, &region(other));
            assert_eq!(connected.is_ok(), other == word, "{host} {other}");
            if let Err(error) = connected {
                let playground = if host.contains("playground") {
                    ".playground"
                } else {
                    ""
                };
                let front = if other == "eu" {
                    "api".to_owned()
                } else {
                    format!("api-{other}")
                };
                let wanted = format!("https://{front}{playground}.klarna.com");
                assert!(error.to_string().contains(&wanted), "{error}");
            }
        }
    }
    assert!(
        connect("http://127.0.0.1:9400/klarna", &region("oc")).is_ok(),
        "other hosts have no region"
    );
    let key = |environment: &str| format!(r#"{{"api_key": "klarna_{environment}_api_x"}}"#);
    assert!(connect("https://api.klarna.com", &key("live")).is_ok());
    assert!(connect("https://api.playground.klarna.com", &key("test")).is_ok());
    let error = connect("https://api.klarna.com", &key("test"))
        .unwrap_err()
        .to_string();
    assert!(error.contains("use the playground's address"), "{error}");
    let error = connect("https://api.playground.klarna.com", &key("live"))
        .unwrap_err()
        .to_string();
    assert!(error.contains("use the live address"), "{error}");
}

#[tokio::test]
async fn each_form_of_credentials_and_the_extra_header_go_along() {
    let uuid = "5f0d6b6c-0000-4000-8000-3d2b0f9b7e11";
    let pair = "Basic NWYwZDZiNmMtMDAwMC00MDAwLTgwMDAtM2QyYjBmOWI3ZTExOmtsYXJuYV90ZXN0X2FwaV94";
    for (credentials, expected) in [
        (CREDENTIALS.to_owned(), BASIC),
        (
            r#"{"api_key": "klarna_test_api_x"}"#.to_owned(),
            "Basic klarna_test_api_x",
        ),
        (
            format!(r#"{{"username": "{uuid}", "password": "klarna_test_api_x"}}"#),
            pair,
        ),
        (
            format!(r#"{{"username": "{uuid}", "api_key": "klarna_test_api_x"}}"#),
            pair,
        ),
    ] {
        let server = MockServer::start().await;
        Mock::given(header("authorization", expected))
            .and(header("x-klarna-basic-mid", "K0400099"))
            .respond_with(ResponseTemplate::new(200).set_body_json(dispute("INITIATED")))
            .expect(1)
            .mount(&server)
            .await;
        let extra = r#"{"extra_header": "X-Klarna-Basic-Mid: K0400099", "#;
        klarna(&server, &credentials.replacen('{', extra, 1))
            .read(&id())
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn the_rate_follows_the_answers() {
    let server = MockServer::start().await;
    let answer = ResponseTemplate::new(200)
        .set_body_json(dispute("INITIATED"))
        .insert_header("X-Ratelimit-Limit", "4, 4;w=1")
        .insert_header("X-Ratelimit-Remaining", "0");
    Mock::given(method("GET"))
        .respond_with(answer)
        .mount(&server)
        .await;
    let account = klarna(&server, CREDENTIALS);
    account.read(&id()).await.unwrap();
    let begun = Instant::now();
    account.read(&id()).await.unwrap();
    account.read(&id()).await.unwrap();
    assert!(
        begun.elapsed().as_millis() >= 450,
        "two calls at four in a second: {:?}",
        begun.elapsed()
    );
}

#[tokio::test]
async fn enrolling_is_a_call_of_its_own_and_nothing_else_makes_it() {
    let server = MockServer::start().await;
    let enroll = "/klarna/v4/payment/disputes/merchants/K0400099/enroll";
    Mock::given(method("POST"))
        .and(path(enroll))
        .and(header("authorization", BASIC))
        .respond_with(ResponseTemplate::new(204))
        .expect(1)
        .mount(&server)
        .await;
    shows(&server, &dispute("INITIATED")).await;
    let account = klarna(&server, CREDENTIALS);
    account.read(&id()).await.unwrap();
    account.probe().await.unwrap();
    account.enroll().await.unwrap();
}

#[tokio::test]
async fn an_account_of_a_payment_provider_is_explained() {
    let server = MockServer::start().await;
    let refusal = json!({"error_id": "e", "error_type": "RESOURCE_ERROR", "error_code": "OPERATION_FORBIDDEN", "error_message": "x"});
    Mock::given(method("POST"))
        .respond_with(ResponseTemplate::new(403).set_body_json(refusal))
        .mount(&server)
        .await;
    let base = format!("{}/klarna", server.uri()).parse().unwrap();
    let credentials = CREDENTIALS.to_owned().into();
    let error = docket_klarna::enroll(base, &credentials, &shared())
        .await
        .unwrap_err();
    assert!(
        matches!(&error, Error::Auth { message, .. } if message.contains("run through a payment service provider")),
        "{error}"
    );
    let nameless = klarna(&server, r#"{"api_key": "k"}"#).enroll().await.unwrap_err();
    assert!(matches!(&nameless, Error::Rejected { message, .. } if message.contains("`merchant_id`")));
    let old = CREDENTIALS.replace('{', r#"{"generation": "v3", "#);
    assert!(matches!(
        klarna(&server, &old).enroll().await,
        Err(Error::Unsupported(_))
    ));
    assert_eq!(DRIVER.platform.as_str(), "klarna");
}
