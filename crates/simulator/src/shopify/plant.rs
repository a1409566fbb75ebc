//! Plants Shopify disputes: a plausible past, arrivals, and what the control door asks for.

use chrono::Duration;
use rand::{Rng, rngs::StdRng};

use super::{
    dispute::{Dispute, Evidence, Kind, LedgerRow, Opening, Status},
    draw, machine,
    order::Facts,
};
use crate::{
    account::Account,
    dispute::Time,
    judge,
    plant::{PAST_DAYS, trade},
    trades::Trade,
    world::World,
};

/// What a new dispute should be.
#[derive(Debug, Clone)]
pub(crate) struct Wish {
    pub account: usize,
    pub initiated: Time,
    pub status: Status,
    /// Whether an unfinished dispute under review was answered already, or waits for the bank's request.
    pub answered: bool,
    pub due: Option<Time>,
    pub kind: Option<Kind>,
    pub reason: Option<String>,
}

impl Wish {
    pub(crate) fn new(account: usize, initiated: Time, status: Status) -> Self {
        Self {
            account,
            initiated,
            status,
            answered: false,
            due: None,
            kind: None,
            reason: None,
        }
    }
}

/// One dispute of the past half year.
pub(crate) fn past(world: &mut World, rng: &mut StdRng, account: usize, owner: &Account, now: Time) {
    let open = rng.random_bool(0.25);
    let reach = if open {
        1_440..18 * 1_440
    } else {
        25 * 1_440..PAST_DAYS * 1_440
    };
    let initiated = now - Duration::minutes(rng.random_range(reach));
    let status = match rng.random_range(0..100) {
        0..55 if open => Status::NeedsResponse,
        _ if open => Status::UnderReview,
        0..88 => Status::Won,
        88..94 => Status::Accepted,
        94..98 => Status::Prevented,
        _ => Status::ChargeRefunded,
    };
    let due = match (open, rng.random_range(0..100)) {
        // Every tenth is due within two days.
        (true, 0..10) => now + Duration::minutes(rng.random_range(180..2_880)),
        (true, _) => now + Duration::minutes(rng.random_range(2 * 1_440..19 * 1_440)),
        (false, _) => initiated + Duration::days(rng.random_range(7..20)),
    };
    let wish = Wish {
        answered: true,
        due: Some(due),
        ..Wish::new(account, initiated, status)
    };
    add(world, rng, &wish, owner, now);
}

/// One that has just come in: mostly under review and without a due date for some minutes (reference 5).
pub(crate) fn arrival(world: &mut World, rng: &mut StdRng, account: usize, owner: &Account, now: Time) {
    let direct = rng.random_bool(0.2);
    let status = if direct {
        Status::NeedsResponse
    } else {
        Status::UnderReview
    };
    add(world, rng, &Wish::new(account, now, status), owner, now);
}

/// Makes a dispute as wished and puts it into the book.
pub(crate) fn add(world: &mut World, rng: &mut StdRng, wish: &Wish, owner: &Account, now: Time) -> u64 {
    // Also moves the sequence, so that a restart draws on and does not repeat.
    world.next();
    let id = world.shopify.dispute_id(wish.initiated);
    let order_id = world.shopify.number();
    let dispute = make(rng, id, order_id, wish, owner, now);
    world.shopify.add(dispute);
    id
}

