//! Reading the body of an action: JSON, or multipart with its strict parts.

use axum::{
    extract::{FromRequest, Multipart, Request, multipart::Field},
    http::header,
};
use serde_json::{Map, Value};

use super::{
    ApiError,
    vocabulary::{CALL_BYTES, FILE_BYTES, document_name, file_type},
};
use crate::{action::Action, judge::Content};

#[derive(Debug, Default)]
pub(crate) struct Input {
    pub json: Map<String, Value>,
    /// Names of the attached files.
    pub files: Vec<String>,
    /// What stands in each of them.
    pub contents: Vec<Content>,
}

pub(crate) async fn read(request: Request, action: Action) -> Result<Input, ApiError> {
    let content_type = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    match essence(content_type.unwrap_or_default()).as_str() {
        "application/json" if action.multipart_only() => Err(ApiError::media_type()),
        "application/json" => {
            let bytes = axum::body::Bytes::from_request(request, &())
                .await
                .map_err(|_| ApiError::malformed("The body could not be read."))?;
            Ok(Input {
                json: object(&bytes)?,
                ..Input::default()
            })
        }
        "multipart/form-data" => parts(request).await,
        _ => Err(ApiError::media_type()),
    }
}

pub(crate) fn object(bytes: &[u8]) -> Result<Map<String, Value>, ApiError> {
    match serde_json::from_slice(bytes) {
        Ok(Value::Object(map)) => Ok(map),
        _ => Err(ApiError::malformed("The body is not a JSON object.")),
    }
}

async fn parts(request: Request) -> Result<Input, ApiError> {
    let broken = |_| ApiError::malformed("The multipart body is broken.");
    let mut multipart = Multipart::from_request(request, &())
        .await
        .map_err(|_| ApiError::media_type())?;
    let mut input = Input::default();
    let (mut seen, mut total) = (false, 0);
    while let Some(field) = multipart.next_field().await.map_err(broken)? {
        if field.name() == Some("input") {
            if seen {
                return Err(ApiError::malformed("There is more than one part named input."));
            }
            seen = true;
            if essence(field.content_type().unwrap_or_default()) != "application/json" {
                return Err(ApiError::media_type());
            }
            input.json = object(&field.bytes().await.map_err(broken)?)?;
        } else {
            let name = file_name(&field, input.files.len() + 1)?;
            let bytes = field.bytes().await.map_err(broken)?;
            let size = bytes.len();
            total += size;
            if size == 0 || size >= FILE_BYTES || total > CALL_BYTES {
                return Err(bad_file(
                    "The file is empty or too large: 10 MB per file and 50 MB per case.",
                ));
            }
            input.files.push(name);
            input.contents.push(Content::of(&bytes));
        }
    }
    if !seen {
        return Err(ApiError::body(
            "MANDATORY_PARAMETER_MISSING",
            "/input",
            "The part input is missing.",
        ));
    }
    Ok(input)
}

/// Files come as `file1`, `file2`, … in order, each with a usable name and an allowed type.
fn file_name(field: &Field<'_>, number: usize) -> Result<String, ApiError> {
    if field.name() != Some(format!("file{number}").as_str()) {
        return Err(ApiError::malformed(
            "File parts are named file1, file2 and so on.",
        ));
    }
    let name = field.file_name().unwrap_or_default();
    let media_type = essence(field.content_type().unwrap_or_default());
    if !document_name(name) || !file_type(name, &media_type) {
        return Err(bad_file(
            "The file's name or type is not supported: JPG, GIF, PNG and PDF.",
        ));
    }
    Ok(name.to_owned())
}

fn bad_file(description: &str) -> ApiError {
    ApiError::body("INVALID_EVIDENCE_FILE", "/input", description)
}

fn essence(content_type: &str) -> String {
    content_type
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase()
}
