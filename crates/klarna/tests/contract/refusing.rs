//! What each refusal means, and that the decisive call goes out once.

use std::time::Duration;

use docket_connector::http::{HttpSettings, Shared};
use docket_connector::{Connector, Error, Outgoing};
use docket_core::env::{Env, Source};
use docket_klarna::Klarna;
use serde_json::{Value, json};
use wiremock::matchers::method;
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::support::{CREDENTIALS, answers, contest, dispute, file, id, klarna, send, shows, takes_files};

fn failure(code: &str) -> Value {
    json!({"error_id": "e-1", "error_type": "RESOURCE_ERROR", "error_code": code, "error_message": "ann@example.com"})
}

async fn reading(status: u16, body: &str) -> Error {
    let server = MockServer::start().await;
    Mock::given(method("GET"))
        .respond_with(ResponseTemplate::new(status).set_body_string(body))
        .mount(&server)
        .await;
    klarna(&server, CREDENTIALS).read(&id()).await.unwrap_err()
}

#[tokio::test]
async fn reading_fails_by_the_callers_next_step() {
    type Row = (u16, String, fn(&Error) -> bool);
    let rows: [Row; 11] = [
        (
            401,
            failure("UNAUTHORIZED").to_string(),
            |e| matches!(e, Error::Auth { reference: Some(r), .. } if r == "e-1"),
        ),
        (
            401,
            String::new(),
            |e| matches!(e, Error::Auth { message, .. } if message.contains("API key")),
        ),
        (
            403,
            failure("OPERATION_FORBIDDEN").to_string(),
            |e| matches!(e, Error::Auth { message, .. } if ["region", "permission", "payment service provider"].iter().all(|w| message.contains(w))),
        ),
        (
            403,
            "<html>".to_owned(),
            |e| matches!(e, Error::Auth { message, .. } if message.contains("gateway")),
        ),
        (404, failure("RESOURCE_NOT_FOUND").to_string(), |e| {
            matches!(e, Error::NotFound { .. })
        }),
        (429, failure("RATE_LIMITED").to_string(), |e| {
            matches!(e, Error::Retry { after: Some(_), .. })
        }),
        (500, failure("INTERNAL_ERROR").to_string(), |e| {
            matches!(e, Error::Retry { .. })
        }),
        (503, String::new(), |e| matches!(e, Error::Retry { .. })),
        (302, String::new(), |e| matches!(e, Error::Contract { .. })),
        (200, "<html>".to_owned(), |e| matches!(e, Error::Contract { .. })),
        (200, r#"{"payment_dispute_id": "#.to_owned(), |e| {
            matches!(e, Error::Retry { .. })
        }),
    ];
    for (status, body, fits) in rows {
        let error = reading(status, &body).await;
        assert!(
            fits(&error) && !format!("{error:?}").contains("ann@"),
            "{status} {body}: {error:?}"
        );
    }
}

#[tokio::test]
async fn both_forms_of_an_error_name_the_field() {
    let rows = [
        (
            json!({"error_id": "e-1", "error_code": "VALIDATION_ERROR", "validation_errors": [
                {"parameter": "updated_at_start", "reason": "must be RFC 3339.", "doc_url": "https://x"},
                {"parameter": "size", "reason": "was \"ann@example.com\""}]}),
            "`updated_at_start` (must be RFC 3339), `size`; correct",
            "e-1",
        ),
        (
            json!({"correlation_id": "c-1", "error_code": "BAD_VALUE", "error_messages": ["Bad value: ann@example.com"]}),
            "look the code up",
            "c-1",
        ),
        (
            json!({"error_id": "e-2", "error_code": "VALIDATION_ERROR", "errors": [{"parameter": "ann@example.com", "error_message": "unknown"}]}),
            "`a field` (unknown)",
            "e-2",
        ),
    ];
    for (body, says, id) in rows {
        let error = reading(400, &body.to_string()).await;
        let Error::Rejected {
            message, reference, ..
        } = &error
        else {
            panic!("{error:?}")
        };
        assert!(message.contains(says), "{message}");
        assert_eq!(reference.as_deref(), Some(id));
        assert!(!format!("{error:?}").contains("ann@"), "{error:?}");
    }
    let error = reading(418, &json!({"error_code": "ann@example.com"}).to_string()).await;
    assert!(
        matches!(&error, Error::Rejected { code, .. } if code == "UNREADABLE_CODE"),
        "{error:?}"
    );
}

