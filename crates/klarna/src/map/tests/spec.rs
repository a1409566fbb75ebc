//! Compares our words with the derived schemas, where they are at hand, and looks at every other open list.

use std::fs;

use docket_core::attention::Attention;
use serde_json::{Value, json};

use super::{flags, with};
use crate::map::details::{CODES, Detail};
use crate::wire::*;

fn spec() -> Option<Value> {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../shared/specs/klarna/disputes-v4-derived.json"
    );
    Some(serde_json::from_str(&fs::read_to_string(path).ok()?).unwrap())
}

fn words(list: &Value) -> Vec<String> {
    let words = list.as_array().unwrap().iter();
    words
        .map(|word| word.as_str().unwrap().to_ascii_uppercase())
        .collect()
}

#[test]
fn every_documented_word_is_known() {
    let Some(spec) = spec() else { return };
    let rows: [(&str, &[&str]); 8] = [
        ("PaymentDisputeReason", ReasonWord::KNOWN),
        ("State", StateWord::KNOWN),
        ("PaymentDisputePreviousState", StateWord::KNOWN),
        ("PaymentDisputeRepresentmentState", RepresentmentWord::KNOWN),
        ("DisputeOutcome", OutcomeWord::KNOWN),
        ("CreatedBy", CreatorWord::KNOWN),
        ("BaseFramework", FrameworkWord::KNOWN),
        ("HoldPolicy", HoldWord::KNOWN),
    ];
    for (list, known) in rows {
        for word in words(&spec["enums"][list]) {
            assert!(known.contains(&word.as_str()), "{list}: {word}");
        }
    }
    let schemas = &spec["schemas"];
    for kind in ["DisputeWindowExtension", "ImmediateDisputeResolution"] {
        let fields = &schemas[format!("PaymentDisputeFlow{kind}Exceptions")]["fields"];
        for word in words(&fields["exception_type"]["open_enum_values"]) {
            assert!(ExceptionWord::KNOWN.contains(&word.as_str()), "{word}");
        }
        for word in words(&fields["reason"]["open_enum_values"]) {
            assert!(ExceptionReasonWord::KNOWN.contains(&word.as_str()), "{word}");
        }
    }
    for (schema, field) in [
        ("StateContext3", "dispute_outcome_detailed"),
        (
            "PaymentDisputeArbitrationDetailsBase",
            "preliminary_outcome_detailed",
        ),
    ] {
        let codes = words(&schemas[schema]["fields"][field]["open_enum_values"]);
        assert_eq!(codes.len(), CODES.len());
        for code in codes {
            assert!(Detail::of(&code).is_some(), "{code}");
        }
    }
}

/// Every field is optional, so a name that is written wrongly would never be noticed.
#[test]
fn every_reference_is_read_by_its_documented_name() {
    let names = [
        "order_id",
        "payment_transaction_id",
        "purchase_reference",
        "merchant_reference2",
        "payment_transaction_reference",
        "capture_id",
        "payment_capture_reference",
        "payment_capture_id",
        "capture_krn",
    ];
    let changes: serde_json::Map<String, Value> = names
        .iter()
        .map(|name| ((*name).to_owned(), format!("ref {name}").into()))
        .collect();
    let refs = with(&changes.into()).facts.order_refs;
    assert_eq!(refs, names.map(|name| format!("ref {name}")));
    let Some(spec) = spec() else { return };
    let fields = &spec["schemas"]["PaymentDisputeBodyClosed"]["fields"];
    for name in names {
        assert!(fields.get(name).is_some(), "{name}");
    }
}

