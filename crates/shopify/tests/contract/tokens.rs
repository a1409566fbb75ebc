//! Each kind of credentials, and the rotation of refresh tokens however many want to renew.

use std::sync::Arc;
use std::time::Duration;

use crate::support::{Clock, GRAPHQL, Row, data, dispute, node, shared, shared_with, shop_with};
use docket_connector::{Connector, Error};
use futures::future::join_all;
use serde_json::json;
use wiremock::matchers::{body_string_contains, header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

const TOKEN: &str = "/lamps/admin/oauth/access_token";

fn rotating(access: Option<&str>, refresh: &str, expires_at: &str) -> String {
    json!({
        "shop": "lamps.myshopify.com", "client_id": "app", "client_secret": "hush", "webhook_secret": "kept",
        "access_token": access, "refresh_token": refresh, "expires_at": expires_at
    })
    .to_string()
}

/// The API takes this token and no other; `times` calls are expected.
async fn accepts(server: &MockServer, token: &str, times: u64) {
    Mock::given(method("POST"))
        .and(path(GRAPHQL))
        .and(header("x-shopify-access-token", token))
        .respond_with(data(&json!({"dispute": node(&json!({}))})))
        .expect(times)
        .mount(server)
        .await;
}

async fn refuses(server: &MockServer, token: &str) {
    Mock::given(path(GRAPHQL))
        .and(header("x-shopify-access-token", token))
        .respond_with(ResponseTemplate::new(401))
        .mount(server)
        .await;
}

/// A refresh token is good for one exchange.
async fn renews(server: &MockServer, refresh: &str, times: u64) {
    let pair = json!({
        "access_token": "new", "refresh_token": "refresh-2", "expires_in": 3600, "refresh_token_expires_in": 7_776_000,
        "scope": "read_orders"
    });
    Mock::given(method("POST"))
        .and(path(TOKEN))
        .and(body_string_contains(r#""grant_type":"refresh_token""#))
        .and(body_string_contains(format!(r#""refresh_token":"{refresh}""#)))
        .and(body_string_contains(r#""client_secret":"hush""#))
        .respond_with(
            ResponseTemplate::new(200)
                .set_body_json(pair)
                .set_delay(Duration::from_millis(50)),
        )
        .expect(times)
        .mount(server)
        .await;
}

#[tokio::test]
async fn a_token_near_its_end_is_renewed_and_stored_with_everything_else_kept() {
    let server = MockServer::start().await;
    renews(&server, "refresh-1", 1).await;
    accepts(&server, "new", 2).await;
    let row = Row::of(&rotating(Some("old"), "refresh-1", "2026-10-25T00:04:00Z"));
    let shop = shop_with(&server, &row, &shared());
    shop.read(&dispute()).await.unwrap();
    shop.read(&dispute()).await.unwrap();
    assert_eq!(
        row.json(),
        json!({
            "shop": "lamps.myshopify.com", "client_id": "app", "client_secret": "hush", "webhook_secret": "kept",
            "access_token": "new", "refresh_token": "refresh-2", "expires_at": "2026-10-25T01:00:00Z",
            "refresh_expires_at": "2027-01-23T00:00:00Z"
        })
    );
    assert!(!*row.claimed.lock().unwrap());
}

#[tokio::test]
async fn a_token_lives_for_its_hour() {
    let server = MockServer::start().await;
    renews(&server, "refresh-1", 1).await;
    accepts(&server, "old", 1).await;
    accepts(&server, "new", 1).await;
    let clock = Clock::default();
    let row = Row::of(&rotating(Some("old"), "refresh-1", "2026-10-25T01:00:00Z"));
    let shop = shop_with(&server, &row, &shared_with(&clock));
    clock.forward(54 * 60);
    shop.read(&dispute()).await.unwrap();
    clock.forward(60);
    shop.read(&dispute()).await.unwrap();
}

#[tokio::test]
async fn many_refusals_in_two_connectors_and_two_processes_renew_once() {
    let server = MockServer::start().await;
    refuses(&server, "old").await;
    renews(&server, "refresh-1", 1).await;
    accepts(&server, "new", 30).await;
    let row = Row::of(&rotating(Some("old"), "refresh-1", "2026-10-25T01:00:00Z"));
    // Two connectors share what a process shares; the third stands for another process.
    let process = shared();
    let shops = [
        shop_with(&server, &row, &process),
        shop_with(&server, &row, &process),
        shop_with(&server, &row, &shared()),
    ];
    let dispute = dispute();
    let calls = (0..30).map(|n| shops[n % 3].read(&dispute));
    for result in join_all(calls).await {
        result.unwrap();
    }
    assert_eq!(*row.stored.lock().unwrap(), 1);
    assert_eq!(row.json()["refresh_token"], "refresh-2");
}

#[tokio::test]
async fn what_another_process_renewed_is_taken_over_without_a_call() {
    let server = MockServer::start().await;
    refuses(&server, "old").await;
    renews(&server, "refresh-1", 0).await;
    accepts(&server, "theirs", 1).await;
    let row = Row::of(&rotating(Some("old"), "refresh-1", "2026-10-25T01:00:00Z"));
    let shop = shop_with(&server, &row, &shared());
    *row.credentials.lock().unwrap() = rotating(Some("theirs"), "refresh-9", "2026-10-25T01:00:00Z");
    shop.read(&dispute()).await.unwrap();
}

#[tokio::test]
async fn while_another_process_renews_one_waits_for_its_result() {
    let server = MockServer::start().await;
    renews(&server, "refresh-1", 0).await;
    accepts(&server, "theirs", 1).await;
    let row = Row::of(&rotating(None, "refresh-1", "2026-10-25T01:00:00Z"));
    *row.claimed.lock().unwrap() = true;
    let shop = shop_with(&server, &row, &shared());
    let dispute = dispute();
    let (read, ()) = tokio::join!(shop.read(&dispute), async {
        // The reading finds the claim taken before this task is polled again.
        tokio::task::yield_now().await;
        *row.credentials.lock().unwrap() = rotating(Some("theirs"), "refresh-9", "2026-10-25T01:00:00Z");
    });
    read.unwrap();
}

#[tokio::test]
async fn a_refresh_token_that_is_refused_calls_a_person() {
    for (status, body) in [
        (400, r#"{"error": "invalid_grant"}"#),
        (401, "<html>ann@buyer.example</html>"),
    ] {
        let server = MockServer::start().await;
        let refused = ResponseTemplate::new(status).set_body_string(body);
        Mock::given(path(TOKEN))
            .respond_with(refused)
            .mount(&server)
            .await;
        let row = Row::of(&rotating(None, "refresh-1", "2026-10-25T01:00:00Z"));
        let error = shop_with(&server, &row, &shared())
            .read(&dispute())
            .await
            .unwrap_err();
        let text = error.to_string();
        assert!(matches!(error, Error::Auth { .. }), "{text}");
        assert!(
            text.contains("docket connection authorize") && !text.contains("ann@"),
            "{text}"
        );
        assert!(!*row.claimed.lock().unwrap(), "the claim is given back");
    }
}

#[tokio::test]
async fn a_lost_answer_leaves_the_pair_as_it_was_and_is_tried_again() {
    let server = MockServer::start().await;
    Mock::given(path(TOKEN))
        .respond_with(ResponseTemplate::new(503))
        .up_to_n_times(1)
        .mount(&server)
        .await;
    renews(&server, "refresh-1", 1).await;
    accepts(&server, "new", 1).await;
    let row = Row::of(&rotating(None, "refresh-1", "2026-10-25T01:00:00Z"));
    let shop = shop_with(&server, &row, &shared());
    assert!(matches!(shop.read(&dispute()).await, Err(Error::Retry { .. })));
    assert_eq!(row.json()["refresh_token"], "refresh-1");
    shop.read(&dispute()).await.unwrap();
}

#[tokio::test]
async fn while_renewing_fails_the_last_minutes_of_a_token_count() {
    let server = MockServer::start().await;
    Mock::given(path(TOKEN))
        .respond_with(ResponseTemplate::new(503))
        .expect(2)
        .mount(&server)
        .await;
    accepts(&server, "old", 1).await;
    let clock = Clock::default();
    let row = Row::of(&rotating(Some("old"), "refresh-1", "2026-10-25T00:04:00Z"));
    let shop = shop_with(&server, &row, &shared_with(&clock));
    shop.read(&dispute()).await.unwrap();
    clock.forward(240);
    assert!(matches!(shop.read(&dispute()).await, Err(Error::Retry { .. })));
}

#[tokio::test]
async fn a_fresh_token_that_is_refused_too_is_not_renewed_for_ever() {
    let server = MockServer::start().await;
    refuses(&server, "old").await;
    refuses(&server, "new").await;
    renews(&server, "refresh-1", 1).await;
    let row = Row::of(&rotating(Some("old"), "refresh-1", "2026-10-25T01:00:00Z"));
    let error = shop_with(&server, &row, &shared())
        .read(&dispute())
        .await
        .unwrap_err();
    assert!(matches!(error, Error::Auth { .. }), "{error}");
}

#[tokio::test]
async fn client_credentials_fetch_a_token_once_and_again_after_a_refusal() {
    let server = MockServer::start().await;
    let issue = |token: &str| {
        let body = json!({"access_token": token, "scope": "read_orders,read_returns", "expires_in": 86_399});
        Mock::given(method("POST"))
            .and(path(TOKEN))
            .and(body_string_contains("grant_type=client_credentials"))
            .and(body_string_contains("client_secret=hush"))
            .respond_with(ResponseTemplate::new(200).set_body_json(body))
            .up_to_n_times(1)
            .expect(1)
    };
    issue("first").mount(&server).await;
    issue("second").mount(&server).await;
    refuses(&server, "first").await;
    accepts(&server, "second", 5).await;
    let row = Row::of(r#"{"shop": "lamps", "client_id": "app", "client_secret": "hush"}"#);
    let shop = shop_with(&server, &row, &shared());
    let dispute = dispute();
    for result in join_all((0..5).map(|_| shop.read(&dispute))).await {
        result.unwrap();
    }
}

#[tokio::test]
async fn an_app_that_is_not_installed_says_so() {
    let server = MockServer::start().await;
    let page = ResponseTemplate::new(400).set_body_string("<html>app_not_installed</html>");
    Mock::given(path(TOKEN)).respond_with(page).mount(&server).await;
    let row = Row::of(r#"{"shop": "lamps", "client_id": "app", "client_secret": "hush"}"#);
    let error = shop_with(&server, &row, &shared())
        .read(&dispute())
        .await
        .unwrap_err();
    assert!(
        matches!(&error, Error::Auth { message, .. } if message.contains("installed on this shop")),
        "{error}"
    );
}

#[tokio::test]
async fn a_static_token_is_used_as_it_is() {
    let server = MockServer::start().await;
    refuses(&server, "shpat_1").await;
    let row = Row::of(
        r#"{"shop": "lamps", "access_token": "shpat_1", "client_id": "app", "client_secret": "hush"}"#,
    );
    let error = shop_with(&server, &row, &shared())
        .read(&dispute())
        .await
        .unwrap_err();
    assert!(matches!(error, Error::Auth { .. }), "{error}");
    // A slip is forgiven, five in a row are an answer; there is nothing to renew with, though the app is known.
    let calls = server.received_requests().await.unwrap();
    assert_eq!(calls.len(), 5);
    assert!(
        calls
            .iter()
            .all(|call| call.url.path().ends_with("/graphql.json"))
    );
    assert!(Arc::strong_count(&row) >= 1 && *row.stored.lock().unwrap() == 0);
}
