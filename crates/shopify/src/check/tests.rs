//! Each rule with what it refuses, and what passes; and that what is sent is what is recognised.

use docket_core::response::{Address, EvidenceItem, FileRef, Response, Tracking};
use docket_core::snapshot::Facts;
use serde_json::json;

use super::check;
use crate::act::input;
use crate::packet::{Packet, Slot, content};

fn facts() -> Facts {
    let node = include_bytes!("../../fixtures/dispute.json");
    let now = "2026-10-25T00:00:00Z".parse().unwrap();
    crate::inspect(node, now).unwrap().facts
}

fn file(name: &str, size: u64) -> FileRef {
    FileRef {
        name: name.to_owned(),
        media_type: "application/pdf".to_owned(),
        size,
        sha256: "00".to_owned(),
    }
}

fn text(kind: &str, note: &str) -> EvidenceItem {
    EvidenceItem {
        kind: kind.to_owned(),
        note: Some(note.to_owned()),
        ..EvidenceItem::default()
    }
}

fn files(kind: &str, files: Vec<FileRef>) -> EvidenceItem {
    EvidenceItem {
        kind: kind.to_owned(),
        files,
        ..EvidenceItem::default()
    }
}

fn contest(evidence: Vec<EvidenceItem>) -> Response {
    Response::Contest {
        evidence,
        return_address: None,
        proposed_refund: None,
    }
}

fn said(response: &Response) -> String {
    check(&facts(), response)
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn a_sound_response_passes() {
    let response = contest(vec![
        EvidenceItem {
            tracking: vec![Tracking {
                carrier: "Nordpost".to_owned(),
                number: "NP4".to_owned(),
                url: None,
            }],
            files: vec![file("delivery-proof.pdf", 2_000_000)],
            ..text("proof_of_fulfillment", "It was delivered.")
        },
        text("REFUND_POLICY_DISCLOSURE", &"a".repeat(20_000)),
        text("customer_email_address", "ann@shop.example"),
        files("uncategorized_file", vec![file("more.PDF", 1_900_000)]),
    ]);
    assert_eq!(said(&response), "");
}

#[test]
fn each_rule_refuses_and_says_what_to_do() {
    let long = "a".repeat(20_001);
    let heaps: Vec<EvidenceItem> = [
        "other",
        "access_activity_log",
        "refund_policy",
        "cancellation_policy",
        "cancellation_rebuttal",
        "refund_refusal_explanation",
    ]
    .iter()
    .map(|kind| text(kind, &"a".repeat(25_001)))
    .collect();
    let rows = [
        (contest(vec![]), "no evidence in it"),
        (
            contest(vec![text("customer_first_name", "Ann")]),
            "no evidence in it",
        ),
        (
            contest(vec![text("magic", "x")]),
            "no place for this kind; use one of",
        ),
        (contest(vec![text("other", "  ")]), "is empty"),
        (contest(vec![text("other", &long)]), "shorten it by 1"),
        (
            contest(vec![text("other", &long[..19_999]), text("other", "b")]),
            "`uncategorized_text` has 20002",
        ),
        (contest(heaps), "150000 are safe"),
        (
            contest(vec![
                text("customer_email_address", "ann at shop"),
                text("other", "x"),
            ]),
            "no e-mail address",
        ),
        (
            contest(vec![files("customer_last_name", vec![file("a.pdf", 1)])]),
            "takes a text only",
        ),
        (
            contest(vec![
                files("shipping_documentation", vec![file("a.pdf", 1)]),
                files("proof_of_fulfillment", vec![file("b.pdf", 1)]),
            ]),
            "2 files are for `shipping_documentation_file`: a.pdf, b.pdf; merge them into one PDF",
        ),
        (
            contest(vec![files("other", vec![file("a.pdf", 2_000_001)])]),
            "2 MB",
        ),
        (
            contest(vec![files("other", vec![file("a.pdf", 0)])]),
            "`a.pdf` is empty",
        ),
        (
            contest(vec![files("other", vec![file("Zustellung für Ann.pdf", 1)])]),
            "is not safe",
        ),
        (
            contest(vec![files("other", vec![file("a.png", 1)])]),
            "is not safe",
        ),
        (
            contest(
                ["other", "refund_policy", "cancellation_policy"]
                    .map(|kind| files(kind, vec![file(&format!("{kind}.pdf"), 1_500_000)]))
                    .to_vec(),
            ),
            "3997806",
        ),
        (
            Response::Contest {
                evidence: vec![text("other", "x")],
                return_address: Some(Address::default()),
                proposed_refund: None,
            },
            "takes no return address",
        ),
        (
            Response::Escalate { note: "x".to_owned() },
            "API knows no `escalate`",
        ),
    ];
    for (response, says) in rows {
        let said = said(&response);
        assert!(said.contains(says), "expected `{says}`: {said}");
    }
    let gif = FileRef {
        media_type: "image/gif".to_owned(),
        ..file("a.gif", 1)
    };
    assert!(said(&contest(vec![files("other", vec![gif])])).contains("PDF, JPEG and PNG"));
    let mut closed = facts();
    closed.allowed_actions.clear();
    let problems = check(&closed, &contest(vec![text("other", "x")]));
    assert!(problems[0].what.to_string().contains("asks for no evidence now"));
}

#[test]
fn what_is_written_is_what_is_recognised_when_it_is_read_back() {
    let response = contest(vec![
        EvidenceItem {
            tracking: vec![Tracking {
                carrier: "Nordpost".to_owned(),
                number: "NP4".to_owned(),
                url: Some("https://track.example/NP4".to_owned()),
            }],
            refund_ids: vec!["R-1".to_owned()],
            files: vec![file("delivery.pdf", 1)],
            ..text("proof_of_fulfillment", "It was delivered.")
        },
        text("other", "And again."),
        text("return_policy", "Thirty days."),
        text("customer_first_name", "Ann"),
    ]);
    let packet = Packet::of(&response).unwrap();
    let written = input(&packet, &[(Slot::ShippingDocumentation, "71".to_owned())]);
    assert_eq!(
        written,
        json!({
            "uncategorizedText":
                "It was delivered.\nTracking: Nordpost NP4 (https://track.example/NP4)\nRefund: R-1\n\nAnd again.",
            "refundPolicyDisclosure": "Thirty days.",
            "customerFirstName": "Ann",
            "shippingDocumentationFile": {"id": "gid://shopify/ShopifyPaymentsDisputeFileUpload/71"},
            "submitEvidence": true,
        })
    );
    let mut shown = written.clone();
    shown["shippingDocumentationFile"] =
        json!({"id": "x", "originalFileName": "delivery.pdf", "fileSize": 1});
    let content = content(&serde_json::from_value(shown).unwrap());
    assert_eq!(packet.echo(), content);
    assert_eq!(content.len(), 3, "the buyer's name proves nothing");
}

#[test]
fn every_kind_that_a_refusal_names_has_a_place() {
    for kind in crate::packet::KINDS.split(", ") {
        assert!(crate::packet::place(kind.trim()).is_some(), "{kind}");
    }
}
