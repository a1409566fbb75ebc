//! Reading, and asking what the account permits.

use docket_connector::{Error, Topic};
use docket_core::id::DisputeRef;

use crate::house::{House, MINE, OTHER};
use crate::platforms::Side;

pub async fn what_is_not_ours_is_not_found(side: &'static Side) {
    let house = House::with(side, 90).await;
    let theirs = house.ids(OTHER).await.remove(0);
    let nobodys = [
        side.nobody,
        theirs.as_str(),
        // Nothing that any platform would call an id, and nothing that may reach another address.
        "../../x",
        "a b?c=d#e",
        "%2e%2e",
        "",
    ];
    for id in nobodys {
        let error = house
            .connector
            .read(&DisputeRef(id.to_owned()))
            .await
            .unwrap_err();
        assert!(matches!(error, Error::NotFound { .. }), "`{id}`: {error:?}");
    }
}

/// `docket inspect` says of a body what a reading says of the dispute.
pub async fn the_raw_body_reads_the_same_elsewhere(side: &'static Side) {
    let house = House::with(side, 150).await;
    house.plant(11).await;
    let remote = house.remote(MINE).await;
    assert!(remote.len() > 10, "{}", remote.len());
    for body in remote {
        let shown = house.read(&house.inspect(&body).dispute).await;
        // Where the platform tells no time of change, it is the time of reading.
        let at = shown.snapshot.facts.updated_at;
        let text = body.to_string();
        let inspected =
            (side.driver.inspect)(text.as_bytes(), if shown.dated { house.now() } else { at }).unwrap();
        let json =
            |snapshot: &docket_core::snapshot::Snapshot| serde_json::to_value(snapshot.inspection()).unwrap();
        assert_eq!(json(&inspected), json(&shown.snapshot), "{text}");
        let again = (side.driver.inspect)(&shown.raw, at).unwrap();
        assert_eq!(json(&again), json(&shown.snapshot), "the stored body");
    }
}

pub async fn a_healthy_account_permits_everything(side: &'static Side) {
    let house = House::open(side).await;
    let findings = house.connector.probe().await.unwrap();
    let access: Vec<_> = findings.iter().filter(|f| f.topic == Topic::Access).collect();
    let bad: Vec<_> = access.iter().filter(|f| f.ok == Some(false)).collect();
    assert!(bad.is_empty(), "{bad:#?}");
    assert!(access.iter().any(|f| f.ok == Some(true)), "{access:#?}");
    let unhelpful: Vec<_> = findings
        .iter()
        .filter(|f| f.ok.is_none() && f.todo.is_none())
        .collect();
    assert!(
        unhelpful.is_empty(),
        "what is not known says what to do: {unhelpful:#?}"
    );
    assert_eq!(house.count("act").await, 0, "probing changes nothing");
}
