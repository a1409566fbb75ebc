//! The fixtures as a whole, as `docket inspect` reads them.

use docket_core::attention::Attention;
use docket_core::words::{ActionKind, Outcome, Stage, Turn};

use super::{at, flags, now};
use crate::customer::customer_files;
use crate::inspect;

const INITIATED: &[u8] = include_bytes!("../../../fixtures/initiated.json");
const CLOSED: &[u8] = include_bytes!("../../../fixtures/closed_after_appeal.json");
const OLD: &[u8] = include_bytes!("../../../fixtures/v3_evidence_pending.json");
const EVENT: &[u8] = include_bytes!("../../../fixtures/pre_arbitration_event.json");

#[test]
fn a_fresh_dispute() {
    let snapshot = inspect(INITIATED, now()).unwrap();
    let facts = &snapshot.facts;
    assert_eq!(facts.amount.to_string(), "84.50 EUR");
    assert_eq!(
        (facts.stage, facts.turn, flags(&snapshot)),
        (Stage::Chargeback, Turn::Ours, vec![])
    );
    assert_eq!(facts.updated_at, at("2027-01-04T09:12:00Z"));
    assert_eq!(
        facts.order_refs,
        [
            "6f0c1f0a-52b7-4a4e-9d51-0d1f3c3b7a10",
            "krn:payment:eu1:transaction:6f0c1f0a-52b7-4a4e-9d51-0d1f3c3b7a10",
            "HB-20261",
            "till 4",
            "4b1d0e55-90aa-4f0e-8a55-2f40b1a0c9de"
        ]
    );
    let files = customer_files(INITIATED).unwrap();
    assert_eq!(files.len(), 1);
    assert_eq!(
        files[0].id,
        "krn:network:eu1:test:payment:dispute-customer-evidence:31"
    );
}

#[test]
fn a_dispute_that_went_all_the_way() {
    let snapshot = inspect(CLOSED, now()).unwrap();
    assert_eq!(
        (snapshot.outcome, snapshot.facts.stage),
        (Some(Outcome::Won), Stage::Arbitration)
    );
    assert_eq!(
        (snapshot.facts.amount.to_string().as_str(), flags(&snapshot)),
        ("1299.00 SEK", vec![])
    );
    assert_eq!(snapshot.facts.platform_status.as_deref(), Some("CLOSED/WON"));
    let [contest, appeal] = &snapshot.answers[..] else {
        panic!("{:?}", snapshot.answers)
    };
    assert_eq!(
        (contest.action, contest.at),
        (ActionKind::Contest, Some(at("2026-11-12T10:01:00.500Z")))
    );
    assert_eq!(
        contest.text,
        "The lamp matches its page, see the side-by-side pictures."
    );
    assert_eq!(
        contest.files,
        [
            "pictures.pdf",
            "attachment krn:network:eu1:test:payment:dispute-attachment:82"
        ]
    );
    assert_eq!((appeal.action, appeal.files.len()), (ActionKind::Appeal, 0));
    assert_eq!(snapshot.factors.len(), 4);
}

#[test]
fn a_payload_of_v3_is_told_by_its_words() {
    let snapshot = inspect(OLD, now()).unwrap();
    assert_eq!(
        (snapshot.facts.stage, snapshot.facts.turn),
        (Stage::Chargeback, Turn::Ours)
    );
    assert_eq!(snapshot.deadline.unwrap().at, at("2026-10-20T10:00:00Z"));
    assert_eq!(
        snapshot.facts.platform_reason.as_deref(),
        Some("PRODUCTS_NOT_RECEIVED")
    );
    assert!(snapshot.facts.allowed_actions.is_empty() && flags(&snapshot).is_empty());
    let opened = br#"{"payment_dispute_id": "d", "state": "PRE_ARBITRATION", "dispute_details": {"dispute_amount": 1, "currency": "EUR"},
        "dispute_reason": "PURCHASE_UNAUTHORIZED", "created_at": "2026-10-20T10:00:00Z"}"#;
    assert_eq!(inspect(opened, now()).unwrap().facts.stage, Stage::Inquiry);
    let appeal = br#"{"payment_dispute_id": "d", "state": "PRE_ARBITRATION", "previous_state": "REPRESENTMENT",
        "dispute_details": {"dispute_amount": 1, "currency": "EUR"}, "dispute_reason": "PURCHASE_UNAUTHORIZED"}"#;
    let appeal = inspect(appeal, now()).unwrap();
    assert_eq!(appeal.facts.stage, Stage::PreArbitration);
    assert!(appeal.attention.contains(&Attention::NoDeadline));
}

#[test]
fn what_is_no_dispute_is_said() {
    let error = |raw: &[u8]| inspect(raw, now()).unwrap_err().to_string();
    assert!(
        error(EVENT).contains("give the dispute itself"),
        "{}",
        error(EVENT)
    );
    for (raw, says) in [
        (b"[]".as_slice(), "one of its elements"),
        (
            br#"{"disputes": [], "pagination": {"count": 0}}"#,
            "one row of its `disputes`",
        ),
        (b"{}", "neither"),
        (br#"{"payment_dispute_id": "d"#, "ends too early"),
        (b"<html>", "HTML"),
    ] {
        assert!(error(raw).contains(says), "{}", error(raw));
    }
}
