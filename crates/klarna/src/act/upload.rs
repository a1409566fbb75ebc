//! Uploads (reference 5): one file per call, as the part `file` with its name and media type.

use bytes::Bytes;
use docket_connector::http::{Call, Intent, Payload, read_json};
use docket_connector::{Error, Outgoing};
use docket_core::id::DisputeRef;
use docket_core::response::FileRef;
use http::StatusCode;
use reqwest::multipart::{Form, Part};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{before_sending, rejected};
use crate::wire::Text;
use crate::{Klarna, errors};

/// The code of an upload that Klarna takes no more, since evidence was submitted.
pub(super) const TOO_LATE: &str = "RESOURCE_CONFLICT";
const ROUTE: &str = "/v4/payment/disputes/{id}/attachments";
/// Longest description of a file on sending.
const DESCRIPTION: usize = 1_000;

/// Refuses a response that lacks a file which it names, or whose names would break the parts' headers.
pub(super) fn complete(outgoing: Outgoing<'_>) -> Result<(), Error> {
    let named = outgoing.response.files();
    let given = outgoing.files;
    if named.len() != given.len() || named.iter().zip(given).any(|(named, (file, _))| **named != *file) {
        return Err(rejected(
            "NOT_SENT",
            "the files at hand are not those that the response names: prepare it again",
        ));
    }
    let breaks = |c: char| c.is_control() || c == '"' || c == '\\';
    if given.iter().any(|(file, _)| file.name.chars().any(breaks)) {
        return Err(rejected(
            "NOT_SENT",
            "a file name holds quotes or control characters: rename the file",
        ));
    }
    Ok(())
}

fn form(file: &FileRef, content: &Bytes) -> Result<Payload, Error> {
    let length = u64::try_from(content.len()).unwrap_or(u64::MAX);
    let part = Part::stream_with_length(content.clone(), length)
        .file_name(file.name.clone())
        .mime_str(&file.media_type)
        .map_err(|_| rejected("NOT_SENT", "a file's media type cannot be written into a header"))?;
    // The further part `filename` is optional, and whether it has an extension can be read either way: the part's own
    // name and the description say as much.
    Ok(Payload::Multipart(Form::new().part("file", part), length))
}

impl Klarna {
    /// Uploads all files in order: what a response's `attachments` takes. Each file's name goes along as its description,
    /// by which the answer is recognised when it is read back.
    pub(super) async fn upload_all(
        &self,
        dispute: &DisputeRef,
        files: &[(FileRef, Bytes)],
    ) -> Result<Vec<Value>, Error> {
        let mut attachments = Vec::with_capacity(files.len());
        for (file, content) in files {
            let id = self
                .upload(dispute, file, content)
                .await
                .map_err(before_sending)?;
            let description: String = file.name.chars().take(DESCRIPTION).collect();
            attachments.push(json!({"payment_dispute_attachment_id": id, "description": description}));
        }
        Ok(attachments)
    }

    async fn upload(&self, dispute: &DisputeRef, file: &FileRef, content: &Bytes) -> Result<String, Error> {
        #[derive(Deserialize)]
        struct Taken {
            payment_dispute_attachment_id: Option<Text>,
        }
        let address = self.dispute_address(dispute, &["attachments"])?;
        let mut call = Call::post(address, ROUTE, form(file, content)?);
        // A file that no response names has no effect, so an upload may be repeated like a read.
        call.intent = Intent::Read;
        let answer = self.send(call, &self.budgets.disputes).await?;
        if answer.status == StatusCode::CONFLICT {
            return Err(Error::Rejected {
                code: TOO_LATE.to_owned(),
                message: "Klarna takes no more files: evidence was submitted for this dispute; read it again"
                    .to_owned(),
                reference: errors::reference(&answer.headers, &answer.body),
            });
        }
        if !answer.status.is_success() {
            return Err(errors::refusal(&answer, Intent::Read));
        }
        let taken: Taken = read_json(&answer.body, "upload")?;
        let id = taken
            .payment_dispute_attachment_id
            .filter(|id| id.filled().is_some());
        Ok(id
            .ok_or_else(|| Error::contract("upload: the answer has no `payment_dispute_attachment_id`"))?
            .0)
    }
}
