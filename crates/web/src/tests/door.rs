//! The webhook door: what it believes, keeps and answers.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use docket_app::ClientScope;
use docket_core::id::ConnectionId;

use super::desk::{Answer, TestDesk};

const WORD: &str = "open-sesame";

struct Door {
    test: TestDesk,
    toy: ConnectionId,
    other: ConnectionId,
}

impl Door {
    async fn new() -> Self {
        let test = TestDesk::new().await;
        let connect = async |client: &str, word: &str| {
            let client = test.desk.add_client(client, false, "test").await.unwrap();
            let credentials = format!(r#"{{"word": "{word}"}}"#).into();
            let platform = docket_toy::DRIVER.platform;
            test.desk
                .add_connection(&client, platform, "http://127.0.0.1:9", credentials, "test")
                .await
                .unwrap()
        };
        let toy = connect("Nordlicht", WORD).await;
        let other = connect("Southwind", "another-word").await;
        Self { test, toy, other }
    }

    async fn knock(&self, path: &str, word: Option<&str>, body: &str) -> Answer {
        let mut request = Request::post(path).header("host", "desk.example");
        if let Some(word) = word {
            request = request.header("x-toy-word", word);
        }
        self.test.send_with(request, Body::from(body.to_owned())).await
    }

    /// Rows kept, and readings queued.
    async fn kept(&self) -> (i64, i64) {
        let count = async |sql: &'static str| docket_store::testing::count(&self.test.desk.db, sql).await;
        (
            count("SELECT count(*) FROM webhooks").await,
            count("SELECT count(*) FROM jobs WHERE kind = 'refresh_dispute'").await,
        )
    }
}

#[tokio::test]
async fn a_genuine_nudge_is_kept_once_and_becomes_one_reading() {
    let door = Door::new().await;
    let path = format!("/webhooks/toy/{}", door.toy);
    let event = r#"{"event": "e1", "topic": "changed", "dispute": "T-1"}"#;
    let first = door.knock(&path, Some(WORD), event).await;
    assert_eq!((first.status, first.body.as_str()), (StatusCode::OK, "taken\n"));
    let again = door.knock(&path, Some(WORD), event).await;
    assert_eq!((again.status, again.body.as_str()), (StatusCode::OK, "known\n"));
    assert_eq!(door.kept().await, (1, 1));
    // Another event about the same dispute: kept, and its reading is the one that waits already.
    let second = event.replace("e1", "e2");
    assert_eq!(
        door.knock(&path, Some(WORD), &second).await.status,
        StatusCode::OK
    );
    assert_eq!(door.kept().await, (2, 1));
}

#[tokio::test]
async fn nothing_is_believed_or_kept_without_a_signature() {
    let door = Door::new().await;
    let event = r#"{"event": "e1", "dispute": "T-1"}"#;
    let path = format!("/webhooks/toy/{}", door.toy);
    let rows = [
        (path.clone(), None, StatusCode::UNAUTHORIZED),
        (path.clone(), Some("sesame"), StatusCode::UNAUTHORIZED),
        // One client's secret opens no other client's door.
        (
            format!("/webhooks/toy/{}", door.other),
            Some(WORD),
            StatusCode::UNAUTHORIZED,
        ),
        (
            format!("/webhooks/paypal/{}", door.toy),
            Some(WORD),
            StatusCode::NOT_FOUND,
        ),
        (
            format!("/webhooks/toy/{}", ConnectionId::new(&door.test.desk.env)),
            Some(WORD),
            StatusCode::NOT_FOUND,
        ),
        ("/webhooks/toy/17".to_owned(), Some(WORD), StatusCode::NOT_FOUND),
        ("/webhooks/A%20B/17".to_owned(), Some(WORD), StatusCode::NOT_FOUND),
    ];
    for (path, word, status) in rows {
        let answer = door.knock(&path, word, event).await;
        assert_eq!(answer.status, status, "{path} {word:?}: {}", answer.body);
        assert!(!answer.body.contains(WORD));
    }
    let junk = door.knock(&path, Some(WORD), "no json").await;
    assert_eq!(junk.status, StatusCode::BAD_REQUEST);
    let long = "x".repeat(1024 * 1024 + 1);
    assert_eq!(
        door.knock(&path, Some(WORD), &long).await.status,
        StatusCode::PAYLOAD_TOO_LARGE
    );
    let get = door.test.get(&path).await;
    assert_eq!(get.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(door.kept().await, (0, 0));
}

#[tokio::test]
async fn a_privacy_request_waits_for_a_person_of_that_client_only() {
    let door = Door::new().await;
    let path = format!("/webhooks/toy/{}", door.toy);
    let event = r#"{"event": "p1", "topic": "customers/redact", "person": "7"}"#;
    assert_eq!(door.knock(&path, Some(WORD), event).await.status, StatusCode::OK);
    assert_eq!(door.kept().await, (1, 0));
    let desk = &door.test.desk;
    let clients = desk.clients(ClientScope::Agency).await.unwrap();
    let open_for = async |name: &str| {
        let client = clients.iter().find(|c| c.name == name).unwrap();
        desk.open_webhooks(ClientScope::One(client.id), 10)
            .await
            .unwrap()
            .len()
    };
    assert_eq!((open_for("Nordlicht").await, open_for("Southwind").await), (1, 0));
    desk.close_webhook(door.toy, "p1").await.unwrap();
    assert_eq!(open_for("Nordlicht").await, 0);
    assert!(desk.close_webhook(door.toy, "p1").await.is_err());
}
