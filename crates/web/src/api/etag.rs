//! Strong entity tags: what stands before the dot is the version that an edit is held against, what follows is the content.

use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{Answer, Problem, ok};

/// An answer with its tag; nothing but the tag for whoever has it already.
pub fn tagged(headers: &HeaderMap, version: &str, value: &Value) -> Answer {
    let content = serde_json::to_vec(value).unwrap_or_default();
    let hash = hex::encode(&Sha256::digest(&content)[..8]);
    let tag = format!("\"{version}.{hash}\"");
    let known = all(headers, &header::IF_NONE_MATCH);
    let mut response = if known.iter().any(|t| *t == tag || *t == "*") {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        ok(value)?
    };
    set(&mut response, &tag);
    Ok(response)
}

fn set(response: &mut Response, tag: &str) {
    if let Ok(tag) = HeaderValue::from_str(tag) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    let cache = HeaderValue::from_static("private, no-cache");
    response.headers_mut().insert(header::CACHE_CONTROL, cache);
}

/// The tags of a header. Weak ones are none of ours.
fn all<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Vec<&'a str> {
    let values = headers.get_all(name).into_iter().filter_map(|v| v.to_str().ok());
    values.flat_map(|v| v.split(',')).map(str::trim).collect()
}

/// What an edit says that it was made of.
#[derive(Debug, PartialEq, Eq)]
pub enum Basis {
    /// One of these versions.
    Versions(Vec<String>),
    /// Of whatever is there.
    Any,
    /// Of nothing: it is the first.
    Nothing,
}

/// Reads what an edit was made of.
///
/// # Errors
/// When it does not say.
pub fn basis(headers: &HeaderMap) -> Result<Basis, Problem> {
    let tags = all(headers, &header::IF_MATCH);
    if tags.contains(&"*") {
        return Ok(Basis::Any);
    }
    if !tags.is_empty() {
        let version = |tag: &str| {
            let bare = tag.strip_prefix('"')?.strip_suffix('"')?;
            Some(
                bare.split_once('.')
                    .map_or(bare, |(version, _)| version)
                    .to_owned(),
            )
        };
        return Ok(Basis::Versions(tags.into_iter().filter_map(version).collect()));
    }
    if all(headers, &header::IF_NONE_MATCH).contains(&"*") {
        return Ok(Basis::Nothing);
    }
    Err(Problem::no_precondition(
        "Say what you started from: `If-Match` with the ETag that was read, or `If-None-Match: *` for what is not there yet.",
    ))
}

/// Holds an edit against the version that is there.
///
/// # Errors
/// When the edit does not say what it was made of, or was made of another version.
pub fn same(headers: &HeaderMap, version: &str) -> Result<(), Problem> {
    match basis(headers)? {
        Basis::Any => Ok(()),
        Basis::Versions(known) if known.iter().any(|v| v == version) => Ok(()),
        Basis::Versions(_) | Basis::Nothing => Err(stale()),
    }
}

/// The problem of an edit that was made of another version.
pub fn stale() -> Problem {
    Problem::stale("It was changed since you read it. Read it again, look what changed, and repeat.")
}
