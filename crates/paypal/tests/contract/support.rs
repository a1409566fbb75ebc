//! A PayPal account against a mock server.

use chrono::{DateTime, Utc};
use docket_connector::http::{HttpSettings, Shared};
use docket_core::env::{Env, Source};
use docket_paypal::PayPal;
use serde_json::json;
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

/// It is always 2027-01-15T08:00:00Z.
#[derive(Debug)]
struct Clock;

impl Source for Clock {
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000, 0).unwrap()
    }
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(7);
    }
}

pub const CREDENTIALS: &str = r#"{"client_id": "app", "client_secret": "secret", "webhook_id": "WH-ID-1"}"#;

pub fn shared() -> Shared {
    Shared::new(Env::new(Clock), HttpSettings::default()).unwrap()
}

/// An account whose API lives below `/paypal` of the mock server.
pub fn paypal(server: &MockServer, credentials: &str) -> PayPal {
    let base = format!("{}/paypal", server.uri()).parse().unwrap();
    PayPal::new(base, &credentials.to_owned().into(), &shared()).unwrap()
}

pub async fn server() -> MockServer {
    let server = MockServer::start().await;
    let scopes = "https://uri.paypal.com/services/disputes/read-seller https://uri.paypal.com/services/disputes/update-seller";
    let token = json!({"scope": scopes, "access_token": "A21", "token_type": "Bearer", "expires_in": 31_668});
    Mock::given(method("POST"))
        .and(path("/paypal/v1/oauth2/token"))
        .respond_with(ResponseTemplate::new(200).set_body_json(token))
        .mount(&server)
        .await;
    server
}
