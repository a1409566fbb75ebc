//! Static mode: many disputes, pages by arithmetic.

use std::collections::BTreeSet;

use crate::support::*;
use docket_simulator::{Options, StaticMode};
use serde_json::Value;

async fn setting(disputes: usize) -> (Desk, String) {
    let static_mode = Some(StaticMode {
        disputes,
        body_bytes: 5_000,
    });
    let desk = Desk::open(Options {
        static_mode,
        ..Options::default()
    })
    .await;
    let token = desk.token(0).await;
    (desk, token)
}

async fn all(desk: &Desk, token: &str, query: &str) -> Vec<Value> {
    let mut url = format!(
        "{}/v1/customer/disputes?page_size=50&{query}",
        desk.sim.paypal_url()
    );
    let mut items = Vec::new();
    loop {
        let (status, body) = read(desk.http.get(&url).bearer_auth(token)).await;
        assert_eq!(status, 200);
        items.extend(body["items"].as_array().unwrap().iter().cloned());
        match body["links"]
            .as_array()
            .unwrap()
            .iter()
            .find(|link| link["rel"] == "next")
        {
            Some(next) => url = next["href"].as_str().unwrap().to_owned(),
            None => return items,
        }
    }
}

#[tokio::test]
async fn every_dispute_is_listed_once_and_shown() {
    let (desk, token) = setting(1_000).await;
    let items = all(&desk, &token, "").await;
    let ids: BTreeSet<&str> = items.iter().map(id).collect();
    assert_eq!((items.len(), ids.len()), (1_000, 1_000));
    assert!(items.is_sorted_by(|one, other| one["create_time"].as_str() >= other["create_time"].as_str()));
    for item in items.iter().step_by(97) {
        let (status, full) = desk.get(&token, &format!("/{}", id(item))).await;
        assert_eq!(status, 200);
        for field in [
            "dispute_id",
            "update_time",
            "create_time",
            "dispute_amount",
            "status",
        ] {
            assert_eq!(full[field], item[field], "{field}");
        }
        let size = full.to_string().len();
        assert!((4_500..6_000).contains(&size), "{size}");
        assert!(!full.to_string().contains('@') || !full.to_string().contains("@ID@"));
    }
    assert_eq!(desk.get(&token, "/PP-B-00001000").await.0, 404);
}

#[tokio::test]
async fn touched_disputes_move_into_the_window() {
    let (desk, token) = setting(100_000).await;
    let (_, before) = desk.get(&token, "/PP-B-00000100").await;
    let clock = desk.control("/clock").await["now"].as_str().unwrap().to_owned();
    let window = format!("update_time_after={clock}");
    assert!(all(&desk, &token, &window).await.is_empty());
    let (_, answer) = desk.command("/static/touch?percent=1", Value::Null).await;
    assert_eq!(answer["touched"], 1_000);
    let touched = all(&desk, &token, &window).await;
    assert_eq!(touched.len(), 1_000);
    assert!(touched.iter().any(|item| id(item) == "PP-B-00000100"));
    let (_, after) = desk.get(&token, "/PP-B-00000100").await;
    assert_ne!(before["dispute_amount"], after["dispute_amount"]);
    assert_eq!(after["update_time"], touched.last().unwrap()["update_time"]);
    desk.command("/static/touch?percent=2", Value::Null).await;
    assert_eq!(
        all(&desk, &token, &window).await.len(),
        2_500,
        "2,500 rows are as far as pages reach"
    );
    let narrow = format!("{window}&dispute_state=UNDER_PAYPAL_REVIEW");
    let some = all(&desk, &token, &narrow).await;
    assert!(some.iter().all(|item| item["status"] == "UNDER_REVIEW"));
    let counters = desk.control("/counters").await;
    assert_eq!(counters["by_route"]["show"], 2);
    assert_eq!(counters["by_route"]["token"], 1);
}
