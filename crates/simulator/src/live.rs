//! Time passing: disputes arrive, buyers write and escalate, decisions fall, closed cases come back.

use std::{sync::Arc, time::Duration};

use rand::{Rng, SeedableRng, rngs::StdRng, seq::IndexedRandom};

use crate::{
    app::App,
    dispute::{Dispute, Stage, Status, Time},
    machine,
    platform::Platform,
    stories,
    trades::complaint,
    world::World,
};

/// One chance a second: an arrival in one of four, a change in one of three.
const TICK: Duration = Duration::from_secs(1);

pub(crate) async fn run(app: Arc<App>) {
    let mut ticks = tokio::time::interval(TICK);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
    // Continues after a restart instead of telling the same story again.
    let mut rng = StdRng::seed_from_u64(app.seed ^ app.world().sequence.rotate_left(17));
    loop {
        tokio::select! {
            () = app.stop.cancelled() => return,
            _ = ticks.tick() => {}
        }
        let now = app.clock.now();
        let mut world = app.world();
        if rng.random_bool(0.25) {
            stories::arrival(&mut world, &mut rng, &app.accounts, now);
        }
        decide_answered(&mut world, &mut rng, now);
        if rng.random_bool(1.0 / 3.0) {
            some_platform(&app, &mut rng).change(&mut world, &mut rng, now);
        }
    }
}

/// Whoever has just answered need not wait for months: a decision falls after a quarter of a minute.
const SOON: chrono::Duration = chrono::Duration::seconds(15);
/// Afterwards the case waits among all others.
const NO_LONGER: chrono::Duration = chrono::Duration::minutes(10);
/// The writes that answer, on the three platforms.
const ANSWERS: [&str; 4] = ["provide-evidence", "appeal", "represent", "submit_evidence"];

/// Decides the oldest of the cases that were answered just now.
fn decide_answered(world: &mut World, rng: &mut StdRng, now: Time) {
    let recent = world
        .journal
        .iter()
        .rev()
        .take_while(|row| row.at > now - NO_LONGER);
    let answered: Vec<_> = recent
        .filter(|row| row.at <= now - SOON && ANSWERS.contains(&row.action.as_str()))
        .map(|row| (row.platform, row.dispute_id.clone()))
        .collect();
    for (platform, id) in answered.iter().rev() {
        if platform.decide(world, rng, id, now) {
            world.next();
            return;
        }
    }
}

/// Decides one dispute, if it is under review.
pub(crate) fn decide(world: &mut World, rng: &mut StdRng, id: &str, now: Time) -> bool {
    let found = world.find(id, now);
    let Some(dispute) = found.filter(|dispute| dispute.status == Status::UnderReview) else {
        return false;
    };
    step(dispute, rng, now);
    dispute.touch(now);
    true
}

/// A platform of a merchant, so that busy platforms change more.
fn some_platform(app: &App, rng: &mut StdRng) -> Platform {
    match app.accounts.as_slice() {
        [only] => Platform::of(only, rng),
        // With one platform for all there is nothing to draw.
        all if all.iter().all(|account| account.platforms == all[0].platforms) => Platform::of(&all[0], rng),
        all => all
            .choose(rng)
            .map_or(Platform::PayPal, |account| Platform::of(account, rng)),
    }
}

/// Moves one dispute on: mostly an open one, sometimes a closed one comes back.
pub(crate) fn change(world: &mut World, rng: &mut StdRng, now: Time) {
    let back = rng.random_bool(0.06);
    let fits = |dispute: &Dispute| (dispute.status == Status::Resolved) == back;
    let positions: Vec<usize> = world
        .disputes()
        .iter()
        .enumerate()
        .filter(|(_, dispute)| fits(dispute))
        .map(|(at, _)| at)
        .collect();
    let Some(position) = positions.choose(rng) else {
        return;
    };
    world.next();
    if let Some(dispute) = world.at(*position) {
        step(dispute, rng, now);
        dispute.touch(now);
    }
}

fn step(dispute: &mut Dispute, rng: &mut StdRng, now: Time) {
    match dispute.status {
        Status::Open => machine::ask_seller(dispute, None, now),
        Status::WaitingForSellerResponse => {
            let escalates = dispute.stage == Stage::Inquiry && rng.random_bool(0.25);
            if escalates {
                dispute.stage = Stage::Chargeback;
                machine::ask_seller(dispute, None, now);
            } else if rng.random_bool(0.15) {
                let verdict = machine::verdict(dispute, "CANCELED_BY_BUYER");
                machine::resolve(dispute, verdict, now);
            } else {
                let text = complaint(&dispute.reason)
                    .choose(rng)
                    .copied()
                    .unwrap_or_default();
                dispute.message("BUYER", text, &[], now);
            }
        }
        Status::WaitingForBuyerResponse => answer_offer(dispute, rng, now),
        Status::UnderReview => {
            let code = if rng.random_bool(dispute.strength) {
                "RESOLVED_SELLER_FAVOUR"
            } else {
                "RESOLVED_BUYER_FAVOUR"
            };
            dispute.status_word = None;
            let verdict = machine::verdict(dispute, code);
            machine::resolve(dispute, verdict, now);
        }
        Status::Resolved => machine::reopen(dispute, None, now),
    }
}

fn answer_offer(dispute: &mut Dispute, rng: &mut StdRng, now: Time) {
    if machine::allowed_to_buyer(dispute) && rng.random_bool(0.6) {
        dispute.answer_offer("ACCEPTED", None, now);
        let refunded = dispute.offer.as_ref().and_then(|offer| offer.offered.clone());
        let verdict = machine::Verdict {
            reason: Some("PARTIAL_REFUND_OFFER_ACCEPTED"),
            refunded,
            conceded: true,
            ..machine::verdict(dispute, "RESOLVED_BUYER_FAVOUR")
        };
        return machine::resolve(dispute, verdict, now);
    }
    dispute.answer_offer("DENIED", Some("That is not enough for me."), now);
    machine::ask_seller(dispute, None, now);
}
