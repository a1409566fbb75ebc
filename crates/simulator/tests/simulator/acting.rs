//! Each action: what it does and when it refuses.

use crate::support::*;
use serde_json::{Value, json};

#[tokio::test]
async fn evidence_is_taken_once_and_hands_the_move_over() {
    let desk = Desk::open(options()).await;
    let token = desk.token(0).await;
    let dispute = desk.waiting(0, not_received).await;
    assert!(rels(&dispute).contains(&"provide_evidence"));
    let (status, body) = desk
        .send(&token, &path(&dispute, "provide-evidence"), proof())
        .await;
    assert_eq!(status, 200, "{body}");
    assert_eq!(body["links"][0]["rel"], "self");
    let after = shown(&desk, &token, &dispute).await;
    assert_eq!(after["status"], "UNDER_REVIEW");
    assert!(after["seller_response_due_date"].is_null());
    assert!(after["update_time"].as_str() > dispute["update_time"].as_str());
    let rows: Vec<&Value> = after["evidences"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|row| row["source"] == "SUBMITTED_BY_SELLER")
        .collect();
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0]["notes"], "Delivered and signed for.");
    assert_eq!(rows[0]["documents"][0]["name"], "proof.pdf");
    assert_eq!(
        rows[0]["evidence_info"]["tracking_info"][0]["tracking_number"],
        "0034012345"
    );
    let (status, body) = desk
        .send(&token, &path(&dispute, "provide-evidence"), proof())
        .await;
    assert_eq!((status.as_u16(), body["name"].as_str()), (422, Some(REFUSED_NOW)));
    let journal = desk.journal().await;
    assert_eq!(journal.len(), 1);
    assert_eq!(journal[0]["action"], "provide-evidence");
    assert_eq!(journal[0]["dispute_id"], id(&dispute));
    assert_eq!(journal[0]["client_id"], desk.sim.accounts()[0].client_id.as_str());
    assert_eq!(
        (&journal[0]["in_time"], &journal[0]["note"]),
        (&true.into(), &"Delivered and signed for.".into())
    );
}

#[tokio::test]
async fn accepting_moves_money_and_ends_the_case() {
    let desk = Desk::open(options()).await;
    let token = desk.token(0).await;
    let dispute = desk.waiting(0, not_received).await;
    let accept = path(&dispute, "accept-claim");
    let refuse = |body: Value, expected: &'static str| {
        let (desk, token, accept) = (&desk, &token, &accept);
        async move {
            let (status, answer) = desk.post(token, accept, body).await;
            assert_eq!((status.as_u16(), issue(&answer)), (400, expected));
        }
    };
    refuse(json!({}), "MANDATORY_PARAMETER_MISSING").await;
    refuse(json!({"note": ""}), "INVALID_STRING_LENGTH").await;
    refuse(json!({"note": "x".repeat(2_001)}), "INVALID_STRING_LENGTH").await;
    refuse(
        json!({"note": "n", "accept_claim_type": "HALF"}),
        "INVALID_PARAMETER_VALUE",
    )
    .await;
    refuse(
        json!({"note": "n", "refund_amount": dispute["dispute_amount"]}),
        "AMOUNT_SHOULD_NOT_BE_PASSED",
    )
    .await;
    let address = json!({"country_code": "DE"});
    refuse(
        json!({"note": "n", "return_shipping_address": address}),
        "MISSING_RETURN_SHIPPING_ADDRESS",
    )
    .await;
    refuse(
        json!({"note": "n", "accept_claim_reason": "BORED"}),
        "INVALID_PARAMETER_VALUE",
    )
    .await;
    let (status, _) = desk.post(&token, &accept, json!({"note": "We refund."})).await;
    assert_eq!(status, 200);
    let after = shown(&desk, &token, &dispute).await;
    assert_eq!(after["status"], "RESOLVED");
    assert_eq!(after["dispute_outcome"]["outcome_code"], "RESOLVED_BUYER_FAVOUR");
    assert_eq!(
        after["dispute_outcome"]["amount_refunded"],
        dispute["dispute_amount"]
    );
    assert_eq!(after["fund_movements"][0]["type"], "DEBIT");
    assert_eq!(desk.post(&token, &accept, json!({"note": "Again."})).await.0, 422);
    assert_eq!(desk.journal().await.len(), 1);
}

