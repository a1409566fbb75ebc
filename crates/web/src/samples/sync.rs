//! Samples of sync, of one connection, and of work that gave up.

use docket_app::{
    ChecklistItem, ConnectionView, JobRow, Reconciliation, Setting, SyncCounts, SyncRun, SyncState,
};
use docket_core::id::JobId;
use docket_queue::admin::State;
use serde_json::json;

use super::make::{NASTY, now};
use super::people::viewer;
use super::{House, Samples, house, stale};
use crate::pages::connections::one::ConnectionPage;
use crate::pages::connections::sync::SyncView;

fn run(house: &House, kind: &str, error: bool) -> SyncRun {
    SyncRun {
        id: house.env.uuid(),
        connection: house.connection.id,
        kind: kind.to_owned(),
        started_at: now(),
        ended_at: now(),
        counts: SyncCounts {
            seen: 9,
            new: 1,
            changed: 1,
            unchanged: 6,
            failed: 1,
        },
        error: error.then(|| NASTY.to_owned()),
    }
}

fn state(house: &House, full: bool) -> SyncState {
    let mut connection = house.connection.clone();
    if full {
        connection.health = stale(&connection);
        connection.health.alarm = Some(NASTY.to_owned());
        connection.health.checked_at = Some(now());
        connection.health.findings = Some(json!([
            { "key": "list", "ok": false, "says": NASTY, "todo": NASTY },
            { "key": "s", "topic": "setting", "ok": null, "says": NASTY, "todo": NASTY },
        ]));
    } else {
        connection.health.synced_at = None;
        connection.health.paused_why = Some(NASTY.to_owned());
    }
    SyncState {
        open: i64::from(full),
        compared: full.then(|| run(house, "sweep", false)),
        failed: i64::from(full),
        dead: i64::from(full),
        connection,
    }
}

fn job(house: &House, case: bool) -> JobRow {
    JobRow {
        id: JobId::new(&house.env),
        kind: "sync_connection".to_owned(),
        key: house.connection.id.to_string(),
        client: Some(house.client.id),
        case: case.then(|| docket_core::id::CaseId::new(&house.env)),
        state: State::Dead,
        priority: 0,
        run_at: now(),
        attempts: 30,
        max_attempts: 30,
        worker: None,
        last_error: Some(NASTY.to_owned()),
        created_at: now(),
    }
}

impl Samples for SyncView {
    fn samples() -> Vec<Self> {
        let house = house();
        let full = Reconciliation {
            states: vec![state(&house, true), state(&house, false)],
            dead: (0..100).map(|n| job(&house, n % 2 == 0)).collect(),
        };
        let empty = Reconciliation {
            states: Vec::new(),
            dead: Vec::new(),
        };
        vec![
            Self::of(&viewer(), &full, None, now())
                .saying(Some("queued".to_owned()))
                .with(NASTY.to_owned()),
            Self::of(&viewer(), &empty, None, now()),
        ]
    }
}

impl Samples for ConnectionPage {
    fn samples() -> Vec<Self> {
        let house = house();
        let said = Setting {
            item: "a".to_owned(),
            value: "yes".to_owned(),
            source: "person".to_owned(),
            note: Some(NASTY.to_owned()),
            valid_from: now(),
            recorded_at: now(),
            recorded_by: NASTY.to_owned(),
        };
        let item = |now: Option<Setting>| ChecklistItem {
            item: NASTY.to_owned(),
            says: NASTY.to_owned().into(),
            todo: Some(NASTY.to_owned().into()),
            now,
        };
        let full = ConnectionView {
            state: state(&house, true),
            dead: vec![job(&house, false)],
            runs: vec![
                run(&house, "changes", true),
                run(&house, "sweep", false),
                run(&house, "full", false),
            ],
            checklist: Some(vec![item(Some(said)), item(None)]),
        };
        let empty = ConnectionView {
            state: state(&house, false),
            dead: Vec::new(),
            runs: Vec::new(),
            checklist: None,
        };
        vec![
            Self::of(&viewer(), &full, Some("queued".to_owned()), now()).with(NASTY.to_owned()),
            Self::of(&viewer(), &empty, None, now()),
        ]
    }
}