/// Builds a dispute as wished.
pub(crate) fn make(
    rng: &mut StdRng,
    id: u64,
    order_id: u64,
    wish: &Wish,
    owner: &Account,
    now: Time,
) -> Dispute {
    let trade = trade(wish.account);
    let reason = wish
        .reason
        .clone()
        .unwrap_or_else(|| draw::reason(rng, trade).to_owned());
    let kind = wish.kind.unwrap_or(if rng.random_bool(0.18) {
        Kind::Inquiry
    } else {
        Kind::Chargeback
    });
    let amount = draw::amount(rng, trade);
    let facts = Facts::draw(rng, trade, wish.initiated);
    let mut dispute = Dispute {
        id,
        evidence_id: id + 1_234_567_890_123,
        account: wish.account,
        kind,
        status: Status::UnderReview,
        network_code: draw::network_code(&reason)
            .filter(|_| kind == Kind::Chargeback)
            .map(str::to_owned),
        strength: facts.strength(trade, &reason),
        initiated: machine::whole(wish.initiated),
        due: None,
        sent: None,
        finalized: None,
        opens: None,
        evidence: Evidence::default(),
        // Deleted orders, and payments that never had one.
        order: (!rng.random_bool(0.06)).then(|| facts.order(rng, order_id, &amount, &reason, owner)),
        ledger: Vec::new(),
        cycle: 1,
        amount,
        reason,
        line: std::sync::OnceLock::new(),
    };
    charge(&mut dispute);
    if kind == Kind::Chargeback && wish.status != Status::Prevented {
        machine::withdraw(&mut dispute, wish.initiated);
    }
    settle(rng, &mut dispute, wish, trade, now);
    dispute
}

/// The payment itself, so that the ledger is not only about disputes.
fn charge(dispute: &mut Dispute) {
    if let Some(order) = &dispute.order {
        let amount = dispute.amount.minor;
        dispute.ledger.push(LedgerRow {
            word: "CHARGE".to_owned(),
            amount,
            fee: amount * 29 / 1_000,
            at: order.placed,
        });
    }
}

/// An answer of the past is worth what its merchant's habits say.
const USUAL: f64 = 0.0;

fn settle(rng: &mut StdRng, dispute: &mut Dispute, wish: &Wish, trade: &Trade, now: Time) {
    let initiated = dispute.initiated;
    let due = wish
        .due
        .unwrap_or(initiated + Duration::minutes(rng.random_range(7 * 1_440..21 * 1_440)));
    let midway = initiated + (due.min(now) - initiated) * rng.random_range(20..95) / 100;
    match wish.status {
        Status::UnderReview if !wish.answered => {
            let at = initiated + Duration::seconds(rng.random_range(60..1_800));
            dispute.opens = Some(Opening { at, due });
        }
        Status::NeedsResponse => machine::ask(dispute, due, initiated),
        Status::UnderReview => {
            machine::ask(dispute, due, initiated);
            draw::prepare(rng, dispute, trade, midway);
            machine::answer(dispute, true, USUAL, midway.max(initiated));
        }
        Status::Prevented | Status::ChargeRefunded => machine::decide(dispute, wish.status, 100, midway),
        Status::Accepted => {
            machine::ask(dispute, due, initiated);
            machine::decide(dispute, Status::Accepted, 100, midway);
        }
        Status::Won | Status::Lost => close(rng, dispute, wish, trade, (due, midway, now)),
    }
}

/// A past that was answered, or sent by Shopify with nothing in it, and then decided.
fn close(
    rng: &mut StdRng,
    dispute: &mut Dispute,
    wish: &Wish,
    trade: &Trade,
    (due, midway, now): (Time, Time, Time),
) {
    machine::ask(dispute, due, dispute.initiated);
    if rng.random_bool(trade.missed) {
        machine::answer(dispute, false, judge::SILENCE, due);
    } else {
        draw::prepare(rng, dispute, trade, midway);
        machine::answer(dispute, true, USUAL, midway);
    }
    let latest = (now - Duration::minutes(30)).max(midway);
    let decided = (due + Duration::minutes(rng.random_range(4 * 1_440..45 * 1_440))).min(latest);
    // A wish from the control door is an order; a past is drawn.
    let won = if wish.answered {
        rng.random_bool(dispute.strength)
    } else {
        wish.status == Status::Won
    };
    // Some wins bring back only a part, which no status says (reference 5).
    let part = if rng.random_bool(0.05) { 60 } else { 100 };
    machine::decide(
        dispute,
        if won { Status::Won } else { Status::Lost },
        part,
        decided,
    );
}
