//! A request with a key is done once.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use axum::response::IntoResponse;
use chrono::Duration;
use docket_app::{AuditFilter, ClientScope};
use docket_core::id::CaseId;
use docket_core::person::Access;
use docket_store::on_both;
use docket_store::testing::TestDb;
use serde_json::{Value, json};

use super::super::desk::{Answer, TestDesk};
use super::super::work::toy;
use super::{ask, problem, program};
use crate::api::replay::once;
use crate::samples::make::Dispute;

async fn one(db: TestDb) -> (TestDesk, CaseId, String) {
    let test = TestDesk::on(db).await;
    let account = toy(&test).await;
    let case = test.cases(&account, &[Dispute::ours("T-1")]).await[0];
    let mia = program(&test, "Mia", Access::Specialist).await;
    (test, case, mia)
}

async fn note(test: &TestDesk, secret: &str, (case, key): (CaseId, &str), text: &str) -> Answer {
    let (url, body) = (format!("/api/v1/cases/{case}/notes"), json!({ "text": text }));
    ask(
        test,
        secret,
        ("POST", &url),
        &[("idempotency-key", key)],
        Some(&body),
    )
    .await
}

async fn notes(test: &TestDesk, case: CaseId) -> usize {
    let rows = test
        .desk
        .case_history(ClientScope::Agency, case, 0, 100)
        .await
        .unwrap();
    let text = |v: &Value| v.to_string().contains("called");
    rows.iter()
        .filter(|r| r.detail.as_ref().is_some_and(text))
        .count()
}

/// Whoever does not say what an edit was made of is told so, also where the key stood for something else.
async fn what_lacks_its_beginning_is_no_matter_of_its_key(db: TestDb) {
    let (test, case, mia) = one(db).await;
    note(&test, &mia, (case, "k-1"), "called").await;
    let url = format!("/api/v1/cases/{case}/draft/review");
    let answer = ask(&test, &mia, ("POST", &url), &[("idempotency-key", "k-1")], None).await;
    assert_eq!(
        answer.status,
        StatusCode::PRECONDITION_REQUIRED,
        "{}",
        answer.body
    );
    assert_eq!(problem(&answer), "no-precondition");
}

/// What is shown once, such as the secret of a hook, stands in no row.
async fn a_kept_answer_cannot_be_read_in_the_database(db: TestDb) {
    let (test, case, mia) = one(db).await;
    let first = note(&test, &mia, (case, "k-1"), "called").await;
    assert!(first.body.contains("T-1"), "{}", first.body);
    let token = test.desk.tokens(None).await.unwrap()[0].id;
    let kept = test.desk.db.kept_request(token, "k-1").await.unwrap().unwrap();
    let body = kept.answer.unwrap().body;
    assert!(!String::from_utf8_lossy(&body).contains("T-1"));
    let again = note(&test, &mia, (case, "k-1"), "called").await;
    assert_eq!(again.body, first.body);
}

async fn the_same_request_is_done_once_and_answered_the_same(db: TestDb) {
    let (test, case, mia) = one(db).await;
    let first = note(&test, &mia, (case, "k-1"), "called").await;
    assert_eq!(first.status, StatusCode::OK, "{}", first.body);
    let again = note(&test, &mia, (case, "k-1"), "called").await;
    assert_eq!((again.status, &again.body), (first.status, &first.body));
    assert_eq!(again.headers["idempotency-replayed"], "true");
    assert_eq!(again.headers["content-type"], first.headers["content-type"]);
    assert_eq!(notes(&test, case).await, 1);
    let other = note(&test, &mia, (case, "k-1"), "called twice").await;
    assert_eq!(other.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(problem(&other), "key-reused");
    // Another program's keys are its own, and a fresh key is another wish.
    let jon = program(&test, "Jon", Access::Lead).await;
    note(&test, &jon, (case, "k-1"), "called").await;
    note(&test, &mia, (case, "k-2"), "called").await;
    assert_eq!(notes(&test, case).await, 3);
    let rows = test
        .desk
        .audit_rows(None, &AuditFilter::of_kind("api_note"), 10)
        .await
        .unwrap();
    assert_eq!(rows.len(), 3, "what is not done again is not written down again");
    for wrong in ["", "two words", "x".repeat(201).as_str()] {
        assert_eq!(
            problem(&note(&test, &mia, (case, wrong), "called").await),
            "wrong-request"
        );
    }
}

async fn a_refusal_is_kept_too(db: TestDb) {
    let (test, case, mia) = one(db).await;
    let first = note(&test, &mia, (case, "k"), " ").await;
    assert_eq!(problem(&first), "invalid");
    let again = note(&test, &mia, (case, "k"), " ").await;
    assert_eq!((again.status, again.body), (first.status, first.body));
    test.clock.advance(Duration::hours(23));
    assert_eq!(
        problem(&note(&test, &mia, (case, "k"), "called").await),
        "key-reused"
    );
    let mia = super::program(&test, "Mia again", Access::Specialist).await;
    note(&test, &mia, (case, "k"), "called").await;
    assert_eq!(notes(&test, case).await, 1);
}

async fn what_was_not_done_may_be_tried_again_with_its_key(db: TestDb) {
    let (test, _, mia) = one(db).await;
    let (_, token) = test.desk.token_holder(&mia).await.unwrap().unwrap();
    let request = || {
        Request::post("/api/v1/x")
            .header("idempotency-key", "k")
            .body(Body::empty())
    };
    let busy = |_| async { (StatusCode::SERVICE_UNAVAILABLE, [("retry-after", "5")]).into_response() };
    let first = once(&test.desk, token.id, request().unwrap(), busy).await;
    assert_eq!(first.status(), StatusCode::SERVICE_UNAVAILABLE);
    let done = |_| async { StatusCode::CREATED.into_response() };
    let second = once(&test.desk, token.id, request().unwrap(), done).await;
    assert_eq!(second.status(), StatusCode::CREATED);
    let third = once(&test.desk, token.id, request().unwrap(), busy).await;
    assert_eq!(third.status(), StatusCode::CREATED, "it was done");
}

async fn of_many_at_once_one_is_done(db: TestDb) {
    let (test, case, mia) = one(db).await;
    let all = (0..8).map(|_| note(&test, &mia, (case, "k"), "called"));
    let answers = futures::future::join_all(all).await;
    assert_eq!(notes(&test, case).await, 1);
    let mut done = 0;
    for answer in &answers {
        match answer.status {
            StatusCode::OK => done += 1,
            StatusCode::CONFLICT => {
                assert_eq!(problem(answer), "in-progress");
                assert!(answer.headers.contains_key("retry-after"));
            }
            other => panic!("{other}: {}", answer.body),
        }
    }
    assert!(done >= 1);
    let after = note(&test, &mia, (case, "k"), "called").await;
    assert_eq!(
        (after.status, &after.headers["idempotency-replayed"]),
        (StatusCode::OK, &"true".parse().unwrap())
    );
}

on_both!(
    what_was_not_done_may_be_tried_again_with_its_key,
    a_kept_answer_cannot_be_read_in_the_database,
    what_lacks_its_beginning_is_no_matter_of_its_key,
    the_same_request_is_done_once_and_answered_the_same,
    a_refusal_is_kept_too,
    of_many_at_once_one_is_done,
);
