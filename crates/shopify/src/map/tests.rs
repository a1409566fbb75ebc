//! One row per documented word, the rules of each field, and the fixtures as a whole.

use chrono::{DateTime, Utc};
use docket_core::attention::Attention;
use docket_core::snapshot::Snapshot;
use docket_core::words::{ActionKind, DeadlineSource, Outcome, Precision, Reason, Stage, Turn};
use serde_json::{Value, json};

use crate::inspect;
use crate::mark::mark;

const NODE: &str = include_str!("../../fixtures/dispute.json");
const WEBHOOK: &str = include_str!("../../fixtures/webhook.json");

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn now() -> DateTime<Utc> {
    at("2026-10-25T00:00:00Z")
}

/// The fixture with these fields instead; names with a dot lie in the evidence.
fn changed(changes: &Value) -> Value {
    let mut body: Value = serde_json::from_str(NODE).unwrap();
    for (field, value) in changes.as_object().unwrap() {
        match field.strip_prefix("evidence.") {
            Some(field) => body["disputeEvidence"][field] = value.clone(),
            None => body[field.as_str()] = value.clone(),
        }
    }
    body
}

fn with(changes: &Value) -> Snapshot {
    inspect(changed(changes).to_string().as_bytes(), now()).unwrap()
}

fn flags(snapshot: &Snapshot) -> Vec<Attention> {
    snapshot.attention.iter().copied().collect()
}

/// Evidence that holds nothing of the merchant's.
fn empty(more: &Value) -> Value {
    let mut changes = json!({"evidence.uncategorizedText": null, "evidence.shippingDocumentationFile": null});
    changes
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    changes
}

#[test]
fn each_reason_has_its_row_in_both_spellings() {
    let rows = [
        ("BANK_CANNOT_PROCESS", Reason::ProcessingOrCompliance),
        ("BANK_NOT_PROCESS", Reason::ProcessingOrCompliance),
        ("CREDIT_NOT_PROCESSED", Reason::CreditNotProcessed),
        ("CUSTOMER_INITIATED", Reason::Other),
        ("DEBIT_NOT_AUTHORIZED", Reason::Unauthorised),
        ("DUPLICATE", Reason::DuplicateOrPaidOtherwise),
        ("FRAUDULENT", Reason::Unauthorised),
        ("GENERAL", Reason::Other),
        ("INCORRECT_ACCOUNT_DETAILS", Reason::ProcessingOrCompliance),
        ("INSUFFICIENT_FUNDS", Reason::ProcessingOrCompliance),
        ("NONCOMPLIANT", Reason::ProcessingOrCompliance),
        ("PRODUCT_NOT_RECEIVED", Reason::NotReceived),
        ("PRODUCT_UNACCEPTABLE", Reason::NotAsDescribed),
        ("SUBSCRIPTION_CANCELLED", Reason::SubscriptionCancelled),
        ("UNRECOGNIZED", Reason::Unrecognised),
    ];
    for (word, reason) in rows {
        for word in [word.to_owned(), word.to_lowercase()] {
            let graphql = with(&json!({"reasonDetails": {"reason": word}}));
            assert_eq!(
                (graphql.facts.reason, flags(&graphql)),
                (reason, vec![]),
                "{word}"
            );
            let mut body: Value = serde_json::from_str(WEBHOOK).unwrap();
            body["reason"] = word.clone().into();
            let rest = inspect(body.to_string().as_bytes(), now()).unwrap();
            assert_eq!((rest.facts.reason, flags(&rest)), (reason, vec![]), "{word}");
            assert_eq!(rest.facts.platform_reason, Some(word));
        }
    }
    let new = with(&json!({"reasonDetails": {"reason": "SOMETHING_NEW"}}));
    assert_eq!(
        (new.facts.reason, flags(&new)),
        (Reason::Other, vec![Attention::UnknownReason])
    );
    assert_eq!(new.facts.platform_reason.as_deref(), Some("SOMETHING_NEW"));
}

