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
    when(
        &server,
        "Policies",
        data(&json!({"shop": {"id": "1", "shopPolicies": []}})),
    )
    .await;
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
    when(
        &server,
        "Policies",
        data(&json!({"shop": {"id": "1", "shopPolicies": []}})),
    )
    .await;
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
