//! The toy platform's own server.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};

#[derive(Default)]
struct World {
    disputes: BTreeMap<String, Value>,
    answers: Vec<(String, String)>,
    reached: u64,
    shows: usize,
}

impl World {
    fn change(&mut self, id: &str, field: &str, value: Value) -> bool {
        self.reached += 1;
        let reached = self.reached;
        let Some(dispute) = self.disputes.get_mut(id) else {
            return false;
        };
        dispute[field] = value;
        dispute["version"] = reached.into();
        dispute["changed"] = format!("2026-11-20T08:00:{reached:02}Z").into();
        true
    }
}

type Shared = Arc<Mutex<World>>;

fn world(shared: &Shared) -> std::sync::MutexGuard<'_, World> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A running toy platform.
pub struct Platform {
    pub url: String,
    shared: Shared,
}

impl Platform {
    /// With these disputes, which wait for the merchant.
    pub async fn start(ids: &[&str]) -> Self {
        let shared = Shared::default();
        for id in ids {
            let dispute = json!({
                "id": id, "version": 0, "cents": 1999, "opened": "2026-11-19T08:00:00Z",
                "changed": "2026-11-19T08:00:00Z", "due": "2026-12-01T08:00:00Z", "answer": null, "won": null,
            });
            let mut world = world(&shared);
            world.disputes.insert((*id).to_owned(), dispute);
            world.change(id, "answer", Value::Null);
        }
        let router = Router::new()
            .route("/disputes", get(list))
            .route("/disputes/{id}", get(show))
            .route("/disputes/{id}/answer", post(answer))
            .with_state(shared.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, shared }
    }

    pub fn answers(&self, id: &str) -> Vec<String> {
        let world = world(&self.shared);
        let mine = world.answers.iter().filter(|(dispute, _)| dispute == id);
        mine.map(|(_, text)| text.clone()).collect()
    }

    /// How often a dispute was read in full.
    pub fn shows(&self) -> usize {
        world(&self.shared).shows
    }

    pub fn decide(&self, id: &str, won: bool) {
        assert!(world(&self.shared).change(id, "won", won.into()));
    }
}

async fn list(State(shared): State<Shared>, Query(query): Query<BTreeMap<String, u64>>) -> Json<Value> {
    let world = world(&shared);
    let after = query.get("after").copied().unwrap_or(0);
    let new = world
        .disputes
        .values()
        .filter(|d| d["version"].as_u64() > Some(after));
    let rows: Vec<_> = new
        .map(|d| json!({ "id": d["id"], "version": d["version"] }))
        .collect();
    Json(json!({ "disputes": rows, "reached": world.reached }))
}

async fn show(State(shared): State<Shared>, Path(id): Path<String>) -> Result<Json<Value>, StatusCode> {
    let mut world = world(&shared);
    world.shows += 1;
    world
        .disputes
        .get(&id)
        .cloned()
        .map(Json)
        .ok_or(StatusCode::NOT_FOUND)
}

async fn answer(State(shared): State<Shared>, Path(id): Path<String>, Json(body): Json<Value>) -> StatusCode {
    let mut world = world(&shared);
    if !world.change(&id, "answer", body["text"].clone()) {
        return StatusCode::NOT_FOUND;
    }
    world
        .answers
        .push((id, body["text"].as_str().unwrap_or_default().to_owned()));
    StatusCode::OK
}
