//! One row per documented word, the rules of each field, and the fixtures as a whole.

use chrono::{DateTime, Utc};
use docket_core::attention::Attention;
use docket_core::factor::FactorKind;
use docket_core::snapshot::Snapshot;
use docket_core::words::{ActionKind, DeadlineSource, Outcome, Reason, Stage, Turn};
use serde_json::{Value, json};

use crate::inspect;

fn now() -> DateTime<Utc> {
    at("2026-06-01T00:00:00Z")
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// A claim over 100 euros on our turn, with these fields instead; `null` takes a field away.
fn with(changes: &Value) -> Snapshot {
    let mut body = json!({
        "dispute_id": "PP-D-1", "create_time": "2026-03-01T12:00:00Z", "update_time": "2026-03-05T12:00:00Z",
        "reason": "MERCHANDISE_OR_SERVICE_NOT_RECEIVED", "status": "WAITING_FOR_SELLER_RESPONSE",
        "dispute_amount": {"currency_code": "EUR", "value": "100.00"},
        "dispute_life_cycle_stage": "CHARGEBACK", "dispute_channel": "INTERNAL",
        "seller_response_due_date": "2026-03-15T06:59:59Z",
    });
    for (field, value) in changes.as_object().unwrap() {
        if value.is_null() {
            body.as_object_mut().unwrap().remove(field);
        } else {
            body[field] = value.clone();
        }
    }
    inspect(body.to_string().as_bytes(), now()).unwrap()
}

fn flags(snapshot: &Snapshot) -> Vec<Attention> {
    snapshot.attention.iter().copied().collect()
}

#[test]
fn each_reason_has_its_row() {
    let rows = [
        ("MERCHANDISE_OR_SERVICE_NOT_RECEIVED", Reason::NotReceived),
        ("MERCHANDISE_OR_SERVICE_NOT_AS_DESCRIBED", Reason::NotAsDescribed),
        ("UNAUTHORISED", Reason::Unauthorised),
        ("CREDIT_NOT_PROCESSED", Reason::CreditNotProcessed),
        ("DUPLICATE_TRANSACTION", Reason::DuplicateOrPaidOtherwise),
        ("PAYMENT_BY_OTHER_MEANS", Reason::DuplicateOrPaidOtherwise),
        ("INCORRECT_AMOUNT", Reason::IncorrectAmount),
        ("CANCELED_RECURRING_BILLING", Reason::SubscriptionCancelled),
        ("PROBLEM_WITH_REMITTANCE", Reason::ProcessingOrCompliance),
        ("OTHER", Reason::Other),
    ];
    for (word, reason) in rows {
        let snapshot = with(&json!({"reason": word}));
        assert_eq!(
            (snapshot.facts.reason, flags(&snapshot)),
            (reason, vec![]),
            "{word}"
        );
        assert_eq!(snapshot.facts.platform_reason.as_deref(), Some(word));
    }
    let snapshot = with(&json!({"reason": "BROKEN_PROMISE"}));
    assert_eq!(
        (snapshot.facts.reason, flags(&snapshot)),
        (Reason::Other, vec![Attention::UnknownReason])
    );
    assert_eq!(snapshot.facts.platform_reason.as_deref(), Some("BROKEN_PROMISE"));
}

#[test]
fn each_status_and_state_says_whose_turn_it_is() {
    let states = [
        (None, None),
        (Some("OPEN_INQUIRIES"), None),
        (Some("REQUIRED_ACTION"), Some(Turn::Ours)),
        (Some("REQUIRED_OTHER_PARTY_ACTION"), Some(Turn::Buyer)),
        (Some("UNDER_PAYPAL_REVIEW"), Some(Turn::Platform)),
        (Some("APPEALABLE"), Some(Turn::Nobody)),
        (Some("RESOLVED"), Some(Turn::Nobody)),
    ];
    let statuses = [
        ("WAITING_FOR_SELLER_RESPONSE", Turn::Ours),
        ("WAITING_FOR_BUYER_RESPONSE", Turn::Buyer),
        ("UNDER_REVIEW", Turn::Platform),
        ("RESOLVED", Turn::Nobody),
    ];
    for (state, by_state) in states {
        for (status, turn) in statuses {
            let snapshot = with(&json!({"status": status, "dispute_state": state}));
            assert_eq!(snapshot.facts.turn, turn, "status wins: {status} {state:?}");
        }
        for status in [Some("OTHER"), None, Some("ON_HOLD")] {
            let snapshot = with(&json!({"status": status, "dispute_state": state}));
            assert_eq!(
                snapshot.facts.turn,
                by_state.unwrap_or(Turn::Ours),
                "{status:?} {state:?}, a due date stands"
            );
            let flagged = snapshot.attention.contains(&Attention::UnknownStatus);
            assert_eq!(
                flagged,
                status == Some("ON_HOLD") || by_state.is_none(),
                "{status:?} {state:?}"
            );
            let bare =
                with(&json!({"status": status, "dispute_state": state, "seller_response_due_date": null}));
            assert_eq!(
                bare.facts.turn,
                by_state.unwrap_or(Turn::Platform),
                "{status:?} {state:?}, nothing asks us"
            );
            assert_eq!(bare.facts.platform_status.as_deref(), status);
        }
    }
}

#[test]
fn an_open_dispute_is_ours_only_when_something_is_asked_of_us() {
    let link = json!([{"rel": "provide_evidence", "href": "https://x/provide-evidence"}]);
    let rows = [
        (
            json!({"status": "OPEN", "dispute_state": "REQUIRED_ACTION"}),
            Turn::Ours,
        ),
        (
            json!({"status": "OPEN", "dispute_state": "OPEN_INQUIRIES", "links": link}),
            Turn::Ours,
        ),
        (
            json!({"status": "OPEN", "links": link, "seller_response_due_date": null}),
            Turn::Platform,
        ),
        (
            json!({"status": "OPEN", "dispute_state": "OPEN_INQUIRIES"}),
            Turn::Platform,
        ),
        (
            json!({"status": "OPEN", "dispute_state": "REQUIRED_OTHER_PARTY_ACTION"}),
            Turn::Buyer,
        ),
        (
            json!({"status": "OPEN", "dispute_state": "UNDER_PAYPAL_REVIEW"}),
            Turn::Platform,
        ),
    ];
    for (changes, turn) in rows {
        assert_eq!(with(&changes).facts.turn, turn, "{changes}");
    }
}

#[test]
fn each_stage_is_known_and_a_missing_one_is_found_from_the_rest() {
    let words = [
        ("INQUIRY", Stage::Inquiry),
        ("CHARGEBACK", Stage::Chargeback),
        ("PRE_ARBITRATION", Stage::PreArbitration),
        ("ARBITRATION", Stage::Arbitration),
    ];
    for (word, stage) in words {
        let snapshot = with(&json!({"dispute_life_cycle_stage": word}));
        assert_eq!(
            (snapshot.facts.stage, flags(&snapshot)),
            (stage, vec![]),
            "{word}"
        );
    }
    let snapshot = with(&json!({"dispute_life_cycle_stage": "SECOND_CHARGEBACK"}));
    assert_eq!(
        (snapshot.facts.stage, flags(&snapshot)),
        (Stage::Unknown, vec![Attention::UnknownStage])
    );
    assert_eq!(
        snapshot.facts.platform_stage.as_deref(),
        Some("SECOND_CHARGEBACK")
    );
    let without = [
        (json!({"dispute_channel": "EXTERNAL"}), Stage::Chargeback),
        (json!({"reason": "UNAUTHORISED"}), Stage::Chargeback),
        (json!({"dispute_state": "OPEN_INQUIRIES"}), Stage::Inquiry),
        (json!({"links": [{"rel": "escalate"}]}), Stage::Inquiry),
        (
            json!({"adjudications": [{"type": "DENY_BUYER", "dispute_life_cycle_stage": "PRE_ARBITRATION"}]}),
            Stage::PreArbitration,
        ),
        (json!({}), Stage::Unknown),
    ];
    for (mut changes, stage) in without {
        changes["dispute_life_cycle_stage"] = Value::Null;
        assert_eq!(with(&changes).facts.stage, stage, "{changes}");
    }
}

#[test]
fn the_deadline_is_the_platforms_or_an_estimate_and_only_on_our_turn() {
    let named = with(&json!({"seller_response_due_date": "2026-03-15T08:59:59+02:00"}))
        .deadline
        .unwrap();
    assert_eq!(
        (named.at, named.source),
        (at("2026-03-15T06:59:59Z"), DeadlineSource::Platform)
    );
    for status in ["WAITING_FOR_BUYER_RESPONSE", "UNDER_REVIEW", "RESOLVED"] {
        assert_eq!(with(&json!({"status": status})).deadline, None, "{status}");
    }
    let estimates = [
        (json!({}), "2026-03-11T12:00:00Z"),
        (
            json!({"update_time": "2026-03-20T00:00:00Z"}),
            "2026-03-30T00:00:00Z",
        ),
        (json!({"reason": "UNAUTHORISED"}), "2026-03-08T12:00:00Z"),
        (
            json!({"dispute_life_cycle_stage": "INQUIRY"}),
            "2026-03-21T12:00:00Z",
        ),
        (json!({"dispute_channel": "ALERT"}), "2026-03-02T08:00:00Z"),
    ];
    for (mut changes, due) in estimates {
        changes["seller_response_due_date"] = Value::Null;
        let snapshot = with(&changes);
        let deadline = snapshot.deadline.unwrap();
        assert_eq!(
            (deadline.at, deadline.source),
            (at(due), DeadlineSource::Estimated),
            "{changes}"
        );
        assert!(snapshot.attention.contains(&Attention::NoDeadline));
    }
    let odd = with(&json!({"seller_response_due_date": "in ten days"}));
    assert_eq!(flags(&odd), [Attention::NoDeadline, Attention::ContractChange]);
}

#[test]
fn links_are_read_by_name_in_either_spelling_and_by_address() {
    let names = [
        ("provide-evidence", ActionKind::Contest),
        ("appeal", ActionKind::Appeal),
        ("accept-claim", ActionKind::Accept),
        ("make-offer", ActionKind::Offer),
        ("escalate", ActionKind::Escalate),
        ("send-message", ActionKind::Message),
        ("provide-supporting-info", ActionKind::SupportingInfo),
        ("acknowledge-return-item", ActionKind::AcknowledgeReturn),
    ];
    for (name, action) in names {
        let href = format!("http://api.sandbox.paypal.com/v1/customer/disputes/PP-D-1/{name}?x=1");
        let underscores = name.replace('-', "_");
        for link in [
            json!({"rel": name}),
            json!({"rel": underscores}),
            json!({"rel": "action", "href": href}),
        ] {
            let snapshot = with(&json!({"links": [link, {"rel": "self", "href": "https://x/PP-D-1"}]}));
            assert_eq!(
                snapshot.facts.allowed_actions.into_iter().collect::<Vec<_>>(),
                [action],
                "{link}"
            );
        }
    }
    let others =
        json!([{"rel": "self"}, {"rel": "accept_offer"}, {"rel": "adjudicate"}, {"rel": "later_invented"}]);
    assert!(with(&json!({"links": others})).facts.allowed_actions.is_empty());
}

/// A closed dispute with this outcome code and these fields.
fn closed(code: &str, changes: Value) -> Snapshot {
    let mut all = json!({"status": "RESOLVED", "seller_response_due_date": null});
    all["dispute_outcome"] = json!({"outcome_code": code});
    for (field, value) in changes.as_object().unwrap() {
        if field == "refunded" {
            all["dispute_outcome"]["amount_refunded"] = json!({"currency_code": "EUR", "value": value});
        } else {
            all[field] = value.clone();
        }
    }
    with(&all)
}

#[test]
fn each_outcome_code_has_its_row() {
    let plain = [
        ("RESOLVED_SELLER_FAVOUR", Outcome::Won),
        ("RESOLVED_SELLER_FAVOR", Outcome::Won),
        ("DENIED", Outcome::Won),
        ("RESOLVED_WITH_PAYOUT", Outcome::WonProtected),
        ("RESOLVED_BUYER_FAVOUR", Outcome::Lost),
        ("RESOLVED_BUYER_FAVOR", Outcome::Lost),
        ("ACCEPTED", Outcome::Accepted),
        ("CANCELED_BY_BUYER", Outcome::Withdrawn),
        ("NONE", Outcome::Superseded),
    ];
    for (code, outcome) in plain {
        let snapshot = closed(code, json!({}));
        assert_eq!(
            (snapshot.outcome, flags(&snapshot)),
            (Some(outcome), vec![]),
            "{code}"
        );
    }
    let unknown = closed("SPLIT_DECISION", json!({}));
    assert_eq!(
        (unknown.outcome, flags(&unknown)),
        (Some(Outcome::Unknown), vec![Attention::UnknownOutcome])
    );
    let open = with(&json!({"dispute_outcome": {"outcome_code": "RESOLVED_SELLER_FAVOUR"}}));
    assert_eq!(
        open.outcome, None,
        "an outcome counts only once the dispute is closed"
    );
}

#[test]
fn money_decides_what_a_payout_was() {
    let movement = |party: &str, kind: &str, reason: &str, value: &str| json!({"party": party, "type": kind, "reason": reason, "amount": {"currency_code": "EUR", "value": value}});
    let older = json!({"affected_party": "SELLER", "type": "DEBIT", "reason": "DISPUTE_SETTLEMENT",
                       "amount": {"currency_code": "EUR", "value": "100.00"}});
    let taken = movement("SELLER", "DEBIT", "DISPUTE_SETTLEMENT", "100.00");
    let given = movement("SELLER", "CREDIT", "DISPUTE_SETTLEMENT", "100.00");
    let fee = movement("SELLER", "DEBIT", "DISPUTE_FEE", "14.00");
    let buyer = movement("BUYER", "CREDIT", "DISPUTE_SETTLEMENT", "100.00");
    let rows = [
        (json!({"fund_movements": [taken]}), Outcome::Lost),
        (json!({"fund_movements": [taken, given]}), Outcome::WonProtected),
        (json!({"fund_movements": [fee, buyer]}), Outcome::WonProtected),
        (json!({"money_movements": [older]}), Outcome::Lost),
        (
            json!({"fund_movements": [given], "money_movements": [older]}),
            Outcome::WonProtected,
        ),
    ];
    for (changes, outcome) in rows {
        assert_eq!(
            closed("RESOLVED_WITH_PAYOUT", changes.clone()).outcome,
            Some(outcome),
            "{changes}"
        );
    }
}

#[test]
fn a_decision_for_the_buyer_is_told_apart() {
    let ours = json!([{"source": "SUBMITTED_BY_SELLER", "notes": "x", "date": "2026-03-03T00:00:00Z"}]);
    let silence = |at: &str| json!([{"type": "PAYOUT_TO_BUYER", "reason": "NO_SELLER_RESPONSE", "adjudication_time": at}]);
    let accepted = json!({"history": [{"event_type": "ACCEPTED", "actor": "BUYER"}]});
    let due = "2026-03-04T00:00:00Z";
    let rows = [
        (json!({"offer": accepted, "refunded": "40.00"}), Outcome::Settled),
        (
            json!({"dispute_channel": "ALERT", "refunded": "100.00"}),
            Outcome::Prevented,
        ),
        (
            json!({"dispute_life_cycle_stage": "INQUIRY", "refunded": "100.00"}),
            Outcome::Settled,
        ),
        (
            json!({"adjudications": [{"reason": "SELLER_AGREED_REFUND_WITHOUT_RETURN"}]}),
            Outcome::Accepted,
        ),
        (
            json!({"adjudications": silence("2026-03-05T00:00:00Z")}),
            Outcome::LostNoResponse,
        ),
        (
            json!({"adjudications": silence("2026-03-05T00:00:00Z"), "dispute_life_cycle_stage": "INQUIRY", "refunded": "100.00"}),
            Outcome::LostNoResponse,
        ),
        (
            json!({"adjudications": silence("2026-03-02T00:00:00Z"), "evidences": ours}),
            Outcome::Lost,
        ),
        (json!({"seller_response_due_date": due}), Outcome::LostNoResponse),
        (
            json!({"seller_response_due_date": due, "evidences": ours}),
            Outcome::Lost,
        ),
        (
            json!({"seller_response_due_date": "2026-03-09T00:00:00Z"}),
            Outcome::Lost,
        ),
        (json!({"evidences": ours, "refunded": "60.00"}), Outcome::Partial),
        (json!({"evidences": ours, "refunded": "100.00"}), Outcome::Lost),
        (json!({"refunded": "60.00"}), Outcome::Lost),
    ];
    for (changes, outcome) in rows {
        assert_eq!(
            closed("RESOLVED_BUYER_FAVOUR", changes.clone()).outcome,
            Some(outcome),
            "{changes}"
        );
    }
    let partial = closed(
        "RESOLVED_BUYER_FAVOUR",
        json!({"evidences": ours, "refunded": "60.00"}),
    );
    let kept = partial
        .factors
        .iter()
        .find(|f| f.kind == FactorKind::ReturnedAmount);
    assert_eq!(kept.map(|f| f.value.as_str()), Some("40.00 EUR"));
    assert_eq!(
        closed("CANCELED_BY_BUYER", json!({"refunded": "1.00"})).outcome,
        Some(Outcome::Settled)
    );
    assert_eq!(
        closed("CANCELED_BY_BUYER", json!({"offer": accepted})).outcome,
        Some(Outcome::Settled)
    );
}

#[test]
fn a_row_of_the_list_has_a_result_of_its_own() {
    let rows = [
        (json!({"outcome": "WON"}), Outcome::Won),
        (json!({"outcome": "LOST"}), Outcome::Lost),
        (
            json!({"outcome": "LOST", "adjudications": [{"reason": "NO_SELLER_RESPONSE"}]}),
            Outcome::LostNoResponse,
        ),
        (json!({"outcome": "DRAW"}), Outcome::Unknown),
        (json!({}), Outcome::Unknown),
    ];
    for (mut changes, outcome) in rows {
        changes["status"] = "RESOLVED".into();
        let snapshot = with(&changes);
        assert_eq!(snapshot.outcome, Some(outcome), "{changes}");
        assert_eq!(
            snapshot.attention.contains(&Attention::UnknownOutcome),
            outcome == Outcome::Unknown,
            "{changes}"
        );
    }
}

#[test]
fn new_words_elsewhere_are_flagged_and_never_fail() {
    let rows = [
        json!({"dispute_channel": "BRANCH"}),
        json!({"dispute_state": "SLEEPING"}),
        json!({"evidences": [{"source": "FOUND"}]}),
        json!({"messages": [{"posted_by": "ROBOT"}]}),
        json!({"offer": {"history": [{"event_type": "WITHDRAWN"}]}}),
        json!({"adjudications": [{"type": "SPLIT"}]}),
        json!({"fund_movements": [{"reason": "TIP"}]}),
        json!({"supporting_info": [{"source": "GUESSED"}]}),
        json!({"extensions": {"merchant_contacted_outcome": "LAUGHED"}}),
        json!({"extensions": {"merchandize_dispute_properties": {"product_details": {"sub_reasons": ["MELTED"]}}}}),
    ];
    for changes in rows {
        assert_eq!(flags(&with(&changes)), [Attention::UnknownWord], "{changes}");
    }
}

#[test]
fn the_amount_has_a_stand_in_and_else_names_the_field() {
    let gross = |value: &str, code: &str| json!({"gross_amount": {"currency_code": code, "value": value}});
    let sum = with(
        &json!({"dispute_amount": null, "disputed_transactions": [gross("1.50", "EUR"), gross("2.00", "EUR")]}),
    );
    assert_eq!(sum.facts.amount.minor, 350);
    let broken = [
        json!({"dispute_id": "PP-D-1"}),
        json!({"dispute_id": "PP-D-1", "disputed_transactions": []}),
        json!({"dispute_id": "PP-D-1", "disputed_transactions": [gross("1", "EUR"), gross("1", "USD")]}),
        json!({"dispute_id": "PP-D-1", "dispute_amount": {"currency_code": "EUR", "value": "1,000.00"}}),
    ];
    for body in broken {
        let error = inspect(body.to_string().as_bytes(), now())
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("`dispute_amount`") && !error.contains("1,000"),
            "{error}"
        );
    }
}

