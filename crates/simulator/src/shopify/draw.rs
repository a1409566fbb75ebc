//! What chance decides about a planted dispute: reason, amount, and what the merchant had to say.

use rand::{Rng, rngs::StdRng, seq::IndexedRandom};

use super::dispute::Dispute;
use crate::{
    dispute::Time,
    money::{self, Money},
    trades::Trade,
};

pub(crate) fn prepare(rng: &mut StdRng, dispute: &mut Dispute, trade: &Trade, at: Time) {
    let words = format!(
        "The customer ordered {} and received what was ordered.",
        trade.products[0].0
    );
    dispute
        .evidence
        .texts
        .insert("uncategorizedText".to_owned(), words);
    if rng.random_bool(0.5) {
        let words = "The refund policy is shown at checkout and was accepted with the order.".to_owned();
        dispute
            .evidence
            .texts
            .insert("refundPolicyDisclosure".to_owned(), words);
    }
    dispute.evidence.saved = Some(at);
}

pub(crate) fn reason(rng: &mut StdRng, trade: &Trade) -> &'static str {
    let goods = trade.item_type == "PRODUCT";
    let weights: [(u32, &str); 9] = [
        (30, "FRAUDULENT"),
        (if goods { 26 } else { 14 }, "PRODUCT_NOT_RECEIVED"),
        (16, "PRODUCT_UNACCEPTABLE"),
        (8, "CREDIT_NOT_PROCESSED"),
        (6, "UNRECOGNIZED"),
        (if goods { 1 } else { 8 }, "SUBSCRIPTION_CANCELLED"),
        (4, "DUPLICATE"),
        (5, "GENERAL"),
        (2, "BANK_CANNOT_PROCESS"),
    ];
    weights
        .choose_weighted(rng, |(weight, _)| *weight)
        .map_or("GENERAL", |(_, word)| word)
}

pub(crate) fn network_code(reason: &str) -> Option<&'static str> {
    Some(match reason {
        "FRAUDULENT" => "10.4",
        "PRODUCT_NOT_RECEIVED" => "13.1",
        "PRODUCT_UNACCEPTABLE" => "13.3",
        "CREDIT_NOT_PROCESSED" => "13.6",
        "SUBSCRIPTION_CANCELLED" => "13.2",
        "DUPLICATE" => "12.6.1",
        "UNRECOGNIZED" => "4863",
        _ => return None,
    })
}

pub(crate) fn amount(rng: &mut StdRng, trade: &Trade) -> Money {
    // A shop has one currency for its payments.
    let currency = trade.currencies[0];
    let typical = money::CURRENCIES
        .iter()
        .find(|(code, _)| *code == currency)
        .map_or(80, |(_, whole)| *whole);
    let unit = 10_i64.pow(money::decimals(currency).unwrap_or(2));
    let minor = typical * unit * rng.random_range(30..350) / 100 + rng.random_range(0..unit.max(10));
    Money::new(if currency == "KWD" { minor / 5 * 5 } else { minor }, currency)
}
