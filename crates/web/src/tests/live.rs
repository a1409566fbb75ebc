//! Streams show their own scope only, tell what changes, and end with the session and with the process.

use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use axum::http::{Request, StatusCode};
use docket_core::person::Access;
use futures::StreamExt;
use tower::ServiceExt;

use super::desk::{LoggedIn, TestDesk};
use crate::samples::make::Dispute;

/// Longer than any of it takes.
const PATIENCE: Duration = Duration::from_secs(30);

async fn open(test: &TestDesk, who: &LoggedIn, url: &str) -> (StatusCode, BodyDataStream) {
    let request = Request::get(url)
        .header("host", "127.0.0.1:8080")
        .header("accept", "text/event-stream");
    let request = test.as_of(who, request).body(Body::empty()).unwrap();
    let router = crate::router(test.desk.clone(), test.site.clone());
    let response = router.oneshot(request).await.unwrap();
    (response.status(), response.into_body().into_data_stream())
}

/// The next thing that is told; none at the end.
async fn next(stream: &mut BodyDataStream) -> Option<String> {
    let next = tokio::time::timeout(PATIENCE, stream.next())
        .await
        .expect("something is told");
    next.map(|told| String::from_utf8(told.unwrap().to_vec()).unwrap())
}

/// Waits for the end, whatever is told before it.
async fn ended(stream: &mut BodyDataStream) {
    while next(stream).await.is_some() {}
}

#[tokio::test]
async fn changes_are_told_to_who_may_see_them_until_they_log_out() {
    let test = TestDesk::new().await;
    let (first, second) = (test.client("Nordlicht").await, test.client("Southwind").await);
    let foreign = test.cases(&second, &[Dispute::ours("S-1")]).await[0];
    let ida = test.person("Ida", Access::Client(first.0.id)).await;
    let mia = test.person("Mia", Access::Lead).await;
    let (status, mut counts) = open(&test, &mia, "/live").await;
    assert_eq!(status, StatusCode::OK);
    let told = next(&mut counts).await.unwrap();
    assert!(
        told.contains("event: counts") && told.contains("\"open\":1"),
        "{told}"
    );
    let (_, mut own) = open(&test, &ida, "/live").await;
    assert!(
        next(&mut own).await.unwrap().contains("\"open\":0"),
        "of the other client nothing is told"
    );
    let (status, _) = open(&test, &ida, &format!("/live?case={foreign}")).await;
    assert_eq!(status, StatusCode::NOT_FOUND);

    let case = test.cases(&first, &[Dispute::ours("N-1")]).await[0];
    assert!(next(&mut counts).await.unwrap().contains("\"open\":2"));
    assert!(next(&mut own).await.unwrap().contains("\"open\":1"));
    let (_, mut state) = open(&test, &ida, &format!("/live?case={case}")).await;
    assert!(next(&mut state).await.unwrap().contains("\"version\":1"));
    let scope = docket_app::ClientScope::Agency;
    test.desk
        .assign(scope, case, (None, Some("Mia")), "Mia")
        .await
        .unwrap();
    assert!(next(&mut state).await.unwrap().contains("\"version\":2"));

    let mut pages = Vec::new();
    for _ in 1..12 {
        pages.push(open(&test, &mia, "/live").await);
    }
    assert!(pages.iter().all(|(status, _)| *status == StatusCode::OK));
    let (status, _) = open(&test, &mia, "/live").await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "enough for one session");
    drop(pages);
    // A case of its list was changed.
    while !next(&mut own).await.unwrap().contains("\"mark\":\"1-2\"") {}
    let (status, _) = open(&test, &mia, "/live").await;
    assert_eq!(status, StatusCode::OK, "a page was closed");

    test.post_as(&mia, "/log-out", &[]).await;
    // The session is over.
    ended(&mut counts).await;
    // The process stops.
    test.site.live().close();
    ended(&mut own).await;
}
