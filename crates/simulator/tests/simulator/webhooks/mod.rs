//! Webhooks: what is sent when, that signatures hold, and what goes astray.

mod astray;
mod klarna;
mod paypal;
mod shopify;

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    routing::post,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, Mac};
use serde_json::{Value, json};
use tokio::sync::Notify;

use crate::{
    klarna::{Shop, evidence, one},
    support::*,
};

type Got = (HeaderMap, Bytes);

#[derive(Clone, Default)]
struct Receiver {
    got: Arc<Mutex<Vec<Got>>>,
    /// So many calls are refused first.
    refuse: Arc<Mutex<usize>>,
    news: Arc<Notify>,
}

impl Receiver {
    async fn open() -> (Self, String) {
        let receiver = Self::default();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let app = Router::new()
            .route("/hook", post(Self::take))
            .with_state(receiver.clone());
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        (receiver, format!("http://{address}/hook"))
    }

    async fn take(State(this): State<Self>, headers: HeaderMap, body: Bytes) -> StatusCode {
        let mut refuse = this.refuse.lock().unwrap();
        if *refuse > 0 {
            *refuse -= 1;
            return StatusCode::INTERNAL_SERVER_ERROR;
        }
        this.got.lock().unwrap().push((headers, body));
        this.news.notify_one();
        StatusCode::NO_CONTENT
    }

    /// The messages as soon as there are so many.
    async fn wait(&self, count: usize) -> Vec<Got> {
        self.until(|got| got.len() >= count).await
    }

    /// The messages as soon as they fit.
    async fn until(&self, fits: impl Fn(&[Got]) -> bool) -> Vec<Got> {
        let arrived = async {
            loop {
                let got = self.got.lock().unwrap().clone();
                if fits(&got) {
                    return got;
                }
                self.news.notified().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(10), arrived)
            .await
            .unwrap_or_else(|_| panic!("only {:?}", self.got.lock().unwrap()))
    }
}

async fn register(desk: &Desk, platform: &str, url: &str) {
    let client_id = &desk.sim.accounts()[0].client_id;
    let body = json!({"client_id": client_id, "platform": platform, "url": url});
    let (status, answer) = desk.command("/webhooks", body).await;
    assert_eq!(status, 200, "{answer}");
}

fn json_of(got: &Got) -> Value {
    serde_json::from_slice(&got.1).unwrap()
}

fn header<'a>(got: &'a Got, name: &str) -> &'a str {
    got.0[name].to_str().unwrap()
}

fn keyed(key: &str, body: &[u8]) -> Vec<u8> {
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(key.as_bytes()).unwrap();
    mac.update(body);
    mac.finalize().into_bytes().to_vec()
}