/// The fixtures have no field that Klarna does not document, so that what is read of them is read by its right name.
#[test]
fn the_fixtures_have_documented_fields_only() {
    let Some(spec) = spec() else { return };
    let closed: Value =
        serde_json::from_slice(include_bytes!("../../../fixtures/closed_after_appeal.json")).unwrap();
    let opened: Value = serde_json::from_slice(include_bytes!("../../../fixtures/initiated.json")).unwrap();
    let event: Value =
        serde_json::from_slice(include_bytes!("../../../fixtures/pre_arbitration_event.json")).unwrap();
    let rows = [
        (&closed, "", "PaymentDisputeBodyClosed"),
        (&closed, "/dispute_details", "PaymentDisputeDetailsBase"),
        (&closed, "/state_context", "StateContext3"),
        (&closed, "/representment", "PaymentDisputeRepresentment"),
        (&closed, "/representment/partner_evidence", "PartnerEvidence"),
        (
            &closed,
            "/representment/partner_evidence/attachments/0",
            "Attachment",
        ),
        (&closed, "/arbitration", "PaymentDisputeArbitrationDetailsBase"),
        (
            &closed,
            "/arbitration/arbitration_request",
            "PaymentDisputeArbitrationRequest",
        ),
        (&closed, "/configuration", "PaymentDisputeConfiguration"),
        (&closed, "/configuration/options", "Options"),
        (&opened, "", "PaymentDisputeBodyDisputeInitiated"),
        (&opened, "/state_context", "StateContext"),
        (
            &opened,
            "/state_context/representment",
            "PaymentDisputeRepresentment",
        ),
        (
            &opened,
            "/state_context/representment/request",
            "PaymentDisputeRepresentmentRequest",
        ),
        (
            &opened,
            "/customer_evidences/0",
            "PaymentDisputeCustomerProvidedEvidence",
        ),
        (
            &opened,
            "/customer_evidences/0/attachment",
            "PaymentDisputeCustomerAttachment",
        ),
        (&event, "", "PaymentDisputeStateChange"),
        (&event, "/metadata", "WebhookMetadata"),
        (&event, "/payload", "PaymentDisputeStateChangePreArbitration"),
    ];
    for (body, place, schema) in rows {
        let fields = spec["schemas"][schema]["fields"].as_object().unwrap();
        for name in body.pointer(place).unwrap().as_object().unwrap().keys() {
            assert!(fields.contains_key(name), "{schema}: {name}");
        }
        for (name, field) in fields {
            let there = body.pointer(place).unwrap().get(name).is_some();
            assert!(there || field["required"] != true, "{schema} requires {name}");
        }
    }
}

#[test]
fn words_read_back_in_any_case() {
    for word in ReasonWord::KNOWN {
        assert_eq!(
            ReasonWord::from(word.to_ascii_lowercase().as_str()).as_str(),
            *word
        );
    }
    assert_eq!(HoldWord::from("ON_DISPUTE_OPEN"), HoldWord::OnInitiated);
    assert_eq!(StateWord::from("Limbo").as_str(), "Limbo");
}

#[test]
fn a_new_word_anywhere_raises_attention_and_fails_nothing() {
    let details = json!({"dispute_amount": 8450, "currency": "EUR", "created_by": "BANK"});
    for changes in [
        json!({"dispute_details": details}),
        json!({"previous_state": "LIMBO"}),
        json!({"configuration": {"base_framework": "FRAMEWORK_2031"}}),
        json!({"configuration": {"options": {"hold_policy": "HALF"}}}),
        json!({"process_exceptions": [{"exception_type": "TIME_TRAVEL"}]}),
        json!({"process_exceptions": [{"exception_type": "DISPUTE_WINDOW_EXTENSION", "reason": "WEATHER"}]}),
        json!({"arbitration": {"preliminary_outcome": "DRAW"}}),
        json!({"arbitration": {"preliminary_outcome_detailed": "a_new_code"}}),
    ] {
        assert_eq!(flags(&with(&changes)), [Attention::UnknownWord], "{changes}");
    }
    for known in [
        json!({"process_exceptions": [{"exception_type": "dispute_window_extension", "reason": "regulatory_requirement"}]}),
        json!({"process_exceptions": null, "a_new_field": {"x": 1}}),
    ] {
        assert_eq!(flags(&with(&known)), [], "{known}");
    }
}
