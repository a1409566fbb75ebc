//! The order behind a dispute: parts that may not be seen are left out, and no dispute waits for them.

use docket_connector::{Connector, Error, OrderFacts};
use docket_core::factor::FactorKind;
use docket_core::snapshot::Facts;
use docket_core::words::Turn;
use serde_json::{Value, json};
use wiremock::matchers::body_string_contains;
use wiremock::{MockServer, ResponseTemplate};

use crate::support::{ID, NODE, answer, asked, data, denied, dispute, shop, variables_of, when};

fn facts() -> Facts {
    let now = "2026-10-25T00:00:00Z".parse().unwrap();
    docket_shopify::inspect(NODE.as_bytes(), now).unwrap().facts
}

fn order() -> Value {
    let order: Value = serde_json::from_str(include_str!("../../fixtures/order.json")).unwrap();
    json!({"dispute": {"id": "x", "order": order}})
}

fn line(id: &str, word: &str, source: &str, amount: &str) -> Value {
    json!({
        "id": id, "type": word, "sourceType": "DISPUTE", "sourceId": source,
        "transactionDate": "2026-10-20T10:00:00Z", "amount": {"amount": amount, "currencyCode": "EUR"}
    })
}

fn ledger(lines: &[Value], next: Option<&str>) -> Value {
    let page = json!({"hasNextPage": next.is_some(), "endCursor": next});
    json!({"shopifyPaymentsAccount": {"id": "1", "balanceTransactions": {"nodes": lines, "pageInfo": page}}})
}

async fn ask(server: &MockServer) -> Result<Option<OrderFacts>, Error> {
    shop(server).order(&dispute(), &facts()).await
}

/// A shop without policies.
async fn no_policies(server: &MockServer) {
    let none = json!({"shop": {"id": "1", "shopPolicies": []}});
    when(server, "Policies", data(&none)).await;
}

#[tokio::test]
async fn an_order_with_policies_and_ledger() {
    let server = MockServer::start().await;
    when(&server, "DisputedOrder", data(&order())).await;
    let policy = json!({"type": "REFUND_POLICY", "updatedAt": "2026-01-05T00:00:00Z", "url": "https://lamps.example/p"});
    when(
        &server,
        "Policies",
        data(&json!({"shop": {"id": "1", "shopPolicies": [policy]}})),
    )
    .await;
    let lines = [
        line("1", "CHARGEBACK_FEE", ID, "-15.00"),
        line("2", "CHARGEBACK_FEE", "5", "-99.00"),
    ];
    when(&server, "DisputeLedger", data(&ledger(&lines, None))).await;
    let found = ask(&server).await.unwrap().unwrap();
    let value = |kind: FactorKind| {
        found
            .factors
            .iter()
            .find(|factor| factor.kind == kind)
            .map(|one| one.value.as_str())
    };
    assert_eq!(
        value(FactorKind::DisputeFee),
        Some("15.00 EUR"),
        "only this dispute's lines count"
    );
    assert_eq!(
        value(FactorKind::RefundPolicyChangedAt),
        Some("2026-01-05T00:00:00Z")
    );
    assert_eq!(value(FactorKind::DeliveredAt), Some("2026-10-14T11:20:00Z"));
    let raw: Value = serde_json::from_slice(&found.raw).unwrap();
    assert_eq!(raw["order"]["name"], "#1042");
    assert_eq!(raw["ledger"].as_array().unwrap().len(), 1);
    assert_eq!(
        variables_of(&server, "DisputeLedger").await[0]["filter"],
        "processed_at:>=2026-10-19 processed_at:<=2026-10-23"
    );
    assert_eq!(ask(&server).await.unwrap().unwrap().hash, found.hash);
}

fn money(found: &OrderFacts) -> Vec<&str> {
    let told = found
        .factors
        .iter()
        .filter(|one| matches!(one.kind, FactorKind::DisputeFee | FactorKind::ReturnedAmount));
    told.map(|one| one.value.as_str()).collect()
}

#[tokio::test]
async fn once_decided_what_came_back_is_looked_for_around_the_decision() {
    let server = MockServer::start().await;
    let mut body = order();
    body["dispute"]["finalizedOn"] = "2026-12-20T08:00:00Z".into();
    when(&server, "DisputedOrder", data(&body)).await;
    no_policies(&server).await;
    let fee = line("1", "CHARGEBACK_FEE", ID, "-15.00");
    let back = [line("9", "DISPUTE_REVERSAL", ID, "42.45"), fee.clone()];
    for (from, lines) in [("2026-10-19", &[fee][..]), ("2026-12-19", &back[..])] {
        asked("DisputeLedger")
            .and(body_string_contains(format!("processed_at:>={from}")))
            .respond_with(data(&ledger(lines, None)))
            .expect(1)
            .mount(&server)
            .await;
    }
    let decided = Facts {
        turn: Turn::Nobody,
        ..facts()
    };
    let found = shop(&server).order(&dispute(), &decided).await.unwrap().unwrap();
    assert_eq!(
        money(&found),
        ["15.00 EUR", "42.45 EUR"],
        "a line that both windows show counts once"
    );
}

