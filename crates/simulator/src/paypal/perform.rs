//! What each action does to a dispute. Everything is checked before anything changes.

use serde_json::{Map, Value, json};

use super::{
    ApiError, checks, evidence,
    input::Input,
    vocabulary::{ACCEPT_REASONS, ACKNOWLEDGEMENTS, EVIDENCE_TYPES, RETURN_EVIDENCE},
};
use crate::{
    action::Action,
    dispute::{Dispute, Stage, Time, stamp},
    judge,
    machine::{self, Verdict},
    money::Money,
    render,
};

/// Applies the action and gives back the words that the journal keeps.
pub(crate) fn perform(
    dispute: &mut Dispute,
    action: Action,
    input: &Input,
    now: Time,
) -> Result<Option<String>, ApiError> {
    match action {
        Action::ProvideEvidence | Action::Appeal => answer(dispute, action, input, now),
        Action::AcceptClaim => accept_claim(dispute, input, now),
        Action::MakeOffer => make_offer(dispute, input, now),
        Action::Escalate => {
            let note = checks::text(&input.json, "note")?.map(str::to_owned);
            dispute.stage = Stage::Chargeback;
            machine::under_review(dispute);
            Ok(note)
        }
        Action::SendMessage => {
            let message = checks::required_text(&input.json, "message")?.to_owned();
            let documents = evidence::documents(dispute, &input.files);
            if documents.len() > 10 {
                return Err(ApiError::malformed("A message carries at most 10 files."));
            }
            dispute.message("SELLER", &message, &documents, now);
            Ok(Some(message))
        }
        Action::ProvideSupportingInfo => supporting_info(dispute, input, now),
        Action::AcknowledgeReturnItem => acknowledge(dispute, input, now),
        Action::RequireEvidence => require_evidence(dispute, input, now),
        Action::Adjudicate => adjudicate(dispute, input, now),
        Action::AcceptOffer => {
            let note = checks::text(&input.json, "note")?;
            dispute.answer_offer("ACCEPTED", note, now);
            let refunded = dispute.offer.as_ref().and_then(|offer| offer.offered.clone());
            give_in(dispute, refunded, "PARTIAL_REFUND_OFFER_ACCEPTED", now);
            Ok(note.map(str::to_owned))
        }
        Action::DenyOffer => {
            let note = checks::required_text(&input.json, "note")?;
            dispute.answer_offer("DENIED", Some(note), now);
            machine::ask_seller(dispute, None, now);
            Ok(Some(note.to_owned()))
        }
    }
}

fn answer(
    dispute: &mut Dispute,
    action: Action,
    input: &Input,
    now: Time,
) -> Result<Option<String>, ApiError> {
    checks::return_address(dispute, input)?;
    let rows = evidence::answer(dispute, input, now)?;
    let note = rows
        .iter()
        .find_map(|row| row["notes"].as_str().map(str::to_owned));
    if action == Action::Appeal {
        dispute.stage = match dispute.stage {
            Stage::Inquiry | Stage::Chargeback => Stage::PreArbitration,
            Stage::PreArbitration | Stage::Arbitration => Stage::Arbitration,
        };
        dispute.outcome = None;
        dispute.stray_appeal = false;
    }
    let weight = judged(dispute, &rows, input);
    // An appeal is read by the same eyes: it helps only by what it adds.
    let share = if action == Action::Appeal { 0.5 } else { 1.0 };
    dispute.strength = judge::bounded(dispute.strength + share * weight);
    dispute.evidences.extend(rows);
    machine::under_review(dispute);
    Ok(note)
}

