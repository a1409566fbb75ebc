//! Lists, filters, pages, versions and the shop.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::*;

const PAGE: &str = "query($first: Int!, $after: String, $filter: String) {
  disputes(first: $first, after: $after, query: $filter) {
    nodes { id legacyResourceId status initiatedAt order { id name } amount { amount currencyCode } }
    pageInfo { hasNextPage endCursor }
  }
}";

async fn all(shop: &Shop, filter: &str) -> Vec<Value> {
    let (mut after, mut rows) = (Value::Null, Vec::new());
    loop {
        let data = shop
            .data(PAGE, json!({"first": 7, "after": after, "filter": filter}))
            .await;
        rows.extend(data["disputes"]["nodes"].as_array().unwrap().iter().cloned());
        let info = &data["disputes"]["pageInfo"];
        if info["hasNextPage"] == false {
            return rows;
        }
        after = info["endCursor"].clone();
    }
}

fn number(row: &Value) -> u64 {
    row["legacyResourceId"].as_str().unwrap().parse().unwrap()
}

#[tokio::test]
async fn pages_hold_every_dispute_once_with_ids_above_two_to_the_fifty_three() {
    let mut shop = Shop::open().await;
    shop.account = 0;
    let rows = all(&shop, "").await;
    let numbers: Vec<u64> = rows.iter().map(number).collect();
    assert!(numbers.is_sorted_by(|one, other| one < other) && numbers[0] > 1 << 53);
    let truth = shop
        .desk
        .control(&format!("/shopify/disputes?client_id={}", shop.client_id()))
        .await;
    let truth: BTreeSet<u64> = truth.as_array().unwrap().iter().map(number).collect();
    assert_eq!(numbers.iter().copied().collect::<BTreeSet<_>>(), truth);
    assert!(rows.iter().any(|row| row["order"].is_null()) || rows.len() < 20);
}

#[tokio::test]
async fn filters_and_reverse_cut_the_list() {
    let mut shop = Shop::open().await;
    shop.account = 0;
    let rows = all(&shop, "").await;
    let middle = number(&rows[rows.len() / 2]);
    assert_eq!(
        all(&shop, &format!("id:>={middle}")).await,
        rows[rows.len() / 2..]
    );
    assert_eq!(
        all(&shop, &format!("id:<={middle}")).await,
        rows[..=rows.len() / 2]
    );
    assert_eq!(all(&shop, &format!("id:{middle}")).await.len(), 1);
    let open: Vec<_> = rows
        .iter()
        .filter(|row| row["status"] == "NEEDS_RESPONSE")
        .cloned()
        .collect();
    assert!(!open.is_empty());
    assert_eq!(all(&shop, "status:needs_response").await, open);
    let from = rows[3]["initiatedAt"].as_str().unwrap();
    let recent = all(&shop, &format!("initiated_at:>='{from}'")).await;
    assert!(
        recent
            .iter()
            .all(|row| row["initiatedAt"].as_str().unwrap() >= from)
            && recent.len() >= rows.len() - 3
    );
    assert!(all(&shop, "status:unheard_of").await.is_empty());

    let back = shop.data("{ disputes(last: 2) { edges { node { id } } } orders(first: 3) { nodes { id disputes { status } } } }", json!({})).await;
    assert_eq!(
        back["disputes"]["edges"][1]["node"]["id"],
        rows.last().unwrap()["id"]
    );
    assert_eq!(back["orders"]["nodes"].as_array().unwrap().len(), 3);
    let told = shop
        .ask(PAGE, json!({"first": 1, "filter": "updated_at:>=2026-01-01"}))
        .await;
    assert_eq!(
        told["extensions"]["search"][0]["warnings"][0]["field"],
        "updated_at"
    );
}

#[tokio::test]
async fn nodes_answer_in_order_and_null_for_strangers() {
    let shop = Shop::open().await;
    let own = shop.waiting().await;
    let other = Shop { account: 2, ..shop };
    let theirs = other.waiting().await;
    let shop = Shop { account: 1, ..other };
    let query =
        "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on ShopifyPaymentsDispute { status } } }";
    let ids = json!([theirs.id, own.evidence, own.id, "gid://shopify/Product/1"]);
    let data = shop.data(query, json!({"ids": ids})).await;
    assert!(data["nodes"][0].is_null() && data["nodes"][3].is_null());
    assert_eq!(data["nodes"][1]["__typename"], "ShopifyPaymentsDisputeEvidence");
    assert_eq!(data["nodes"][2]["status"], "NEEDS_RESPONSE");
    let none = shop
        .data(
            "query($id: ID!) { dispute(id: $id) { id } }",
            json!({"id": own.evidence}),
        )
        .await;
    assert!(none["dispute"].is_null());
    let wrong = shop.ask(query, json!({"ids": ["12"]})).await;
    assert!(
        wrong["errors"][0]["message"]
            .as_str()
            .unwrap()
            .contains("Invalid global id")
    );
}

