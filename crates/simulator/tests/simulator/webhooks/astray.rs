//! Receivers that refuse, and messages that go astray.

use super::*;

#[tokio::test]
async fn refused_messages_are_repeated_and_then_given_up() {
    let shop = Shop::open().await;
    let (receiver, url) = Receiver::open().await;
    *receiver.refuse.lock().unwrap() = 2;
    register(&shop.desk, "klarna", &url).await;
    shop.plant(json!({})).await;
    receiver.wait(1).await;
    let row = shop.desk.control("/webhooks").await[0].clone();
    assert_eq!((&row["repeated"], &row["failed"]), (&json!(2), &json!(0)));
    // Nobody listens there any more.
    register(&shop.desk, "klarna", "http://127.0.0.1:9/hook").await;
    shop.plant(json!({})).await;
    let given_up = async {
        while shop.desk.control("/webhooks").await[0]["failed"] != 1 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(15), given_up)
        .await
        .unwrap();
}

#[tokio::test]
async fn messages_get_lost_doubled_and_out_of_order() {
    let shop = Shop::open().await;
    let (receiver, url) = Receiver::open().await;
    register(&shop.desk, "klarna", &url).await;
    let astray = async |body: Value| {
        let (status, _) = shop.desk.command("/webhooks/faults", body).await;
        status.as_u16()
    };
    assert_eq!(astray(json!({"drop": 1.5})).await, 400);
    assert_eq!(astray(json!({"drop": 1.0})).await, 200);
    shop.plant(json!({})).await;
    let dropped = async {
        while shop.desk.control("/webhooks").await[0]["dropped"] != 1 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), dropped)
        .await
        .unwrap();
    astray(json!({"duplicate": 1.0})).await;
    shop.plant(json!({})).await;
    let got = receiver.wait(2).await;
    assert_eq!(
        got[0].1, got[1].1,
        "the same message twice, and the dropped one never"
    );
    astray(json!({"reorder": 1.0})).await;
    let first = shop.plant(json!({})).await;
    let second = shop.plant(json!({})).await;
    let got = receiver.wait(4).await;
    let ids: Vec<Value> = got[2..]
        .iter()
        .map(|message| json_of(message)["payload"]["payment_dispute_id"].clone())
        .collect();
    assert_eq!(ids, [json!(second), json!(first)]);
    astray(json!({"reorder": 1.0})).await;
    let alone = shop.plant(json!({})).await;
    let got = receiver.wait(5).await;
    assert_eq!(
        json_of(&got[4])["payload"]["payment_dispute_id"],
        alone.as_str(),
        "held back, not lost"
    );
}
