//! Each rule, kept and broken.

use docket_core::response::{
    AcceptKind, Address, EvidenceItem, FileRef, OfferKind, Response, ReturnState, Tracking,
};
use docket_core::snapshot::Facts;
use docket_core::words::{ActionKind, Reason, Stage};
use serde_json::json;

use super::{carrier, check};

fn facts(reason: Reason, stage: Stage, channel: &str) -> Facts {
    let dispute = json!({
        "dispute_id": "PP-D-1", "create_time": "2026-03-01T12:00:00Z", "status": "WAITING_FOR_SELLER_RESPONSE",
        "dispute_amount": {"currency_code": "EUR", "value": "100.00"}, "reason": "OTHER",
    });
    let read = crate::inspect(dispute.to_string().as_bytes(), chrono::DateTime::UNIX_EPOCH)
        .unwrap()
        .facts;
    Facts {
        reason,
        stage,
        channel: Some(channel.to_owned()),
        ..read
    }
}

fn claim() -> Facts {
    facts(Reason::NotReceived, Stage::Chargeback, "INTERNAL")
}

fn snad() -> Facts {
    facts(Reason::NotAsDescribed, Stage::Inquiry, "INTERNAL")
}

/// The problems in one text; empty where there are none.
fn said(facts: &Facts, response: &Response) -> String {
    check(facts, response)
        .iter()
        .map(|problem| format!("{problem}\n"))
        .collect()
}

fn contest(item: EvidenceItem) -> Response {
    Response::Contest {
        evidence: vec![item],
        return_address: None,
        proposed_refund: None,
    }
}

fn proof() -> EvidenceItem {
    let parcel = Tracking {
        carrier: "DE_DHL_PARCEL".to_owned(),
        number: "0034".to_owned(),
        url: None,
    };
    EvidenceItem {
        kind: "proof_of_fulfillment".to_owned(),
        tracking: vec![parcel],
        ..EvidenceItem::default()
    }
}

fn file(name: &str, media_type: &str, size: u64) -> FileRef {
    FileRef {
        name: name.to_owned(),
        media_type: media_type.to_owned(),
        size,
        sha256: format!("{name}{size}"),
    }
}

fn with_files(files: Vec<FileRef>) -> Response {
    contest(EvidenceItem {
        kind: "other".to_owned(),
        files,
        ..EvidenceItem::default()
    })
}

fn euros(minor: i64) -> Option<docket_core::money::Money> {
    Some(docket_core::money::Money::new(minor, "EUR".parse().unwrap()))
}

fn home() -> Option<Address> {
    Some(Address {
        country: "DE".to_owned(),
        ..Address::default()
    })
}

#[test]
fn evidence_that_fits_has_no_problems() {
    let refund = EvidenceItem {
        kind: "proof_of_refund".to_owned(),
        refund_ids: vec!["9RF1".to_owned()],
        ..EvidenceItem::default()
    };
    let files = vec![
        file("proof of delivery.pdf", "application/pdf", 9_999_999),
        file("a_b-c,d.JPG", "image/jpeg", 1),
    ];
    for response in [contest(proof()), contest(refund), with_files(files)] {
        assert_eq!(said(&claim(), &response), "");
    }
}

#[test]
fn evidence_rules() {
    let item = |change: &dyn Fn(&mut EvidenceItem)| {
        let mut item = proof();
        change(&mut item);
        contest(item)
    };
    let rows = [
        (
            Response::Contest {
                evidence: vec![],
                return_address: None,
                proposed_refund: None,
            },
            "no evidence",
        ),
        (
            item(&|i| i.kind = "proof_of_magic".to_owned()),
            "no such evidence type",
        ),
        (item(&|i| i.kind = "other".to_owned()), "tracking goes only with"),
        (item(&|i| i.tracking.clear()), "proof of fulfilment is empty"),
        (item(&|i| i.tracking[0].number.clear()), "tracking number"),
        (item(&|i| i.tracking[0].carrier.clear()), "no carrier"),
        (
            item(&|i| i.refund_ids.push("9RF1".to_owned())),
            "refund ids go only with",
        ),
        (item(&|i| i.note = Some(" ".to_owned())), "is empty"),
        (item(&|i| i.note = Some("ä".repeat(2_001))), "has 2001 characters"),
        (
            contest(EvidenceItem {
                kind: "proof_of_refund".to_owned(),
                ..EvidenceItem::default()
            }),
            "without a refund id",
        ),
        (
            contest(EvidenceItem {
                kind: "declaration".to_owned(),
                ..EvidenceItem::default()
            }),
            "says nothing",
        ),
    ];
    for (response, says) in rows {
        let said = said(&claim(), &response);
        assert!(said.contains(says), "{says}: {said}");
    }
    assert_eq!(said(&claim(), &item(&|i| i.note = Some("ä".repeat(2_000)))), "");
}

