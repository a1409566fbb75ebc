//! Connections: credentials stay secret, and each due one is taken once.

use std::collections::BTreeSet;

use chrono::Duration;
use docket_core::id::ConnectionId;
use docket_store::testing::TestDb;
use docket_store::{ClientScope, Db, Error, Keyring, SecretError, UnitOfWork, on_both};
use secrecy::ExposeSecret;

use crate::support::*;

const AGENCY: ClientScope = ClientScope::Agency;

/// Whether the secret's bytes stand anywhere in the stored data.
async fn leaks(desk: &Desk) -> bool {
    let holds = |bytes: &[u8]| bytes.windows(SECRET.len()).any(|w| w == SECRET.as_bytes());
    match &desk.db {
        Db::Sqlite { .. } => {
            let file = desk.test.url.strip_prefix("sqlite://").unwrap();
            let files = ["", "-wal"].map(|end| std::fs::read(format!("{file}{end}")).unwrap());
            // The client's name is in clear: the scan does read what was written.
            assert!(files.iter().any(|f| f.windows(9).any(|w| w == b"Nord GmbH")));
            files.iter().any(|f| holds(f))
        }
        Db::Postgres(pool) => {
            let text = "SELECT query_to_xml('SELECT * FROM connections', true, false, '')::text \
                || query_to_xml('SELECT * FROM history', true, false, '')::text";
            let (rows,): (String,) = sqlx::query_as(text).fetch_one(pool).await.unwrap();
            let sealed: Vec<(Vec<u8>,)> = sqlx::query_as("SELECT credentials FROM connections")
                .fetch_all(pool)
                .await
                .unwrap();
            holds(rows.as_bytes()) || sealed.iter().any(|(s,)| holds(s))
        }
    }
}

async fn credentials_are_never_stored_in_clear(test: TestDb) {
    let desk = Desk::new(test).await;
    assert_eq!(
        desk.db
            .credentials(desk.connection, &keys())
            .await
            .unwrap()
            .expose_secret(),
        SECRET
    );
    assert!(!leaks(&desk).await);
    let connection = desk
        .db
        .connection(AGENCY, desk.connection)
        .await
        .unwrap()
        .unwrap();
    assert!(!format!("{connection:?}").contains("hush"));
}

async fn credentials_move_to_a_new_key(test: TestDb) {
    let desk = Desk::new(test).await;
    let both = Keyring::new(&[key('b'), key('a')]).unwrap();
    let reseal = async |keys: &Keyring| {
        let mut unit = desk.unit().await;
        let changed = unit.reseal(desk.connection, keys, &desk.env).await?;
        unit.commit().await?;
        Ok::<_, Error>(changed)
    };
    let new = Keyring::new(&[key('b')]).unwrap();
    assert!(matches!(
        reseal(&new).await,
        Err(Error::Secret(SecretError::UnknownKey(_)))
    ));
    assert!(reseal(&both).await.unwrap());
    assert!(!reseal(&both).await.unwrap());
    assert_eq!(
        desk.db
            .credentials(desk.connection, &new)
            .await
            .unwrap()
            .expose_secret(),
        SECRET
    );
    let old = desk.db.credentials(desk.connection, &keys()).await;
    assert!(matches!(old, Err(Error::Secret(SecretError::UnknownKey(_)))));
    assert!(!leaks(&desk).await);
}

async fn credentials_of_another_connection_do_not_open(test: TestDb) {
    let desk = Desk::new(test).await;
    let other = ConnectionId::new(&desk.env);
    desk.add_connection(other, desk.client).await;
    let first = "(SELECT credentials FROM connections ORDER BY id LIMIT 1)";
    desk.sql(&format!("UPDATE connections SET credentials = {first}"))
        .await
        .unwrap();
    let keys = keys();
    let opened = [desk.connection, other].map(|id| desk.db.credentials(id, &keys));
    let opened = futures::future::join_all(opened).await;
    assert_eq!(
        opened
            .iter()
            .filter(|r| matches!(r, Err(Error::Secret(SecretError::Damaged))))
            .count(),
        1
    );
}

