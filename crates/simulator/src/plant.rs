//! Plants PayPal's disputes: a plausible past of about half a year, and single arrivals.

use chrono::Duration;
use rand::{Rng, rngs::StdRng, seq::IndexedRandom};
use serde_json::Value;

use crate::{
    account::Account,
    detail,
    dispute::{Dispute, Stage, Status, Time},
    machine::{self, Verdict},
    money::{self, Money},
    trades::{TRADES, Trade},
    world::World,
};

/// How far back planted disputes reach: inside the 180 days that lists can show.
pub(crate) const PAST_DAYS: i64 = 170;

/// What a new dispute should be.
pub(crate) struct Wish {
    pub account: usize,
    pub created: Time,
    pub status: Status,
    /// When it waits for the seller; otherwise the stage's usual time.
    pub due: Option<Time>,
    /// No alerts and no words that a client cannot know.
    pub plain: bool,
}

pub(crate) fn trade(account: usize) -> &'static Trade {
    &TRADES[account % TRADES.len()]
}

pub(crate) fn one_past(world: &mut World, rng: &mut StdRng, account: usize, owner: &Account, now: Time) {
    let wish = if rng.random_bool(0.25) {
        open(rng, account, now)
    } else {
        closed(rng, account, now)
    };
    let number = world.next();
    let dispute = make(rng, number, &wish, owner, now);
    world.add(dispute);
}

pub(crate) fn one_arrival(world: &mut World, rng: &mut StdRng, account: usize, owner: &Account, now: Time) {
    let status = if rng.random_bool(0.85) {
        Status::WaitingForSellerResponse
    } else {
        Status::Open
    };
    let wish = Wish {
        account,
        created: now,
        status,
        due: None,
        plain: false,
    };
    let number = world.next();
    let dispute = make(rng, number, &wish, owner, now);
    world.add(dispute);
}

fn open(rng: &mut StdRng, account: usize, now: Time) -> Wish {
    let created = now - Duration::minutes(rng.random_range(60..20 * 24 * 60));
    let status = match rng.random_range(0..100) {
        0..50 => Status::WaitingForSellerResponse,
        50..75 => Status::UnderReview,
        75..90 => Status::WaitingForBuyerResponse,
        _ => Status::Open,
    };
    let due = Some(now + Duration::minutes(rng.random_range(3 * 60..20 * 24 * 60)));
    Wish {
        account,
        created,
        status,
        due,
        plain: false,
    }
}

fn closed(rng: &mut StdRng, account: usize, now: Time) -> Wish {
    let created = now - Duration::minutes(rng.random_range(6 * 24 * 60..PAST_DAYS * 24 * 60));
    Wish {
        account,
        created,
        status: Status::Resolved,
        due: None,
        plain: false,
    }
}

/// Builds a dispute as wished.
pub(crate) fn make(rng: &mut StdRng, number: u64, wish: &Wish, owner: &Account, now: Time) -> Dispute {
    let trade = trade(wish.account);
    let reason = reason(rng, trade, wish.plain);
    let merchandise = reason.starts_with("MERCHANDISE");
    let channel = match rng.random_range(0..100) {
        0..72 => "INTERNAL",
        72..97 => "EXTERNAL",
        _ if wish.plain => "INTERNAL",
        _ => "ALERT",
    };
    let stage = match rng.random_range(0..100) {
        0..50 if channel == "INTERNAL" && merchandise => Stage::Inquiry,
        96..99 if channel != "ALERT" => Stage::PreArbitration,
        99.. if channel != "ALERT" => Stage::Arbitration,
        _ => Stage::Chargeback,
    };
    let facts = detail::Facts::draw(rng, trade, wish.created);
    let amount = amount(rng, trade);
    let mut dispute = Dispute {
        id: dispute_id(number),
        account: wish.account,
        created: wish.created,
        updated: wish.created,
        reason: reason.to_owned(),
        channel: channel.to_owned(),
        status: Status::Open,
        status_word: None,
        stage,
        transactions: vec![detail::transaction(rng, trade, &facts, &amount, owner)],
        amount,
        item_type: trade.item_type.to_owned(),
        seller_due: None,
        buyer_due: None,
        outcome: None,
        messages: Vec::new(),
        extensions: Value::Null,
        evidences: Vec::new(),
        supporting_info: Vec::new(),
        adjudications: Vec::new(),
        fund_movements: Vec::new(),
        offer: None,
        communication: None,
        external_reason_code: (channel == "EXTERNAL").then(|| detail::card_code(reason).to_owned()),
        return_reported: false,
        stray_appeal: false,
        strength: facts.strength(trade, reason),
        line: std::sync::OnceLock::new(),
    };
    dispute.extensions = detail::extensions(rng, &dispute, &facts);
    detail::talk(rng, &mut dispute, now);
    detail::checklist(&mut dispute);
    settle_status(rng, &mut dispute, wish, &facts, now);
    dispute
}