#[test]
fn file_rules_and_a_name_that_would_do() {
    let rows = [
        (vec![file("a.pdf", "application/pdf", 10_000_000)], "below 10 MB"),
        (
            vec![file("a.docx", "application/msword", 5)],
            "JPG, GIF, PNG and PDF",
        ),
        (
            vec![file("Lieferschein (März).pdf", "application/pdf", 5)],
            "rename it to `Lieferschein -Maerz.pdf`",
        ),
        (
            vec![file("v1.2 final.pdf", "application/pdf", 5)],
            "rename it to `v1-2 final.pdf`",
        ),
        (
            vec![file("photo.pdf", "image/png", 5)],
            "rename it to `photo.png`",
        ),
        (
            vec![file("(1).pdf", "application/pdf", 5)],
            "rename it to `1.pdf`",
        ),
        (
            vec![
                file("a.pdf", "application/pdf", 5),
                file("A.pdf", "application/pdf", 6),
            ],
            "two different files",
        ),
        (vec![file("a.pdf", "application/pdf", 0)], "is empty"),
    ];
    for (files, says) in rows {
        let said = said(&claim(), &with_files(files));
        assert!(said.contains(says), "{says}: {said}");
    }
    let many = |count: u64| {
        (0..count)
            .map(|n| file(&format!("f{n}.pdf"), "application/pdf", 9_000_000))
            .collect()
    };
    assert!(said(&claim(), &with_files(many(6))).contains("50 MB per call"));
    assert_eq!(said(&claim(), &with_files(many(5))), "");
}

fn accept(
    kind: AcceptKind,
    amount: Option<docket_core::money::Money>,
    return_address: Option<Address>,
) -> Response {
    Response::Accept {
        kind,
        note: "x".to_owned(),
        reason: None,
        amount,
        return_address,
        invoice_id: None,
        shipment: vec![],
        files: vec![],
    }
}

fn offer(
    kind: OfferKind,
    amount: Option<docket_core::money::Money>,
    return_address: Option<Address>,
) -> Response {
    Response::Offer {
        kind,
        note: "x".to_owned(),
        amount,
        return_address,
        invoice_id: None,
    }
}

#[test]
fn offers_and_acceptances_have_the_amounts_and_addresses_that_they_need() {
    let good = [
        (claim(), accept(AcceptKind::Refund, None, None)),
        (claim(), accept(AcceptKind::PartialRefund, euros(10_000), None)),
        (snad(), accept(AcceptKind::RefundWithReturn, None, home())),
        (claim(), offer(OfferKind::Refund, euros(1), None)),
        (snad(), offer(OfferKind::RefundWithReturn, euros(1), home())),
        (snad(), offer(OfferKind::RefundWithReplacement, euros(1), None)),
        (snad(), offer(OfferKind::ReplacementWithoutRefund, None, None)),
    ];
    for (facts, response) in good {
        assert_eq!(said(&facts, &response), "", "{response:?}");
    }
    let external = facts(Reason::NotAsDescribed, Stage::Chargeback, "EXTERNAL");
    let bad = [
        (
            claim(),
            accept(AcceptKind::Refund, euros(1), None),
            "takes no amount",
        ),
        (
            claim(),
            accept(AcceptKind::Refund, None, home()),
            "takes no return address",
        ),
        (
            claim(),
            accept(AcceptKind::PartialRefund, None, None),
            "an amount is needed",
        ),
        (
            claim(),
            accept(AcceptKind::PartialRefund, euros(10_001), None),
            "not between zero",
        ),
        (
            claim(),
            accept(AcceptKind::RefundWithReturn, None, home()),
            "a return can be asked only",
        ),
        (
            external,
            accept(AcceptKind::RefundWithReturn, None, home()),
            "a return can be asked only",
        ),
        (
            snad(),
            accept(AcceptKind::RefundWithReturn, None, None),
            "a return address is needed",
        ),
        (
            snad(),
            accept(AcceptKind::RefundWithReturnLabel, None, home()),
            "label is missing",
        ),
        (
            snad(),
            offer(OfferKind::RefundWithReturn, euros(1), Some(Address::default())),
            "no country code",
        ),
        (
            snad(),
            offer(
                OfferKind::Refund,
                Some(docket_core::money::Money::new(5, "USD".parse().unwrap())),
                None,
            ),
            "in USD",
        ),
        (
            snad(),
            offer(OfferKind::ReplacementWithoutRefund, euros(1), None),
            "takes no amount",
        ),
    ];
    for (facts, response, says) in bad {
        let said = said(&facts, &response);
        assert!(said.contains(says), "{response:?}: {said}");
    }
}

