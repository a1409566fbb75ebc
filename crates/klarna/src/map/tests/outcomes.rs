//! The table of results, over all known codes.

use docket_core::attention::Attention;
use docket_core::factor::FactorKind;
use docket_core::words::{Outcome, Stage};
use serde_json::{Value, json};

use super::{flags, with, with_v3};
use crate::map::details::CODES;

fn closed(word: &str, code: &str, instance: Value) -> Value {
    json!({"state": "CLOSED", "representment": instance,
        "state_context": {"dispute_outcome": word, "dispute_outcome_detailed": code, "closed_at": "2027-01-14T00:00:00Z"}})
}

fn received() -> Value {
    json!({"state": "EVIDENCE_RECEIVED", "partner_evidence": {"created_at": "2027-01-08T00:00:00Z", "attachments": []}})
}

/// What each code makes of WON, of LOST without an answer, and of LOST after one.
fn expected(code: &str) -> [Outcome; 3] {
    let won = match code {
        "customer_cancelled_dispute" | "fully_paid_after_escalation" => Outcome::Withdrawn,
        "partner_solved_the_dispute_with_the_customer"
        | "partner_has_refunded_payment_to_customer"
        | "refund_issued_by_partner_after_escalation"
        | "incorrect_payment_details_used_refunded"
        | "partner_successfully_canceled_full_order"
        | "partner_successfully_canceled_partial_order" => Outcome::Settled,
        "klarna_resolved_due_wrong_dispute_reason_chosen"
        | "dispute_opened_under_wrong_dispute_reason"
        | "reactivated_invoice_statement"
        | "could_not_send_another_request" => Outcome::Lapsed,
        _ => Outcome::Won,
    };
    let lost = match code {
        "partner_accepted_the_loss" => Outcome::Accepted,
        "partner_did_not_reply_to_dispute_request"
        | "partner_did_not_respond_to_stop_request"
        | "partner_did_not_respond_but_provided_full_shipping_information_when_order_was_captured"
        | "partner_did_not_respond_but_provided_partial_shipping_information_when_order_was_captured"
        | "partner_did_not_respond_and_did_not_provide_shipping_information_when_order_was_captured" => {
            Outcome::LostNoResponse
        }
        _ => Outcome::Lost,
    };
    [won, lost, Outcome::Lost]
}

#[test]
fn each_code_has_its_row() {
    for (code, group, _) in CODES {
        for spelling in [code.to_owned(), code.to_ascii_uppercase()] {
            let rows = [
                closed("WON", &spelling, Value::Null),
                closed("LOST", &spelling, Value::Null),
                closed("lost", &spelling, received()),
            ];
            for (changes, outcome) in rows.iter().zip(expected(code)) {
                let snapshot = with(changes);
                assert_eq!(
                    (snapshot.outcome, flags(&snapshot)),
                    (Some(outcome), vec![]),
                    "{changes}"
                );
                let factors: Vec<_> = snapshot
                    .factors
                    .iter()
                    .map(|f| (f.kind, f.value.as_str()))
                    .collect();
                assert_eq!(
                    factors,
                    [
                        (FactorKind::AdjudicationReason, code),
                        (FactorKind::AdjudicationGroup, group.as_str())
                    ]
                );
                assert_eq!(
                    snapshot.factors[0].source,
                    "klarna:state_context.dispute_outcome_detailed"
                );
            }
        }
    }
}

#[test]
fn the_representment_state_says_how_it_was_lost() {
    let rows = [
        (
            json!({"state": "EVIDENCE_REQUEST_EXPIRED"}),
            Outcome::LostNoResponse,
        ),
        (json!({"state": "EVIDENCE_WAIVED"}), Outcome::Accepted),
        (
            json!({"state": "REPRESENTMENT_AUTOMATICALLY_REJECTED"}),
            Outcome::NotContestable,
        ),
        (json!({"state": "EVIDENCE_RECEIVED"}), Outcome::Lost),
        (received(), Outcome::Lost),
        (
            json!({"state": "EVIDENCE_REQUESTED", "expires_at": "2027-01-13T00:00:00Z"}),
            Outcome::LostNoResponse,
        ),
        (
            json!({"state": "EVIDENCE_REQUESTED", "expires_at": "2027-01-20T00:00:00Z"}),
            Outcome::Lost,
        ),
    ];
    for (instance, outcome) in rows {
        let snapshot = with(&closed("LOST", "no_proof_of_delivery", instance.clone()));
        assert_eq!(snapshot.outcome, Some(outcome), "{instance}");
        let won = with(&closed("WON", "no_proof_of_delivery", instance.clone()));
        assert_eq!(
            won.outcome,
            Some(Outcome::Won),
            "the outcome field decides: {instance}"
        );
    }
}

