//! The list page by page, sweeps, and what happens when a filter is not understood.

use crate::support::{answer, asked, data, denied, row, shop, variables_of, when};
use docket_connector::{Connector, Cursor, Error, Listing, Page};
use futures::StreamExt;
use serde_json::{Value, json};
use wiremock::matchers::body_string_contains;
use wiremock::{MockServer, ResponseTemplate};

fn page(rows: &[Value], next: Option<&str>) -> ResponseTemplate {
    data(
        &json!({"disputes": {"nodes": rows, "pageInfo": {"hasNextPage": next.is_some(), "endCursor": next}}}),
    )
}

async fn pages(server: &MockServer, what: Listing) -> Vec<Result<Page, Error>> {
    let shop = shop(server);
    shop.changes(what, chrono::DateTime::UNIX_EPOCH)
        .take(10)
        .collect()
        .await
}

fn ids(pages: &[Result<Page, Error>]) -> Vec<String> {
    let items = pages.iter().flat_map(|page| &page.as_ref().unwrap().items);
    items.map(|item| item.dispute.to_string()).collect()
}

#[tokio::test]
async fn a_first_listing_follows_the_pages_and_ends_with_the_highest_number() {
    let server = MockServer::start().await;
    asked("DisputesPage")
        .and(body_string_contains(r#""after":null"#))
        .respond_with(page(&[row(30, "WON"), row(20, "LOST")], Some("c1")))
        .expect(1)
        .mount(&server)
        .await;
    asked("DisputesPage")
        .and(body_string_contains(r#""after":"c1""#))
        .respond_with(page(&[row(10, "UNDER_REVIEW")], None))
        .expect(1)
        .mount(&server)
        .await;
    let pages = pages(&server, Listing::First).await;
    assert_eq!(ids(&pages), ["30", "20", "10"]);
    let checkpoints: Vec<Value> = pages
        .iter()
        .map(|page| page.as_ref().unwrap().checkpoint.clone().unwrap().0)
        .collect();
    let under_way = json!({"pass": {"after": "c1", "floor": "30", "rising": false}});
    assert_eq!(checkpoints, [under_way, json!({"id": "30"})]);
    assert!(pages.iter().all(|page| page.as_ref().unwrap().alarm.is_none()));
}

#[tokio::test]
async fn what_follows_begins_with_the_last_number_itself() {
    let server = MockServer::start().await;
    when(
        &server,
        "DisputesPage",
        page(&[row(31, "UNDER_REVIEW"), row(30, "WON")], None),
    )
    .await;
    let pages = pages(&server, Listing::Since(Cursor(json!({"id": "30"})))).await;
    assert_eq!(ids(&pages), ["31", "30"]);
    assert_eq!(
        pages[0].as_ref().unwrap().checkpoint,
        Some(Cursor(json!({"id": "31"})))
    );
    assert_eq!(
        variables_of(&server, "DisputesPage").await,
        [json!({"first": 50, "after": null, "filter": "id:>=30"})]
    );
}

#[tokio::test]
async fn an_error_leaves_the_listing_where_it_is() {
    let server = MockServer::start().await;
    asked("DisputesPage")
        .respond_with(ResponseTemplate::new(503))
        .up_to_n_times(1)
        .mount(&server)
        .await;
    when(&server, "DisputesPage", page(&[row(30, "WON")], None)).await;
    let pages = pages(&server, Listing::First).await;
    assert!(matches!(pages[0], Err(Error::Retry { .. })));
    assert_eq!(ids(&pages[1..]), ["30"]);
}

#[tokio::test]
async fn a_page_cursor_that_lapsed_begins_the_pass_again() {
    let server = MockServer::start().await;
    asked("DisputesPage")
        .and(body_string_contains(r#""after":"old""#))
        .respond_with(answer(
            &json!({"data": null, "errors": [{"message": "Invalid cursor"}]}),
        ))
        .expect(1)
        .mount(&server)
        .await;
    when(&server, "DisputesPage", page(&[row(30, "WON")], None)).await;
    let cursor = json!({"id": "5", "pass": {"after": "old", "floor": "9", "rising": false}});
    let pages = pages(&server, Listing::Since(Cursor(cursor))).await;
    assert_eq!(ids(&pages), ["30"]);
}

#[tokio::test]
async fn a_sweep_asks_for_each_open_status_and_moves_no_cursor() {
    let server = MockServer::start().await;
    for (status, number, word) in [
        ("needs_response", 7, "NEEDS_RESPONSE"),
        ("under_review", 8, "UNDER_REVIEW"),
    ] {
        asked("DisputesPage")
            .and(body_string_contains(format!(r#""filter":"status:{status}""#)))
            .respond_with(page(&[row(number, word)], None))
            .expect(1)
            .mount(&server)
            .await;
    }
    let pages = pages(&server, Listing::Open).await;
    assert_eq!(ids(&pages), ["7", "8"]);
    assert!(
        pages
            .iter()
            .all(|page| page.as_ref().unwrap().checkpoint.is_none())
    );
}

#[tokio::test]
async fn a_filter_that_is_refused_or_finds_nothing_makes_the_sweep_list_everything() {
    for refused in [true, false] {
        let server = MockServer::start().await;
        asked("DisputesPage")
            .and(body_string_contains("status:"))
            .respond_with(if refused {
                answer(
                    &json!({"errors": [{"message": "no such filter", "extensions": {"code": "BAD_FILTER"}}]}),
                )
            } else {
                page(&[], None)
            })
            .expect(if refused { 1 } else { 2 })
            .mount(&server)
            .await;
        asked("DisputesPage")
            .and(body_string_contains(r#""filter":null"#))
            .respond_with(page(&[row(9, "NEEDS_RESPONSE")], None))
            .expect(1)
            .mount(&server)
            .await;
        assert_eq!(
            ids(&pages(&server, Listing::Open).await),
            ["9"],
            "refused: {refused}"
        );
    }
}

#[tokio::test]
async fn a_version_that_fell_forward_is_an_alarm() {
    let server = MockServer::start().await;
    when(
        &server,
        "DisputesPage",
        page(&[], None).insert_header("x-shopify-api-version", "2027-01"),
    )
    .await;
    let pages = pages(&server, Listing::First).await;
    let alarm = pages[0].as_ref().unwrap().alarm.clone().unwrap();
    assert!(
        alarm.starts_with("Shopify serves API version 2027-01 instead of 2026-10: "),
        "{alarm}"
    );
}

#[tokio::test]
async fn a_missing_scope_is_named_and_nothing_of_the_text_is_repeated() {
    let server = MockServer::start().await;
    let errors = json!({"data": null, "errors": [denied("read_shopify_payments_disputes", &["disputes"])]});
    when(&server, "DisputesPage", answer(&errors)).await;
    let pages = pages(&server, Listing::First).await;
    let error = pages[0].as_ref().unwrap_err();
    assert!(
        matches!(error, Error::Auth { reference: Some(id), .. } if id == "req-1"),
        "{error}"
    );
    let text = error.to_string();
    assert!(
        text.contains("authorise again (`read_shopify_payments_disputes`)") && !text.contains("ann@"),
        "{text}"
    );
}

#[tokio::test]
async fn a_next_page_that_cannot_be_reached_ends_in_an_error_and_not_in_a_circle() {
    let server = MockServer::start().await;
    let nowhere = json!({"disputes": {"nodes": [], "pageInfo": {"hasNextPage": true, "endCursor": null}}});
    when(&server, "DisputesPage", data(&nowhere)).await;
    let shop = shop(&server);
    let mut pages = shop.changes(Listing::First, chrono::DateTime::UNIX_EPOCH);
    assert!(matches!(pages.next().await, Some(Err(Error::Contract { .. }))));

    let server = MockServer::start().await;
    when(&server, "DisputesPage", page(&[row(30, "WON")], Some("itself"))).await;
    let shop = crate::support::shop(&server);
    let mut pages = shop.changes(Listing::First, chrono::DateTime::UNIX_EPOCH);
    assert!(matches!(pages.next().await, Some(Ok(_))));
    assert!(matches!(pages.next().await, Some(Err(Error::Contract { .. }))));
}
