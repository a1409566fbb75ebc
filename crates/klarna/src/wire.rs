//! Klarna's JSON as it comes: every field optional, every word open, `null` as good as absent (reference 16). Only what
//! is read is named; new fields are no breaking change there (reference 2).

mod places;
mod scalar;
mod words;

use serde::Deserialize;
use serde_json::value::RawValue;

pub use scalar::{Minor, Text, Time};
pub use words::*;

/// The list's answer; rows are kept as they stand in the body, since each is a dispute in full (reference 3).
#[derive(Debug, Deserialize)]
pub struct List<'a> {
    #[serde(borrow)]
    pub disputes: Option<Vec<&'a RawValue>>,
    pub pagination: Option<Pagination>,
}

/// Where a list goes on.
#[derive(Debug, Deserialize)]
pub struct Pagination {
    pub last_item: Option<Text>,
}

/// The least of a dispute: enough to know which one it is.
#[derive(Debug, Deserialize)]
pub struct Named {
    pub payment_dispute_id: Option<Text>,
}

/// A dispute: a row of the list, the answer for one, or the payload of a webhook, which has the parts of
/// `state_context` at its top.
#[derive(Debug, Deserialize)]
pub struct Dispute {
    pub payment_dispute_id: Option<Text>,
    pub dispute_reason: Option<Text>,
    /// As older generations call it.
    pub reason: Option<Text>,
    pub state: Option<StateWord>,
    pub previous_state: Option<StateWord>,
    pub order_id: Option<Text>,
    pub payment_transaction_id: Option<Text>,
    pub payment_transaction_reference: Option<Text>,
    pub purchase_reference: Option<Text>,
    pub merchant_reference2: Option<Text>,
    pub capture_id: Option<Text>,
    pub payment_capture_reference: Option<Text>,
    pub payment_capture_id: Option<Text>,
    pub capture_krn: Option<Text>,
    pub dispute_details: Option<Details>,
    /// As older generations have it (reference 10).
    pub disputed_amount: Option<OldAmount>,
    pub state_context: Option<Context>,
    pub representment: Option<Representment>,
    pub arbitration: Option<Arbitration>,
    pub customer_evidences: Option<Vec<CustomerEvidence>>,
    pub process_exceptions: Option<Vec<Exception>>,
    pub configuration: Option<Configuration>,
    /// Of v3: requests for evidence and their answers (reference 10).
    pub merchant_evidence: Option<Vec<OldEvidence>>,
    pub created_at: Option<Time>,
    pub updated_at: Option<Time>,
    pub arbitration_expires_at: Option<Time>,
    pub partner_evidence: Option<PartnerEvidence>,
    pub arbitration_request: Option<ArbitrationRequest>,
    pub dispute_outcome: Option<OutcomeWord>,
    pub dispute_outcome_detailed: Option<Text>,
    pub closed_at: Option<Time>,
}

/// `dispute_details`
#[derive(Debug, Deserialize)]
pub struct Details {
    pub dispute_amount: Option<Minor>,
    pub currency: Option<Text>,
    pub created_by: Option<CreatorWord>,
}

/// `disputed_amount` of older generations
#[derive(Debug, Deserialize)]
pub struct OldAmount {
    pub amount: Option<Minor>,
    pub currency: Option<Text>,
}

/// `state_context` of any state, as one loose form (reference 16).
#[derive(Debug, Default, Deserialize)]
pub struct Context {
    pub representment: Option<Representment>,
    pub partner_evidence: Option<PartnerEvidence>,
    pub arbitration_expires_at: Option<Time>,
    pub dispute_outcome: Option<OutcomeWord>,
    pub dispute_outcome_detailed: Option<Text>,
    pub closed_at: Option<Time>,
    pub arbitration_request: Option<ArbitrationRequest>,
    /// Of v3.
    pub evidence_response_deadline_at: Option<Time>,
    /// Of v3: only its being there is read, as a sign of the generation.
    pub evidence_request_type: Option<Text>,
}

/// The first instance.
#[derive(Debug, Deserialize)]
pub struct Representment {
    pub state: Option<RepresentmentWord>,
    pub expires_at: Option<Time>,
    pub request: Option<Request>,
    pub partner_evidence: Option<PartnerEvidence>,
}

/// Klarna's question.
#[derive(Debug, Deserialize)]
pub struct Request {
    pub requested_at: Option<Time>,
    pub additional_information: Option<Text>,
}

/// What the merchant's side answered.
#[derive(Debug, Deserialize)]
pub struct PartnerEvidence {
    pub created_at: Option<Time>,
    pub additional_information: Option<Text>,
    pub attachments: Option<Vec<Attachment>>,
}

/// A file of the merchant's side.
#[derive(Debug, Deserialize)]
pub struct Attachment {
    pub payment_dispute_attachment_id: Option<Text>,
    pub description: Option<Text>,
}

/// The second instance.
#[derive(Debug, Deserialize)]
pub struct Arbitration {
    pub preliminary_outcome: Option<OutcomeWord>,
    pub preliminary_outcome_detailed: Option<Text>,
    pub arbitration_request: Option<ArbitrationRequest>,
}

/// The appeal.
#[derive(Debug, Deserialize)]
pub struct ArbitrationRequest {
    pub requested_at: Option<Time>,
    pub additional_information: Option<Text>,
    pub attachments: Option<Vec<Attachment>>,
}

/// A file of the customer.
#[derive(Debug, Deserialize)]
pub struct CustomerEvidence {
    pub payment_dispute_customer_evidence_id: Option<Text>,
    pub attachment: Option<CustomerAttachment>,
}

/// What is told about a customer's file. Its address is not read: two forms are in use, and the ids give it anyway.
#[derive(Debug, Deserialize)]
pub struct CustomerAttachment {
    pub description: Option<Text>,
    pub mime_type: Option<Text>,
}

/// A departure from the usual procedure.
#[derive(Debug, Deserialize)]
pub struct Exception {
    pub exception_type: Option<ExceptionWord>,
    pub reason: Option<ExceptionReasonWord>,
}

/// Under which rules the dispute runs.
#[derive(Debug, Deserialize)]
pub struct Configuration {
    pub base_framework: Option<FrameworkWord>,
    pub options: Option<Options>,
}

/// `configuration.options`
#[derive(Debug, Deserialize)]
pub struct Options {
    pub hold_policy: Option<HoldWord>,
}

/// `merchant_evidence[]` of v3
#[derive(Debug, Deserialize)]
pub struct OldEvidence {
    pub request: Option<OldRequest>,
    pub response: Option<PartnerEvidence>,
}

/// `merchant_evidence[].request` of v3
#[derive(Debug, Deserialize)]
pub struct OldRequest {
    pub created_at: Option<Time>,
}

/// The two forms of an error (reference 2): the disputes API's, and Order Management's. Texts may repeat values, so only
/// what `errors` checks is ever shown.
#[derive(Debug, Default, Deserialize)]
pub struct Failure {
    pub error_id: Option<Text>,
    pub error_code: Option<Text>,
    pub correlation_id: Option<Text>,
    pub validation_errors: Option<Vec<ParameterError>>,
    pub errors: Option<Vec<ParameterError>>,
}

/// Which parameter was refused, and why.
#[derive(Debug, Deserialize)]
pub struct ParameterError {
    pub parameter: Option<Text>,
    pub reason: Option<Text>,
    pub error_message: Option<Text>,
}