#[test]
fn times_stand_in_for_each_other() {
    let only_created = with(&json!({"update_time": null}));
    assert_eq!(only_created.facts.updated_at, only_created.facts.opened_at);
    let neither = with(&json!({"update_time": null, "create_time": null}));
    assert_eq!(
        (neither.facts.opened_at, flags(&neither)),
        (now(), vec![Attention::ContractChange])
    );
}

#[test]
fn inspect_says_what_it_expected() {
    let rows = [
        ("[]", "this is an array"),
        (r#"{"items": []}"#, "this is a whole list"),
        (r#"{"access_token": "x"}"#, "neither `dispute_id` nor `resource`"),
        (r#"{"dispute_id": "PP"#, "ends too early"),
        ("<html>", "HTML"),
        (r#"{"resource": {"reason": "OTHER"}}"#, "`dispute_id` is missing"),
        (
            r#"{"dispute_id": "PP-D-1", "messages": [{"content": {}}]}"#,
            "`messages[0].content`",
        ),
    ];
    for (body, says) in rows {
        let error = inspect(body.as_bytes(), now()).unwrap_err().to_string();
        assert!(error.contains(says), "{body}: {error}");
    }
}

fn read(fixture: &str) -> Snapshot {
    inspect(fixture.as_bytes(), now()).unwrap()
}

#[test]
fn a_whole_claim() {
    let snapshot = read(include_str!("../../fixtures/claim.json"));
    insta::assert_snapshot!(serde_json::to_string_pretty(&snapshot).unwrap());
    let printed = serde_json::to_value(snapshot.inspection()).unwrap();
    assert_eq!(printed["amount"], json!({"minor": 14990, "currency": "EUR"}));
    assert_eq!(printed["deadline"], "2026-02-20T06:59:59Z");
    assert!(
        snapshot
            .factors
            .iter()
            .any(|f| f.kind == FactorKind::DeliveryExpectedBy)
    );
}

#[test]
fn a_row_of_the_list_and_an_event() {
    let row = read(include_str!("../../fixtures/list_item.json"));
    assert_eq!(
        (row.facts.amount.minor, row.facts.turn, row.deadline),
        (8200, Turn::Platform, None)
    );
    assert!(row.facts.allowed_actions.is_empty() && row.attention.is_empty());
    let event = read(include_str!("../../fixtures/resolved_event.json"));
    assert_eq!(event.dispute.as_str(), "PP-000-071-284-990");
    assert_eq!(event.outcome, Some(Outcome::Withdrawn));
    assert_eq!(
        event.facts.allowed_actions.into_iter().collect::<Vec<_>>(),
        [ActionKind::Appeal]
    );
}
