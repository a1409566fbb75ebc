//! Files: REST upload, the only proven way (reference fact 6). The id that comes back is attached by the mutation.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use docket_connector::credentials::endpoint;
use docket_connector::http::{Answer, Call, Intent, Payload, read_json};
use docket_connector::{Error, Outgoing};
use docket_core::response::FileRef;
use http::Method;
use serde::Deserialize;
use serde_json::json;
use url::Url;

use crate::Shopify;
use crate::errors;
use crate::packet::Slot;
use crate::wire::Digits;

const ROUTE: &str = "/admin/api/{version}/shopify_payments/disputes/{id}/dispute_file_uploads.json";
const DELETE: &str = "/admin/api/{version}/shopify_payments/disputes/{id}/dispute_file_uploads/{file}.json";

/// The scope without which the endpoint answers 404 (reference 2).
const SCOPE: &str = "write_shopify_payments_dispute_file_uploads";

fn refused(code: &str, message: String, answer: &Answer) -> Error {
    Error::Rejected {
        code: code.to_owned(),
        message,
        reference: errors::reference(&answer.headers, &answer.body),
    }
}

/// Refuses an attempt that lacks a file which the response names.
pub(crate) fn complete(outgoing: Outgoing<'_>) -> Result<(), Error> {
    let named = outgoing.response.files();
    let given = outgoing.files;
    if named.len() == given.len() && named.iter().zip(given).all(|(named, (file, _))| **named == *file) {
        return Ok(());
    }
    Err(Error::Rejected {
        code: "NOT_SENT".to_owned(),
        message: "the files at hand are not those that the response names: prepare it again".to_owned(),
        reference: None,
    })
}

impl Shopify {
    fn uploads(&self, dispute: &str, below: &[&str]) -> Url {
        let mut path = vec![
            "admin",
            "api",
            &self.version,
            "shopify_payments",
            "disputes",
            dispute,
        ];
        path.extend(below);
        endpoint(&self.base, &path)
    }

    /// Uploads one file and returns its number. An upload decides nothing: what is not attached is never sent.
    pub(crate) async fn upload(
        &self,
        dispute: &str,
        slot: Slot,
        file: &FileRef,
        content: &Bytes,
    ) -> Result<String, Error> {
        #[derive(Deserialize)]
        struct Done {
            dispute_file_upload: Uploaded,
        }
        #[derive(Deserialize)]
        struct Uploaded {
            id: Digits,
        }
        let body = json!({"dispute_file_upload": {
            "document_type": slot.word(),
            "filename": file.name,
            "mimetype": file.media_type,
            "data": BASE64_STANDARD.encode(content),
        }})
        .to_string();
        let url = self.uploads(dispute, &["dispute_file_uploads.json"]);
        let answer = self
            .rest(|| {
                let mut call = Call::post(url.clone(), ROUTE, Payload::Json(body.clone().into()));
                call.intent = Intent::Read;
                Ok(call)
            })
            .await?;
        let name = &file.name;
        match answer.status.as_u16() {
            200 | 201 => Ok(read_json::<Done>(&answer.body, "file upload")?
                .dispute_file_upload
                .id
                .0),
            403 | 404 => Err(refused(
                "UPLOAD_NOT_PERMITTED",
                format!(
                    "Shopify lets this app upload no files; nothing was sent. The scope `{SCOPE}` is probably missing: add it \
                     to the app and let the merchant authorise again, or send the texts alone"
                ),
                &answer,
            )),
            413 | 422 => Err(refused(
                "FILE_REFUSED",
                format!(
                    "Shopify does not take `{name}`; nothing was sent. Make it a plain PDF, JPEG or PNG of at most 2 MB, all \
                     files together below 3.9 MB"
                ),
                &answer,
            )),
            _ => Err(errors::refusal(&answer, Intent::Read)),
        }
    }

    /// Takes back what an attempt uploaded that then failed: it would count towards the 4 MB of the next one. If that fails
    /// too, the file lies there unattached and is never sent.
    pub(crate) async fn take_back(&self, dispute: &str, files: &[String]) {
        for file in files {
            let url = self.uploads(dispute, &["dispute_file_uploads", &format!("{file}.json")]);
            let make = || {
                let mut call = Call::get(url.clone(), DELETE);
                call.method = Method::DELETE;
                Ok(call)
            };
            if let Err(error) = self.rest(make).await {
                tracing::warn!(%error, "an uploaded file that was not used could not be taken back");
                return;
            }
        }
    }

    /// A REST call within its own budget (reference 7).
    async fn rest<F>(&self, make: F) -> Result<Answer, Error>
    where
        F: Fn() -> Result<Call, Error> + Send + Sync,
    {
        self.rest_calls.spend(1.0).await;
        let answer = self.authorised(make).await?;
        let told = answer
            .headers
            .get("x-shopify-shop-api-call-limit")
            .and_then(|value| value.to_str().ok())
            .and_then(|text| text.split_once('/'))
            .and_then(|(used, size)| Some((used.parse::<u32>().ok()?, size.parse::<u32>().ok()?)));
        if let Some((used, size)) = told {
            let left = size.saturating_sub(used);
            self.rest_calls
                .correct(f64::from(left), Some(f64::from(size)), None);
        }
        Ok(answer)
    }
}
