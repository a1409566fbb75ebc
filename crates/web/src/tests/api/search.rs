//! A search leads a program as far as its scopes and its person's role reach, and to nothing of another client.

use axum::http::StatusCode;
use docket_core::person::Access;
use docket_core::token::Scope;
use docket_store::on_both;
use docket_store::testing::TestDb;
use serde_json::{Value, json};

use super::super::desk::TestDesk;
use super::super::doors::house;
use super::{ask, json as read, problem, program, token};

async fn search(test: &TestDesk, secret: &str, term: &str) -> Value {
    let answer = ask(
        test,
        secret,
        ("GET", &format!("/api/v1/search?q={term}")),
        &[],
        None,
    )
    .await;
    assert_eq!(answer.status, StatusCode::OK, "{term}: {}", answer.body);
    read(&answer)
}

fn disputes(found: &Value) -> Vec<&str> {
    let cases = found["cases"].as_array().unwrap().iter();
    let mut all: Vec<&str> = cases
        .map(|c| c["platform_dispute_id"].as_str().unwrap())
        .collect();
    all.sort_unstable();
    all
}

async fn whatever_is_known_leads_to_the_case_and_says_why(db: TestDb) {
    let (test, [own, _], [client, _]) = house(db).await;
    let mia = program(&test, "Mia", Access::Specialist).await;
    for (term, why) in [
        ("OF-FIRST", "dispute id"),
        (own.to_string().as_str(), "our case id"),
    ] {
        let found = search(&test, &mia, term).await;
        assert_eq!(disputes(&found), ["of-first"], "{term}");
        assert_eq!(found["cases"][0]["found_by"], json!([why]), "{term}");
        assert_eq!(found["cases"][0]["id"], json!(own));
    }
    // All three name the same invoice.
    let found = search(&test, &mia, "inv-2026-0815").await;
    assert_eq!(disputes(&found), ["of-first", "of-second", "won-second"]);
    let named = search(&test, &mia, "nordlicht").await;
    assert!(disputes(&named).is_empty());
    assert_eq!(named["clients"][0]["id"], json!(client.id));
    for wrong in ["", "?q=", &format!("?q={}", "x".repeat(256)), "?q=x&page=2"] {
        let answer = ask(&test, &mia, ("GET", &format!("/api/v1/search{wrong}")), &[], None).await;
        let kind = problem(&answer);
        assert!(kind == "invalid" || kind == "wrong-request", "{wrong}: {kind}");
    }
}

async fn what_has_a_scope_of_its_own_is_not_found_without_it(db: TestDb) {
    let (test, ..) = house(db).await;
    let mia = test.person("Mia", Access::Specialist).await.person;
    let (_, narrow) = token(&test, &mia, &[Scope::CasesRead]).await;
    for term in ["nordlicht", "INV-2026-0815"] {
        let found = search(&test, &narrow, term).await;
        for group in ["orders", "incidents", "clients", "connections", "people"] {
            assert_eq!(found.get(group), None, "{term}: {group}");
        }
        assert_eq!(found["requests"], json!([]));
    }
}

async fn a_clients_program_finds_its_own_cases_and_no_word_of_another(db: TestDb) {
    let (test, [own, foreign], [client, other]) = house(db).await;
    let ida = program(&test, "Ida", Access::Client(client.id)).await;
    let found = search(&test, &ida, "INV-2026-0815").await;
    assert_eq!(disputes(&found), ["of-first"]);
    for inner in ["attention", "assignee", "work_state", "allowed_actions"] {
        assert_eq!(found["cases"][0].get(inner), None, "how it is worked on: {inner}");
    }
    assert_eq!(found.as_object().unwrap().len(), 2, "cases and the term: {found}");
    assert_eq!(
        disputes(&search(&test, &ida, &own.to_string()).await),
        ["of-first"]
    );
    for term in [
        foreign.to_string().as_str(),
        "of-second",
        "Southwind",
        &other.id.to_string(),
    ] {
        let found = search(&test, &ida, term).await;
        assert_eq!(found, json!({ "term": term, "cases": [] }), "{term}");
    }
}

on_both!(
    whatever_is_known_leads_to_the_case_and_says_why,
    what_has_a_scope_of_its_own_is_not_found_without_it,
    a_clients_program_finds_its_own_cases_and_no_word_of_another,
);
