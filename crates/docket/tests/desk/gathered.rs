//! Facts that gather themselves: what each platform tells of a purchase, as a case shows it and its checklist uses it.

use serde_json::{Value, json};

use crate::support::Desk;

fn row(list: &Value, kind: &str) -> Value {
    let mut rows = list["rows"].as_array().unwrap().iter();
    rows.find(|row| row["kind"] == kind)
        .unwrap_or_else(|| panic!("{kind} in {list}"))
        .clone()
}

#[tokio::test]
async fn shopify_tells_of_all_lines_the_address_and_the_texts_of_policies() {
    let desk = Desk::everywhere(0);
    desk.join("shopify", "Acme", 0);
    let wish = json!({"kind": "CHARGEBACK", "reason": "PRODUCT_NOT_RECEIVED"});
    let disputes = desk.plant_on("shopify", 0, 20, &wish).await;
    desk.call(&["sync"]).good();
    desk.work();
    let cases: Vec<Value> = disputes.iter().map(|dispute| desk.case(dispute)).collect();
    let known = |case: &Value| {
        case["dossier"]["orders"]
            .as_array()
            .is_some_and(|all| !all.is_empty())
    };
    let orders: Vec<&Value> = cases.iter().filter(|case| known(case)).collect();
    let many = orders
        .iter()
        .find(|case| case["dossier"]["lines"].as_array().unwrap().len() == 12)
        .expect("an order has more lines than a first page holds");
    let lines = many["dossier"]["lines"].as_array().unwrap();
    for line in lines {
        let fact = &line["fact"];
        assert!(fact["title"].is_string() && fact["amount"].is_object(), "{line}");
    }
    let order = &many["dossier"]["orders"][0]["fact"];
    let went = order["ship_to"].as_str().unwrap();
    assert!(went.contains(", ") && went.ends_with(" Exampleville"), "{went}");
    let policies = many["dossier"]["policies"].as_array().unwrap();
    let refund = policies
        .iter()
        .find(|known| known["fact"]["kind"] == "refund")
        .unwrap();
    let text = refund["fact"]["text"].as_str().unwrap();
    assert!(
        text.starts_with("Goods may be sent back within 30 days") && !text.contains('<'),
        "{text}"
    );
    assert_eq!(refund["fact"]["from"], "2025-08-11");
}

#[tokio::test]
async fn an_app_without_approval_for_addresses_reads_the_order_without() {
    let desk = Desk::everywhere(0);
    desk.join("shopify", "Acme", 0);
    desk.shop(0, &json!({"protected_addresses": false})).await;
    let disputes = desk.plant_on("shopify", 0, 4, &json!({})).await;
    desk.call(&["sync"]).good();
    desk.work();
    let cases = disputes
        .iter()
        .map(|dispute| desk.case(dispute)["dossier"].clone());
    let orders: Vec<Value> = cases.filter(|known| known["orders"][0].is_object()).collect();
    assert!(!orders.is_empty());
    for known in orders {
        assert_eq!(known["orders"][0]["fact"]["ship_to"], Value::Null, "{known}");
        assert!(known["lines"][0]["fact"]["title"].is_string(), "{known}");
    }
}

#[tokio::test]
async fn klarna_tells_where_the_goods_went_and_whether_that_is_where_the_bill_went() {
    let desk = Desk::everywhere(0);
    desk.join("klarna", "Acme", 0);
    let wish = json!({"reason": "PRODUCTS_OR_SERVICES_NOT_RECEIVED"});
    let dispute = desk.plant_on("klarna", 0, 1, &wish).await.remove(0);
    desk.call(&["sync"]).good();
    desk.work();
    let case = desk.case(&dispute);
    let order = &case["dossier"]["orders"][0]["fact"];
    assert!(
        order["ship_to"].as_str().unwrap().ends_with(" Exampleville"),
        "{order}"
    );
    assert!(order["addresses_match"].is_boolean(), "{order}");
    assert!(
        !case.to_string().contains("@mail.example"),
        "nothing else of the address is kept"
    );
}

#[tokio::test]
async fn paypal_tells_what_kind_of_goods_it_is() {
    // What the second of these accounts sells are keys of games.
    for (account, goods) in [(0, "physical"), (2, "digital"), (3, "service")] {
        let desk = Desk::everywhere(0);
        desk.join("paypal", "Acme", account);
        let dispute = desk.plant_on("paypal", account, 1, &json!({})).await.remove(0);
        desk.call(&["sync"]).good();
        let list = desk.call(&["evidence", "check", &dispute, "--json"]).json();
        assert_eq!(
            (&list["goods"], &list["goods_assumed"]),
            (&json!(goods), &json!(false))
        );
    }
}

