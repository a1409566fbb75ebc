//! Credentials, the list with its filters and pages, orders, and the limit.

use std::collections::BTreeSet;

use super::*;

#[tokio::test]
async fn both_forms_of_the_key_open_the_door_and_others_do_not() {
    let shop = Shop::open().await;
    let (keys, http) = (shop.keys().clone(), &shop.desk.http);
    let url = format!("{}{DISPUTES}?size=1", shop.desk.sim.klarna_url());
    let with = async |value: &str| read(http.get(&url).header("authorization", value)).await;
    assert_eq!(shop.list("size=1").await.0, 200);
    assert_eq!(with(&format!("Basic {}", keys.api_key)).await.0, 200);
    for wrong in [
        "Basic klarna_test_api_nobody",
        "Basic %%%",
        "Bearer token",
        &keys.api_key,
    ] {
        let (status, body) = with(wrong).await;
        assert_eq!((status.as_u16(), code(&body)), (401, "UNAUTHORIZED"));
        assert_eq!(body["error_type"], "ACCESS_ERROR");
        assert!(body["error_id"].as_str().unwrap().len() == 36);
    }
    let (status, body) = shop.get("/v4/payment/dispute").await;
    assert_eq!(
        (status.as_u16(), code(&body)),
        (403, "OPERATION_FORBIDDEN"),
        "a wrong path is forbidden, not missing"
    );
    let (status, _) = read(shop.call(Method::DELETE, DISPUTES)).await;
    assert_eq!(status, 403);
    let answer = shop
        .call(Method::GET, &format!("{DISPUTES}?size=1"))
        .send()
        .await
        .unwrap();
    let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
    assert!(!header("klarna-correlation-id").is_empty());
    assert_eq!(header("x-ratelimit-limit"), "200, 200;w=1");
}

#[tokio::test]
async fn rights_are_the_accounts_own() {
    let shop = Shop::open().await;
    let id = shop.plant(json!({})).await;
    shop.settings(json!({"rights": "read"})).await;
    assert_eq!(shop.list("").await.0, 200);
    let (status, body) = shop.accept(&id).await;
    assert_eq!((status.as_u16(), code(&body)), (403, "OPERATION_FORBIDDEN"));
    shop.settings(json!({"rights": "none"})).await;
    assert_eq!(shop.list("").await.0, 403);
    let other = Shop { account: 1, ..shop };
    assert_eq!(other.list("").await.0, 200);
    let (status, body) = other.get(&one(&id)).await;
    assert_eq!(
        (status.as_u16(), code(&body)),
        (404, "RESOURCE_NOT_FOUND"),
        "accounts do not see each other"
    );
}

#[tokio::test]
async fn pages_follow_the_cursor_to_a_null_and_never_overlap() {
    let shop = Shop::open().await;
    let wish = json!({"client_id": shop.client_id(), "count": 55});
    shop.desk.command("/klarna/plant", wish).await;
    let mut seen = Vec::new();
    let mut query = "size=20".to_owned();
    let total = loop {
        let (status, body) = shop.list(&query).await;
        assert_eq!(status, 200);
        let rows = body["disputes"].as_array().unwrap();
        let page = &body["pagination"];
        assert_eq!(page["count"], rows.len());
        seen.extend(rows.iter().map(|row| row["payment_dispute_id"].clone()));
        // Closing one in the middle must not lose or repeat another.
        let id = rows[0]["payment_dispute_id"].as_str().unwrap();
        shop.desk
            .command(
                &format!("/klarna/disputes/{}/decide", id.replace(':', "%3A")),
                json!({"outcome": "WON"}),
            )
            .await;
        match page["last_item"].as_str() {
            Some(last) => {
                assert_eq!(rows.last().unwrap()["payment_dispute_id"], last);
                assert!(page["_links"]["next"]["href"].is_string());
                query = format!("size=20&starting_after={}", last.replace(':', "%3A"));
            }
            None => break page["total"].as_u64().unwrap(),
        }
    };
    assert!(seen.len() >= 55 && seen.len() as u64 == total);
    let unique: BTreeSet<String> = seen.iter().map(Value::to_string).collect();
    assert_eq!(unique.len(), seen.len());
    let (_, first) = shop.list("").await;
    assert_eq!(first["pagination"]["count"], 20, "the usual size");
}

