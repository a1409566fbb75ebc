use super::*;
use crate::response::AcceptKind;

fn eur(minor: i64) -> Money {
    Money::new(minor, "EUR".parse().unwrap())
}

fn contest() -> Response {
    Response::Contest {
        evidence: Vec::new(),
        return_address: None,
        proposed_refund: None,
    }
}

fn offer(kind: OfferKind, amount: Option<Money>) -> Response {
    Response::Offer {
        kind,
        note: String::new(),
        amount,
        return_address: None,
        invoice_id: None,
    }
}

#[test]
fn money_always_needs_two() {
    let mut moving: Vec<Response> = AcceptKind::ALL
        .iter()
        .map(|&kind| Response::Accept {
            kind,
            note: String::new(),
            reason: None,
            amount: None,
            return_address: None,
            invoice_id: None,
            shipment: Vec::new(),
            files: Vec::new(),
        })
        .collect();
    moving.push(offer(OfferKind::Refund, None));
    moving.push(offer(OfferKind::RefundWithReturn, Some(eur(1))));
    moving.push(offer(OfferKind::RefundWithReplacement, Some(eur(1))));
    moving.push(offer(OfferKind::ReplacementWithoutRefund, Some(eur(1))));
    moving.push(Response::AcknowledgeReturn {
        kind: ReturnState::ItemReceived,
        note: None,
        evidence: Vec::new(),
    });
    moving.push(Response::Contest {
        evidence: Vec::new(),
        return_address: None,
        proposed_refund: Some(eur(1)),
    });
    for response in moving {
        assert_eq!(four_eyes(&response, eur(1), None), Some(FourEyes::Money));
        // Whatever gives the claim up is among them.
        assert!(response.moves_money() || !response.concedes());
    }
    let replacement = offer(OfferKind::ReplacementWithoutRefund, None);
    assert_eq!(four_eyes(&replacement, eur(1), None), None);
}

#[test]
fn above_the_clients_limit_everything_needs_two() {
    let limit = eur(10_000);
    assert_eq!(four_eyes(&contest(), eur(1_000_000), None), None);
    assert_eq!(four_eyes(&contest(), eur(10_000), Some(limit)), None);
    assert_eq!(
        four_eyes(&contest(), eur(10_001), Some(limit)),
        Some(FourEyes::AboveLimit { limit })
    );
    // A limit that does not fit the dispute says nothing about it: two are safe.
    let yen = Money::new(5, "JPY".parse().unwrap());
    assert!(four_eyes(&contest(), yen, Some(limit)).is_some());
}

#[test]
fn blanks_and_case_make_no_second_person() {
    for (a, b) in [
        ("Ada", "ada "),
        (" ADA  Lovelace", "ada lovelace"),
        ("Ünal", "ünal"),
    ] {
        assert!(same_person(a, b), "{a} {b}");
    }
    for (a, b) in [("ada", "adam"), ("ada l", "adal"), ("", "ada")] {
        assert!(!same_person(a, b), "{a} {b}");
    }
}
