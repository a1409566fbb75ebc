//! Rules for single fields: notes, amounts, addresses.

use serde_json::{Map, Value, json};

use super::{ApiError, input::Input, vocabulary::NOTE_CHARS};
use crate::{dispute::Dispute, money::Money, render};

/// A text of 1 to 2000 characters that may be absent.
pub(crate) fn text<'a>(from: &'a Map<String, Value>, field: &str) -> Result<Option<&'a str>, ApiError> {
    match from.get(field) {
        None => Ok(None),
        Some(Value::String(text)) if (1..=NOTE_CHARS).contains(&text.chars().count()) => Ok(Some(text)),
        Some(_) => {
            let field = format!("/{field}");
            Err(ApiError::body(
                "INVALID_STRING_LENGTH",
                &field,
                "Must be a text of 1 to 2000 characters.",
            ))
        }
    }
}

pub(crate) fn required_text<'a>(from: &'a Map<String, Value>, field: &str) -> Result<&'a str, ApiError> {
    text(from, field)?.ok_or_else(|| missing(field))
}

pub(crate) fn missing(field: &str) -> ApiError {
    ApiError::body(
        "MANDATORY_PARAMETER_MISSING",
        &format!("/{field}"),
        "A required parameter is missing.",
    )
}

/// One word of a closed list; `None` when absent.
pub(crate) fn word<'a>(
    from: &'a Map<String, Value>,
    field: &str,
    known: &[&str],
) -> Result<Option<&'a str>, ApiError> {
    match from.get(field) {
        None => Ok(None),
        Some(Value::String(word)) if known.contains(&word.as_str()) => Ok(Some(word)),
        Some(_) => Err(ApiError::body(
            "INVALID_PARAMETER_VALUE",
            &format!("/{field}"),
            "The value is not known here.",
        )),
    }
}

/// An amount in the dispute's currency, above zero and within what may be refunded.
pub(crate) fn amount(dispute: &Dispute, input: &Input, field: &str) -> Result<Option<Money>, ApiError> {
    let Some(value) = input.json.get(field) else {
        return Ok(None);
    };
    let pointer = format!("/{field}");
    let money = Money::parse(value)
        .filter(|money| money.minor > 0)
        .ok_or_else(|| {
            ApiError::body(
                "INVALID_PARAMETER_VALUE",
                &pointer,
                "The amount is not well-formed.",
            )
        })?;
    if money.currency != dispute.amount.currency {
        return Err(ApiError::unprocessable(
            "CURRENCY_MISMATCH",
            &pointer,
            "The currency differs from the dispute's.",
        ));
    }
    if money.minor > dispute.amount.minor {
        return Err(ApiError::unprocessable(
            "REFUND_AMOUNT_EXCEEDS_ALLOWED",
            &pointer,
            "The amount is above the allowed refund.",
        ));
    }
    Ok(Some(money))
}

pub(crate) fn no_amount(input: &Input, field: &str) -> Result<(), ApiError> {
    if input.json.contains_key(field) {
        let field = format!("/{field}");
        return Err(ApiError::body(
            "AMOUNT_SHOULD_NOT_BE_PASSED",
            &field,
            "No amount goes with this type.",
        ));
    }
    Ok(())
}

pub(crate) fn offer_type<'a>(dispute: &Dispute, input: &'a Input) -> Result<&'a str, ApiError> {
    word(&input.json, "offer_type", &render::offer_types(dispute))?.ok_or_else(|| missing("offer_type"))
}

/// 1 to 127 characters of `A-Za-z0-9:-|`.
pub(crate) fn invoice_id(input: &Input) -> Result<(), ApiError> {
    let fits = |id: &str| {
        (1..=127).contains(&id.len())
            && id
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, ':' | '-' | '|'))
    };
    match input.json.get("invoice_id") {
        None => Ok(()),
        Some(Value::String(id)) if fits(id) => Ok(()),
        Some(_) => Err(ApiError::body(
            "INVALID_PARAMETER_VALUE",
            "/invoice_id",
            "The invoice id is not well-formed.",
        )),
    }
}

/// The return address in its old or newer form, checked against what the dispute may have: only an internal dispute over a
/// tangible item that is not as described takes one. The issue names read backwards, as PayPal's do.
pub(crate) fn return_address(dispute: &Dispute, input: &Input) -> Result<Option<Value>, ApiError> {
    let newer = input.json.get("return_shipping_address_info");
    let address = match newer {
        Some(info) => Some(info.get("address").unwrap_or(&Value::Null)),
        None => input.json.get("return_shipping_address"),
    };
    let Some(address) = address else { return Ok(None) };
    if !dispute.tangible() {
        return Err(address_issue(
            "INTANGIBLE_ITEM_CANNOT_BE_RETURNED",
            "The item cannot be returned.",
        ));
    }
    if !dispute.internal() || !dispute.snad() {
        return Err(address_issue(
            "MISSING_RETURN_SHIPPING_ADDRESS",
            "A return address must not be passed for this dispute.",
        ));
    }
    if !address_fits(address) {
        return Err(address_issue(
            "INVALID_RETURN_SHIPPING_ADDRESS_FORMAT",
            "The address is not well-formed.",
        ));
    }
    Ok(Some(json!(address)))
}

pub(crate) fn no_address(input: &Input) -> Result<(), ApiError> {
    let passed = |field| input.json.contains_key(field);
    if passed("return_shipping_address") || passed("return_shipping_address_info") {
        return Err(address_issue(
            "MISSING_RETURN_SHIPPING_ADDRESS",
            "No return address goes with this type.",
        ));
    }
    Ok(())
}

pub(crate) fn required_address(dispute: &Dispute, input: &Input) -> Result<Value, ApiError> {
    return_address(dispute, input)?.ok_or_else(|| {
        address_issue(
            "SHIPPING_ADDRESS_SHOULD_NOT_BE_PASSED",
            "A return address must be passed for this type.",
        )
    })
}

fn address_issue(issue: &str, description: &str) -> ApiError {
    ApiError::body(issue, "/return_shipping_address", description)
}

fn address_fits(address: &Value) -> bool {
    const LIMITS: [(&str, usize); 6] = [
        ("address_line_1", 300),
        ("address_line_2", 300),
        ("address_line_3", 100),
        ("admin_area_1", 300),
        ("admin_area_2", 120),
        ("postal_code", 60),
    ];
    let country = address
        .get("country_code")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let lines = LIMITS.iter().all(|(name, limit)| match address.get(*name) {
        None => true,
        Some(Value::String(text)) => text.chars().count() <= *limit,
        Some(_) => false,
    });
    lines && country.len() == 2 && country.bytes().all(|byte| byte.is_ascii_uppercase())
}