#[tokio::test]
async fn parameters_are_held_to_their_rules() {
    let shop = Shop::open().await;
    for (query, wrong) in [
        ("size=0", "size"),
        ("size=251", "size"),
        ("size=ten", "size"),
        ("size=1&size=2", "size"),
        ("page=2", "page"),
        ("state[]=CLOSED", "state[]"),
        ("state=INITIATED,CLOSED", "state"),
        ("state=closed", "state"),
        ("reason=return", "reason"),
        ("sort_by=updated_at", "sort_by"),
        ("starting_after=", "starting_after"),
        ("starting_after=nobody", "starting_after"),
        ("updated_at_start=2026-11-01", "updated_at_start"),
        ("updated_at_start=2026-11-01T00:00:00", "updated_at_start"),
        ("updated_at_start=2026-11-01T00:00:00+02:00", "updated_at_start"),
        (
            "created_at_start=2026-11-02T00:00:00Z&created_at_end=2026-11-01T00:00:00Z",
            "created_at_start",
        ),
        ("order_ids=", "order_ids"),
    ] {
        let (status, body) = shop.list(query).await;
        assert_eq!(
            (status.as_u16(), code(&body)),
            (400, "VALIDATION_ERROR"),
            "{query}"
        );
        assert_eq!(parameter(&body), wrong, "{query}");
    }
    let eleven = "purchase_references=x&".repeat(11);
    assert_eq!(shop.list(eleven.trim_end_matches('&')).await.0, 400);
    assert_eq!(shop.list("state=INITIATED&state=CLOSED&size=250").await.0, 200);
    shop.settings(json!({"array_style": "comma"})).await;
    assert_eq!(shop.list("state=INITIATED,CLOSED").await.0, 200);
    assert_eq!(shop.list("state=INITIATED&state=CLOSED").await.0, 400);
}

#[tokio::test]
async fn filters_choose_what_they_name() {
    let shop = Shop::open().await;
    let id = shop.plant(json!({"reason": "INCORRECT_AMOUNT"})).await;
    let own = shop.show(&id).await;
    let text = |name: &str| own[name].as_str().unwrap().replace(':', "%3A");
    let only = async |query: String| {
        let (status, body) = shop.list(&query).await;
        assert_eq!(status, 200, "{body}");
        let rows = body["disputes"].as_array().unwrap();
        rows.len() == 1 && rows[0]["payment_dispute_id"] == id.as_str()
    };
    for (filter, field) in [
        ("order_ids", "order_id"),
        ("payment_transaction_ids", "payment_transaction_id"),
        ("purchase_references", "purchase_reference"),
    ] {
        assert!(only(format!("{filter}={}", text(field))).await, "{filter}");
    }
    let updated = text("updated_at");
    assert!(
        only(format!("updated_at_start={updated}")).await,
        "the start counts"
    );
    assert!(
        !only(format!("updated_at_start={updated}&updated_at_end={updated}")).await,
        "the end does not"
    );
    let (_, body) = shop
        .list("state=CLOSED&sort_by=-closed_at&closed_at_start=2020-01-01T00:00:00Z&size=250")
        .await;
    let closed = body["disputes"].as_array().unwrap();
    assert!(closed.len() > 2 && closed.iter().all(|row| row["state"] == "CLOSED"));
    let (_, body) = shop
        .list("state=INITIATED&reason=INCORRECT_AMOUNT&size=250")
        .await;
    assert!(
        body["disputes"]
            .as_array()
            .unwrap()
            .iter()
            .all(|row| row["dispute_reason"] == "INCORRECT_AMOUNT" && row["state"] == "INITIATED")
    );
}

