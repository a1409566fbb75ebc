//! Others are told of what happens to cases: through the real binary, to a real receiver, under refusals and kills.

use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::hmac;
use serde_json::{Value, json};

use crate::support::{Desk, Engine, database, on_both_engines};

/// How the receiver answers what comes next; once through, it takes everything.
#[derive(Clone, Copy)]
enum Next {
    Fail,
    Redirect,
    /// It takes it, and never says so.
    Hang,
}

/// The headers and the body of what came.
type Came = (HeaderMap, String);

#[derive(Clone, Default)]
struct Receiver(Arc<Mutex<(Vec<Next>, Vec<Came>)>>);

impl Receiver {
    fn plan(&self, next: &[Next]) {
        let mut plan = next.to_vec();
        plan.reverse();
        self.0.lock().unwrap().0 = plan;
    }

    fn got(&self) -> Vec<Came> {
        self.0.lock().unwrap().1.clone()
    }

    fn ids(&self) -> Vec<String> {
        let got = self.got();
        got.iter()
            .map(|(headers, _)| headers["webhook-id"].to_str().unwrap().to_owned())
            .collect()
    }

    async fn until(&self, count: usize) {
        let patience = Instant::now() + Duration::from_secs(60);
        while self.got().len() < count {
            assert!(Instant::now() < patience, "only {} came", self.got().len());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    fn start() -> (Self, String) {
        let receiver = Self::default();
        let router = Router::new().route("/", post(take)).with_state(receiver.clone());
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        // On a thread of its own: a test waits for the program's commands without giving way to anybody.
        std::thread::spawn(move || {
            let own = tokio::runtime::Builder::new_current_thread().enable_all().build();
            own.unwrap().block_on(async move {
                let listener = tokio::net::TcpListener::from_std(listener).unwrap();
                axum::serve(listener, router).await
            })
        });
        (receiver, url)
    }
}

async fn take(State(receiver): State<Receiver>, headers: HeaderMap, body: Bytes) -> Response {
    let next = {
        let mut state = receiver.0.lock().unwrap();
        state.1.push((headers, String::from_utf8(body.to_vec()).unwrap()));
        state.0.pop()
    };
    match next {
        None => StatusCode::NO_CONTENT.into_response(),
        Some(Next::Fail) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        Some(Next::Redirect) => (StatusCode::FOUND, [(header::LOCATION, "/elsewhere")]).into_response(),
        Some(Next::Hang) => std::future::pending().await,
    }
}

/// A desk with a dispute whose client's changes are told to a receiver.
struct Told {
    desk: Desk,
    receiver: Receiver,
    dispute: String,
    hook: String,
    secret: String,
    _kept: docket_store::testing::TestDb,
}

async fn told(engine: Engine) -> Option<Told> {
    let (kept, url) = database(engine).await?;
    let mut desk = Desk::new(0);
    desk.set("DATABASE__URL", &url);
    desk.set("WORKER__LEASE_SECONDS", "2");
    desk.client("Acme", 0);
    let dispute = desk.plant(0, 1, 90 * 3600).await.remove(0);
    desk.call(&["sync"]).good();
    desk.work();
    let (receiver, address) = Receiver::start();
    // Not without leave: this is an address of our own.
    desk.call(&["hook", "add", &address, "--client", "Acme"])
        .refused(&["private_addresses"]);
    desk.set("HOOKS__PRIVATE_ADDRESSES", "true");
    let secret = desk
        .call(&["hook", "add", &address, "--client", "Acme"])
        .good()
        .trim()
        .to_owned();
    let hooks = desk.call(&["hook", "list", "--json"]).json();
    let hook = hooks[0]["id"].as_str().unwrap().to_owned();
    assert!(!hooks.to_string().contains(&secret));
    Some(Told {
        desk,
        receiver,
        dispute,
        hook,
        secret,
        _kept: kept,
    })
}

impl Told {
    fn note(&self) {
        self.desk
            .call(&["case", "note", &self.dispute, "the buyer is called Jane Doe"])
            .good();
    }

    fn deliveries(&self) -> Vec<Value> {
        let all = self
            .desk
            .call(&["hook", "deliveries", &self.hook, "--json"])
            .json();
        all.as_array().unwrap().clone()
    }

    /// Works until every event was taken, however often that needs another try.
    fn work_off(&self) {
        let patience = Instant::now() + Duration::from_secs(60);
        while self.deliveries().iter().any(|d| d["state"] == "waiting") {
            assert!(Instant::now() < patience, "{:?}", self.deliveries());
            self.desk.work();
        }
    }
}

async fn what_is_told_is_signed_and_names_nobody(engine: Engine) {
    let Some(told) = told(engine).await else { return };
    told.note();
    told.receiver.plan(&[Next::Fail, Next::Redirect]);
    told.work_off();
    let ids = told.receiver.ids();
    assert_eq!(ids.len(), 3, "refused, led elsewhere, taken");
    assert!(ids.iter().all(|id| *id == ids[0]), "one event, one id: {ids:?}");
    let delivery = &told.deliveries()[0];
    assert_eq!(
        (&delivery["state"], &delivery["attempts"], &delivery["status"]),
        (&json!("delivered"), &json!(3), &json!(204))
    );
    let key = STANDARD
        .decode(told.secret.strip_prefix("whsec_").unwrap())
        .unwrap();
    let key = hmac::Key::new(hmac::HMAC_SHA256, &key);
    for (headers, body) in told.receiver.got() {
        let text = |name: &str| headers[name].to_str().unwrap().to_owned();
        let tag = STANDARD
            .decode(text("webhook-signature").strip_prefix("v1,").unwrap())
            .unwrap();
        let content = format!("{}.{}.{body}", text("webhook-id"), text("webhook-timestamp"));
        assert!(hmac::verify(&key, content.as_bytes(), &tag).is_ok());
        for word in ["Jane", &told.dispute, "Acme"] {
            assert!(!body.contains(word), "{word} in {body}");
        }
        let event: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(event["id"], ids[0].as_str());
        assert_eq!(event["data"]["changes"], json!(["note"]));
    }
    told.desk.call(&["hook", "stop", &told.hook]).good();
    told.note();
    told.desk.work();
    assert_eq!(told.receiver.got().len(), 3, "nobody is told any more");
}

async fn a_worker_that_dies_before_it_notes_the_answer_tells_it_again_under_the_same_id(engine: Engine) {
    let Some(told) = told(engine).await else { return };
    told.note();
    told.receiver.plan(&[Next::Hang]);
    let mut worker = told
        .desk
        .command(&["worker"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    told.receiver.until(1).await;
    worker.kill().unwrap();
    worker.wait().unwrap();
    assert_eq!(told.deliveries()[0]["state"], "waiting", "nothing was noted");
    told.work_off();
    let ids = told.receiver.ids();
    assert_eq!(ids.len(), 2);
    assert_eq!(ids[0], ids[1]);
    assert_eq!(told.deliveries().len(), 1);
}

async fn only_changes_of_its_client_are_told(engine: Engine) {
    let Some(told) = told(engine).await else { return };
    told.desk.client("Other", 1);
    let foreign = told.desk.plant(1, 1, 90 * 3600).await.remove(0);
    told.desk.call(&["sync"]).good();
    told.desk.call(&["case", "note", &foreign, "theirs"]).good();
    told.work_off();
    assert_eq!(told.receiver.got().len(), 0);
    told.note();
    told.work_off();
    assert_eq!(told.receiver.got().len(), 1);
}

on_both_engines! {
    what_is_told_is_signed_and_names_nobody: told_signed_sqlite, told_signed_postgres;
    a_worker_that_dies_before_it_notes_the_answer_tells_it_again_under_the_same_id: told_again_sqlite, told_again_postgres;
    only_changes_of_its_client_are_told: told_own_sqlite, told_own_postgres;
}