#[tokio::test]
async fn the_decisive_call_is_never_repeated() {
    type Row = (u16, Value, fn(&Error) -> bool);
    let rows: [Row; 9] = [
        (
            409,
            failure("RESOURCE_CONFLICT"),
            |e| matches!(e, Error::OutcomeUnknown { why, reference: Some(r) } if r == "corr-1" && why.contains("409")),
        ),
        (500, failure("INTERNAL_ERROR"), |e| {
            matches!(e, Error::OutcomeUnknown { .. })
        }),
        (408, json!({}), |e| matches!(e, Error::OutcomeUnknown { .. })),
        (303, json!({}), |e| matches!(e, Error::OutcomeUnknown { .. })),
        (
            400,
            failure("VALIDATION_ERROR"),
            |e| matches!(e, Error::Rejected { code, .. } if code == "VALIDATION_ERROR"),
        ),
        (401, failure("UNAUTHORIZED"), |e| matches!(e, Error::Auth { .. })),
        (403, failure("OPERATION_FORBIDDEN"), |e| {
            matches!(e, Error::Auth { .. })
        }),
        (404, failure("RESOURCE_NOT_FOUND"), |e| {
            matches!(e, Error::NotFound { .. })
        }),
        (429, failure("RATE_LIMITED"), |e| {
            matches!(e, Error::Retry { after: Some(_), .. })
        }),
    ];
    let files = [file("pod.pdf", "application/pdf", b"%PDF-1.7")];
    for (status, body, fits) in rows {
        let server = MockServer::start().await;
        shows(&server, &dispute("INITIATED")).await;
        takes_files(&server).await;
        let answer = ResponseTemplate::new(status)
            .set_body_json(&body)
            .insert_header("klarna-correlation-id", "corr-1");
        answers(&server, "represent", answer, 1).await;
        let error = send(&server, &contest("x", &files), &files).await.unwrap_err();
        assert!(
            fits(&error) && !format!("{error:?}").contains("ann@"),
            "{status}: {error:?}"
        );
    }
}

/// A clock that stands still; what it says does not matter here.
#[derive(Debug)]
struct Still;

impl Source for Still {
    fn now(&self) -> chrono::DateTime<chrono::Utc> {
        crate::support::at("2027-01-15T08:00:00Z")
    }
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(7);
    }
}

#[tokio::test]
async fn silence_after_the_decisive_call_is_an_unknown_outcome() {
    let server = MockServer::start().await;
    shows(&server, &dispute("INITIATED")).await;
    takes_files(&server).await;
    let late = ResponseTemplate::new(201).set_delay(Duration::from_secs(60));
    answers(&server, "represent", late, 1).await;
    let settings = HttpSettings {
        read_timeout: Duration::from_millis(300),
        ..HttpSettings::default()
    };
    let shared = Shared::new(Env::new(Still), settings).unwrap();
    let base = format!("{}/klarna", server.uri()).parse().unwrap();
    let account = Klarna::new(base, &CREDENTIALS.to_owned().into(), &shared).unwrap();
    let files = [file("pod.pdf", "application/pdf", b"%PDF-1.7")];
    let response = contest("x", &files);
    let outgoing = Outgoing {
        response: &response,
        files: &files,
        attempt: "a",
    };
    let error = account.act(&id(), outgoing).await.unwrap_err();
    assert!(matches!(error, Error::OutcomeUnknown { .. }), "{error:?}");
}
