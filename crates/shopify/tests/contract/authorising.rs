//! The authorization-code flow: the page, and what is believed of the address that comes back.

use std::collections::BTreeMap;

use docket_connector::Error;
use docket_shopify::DRIVER;
use ring::hmac;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use url::Url;
use url::form_urlencoded::Serializer;
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::support::shared;

const TOKEN: &str = "/lamps/admin/oauth/access_token";
/// The clock of the tests.
const NOW: i64 = 1_792_886_400;

fn app() -> SecretString {
    r#"{"shop": "lamps", "client_id": "app", "client_secret": "hush", "refresh_token": "stale"}"#
        .to_owned()
        .into()
}

fn base(server: &MockServer) -> Url {
    format!("{}/lamps", server.uri()).parse().unwrap()
}

/// An address as Shopify sends the merchant back to, signed over its sorted query.
fn returned(secret: &str, pairs: &[(&str, &str)]) -> Url {
    let mut pairs = pairs.to_vec();
    pairs.sort_unstable();
    let message = Serializer::new(String::new()).extend_pairs(&pairs).finish();
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let signature = hex::encode(hmac::sign(&key, message.as_bytes()));
    let mut url: Url = "https://desk.example/back".parse().unwrap();
    // The order of the query is not the order of the signature.
    url.query_pairs_mut()
        .append_pair("hmac", &signature)
        .extend_pairs(pairs.iter().rev());
    url
}

fn good() -> BTreeMap<&'static str, String> {
    BTreeMap::from([
        ("code", "c0de".to_owned()),
        ("host", "YWRtaW4/c3RvcmU9".to_owned()),
        ("shop", "lamps.myshopify.com".to_owned()),
        ("state", "state 1&2".to_owned()),
        ("timestamp", NOW.to_string()),
    ])
}

async fn exchange(server: &MockServer, returned: &Url) -> Result<Value, Error> {
    let flow = DRIVER.authorise.unwrap();
    let (base, app, shared) = (base(server), app(), shared());
    let stored = (flow.exchange)(&base, &app, returned, "state 1&2", &shared).await?;
    Ok(serde_json::from_str(stored.expose_secret()).unwrap())
}

fn address(pairs: &BTreeMap<&'static str, String>) -> Url {
    let pairs: Vec<(&str, &str)> = pairs.iter().map(|(key, value)| (*key, value.as_str())).collect();
    returned("hush", &pairs)
}

#[test]
fn the_page_asks_for_an_offline_token_with_the_scopes() {
    let flow = DRIVER.authorise.unwrap();
    let base = "https://lamps.myshopify.com".parse().unwrap();
    let redirect = "https://desk.example/back?x=1".parse().unwrap();
    let page = (flow.page)(&base, &app(), &redirect, "state 1&2").unwrap();
    assert_eq!(page.path(), "/admin/oauth/authorize");
    let query: BTreeMap<String, String> = page.query_pairs().into_owned().collect();
    assert_eq!(query["client_id"], "app");
    assert_eq!(query["redirect_uri"], "https://desk.example/back?x=1");
    assert_eq!(query["state"], "state 1&2");
    assert_eq!(query["grant_options[]"], "");
    assert!(
        query["scope"].contains("read_shopify_payments_disputes,read_shopify_payments_dispute_evidences")
    );
    assert!(!page.as_str().contains("hush"));
    let own: SecretString =
        r#"{"shop": "lamps", "client_id": "a", "client_secret": "b", "scopes": "read_orders"}"#
            .to_owned()
            .into();
    let page = (flow.page)(&base, &own, &redirect, "s").unwrap();
    assert!(page.as_str().contains("scope=read_orders&"));
    let no_app: SecretString = r#"{"shop": "lamps", "access_token": "x"}"#.to_owned().into();
    assert!(
        (flow.page)(&base, &no_app, &redirect, "s")
            .unwrap_err()
            .contains("client_id")
    );
    let elsewhere = "https://chairs.myshopify.com".parse().unwrap();
    assert!((flow.page)(&elsewhere, &app(), &redirect, "s").is_err());
}

