//! Saving and submitting evidence.

use serde_json::json;

use super::*;

#[tokio::test]
async fn saved_evidence_is_read_back_and_submitting_is_one_way() {
    let shop = Shop::open().await;
    let own = shop.waiting().await;
    let saved = shop
        .update(
            &own.evidence,
            json!({"uncategorizedText": "Delivered on Monday."}),
        )
        .await;
    assert_eq!(
        (&saved["userErrors"], &saved["disputeEvidence"]["submitted"]),
        (&json!([]), &false.into())
    );
    let row = shop.dispute(&own.id).await;
    assert_eq!(
        row["disputeEvidence"]["uncategorizedText"],
        "Delivered on Monday."
    );
    assert_eq!(
        (&row["status"], &row["evidenceSentOn"]),
        (&"NEEDS_RESPONSE".into(), &Value::Null)
    );

    let sent = shop.update(&own.evidence, json!({"submitEvidence": true})).await;
    assert_eq!(sent["disputeEvidence"]["submitted"], true);
    let row = shop.dispute(&own.id).await;
    assert_eq!(row["status"], "UNDER_REVIEW");
    assert!(row["evidenceSentOn"].is_string() && row["evidenceDueBy"].is_string());
    assert_eq!(
        shop.refused(&own.evidence, json!({"uncategorizedText": "More."}))
            .await,
        "EVIDENCE_ALREADY_ACCEPTED"
    );
    let actions: Vec<_> = shop
        .journal()
        .await
        .into_iter()
        .map(|row| (row["action"].clone(), row["by"].clone(), row["in_time"].clone()))
        .collect();
    let merchant = |action: &str| (Value::from(action), Value::from("merchant"), Value::from(true));
    assert_eq!(actions, [merchant("save_evidence"), merchant("submit_evidence")]);
}

#[tokio::test]
async fn a_shop_whose_submit_does_nothing_still_says_success() {
    let shop = Shop::open().await;
    let own = shop.waiting().await;
    shop.set(json!({"submit_is_noop": true})).await;
    let payload = shop
        .update(
            &own.evidence,
            json!({"uncategorizedText": "Proof.", "submitEvidence": true}),
        )
        .await;
    assert_eq!(
        (&payload["userErrors"], &payload["disputeEvidence"]["submitted"]),
        (&json!([]), &false.into())
    );
    let row = shop.dispute(&own.id).await;
    assert_eq!(
        (&row["status"], &row["evidenceSentOn"]),
        (&"NEEDS_RESPONSE".into(), &Value::Null)
    );
    assert_eq!(row["disputeEvidence"]["uncategorizedText"], "Proof.");
    assert_eq!(shop.journal().await[0]["action"], "save_evidence");
}

#[tokio::test]
async fn the_dispute_id_and_wrong_input_are_user_errors() {
    let shop = Shop::open().await;
    let own = shop.waiting().await;
    assert_eq!(
        shop.refused(&own.id, json!({})).await,
        "DISPUTE_EVIDENCE_NOT_FOUND"
    );
    let mistaken = format!("gid://shopify/ShopifyPaymentsDisputeEvidence/{}", own.number);
    assert_eq!(
        shop.refused(&mistaken, json!({})).await,
        "DISPUTE_EVIDENCE_NOT_FOUND"
    );
    assert_eq!(
        shop.refused(&own.evidence, json!({"customerEmailAddress": "nobody"}))
            .await,
        "INVALID"
    );
    assert_eq!(
        shop.refused(&own.evidence, json!({"uncategorizedText": "x".repeat(20_001)}))
            .await,
        "TOO_LARGE"
    );
    let stranger =
        json!({"shippingDocumentationFile": {"id": "gid://shopify/ShopifyPaymentsDisputeFileUpload/1"}});
    assert_eq!(shop.refused(&own.evidence, stranger).await, "FILE_NOT_FOUND");
    assert!(shop.journal().await.is_empty());
}

#[tokio::test]
async fn nothing_is_submitted_before_the_bank_asks() {
    let shop = Shop::open().await;
    let early = shop.waiting_as(json!({"status": "UNDER_REVIEW"})).await;
    assert_eq!(
        shop.update(&early.evidence, json!({"uncategorizedText": "Early."}))
            .await["userErrors"],
        json!([])
    );
    assert_eq!(
        shop.refused(&early.evidence, json!({"submitEvidence": true}))
            .await,
        "INVALID"
    );
}

#[tokio::test]
async fn rest_saves_and_submits_too() {
    let shop = Shop::open().await;
    let own = shop.waiting().await;
    let path = format!("disputes/{}/dispute_evidences.json", own.number);
    let body = json!({"dispute_evidence": {
        "uncategorized_text": "By the older door.", "submit_evidence": true,
        "fulfillments_attributes": [{"shipping_carrier": "DHL", "shipping_tracking_number": "1", "shipping_date": "2026-10-01"}],
    }});
    let (status, answer) = read(shop.rest(Method::PUT, &path).json(&body)).await;
    assert_eq!(status, 200, "{answer}");
    let evidence = &answer["dispute_evidence"];
    assert_eq!(evidence["uncategorized_text"], "By the older door.");
    assert!(evidence["submitted_by_merchant_on"].is_string());
    assert_eq!(
        evidence["fulfillments"].as_array().unwrap().last().unwrap()["shipping_tracking_number"],
        "1"
    );
    assert_eq!(read(shop.rest(Method::PUT, &path).json(&body)).await.0, 422);
}
