//! A desk on a fresh SQLite file, with clients and cases, behind the real router.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use docket_app::{Client, Connectors, Desk, NewPerson, Settings};
use docket_connector::http::{HttpSettings, Shared};
use docket_core::case;
use docket_core::id::{CaseId, ConnectionId, RoundId, SessionId};
use docket_core::person::{Access, Locale, Person, Session};
use docket_core::snapshot::Observed;
use docket_core::words::Platform;
use docket_queue::Queue;
use docket_store::testing::TestDb;
use docket_store::testing::clock::Clock;
use docket_store::{Change, Files, Keyring, NewConnection, UnitOfWork};
use tower::ServiceExt;

use crate::doors::{FormKey, Site};
use crate::router;
use crate::samples::make::{Dispute, now};

pub struct TestDesk {
    pub desk: Desk,
    pub clock: Clock,
    pub site: Site,
    /// Somebody who sees everything.
    pub admin: LoggedIn,
    _db: TestDb,
    files: tempfile::TempDir,
}

/// A person in a session.
#[derive(Clone)]
pub struct LoggedIn {
    pub person: Person,
    pub session: SessionId,
    pub token: String,
}

impl LoggedIn {
    /// What a form of this session carries.
    pub fn key(&self) -> String {
        FormKey::of(&self.token).text().to_owned()
    }
}

/// A text as it is read: an amount does not break between its number and its currency.
pub fn read(text: &str) -> String {
    text.replace('\u{a0}', " ")
}

/// What a page answered.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl TestDesk {
    pub async fn new() -> Self {
        Self::on(docket_store::testing::sqlite().await).await
    }

    /// Without anybody who could log in.
    pub async fn empty() -> Self {
        Self::with(docket_store::testing::sqlite().await, false).await
    }

    pub async fn on(db: TestDb) -> Self {
        Self::with(db, true).await
    }

    async fn with(db: TestDb, people: bool) -> Self {
        let files = tempfile::tempdir().unwrap();
        let clock = Clock::at(now());
        let env = clock.env();
        let settings = Settings {
            matrix: docket_core::evidence::Matrix::default(),
            templates: docket_app::templates(None).unwrap().into(),
            sync_every: Duration::from_secs(300),
            sweep_every: Duration::from_secs(86_400),
            sync_concurrency: 4,
            read_attempts: 3,
            call_limit: Duration::from_secs(60),
            settle: Duration::from_secs(180),
            confirm_within: Duration::from_secs(3_600),
            confirm_every: Duration::from_secs(60),
            max_sends: 5,
            fees: Vec::new(),
            policy_changes: Vec::new(),
            rules_grace: std::time::Duration::from_secs(86_400),
            voice: crate::said,
            mail: None,
            public_url: None,
            sessions: docket_app::SessionLimits::default(),
            hooks: docket_app::HookSettings::default(),
        };
        let shared = Shared::new(env.clone(), HttpSettings::default()).unwrap();
        let waker = Queue::new(db.db.clone(), env.clone(), docket_queue::Settings::default()).waker();
        let desk = Desk {
            db: db.db.clone(),
            files: Files::local(files.path()).unwrap(),
            keys: Keyring::new(&["07".repeat(32).into()]).unwrap(),
            env,
            connectors: Arc::new(Connectors::new(&[&docket_toy::DRIVER], shared)),
            settings: Arc::new(settings),
            waker,
        };
        let admin = match people {
            true => log_in(&desk, "Ada", Access::Admin).await,
            false => nobody(&desk),
        };
        Self {
            desk,
            clock,
            site: Site::here(),
            admin,
            _db: db,
            files,
        }
    }

    /// A client with one connection, synced a minute ago.
    pub async fn client(&self, name: &str) -> (Client, ConnectionId) {
        let client = self.desk.add_client(name, false, "test").await.unwrap();
        let added = NewConnection {
            id: ConnectionId::new(&self.desk.env),
            client: client.id,
            platform: Platform::PAYPAL,
            base_url: "https://api-m.paypal.example".to_owned(),
            credentials: "{}".to_owned().into(),
        };
        let mut unit = UnitOfWork::begin(&self.desk.db).await.unwrap();
        unit.add_connection("test", &added, &self.desk.keys, &self.desk.env)
            .await
            .unwrap();
        unit.set_synced(added.id, now() - chrono::Duration::minutes(1), true)
            .await
            .unwrap();
        unit.commit().await.unwrap();
        (client, added.id)
    }

    /// Stores disputes as cases, as a sync would.
    pub async fn cases(
        &self,
        (client, connection): &(Client, ConnectionId),
        disputes: &[Dispute],
    ) -> Vec<CaseId> {
        let env = &self.desk.env;
        let changes: Vec<Change> = disputes
            .iter()
            .map(|dispute| {
                let snapshot = dispute.snapshot();
                let ids = (CaseId::new(env), RoundId::new(env));
                let transition = case::open(ids, client.id, *connection, &snapshot, now());
                let observed = Observed {
                    snapshot,
                    raw: b"{}".to_vec(),
                    hash: [7; 32],
                    mark: String::new(),
                    dated: true,
                    buyer: Vec::new(),
                };
                Change {
                    before: None,
                    transition,
                    observed: Some(observed),
                }
            })
            .collect();
        let mut unit = UnitOfWork::begin(&self.desk.db).await.unwrap();
        unit.save("test", now(), &changes).await.unwrap();
        unit.commit().await.unwrap();
        changes.iter().map(|c| c.transition.case.id).collect()
    }

    /// A further person, in a session.
    pub async fn person(&self, name: &str, access: Access) -> LoggedIn {
        log_in(&self.desk, name, access).await
    }

    pub async fn get(&self, url: &str) -> Answer {
        self.get_as(&self.admin, url).await
    }

    pub async fn get_as(&self, who: &LoggedIn, url: &str) -> Answer {
        self.send(self.as_of(who, Request::get(url).header("host", "127.0.0.1:8080")))
            .await
    }

    /// A request with the cookie of a session.
    pub fn as_of(
        &self,
        who: &LoggedIn,
        request: axum::http::request::Builder,
    ) -> axum::http::request::Builder {
        request.header("cookie", format!("{}={}", self.site.cookie(), who.token))
    }

    /// A form of a page, as its browser sends it.
    pub async fn post_as(&self, who: &LoggedIn, url: &str, fields: &[(&str, &str)]) -> Answer {
        let key = who.key();
        let fields: Vec<(&str, &str)> = fields
            .iter()
            .copied()
            .chain([("form_key", key.as_str())])
            .collect();
        self.send_with(self.as_of(who, form_to(url)), form(&fields)).await
    }

    /// A form of a page without a session.
    pub async fn post(&self, url: &str, fields: &[(&str, &str)]) -> Answer {
        self.send_with(form_to(url), form(fields)).await
    }

    /// A page that must be there.
    pub async fn page(&self, url: &str) -> String {
        let answer = self.get(url).await;
        assert_eq!(answer.status, StatusCode::OK, "{url}: {}", answer.body);
        answer.body
    }

    pub async fn send(&self, request: axum::http::request::Builder) -> Answer {
        self.send_with(request, Body::empty()).await
    }

    pub async fn send_with(&self, request: axum::http::request::Builder, body: Body) -> Answer {
        let response = router(self.desk.clone(), self.site.clone())
            .oneshot(request.body(body).unwrap())
            .await
            .unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        Answer {
            status,
            headers,
            body: read(&String::from_utf8_lossy(&body)),
        }
    }

    /// Where uploaded files are kept.
    pub fn folder(&self) -> &std::path::Path {
        self.files.path()
    }

    /// How many rows a list has, over all its pages.
    pub async fn length(&self, url: &str) -> u64 {
        let (mut rows, mut next) = (0, Some(url.to_owned()));
        while let Some(url) = next {
            let page = self.page(&url).await;
            rows += page.matches("<tr class=\"case\"").count();
            next = between(&page, "rel=\"next\" href=\"", "\"").map(unescape);
        }
        u64::try_from(rows).unwrap()
    }
}

