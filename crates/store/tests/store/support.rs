//! A client, its connection and cases, on a clock that is moved by hand.

use std::collections::BTreeSet;

use chrono::{DateTime, Duration, Utc};
use docket_core::case::{self, Case, Command, Event, Transition};
use docket_core::deadline::Deadline;
use docket_core::env::Env;
use docket_core::id::{CaseId, ClientId, ConnectionId, DisputeRef, RoundId, SubmissionId};
use docket_core::money::Money;
use docket_core::proof::Baseline;
use docket_core::response::{Response, Submission, SubmissionState};
use docket_core::snapshot::{Facts, Observed, Snapshot};
use docket_core::words::{ActionKind, DeadlineSource, Platform, Precision, Reason, Stage, Turn};
use docket_store::testing::{TestDb, clock::Clock};
use docket_store::{
    Change, Client, ClientScope, Db, Keyring, NewConnection, Result, StoredCase, SyncCounts, SyncRun,
    UnitOfWork,
};
use secrecy::SecretString;

pub const SECRET: &str = "hush-hush-client-secret";

pub struct Desk {
    pub db: Db,
    pub test: TestDb,
    pub clock: Clock,
    pub env: Env,
    pub client: ClientId,
    pub connection: ConnectionId,
}

pub fn start() -> DateTime<Utc> {
    DateTime::from_timestamp_micros(1_800_000_000_123_456).unwrap()
}

pub fn key(digit: char) -> SecretString {
    digit.to_string().repeat(64).into()
}

pub fn keys() -> Keyring {
    Keyring::new(&[key('a')]).unwrap()
}

impl Desk {
    pub async fn new(test: TestDb) -> Self {
        let clock = Clock::at(start());
        let env = clock.env();
        let (client, connection) = (ClientId::new(&env), ConnectionId::new(&env));
        let desk = Self {
            db: test.db.clone(),
            test,
            clock,
            env,
            client,
            connection,
        };
        desk.add_client(client, "Nord GmbH").await;
        desk.add_connection(connection, client).await;
        desk
    }

    pub async fn add_client(&self, id: ClientId, name: &str) {
        let added = Client {
            id,
            name: name.to_owned(),
            safety_net: false,
            created_at: self.env.now(),
        };
        let mut unit = self.unit().await;
        unit.add_client("ada", &added).await.unwrap();
        unit.commit().await.unwrap();
    }

    pub async fn add_connection(&self, id: ConnectionId, client: ClientId) {
        let added = NewConnection {
            id,
            client,
            platform: Platform::PAYPAL,
            base_url: "https://example.test".to_owned(),
            credentials: SECRET.into(),
        };
        let mut unit = self.unit().await;
        unit.add_connection("ada", &added, &keys(), &self.env)
            .await
            .unwrap();
        unit.commit().await.unwrap();
    }

    pub async fn unit(&self) -> UnitOfWork {
        UnitOfWork::begin(&self.db).await.unwrap()
    }

    /// A first observation of a dispute of the desk's own connection, not stored yet.
    pub fn opening(&self, snapshot: &Snapshot) -> Change {
        self.opening_for((self.client, self.connection), snapshot)
    }

    pub fn opening_for(&self, (client, connection): (ClientId, ConnectionId), snapshot: &Snapshot) -> Change {
        let ids = (CaseId::new(&self.env), RoundId::new(&self.env));
        let transition = case::open(ids, client, connection, snapshot, self.env.now());
        Change {
            before: None,
            transition,
            observed: Some(observed(snapshot, snapshot.dispute.as_str())),
        }
    }

    pub async fn save(&self, changes: &[Change]) -> Result<()> {
        let mut unit = UnitOfWork::begin(&self.db).await?;
        unit.save("sync", self.env.now(), changes).await?;
        unit.commit().await
    }

    pub async fn open(&self, snapshot: &Snapshot) -> StoredCase {
        let change = self.opening(snapshot);
        let id = change.transition.case.id;
        self.save(&[change]).await.unwrap();
        self.load(id).await
    }

    pub async fn load(&self, id: CaseId) -> StoredCase {
        self.db.case(ClientScope::Agency, id).await.unwrap().unwrap()
    }

    /// A note on the case as it was loaded, not stored yet.
    pub fn note(&self, before: &StoredCase, text: &str) -> Change {
        let transition = self.apply(&before.case, Command::Note(text.to_owned()));
        Change {
            before: Some(before.clone()),
            transition,
            observed: None,
        }
    }

    pub fn apply(&self, case: &Case, command: Command) -> Transition {
        case::apply(case, Event::Command(command), self.env.now()).unwrap()
    }