#[test]
fn what_klarna_gave_no_chance_to_answer_is_not_contestable() {
    let mut at_once = closed("LOST", "invoice_incorrectly_activated", Value::Null);
    at_once["process_exceptions"] =
        json!([{"exception_type": "immediate_dispute_resolution", "reason": "dispute_mis_handled"}]);
    assert_eq!(with(&at_once).outcome, Some(Outcome::NotContestable));
    for reason in ["NON_COMPLIANCE", "NON_GUARANTEED_PAYMENT_PROGRAM"] {
        let mut changes = closed("LOST", "invoice_incorrectly_activated", Value::Null);
        changes["dispute_reason"] = json!(reason);
        assert_eq!(with(&changes).outcome, Some(Outcome::NotContestable), "{reason}");
        changes["representment"] = received();
        assert_eq!(
            with(&changes).outcome,
            Some(Outcome::Lost),
            "answered after all: {reason}"
        );
    }
}

#[test]
fn a_lost_appeal_is_a_loss_whatever_was_given_up_later() {
    let mut changes = closed("LOST", "partner_accepted_the_loss", received());
    changes["previous_state"] = json!("PRE_ARBITRATION");
    changes["arbitration"] =
        json!({"preliminary_outcome": "LOST", "preliminary_outcome_detailed": "no_proof_of_delivery"});
    let given_up = with(&changes);
    assert_eq!(
        (given_up.outcome, given_up.facts.stage),
        (Some(Outcome::Lost), Stage::PreArbitration)
    );
    changes["arbitration"]["arbitration_request"] =
        json!({"requested_at": "2027-01-10T00:00:00Z", "additional_information": "x"});
    changes["previous_state"] = Value::Null;
    let appealed = with(&changes);
    assert_eq!(
        (appealed.outcome, appealed.facts.stage),
        (Some(Outcome::Lost), Stage::Arbitration)
    );
    assert_eq!(appealed.answers.len(), 2);
}

#[test]
fn a_closed_dispute_keeps_the_furthest_stage() {
    for (before, stage) in [
        ("INITIATED", Stage::Chargeback),
        ("REPRESENTMENT", Stage::Chargeback),
        ("PRE_ARBITRATION", Stage::PreArbitration),
        ("ARBITRATION", Stage::Arbitration),
    ] {
        let mut changes = closed("WON", "no_proof_of_delivery", Value::Null);
        changes["previous_state"] = json!(before);
        assert_eq!(with(&changes).facts.stage, stage, "{before}");
    }
    let settled = with_v3(&json!({"state": "CLOSED", "merchant_evidence": []}));
    assert_eq!(settled.facts.stage, Stage::Inquiry);
}

#[test]
fn a_new_result_is_unknown_and_a_new_code_costs_nothing() {
    for (changes, outcome, flag) in [
        (
            closed("DRAW", "no_proof_of_delivery", Value::Null),
            Outcome::Unknown,
            Attention::UnknownOutcome,
        ),
        (
            closed("WON", "a_new_code", Value::Null),
            Outcome::Won,
            Attention::UnknownWord,
        ),
        (
            closed("LOST", "a_new_code", received()),
            Outcome::Lost,
            Attention::UnknownWord,
        ),
        (
            json!({"state": "CLOSED", "state_context": {}}),
            Outcome::Unknown,
            Attention::UnknownOutcome,
        ),
    ] {
        let snapshot = with(&changes);
        assert_eq!(
            (snapshot.outcome, flags(&snapshot)),
            (Some(outcome), vec![flag]),
            "{changes}"
        );
    }
    let kept = with(&closed("WON", "a_new_code", Value::Null));
    assert_eq!(kept.factors.len(), 1);
    assert_eq!(kept.factors[0].value, "a_new_code");
    let old = with_v3(&json!({"state": "CLOSED"}));
    assert_eq!(
        old.outcome,
        Some(Outcome::Unknown),
        "v3 is not known to tell results"
    );
    assert_eq!(
        with(&json!({"state": "CLOSED", "dispute_outcome": "WON", "state_context": null})).outcome,
        Some(Outcome::Won),
        "as events have it"
    );
}

#[test]
fn a_preliminary_result_is_none() {
    let snapshot = with(
        &json!({"state": "PRE_ARBITRATION", "previous_state": "REPRESENTMENT",
        "state_context": {"arbitration_expires_at": "2027-01-20T00:00:00Z"}, "representment": received(),
        "arbitration": {"preliminary_outcome": "LOST", "preliminary_outcome_detailed": "no_proof_of_delivery"}}),
    );
    assert_eq!((snapshot.outcome, flags(&snapshot)), (None, vec![]));
    assert_eq!(
        snapshot.factors[0].source,
        "klarna:arbitration.preliminary_outcome_detailed"
    );
}
