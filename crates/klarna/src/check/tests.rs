//! Each rule, broken once.

use docket_connector::Problem;
use docket_core::money::Money;
use docket_core::response::{AcceptKind, Address, EvidenceItem, FileRef, Response, Tracking};
use docket_core::snapshot::Facts;
use serde_json::json;

use super::check;

fn facts(state: &str) -> Facts {
    let body = json!({"payment_dispute_id": "d", "state": state, "dispute_reason": "INCORRECT_AMOUNT",
        "previous_state": "REPRESENTMENT", "dispute_details": {"dispute_amount": 8450, "currency": "EUR"}});
    let now = "2027-01-15T08:00:00Z".parse().unwrap();
    crate::inspect(body.to_string().as_bytes(), now).unwrap().facts
}

fn file(name: &str, media_type: &str, size: u64) -> FileRef {
    FileRef {
        name: name.to_owned(),
        media_type: media_type.to_owned(),
        size,
        sha256: "00".to_owned(),
    }
}

fn pdf() -> FileRef {
    file("proof of delivery.pdf", "application/pdf", 7_000_000)
}

fn contest(note: &str, files: Vec<FileRef>) -> Response {
    Response::Contest {
        evidence: vec![EvidenceItem {
            kind: "proof_of_delivery".to_owned(),
            note: Some(note.to_owned()),
            tracking: vec![Tracking {
                carrier: "Hanseat".to_owned(),
                number: "HE1".to_owned(),
                url: None,
            }],
            files,
            ..EvidenceItem::default()
        }],
        return_address: None,
        proposed_refund: None,
    }
}

fn accept(kind: AcceptKind) -> Response {
    Response::Accept {
        kind,
        note: "The client agrees.".to_owned(),
        reason: None,
        amount: None,
        return_address: None,
        invoice_id: None,
        shipment: Vec::new(),
        files: Vec::new(),
    }
}

fn only(problems: &[Problem]) -> String {
    let [problem] = problems else {
        panic!("one problem expected: {problems:?}")
    };
    problem.to_string()
}

#[test]
fn a_whole_answer_has_no_problems() {
    let whole = contest("Delivered on 12 January.", vec![pdf(); 10]);
    assert_eq!(check(&facts("INITIATED"), &whole), []);
    assert_eq!(check(&facts("INITIATED"), &accept(AcceptKind::Refund)), []);
    assert_eq!(check(&facts("PRE_ARBITRATION"), &accept(AcceptKind::Refund)), []);
    let Response::Contest { evidence, .. } = contest("The photo is another shop's.", vec![]) else {
        unreachable!("made above")
    };
    assert_eq!(
        check(&facts("PRE_ARBITRATION"), &Response::Appeal { evidence }),
        []
    );
}

#[test]
fn a_contest_needs_a_file() {
    let text = only(&check(&facts("INITIATED"), &contest("It was delivered.", vec![])));
    assert!(
        text.contains("Klarna takes no answer without a file; add --file"),
        "{text}"
    );
}

#[test]
fn texts_have_lengths() {
    // The parcel's line and the break before it count, too.
    let line = "Hanseat HE1".len() + 1;
    let fits = "ä".repeat(5_000 - line);
    assert_eq!(check(&facts("INITIATED"), &contest(&fits, vec![pdf()])), []);
    let text = only(&check(
        &facts("INITIATED"),
        &contest(&format!("{fits}ä"), vec![pdf()]),
    ));
    assert!(
        text.contains("5001 characters") && text.contains("shorten them by 1"),
        "{text}"
    );
    let appeal = |note: &str| Response::Appeal {
        evidence: vec![EvidenceItem {
            note: Some(note.to_owned()),
            ..EvidenceItem::default()
        }],
    };
    assert_eq!(check(&facts("PRE_ARBITRATION"), &appeal(&"a".repeat(10_000))), []);
    let text = only(&check(&facts("PRE_ARBITRATION"), &appeal(&"a".repeat(10_001))));
    assert!(text.contains("Klarna takes 10000"), "{text}");
    let text = only(&check(&facts("PRE_ARBITRATION"), &appeal("  ")));
    assert!(text.contains("no appeal without a text"), "{text}");
}

#[test]
fn each_rule_for_files() {
    const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
    for good in [
        file("a.jpg", "image/jpeg", 1),
        file("a.JPEG", "image/jpeg", 1),
        file("ä ö.png", "image/png", 1),
        file("a.b.docx", DOCX, 1),
    ] {
        assert_eq!(
            check(&facts("INITIATED"), &contest("x", vec![good.clone()])),
            [],
            "{good:?}"
        );
    }
    for (bad, says) in [
        (file("a.gif", "image/gif", 1), "PDF, JPG, PNG and DOCX"),
        (file("a.png", "application/pdf", 1), "ends with .pdf"),
        (file(".pdf", "application/pdf", 1), "ends with .pdf"),
        (file("a\"b.pdf", "application/pdf", 1), "rename the file"),
        (file("a.pdf", "application/pdf", 7_000_001), "up to 7 MB"),
        (file("a.pdf", "application/pdf", 0), "is empty"),
    ] {
        let text = only(&check(&facts("INITIATED"), &contest("x", vec![bad])));
        assert!(text.contains(says), "{text}");
    }
    let text = only(&check(&facts("INITIATED"), &contest("x", vec![pdf(); 11])));
    assert!(text.contains("11 files; Klarna takes 10"), "{text}");
}

#[test]
fn accepting_is_all_or_nothing() {
    for kind in [
        AcceptKind::PartialRefund,
        AcceptKind::RefundWithReturn,
        AcceptKind::RefundWithReturnLabel,
    ] {
        let text = only(&check(&facts("INITIATED"), &accept(kind)));
        assert!(text.contains("concedes the full amount"), "{kind}: {text}");
    }
}

#[test]
fn what_the_state_does_not_allow_is_said() {
    let whole = contest("x", vec![pdf()]);
    let text = only(&check(&facts("REPRESENTMENT"), &whole));
    assert!(
        text.contains("does not take `contest` in REPRESENTMENT; wait"),
        "{text}"
    );
    let text = only(&check(&facts("PRE_ARBITRATION"), &whole));
    assert!(text.contains("choose one of: accept, appeal"), "{text}");
    let message = Response::Message {
        text: "Hello".to_owned(),
        files: Vec::new(),
    };
    assert!(only(&check(&facts("INITIATED"), &message)).contains("`message`"));
    let Response::Contest { evidence, .. } = whole else {
        unreachable!("made above")
    };
    let addressed = Response::Contest {
        evidence,
        return_address: Some(Address::default()),
        proposed_refund: None,
    };
    assert!(only(&check(&facts("INITIATED"), &addressed)).contains("no return address"));
}

#[test]
fn a_partial_defence_gives_back_a_part() {
    let with = |minor: i64, currency: &str| {
        let mut response = contest("It came.", vec![pdf()]);
        if let Response::Contest { proposed_refund, .. } = &mut response {
            *proposed_refund = Some(Money::new(minor, currency.parse().unwrap()));
        }
        check(&facts("INITIATED"), &response)
    };
    assert!(with(8_449, "EUR").is_empty());
    for (minor, currency) in [(8_450, "EUR"), (0, "EUR"), (-1, "EUR"), (100, "SEK")] {
        let problems = with(minor, currency);
        assert!(
            problems
                .iter()
                .any(|p| p.what.to_string().contains("is no part of 84.50 EUR")),
            "{minor} {currency}: {problems:?}"
        );
    }
}
