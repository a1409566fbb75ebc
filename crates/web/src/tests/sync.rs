//! What waits for a person outside the queue: connections, work that gave up, and orders without a case.

use axum::http::StatusCode;
use docket_app::{ClientScope, ImportKind, ImportRequest};
use docket_core::attention::Attention;
use docket_core::id::ClientId;
use docket_core::person::Access;
use docket_queue::admin::{self, State};
use docket_store::on_both;
use docket_store::testing::TestDb;

use super::desk::{TestDesk, between};
use super::work::toy;
use crate::samples::make::Dispute;

async fn a_sync_is_queued_once_and_not_while_it_is_paused(db: TestDb) {
    let test = TestDesk::on(db).await;
    let nord = test.client("Nordlicht").await;
    let cases = test
        .cases(&nord, &[Dispute::ours("PP-D-1"), Dispute::ours("PP-D-2")])
        .await;
    assert_eq!(cases.len(), 2);
    let (lea, mia) = (
        test.person("Lea", Access::Lead).await,
        test.person("Mia", Access::Specialist).await,
    );
    let own = format!("/connections/{}", nord.1);
    let page = test.get_as(&mia, "/sync").await.body;
    assert!(
        page.contains("2 open cases of Nordlicht") && page.contains("None: every job is done"),
        "{page}"
    );
    for what in ["changes", "changes", "compare"] {
        let queued = test
            .post_as(&mia, &format!("{own}/sync"), &[("what", what)])
            .await;
        assert_eq!(queued.status, StatusCode::SEE_OTHER, "{}", queued.body);
    }
    let jobs = admin::list(&test.desk.db, ClientScope::Agency, State::Pending, None, 10)
        .await
        .unwrap();
    let mut kinds: Vec<&str> = jobs.iter().map(|job| job.kind.as_str()).collect();
    kinds.sort_unstable();
    assert_eq!(kinds, ["sweep_connection", "sync_connection"]);

    let pause = format!("{own}/pause");
    assert_eq!(
        test.post_as(&mia, &pause, &[("why", "moved")]).await.status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        test.post_as(&lea, &pause, &[]).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert_eq!(
        test.post_as(&lea, &pause, &[("why", "moved")]).await.status,
        StatusCode::SEE_OTHER
    );
    let refused = test
        .post_as(&mia, &format!("{own}/sync"), &[("what", "changes")])
        .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("paused (moved)"), "{}", refused.body);
    let page = test.get_as(&lea, &own).await.body;
    assert!(page.contains(">paused<") && page.contains(">Resume<"), "{page}");
    test.post_as(&lea, &pause, &[("say", "resume")]).await;
    assert!(test.get_as(&mia, &own).await.body.contains("Sync now"));
}

/// A client's file tells of order 4711, which no case names.
pub async fn order_of_no_case(test: &TestDesk, client: ClientId) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("orders.csv");
    std::fs::write(&path, "order,ordered_at\n4711,2026-11-01T10:00:00Z\n").unwrap();
    let request = ImportRequest {
        shop: None,
        kind: ImportKind::Orders,
        path,
        dry_run: false,
        by: "ada".to_owned(),
    };
    let report = test
        .desk
        .import(client, request, &tokio::sync::watch::channel((0, 0)).0)
        .await
        .unwrap();
    assert_eq!(
        (report.errors_total, report.unmatched),
        (0, 1),
        "{:?}",
        report.errors
    );
}

async fn orders_are_joined_by_hand_and_flags_lead_to_their_cases(db: TestDb) {
    let test = TestDesk::on(db).await;
    let nord = toy(&test).await;
    let flagged = Dispute {
        attention: [Attention::UnknownReason].into(),
        ..Dispute::ours("PP-D-1")
    };
    test.cases(&nord, &[flagged, Dispute::ours("PP-D-2")]).await;
    order_of_no_case(&test, nord.0.id).await;
    let page = test.page(&format!("/unmatched?client={}", nord.0.id)).await;
    assert!(
        page.contains("4711") && page.contains("No case names it"),
        "{page}"
    );
    let list = between(&page, "<a class=\"count\" href=\"", "\"").unwrap();
    assert_eq!(test.length(&super::desk::unescape(list)).await, 1);
    let mia = test.person("Mia", Access::Specialist).await;
    let fields = |case| {
        [
            ("client", "Nordlicht"),
            ("order", "4711"),
            ("case", case),
            ("say", "joined"),
        ]
    };
    let wrong = test.post_as(&mia, "/unmatched/join", &fields("PP-D-9")).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let done = test.post_as(&mia, "/unmatched/join", &fields("PP-D-2")).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    let page = test.page(&format!("/unmatched?client={}", nord.0.id)).await;
    assert!(!page.contains("4711"), "{page}");
}

on_both!(
    a_sync_is_queued_once_and_not_while_it_is_paused,
    orders_are_joined_by_hand_and_flags_lead_to_their_cases,
);

#[tokio::test]
async fn words_that_are_not_known_here_are_named_with_where_they_come_from() {
    let test = TestDesk::new().await;
    let nord = test.client("Nordlicht").await;
    let mut odd = Dispute::ours("PP-D-9");
    odd.attention.insert(Attention::UnknownStatus);
    test.cases(&nord, &[odd, Dispute::ours("PP-D-10")]).await;
    let page = test.page("/unmatched").await;
    let row = page
        .split("<tr>")
        .find(|row| row.contains("WAITING_FOR_SELLER_RESPONSE"));
    let row = row.unwrap_or_else(|| panic!("{page}"));
    for told in ["PayPal", "Nordlicht", ">1</a>", "attention=unknown_status"] {
        assert!(row.contains(told), "{told}: {row}");
    }
    assert!(!page.contains("docket case clear"), "{page}");
}
