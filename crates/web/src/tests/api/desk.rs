//! What programs do for the desk beside its cases.

use axum::http::StatusCode;
use docket_app::ClientScope;
use docket_core::id::ConnectionId;
use docket_core::person::Access;
use docket_queue::admin::{self, State};
use docket_store::on_both;
use docket_store::testing::TestDb;
use serde_json::json;

use super::super::desk::TestDesk;
use super::{ask, json as read, problem, program};

async fn queued(test: &TestDesk) -> Vec<String> {
    let jobs = admin::list(&test.desk.db, ClientScope::Agency, State::Pending, None, 10).await;
    let mut kinds: Vec<String> = jobs.unwrap().into_iter().map(|job| job.kind).collect();
    kinds.sort_unstable();
    kinds
}

async fn a_connection_is_read_once_however_often_that_is_asked_and_not_while_it_is_paused(db: TestDb) {
    let test = TestDesk::on(db).await;
    let (client, connection) = test.client("Nordlicht").await;
    let mia = program(&test, "Mia", Access::Specialist).await;
    let sync = async |id: ConnectionId, body: serde_json::Value| {
        let url = format!("/api/v1/connections/{id}/sync");
        ask(&test, &mia, ("POST", &url), &[], Some(&body)).await
    };
    for body in [json!({}), json!({ "compare": false }), json!({ "compare": true })] {
        let answer = sync(connection, body).await;
        assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.body);
        let told = read(&answer);
        assert_eq!(
            (&told["id"], &told["client"]),
            (&json!(connection), &json!(client.id))
        );
    }
    assert_eq!(queued(&test).await, ["sweep_connection", "sync_connection"]);
    let missing = sync(ConnectionId::new(&test.desk.env), json!({})).await;
    assert_eq!(problem(&missing), "not-found");
    let paused = test.desk.pause_connection(connection, Some("moved"), "Lea").await;
    paused.unwrap();
    let refused = sync(connection, json!({})).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("paused (moved)"), "{}", refused.body);
}

on_both!(a_connection_is_read_once_however_often_that_is_asked_and_not_while_it_is_paused);
