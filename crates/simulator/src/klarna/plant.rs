//! Plants disputes: a past of about half a year, and single arrivals.

use chrono::Duration;
use rand::{Rng, rngs::StdRng, seq::IndexedRandom};

use super::{
    dispute::{Answer, CustomerFile, Dispute, Framework, State, Style},
    machine,
    order::{self, Facts, Keys},
    past as story,
    words::{self, NOT_AS_DESCRIBED, NOT_RECEIVED},
};
use crate::{
    account::Account,
    dispute::Time,
    money,
    plant::{PAST_DAYS, trade},
    trades::{Trade, complaint},
    world::World,
};

/// Days before the start on which each account (in turn) was moved to the new framework.
const ONBOARDED: [i64; 6] = [400, 60, 30, 15, 200, 400];

/// What a new dispute should be.
pub(crate) struct Wish<'a> {
    pub account: usize,
    pub created: Time,
    pub state: State,
    /// When the time to answer (or to appeal) runs out; otherwise the usual one.
    pub due: Option<Time>,
    pub reason: Option<&'a str>,
    pub amount: Option<i64>,
    pub framework: Option<Framework>,
    /// No words that a client cannot know, no gaps, no odd forms.
    pub plain: bool,
}

impl Wish<'_> {
    pub(crate) fn of(account: usize, created: Time, state: State) -> Self {
        Self {
            account,
            created,
            state,
            due: None,
            reason: None,
            amount: None,
            framework: None,
            plain: false,
        }
    }
}

/// Plants one dispute of the past: a quarter is still open.
pub(crate) fn past(world: &mut World, rng: &mut StdRng, account: usize, owner: &Account, now: Time) {
    let wish = if rng.random_bool(0.25) {
        let state = match rng.random_range(0..100) {
            0..50 => State::Initiated,
            50..80 => State::Representment,
            80..92 => State::PreArbitration,
            _ => State::Arbitration,
        };
        let minutes = rng.random_range(60..19 * 24 * 60);
        Wish::of(account, now - Duration::minutes(minutes), state)
    } else {
        let minutes = rng.random_range(6 * 24 * 60..PAST_DAYS * 24 * 60);
        Wish::of(account, now - Duration::minutes(minutes), State::Closed)
    };
    add(world, rng, &wish, owner, now);
}

/// One that has just come in.
pub(crate) fn arrival(world: &mut World, rng: &mut StdRng, account: usize, owner: &Account, now: Time) {
    add(world, rng, &Wish::of(account, now, State::Initiated), owner, now);
}

/// Makes the dispute and keeps it; gives its id.
pub(crate) fn add(
    world: &mut World,
    rng: &mut StdRng,
    wish: &Wish<'_>,
    owner: &Account,
    now: Time,
) -> String {
    let number = world.next();
    let mut dispute = make(rng, number, wish, now);
    let settings = world.klarna.settings(wish.account);
    if wish.state == State::Initiated && dispute.amount < settings.auto_reject_below {
        machine::reject(&mut dispute, now);
    }
    tracing::trace!(merchant = %owner.klarna.merchant_id, "a dispute was planted");
    let id = dispute.id.clone();
    world.klarna.add(dispute);
    id
}

pub(crate) fn make(rng: &mut StdRng, number: u64, wish: &Wish<'_>, now: Time) -> Dispute {
    let trade = trade(wish.account);
    let reason = wish.reason.unwrap_or_else(|| reason(rng, wish.plain));
    let framework = wish.framework.unwrap_or_else(|| {
        let days = ONBOARDED[wish.account % ONBOARDED.len()];
        if wish.plain || wish.created >= now - Duration::days(days) {
            Framework::New
        } else {
            Framework::Old
        }
    });
    let window = Dispute::window(reason, framework);
    // An open case of the past must still be open now.
    let latest = now - window * 9 / 10;
    let created = match wish.state {
        State::Initiated if wish.due.is_none() => wish.created.max(latest),
        _ => wish.created,
    };
    let facts = Facts::draw(rng, trade, created);
    let (amount, currency) = amount(rng, trade);
    let amount = wish.amount.unwrap_or(amount);
    let (order_id, capture_id) = (random_uuid(rng), random_uuid(rng));
    let keys = Keys {
        order_id: &order_id,
        capture_id: &capture_id,
        amount,
        currency,
    };
    let odd = |rng: &mut StdRng, share: f64| !wish.plain && rng.random_bool(share);
    let mut dispute = Dispute {
        id: dispute_id(number),
        account: wish.account,
        created,
        updated: created,
        reason: reason.to_owned(),
        state: State::Initiated,
        previous: None,
        framework,
        appealable: framework == Framework::New && machine::new_rules(created),
        amount,
        currency: currency.to_owned(),
        answer: Answer::EvidenceRequested,
        asked: created,
        question: words::question(reason).to_owned(),
        due: wish
            .due
            .filter(|_| wish.state == State::Initiated)
            .unwrap_or(created + window),
        hides_due: odd(rng, 0.03),
        submission: None,
        acts_at: None,
        arbitration: None,
        outcome: None,
        files: Vec::new(),
        customer_files: customer_files(rng, reason),
        exceptions: Vec::new(),
        order: order::build(rng, trade, &facts, &keys),
        order_id,
        tangible: facts.tangible,
        shipped: facts.shipped,
        style: style(rng, wish.plain),
        lower_case: odd(rng, 0.15),
        strength: facts.strength(trade, reason),
        luck: (rng.random(), rng.random()),
        line: std::sync::OnceLock::new(),
    };
    story::unfold(rng, &mut dispute, wish, now);
    dispute
}

