//! A client for the tests: signs in, calls, and reads the control door.

use docket_simulator::{Options, Running, start};
use reqwest::{
    Client, Method, RequestBuilder, StatusCode,
    multipart::{Form, Part},
};
use serde_json::{Value, json};

pub struct Desk {
    pub sim: Running,
    pub http: Client,
}

pub type Answer = (StatusCode, Value);

pub fn options() -> Options {
    Options {
        cases: 60,
        ..Options::default()
    }
}

pub fn http() -> Client {
    // The second test of a process finds the provider in place, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder().build().unwrap()
}

impl Desk {
    pub async fn open(options: Options) -> Self {
        Self {
            sim: start(options).await.unwrap(),
            http: http(),
        }
    }

    pub async fn token_of(&self, id: &str, secret: &str) -> String {
        let url = format!("{}/v1/oauth2/token", self.sim.paypal_url());
        let form = [("grant_type", "client_credentials")];
        let answer = self
            .http
            .post(url)
            .basic_auth(id, Some(secret))
            .form(&form)
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 200);
        let body: Value = answer.json().await.unwrap();
        body["access_token"].as_str().unwrap().to_owned()
    }

    pub async fn token(&self, account: usize) -> String {
        let account = &self.sim.accounts()[account];
        self.token_of(&account.client_id, &account.client_secret).await
    }

    pub fn call(&self, method: Method, token: &str, path: &str) -> RequestBuilder {
        let url = format!("{}/v1/customer/disputes{path}", self.sim.paypal_url());
        self.http.request(method, url).bearer_auth(token)
    }

    pub async fn get(&self, token: &str, path: &str) -> Answer {
        read(self.call(Method::GET, token, path)).await
    }

    pub async fn post(&self, token: &str, path: &str, body: Value) -> Answer {
        read(self.call(Method::POST, token, path).json(&body)).await
    }

    pub async fn send(&self, token: &str, path: &str, form: Form) -> Answer {
        read(self.call(Method::POST, token, path).multipart(form)).await
    }

    pub async fn control(&self, path: &str) -> Value {
        read(self.http.get(format!("{}{path}", self.sim.control_url())))
            .await
            .1
    }

    pub async fn command(&self, path: &str, body: Value) -> Answer {
        read(
            self.http
                .post(format!("{}{path}", self.sim.control_url()))
                .json(&body),
        )
        .await
    }

    pub async fn journal(&self) -> Vec<Value> {
        self.control("/paypal/journal").await.as_array().unwrap().clone()
    }

    /// Plants disputes that wait for the seller until one of them fits.
    pub async fn waiting(&self, account: usize, fits: impl Fn(&Value) -> bool) -> Value {
        let client_id = self.sim.accounts()[account].client_id.clone();
        let token = self.token(account).await;
        for _ in 0..60 {
            let wish = json!({"client_id": client_id, "count": 4, "due_in_seconds": 86_400});
            let (status, ids) = self.command("/paypal/plant", wish).await;
            assert_eq!(status, 200);
            for id in ids.as_array().unwrap() {
                let (_, body) = self.get(&token, &format!("/{}", id.as_str().unwrap())).await;
                if fits(&body) {
                    return body;
                }
            }
        }
        panic!("no planted dispute fits");
    }
}

pub async fn read(request: RequestBuilder) -> Answer {
    let answer = request.send().await.unwrap();
    let status = answer.status();
    let text = answer.text().await.unwrap();
    (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
}

pub fn id(dispute: &Value) -> &str {
    dispute["dispute_id"].as_str().unwrap()
}

pub fn rels(dispute: &Value) -> Vec<&str> {
    dispute["links"]
        .as_array()
        .unwrap()
        .iter()
        .map(|link| link["rel"].as_str().unwrap())
        .collect()
}

pub fn issue(body: &Value) -> &str {
    body["details"][0]["issue"].as_str().unwrap_or_default()
}

pub fn input(body: Value) -> Form {
    Form::new().part(
        "input",
        Part::text(body.to_string()).mime_str("application/json").unwrap(),
    )
}

pub fn file(name: &str, media_type: &str, bytes: usize) -> Part {
    Part::bytes(vec![b'x'; bytes])
        .file_name(name.to_owned())
        .mime_str(media_type)
        .unwrap()
}

/// Proof of fulfilment with tracking and one file.
pub fn proof() -> Form {
    let body = json!({"evidences": [{
        "evidence_type": "PROOF_OF_FULFILLMENT",
        "evidence_info": {"tracking_info": [{"carrier_name": "DHL", "tracking_number": "0034012345"}]},
        "documents": [{"name": "proof.pdf"}],
        "notes": "Delivered and signed for.",
    }]});
    input(body).part("file1", file("proof.pdf", "application/pdf", 2_000))
}

pub fn stage(wanted: &'static str) -> impl Fn(&Value) -> bool {
    move |body| body["dispute_life_cycle_stage"] == wanted
}

pub fn not_received(body: &Value) -> bool {
    body["reason"] == "MERCHANDISE_OR_SERVICE_NOT_RECEIVED"
}

pub fn not_as_described(body: &Value) -> bool {
    body["reason"] == "MERCHANDISE_OR_SERVICE_NOT_AS_DESCRIBED" && body["dispute_channel"] == "INTERNAL"
}

pub async fn shown(desk: &Desk, token: &str, dispute: &Value) -> Value {
    desk.get(token, &format!("/{}", id(dispute))).await.1
}

/// Route of an action.
pub fn path(dispute: &Value, action: &str) -> String {
    format!("/{}/{action}", id(dispute))
}

pub const REFUSED_NOW: &str = "ACTION_NOT_ALLOWED_IN_CURRENT_DISPUTE_STATE";
