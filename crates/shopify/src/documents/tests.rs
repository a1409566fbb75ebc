//! Every document and every set of variables that the code can build, against a schema: our own always, and the
//! published one where it stands beside the repository.

use std::io::Read;
use std::path::Path;

use apollo_compiler::validation::Valid;
use apollo_compiler::{ExecutableDocument, Schema, request};
use docket_core::response::{EvidenceItem, FileRef, Response};
use serde_json::{Value, json};

use super::*;
use crate::act::input;
use crate::authorise::SCOPES;
use crate::packet::{Field, Packet, Slot};
use crate::wire::{DISPUTE as DISPUTE_KIND, gid};

const OWN: &str = include_str!("../../fixtures/schema.graphql");
const PUBLISHED: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../../shared/specs/shopify/admin_2026-10.full.graphql.gz"
);

fn schemas() -> Vec<(&'static str, Valid<Schema>)> {
    let own = Schema::parse_and_validate(OWN, "schema.graphql").expect("our schema holds");
    let mut schemas = vec![("own", own)];
    if Path::new(PUBLISHED).is_file() {
        let file = std::fs::File::open(PUBLISHED).expect("the published schema");
        let mut text = String::new();
        flate2::read::GzDecoder::new(file)
            .read_to_string(&mut text)
            .expect("the published schema");
        let published =
            Schema::parse_and_validate(text, "published.graphql").expect("the published schema holds");
        schemas.push(("published", published));
    }
    schemas
}

/// A contest with every kind of text and of file.
fn full() -> Response {
    let file = |word: &str| FileRef {
        name: format!("{word}.pdf"),
        media_type: "application/pdf".to_owned(),
        size: 1,
        sha256: String::new(),
    };
    let texts = Field::ALL.iter().map(|field| EvidenceItem {
        kind: field.word().to_owned(),
        note: Some("text".to_owned()),
        ..EvidenceItem::default()
    });
    let files = Slot::ALL.iter().map(|slot| EvidenceItem {
        kind: slot.word().to_owned(),
        files: vec![file(slot.word())],
        ..EvidenceItem::default()
    });
    Response::Contest {
        evidence: texts.chain(files).collect(),
        return_address: None,
        proposed_refund: None,
    }
}

fn inputs() -> Vec<Value> {
    let response = full();
    let packet = Packet::of(&response).unwrap();
    let uploads: Vec<(Slot, String)> = Slot::ALL.iter().map(|slot| (*slot, "17".to_owned())).collect();
    let all = input(&packet, &uploads);
    let keys = all.as_object().unwrap().len();
    assert_eq!(
        keys,
        Field::ALL.len() + Slot::ALL.len() + 1,
        "every field and slot is written"
    );
    vec![input(&Packet::default(), &[]), all]
}

/// Each document with the variables that the code builds for it.
fn sets() -> Vec<(&'static str, &'static Document, Vec<Value>)> {
    let id = gid(DISPUTE_KIND, "9007199254740993");
    let evidence = gid(crate::wire::EVIDENCE, "9007199254740994");
    ALL.iter()
        .map(|(name, document)| {
            let variables = match *name {
                "PAGE" => vec![page(50, None, None), page(50, Some("cursor"), Some("id:>=17"))],
                "GLANCE" => vec![glance(&[]), glance(std::slice::from_ref(&id))],
                "DISPUTE" => vec![super::dispute(&id, true), super::dispute(&id, false)],
                "ORDER" => vec![order(&id, true), order(&id, false)],
                "RETURNS" => vec![returns(&id)],
                "LINES" => vec![lines(&id, 100, None), lines(&id, 100, Some("cursor"))],
                "LEDGER" => vec![ledger(50, None, "x"), ledger(50, Some("cursor"), "x")],
                "EVIDENCE_UPDATE" => inputs()
                    .into_iter()
                    .map(|one| evidence_update(&evidence, one))
                    .collect(),
                "PROTECTED" => vec![first(50)],
                "WEBHOOKS" => vec![webhooks(100, &["DISPUTES_CREATE", "DISPUTES_UPDATE"])],
                "SUBSCRIBE" => vec![
                    subscribe("DISPUTES_CREATE", "https://desk.example/in"),
                    subscribe("DISPUTES_UPDATE", "https://desk.example/in"),
                ],
                "POLICIES" | "ACCESS" | "ACCOUNT" | "DESCRIPTOR" | "SHOP" => vec![json!({})],
                other => panic!("{other} has no variables in this test"),
            };
            (*name, *document, variables)
        })
        .collect()
}

