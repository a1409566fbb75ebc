//! Klarna's refusals (reference 2): branch on status and code, never on texts, and keep the reference.

use docket_connector::Error;
use docket_connector::http::{Answer, Intent};
use http::HeaderMap;

use crate::wire::{Failure, ParameterError, Text};

/// What to look at when Klarna answers 403: it does so for a wrong path, too.
pub(crate) const FORBIDDEN: &str = "Klarna answers 403. Usual causes: the address is another region's or has a wrong path in \
    front; the key lacks the permission for disputes, or the account is not signed up for the Disputes API of this \
    generation; or this account's Klarna seems to run through a payment service provider (Stripe, Adyen, Mollie, Shopify \
    Payments, …), which then handles its disputes: connect that provider instead. Put it right, then resume the \
    connection";

/// What else it may be when the answer does not speak as Klarna does.
const GATEWAY: &str = "the refusal was not in Klarna's own form: a gateway or its protection against overload may have refused, too";

/// What to look at when Klarna answers 401.
const UNAUTHORIZED: &str = "Klarna does not accept the credentials: check user name and password or API key, whether they belong \
    to this address (live or playground, region), and whether the key was disabled after two months without use";

/// Klarna's reference: its support asks for the correlation id. In the headers, else in the body.
pub(crate) fn reference(headers: &HeaderMap, body: &[u8]) -> Option<String> {
    let header = headers
        .get("klarna-correlation-id")
        .and_then(|id| id.to_str().ok());
    let usable = |id: &str| !id.is_empty() && id.len() <= 128 && id.bytes().all(|b| b.is_ascii_graphic());
    if let Some(id) = header.filter(|id| usable(id)) {
        return Some(id.to_owned());
    }
    let failure: Failure = serde_json::from_slice(body).ok()?;
    let id = failure.correlation_id.or(failure.error_id)?;
    Some(id.0).filter(|id| usable(id))
}

/// An answer that is no success, as the caller's next step.
pub(crate) fn refusal(answer: &Answer, intent: Intent) -> Error {
    let status = answer.status.as_u16();
    let reference = reference(&answer.headers, &answer.body);
    let failure: Option<Failure> = serde_json::from_slice(&answer.body).ok();
    let spoken = failure
        .as_ref()
        .is_some_and(|failure| failure.error_code.is_some());
    let failure = failure.unwrap_or_default();
    let code = failure
        .error_code
        .as_ref()
        .map_or_else(|| format!("HTTP_{status}"), |code| word(&code.0));
    match (status, intent) {
        (401, _) => Error::Auth {
            message: UNAUTHORIZED.to_owned(),
            reference,
        },
        (403, _) => Error::Auth {
            message: if spoken {
                FORBIDDEN.to_owned()
            } else {
                format!("{FORBIDDEN} ({GATEWAY})")
            },
            reference,
        },
        (404, _) => Error::NotFound {
            message:
                "Klarna shows no such dispute to this account: check which account and region it belongs to"
                    .to_owned(),
        },
        // Whether the conflict is with our own call, or with somebody else's, only reading tells.
        (409, Intent::Write) => Error::OutcomeUnknown {
            why: format!(
                "Klarna answered 409 ({code}): the dispute has moved on, perhaps by this very response"
            ),
            reference,
        },
        (400..=499, _) => Error::Rejected {
            message: said(&failure),
            code,
            reference,
        },
        (other, Intent::Read) => Error::Contract {
            what: format!("Klarna answered {other}, which is not documented for this call"),
        },
        (other, Intent::Write) => Error::OutcomeUnknown {
            why: format!("Klarna answered {other}, which is not documented for this call"),
            reference,
        },
    }
}

/// Codes are words; anything else is not repeated, since it could hold anything.
fn word(text: &str) -> String {
    let fits = text.len() <= 100
        && text
            .bytes()
            .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
    if fits && !text.is_empty() {
        text.to_owned()
    } else {
        "UNREADABLE_CODE".to_owned()
    }
}

/// The refused fields and why, as far as they can be repeated.
fn said(failure: &Failure) -> String {
    let rows = failure.validation_errors.iter().chain(&failure.errors).flatten();
    let fields: Vec<String> = rows.filter_map(field).take(5).collect();
    if fields.is_empty() {
        return "Klarna does not take the request as it is; compare it with the rules, and look the code up in Klarna's \
                Disputes API reference"
            .to_owned();
    }
    format!("Klarna refuses {}; correct it and send again", fields.join(", "))
}

fn field(row: &ParameterError) -> Option<String> {
    let name = row.parameter.as_ref().and_then(Text::filled)?;
    let pointer = name.len() <= 200
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"/_-.[]$".contains(&b));
    let name = if pointer { name } else { "a field" };
    let reason = row
        .reason
        .as_ref()
        .or(row.error_message.as_ref())
        .and_then(Text::filled);
    Some(match reason.filter(|reason| repeatable(reason)) {
        Some(reason) => format!("`{name}` ({})", reason.trim_end_matches('.')),
        None => format!("`{name}`"),
    })
}

/// A reason in plain words is repeated. One with addresses, quotations or long numbers may repeat what was sent.
fn repeatable(reason: &str) -> bool {
    let plain = reason.len() <= 200
        && reason
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b" _-.,;:()<>=[]/".contains(&b));
    let longest = reason
        .split(|c: char| !c.is_ascii_digit())
        .map(str::len)
        .max()
        .unwrap_or(0);
    plain && longest <= 5
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_repeated_only_in_plain_words() {
        for good in [
            "must not be empty",
            "size must be between 1 and 10000.",
            "must be < dispute_amount",
        ] {
            assert!(repeatable(good), "{good}");
        }
        for bad in [
            "`ann@example.com` is not allowed",
            "value 0034998877 is unknown",
            "was \"Dear Ann\"",
        ] {
            assert!(!repeatable(bad), "{bad}");
        }
    }
}
