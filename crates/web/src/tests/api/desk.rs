//! What programs do for the desk beside its cases.

use axum::http::StatusCode;
use docket_app::ClientScope;
use docket_core::id::{ClientId, ConnectionId};
use docket_core::person::Access;
use docket_queue::admin::{self, State};
use docket_store::on_both;
use docket_store::testing::TestDb;
use serde_json::json;

use super::super::desk::TestDesk;
use super::super::sync::order_of_no_case;
use super::super::work::toy;
use super::{ask, json as read, problem, program};
use crate::samples::make::Dispute;

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

async fn an_order_is_joined_to_a_case_of_its_client_and_taken_off_again(db: TestDb) {
    let test = TestDesk::on(db).await;
    let (nord, south) = (toy(&test).await, test.client("Southwind").await);
    let case = test.cases(&nord, &[Dispute::ours("PP-D-1")]).await[0];
    test.cases(&south, &[Dispute::ours("PP-D-2")]).await;
    order_of_no_case(&test, nord.0.id).await;
    let mia = program(&test, "Mia", Access::Specialist).await;
    let url = format!("/api/v1/clients/{}/unmatched", nord.0.id);
    let waiting = async || {
        let body = read(&ask(&test, &mia, ("GET", &url), &[], None).await);
        body["items"].as_array().unwrap().len()
    };
    let join_url = format!("{url}/join");
    let join = async |order: &str, dispute: &str, joined: bool| {
        let wish = json!({ "order": order, "case": dispute, "joined": joined });
        ask(&test, &mia, ("POST", &join_url), &[], Some(&wish)).await
    };
    assert_eq!(waiting().await, 1);
    for (order, dispute, field) in [("4711", "PP-D-2", "case: "), ("4712", "PP-D-1", "order: ")] {
        let refused = join(order, dispute, true).await;
        assert_eq!(problem(&refused), "invalid", "{order} {dispute}");
        let detail = read(&refused)["detail"].as_str().unwrap().to_owned();
        assert!(detail.starts_with(field), "{detail}");
    }
    assert_eq!(
        problem(&join("4711", "PP-D-1", false).await),
        "invalid",
        "it is not the case's"
    );
    let done = join("4711", "PP-D-1", true).await;
    let told = json!({ "case": case, "order": "4711", "joined": true, "no_longer": [] });
    assert_eq!((done.status, read(&done)), (StatusCode::OK, told));
    assert_eq!(waiting().await, 0);
    let off = join("4711", &case.to_string(), false).await;
    assert_eq!(
        (off.status, &read(&off)["joined"]),
        (StatusCode::OK, &json!(false))
    );
    let nobody = format!("/api/v1/clients/{}/unmatched/join", ClientId::new(&test.desk.env));
    let wish = json!({ "order": "4711", "case": "PP-D-1", "joined": true });
    let missing = ask(&test, &mia, ("POST", &nobody), &[], Some(&wish)).await;
    assert_eq!(problem(&missing), "not-found");
}

on_both!(
    a_connection_is_read_once_however_often_that_is_asked_and_not_while_it_is_paused,
    an_order_is_joined_to_a_case_of_its_client_and_taken_off_again,
);
