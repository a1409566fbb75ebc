//! The REST and webhook form of a dispute: flat, lower-case words, bare numbers above 2^53 (reference 3 and 6).

use serde::Deserialize;

use super::{
    Amount, DISPUTE, Digits, Dispute, OrderStub, ReasonDetails, ReasonWord, StatusWord, Time, TypeWord, gid,
};

#[derive(Debug, Deserialize)]
pub(crate) struct RestDispute {
    pub id: Digits,
    order_id: Option<Digits>,
    r#type: Option<TypeWord>,
    amount: Option<String>,
    currency: Option<String>,
    reason: Option<ReasonWord>,
    network_reason_code: Option<String>,
    status: Option<StatusWord>,
    evidence_due_by: Option<Time>,
    evidence_sent_on: Option<Time>,
    finalized_on: Option<Time>,
    initiated_at: Option<Time>,
}

impl From<RestDispute> for Dispute {
    fn from(rest: RestDispute) -> Self {
        Self {
            id: Some(gid(DISPUTE, &rest.id.0)),
            legacy_resource_id: Some(rest.id),
            r#type: rest.r#type,
            status: rest.status,
            initiated_at: rest.initiated_at,
            evidence_due_by: rest.evidence_due_by,
            evidence_sent_on: rest.evidence_sent_on,
            finalized_on: rest.finalized_on,
            amount: Some(Amount {
                amount: rest.amount,
                currency_code: rest.currency,
            }),
            reason_details: Some(ReasonDetails {
                reason: rest.reason,
                network_reason_code: rest.network_reason_code,
            }),
            order: rest.order_id.map(|id| OrderStub {
                id: None,
                legacy_resource_id: Some(id),
                name: None,
            }),
            dispute_evidence: None,
        }
    }
}
