//! Our schema against Shopify's own, and every document of the project against the running simulator.
//! Runs where the shared folder with the platforms' schemas lies beside the sources, or `DOCKET_SHOPIFY_SPECS` names it.

use std::{
    fs,
    io::Read,
    path::{Path, PathBuf},
};

use apollo_compiler::{Schema, schema::ExtendedType};
use serde_json::json;

use super::*;

fn specs() -> Option<PathBuf> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/specs/shopify");
    let folder =
        std::env::var_os("DOCKET_SHOPIFY_SPECS").map_or_else(|| PathBuf::from(beside), PathBuf::from);
    folder.is_dir().then_some(folder)
}

/// The whole of it.
fn published(specs: &Path) -> Schema {
    let file = fs::File::open(specs.join("admin_2026-10.full.graphql.gz")).unwrap();
    let mut text = String::new();
    flate2::read::GzDecoder::new(file)
        .read_to_string(&mut text)
        .unwrap();
    Schema::parse(text, "theirs.graphql").unwrap_or_else(|partly| partly.partial)
}

const OURS: &str = include_str!("../../../src/shopify/schema.graphql");

#[test]
fn our_schema_says_nothing_that_shopify_s_does_not() {
    let Some(specs) = specs() else { return };
    let theirs = published(&specs);
    let ours = Schema::parse_and_validate(OURS, "ours.graphql").unwrap();
    // The subset names the interface of the descriptors only; BulkOperation objects are served, jobs are not.
    let beyond = ["ShopifyPaymentsDefaultChargeStatementDescriptor"];
    let mut wrong = Vec::new();
    for (name, own) in ours.types.iter().filter(|(_, own)| !own.is_built_in()) {
        let Some(real) = theirs.types.get(name) else {
            if !beyond.contains(&name.as_str()) {
                wrong.push(format!("{name} does not exist"));
            }
            continue;
        };
        compare(name, own, real, &mut wrong);
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

fn compare(name: &str, own: &ExtendedType, real: &ExtendedType, wrong: &mut Vec<String>) {
    match (own, real) {
        (ExtendedType::Object(own), ExtendedType::Object(real)) => {
            for (field, definition) in &own.fields {
                let Some(found) = real.fields.get(field) else {
                    wrong.push(format!("{name}.{field} does not exist"));
                    continue;
                };
                if definition.ty != found.ty {
                    wrong.push(format!(
                        "{name}.{field}: {} is really {}",
                        definition.ty, found.ty
                    ));
                }
                for argument in &definition.arguments {
                    let same = found
                        .arguments
                        .iter()
                        .any(|other| other.name == argument.name && other.ty == argument.ty);
                    if !same {
                        wrong.push(format!("{name}.{field}({}) differs", argument.name));
                    }
                }
            }
        }
        (ExtendedType::InputObject(own), ExtendedType::InputObject(real)) => {
            for (field, definition) in &own.fields {
                if real
                    .fields
                    .get(field)
                    .is_none_or(|found| found.ty != definition.ty)
                {
                    wrong.push(format!("input {name}.{field} differs"));
                }
            }
        }
        (ExtendedType::Enum(own), ExtendedType::Enum(real)) => {
            for value in own
                .values
                .keys()
                .filter(|value| !real.values.contains_key(*value))
            {
                wrong.push(format!("{name}.{value} does not exist"));
            }
        }
        (ExtendedType::Scalar(_), ExtendedType::Scalar(_))
        | (ExtendedType::Union(_), ExtendedType::Union(_))
        | (ExtendedType::Interface(_), ExtendedType::Interface(_)) => {}
        _ => wrong.push(format!("{name} is of another kind")),
    }
}

/// The types that a connector relies on are complete, not only right.
#[test]
fn the_dispute_types_are_complete() {
    let Some(specs) = specs() else { return };
    let theirs = published(&specs);
    let ours = Schema::parse_and_validate(OURS, "ours.graphql").unwrap();
    let keys = |schema: &Schema, name: &str| -> Vec<String> {
        let mut keys: Vec<String> = match schema.types.get(name).unwrap() {
            ExtendedType::Object(object) => object.fields.keys().map(ToString::to_string).collect(),
            ExtendedType::InputObject(object) => object.fields.keys().map(ToString::to_string).collect(),
            ExtendedType::Enum(words) => words.values.keys().map(ToString::to_string).collect(),
            _ => Vec::new(),
        };
        keys.sort();
        keys
    };
    for name in [
        "ShopifyPaymentsDispute",
        "ShopifyPaymentsDisputeEvidence",
        "ShopifyPaymentsDisputeFileUpload",
        "ShopifyPaymentsDisputeFulfillment",
        "ShopifyPaymentsDisputeEvidenceUpdateInput",
        "ShopifyPaymentsDisputeFileUploadUpdateInput",
        "MailingAddressInput",
        "DisputeStatus",
        "ShopifyPaymentsDisputeReason",
        "ShopifyPaymentsDisputeEvidenceFileType",
        "DisputeEvidenceUpdateUserErrorCode",
        "FulfillmentDisplayStatus",
        "FulfillmentEventStatus",
        "CountryCode",
    ] {
        assert_eq!(keys(&ours, name), keys(&theirs, name), "{name}");
    }
}

async fn variables(shop: &Shop, name: &str, own: &Waiting) -> Value {
    let filed =
        json!([{"resource": "DISPUTE_FILE_UPLOAD", "filename": "a.pdf", "mimeType": "application/pdf"}]);
    match name {
        "dispute_case" => json!({"id": own.id}),
        "disputes_by_ids" => json!({"ids": [own.id]}),
        "disputes_page" => json!({"first": 20, "filter": "status:needs_response"}),
        "dispute_ledger" => json!({"first": 20}),
        "evidence_readback" => json!({"evidenceId": own.evidence}),
        "evidence_update" => {
            json!({"evidenceId": own.evidence, "input": {"uncategorizedText": "Delivered."}})
        }
        "order_disputes" => json!({"first": 10, "filter": "chargeback_status:needs_response"}),
        "staged_upload" => json!({"input": filed}),
        "webhook_create" => {
            json!({"topic": "DISPUTES_CREATE", "sub": {"uri": format!("{}/hook", shop.base())}})
        }
        "bulk_disputes" => json!({"q": "{ disputes { edges { node { id status } } } }"}),
        _ => json!({}),
    }
}

#[tokio::test]
async fn every_document_of_the_project_runs() {
    let Some(specs) = specs() else { return };
    let shop = Shop::open().await;
    let own = shop.waiting().await;
    let mut ran = 0;
    for entry in fs::read_dir(specs.join("operations")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        let text = fs::read_to_string(&path).unwrap();
        let body = shop.ask(&text, variables(&shop, name, &own).await).await;
        assert!(body.get("errors").is_none(), "{name}: {body}");
        let first = body["data"].as_object().unwrap().values().next().unwrap();
        assert!(!first.is_null(), "{name}: {body}");
        assert!(
            first.get("userErrors").is_none_or(|errors| errors == &json!([])),
            "{name}: {body}"
        );
        ran += 1;
    }
    assert_eq!(ran, 12);
}

#[tokio::test]
async fn a_bulk_result_holds_a_line_for_each_dispute() {
    let mut shop = Shop::open().await;
    shop.account = 0;
    let run = "mutation { bulkOperationRunQuery(query: \"{ disputes { edges { node { id order { name } } } } }\") { bulkOperation { id status url } userErrors { message } } }";
    let started = shop.data(run, json!({})).await;
    let operation = &started["bulkOperationRunQuery"]["bulkOperation"];
    assert_eq!(
        (&operation["status"], &operation["url"]),
        (&"CREATED".into(), &Value::Null)
    );
    let data = shop
        .data(
            "query($id: ID!) { bulkOperation(id: $id) { status url objectCount } }",
            json!({"id": operation["id"]}),
        )
        .await;
    let text = shop
        .desk
        .http
        .get(data["bulkOperation"]["url"].as_str().unwrap())
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    let rows = shop
        .desk
        .control(&format!("/shopify/disputes?client_id={}", shop.client_id()))
        .await;
    assert_eq!(text.lines().count(), rows.as_array().unwrap().len());
    let wrong = shop.data("mutation { bulkOperationRunQuery(query: \"{ shop { id } }\") { bulkOperation { id } userErrors { message } } }", json!({})).await;
    assert!(wrong["bulkOperationRunQuery"]["bulkOperation"].is_null());
}

/// What the connector asks, where its crate stands beside this one.
#[test]
fn the_connector_s_documents_fit_our_schema() {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shopify/src/documents"));
    let folder = std::env::var_os("DOCKET_SHOPIFY_DOCUMENTS").map_or(folder, PathBuf::from);
    let Ok(entries) = fs::read_dir(&folder) else {
        return;
    };
    let schema = Schema::parse_and_validate(OURS, "ours.graphql").unwrap();
    let fragments = [("...Row", "row.graphql"), ("...Lines", "lines.graphql")];
    for path in entries.map(|entry| entry.unwrap().path()) {
        let name = path.file_name().unwrap().to_str().unwrap();
        if !name.ends_with(".graphql") || fragments.iter().any(|(_, file)| *file == name) {
            continue;
        }
        let mut text = fs::read_to_string(&path).unwrap();
        for (used, file) in fragments {
            if text.contains(used) {
                text.push_str(&fs::read_to_string(folder.join(file)).unwrap_or_default());
            }
        }
        if let Err(wrong) = apollo_compiler::ExecutableDocument::parse_and_validate(&schema, text, name) {
            panic!("{name}: {}", wrong.errors);
        }
    }
}
