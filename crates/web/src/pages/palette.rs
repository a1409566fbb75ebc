//! Cases that fit what was typed, for the palette: the most urgent ones by any part of it, all others by the whole of an id.

use axum::Json;
use axum::extract::{Query, State};
use docket_app::{CaseFilter, Desk, Error, StoredCase};
use serde_json::{Value, json};

use crate::doors::Viewer;
use crate::error::PageError;
use crate::query::Pairs;
use crate::show;
use crate::urls;

/// So many of the most urgent cases are looked at.
pub const AMONG: i64 = 300;
/// No id is as short as this.
pub const FEWEST: usize = 3;
/// So many are shown.
const SHOWN: usize = 12;

/// Those that the search finds, whatever their age; then the most urgent open ones whose id, reference, amount or reason
/// holds what was typed.
pub async fn find(
    State(desk): State<Desk>,
    viewer: Viewer,
    Query(pairs): Query<Pairs>,
) -> Result<Json<Value>, PageError> {
    let wanted = pairs.iter().find(|(name, _)| name == "q");
    let wanted = wanted.map(|(_, text)| text.trim()).unwrap_or_default();
    let known = match wanted.chars().count() {
        0..FEWEST => Vec::new(),
        // What is too long for the search is no id of anything.
        _ => desk.search(viewer.scope(), wanted).await.map_or_else(
            |error| match error {
                Error::Invalid(_) => Ok(Vec::new()),
                other => Err(other),
            },
            |found| Ok(found.cases),
        )?,
    };
    let known: Vec<StoredCase> = known.into_iter().map(|(stored, _)| stored).collect();
    let is_known = |id| known.iter().any(|stored| stored.case.id == id);
    let urgent = urgent(&desk, &viewer, wanted).await?;
    let urgent = urgent.iter().filter(|stored| !is_known(stored.case.id));
    let found: Vec<Value> = known
        .iter()
        .chain(urgent)
        .take(SHOWN)
        .map(|stored| json!({ "url": urls::case(stored.case.id), "text": text(stored) }))
        .collect();
    Ok(Json(Value::Array(found)))
}

/// Of the most urgent open cases those whose id, reference, amount or reason holds what was typed.
pub async fn urgent(desk: &Desk, viewer: &Viewer, wanted: &str) -> Result<Vec<StoredCase>, Error> {
    let wanted = wanted.to_lowercase();
    let filter = CaseFilter {
        open_only: true,
        ..CaseFilter::default()
    };
    let mut cases = desk.cases(viewer.scope(), &filter, None, AMONG).await?;
    cases.retain(|stored| text(stored).to_lowercase().contains(&wanted));
    Ok(cases)
}

fn text(stored: &StoredCase) -> String {
    let case = &stored.case;
    let facts = &case.facts;
    format!(
        "{} · {} · {} · {}{}",
        case.dispute,
        case.platform.title(),
        show::money(facts.amount),
        show::words(facts.reason),
        facts
            .order_refs
            .first()
            .map_or_else(String::new, |r| format!(" · {r}"))
    )
}
