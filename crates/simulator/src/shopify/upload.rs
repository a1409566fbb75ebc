//! Files of a dispute: uploaded through REST, attached through the mutation (reference 2 and 4).

use std::sync::Arc;

use axum::{
    Json,
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use super::{
    call::Call,
    dispute::{SLOTS, Upload},
    evidence::{self, TOTAL_BYTES},
    rest::{Door, enter, invalid, not_found, number},
    tokens,
};
use crate::{app::App, judge::Content};

const WRITE: Door = Door {
    scope: "write_shopify_payments_dispute_file_uploads",
    hides: true,
};
/// One file; the API takes up to about four megabytes (reference 4).
const FILE_BYTES: usize = 4_000_000;
/// Only the docs know this one; no slot of the mutation takes it.
const SIGNATURE: &str = "customer_signature_file";

pub(crate) async fn create(
    State(app): State<Arc<App>>,
    Path((shop, version, id)): Path<(String, String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    enter(&app, &(shop, version), &headers, &WRITE, |call| {
        let body: Value = serde_json::from_slice(&body).unwrap_or_default();
        let file = &body["dispute_file_upload"];
        if !file.is_object() {
            let message = "Required parameter missing or invalid: dispute_file_upload";
            return tokens::refusal(StatusCode::BAD_REQUEST, message);
        }
        id.parse().map_or_else(
            |_| not_found(),
            |id| take(call, id, file).unwrap_or_else(|refused| *refused),
        )
    })
}

fn take(call: &Call<'_>, id: u64, file: &Value) -> Result<Response, Box<Response>> {
    let mut world = call.world.borrow_mut();
    let Some(dispute) = world.shopify.find(call.account, id).cloned() else {
        return Err(Box::new(not_found()));
    };
    let refuse = |field: &str, message: &str| Box::new(invalid(field, message));
    evidence::open(&dispute, call).map_err(|refused| refuse("base", &refused.message))?;
    let text = |name: &str| file[name].as_str().unwrap_or_default();
    let document_type = text("document_type");
    if document_type != SIGNATURE && !SLOTS.iter().any(|(_, name)| *name == document_type) {
        return Err(refuse(
            "document_type",
            "is not included in the list: write it small, with underscores",
        ));
    }
    if text("filename").is_empty() {
        return Err(refuse("filename", "can't be blank"));
    }
    let Ok(data) = STANDARD.decode(text("data")) else {
        return Err(refuse("data", "is not base64"));
    };
    let Some(mimetype) = sniff(&data).filter(|found| *found == text("mimetype")) else {
        return Err(refuse(
            "mimetype",
            "must be one of application/pdf, image/jpeg, image/png, and fit the content",
        ));
    };
    let left = TOTAL_BYTES.saturating_sub(dispute.evidence.bytes());
    if data.len() > left.min(FILE_BYTES) {
        return Err(refuse(
            "file_size",
            &format!("is too large: {left} bytes are left for this dispute"),
        ));
    }
    let upload = Upload {
        id: world.shopify.number(),
        document_type: document_type.to_owned(),
        filename: text("filename").to_owned(),
        mimetype: mimetype.to_owned(),
        bytes: data.len(),
        reading: Content::of(&data).reading(&dispute.payment_numbers(), &[]),
    };
    let shown = json!({"dispute_file_upload": {
        "id": upload.id, "dispute_evidence_id": dispute.evidence_id, "dispute_evidence_type": upload.document_type,
        "file_size": upload.bytes, "file_type": upload.mimetype, "filename": upload.filename,
        "original_filename": upload.filename, "url": format!("{}/files/{}?expires=604800", call.place.base, upload.id),
    }});
    world
        .shopify
        .change(id, |dispute| dispute.evidence.uploads.push(upload));
    world.dirty = true;
    call.app.save(&mut world);
    Ok((StatusCode::CREATED, Json(shown)).into_response())
}

/// The media type by the content alone. A broken PDF is none, as with the real one.
fn sniff(data: &[u8]) -> Option<&'static str> {
    if data.starts_with(b"%PDF-") {
        let tail = &data[data.len().saturating_sub(1_024)..];
        return tail
            .windows(5)
            .any(|part| part == b"%%EOF")
            .then_some("application/pdf");
    }
    if data.starts_with(&[0xff, 0xd8, 0xff]) {
        return Some("image/jpeg");
    }
    data.starts_with(b"\x89PNG\r\n\x1a\n").then_some("image/png")
}

pub(crate) async fn remove(
    State(app): State<Arc<App>>,
    Path((shop, version, id, upload)): Path<(String, String, String, String)>,
    headers: HeaderMap,
) -> Response {
    enter(&app, &(shop, version), &headers, &WRITE, |call| {
        let mut world = call.world.borrow_mut();
        let dispute = id
            .parse()
            .ok()
            .and_then(|id| world.shopify.find(call.account, id).cloned());
        let found = dispute
            .zip(number(&upload))
            .filter(|(dispute, id)| dispute.evidence.upload(*id).is_some());
        let Some((dispute, upload)) = found else {
            return not_found();
        };
        if let Err(refused) = evidence::open(&dispute, call) {
            return invalid("base", &refused.message);
        }
        world.shopify.change(dispute.id, |dispute| {
            dispute.evidence.uploads.retain(|kept| kept.id != upload);
            dispute.evidence.slots.retain(|_, kept| *kept != upload);
        });
        world.dirty = true;
        call.app.save(&mut world);
        Json(json!({})).into_response()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_decides_about_the_type() {
        assert_eq!(sniff(b"%PDF-1.7 ... %%EOF"), Some("application/pdf"));
        assert_eq!(sniff(b"%PDF-1.7 cut off"), None);
        assert_eq!(sniff(b"\x89PNG\r\n\x1a\n...."), Some("image/png"));
        assert_eq!(sniff(b"hello"), None);
    }
}
