//! Flags are taken off once, and what was put aside is taken up.

use axum::http::StatusCode;
use chrono::Duration;
use docket_app::ClientScope;
use docket_core::attention::Attention;
use docket_core::id::CaseId;
use docket_core::person::Access;
use docket_store::on_both;
use docket_store::testing::TestDb;
use serde_json::json;

use super::super::desk::TestDesk;
use super::super::work::toy;
use super::{ask, json as read, problem, program};
use crate::samples::make::{Dispute, platform_deadline};

async fn a_flag_is_taken_off_once_and_the_history_keeps_it(db: TestDb) {
    let test = TestDesk::on(db).await;
    let account = toy(&test).await;
    let flagged = Dispute {
        attention: [Attention::UnknownReason, Attention::UnknownWord].into(),
        ..Dispute::ours("T-1")
    };
    let case = test.cases(&account, &[flagged]).await[0];
    let mia = program(&test, "Mia", Access::Specialist).await;
    let clear = async |case: CaseId, flag: &str| {
        let url = format!("/api/v1/cases/{case}/flags/{flag}");
        ask(&test, &mia, ("DELETE", &url), &[], None).await
    };
    let cleared = clear(case, "unknown_reason").await;
    assert_eq!(cleared.status, StatusCode::OK, "{}", cleared.body);
    assert_eq!(
        read(&cleared)["attention"],
        json!(["unknown_word"]),
        "only this one"
    );
    assert_eq!(
        problem(&clear(case, "unknown_reason").await),
        "refused",
        "it is off"
    );
    assert_eq!(problem(&clear(case, "any").await), "not-found");
    let missing = CaseId::new(&test.desk.env);
    assert_eq!(problem(&clear(missing, "unknown_word").await), "not-found");
    let history = test
        .desk
        .case_history(ClientScope::Agency, case, 0, 100)
        .await
        .unwrap();
    let by_mia = history.iter().filter(|row| row.actor == "Mia").count();
    assert_eq!(by_mia, 1);
}

async fn what_is_put_aside_is_taken_up_again(db: TestDb) {
    let test = TestDesk::on(db).await;
    let account = toy(&test).await;
    // Its next step is not due yet: else there is nothing to put aside until.
    let later = Dispute {
        deadline: Some(platform_deadline(test.desk.env.now() + Duration::days(9))),
        ..Dispute::ours("T-1")
    };
    let case = test.cases(&account, &[later]).await[0];
    let mia = program(&test, "Mia", Access::Specialist).await;
    let aside = async || {
        let view = test.desk.case_view(ClientScope::Agency, case).await.unwrap();
        view.aside.map(|(_, by)| by)
    };
    let until = test.desk.env.now() + Duration::hours(1);
    let wish = json!({ "cases": [case], "step": { "action": "put_aside", "until": until } });
    let made = read(&ask(&test, &mia, ("POST", "/api/v1/bulk"), &[], Some(&wish)).await);
    let confirm = format!("/api/v1/bulk/{}/confirm", made["id"].as_str().unwrap());
    let done = read(&ask(&test, &mia, ("POST", &confirm), &[], None).await);
    assert_eq!(done["lines"][0]["done"]["ok"], true, "{done}");
    assert_eq!(aside().await.as_deref(), Some("Mia"));
    let url = format!("/api/v1/cases/{case}/aside");
    let woken = ask(&test, &mia, ("DELETE", &url), &[], None).await;
    assert_eq!((woken.status, woken.body.as_str()), (StatusCode::NO_CONTENT, ""));
    assert_eq!(aside().await, None);
    let missing = format!("/api/v1/cases/{}/aside", CaseId::new(&test.desk.env));
    assert_eq!(
        problem(&ask(&test, &mia, ("DELETE", &missing), &[], None).await),
        "not-found"
    );
}

on_both!(
    a_flag_is_taken_off_once_and_the_history_keeps_it,
    what_is_put_aside_is_taken_up_again,
);
