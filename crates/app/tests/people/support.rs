//! A desk with one case, on a database that outlives it and a clock that is moved by hand.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration as Span;

use chrono::{DateTime, Utc};
use docket_app::{Connectors, Desk, MailSettings, MailTls, Settings};
use docket_connector::http::{HttpSettings, Shared};
use docket_core::case;
use docket_core::deadline::Deadline;
use docket_core::id::{CaseId, ConnectionId, DisputeRef, RoundId};
use docket_core::money::Money;
use docket_core::snapshot::{Facts, Observed, Snapshot};
use docket_core::words::{ActionKind, DeadlineSource, Platform, Precision, Reason, Stage, Turn};
use docket_queue::Queue;
use docket_store::testing::clock::Clock;
use docket_store::{Change, ClientScope, Db, Files, Keyring, NewConnection, StoredCase, UnitOfWork};

pub fn start() -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 0).unwrap()
}

fn settings() -> Settings {
    let minute = Span::from_secs(60);
    let mail = MailSettings {
        server: "127.0.0.1".to_owned(),
        port: 1,
        tls: MailTls::None,
        user: String::new(),
        password: String::new().into(),
        from: "docket@example.com".to_owned(),
        replies: Some("answers@example.com".to_owned()),
        desk: "desk@example.com".to_owned(),
        lead: "lead@example.com".to_owned(),
        timeout: minute,
    };
    Settings {
        matrix: docket_core::evidence::Matrix::default(),
        templates: Arc::new(docket_app::templates(None).unwrap()),
        sync_every: minute,
        sweep_every: minute,
        sync_concurrency: 1,
        read_attempts: 1,
        call_limit: minute,
        settle: minute * 3,
        confirm_within: minute,
        confirm_every: minute,
        max_sends: 1,
        fees: Vec::new(),
        policy_changes: Vec::new(),
        rules_grace: std::time::Duration::from_secs(86_400),
        voice: |locale, said| format!("{}: {said}", locale.language),
        mail: Some(mail),
        public_url: Some("https://desk.example.com".parse().unwrap()),
        sessions: docket_app::SessionLimits::default(),
        hooks: docket_app::HookSettings {
            private_addresses: true,
            timeout: Span::from_secs(5),
        },
    }
}

/// A process that works on a database: dropping it is its end.
pub fn process(db: &Db, clock: &Clock, files: &std::path::Path) -> Desk {
    let env = clock.env();
    let shared = Shared::new(env.clone(), HttpSettings::default()).unwrap();
    Desk {
        db: db.clone(),
        files: Files::local(files).unwrap(),
        keys: Keyring::new(&["07".repeat(32).into()]).unwrap(),
        waker: Queue::new(db.clone(), env.clone(), docket_queue::Settings::default()).waker(),
        env,
        connectors: Arc::new(Connectors::new(&[&docket_toy::DRIVER], shared)),
        settings: Arc::new(settings()),
    }
}

pub fn snapshot(deadline: DateTime<Utc>, updated_at: DateTime<Utc>) -> Snapshot {
    Snapshot {
        platform: Platform::PAYPAL,
        dispute: DisputeRef("PP-D-1".to_owned()),
        facts: Facts {
            amount: Money::new(12_50, "EUR".parse().unwrap()),
            stage: Stage::Chargeback,
            platform_stage: None,
            platform_status: None,
            channel: None,
            turn: Turn::Ours,
            reason: Reason::NotReceived,
            platform_reason: None,
            allowed_actions: BTreeSet::from([ActionKind::Contest]),
            order_refs: Vec::new(),
            opened_at: start(),
            updated_at,
        },
        deadline: Some(Deadline {
            at: deadline,
            source: DeadlineSource::Platform,
            precision: Precision::Instant,
        }),
        outcome: None,
        closed_at: None,
        saved: Vec::new(),
        answers: Vec::new(),
        factors: Vec::new(),
        attention: BTreeSet::new(),
    }
}

async fn save(desk: &Desk, before: Option<StoredCase>, transition: case::Transition, seen: Snapshot) {
    let observed = Observed {
        raw: seen.facts.updated_at.to_rfc3339().into_bytes(),
        hash: docket_core::chain::digest(&seen.facts.updated_at.to_rfc3339()),
        mark: String::new(),
        dated: true,
        buyer: Vec::new(),
        snapshot: seen,
    };
    let change = Change {
        before,
        transition,
        observed: Some(observed),
    };
    let mut unit = UnitOfWork::begin(&desk.db).await.unwrap();
    unit.save("sync", desk.env.now(), &[change]).await.unwrap();
    unit.commit().await.unwrap();
}

/// A client with one case that waits for us.
pub async fn open(desk: &Desk, deadline: DateTime<Utc>) -> CaseId {
    let client = desk.add_client("Nordlicht", false, "test").await.unwrap();
    let added = NewConnection {
        id: ConnectionId::new(&desk.env),
        client: client.id,
        platform: Platform::PAYPAL,
        base_url: "https://api.example".to_owned(),
        credentials: "{}".to_owned().into(),
    };
    let mut unit = UnitOfWork::begin(&desk.db).await.unwrap();
    unit.add_connection("test", &added, &desk.keys, &desk.env)
        .await
        .unwrap();
    unit.commit().await.unwrap();
    let ids = (CaseId::new(&desk.env), RoundId::new(&desk.env));
    let seen = snapshot(deadline, desk.env.now());
    let opened = case::open(ids, client.id, added.id, &seen, desk.env.now());
    save(desk, None, opened, seen).await;
    ids.0
}

/// The platform names this deadline now.
pub async fn observe(desk: &Desk, id: CaseId, deadline: DateTime<Utc>) {
    let before = load(desk, id).await;
    let seen = snapshot(deadline, desk.env.now());
    let next = case::observe(&before.case, &seen, RoundId::new(&desk.env), desk.env.now());
    save(desk, Some(before), next, seen).await;
}

pub async fn load(desk: &Desk, id: CaseId) -> StoredCase {
    desk.db.case(ClientScope::Agency, id).await.unwrap().unwrap()
}
