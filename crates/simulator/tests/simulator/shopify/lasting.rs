//! The state file and the planted past.

use std::collections::BTreeSet;

use serde_json::json;

use super::*;

#[tokio::test]
async fn disputes_tokens_and_journal_survive_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let options = Options {
        state_file: Some(folder.path().join("state.jsonl")),
        ..only_shopify()
    };
    let shop = Shop::with(options.clone()).await;
    let own = shop.waiting().await;
    shop.update(&own.evidence, json!({"uncategorizedText": "Kept?"}))
        .await;
    shop.set(json!({"submit_is_noop": true})).await;
    let before = shop.desk.control("/shopify/disputes").await;
    let kept = shop.desk.sim.accounts()[1].shopify.refresh_token.clone();
    let app = shop.desk.sim.accounts()[1].shopify.clone();
    let url = format!("{}/admin/oauth/access_token", shop.base());
    let form = json!({"client_id": app.client_id, "client_secret": app.client_secret, "grant_type": "refresh_token", "refresh_token": kept});
    let (_, pair) = read(shop.desk.http.post(url).json(&form)).await;
    shop.desk.sim.stop().await;

    let shop = Shop::with(options).await;
    let bare = |rows: &Value| {
        rows.to_string()
            .replace(|letter: char| letter.is_ascii_digit(), "")
    };
    let after = shop.desk.control("/shopify/disputes").await;
    assert_eq!(bare(&before), bare(&after));
    assert_eq!(
        shop.dispute(&own.id).await["disputeEvidence"]["uncategorizedText"],
        "Kept?"
    );
    assert_eq!(shop.journal().await.len(), 1);
    let token = pair["access_token"].as_str().unwrap();
    assert_eq!(
        read(shop.graph(LATEST, token, "{ shop { id } }", json!({})))
            .await
            .0,
        200
    );
    shop.update(&own.evidence, json!({"submitEvidence": true})).await;
    assert_eq!(
        shop.dispute(&own.id).await["status"],
        "NEEDS_RESPONSE",
        "the profile is kept"
    );
}

#[tokio::test]
async fn the_planted_past_is_mixed() {
    let shop = Shop::with(Options {
        cases: 900,
        ..only_shopify()
    })
    .await;
    let rows = shop.desk.control("/shopify/disputes").await;
    let rows = rows.as_array().unwrap();
    assert_eq!(rows.len(), 900);
    let words = |pointer: &str| {
        let found = rows.iter().filter_map(|row| row.pointer(pointer)?.as_str());
        found.collect::<BTreeSet<_>>()
    };
    assert_eq!(words("/status").len(), 7);
    assert_eq!(words("/type").len(), 2);
    assert!(words("/reasonDetails/reason").len() >= 8);
    assert!(words("/amount/currencyCode").contains("JPY"));
    assert!(words("/order/fulfillments/0/displayStatus").contains("MARKED_AS_FULFILLED"));
    let share = |fits: &dyn Fn(&&Value) -> bool| rows.iter().filter(fits).count() * 100 / rows.len();
    assert!((2..12).contains(&share(&|row| row["order"].is_null())));
    assert!((8..20).contains(&share(&|row| row["status"] == "NEEDS_RESPONSE")));
    let silent = |row: &&Value| row["status"] == "WON" && row["evidenceSentOn"].is_null();
    assert!(
        rows.iter().any(|row| silent(&row)),
        "an inquiry won without a trace"
    );
}

#[tokio::test]
async fn a_mix_keeps_each_merchant_on_its_platforms() {
    let shop = Shop::with(Options {
        platforms: Mix::Varied,
        cases: 120,
        ..Options::default()
    })
    .await;
    for account in shop.desk.sim.accounts() {
        let rows = shop
            .desk
            .control(&format!("/shopify/disputes?client_id={}", account.client_id))
            .await;
        assert_eq!(
            account.platforms.contains(&"shopify"),
            !rows.as_array().unwrap().is_empty(),
            "{}",
            account.name
        );
    }
}