#[test]
fn each_status_has_its_turn_and_outcome() {
    let rows = [
        ("NEEDS_RESPONSE", Turn::Ours, None),
        ("UNDER_REVIEW", Turn::Platform, None),
        ("WON", Turn::Nobody, Some(Outcome::Won)),
        ("LOST", Turn::Nobody, Some(Outcome::Lost)),
        ("ACCEPTED", Turn::Nobody, Some(Outcome::Accepted)),
        ("PREVENTED", Turn::Nobody, Some(Outcome::Prevented)),
        ("CHARGE_REFUNDED", Turn::Nobody, Some(Outcome::Settled)),
    ];
    for (word, turn, outcome) in rows {
        for word in [word.to_owned(), word.to_lowercase()] {
            let snapshot = with(&json!({"status": word}));
            assert_eq!(
                (snapshot.facts.turn, snapshot.outcome, flags(&snapshot)),
                (turn, outcome, vec![]),
                "{word}"
            );
            assert_eq!(snapshot.facts.platform_status, Some(word));
            let ours = turn == Turn::Ours;
            assert_eq!(
                snapshot.facts.allowed_actions.contains(&ActionKind::Contest),
                ours
            );
            assert_eq!(snapshot.deadline.is_some(), ours);
        }
    }
}

#[test]
fn a_status_that_is_new_is_ours_where_evidence_is_due() {
    let due = with(&json!({"status": "NEWLY_MADE"}));
    assert_eq!((due.facts.turn, due.outcome), (Turn::Ours, None));
    assert_eq!(flags(&due), [Attention::UnknownStatus]);
    assert!(due.deadline.is_some());
    let none = with(&json!({"status": "NEWLY_MADE", "evidenceDueBy": null}));
    assert_eq!(none.facts.turn, Turn::Platform);
    let over = with(&json!({"status": "NEWLY_MADE", "finalizedOn": "2026-10-24T00:00:00Z"}));
    assert_eq!(
        (over.facts.turn, over.outcome),
        (Turn::Nobody, Some(Outcome::Unknown))
    );
    assert!(over.attention.contains(&Attention::UnknownOutcome));
}

#[test]
fn each_type_has_its_stage() {
    for (word, stage) in [("CHARGEBACK", Stage::Chargeback), ("inquiry", Stage::Inquiry)] {
        let snapshot = with(&json!({"type": word}));
        assert_eq!((snapshot.facts.stage, flags(&snapshot)), (stage, vec![]));
        assert_eq!(snapshot.facts.platform_stage.as_deref(), Some(word));
    }
    let new = with(&json!({"type": "ARBITRATION"}));
    assert_eq!(
        (new.facts.stage, flags(&new)),
        (Stage::Unknown, vec![Attention::UnknownStage])
    );
}

#[test]
fn an_inquiry_that_went_no_further_was_not_decided() {
    let lapsed = with(&json!({"type": "INQUIRY", "status": "WON"}));
    assert_eq!(lapsed.outcome, Some(Outcome::Lapsed));
    let settled = with(&json!({"type": "INQUIRY", "status": "CHARGE_REFUNDED"}));
    assert_eq!(settled.outcome, Some(Outcome::Settled));
}

#[test]
fn a_loss_in_silence_is_a_miss() {
    let silent = with(&empty(&json!({"status": "LOST"})));
    assert_eq!(silent.outcome, Some(Outcome::LostNoResponse));
    // Shopify's own package went out on the due date, with nothing of ours in it.
    let automatic = with(&empty(
        &json!({"status": "LOST", "evidenceSentOn": "2026-11-03T04:00:00Z"}),
    ));
    assert_eq!(automatic.outcome, Some(Outcome::LostNoResponse));
    let flagged = with(&empty(&json!({"status": "LOST", "evidence.submitted": true})));
    assert_eq!(flagged.outcome, Some(Outcome::LostNoResponse));
    // A webhook shows no evidence: there the date decides.
    let mut body: Value = serde_json::from_str(WEBHOOK).unwrap();
    body["status"] = "lost".into();
    let by_webhook = |body: &Value| inspect(body.to_string().as_bytes(), now()).unwrap().outcome;
    assert_eq!(by_webhook(&body), Some(Outcome::LostNoResponse));
    body["evidence_sent_on"] = "2026-11-02T00:00:00-04:00".into();
    assert_eq!(by_webhook(&body), Some(Outcome::Lost));
}