fn style(rng: &mut StdRng, plain: bool) -> Style {
    match rng.random_range(0..100) {
        _ if plain => Style::Millis,
        0..6 => Style::Minutes,
        6..15 => Style::Seconds,
        _ => Style::Millis,
    }
}

fn reason(rng: &mut StdRng, plain: bool) -> &'static str {
    let weights: &[(u32, &str)] = &[
        (34, NOT_RECEIVED),
        (22, NOT_AS_DESCRIBED),
        (17, "REFUND_NOT_PROCESSED"),
        (10, "INCORRECT_AMOUNT"),
        (8, words::UNAUTHORIZED),
        (5, words::HIGH_RISK),
        (1, "NON_COMPLIANCE"),
        (1, "NON_GUARANTEED_PAYMENT_PROGRAM"),
        (if plain { 0 } else { 2 }, words::UNLISTED_REASON),
    ];
    let drawn = weights.choose_weighted(rng, |(weight, _)| *weight);
    drawn.map_or(NOT_RECEIVED, |(_, reason)| reason)
}

fn amount(rng: &mut StdRng, trade: &Trade) -> (i64, &'static str) {
    // Klarna does not lend in these.
    let elsewhere = ["JPY", "KWD", "BRL"];
    let known: Vec<&'static str> = trade
        .currencies
        .iter()
        .copied()
        .filter(|currency| !elsewhere.contains(currency))
        .collect();
    let currency = known.choose(rng).copied().unwrap_or("EUR");
    let typical = money::CURRENCIES
        .iter()
        .find(|(code, _)| *code == currency)
        .map_or(75, |(_, whole)| *whole);
    (
        typical * rng.random_range(30..350) + rng.random_range(0..100),
        currency,
    )
}

fn customer_files(rng: &mut StdRng, reason: &str) -> Vec<CustomerFile> {
    let count = match reason {
        words::HIGH_RISK => 0,
        NOT_AS_DESCRIBED => rng.random_range(1..=2),
        _ => rng.random_range(0..=1),
    };
    (0..count)
        .map(|_| CustomerFile {
            id: format!(
                "krn:network:eu1:test:payment:dispute-customer-evidence:{}",
                random_uuid(rng)
            ),
            description: complaint(words::complaint(reason))
                .choose(rng)
                .copied()
                .unwrap_or_default()
                .to_owned(),
            media_type: (*["image/png", "application/pdf"]
                .choose(rng)
                .unwrap_or(&"image/png"))
            .to_owned(),
        })
        .collect()
}

pub(crate) fn random_uuid(rng: &mut StdRng) -> String {
    let (high, low): (u64, u64) = (rng.random(), rng.random());
    format!(
        "{:08x}-{:04x}-4{:03x}-a{:03x}-{:012x}",
        high >> 32,
        (high >> 16) & 0xFFFF,
        high & 0xFFF,
        low >> 52,
        low & 0xFFFF_FFFF_FFFF
    )
}

/// Unique by its number and without an order that gives the number away.
fn dispute_id(number: u64) -> String {
    let spread = number.wrapping_mul(7_919_003) % 900_000_000_000 + 5_000_000_000_000;
    format!("krn:network:eu1:test:payment:dispute:{spread}")
}
