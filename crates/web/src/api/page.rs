//! Pages of lists: each says where the next one begins, in a word that only this program reads.

use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::DateTime;
use docket_app::CasePosition;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use url::form_urlencoded;

use super::{Answer, Problem, json as answer};

/// Rows of a page, unless told otherwise.
const USUAL: i64 = 50;
/// Rows of a page at most.
pub const MOST: i64 = 200;

/// How many rows a page may have.
pub fn limit(wanted: Option<i64>) -> Result<i64, Problem> {
    let limit = wanted.unwrap_or(USUAL);
    if (1..=MOST).contains(&limit) {
        Ok(limit)
    } else {
        Err(Problem::wrong(format!("limit: between 1 and {MOST}")))
    }
}

/// A place in a list.
pub fn cursor(place: &impl Serialize) -> String {
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(place).unwrap_or_default())
}

/// The place that a cursor names.
pub fn place<T: DeserializeOwned>(cursor: Option<&str>) -> Result<Option<T>, Problem> {
    let Some(text) = cursor else { return Ok(None) };
    let read = URL_SAFE_NO_PAD.decode(text).ok();
    let read = read.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    read.map(Some).ok_or_else(|| {
        Problem::wrong(
            "cursor: this is no place in the list. Take `next` as it came, or begin at the first page.",
        )
    })
}

/// A place among cases.
pub fn case_place((micros, id): (i64, docket_core::id::CaseId)) -> Result<CasePosition, Problem> {
    // Of years that every database can hold.
    let range = 0..253_402_300_800_000_000;
    let sort_at = DateTime::from_timestamp_micros(micros).filter(|_| range.contains(&micros));
    let sort_at = sort_at.ok_or_else(|| Problem::wrong("cursor: this is no place in the list."))?;
    Ok(CasePosition { sort_at, id })
}

/// Takes a row that was read only to know whether there is a further page.
pub fn more<T>(rows: &mut Vec<T>, limit: i64) -> bool {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = rows.len() > limit;
    rows.truncate(limit);
    more
}

/// A page of a list, with the address of the next one.
pub fn page(uri: &Uri, items: Vec<Value>, next: Option<String>) -> Answer {
    let link = next.as_deref().map(|cursor| {
        let query = uri.query().unwrap_or_default();
        let others = form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name != "cursor");
        let mut pairs = form_urlencoded::Serializer::new(String::new());
        let query = pairs.extend_pairs(others).append_pair("cursor", cursor).finish();
        format!("<{}?{query}>; rel=\"next\"", uri.path())
    });
    let mut response: Response = answer(StatusCode::OK, &json!({ "items": items, "next": next }))?;
    if let Some(link) = link.and_then(|l| HeaderValue::from_str(&l).ok()) {
        response.headers_mut().insert(header::LINK, link);
    }
    Ok(response)
}