#[test]
fn what_is_saved_is_no_answer_until_it_was_sent() {
    let (answered, saved) = (true, false);
    let sent_on = json!("2026-10-24T10:00:00Z");
    let rows = [
        (json!({}), saved, "saved, and asked for"),
        (
            json!({"evidence.submitted": true}),
            saved,
            "a flag left from the cycle before",
        ),
        (
            json!({"evidenceSentOn": sent_on}),
            saved,
            "a date left from the cycle before",
        ),
        (
            json!({"evidence.submitted": true, "evidenceSentOn": sent_on}),
            answered,
            "both agree",
        ),
        (
            json!({"status": "UNDER_REVIEW"}),
            answered,
            "under review with a due date",
        ),
        (
            json!({"status": "UNDER_REVIEW", "evidenceDueBy": null}),
            saved,
            "under review before the request",
        ),
        (
            json!({"status": "UNDER_REVIEW", "evidenceDueBy": "1970-01-01T00:00:00Z"}),
            saved,
            "epoch 0 is no date",
        ),
        (
            json!({"status": "UNDER_REVIEW", "evidenceDueBy": null, "evidenceSentOn": sent_on}),
            answered,
            "dated",
        ),
        (json!({"status": "WON"}), answered, "decided without any flag"),
        (
            json!({"type": "INQUIRY", "status": "UNDER_REVIEW"}),
            answered,
            "inquiries leave no flag",
        ),
    ];
    for (changes, expected, why) in rows {
        let snapshot = with(&changes);
        let (texts, other) = if expected == answered {
            (&snapshot.answers, &snapshot.saved)
        } else {
            (&snapshot.saved, &snapshot.answers)
        };
        assert!(other.is_empty(), "{why}");
        let found: Vec<(&str, &[String])> = texts
            .iter()
            .map(|one| (one.text.as_str(), one.files.as_slice()))
            .collect();
        let files = ["delivery.pdf".to_owned()];
        let all: [(&str, &[String]); 2] = [("The parcel was handed over on 14 October.", &[]), ("", &files)];
        assert_eq!(found, all, "{why}");
    }
    let dated = with(&json!({"status": "UNDER_REVIEW", "evidenceSentOn": sent_on}));
    assert!(
        dated
            .answers
            .iter()
            .all(|one| one.at == Some(at("2026-10-24T10:00:00Z")))
    );
    let conceded = with(&json!({"status": "ACCEPTED"}));
    assert!(
        conceded.answers.is_empty() && conceded.saved.is_empty(),
        "what was never sent is gone"
    );
}

#[test]
fn deadlines_in_both_forms() {
    let instant = with(&json!({})).deadline.unwrap();
    assert_eq!(
        (instant.at, instant.precision),
        (at("2026-11-03T04:00:00Z"), Precision::Instant)
    );
    assert_eq!(instant.source, DeadlineSource::Platform);
    let day = with(&json!({"evidenceDueBy": "2026-11-03"})).deadline.unwrap();
    // The third of November begins on Kiritimati while it is ten in the morning of the second in UTC.
    assert_eq!(
        (day.at, day.precision),
        (at("2026-11-02T10:00:00Z"), Precision::Day)
    );
    assert_eq!(day.source, DeadlineSource::Platform);
}

#[test]
fn a_missing_due_date_is_estimated_and_calls_a_person() {
    for none in [
        json!(null),
        json!("1970-01-01T00:00:00Z"),
        json!("1970-01-01"),
        json!(0),
    ] {
        let snapshot = with(&json!({"evidenceDueBy": none}));
        let deadline = snapshot.deadline.unwrap();
        assert_eq!(deadline.source, DeadlineSource::Estimated);
        assert_eq!(
            deadline.at,
            at("2026-10-27T09:12:44Z"),
            "seven days from the opening"
        );
        assert_eq!(flags(&snapshot), [Attention::NoDeadline]);
    }
    let reopened = with(&json!({"evidenceDueBy": null, "initiatedAt": "2026-03-01T00:00:00Z"}));
    assert_eq!(
        reopened.deadline.unwrap().at,
        at("2026-10-27T00:00:00Z"),
        "two days from now"
    );
    let odd = with(&json!({"evidenceDueBy": "soon"}));
    assert_eq!(flags(&odd), [Attention::NoDeadline, Attention::ContractChange]);
}

