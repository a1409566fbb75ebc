//! The price of a platform: one crate (`tests/toy`) and two lines, its dependency in `tests/Cargo.toml` and its place in
//! [`DRIVERS`]. Sync, queue, case, response and proof work without another word.
#![expect(clippy::unwrap_used, reason = "a test fails where it unwraps")]

mod platform;

use std::sync::Arc;
use std::time::Duration;

use docket_app::jobs::{Handlers, KINDS};
use docket_app::{CaseFilter, ClientScope, Connectors, Desk, Prepare, Responded, Settings, SyncMode};
use docket_connector::Driver;
use docket_connector::http::{HttpSettings, Shared};
use docket_core::response::{EvidenceItem, Response, SubmissionState};
use docket_core::words::{ActionKind, Outcome, Turn, WorkState};
use docket_queue::Queue;
use docket_store::testing::TestDb;
use docket_store::testing::clock::Clock;
use docket_store::{Files, Keyring};
use platform::Platform;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

const DRIVERS: &[&Driver] = &[&docket_toy::DRIVER];

struct House {
    desk: Desk,
    queue: Queue,
    _db: TestDb,
    _files: tempfile::TempDir,
}

async fn house() -> House {
    let db = docket_store::testing::sqlite().await;
    let files = tempfile::tempdir().unwrap();
    let env = Clock::at("2026-11-20T08:00:00Z".parse().unwrap()).env();
    let queue = Queue::new(db.db.clone(), env.clone(), docket_queue::Settings::default());
    let second = Duration::from_secs(1);
    let settings = Settings {
        matrix: docket_core::evidence::Matrix::default(),
        templates: Arc::new(docket_app::templates(None).unwrap()),
        sync_every: 300 * second,
        sweep_every: 86_400 * second,
        sync_concurrency: 4,
        read_attempts: 3,
        call_limit: 60 * second,
        settle: 180 * second,
        confirm_within: 3_600 * second,
        confirm_every: second,
        max_sends: 3,
        mail: None,
        hooks: docket_app::HookSettings::default(),
        public_url: None,
        sessions: docket_app::SessionLimits::default(),
        fees: Vec::new(),
        policy_changes: Vec::new(),
        rules_grace: 86_400 * second,
        voice: docket_app::in_english,
    };
    let desk = Desk {
        db: db.db.clone(),
        files: Files::local(files.path()).unwrap(),
        keys: Keyring::new(&["07".repeat(32).into()]).unwrap(),
        connectors: Arc::new(Connectors::new(
            DRIVERS,
            Shared::new(env.clone(), HttpSettings::default()).unwrap(),
        )),
        env,
        settings: Arc::new(settings),
        waker: queue.waker(),
    };
    let handlers = Handlers(desk.clone());
    let queue = KINDS
        .iter()
        .fold(queue, |queue, kind| queue.handle(kind, handlers.clone()));
    House {
        desk,
        queue,
        _db: db,
        _files: files,
    }
}

#[tokio::test]
async fn a_toy_platform_goes_all_the_way() {
    let platform = Platform::start(&["T-1", "T-2"]).await;
    let house = house().await;
    let desk = &house.desk;
    let client = desk.add_client("Nordlicht", false, "test").await.unwrap();
    let unknown = "yet_another".parse().unwrap();
    let refused = desk
        .add_connection(&client, unknown, &platform.url, "{}".to_owned().into(), "test")
        .await;
    assert!(refused.unwrap_err().to_string().contains("choose one of: toy"));
    let toy = docket_toy::DRIVER.platform;
    let word = r#"{"word": "open"}"#.to_owned().into();
    let connection = desk
        .add_connection(&client, toy, &platform.url, word, "test")
        .await
        .unwrap();

    let (progress, _) = watch::channel(Default::default());
    let first = desk.sync(connection, SyncMode::Changes, &progress).await.unwrap();
    assert_eq!((first.new, first.failed), (2, 0));
    let (progress, _) = watch::channel(Default::default());
    let second = desk.sync(connection, SyncMode::Changes, &progress).await.unwrap();
    assert_eq!(
        (second.new, second.changed, platform.shows()),
        (0, 0, 2),
        "known rows are not read again"
    );

    let ours = CaseFilter {
        platform: Some(toy),
        turn: Some(Turn::Ours),
        ..CaseFilter::default()
    };
    let cases = desk
        .cases(ClientScope::One(client.id), &ours, None, 10)
        .await
        .unwrap();
    assert_eq!(cases.len(), 2);
    let case = &cases[0].case;
    let contest = Response::Contest {
        evidence: vec![EvidenceItem {
            kind: "other".to_owned(),
            note: Some("the toy arrived".to_owned()),
            ..EvidenceItem::default()
        }],
        return_address: None,
        proposed_refund: None,
    };
    let wish = Prepare {
        case: case.id,
        response: contest,
        send_at: None,
        actor: "test".to_owned(),
    };
    let Responded::Queued(prepared) = desk.respond(ClientScope::Agency, wish).await.unwrap() else {
        panic!("evidence needs no second person here");
    };
    house
        .queue
        .run_until_idle(CancellationToken::new())
        .await
        .unwrap();
    let sent = desk
        .submission(ClientScope::Agency, prepared.submission)
        .await
        .unwrap();
    assert_eq!(sent.state, SubmissionState::Confirmed, "{:?}", sent.error);
    assert_eq!(platform.answers(case.dispute.as_str()), ["the toy arrived"]);
    let after = desk.case(ClientScope::Agency, case.id).await.unwrap().case;
    assert_eq!(
        (after.facts.turn, after.work_state),
        (Turn::Platform, WorkState::AwaitingDecision)
    );

    let impossible = desk
        .check_response(
            ClientScope::Agency,
            cases[1].case.id,
            &Response::Escalate { note: "x".to_owned() },
        )
        .await;
    assert!(
        impossible
            .unwrap_err()
            .to_string()
            .contains(ActionKind::Escalate.as_str())
    );

    platform.decide(case.dispute.as_str(), true);
    let (progress, _) = watch::channel(Default::default());
    desk.sync(connection, SyncMode::Sweep, &progress).await.unwrap();
    let closed = desk.case(ClientScope::Agency, case.id).await.unwrap().case;
    assert_eq!(
        (closed.outcome, closed.work_state),
        (Some(Outcome::Won), WorkState::Closed)
    );
}
