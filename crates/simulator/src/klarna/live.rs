//! Time passing at Klarna: customers cancel or add files, Klarna gives time and decides.

use chrono::Duration;
use rand::{Rng, rngs::StdRng, seq::IndexedRandom};

use super::{
    dispute::{Answer, CustomerFile, Dispute, State},
    machine,
    plant::random_uuid,
    words,
};
use crate::{dispute::Time, world::World};

/// Moves one open dispute on; closed ones never come back (reference 14).
pub(crate) fn change(world: &mut World, rng: &mut StdRng, now: Time) {
    world.look_klarna(now);
    // A preliminary loss waits for the merchant alone, and so does an accepted one for its moment.
    let moves = |dispute: &Dispute| match dispute.state {
        State::Initiated => matches!(
            dispute.answer,
            Answer::EvidenceRequested | Answer::EvidenceReceived
        ),
        State::Representment | State::Arbitration => true,
        State::PreArbitration | State::Closed => false,
    };
    let open: Vec<usize> = world
        .klarna
        .disputes()
        .iter()
        .enumerate()
        .filter(|(_, dispute)| moves(dispute))
        .map(|(at, _)| at)
        .collect();
    let Some(position) = open.choose(rng) else {
        return;
    };
    world.next();
    if let Some(dispute) = world.klarna.at(*position) {
        step(dispute, rng, now);
        dispute.touch(now);
    }
}

/// Decides one dispute, if the merchant's answer to it is under review.
pub(crate) fn decide(world: &mut World, rng: &mut StdRng, id: &str, now: Time) -> bool {
    let reviewed = |dispute: &&mut Dispute| match dispute.state {
        State::Initiated => dispute.answer == Answer::EvidenceReceived,
        State::Representment | State::Arbitration => true,
        State::PreArbitration | State::Closed => false,
    };
    let Some(dispute) = world.klarna_mut(id, now).filter(reviewed) else {
        return false;
    };
    step(dispute, rng, now);
    dispute.touch(now);
    true
}

fn step(dispute: &mut Dispute, rng: &mut StdRng, now: Time) {
    if !dispute.waits() {
        let won = machine::judged(dispute);
        return machine::decide(dispute, won, None, now);
    }
    match rng.random_range(0..100) {
        0..15 => machine::close(dispute, true, words::CANCELLED, now),
        15..25 => machine::extend(dispute, Duration::days(3), "DISPUTE_MIS_HANDLED", now),
        25..60 if dispute.customer_files.len() < 2 => dispute.customer_files.push(CustomerFile {
            id: format!(
                "krn:network:eu1:test:payment:dispute-customer-evidence:{}",
                random_uuid(rng)
            ),
            description: "Another photo from the customer.".to_owned(),
            media_type: "image/png".to_owned(),
        }),
        _ => {
            let reminder = " Please answer in time; a later answer cannot be considered.";
            if !dispute.question.ends_with(reminder) {
                dispute.question.push_str(reminder);
            }
        }
    }
}
