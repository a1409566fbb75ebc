//! Rules for evidence rows and the files that belong to them.

use serde_json::{Map, Value, json};

use super::{
    ApiError,
    checks::{missing, text},
    input::Input,
    vocabulary::{EVIDENCE_TYPES, FULFILMENT_REASONS, document_name},
};
use crate::dispute::{Dispute, Time, stamp};

/// Checks `evidences` and makes the rows that the dispute will show.
pub(crate) fn rows(
    dispute: &Dispute,
    input: &Input,
    known: &[&str],
    now: Time,
) -> Result<Vec<Value>, ApiError> {
    let given = match input.json.get("evidences") {
        None => &[][..],
        Some(Value::Array(rows)) if rows.len() <= 100 => rows,
        Some(_) => {
            return Err(ApiError::malformed(
                "evidences must be a list of at most 100 rows.",
            ));
        }
    };
    let item_count = dispute
        .transactions
        .iter()
        .filter_map(|row| row["items"].as_array())
        .map(Vec::len)
        .sum();
    let several = given.len() > 1 && 1_usize < item_count;
    given
        .iter()
        .map(|row| check(dispute, input, row, known, several).map(|row| dated(dispute, row, now)))
        .collect()
}

/// The rows of an answer to PayPal: at least one.
pub(crate) fn answer(dispute: &Dispute, input: &Input, now: Time) -> Result<Vec<Value>, ApiError> {
    let rows = rows(dispute, input, EVIDENCE_TYPES, now)?;
    if rows.is_empty() {
        return Err(missing("evidences"));
    }
    Ok(rows)
}

/// `documents` rows for the files of a message or of supporting information.
pub(crate) fn documents(dispute: &Dispute, files: &[String]) -> Vec<Value> {
    files.iter().map(|name| document(dispute, name)).collect()
}

fn document(dispute: &Dispute, name: &str) -> Value {
    let url = format!(
        "https://documents.example/{}/{}",
        dispute.id,
        name.replace(' ', "%20")
    );
    json!({"name": name, "url": url})
}

fn dated(dispute: &Dispute, mut row: Map<String, Value>, now: Time) -> Value {
    row.insert("source".into(), "SUBMITTED_BY_SELLER".into());
    row.insert("date".into(), stamp(now).into());
    row.insert("dispute_life_cycle_stage".into(), dispute.stage.word().into());
    Value::Object(row)
}

fn check(
    dispute: &Dispute,
    input: &Input,
    row: &Value,
    known: &[&str],
    several: bool,
) -> Result<Map<String, Value>, ApiError> {
    let row = row
        .as_object()
        .ok_or_else(|| ApiError::malformed("An evidence row must be an object."))?;
    let kind = match row.get("evidence_type").and_then(Value::as_str) {
        Some(kind) if known.contains(&kind) => kind,
        Some(_) => {
            return Err(issue(
                "INVALID_EVIDENCE_TYPE",
                "The evidence type is not taken here.",
            ));
        }
        None => return Err(issue("MISSING_EVIDENCE_TYPE", "The evidence type is missing.")),
    };
    if several && !row.contains_key("item_id") {
        return Err(issue(
            "ITEM_ID_IS_MANDATORY_FOR_MULTIPLE_EVIDENCES",
            "Several items: each evidence row names its item.",
        ));
    }
    let mut kept = Map::from_iter([("evidence_type".to_owned(), Value::from(kind))]);
    if let Some(notes) = text(row, "notes")? {
        kept.insert("notes".into(), notes.into());
    }
    if let Some(item) = row.get("item_id") {
        kept.insert("item_id".into(), item.clone());
    }
    let named = attached(dispute, input, row)?;
    if !named.is_empty() {
        kept.insert("documents".into(), named.into());
    }
    match kind {
        "PROOF_OF_FULFILLMENT" => fulfilment(dispute, row)?,
        "PROOF_OF_REFUND" => refund(row)?,
        "PROOF_OF_RETURN" => {}
        _ if row.contains_key("evidence_info") => {
            return Err(issue(
                "INVALID_EVIDENCE_INFO",
                "This evidence type takes notes and documents only.",
            ));
        }
        _ => {}
    }
    if let Some(info) = row.get("evidence_info") {
        kept.insert("evidence_info".into(), info.clone());
    }
    let says_something = ["notes", "documents", "evidence_info"]
        .iter()
        .any(|field| kept.contains_key(*field));
    if !says_something {
        return Err(issue(
            "MISSING_EVIDENCE_INFO",
            "The evidence row has neither notes nor documents.",
        ));
    }
    Ok(kept)
}