#[tokio::test]
async fn sums_are_not_told_where_not_every_line_was_seen() {
    let server = MockServer::start().await;
    when(&server, "DisputedOrder", data(&order())).await;
    no_policies(&server).await;
    let fee = line("1", "CHARGEBACK_FEE", ID, "-15.00");
    when(&server, "DisputeLedger", data(&ledger(&[fee], Some("more")))).await;
    let found = ask(&server).await.unwrap().unwrap();
    assert!(money(&found).is_empty());
    assert_eq!(variables_of(&server, "DisputeLedger").await.len(), 3);
    let undated = Facts {
        turn: Turn::Nobody,
        ..facts()
    };
    let found = shop(&server).order(&dispute(), &undated).await.unwrap().unwrap();
    assert!(money(&found).is_empty(), "a decision without a date");
    assert_eq!(variables_of(&server, "DisputeLedger").await.len(), 3);
}

#[tokio::test]
async fn refused_parts_are_left_out() {
    let server = MockServer::start().await;
    when(&server, "DisputedOrder", data(&order())).await;
    let policies =
        json!({"data": null, "errors": [denied("read_legal_policies", &["shop", "shopPolicies"])]});
    when(&server, "Policies", answer(&policies)).await;
    let refused = denied("read_shopify_payments_accounts", &["shopifyPaymentsAccount"]);
    let body = json!({"data": {"shopifyPaymentsAccount": null}, "errors": [refused]});
    when(&server, "DisputeLedger", answer(&body)).await;
    let found = ask(&server).await.unwrap().unwrap();
    assert!(
        found
            .factors
            .iter()
            .any(|factor| factor.kind == FactorKind::ShippedAt)
    );
    assert!(
        found
            .factors
            .iter()
            .all(|factor| factor.kind != FactorKind::DisputeFee)
    );
}

#[tokio::test]
async fn returns_are_read_where_there_are_some() {
    let returned = || {
        let mut body = order();
        body["dispute"]["order"]["returnStatus"] = "IN_PROGRESS".into();
        body
    };
    let server = MockServer::start().await;
    when(&server, "DisputedOrder", data(&returned())).await;
    no_policies(&server).await;
    when(&server, "DisputeLedger", data(&ledger(&[], None))).await;
    let item = json!({"lineItem": {"sku": "LAMP-OAK-40", "title": "Oak lamp"}});
    let line = json!({"quantity": 1, "processedQuantity": 0, "returnReason": "DEFECTIVE", "fulfillmentLineItem": item,
        "customerNote": "Ann says it broke"});
    let back = json!({"id": "1", "name": "#1042-R1", "status": "OPEN", "createdAt": "2026-10-18T08:00:00Z",
        "returnLineItems": {"nodes": [line]}});
    let body = json!({"dispute": {"id": "x", "order": {"id": "1", "returns": {"nodes": [back]}}}});
    when(&server, "OrderReturns", data(&body)).await;
    let raw = ask(&server).await.unwrap().unwrap().raw;
    let kept: Value = serde_json::from_slice(&raw).unwrap();
    let line = &kept["order"]["returns"]["nodes"][0]["returnLineItems"]["nodes"][0];
    assert_eq!(
        (
            &line["returnReason"],
            &line["fulfillmentLineItem"]["lineItem"]["sku"]
        ),
        (&json!("DEFECTIVE"), &json!("LAMP-OAK-40"))
    );
    assert!(!String::from_utf8(raw).unwrap().contains("Ann"));

    // Who may not see them has the order all the same.
    let server = MockServer::start().await;
    when(&server, "DisputedOrder", data(&returned())).await;
    no_policies(&server).await;
    when(&server, "DisputeLedger", data(&ledger(&[], None))).await;
    let refused = denied("read_returns", &["dispute", "order", "returns"]);
    let body = json!({"data": {"dispute": {"id": "x", "order": null}}, "errors": [refused]});
    when(&server, "OrderReturns", answer(&body)).await;
    let raw = ask(&server).await.unwrap().unwrap().raw;
    let kept: Value = serde_json::from_slice(&raw).unwrap();
    assert_eq!(kept["order"]["returnStatus"], "IN_PROGRESS");
    assert_eq!(kept["order"]["returns"], Value::Null);
}

