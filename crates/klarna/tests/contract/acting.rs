//! The safe order of a contest and of an accepted loss: read, upload, read, send once.

use docket_connector::{Capability, Connector, Error, Outgoing};
use docket_core::money::Money;
use docket_core::proof::{Baseline, Proof, proof};
use docket_core::response::{AcceptKind, Response};
use docket_core::words::ActionKind;
use serde_json::{Value, json};
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::support::{
    CREDENTIALS, ID, LIST, answers, calls, contest, dispute, evidence, file, id, klarna, send, shows,
    takes_files,
};

fn accept() -> Response {
    Response::Accept {
        kind: AcceptKind::Refund,
        note: "The client agrees.".to_owned(),
        reason: None,
        amount: None,
        return_address: None,
        invoice_id: None,
        shipment: Vec::new(),
        files: Vec::new(),
    }
}

#[tokio::test]
async fn a_contest_reads_uploads_reads_and_sends_once() {
    let server = MockServer::start().await;
    shows(&server, &dispute("INITIATED")).await;
    takes_files(&server).await;
    let taken = ResponseTemplate::new(201)
        .insert_header("klarna-correlation-id", "corr-7")
        .set_body_json(json!({"state": "REPRESENTMENT"}));
    answers(&server, "represent", taken, 1).await;
    let files = [
        file("proof of delivery.pdf", "application/pdf", b"%PDF-1.7"),
        file("door.jpg", "image/jpeg", b"\xff\xd8"),
    ];
    let receipt = send(
        &server,
        &contest(" Delivered on 12 January.\r\nSigned for. ", &files),
        &files,
    )
    .await
    .unwrap();
    assert_eq!(receipt.reference.as_deref(), Some("corr-7"));
    assert_eq!(
        calls(&server).await,
        [
            "GET dispute",
            "POST attachments",
            "POST attachments",
            "GET dispute",
            "POST represent"
        ]
    );
    let requests = server.received_requests().await.unwrap();
    let upload = String::from_utf8_lossy(&requests[1].body).into_owned();
    for part in [
        "name=\"file\"; filename=\"proof of delivery.pdf\"",
        "Content-Type: application/pdf",
        "%PDF-1.7",
    ] {
        assert!(upload.contains(part), "{part}: {upload}");
    }
    let body: Value = serde_json::from_slice(&requests[4].body).unwrap();
    assert_eq!(
        body,
        json!({
            "attachments": [
                {"payment_dispute_attachment_id": "att-1", "description": "proof of delivery.pdf"},
                {"payment_dispute_attachment_id": "att-2", "description": "door.jpg"},
            ],
            "additional_information": "Delivered on 12 January.\nSigned for.\nHanseat Express HE00417722",
        })
    );
    assert_eq!(requests[4].headers["partner-correlation-id"], "attempt-1");
}

#[tokio::test]
async fn a_partial_defence_names_the_part_in_minor_units() {
    let server = MockServer::start().await;
    shows(&server, &dispute("INITIATED")).await;
    takes_files(&server).await;
    answers(&server, "represent", ResponseTemplate::new(201), 1).await;
    let files = [file("pod.pdf", "application/pdf", b"%PDF-1.7")];
    let mut response = contest("One of two came.", &files);
    let Response::Contest { proposed_refund, .. } = &mut response else {
        unreachable!("it is a contest")
    };
    *proposed_refund = Some(Money::new(1_250, "EUR".parse().unwrap()));
    send(&server, &response, &files).await.unwrap();
    let requests = server.received_requests().await.unwrap();
    let body: Value = serde_json::from_slice(&requests.last().unwrap().body).unwrap();
    assert_eq!(body["partner_proposed_refund_amount"], json!(1_250));
}