#[tokio::test]
async fn offers_ask_the_buyer_unless_they_are_full() {
    let desk = Desk::open(options()).await;
    let token = desk.token(0).await;
    let dispute = desk.waiting(0, not_as_described).await;
    let offer = path(&dispute, "make-offer");
    let currency = dispute["dispute_amount"]["currency_code"].clone();
    let small = json!({"currency_code": currency, "value": "1.00"});
    for (body, status, expected) in [
        (json!({"note": "n"}), 400, "MANDATORY_PARAMETER_MISSING"),
        (
            json!({"note": "n", "offer_type": "REFUND"}),
            400,
            "MANDATORY_PARAMETER_MISSING",
        ),
        (
            json!({"note": "n", "offer_type": "REFUND", "offer_amount": {"currency_code": currency, "value": 1}}),
            400,
            "INVALID_PARAMETER_VALUE",
        ),
        (
            json!({"note": "n", "offer_type": "REFUND", "offer_amount": {"currency_code": "BRL", "value": "1.00"}}),
            422,
            "CURRENCY_MISMATCH",
        ),
        (
            json!({"note": "n", "offer_type": "REFUND", "offer_amount": {"currency_code": currency, "value": "9999999.00"}}),
            422,
            "REFUND_AMOUNT_EXCEEDS_ALLOWED",
        ),
        (
            json!({"note": "n", "offer_type": "REFUND_WITH_RETURN", "offer_amount": small}),
            400,
            "SHIPPING_ADDRESS_SHOULD_NOT_BE_PASSED",
        ),
        (
            json!({"note": "n", "offer_type": "REFUND_WITH_RETURN", "offer_amount": small, "return_shipping_address": {"postal_code": "1"}}),
            400,
            "INVALID_RETURN_SHIPPING_ADDRESS_FORMAT",
        ),
    ] {
        let (found, answer) = desk.post(&token, &offer, body.clone()).await;
        assert_eq!((found.as_u16(), issue(&answer)), (status, expected), "{body}");
    }
    let part = json!({"note": "Part of it.", "offer_type": "REFUND", "offer_amount": small});
    assert_eq!(desk.post(&token, &offer, part).await.0, 200);
    let after = shown(&desk, &token, &dispute).await;
    assert_eq!(after["status"], "WAITING_FOR_BUYER_RESPONSE");
    assert_eq!(after["offer"]["history"][0]["event_type"], "PROPOSED");
    assert_eq!(rels(&after), ["self"]);
    let app = desk.sim.buyers();
    let buyer = desk.token_of(&app.client_id, &app.client_secret).await;
    assert_eq!(
        desk.post(&token, &path(&dispute, "deny-offer"), json!({"note": "No."}))
            .await
            .0,
        403
    );
    assert_eq!(
        desk.post(&buyer, &path(&dispute, "deny-offer"), json!({"note": "No."}))
            .await
            .0,
        200
    );
    let denied = shown(&desk, &token, &dispute).await;
    assert_eq!(
        (
            &denied["status"],
            denied["offer"]["history"].as_array().unwrap().len()
        ),
        (&"WAITING_FOR_SELLER_RESPONSE".into(), 2)
    );
    let full =
        json!({"note": "All of it.", "offer_type": "REFUND", "offer_amount": dispute["dispute_amount"]});
    assert_eq!(desk.post(&token, &offer, full).await.0, 200);
    let closed = shown(&desk, &token, &dispute).await;
    assert_eq!(closed["status"], "RESOLVED");
    assert_eq!(
        closed["dispute_outcome"]["amount_refunded"],
        dispute["dispute_amount"]
    );
    assert_eq!(
        desk.post(&buyer, &path(&dispute, "accept-offer"), json!({}))
            .await
            .0,
        422
    );
}

#[tokio::test]
async fn messages_repeat_and_escalation_ends_them() {
    let desk = Desk::open(options()).await;
    let token = desk.token(0).await;
    let dispute = desk.waiting(0, stage("INQUIRY")).await;
    let (send, before) = (
        path(&dispute, "send-message"),
        dispute["messages"].as_array().unwrap().len(),
    );
    for _ in 0..2 {
        assert_eq!(
            desk.post(&token, &send, json!({"message": "We look into it."}))
                .await
                .0,
            200
        );
    }
    let form = input(json!({"message": "With a photo."})).part("file1", file("photo.png", "image/png", 10));
    assert_eq!(desk.send(&token, &send, form).await.0, 200);
    assert_eq!(desk.post(&token, &send, json!({"text": "x"})).await.0, 400);
    let after = shown(&desk, &token, &dispute).await;
    let messages = after["messages"].as_array().unwrap();
    assert_eq!(messages.len(), before + 3, "a message sent twice is there twice");
    assert_eq!(messages.last().unwrap()["posted_by"], "SELLER");
    assert_eq!(messages.last().unwrap()["documents"][0]["name"], "photo.png");
    assert_eq!(
        desk.post(
            &token,
            &path(&dispute, "escalate"),
            json!({"note": "Please decide."})
        )
        .await
        .0,
        200
    );
    let escalated = shown(&desk, &token, &dispute).await;
    assert_eq!(
        (&escalated["dispute_life_cycle_stage"], &escalated["status"]),
        (&"CHARGEBACK".into(), &"UNDER_REVIEW".into())
    );
    assert_eq!(desk.post(&token, &send, json!({"message": "x"})).await.0, 422);
    assert_eq!(desk.journal().await.len(), 4);
}
