//! Sending a response, in the safe order of reference 5: read, upload, read, send once. Reading back is the caller's.
//!
//! Until the one decisive call everything may be repeated: an upload is only used once a response names it. So whatever
//! fails before it was not handled; what fails in it has an unknown outcome, and only reading tells.

pub(crate) mod text;
mod upload;

use docket_connector::http::{Call, Intent, Payload, read_json};
use docket_connector::{Error, Outgoing, Receipt};
use docket_core::id::DisputeRef;
use docket_core::response::{EvidenceItem, Response};
use docket_core::snapshot::Observed;
use docket_core::words::ActionKind;
use http::HeaderValue;
use serde_json::{Map, Value, json};

use crate::generation::Generation;
use crate::wire::Dispute;
use crate::{Klarna, MANUAL_V3, errors, map};

/// A decisive call: the action, the last part of its address, and its route for logs.
struct Step {
    action: ActionKind,
    name: &'static str,
    route: &'static str,
}

const REPRESENT: Step = Step {
    action: ActionKind::Contest,
    name: "represent",
    route: "/v4/payment/disputes/{id}/represent",
};
const ACCEPT_LOSS: Step = Step {
    action: ActionKind::Accept,
    name: "accept-loss",
    route: "/v4/payment/disputes/{id}/accept-loss",
};
const APPEAL: Step = Step {
    action: ActionKind::Appeal,
    name: "appeal",
    route: "/v4/payment/disputes/{id}/appeal",
};

fn rejected(code: &str, message: impl Into<String>) -> Error {
    Error::Rejected {
        code: code.to_owned(),
        message: message.into(),
        reference: None,
    }
}

/// Before the decisive call an answer in a strange form means that nothing was handled.
fn before_sending(error: Error) -> Error {
    match error {
        Error::Contract { what } | Error::OutcomeUnknown { why: what, .. } => Error::retry(what),
        other @ (Error::Retry { .. }
        | Error::Rejected { .. }
        | Error::Auth { .. }
        | Error::NotFound { .. }
        | Error::Unsupported(_)) => other,
    }
}

impl Klarna {
    /// Sends a response once.
    pub(crate) async fn perform(
        &self,
        dispute: &DisputeRef,
        outgoing: Outgoing<'_>,
    ) -> Result<Receipt, Error> {
        match self.generation {
            Generation::V3 => return Err(Error::Unsupported(MANUAL_V3.to_owned())),
            Generation::V4 => {}
        }
        match outgoing.response {
            Response::Contest { evidence, .. } => self.contest(dispute, outgoing, evidence).await,
            Response::Appeal { evidence } => self.appeal(dispute, outgoing, evidence).await,
            Response::Accept { .. } => {
                self.still_open(dispute, &ACCEPT_LOSS).await?;
                self.decisive(dispute, &ACCEPT_LOSS, outgoing, Payload::Empty)
                    .await
            }
            Response::Offer { .. }
            | Response::Message { .. }
            | Response::Escalate { .. }
            | Response::SupportingInfo { .. }
            | Response::AcknowledgeReturn { .. } => Err(Error::Unsupported(format!(
                "Klarna knows no `{}`: contest, appeal or accept instead",
                outgoing.response.action()
            ))),
        }
    }

    /// One shot: nothing can be added during the review (reference 5).
    async fn contest(
        &self,
        dispute: &DisputeRef,
        outgoing: Outgoing<'_>,
        evidence: &[EvidenceItem],
    ) -> Result<Receipt, Error> {
        upload::complete(outgoing)?;
        if outgoing.files.is_empty() {
            return Err(rejected(
                "NOT_SENT",
                "Klarna takes no answer without a file: add one",
            ));
        }
        self.still_open(dispute, &REPRESENT).await?;
        let attachments = self.upload_all(dispute, outgoing.files).await?;
        self.still_open(dispute, &REPRESENT).await?;
        let mut body = Map::new();
        body.insert("attachments".to_owned(), attachments.into());
        let text = text::of(evidence);
        if !text.is_empty() {
            body.insert("additional_information".to_owned(), text.into());
        }
        if let Some(part) = outgoing.response.proposed_refund() {
            body.insert("partner_proposed_refund_amount".to_owned(), part.minor.into());
        }
        let payload = Payload::Json(Value::Object(body).to_string().into());
        self.decisive(dispute, &REPRESENT, outgoing, payload).await
    }

