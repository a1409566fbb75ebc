//! Sending evidence: files, the mutation, and what each answer means. Nothing here believes a success answer.

use bytes::Bytes;
use docket_connector::{Capability, Connector, Error, Outgoing, Receipt};
use docket_core::proof::{Baseline, Proof, proof};
use docket_core::response::{EvidenceItem, FileRef, Response};
use docket_core::words::ActionKind;
use docket_shopify::Shopify;
use serde_json::{Value, json};
use wiremock::matchers::{header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::support::{ID, answer, asked, data, denied, dispute, node, shop, variables_of, when};

const UPLOADS: &str =
    "/lamps/admin/api/2026-10/shopify_payments/disputes/9007199254741993/dispute_file_uploads.json";
const EVIDENCE: &str = "gid://shopify/ShopifyPaymentsDisputeEvidence/9007199254749001";

/// Nothing is saved yet.
fn fresh(more: &Value) -> Value {
    let mut changes = json!({"evidence.uncategorizedText": null, "evidence.shippingDocumentationFile": null});
    changes
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    json!({"dispute": node(&changes)})
}

/// What Shopify shows once it has the response of `contest`.
fn with_ours(more: &Value) -> Value {
    let upload = json!({"id": "gid://shopify/ShopifyPaymentsDisputeFileUpload/71", "originalFileName": "proof.pdf", "fileSize": 4, "fileType": "application/pdf"});
    let mut changes = json!({"evidence.uncategorizedText": "It was delivered.", "evidence.shippingDocumentationFile": upload});
    changes
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    json!({"dispute": node(&changes)})
}

fn file(name: &str) -> FileRef {
    FileRef {
        name: name.to_owned(),
        media_type: "application/pdf".to_owned(),
        size: 4,
        sha256: "ab".to_owned(),
    }
}

fn contest(files: &[&str]) -> Response {
    let kinds = ["proof_of_fulfillment", "refund_policy", "other"];
    let evidence = files.iter().zip(kinds).map(|(name, kind)| EvidenceItem {
        kind: kind.to_owned(),
        note: (kind == "proof_of_fulfillment").then(|| "It was delivered.".to_owned()),
        files: vec![file(name)],
        ..EvidenceItem::default()
    });
    Response::Contest {
        evidence: evidence.collect(),
        return_address: None,
        proposed_refund: None,
    }
}

fn words() -> Response {
    Response::Contest {
        evidence: vec![EvidenceItem {
            kind: "other".to_owned(),
            note: Some("It was delivered.".to_owned()),
            ..EvidenceItem::default()
        }],
        return_address: None,
        proposed_refund: None,
    }
}

async fn act(shop: &Shopify, response: &Response) -> Result<Receipt, Error> {
    let files: Vec<(FileRef, Bytes)> = response
        .files()
        .into_iter()
        .map(|file| (file.clone(), Bytes::from_static(b"%PDF")))
        .collect();
    let outgoing = Outgoing {
        response,
        files: &files,
        attempt: "attempt-1",
    };
    shop.act(&dispute(), outgoing).await
}

fn taken() -> ResponseTemplate {
    data(
        &json!({"disputeEvidenceUpdate": {"disputeEvidence": {"id": EVIDENCE, "submitted": false}, "userErrors": []}}),
    )
}

async fn uploads(server: &MockServer, status: u16, times: u64) {
    let body = json!({"dispute_file_upload": {"id": 71, "filename": "proof.pdf"}});
    Mock::given(method("POST"))
        .and(path(UPLOADS))
        .and(header("x-shopify-access-token", "shpat_1"))
        .respond_with(
            ResponseTemplate::new(status)
                .insert_header("x-shopify-shop-api-call-limit", "1/40")
                .set_body_json(body),
        )
        .up_to_n_times(times.max(1))
        .expect(times)
        .mount(server)
        .await;
}

async fn deletes(server: &MockServer, times: u64) {
    Mock::given(method("DELETE"))
        .and(path(UPLOADS.replace(".json", "/71.json")))
        .respond_with(ResponseTemplate::new(200).set_body_json(json!({})))
        .expect(times)
        .mount(server)
        .await;
}

#[tokio::test]
async fn files_go_first_and_one_mutation_says_it_all() {
    let server = MockServer::start().await;
    when(&server, "Dispute(", data(&fresh(&json!({})))).await;
    uploads(&server, 201, 2).await;
    asked("EvidenceUpdate")
        .respond_with(taken())
        .expect(1)
        .mount(&server)
        .await;
    deletes(&server, 0).await;
    let receipt = act(&shop(&server), &contest(&["proof.pdf", "policy.pdf"]))
        .await
        .unwrap();
    assert_eq!(receipt.reference.as_deref(), Some("req-1"));
    let sent = variables_of(&server, "EvidenceUpdate").await;
    let upload = json!({"id": "gid://shopify/ShopifyPaymentsDisputeFileUpload/71"});
    assert_eq!(
        sent,
        [json!({"evidenceId": EVIDENCE, "input": {
            "uncategorizedText": "It was delivered.", "shippingDocumentationFile": upload, "refundPolicyFile": upload,
            "submitEvidence": true
        }})]
    );
    let requests = server.received_requests().await.unwrap();
    let bodies: Vec<Value> = requests
        .iter()
        .filter(|request| request.url.path() == UPLOADS)
        .map(|request| serde_json::from_slice(&request.body).unwrap())
        .collect();
    let upload = |word: &str, name: &str| json!({"dispute_file_upload": {"document_type": word, "filename": name, "mimetype": "application/pdf", "data": "JVBERg=="}});
    assert_eq!(
        bodies,
        [
            upload("shipping_documentation_file", "proof.pdf"),
            upload("refund_policy_file", "policy.pdf")
        ]
    );
}

#[tokio::test]
async fn a_success_that_changed_nothing_is_held_and_not_proved() {
    let server = MockServer::start().await;
    asked("Dispute(")
        .respond_with(data(&fresh(&json!({}))))
        .up_to_n_times(2)
        .mount(&server)
        .await;
    uploads(&server, 201, 1).await;
    when(&server, "EvidenceUpdate", taken()).await;
    let (shop, response) = (shop(&server), contest(&["proof.pdf"]));
    let before = Baseline::of(&shop.read(&dispute()).await.unwrap().snapshot);
    act(&shop, &response).await.unwrap();
    let echo = shop.echo(&response);

    // Saved, and neither flag nor status moved (reference fact 4).
    asked("Dispute(")
        .respond_with(data(&with_ours(&json!({}))))
        .up_to_n_times(1)
        .mount(&server)
        .await;
    let held = shop.read(&dispute()).await.unwrap().snapshot;
    assert_eq!(proof(&response, &echo, &before, &held), Proof::Held);
    assert!(held.answers.is_empty() && held.deadline.is_some());

    // On the due date Shopify sends it.
    let sent = json!({"status": "UNDER_REVIEW", "evidence.submitted": true, "evidenceSentOn": "2026-11-03T04:00:00Z"});
    asked("Dispute(")
        .respond_with(data(&with_ours(&sent)))
        .mount(&server)
        .await;
    let shown = shop.read(&dispute()).await.unwrap().snapshot;
    assert_eq!(proof(&response, &echo, &before, &shown), Proof::Proven);
}

#[tokio::test]
async fn a_reopened_case_needs_a_new_proof() {
    // What the cycle before left: the same texts, and a flag that is stale.
    let server = MockServer::start().await;
    let left = json!({"evidence.submitted": true});
    when(&server, "Dispute(", data(&with_ours(&left))).await;
    let shop = shop(&server);
    let response = contest(&["proof.pdf"]);
    let before = shop.read(&dispute()).await.unwrap().snapshot;
    assert!(before.answers.is_empty());
    let echo = shop.echo(&response);
    assert_ne!(
        proof(&response, &echo, &Baseline::of(&before), &before),
        Proof::Proven
    );
}

#[tokio::test]
async fn each_user_error_says_what_to_do() {
    let rows = [
        ("EVIDENCE_PAST_DUE_DATE", "due date has passed"),
        ("DISPUTE_EVIDENCE_NOT_FOUND", "right shop"),
        ("FILES_SIZE_EXCEEDED_LIMIT", "4 MB"),
        ("FILE_NOT_FOUND", "send the response again"),
        ("TOO_LARGE", "shorten"),
        ("INVALID", "(field uncategorizedText)"),
        ("SOMETHING_NEW", "not documented"),
    ];
    for (code, says) in rows {
        let server = MockServer::start().await;
        when(&server, "Dispute(", data(&fresh(&json!({})))).await;
        let error = json!({"code": code, "field": ["input", "uncategorizedText"], "message": "about ann@buyer.example"});
        when(
            &server,
            "EvidenceUpdate",
            data(&json!({"disputeEvidenceUpdate": {"disputeEvidence": null, "userErrors": [error]}})),
        )
        .await;
        let error = act(&shop(&server), &words()).await.unwrap_err();
        let text = error.to_string();
        assert!(
            matches!(&error, Error::Rejected { code: found, .. } if found == code),
            "{text}"
        );
        assert!(text.contains(says) && !text.contains("ann@"), "{text}");
    }
}

#[tokio::test]
async fn evidence_that_is_there_already_is_for_reading_to_judge() {
    let server = MockServer::start().await;
    when(&server, "Dispute(", data(&fresh(&json!({})))).await;
    let error = json!({"code": "EVIDENCE_ALREADY_ACCEPTED", "field": null, "message": "x"});
    let body = json!({"disputeEvidenceUpdate": {"disputeEvidence": null, "userErrors": [error]}});
    when(&server, "EvidenceUpdate", data(&body)).await;
    let error = act(&shop(&server), &words()).await.unwrap_err();
    assert!(matches!(error, Error::OutcomeUnknown { .. }), "{error}");

    let server = MockServer::start().await;
    when(
        &server,
        "Dispute(",
        data(&with_ours(&json!({"status": "UNDER_REVIEW"}))),
    )
    .await;
    asked("EvidenceUpdate")
        .respond_with(taken())
        .expect(0)
        .mount(&server)
        .await;
    let error = act(&shop(&server), &words()).await.unwrap_err();
    assert!(matches!(error, Error::OutcomeUnknown { .. }), "{error}");
}

#[tokio::test]
async fn nothing_is_sent_where_nothing_is_asked() {
    let rows = [
        json!({"status": "UNDER_REVIEW", "evidenceDueBy": null}),
        json!({"status": "WON"}),
        json!({"status": "LOST"}),
        json!({"status": "PREVENTED"}),
        json!({"status": "NEWLY_MADE", "evidenceDueBy": null}),
        json!({"evidenceDueBy": "2026-10-24T23:59:59Z"}),
    ];
    for changes in rows {
        let server = MockServer::start().await;
        when(&server, "Dispute(", data(&fresh(&changes))).await;
        asked("EvidenceUpdate")
            .respond_with(taken())
            .expect(0)
            .mount(&server)
            .await;
        uploads(&server, 201, 0).await;
        let error = act(&shop(&server), &contest(&["proof.pdf"])).await.unwrap_err();
        assert!(matches!(error, Error::Rejected { .. }), "{changes}: {error}");
    }
}

#[tokio::test]
async fn an_upload_that_fails_decides_nothing_and_leaves_nothing_behind() {
    let rows = [
        (
            404,
            "UPLOAD_NOT_PERMITTED",
            "write_shopify_payments_dispute_file_uploads",
        ),
        (
            403,
            "UPLOAD_NOT_PERMITTED",
            "write_shopify_payments_dispute_file_uploads",
        ),
        (422, "FILE_REFUSED", "policy.pdf"),
        (503, "", "503"),
        (429, "", "429"),
    ];
    for (status, code, says) in rows {
        let server = MockServer::start().await;
        when(&server, "Dispute(", data(&fresh(&json!({})))).await;
        uploads(&server, 201, 1).await;
        uploads(&server, status, 1).await;
        // After a 429 the account pauses, so the clearing up fails, too.
        deletes(&server, u64::from(status != 429)).await;
        asked("EvidenceUpdate")
            .respond_with(taken())
            .expect(0)
            .mount(&server)
            .await;
        let error = act(&shop(&server), &contest(&["proof.pdf", "policy.pdf"]))
            .await
            .unwrap_err();
        match &error {
            Error::Rejected { code: found, .. } => assert_eq!(found, code, "{error}"),
            Error::Retry { .. } => assert_eq!(code, "", "{error}"),
            other => panic!("{status}: {other}"),
        }
        assert!(error.to_string().contains(says), "{status}: {error}");
    }
}

#[tokio::test]
async fn a_mutation_that_was_surely_not_handled_may_be_repeated_and_any_other_not() {
    let throttled = json!({"errors": [{"message": "Throttled", "extensions": {"code": "THROTTLED"}}]});
    let refused = json!({"data": null, "errors": [denied("write_shopify_payments_dispute_evidences", &["disputeEvidenceUpdate"])]});
    let inside = json!({"data": {"disputeEvidenceUpdate": null}, "errors": [{"message": "x", "path": ["disputeEvidenceUpdate"], "extensions": {"code": "INTERNAL_SERVER_ERROR"}}]});
    let rows = [
        (answer(&throttled), "retry"),
        (answer(&refused), "auth"),
        (answer(&inside), "unknown"),
        (
            answer(&json!({"data": {"disputeEvidenceUpdate": null}})),
            "unknown",
        ),
        (
            answer(&json!({"data": {"disputeEvidenceUpdate": {"userErrors": "?"}}})),
            "unknown",
        ),
        (
            answer(&json!({})).set_body_string(r#"{"data": {"dispu"#),
            "unknown",
        ),
        (ResponseTemplate::new(500), "unknown"),
        (ResponseTemplate::new(429), "retry"),
        (ResponseTemplate::new(423), "retry"),
        (ResponseTemplate::new(402), "auth"),
        (ResponseTemplate::new(400), "rejected"),
    ];
    for (number, (template, kind)) in rows.into_iter().enumerate() {
        let server = MockServer::start().await;
        when(&server, "Dispute(", data(&fresh(&json!({})))).await;
        asked("EvidenceUpdate")
            .respond_with(template)
            .expect(1)
            .mount(&server)
            .await;
        let error = act(&shop(&server), &words()).await.unwrap_err();
        let found = match &error {
            Error::Retry { .. } => "retry",
            Error::Auth { .. } => "auth",
            Error::OutcomeUnknown { .. } => "unknown",
            Error::Rejected { .. } => "rejected",
            Error::NotFound { .. } | Error::Contract { .. } | Error::Unsupported(_) => "other",
        };
        assert_eq!(found, kind, "{number}: {error}");
    }
}

#[tokio::test]
async fn uploads_of_a_mutation_that_was_refused_are_taken_back_and_of_an_unknown_one_kept() {
    for (template, times) in [(ResponseTemplate::new(400), 1), (ResponseTemplate::new(500), 0)] {
        let server = MockServer::start().await;
        when(&server, "Dispute(", data(&fresh(&json!({})))).await;
        uploads(&server, 201, 1).await;
        deletes(&server, times).await;
        when(&server, "EvidenceUpdate", template).await;
        act(&shop(&server), &contest(&["proof.pdf"])).await.unwrap_err();
    }
}

#[tokio::test]
async fn files_must_be_those_that_the_response_names() {
    let server = MockServer::start().await;
    let response = contest(&["proof.pdf"]);
    let outgoing = Outgoing {
        response: &response,
        files: &[],
        attempt: "attempt-1",
    };
    let error = shop(&server).act(&dispute(), outgoing).await.unwrap_err();
    assert!(matches!(error, Error::Rejected { .. }), "{error}");
    assert!(server.received_requests().await.unwrap().is_empty());
}

#[tokio::test]
async fn claim_and_behaviour_agree_for_every_action() {
    let server = MockServer::start().await;
    let shop = shop(&server);
    for action in ActionKind::ALL {
        let expected = match action {
            ActionKind::Contest => "supported",
            ActionKind::Accept => "by hand",
            _ => "unsupported",
        };
        let found = match shop.capability(*action) {
            Capability::Supported => "supported",
            Capability::ManualOnly(why) => {
                assert!(why.contains("Shopify admin"), "{why}");
                "by hand"
            }
            Capability::Unsupported => "unsupported",
        };
        assert_eq!(found, expected, "{action}");
    }
    let escalate = Response::Escalate { note: "x".to_owned() };
    assert!(matches!(act(&shop, &escalate).await, Err(Error::Unsupported(_))));
    assert!(shop.echo(&escalate).is_empty());
    assert_eq!(
        docket_shopify::admin_link("lamps.myshopify.com", EVIDENCE),
        "https://admin.shopify.com/store/lamps/payments/dispute_evidences/9007199254749001"
    );
    assert_ne!(ID, "9007199254749001", "the dispute's own number leads nowhere");
}
