//! The inside of a planted dispute: payment, delivery, messages, evidence.

use chrono::Duration;
use rand::{Rng, rngs::StdRng, seq::IndexedRandom};
use serde_json::{Value, json};

use crate::{
    account::Account,
    dispute::{Dispute, Time, stamp},
    money::Money,
    trades::{ANSWERS, BUYERS, Trade, complaint},
};

/// What happened before the dispute, as far as it shows in the documents.
pub(crate) struct Facts {
    paid: Time,
    expected: Time,
    pub late_days: i64,
    pub protected: bool,
    pub returned: bool,
    buyer: &'static str,
}

impl Facts {
    pub(crate) fn draw(rng: &mut StdRng, trade: &Trade, created: Time) -> Self {
        let paid = created - Duration::minutes(rng.random_range(8 * 24 * 60..60 * 24 * 60));
        let expected = paid + Duration::days(rng.random_range(2..8));
        let late_days = if rng.random_bool(trade.late) {
            rng.random_range(2..15)
        } else {
            0
        };
        Self {
            paid,
            expected,
            late_days,
            protected: rng.random_bool(trade.protected),
            returned: rng.random_bool(0.25),
            buyer: BUYERS.choose(rng).copied().unwrap_or("Mira Holt"),
        }
    }

    /// Chance to win: the merchant's own, less for late parcels and for quality complaints, more under protection.
    pub(crate) fn strength(&self, trade: &Trade, reason: &str) -> f64 {
        let mut chance = trade.win;
        if self.late_days > 0 {
            chance -= 0.25;
        }
        if reason == "MERCHANDISE_OR_SERVICE_NOT_AS_DESCRIBED" {
            chance -= 0.10;
        } else if self.protected {
            chance += 0.12;
        }
        chance.clamp(0.05, 0.95)
    }
}

pub(crate) fn transaction(
    rng: &mut StdRng,
    trade: &Trade,
    facts: &Facts,
    amount: &Money,
    owner: &Account,
) -> Value {
    let (name, description) = trade
        .products
        .choose(rng)
        .copied()
        .unwrap_or(("Item", "One item"));
    // Some disputes are about a part of the payment only.
    let gross = if rng.random_bool(0.1) {
        amount.with_minor(amount.minor * 3 / 2)
    } else {
        amount.clone()
    };
    let protection = if facts.protected {
        "EXPANDED_SELLER_PROTECTION"
    } else {
        "SELLER_PROTECTION_INELIGIBLE"
    };
    json!({
        "buyer_transaction_id": transaction_id(rng),
        "seller_transaction_id": transaction_id(rng),
        "reference_id": format!("ORDER-{}", rng.random_range(100_000..999_999)),
        "create_time": stamp(facts.paid),
        "transaction_status": "COMPLETED",
        "gross_amount": gross.json(),
        "invoice_number": format!("INV-{}", rng.random_range(10_000..99_999)),
        "custom": format!("basket={};ship={}", rng.random_range(1_000..9_999), trade.country),
        "buyer": {"name": facts.buyer},
        "seller": {"email": owner.email, "merchant_id": owner.merchant_id, "name": owner.name},
        "items": [{
            "item_id": format!("SKU{}", rng.random_range(1_000..9_999)),
            "item_name": name,
            "item_description": description,
            "item_quantity": "1",
            "partner_transaction_id": transaction_id(rng),
            "dispute_amount": amount.json(),
            "item_type": trade.item_type,
        }],
        "seller_protection_eligible": facts.protected,
        "seller_protection_type": protection,
    })
}

