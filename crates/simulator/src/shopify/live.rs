//! Time passing: banks decide, cases come back, inquiries become chargebacks.

use rand::{Rng, rngs::StdRng, seq::IndexedRandom};

use super::{
    dispute::{Dispute, Kind, Status},
    machine,
};
use crate::{dispute::Time, world::World};

/// Moves one dispute on: mostly an answered one, sometimes a closed one comes back.
pub(crate) fn change(world: &mut World, rng: &mut StdRng, now: Time) {
    let back = rng.random_bool(0.08);
    let all = world.shopify.all();
    let fits = |status: Status| {
        if back {
            matches!(status, Status::Won | Status::Lost)
        } else {
            status == Status::UnderReview
        }
    };
    let ids: Vec<u64> = all
        .iter()
        .filter(|dispute| fits(dispute.status) && dispute.opens.is_none())
        .map(|dispute| dispute.id)
        .collect();
    let Some(id) = ids.choose(rng).copied() else {
        return;
    };
    world.next();
    world.shopify.change(id, |dispute| step(dispute, rng, now));
}

/// Decides one dispute, if the bank has the merchant's answer.
pub(crate) fn decide(world: &mut World, rng: &mut StdRng, id: &str, now: Time) -> bool {
    let decided = id.parse().ok().and_then(|id| {
        world.shopify.change(id, |dispute| {
            let answered = dispute.answered();
            if answered {
                step(dispute, rng, now);
            }
            answered
        })
    });
    decided.unwrap_or(false)
}

fn step(dispute: &mut Dispute, rng: &mut StdRng, now: Time) {
    if dispute.status.is_final() || rng.random_bool(0.07) {
        machine::reopen(dispute, None, now);
    } else if dispute.kind == Kind::Inquiry && rng.random_bool(0.4) {
        machine::escalate(dispute, None, now);
    } else {
        let won = rng.random_bool(dispute.strength);
        let part = if rng.random_bool(0.05) { 60 } else { 100 };
        machine::decide(dispute, if won { Status::Won } else { Status::Lost }, part, now);
    }
}
