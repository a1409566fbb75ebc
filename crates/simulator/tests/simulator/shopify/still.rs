//! Static mode for Shopify.

use docket_simulator::StaticMode;
use serde_json::json;

use super::*;

#[tokio::test]
async fn many_disputes_are_listed_shown_and_touched() {
    let options = Options {
        static_mode: Some(StaticMode {
            disputes: 2_000,
            body_bytes: 8_000,
        }),
        ..only_shopify()
    };
    let shop = Shop {
        account: 0,
        ..Shop::with(options).await
    };
    let query = "query($after: String) { disputes(first: 250, after: $after) { nodes { id status evidenceDueBy finalizedOn } pageInfo { hasNextPage endCursor } } }";
    let mut seen = Vec::new();
    for round in 0..2 {
        let (mut after, mut rows) = (Value::Null, Vec::new());
        loop {
            let data = shop.data(query, json!({"after": after})).await;
            rows.extend(data["disputes"]["nodes"].as_array().unwrap().iter().cloned());
            if data["disputes"]["pageInfo"]["hasNextPage"] == false {
                break;
            }
            after = data["disputes"]["pageInfo"]["endCursor"].clone();
        }
        assert_eq!(rows.len(), 2_000);
        seen.push(rows);
        if round == 0 {
            let (_, told) = shop.desk.command("/static/touch?percent=1", Value::Null).await;
            assert_eq!(told["touched"], 20);
            // Every second of the touched ones waits for the merchant, as every eighth of all.
            assert_eq!(told["open"], 10);
        }
    }
    let changed = seen[0]
        .iter()
        .zip(&seen[1])
        .filter(|(one, other)| one != other)
        .count();
    assert_eq!(changed, 20);
    let full = shop.data("query($id: ID!) { dispute(id: $id) { order { id fulfillments(first: 1) { events(first: 5) { nodes { message } } } } } }", json!({"id": seen[0][77]["id"]})).await;
    assert!(full.to_string().len() > 3_000);
}