fn pick(rng: &mut StdRng, words: &[&'static str]) -> &'static str {
    words.choose(rng).copied().unwrap_or("OTHER")
}

fn transaction_id(rng: &mut StdRng) -> String {
    const ALPHABET: &[u8; 36] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    (0..17)
        .map(|_| char::from(ALPHABET[rng.random_range(0..ALPHABET.len())]))
        .collect()
}

pub(crate) fn extensions(rng: &mut StdRng, dispute: &Dispute, facts: &Facts) -> Value {
    let contacted = rng.random_bool(0.7);
    let mut body = json!({
        "merchant_contacted": contacted,
        "buyer_contacted_time": stamp(dispute.created),
        "buyer_contacted_channel": "WEB",
        "reported_source": pick(rng, &["WEB", "MOBILE_APP", "MOBILE_WEB"]),
    });
    if contacted {
        body["merchant_contacted_outcome"] = pick(rng, &["NO_RESPONSE", "NOT_FIXED", "RESPONDED"]).into();
        body["merchant_contacted_time"] = stamp(dispute.created - Duration::days(3)).into();
        body["merchant_contacted_mode"] = pick(rng, &["EMAIL", "WEBSITE", "PHONE"]).into();
    }
    if dispute.merchandise() {
        body["merchandize_dispute_properties"] = merchandise(rng, dispute, facts);
    } else if let Some(billing) = billing(dispute, facts) {
        body["billing_dispute_properties"] = billing;
    }
    body
}

fn merchandise(rng: &mut StdRng, dispute: &Dispute, facts: &Facts) -> Value {
    let text = complaint(&dispute.reason)
        .choose(rng)
        .copied()
        .unwrap_or_default();
    let snad = dispute.snad();
    if !dispute.tangible() {
        let mut details = json!({
            "description": text,
            "service_started": if snad { "YES" } else { "NO" },
            "note": "I tried to use what I had paid for on the agreed day and again on the following one.",
        });
        if snad {
            details["sub_reasons"] = json!([pick(rng, &["DIFFERENT", "INCOMPLETE", "OTHER"])]);
        }
        return json!({"issue_type": "SERVICE", "service_details": details});
    }
    let mut details = json!({
        "description": text,
        "product_received": if !snad { "NO" } else if facts.returned { "RETURNED" } else { "YES" },
        "expected_delivery_date": stamp(facts.expected),
        "purchase_url": "https://shop.example/orders/product",
    });
    if snad {
        let received = facts.expected + Duration::days(facts.late_days);
        details["product_received_time"] = stamp(received.min(dispute.created)).into();
        details["sub_reasons"] = json!([pick(rng, &["DAMAGED", "DIFFERENT", "MISSING_PARTS", "OTHER"])]);
    }
    if snad && facts.returned {
        details["return_details"] = json!({
            "return_time": stamp(dispute.created), "mode": "SHIPPED", "receipt": true,
            "return_confirmation_number": format!("RMA-{}", rng.random_range(1_000..9_999)), "returned": true,
        });
    }
    json!({"issue_type": "PRODUCT", "product_details": details})
}

fn billing(dispute: &Dispute, facts: &Facts) -> Option<Value> {
    let cancelled = json!({
        "cancellation_date": stamp(facts.paid - Duration::days(4)), "cancellation_number": "C48213",
        "cancelled": true, "cancellation_mode": "EMAIL",
    });
    let amount = dispute.amount.json();
    Some(match dispute.reason.as_str() {
        "CREDIT_NOT_PROCESSED" => json!({"credit_not_processed": {
            "issue_type": if dispute.tangible() { "PRODUCT" } else { "SERVICE" },
            "expected_refund": amount, "cancellation_details": cancelled,
        }}),
        "CANCELED_RECURRING_BILLING" => {
            json!({"canceled_recurring_billing": {"expected_refund": amount, "cancellation_details": cancelled}})
        }
        "DUPLICATE_TRANSACTION" => json!({"duplicate_transaction": {"received_duplicate": true}}),
        "INCORRECT_AMOUNT" => json!({"incorrect_transaction_amount": {
            "correct_transaction_amount": dispute.amount.with_minor(dispute.amount.minor / 2).json(),
            "correct_transaction_time": stamp(facts.paid),
        }}),
        "PAYMENT_BY_OTHER_MEANS" => json!({"payment_by_other_means": {
            "charge_different_from_original": false, "payment_method": "BANK_TRANSFER",
        }}),
        _ => return None,
    })
}

/// The conversation so far: the buyer opens it, the two sides take turns.
pub(crate) fn talk(rng: &mut StdRng, dispute: &mut Dispute, now: Time) {
    if !dispute.internal() {
        return;
    }
    let rounds = rng.random_range(1..4);
    let lines = complaint(&dispute.reason);
    let mut at = dispute.created;
    for round in 0..rounds {
        let (by, text) = match round % 2 {
            0 => ("BUYER", lines.choose(rng)),
            _ => ("SELLER", ANSWERS.choose(rng)),
        };
        dispute.message(by, text.copied().unwrap_or_default(), &[], at);
        at = (at + Duration::minutes(rng.random_range(90..2_000))).min(now);
    }
}

/// What PayPal asks the seller for, and what the buyer has handed in (which merchants see by its type only).
pub(crate) fn checklist(dispute: &mut Dispute) {
    let wanted: &[&str] = match dispute.reason.as_str() {
        "MERCHANDISE_OR_SERVICE_NOT_RECEIVED" | "UNAUTHORISED" if dispute.tangible() => {
            &["PROOF_OF_FULFILLMENT", "PROOF_OF_REFUND"]
        }
        "MERCHANDISE_OR_SERVICE_NOT_RECEIVED" | "UNAUTHORISED" => {
            &["PROOF_FOR_SOFTWARE_OR_SERVICE_DELIVERED", "PROOF_OF_REFUND"]
        }
        "MERCHANDISE_OR_SERVICE_NOT_AS_DESCRIBED" => &["OTHER", "ITEM_DESCRIPTION", "PROOF_OF_REFUND"],
        "CANCELED_RECURRING_BILLING" => &["BILLING_AGREEMENT", "PROOF_OF_REFUND"],
        _ => &["PROOF_OF_REFUND", "OTHER"],
    };
    for kind in wanted {
        dispute.request_evidence(kind);
    }
    if dispute.in_claim() {
        dispute.evidences.push(json!({
            "evidence_type": "OTHER", "source": "SUBMITTED_BY_BUYER", "date": stamp(dispute.created),
            "dispute_life_cycle_stage": dispute.stage.word(),
        }));
    }
}

/// An answer that the merchant gave in the past.
pub(crate) fn submitted(rng: &mut StdRng, dispute: &Dispute, at: Time) -> Value {
    let mut row = json!({
        "evidence_type": "OTHER",
        "notes": "Order confirmation, invoice and the messages with the buyer are attached. The terms shown at checkout are on the last page.",
        "documents": [{"name": "answer.pdf", "url": format!("https://documents.example/{}/answer.pdf", dispute.id)}],
        "source": "SUBMITTED_BY_SELLER",
        "date": stamp(at),
        "dispute_life_cycle_stage": dispute.stage.word(),
    });
    if dispute.tangible() && !dispute.snad() {
        row["evidence_type"] = "PROOF_OF_FULFILLMENT".into();
        row["evidence_info"] = json!({"tracking_info": [{
            "carrier_name": pick(rng, &["DHL", "UPS", "FEDEX", "ROYAL_MAIL"]),
            "tracking_number": format!("00{}", rng.random_range(10_000_000_000_u64..99_999_999_999)),
            "tracking_url": "https://carrier.example/track",
        }]});
    }
    row
}

/// The card scheme's word for a reason, as external disputes carry it.
pub(crate) fn card_code(reason: &str) -> &'static str {
    match reason {
        "MERCHANDISE_OR_SERVICE_NOT_RECEIVED" => "13.1",
        "MERCHANDISE_OR_SERVICE_NOT_AS_DESCRIBED" => "13.3",
        "UNAUTHORISED" => "10.4",
        "CREDIT_NOT_PROCESSED" => "13.6",
        "DUPLICATE_TRANSACTION" => "12.6.1",
        "CANCELED_RECURRING_BILLING" => "13.2",
        "INCORRECT_AMOUNT" => "12.5",
        "PAYMENT_BY_OTHER_MEANS" => "12.6.2",
        _ => "4853",
    }
}
