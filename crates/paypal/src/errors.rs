//! PayPal's refusals (reference 8): branch on `name` and `details[].issue`, never on texts, and keep the debug id.

use docket_connector::Error;
use docket_connector::http::{Answer, Intent};
use http::HeaderMap;

use crate::wire::Failure;

/// The debug id: PayPal's support asks for it. In the body, else in the header.
pub(crate) fn reference(headers: &HeaderMap, body: &[u8]) -> Option<String> {
    let failure: Option<Failure> = serde_json::from_slice(body).ok();
    let header = || Some(headers.get("paypal-debug-id")?.to_str().ok()?.to_owned());
    failure
        .and_then(|failure| failure.debug_id)
        .or_else(header)
        .filter(|id| id.len() <= 128)
}

/// An answer that is no success, as the caller's next step.
pub(crate) fn refusal(answer: &Answer, intent: Intent) -> Error {
    let status = answer.status;
    let reference = reference(&answer.headers, &answer.body);
    let failure: Option<Failure> = serde_json::from_slice(&answer.body).ok();
    let spoken = failure.as_ref().is_some_and(|failure| failure.name.is_some());
    let failure = failure.unwrap_or_default();
    let detail = failure
        .details
        .iter()
        .flatten()
        .find(|detail| detail.issue.is_some());
    let name = failure.name.as_deref().map(word);
    let issue = detail.and_then(|detail| detail.issue.as_deref()).map(word);
    let code = issue
        .or(name)
        .unwrap_or_else(|| format!("HTTP_{}", status.as_u16()));
    match status.as_u16() {
        401 => Error::Auth {
            message: said(&code, &detail_field(detail)),
            reference,
        },
        // Without PayPal's own words it was some gateway on the way, which says nothing about permissions.
        403 if spoken => Error::Auth {
            message: said(&code, &detail_field(detail)),
            reference,
        },
        403 => Error::retry("a gateway on the way refused the call (403)"),
        404 => Error::NotFound {
            message: hint("RESOURCE_NOT_FOUND").unwrap_or_default().to_owned(),
        },
        400..=499 => Error::Rejected {
            message: said(&code, &detail_field(detail)),
            code,
            reference,
        },
        other => {
            let why = format!("PayPal answered {other}, which is not documented for this call");
            match intent {
                Intent::Read => Error::Contract { what: why },
                Intent::Write => Error::OutcomeUnknown { why, reference },
            }
        }
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

fn detail_field(detail: Option<&crate::wire::FailureDetail>) -> String {
    let field = detail
        .and_then(|detail| detail.field.as_deref())
        .unwrap_or_default();
    let pointer = field.len() <= 200
        && field
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"/_-.[]".contains(&b));
    if pointer && !field.is_empty() {
        format!(" (field {field})")
    } else {
        String::new()
    }
}

fn said(code: &str, field: &str) -> String {
    match hint(code) {
        Some(hint) => format!("{hint}{field}"),
        None => {
            format!("PayPal refused with {code}{field}; look the code up in PayPal's dispute API reference")
        }
    }
}

/// What to do, in plain words (reference 8; the confusingly named address issues: reference 4).
pub(crate) fn hint(code: &str) -> Option<&'static str> {
    Some(match code {
        "INVALID_REQUEST" | "VALIDATION_ERROR" => {
            "PayPal does not take the request as it is: compare it with the rules"
        }
        "INVALID_RESOURCE_ID" => "PayPal does not take this dispute id",
        "AUTHENTICATION_FAILURE" | "AUTHORIZATION_ERROR" => {
            "PayPal does not accept the token: check client id and secret, and whether the app is still active"
        }
        "NOT_AUTHORIZED" | "FORBIDDEN" | "PERMISSION_DENIED" => {
            "a permission is missing: tick `Customer disputes` for the app in PayPal's developer dashboard; connected \
             merchants must consent again with READ_SELLER_DISPUTE and UPDATE_SELLER_DISPUTE"
        }
        "RESOURCE_NOT_FOUND" | "RESOURCE_NOT_FOUND_ERROR" => {
            "PayPal knows no such dispute for this account: check whether the connection belongs to the right merchant"
        }
        "NOT_ACCEPTABLE" | "UNSUPPORTED_MEDIA_TYPE" => "PayPal does not take the form of the upload",
        "RESOURCE_CONFLICT" => "the dispute changed meanwhile: read it again and decide anew",
        "UNPROCESSABLE_ENTITY" | "ACTION_NOT_ALLOWED_IN_CURRENT_DISPUTE_STATE" => {
            "PayPal does not allow this action now: read the dispute again and look at its allowed actions"
        }
        "AMOUNT_SHOULD_NOT_BE_PASSED" => "this kind of offer or acceptance takes no amount",
        "DATE_CAN_NOT_BE_IN_FUTURE" => "a date lies in the future",
        "DISPUTE_REASON_NOT_ELIGIBLE" => "the dispute's reason does not permit this action",
        "INSUFFICIENT_FUNDS" => {
            "the merchant's PayPal balance does not cover the refund: the client must add money or a backup source"
        }
        "INTANGIBLE_ITEM_CANNOT_BE_RETURNED" => "the goods are intangible: offer or accept without a return",
        "INVALID_EVIDENCE_FILE" => {
            "a file is too large or of a wrong type: JPG, GIF, PNG or PDF below 10 MB, 50 MB together"
        }
        "INVALID_EVIDENCE_TYPE_PROOF_OF_FULFILLMENT" => {
            "proof of fulfilment is not taken for this reason and status: use another evidence type"
        }
        "INVALID_RETURN_SHIPPING_ADDRESS_FORMAT" => "the return address is not in PayPal's form",
        "ITEM_ID_IS_MANDATORY_FOR_MULTIPLE_EVIDENCES" => {
            "several items are disputed: each evidence needs its item id"
        }
        "MANDATORY_PARAMETER_MISSING" => "a field that PayPal requires is missing",
        "MISSING_EVIDENCE_INFO" => "the evidence lacks its tracking or refund data",
        "MISSING_EVIDENCE_TYPE" => "an evidence has no type",
        "MISSING_REASON_CODE" => "a reason code is missing",
        "MISSING_REFUND_ID" => "proof of refund needs the refund's PayPal id",
        "MISSING_RETURN_SHIPPING_ADDRESS" => {
            "a return address must not be given for goods that were not received: leave it out"
        }
        "SHIPPING_ADDRESS_SHOULD_NOT_BE_PASSED" => {
            "a return address is needed here: the offer is below what the buyer asks for goods not as described"
        }
        "MISSING_TRACKING_INFO" => "proof of fulfilment needs carrier and tracking number",
        "REFUND_DECLINED_BY_COMPLIANCE_SCANNING" => {
            "PayPal's compliance check stopped the refund: ask PayPal"
        }
        "FUNDING_INSTRUMENT_PREFERENCE_NOT_ALLOWED"
        | "PROVISIONAL_CREDIT_PREFERENCE_NOT_ALLOWED"
        | "REFUND_PREFERENCE_MUTUALLY_EXCLUSIVE" => {
            "this way of refunding is not allowed here: leave the preference out"
        }
        _ => return None,
    })
}
