//! Sending a response: one call, never repeated here.

mod body;
mod upload;

use docket_connector::http::{Call, Intent, Payload};
use docket_connector::{Error, Outgoing, Receipt};
use docket_core::id::DisputeRef;
use docket_core::response::Response;
use http::{HeaderValue, StatusCode};

use crate::{PayPal, errors};

/// The last part of an action's address and its route for logs.
const fn action(response: &Response) -> (&'static str, &'static str) {
    match response {
        Response::Contest { .. } => ("provide-evidence", "/v1/customer/disputes/{id}/provide-evidence"),
        Response::Accept { .. } => ("accept-claim", "/v1/customer/disputes/{id}/accept-claim"),
        Response::Offer { .. } => ("make-offer", "/v1/customer/disputes/{id}/make-offer"),
        Response::Message { .. } => ("send-message", "/v1/customer/disputes/{id}/send-message"),
        Response::Escalate { .. } => ("escalate", "/v1/customer/disputes/{id}/escalate"),
        Response::Appeal { .. } => ("appeal", "/v1/customer/disputes/{id}/appeal"),
        Response::SupportingInfo { .. } => (
            "provide-supporting-info",
            "/v1/customer/disputes/{id}/provide-supporting-info",
        ),
        Response::AcknowledgeReturn { .. } => (
            "acknowledge-return-item",
            "/v1/customer/disputes/{id}/acknowledge-return-item",
        ),
    }
}

impl PayPal {
    /// Sends a response once (after a 401, which handles nothing, once more with a fresh token).
    pub(crate) async fn perform(
        &self,
        dispute: &DisputeRef,
        outgoing: Outgoing<'_>,
    ) -> Result<Receipt, Error> {
        let (name, route) = action(outgoing.response);
        let address = self.dispute_address(dispute, &[name])?;
        upload::complete(outgoing)?;
        let json = body::input(outgoing.response).to_string();
        let attempt = HeaderValue::from_str(outgoing.attempt).ok();
        let make = || {
            let payload = if upload::needs_parts(outgoing.response) {
                upload::multipart(&json, outgoing.files)?
            } else {
                Payload::Json(json.clone().into())
            };
            let mut call = self.dress(Call::post(address.clone(), route, payload));
            // The disputes API does not declare it and may ignore it (reference 8): it is for PayPal's logs only.
            if let Some(attempt) = &attempt {
                call.headers.insert("paypal-request-id", attempt.clone());
            }
            Ok(call)
        };
        let answer = self.http.authorised(&self.credentials, make).await?;
        match answer.status {
            // Whether the call got through to PayPal, only reading tells.
            status if status.is_success() && answer.is_page() => Err(Error::OutcomeUnknown {
                why: "a page of HTML came instead of PayPal's answer".to_owned(),
                reference: errors::reference(&answer.headers, b""),
            }),
            StatusCode::OK | StatusCode::CREATED | StatusCode::ACCEPTED | StatusCode::NO_CONTENT => {
                Ok(Receipt {
                    reference: errors::reference(&answer.headers, &answer.body),
                    left_out: Vec::new(),
                })
            }
            _ => {
                let error = errors::refusal(&answer, Intent::Write);
                self.renew_scopes(&error).await;
                Err(error)
            }
        }
    }
}
