//! Shopify: a client for the tests.

use docket_simulator::{Mix, Options};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::support::*;

mod access;
mod contract;
mod evidence;
mod files;
mod lasting;
mod life;
mod limits;
mod oauth;
mod reading;
mod still;

pub const LATEST: &str = "2026-10";

pub fn only_shopify() -> Options {
    Options {
        platforms: Mix::Shopify,
        cases: 80,
        ..Options::default()
    }
}

/// One merchant's shop, seen through its app.
pub struct Shop {
    pub desk: Desk,
    pub account: usize,
}

impl Shop {
    pub async fn open() -> Self {
        Self::with(only_shopify()).await
    }

    pub async fn with(options: Options) -> Self {
        Self {
            desk: Desk::open(options).await,
            account: 1,
        }
    }

    pub fn client_id(&self) -> String {
        self.desk.sim.accounts()[self.account].client_id.clone()
    }

    pub fn token(&self) -> String {
        self.desk.sim.accounts()[self.account]
            .shopify
            .access_token
            .clone()
    }

    pub fn base(&self) -> String {
        let shop = &self.desk.sim.accounts()[self.account].shopify.shop;
        let handle = shop.strip_suffix(".myshopify.com").unwrap();
        format!("{}/{handle}", self.desk.sim.shopify_url())
    }

    pub fn graph(&self, version: &str, token: &str, query: &str, variables: Value) -> RequestBuilder {
        let url = format!("{}/admin/api/{version}/graphql.json", self.base());
        self.desk
            .http
            .post(url)
            .header("X-Shopify-Access-Token", token)
            .json(&json!({"query": query, "variables": variables}))
    }

    /// The whole answer to a document of the latest version.
    pub async fn ask(&self, query: &str, variables: Value) -> Value {
        let (status, body) = read(self.graph(LATEST, &self.token(), query, variables)).await;
        assert_eq!(status, 200, "{body}");
        body
    }

    /// `data` of an answer without errors.
    pub async fn data(&self, query: &str, variables: Value) -> Value {
        let body = self.ask(query, variables).await;
        assert!(body.get("errors").is_none(), "{body}");
        body["data"].clone()
    }

    pub fn rest(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("{}/admin/api/{LATEST}/shopify_payments/{path}", self.base());
        self.desk
            .http
            .request(method, url)
            .header("X-Shopify-Access-Token", self.token())
    }

    pub async fn plant(&self, wish: Value) -> Vec<String> {
        let mut wish = wish;
        wish["client_id"] = self.client_id().into();
        let (status, ids) = self.desk.command("/shopify/plant", wish).await;
        assert_eq!(status, 200, "{ids}");
        serde_json::from_value(ids).unwrap()
    }

    /// A chargeback that waits for evidence.
    pub async fn waiting(&self) -> Waiting {
        let wish = json!({"kind": "CHARGEBACK", "reason": "PRODUCT_NOT_RECEIVED", "due_in_seconds": 86_400});
        self.waiting_as(wish).await
    }

    pub async fn waiting_as(&self, wish: Value) -> Waiting {
        let number = self.plant(wish).await.remove(0);
        let id = format!("gid://shopify/ShopifyPaymentsDispute/{number}");
        let query = "query($id: ID!) { dispute(id: $id) { disputeEvidence { id } } }";
        let data = self.data(query, json!({"id": id})).await;
        let evidence = data["dispute"]["disputeEvidence"]["id"]
            .as_str()
            .unwrap()
            .to_owned();
        Waiting { number, id, evidence }
    }

    pub async fn update(&self, evidence: &str, input: Value) -> Value {
        let data = self.data(UPDATE, json!({"id": evidence, "input": input})).await;
        data["disputeEvidenceUpdate"].clone()
    }

    pub async fn refused(&self, evidence: &str, input: Value) -> String {
        let payload = self.update(evidence, input).await;
        assert!(payload["disputeEvidence"].is_null(), "{payload}");
        payload["userErrors"][0]["code"].as_str().unwrap().to_owned()
    }

    pub async fn dispute(&self, id: &str) -> Value {
        let data = self.data(DISPUTE, json!({"id": id})).await;
        data["dispute"].clone()
    }

    pub async fn set(&self, change: Value) {
        let mut change = change;
        change["client_id"] = self.client_id().into();
        let (status, body) = self.desk.command("/shopify/shop", change).await;
        assert_eq!(status, 200, "{body}");
    }

    pub async fn advance(&self, seconds: i64) {
        self.desk
            .command("/clock", json!({"advance_seconds": seconds}))
            .await;
    }

    pub async fn journal(&self) -> Vec<Value> {
        self.desk
            .control("/shopify/journal")
            .await
            .as_array()
            .unwrap()
            .clone()
    }
}

pub struct Waiting {
    pub number: String,
    pub id: String,
    pub evidence: String,
}

pub const UPDATE: &str = "mutation($id: ID!, $input: ShopifyPaymentsDisputeEvidenceUpdateInput!) {
  disputeEvidenceUpdate(id: $id, input: $input) {
    disputeEvidence {
      id submitted uncategorizedText shippingDocumentationFile { id }
      dispute { id status evidenceDueBy evidenceSentOn }
    }
    userErrors { code field message }
  }
}";

pub const DISPUTE: &str = "query($id: ID!) { dispute(id: $id) {
  id legacyResourceId type status initiatedAt evidenceDueBy evidenceSentOn finalizedOn
  amount { amount currencyCode } reasonDetails { reason networkReasonCode }
  disputeEvidence { id submitted uncategorizedText disputeFileUploads { id } shippingDocumentationFile { id } }
} }";
