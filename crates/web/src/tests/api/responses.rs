//! The responses of a case; one that was not sent yet is taken back, by whoever may send.

use axum::http::StatusCode;
use chrono::Duration;
use docket_core::id::CaseId;
use docket_core::words::WorkState;
use docket_store::on_both;
use docket_store::testing::TestDb;
use serde_json::Value;

use super::edits::{Two, contest, tag};
use super::{ask, json, problem};

/// Mia writes, Jon approves, and the worker has not come by yet.
async fn prepared(two: &Two) {
    let saved = tag(&two.save(&two.mia, Some("first"), contest("delivered")).await);
    let asked = two
        .ask(&two.mia, "POST", "/draft/review", Some(&saved), None)
        .await;
    let approved = two
        .ask(&two.jon, "POST", "/draft/approve", Some(&tag(&asked)), None)
        .await;
    assert_eq!(approved.status, StatusCode::ACCEPTED, "{}", approved.body);
}

async fn states(two: &Two) -> Vec<String> {
    let all = json(&two.ask(&two.mia, "GET", "/responses", None, None).await);
    assert_eq!(all["next"], Value::Null, "all at once");
    let items = all["items"].as_array().unwrap().iter();
    items.map(|s| s["state"].as_str().unwrap().to_owned()).collect()
}

/// What was taken back stays in the list, before what followed.
async fn every_response_of_a_case_is_told_oldest_first(db: TestDb) {
    let two = Two::new(db).await;
    assert!(states(&two).await.is_empty());
    prepared(&two).await;
    assert_eq!(states(&two).await, ["prepared"]);
    two.ask(&two.mia, "DELETE", "/response", None, None).await;
    two.test.clock.advance(Duration::minutes(1));
    prepared(&two).await;
    assert_eq!(states(&two).await, ["cancelled", "prepared"]);
    let missing = format!("/api/v1/cases/{}/responses", CaseId::new(&two.test.desk.env));
    let missing = ask(&two.test, &two.mia, ("GET", &missing), &[], None).await;
    assert_eq!(problem(&missing), "not-found");
}

async fn what_is_prepared_is_taken_back_once(db: TestDb) {
    let two = Two::new(db).await;
    let take_back = async || two.ask(&two.mia, "DELETE", "/response", None, None).await;
    let nothing = take_back().await;
    assert_eq!(
        (nothing.status, problem(&nothing)),
        (StatusCode::CONFLICT, "refused".to_owned())
    );
    prepared(&two).await;
    assert_eq!(two.state().await, WorkState::ReadyToSend);
    let taken = take_back().await;
    assert_eq!((taken.status, taken.body.as_str()), (StatusCode::NO_CONTENT, ""));
    assert_ne!(two.state().await, WorkState::ReadyToSend);
    assert_eq!(problem(&take_back().await), "refused", "it is gone");
    let draft = json(&two.ask(&two.mia, "GET", "/draft", None, None).await);
    assert_eq!(draft["current"], true, "what it was made of is worked on again");
}

on_both!(
    every_response_of_a_case_is_told_oldest_first,
    what_is_prepared_is_taken_back_once,
);
