//! Who is told outside, on its page.

use axum::http::StatusCode;
use docket_app::ClientScope;
use docket_core::case::Command;
use docket_core::person::Access;
use docket_store::testing::TestDb;
use docket_store::{UnitOfWork, on_both};

use super::desk::{TestDesk, between};
use super::work::toy;
use crate::samples::make::Dispute;

async fn an_admin_says_who_is_told_and_what_was_given_up_is_sent_again(db: TestDb) {
    let test = TestDesk::on(db).await;
    let account = toy(&test).await;
    let case = test.cases(&account, &[Dispute::ours("T-1")]).await[0];
    let lead = test.person("Lea Lund", Access::Lead).await;
    let empty = test.get_as(&lead, "/hooks").await.body;
    assert!(
        empty.contains("Nobody is told") && !empty.contains("Tell it from now on"),
        "{empty}"
    );
    let refused = test
        .post_as(&test.admin, "/hooks", &[("url", "http://127.0.0.1/")])
        .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("Not done."), "{}", refused.body);
    let url = "https://hooks.example.com/docket";
    let added = test.post_as(&test.admin, "/hooks", &[("url", url)]).await;
    assert_eq!(added.status, StatusCode::OK, "{}", added.body);
    let secret = between(&added.body, "whsec_", "<").unwrap();
    let page = test.get_as(&test.admin, "/hooks").await.body;
    assert!(
        page.contains(url) && !page.contains(secret),
        "the secret is shown once"
    );

    // Something happens, is sent, and is given up.
    let desk = &test.desk;
    let note = Command::Note("called".to_owned());
    desk.command(ClientScope::Agency, case, note, "Ada")
        .await
        .unwrap();
    let hook = desk.hooks().await.unwrap()[0].id;
    let event = desk
        .deliveries(ClientScope::Agency, hook, None, 10)
        .await
        .unwrap()[0]
        .id;
    let log = format!("/hooks?hook={hook}");
    assert!(test.get_as(&lead, &log).await.body.contains(">waiting<"));
    let early = format!("/hooks/events/{event}/again");
    assert_eq!(
        test.post_as(&lead, &early, &[]).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    let mut unit = UnitOfWork::begin(&desk.db).await.unwrap();
    unit.give_delivery_up(event, "no answer <at all>").await.unwrap();
    unit.commit().await.unwrap();
    let page = test.get_as(&lead, &log).await.body;
    assert!(
        page.contains(">given up<") && page.contains("no answer &#60;at all&#62;"),
        "{page}"
    );
    let again = between(&page, "action=\"/hooks/events/", "\"").unwrap();
    let sent = test.post_as(&lead, &format!("/hooks/events/{again}"), &[]).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER);
    assert!(test.get_as(&lead, &log).await.body.contains(">waiting<"));

    let stop = format!("/hooks/{hook}/stop");
    assert_eq!(
        test.post_as(&lead, &stop, &[]).await.status,
        StatusCode::FORBIDDEN
    );
    let stopped = test.post_as(&test.admin, &stop, &[]).await;
    assert_eq!(stopped.status, StatusCode::SEE_OTHER);
    let page = test.get_as(&test.admin, "/hooks").await.body;
    assert!(page.contains(">stopped<") && !page.contains("/stop\""), "{page}");
    assert_eq!(
        test.post_as(&test.admin, &stop, &[]).await.status,
        StatusCode::NOT_FOUND
    );
}

on_both!(an_admin_says_who_is_told_and_what_was_given_up_is_sent_again);
