//! Errors name the caller's next step.

use docket_connector::{Error, Listing, Topic};
use futures::StreamExt;
use serde_json::json;

use crate::house::House;
use crate::platforms::Side;
use crate::samples::{plain, send};

pub async fn wrong_credentials_ask_for_a_person(side: &'static Side) {
    let house = House::open(side).await;
    let dispute = house.plant(1).await.remove(0);
    let mut credentials = house.credentials();
    credentials[side.key] = json!("0000-wrong-0000");
    let connector = house.connect(&credentials);
    let mut pages = connector.changes(Listing::First, house.now());
    let listed = pages.next().await.unwrap().unwrap_err();
    let read = connector.read(&dispute).await.unwrap_err();
    let response = plain(side.limits.needs_file);
    let sent = send(connector.as_ref(), &dispute, &response, &[])
        .await
        .unwrap_err();
    for error in [listed, read, sent] {
        let Error::Auth { message, .. } = &error else {
            panic!("{error:?}");
        };
        assert!(message.len() > 40, "it says what to do: {message}");
    }
    assert_eq!(house.taken(&dispute).await, 0);
    let findings = connector.probe().await.unwrap();
    let refused = findings
        .iter()
        .find(|f| f.topic == Topic::Access && f.ok == Some(false));
    assert!(refused.is_some_and(|f| f.todo.is_some()), "{findings:#?}");
}

pub async fn too_many_calls_name_a_pause(side: &'static Side) {
    let house = House::open(side).await;
    let dispute = house.plant(1).await.remove(0);
    house.faults(&json!({"rate_limited": 1.0})).await;
    let connector = house.connect(&house.credentials());
    let read = connector.read(&dispute).await.unwrap_err();
    assert!(matches!(read, Error::Retry { after: Some(_), .. }), "{read:?}");
    let connector = house.connect(&house.credentials());
    let response = plain(side.limits.needs_file);
    let sent = send(connector.as_ref(), &dispute, &response, &[])
        .await
        .unwrap_err();
    assert!(matches!(sent, Error::Retry { after: Some(_), .. }), "{sent:?}");
    assert_eq!(house.taken(&dispute).await, 0);
    // While the account pauses, nothing goes out, whoever asks.
    let before = house.count("requests").await;
    let read = connector.read(&dispute).await;
    assert!(matches!(read, Err(Error::Retry { .. })), "{read:?}");
    assert!(house.count("requests").await <= before + 1);
}

pub async fn failures_of_reads_are_tried_again(side: &'static Side) {
    let house = House::open(side).await;
    let dispute = house.plant(1).await.remove(0);
    house.read(&dispute).await;
    for fault in ["server_error", "reset_before", "reset_after", "truncated"] {
        house.faults(&json!({ fault: 1.0 })).await;
        let read = house.connector.read(&dispute).await.unwrap_err();
        assert!(matches!(read, Error::Retry { .. }), "{fault}: {read:?}");
        let mut pages = house.connector.changes(Listing::First, house.now());
        let listed = pages.next().await.unwrap().unwrap_err();
        assert!(matches!(listed, Error::Retry { .. }), "{fault}: {listed:?}");
        // The same stream goes on once it is over.
        house.faults(&json!({})).await;
        assert!(pages.next().await.unwrap().is_ok(), "{fault}");
    }
}

pub async fn a_page_of_html_is_a_broken_contract(side: &'static Side) {
    let house = House::open(side).await;
    let dispute = house.plant(1).await.remove(0);
    house.read(&dispute).await;
    house.faults(&json!({"garbage": 1.0})).await;
    let read = house.connector.read(&dispute).await.unwrap_err();
    let mut pages = house.connector.changes(Listing::First, house.now());
    let listed = pages.next().await.unwrap().unwrap_err();
    for error in [read, listed] {
        let Error::Contract { what } = &error else {
            panic!("{error:?}");
        };
        assert!(what.contains("HTML") && !what.contains("Just a moment"), "{what}");
    }
}