#[tokio::test]
async fn what_was_sent_is_recognised_when_it_is_read_back() {
    let files = [file("pod.pdf", "application/pdf", b"%PDF-1.7")];
    // Longer than what is shown, with blanks that fold around the place where it is cut.
    let note = format!("{}\n\n  {}", "a b ".repeat(110), "ä ö ".repeat(300));
    let response = contest(&note, &files);
    let sent = {
        let server = MockServer::start().await;
        shows(&server, &dispute("INITIATED")).await;
        takes_files(&server).await;
        answers(&server, "represent", ResponseTemplate::new(201), 1).await;
        send(&server, &response, &files).await.unwrap();
        let requests = server.received_requests().await.unwrap();
        serde_json::from_slice::<Value>(&requests.last().unwrap().body).unwrap()
    };
    let text = sent["additional_information"].as_str().unwrap().to_owned();
    let account = klarna(&MockServer::start().await, CREDENTIALS);
    let before = {
        let server = MockServer::start().await;
        shows(&server, &dispute("INITIATED")).await;
        Baseline::of(&klarna(&server, CREDENTIALS).read(&id()).await.unwrap().snapshot)
    };
    let cut: String = text.chars().take(500).collect();
    for (shown, name, proven) in [
        (cut.as_str(), "pod.pdf", true),
        (text.as_str(), "pod.pdf", true),
        (cut.as_str(), "someone else's.pdf", false),
        ("Another answer.", "pod.pdf", false),
    ] {
        let server = MockServer::start().await;
        let mut body = dispute("REPRESENTMENT");
        body["state_context"] = json!({"partner_evidence": {"created_at": "2027-01-15T08:00:01Z",
            "additional_information": shown,
            "attachments": [{"payment_dispute_attachment_id": "att-1", "description": name, "mime_type": "application/pdf"}]}});
        shows(&server, &body).await;
        let now = klarna(&server, CREDENTIALS).read(&id()).await.unwrap().snapshot;
        let found = proof(&response, &account.echo(&response), &before, &now);
        assert_eq!(found == Proof::Proven, proven, "{name}: {found:?}");
    }
}

#[tokio::test]
async fn nothing_is_sent_where_it_is_not_asked_for() {
    let evidence_there =
        json!({"partner_evidence": {"created_at": "2027-01-14T00:00:00Z", "attachments": []}});
    let mut answered = dispute("REPRESENTMENT");
    answered["state_context"] = evidence_there;
    let mut expired = dispute("INITIATED");
    expired["state_context"]["representment"]["state"] = json!("EVIDENCE_REQUEST_EXPIRED");
    let mut late = dispute("INITIATED");
    late["state_context"]["representment"]["expires_at"] = json!("2027-01-15T08:00:00Z");
    let files = [file("pod.pdf", "application/pdf", b"%PDF-1.7")];
    for (body, expected) in [
        (answered, "ANSWERED_ELSEWHERE"),
        (dispute("PRE_ARBITRATION"), "NOT_ASKED_FOR"),
        (dispute("CLOSED"), "NOT_ASKED_FOR"),
        (expired, "NOT_ASKED_FOR"),
        (late, "DEADLINE_PASSED"),
    ] {
        let server = MockServer::start().await;
        shows(&server, &body).await;
        let error = send(&server, &contest("x", &files), &files).await.unwrap_err();
        assert!(
            matches!(&error, Error::Rejected { code, .. } if code == expected),
            "{error}"
        );
        assert_eq!(calls(&server).await, ["GET dispute"]);
    }
}

#[tokio::test]
async fn an_answer_that_comes_between_is_respected() {
    let server = MockServer::start().await;
    Mock::given(method("GET"))
        .and(path(format!("{LIST}/{ID}")))
        .respond_with(ResponseTemplate::new(200).set_body_json(dispute("INITIATED")))
        .up_to_n_times(1)
        .mount(&server)
        .await;
    let mut answered = dispute("REPRESENTMENT");
    answered["representment"] =
        json!({"state": "EVIDENCE_RECEIVED", "partner_evidence": {"created_at": "2027-01-15T08:00:00Z"}});
    shows(&server, &answered).await;
    takes_files(&server).await;
    let files = [file("pod.pdf", "application/pdf", b"%PDF-1.7")];
    let error = send(&server, &contest("x", &files), &files).await.unwrap_err();
    assert!(
        matches!(&error, Error::Rejected { code, .. } if code == "ANSWERED_ELSEWHERE"),
        "{error}"
    );
    assert_eq!(
        calls(&server).await,
        ["GET dispute", "POST attachments", "GET dispute"]
    );
}