#[tokio::test]
async fn no_order_is_no_error_and_what_may_come_later_is_tried_again() {
    for body in [
        json!({"data": {"dispute": {"id": "x", "order": null}}}),
        json!({"data": {"dispute": null}}),
        json!({"data": {"dispute": {"id": "x", "order": null}}, "errors": [denied("read_orders", &["dispute", "order"])]}),
        json!({"data": null, "errors": [{"message": "This app is not approved to access the Order object"}]}),
    ] {
        let server = MockServer::start().await;
        when(&server, "DisputedOrder", answer(&body)).await;
        assert!(ask(&server).await.unwrap().is_none(), "{body}");
    }
    let server = MockServer::start().await;
    when(&server, "DisputedOrder", ResponseTemplate::new(503)).await;
    assert!(matches!(ask(&server).await, Err(Error::Retry { .. })));
    assert!(shop(&server).knows_orders());
}

#[tokio::test]
async fn lines_beyond_the_first_page_are_read() {
    let server = MockServer::start().await;
    let line = |title: &str| {
        let price = json!({"shopMoney": {"amount": "5.00", "currencyCode": "EUR"}});
        json!({"title": title, "quantity": 1, "requiresShipping": true, "discountedTotalSet": price})
    };
    let lines = |title: &str, next: Option<&str>| json!({"nodes": [line(title)], "pageInfo": {"hasNextPage": next.is_some(), "endCursor": next}});
    let mut body = order();
    body["dispute"]["order"]["lineItems"] = lines("first", Some("c1"));
    when(&server, "DisputedOrder", data(&body)).await;
    no_policies(&server).await;
    when(&server, "DisputeLedger", data(&ledger(&[], None))).await;
    for (after, page) in [("c1", lines("second", Some("c2"))), ("c2", lines("third", None))] {
        let page = json!({"dispute": {"id": "x", "order": {"id": "y", "lineItems": page}}});
        asked("OrderLines")
            .and(body_string_contains(format!("\"after\":\"{after}\"")))
            .respond_with(data(&page))
            .expect(1)
            .mount(&server)
            .await;
    }
    let found = ask(&server).await.unwrap().unwrap();
    let raw: Value = serde_json::from_slice(&found.raw).unwrap();
    let titles: Vec<&Value> = raw["order"]["lineItems"]["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| &line["title"])
        .collect();
    assert_eq!(titles, ["first", "second", "third"]);
    let info = &raw["order"]["lineItems"]["pageInfo"];
    assert_eq!(
        (&info["hasNextPage"], &info["endCursor"]),
        (&json!(false), &Value::Null)
    );
}

#[tokio::test]
async fn lines_without_end_are_read_in_part_and_say_so() {
    let server = MockServer::start().await;
    let page = json!({"nodes": [{"title": "Lamp"}], "pageInfo": {"hasNextPage": true, "endCursor": "c"}});
    let mut body = order();
    body["dispute"]["order"]["lineItems"] = page.clone();
    when(&server, "DisputedOrder", data(&body)).await;
    when(
        &server,
        "OrderLines",
        data(&json!({"dispute": {"id": "x", "order": {"id": "y", "lineItems": page}}})),
    )
    .await;
    no_policies(&server).await;
    when(&server, "DisputeLedger", data(&ledger(&[], None))).await;
    let found = ask(&server).await.unwrap().unwrap();
    assert_eq!(variables_of(&server, "OrderLines").await.len(), 5);
    let raw: Value = serde_json::from_slice(&found.raw).unwrap();
    assert_eq!(raw["order"]["lineItems"]["pageInfo"]["hasNextPage"], json!(true));
}

#[tokio::test]
async fn an_address_that_may_not_be_seen_costs_nothing_else() {
    let refusal = |path: &[&str]| json!({"message": "This app is not approved to use the shippingAddress field.", "path": path});
    // Mostly the field alone is null; a refusal may also take the whole order with it.
    let mut part = order();
    part["dispute"]["order"]["shippingAddress"] = Value::Null;
    let part = json!({"data": part, "errors": [refusal(&["dispute", "order", "shippingAddress"])]});
    let whole = json!({"data": null, "errors": [refusal(&[])]});
    for (first, asks) in [(part, 1), (whole, 2)] {
        let server = MockServer::start().await;
        asked("DisputedOrder")
            .and(body_string_contains("\"withAddress\":true"))
            .respond_with(answer(&first))
            .mount(&server)
            .await;
        let mut without = order();
        without["dispute"]["order"]
            .as_object_mut()
            .unwrap()
            .remove("shippingAddress");
        asked("DisputedOrder")
            .and(body_string_contains("\"withAddress\":false"))
            .respond_with(data(&without))
            .mount(&server)
            .await;
        no_policies(&server).await;
        when(&server, "DisputeLedger", data(&ledger(&[], None))).await;
        let found = ask(&server).await.unwrap().unwrap();
        assert_eq!(variables_of(&server, "DisputedOrder").await.len(), asks);
        let raw: Value = serde_json::from_slice(&found.raw).unwrap();
        assert_eq!(raw["order"]["name"], "#1042");
        assert_eq!(raw["order"]["shippingAddress"], Value::Null);
    }
}
