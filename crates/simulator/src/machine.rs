//! The life of a dispute: which actions are open, what a decision does, what happens when nobody answers in time.

use chrono::{Duration, NaiveTime};
use serde_json::json;

use crate::{
    action::Action,
    dispute::{Dispute, Outcome, Stage, Status, Time, stamp},
    money::Money,
};

/// Days after closing in which a loss can be appealed; PayPal publishes no figure.
const APPEAL_DAYS: i64 = 10;

/// What the merchant may do now: exactly the links of the dispute.
pub(crate) fn allowed(dispute: &Dispute, now: Time) -> Vec<Action> {
    use Action as A;
    let mut actions = Vec::new();
    match dispute.status {
        Status::Open | Status::WaitingForBuyerResponse => {}
        Status::WaitingForSellerResponse if dispute.channel == "ALERT" => actions.push(A::AcceptClaim),
        Status::WaitingForSellerResponse => {
            actions.extend([A::ProvideEvidence, A::AcceptClaim]);
            if dispute.internal() {
                actions.push(A::MakeOffer);
            }
            if dispute.stage == Stage::Inquiry {
                actions.push(A::SendMessage);
                if dispute.internal() && dispute.merchandise() {
                    actions.push(A::Escalate);
                }
            }
            if dispute.return_reported && dispute.snad() {
                actions.push(A::AcknowledgeReturnItem);
            }
        }
        Status::UnderReview => {
            if dispute.in_claim() {
                actions.push(A::ProvideSupportingInfo);
            }
            actions.extend([A::RequireEvidence, A::Adjudicate]);
        }
        Status::Resolved => {
            if appealable(dispute, now) || dispute.stray_appeal {
                actions.push(A::Appeal);
            }
        }
    }
    actions
}

/// What the buyer may do now; these never show in the merchant's links.
pub(crate) fn allowed_to_buyer(dispute: &Dispute) -> bool {
    dispute.status == Status::WaitingForBuyerResponse
        && dispute.offer.as_ref().is_some_and(|offer| offer.pending)
}

pub(crate) fn appealable(dispute: &Dispute, now: Time) -> bool {
    dispute.status == Status::Resolved
        && dispute.stage != Stage::Arbitration
        && dispute.channel != "ALERT"
        && dispute.outcome.as_ref().is_some_and(|outcome| {
            outcome.code == "RESOLVED_BUYER_FAVOUR"
                && !outcome.conceded
                && now < outcome.at + Duration::days(APPEAL_DAYS)
        })
}

/// A decision: outcome word, adjudication type and reason.
pub(crate) struct Verdict<'a> {
    pub code: &'a str,
    pub kind: Option<&'a str>,
    pub reason: Option<&'a str>,
    pub refunded: Option<Money>,
    pub conceded: bool,
}

/// The verdict that goes with an outcome word, when nothing more is known.
pub(crate) fn verdict<'a>(dispute: &Dispute, code: &'a str) -> Verdict<'a> {
    let (kind, reason, refunded) = match code {
        "RESOLVED_SELLER_FAVOUR" | "DENIED" => (Some("DENY_BUYER"), Some(winning_reason(dispute)), None),
        "RESOLVED_WITH_PAYOUT" => (
            Some("PAYOUT_TO_SELLER"),
            Some("PROTECTED_BY_PAYPAL"),
            Some(dispute.amount.clone()),
        ),
        "RESOLVED_BUYER_FAVOUR" => (
            Some("PAYOUT_TO_BUYER"),
            Some(losing_reason(dispute)),
            Some(dispute.amount.clone()),
        ),
        "ACCEPTED" => (Some("RECOVER_FROM_SELLER"), None, Some(dispute.amount.clone())),
        "CANCELED_BY_BUYER" => (None, Some("BUYER_CANCELLED_CASE"), None),
        _ => (None, None, None),
    };
    Verdict {
        code,
        kind,
        reason,
        refunded,
        conceded: false,
    }
}

pub(crate) fn winning_reason(dispute: &Dispute) -> &'static str {
    match dispute.reason.as_str() {
        "MERCHANDISE_OR_SERVICE_NOT_RECEIVED" if dispute.tangible() => "VALID_PROOF_OF_DELIVERY",
        "MERCHANDISE_OR_SERVICE_NOT_RECEIVED" => "ITEM_SERVICE_RECEIVED_BY_BUYER",
        "MERCHANDISE_OR_SERVICE_NOT_AS_DESCRIBED" => "ITEM_SOLD_AS_DESCRIBED",
        "UNAUTHORISED" => "NOT_AN_UNAUTHORIZED_TRANSACTION",
        "CREDIT_NOT_PROCESSED" => "VALID_PROOF_OF_REFUND",
        _ => "TRANSACTION_PROCESSED_CORRECTLY",
    }
}

