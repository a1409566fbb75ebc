//! Static mode: many disputes that share a few orders, and a limit that never strikes.

use std::sync::Arc;

use chrono::Duration;
use rand::{SeedableRng, rngs::StdRng};
use serde_json::{Value, json};

use super::{
    book::Book,
    dispute::{Dispute, Kind, Order, Status},
    plant::{self, Wish},
    shop::Plan,
};
use crate::{StaticMode, account::Account, dispute::Time, plant::PAST_DAYS, world::World};

/// What a detail document weighs without padding, about.
const BARE_BYTES: usize = 4_600;

/// Fills the first merchant's shop, evenly over the past.
pub(crate) fn plant(world: &mut World, mode: StaticMode, owner: &Account, seed: u64, now: Time) {
    let mut rng = StdRng::seed_from_u64(seed);
    let count = mode.disputes.max(1);
    // One of eight waits for the merchant, one is under review, the rest is history.
    let statuses = [
        Status::NeedsResponse,
        Status::UnderReview,
        Status::Won,
        Status::Lost,
        Status::Won,
        Status::Won,
        Status::Lost,
        Status::Won,
    ];
    let shapes = statuses.map(|status| shape(&mut rng, status, mode.body_bytes, owner, now));
    let step = Duration::milliseconds(
        Duration::days(PAST_DAYS).num_milliseconds() / i64::try_from(count).unwrap_or(i64::MAX),
    );
    let mut initiated = now - Duration::days(PAST_DAYS);
    for index in 0..count {
        let shape = &shapes[index % shapes.len()];
        let id = world.shopify.dispute_id(initiated);
        let order_id = world.shopify.number();
        let order = shape.order.clone().map(|order| Order {
            id: order_id,
            number: 1_000 + index as u64,
            ..order
        });
        world.shopify.add(Dispute {
            id,
            evidence_id: id + 1_234_567_890_123,
            initiated: super::machine::whole(initiated),
            order,
            ..shape.clone()
        });
        initiated += step;
    }
    world.shopify.shop(0).set_plan(Plan::Boundless);
}

fn shape(rng: &mut StdRng, status: Status, body_bytes: usize, owner: &Account, now: Time) -> Dispute {
    let wish = Wish {
        answered: status == Status::UnderReview,
        due: Some(now + Duration::days(10)),
        kind: Some(Kind::Chargeback),
        reason: Some("PRODUCT_NOT_RECEIVED".to_owned()),
        ..Wish::new(0, now - Duration::days(5), status)
    };
    // The first merchant sells goods, so most orders have a parcel with events, whose words can be padded.
    let mut dispute = loop {
        let dispute = plant::make(rng, 1, 1, &wish, owner, now);
        let facts = dispute.order.as_ref().map(|order| &order.facts);
        if facts.is_some_and(|facts| facts.pointer("/fulfillments/0/events/0").is_some()) {
            break dispute;
        }
    };
    dispute.ledger.clear();
    if let Some(order) = &mut dispute.order {
        pad(order, body_bytes.saturating_sub(BARE_BYTES));
    }
    dispute
}

/// More words in the carrier's events, which details show and all disputes of a shape share.
fn pad(order: &mut Order, lacking: usize) {
    let facts = Arc::make_mut(&mut order.facts);
    let events = facts
        .pointer_mut("/fulfillments/0/events")
        .and_then(Value::as_array_mut);
    if let Some(event) = events.and_then(|events| events.first_mut()) {
        event["message"] = json!("The carrier has the parcel. ".repeat(lacking / 28 + 1));
    }
}

impl Book {
    /// Changes a share of the disputes in a way that lists show. Says how many that are, and how many of them are open.
    pub(crate) fn touch(&mut self, percent: f64) -> (usize, usize) {
        let all = self.all();
        if all.is_empty() {
            return (0, 0);
        }
        // Clamped to 1..=count, so the conversion neither loses a sign nor overflows.
        let stride = (100.0 / percent).round().clamp(1.0, all.len() as f64) as usize;
        let offset = self.touches % stride;
        let touched = || all.iter().skip(offset).step_by(stride);
        let open = touched().filter(|dispute| !dispute.status.is_final()).count();
        let ids: Vec<u64> = touched().map(|dispute| dispute.id).collect();
        self.touches += 1;
        let later = |at: Option<Time>| at.map(|at| at + Duration::seconds(1));
        for id in &ids {
            self.change(*id, |dispute| {
                dispute.due = later(dispute.due);
                dispute.finalized = later(dispute.finalized);
            });
        }
        (ids.len(), open)
    }
}
