//! Files of the merchant (reference 5): one a call, with a type that its content bears out.

use std::sync::Arc;

use axum::{
    Json,
    body::Bytes,
    extract::{FromRequest, Multipart, Path, Request, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::{
    ApiError, auth,
    dispute::{Dispute, File, State as DisputeState},
};
use crate::{account, app::App, judge::Content, platform::Platform, world::JournalEntry};

const FILE_BYTES: usize = 7_000_000;
const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

#[derive(Default)]
struct Input {
    file: Option<(Bytes, String, String)>,
    name: Option<String>,
}

pub(crate) async fn upload(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, ApiError> {
    let caller = auth::caller(&app, request.headers())?.writer()?;
    let (bytes, name, media_type) = read(request).await?;
    let content = Content::of(&bytes);
    let now = app.clock.now();
    let mut world = app.world();
    let number = world.next();
    let dispute = world.klarna_mut(&id, now);
    let dispute = dispute
        .filter(|dispute| dispute.account == caller.account)
        .ok_or_else(ApiError::not_found)?;
    if !takes_files(dispute, caller.settings.upload_before_appeal) {
        return Err(ApiError::conflict(
            "Evidence was already submitted, or none is taken in this state.",
        ));
    }
    let file = File {
        id: format!(
            "krn:network:eu1:test:payment:dispute-attachment:{}",
            account::uuid(app.seed, &format!("file-{number}"))
        ),
        name,
        media_type,
        bytes: bytes.len(),
        sha256: hex(&Sha256::digest(&bytes)),
        reading: content.reading(&dispute.payment_numbers(), &dispute.parcel_numbers()),
    };
    let (file_id, note) = (file.id.clone(), format!("{} sha256 {}", file.name, file.sha256));
    let due = dispute.deadline();
    dispute.files.push(file);
    dispute.touch(now);
    world.klarna.keep_file(file_id.clone(), bytes);
    world.journal.push(JournalEntry::new(
        (Platform::Klarna, &id),
        ("merchant", &app.accounts[caller.account].client_id),
        "upload",
        due,
        Some(note),
        now,
    ));
    app.save(&mut world);
    let body = json!({"payment_dispute_attachment_id": file_id});
    Ok((StatusCode::CREATED, Json(body)).into_response())
}

fn takes_files(dispute: &Dispute, before_appeal: bool) -> bool {
    dispute.waits()
        || (before_appeal && dispute.state == DisputeState::PreArbitration && dispute.acts_at.is_none())
}

/// The file, its name and its media type.
async fn read(request: Request) -> Result<(Bytes, String, String), ApiError> {
    let is_form = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.starts_with("multipart/form-data"));
    let refused = || ApiError::content_type("The body must be multipart/form-data.");
    if !is_form {
        return Err(refused());
    }
    let broken = |_| ApiError::invalid("file", "the multipart body is broken");
    let mut parts = Multipart::from_request(request, &())
        .await
        .map_err(|_| refused())?;
    let mut input = Input::default();
    while let Some(field) = parts.next_field().await.map_err(broken)? {
        match field.name() {
            Some("file") if input.file.is_none() => {
                let own_name = field.file_name().unwrap_or_default().to_owned();
                let media_type = essence(field.content_type().unwrap_or_default());
                let bytes = field.bytes().await.map_err(broken)?;
                input.file = Some((bytes, own_name, media_type));
            }
            Some("filename") if input.name.is_none() => {
                input.name = Some(field.text().await.map_err(broken)?);
            }
            _ => {
                return Err(ApiError::invalid(
                    "file",
                    "only the parts file and filename, once each",
                ));
            }
        }
    }
    check(input)
}

fn check(input: Input) -> Result<(Bytes, String, String), ApiError> {
    let (bytes, own_name, media_type) = input
        .file
        .ok_or_else(|| ApiError::invalid("file", "is required"))?;
    let (extensions, start): (&[&str], &[u8]) = match media_type.as_str() {
        "application/pdf" => (&["pdf"], b"%PDF-"),
        "image/jpeg" => (&["jpg", "jpeg"], &[0xFF, 0xD8, 0xFF]),
        "image/png" => (&["png"], &[0x89, b'P', b'N', b'G', 0x0D, 0x0A, 0x1A, 0x0A]),
        DOCX => (&["docx"], b"PK\x03\x04"),
        _ => {
            return Err(ApiError::content_type(
                "The file must be a PDF, JPG, PNG or DOCX with its own content type.",
            ));
        }
    };
    if bytes.is_empty() || bytes.len() > FILE_BYTES {
        return Err(ApiError::invalid("file", "must have 1 byte to 7 MB"));
    }
    if !bytes.starts_with(start) {
        return Err(ApiError::invalid(
            "file",
            "the content does not match the content type",
        ));
    }
    let given = input.name.is_some();
    let name = input.name.unwrap_or(own_name);
    let (stem, extension) = name.rsplit_once('.').unwrap_or((&name, ""));
    let fits = extensions.contains(&extension.to_ascii_lowercase().as_str());
    // Without a name of its own the part's name has to do, and is not judged.
    if given && !((1..=1_000).contains(&stem.chars().count()) && fits) {
        return Err(ApiError::invalid(
            "filename",
            "must have 1 to 1000 characters and the extension of the file",
        ));
    }
    Ok((bytes, name, media_type))
}

fn essence(content_type: &str) -> String {
    content_type
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