#[test]
fn a_case_needs_an_id_and_an_amount() {
    for (changes, says) in [
        (
            json!({"id": "gid://shopify/Order/1", "legacyResourceId": null}),
            "`id`",
        ),
        (
            json!({"id": "gid://shopify/ShopifyPaymentsDisputeEvidence/1", "legacyResourceId": null}),
            "`id`",
        ),
        (json!({"amount": null}), "`amount`"),
        (
            json!({"amount": {"amount": "1.999", "currencyCode": "EUR"}}),
            "`amount`",
        ),
        (
            json!({"amount": {"amount": "1.00", "currencyCode": "ZZZ"}}),
            "`amount`",
        ),
    ] {
        let error = inspect(changed(&changes).to_string().as_bytes(), now())
            .unwrap_err()
            .to_string();
        assert!(error.contains(says), "{changes}: {error}");
    }
    let yen = with(&json!({"amount": {"amount": "5000.0", "currencyCode": "JPY"}}));
    assert_eq!(yen.facts.amount.minor, 5000);
}

#[test]
fn every_wrapper_leads_to_the_same_dispute() {
    let node: Value = serde_json::from_str(NODE).unwrap();
    let bare = inspect(NODE.as_bytes(), now()).unwrap();
    for wrapped in [
        json!({"data": {"dispute": node}, "extensions": {"cost": {}}}),
        json!({"data": {"node": node}}),
        json!({"data": {"nodes": [null, node]}}),
        json!({"data": {"disputes": {"nodes": [node], "pageInfo": {}}}}),
        json!({"dispute": node}),
    ] {
        let found = inspect(wrapped.to_string().as_bytes(), now()).unwrap();
        assert_eq!(found, bare, "{wrapped}");
    }
    let rest: Value = serde_json::from_str(WEBHOOK).unwrap();
    let rest = inspect(json!({"dispute": rest}).to_string().as_bytes(), now()).unwrap();
    assert_eq!(
        rest.dispute.as_str(),
        "9007199254741993",
        "above 2^53, to the last digit"
    );
    assert_eq!(rest.deadline.unwrap().at, bare.deadline.unwrap().at);
    assert_eq!(rest.facts.amount, bare.facts.amount);
    assert_eq!(rest.facts.order_refs, ["5500000000111"]);
}

#[test]
fn what_is_no_dispute_says_what_was_expected() {
    for (body, says) in [
        ("[]", "array"),
        ("{}", "neither `id` nor `data`"),
        (r#"{"data": null}"#, "neither"),
        (r#"{"data": {"dispute": null}}"#, "neither"),
        (r#"{"data": {"nodes": []}}"#, "empty"),
        (r#"{"data": {"nodes": [{"id": "a"}, {"id": "b"}]}}"#, "several"),
        (r#"{"id": 1.5e300}"#, "`id`"),
        (r#"{"id": 9007199254741993, "amo"#, "ends too early"),
        ("<html>", "HTML"),
    ] {
        let error = inspect(body.as_bytes(), now()).unwrap_err();
        assert!(
            matches!(error, docket_connector::Error::Contract { .. }),
            "{body}: {error}"
        );
        assert!(error.to_string().contains(says), "{body}: {error}");
    }
}

#[test]
fn a_mark_changes_with_each_field_of_the_list_and_with_nothing_else() {
    let of = |changes: &Value| mark(&serde_json::from_value(changed(changes)).unwrap());
    let plain = of(&json!({}));
    assert_eq!(plain.len(), 16);
    for same in [
        json!({"evidence.uncategorizedText": "changed"}),
        json!({"order": null}),
        json!({"evidenceSentOn": "1970-01-01T00:00:00Z"}),
    ] {
        assert_eq!(of(&same), plain, "{same}");
    }
    let changes = [
        json!({"status": "UNDER_REVIEW"}),
        json!({"type": "INQUIRY"}),
        json!({"evidenceDueBy": "2026-11-04T04:00:00Z"}),
        json!({"evidenceSentOn": "2026-11-04T04:00:00Z"}),
        json!({"finalizedOn": "2026-11-04T04:00:00Z"}),
        json!({"amount": {"amount": "84.91", "currencyCode": "EUR"}}),
        json!({"amount": {"amount": "84.90", "currencyCode": "USD"}}),
        json!({"reasonDetails": {"reason": "GENERAL", "networkReasonCode": "13.1"}}),
        json!({"reasonDetails": {"reason": "PRODUCT_NOT_RECEIVED", "networkReasonCode": "13.2"}}),
        json!({"evidence.submitted": true}),
    ];
    let marks: std::collections::BTreeSet<String> = changes.iter().map(of).chain([plain]).collect();
    assert_eq!(marks.len(), changes.len() + 1);
}

#[test]
fn a_whole_dispute() {
    insta::assert_debug_snapshot!(inspect(NODE.as_bytes(), now()).unwrap());
}
