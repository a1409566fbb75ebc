//! One row per documented word, the rules of each field, and the fixtures as a whole.

mod fixtures;
mod outcomes;
mod spec;

use chrono::{DateTime, Utc};
use docket_core::attention::Attention;
use docket_core::snapshot::Snapshot;
use docket_core::words::{ActionKind, DeadlineSource, Reason, Stage, Turn};
use serde_json::{Value, json};

use super::snapshot;
use crate::generation::Generation;

fn now() -> DateTime<Utc> {
    at("2027-01-15T08:00:00Z")
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// An open dispute over 84.50 euros on our turn, with these fields instead; `null` takes a field away.
fn body(changes: &Value) -> Value {
    let mut body = json!({
        "payment_dispute_id": "krn:network:eu1:test:payment:dispute:1", "state": "INITIATED",
        "dispute_reason": "PRODUCTS_OR_SERVICES_NOT_RECEIVED", "order_id": "o-1",
        "dispute_details": {"dispute_amount": 8450, "currency": "EUR", "created_by": "CUSTOMER"},
        "state_context": {"representment": {"state": "EVIDENCE_REQUESTED", "expires_at": "2027-01-25T22:59:59Z"}},
        "configuration": {"base_framework": "FRAMEWORK_2026", "options": {"hold_policy": "NONE"}},
        "created_at": "2027-01-04T09:00:00Z", "updated_at": "2027-01-05T09:00:00Z",
    });
    for (field, value) in changes.as_object().unwrap() {
        if value.is_null() {
            body.as_object_mut().unwrap().remove(field);
        } else {
            body[field] = value.clone();
        }
    }
    body
}

fn read(generation: Generation, body: Value) -> Snapshot {
    snapshot(&serde_json::from_value(body).unwrap(), generation, now()).unwrap()
}

fn with(changes: &Value) -> Snapshot {
    read(Generation::V4, body(changes))
}

fn with_v3(changes: &Value) -> Snapshot {
    read(Generation::V3, body(changes))
}

fn flags(snapshot: &Snapshot) -> Vec<Attention> {
    snapshot.attention.iter().copied().collect()
}

fn actions(snapshot: &Snapshot) -> Vec<ActionKind> {
    snapshot.facts.allowed_actions.iter().copied().collect()
}

#[test]
fn each_reason_has_its_row() {
    let rows = [
        ("REFUND_NOT_PROCESSED", Reason::CreditNotProcessed),
        ("PRODUCTS_OR_SERVICES_NOT_RECEIVED", Reason::NotReceived),
        ("PRODUCTS_DEFECTIVE_OR_NOT_AS_DESCRIBED", Reason::NotAsDescribed),
        ("INCORRECT_AMOUNT", Reason::IncorrectAmount),
        ("PURCHASE_HIGH_RISK", Reason::RiskStop),
        ("PURCHASE_UNAUTHORIZED", Reason::Unauthorised),
        ("NON_COMPLIANCE", Reason::ProcessingOrCompliance),
        ("NON_GUARANTEED_PAYMENT_PROGRAM", Reason::ProcessingOrCompliance),
        ("purchase_unauthorized", Reason::Unauthorised),
        ("RETURN_NOT_REFUNDED", Reason::CreditNotProcessed),
        ("PRODUCTS_NOT_RECEIVED", Reason::NotReceived),
        ("PRODUCTS_FAULTY", Reason::NotAsDescribed),
        ("CAPTURE_AMOUNT_INCORRECT", Reason::IncorrectAmount),
        ("PURCHASE_CANCELED", Reason::Other),
        ("return", Reason::CreditNotProcessed),
        ("goods_not_received", Reason::NotReceived),
        ("faulty_goods", Reason::NotAsDescribed),
        ("incorrect_invoice", Reason::IncorrectAmount),
        ("already_paid", Reason::DuplicateOrPaidOtherwise),
        ("unauthorized_purchase", Reason::Unauthorised),
        ("high_risk_order", Reason::RiskStop),
        ("pandemic_impact", Reason::Other),
    ];
    for (word, reason) in rows {
        let snapshot = with(&json!({"dispute_reason": word}));
        assert_eq!(
            (snapshot.facts.reason, flags(&snapshot)),
            (reason, vec![]),
            "{word}"
        );
        assert_eq!(snapshot.facts.stage, Stage::Chargeback, "{word}");
        let old = with_v3(&json!({"dispute_reason": null, "reason": word, "state": "ARBITRATION_PENDING"}));
        assert_eq!(old.facts.reason, reason, "{word}");
    }
    let snapshot = with(&json!({"dispute_reason": "BROKEN_PROMISE"}));
    assert_eq!(
        (snapshot.facts.reason, flags(&snapshot)),
        (Reason::Other, vec![Attention::UnknownReason])
    );
    assert_eq!(snapshot.facts.platform_reason.as_deref(), Some("BROKEN_PROMISE"));
}

#[test]
fn each_state_of_v4_has_its_row() {
    let (contest, appeal) = (
        vec![ActionKind::Contest, ActionKind::Accept],
        vec![ActionKind::Accept, ActionKind::Appeal],
    );
    let rows = [
        ("INITIATED", Stage::Chargeback, Turn::Ours, contest),
        ("REPRESENTMENT", Stage::Chargeback, Turn::Platform, vec![]),
        ("PRE_ARBITRATION", Stage::PreArbitration, Turn::Ours, appeal),
        ("ARBITRATION", Stage::Arbitration, Turn::Platform, vec![]),
        ("CLOSED", Stage::Chargeback, Turn::Nobody, vec![]),
    ];
    for (word, stage, turn, allowed) in rows {
        let context = json!({"arbitration_expires_at": "2027-01-20T00:00:00Z", "dispute_outcome": "WON",
            "representment": {"state": "EVIDENCE_REQUESTED", "expires_at": "2027-01-25T22:59:59Z"}});
        let snapshot = with(&json!({"state": word, "state_context": context}));
        let facts = &snapshot.facts;
        assert_eq!(
            (facts.stage, facts.turn, flags(&snapshot)),
            (stage, turn, vec![]),
            "{word}"
        );
        assert_eq!(actions(&snapshot), allowed, "{word}");
        assert_eq!(snapshot.deadline.is_some(), turn == Turn::Ours, "{word}");
        assert_eq!(snapshot.outcome.is_some(), turn == Turn::Nobody, "{word}");
        assert_eq!(facts.platform_stage.as_deref(), Some(word));
    }
}

#[test]
fn the_same_word_means_something_else_in_v3() {
    let context = json!({"evidence_response_deadline_at": "2027-01-25T00:00:00Z"});
    let rows = [
        ("PRE_ARBITRATION", Stage::Inquiry, Turn::Platform),
        ("MERCHANT_EVIDENCE_PENDING", Stage::Chargeback, Turn::Ours),
        ("ARBITRATION_PENDING", Stage::Chargeback, Turn::Platform),
        ("ARBITRATION_APPEAL_OPEN", Stage::PreArbitration, Turn::Ours),
        ("CLOSED", Stage::Chargeback, Turn::Nobody),
    ];
    for (word, stage, turn) in rows {
        let snapshot = with_v3(&json!({"state": word, "state_context": context}));
        assert_eq!(
            (snapshot.facts.stage, snapshot.facts.turn),
            (stage, turn),
            "{word}"
        );
        assert_eq!(actions(&snapshot), [], "nothing is sent over v3: {word}");
        let due = snapshot.deadline.map(|deadline| deadline.at);
        assert_eq!(
            due,
            (turn == Turn::Ours).then(|| at("2027-01-25T00:00:00Z")),
            "{word}"
        );
    }
    for (generation, word) in [
        (Generation::V3, "INITIATED"),
        (Generation::V3, "REPRESENTMENT"),
        (Generation::V3, "ARBITRATION"),
        (Generation::V4, "MERCHANT_EVIDENCE_PENDING"),
        (Generation::V4, "ARBITRATION_PENDING"),
        (Generation::V4, "ARBITRATION_APPEAL_OPEN"),
    ] {
        let snapshot = read(generation, body(&json!({"state": word})));
        assert_eq!(
            flags(&snapshot),
            [Attention::UnknownStage, Attention::UnknownStatus],
            "not of this generation: {word}"
        );
    }
}

#[test]
fn each_representment_state_says_whether_anything_is_asked() {
    let rows = [
        ("EVIDENCE_REQUESTED", Turn::Ours, 2),
        ("EVIDENCE_RECEIVED", Turn::Platform, 0),
        ("EVIDENCE_REQUEST_EXPIRED", Turn::Platform, 0),
        ("EVIDENCE_WAIVED", Turn::Platform, 0),
        ("REPRESENTMENT_AUTOMATICALLY_REJECTED", Turn::Platform, 0),
    ];
    for (word, turn, allowed) in rows {
        let instance = json!({"state": word, "expires_at": "2027-01-25T22:59:59Z"});
        for place in [
            json!({"state_context": {"representment": instance}}),
            json!({"state_context": null, "representment": instance}),
        ] {
            let snapshot = with(&place);
            assert_eq!((snapshot.facts.turn, flags(&snapshot)), (turn, vec![]), "{word}");
            assert_eq!(actions(&snapshot).len(), allowed, "{word}");
            assert_eq!(snapshot.deadline.is_some(), turn == Turn::Ours, "{word}");
            let status = format!("INITIATED/{word}");
            assert_eq!(snapshot.facts.platform_status.as_deref(), Some(status.as_str()));
        }
    }
    let new = with(&json!({"state_context": {"representment": {"state": "EVIDENCE_LOST"}}}));
    assert_eq!(new.facts.turn, Turn::Ours, "a look too many");
    assert!(
        new.attention.contains(&Attention::UnknownWord) && new.attention.contains(&Attention::NoDeadline)
    );
}

#[test]
fn an_unknown_state_is_ours_while_a_deadline_runs() {
    let snapshot = with(&json!({"state": "ON_HOLD"}));
    assert_eq!(
        (snapshot.facts.stage, snapshot.facts.turn),
        (Stage::Unknown, Turn::Ours)
    );
    assert_eq!(
        flags(&snapshot),
        [Attention::UnknownStage, Attention::UnknownStatus]
    );
    assert_eq!(snapshot.deadline.unwrap().at, at("2027-01-25T22:59:59Z"));
    let past = json!({"representment": {"expires_at": "2027-01-10T00:00:00Z"}});
    for changes in [
        json!({"state": "ON_HOLD", "state_context": past}),
        json!({"state": null, "state_context": null}),
    ] {
        let snapshot = with(&changes);
        assert_eq!(
            (snapshot.facts.turn, snapshot.deadline),
            (Turn::Platform, None),
            "{changes}"
        );
    }
}

#[test]
fn the_deadline_is_looked_up_in_order() {
    let (first, second) = ("2027-01-20T00:00:00Z", "2027-01-21T00:00:00Z");
    let rows = [
        (
            json!({"state_context": {"representment": {"expires_at": first}}, "representment": {"expires_at": second}}),
            first,
        ),
        (
            json!({"state_context": {}, "representment": {"expires_at": second}}),
            second,
        ),
        // The history's deadline is past and must not stand in for the appeal's.
        (
            json!({"state": "PRE_ARBITRATION", "state_context": {"arbitration_expires_at": second}, "representment": {"expires_at": first}}),
            second,
        ),
        (
            json!({"state": "PRE_ARBITRATION", "state_context": null, "arbitration_expires_at": second}),
            second,
        ),
    ];
    for (changes, due) in rows {
        let snapshot = with(&changes);
        let deadline = snapshot.deadline.unwrap();
        assert_eq!(
            (deadline.at, deadline.source),
            (at(due), DeadlineSource::Platform),
            "{changes}"
        );
        assert_eq!(flags(&snapshot), [], "{changes}");
    }
}

#[test]
fn without_a_deadline_the_documented_windows_raise_the_alarm() {
    let rows = [
        ("PURCHASE_HIGH_RISK", "FRAMEWORK_2026", "2027-01-08T09:00:00Z"),
        ("PURCHASE_UNAUTHORIZED", "FRAMEWORK_2026", "2027-01-11T09:00:00Z"),
        (
            "PRODUCTS_OR_SERVICES_NOT_RECEIVED",
            "FRAMEWORK_2026",
            "2027-01-25T09:00:00Z",
        ),
        (
            "PRODUCTS_DEFECTIVE_OR_NOT_AS_DESCRIBED",
            "FRAMEWORK_2026",
            "2027-01-25T09:00:00Z",
        ),
        ("REFUND_NOT_PROCESSED", "FRAMEWORK_2026", "2027-01-25T09:00:00Z"),
        ("INCORRECT_AMOUNT", "FRAMEWORK_2026", "2027-01-25T09:00:00Z"),
        ("NON_COMPLIANCE", "FRAMEWORK_2026", "2027-01-11T09:00:00Z"),
        (
            "NON_GUARANTEED_PAYMENT_PROGRAM",
            "FRAMEWORK_2026",
            "2027-01-11T09:00:00Z",
        ),
        (
            "PRODUCTS_OR_SERVICES_NOT_RECEIVED",
            "FRAMEWORK_2020",
            "2027-01-18T09:00:00Z",
        ),
        ("PURCHASE_UNAUTHORIZED", "FRAMEWORK_2020", "2027-01-11T09:00:00Z"),
    ];
    for (word, framework, due) in rows {
        let snapshot = with(&json!({"dispute_reason": word, "state_context": null,
            "configuration": {"base_framework": framework}}));
        let deadline = snapshot.deadline.unwrap();
        assert_eq!(
            (deadline.at, deadline.source, flags(&snapshot)),
            (at(due), DeadlineSource::Estimated, vec![Attention::NoDeadline]),
            "{word} {framework}"
        );
        assert_eq!(snapshot.facts.channel.as_deref(), Some(framework));
    }
    let asked = json!({"representment": {"request": {"requested_at": "2027-01-05T00:00:00Z"}}});
    let requested = with(&json!({"state_context": asked}));
    assert_eq!(requested.deadline.unwrap().at, at("2027-01-26T00:00:00Z"));
    let appeal = with(&json!({"state": "PRE_ARBITRATION", "state_context": {}}));
    assert_eq!(appeal.deadline.unwrap().at, at("2027-01-15T09:00:00Z"));
    let later = with(
        &json!({"dispute_reason": "PURCHASE_HIGH_RISK", "state_context": null,
        "updated_at": "2027-01-14T00:00:00Z"}),
    );
    assert_eq!(
        later.deadline.unwrap().at,
        at("2027-01-18T00:00:00Z"),
        "a window that began later"
    );
    let odd = with(&json!({"state_context": {"representment": {"expires_at": "soon"}}}));
    assert_eq!(flags(&odd), [Attention::NoDeadline, Attention::ContractChange]);
}

#[test]
fn an_immediate_resolution_asks_nothing() {
    let exceptions = json!([{"exception_type": "IMMEDIATE_DISPUTE_RESOLUTION", "reason": "fraudulent_partner", "description": "x"}]);
    let silent = with(&json!({"state_context": null, "process_exceptions": exceptions}));
    assert_eq!(
        (silent.facts.turn, actions(&silent), flags(&silent)),
        (Turn::Platform, vec![], vec![])
    );
    let asked = with(&json!({"process_exceptions": exceptions}));
    assert_eq!(
        asked.facts.turn,
        Turn::Ours,
        "a request with a deadline counts more"
    );
}

#[test]
fn a_dispute_without_id_or_amount_is_none() {
    let rows = [
        (json!({"payment_dispute_id": null}), "payment_dispute_id"),
        (json!({"payment_dispute_id": " "}), "payment_dispute_id"),
        (json!({"dispute_details": null}), "dispute_details"),
        (
            json!({"dispute_details": {"dispute_amount": 84.5, "currency": "EUR"}}),
            "dispute_details",
        ),
        (
            json!({"dispute_details": {"dispute_amount": 8450, "currency": "XQX"}}),
            "dispute_details",
        ),
        (
            json!({"dispute_details": {"dispute_amount": -1, "currency": "EUR"}}),
            "dispute_details",
        ),
    ];
    for (changes, field) in rows {
        let dispute = serde_json::from_value(body(&changes)).unwrap();
        let error = snapshot(&dispute, Generation::V4, now()).unwrap_err().to_string();
        assert!(
            error.contains(field) && !error.contains("XQX"),
            "{changes}: {error}"
        );
    }
}

#[test]
fn all_but_id_amount_and_state_may_be_missing_or_odd() {
    let bare =
        json!({"payment_dispute_id": "d", "dispute_details": {"dispute_amount": 1, "currency": "jpy"}});
    let snapshot = read(Generation::V4, bare);
    assert_eq!(snapshot.facts.amount.to_string(), "1 JPY");
    assert!(snapshot.attention.contains(&Attention::ContractChange));
    for field in [
        "previous_state",
        "purchase_reference",
        "created_at",
        "dispute_reason",
        "capture_id",
    ] {
        for odd in [json!(7), json!(true), json!({"a": [1]}), json!(["x"])] {
            assert_eq!(with(&json!({field: odd})).facts.amount.minor, 8450, "{field}");
        }
    }
}
