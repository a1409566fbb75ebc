//! Addresses, refusals and headers.

use axum::http::{Request, StatusCode};
use docket_app::ClientScope;
use docket_core::case::Command;
use docket_core::id::CaseId;
use docket_core::words::Outcome;

use super::desk::{TestDesk, between, unescape};
use super::markup::tags;
use crate::samples::make::{Dispute, NASTY};

#[tokio::test]
async fn the_beginning_leads_to_the_open_cases() {
    let test = TestDesk::new().await;
    let answer = test.get("/").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(answer.headers["location"], "/queue?open=1");
    assert!(
        test.page("/queue?open=1").await.contains("docket connection add"),
        "says what to do where nothing is"
    );
    assert!(test.page("/connections").await.contains("docket connection add"));
    assert!(test.page("/reports/win-rate").await.contains("docket sync"));
}

#[tokio::test]
async fn many_connections_have_pages_and_one_count() {
    let test = TestDesk::new().await;
    for number in 0..53 {
        test.client(&format!("Client {number:02}")).await;
    }
    let first = test.page("/connections").await;
    assert!(first.contains("Client 00") && first.contains("Client 49") && !first.contains("Client 50"));
    assert!(
        between(&first, "<main", "<table").unwrap().contains("53"),
        "all are counted"
    );
    let next = unescape(between(&first, "rel=\"next\" href=\"", "\"").unwrap());
    let second = test.page(&next).await;
    assert!(!second.contains("Client 49") && second.contains("Client 50") && second.contains("Client 52"));
    assert!(between(&second, "<main", "<table").unwrap().contains("53"));
    assert!(!second.contains("rel=\"next\""));
    let gone = "/connections?after=0199a6c2-7a00-7000-8000-000000000001";
    assert!(test.page(gone).await.contains("Client 00"), "begins anew");
    assert_eq!(
        test.get("/connections?after=x").await.status,
        StatusCode::BAD_REQUEST
    );
}

#[tokio::test]
async fn a_client_sees_only_its_own() {
    let test = TestDesk::new().await;
    let (first, second) = (test.client("Nordlicht").await, test.client("Southwind").await);
    test.cases(&first, &[Dispute::ours("of-first")]).await;
    test.cases(
        &second,
        &[
            Dispute::ours("of-second"),
            Dispute::ended("won", Outcome::Won, true),
        ],
    )
    .await;
    let page = test.page("/queue?client=Nordlicht").await;
    assert!(page.contains("of-first") && !page.contains("of-second"));
    let page = test.page(&format!("/queue?client={}", second.0.id)).await;
    assert!(!page.contains("of-first") && page.contains("of-second"));
    let report = test.page("/reports/win-rate?client=Nordlicht").await;
    for step in ["Decided: 0. ", "Won: 0. "] {
        assert!(
            report.contains(step),
            "the other client's win must not count: {report}"
        );
    }
    assert_eq!(test.length(&format!("/queue?connection={}", second.1)).await, 2);
    assert_eq!(
        test.length(&format!("/queue?client=Nordlicht&connection={}", second.1))
            .await,
        0
    );
}

#[tokio::test]
async fn a_case_shows_all_that_is_known() {
    let test = TestDesk::new().await;
    let client = test.client("Nordlicht").await;
    let case = test.cases(&client, &[Dispute::ours(NASTY)]).await[0];
    let note = Command::Note(NASTY.to_owned());
    test.desk
        .command(ClientScope::Agency, case, note, "mia")
        .await
        .unwrap();
    let page = test.page(&format!("/cases/{case}")).await;
    tags(&page, "case");
    let history = test.page(&format!("/cases/{case}/history")).await;
    for shown in [
        "2026-11-24 07:00 UTC</time>&#160;· <span class=\"rel\">in 2 d 22 h",
        "named by the platform",
        "packet complete",
        "WAITING_FOR_SELLER_RESPONSE",
        "129.50 EUR",
        "last synced",
    ] {
        assert!(page.contains(shown), "{shown}");
    }
    assert!(history.contains("known after the decision") && history.contains("mia"));
    let (note, opened) = (
        history.find(">Note<").unwrap(),
        history.find(">Case opened<").unwrap(),
    );
    assert!(note < opened, "newest first");
    let queue = test.page("/queue").await;
    assert!(queue.contains(&format!("href=\"/cases/{case}\"")) && !super::markup::foreign_script(&queue));
}

#[tokio::test]
async fn filters_are_kept_in_form_and_links() {
    let test = TestDesk::new().await;
    let client = test.client("Søn & Co").await;
    let disputes: Vec<Dispute> = (0..=crate::pages::queue::PAGE)
        .map(|n| Dispute::ours(format!("PP-D-{n}")))
        .collect();
    test.cases(&client, &disputes).await;
    let page = test
        .page("/queue?client=s%C3%B8n+%26+co&turn=ours&due=100h&assignee=nobody&open=1")
        .await;
    for kept in [
        &format!("<option value=\"{}\" selected>", client.0.id),
        "<option value=\"ours\" selected>",
        "<option value=\"100h\" selected>",
        "name=\"assignee\" value=\"nobody\"",
        "value=\"1\" checked",
    ] {
        assert!(page.contains(kept), "{kept}");
    }
    let next = unescape(between(&page, "rel=\"next\" href=\"", "\"").unwrap());
    let second = test.page(&next).await;
    assert_eq!(second.matches("<tr class=\"case\"").count(), 1);
    assert!(second.contains("First page") && !second.contains("rel=\"next\""));
    assert!(second.contains("<option value=\"ours\" selected>"));
}

