//! Opening, silence, decisions, reopening, inquiries and the money.

use serde_json::json;

use super::*;

#[tokio::test]
async fn a_new_dispute_gets_its_due_date_minutes_later() {
    let shop = Shop::open().await;
    let new = shop.waiting_as(json!({"status": "UNDER_REVIEW"})).await;
    let row = shop.dispute(&new.id).await;
    assert_eq!(
        (&row["status"], &row["evidenceDueBy"]),
        (&"UNDER_REVIEW".into(), &Value::Null)
    );
    shop.advance(1_900).await;
    let row = shop.dispute(&new.id).await;
    assert_eq!(row["status"], "NEEDS_RESPONSE");
    assert!(row["evidenceDueBy"].is_string());
}

#[tokio::test]
async fn the_due_date_sends_what_is_saved() {
    let shop = Shop::open().await;
    let own = shop.waiting().await;
    shop.update(&own.evidence, json!({"uncategorizedText": "Saved in time."}))
        .await;
    shop.advance(86_401).await;
    let row = shop.dispute(&own.id).await;
    assert_eq!(
        (&row["status"], &row["evidenceSentOn"]),
        (&"UNDER_REVIEW".into(), &row["evidenceDueBy"])
    );
    assert_eq!(row["disputeEvidence"]["submitted"], true);
    assert_eq!(
        shop.refused(&own.evidence, json!({"uncategorizedText": "Late."}))
            .await,
        "EVIDENCE_PAST_DUE_DATE"
    );
    let last = shop.journal().await.pop().unwrap();
    assert_eq!(
        (&last["by"], &last["action"], &last["in_time"]),
        (&"platform".into(), &"auto_submit".into(), &true.into())
    );
    let path = format!("disputes/{}/dispute_evidences.json", own.number);
    let (_, evidence) = read(shop.rest(Method::GET, &path)).await;
    assert!(evidence["dispute_evidence"]["submitted_by_merchant_on"].is_null());
}

#[tokio::test]
async fn an_inquiry_answers_without_a_trace_and_becomes_a_chargeback_on_the_same_id() {
    let shop = Shop::open().await;
    let own = shop
        .waiting_as(json!({"kind": "INQUIRY", "due_in_seconds": 86_400}))
        .await;
    shop.update(
        &own.evidence,
        json!({"uncategorizedText": "It was you.", "submitEvidence": true}),
    )
    .await;
    let row = shop.dispute(&own.id).await;
    assert_eq!(
        (&row["status"], &row["evidenceSentOn"]),
        (&"UNDER_REVIEW".into(), &Value::Null)
    );
    assert_eq!(row["disputeEvidence"]["submitted"], false);
    let door = format!("/shopify/disputes/{}/escalate", own.number);
    let (status, after) = shop.desk.command(&door, json!({"due_in_seconds": 700_000})).await;
    assert_eq!(status, 200);
    assert_eq!(
        (&after["id"], &after["type"], &after["status"]),
        (
            &own.id.clone().into(),
            &"CHARGEBACK".into(),
            &"NEEDS_RESPONSE".into()
        )
    );
    assert_ne!(after["evidenceDueBy"], row["evidenceDueBy"]);
    assert!(after["disputeEvidence"]["uncategorizedText"].is_null());
}

