//! The four kinds of credentials.

use std::collections::BTreeMap;

use serde_json::json;

use super::*;

impl Shop {
    async fn oauth(&self, fields: Value) -> Answer {
        let app = &self.desk.sim.accounts()[self.account].shopify;
        let mut fields = fields;
        fields["client_id"] = app.client_id.as_str().into();
        fields["client_secret"] = app.client_secret.as_str().into();
        let url = format!("{}/admin/oauth/access_token", self.base());
        read(self.desk.http.post(url).json(&fields)).await
    }

    async fn refresh(&self, token: &str) -> Answer {
        self.oauth(json!({"grant_type": "refresh_token", "refresh_token": token}))
            .await
    }

    async fn works(&self, token: &Value) -> bool {
        read(self.graph(LATEST, token.as_str().unwrap(), "{ shop { id } }", json!({})))
            .await
            .0
            == 200
    }
}

#[tokio::test]
async fn refresh_tokens_rotate_and_the_old_one_lives_until_the_new_is_used() {
    let shop = Shop::open().await;
    let first = shop.desk.sim.accounts()[1].shopify.refresh_token.clone();
    let (status, lost) = shop.refresh(&first).await;
    assert_eq!(status, 200, "{lost}");
    let (status, pair) = shop.refresh(&first).await;
    assert_eq!(status, 200, "the first answer was lost: asked again");
    assert!(pair["expires_in"].as_i64().unwrap() < 3_600);
    assert!(shop.works(&pair["access_token"]).await);
    let (status, body) = shop.refresh(&first).await;
    assert_eq!((status.as_u16(), &body["error"]), (400, &"invalid_grant".into()));
    shop.advance(3_601).await;
    assert!(!shop.works(&pair["access_token"]).await);
    let (_, next) = shop.refresh(pair["refresh_token"].as_str().unwrap()).await;
    assert!(shop.works(&next["access_token"]).await);
    shop.advance(91 * 86_400).await;
    assert_eq!(shop.refresh(next["refresh_token"].as_str().unwrap()).await.0, 400);
}

#[tokio::test]
async fn client_credentials_last_a_day() {
    let shop = Shop::open().await;
    let (_, token) = shop.oauth(json!({"grant_type": "client_credentials"})).await;
    assert!(
        token["scope"]
            .as_str()
            .unwrap()
            .contains("read_shopify_payments_disputes,")
    );
    assert!(shop.works(&token["access_token"]).await);
    shop.advance(86_401).await;
    assert!(!shop.works(&token["access_token"]).await);
    let app = &shop.desk.sim.accounts()[2].shopify;
    let url = format!("{}/admin/oauth/access_token", shop.base());
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", &app.client_id),
        ("client_secret", &app.client_secret),
    ];
    let (status, body) = read(shop.desk.http.post(url).form(&form)).await;
    assert_eq!(
        (status.as_u16(), &body["error"]),
        (400, &"shop_not_permitted".into())
    );
}

#[tokio::test]
async fn the_consent_page_sends_a_signed_code_that_works_once() {
    let shop = Shop::open().await;
    let app = shop.desk.sim.accounts()[1].shopify.clone();
    let query = [
        ("client_id", app.client_id.as_str()),
        ("scope", "read_orders,read_shopify_payments_disputes"),
        ("redirect_uri", "http://127.0.0.1:9/back?from=shop"),
        ("state", "s 1"),
    ];
    let url = format!("{}/admin/oauth/authorize", shop.base());
    let still = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap();
    let answer = still.get(url).query(&query).send().await.unwrap();
    assert!(answer.status().is_redirection());
    let target = url::Url::parse(answer.headers()["location"].to_str().unwrap()).unwrap();
    let fields: BTreeMap<String, String> = target.query_pairs().into_owned().collect();
    assert_eq!((fields["state"].as_str(), &fields["shop"]), ("s 1", &app.shop));
    assert_eq!(fields["hmac"].len(), 64);
    let exchange = json!({"code": fields["code"], "expiring": "1"});
    let (status, pair) = shop.oauth(exchange.clone()).await;
    assert_eq!(status, 200, "{pair}");
    assert!(pair["refresh_token"].is_string() && shop.works(&pair["access_token"]).await);
    assert_eq!(shop.oauth(exchange).await.0, 400);
}

#[tokio::test]
async fn an_app_that_was_taken_off_gets_no_tokens_until_it_is_authorised_again() {
    let shop = Shop::open().await;
    let first = shop.desk.sim.accounts()[1].shopify.refresh_token.clone();
    let (_, pair) = shop.refresh(&first).await;
    shop.set(json!({"revoke_tokens": true})).await;
    assert!(!shop.works(&pair["access_token"]).await);
    assert_eq!(shop.refresh(pair["refresh_token"].as_str().unwrap()).await.0, 400);
    let (status, page) = shop.oauth(json!({"grant_type": "client_credentials"})).await;
    assert_eq!(status, 400);
    assert!(
        page.as_str().unwrap().contains("app_not_installed"),
        "a page, not JSON"
    );
    shop.set(json!({"revoke_tokens": false})).await;
    let (status, pair) = shop.refresh(&first).await;
    assert_eq!(status, 200, "{pair}");
}