/// Documents are linked to their files by name, so every name needs its file in the same call.
fn attached(dispute: &Dispute, input: &Input, row: &Map<String, Value>) -> Result<Vec<Value>, ApiError> {
    let documents = match row.get("documents") {
        None => return Ok(Vec::new()),
        Some(Value::Array(rows)) if (1..=100).contains(&rows.len()) => rows,
        Some(_) => return Err(ApiError::malformed("documents must be a list of 1 to 100 rows.")),
    };
    let file = |row: &Value| {
        let name = row
            .get("name")
            .and_then(Value::as_str)
            .filter(|name| document_name(name))?;
        input
            .files
            .iter()
            .any(|file| file == name)
            .then(|| document(dispute, name))
    };
    documents
        .iter()
        .map(|row| {
            file(row).ok_or_else(|| issue("INVALID_EVIDENCE_FILE", "A document has no attached file."))
        })
        .collect()
}

fn fulfilment(dispute: &Dispute, row: &Map<String, Value>) -> Result<(), ApiError> {
    let asked = dispute.evidences.iter().any(|row| {
        row["source"] == "REQUESTED_FROM_SELLER" && row["evidence_type"] == "PROOF_OF_FULFILLMENT"
    });
    if !asked && !FULFILMENT_REASONS.contains(&dispute.reason.as_str()) {
        return Err(issue(
            "INVALID_EVIDENCE_TYPE_PROOF_OF_FULFILLMENT",
            "Proof of fulfilment is not taken for this reason.",
        ));
    }
    let tracking = row
        .get("evidence_info")
        .and_then(|info| info.get("tracking_info"));
    match tracking.and_then(Value::as_array) {
        // What cannot be shipped has no tracking; notes or files speak for it.
        None if !dispute.tangible() && !row.contains_key("evidence_info") => Ok(()),
        Some(rows) if (1..=10).contains(&rows.len()) && rows.iter().all(tracked) => Ok(()),
        _ => Err(issue(
            "MISSING_TRACKING_INFO",
            "Carrier and tracking number are required.",
        )),
    }
}

fn tracked(row: &Value) -> bool {
    let field = |name: &str| row.get(name).and_then(Value::as_str).unwrap_or_default();
    let carrier = field("carrier_name");
    let code = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    let named = match carrier {
        "OTHER" => (1..=2_000).contains(&field("carrier_name_other").chars().count()),
        _ => !carrier.is_empty() && carrier.len() <= 255 && carrier.chars().all(code),
    };
    named && (1..=255).contains(&field("tracking_number").chars().count())
}

fn refund(row: &Map<String, Value>) -> Result<(), ApiError> {
    let ids = row
        .get("evidence_info")
        .and_then(|info| info.get("refund_ids"))
        .and_then(Value::as_array);
    let fits = |id: &Value| id.as_str().is_some_and(|id| (1..=255).contains(&id.len()));
    match ids {
        Some(ids) if (1..=100).contains(&ids.len()) && ids.iter().all(fits) => Ok(()),
        _ => Err(issue("MISSING_REFUND_ID", "A refund id is required.")),
    }
}

fn issue(issue: &str, description: &str) -> ApiError {
    ApiError::body(issue, "/evidences", description)
}
