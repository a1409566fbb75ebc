//! Multipart as PayPal's working samples have it (reference 4): a part `input` of type `application/json`, then
//! `file1`, `file2`, … each with its name and media type.

use bytes::Bytes;
use docket_connector::http::Payload;
use docket_connector::{Error, Outgoing};
use docket_core::response::{FileRef, Response};
use reqwest::multipart::{Form, Part};

/// Evidence and appeals are always multipart; other actions only when files go along.
pub(crate) fn needs_parts(response: &Response) -> bool {
    match response {
        Response::Contest { .. } | Response::Appeal { .. } => true,
        Response::Accept { .. }
        | Response::Offer { .. }
        | Response::Message { .. }
        | Response::Escalate { .. }
        | Response::SupportingInfo { .. }
        | Response::AcknowledgeReturn { .. } => !response.files().is_empty(),
    }
}

/// Refuses an upload that lacks a file which the response names, or whose names would break the parts' headers.
pub(crate) fn complete(outgoing: Outgoing<'_>) -> Result<(), Error> {
    let not_sent = |message: &str| {
        Err(Error::Rejected {
            code: "NOT_SENT".to_owned(),
            message: message.to_owned(),
            reference: None,
        })
    };
    let named = outgoing.response.files();
    let given = outgoing.files;
    if named.len() != given.len() || named.iter().zip(given).any(|(named, (file, _))| **named != *file) {
        return not_sent("the files at hand are not those that the response names: prepare it again");
    }
    if given
        .iter()
        .any(|(file, _)| file.name.chars().any(|c| c.is_control() || c == '"' || c == '\\'))
    {
        return not_sent("a file name holds quotes or control characters: rename the file");
    }
    Ok(())
}

/// The parts.
pub(crate) fn multipart(json: &str, files: &[(FileRef, Bytes)]) -> Result<Payload, Error> {
    let bad_type = |_| Error::contract("a file's media type cannot be written into a header");
    let input = Part::text(json.to_owned())
        .mime_str("application/json")
        .map_err(bad_type)?;
    let mut form = Form::new().part("input", input);
    let mut size = json.len();
    for (index, (file, content)) in files.iter().enumerate() {
        size += content.len();
        let length = u64::try_from(content.len()).unwrap_or(u64::MAX);
        let part = Part::stream_with_length(content.clone(), length).file_name(file.name.clone());
        form = form.part(
            format!("file{}", index + 1),
            part.mime_str(&file.media_type).map_err(bad_type)?,
        );
    }
    Ok(Payload::Multipart(form, u64::try_from(size).unwrap_or(u64::MAX)))
}
