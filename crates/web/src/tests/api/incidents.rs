//! Missed deadlines in pages, and who says what they are put down to.

use axum::http::StatusCode;
use chrono::Duration;
use docket_core::id::IncidentId;
use docket_core::person::Access;
use docket_store::on_both;
use docket_store::testing::TestDb;
use serde_json::{Value, json};

use super::super::desk::TestDesk;
use super::super::questions::missed;
use super::{ask, json as read, problem, program};
use crate::samples::make::Dispute;

async fn get(test: &TestDesk, secret: &str, url: &str) -> Value {
    let answer = ask(test, secret, ("GET", url), &[], None).await;
    assert_eq!(answer.status, StatusCode::OK, "{url}: {}", answer.body);
    read(&answer)
}

async fn a_miss_is_told_and_a_lead_says_what_it_is_put_down_to(db: TestDb) {
    let test = TestDesk::on(db).await;
    let nord = test.client("Nordlicht").await;
    let case = test.cases(&nord, &[Dispute::ours("PP-D-1")]).await[0];
    let incident = missed(&test, case).await;
    let lea = program(&test, "Lea", Access::Lead).await;
    let mia = program(&test, "Mia", Access::Specialist).await;
    let told = get(&test, &mia, "/api/v1/incidents").await;
    assert_eq!(told["items"][0]["id"], json!(incident));
    assert_eq!(told["items"][0]["decided_by"], Value::Null, "nobody has said yet");
    let put = async |secret: &str, id: IncidentId, body: Value| {
        let url = format!("/api/v1/incidents/{id}/cause");
        ask(&test, secret, ("PUT", &url), &[], Some(&body)).await
    };
    let why = json!({ "cause": "client", "note": "no answer to two questions" });
    assert_eq!(problem(&put(&mia, incident, why.clone()).await), "not-for-role");
    for (body, kind) in [
        (json!({ "cause": "client", "note": " " }), "invalid"),
        (json!({ "cause": "client" }), "wrong-request"),
        (json!({ "cause": "weather", "note": "rain" }), "wrong-request"),
    ] {
        assert_eq!(problem(&put(&lea, incident, body.clone()).await), kind, "{body}");
    }
    let missing = IncidentId::new(&test.desk.env);
    assert_eq!(problem(&put(&lea, missing, why.clone()).await), "not-found");
    let decided = read(&put(&lea, incident, why).await);
    assert_eq!(
        (&decided["cause"], &decided["why"], &decided["decided_by"]),
        (
            &json!("client"),
            &json!("no answer to two questions"),
            &json!("Lea")
        )
    );
    assert_eq!(
        get(&test, &mia, "/api/v1/incidents").await["items"],
        json!([decided])
    );
}

async fn the_list_is_walked_to_its_end_the_newest_first(db: TestDb) {
    let test = TestDesk::on(db).await;
    let (nord, south) = (test.client("Nordlicht").await, test.client("Southwind").await);
    let disputes = ["PP-D-1", "PP-D-2", "PP-D-3"].map(Dispute::ours);
    let mut newest_first = Vec::new();
    for case in test.cases(&nord, &disputes).await {
        newest_first.insert(0, json!(missed(&test, case).await));
        test.clock.advance(Duration::seconds(1));
    }
    let mia = program(&test, "Mia", Access::Specialist).await;
    let (mut walked, mut next) = (Vec::new(), Value::Null);
    for rows in [2, 1] {
        let cursor = next.as_str().map_or_else(String::new, |c| format!("&cursor={c}"));
        let page = get(&test, &mia, &format!("/api/v1/incidents?limit=2{cursor}")).await;
        let items = page["items"].as_array().unwrap();
        assert_eq!(items.len(), rows);
        walked.extend(items.iter().map(|i| i["id"].clone()));
        next = page["next"].clone();
    }
    assert_eq!((walked, next), (newest_first, Value::Null));
    let theirs = format!("/api/v1/incidents?client={}", south.0.id);
    assert_eq!(get(&test, &mia, &theirs).await["items"], json!([]));
}

on_both!(
    a_miss_is_told_and_a_lead_says_what_it_is_put_down_to,
    the_list_is_walked_to_its_end_the_newest_first,
);
