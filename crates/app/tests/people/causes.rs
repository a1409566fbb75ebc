//! The cause of a missed deadline is proposed by what the logs really hold.

use chrono::Duration;
use docket_app::{ClientScope, SyncCounts};
use docket_core::incident::Cause;
use docket_store::testing::TestDb;
use docket_store::testing::clock::Clock;
use docket_store::{SyncRun, UnitOfWork, on_both};

use crate::support::{load, open, process, start};

/// The proposed cause after syncs that ended so in the hours before the deadline, on a connection that may be paused.
async fn cause(test: &TestDb, ends: &[Option<&str>], paused: bool) -> Cause {
    let (clock, files) = (Clock::at(start()), tempfile::tempdir().unwrap());
    let desk = process(&test.db, &clock, files.path());
    let deadline = start() + Duration::hours(10);
    let case = load(&desk, open(&desk, deadline).await).await.case;
    let mut unit = UnitOfWork::begin(&desk.db).await.unwrap();
    for (n, end) in (1i64..).zip(ends) {
        let at = deadline - Duration::hours(n);
        let run = SyncRun {
            id: desk.env.uuid(),
            connection: case.connection,
            kind: "changes".to_owned(),
            started_at: at,
            ended_at: at,
            counts: SyncCounts::default(),
            error: end.map(str::to_owned),
        };
        unit.log_run(case.client, &run).await.unwrap();
    }
    if paused {
        unit.pause("sync", case.connection, Some("not permitted"), start())
            .await
            .unwrap();
    }
    unit.commit().await.unwrap();
    clock.advance(Duration::hours(11));
    desk.tick().await.unwrap();
    let all = desk.incidents(ClientScope::Agency, None, 10).await.unwrap();
    assert_eq!(all.len(), 1);
    all[0].cause
}

fn retry() -> String {
    docket_connector::Error::retry("503").to_string()
}

async fn a_platform_that_does_not_answer_is_the_cause(test: TestDb) {
    let down = retry();
    assert_eq!(
        cause(&test, &[Some(&down), Some(&down)], false).await,
        Cause::Platform
    );
}

async fn one_good_sync_speaks_against_an_outage(test: TestDb) {
    let down = retry();
    assert_eq!(cause(&test, &[Some(&down), None], false).await, Cause::Unknown);
}

async fn a_paused_connection_is_no_access(test: TestDb) {
    assert_eq!(cause(&test, &[], true).await, Cause::NoAccess);
}

async fn syncs_that_fail_otherwise_are_no_access(test: TestDb) {
    assert_eq!(
        cause(&test, &[Some("not permitted: revoked")], false).await,
        Cause::NoAccess
    );
}

on_both!(
    a_platform_that_does_not_answer_is_the_cause,
    one_good_sync_speaks_against_an_outage,
    a_paused_connection_is_no_access,
    syncs_that_fail_otherwise_are_no_access,
);