/// A form's head, as a browser on these pages sends it.
pub fn form_to(url: &str) -> axum::http::request::Builder {
    Request::post(url)
        .header("host", "127.0.0.1:8080")
        .header("sec-fetch-site", "same-origin")
        .header("content-type", "application/x-www-form-urlencoded")
}

pub fn form(fields: &[(&str, &str)]) -> Body {
    let mut body = url::form_urlencoded::Serializer::new(String::new());
    Body::from(body.extend_pairs(fields).finish())
}

/// A session that is none.
fn nobody(desk: &Desk) -> LoggedIn {
    let person = Person {
        id: docket_core::id::PersonId::new(&desk.env),
        name: String::new(),
        email: String::new(),
        access: Access::Admin,
        has_password: false,
        second_factor: false,
        locale: Locale::default(),
        disabled_at: None,
        created_at: desk.env.now(),
    };
    LoggedIn {
        person,
        session: SessionId::new(&desk.env),
        token: String::new(),
    }
}

/// Adds a person and begins a session, without the slow password.
async fn log_in(desk: &Desk, name: &str, access: Access) -> LoggedIn {
    let new = NewPerson {
        name: name.to_owned(),
        email: format!("{}@example.com", name.replace(' ', ".")),
        role: access.role(),
        client: access.client(),
    };
    let person = desk.add_person(&new).await.unwrap();
    let mut random = [0u8; 32];
    desk.env.fill(&mut random);
    let token = hex::encode(random);
    let session = Session {
        id: SessionId::new(&desk.env),
        person: person.id,
        created_at: desk.env.now(),
        seen_at: desk.env.now(),
        address: "192.0.2.7".to_owned(),
        agent: "Browser".to_owned(),
    };
    let mut unit = UnitOfWork::begin(&desk.db).await.unwrap();
    unit.add_session(&docket_core::chain::digest(&token), &session)
        .await
        .unwrap();
    unit.commit().await.unwrap();
    LoggedIn {
        person,
        session: session.id,
        token,
    }
}

/// The text between two marks.
pub fn between<'a>(text: &'a str, from: &str, to: &str) -> Option<&'a str> {
    text.split_once(from)?.1.split_once(to).map(|(inside, _)| inside)
}

/// An attribute's value as a browser reads it.
pub fn unescape(text: &str) -> String {
    text.replace("&#38;", "&").replace("&amp;", "&")
}
