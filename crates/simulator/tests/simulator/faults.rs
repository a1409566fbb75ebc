//! Bad days: what the client sees, and what really happened.

use std::{collections::HashMap, time::Duration};

use crate::support::*;
use docket_simulator::{Faults, Options};
use reqwest::Method;
use serde_json::{Value, json};

fn only(set: impl FnOnce(&mut Faults)) -> Value {
    let mut faults = Faults::default();
    set(&mut faults);
    serde_json::to_value(faults).unwrap()
}

async fn setting() -> (Desk, String, Value) {
    let desk = Desk::open(options()).await;
    let token = desk.token(0).await;
    let dispute = desk.waiting(0, stage("INQUIRY")).await;
    (desk, token, dispute)
}

fn message(desk: &Desk, token: &str, dispute: &Value) -> reqwest::RequestBuilder {
    let path = format!("/{}/send-message", id(dispute));
    desk.call(Method::POST, token, &path)
        .json(&json!({"message": "Hello."}))
}

#[tokio::test]
async fn a_reset_before_handling_changes_nothing() {
    let (desk, token, dispute) = setting().await;
    desk.command("/faults", only(|faults| faults.reset_before = 1.0))
        .await;
    for _ in 0..5 {
        let error = message(&desk, &token, &dispute).send().await.unwrap_err();
        assert!(!error.is_timeout() && error.status().is_none(), "{error:?}");
    }
    assert!(desk.call(Method::GET, &token, "").send().await.is_err());
    assert!(desk.journal().await.is_empty(), "the control door has no faults");
    desk.command("/faults", only(|_| ())).await;
    let (_, after) = desk.get(&token, &format!("/{}", id(&dispute))).await;
    assert_eq!(after, dispute);
    assert_eq!(desk.control("/counters").await["faults"], 6);
}

#[tokio::test]
async fn a_reset_after_handling_has_happened() {
    let (desk, token, dispute) = setting().await;
    desk.command("/faults", only(|faults| faults.reset_after = 1.0))
        .await;
    for _ in 0..3 {
        assert!(message(&desk, &token, &dispute).send().await.is_err());
    }
    assert_eq!(desk.journal().await.len(), 3);
    desk.command("/faults", only(|_| ())).await;
    let (_, after) = desk.get(&token, &format!("/{}", id(&dispute))).await;
    let count = |body: &Value| body["messages"].as_array().unwrap().len();
    assert_eq!(count(&after), count(&dispute) + 3);
}

#[tokio::test]
async fn an_error_after_handling_lies_about_writes_only() {
    let (desk, token, dispute) = setting().await;
    desk.command("/faults", only(|faults| faults.error_after = 1.0))
        .await;
    let (status, body) = read(message(&desk, &token, &dispute)).await;
    assert_eq!(
        (status.as_u16(), body["name"].as_str()),
        (500, Some("INTERNAL_SERVER_ERROR"))
    );
    assert_eq!(desk.journal().await.len(), 1);
    assert_eq!(desk.get(&token, "").await.0, 200);
}

#[tokio::test]
async fn refusals_before_handling_and_lost_tokens() {
    let (desk, token, dispute) = setting().await;
    desk.command("/faults", only(|faults| faults.rate_limited = 1.0))
        .await;
    let (status, body) = read(message(&desk, &token, &dispute)).await;
    assert_eq!(
        (status.as_u16(), body["name"].as_str()),
        (429, Some("RATE_LIMIT_REACHED"))
    );
    desk.command("/faults", only(|faults| faults.server_error = 1.0))
        .await;
    assert!(read(message(&desk, &token, &dispute)).await.0.is_server_error());
    desk.command("/faults", only(|faults| faults.token_expired = 1.0))
        .await;
    assert_eq!(read(message(&desk, &token, &dispute)).await.0, 401);
    let fresh = desk.token(0).await;
    desk.command("/faults", only(|_| ())).await;
    assert_eq!(desk.get(&token, "").await.0, 401, "the old token is really gone");
    assert_eq!(desk.get(&fresh, "").await.0, 200);
    assert!(desk.journal().await.is_empty());
}

#[tokio::test]
async fn bodies_are_cut_short_or_no_json_at_all() {
    let (desk, token, dispute) = setting().await;
    let path = format!("/{}", id(&dispute));
    desk.command("/faults", only(|faults| faults.truncated = 1.0))
        .await;
    let answer = desk.call(Method::GET, &token, &path).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert!(answer.content_length().unwrap() > 2_000);
    assert!(answer.bytes().await.is_err());
    desk.command("/faults", only(|faults| faults.garbage = 1.0)).await;
    let (status, body) = desk.get(&token, &path).await;
    assert_eq!(status, 200);
    assert!(body.as_str().unwrap().starts_with("<!doctype html>"));
    desk.command("/faults", only(|faults| faults.hang = 1.0)).await;
    let waiting = desk
        .call(Method::GET, &token, &path)
        .timeout(Duration::from_millis(300))
        .send()
        .await;
    assert!(waiting.unwrap_err().is_timeout());
    let (status, _) = desk.command("/faults", json!({"hang": 2.0})).await;
    assert_eq!(status, 400);
}

#[tokio::test]
async fn after_a_storm_of_resets_the_journal_tells_what_counts() {
    let faults = Faults::named("resets").unwrap();
    let desk = Desk::open(options()).await;
    let token = desk.token(0).await;
    let dispute = desk.waiting(0, stage("INQUIRY")).await;
    desk.command("/faults", serde_json::to_value(faults).unwrap())
        .await;
    let mut seen: HashMap<bool, usize> = HashMap::new();
    for _ in 0..100 {
        let answered =
            matches!(message(&desk, &token, &dispute).send().await, Ok(answer) if answer.status() == 200);
        *seen.entry(answered).or_default() += 1;
    }
    let (handled, answered) = (desk.journal().await.len(), seen[&true]);
    assert!(
        answered < handled && handled < 100,
        "{answered} answered, {handled} handled"
    );
}

#[tokio::test]
async fn stopping_does_not_wait_for_a_hanging_request() {
    let faults = Faults {
        hang: 1.0,
        ..Faults::default()
    };
    let desk = Desk::open(Options { faults, ..options() }).await;
    let request = desk.call(Method::GET, "x", "");
    let hanging = tokio::spawn(async move { request.send().await.is_err() });
    tokio::time::sleep(Duration::from_millis(100)).await;
    tokio::time::timeout(Duration::from_secs(8), desk.sim.stop())
        .await
        .unwrap();
    assert!(hanging.await.unwrap());
}
