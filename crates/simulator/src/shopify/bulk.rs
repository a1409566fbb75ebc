//! Bulk operations: run at once, result as one JSON line per node (reference 7).

use apollo_compiler::{
    executable::{OperationType, Selection},
    resolvers::{Execution, ResolveInfo, ResolvedValue},
};
use serde_json::{Value, json};

use super::{
    call::{Call, argument},
    dispute::{gid, parse_gid},
    objects::Bag,
    root::Root,
    schema, view,
};
use crate::dispute::Time;

const KIND: &str = "BulkOperation";

/// A finished run. Not kept in the state file: results live for a week at most.
#[derive(Debug)]
pub(crate) struct Run {
    pub id: u64,
    pub account: usize,
    pub lines: Vec<String>,
    query: String,
    at: Time,
}

pub(crate) fn run(call: &Call<'_>, info: &ResolveInfo<'_>) -> Value {
    let query = argument(info.arguments(), "query");
    let query = query.as_str().unwrap_or_default();
    let lines = match rows(call, query) {
        Ok(lines) => lines,
        Err(message) => {
            let errors = json!([{"field": ["query"], "message": message, "code": "INVALID"}]);
            return json!({"bulkOperation": null, "userErrors": errors});
        }
    };
    let mut world = call.world.borrow_mut();
    let run = Run {
        id: world.shopify.number(),
        account: call.account,
        lines,
        query: query.to_owned(),
        at: call.now,
    };
    let mut shown = shown(call, &run);
    // Really done already; a client has to ask again all the same.
    shown["status"] = "CREATED".into();
    (shown["completedAt"], shown["url"]) = (Value::Null, Value::Null);
    world.shopify.bulks.push(run);
    json!({"bulkOperation": shown, "userErrors": []})
}

fn rows(call: &Call<'_>, query: &str) -> Result<Vec<String>, String> {
    let document = schema::prepare(call.version, query).map_err(|errors| {
        errors
            .first()
            .map_or_else(String::new, |error| error.message.clone())
    })?;
    let operation = document
        .operations
        .get(None)
        .map_err(|error| error.message().to_string())?;
    let connection = match (
        operation.operation_type,
        operation.selection_set.selections.as_slice(),
    ) {
        (OperationType::Query, [Selection::Field(field)])
            if field.ty().inner_named_type().ends_with("Connection") =>
        {
            field.response_key().to_string()
        }
        _ => {
            return Err(
                "Bulk queries must contain exactly one connection at the top: ask for one list".to_owned(),
            );
        }
    };
    call.unbounded.set(true);
    let result = Execution::new(schema::of(call.version), &document).execute_sync(&Root(call));
    call.unbounded.set(false);
    let data = result.map_err(|error| error.message().to_string())?.data;
    let data = serde_json::to_value(data).unwrap_or_default();
    let part = &data[connection.as_str()];
    let nodes = part["nodes"].as_array().into_iter().flatten();
    let edges = part["edges"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|edge| &edge["node"]);
    Ok(nodes.chain(edges).map(Value::to_string).collect())
}

pub(crate) fn read<'a>(call: &'a Call<'a>, info: &ResolveInfo<'_>) -> ResolvedValue<'a> {
    let id = argument(info.arguments(), "id");
    let number = parse_gid(id.as_str().unwrap_or_default()).map(|(_, number)| number);
    let world = call.world.borrow();
    let mut runs = world.shopify.bulks.iter();
    let found = runs.find(|run| run.account == call.account && Some(run.id) == number);
    let value = found.map(|run| shown(call, run));
    ResolvedValue::nullable_object(value.map(|value| Bag::owned(call, KIND, value)))
}

fn shown(call: &Call<'_>, run: &Run) -> Value {
    let bytes: usize = run.lines.iter().map(|line| line.len() + 1).sum();
    json!({
        "id": gid(KIND, run.id), "status": "COMPLETED", "query": run.query,
        "createdAt": view::time(run.at), "completedAt": view::time(run.at),
        "objectCount": run.lines.len().to_string(), "rootObjectCount": run.lines.len().to_string(),
        "fileSize": bytes.to_string(), "url": format!("{}/bulk/{}.jsonl", call.place.base, run.id),
    })
}
