//! Represent, accept the loss, appeal, enrol: bodies, states and the journal.

use super::*;

#[tokio::test]
async fn evidence_is_taken_once_and_echoed_short() {
    let shop = Shop::open().await;
    let id = shop.plant(json!({"due_in_seconds": DAY})).await;
    let file = shop.upload(&id).await;
    let text = "z".repeat(3_000);
    let (status, body) = shop.post(&id, "represent", evidence(&[&file], &text)).await;
    assert_eq!(status, 201, "{body}");
    assert_eq!(
        (&body["state"], &body["additional_information"]),
        (&json!("REPRESENTMENT"), &json!(text))
    );
    let after = shop.show(&id).await;
    assert_eq!(
        (&after["state"], &after["previous_state"]),
        (&json!("REPRESENTMENT"), &json!("INITIATED"))
    );
    let echo = &after["state_context"]["partner_evidence"];
    assert_eq!(echo["additional_information"].as_str().unwrap().len(), 500);
    assert_eq!(
        echo["attachments"][0]["payment_dispute_attachment_id"],
        file.as_str()
    );
    assert_eq!(echo["attachments"][0]["description"], "Proof of delivery");
    assert_eq!(after["representment"]["state"], "EVIDENCE_RECEIVED");
    let (status, body) = shop.post(&id, "represent", evidence(&[&file], "Again.")).await;
    assert_eq!((status.as_u16(), code(&body)), (409, "RESOURCE_CONFLICT"));
    assert_eq!(shop.accept(&id).await.0, 409);
    let journal = shop.desk.control("/klarna/journal").await;
    let actions: Vec<&str> = journal
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["action"].as_str().unwrap())
        .collect();
    assert_eq!(actions, ["upload", "represent"]);
    let row = &journal[1];
    assert_eq!(
        (&row["platform"], &row["by"]),
        (&json!("klarna"), &json!("merchant"))
    );
    assert_eq!((&row["in_time"], &row["note"]), (&json!(true), &json!(text)));
    assert_eq!(row["client_id"], shop.client_id());
    assert!(row["due_at"].is_string());
}

#[tokio::test]
async fn bodies_of_represent_are_held_to_their_rules() {
    let shop = Shop::open().await;
    let id = shop.plant(json!({"amount": 5_000})).await;
    let file = shop.upload(&id).await;
    let elsewhere = shop.plant(json!({})).await;
    let foreign = shop.upload(&elsewhere).await;
    let mut files = Vec::new();
    for _ in 0..11 {
        files.push(shop.upload(&id).await);
    }
    let eleven: Vec<&str> = files.iter().map(String::as_str).collect();
    let with = |name: &str, value: Value| {
        let mut body = evidence(&[&file], "Text.");
        body[name] = value;
        body
    };
    let described = json!([{"payment_dispute_attachment_id": file, "description": "x".repeat(1_001)}]);
    let attachment = "attachments.payment_dispute_attachment_id";
    for (body, wrong) in [
        (json!({"additional_information": "Text alone."}), "attachments"),
        (evidence(&[], "None."), "attachments"),
        (evidence(&eleven, "Too many."), "attachments"),
        (evidence(&[&foreign], "Another case's."), attachment),
        (evidence(&[&file, &file], "Twice."), attachment),
        (evidence(&["nobody"], "Unknown."), attachment),
        (with("attachments", described), "attachments.description"),
        (
            with("additional_information", "x".repeat(5_001).into()),
            "additional_information",
        ),
        (
            with("partner_proposed_refund_amount", 5_000.into()),
            "partner_proposed_refund_amount",
        ),
        (
            with("partner_proposed_refund_amount", json!(12.5)),
            "partner_proposed_refund_amount",
        ),
        (json!([]), "body"),
    ] {
        let (status, answer) = shop.post(&id, "represent", body).await;
        assert_eq!((status.as_u16(), parameter(&answer)), (400, wrong));
    }
    let (status, body) = shop.send(&id, Form::new().text("attachments", "x")).await;
    assert_eq!(status, 400, "{body}");
    let ten: Vec<&str> = eleven[..10].to_vec();
    let mut body = evidence(&ten, "Ten files and an offer.");
    body["partner_proposed_refund_amount"] = 4_999.into();
    assert_eq!(shop.post(&id, "represent", body).await.0, 201);
    let (status, _) = shop.post("krn:nobody", "represent", json!({})).await;
    assert_eq!(status, 404);
}

