//! SQLite while another process writes: wait, or say that the database is busy, and never lose a write.

use std::time::Duration;

use docket_store::{ClientScope, Db, Error, UnitOfWork, on_tx, testing};

use crate::support::*;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_write_waits_for_another_process_and_is_kept() {
    let desk = Desk::new(testing::sqlite().await).await;
    let before = desk.open(&snapshot("PP-1")).await;
    let other = Db::connect(&desk.test.url).await.unwrap();
    let held = other.begin().await.unwrap();
    let change = [desk.note(&before, "waited")];
    let mut save = std::pin::pin!(desk.save(&change));
    assert!(
        tokio::time::timeout(Duration::from_millis(100), &mut save)
            .await
            .is_err(),
        "it did not wait"
    );
    // Readers are never locked out.
    assert_eq!(desk.load(before.case.id).await.case.version, 1);
    held.commit().await.unwrap();
    save.await.unwrap();
    assert_eq!(desk.load(before.case.id).await.case.version, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_write_that_waited_too_long_says_busy_and_wrote_nothing() {
    let desk = Desk::new(testing::sqlite().await).await;
    let before = desk.open(&snapshot("PP-1")).await;
    let other = Db::connect(&desk.test.url).await.unwrap();
    let held = other.begin().await.unwrap();
    let error = desk.save(&[desk.note(&before, "lost?")]).await.unwrap_err();
    assert!(matches!(error, Error::Busy(_)), "{error:?}");
    assert!(error.is_transient());
    drop(held);
    desk.save(&[desk.note(&before, "again")]).await.unwrap();
    let told = desk
        .db
        .history(ClientScope::Agency, before.case.id.0, 0, 10)
        .await
        .unwrap();
    assert_eq!(told.iter().filter(|r| r.kind == "note").count(), 1);
}

/// SQLite takes a whole transaction back by itself when a disk is full or fails. What the driver then believes of its
/// only writing connection must not keep everybody from writing for ever.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_transaction_that_the_database_gave_up_costs_nobody_else() {
    let desk = Desk::new(testing::sqlite().await).await;
    let before = desk.open(&snapshot("PP-1")).await;
    let mut unit = UnitOfWork::begin(&desk.db).await.unwrap();
    on_tx!(unit.tx(), c => sqlx::query("ROLLBACK").execute(c).await.map(drop)).unwrap();
    drop(unit);
    desk.save(&[desk.note(&before, "later")]).await.unwrap();
    assert_eq!(desk.load(before.case.id).await.case.version, 2);
}
