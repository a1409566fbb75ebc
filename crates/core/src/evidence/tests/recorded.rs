//! What recorded messages, returns and addresses fill by themselves, and how far they count.

use super::*;
use crate::dossier::{Message, Return, Writer};

fn rules() -> Matrix {
    serde_json::from_value(json!({"version": 1, "rule": [
        {"reason": "not_received", "kind": "address_match", "need": "useful", "weight": 60, "why": "address"},
        {"reason": "not_received", "kind": "receipt_confirmed", "need": "useful", "weight": 40, "why": "message"},
        {"reason": "credit_not_processed", "kind": "return_state", "need": "useful", "weight": 60, "why": "returns"},
        {"reason": "not_as_described", "kind": "return_state", "need": "useful", "weight": 45, "why": "returns"},
        {"reason": "not_as_described", "platforms": ["klarna"], "kind": "return_state", "need": "useful", "weight": 45,
         "shape": "file", "why": "returns"},
    ]}))
    .unwrap()
}

fn row(case: &Case, reason: Reason, kind: EvidenceKind) -> Row {
    let situation = Situation {
        reason,
        ..case.situation()
    };
    let list = checklist(&rules(), situation);
    list.rows.into_iter().find(|row| row.kind == kind).unwrap()
}

#[test]
fn the_platforms_word_that_addresses_match_counts_once_the_goods_went() {
    let mut case = Case::new(Platform::PAYPAL);
    case.dossier = shipped();
    let of = |case: &Case| row(case, Reason::NotReceived, EvidenceKind::AddressMatch);
    assert_eq!(of(&case).standing, Standing::Missing, "nobody told");
    case.dossier.orders[0].fact.addresses_match = Some(true);
    let there = of(&case);
    assert_eq!(there.standing, Standing::Present);
    assert_eq!(there.having[0].from.by, "shopify");
    case.dossier.shipments[0].fact.delivered_at = None;
    let still = of(&case);
    assert_eq!(still.standing, Standing::Weak, "a label goes nowhere");
    assert!(still.notes[0].to_string().contains("no scan shows"), "{still:?}");
    case.dossier.orders[0].fact.addresses_match = Some(false);
    let other = of(&case);
    assert_eq!(other.standing, Standing::Missing);
    assert!(
        other.notes[0].to_string().contains("another address"),
        "{other:?}"
    );
}

#[test]
fn a_recorded_message_is_shown_and_is_half_a_proof() {
    let mut case = Case::new(Platform::PAYPAL);
    let wrote = |by, day, text: &str| {
        known(Message {
            by,
            at: at(day),
            text: text.to_owned(),
        })
    };
    case.dossier.messages = vec![
        wrote(Writer::Buyer, 7, "The parcel arrived, but one shade is chipped."),
        wrote(Writer::Buyer, 8, "Where is my refund?"),
        wrote(Writer::Merchant, 9, "It arrived, as we said."),
    ];
    let of = |case: &Case| row(case, Reason::NotReceived, EvidenceKind::ReceiptConfirmed);
    let found = of(&case);
    assert_eq!(found.standing, Standing::Weak, "{found:?}");
    assert_eq!(
        found
            .having
            .iter()
            .map(|having| having.what.to_string())
            .collect::<Vec<_>>(),
        ["buyer wrote 2026-11-07: The parcel arrived, but one shade is chipped."]
    );
    for day in 10..17 {
        case.dossier
            .messages
            .push(wrote(Writer::Buyer, day, "It arrived."));
    }
    let many = of(&case);
    assert_eq!(many.having.len(), 5);
    assert!(
        many.having[0].what.to_string().contains("2026-11-16"),
        "the newest first: {many:?}"
    );
    assert!(many.notes[0].to_string().contains("3 older messages"), "{many:?}");
}

#[test]
fn recorded_returns_count_by_what_they_say() {
    let mut case = Case::new(Platform::PAYPAL);
    let back = |received_at, state: Option<&str>| {
        known(Return {
            asked_at: Some(at(2)),
            received_at,
            sku: Some("LAMP".to_owned()),
            quantity: Some(1),
            reason: Some("damaged".to_owned()),
            state: state.map(str::to_owned),
        })
    };
    let of = |case: &Case, reason| row(case, reason, EvidenceKind::ReturnState);
    case.dossier.returns = vec![back(None, None)];
    let asked = of(&case, Reason::NotAsDescribed);
    assert_eq!(asked.standing, Standing::Weak);
    assert_eq!(
        asked.having[0].what,
        "return of 1 × LAMP, asked for 2026-11-02, because of damaged"
    );
    assert!(asked.notes[0].to_string().contains("not recorded"), "{asked:?}");
    case.dossier.returns = vec![back(Some(at(9)), Some("unopened"))];
    assert_eq!(of(&case, Reason::NotAsDescribed).standing, Standing::Present);
    let arrived = of(&case, Reason::CreditNotProcessed);
    assert_eq!(arrived.standing, Standing::Weak, "it speaks for the buyer");
    assert!(
        arrived.notes[0].to_string().contains("speaks for the buyer"),
        "{arrived:?}"
    );
    case.dossier.returns = vec![back(None, Some("refused"))];
    assert_eq!(of(&case, Reason::CreditNotProcessed).standing, Standing::Present);
    // Records are no file.
    case.platform = Platform::KLARNA;
    let file = of(&case, Reason::NotAsDescribed);
    assert_eq!(file.standing, Standing::Weak);
    assert!(file.notes[0].to_string().contains("only as a file"), "{file:?}");
}
