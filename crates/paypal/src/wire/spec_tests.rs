//! Compares our words with PayPal's OpenAPI file, where it is at hand.

use std::fs;

use serde_json::Value;

use super::*;

/// The schemas of the file, if it is there.
pub(crate) fn schemas() -> Option<Value> {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../shared/specs/paypal/customer_disputes_v1.json"
    );
    let file: Value = serde_json::from_str(&fs::read_to_string(path).ok()?).unwrap();
    Some(file["components"]["schemas"].clone())
}

fn words(schemas: &Value, pointer: &str) -> Vec<String> {
    let words = schemas
        .pointer(pointer)
        .unwrap_or_else(|| panic!("{pointer} is not in the file"));
    words
        .as_array()
        .unwrap()
        .iter()
        .map(|word| word.as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn every_documented_word_is_known() {
    let Some(schemas) = schemas() else { return };
    let rows: [(&str, &[&str]); 22] = [
        ("/dispute_reason/enum", ReasonWord::KNOWN),
        ("/status/enum", StatusWord::KNOWN),
        ("/dispute_state/enum", StateWord::KNOWN),
        ("/dispute_lifecycle_stage/enum", StageWord::KNOWN),
        ("/dispute_channel/enum", ChannelWord::KNOWN),
        (
            "/dispute_outcome/properties/outcome_code/enum",
            OutcomeWord::KNOWN,
        ),
        ("/adjudication_type/enum", AdjudicationWord::KNOWN),
        ("/money_movement_reason/enum", MovementWord::KNOWN),
        ("/money_movement/properties/affected_party/enum", PartyWord::KNOWN),
        ("/money_movement/properties/type/enum", DirectionWord::KNOWN),
        ("/message/properties/posted_by/enum", AuthorWord::KNOWN),
        ("/evidence/properties/source/enum", SourceWord::KNOWN),
        ("/item_type/enum", ItemWord::KNOWN),
        (
            "/merchandize_dispute_properties/properties/issue_type/enum",
            IssueWord::KNOWN,
        ),
        ("/supporting_info/properties/source/enum", SourceWord::KNOWN),
        ("/offer_history/properties/actor/enum", ActorWord::KNOWN),
        ("/offer_history/properties/event_type/enum", OfferEventWord::KNOWN),
        ("/merchant_contacted_outcome/enum", ContactWord::KNOWN),
        (
            "/product_details/properties/product_received/enum",
            ReceivedWord::KNOWN,
        ),
        (
            "/service_details/properties/service_started/enum",
            StartedWord::KNOWN,
        ),
        (
            "/product_details/properties/sub_reasons/items/enum",
            SubReasonWord::KNOWN,
        ),
        (
            "/service_details/properties/sub_reasons/items/enum",
            SubReasonWord::KNOWN,
        ),
    ];
    for (pointer, known) in rows {
        for word in words(&schemas, pointer) {
            assert!(known.contains(&word.as_str()), "{pointer}: {word}");
        }
    }
    for word in words(&schemas, "/evidence/properties/evidence_type/enum") {
        assert!(crate::check::knows_evidence(&word), "evidence type {word}");
    }
}

#[test]
fn every_carrier_code_is_kept_as_it_is() {
    let Some(schemas) = schemas() else { return };
    for code in words(&schemas, "/tracking_info/properties/carrier_name/enum") {
        let (sent, other) = crate::check::carrier(&code);
        assert_eq!(
            (sent.as_str(), other.is_some()),
            (code.as_str(), code == "OTHER"),
            "{code}"
        );
    }
}

#[test]
fn words_read_back() {
    for word in ReasonWord::KNOWN {
        assert_eq!(ReasonWord::from(*word).as_str(), *word);
    }
    assert_eq!(
        OutcomeWord::from("RESOLVED_SELLER_FAVOR"),
        OutcomeWord::SellerFavour
    );
    assert!(StageWord::from("LIMBO").is_unknown());
}