#[tokio::test]
async fn what_fails_before_the_decisive_call_was_not_handled() {
    type Row = (u16, Value, fn(&Error) -> bool);
    let refused = json!({"error_id": "e-1", "error_type": "INPUT_ERROR", "error_code": "VALIDATION_ERROR", "error_message": "x",
        "validation_errors": [{"parameter": "file", "reason": "exceeds the limit of 7 MB", "doc_url": "https://x"}]});
    let rows: [Row; 7] = [
        (500, json!({}), |e| matches!(e, Error::Retry { .. })),
        (429, json!({}), |e| {
            matches!(e, Error::Retry { after: Some(_), .. })
        }),
        (201, json!({}), |e| matches!(e, Error::Retry { .. })),
        (302, json!({}), |e| matches!(e, Error::Retry { .. })),
        (401, json!({}), |e| matches!(e, Error::Auth { .. })),
        (
            409,
            json!({}),
            |e| matches!(e, Error::Rejected { code, .. } if code == "RESOURCE_CONFLICT"),
        ),
        (400, refused, |e| {
            matches!(e, Error::Rejected { code, message, reference: Some(r) } if code == "VALIDATION_ERROR" && r == "e-1"
                && message.contains("`file` (exceeds the limit of 7 MB)"))
        }),
    ];
    let files = [file("pod.pdf", "application/pdf", b"%PDF-1.7")];
    for (status, body, fits) in rows {
        let server = MockServer::start().await;
        shows(&server, &dispute("INITIATED")).await;
        answers(
            &server,
            "attachments",
            ResponseTemplate::new(status).set_body_json(&body),
            1,
        )
        .await;
        answers(&server, "represent", ResponseTemplate::new(201), 0).await;
        let error = send(&server, &contest("x", &files), &files).await.unwrap_err();
        assert!(fits(&error), "{status}: {error:?}");
    }
    let server = MockServer::start().await;
    answers(&server, "represent", ResponseTemplate::new(201), 0).await;
    let error = send(&server, &contest("x", &[]), &[]).await.unwrap_err();
    assert!(
        matches!(&error, Error::Rejected { code, .. } if code == "NOT_SENT"),
        "{error}"
    );
    let error = send(&server, &contest("x", &files), &[]).await.unwrap_err();
    assert!(
        matches!(&error, Error::Rejected { code, .. } if code == "NOT_SENT"),
        "{error}"
    );
}

#[tokio::test]
async fn a_loss_is_accepted_without_a_body_and_once() {
    for state in ["INITIATED", "PRE_ARBITRATION"] {
        let server = MockServer::start().await;
        shows(&server, &dispute(state)).await;
        let taken = ResponseTemplate::new(202).set_body_json(json!({"state": "CLOSED"}));
        answers(&server, "accept-loss", taken, 1).await;
        let receipt = send(&server, &accept(), &[]).await.unwrap();
        assert_eq!(receipt.reference, None);
        assert_eq!(calls(&server).await, ["GET dispute", "POST accept-loss"]);
        let requests = server.received_requests().await.unwrap();
        assert!(requests[1].body.is_empty());
        assert!(klarna(&server, CREDENTIALS).echo(&accept()).is_empty());
    }
    let server = MockServer::start().await;
    shows(&server, &dispute("REPRESENTMENT")).await;
    answers(&server, "accept-loss", ResponseTemplate::new(202), 0).await;
    let error = send(&server, &accept(), &[]).await.unwrap_err();
    assert!(
        matches!(&error, Error::Rejected { code, .. } if code == "NOT_ASKED_FOR"),
        "{error}"
    );
}

#[tokio::test]
async fn claim_and_behaviour_agree() {
    let server = MockServer::start().await;
    let old = CREDENTIALS.replace('{', r#"{"generation": "v3", "#);
    let (now, before) = (klarna(&server, CREDENTIALS), klarna(&server, &old));
    let unknown = [
        Response::Message {
            text: "x".to_owned(),
            files: Vec::new(),
        },
        Response::Escalate { note: "x".to_owned() },
        Response::SupportingInfo {
            note: "x".to_owned(),
            files: Vec::new(),
        },
    ];
    for response in &unknown {
        assert_eq!(now.capability(response.action()), Capability::Unsupported);
        let error = send(&server, response, &[]).await.unwrap_err();
        assert!(matches!(error, Error::Unsupported(_)), "{error}");
    }
    for action in [ActionKind::Contest, ActionKind::Accept, ActionKind::Appeal] {
        assert_eq!(now.capability(action), Capability::Supported);
        assert!(matches!(before.capability(action), Capability::ManualOnly(_)));
    }
    let appeal = Response::Appeal {
        evidence: vec![evidence("x", &[])],
    };
    for response in [contest("x", &[]), accept(), appeal] {
        let outgoing = Outgoing {
            response: &response,
            files: &[],
            attempt: "a",
        };
        let error = before.act(&id(), outgoing).await.unwrap_err();
        assert!(matches!(error, Error::Unsupported(_)), "{error}");
    }
    assert!(
        server.received_requests().await.unwrap().is_empty(),
        "nothing was sent"
    );
}
