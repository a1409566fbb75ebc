//! The fake Klarna through real HTTP.

mod acting;
mod deciding;
mod lasting;
mod reading;
mod schema;
mod uploading;

use docket_simulator::{KlarnaAccount, Mix, Options};
use reqwest::{
    Method, RequestBuilder,
    multipart::{Form, Part},
};
use serde_json::{Value, json};

use crate::support::*;

pub fn all() -> Options {
    Options {
        platforms: Mix::All,
        ..options()
    }
}

/// A desk, and the calls of one account at Klarna.
pub struct Shop {
    pub desk: Desk,
    pub account: usize,
}

impl Shop {
    pub async fn open() -> Self {
        Self {
            desk: Desk::open(all()).await,
            account: 0,
        }
    }

    pub fn keys(&self) -> &KlarnaAccount {
        &self.desk.sim.accounts()[self.account].klarna
    }

    pub fn client_id(&self) -> &str {
        &self.desk.sim.accounts()[self.account].client_id
    }

    pub fn call(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("{}{path}", self.desk.sim.klarna_url());
        let keys = self.keys();
        self.desk
            .http
            .request(method, url)
            .basic_auth(&keys.username, Some(&keys.password))
    }

    pub async fn get(&self, path: &str) -> Answer {
        read(self.call(Method::GET, path)).await
    }

    pub async fn list(&self, query: &str) -> Answer {
        self.get(&format!("{DISPUTES}?{query}")).await
    }

    pub async fn show(&self, id: &str) -> Value {
        let (status, body) = self.get(&one(id)).await;
        assert_eq!(status, 200, "{body}");
        body
    }

    pub async fn post(&self, id: &str, action: &str, body: Value) -> Answer {
        read(
            self.call(Method::POST, &format!("{}/{action}", one(id)))
                .json(&body),
        )
        .await
    }

    pub async fn accept(&self, id: &str) -> Answer {
        read(self.call(Method::POST, &format!("{}/accept-loss", one(id)))).await
    }

    pub async fn send(&self, id: &str, form: Form) -> Answer {
        read(
            self.call(Method::POST, &format!("{}/attachments", one(id)))
                .multipart(form),
        )
        .await
    }

    /// Uploads a small PDF and gives its id.
    pub async fn upload(&self, id: &str) -> String {
        let (status, body) = self
            .send(id, Form::new().part("file", pdf("proof.pdf", 2_000)))
            .await;
        assert_eq!(status, 201, "{body}");
        body["payment_dispute_attachment_id"].as_str().unwrap().to_owned()
    }

    /// Plants one dispute; `more` adds to the wish.
    pub async fn plant(&self, more: Value) -> String {
        let mut wish = json!({"client_id": self.client_id()});
        for (name, value) in more.as_object().unwrap() {
            wish[name] = value.clone();
        }
        let (status, ids) = self.desk.command("/klarna/plant", wish).await;
        assert_eq!(status, 200, "{ids}");
        ids[0].as_str().unwrap().to_owned()
    }

    pub async fn settings(&self, mut settings: Value) {
        settings["client_id"] = self.client_id().into();
        assert_eq!(self.desk.command("/klarna/settings", settings).await.0, 200);
    }

    pub async fn represented(&self, text: &str) -> String {
        let id = self.plant(json!({})).await;
        let file = self.upload(&id).await;
        let (status, body) = self.post(&id, "represent", evidence(&[&file], text)).await;
        assert_eq!(status, 201, "{body}");
        id
    }

    pub async fn advance(&self, seconds: i64) {
        self.desk
            .command("/clock", json!({"advance_seconds": seconds}))
            .await;
    }
}

pub const DISPUTES: &str = "/v4/payment/disputes";
pub const DAY: i64 = 86_400;

/// Ids carry colons, which travel encoded.
pub fn one(id: &str) -> String {
    format!("{DISPUTES}/{}", id.replace(':', "%3A"))
}

pub fn pdf(name: &str, bytes: usize) -> Part {
    content(name, "application/pdf", b"%PDF-1.7\n", bytes)
}

pub fn content(name: &str, media_type: &str, start: &[u8], bytes: usize) -> Part {
    let mut body = start.to_vec();
    body.resize(bytes, b' ');
    Part::bytes(body)
        .file_name(name.to_owned())
        .mime_str(media_type)
        .unwrap()
}

pub fn evidence(files: &[&str], text: &str) -> Value {
    let rows: Vec<Value> = files
        .iter()
        .map(|id| json!({"payment_dispute_attachment_id": id, "description": "Proof of delivery"}))
        .collect();
    json!({"attachments": rows, "additional_information": text})
}

pub fn code(body: &Value) -> &str {
    body["error_code"].as_str().unwrap_or_default()
}

pub fn parameter(body: &Value) -> &str {
    body["validation_errors"][0]["parameter"]
        .as_str()
        .unwrap_or_default()
}