fn settle_status(rng: &mut StdRng, dispute: &mut Dispute, wish: &Wish, facts: &detail::Facts, now: Time) {
    let moved = wish.created + (now - wish.created) * rng.random_range(10..90) / 100;
    match wish.status {
        Status::Open => dispute.stage = Stage::Inquiry,
        Status::WaitingForSellerResponse => {
            // An alert leaves twenty hours, never days.
            let due = wish.due.map(|due| match dispute.channel.as_str() {
                "ALERT" => due.min(now + Duration::hours(19)),
                _ => due,
            });
            machine::ask_seller(dispute, due, wish.created);
            dispute.return_reported = dispute.snad() && facts.returned;
        }
        Status::WaitingForBuyerResponse => {
            if dispute.internal() {
                let part = dispute.amount.with_minor((dispute.amount.minor / 2).max(1));
                dispute.propose(
                    "REFUND",
                    Some(part),
                    "Half of the price back, and you keep the item.",
                    moved,
                );
            }
            machine::ask_buyer(dispute, moved.max(now - Duration::days(8)));
        }
        Status::UnderReview => {
            dispute.evidences.push(detail::submitted(rng, dispute, moved));
            machine::under_review(dispute);
            if !wish.plain && rng.random_bool(0.03) {
                dispute.status_word = Some("AWAITING_NETWORK_RULING".to_owned());
            }
        }
        Status::Resolved => {
            let span = Duration::minutes(rng.random_range(3 * 24 * 60..40 * 24 * 60));
            let at = (wish.created + span).min(now - Duration::minutes(rng.random_range(30..3_000)));
            close(rng, dispute, facts, at.max(wish.created));
        }
    }
    if wish.status != Status::Resolved && wish.created < now {
        dispute.touch(moved);
    }
}

/// A decision in the past, with the habits of the merchant and the facts of the case behind it.
fn close(rng: &mut StdRng, dispute: &mut Dispute, facts: &detail::Facts, at: Time) {
    let trade = trade(dispute.account);
    let answered = dispute.created + (at - dispute.created) / 2;
    if rng.random_bool(trade.missed) {
        let verdict = Verdict {
            reason: Some("NO_SELLER_RESPONSE"),
            kind: Some("RECOVER_FROM_SELLER"),
            ..machine::verdict(dispute, "RESOLVED_BUYER_FAVOUR")
        };
        return machine::resolve(dispute, verdict, at);
    }
    let roll = rng.random_range(0..100);
    if roll < 8 {
        let verdict = Verdict {
            reason: Some("SELLER_AGREED_REFUND_WITHOUT_RETURN"),
            conceded: true,
            ..machine::verdict(dispute, "RESOLVED_BUYER_FAVOUR")
        };
        return machine::resolve(dispute, verdict, answered);
    }
    if roll < 17 {
        dispute.stray_appeal = rng.random_bool(0.2);
        let mut verdict = machine::verdict(dispute, "CANCELED_BY_BUYER");
        if rng.random_bool(0.3) {
            // Cancelled because money came back another way: counted as a win by its word alone, it would mislead.
            verdict.refunded = Some(dispute.amount.clone());
        }
        return machine::resolve(dispute, verdict, at);
    }
    let row = detail::submitted(rng, dispute, answered);
    dispute.evidences.push(row);
    let code = match (roll, rng.random_bool(dispute.strength)) {
        (17, _) => "NONE",
        (18, _) => "RESOLVED_BY_MEDIATION",
        (19, true) => "DENIED",
        (19, false) => "ACCEPTED",
        (_, true) if facts.protected && rng.random_bool(0.35) => "RESOLVED_WITH_PAYOUT",
        (_, true) => "RESOLVED_SELLER_FAVOUR",
        (_, false) => "RESOLVED_BUYER_FAVOUR",
    };
    let mut verdict = machine::verdict(dispute, code);
    if code == "RESOLVED_BUYER_FAVOUR" && facts.late_days > 0 && dispute.tangible() {
        verdict.reason = Some("DELIVERY_AFTER_EXPECTED_DELIVERY_DATE");
    }
    machine::resolve(dispute, verdict, at);
}

fn reason(rng: &mut StdRng, trade: &Trade, plain: bool) -> &'static str {
    let weights: &[(u32, &str)] = &[
        (38, "MERCHANDISE_OR_SERVICE_NOT_RECEIVED"),
        (27, "MERCHANDISE_OR_SERVICE_NOT_AS_DESCRIBED"),
        (14, "UNAUTHORISED"),
        (6, "CREDIT_NOT_PROCESSED"),
        (4, "DUPLICATE_TRANSACTION"),
        (
            if trade.item_type == "PRODUCT" { 0 } else { 6 },
            "CANCELED_RECURRING_BILLING",
        ),
        (3, "INCORRECT_AMOUNT"),
        (1, "PAYMENT_BY_OTHER_MEANS"),
        (2, "OTHER"),
        (if plain { 0 } else { 1 }, "GIFT_CARD_MISUSE"),
    ];
    let drawn = weights.choose_weighted(rng, |(weight, _)| *weight);
    drawn.map_or("OTHER", |(_, reason)| reason)
}

fn amount(rng: &mut StdRng, trade: &Trade) -> Money {
    let currency = trade.currencies.choose(rng).copied().unwrap_or("USD");
    let typical = money::CURRENCIES
        .iter()
        .find(|(code, _)| *code == currency)
        .map_or(80, |(_, whole)| *whole);
    let unit = 10_i64.pow(money::decimals(currency).unwrap_or(2));
    let minor = typical * unit * rng.random_range(30..350) / 100 + rng.random_range(0..unit.max(10));
    // Coins below five fils do not exist, so amounts in dinar end in 0 or 5.
    Money::new(if currency == "KWD" { minor / 5 * 5 } else { minor }, currency)
}

/// Unique by its number and without an order that gives the number away.
fn dispute_id(number: u64) -> String {
    let spread = number.wrapping_mul(7_919) % 90_000_000 + 10_000_000;
    let letter = |shift: u64| char::from(b'A' + u8::try_from((number / shift) % 26).unwrap_or(0));
    format!("PP-R-{}{}{}-{spread}", letter(1), letter(26), letter(7))
}
