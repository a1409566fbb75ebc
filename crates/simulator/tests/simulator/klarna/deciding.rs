//! Time and decisions: silence, reviews, extensions, thresholds, and the rule that weighs evidence.

use super::*;

async fn decide(shop: &Shop, id: &str, body: Value) -> Value {
    let path = format!("/klarna/disputes/{}/decide", id.replace(':', "%3A"));
    shop.desk.command(&path, body).await.1
}

#[tokio::test]
async fn silence_expires_first_and_loses_then() {
    let shop = Shop::open().await;
    let id = shop.plant(json!({"due_in_seconds": 3_600})).await;
    shop.advance(3_601).await;
    let after = shop.show(&id).await;
    assert_eq!(after["state"], "INITIATED");
    assert_eq!(
        after["state_context"]["representment"]["state"],
        "EVIDENCE_REQUEST_EXPIRED"
    );
    assert_eq!(shop.accept(&id).await.0, 409);
    assert_eq!(
        shop.send(&id, Form::new().part("file", pdf("a.pdf", 100)))
            .await
            .0,
        409
    );
    shop.advance(3_600).await;
    let after = shop.show(&id).await;
    assert_eq!(after["state"], "CLOSED");
    assert_eq!(after["state_context"]["dispute_outcome"], "LOST");
    let detail = after["state_context"]["dispute_outcome_detailed"]
        .as_str()
        .unwrap();
    assert!(detail.starts_with("PARTNER_DID_NOT_"), "{detail}");
}

#[tokio::test]
async fn time_to_answer_depends_on_the_reason() {
    let shop = Shop::open().await;
    for (reason, framework, hours) in [
        ("PRODUCTS_OR_SERVICES_NOT_RECEIVED", "FRAMEWORK_2026", 21 * 24),
        ("PRODUCTS_OR_SERVICES_NOT_RECEIVED", "FRAMEWORK_2020", 14 * 24),
        ("PURCHASE_UNAUTHORIZED", "FRAMEWORK_2026", 7 * 24),
        ("PURCHASE_HIGH_RISK", "FRAMEWORK_2026", 96),
    ] {
        let id = shop
            .plant(json!({"reason": reason, "framework": framework}))
            .await;
        let body = shop.show(&id).await;
        let time = |value: &Value| chrono::DateTime::parse_from_rfc3339(value.as_str().unwrap()).unwrap();
        let span = time(&body["state_context"]["representment"]["expires_at"]) - time(&body["created_at"]);
        assert_eq!(span.num_hours(), hours, "{reason}");
        let by = &body["dispute_details"]["created_by"];
        assert_eq!(by == "KLARNA_AGENT", reason == "PURCHASE_HIGH_RISK");
    }
}

#[tokio::test]
async fn a_loss_in_review_is_preliminary_and_a_win_is_not() {
    let shop = Shop::open().await;
    let lost = shop.represented("Our answer.").await;
    let body = decide(&shop, &lost, json!({"outcome": "LOST"})).await;
    assert_eq!(body["state"], "PRE_ARBITRATION");
    shop.advance(10 * DAY + 1).await;
    let after = shop.show(&lost).await;
    assert_eq!(
        (&after["state"], &after["state_context"]["dispute_outcome"]),
        (&json!("CLOSED"), &json!("LOST")),
        "ten days without an appeal"
    );
    assert!(after["arbitration"].is_object() && after["representment"].is_object());
    let won = shop.represented("Our answer.").await;
    let body = decide(&shop, &won, json!({"outcome": "WON"})).await;
    assert_eq!(
        (&body["state"], &body["state_context"]["dispute_outcome"]),
        (&json!("CLOSED"), &json!("WON"))
    );
    let final_loss = shop.plant(json!({"status": "ARBITRATION"})).await;
    let body = decide(
        &shop,
        &final_loss,
        json!({"outcome": "LOST", "detail": "SOMETHING_NEW"}),
    )
    .await;
    assert_eq!(body["state"], "CLOSED");
    assert_eq!(body["state_context"]["dispute_outcome_detailed"], "SOMETHING_NEW");
    let path = format!("/klarna/disputes/{}/decide", won.replace(':', "%3A"));
    assert_eq!(shop.desk.command(&path, json!({"outcome": "LOST"})).await.0, 409);
}

#[tokio::test]
async fn klarna_decides_when_its_own_time_is_over_and_weighs_what_it_got() {
    let shop = Shop::open().await;
    let (strong, weak) = (
        "We attach the carrier's proof with date, full address and the recipient's name. ".repeat(6),
        "No.".to_owned(),
    );
    let mut wins = [0, 0];
    for round in 0..40 {
        let id = shop
            .plant(json!({"reason": "PRODUCTS_OR_SERVICES_NOT_RECEIVED"}))
            .await;
        let good = round % 2 == 0;
        let size = if good { 50_000 } else { 100 };
        let mut files = Vec::new();
        for number in 0..if good { 4 } else { 1 } {
            let part = pdf(&format!("{number}.pdf"), size);
            let (_, body) = shop.send(&id, Form::new().part("file", part)).await;
            files.push(body["payment_dispute_attachment_id"].as_str().unwrap().to_owned());
        }
        let ids: Vec<&str> = files.iter().map(String::as_str).collect();
        let text = if good { &strong } else { &weak };
        shop.post(&id, "represent", evidence(&ids, text)).await;
        shop.advance(31 * DAY).await;
        let after = shop.show(&id).await;
        let won = after["state_context"]["dispute_outcome"] == "WON";
        assert!(won || after["state"] == "PRE_ARBITRATION", "{}", after["state"]);
        wins[usize::from(good)] += usize::from(won);
    }
    assert!(wins[1] > wins[0], "{wins:?}");
}

#[tokio::test]
async fn extensions_and_thresholds() {
    let shop = Shop::open().await;
    let id = shop.plant(json!({"due_in_seconds": DAY})).await;
    let due = |body: &Value| body["state_context"]["representment"]["expires_at"].clone();
    let before = shop.show(&id).await;
    let path = format!("/klarna/disputes/{}/extend", id.replace(':', "%3A"));
    let (_, after) = shop.desk.command(&path, json!({"seconds": 3 * DAY})).await;
    assert!(due(&after).as_str() > due(&before).as_str());
    assert!(after["updated_at"].as_str() > before["updated_at"].as_str());
    assert_eq!(
        after["process_exceptions"][0]["exception_type"],
        "DISPUTE_WINDOW_EXTENSION"
    );
    shop.settings(json!({"auto_reject_below": 2_000})).await;
    let small = shop.plant(json!({"amount": 1_999})).await;
    let body = shop.show(&small).await;
    assert_eq!(
        (&body["state"], &body["state_context"]["dispute_outcome"]),
        (&json!("CLOSED"), &json!("LOST"))
    );
    assert_eq!(
        body["representment"]["state"],
        "REPRESENTMENT_AUTOMATICALLY_REJECTED"
    );
    let large = shop.plant(json!({"amount": 2_000})).await;
    assert_eq!(shop.show(&large).await["state"], "INITIATED");
}
