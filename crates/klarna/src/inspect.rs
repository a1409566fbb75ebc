//! Reading one raw payload without a connection.

use chrono::{DateTime, Utc};
use docket_connector::Error;
use docket_connector::http::read_json;
use docket_core::snapshot::Snapshot;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::generation::Generation;
use crate::map;
use crate::wire::Dispute;

/// Reads one raw payload as Klarna gives it: a row of the list, a dispute in full (v4 or v3), or a webhook event, of
/// which the `payload` is read.
///
/// # Errors
/// `Contract`, saying what was expected, for anything else. Of v4's events only `initiated` carries an amount.
pub fn inspect(raw: &[u8], now: DateTime<Utc>) -> Result<Snapshot, Error> {
    #[derive(Deserialize)]
    struct Shape<'a> {
        #[serde(borrow)]
        payload: Option<&'a RawValue>,
        #[serde(borrow)]
        disputes: Option<&'a RawValue>,
        #[serde(borrow)]
        payment_dispute_id: Option<&'a RawValue>,
    }
    // A file that was cut is a broken file: there is nothing to try again.
    let broken = |error| match error {
        Error::Retry { why, .. } => Error::Contract { what: why },
        other => other,
    };
    let expected = "expected one Klarna dispute (a row of the list's `disputes` or the answer for one dispute) or a \
                    webhook event with a `payload`";
    if raw.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'[') {
        return Err(Error::contract(format!(
            "{expected}; this is an array: give one of its elements"
        )));
    }
    let shape: Shape<'_> = read_json(raw, "payload").map_err(broken)?;
    let body = match (shape.payment_dispute_id, shape.payload, shape.disputes) {
        (Some(_), _, _) => raw,
        (None, Some(payload), _) => payload.get().as_bytes(),
        (None, None, Some(_)) => {
            return Err(Error::contract(format!(
                "{expected}; this is a whole list: give one row of its `disputes`"
            )));
        }
        (None, None, None) => {
            return Err(Error::contract(format!(
                "{expected}; this has neither `payment_dispute_id` nor `payload`"
            )));
        }
    };
    let dispute: Dispute = read_json(body, "dispute").map_err(broken)?;
    map::snapshot(&dispute, Generation::of(&dispute), now)
}