#[test]
fn actions_keep_to_their_stage_and_to_what_is_allowed() {
    let message = Response::Message {
        text: "hello".to_owned(),
        files: vec![],
    };
    let escalate = Response::Escalate { note: "x".to_owned() };
    assert_eq!(said(&snad(), &message), "");
    assert_eq!(said(&snad(), &escalate), "");
    assert!(said(&claim(), &message).contains("only possible during the inquiry"));
    assert!(
        said(
            &facts(Reason::Unauthorised, Stage::Inquiry, "INTERNAL"),
            &escalate
        )
        .contains("can be escalated")
    );
    let mut facts = snad();
    facts.allowed_actions = [ActionKind::Contest, ActionKind::Accept].into();
    assert!(said(&facts, &message).contains("does not allow `message` now; choose one of: contest, accept"));
    let info = Response::SupportingInfo {
        note: "x".to_owned(),
        files: vec![],
    };
    assert!(said(&snad(), &info).contains("for claims"));
}

#[test]
fn returns_are_acknowledged_with_proof() {
    let photo = |kind: &str, files| EvidenceItem {
        kind: kind.to_owned(),
        files,
        ..EvidenceItem::default()
    };
    let acknowledge = |kind, evidence| Response::AcknowledgeReturn {
        kind,
        note: None,
        evidence,
    };
    let picture = || vec![file("a.png", "image/png", 5)];
    assert_eq!(said(&snad(), &acknowledge(ReturnState::ItemReceived, vec![])), "");
    assert_eq!(
        said(
            &snad(),
            &acknowledge(ReturnState::Damaged, vec![photo("proof_of_damage", picture())])
        ),
        ""
    );
    let rows = [
        (acknowledge(ReturnState::Damaged, vec![]), "is missing"),
        (
            acknowledge(ReturnState::Damaged, vec![photo("proof_of_damage", vec![])]),
            "a file is needed",
        ),
        (
            acknowledge(ReturnState::Damaged, vec![photo("return_policy", picture())]),
            "proves no return",
        ),
    ];
    for (response, says) in rows {
        assert!(said(&snad(), &response).contains(says), "{says}");
    }
    assert!(said(&claim(), &acknowledge(ReturnState::ItemReceived, vec![])).contains("not as described"));
}

#[test]
fn carriers_are_codes_or_go_by_name() {
    assert_eq!(carrier("US_DHL_EXPRESS"), ("US_DHL_EXPRESS".to_owned(), None));
    assert_eq!(
        carrier(" Deutsche Post "),
        ("OTHER".to_owned(), Some("Deutsche Post".to_owned()))
    );
    assert_eq!(carrier("DE_DPD_DELISTACK").0, " DE_DPD_DELISTACK");
}

#[test]
fn the_word_for_what_came_back_is_one_that_paypal_takes() {
    for kind in ReturnState::ALL {
        let piece = |word: &str| EvidenceItem {
            kind: word.to_owned(),
            files: vec![file("photo.png", "image/png", 1_000)],
            ..EvidenceItem::default()
        };
        let answer = Response::AcknowledgeReturn {
            kind: *kind,
            note: None,
            evidence: crate::claim::return_word(*kind).map(piece).into_iter().collect(),
        };
        assert_eq!(said(&snad(), &answer), "", "{kind}");
    }
}
