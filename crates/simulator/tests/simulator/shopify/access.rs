//! Tokens, the shop's states, scopes and protected customer data.

use serde_json::json;

use super::*;

const ASK: &str =
    "query($id: ID!) { dispute(id: $id) { id status order { id } disputeEvidence { id customerLastName } } }";

#[tokio::test]
async fn refused_shops_say_how() {
    let shop = Shop::open().await;
    let ask = |token: String| read(shop.graph(LATEST, &token, "{ shop { id } }", json!({})));
    assert_eq!(ask("shpat_wrong".to_owned()).await.0, 401);
    let theirs = shop.desk.sim.accounts()[2].shopify.access_token.clone();
    assert_eq!(ask(theirs).await.0, 401, "another shop's token");
    for (change, back, status) in [
        (json!({"frozen": true}), json!({"frozen": false}), 402),
        (json!({"locked": true}), json!({"locked": false}), 423),
        (
            json!({"revoke_tokens": true}),
            json!({"revoke_tokens": false}),
            401,
        ),
    ] {
        shop.set(change).await;
        assert_eq!(ask(shop.token()).await.0, status);
        assert_eq!(read(shop.rest(Method::GET, "disputes.json")).await.0, status);
        shop.set(back).await;
        assert_eq!(ask(shop.token()).await.0, 200);
    }
}

#[tokio::test]
async fn a_missing_scope_is_named_and_the_rest_still_comes() {
    let shop = Shop::open().await;
    let own = shop.waiting().await;
    shop.set(json!({"scopes": ["read_shopify_payments_disputes"]}))
        .await;
    let body = shop
        .ask(
            "query($id: ID!) { dispute(id: $id) { id order { id } } shop { id } }",
            json!({"id": own.id}),
        )
        .await;
    assert_eq!(body["data"]["dispute"]["id"], own.id.as_str());
    assert!(body["data"]["dispute"]["order"].is_null());
    let error = &body["errors"][0];
    assert_eq!(
        (&error["extensions"]["code"], &error["path"]),
        (&"ACCESS_DENIED".into(), &json!(["dispute", "order"]))
    );
    assert!(
        error["extensions"]["requiredAccess"]
            .as_str()
            .unwrap()
            .contains("read_orders")
    );
    let body = shop.ask(UPDATE, json!({"id": own.evidence, "input": {}})).await;
    assert!(body["data"]["disputeEvidenceUpdate"].is_null());
    assert_eq!(body["errors"][0]["extensions"]["code"], "ACCESS_DENIED");

    let evidence = format!("disputes/{}/dispute_evidences.json", own.number);
    assert_eq!(
        read(shop.rest(Method::GET, &evidence)).await.0,
        404,
        "hidden, not refused"
    );
    let upload = format!("disputes/{}/dispute_file_uploads.json", own.number);
    assert_eq!(
        read(shop.rest(Method::POST, &upload).json(&json!({}))).await.0,
        404
    );
    shop.set(json!({"scopes": ["read_orders"]})).await;
    let (status, body) = read(shop.rest(Method::GET, "disputes.json")).await;
    assert_eq!(status, 403);
    assert!(
        body["errors"]
            .as_str()
            .unwrap()
            .contains("read_shopify_payments_disputes")
    );
    let granted = shop
        .data(
            "{ currentAppInstallation { accessScopes { handle } } publicApiVersions { handle supported } }",
            json!({}),
        )
        .await;
    assert_eq!(
        granted["currentAppInstallation"]["accessScopes"],
        json!([{"handle": "read_orders"}])
    );
    assert_eq!(granted["publicApiVersions"].as_array().unwrap().len(), 4);
}

#[tokio::test]
async fn customer_data_needs_approval() {
    let shop = Shop::open().await;
    let own = shop.waiting().await;
    shop.set(json!({"protected_data": false})).await;
    let body = shop.ask(ASK, json!({"id": own.id})).await;
    assert_eq!(body["data"]["dispute"]["status"], "NEEDS_RESPONSE");
    assert!(body["data"]["dispute"]["order"].is_null());
    assert!(body["data"]["dispute"]["disputeEvidence"]["customerLastName"].is_null());
    let messages: Vec<_> = body["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| error["message"].as_str().unwrap())
        .collect();
    assert!(messages[0].starts_with("This app is not approved to access the Order object."));
    assert_eq!(messages.len(), 2);
    let create = "mutation { webhookSubscriptionCreate(topic: DISPUTES_CREATE, webhookSubscription: {uri: \"https://desk.example/hook\"}) { userErrors { message } } }";
    let refused = shop.data(create, json!({})).await;
    assert!(
        refused["webhookSubscriptionCreate"]["userErrors"][0]["message"]
            .as_str()
            .unwrap()
            .contains("protected customer data")
    );
}

#[tokio::test]
async fn addresses_need_an_approval_of_their_own() {
    let shop = Shop::open().await;
    let own = shop.waiting().await;
    let ask = "query($id: ID!) { dispute(id: $id) { order { name shippingAddress { address1 zip city countryCodeV2 } } } }";
    let order = &shop.ask(ask, json!({"id": own.id})).await["data"]["dispute"]["order"];
    assert!(order["shippingAddress"]["address1"].is_string(), "{order}");
    shop.set(json!({"protected_addresses": false})).await;
    let body = shop.ask(ask, json!({"id": own.id})).await;
    let order = &body["data"]["dispute"]["order"];
    assert!(order["name"].is_string() && order["shippingAddress"].is_null());
    assert_eq!(
        body["errors"][0]["path"],
        json!(["dispute", "order", "shippingAddress"])
    );
}

#[tokio::test]
async fn webhook_subscriptions_are_made_listed_and_deleted() {
    let shop = Shop::open().await;
    let create = "mutation($uri: String!) { webhookSubscriptionCreate(topic: DISPUTES_UPDATE, webhookSubscription: {uri: $uri, format: JSON}) { webhookSubscription { id topic uri } userErrors { field message } } }";
    let made = shop
        .data(create, json!({"uri": "https://desk.example/hook"}))
        .await;
    let id = made["webhookSubscriptionCreate"]["webhookSubscription"]["id"].clone();
    let again = shop
        .data(create, json!({"uri": "https://desk.example/hook"}))
        .await;
    assert!(
        again["webhookSubscriptionCreate"]["userErrors"][0]["message"]
            .as_str()
            .unwrap()
            .contains("already")
    );
    let plain = shop
        .data(create, json!({"uri": "http://desk.example/hook"}))
        .await;
    assert!(plain["webhookSubscriptionCreate"]["webhookSubscription"].is_null());
    let list = "{ webhookSubscriptions(first: 5, topics: [DISPUTES_UPDATE]) { nodes { id uri } } }";
    assert_eq!(
        shop.data(list, json!({})).await["webhookSubscriptions"]["nodes"][0]["id"],
        id
    );
    let delete = "mutation($id: ID!) { webhookSubscriptionDelete(id: $id) { deletedWebhookSubscriptionId userErrors { message } } }";
    let gone = shop.data(delete, json!({"id": id})).await;
    assert_eq!(
        gone["webhookSubscriptionDelete"]["deletedWebhookSubscriptionId"],
        id
    );
    assert_eq!(
        shop.data(list, json!({})).await["webhookSubscriptions"]["nodes"],
        json!([])
    );
}
