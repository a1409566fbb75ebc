use std::fmt::Write;

use super::*;
use crate::response::{EvidenceItem, FileRef};
use crate::words::ActionKind;

fn money(minor: i64) -> Money {
    Money::new(minor, "EUR".parse().unwrap())
}

/// Every action, in every form that says something of its own.
fn responses() -> Vec<Response> {
    let evidence = |n| vec![EvidenceItem::default(); n];
    let note = || "why".to_owned();
    let accept = |kind, amount| Response::Accept {
        kind,
        note: note(),
        reason: None,
        amount,
        return_address: None,
        invoice_id: None,
        shipment: Vec::new(),
        files: Vec::new(),
    };
    let offer = |kind, amount| Response::Offer {
        kind,
        note: note(),
        amount,
        return_address: None,
        invoice_id: None,
    };
    let files: Vec<FileRef> = Vec::new();
    let mut all = vec![
        Response::Contest {
            evidence: evidence(1),
            return_address: None,
            proposed_refund: None,
        },
        Response::Contest {
            evidence: evidence(3),
            return_address: None,
            proposed_refund: None,
        },
        Response::Contest {
            evidence: evidence(1),
            return_address: None,
            proposed_refund: Some(money(4_000)),
        },
        Response::Message {
            text: note(),
            files: files.clone(),
        },
        Response::Escalate { note: note() },
        Response::Appeal {
            evidence: evidence(1),
        },
        Response::SupportingInfo { note: note(), files },
    ];
    all.extend(AcceptKind::ALL.iter().map(|&kind| {
        let part = (kind == AcceptKind::PartialRefund).then(|| money(4_000));
        accept(kind, part)
    }));
    all.extend(OfferKind::ALL.iter().map(|&kind| {
        let part = (kind != OfferKind::ReplacementWithoutRefund).then(|| money(4_000));
        offer(kind, part)
    }));
    all.extend(ReturnState::ALL.iter().map(|&kind| Response::AcknowledgeReturn {
        kind,
        note: None,
        evidence: Vec::new(),
    }));
    all
}

#[test]
fn every_action_says_on_every_platform_what_it_does() {
    let mut table = String::new();
    for platform in [
        Platform::PAYPAL,
        Platform::KLARNA,
        Platform::SHOPIFY,
        Platform::new("other"),
    ] {
        let _ = writeln!(table, "## {platform}");
        for response in responses() {
            let said = consequence(&response, money(12_900), platform, Stage::Chargeback);
            assert!(said.to_string().ends_with('.'), "{said}");
            let _ = writeln!(table, "{:<18} {said}", response.action());
        }
    }
    insta::assert_snapshot!("consequences", table);
    for action in ActionKind::ALL {
        assert!(responses().iter().any(|r| r.action() == *action), "{action}");
    }
}

#[test]
fn what_moves_money_names_the_amount_and_that_nothing_brings_it_back() {
    for platform in [Platform::PAYPAL, Platform::KLARNA, Platform::SHOPIFY] {
        for &stage in Stage::ALL {
            for response in responses().iter().filter(|r| r.moves_money()) {
                let said = consequence(response, money(12_900), platform, stage);
                assert!(
                    said.to_string().contains("129.00 EUR") && said.to_string().contains("cannot be undone"),
                    "{said}"
                );
            }
        }
    }
}

#[test]
fn an_answer_says_what_may_follow_at_its_stage() {
    let contest = &responses()[0];
    let said = |stage| consequence(contest, money(1), Platform::PAYPAL, stage);
    assert!(said(Stage::Inquiry).to_string().contains("chargeback"));
    assert!(said(Stage::Arbitration).to_string().contains("weighed before"));
    assert!(said(Stage::Unknown).to_string().contains("only response"));
}