async fn each_due_connection_is_taken_once_by_many_takers(test: TestDb) {
    let desk = Desk::new(test).await;
    let mut due = BTreeSet::from([desk.connection.0]);
    for _ in 0..20 {
        let id = ConnectionId::new(&desk.env);
        desk.add_connection(id, desk.client).await;
        due.insert(id.0);
    }
    let paused = ConnectionId::new(&desk.env);
    desk.add_connection(paused, desk.client).await;
    let mut unit = desk.unit().await;
    unit.pause("ada", paused, Some("asked"), start()).await.unwrap();
    unit.commit().await.unwrap();
    for sweep in [false, true] {
        let takers = (0..8).map(|_| async {
            // Each with its own connections, as another process has.
            let db = Db::connect(&desk.test.url).await.unwrap();
            let mut unit = UnitOfWork::begin(&db).await.unwrap();
            let taken = unit
                .take_due(sweep, start(), start() + Duration::minutes(5))
                .await
                .unwrap();
            unit.commit().await.unwrap();
            db.close().await;
            taken
        });
        let taken: Vec<_> = futures::future::join_all(takers)
            .await
            .into_iter()
            .flatten()
            .collect();
        assert_eq!(taken.len(), due.len(), "sweep: {sweep}");
        assert_eq!(taken.iter().map(|(id, _)| id.0).collect::<BTreeSet<_>>(), due);
        assert!(taken.iter().all(|(_, client)| *client == desk.client));
    }
    let mut unit = desk.unit().await;
    let early = start() + Duration::minutes(5) - Duration::microseconds(1);
    assert_eq!(unit.take_due(false, early, start()).await.unwrap(), []);
}

async fn what_is_noted_about_a_connection_reads_back(test: TestDb) {
    let desk = Desk::new(test).await;
    let at = start() + Duration::microseconds(1);
    let (cursor, findings) = (serde_json::json!({ "next": [1, null] }), serde_json::json!(["ü"]));
    let mut unit = desk.unit().await;
    unit.set_cursor(desk.connection, &cursor).await.unwrap();
    unit.set_findings(desk.connection, &findings, at).await.unwrap();
    unit.set_sync_error(desk.connection, "503").await.unwrap();
    unit.pause("ada", desk.connection, Some("401"), at).await.unwrap();
    unit.move_connection("ada", desk.connection, "https://other.test", at)
        .await
        .unwrap();
    unit.commit().await.unwrap();
    let read = async || {
        desk.db
            .connection(AGENCY, desk.connection)
            .await
            .unwrap()
            .unwrap()
    };
    let noted = read().await;
    assert_eq!(
        (noted.cursor, noted.health.findings),
        (Some(cursor), Some(findings))
    );
    assert_eq!(
        (noted.health.checked_at, noted.health.synced_at),
        (Some(at), None)
    );
    assert_eq!(noted.health.sync_error.as_deref(), Some("503"));
    assert_eq!(noted.health.paused_why.as_deref(), Some("401"));
    assert_eq!(noted.base_url, "https://other.test");
    let mut unit = desk.unit().await;
    unit.set_synced(desk.connection, at, true).await.unwrap();
    unit.pause("ada", desk.connection, None, at).await.unwrap();
    unit.commit().await.unwrap();
    let health = read().await.health;
    assert_eq!((health.synced_at, health.swept_at), (Some(at), Some(at)));
    assert_eq!((health.sync_error, health.paused_why), (None, None));
    let kinds: Vec<_> = desk
        .db
        .history(AGENCY, desk.connection.0, 0, 10)
        .await
        .unwrap()
        .into_iter()
        .map(|r| r.kind)
        .collect();
    assert_eq!(
        kinds,
        [
            "connection_added",
            "connection_paused",
            "connection_moved",
            "connection_resumed"
        ]
    );
    assert_eq!(desk.db.verify_history().await.unwrap(), []);
}

async fn the_log_of_syncs_reads_back_the_newest_first(test: TestDb) {
    let desk = Desk::new(test).await;
    let mut unit = desk.unit().await;
    let mut runs = Vec::new();
    for _ in 0..3 {
        desk.clock.advance(Duration::microseconds(1));
        runs.push(desk.sync_run(desk.connection));
        unit.log_run(desk.client, runs.last().unwrap()).await.unwrap();
    }
    unit.commit().await.unwrap();
    let newest = desk.db.sync_runs(AGENCY, desk.connection, 2).await.unwrap();
    runs.reverse();
    assert_eq!(format!("{newest:?}"), format!("{:?}", &runs[..2]));
}

on_both!(
    the_log_of_syncs_reads_back_the_newest_first,
    credentials_are_never_stored_in_clear,
    credentials_move_to_a_new_key,
    credentials_of_another_connection_do_not_open,
    each_due_connection_is_taken_once_by_many_takers,
    what_is_noted_about_a_connection_reads_back,
);
