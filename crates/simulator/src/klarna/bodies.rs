//! Bodies of represent and appeal, checked before anything changes (reference 5).

use axum::{
    body::Bytes,
    http::{HeaderMap, header},
};
use serde_json::{Map, Value};

use super::{
    ApiError,
    dispute::{Dispute, Submission},
    machine,
};
use crate::dispute::Time;

const MOST_FILES: usize = 10;
const DESCRIPTION_CHARS: usize = 1_000;

pub(crate) fn object(headers: &HeaderMap, bytes: &Bytes) -> Result<Map<String, Value>, ApiError> {
    let json = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.starts_with("application/json"));
    if !json {
        return Err(ApiError::content_type("The body must be application/json."));
    }
    match serde_json::from_slice(bytes) {
        Ok(Value::Object(map)) => Ok(map),
        _ => Err(ApiError::invalid("body", "must be a JSON object")),
    }
}

pub(crate) fn representment(
    body: &Map<String, Value>,
    dispute: &Dispute,
    now: Time,
) -> Result<Submission, ApiError> {
    let attachments = attachments(body, dispute)?;
    if attachments.is_empty() {
        return Err(ApiError::invalid("attachments", "at least one is required"));
    }
    let text = text(body, 0, 5_000)?;
    let proposed_refund = match body.get("partner_proposed_refund_amount") {
        None => None,
        Some(amount) => {
            let amount = amount
                .as_i64()
                .filter(|amount| (1..dispute.amount).contains(amount));
            Some(amount.ok_or_else(|| {
                ApiError::invalid(
                    "partner_proposed_refund_amount",
                    "must be a whole number of minor units below the disputed amount",
                )
            })?)
        }
    };
    Ok(Submission {
        weight: machine::weight(dispute, text.as_deref(), &attachments),
        at: now,
        text,
        attachments,
        proposed_refund,
    })
}

pub(crate) fn appeal(
    body: &Map<String, Value>,
    dispute: &Dispute,
    now: Time,
) -> Result<Submission, ApiError> {
    let attachments = attachments(body, dispute)?;
    if attachments.is_empty() && body.contains_key("attachments") {
        return Err(ApiError::invalid("attachments", "must not be empty"));
    }
    let text = text(body, 1, 10_000)?;
    if text.is_none() {
        return Err(ApiError::invalid("additional_information", "is required"));
    }
    Ok(Submission {
        weight: machine::weight(dispute, text.as_deref(), &attachments),
        at: now,
        text,
        attachments,
        proposed_refund: None,
    })
}

fn attachments(
    body: &Map<String, Value>,
    dispute: &Dispute,
) -> Result<Vec<(String, Option<String>)>, ApiError> {
    let rows = match body.get("attachments") {
        None => return Ok(Vec::new()),
        Some(Value::Array(rows)) => rows,
        Some(_) => return Err(ApiError::invalid("attachments", "must be a list")),
    };
    if rows.len() > MOST_FILES {
        return Err(ApiError::invalid("attachments", "at most 10 are taken"));
    }
    let mut found: Vec<(String, Option<String>)> = Vec::with_capacity(rows.len());
    for row in rows {
        let wrong = |why: &str| ApiError::invalid("attachments.payment_dispute_attachment_id", why);
        let id = row["payment_dispute_attachment_id"]
            .as_str()
            .ok_or_else(|| wrong("is required"))?;
        if !dispute.files.iter().any(|file| file.id == id) {
            return Err(wrong("is not a file of this dispute"));
        }
        if found.iter().any(|(known, _)| known == id) {
            return Err(wrong("must not be repeated"));
        }
        let description = match row.get("description") {
            None => None,
            Some(Value::String(words)) if words.chars().count() <= DESCRIPTION_CHARS => Some(words.clone()),
            Some(_) => {
                return Err(ApiError::invalid(
                    "attachments.description",
                    "must be a text of at most 1000 characters",
                ));
            }
        };
        found.push((id.to_owned(), description));
    }
    Ok(found)
}

fn text(body: &Map<String, Value>, least: usize, most: usize) -> Result<Option<String>, ApiError> {
    match body.get("additional_information") {
        None => Ok(None),
        Some(Value::String(text)) if (least..=most).contains(&text.chars().count()) => Ok(Some(text.clone())),
        Some(_) => Err(ApiError::invalid(
            "additional_information",
            "must be a text within the documented length",
        )),
    }
}