#[tokio::test]
async fn the_code_becomes_credentials_that_renew_themselves() {
    let server = MockServer::start().await;
    let issued = json!({
        "access_token": "shpat_new", "scope": "read_orders", "expires_in": 3600, "refresh_token": "shprt_1",
        "refresh_token_expires_in": 7_776_000
    });
    Mock::given(method("POST"))
        .and(path(TOKEN))
        .respond_with(ResponseTemplate::new(200).set_body_json(issued))
        .expect(1)
        .mount(&server)
        .await;
    let stored = exchange(&server, &address(&good())).await.unwrap();
    assert_eq!(
        stored,
        json!({
            "shop": "lamps", "client_id": "app", "client_secret": "hush", "access_token": "shpat_new",
            "refresh_token": "shprt_1", "expires_at": "2026-10-25T01:00:00Z", "refresh_expires_at": "2027-01-23T00:00:00Z"
        })
    );
    let sent: Value = serde_json::from_slice(&server.received_requests().await.unwrap()[0].body).unwrap();
    assert_eq!(
        sent,
        json!({"client_id": "app", "client_secret": "hush", "code": "c0de", "expiring": "1"})
    );
}

#[tokio::test]
async fn a_permanent_token_leaves_no_stale_refresh_token() {
    let server = MockServer::start().await;
    let issued = json!({"access_token": "shpat_new", "scope": "read_orders"});
    Mock::given(path(TOKEN))
        .respond_with(ResponseTemplate::new(200).set_body_json(issued))
        .mount(&server)
        .await;
    let stored = exchange(&server, &address(&good())).await.unwrap();
    let expected =
        json!({"shop": "lamps", "client_id": "app", "client_secret": "hush", "access_token": "shpat_new"});
    assert_eq!(stored, expected);
}

#[tokio::test]
async fn an_address_that_is_not_ours_exchanges_nothing() {
    let server = MockServer::start().await;
    Mock::given(path(TOKEN))
        .respond_with(ResponseTemplate::new(200))
        .expect(0)
        .mount(&server)
        .await;
    let with = |key: &'static str, value: &str| {
        let mut pairs = good();
        pairs.insert(key, value.to_owned());
        address(&pairs)
    };
    let without = |key: &str| {
        let mut pairs = good();
        pairs.remove(key);
        address(&pairs)
    };
    let mut tampered = address(&good());
    tampered.query_pairs_mut().append_pair("extra", "1");
    let mut unsigned = address(&good());
    unsigned.set_query(Some("code=c0de&state=state+1%262&shop=lamps.myshopify.com"));
    let mut twice = good().into_iter().collect::<Vec<_>>();
    twice.push(("code", "other".to_owned()));
    let twice: Vec<(&str, &str)> = twice.iter().map(|(key, value)| (*key, value.as_str())).collect();
    let pairs: Vec<(&'static str, String)> = good().into_iter().collect();
    let foreign: Vec<(&str, &str)> = pairs.iter().map(|(key, value)| (*key, value.as_str())).collect();
    let rows = [
        (tampered, "not signed by Shopify"),
        (unsigned, "not signed by Shopify"),
        (returned("other", &foreign), "not signed by Shopify"),
        (with("state", "state 1"), "another attempt"),
        (without("state"), "another attempt"),
        (with("shop", "chairs.myshopify.com"), "another shop"),
        (with("shop", "lamps.myshopify.com.evil.example"), "another shop"),
        (with("timestamp", &(NOW - 91).to_string()), "90 seconds"),
        (with("timestamp", &(NOW + 91).to_string()), "90 seconds"),
        (without("timestamp"), "90 seconds"),
        (without("code"), "no code"),
        (returned("hush", &twice), "no code"),
    ];
    for (address, says) in rows {
        let error = exchange(&server, &address).await.unwrap_err();
        assert!(
            matches!(&error, Error::Auth { message, .. } if message.contains(says)),
            "{says}: {error}"
        );
        assert!(!error.to_string().contains("c0de") && !error.to_string().contains("hush"));
    }
}

#[tokio::test]
async fn a_code_that_is_refused_says_so() {
    let server = MockServer::start().await;
    Mock::given(path(TOKEN))
        .respond_with(ResponseTemplate::new(400).set_body_json(json!({"error": "invalid_request"})))
        .mount(&server)
        .await;
    let error = exchange(&server, &address(&good())).await.unwrap_err();
    assert!(
        matches!(&error, Error::Auth { message, .. } if message.contains("invalid_request")),
        "{error}"
    );
}
