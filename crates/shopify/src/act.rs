//! Sending evidence: files first, then one mutation with everything and the wish to submit. Its success proves nothing
//! (reference fact 4): the caller reads back.

use docket_connector::{Error, Outgoing, Receipt};
use docket_core::id::DisputeRef;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::calls::{Shown, known_number};
use crate::documents;
use crate::gql::Reply;
use crate::map;
use crate::packet::{Packet, Slot};
use crate::wire::{UPLOAD, gid, known};
use crate::{Shopify, upload};

/// The input of the mutation: each text, each slot with its upload, and the wish to submit.
pub(crate) fn input(packet: &Packet<'_>, uploads: &[(Slot, String)]) -> Value {
    let mut input = Map::new();
    for (field, text) in &packet.texts {
        input.insert(field.graphql().to_owned(), text.as_str().into());
    }
    for (slot, number) in uploads {
        input.insert(slot.graphql().to_owned(), json!({"id": gid(UPLOAD, number)}));
    }
    input.insert("submitEvidence".to_owned(), true.into());
    Value::Object(input)
}

fn rejected(code: &str, message: &str) -> Error {
    Error::Rejected {
        code: code.to_owned(),
        message: message.to_owned(),
        reference: None,
    }
}

impl Shopify {
    /// Sends a contest once (after a 401, which handles nothing, once more with a fresh token).
    pub(crate) async fn perform(
        &self,
        dispute: &DisputeRef,
        outgoing: Outgoing<'_>,
    ) -> Result<Receipt, Error> {
        let Some(packet) = Packet::of(outgoing.response) else {
            return Err(Error::Unsupported(
                "Shopify's API takes evidence only; everything else is done in the Shopify admin".to_owned(),
            ));
        };
        let number = known_number(dispute)?;
        upload::complete(outgoing)?;
        let shown = self.show(dispute).await?;
        self.still_asked(&shown)?;
        let evidence = shown.dispute.evidence_id().ok_or_else(|| {
            Error::contract("dispute: field `disputeEvidence.id` is missing or names no evidence")
        })?;
        let uploads = self.upload_all(number, &packet, outgoing).await?;
        let variables = documents::evidence_update(evidence, input(&packet, &uploads));
        let sent = match self.mutate(&documents::EVIDENCE_UPDATE, variables).await {
            Ok(reply) => receipt(&reply),
            Err(error) => Err(error),
        };
        if let Err(error) = &sent
            && nothing_taken(error)
        {
            let numbers: Vec<String> = uploads.into_iter().map(|(_, number)| number).collect();
            self.take_back(number, &numbers).await;
        }
        sent
    }

    /// Whether Shopify asks for evidence now. Where it has some already, reading must decide whose it is.
    fn still_asked(&self, shown: &Shown) -> Result<(), Error> {
        if map::sent(&shown.dispute) && shown.observed.snapshot.outcome.is_none() {
            return Err(Error::OutcomeUnknown {
                why: "Shopify has evidence for this dispute already: read the dispute to see whose it is"
                    .to_owned(),
                reference: None,
            });
        }
        let status = shown.dispute.status.as_ref().map(|word| word.is);
        if status != Some(known::StatusWord::NeedsResponse) {
            return Err(rejected(
                "NOT_ASKED",
                "Shopify asks for no evidence now; nothing was sent: read the dispute again and look at its status",
            ));
        }
        let deadline = shown.observed.snapshot.deadline;
        let over = deadline.is_some_and(|deadline| {
            deadline.source == docket_core::words::DeadlineSource::Platform
                && deadline.precision == docket_core::words::Precision::Instant
                && deadline.at <= self.http.env().now()
        });
        if over {
            return Err(rejected("EVIDENCE_PAST_DUE_DATE", PAST_DUE));
        }
        Ok(())
    }

    async fn upload_all(
        &self,
        dispute: &str,
        packet: &Packet<'_>,
        outgoing: Outgoing<'_>,
    ) -> Result<Vec<(Slot, String)>, Error> {
        let mut done: Vec<(Slot, String)> = Vec::new();
        for ((slot, file), (_, content)) in packet.files.iter().zip(outgoing.files) {
            match self.upload(dispute, *slot, file, content).await {
                Ok(number) => done.push((*slot, number)),
                Err(error) => {
                    let numbers: Vec<String> = done.into_iter().map(|(_, number)| number).collect();
                    self.take_back(dispute, &numbers).await;
                    return Err(error);
                }
            }
        }
        Ok(done)
    }
}

/// Whether it is certain that the mutation changed nothing, so that its uploads are of no use.
const fn nothing_taken(error: &Error) -> bool {
    match error {
        Error::Retry { .. } | Error::Rejected { .. } | Error::Auth { .. } => true,
        Error::OutcomeUnknown { .. }
        | Error::NotFound { .. }
        | Error::Contract { .. }
        | Error::Unsupported(_) => false,
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Data {
    dispute_evidence_update: Option<Payload>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Payload {
    user_errors: Vec<UserError>,
}

#[derive(Deserialize)]
struct UserError {
    code: Option<String>,
    field: Option<Vec<String>>,
}

fn receipt(reply: &Reply) -> Result<Receipt, Error> {
    let payload = reply
        .data::<Data>("evidence update")?
        .and_then(|data| data.dispute_evidence_update)
        .ok_or_else(|| reply.lacking("evidence update"))?;
    match payload.user_errors.first() {
        None => Ok(Receipt {
            reference: reply.reference.clone(),
            left_out: Vec::new(),
        }),
        Some(error) => Err(user_error(error, reply.reference.clone())),
    }
}

const PAST_DUE: &str =
    "the due date has passed, and Shopify has sent what was saved: no more evidence can be added";

/// Reference 2 and 8. The message is not repeated: it may hold what was sent.
fn user_error(error: &UserError, reference: Option<String>) -> Error {
    let code = error.code.as_deref().unwrap_or("NO_CODE");
    let advice = match code {
        // Somebody's evidence is there; it may be ours from a call whose answer was lost.
        "EVIDENCE_ALREADY_ACCEPTED" => {
            return Error::OutcomeUnknown {
                why: "Shopify has evidence for this dispute already: read the dispute to see whose it is"
                    .to_owned(),
                reference,
            };
        }
        "EVIDENCE_PAST_DUE_DATE" => PAST_DUE,
        "DISPUTE_EVIDENCE_NOT_FOUND" => {
            "Shopify does not find the dispute's evidence: check whether the connection belongs to the right shop"
        }
        "FILES_SIZE_EXCEEDED_LIMIT" => {
            "the dispute's files are larger than 4 MB together, those of earlier attempts included: make them smaller, or \
             delete old ones in the Shopify admin"
        }
        "FILE_NOT_FOUND" => "an uploaded file is gone: send the response again, so that it is uploaded anew",
        "TOO_LARGE" => "a text is too long: shorten it or move a part into a PDF",
        "INVALID" => "Shopify does not take a field as it is: compare the response with the rules",
        _ => {
            "Shopify refuses the evidence for a reason that is not documented: open the dispute in the Shopify admin"
        }
    };
    let known = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let field = error.field.as_deref().and_then(<[String]>::last);
    let field = field.filter(|field| field.len() <= 60 && field.bytes().all(known));
    let field = field.map(|field| format!(" (field {field})")).unwrap_or_default();
    Error::Rejected {
        code: if code.len() <= 60 && code.bytes().all(known) {
            code
        } else {
            "UNREADABLE_CODE"
        }
        .to_owned(),
        message: format!("{advice}{field}"),
        reference,
    }
}