#[tokio::test]
async fn imported_messages_and_returns_stand_on_the_checklist_with_what_they_say() {
    let desk = Desk::everywhere(0);
    desk.join("paypal", "Acme", 0);
    let wish = json!({"reason": "MERCHANDISE_OR_SERVICE_NOT_AS_DESCRIBED"});
    let dispute = desk.plant_on("paypal", 0, 1, &wish).await.remove(0);
    desk.call(&["sync"]).good();
    let reference = desk.case(&dispute)["order_refs"][0].as_str().unwrap().to_owned();
    let bring = |kind: &str, content: &str| {
        let file = desk.file(&format!("{kind}.csv"), content.as_bytes());
        desk.call(&["import", kind, &file, "--client", "Acme"]).good();
    };
    bring(
        "orders",
        &format!("order,ordered_at,transaction_id\n1001,2020-02-05,{reference}\n"),
    );
    bring(
        "messages",
        "order,from,at,text\n1001,merchant,2020-02-09,We send you a replacement at once.\n",
    );
    bring(
        "returns",
        "order,sku,asked_at,received_at,state\n1001,LAMP,2020-02-10,2020-02-14,unopened\n",
    );
    let list = desk.call(&["evidence", "check", &dispute, "--json"]).json();
    let offered = row(&list, "remedy_offered");
    assert_eq!(offered["standing"], "weak", "{offered}");
    let said = offered["having"].as_array().unwrap();
    assert!(
        said.iter().any(|having| {
            having["what"] == "merchant wrote 2020-02-09: We send you a replacement at once."
                && having["from"]["place"] == "messages.csv:2"
        }),
        "{offered}"
    );
    let back = row(&list, "return_state");
    assert_eq!(back["standing"], "present", "{back}");
    assert!(
        back["having"][0]["what"].as_str().unwrap().contains("LAMP"),
        "{back}"
    );
    let shown = desk.call(&["evidence", "check", &dispute]).good();
    assert!(shown.contains("We send you a replacement at once."), "{shown}");
}

/// A Klarna case whose order was read, and the refunds that it knows.
fn refunds(desk: &Desk, dispute: &str) -> Vec<Value> {
    let known = desk.case(dispute)["dossier"]["refunds"].clone();
    known.as_array().unwrap().clone()
}

#[tokio::test]
async fn a_refund_at_the_shop_is_seen_when_every_open_case_is_read_again() {
    let desk = Desk::everywhere(0);
    desk.join("klarna", "Acme", 0);
    let dispute = desk.plant_on("klarna", 0, 1, &json!({})).await.remove(0);
    desk.call(&["sync"]).good();
    desk.work();
    let before = refunds(&desk, &dispute);
    desk.post(
        &format!("klarna/disputes/{dispute}/refund"),
        &json!({"amount": 123}),
    )
    .await;
    // Nothing of it stands in the dispute: what changed there is not asked for its order.
    desk.call(&["sync"]).good();
    desk.work();
    assert_eq!(refunds(&desk, &dispute), before);
    desk.call(&["sync", "--full"]).good();
    desk.work();
    let after = refunds(&desk, &dispute);
    assert_eq!(after.len(), before.len() + 1, "{after:?}");
    let new = after.iter().find(|known| !before.contains(known)).unwrap();
    assert_eq!(new["fact"]["amount"]["minor"], 123, "{new}");
}

#[tokio::test]
async fn money_does_not_move_where_the_shop_refunded_meanwhile() {
    let desk = Desk::everywhere(0);
    desk.join("klarna", "Acme", 0);
    let wish = json!({"amount": 5_000});
    let dispute = desk.plant_on("klarna", 0, 1, &wish).await.remove(0);
    desk.call(&["sync"]).good();
    desk.work();
    let accept = [
        "respond",
        &dispute,
        "accept",
        "--type",
        "refund",
        "--note",
        "we lost it",
        "--yes",
    ];
    desk.call(&accept).good();
    desk.call(&["draft", "approve", &dispute, "--version", "1", "--by", "bob"])
        .good();
    desk.post(
        &format!("klarna/disputes/{dispute}/refund"),
        &json!({"amount": 5_000}),
    )
    .await;
    desk.work();
    let answer = desk
        .call(&["respond", "list", "--case", &dispute, "--json"])
        .json()[0]
        .clone();
    assert_eq!(answer["state"], "refused", "{answer}");
    assert!(answer.to_string().contains("nothing was sent"), "{answer}");
    let journal = desk.get("klarna/journal").await;
    assert_eq!(journal, json!([]));
}

#[tokio::test]
async fn a_policy_that_changed_since_counts_as_it_was_on_the_day_of_the_order() {
    let desk = Desk::everywhere(0);
    desk.join("shopify", "Acme", 0);
    let wish = json!({"kind": "CHARGEBACK", "reason": "CREDIT_NOT_PROCESSED"});
    let disputes = desk.plant_on("shopify", 0, 3, &wish).await;
    desk.call(&["sync"]).good();
    desk.work();
    let refund = |dispute: &str| {
        let policies = desk.case(dispute)["dossier"]["policies"].clone();
        let mut all = policies.as_array().unwrap().iter();
        all.find(|known| known["fact"]["kind"] == "refund").cloned()
    };
    let knows = |dispute: &&String| refund(dispute).is_some();
    let dispute = disputes.iter().find(knows).expect("an order with its policies");
    let before = refund(dispute);
    desk.shop(0, &json!({"refund_policy": "Nothing may be sent back."}))
        .await;
    desk.call(&["sync", "--full"]).good();
    desk.work();
    assert_eq!(refund(dispute), before);
    // A later order is held against the new one.
    let evidence = desk.call(&["evidence", "check", dispute, "--json"]).json();
    assert!(
        !evidence.to_string().contains("Nothing may be sent back"),
        "{evidence}"
    );
}
