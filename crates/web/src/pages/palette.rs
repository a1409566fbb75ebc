//! Open cases that fit a few typed letters, for the palette.

use axum::Json;
use axum::extract::{Query, State};
use docket_app::{CaseFilter, Desk, StoredCase};
use serde_json::{Value, json};

use crate::doors::Viewer;
use crate::error::PageError;
use crate::query::Pairs;
use crate::show;
use crate::urls;

/// So many of the most urgent cases are looked at.
const AMONG: i64 = 300;
/// So many are shown.
const SHOWN: usize = 12;

/// The most urgent open cases whose id, reference, amount or reason holds what was typed; and the one with exactly this id.
pub async fn find(
    State(desk): State<Desk>,
    viewer: Viewer,
    Query(pairs): Query<Pairs>,
) -> Result<Json<Value>, PageError> {
    let wanted = pairs.iter().find(|(name, _)| name == "q");
    let wanted = wanted
        .map(|(_, text)| text.trim().to_lowercase())
        .unwrap_or_default();
    let filter = CaseFilter {
        open_only: true,
        ..CaseFilter::default()
    };
    let cases = desk.cases(viewer.scope(), &filter, None, AMONG).await?;
    let found: Vec<Value> = cases
        .iter()
        .filter(|stored| text(stored).to_lowercase().contains(&wanted))
        .take(SHOWN)
        .map(|stored| json!({ "url": urls::case(stored.case.id), "text": text(stored) }))
        .collect();
    Ok(Json(Value::Array(found)))
}

fn text(stored: &StoredCase) -> String {
    let case = &stored.case;
    let facts = &case.facts;
    format!(
        "{} · {} · {} · {}{}",
        case.dispute,
        case.platform.title(),
        facts.amount,
        show::words(facts.reason),
        facts
            .order_refs
            .first()
            .map_or_else(String::new, |r| format!(" · {r}"))
    )
}
