//! Whatever is known of a case leads to it, and to nothing of another client.

use axum::http::StatusCode;
use docket_core::person::Access;
use docket_store::on_both;
use docket_store::testing::TestDb;

use super::desk::TestDesk;
use crate::samples::make::Dispute;

async fn what_is_known_leads_to_the_case(db: TestDb) {
    let test = TestDesk::on(db).await;
    let (nord, south) = (test.client("Nordlicht").await, test.client("Southwind").await);
    let own = test.cases(&nord, &[Dispute::ours("PP-D-1")]).await[0];
    let foreign = test.cases(&south, &[Dispute::ours("PP-D-2")]).await[0];
    let ida = test.person("Ida", Access::Client(nord.0.id)).await;
    for id in ["PP-D-1", "pp-d-1", &own.to_string()] {
        let answer = test.get(&format!("/search?q={id}")).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{id}: {}", answer.body);
        assert_eq!(answer.headers["location"], format!("/cases/{own}").as_str());
    }
    // Both name the same invoice.
    let page = test.page("/search?q=inv-2026-0815").await;
    assert!(
        page.contains("2 cases") && page.contains("order, transaction or invoice"),
        "{page}"
    );
    let theirs = test.get_as(&ida, "/search?q=INV-2026-0815").await.body;
    assert!(theirs.contains("1 case,") && theirs.contains("PP-D-1") && !theirs.contains("PP-D-2"));
    // Whose turn it is they may know, and not how it is worked on.
    assert!(
        page.contains("our turn, new") && theirs.contains("our turn<"),
        "{theirs}"
    );
    for term in [
        "PP-D-2",
        &foreign.to_string(),
        "Southwind",
        &south.0.id.to_string(),
    ] {
        let page = test.get_as(&ida, &format!("/search?q={term}")).await;
        assert_eq!(page.status, StatusCode::OK, "{term}");
        assert!(page.body.contains("Nothing found"), "{term}: {}", page.body);
    }
    let found = test.page("/search?q=southwind").await;
    assert!(found.contains("its open cases"), "{found}");
    // What is typed of an id only in part is looked for among the urgent ones, within the same scope.
    let part = test.page("/search?q=p-d-").await;
    assert!(
        part.contains("as a part") && part.contains("PP-D-1") && part.contains("PP-D-2"),
        "{part}"
    );
    let theirs = test.get_as(&ida, "/search?q=p-d-").await.body;
    assert!(
        theirs.contains("PP-D-1") && !theirs.contains("PP-D-2"),
        "{theirs}"
    );
    let long = "x".repeat(256);
    assert_eq!(
        test.get(&format!("/search?q={long}")).await.status,
        StatusCode::BAD_REQUEST
    );
    assert!(test.page("/search?q=").await.contains("<h1>Search</h1>"));
}

on_both!(what_is_known_leads_to_the_case);
