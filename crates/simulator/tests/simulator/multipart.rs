//! The wire form of evidence, to the letter.

use crate::support::*;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

async fn setting() -> (Desk, String, String) {
    let desk = Desk::open(options()).await;
    let token = desk.token(0).await;
    let dispute = desk.waiting(0, not_received).await;
    let path = format!("/{}/provide-evidence", id(&dispute));
    (desk, token, path)
}

fn other(documents: Value) -> Value {
    json!({"evidences": [{"evidence_type": "OTHER", "notes": "See the file.", "documents": documents}]})
}

#[tokio::test]
async fn json_and_a_part_without_its_type_are_unsupported() {
    let (desk, token, path) = setting().await;
    let body = json!({"evidences": [{"evidence_type": "OTHER", "notes": "x"}]});
    let (status, answer) = desk.post(&token, &path, body.clone()).await;
    assert_eq!(
        (status.as_u16(), answer["name"].as_str()),
        (415, Some("UNSUPPORTED_MEDIA_TYPE"))
    );
    for part in [
        Part::text(body.to_string()),
        Part::text(body.to_string()).mime_str("text/plain").unwrap(),
    ] {
        let (status, _) = desk.send(&token, &path, Form::new().part("input", part)).await;
        assert_eq!(status, 415);
    }
    let (status, answer) = desk
        .send(
            &token,
            &path,
            Form::new().part("file1", file("a.pdf", "application/pdf", 9)),
        )
        .await;
    assert_eq!(
        (status.as_u16(), issue(&answer)),
        (400, "MANDATORY_PARAMETER_MISSING")
    );
    let broken = Form::new().part("input", Part::text("{").mime_str("application/json").unwrap());
    let (status, answer) = desk.send(&token, &path, broken).await;
    assert_eq!(
        (status.as_u16(), answer["name"].as_str()),
        (400, Some("INVALID_REQUEST"))
    );
    assert!(desk.journal().await.is_empty());
}

#[tokio::test]
async fn files_keep_names_types_numbers_and_sizes() {
    let (desk, token, path) = setting().await;
    let with = |name: &'static str, part: Part| input(other(json!([{"name": "a.pdf"}]))).part(name, part);
    let refused = [
        (
            with("file1", file("a.exe", "application/octet-stream", 9)),
            "INVALID_EVIDENCE_FILE",
        ),
        (
            with("file1", file("a.pdf", "image/png", 9)),
            "INVALID_EVIDENCE_FILE",
        ),
        (
            with("file1", file("a(1).pdf", "application/pdf", 9)),
            "INVALID_EVIDENCE_FILE",
        ),
        (
            with("file1", file("a.b.pdf", "application/pdf", 9)),
            "INVALID_EVIDENCE_FILE",
        ),
        (
            with("file1", file("a.pdf", "application/pdf", 0)),
            "INVALID_EVIDENCE_FILE",
        ),
        (
            with("file1", file("a.pdf", "application/pdf", 10_000_000)),
            "INVALID_EVIDENCE_FILE",
        ),
        (
            with("file1", file("b.pdf", "application/pdf", 9)),
            "INVALID_EVIDENCE_FILE",
        ),
        (
            with("evidence-file", file("a.pdf", "application/pdf", 9)),
            "MALFORMED_REQUEST",
        ),
        (
            with("file2", file("a.pdf", "application/pdf", 9)),
            "MALFORMED_REQUEST",
        ),
    ];
    for (place, (form, expected)) in refused.into_iter().enumerate() {
        let (status, answer) = desk.send(&token, &path, form).await;
        assert_eq!((status.as_u16(), issue(&answer)), (400, expected), "case {place}");
    }
    let mut heavy = input(other(json!([{"name": "a.pdf"}])));
    for number in 1..=6 {
        heavy = heavy.part(
            format!("file{number}"),
            file("a.pdf", "application/pdf", 9_999_999),
        );
    }
    let (status, answer) = desk.send(&token, &path, heavy).await;
    assert_eq!((status.as_u16(), issue(&answer)), (400, "INVALID_EVIDENCE_FILE"));
    let largest = with("file1", file("a.pdf", "application/pdf", 9_999_999));
    assert_eq!(desk.send(&token, &path, largest).await.0, 200);
}

#[tokio::test]
async fn evidence_rows_follow_their_type() {
    let (desk, token, path) = setting().await;
    let row = |row: Value| input(json!({"evidences": [row]}));
    let tracking = |info: Value| {
        row(json!({"evidence_type": "PROOF_OF_FULFILLMENT", "evidence_info": {"tracking_info": [info]}}))
    };
    let refused = [
        (input(json!({"evidences": []})), "MANDATORY_PARAMETER_MISSING"),
        (row(json!({"notes": "x"})), "MISSING_EVIDENCE_TYPE"),
        (
            row(json!({"evidence_type": "PROOF_OF_LOVE", "notes": "x"})),
            "INVALID_EVIDENCE_TYPE",
        ),
        (row(json!({"evidence_type": "OTHER"})), "MISSING_EVIDENCE_INFO"),
        (
            row(json!({"evidence_type": "OTHER", "notes": "x".repeat(2_001)})),
            "INVALID_STRING_LENGTH",
        ),
        (
            row(json!({"evidence_type": "OTHER", "notes": "x", "evidence_info": {"refund_ids": ["1"]}})),
            "INVALID_EVIDENCE_INFO",
        ),
        (
            row(json!({"evidence_type": "PROOF_OF_FULFILLMENT", "notes": "x"})),
            "MISSING_TRACKING_INFO",
        ),
        (tracking(json!({"carrier_name": "DHL"})), "MISSING_TRACKING_INFO"),
        (
            tracking(json!({"carrier_name": "Dhl", "tracking_number": "1"})),
            "MISSING_TRACKING_INFO",
        ),
        (
            tracking(json!({"carrier_name": "OTHER", "tracking_number": "1"})),
            "MISSING_TRACKING_INFO",
        ),
        (
            row(json!({"evidence_type": "PROOF_OF_REFUND", "notes": "x"})),
            "MISSING_REFUND_ID",
        ),
        (
            input(
                json!({"evidences": [{"evidence_type": "OTHER", "notes": "x"}], "return_shipping_address": {"country_code": "DE"}}),
            ),
            "MISSING_RETURN_SHIPPING_ADDRESS",
        ),
    ];
    for (place, (form, expected)) in refused.into_iter().enumerate() {
        let (status, answer) = desk.send(&token, &path, form).await;
        assert_eq!((status.as_u16(), issue(&answer)), (400, expected), "case {place}");
    }
    let own = tracking(
        json!({"carrier_name": "OTHER", "carrier_name_other": "Bike courier", "tracking_number": "1"}),
    );
    assert_eq!(desk.send(&token, &path, own).await.0, 200);
}

#[tokio::test]
async fn fulfilment_is_no_answer_to_a_billing_complaint() {
    let desk = Desk::open(options()).await;
    let token = desk.token(0).await;
    let dispute = desk
        .waiting(0, |body| body["reason"] == "CREDIT_NOT_PROCESSED")
        .await;
    let (status, answer) = desk
        .send(&token, &format!("/{}/provide-evidence", id(&dispute)), proof())
        .await;
    assert_eq!(
        (status.as_u16(), issue(&answer)),
        (400, "INVALID_EVIDENCE_TYPE_PROOF_OF_FULFILLMENT")
    );
}
