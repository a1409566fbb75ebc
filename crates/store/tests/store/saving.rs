//! All or nothing, and nobody's change is lost.

use docket_store::testing::TestDb;
use docket_store::{ClientScope, Error, on_both};

use crate::support::*;

async fn the_second_change_from_the_same_version_is_refused_and_changes_nothing(test: TestDb) {
    let desk = Desk::new(test).await;
    let before = desk.open(&snapshot("PP-1")).await;
    let other = desk.open(&snapshot("PP-2")).await;
    desk.save(&[desk.note(&before, "first")]).await.unwrap();
    // The other case of the same unit was not changed by anybody, and still keeps nothing.
    let late = [desk.note(&other, "beside"), desk.note(&before, "second")];
    assert!(matches!(desk.save(&late).await, Err(Error::Conflict(_))));
    assert_eq!(desk.load(before.case.id).await.case.version, 2);
    assert_eq!(desk.load(other.case.id).await.case.version, 1);
    let told = desk
        .db
        .history(ClientScope::Agency, before.case.id.0, 0, 10)
        .await
        .unwrap();
    let texts: Vec<_> = told
        .iter()
        .filter_map(|r| r.detail.as_ref()?.get("text").cloned())
        .collect();
    assert_eq!(texts, ["first"]);
    assert_eq!(desk.db.verify_history().await.unwrap(), []);
}

async fn of_many_changes_at_once_exactly_one_wins(test: TestDb) {
    let desk = Desk::new(test).await;
    let before = desk.open(&snapshot("PP-1")).await;
    let units = (0..8).map(|n| {
        let change = desk.note(&before, &n.to_string());
        let desk = &desk;
        async move { desk.save(&[change]).await }
    });
    let results = futures::future::join_all(units).await;
    assert_eq!(results.iter().filter(|r| r.is_ok()).count(), 1);
    assert!(
        results
            .iter()
            .all(|r| matches!(r, Ok(()) | Err(Error::Conflict(_) | Error::Busy(_)))),
        "{results:?}"
    );
    assert_eq!(desk.load(before.case.id).await.case.version, 2);
}

async fn the_same_dispute_is_never_two_cases(test: TestDb) {
    let desk = Desk::new(test).await;
    desk.open(&snapshot("PP-1")).await;
    assert!(matches!(
        desk.save(&[desk.opening(&snapshot("PP-1"))]).await,
        Err(Error::Conflict(_))
    ));
    assert_eq!(desk.count("cases").await, 1);
}

async fn a_unit_that_is_dropped_keeps_nothing(test: TestDb) {
    let desk = Desk::new(test).await;
    let tables = [
        "cases",
        "rounds",
        "history",
        "snapshots",
        "factors",
        "submissions",
        "sync_runs",
    ];
    let mut before = Vec::new();
    for table in tables {
        before.push(desk.count(table).await);
    }
    let change = desk.opening(&snapshot("PP-1"));
    let case = change.transition.case.clone();
    let mut unit = desk.unit().await;
    unit.save("sync", start(), &[change]).await.unwrap();
    unit.add_submission(&desk.submission(&case)).await.unwrap();
    unit.log_run(desk.client, &desk.sync_run(desk.connection))
        .await
        .unwrap();
    unit.set_cursor(desk.connection, &serde_json::json!({ "page": 2 }))
        .await
        .unwrap();
    drop(unit);
    for (table, count) in tables.into_iter().zip(before) {
        assert_eq!(desk.count(table).await, count, "{table}");
    }
    let connection = desk
        .db
        .connection(ClientScope::Agency, desk.connection)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(connection.cursor, None);
}

async fn a_name_is_taken_once_without_regard_to_case(test: TestDb) {
    let desk = Desk::new(test).await;
    let again = docket_store::Client {
        id: docket_core::id::ClientId::new(&desk.env),
        name: "NORD gmbh".to_owned(),
        safety_net: false,
        created_at: start(),
    };
    let refused = desk.unit().await.add_client("ada", &again).await;
    assert!(matches!(refused, Err(Error::Taken(why)) if why.contains("NORD gmbh")));
    assert_eq!(
        desk.db.client_named("nord GMBH").await.unwrap().unwrap().id,
        desk.client
    );
}

on_both!(
    the_second_change_from_the_same_version_is_refused_and_changes_nothing,
    of_many_changes_at_once_exactly_one_wins,
    the_same_dispute_is_never_two_cases,
    a_unit_that_is_dropped_keeps_nothing,
    a_name_is_taken_once_without_regard_to_case,
);