pub(crate) fn losing_reason(dispute: &Dispute) -> &'static str {
    match dispute.reason.as_str() {
        "MERCHANDISE_OR_SERVICE_NOT_RECEIVED" if dispute.tangible() => "INVALID_TRACKING",
        "MERCHANDISE_OR_SERVICE_NOT_RECEIVED" => "NO_PROOF_OF_DELIVERY_INTANGIBLE",
        "MERCHANDISE_OR_SERVICE_NOT_AS_DESCRIBED" => "ITEM_NOT_AS_DESCRIBED",
        "UNAUTHORISED" => "NO_PROTECTION_FOR_DIGITAL_GOODS_SERVICE",
        "CREDIT_NOT_PROCESSED" => "INVALID_REFUND_PROOF",
        _ => "INSUFFICIENT_EVIDENCE_PROVIDED",
    }
}

/// Closes the dispute and books what the decision moves.
pub(crate) fn resolve(dispute: &mut Dispute, verdict: Verdict<'_>, now: Time) {
    if let Some(kind) = verdict.kind {
        let mut row = json!({
            "type": kind, "adjudication_time": stamp(now), "dispute_life_cycle_stage": dispute.stage.word(),
        });
        if let Some(reason) = verdict.reason {
            row["reason"] = reason.into();
        }
        if dispute.adjudications.len() < 10 {
            dispute.adjudications.push(row);
        }
    }
    let lost = matches!(verdict.code, "RESOLVED_BUYER_FAVOUR" | "ACCEPTED");
    if let (true, Some(amount)) = (lost, &verdict.refunded) {
        let row = |reason: &str, amount: &Money| {
            json!({
                "reason": reason, "party": "SELLER", "type": "DEBIT", "amount": amount.json(),
                "initiated_time": stamp(now),
            })
        };
        dispute.fund_movements.push(row("DISPUTE_SETTLEMENT", amount));
        if dispute.in_claim() && !verdict.conceded {
            let fee = dispute.amount.with_minor((dispute.amount.minor / 10).max(1));
            dispute.fund_movements.push(row("DISPUTE_FEE", &fee));
        }
    }
    dispute.outcome = Some(Outcome {
        code: verdict.code.to_owned(),
        reason: verdict.reason.map(str::to_owned),
        refunded: verdict.refunded,
        at: now,
        conceded: verdict.conceded,
    });
    dispute.status = Status::Resolved;
    dispute.seller_due = None;
    dispute.buyer_due = None;
    dispute.touch(now);
}

/// Hands the move to PayPal or the issuer.
pub(crate) fn under_review(dispute: &mut Dispute) {
    dispute.status = Status::UnderReview;
    dispute.seller_due = None;
    dispute.buyer_due = None;
}

/// Hands the move to the seller, with the usual time of the stage unless `due` names another.
pub(crate) fn ask_seller(dispute: &mut Dispute, due: Option<Time>, now: Time) {
    dispute.status = Status::WaitingForSellerResponse;
    dispute.buyer_due = None;
    dispute.seller_due = Some(
        due.unwrap_or_else(|| match (dispute.channel.as_str(), dispute.stage) {
            ("ALERT", _) => now + Duration::hours(20),
            (_, Stage::Inquiry) => now + Duration::days(20),
            _ => claim_due(now),
        }),
    );
}

pub(crate) fn ask_buyer(dispute: &mut Dispute, now: Time) {
    dispute.status = Status::WaitingForBuyerResponse;
    dispute.seller_due = None;
    dispute.buyer_due = Some(now + Duration::days(10));
}

/// Opens a closed dispute again; the seller has to answer once more.
pub(crate) fn reopen(dispute: &mut Dispute, due: Option<Time>, now: Time) {
    dispute.outcome = None;
    if dispute.stage == Stage::Inquiry {
        dispute.stage = Stage::Chargeback;
    }
    let asked = if dispute.tangible() {
        "PROOF_OF_FULFILLMENT"
    } else {
        "OTHER"
    };
    dispute.request_evidence(asked);
    ask_seller(dispute, due, now);
    dispute.touch(now);
}

/// Ten days on, at the end of a day on PayPal's coast.
pub(crate) fn claim_due(now: Time) -> Time {
    const END_OF_DAY: NaiveTime = match NaiveTime::from_hms_opt(6, 59, 59) {
        Some(time) => time,
        None => NaiveTime::MIN,
    };
    (now + Duration::days(10))
        .date_naive()
        .and_time(END_OF_DAY)
        .and_utc()
}

/// Applies what silence means, when somebody looks: past the seller's date the buyer wins, past the buyer's date the case is dropped.
/// The update time is the moment of looking, so that no poll window misses it.
pub(crate) fn settle(dispute: &mut Dispute, now: Time) -> bool {
    if dispute.status == Status::WaitingForSellerResponse && dispute.seller_due.is_some_and(|due| due < now) {
        let refunded = Some(dispute.amount.clone());
        let verdict = Verdict {
            code: "RESOLVED_BUYER_FAVOUR",
            kind: Some("RECOVER_FROM_SELLER"),
            reason: Some("NO_SELLER_RESPONSE"),
            refunded,
            conceded: false,
        };
        resolve(dispute, verdict, now);
        return true;
    }
    if dispute.status == Status::WaitingForBuyerResponse && dispute.buyer_due.is_some_and(|due| due < now) {
        let verdict = verdict(dispute, "CANCELED_BY_BUYER");
        resolve(dispute, verdict, now);
        return true;
    }
    false
}