#[tokio::test]
async fn an_order_agrees_with_its_dispute() {
    let shop = Shop::open().await;
    let id = shop.plant(json!({"amount": 12_345})).await;
    let dispute = shop.show(&id).await;
    let path = format!(
        "/ordermanagement/v1/orders/{}",
        dispute["order_id"].as_str().unwrap()
    );
    let (status, order) = shop.get(&path).await;
    assert_eq!(status, 200);
    assert_eq!(order["order_id"], dispute["order_id"]);
    assert_eq!(order["merchant_reference1"], dispute["purchase_reference"]);
    assert_eq!(order["purchase_currency"], dispute["dispute_details"]["currency"]);
    assert_eq!(order["captures"][0]["capture_id"], dispute["capture_id"]);
    assert!(order["order_amount"].as_i64().unwrap() >= 12_345);
    assert!(order["order_lines"][0]["name"].is_string());
    let (status, body) = shop.get("/ordermanagement/v1/orders/nobody").await;
    assert_eq!((status.as_u16(), code(&body)), (404, "NO_SUCH_ORDER"));
    assert!(body["correlation_id"].is_string() && body["error_messages"].is_array());
    let other = Shop { account: 1, ..shop };
    assert_eq!(other.get(&path).await.0, 404);
}

#[tokio::test]
async fn the_limit_is_real_and_counted_apart_from_faults() {
    let shop = Shop::open().await;
    shop.settings(json!({"requests_per_second": 5})).await;
    let calls = (0..60).map(|_| shop.list("size=1"));
    let answers = futures::future::join_all(calls).await;
    let refused: Vec<&Answer> = answers.iter().filter(|(status, _)| *status == 429).collect();
    // How many pass depends on how long the sixty take; five always do, and nobody is that slow that all do.
    assert!((1..=55).contains(&refused.len()), "{}", refused.len());
    assert_eq!(code(&refused[0].1), "RATE_LIMITED");
    let answer = shop.call(Method::GET, DISPUTES).send().await.unwrap();
    assert!(answer.headers().get("retry-after").is_none());
    assert_eq!(answer.headers()["x-ratelimit-limit"], "5, 5;w=1");
    let rates = shop.desk.control("/rates?platform=klarna&window_ms=1000").await;
    assert!(rates[0]["limited"].as_u64().unwrap() >= refused.len() as u64);
    assert!(rates[0]["most"].as_u64().unwrap() > 5);
    assert_eq!(shop.desk.control("/counters").await["faults"], 0);
    let other = Shop { account: 1, ..shop };
    assert_eq!(other.list("").await.0, 200, "each merchant id has its own");
}

#[tokio::test]
async fn drawn_faults_speak_klarnas_language() {
    let shop = Shop::open().await;
    let fault = async |body: Value| shop.desk.command("/faults?platform=klarna", body).await;
    fault(json!({"rate_limited": 1.0})).await;
    let (status, body) = shop.list("").await;
    assert_eq!((status.as_u16(), code(&body)), (429, "RATE_LIMITED"));
    fault(json!({"server_error": 1.0})).await;
    let (status, body) = shop.list("").await;
    assert!(status.is_server_error() && body["error_type"] == "TECHNICAL_ERROR");
    fault(json!({"token_expired": 1.0})).await;
    let (status, body) = shop.list("").await;
    assert_eq!((status.as_u16(), code(&body)), (401, "UNAUTHORIZED"));
    fault(json!({"reset_after": 1.0})).await;
    let id = shop.plant(json!({})).await;
    let lost = shop
        .call(Method::POST, &format!("{}/accept-loss", one(&id)))
        .send()
        .await;
    assert!(lost.is_err());
    assert_eq!(
        shop.desk.control("/klarna/journal").await[0]["action"],
        "accept-loss"
    );
    let counters = shop.desk.control("/counters").await;
    assert_eq!(counters["by_platform"]["klarna"]["faults"], 4);
    assert_eq!(counters["by_platform"]["klarna"]["act"], 1);
}