fn refused(schema: &Valid<Schema>, document: &Document, variables: &Value) -> Option<String> {
    let parsed = match ExecutableDocument::parse_and_validate(schema, document.text, "document.graphql") {
        Ok(parsed) => parsed,
        Err(errors) => return Some(errors.to_string()),
    };
    let operation = parsed.operations.get(None).expect("one operation");
    let variables = serde_json::from_value(variables.clone()).expect("an object");
    request::coerce_variable_values(schema, operation, &variables)
        .err()
        .map(|error| error.message().to_string())
}

#[test]
fn every_document_and_every_set_of_variables_holds() {
    for (schema_name, schema) in schemas() {
        for (name, document, sets) in sets() {
            for variables in sets {
                let error = refused(&schema, document, &variables);
                assert_eq!(
                    error, None,
                    "{name} against the {schema_name} schema with {variables}"
                );
            }
        }
    }
}

#[test]
fn a_wrong_field_and_a_wrong_variable_are_found() {
    for (name, schema) in schemas() {
        let wrong = Document {
            text: "query X($id: ID!) { dispute(id: $id) { outcome } }",
            fixed: 0.0,
            per_row: 0.0,
        };
        assert!(refused(&schema, &wrong, &order("x", true)).is_some(), "{name}");
        let unknown = evidence_update("x", json!({"productDescription": "cannot be written"}));
        assert!(refused(&schema, &EVIDENCE_UPDATE, &unknown).is_some(), "{name}");
        assert!(refused(&schema, &ORDER, &json!({})).is_some(), "{name}");
        assert!(
            refused(&schema, &SUBSCRIBE, &subscribe("NO_SUCH_TOPIC", "x")).is_some(),
            "{name}"
        );
    }
}

#[test]
fn a_query_never_costs_more_than_shopify_runs() {
    for (name, document, sets) in sets() {
        for variables in sets {
            assert!(document.cost(&variables) <= DEAREST, "{name}");
        }
    }
    let hundred = vec![String::new(); crate::calls::GLANCE];
    assert!((GLANCE.cost(&glance(&hundred)) - DEAREST).abs() < 0.1);
    assert!((PAGE.cost(&page(50, None, None)) - 202.0).abs() < 0.1);
}

#[test]
fn nothing_personal_is_asked_for_but_where_the_goods_went() {
    const WENT: &str =
        "shippingAddress @include(if: $withAddress) { address1 address2 zip city countryCodeV2 }";
    const PERSONAL: [&str; 12] = [
        "customerFirstName",
        "customerLastName",
        "customerEmailAddress",
        "customerPurchaseIp",
        "billingAddress ",
        "shippingAddress",
        "clientIp",
        "email",
        "phone",
        "address1",
        "firstName",
        "message ",
    ];
    for (name, document) in ALL
        .iter()
        .filter(|(name, _)| !matches!(*name, "EVIDENCE_UPDATE" | "SUBSCRIBE"))
    {
        // A proof of delivery is compared with it: street and town, without a name.
        let text = match *name {
            "ORDER" => document.text.replace(WENT, ""),
            _ => document.text.to_owned(),
        };
        let found: Vec<&&str> = PERSONAL.iter().filter(|word| text.contains(**word)).collect();
        assert!(found.is_empty(), "{name} asks for {found:?}");
    }
}

#[test]
fn the_scopes_that_are_asked_for_are_prefixed() {
    assert!(
        SCOPES
            .iter()
            .all(|scope| scope.starts_with("read_") || scope.starts_with("write_"))
    );
}
