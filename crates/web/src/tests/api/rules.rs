//! A rule is proposed by one person, looked at, and let loose by another.

use axum::http::StatusCode;
use docket_core::id::{ClientId, RuleId};
use docket_core::person::Access;
use docket_core::token::Scope;
use docket_store::on_both;
use docket_store::testing::TestDb;
use serde_json::{Value, json};

use super::super::desk::{Answer, TestDesk};
use super::super::work::toy;
use super::{ask, json as read, problem, program, token};
use crate::samples::make::Dispute;

async fn post(test: &TestDesk, secret: &str, rest: &str, body: Option<Value>) -> Answer {
    let url = format!("/api/v1/rules{rest}");
    ask(test, secret, ("POST", &url), &[], body.as_ref()).await
}

async fn listed(test: &TestDesk, secret: &str, query: &str) -> Value {
    let url = format!("/api/v1/rules{query}");
    let answer = ask(test, secret, ("GET", &url), &[], None).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    read(&answer)["items"].clone()
}

async fn a_rule_acts_after_a_look_and_by_a_second_person(db: TestDb) {
    let test = TestDesk::on(db).await;
    let account = toy(&test).await;
    test.cases(&account, &[Dispute::ours("T-1")]).await;
    let (_, ada) = token(&test, &test.admin.person, Scope::ALL).await;
    let lea = program(&test, "Lea", Access::Lead).await;
    let mia = program(&test, "Mia", Access::Specialist).await;
    let below = json!({ "minor": 20_000, "currency": "EUR" });
    let wish = json!({ "client": account.0.id, "kind": "auto_accept_below", "below": below });
    let made = post(&test, &lea, "", Some(wish)).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    let made = read(&made);
    assert_eq!(
        (&made["state"], &made["created_by"]),
        (&json!("dry_run"), &json!("Lea"))
    );
    assert_eq!(listed(&test, &mia, "").await, json!([made]));
    let of = |what: &str| format!("/{}/{what}", made["id"].as_str().unwrap());
    let unseen = post(&test, &ada, &of("activate"), None).await;
    assert_eq!(problem(&unseen), "invalid", "nobody looked at it");
    let tried = read(&post(&test, &mia, &of("try"), None).await);
    assert_eq!(tried["now"][0]["dispute"], "T-1");
    assert_eq!(
        tried["amount_now"],
        json!([{ "minor": 12_950, "currency": "EUR" }])
    );
    let own = post(&test, &lea, &of("activate"), None).await;
    assert_eq!(own.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        own.body.contains("another person must activate it"),
        "{}",
        own.body
    );
    let active = read(&post(&test, &ada, &of("activate"), None).await);
    assert_eq!(
        (&active["state"], &active["activated_by"]),
        (&json!("active"), &json!("Ada"))
    );
    let retired = read(&post(&test, &lea, &of("retire"), None).await);
    assert_eq!(retired["state"], "retired");
    assert_eq!(
        problem(&post(&test, &lea, &of("retire"), None).await),
        "invalid",
        "it is over"
    );
    assert_eq!(listed(&test, &mia, "").await, json!([]));
    assert_eq!(listed(&test, &mia, "?retired=true").await, json!([retired]));
    let missing = format!("/{}/retire", RuleId::new(&test.desk.env));
    assert_eq!(problem(&post(&test, &lea, &missing, None).await), "not-found");
}

async fn a_rule_that_says_nothing_is_not_made(db: TestDb) {
    let test = TestDesk::on(db).await;
    let client = toy(&test).await.0.id;
    let lea = program(&test, "Lea", Access::Lead).await;
    let below = json!({ "minor": 1_500, "currency": "EUR" });
    for wish in [
        json!({ "client": client, "kind": "auto_accept_below" }),
        json!({ "client": client, "kind": "never_contest" }),
        json!({ "client": client, "kind": "never_contest", "reason": "not_received", "below": below }),
        json!({ "client": client, "kind": "never_contest", "reason": "not_received", "name": " " }),
        json!({ "client": ClientId::new(&test.desk.env), "kind": "never_contest", "reason": "not_received" }),
    ] {
        let refused = post(&test, &lea, "", Some(wish.clone())).await;
        assert_eq!(problem(&refused), "invalid", "{wish}: {}", refused.body);
    }
    assert_eq!(listed(&test, &lea, "?retired=true").await, json!([]));
}

on_both!(
    a_rule_acts_after_a_look_and_by_a_second_person,
    a_rule_that_says_nothing_is_not_made,
);