/// What the answer is worth: a proof is a row of a kind that PayPal asked for, with more than notes.
fn judged(dispute: &Dispute, rows: &[Value], input: &Input) -> f64 {
    let payment = dispute.payment_numbers();
    let asked = |kind: &Value| {
        let wanted = |row: &&Value| row["source"] == "REQUESTED_FROM_SELLER" && row["evidence_type"] == *kind;
        dispute.evidences.iter().any(|row| wanted(&row))
    };
    let proves = |row: &&Value| row.get("documents").is_some() || row.get("evidence_info").is_some();
    let words = rows.iter().filter_map(|row| row["notes"].as_str());
    let answer = judge::Answer {
        words: words.collect::<Vec<_>>().join(" "),
        files: input
            .contents
            .iter()
            .map(|content| content.reading(&payment, &[]))
            .collect(),
        proof: rows.iter().filter(proves).any(|row| asked(&row["evidence_type"])),
    };
    answer.weight(&payment)
}

fn accept_claim(dispute: &mut Dispute, input: &Input, now: Time) -> Result<Option<String>, ApiError> {
    let note = checks::required_text(&input.json, "note")?.to_owned();
    let types = render::accept_claim_types(dispute);
    // A note alone means the whole refund: the trap that the reference warns of.
    let kind = checks::word(&input.json, "accept_claim_type", &types)?
        .unwrap_or("REFUND")
        .to_owned();
    checks::word(&input.json, "accept_claim_reason", ACCEPT_REASONS)?;
    checks::invoice_id(input)?;
    let mut refunded = dispute.amount.clone();
    match kind.as_str() {
        "PARTIAL_REFUND" => {
            let amount = checks::amount(dispute, input, "refund_amount")?;
            let amount = amount.ok_or_else(|| checks::missing("refund_amount"))?;
            checks::return_address(dispute, input)?;
            if amount.minor < dispute.amount.minor {
                dispute.propose("REFUND", Some(amount), &note, now);
                machine::ask_buyer(dispute, now);
                return Ok(Some(note));
            }
            refunded = amount;
        }
        "REFUND_WITH_RETURN" => {
            checks::no_amount(input, "refund_amount")?;
            checks::required_address(dispute, input)?;
        }
        "REFUND_WITH_RETURN_SHIPMENT_LABEL" => {
            let labels = input
                .json
                .get("return_shipment_info")
                .and_then(Value::as_array)
                .map_or(0, Vec::len);
            if !(1..=100).contains(&labels) {
                return Err(checks::missing("return_shipment_info"));
            }
            checks::required_address(dispute, input)?;
        }
        _ => {
            checks::no_amount(input, "refund_amount")?;
            checks::no_address(input)?;
        }
    }
    give_in(
        dispute,
        Some(refunded),
        "SELLER_AGREED_REFUND_WITHOUT_RETURN",
        now,
    );
    Ok(Some(note))
}

fn make_offer(dispute: &mut Dispute, input: &Input, now: Time) -> Result<Option<String>, ApiError> {
    let note = checks::required_text(&input.json, "note")?.to_owned();
    let kind = checks::offer_type(dispute, input)?.to_owned();
    checks::invoice_id(input)?;
    let amount = if kind == "REPLACEMENT_WITHOUT_REFUND" {
        checks::no_amount(input, "offer_amount")?;
        None
    } else {
        let amount = checks::amount(dispute, input, "offer_amount")?;
        Some(amount.ok_or_else(|| checks::missing("offer_amount"))?)
    };
    match kind.as_str() {
        "REFUND_WITH_RETURN" => drop(checks::required_address(dispute, input)?),
        "REFUND" => checks::no_address(input)?,
        _ => drop(checks::return_address(dispute, input)?),
    }
    dispute.propose(&kind, amount.clone(), &note, now);
    let full = amount
        .as_ref()
        .is_some_and(|amount| amount.minor >= dispute.amount.minor);
    if kind == "REFUND" && full {
        // The buyer asked for no more than this, so nobody needs to ask back.
        dispute.answer_offer("ACCEPTED", None, now);
        give_in(dispute, amount, "SELLER_ISSUED_REFUND", now);
    } else {
        machine::ask_buyer(dispute, now);
    }
    Ok(Some(note))
}

fn give_in(dispute: &mut Dispute, refunded: Option<Money>, reason: &str, now: Time) {
    let verdict = Verdict {
        code: "RESOLVED_BUYER_FAVOUR",
        kind: Some("PAYOUT_TO_BUYER"),
        reason: Some(reason),
        refunded,
        conceded: true,
    };
    machine::resolve(dispute, verdict, now);
}

