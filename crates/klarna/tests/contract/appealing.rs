//! Appeals: with their files where Klarna takes them, else with the text alone.

use docket_connector::{Connector, Error};
use docket_core::response::Response;
use docket_core::words::ActionKind;
use serde_json::{Value, json};
use wiremock::{MockServer, ResponseTemplate};

use crate::support::{
    CREDENTIALS, answers, calls, dispute, evidence, file, klarna, send, shows, takes_files,
};

#[tokio::test]
async fn an_appeal_carries_its_files() {
    let server = MockServer::start().await;
    shows(&server, &dispute("PRE_ARBITRATION")).await;
    takes_files(&server).await;
    answers(&server, "appeal", ResponseTemplate::new(201), 1).await;
    let files = [file("page.png", "image/png", b"\x89PNG")];
    let appeal = Response::Appeal {
        evidence: vec![evidence("The photo is another shop's.", &files)],
    };
    send(&server, &appeal, &files).await.unwrap();
    assert_eq!(
        calls(&server).await,
        ["GET dispute", "POST attachments", "GET dispute", "POST appeal"]
    );
    let requests = server.received_requests().await.unwrap();
    let body: Value = serde_json::from_slice(&requests[3].body).unwrap();
    assert_eq!(
        body,
        json!({
            "additional_information": "The photo is another shop's.\nHanseat Express HE00417722",
            "attachments": [{"payment_dispute_attachment_id": "att-1", "description": "page.png"}],
        })
    );
}

#[tokio::test]
async fn where_files_come_too_late_the_text_goes_alone() {
    let server = MockServer::start().await;
    shows(&server, &dispute("PRE_ARBITRATION")).await;
    answers(&server, "attachments", ResponseTemplate::new(409), 1).await;
    answers(&server, "appeal", ResponseTemplate::new(201), 1).await;
    let files = [
        file("page.png", "image/png", b"\x89PNG"),
        file("more.png", "image/png", b"\x89PNG2"),
    ];
    let appeal = Response::Appeal {
        evidence: vec![evidence("The photo is another shop's.", &files)],
    };
    let receipt = send(&server, &appeal, &files).await.unwrap();
    assert_eq!(receipt.left_out, ["page.png", "more.png"]);
    let requests = server.received_requests().await.unwrap();
    let body: Value = serde_json::from_slice(&requests[3].body).unwrap();
    assert_eq!(
        body,
        json!({"additional_information": "The photo is another shop's.\nHanseat Express HE00417722"})
    );
    // It is recognised with or without them.
    let echo = klarna(&server, CREDENTIALS).echo(&appeal);
    assert_eq!(
        (echo.len(), echo[0].action, echo[0].files.len()),
        (1, ActionKind::Contest, 0)
    );
}

#[tokio::test]
async fn an_appeal_without_text_or_after_its_time_is_not_sent() {
    let server = MockServer::start().await;
    let mut late = dispute("PRE_ARBITRATION");
    late["state_context"]["arbitration_expires_at"] = json!("2027-01-15T07:59:59Z");
    shows(&server, &late).await;
    answers(&server, "appeal", ResponseTemplate::new(201), 0).await;
    let mut silent = evidence(" ", &[]);
    silent.tracking.clear();
    for (item, expected) in [(silent, "NOT_SENT"), (evidence("x", &[]), "DEADLINE_PASSED")] {
        let appeal = Response::Appeal { evidence: vec![item] };
        let error = send(&server, &appeal, &[]).await.unwrap_err();
        assert!(
            matches!(&error, Error::Rejected { code, .. } if code == expected),
            "{error}"
        );
    }
}
