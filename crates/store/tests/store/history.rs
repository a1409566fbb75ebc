//! The history is append-only, and what was done to it behind the program's back shows.

use docket_store::testing::TestDb;
use docket_store::{Db, StoredCase, on_both};

use crate::support::*;

/// A case with four rows of history.
async fn told(desk: &Desk) -> StoredCase {
    let mut stored = desk.open(&snapshot("PP-1")).await;
    for text in ["one", "two", "three"] {
        desk.save(&[desk.note(&stored, text)]).await.unwrap();
        stored = desk.load(stored.case.id).await;
    }
    assert_eq!(desk.db.verify_history().await.unwrap(), []);
    stored
}

async fn unlock(desk: &Desk) {
    for trigger in ["history_append_only", "history_fixed"] {
        let table = if matches!(desk.db, Db::Postgres(_)) {
            " ON history"
        } else {
            ""
        };
        desk.sql(&format!("DROP TRIGGER {trigger}{table}")).await.unwrap();
    }
}

/// The fault that is found: the row, and what is wrong with it.
async fn fault(desk: &Desk, stored: &StoredCase) -> (i64, &'static str) {
    let found = desk.db.verify_history().await.unwrap();
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].subject, stored.case.id.0);
    (found[0].number, found[0].why)
}

async fn rows_can_neither_be_changed_nor_deleted(test: TestDb) {
    let desk = Desk::new(test).await;
    told(&desk).await;
    let postgres = matches!(desk.db, Db::Postgres(_));
    let mut attempts = vec![
        "DELETE FROM history",
        "UPDATE history SET actor = 'nobody'",
        "UPDATE history SET kind = 'x'",
        "UPDATE history SET detail = '{}'",
        "UPDATE history SET number = number + 100",
        "UPDATE history SET detail = NULL, actor = 'nobody'",
    ];
    attempts.push(if postgres {
        "TRUNCATE history"
    } else {
        "UPDATE history SET at = '2020-01-01T00:00:00+00:00'"
    });
    for attempt in attempts {
        let error = desk.sql(attempt).await.expect_err(attempt).to_string();
        assert!(error.contains("append-only"), "{attempt}: {error}");
    }
    assert_eq!(desk.db.verify_history().await.unwrap(), []);
}

async fn an_erased_detail_breaks_nothing(test: TestDb) {
    let desk = Desk::new(test).await;
    let stored = told(&desk).await;
    assert_eq!(
        desk.sql("UPDATE history SET detail = NULL WHERE number = 3")
            .await
            .unwrap(),
        1
    );
    assert_eq!(desk.db.verify_history().await.unwrap(), []);
    let rows = desk
        .db
        .history(docket_store::ClientScope::Agency, stored.case.id.0, 2, 1)
        .await
        .unwrap();
    assert_eq!(
        (rows[0].number, rows[0].kind.as_str(), &rows[0].detail),
        (3, "note", &None)
    );
}

async fn an_altered_row_shows(test: TestDb) {
    let desk = Desk::new(test).await;
    let stored = told(&desk).await;
    unlock(&desk).await;
    let other = docket_core::id::ClientId::new(&desk.env);
    desk.add_client(other, "Other").await;
    let attempts = [
        ("detail = '{\"text\":\"TWO\"}'", "its detail was altered"),
        ("actor = 'nobody'", "it was altered"),
        ("kind = 'x'", "it was altered"),
        // Shown to another client from now on.
        (
            "client_id = (SELECT id FROM clients WHERE name = 'Other')",
            "it was altered",
        ),
    ];
    for (attempt, why) in attempts {
        desk.sql("CREATE TABLE kept AS SELECT * FROM history")
            .await
            .unwrap();
        let case = "WHERE number = 3 AND subject = (SELECT id FROM cases)";
        assert_eq!(
            desk.sql(&format!("UPDATE history SET {attempt} {case}"))
                .await
                .unwrap(),
            1
        );
        assert_eq!(fault(&desk, &stored).await, (3, why), "{attempt}");
        desk.sql("DELETE FROM history; INSERT INTO history SELECT * FROM kept; DROP TABLE kept")
            .await
            .unwrap();
        assert_eq!(desk.db.verify_history().await.unwrap(), []);
    }
}

async fn a_row_removed_from_the_middle_shows(test: TestDb) {
    let desk = Desk::new(test).await;
    let stored = told(&desk).await;
    unlock(&desk).await;
    desk.sql("DELETE FROM history WHERE number = 2 AND subject = (SELECT id FROM cases)")
        .await
        .unwrap();
    assert_eq!(fault(&desk, &stored).await, (3, "a row is missing"));
}

async fn a_tail_cut_off_shows(test: TestDb) {
    let desk = Desk::new(test).await;
    let stored = told(&desk).await;
    unlock(&desk).await;
    desk.sql("DELETE FROM history WHERE number > 2 AND subject = (SELECT id FROM cases)")
        .await
        .unwrap();
    assert_eq!(fault(&desk, &stored).await, (3, "rows are missing at the end"));
    desk.sql("DELETE FROM history WHERE subject = (SELECT id FROM cases)")
        .await
        .unwrap();
    assert_eq!(fault(&desk, &stored).await, (1, "rows are missing at the end"));
}

async fn history_without_its_subject_shows(test: TestDb) {
    let desk = Desk::new(test).await;
    let stored = told(&desk).await;
    for table in ["rounds", "snapshots", "cases"] {
        desk.sql(&format!("DELETE FROM {table}")).await.unwrap();
    }
    assert_eq!(fault(&desk, &stored).await, (1, "its subject is gone"));
}

async fn verifying_beside_a_writer_raises_no_false_alarm(test: TestDb) {
    let desk = Desk::new(test).await;
    let mut stored = told(&desk).await;
    let writing = async {
        for n in 0..150 {
            desk.save(&[desk.note(&stored, &n.to_string())]).await.unwrap();
            stored = desk.load(stored.case.id).await;
        }
    };
    let verifying = async {
        loop {
            assert_eq!(desk.db.verify_history().await.unwrap(), []);
        }
    };
    futures::future::select(std::pin::pin!(writing), std::pin::pin!(verifying)).await;
}

on_both!(
    rows_can_neither_be_changed_nor_deleted,
    an_erased_detail_breaks_nothing,
    an_altered_row_shows,
    a_row_removed_from_the_middle_shows,
    a_tail_cut_off_shows,
    history_without_its_subject_shows,
    verifying_beside_a_writer_raises_no_false_alarm,
);
