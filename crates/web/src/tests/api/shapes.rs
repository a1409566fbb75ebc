//! The document tells every door of programs, and answers look as it says.

use std::collections::{BTreeMap, BTreeSet};

use docket_core::person::Access;
use docket_core::words::Outcome;
use docket_store::on_both;
use docket_store::testing::TestDb;
use serde_json::{Value, json};

use super::super::desk::TestDesk;
use super::super::doors::address;
use super::super::questions::missed;
use super::super::work::toy;
use super::{ask, json as read, program};
use crate::doors::{Door, Method};
use crate::samples::make::Dispute;

fn doors() -> impl Iterator<Item = (Door, String)> {
    let all = Door::ALL.iter().filter(|d| d.entry().path.starts_with("/api/"));
    all.map(|door| {
        let method = match door.entry().method {
            Method::Get | Method::Any => "get",
            Method::Post => "post",
            Method::Put => "put",
            Method::Delete => "delete",
        };
        (*door, method.to_owned())
    })
}

#[test]
fn every_door_of_programs_is_in_the_document_and_nothing_else() {
    let document = crate::openapi();
    let mut told = BTreeSet::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            told.insert(format!("{method} {path}"));
            assert!(
                operation["summary"].as_str().is_some_and(|s| !s.is_empty()),
                "{path}"
            );
            for status in operation["responses"].as_object().unwrap().keys() {
                assert!(status.parse::<u16>().is_ok(), "{path}: {status}");
            }
        }
    }
    let known: BTreeSet<String> = doors()
        .map(|(door, method)| format!("{method} {}", door.entry().path))
        .collect();
    assert_eq!(told, known);
    // Whatever is named is there.
    let text = document.to_string();
    let names = text
        .split("#/components/schemas/")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap());
    for name in names {
        assert!(document["components"]["schemas"].get(name).is_some(), "{name}");
    }
}

/// A validator of what an operation gives.
fn shape(document: &Value, path: &str, method: &str, status: u16) -> Option<jsonschema::Validator> {
    let response = &document["paths"][path][method]["responses"][status.to_string()];
    assert!(response.is_object(), "{method} {path}: {status} is not told");
    let content = response.get("content")?.as_object()?.values().next()?;
    let mut schema = content["schema"].clone();
    schema["components"] = document["components"].clone();
    Some(jsonschema::validator_for(&schema).unwrap())
}

async fn answers_look_as_the_document_says(db: TestDb) {
    let test = TestDesk::on(db).await;
    let account = toy(&test).await;
    let won = Dispute::ended("W", Outcome::Won, true);
    let case = test.cases(&account, &[Dispute::ours("T-1"), won]).await[0];
    let ada = program(&test, "Ida", Access::Admin).await;
    let url = |rest: &str| format!("/api/v1/cases/{case}{rest}");
    let first = [("if-none-match", "*")];
    let wishes = [
        (
            "PUT",
            url("/draft"),
            json!({ "action": "contest", "evidence": [{ "kind": "other", "note": "x" }] }),
        ),
        ("POST", url("/notes"), json!({ "text": "called" })),
        (
            "POST",
            url("/evidence"),
            json!({ "kind": "delivery_proof", "text": "signed by the buyer" }),
        ),
        ("POST", url("/requests"), json!({ "question": "Which carrier?" })),
        (
            "POST",
            "/api/v1/handover".to_owned(),
            json!({ "note": "all quiet" }),
        ),
        (
            "POST",
            "/api/v1/views".to_owned(),
            json!({ "name": "urgent", "query": "turn=ours&due=48h" }),
        ),
        (
            "PUT",
            format!("/api/v1/connections/{}/pause", account.1),
            json!({ "why": "moved" }),
        ),
        (
            "POST",
            "/api/v1/rules".to_owned(),
            json!({ "client": account.0.id, "kind": "never_contest", "reason": "not_received" }),
        ),
        (
            "POST",
            "/api/v1/bulk".to_owned(),
            json!({ "cases": [case], "step": { "action": "put_aside", "until": "2026-11-22T09:00:00Z" } }),
        ),
    ];
    let document = crate::openapi();
    let check = |door_path: &str, method: &str, status: u16, body: &str| {
        let Some(shape) = shape(&document, door_path, method, status) else {
            return;
        };
        let value: Value = serde_json::from_str(body).unwrap();
        let wrong: Vec<String> = shape
            .iter_errors(&value)
            .map(|e| format!("{}: {e}", e.instance_path))
            .collect();
        assert!(wrong.is_empty(), "{method} {door_path}: {wrong:#?}\n{value:#}");
    };
    let missed = missed(&test, case).await;
    let mut made = BTreeMap::new();
    for (method, url, body) in &wishes {
        let answer = ask(&test, &ada, (method, url), &first, Some(body)).await;
        assert!(answer.status.is_success(), "{url}: {}", answer.body);
        let path = url
            .replace(&case.to_string(), "{id}")
            .replace(&account.1.to_string(), "{id}");
        check(
            &path,
            &method.to_lowercase(),
            answer.status.as_u16(),
            &answer.body,
        );
        made.insert(path, read(&answer)["id"].as_str().unwrap_or_default().to_owned());
    }
    let path = "/api/v1/rules/{id}/try";
    let url = path.replace("{id}", &made["/api/v1/rules"]);
    let tried = ask(&test, &ada, ("POST", &url), &[], None).await;
    check(path, "post", 200, &tried.body);
    let path = "/api/v1/incidents/{id}/cause";
    let url = path.replace("{id}", &missed.to_string());
    let why = json!({ "cause": "agency", "note": "too slow" });
    let decided = ask(&test, &ada, ("PUT", &url), &[], Some(&why)).await;
    check(path, "put", 200, &decided.body);
    let requests = read(&ask(&test, &ada, ("GET", "/api/v1/requests"), &[], None).await);
    let question = requests["items"][0]["id"].as_str().unwrap().to_owned();
    let mut walked = 0;
    // Files are bytes, whatever they hold.
    let files = [Door::ApiCaseFile, Door::ApiPackFile];
    for (door, method) in doors().filter(|(door, method)| method == "get" && !files.contains(door)) {
        let path = door.entry().path;
        let url = match door {
            Door::ApiSearch => format!("{path}?q=INV-2026-0815"),
            Door::ApiBulkPlan => path.replace("{id}", &made["/api/v1/bulk"]),
            Door::ApiRequest => path.replace("{id}", &question),
            Door::ApiUnmatched => path.replace("{id}", &account.0.id.to_string()),
            Door::ApiConnection => path.replace("{id}", &account.1.to_string()),
            Door::ApiSignedHandover => path.replace("{id}", &made["/api/v1/handover"]),
            _ => address(door, case, &test),
        };
        let answer = ask(&test, &ada, ("GET", &url), &[], None).await;
        assert!(
            answer.status.is_success(),
            "{url}: {} {}",
            answer.status,
            answer.body
        );
        check(path, &method, answer.status.as_u16(), &answer.body);
        walked += 1;
    }
    assert!(walked > 15);
    let missing = ask(&test, &ada, ("GET", "/api/v1/requests/x"), &[], None).await;
    check("/api/v1/requests/{id}", "get", 404, &missing.body);
}

on_both!(answers_look_as_the_document_says);