fn supporting_info(dispute: &mut Dispute, input: &Input, now: Time) -> Result<Option<String>, ApiError> {
    // The multipart form may carry evidence rows in place of notes.
    let rows = evidence::rows(dispute, input, EVIDENCE_TYPES, now)?;
    let notes = match checks::text(&input.json, "notes")? {
        Some(notes) => notes.to_owned(),
        None => rows
            .iter()
            .find_map(|row| row["notes"].as_str().map(str::to_owned))
            .ok_or_else(|| checks::missing("notes"))?,
    };
    let mut row = Map::from_iter([
        ("notes".to_owned(), Value::from(notes.as_str())),
        ("source".to_owned(), "SUBMITTED_BY_SELLER".into()),
        ("provided_time".to_owned(), stamp(now).into()),
        ("dispute_life_cycle_stage".to_owned(), dispute.stage.word().into()),
    ]);
    if !input.files.is_empty() {
        row.insert(
            "documents".into(),
            evidence::documents(dispute, &input.files).into(),
        );
    }
    if dispute.supporting_info.len() >= 100 {
        return Err(ApiError::unprocessable(
            "TOO_MANY_ROWS",
            "/notes",
            "No more supporting info is taken.",
        ));
    }
    dispute.supporting_info.push(Value::Object(row));
    Ok(Some(notes))
}

fn acknowledge(dispute: &mut Dispute, input: &Input, now: Time) -> Result<Option<String>, ApiError> {
    let note = checks::text(&input.json, "note")?.map(str::to_owned);
    let kind = checks::word(&input.json, "acknowledgement_type", &ACKNOWLEDGEMENTS)?
        .ok_or_else(|| checks::missing("acknowledgement_type"))?;
    let rows = evidence::rows(dispute, input, RETURN_EVIDENCE, now)?;
    if kind == "ITEM_RECEIVED" {
        let refunded = Some(dispute.amount.clone());
        give_in(dispute, refunded, "ITEM_RETURNED_TO_SELLER", now);
        return Ok(note);
    }
    if rows.is_empty() || rows.iter().any(|row| row.get("documents").is_none()) {
        return Err(checks::missing("evidences"));
    }
    dispute.evidences.extend(rows);
    dispute.return_reported = false;
    if dispute.stage == Stage::Inquiry {
        dispute.stage = Stage::Chargeback;
    }
    machine::under_review(dispute);
    Ok(note)
}

fn require_evidence(dispute: &mut Dispute, input: &Input, now: Time) -> Result<Option<String>, ApiError> {
    let who = checks::word(&input.json, "action", &["BUYER_EVIDENCE", "SELLER_EVIDENCE"])?
        .ok_or_else(|| checks::missing("action"))?;
    if who == "SELLER_EVIDENCE" {
        dispute.request_evidence(if dispute.tangible() {
            "PROOF_OF_FULFILLMENT"
        } else {
            "OTHER"
        });
        machine::ask_seller(dispute, None, now);
    } else {
        dispute.evidences.push(json!({
            "evidence_type": "OTHER", "source": "REQUESTED_FROM_BUYER",
            "dispute_life_cycle_stage": dispute.stage.word(),
        }));
        machine::ask_buyer(dispute, now);
    }
    Ok(Some(who.to_owned()))
}

fn adjudicate(dispute: &mut Dispute, input: &Input, now: Time) -> Result<Option<String>, ApiError> {
    let who = checks::word(
        &input.json,
        "adjudication_outcome",
        &["BUYER_FAVOR", "SELLER_FAVOR"],
    )?
    .ok_or_else(|| checks::missing("adjudication_outcome"))?;
    let code = if who == "SELLER_FAVOR" {
        "RESOLVED_SELLER_FAVOUR"
    } else {
        "RESOLVED_BUYER_FAVOUR"
    };
    let verdict = machine::verdict(dispute, code);
    machine::resolve(dispute, verdict, now);
    Ok(Some(who.to_owned()))
}
