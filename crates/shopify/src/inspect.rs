//! Reading one raw payload, for `docket inspect`.

use chrono::{DateTime, Utc};
use docket_connector::Error;
use docket_connector::http::read_json;
use docket_core::snapshot::Snapshot;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::map;
use crate::wire::{Dispute, RestDispute};

const EXPECTED: &str = "expected one Shopify dispute: a node of the GraphQL API, a whole answer that holds one, or the \
    JSON of a webhook or of REST";

type Raw<'a> = &'a RawValue;

#[derive(Deserialize)]
struct Shape<'a> {
    #[serde(borrow)]
    id: Option<Raw<'a>>,
    #[serde(borrow)]
    data: Option<Raw<'a>>,
    #[serde(borrow)]
    dispute: Option<Raw<'a>>,
    #[serde(borrow)]
    node: Option<Raw<'a>>,
    #[serde(borrow)]
    nodes: Option<Vec<Option<Raw<'a>>>>,
    #[serde(borrow)]
    disputes: Option<Raw<'a>>,
}

/// Reads one raw payload as Shopify gives it: a GraphQL dispute node, a whole GraphQL answer with one dispute, or the
/// flat JSON of REST and webhooks.
///
/// # Errors
/// `Contract`, saying what was expected, for anything else.
pub fn inspect(raw: &[u8], now: DateTime<Utc>) -> Result<Snapshot, Error> {
    map::snapshot(&find(raw, 4)?, now)
}

/// A file that was cut is a broken file: there is nothing to try again.
fn broken(error: Error) -> Error {
    match error {
        Error::Retry { why, .. } => Error::Contract { what: why },
        other @ (Error::OutcomeUnknown { .. }
        | Error::Rejected { .. }
        | Error::Auth { .. }
        | Error::NotFound { .. }
        | Error::Contract { .. }
        | Error::Unsupported(_)) => other,
    }
}

/// Looks for the dispute below the wrappers that answers have.
fn find(raw: &[u8], depth: u8) -> Result<Dispute, Error> {
    let wrong = |why: &str| Err(Error::contract(format!("{EXPECTED}; {why}")));
    if raw.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'[') {
        return wrong("this is an array: give one of its elements");
    }
    let shape: Shape<'_> = read_json(raw, "payload").map_err(broken)?;
    if let Some(id) = shape.id {
        return if id.get().contains("gid://") {
            read_json(raw, "dispute").map_err(broken)
        } else {
            read_json::<RestDispute>(raw, "dispute")
                .map(Dispute::from)
                .map_err(broken)
        };
    }
    if let Some(nodes) = shape.nodes {
        let mut there = nodes.into_iter().flatten();
        return match (there.next(), there.next()) {
            (Some(one), None) if depth > 0 => find(one.get().as_bytes(), depth - 1),
            (Some(_), _) => wrong("this is a list with several: give one of its nodes"),
            (None, _) => wrong("this list is empty"),
        };
    }
    let inner = [shape.data, shape.dispute, shape.node, shape.disputes]
        .into_iter()
        .flatten();
    match inner.into_iter().find(|inner| inner.get().starts_with('{')) {
        Some(inner) if depth > 0 => find(inner.get().as_bytes(), depth - 1),
        Some(_) | None => wrong("this has neither `id` nor `data` with a dispute in it"),
    }
}
