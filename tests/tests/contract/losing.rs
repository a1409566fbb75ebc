//! Writes on bad days: an error never says more than is known, and reading finds what a lost answer did.

use docket_connector::Error;
use docket_core::id::DisputeRef;
use docket_core::proof::Proof;
use serde_json::{Value, json};

use crate::acting::proved;
use crate::house::House;
use crate::platforms::Side;
use crate::samples::{plain, send};

/// Sends one response while the faults last. Gives what came, and whether the platform has it.
async fn attempt(house: &House, dispute: &DisputeRef, faults: &Value) -> (Result<(), Error>, bool) {
    let connector = house.connect(&house.credentials());
    // A token is there already: the fault meets the call itself.
    connector.read(dispute).await.unwrap();
    house.faults(faults).await;
    let response = plain(house.side.limits.needs_file);
    let sent = send(connector.as_ref(), dispute, &response, &[]).await;
    house.faults(&json!({})).await;
    let taken = house.taken(dispute).await;
    assert!(taken <= 1, "sent twice: {sent:?}");
    (sent.map(drop), taken == 1)
}

pub async fn an_answer_says_what_is_known(side: &'static Side) {
    let house = House::open(side).await;
    let kinds = [
        json!({"rate_limited": 0.5}),
        json!({"server_error": 0.5}),
        json!({"error_after": 1.0}),
        json!({"reset_before": 0.5}),
        json!({"reset_after": 0.5}),
        json!({"truncated": 0.5}),
        json!({"token_expired": 0.5}),
        json!({"garbage": 0.5}),
    ];
    for faults in &kinds {
        for dispute in house.plant(8).await {
            let (sent, taken) = attempt(&house, &dispute, faults).await;
            match sent {
                Ok(()) => assert!(taken, "{faults}: a receipt for nothing"),
                // Reading tells.
                Err(Error::OutcomeUnknown { .. } | Error::Contract { .. }) => {}
                Err(
                    error @ (Error::Retry { .. }
                    | Error::Rejected { .. }
                    | Error::Auth { .. }
                    | Error::NotFound { .. }
                    | Error::Unsupported(_)),
                ) => assert!(!taken, "{faults}: {error:?}, and the platform has it"),
            }
        }
    }
}

pub async fn a_lost_answer_is_found_by_reading(side: &'static Side) {
    let house = House::open(side).await;
    let response = plain(side.limits.needs_file);
    let (mut handled, mut lost) = (0, 0);
    // A fault may meet the reading before the call; so many tries see each end.
    for faults in [
        json!({"reset_after": 0.5}),
        json!({"reset_before": 0.5}),
        json!({"truncated": 0.5}),
    ] {
        for dispute in house.plant(16).await {
            let before = house.read(&dispute).await.snapshot;
            let (sent, taken) = attempt(&house, &dispute, &faults).await;
            let Err(Error::OutcomeUnknown { .. }) = sent else {
                continue;
            };
            let found = proved(&house, &dispute, &response, &before).await;
            if taken {
                handled += 1;
                assert_eq!(found, Proof::Proven, "{dispute}");
            } else {
                lost += 1;
                assert_eq!(found, Proof::Absent, "{dispute}");
            }
        }
    }
    assert!(handled > 0 && lost > 0, "{handled} handled, {lost} lost");
    // A 500 after handling is no refusal.
    let dispute = house.plant(1).await.remove(0);
    let before = house.read(&dispute).await.snapshot;
    let (sent, taken) = attempt(&house, &dispute, &json!({"error_after": 1.0})).await;
    assert!(
        matches!(sent, Err(Error::OutcomeUnknown { .. })) && taken,
        "{sent:?}"
    );
    assert_eq!(proved(&house, &dispute, &response, &before).await, Proof::Proven);
}