#[tokio::test]
async fn the_old_framework_keeps_its_state() {
    let shop = Shop::open().await;
    let id = shop.plant(json!({"framework": "FRAMEWORK_2020"})).await;
    assert_eq!(
        shop.show(&id).await["configuration"]["base_framework"],
        "FRAMEWORK_2020"
    );
    let file = shop.upload(&id).await;
    let (status, body) = shop.post(&id, "represent", evidence(&[&file], "Text.")).await;
    assert_eq!((status.as_u16(), &body["state"]), (201, &json!("INITIATED")));
    let after = shop.show(&id).await;
    assert_eq!(after["state"], "INITIATED");
    let representment = &after["state_context"]["representment"];
    assert_eq!(
        (&representment["state"], &representment["previous_state"]),
        (&json!("EVIDENCE_RECEIVED"), &json!("EVIDENCE_REQUESTED"))
    );
    assert_eq!(
        shop.post(&id, "represent", evidence(&[&file], "Again.")).await.0,
        409
    );
    let path = format!("/klarna/disputes/{}/decide", id.replace(':', "%3A"));
    let (_, decided) = shop.desk.command(&path, json!({"outcome": "LOST"})).await;
    assert_eq!(decided["state"], "CLOSED", "no appeal under the old rules");
}

#[tokio::test]
async fn an_accepted_loss_closes_a_moment_later() {
    let shop = Shop::open().await;
    // The moment must not pass by itself.
    let now = shop.desk.control("/clock").await["now"].clone();
    shop.desk.command("/clock", json!({"freeze_at": now})).await;
    for status in ["INITIATED", "PRE_ARBITRATION"] {
        let id = shop.plant(json!({"status": status})).await;
        let (code, body) = shop.accept(&id).await;
        assert_eq!((code.as_u16(), &body), (202, &json!({"state": "CLOSED"})));
        assert_eq!(
            shop.show(&id).await["state"],
            status,
            "202 is a promise, not a fact"
        );
        assert_eq!(shop.accept(&id).await.0, 409);
        shop.advance(3).await;
        let after = shop.show(&id).await;
        assert_eq!(after["state"], "CLOSED");
        assert_eq!(after["state_context"]["dispute_outcome"], "LOST");
        assert_eq!(
            after["state_context"]["dispute_outcome_detailed"],
            "PARTNER_ACCEPTED_THE_LOSS"
        );
        assert_eq!(shop.accept(&id).await.0, 409);
    }
    let id = shop.represented("Under review now.").await;
    assert_eq!(shop.accept(&id).await.0, 409);
}

#[tokio::test]
async fn an_appeal_needs_a_preliminary_loss_and_words() {
    let shop = Shop::open().await;
    let early = shop.plant(json!({})).await;
    let words = json!({"additional_information": "The carrier's signature was overlooked."});
    assert_eq!(shop.post(&early, "appeal", words.clone()).await.0, 409);
    let id = shop.plant(json!({"status": "PRE_ARBITRATION"})).await;
    let before = shop.show(&id).await;
    assert!(before["state_context"]["arbitration_expires_at"].is_string());
    assert_eq!(before["arbitration"]["preliminary_outcome"], "LOST");
    for (body, wrong) in [
        (json!({}), "additional_information"),
        (json!({"additional_information": ""}), "additional_information"),
        (
            json!({"additional_information": "x".repeat(10_001)}),
            "additional_information",
        ),
        (
            json!({"additional_information": "Text.", "attachments": []}),
            "attachments",
        ),
    ] {
        let (status, answer) = shop.post(&id, "appeal", body).await;
        assert_eq!((status.as_u16(), parameter(&answer)), (400, wrong));
    }
    let (status, body) = shop.post(&id, "appeal", words).await;
    assert_eq!((status.as_u16(), &body["state"]), (201, &json!("ARBITRATION")));
    let after = shop.show(&id).await;
    assert_eq!(
        (&after["state"], &after["previous_state"]),
        (&json!("ARBITRATION"), &json!("PRE_ARBITRATION"))
    );
    assert!(after.get("state_context").is_none());
    assert!(after["arbitration"]["arbitration_request"]["requested_at"].is_string());
    assert_eq!(
        shop.post(&id, "appeal", json!({"additional_information": "Again."}))
            .await
            .0,
        409
    );
}

#[tokio::test]
async fn enrolment_is_for_the_own_merchant_id_and_leaves_a_trace() {
    let shop = Shop::open().await;
    let enroll = async |kind: &str, id: &str| {
        read(shop.call(Method::POST, &format!("{DISPUTES}/{kind}/{id}/enroll")))
            .await
            .0
    };
    let own = shop.keys().merchant_id.clone();
    for _ in 0..2 {
        assert_eq!(enroll("merchants", &own).await, 204);
    }
    assert_eq!(enroll("merchants", "K0000000").await, 403);
    assert_eq!(enroll("partners", &own).await, 403);
    let journal = shop.desk.control("/klarna/journal").await;
    assert_eq!(journal.as_array().unwrap().len(), 2);
    assert_eq!(journal[0]["action"], "enroll");
}
