//! A dispute as Klarna shows it (reference 4). Items of the list have the same shape as the detail.

use serde_json::{Map, Value, json};

use super::{
    DISPUTES,
    dispute::{Answer, Dispute, State, Style, Submission},
};
use crate::{account::Account, dispute::stamp};

/// The echo is shorter than what may be sent.
const ECHO_CHARS: usize = 500;

pub(crate) fn full(dispute: &Dispute, owner: &Account) -> Value {
    let mut body = head(dispute, owner);
    let mut put = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            body.insert(name.to_owned(), value);
        }
    };
    put(
        "previous_state",
        dispute.previous.map(|state| state.word().into()),
    );
    put("state_context", state_context(dispute));
    if dispute.state != State::Initiated {
        put("representment", Some(representment(dispute)));
    }
    put("arbitration", arbitration(dispute));
    if !dispute.customer_files.is_empty() {
        let rows = dispute.customer_files.iter().map(|file| {
            json!({
                "payment_dispute_customer_evidence_id": file.id,
                "attachment": {
                    "description": file.description, "mime_type": file.media_type,
                    "url": format!("www.klarna.com{DISPUTES}/{}/attachments/{}/download", dispute.id, file.id),
                },
            })
        });
        put("customer_evidences", Some(rows.collect()));
    }
    // Absent, null and a list are all documented.
    let exceptions = match (dispute.exceptions.is_empty(), dispute.style) {
        (true, Style::Seconds) => Some(Value::Null),
        (true, Style::Millis | Style::Minutes) => None,
        (false, _) => Some(dispute.exceptions.clone().into()),
    };
    put("process_exceptions", exceptions);
    Value::Object(body)
}

fn head(dispute: &Dispute, owner: &Account) -> Map<String, Value> {
    let by = match dispute.reason.as_str() {
        "PURCHASE_HIGH_RISK" | "NON_COMPLIANCE" => "KLARNA_AGENT",
        _ => "CUSTOMER",
    };
    let capture = &dispute.order["captures"][0];
    let head = json!({
        "payment_dispute_id": dispute.id,
        "dispute_reason": dispute.reason,
        "state": dispute.state.word(),
        "order_id": dispute.order_id,
        "payment_transaction_id": format!("krn:payment:eu1:transaction:{}", dispute.order_id),
        "purchase_reference": dispute.order["merchant_reference1"],
        "merchant_reference2": dispute.order["merchant_reference2"],
        "capture_id": capture["capture_id"],
        "payment_capture_id": format!("krn:payment:eu1:capture:{}", capture["capture_id"].as_str().unwrap_or_default()),
        "payment_capture_reference": capture["reference"],
        "payment_account_id": format!("krn:partner:eu1:test:payment-account:{}", owner.klarna.merchant_id),
        "payment_account_reference": owner.klarna.merchant_id,
        "dispute_details": {
            "dispute_amount": dispute.amount, "currency": dispute.currency, "created_by": by,
        },
        "configuration": {
            "base_framework": dispute.framework,
            "options": {"hold_policy": if dispute.appealable { "ON_DISPUTE_INITIATED" } else { "NONE" }},
        },
        "created_at": dispute.style.write(dispute.created),
        "updated_at": stamp(dispute.updated),
    });
    match head {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

fn state_context(dispute: &Dispute) -> Option<Value> {
    match dispute.state {
        State::Initiated => Some(json!({"representment": representment(dispute)})),
        State::Representment => {
            let evidence = dispute
                .submission
                .as_ref()
                .map(|submission| evidence(dispute, submission));
            Some(json!({"partner_evidence": evidence}))
        }
        State::PreArbitration => dispute
            .arbitration
            .as_ref()
            .map(|round| json!({"arbitration_expires_at": dispute.style.write(round.due)})),
        State::Arbitration => None,
        State::Closed => dispute.outcome.as_ref().map(|outcome| {
            json!({
                "dispute_outcome": won(outcome.won),
                "dispute_outcome_detailed": detail(dispute, &outcome.detail),
                "closed_at": dispute.style.write(outcome.at),
            })
        }),
    }
}

fn representment(dispute: &Dispute) -> Value {
    let mut body = json!({"state": dispute.answer});
    if dispute.answer != Answer::EvidenceRequested {
        body["previous_state"] = "EVIDENCE_REQUESTED".into();
    }
    if !dispute.hides_due {
        body["expires_at"] = dispute.style.write(dispute.due).into();
    }
    body["request"] = json!({
        "requested_at": dispute.style.write(dispute.asked), "additional_information": dispute.question,
    });
    if let Some(submission) = &dispute.submission {
        body["partner_evidence"] = evidence(dispute, submission);
    }
    body
}

fn arbitration(dispute: &Dispute) -> Option<Value> {
    let round = dispute.arbitration.as_ref()?;
    let mut body = json!({
        "preliminary_outcome": "LOST",
        "preliminary_outcome_detailed": detail(dispute, &round.detail),
    });
    if let Some(appeal) = &round.appeal {
        let mut request = json!({
            "requested_at": dispute.style.write(appeal.at), "additional_information": appeal.text,
        });
        if !appeal.attachments.is_empty() {
            request["attachments"] = attachments(dispute, appeal);
        }
        body["arbitration_request"] = request;
    }
    Some(body)
}

fn evidence(dispute: &Dispute, submission: &Submission) -> Value {
    let mut body = json!({
        "created_at": dispute.style.write(submission.at),
        "attachments": attachments(dispute, submission),
    });
    if let Some(text) = &submission.text {
        body["additional_information"] = cut(text).into();
    }
    body
}

fn attachments(dispute: &Dispute, submission: &Submission) -> Value {
    let rows = submission.attachments.iter().map(|(id, description)| {
        let mut row = json!({
            "payment_dispute_attachment_id": id,
            "url": format!("/payment/disputes/{}/attachments/{id}", dispute.id),
        });
        if let Some(file) = dispute.files.iter().find(|file| file.id == *id) {
            row["mime_type"] = file.media_type.as_str().into();
        }
        if let Some(description) = description {
            row["description"] = cut(description).into();
        }
        row
    });
    rows.collect()
}

fn cut(text: &str) -> String {
    text.chars().take(ECHO_CHARS).collect()
}

fn won(won: bool) -> &'static str {
    if won { "WON" } else { "LOST" }
}

fn detail(dispute: &Dispute, word: &str) -> String {
    if dispute.lower_case {
        word.to_ascii_lowercase()
    } else {
        word.to_owned()
    }
}
