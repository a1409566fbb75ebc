//! Planted documents against PayPal's published schema. The file is not part of this repository: the environment variable
//! `DOCKET_PAYPAL_OPENAPI` names a copy, and without it there is nothing to hold against.

use docket_simulator::Options;
use serde_json::{Value, json};

use crate::support::*;

/// Words that the file does not know: planted so that clients meet something unknown, or newer than the file.
fn expected(error: &str) -> bool {
    const UNKNOWN: [&str; 3] = [
        "GIFT_CARD_MISUSE",
        "AWAITING_NETWORK_RULING",
        "RESOLVED_BY_MEDIATION",
    ];
    const NEWER: [&str; 2] = ["INSUFFICIENT_EVIDENCE_PROVIDED", "RESPONDED"];
    UNKNOWN
        .iter()
        .chain(&NEWER)
        .any(|word| error.starts_with(&format!("\"{word}\"")))
}

#[tokio::test]
async fn documents_fit_the_published_schema() {
    let Ok(path) = std::env::var("DOCKET_PAYPAL_OPENAPI") else {
        eprintln!("skipped: DOCKET_PAYPAL_OPENAPI names no file");
        return;
    };
    let mut schema: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    schema["$ref"] = json!("#/components/schemas/dispute");
    let validator = jsonschema::draft4::new(&schema).unwrap();
    let desk = Desk::open(Options {
        cases: 300,
        ..options()
    })
    .await;
    let rows = desk.control("/paypal/disputes").await;
    let mut surprises = Vec::new();
    for row in rows.as_array().unwrap() {
        let found = validator
            .iter_errors(row)
            .map(|error| format!("{} at {}", error, error.instance_path));
        surprises.extend(found.filter(|error| !expected(error)));
    }
    surprises.sort();
    surprises.dedup();
    assert!(surprises.is_empty(), "{}", surprises.join("\n"));
}
