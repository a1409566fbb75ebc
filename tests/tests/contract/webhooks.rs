//! Webhooks: believed when they are genuine, and only then.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use docket_connector::{About, Connector, Nudge, Webhook, WebhookRefused};
use docket_core::id::DisputeRef;
use serde_json::json;
use tokio::sync::Mutex;
use tokio::sync::mpsc::{self, Receiver, Sender};

use crate::house::House;
use crate::platforms::Side;

struct Message {
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

async fn take(
    State(door): State<Arc<Mutex<Sender<Message>>>>,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    let headers = headers.iter();
    let headers = headers.map(|(name, value)| (name.as_str().to_owned(), value.to_str().unwrap().to_owned()));
    let message = Message {
        headers: headers.collect(),
        body: body.to_vec(),
    };
    door.lock().await.send(message).await.unwrap();
    StatusCode::NO_CONTENT
}

/// Where the simulator's messages of our account arrive.
async fn door(house: &House) -> Receiver<Message> {
    let (send, receive) = mpsc::channel(100);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/door", listener.local_addr().unwrap());
    let router = Router::new()
        .route("/door", post(take))
        .with_state(Arc::new(Mutex::new(send)));
    tokio::spawn(async move { axum::serve(listener, router).await });
    let (client, word) = (&house.account().client_id, house.side.word());
    house.simulator.announce(client, word, url.parse().unwrap());
    receive
}

async fn next(door: &mut Receiver<Message>) -> Message {
    let message = tokio::time::timeout(Duration::from_secs(20), door.recv()).await;
    message.expect("a message within 20 s").expect("an open door")
}

async fn verify(
    house: &House,
    connector: &dyn Connector,
    headers: &[(String, String)],
    body: &[u8],
) -> Result<Nudge, WebhookRefused> {
    let webhook = Webhook {
        headers,
        body,
        received_at: house.now(),
    };
    connector.verify_webhook(webhook).await
}

/// A message about a new dispute, with the dispute.
async fn message(house: &House) -> (DisputeRef, Message, Receiver<Message>) {
    let mut door = door(house).await;
    let dispute = house.plant(1).await.remove(0);
    let message = next(&mut door).await;
    (dispute, message, door)
}

pub async fn a_genuine_one_names_its_dispute(side: &'static Side) {
    let house = House::open(side).await;
    let (dispute, first, mut door) = message(&house).await;
    let connector = house.connector.as_ref();
    let nudge = verify(&house, connector, &first.headers, &first.body)
        .await
        .unwrap();
    assert_eq!(nudge.about, About::Dispute(dispute.clone()));
    let again = verify(&house, connector, &first.headers, &first.body)
        .await
        .unwrap();
    assert_eq!(again, nudge, "a repeat has the same event");
    house.decide(&dispute).await;
    let second = next(&mut door).await;
    let later = verify(&house, connector, &second.headers, &second.body)
        .await
        .unwrap();
    assert_eq!(later.about, nudge.about);
    assert_ne!(later.event, nudge.event, "another event has another id");
    let inspected = (side.driver.inspect)(&first.body, house.now()).unwrap();
    assert_eq!(inspected.dispute, dispute, "`docket inspect` reads its body");
}

pub async fn a_forged_one_is_refused(side: &'static Side) {
    let house = House::open(side).await;
    let (_, message, _door) = message(&house).await;
    let connector = house.connector.as_ref();
    let mut altered = message.body.clone();
    let digit = altered.iter().rposition(u8::is_ascii_digit).unwrap();
    altered[digit] = if altered[digit] == b'7' { b'8' } else { b'7' };
    let refused = verify(&house, connector, &message.headers, &altered).await;
    assert!(
        matches!(refused, Err(WebhookRefused::NotGenuine(_))),
        "{refused:?}"
    );
    let empty = verify(&house, connector, &message.headers, b"").await;
    assert!(matches!(empty, Err(WebhookRefused::NotGenuine(_))), "{empty:?}");
    let mut credentials = house.credentials();
    credentials[side.webhook_key] = json!("another-secret-than-the-platform-has");
    let stranger = house.connect(&credentials);
    let refused = verify(&house, stranger.as_ref(), &message.headers, &message.body).await;
    assert!(
        matches!(refused, Err(WebhookRefused::NotGenuine(_))),
        "{refused:?}"
    );
    for name in side.signed {
        let mut headers = message.headers.clone();
        headers.retain(|(known, _)| known != name);
        assert_eq!(headers.len() + 1, message.headers.len(), "{name}");
        let refused = verify(&house, connector, &headers, &message.body).await;
        assert!(
            matches!(refused, Err(WebhookRefused::Header(_))),
            "{name}: {refused:?}"
        );
    }
}

pub async fn without_a_secret_nothing_is_believed(side: &'static Side) {
    let house = House::open(side).await;
    let (_, message, _door) = message(&house).await;
    let mut credentials = house.credentials();
    let fields = credentials.as_object_mut().unwrap();
    fields.remove(side.webhook_key);
    // Klarna's key and its id come together.
    fields.remove("webhook_key_id");
    let connector = house.connect(&credentials);
    let refused = verify(&house, connector.as_ref(), &message.headers, &message.body).await;
    let Err(refused @ WebhookRefused::NotConfigured(_)) = refused else {
        panic!("{refused:?}");
    };
    assert!(refused.to_string().contains(side.webhook_key), "{refused}");
}