#[tokio::test]
async fn wrong_parameters_are_refused_with_the_right_words() {
    let test = TestDesk::new().await;
    test.client("Nordlicht").await;
    for (url, hint) in [
        ("/queue?turn=mine", "known: ours, buyer, platform, nobody"),
        ("/queue?client=Nobody", "known: Nordlicht"),
        ("/queue?due=soon", "48h"),
        ("/queue?attention=red", "any"),
        ("/queue?after=1.2", "first page"),
        ("/queue?opened_from=2026-13-01", "2026-11-24"),
        ("/queue?clint=x", "known: client"),
        ("/reports/win-rate?by=week", "known: month, reason"),
        ("/reports/win-rate?client=Nobody", "known: Nordlicht"),
        ("/queue?turn=%3Cscript%3E", "known: ours"),
    ] {
        let answer = test.get(url).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{url}");
        assert!(answer.body.contains(hint), "{url}: {}", answer.body);
        assert!(!answer.body.contains("<script"), "{url}");
        assert!(answer.body.contains("<h1>"), "{url}: in the same dress");
    }
}

#[tokio::test]
async fn missing_pages_and_writing_are_refused() {
    let test = TestDesk::new().await;
    let missing = CaseId::new(&test.desk.env);
    for url in [
        "/nothing".to_owned(),
        "/cases/nothing".to_owned(),
        format!("/cases/{missing}"),
        "/cases/%FF".to_owned(),
    ] {
        let answer = test.get(&url).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{url}");
        assert!(answer.body.contains("<h1>"), "{url}: in the same dress");
    }
    for method in ["POST", "PUT", "DELETE"] {
        let request = Request::builder().method(method).uri("/queue");
        let answer = test
            .send(test.as_of(&test.admin, request.header("host", "localhost")))
            .await;
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
        assert!(answer.body.contains("<h1>"), "in the same dress");
    }
    // Whoever reloads what a form answered finds back to its page.
    for (form, page) in [
        (
            format!("/cases/{missing}/draft/send"),
            format!("/cases/{missing}"),
        ),
        ("/people/anybody/role".to_owned(), "/people/anybody".to_owned()),
    ] {
        let answer = test.get(&form).await;
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{form}");
        assert!(answer.body.contains(&format!("href=\"{page}\"")), "{form}");
    }
}

#[tokio::test]
async fn a_failing_database_shows_no_internals() {
    let test = TestDesk::new().await;
    assert_eq!(test.page("/healthz").await, "ok\n");
    test.desk.db.close().await;
    let answer = test.get("/queue").await;
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(
        answer.body.contains("Something failed here") && !answer.body.to_lowercase().contains("pool"),
        "{}",
        answer.body
    );
    assert_eq!(test.get("/healthz").await.status, StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn a_foreign_host_is_refused() {
    let test = TestDesk::new().await;
    let refused = [
        Request::get("/queue").header("host", "rebind.example:8080"),
        Request::get("/queue"),
        Request::get("/queue")
            .header("host", "localhost")
            .header("host", "rebind.example"),
        Request::get("http://rebind.example/queue").header("host", "localhost"),
    ];
    for request in refused {
        let answer = test.send(test.as_of(&test.admin, request)).await;
        assert_eq!(answer.status, StatusCode::MISDIRECTED_REQUEST);
        assert!(answer.body.contains("127.0.0.1"), "says what would be right");
        assert!(answer.headers.contains_key("content-security-policy"));
    }
    for host in ["localhost:8080", "127.0.0.1", "[::1]:8080"] {
        let request = Request::get("/queue").header("host", host);
        let answer = test.send(test.as_of(&test.admin, request)).await;
        assert_eq!(answer.status, StatusCode::OK, "{host}");
    }
}

#[tokio::test]
async fn strict_headers_are_on_every_answer() {
    let test = TestDesk::new().await;
    for url in ["/queue", "/nothing", "/healthz", "/queue?turn=x", "/"] {
        let headers = test.get(url).await.headers;
        let policy = headers["content-security-policy"].to_str().unwrap();
        assert!(
            policy.starts_with("default-src 'none'") && !policy.contains("unsafe"),
            "{url}"
        );
        assert_eq!(headers["x-content-type-options"], "nosniff", "{url}");
        assert_eq!(headers["referrer-policy"], "no-referrer", "{url}");
        assert_eq!(headers["cache-control"], "no-store", "{url}");
    }
    let page = test.page("/queue").await;
    let styles = between(&page, "<link rel=\"stylesheet\" href=\"", "\"").unwrap();
    let answer = test.get(styles).await;
    assert_eq!(answer.headers["content-type"], "text/css; charset=utf-8");
    assert_eq!(
        answer.headers["cache-control"],
        "public, max-age=31536000, immutable"
    );
    assert_eq!(
        test.get("/assets/docket.css?v=old").await.headers["cache-control"],
        "no-cache"
    );
}