    /// Whether files can be uploaded at this stage is not known for certain (reference 5): where Klarna refuses them as
    /// too late, the text goes alone, and the receipt names them.
    async fn appeal(
        &self,
        dispute: &DisputeRef,
        outgoing: Outgoing<'_>,
        evidence: &[EvidenceItem],
    ) -> Result<Receipt, Error> {
        upload::complete(outgoing)?;
        let text = text::of(evidence);
        if text.is_empty() {
            return Err(rejected(
                "NOT_SENT",
                "Klarna takes no appeal without a text: add a note",
            ));
        }
        self.still_open(dispute, &APPEAL).await?;
        let (attachments, left_out) = match self.upload_all(dispute, outgoing.files).await {
            Err(Error::Rejected { code, .. }) if code == upload::TOO_LATE => {
                let names = outgoing.files.iter().map(|(file, _)| file.name.clone());
                (Vec::new(), names.collect())
            }
            other => (other?, Vec::new()),
        };
        self.still_open(dispute, &APPEAL).await?;
        let mut body = json!({"additional_information": text});
        if !attachments.is_empty() {
            body["attachments"] = attachments.into();
        }
        let payload = Payload::Json(body.to_string().into());
        let receipt = self.decisive(dispute, &APPEAL, outgoing, payload).await?;
        Ok(Receipt { left_out, ..receipt })
    }

    /// Reads the dispute and makes sure that this response is still asked for, and that nobody else gave it.
    async fn still_open(&self, dispute: &DisputeRef, step: &Step) -> Result<(), Error> {
        let observed = self.show(dispute).await.map_err(before_sending)?;
        let facts = &observed.snapshot.facts;
        let wire: Dispute = read_json(&observed.raw, "dispute").map_err(before_sending)?;
        if !facts.allowed_actions.contains(&step.action) {
            return Err(moved_on(&observed, &wire, step));
        }
        let due = map::running(&wire, self.generation);
        if due.is_some_and(|due| due <= self.http.env().now()) {
            return Err(rejected(
                "DEADLINE_PASSED",
                "the time for this answer is over at Klarna; nothing was sent: look at the dispute",
            ));
        }
        Ok(())
    }

    /// The one call that counts. After 409, 5xx or silence its outcome is unknown; it is never repeated here.
    async fn decisive(
        &self,
        dispute: &DisputeRef,
        step: &Step,
        outgoing: Outgoing<'_>,
        payload: Payload,
    ) -> Result<Receipt, Error> {
        let address = self.dispute_address(dispute, &[step.name])?;
        let mut call = Call::post(address, step.route, payload);
        // For Klarna's logs (reference 2). No dispute call is idempotent, whatever is sent.
        let attempt = HeaderValue::from_str(outgoing.attempt).ok();
        if let Some(attempt) = attempt.filter(|attempt| (1..=255).contains(&attempt.len())) {
            call.headers.insert("partner-correlation-id", attempt);
        }
        let answer = self.send(call, &self.budgets.disputes).await?;
        if !answer.status.is_success() {
            return Err(errors::refusal(&answer, Intent::Write));
        }
        if answer.is_page() {
            // Whether the call got through to Klarna, only reading tells.
            return Err(Error::OutcomeUnknown {
                why: "a page of HTML came instead of Klarna's answer".to_owned(),
                reference: errors::reference(&answer.headers, b""),
            });
        }
        Ok(Receipt {
            reference: errors::reference(&answer.headers, &answer.body),
            left_out: Vec::new(),
        })
    }
}

/// Why a response is not asked for (any more).
fn moved_on(observed: &Observed, wire: &Dispute, step: &Step) -> Error {
    let status = observed
        .snapshot
        .facts
        .platform_status
        .as_deref()
        .unwrap_or("no state");
    let answered = match step.action {
        ActionKind::Contest => wire.answered().is_some(),
        ActionKind::Appeal => wire.appealed().is_some(),
        ActionKind::Accept
        | ActionKind::Offer
        | ActionKind::Message
        | ActionKind::Escalate
        | ActionKind::SupportingInfo
        | ActionKind::AcknowledgeReturn => false,
    };
    if answered {
        return rejected(
            "ANSWERED_ELSEWHERE",
            format!(
                "Klarna has an answer already (the dispute is in {status}); nothing was sent: read that answer"
            ),
        );
    }
    rejected(
        "NOT_ASKED_FOR",
        format!(
            "Klarna takes no `{}` in {status}; nothing was sent: look at the dispute",
            step.action
        ),
    )
}
