//! Lists in pages, filters, and what a client's person sees of them.

use axum::http::StatusCode;
use docket_core::person::Access;
use docket_core::words::Outcome;
use docket_store::on_both;
use docket_store::testing::TestDb;
use serde_json::{Value, json};

use super::super::desk::TestDesk;
use super::super::doors::house;
use super::{ask, json as read, problem, program};
use crate::samples::make::Dispute;

async fn all(test: &TestDesk, secret: &str, url: &str) -> (Vec<String>, usize) {
    walk(test, secret, url, "platform_dispute_id").await
}

/// One member of every row, and on how many pages they stood.
async fn walk(test: &TestDesk, secret: &str, url: &str, member: &str) -> (Vec<String>, usize) {
    let (mut found, mut pages, mut next) = (Vec::new(), 0, Some(url.to_owned()));
    while let Some(url) = next {
        let answer = ask(test, secret, ("GET", &url), &[], None).await;
        assert_eq!(answer.status, StatusCode::OK, "{url}: {}", answer.body);
        let body = read(&answer);
        let items = body["items"].as_array().unwrap();
        found.extend(items.iter().map(|i| i[member].as_str().unwrap().to_owned()));
        let link = answer.headers.get("link").map(|l| l.to_str().unwrap().to_owned());
        assert_eq!(link.is_some(), body["next"].is_string());
        next = link.map(|l| {
            let (address, rest) = l.trim_start_matches('<').split_once('>').unwrap();
            assert_eq!(rest, "; rel=\"next\"");
            address.to_owned()
        });
        pages += 1;
    }
    (found, pages)
}

async fn a_list_is_walked_to_its_end_whatever_its_pages(db: TestDb) {
    let test = TestDesk::on(db).await;
    let account = test.client("Nordlicht").await;
    let ours = (0..7).map(|n| Dispute::ours(format!("D-{n}")));
    let won = (0..2).map(|n| Dispute::ended(format!("W-{n}"), Outcome::Won, true));
    let disputes: Vec<Dispute> = ours.chain(won).collect();
    test.cases(&account, &disputes).await;
    let mia = program(&test, "Mia", Access::Lead).await;
    let (whole, _) = all(&test, &mia, "/api/v1/cases").await;
    assert_eq!(whole.len(), 9);
    let (walked, pages) = all(&test, &mia, "/api/v1/cases?limit=2").await;
    assert_eq!((walked, pages), (whole, 5));
    let (won, pages) = all(&test, &mia, "/api/v1/cases?outcome=won&limit=1").await;
    assert_eq!((won.len(), pages), (2, 2), "the filter goes along");
    for (query, expected) in [
        ("turn=ours", 7),
        ("open=true", 7),
        ("outcome=open", 7),
        ("platform=paypal", 9),
        ("platform=klarna", 0),
        ("due_before=2026-11-22T00:00:00Z", 0),
        ("due_before=2026-11-30T00:00:00Z&turn=ours", 7),
        ("assignee=nobody", 9),
        ("amount_from=12951", 0),
        ("currency=EUR&reason=not_received&stage=chargeback", 9),
    ] {
        let (found, _) = all(&test, &mia, &format!("/api/v1/cases?{query}")).await;
        assert_eq!(found.len(), expected, "{query}");
    }
}

