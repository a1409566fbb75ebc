//! What calls cost, and what happens when the bucket is empty.

use serde_json::json;

use super::*;

const PAGE: &str = "query($first: Int!) { disputes(first: $first) { nodes {
  id amount { amount } reasonDetails { reason } disputeEvidence { id } order { id } } } }";

#[tokio::test]
async fn costs_are_told_and_the_difference_comes_back() {
    let shop = Shop::open().await;
    let body = shop.ask(PAGE, json!({"first": 50})).await;
    let cost = &body["extensions"]["cost"];
    assert_eq!(cost["requestedQueryCost"], 250);
    let actual = cost["actualQueryCost"].as_u64().unwrap();
    assert!(actual > 0 && actual < 250, "{cost}");
    let status = &cost["throttleStatus"];
    assert_eq!(
        (&status["maximumAvailable"], &status["restoreRate"]),
        (&json!(2000.0), &json!(100.0))
    );
    assert!(status["currentlyAvailable"].as_u64().unwrap() >= 2_000 - actual);
    let body = shop.ask("query($first: Int!) { disputes(first: $first) { nodes { order { fulfillments(first: 10) { id events(first: 20) { nodes { id } } } } } } }", json!({"first": 50})).await;
    assert_eq!(body["errors"][0]["extensions"]["code"], "MAX_COST_EXCEEDED");
    assert!(body.get("data").is_none());
    let body = shop.ask("{ disputes { nodes { id } } }", json!({})).await;
    assert!(
        body["errors"][0]["message"]
            .as_str()
            .unwrap()
            .contains("first or last")
    );
    let plus = Shop { account: 0, ..shop };
    let body = plus.ask("{ shop { plan { shopifyPlus } } }", json!({})).await;
    assert_eq!(
        body["extensions"]["cost"]["throttleStatus"]["restoreRate"],
        json!(1000.0)
    );
    assert_eq!(body["data"]["shop"]["plan"]["shopifyPlus"], true);
}

#[tokio::test]
async fn an_empty_bucket_throttles_without_data() {
    let shop = Shop::open().await;
    let ids: Vec<String> = shop.plant(json!({"count": 190})).await;
    let ids: Vec<String> = ids
        .iter()
        .map(|id| format!("gid://shopify/ShopifyPaymentsDispute/{id}"))
        .collect();
    let query = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on ShopifyPaymentsDispute { id amount { amount } reasonDetails { reason } disputeEvidence { id } order { id } } } }";
    for _ in 0..20 {
        let body = shop.ask(query, json!({"ids": ids})).await;
        if body["errors"][0]["extensions"]["code"] == "THROTTLED" {
            assert!(body.get("data").is_none());
            let cost = &body["extensions"]["cost"];
            assert!(cost["actualQueryCost"].is_null());
            assert!(
                cost["throttleStatus"]["currentlyAvailable"].as_u64() < cost["requestedQueryCost"].as_u64()
            );
            let rates = shop.desk.control("/rates?platform=shopify&window_ms=1000").await;
            let own = rates
                .as_array()
                .unwrap()
                .iter()
                .find(|row| row["client_id"] == shop.client_id().as_str())
                .unwrap();
            assert!(
                own["limited"] == 1 && own["most"].as_u64().unwrap() > 500,
                "{own}"
            );
            return;
        }
    }
    panic!("the bucket never ran empty");
}

#[tokio::test]
async fn rest_has_a_bucket_of_its_own() {
    let shop = Shop::open().await;
    for _ in 0..200 {
        let answer = shop
            .rest(Method::GET, "disputes.json?limit=1")
            .send()
            .await
            .unwrap();
        let used = answer.headers()["x-shopify-shop-api-call-limit"]
            .to_str()
            .unwrap()
            .to_owned();
        assert!(used.ends_with("/40"), "{used}");
        if answer.status() == 429 {
            assert!(answer.headers().contains_key("retry-after"));
            return;
        }
    }
    panic!("the bucket never ran empty");
}

#[tokio::test]
async fn drawn_faults_speak_shopify() {
    let shop = Shop::open().await;
    let token = shop.token();
    let ask = || read(shop.graph(LATEST, &token, "{ shop { id } }", json!({})));
    shop.desk
        .command("/faults?platform=shopify", json!({"token_expired": 1.0}))
        .await;
    let (status, body) = ask().await;
    assert_eq!(status, 401);
    assert!(body["errors"].as_str().unwrap().contains("Invalid API key"));
    shop.desk
        .command("/faults?platform=shopify", json!({"rate_limited": 1.0}))
        .await;
    assert_eq!(ask().await.0, 429);
    shop.desk.command("/faults?platform=shopify", json!({})).await;
    assert_eq!(ask().await.0, 200, "a permanent token survives the fault");
    let counters = shop.desk.control("/counters").await;
    assert_eq!(counters["by_platform"]["shopify"]["faults"], 2);
}
