//! Signing in, listing and showing.

use std::collections::BTreeSet;

use crate::support::*;
use reqwest::Method;
use serde_json::Value;

#[tokio::test]
async fn the_token_route_speaks_oauth() {
    let desk = Desk::open(options()).await;
    let account = &desk.sim.accounts()[0];
    let url = format!("{}/v1/oauth2/token", desk.sim.paypal_url());
    let form = [("grant_type", "client_credentials")];
    let ask = |secret: &str| desk.http.post(&url).basic_auth(&account.client_id, Some(secret));
    let (status, body) = read(ask(&account.client_secret).form(&form)).await;
    assert_eq!(status, 200);
    for field in [
        "scope",
        "access_token",
        "token_type",
        "app_id",
        "expires_in",
        "nonce",
    ] {
        assert!(!body[field].is_null(), "{field}");
    }
    assert!(body["scope"].as_str().unwrap().contains("disputes/update-seller"));
    let (status, body) = read(ask("wrong").form(&form)).await;
    assert_eq!(
        (status.as_u16(), body["error"].as_str()),
        (401, Some("invalid_client"))
    );
    let (status, body) = read(ask(&account.client_secret).form(&[("grant_type", "password")])).await;
    assert_eq!(
        (status.as_u16(), body["error"].as_str()),
        (400, Some("unsupported_grant_type"))
    );
}

#[tokio::test]
async fn tokens_run_out_and_errors_carry_their_debug_id() {
    let desk = Desk::open(options()).await;
    let token = desk.token(0).await;
    assert_eq!(desk.get(&token, "").await.0, 200);
    desk.command("/clock", serde_json::json!({"advance_seconds": 32_000}))
        .await;
    let answer = desk.call(Method::GET, &token, "").send().await.unwrap();
    assert_eq!(answer.status(), 401);
    let header = answer.headers()["paypal-debug-id"].to_str().unwrap().to_owned();
    let body: Value = answer.json().await.unwrap();
    assert_eq!(body["name"], "AUTHENTICATION_FAILURE");
    assert_eq!(body["debug_id"], header.as_str());
    assert_eq!(desk.get("nonsense", "").await.0, 401);
}

#[tokio::test]
async fn pages_follow_their_links_newest_first() {
    let desk = Desk::open(docket_simulator::Options {
        cases: 120,
        ..options()
    })
    .await;
    let token = desk.token(0).await;
    let truth = desk
        .control(&format!(
            "/paypal/disputes?client_id={}",
            desk.sim.accounts()[0].client_id
        ))
        .await;
    let mut url = format!("{}/v1/customer/disputes?page_size=7", desk.sim.paypal_url());
    let (mut seen, mut created) = (BTreeSet::new(), Vec::new());
    loop {
        let (status, body) = read(desk.http.get(&url).bearer_auth(&token)).await;
        assert_eq!(status, 200);
        for item in body["items"].as_array().unwrap() {
            assert!(seen.insert(id(item).to_owned()), "listed twice");
            created.push(item["create_time"].as_str().unwrap().to_owned());
            assert!(item["disputed_transactions"][0]["seller_transaction_id"].is_string());
            assert!(item["messages"].is_null(), "summaries carry no messages");
        }
        let links = body["links"].as_array().unwrap();
        assert_eq!(
            (&links[0]["rel"], &links[1]["rel"]),
            (&"self".into(), &"first".into())
        );
        match links.iter().find(|link| link["rel"] == "next") {
            Some(next) => url = next["href"].as_str().unwrap().to_owned(),
            None => break,
        }
    }
    assert_eq!(seen.len(), truth.as_array().unwrap().len());
    assert!(created.is_sorted_by(|newer, older| newer >= older));
}

