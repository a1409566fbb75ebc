//! A shop against a mock server, a clock that tests move, and a vault that counts.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use docket_connector::http::{HttpSettings, Shared};
use docket_connector::{Error, Vault};
use docket_core::env::{Env, Source};
use docket_core::id::DisputeRef;
use docket_shopify::Shopify;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use wiremock::matchers::{body_string_contains, header, method, path};
use wiremock::{Mock, MockBuilder, MockServer, Request, ResponseTemplate};

pub const NODE: &str = include_str!("../../fixtures/dispute.json");
/// The fixture's number.
pub const ID: &str = "9007199254741993";
pub const STATIC: &str = r#"{"shop": "lamps", "access_token": "shpat_1", "webhook_secret": "whsec"}"#;
pub const GRAPHQL: &str = "/lamps/admin/api/2026-10/graphql.json";

/// Begins at 2026-10-25T00:00:00Z.
#[derive(Debug, Clone, Default)]
pub struct Clock(Arc<AtomicI64>);

impl Clock {
    pub fn forward(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }
}

impl Source for Clock {
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp(1_792_886_400 + self.0.load(Ordering::SeqCst), 0).unwrap()
    }
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(7);
    }
}

pub fn shared_with(clock: &Clock) -> Shared {
    Shared::new(Env::new(clock.clone()), HttpSettings::default()).unwrap()
}

pub fn shared() -> Shared {
    shared_with(&Clock::default())
}

/// One row of a database, as far as a connector sees it.
#[derive(Debug, Default)]
pub struct Row {
    pub credentials: Mutex<String>,
    pub claimed: Mutex<bool>,
    pub stored: Mutex<u32>,
}

impl Row {
    pub fn of(credentials: &str) -> Arc<Self> {
        Arc::new(Self {
            credentials: Mutex::new(credentials.to_owned()),
            ..Self::default()
        })
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.credentials.lock().unwrap()).unwrap()
    }
}

#[async_trait]
impl Vault for Row {
    async fn current(&self) -> Result<SecretString, Error> {
        Ok(self.credentials.lock().unwrap().clone().into())
    }
    async fn claim(&self) -> Result<bool, Error> {
        let mut claimed = self.claimed.lock().unwrap();
        Ok(!std::mem::replace(&mut *claimed, true))
    }
    async fn store(&self, renewed: SecretString) -> Result<(), Error> {
        *self.credentials.lock().unwrap() = renewed.expose_secret().to_owned();
        *self.claimed.lock().unwrap() = false;
        *self.stored.lock().unwrap() += 1;
        Ok(())
    }
    async fn release(&self) -> Result<(), Error> {
        *self.claimed.lock().unwrap() = false;
        Ok(())
    }
}

/// A shop whose API lives below `/lamps` of the mock server.
pub fn shop_with(server: &MockServer, row: &Arc<Row>, shared: &Shared) -> Shopify {
    let base = format!("{}/lamps", server.uri()).parse().unwrap();
    let credentials = row.credentials.lock().unwrap().clone().into();
    Shopify::new(base, &credentials, shared, Arc::clone(row) as Arc<dyn Vault>).unwrap()
}

pub fn shop(server: &MockServer) -> Shopify {
    shop_with(server, &Row::of(STATIC), &shared())
}

/// Calls with this operation.
pub fn asked(operation: &str) -> MockBuilder {
    Mock::given(method("POST"))
        .and(path(GRAPHQL))
        .and(header("x-shopify-access-token", "shpat_1"))
        .and(body_string_contains(format!(" {operation}")))
}

/// An answer; where it names no cost, it was a cheap one.
pub fn answer(body: &Value) -> ResponseTemplate {
    let mut body = body.clone();
    if let Some(object) = body.as_object_mut() {
        let cheap = json!({"cost": {"requestedQueryCost": 1, "actualQueryCost": 1}});
        object.entry("extensions").or_insert(cheap);
    }
    ResponseTemplate::new(200)
        .insert_header("x-shopify-api-version", "2026-10")
        .insert_header("x-request-id", "req-1")
        .set_body_json(body)
}

pub fn data(data: &Value) -> ResponseTemplate {
    answer(&json!({"data": data}))
}

pub async fn when(server: &MockServer, operation: &str, template: ResponseTemplate) {
    asked(operation).respond_with(template).mount(server).await;
}

/// The fixture with these fields instead; names with a dot lie in the evidence.
pub fn node(changes: &Value) -> Value {
    let mut body: Value = serde_json::from_str(NODE).unwrap();
    for (field, value) in changes.as_object().unwrap() {
        match field.strip_prefix("evidence.") {
            Some(field) => body["disputeEvidence"][field] = value.clone(),
            None => body[field.as_str()] = value.clone(),
        }
    }
    body
}

/// A row of a list.
pub fn row(number: u64, status: &str) -> Value {
    let id = format!("gid://shopify/ShopifyPaymentsDispute/{number}");
    let mut row = node(&json!({"id": id, "status": status}));
    row["disputeEvidence"] =
        json!({"id": "gid://shopify/ShopifyPaymentsDisputeEvidence/1", "submitted": false});
    for key in ["order", "legacyResourceId"] {
        row.as_object_mut().unwrap().remove(key);
    }
    row
}

pub fn denied(scope: &str, path: &[&str]) -> Value {
    json!({
        "message": "Access denied for a field. ann@buyer.example",
        "path": path,
        "extensions": {"code": "ACCESS_DENIED", "requiredAccess": format!("`{scope}` access scope.")}
    })
}

pub fn dispute() -> DisputeRef {
    DisputeRef(ID.to_owned())
}

pub fn variables(request: &Request) -> Value {
    serde_json::from_slice::<Value>(&request.body).unwrap()["variables"].clone()
}

/// Variables of all calls with this operation, in order.
pub async fn variables_of(server: &MockServer, operation: &str) -> Vec<Value> {
    let needle = format!(" {operation}");
    let requests = server.received_requests().await.unwrap();
    let of = |request: &&Request| String::from_utf8_lossy(&request.body).contains(&needle);
    requests.iter().filter(of).map(variables).collect()
}