#[tokio::test]
async fn decisions_are_final_until_a_case_is_reopened() {
    let shop = Shop::open().await;
    let own = shop.waiting().await;
    shop.update(&own.evidence, json!({"submitEvidence": true})).await;
    let door = |what: &str| format!("/shopify/disputes/{}/{what}", own.number);
    assert_eq!(
        shop.desk
            .command(&door("decide"), json!({"outcome": "NEEDS_RESPONSE"}))
            .await
            .0,
        400
    );
    let (_, lost) = shop
        .desk
        .command(&door("decide"), json!({"outcome": "LOST"}))
        .await;
    assert_eq!(lost["status"], "LOST");
    assert!(lost["finalizedOn"].is_string());
    assert_eq!(
        shop.refused(&own.evidence, json!({})).await,
        "EVIDENCE_ALREADY_ACCEPTED"
    );
    let (_, again) = shop
        .desk
        .command(&door("reopen"), json!({"due_in_seconds": 3_600}))
        .await;
    assert_eq!(again["status"], "NEEDS_RESPONSE");
    assert!(again["evidenceSentOn"].is_null() && again["finalizedOn"].is_null());
    assert_eq!(
        shop.update(&own.evidence, json!({"submitEvidence": true})).await["userErrors"],
        json!([])
    );
    assert_eq!(
        shop.journal().await.len(),
        2,
        "the control door is no write of the merchant"
    );
}

const LEDGER: &str = "{ shopifyPaymentsAccount { activated country chargeStatementDescriptors { default prefix }
  balanceTransactions(first: 8, reverse: true) { nodes { type sourceType sourceId amount { amount currencyCode } transactionDate } } } }";

#[tokio::test]
async fn the_ledger_tells_what_no_status_says() {
    let shop = Shop::open().await;
    let own = shop.waiting().await;
    let decide = format!("/shopify/disputes/{}/decide", own.number);
    shop.advance(60).await;
    shop.desk
        .command(&decide, json!({"outcome": "WON", "part": 50}))
        .await;
    let data = shop.data(LEDGER, json!({})).await;
    let rows = data["shopifyPaymentsAccount"]["balanceTransactions"]["nodes"]
        .as_array()
        .unwrap();
    let of = |word: &str| {
        let row = rows
            .iter()
            .find(|row| row["type"] == word && row["sourceId"] == own.number.as_str());
        row.unwrap_or_else(|| panic!("{word} is missing in {rows:?}"))["amount"]["amount"]
            .as_str()
            .unwrap()
            .parse::<f64>()
            .unwrap()
    };
    let (taken, back) = (of("DISPUTE_WITHDRAWAL"), of("DISPUTE_REVERSAL"));
    assert!(taken < 0.0 && (back * 2.0 + taken).abs() < 0.03, "{taken} {back}");
    assert_eq!(of("CHARGEBACK_FEE") + of("CHARGEBACK_FEE_REFUND"), 0.0);
}

#[tokio::test]
async fn live_mode_brings_disputes() {
    let shop = Shop::with(Options {
        live: true,
        ..only_shopify()
    })
    .await;
    let count = |rows: &Value| rows.as_array().unwrap().len();
    let before = count(&shop.desk.control("/shopify/disputes").await);
    for _ in 0..300 {
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        if count(&shop.desk.control("/shopify/disputes").await) > before {
            return;
        }
    }
    panic!("nothing arrived in half a minute");
}

#[tokio::test]
async fn the_ledger_can_be_cut_by_time_and_type() {
    let mut shop = Shop::open().await;
    shop.account = 0;
    let query =
        "query($filter: String) { shopifyPaymentsAccount { balanceTransactions(first: 200, query: $filter) {
      nodes { type transactionDate } } } }";
    let ask = async |filter: &str| {
        let data = shop.data(query, json!({"filter": filter})).await;
        data["shopifyPaymentsAccount"]["balanceTransactions"]["nodes"]
            .as_array()
            .unwrap()
            .clone()
    };
    let all = ask("").await;
    assert!(
        all.is_sorted_by(|one, other| one["transactionDate"].as_str() <= other["transactionDate"].as_str())
    );
    let day = &all[all.len() / 2]["transactionDate"].as_str().unwrap()[..10];
    let late = ask(&format!("processed_at:>={day} transaction_type:chargeback_fee")).await;
    assert!(!late.is_empty() && late.len() < all.len());
    assert!(
        late.iter()
            .all(|row| row["type"] == "CHARGEBACK_FEE" && row["transactionDate"].as_str().unwrap() >= day)
    );
}
