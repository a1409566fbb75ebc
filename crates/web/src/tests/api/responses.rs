//! A response that was not sent yet is taken back, by whoever may send.

use axum::http::StatusCode;
use docket_core::words::WorkState;
use docket_store::on_both;
use docket_store::testing::TestDb;

use super::edits::{Two, contest, tag};
use super::problem;

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
    let draft = super::json(&two.ask(&two.mia, "GET", "/draft", None, None).await);
    assert_eq!(draft["current"], true, "what it was made of is worked on again");
}

on_both!(what_is_prepared_is_taken_back_once);
