//! Claims and behaviour agree: what is supported is taken, once, and proved by reading; what is not makes no call.

use docket_connector::{Capability, Error};
use docket_core::id::DisputeRef;
use docket_core::proof::{Baseline, Proof, proof};
use docket_core::response::Response;
use docket_core::snapshot::Snapshot;
use docket_core::words::ActionKind;

use crate::house::{House, MINE};
use crate::platforms::Side;
use crate::samples::{self, File, send};

/// A dispute that allows the action now, and for which the sample passes the check.
async fn allowing(house: &House, action: ActionKind) -> Option<(DisputeRef, Response, Vec<File>)> {
    for body in house.remote(MINE).await {
        let shown = house.inspect(&body);
        let running = shown
            .deadline
            .is_none_or(|deadline| deadline.at > house.now() + chrono::Duration::hours(1));
        if !shown.facts.allowed_actions.contains(&action) || !running {
            continue;
        }
        let (response, files) = samples::of(action, &shown.facts);
        if house.connector.check(&shown.facts, &response).is_empty() {
            return Some((shown.dispute, response, files));
        }
    }
    None
}

/// Reads until the platform shows the response. Klarna closes an accepted loss a moment after its answer.
pub async fn proved(house: &House, dispute: &DisputeRef, response: &Response, before: &Snapshot) -> Proof {
    let echo = house.connector.echo(response);
    let mut last = Proof::Absent;
    for _ in 0..3 {
        let now = house.read(dispute).await.snapshot;
        last = proof(response, &echo, &Baseline::of(before), &now);
        if last == Proof::Proven {
            break;
        }
        house.advance(5).await;
    }
    last
}

/// What a second sending must not move.
fn standing(snapshot: &Snapshot) -> impl PartialEq + std::fmt::Debug {
    let facts = &snapshot.facts;
    let amount = facts.amount;
    (
        facts.turn,
        facts.stage,
        facts.allowed_actions.clone(),
        snapshot.outcome,
        snapshot.deadline,
        amount.minor,
    )
}

pub async fn what_is_claimed_is_done_once_and_proved(side: &'static Side) {
    let house = House::with(side, 600).await;
    for status in std::iter::once(&side.waiting).chain(side.others) {
        house.plant_as(status, 12).await;
    }
    for action in ActionKind::ALL.iter().copied() {
        if house.connector.capability(action) != Capability::Supported {
            continue;
        }
        let Some((dispute, response, files)) = allowing(&house, action).await else {
            panic!("no dispute allows `{action}`: the claim cannot be tested");
        };
        let before = house.read(&dispute).await.snapshot;
        // Another action may have been taken there.
        let earlier = house.taken(&dispute).await;
        let sent = send(house.connector.as_ref(), &dispute, &response, &files).await;
        sent.unwrap_or_else(|error| panic!("{action}: {error:?}"));
        assert_eq!(house.taken(&dispute).await, earlier + 1, "{action}");
        let proof = proved(&house, &dispute, &response, &before).await;
        assert_eq!(proof, Proof::Proven, "{action}");
        // What was only promised (Klarna's 202) has come true by then, so that whatever moves later moved by the second.
        house.advance(5).await;
        let after = house.read(&dispute).await.snapshot;
        let again = send(house.connector.as_ref(), &dispute, &response, &files).await;
        house.advance(5).await;
        let later = house.read(&dispute).await.snapshot;
        assert_eq!(
            standing(&later),
            standing(&after),
            "{action}, sent again: {again:?}"
        );
        if action.answers_the_request() {
            assert!(
                again.is_err() && house.taken(&dispute).await == earlier + 1,
                "{action}: {again:?}"
            );
        }
    }
}

pub async fn what_is_not_claimed_makes_no_call(side: &'static Side) {
    let house = House::open(side).await;
    let dispute = house.plant(1).await.remove(0);
    let facts = house.read(&dispute).await.snapshot.facts;
    let before = house.count("act").await;
    for action in ActionKind::ALL.iter().copied() {
        match house.connector.capability(action) {
            Capability::Supported => continue,
            Capability::ManualOnly(why) => assert!(why.len() > 20, "{action} says too little: {why}"),
            Capability::Unsupported => {}
        }
        assert!(
            !facts.allowed_actions.contains(&action),
            "{action} is offered and cannot be done"
        );
        let (response, files) = samples::of(action, &facts);
        let error = send(house.connector.as_ref(), &dispute, &response, &files)
            .await
            .unwrap_err();
        assert!(matches!(error, Error::Unsupported(_)), "{action}: {error:?}");
    }
    assert_eq!(house.count("act").await, before);
    assert_eq!(house.taken(&dispute).await, 0);
}
