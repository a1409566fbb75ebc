//! Many cases at once: planned, looked at, done once, and with no scope more than each by itself.

use axum::http::StatusCode;
use docket_app::ClientScope;
use docket_core::id::CaseId;
use docket_core::person::Access;
use docket_core::token::Scope;
use docket_store::on_both;
use docket_store::testing::TestDb;
use serde_json::{Value, json};

use super::super::desk::{Answer, TestDesk};
use super::super::work::toy;
use super::{ask, json as read, problem, program, token};
use crate::samples::make::Dispute;

async fn three(db: TestDb) -> (TestDesk, Vec<CaseId>) {
    let test = TestDesk::on(db).await;
    let account = toy(&test).await;
    let disputes = ["T-1", "T-2", "T-3"].map(Dispute::ours);
    let cases = test.cases(&account, &disputes).await;
    (test, cases)
}

async fn plan(test: &TestDesk, secret: &str, cases: &[CaseId], step: Value) -> Answer {
    let wish = json!({ "cases": cases, "step": step });
    ask(test, secret, ("POST", "/api/v1/bulk"), &[], Some(&wish)).await
}

async fn holder(test: &TestDesk, case: CaseId) -> Option<String> {
    let stored = test.desk.case(ClientScope::Agency, case).await.unwrap();
    stored.case.assignee
}

async fn what_was_planned_is_done_once_and_nothing_else(db: TestDb) {
    let (test, cases) = three(db).await;
    let mia = program(&test, "Mia", Access::Specialist).await;
    let jon = program(&test, "Jon Vik", Access::Specialist).await;
    let made = plan(
        &test,
        &mia,
        &cases,
        json!({ "action": "assign", "to": "jon vik" }),
    )
    .await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    let made = read(&made);
    let will = json!({ "what": "assign", "from": null, "to": "Jon Vik", "why": null });
    let lines = made["lines"].as_array().unwrap();
    assert_eq!((lines.len(), &made["state"]), (3, &json!("planned")));
    assert!(
        lines
            .iter()
            .all(|line| line["will"] == will && line["done"].is_null()),
        "{made}"
    );
    assert_eq!(holder(&test, cases[0]).await, None, "nothing happened yet");
    let url = format!("/api/v1/bulk/{}", made["id"].as_str().unwrap());
    let theirs = ask(&test, &jon, ("GET", &url), &[], None).await;
    assert_eq!(problem(&theirs), "not-found", "somebody else's plan");

    // One changes hands before it is confirmed.
    let given = test
        .desk
        .assign(ClientScope::Agency, cases[1], (None, Some("Ada")), "Ada")
        .await;
    given.unwrap();
    let confirm = format!("{url}/confirm");
    let done = read(&ask(&test, &mia, ("POST", &confirm), &[], None).await);
    let came: Vec<&Value> = done["lines"]
        .as_array()
        .unwrap()
        .iter()
        .map(|l| &l["done"]["ok"])
        .collect();
    assert_eq!(
        (came, &done["state"]),
        (vec![&json!(true), &json!(false), &json!(true)], &json!("ended"))
    );
    let said = done["lines"][1]["done"]["said"].as_str().unwrap();
    assert!(said.contains("meanwhile the case went to Ada"), "{said}");
    assert_eq!(holder(&test, cases[2]).await.as_deref(), Some("Jon Vik"));
    let taken = test
        .desk
        .assign(ClientScope::Agency, cases[2], (Some("Jon Vik"), None), "Ada")
        .await;
    taken.unwrap();
    let again = ask(&test, &mia, ("POST", &confirm), &[], None).await;
    assert_eq!((again.status, read(&again)), (StatusCode::OK, done.clone()));
    assert_eq!(holder(&test, cases[2]).await, None, "done once");
    assert_eq!(read(&ask(&test, &mia, ("GET", &url), &[], None).await), done);
}

async fn what_goes_out_needs_the_scope_that_lets_one_go_out(db: TestDb) {
    let (test, cases) = three(db).await;
    let mia = test.person("Mia", Access::Specialist).await.person;
    let (_, wide) = token(&test, &mia, Scope::ALL).await;
    let (_, narrow) = token(&test, &mia, &[Scope::CasesRead, Scope::CasesWrite]).await;
    for (step, scope) in [
        (json!({ "action": "accept_by_rule" }), "drafts:send"),
        (
            json!({ "action": "ask", "words": "Which carrier?" }),
            "requests:write",
        ),
    ] {
        let refused = plan(&test, &narrow, &cases, step.clone()).await;
        assert_eq!(
            (refused.status, problem(&refused).as_str()),
            (StatusCode::FORBIDDEN, "not-for-scope")
        );
        let challenge = refused.headers["www-authenticate"].to_str().unwrap();
        assert!(challenge.contains(scope), "{challenge}");
        // Nor is one confirmed that the person made elsewhere.
        let made = plan(&test, &wide, &cases, step).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
        let url = format!("/api/v1/bulk/{}", read(&made)["id"].as_str().unwrap());
        let confirm = format!("{url}/confirm");
        let refused = ask(&test, &narrow, ("POST", &confirm), &[], None).await;
        assert_eq!(problem(&refused), "not-for-scope");
        let shown = read(&ask(&test, &narrow, ("GET", &url), &[], None).await);
        assert_eq!(
            (&shown["state"], &shown["begun_at"]),
            (&json!("planned"), &Value::Null)
        );
        let done = ask(&test, &wide, ("POST", &confirm), &[], None).await;
        assert_eq!(
            (done.status, &read(&done)["state"]),
            (StatusCode::OK, &json!("ended"))
        );
    }
    let questions = ask(&test, &wide, ("GET", "/api/v1/requests"), &[], None).await;
    assert_eq!(read(&questions)["items"].as_array().unwrap().len(), 3);
}

async fn a_wish_that_says_too_little_or_too_much_plans_nothing(db: TestDb) {
    let (test, cases) = three(db).await;
    let mia = program(&test, "Mia", Access::Specialist).await;
    test.person("Sam Kerr", Access::Auditor).await;
    for (step, kind) in [
        // Forgotten, it would take every case from whoever has it.
        (json!({ "action": "assign" }), "wrong-request"),
        (json!({ "action": "explode" }), "wrong-request"),
        (
            json!({ "action": "accept_by_rule", "to": "Mia" }),
            "wrong-request",
        ),
        (json!({ "action": "put_aside" }), "wrong-request"),
        (
            json!({ "action": "put_aside", "until": "2026-11-20T09:00:00Z" }),
            "invalid",
        ),
        (json!({ "action": "assign", "to": "Nobody Known" }), "invalid"),
        (json!({ "action": "assign", "to": "Sam Kerr" }), "invalid"),
    ] {
        let refused = plan(&test, &mia, &cases, step.clone()).await;
        assert_eq!(problem(&refused), kind, "{step}: {}", refused.body);
    }
    let step = json!({ "action": "accept_by_rule" });
    assert_eq!(problem(&plan(&test, &mia, &[], step.clone()).await), "invalid");
    let missing = CaseId::new(&test.desk.env);
    assert_eq!(
        problem(&plan(&test, &mia, &[missing], step.clone()).await),
        "invalid"
    );
    let nothing = read(&plan(&test, &mia, &cases, step).await);
    let will = json!({ "what": "nothing", "why": "no active rule of its client accepts it" });
    assert_eq!(nothing["lines"][0]["will"], will);
}

on_both!(
    what_was_planned_is_done_once_and_nothing_else,
    what_goes_out_needs_the_scope_that_lets_one_go_out,
    a_wish_that_says_too_little_or_too_much_plans_nothing,
);
