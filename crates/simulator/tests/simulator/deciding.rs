//! Review, decisions, returns, silence and the control door.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::*;

#[tokio::test]
async fn review_takes_supporting_info_and_ends_in_a_decision_that_can_be_appealed() {
    let desk = Desk::open(options()).await;
    let token = desk.token(0).await;
    let dispute = desk
        .waiting(0, |body| {
            not_received(body) && body["dispute_life_cycle_stage"] == "CHARGEBACK"
        })
        .await;
    let info = path(&dispute, "provide-supporting-info");
    assert_eq!(desk.post(&token, &info, json!({"notes": "More."})).await.0, 422);
    desk.send(&token, &path(&dispute, "provide-evidence"), proof())
        .await;
    assert_eq!(desk.post(&token, &info, json!({})).await.0, 400);
    assert_eq!(desk.post(&token, &info, json!({"notes": "More."})).await.0, 200);
    let after = shown(&desk, &token, &dispute).await;
    assert_eq!(after["supporting_info"][0]["source"], "SUBMITTED_BY_SELLER");
    assert!(rels(&after).contains(&"adjudicate"));

    let ask = path(&dispute, "require-evidence");
    assert_eq!(
        desk.post(&token, &ask, json!({"action": "SELLER_EVIDENCE"}))
            .await
            .0,
        200
    );
    let asked = shown(&desk, &token, &dispute).await;
    assert_eq!(asked["status"], "WAITING_FOR_SELLER_RESPONSE");
    assert!(asked["seller_response_due_date"].is_string());
    assert_eq!(
        desk.send(&token, &path(&dispute, "provide-evidence"), proof())
            .await
            .0,
        200
    );

    let decide = path(&dispute, "adjudicate");
    assert_eq!(
        desk.post(&token, &decide, json!({"adjudication_outcome": "BUYER_FAVOR"}))
            .await
            .0,
        200
    );
    let lost = shown(&desk, &token, &dispute).await;
    assert_eq!(
        (&lost["status"], &lost["dispute_state"]),
        (&"RESOLVED".into(), &"APPEALABLE".into())
    );
    assert_eq!(rels(&lost), ["self", "appeal"]);
    assert_eq!(desk.send(&token, &path(&dispute, "appeal"), proof()).await.0, 200);
    let appealed = shown(&desk, &token, &dispute).await;
    assert_eq!(
        (&appealed["dispute_life_cycle_stage"], &appealed["status"]),
        (&"PRE_ARBITRATION".into(), &"UNDER_REVIEW".into())
    );
    assert!(appealed["dispute_outcome"].is_null());
    assert_eq!(
        desk.post(&token, &decide, json!({"adjudication_outcome": "SELLER_FAVOR"}))
            .await
            .0,
        200
    );
    let won = shown(&desk, &token, &dispute).await;
    assert_eq!(won["dispute_outcome"]["outcome_code"], "RESOLVED_SELLER_FAVOUR");
    assert_eq!(won["adjudications"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_returned_item_is_acknowledged_with_documents() {
    let desk = Desk::open(options()).await;
    let token = desk.token(0).await;
    let dispute = desk
        .waiting(0, |body| rels(body).contains(&"acknowledge_return_item"))
        .await;
    let door = path(&dispute, "acknowledge-return-item");
    assert_eq!(
        desk.post(&token, &door, json!({"acknowledgement_type": "DAMAGED"}))
            .await
            .0,
        400
    );
    let row = json!({"acknowledgement_type": "DAMAGED", "evidences": [
        {"evidence_type": "PROOF_OF_DAMAGE", "documents": [{"name": "damage.jpg"}]},
    ]});
    let form = input(row).part("file1", file("damage.jpg", "image/jpeg", 100));
    let (status, body) = desk.send(&token, &door, form).await;
    assert_eq!(status, 200, "{body}");
    assert_eq!(shown(&desk, &token, &dispute).await["status"], "UNDER_REVIEW");
}

#[tokio::test]
async fn patch_sets_communication_details() {
    let desk = Desk::open(options()).await;
    let token = desk.token(0).await;
    let dispute = desk.waiting(0, not_received).await;
    let patch = |rows: Value| {
        read(
            desk.call(Method::PATCH, &token, &format!("/{}", id(&dispute)))
                .json(&rows),
        )
    };
    let value = json!({"email": "desk@shop.example", "note": "Write to us here."});
    let (status, body) =
        patch(json!([{"op": "add", "path": "/communication_details", "value": value}])).await;
    assert_eq!(
        (status.as_u16(), body["links"][0]["rel"].as_str()),
        (202, Some("self"))
    );
    assert_eq!(
        shown(&desk, &token, &dispute).await["communication_details"]["email"],
        "desk@shop.example"
    );
    assert_eq!(
        patch(json!([{"op": "remove", "path": "/communication_details"}]))
            .await
            .0,
        400
    );
    assert_eq!(
        patch(json!([{"op": "add", "path": "/status", "value": "RESOLVED"}]))
            .await
            .0,
        400
    );
    assert_eq!(
        patch(json!([{"op": "add", "path": "/partner_actions/-", "value": {}}]))
            .await
            .0,
        403
    );
}

#[tokio::test]
async fn silence_loses_the_case() {
    let desk = Desk::open(options()).await;
    let dispute = desk.waiting(0, not_received).await;
    desk.command("/clock", json!({"advance_seconds": 86_401 })).await;
    let token = desk.token(0).await;
    let (status, body) = desk
        .send(&token, &path(&dispute, "provide-evidence"), proof())
        .await;
    assert_eq!((status.as_u16(), body["name"].as_str()), (422, Some(REFUSED_NOW)));
    let after = shown(&desk, &token, &dispute).await;
    assert_eq!(after["dispute_outcome"]["outcome_code"], "RESOLVED_BUYER_FAVOUR");
    let ruling = after["adjudications"].as_array().unwrap().last().unwrap();
    assert_eq!(ruling["reason"], "NO_SELLER_RESPONSE");
    assert!(after["seller_response_due_date"].is_null());
    assert!(desk.journal().await.is_empty());
}

#[tokio::test]
async fn the_control_door_decides_reopens_and_writes() {
    let desk = Desk::open(options()).await;
    let token = desk.token(0).await;
    let dispute = desk.waiting(0, not_received).await;
    let door = |what: &str| format!("/paypal/disputes/{}/{what}", id(&dispute));
    assert_eq!(
        desk.command(&door("decide"), json!({"outcome": "SOMETHING"}))
            .await
            .0,
        400
    );
    let (status, decided) = desk
        .command(&door("decide"), json!({"outcome": "RESOLVED_SELLER_FAVOUR"}))
        .await;
    assert_eq!((status.as_u16(), &decided["status"]), (200, &"RESOLVED".into()));
    let (_, reopened) = desk
        .command(&door("reopen"), json!({"due_in_seconds": 3_600}))
        .await;
    assert_eq!(reopened["status"], "WAITING_FOR_SELLER_RESPONSE");
    assert_eq!(
        desk.command(&door("message"), json!({"text": "Hello?"})).await.0,
        200
    );
    let after = shown(&desk, &token, &dispute).await;
    assert_eq!(
        after["messages"].as_array().unwrap().last().unwrap()["content"],
        "Hello?"
    );
    assert!(
        desk.journal().await.is_empty(),
        "the control door is no write of the merchant"
    );
}