async fn lists_of_the_desk_are_walked_in_pages_too(db: TestDb) {
    let test = TestDesk::on(db).await;
    let ada = program(&test, "Nina", Access::Admin).await;
    for n in 0..3 {
        let (client, _) = test.client(&format!("Client {n}")).await;
        let rule = json!({ "client": client.id, "kind": "never_contest", "reason": "not_received" });
        let hook = json!({ "client": client.id, "url": format!("https://example.com/{n}") });
        for (url, wish) in [("/api/v1/rules", rule), ("/api/v1/hooks", hook)] {
            let answer = ask(&test, &ada, ("POST", url), &[], Some(&wish)).await;
            assert_eq!(answer.status, StatusCode::CREATED, "{url}: {}", answer.body);
        }
    }
    for list in ["clients", "connections", "rules", "hooks"] {
        let url = format!("/api/v1/{list}");
        let (whole, pages) = walk(&test, &ada, &url, "id").await;
        assert_eq!((whole.len(), pages), (3, 1), "{list}");
        let (walked, pages) = walk(&test, &ada, &format!("{url}?limit=2"), "id").await;
        assert_eq!((walked, pages), (whole, 2), "{list}");
        let lost = ask(&test, &ada, ("GET", &format!("{url}?cursor=x")), &[], None).await;
        assert_eq!(problem(&lost), "wrong-request", "{list}");
    }
}

async fn a_clients_program_sees_its_own_and_no_word_of_another(db: TestDb) {
    let (test, [own, foreign], [client, other]) = house(db).await;
    let ida = program(&test, "Ida", Access::Client(client.id)).await;
    let get = async |url: &str| ask(&test, &ida, ("GET", url), &[], None).await;
    assert_eq!(all(&test, &ida, "/api/v1/cases").await.0, ["of-first"]);
    let named = format!("/api/v1/cases?client={}", client.id);
    assert_eq!(all(&test, &ida, &named).await.0, ["of-first"]);
    let case = read(&get(&format!("/api/v1/cases/{own}")).await);
    assert_eq!(case["client_name"], "Nordlicht");
    for inner in [
        "allowed_actions",
        "attention",
        "advice",
        "factors",
        "draft",
        "responses",
        "dossier",
        "history",
        "assignee",
    ] {
        assert_eq!(case.get(inner), None, "how it is worked on: {inner}");
    }
    let plain = |body: &str, id: &str| body.replace(id, "ID");
    let same = async |theirs: String, nothing: String, ids: [String; 2]| {
        let (a, b) = (get(&theirs).await, get(&nothing).await);
        assert_eq!(
            (a.status, plain(&a.body, &ids[0])),
            (b.status, plain(&b.body, &ids[1])),
            "{theirs}"
        );
        assert!(a.status.is_client_error());
    };
    let missing = docket_core::id::CaseId::new(&test.desk.env).to_string();
    let nobody = docket_core::id::ClientId::new(&test.desk.env).to_string();
    let (theirs, foreign) = (other.id.to_string(), foreign.to_string());
    same(
        format!("/api/v1/cases/{foreign}"),
        format!("/api/v1/cases/{missing}"),
        [foreign, missing],
    )
    .await;
    let report = read(&get("/api/v1/reports/win-rate").await);
    assert!(report["cases"].is_null(), "a command of the desk: {report}");
    let amounts = &report["total"]["amounts"][0];
    assert!(
        amounts["win_rate"]["cases"].is_number() && report["total"]["funnel"][0]["cases"].is_number(),
        "a figure has its n: {report}"
    );
    let refused = get("/api/v1/reports/win-rate?by=specialist").await;
    assert_eq!(problem(&refused), "wrong-request");
    for page in ["cases", "reports/win-rate", "reports/sla"] {
        let url = |id: &str| format!("/api/v1/{page}?client={id}");
        same(url(&theirs), url(&nobody), [theirs.clone(), nobody.clone()]).await;
    }
    for url in [
        "/api/v1/reports/win-rate",
        "/api/v1/reports/sla",
        "/api/v1/reports/win-rate?by=client",
    ] {
        let report = get(url).await;
        assert_eq!(report.status, StatusCode::OK, "{url}: {}", report.body);
        for word in ["Southwind", &theirs, "docket report"] {
            assert!(!report.body.contains(word), "{url}: {word}");
        }
        assert_eq!(read(&report)["client"], Value::from(client.id.to_string()));
    }
}

on_both!(
    a_list_is_walked_to_its_end_whatever_its_pages,
    lists_of_the_desk_are_walked_in_pages_too,
    a_clients_program_sees_its_own_and_no_word_of_another,
);