    pub fn observe(&self, before: &StoredCase, snapshot: &Snapshot, body: &str) -> Change {
        let transition = case::observe(&before.case, snapshot, RoundId::new(&self.env), self.env.now());
        Change {
            before: Some(before.clone()),
            transition,
            observed: Some(observed(snapshot, body)),
        }
    }

    pub fn submission(&self, case: &Case) -> Submission {
        Submission {
            id: SubmissionId::new(&self.env),
            case: case.id,
            client: case.client,
            round: case.round.id,
            response: Response::Message {
                text: "hello".to_owned(),
                files: Vec::new(),
            },
            state: SubmissionState::Prepared,
            send_at: self.env.now(),
            attempts: 0,
            attempted_at: None,
            answered: false,
            baseline: Baseline {
                updated_at: case.facts.updated_at,
                turn: case.facts.turn,
                stage: case.facts.stage,
                outcome: None,
                answers: Vec::new(),
            },
            platform_reference: None,
            confirmed_at: None,
            error: None,
            created_by: "ada".to_owned(),
            created_at: self.env.now(),
            quality: None,
        }
    }

    pub fn sync_run(&self, connection: ConnectionId) -> SyncRun {
        SyncRun {
            id: self.env.uuid(),
            connection,
            kind: "changes".to_owned(),
            started_at: self.env.now(),
            ended_at: self.env.now() + Duration::microseconds(1),
            counts: SyncCounts {
                seen: 5,
                new: 4,
                changed: 3,
                unchanged: 2,
                failed: 1,
            },
            error: Some("503".to_owned()),
        }
    }

    pub async fn add_submission(&self, submission: &Submission) -> Result<()> {
        let mut unit = UnitOfWork::begin(&self.db).await?;
        unit.add_submission(submission).await?;
        unit.commit().await
    }

    /// Changes the database behind the program's back.
    pub async fn sql(&self, text: &str) -> Result<u64, sqlx::Error> {
        let query = sqlx::raw_sql(sqlx::AssertSqlSafe(text.to_owned()));
        Ok(match &self.db {
            Db::Sqlite { write, .. } => query.execute(write).await?.rows_affected(),
            Db::Postgres(pool) => query.execute(pool).await?.rows_affected(),
        })
    }

    pub async fn count(&self, table: &str) -> i64 {
        let text = sqlx::AssertSqlSafe(format!("SELECT count(*) FROM {table}"));
        let (count,): (i64,) =
            docket_store::on_db!(&self.db, c => sqlx::query_as(text).fetch_one(c).await).unwrap();
        count
    }
}

pub fn observed(snapshot: &Snapshot, body: &str) -> Observed {
    Observed {
        snapshot: snapshot.clone(),
        raw: body.as_bytes().to_vec(),
        hash: docket_core::chain::digest(body),
        mark: snapshot.facts.updated_at.to_rfc3339(),
        dated: true,
        buyer: Vec::new(),
    }
}

/// An open claim that waits for us, ten days before its deadline.
pub fn snapshot(dispute: &str) -> Snapshot {
    Snapshot {
        platform: Platform::PAYPAL,
        dispute: DisputeRef(dispute.to_owned()),
        facts: Facts {
            amount: Money::new(12_50, "EUR".parse().unwrap()),
            stage: Stage::Chargeback,
            platform_stage: Some("CHARGEBACK".to_owned()),
            platform_status: Some("WAITING_FOR_SELLER_RESPONSE".to_owned()),
            channel: Some("INTERNAL".to_owned()),
            turn: Turn::Ours,
            reason: Reason::NotReceived,
            platform_reason: Some("MERCHANDISE_OR_SERVICE_NOT_RECEIVED".to_owned()),
            allowed_actions: BTreeSet::from([ActionKind::Contest, ActionKind::Message]),
            order_refs: vec!["T-1".to_owned()],
            opened_at: start(),
            updated_at: start(),
        },
        deadline: due(start() + Duration::days(10)),
        outcome: None,
        closed_at: None,
        saved: Vec::new(),
        answers: Vec::new(),
        factors: Vec::new(),
        attention: BTreeSet::new(),
    }
}

/// A dispute that waits for the platform, without any clock.
pub fn waiting(dispute: &str) -> Snapshot {
    let mut snapshot = snapshot(dispute);
    snapshot.facts.turn = Turn::Platform;
    snapshot.deadline = None;
    snapshot
}

pub fn due(at: DateTime<Utc>) -> Option<Deadline> {
    Some(Deadline {
        at,
        source: DeadlineSource::Platform,
        precision: Precision::Instant,
    })
}