#[tokio::test]
async fn versions_fall_forward_and_old_ones_show_days() {
    let shop = Shop::open().await;
    let own = shop.waiting().await;
    let query = "query($id: ID!) { dispute(id: $id) { evidenceDueBy initiatedAt } }";
    for (asked, served, length) in [
        ("2026-10", "2026-10", 20),
        ("2026-01", "2026-01", 10),
        ("2025-07", "2026-01", 10),
    ] {
        let answer = shop
            .graph(asked, &shop.token(), query, json!({"id": own.id}))
            .send()
            .await
            .unwrap();
        assert_eq!(answer.headers()["x-shopify-api-version"], served);
        assert!(answer.headers().contains_key("x-request-id"));
        let body: Value = answer.json().await.unwrap();
        assert_eq!(
            body["data"]["dispute"]["evidenceDueBy"].as_str().unwrap().len(),
            length
        );
        assert_eq!(body["data"]["dispute"]["initiatedAt"].as_str().unwrap().len(), 20);
    }
    for unknown in ["2026-02", "2027-01", "v1"] {
        assert_eq!(
            read(shop.graph(unknown, &shop.token(), "{ shop { id } }", json!({})))
                .await
                .0,
            404
        );
    }
}

#[tokio::test]
async fn documents_are_checked_against_the_schema() {
    let shop = Shop::open().await;
    let own = shop.waiting().await;
    for wrong in [
        "{ dispute(id: \"x\") { outcome } }",
        "{ dispute { id } }",
        "mutation { disputeEvidenceUpdate(id: \"x\", input: {productDescription: \"y\"}) { userErrors { code } } }",
        "{ disputes(first: 1) { nodes { id } ",
    ] {
        let body = shop.ask(wrong, json!({})).await;
        assert!(
            body.get("data").is_none() && body["errors"][0]["message"].is_string(),
            "{body}"
        );
    }
    let body = shop
        .ask(
            UPDATE,
            json!({"id": own.evidence, "input": {"productDescription": "y"}}),
        )
        .await;
    assert_eq!(body["errors"][0]["extensions"]["code"], "INVALID_VARIABLE");
    let url = format!("{}/admin/api/{LATEST}/graphql.json", shop.base());
    let typed = shop
        .desk
        .http
        .post(url)
        .header("X-Shopify-Access-Token", shop.token())
        .body("{ shop { id } }");
    assert_eq!(read(typed).await.0, 400);
    let name = shop
        .data("{ __type(name: \"ShopifyPaymentsDispute\") { name } }", json!({}))
        .await;
    assert_eq!(name["__type"]["name"], "ShopifyPaymentsDispute");
}

#[tokio::test]
async fn rest_shows_small_words_numbers_and_the_offset_of_the_shop() {
    let shop = Shop {
        account: 4,
        ..Shop::open().await
    };
    let own = shop
        .waiting_as(json!({"reason": "BANK_CANNOT_PROCESS", "kind": "CHARGEBACK"}))
        .await;
    let (status, body) = read(shop.rest(Method::GET, &format!("disputes/{}.json", own.number))).await;
    assert_eq!(status, 200);
    let row = &body["dispute"];
    assert_eq!(row["id"].as_u64().unwrap().to_string(), own.number);
    assert_eq!(
        (&row["reason"], &row["status"], &row["type"]),
        (
            &"bank_not_process".into(),
            &"needs_response".into(),
            &"chargeback".into()
        )
    );
    assert!(
        row["evidence_due_by"].as_str().unwrap().ends_with("+09:00"),
        "{row}"
    );

    shop.plant(json!({"count": 5})).await;
    let answer = shop
        .rest(Method::GET, "disputes.json?limit=2&status=needs_response")
        .send()
        .await
        .unwrap();
    let link = answer.headers()["link"].to_str().unwrap().to_owned();
    let first: Value = answer.json().await.unwrap();
    let next = link.split(['<', '>']).nth(1).unwrap();
    let token = shop.token();
    let (_, second) = read(shop.desk.http.get(next).header("X-Shopify-Access-Token", token)).await;
    let ids = [&first, &second].map(|page| page["disputes"][1]["id"].as_u64().unwrap());
    assert!(ids[0] > ids[1], "newest first, page after page");
    assert_eq!(read(shop.rest(Method::GET, "disputes/1.json")).await.0, 404);
    let (_, since) = read(shop.rest(Method::GET, &format!("disputes.json?since_id={}", own.number))).await;
    assert_eq!(since["disputes"].as_array().unwrap().len(), 5);
}