#[tokio::test]
async fn list_parameters_are_held_to_their_rules() {
    let desk = Desk::open(options()).await;
    let token = desk.token(0).await;
    let now: chrono::DateTime<chrono::Utc> = desk.control("/clock").await["now"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
    let ago =
        |days: i64| (now - chrono::Duration::days(days)).to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    let refused = [
        ("page_size=51".to_owned(), "INVALID_PAGE_SIZE"),
        ("page_size=0".to_owned(), "INVALID_PAGE_SIZE"),
        ("page=51".to_owned(), "INVALID_PAGE_NUMBER"),
        (
            format!("update_time_after={}", ago(181)),
            "INVALID_UPDATE_TIME_RANGE",
        ),
        (
            format!("update_time_before={}", ago(181)),
            "INVALID_UPDATE_TIME_RANGE",
        ),
        (
            format!("update_time_after={}&update_time_before={}", ago(3), ago(4)),
            "INVALID_UPDATE_TIME_RANGE",
        ),
        (
            format!("create_time_after={}", ago(181)),
            "INVALID_CREATE_TIME_RANGE",
        ),
        (format!("start_time={}", ago(-1)), "INVALID_START_TIME_RANGE"),
        ("start_time=2026-01-01".to_owned(), "INVALID_START_TIME_FORMAT"),
        (
            "update_time_after=2026-01-01T00:00:00+00:00".to_owned(),
            "INVALID_UPDATE_TIME_FORMAT",
        ),
        (
            format!("start_time={}&disputed_transaction_id=A1", ago(1)),
            "MUTUALLY_EXCLUSIVE_PARAMETERS",
        ),
        ("disputed_transaction_id=a-1".to_owned(), "INVALID_TRANSACTION_ID"),
        (
            "dispute_state=REQUIRED_ACTION,NONSENSE".to_owned(),
            "INVALID_DISPUTE_STATE",
        ),
    ];
    for (query, expected) in refused {
        let (status, body) = desk.get(&token, &format!("?{query}")).await;
        assert_eq!((status.as_u16(), issue(&body)), (400, expected), "{query}");
        assert_eq!(body["name"], "VALIDATION_ERROR");
    }
    assert_eq!(
        desk.get(&token, &format!("?update_time_after={}", ago(179)))
            .await
            .0,
        200
    );
}

#[tokio::test]
async fn filters_choose_what_they_name() {
    let desk = Desk::open(options()).await;
    let token = desk.token(0).await;
    let (_, all) = desk.get(&token, "?page_size=50").await;
    let (_, some) = desk
        .get(
            &token,
            "?page_size=50&dispute_state=REQUIRED_ACTION,UNDER_PAYPAL_REVIEW",
        )
        .await;
    let wanted = |item: &&Value| {
        ["REQUIRED_ACTION", "UNDER_PAYPAL_REVIEW"].contains(&item["dispute_state"].as_str().unwrap())
    };
    assert_eq!(
        some["items"].as_array().unwrap().len(),
        all["items"].as_array().unwrap().iter().filter(wanted).count()
    );
    let first = &all["items"][3];
    let transaction = first["disputed_transactions"][0]["seller_transaction_id"]
        .as_str()
        .unwrap();
    let (_, one) = desk
        .get(&token, &format!("?disputed_transaction_id={transaction}"))
        .await;
    assert_eq!(one["items"].as_array().unwrap().len(), 1);
    assert_eq!(id(&one["items"][0]), id(first));
    let updated = first["update_time"].as_str().unwrap();
    let (_, window) = desk
        .get(
            &token,
            &format!("?update_time_after={updated}&update_time_before={updated}"),
        )
        .await;
    assert_eq!(id(&window["items"][0]), id(first));
}

#[tokio::test]
async fn accounts_do_not_see_each_other() {
    let desk = Desk::open(options()).await;
    let (own, other) = (desk.token(0).await, desk.token(1).await);
    let (_, list) = desk.get(&own, "").await;
    let path = format!("/{}", id(&list["items"][0]));
    let (status, body) = desk.get(&own, &path).await;
    assert_eq!(status, 200);
    assert!(
        body["links"][0]["href"]
            .as_str()
            .unwrap()
            .starts_with(&desk.sim.paypal_url())
    );
    let size = body.to_string().len();
    assert!((2_000..7_000).contains(&size), "{size}");
    let (status, body) = desk.get(&other, &path).await;
    assert_eq!(
        (status.as_u16(), body["name"].as_str()),
        (404, Some("RESOURCE_NOT_FOUND"))
    );
    let (status, body) = desk.get(&own, "/PP_1").await;
    assert_eq!(
        (status.as_u16(), body["name"].as_str()),
        (400, Some("INVALID_RESOURCE_ID"))
    );
    let (status, _) = desk
        .post(
            &other,
            &format!("{path}/send-message"),
            serde_json::json!({"message": "Hello"}),
        )
        .await;
    assert_eq!(status, 404);
}
