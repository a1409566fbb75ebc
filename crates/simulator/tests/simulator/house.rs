//! What all platforms share: the mix of accounts, faults and counters by platform, one journal, the log of requests.

use std::time::{Duration, Instant};

use crate::support::*;
use docket_simulator::{Mix, Options};
use serde_json::json;

#[tokio::test]
async fn the_mix_says_who_is_where_and_credentials_exist_everywhere() {
    let desk = Desk::open(Options {
        platforms: Mix::Varied,
        ..options()
    })
    .await;
    let accounts = desk.control("/accounts").await;
    let rows = accounts["merchants"].as_array().unwrap();
    assert_eq!(rows[0]["platforms"], json!(["paypal", "klarna", "shopify"]));
    assert_eq!(rows[3]["platforms"], json!(["klarna"]));
    for row in rows {
        let text = |pointer: &str| row.pointer(pointer).unwrap().as_str().unwrap().to_owned();
        assert!(text("/klarna/api_key").starts_with("klarna_test_api_"));
        assert_eq!(text("/klarna/username").len(), 36);
        assert!(text("/shopify/shop").ends_with(".myshopify.com"));
        assert!(text("/shopify/access_token").starts_with("shpat_"));
        assert!(!text("/webhook_id").is_empty());
    }
    let only = desk
        .control(&format!(
            "/paypal/disputes?client_id={}",
            text(&rows[3]["client_id"])
        ))
        .await;
    assert_eq!(only, json!([]), "no PayPal disputes for who is not on PayPal");
}

#[tokio::test]
async fn a_platform_or_one_account_can_have_a_bad_day_alone() {
    let desk = Desk::open(options()).await;
    let (one, other) = (desk.token(0).await, desk.token(1).await);
    let status = async |token: &str| desk.get(token, "").await.0.as_u16();
    let broken = json!({"rate_limited": 1.0});
    desk.command("/faults?platform=klarna", broken.clone()).await;
    assert_eq!(status(&one).await, 200, "PayPal has nothing to do with it");
    let client_id = desk.sim.accounts()[1].client_id.clone();
    let place = format!("/faults?platform=paypal&account={client_id}");
    desk.command(&place, broken).await;
    assert_eq!((status(&one).await, status(&other).await), (200, 429));
    desk.command(&place, json!({"delay_ms": 1_500})).await;
    let began = Instant::now();
    assert_eq!(status(&other).await, 200);
    assert!(began.elapsed() >= Duration::from_millis(1_500));
    desk.command("/faults", json!({})).await;
    let began = Instant::now();
    assert_eq!(status(&other).await, 200);
    assert!(
        began.elapsed() < Duration::from_millis(1_500),
        "a body for all calms everything"
    );
    let counters = desk.control("/counters").await;
    assert_eq!(
        (&counters["faults"], &counters["requests"]),
        (&json!(1), &json!(7))
    );
    assert_eq!(
        counters["by_platform"]["paypal"],
        json!({"requests": 7, "token": 2, "list": 5, "show": 0, "act": 0, "faults": 1})
    );
    for bad in ["/faults?platform=stripe", "/faults?account=nobody"] {
        assert!(desk.command(bad, json!({})).await.0.is_client_error());
    }
}

#[tokio::test]
async fn one_journal_for_all_and_the_log_of_requests() {
    let desk = Desk::open(options()).await;
    let token = desk.token(0).await;
    let dispute = desk.waiting(0, stage("INQUIRY")).await;
    desk.post(
        &token,
        &path(&dispute, "send-message"),
        json!({"message": "Hello."}),
    )
    .await;
    let all = desk.control("/journal").await;
    assert_eq!(all.as_array().unwrap().len(), 1);
    assert_eq!(
        (&all[0]["platform"], &all[0]["action"]),
        (&json!("paypal"), &json!("send-message"))
    );
    assert_eq!(desk.control("/paypal/journal").await, all);
    assert_eq!(desk.control("/klarna/journal").await, json!([]));
    let rates = desk.control("/rates?platform=paypal&window_ms=60000").await;
    let counted = desk.control("/counters").await["requests"].clone();
    assert_eq!(rates.as_array().unwrap().len(), 1);
    assert_eq!((&rates[0]["most"], &rates[0]["limited"]), (&counted, &json!(0)));
    assert_eq!(rates[0]["client_id"], desk.sim.accounts()[0].client_id.as_str());
}

fn text(value: &serde_json::Value) -> &str {
    value.as_str().unwrap()
}
