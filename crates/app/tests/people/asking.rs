//! A client that does not answer is reminded exactly twice, then the desk goes on without.

use chrono::Duration;
use docket_app::{Ask, ClientScope, Desk, NewPerson};
use docket_core::id::CaseId;
use docket_core::pack::PackSubscription;
use docket_core::person::{Locale, Role};
use docket_core::request::RequestState;
use docket_core::words::{Language, WorkState};
use docket_store::testing::clock::Clock;
use docket_store::testing::{TestDb, count};
use docket_store::{UnitOfWork, on_both};

use crate::support::{load, open, process, start};

const AGENCY: ClientScope = ClientScope::Agency;

struct Asked {
    test: TestDb,
    clock: Clock,
    files: tempfile::TempDir,
    desk: Desk,
    case: CaseId,
}

impl Asked {
    /// Asked 120 hours before the deadline: due after 72, so the reminder comes after 36.
    async fn new(test: TestDb) -> Self {
        let (clock, files) = (Clock::at(start()), tempfile::tempdir().unwrap());
        let desk = process(&test.db, &clock, files.path());
        let case = open(&desk, start() + Duration::hours(120)).await;
        let ask = Ask {
            case,
            question: "Which carrier?".to_owned(),
            due: None,
            to: Some("client@example.com".to_owned()),
            actor: "dana".to_owned(),
        };
        let asked = desk.ask_client(AGENCY, ask).await.unwrap();
        assert_eq!(asked.request.due_at, start() + Duration::hours(72));
        assert!(asked.page.starts_with("https://desk.example.com/ask/"));
        Self {
            test,
            clock,
            files,
            desk,
            case,
        }
    }

    /// Two workers look, at so many hours from the start.
    async fn at(&self, hours: i64) {
        self.clock
            .advance(start() + Duration::hours(hours) - self.desk.env.now());
        let second = process(&self.test.db, &self.clock, self.files.path());
        let (one, two) = tokio::join!(self.desk.tick(), second.tick());
        one.unwrap();
        two.unwrap();
    }

    /// Mails to the client, and what the desk was told about the question.
    async fn told(&self) -> (i64, Vec<&'static str>) {
        let mails = "SELECT count(*) FROM mails WHERE recipient = 'client@example.com'";
        let notices = self.desk.notices(AGENCY, true, None, 100).await.unwrap();
        let about = notices.iter().map(|n| n.kind.as_str());
        let about = about.filter(|kind| !kind.starts_with("ladder") && !kind.starts_with("lead"));
        (count(&self.test.db, mails).await, about.collect())
    }
}

async fn a_silent_client_is_reminded_twice_and_the_question_lapses(test: TestDb) {
    let asked = Asked::new(test).await;
    assert_eq!(asked.told().await, (1, vec![]));
    asked.at(35).await;
    assert_eq!(asked.told().await, (1, vec![]));
    asked.at(37).await;
    asked.at(38).await;
    assert_eq!(asked.told().await, (2, vec![]), "the first reminder, once");
    asked.at(73).await;
    asked.at(74).await;
    assert_eq!(asked.told().await, (3, vec!["client_overdue"]));
    assert_eq!(
        load(&asked.desk, asked.case).await.case.work_state,
        WorkState::WaitingOnClient
    );
    asked.at(121).await;
    asked.at(122).await;
    let (mails, mut told) = asked.told().await;
    told.sort_unstable();
    assert_eq!(
        (mails, told),
        (3, vec!["client_overdue", "deadline_missed", "request_lapsed"])
    );
    let requests = asked
        .desk
        .info_requests(AGENCY, Some(asked.case), None, 10)
        .await
        .unwrap();
    assert_eq!(requests[0].state, RequestState::Lapsed);
    assert_eq!(
        load(&asked.desk, asked.case).await.case.work_state,
        WorkState::Drafting
    );
    let incidents = asked.desk.incidents(AGENCY, None, 10).await.unwrap();
    assert_eq!(
        incidents[0].cause.as_str(),
        "client",
        "nobody else could have acted"
    );
}

async fn a_worker_that_was_down_reminds_once_and_not_twice(test: TestDb) {
    let asked = Asked::new(test).await;
    asked.at(80).await;
    assert_eq!(asked.told().await, (2, vec!["client_overdue"]));
}

async fn a_withdrawn_question_bothers_nobody(test: TestDb) {
    let asked = Asked::new(test).await;
    let requests = asked
        .desk
        .info_requests(AGENCY, Some(asked.case), None, 10)
        .await
        .unwrap();
    asked
        .desk
        .withdraw_request(AGENCY, requests[0].id, "dana")
        .await
        .unwrap();
    asked.at(80).await;
    assert_eq!(asked.told().await, (1, vec![]));
}

async fn mails_are_said_as_who_reads_them_reads(test: TestDb) {
    let asked = Asked::new(test).await;
    let mails = async |recipient: &str, subject: &str| {
        let count_of = format!(
            "SELECT count(*) FROM mails WHERE recipient = '{recipient}' AND subject LIKE '{subject}%'"
        );
        count(&asked.test.db, count_of.leak()).await
    };
    assert_eq!(
        mails("client@example.com", "en: A question").await,
        1,
        "nothing is known of its language"
    );
    let case = load(&asked.desk, asked.case).await.case;
    let packs = PackSubscription {
        client: case.client,
        zone: "Europe/Stockholm".parse().unwrap(),
        language: Language::Swedish,
        recipients: vec!["reports@example.com".to_owned()],
        next_at: start() + Duration::days(300),
        set_by: "dana".to_owned(),
        set_at: start(),
        ended_at: None,
    };
    let lead = asked
        .desk
        .add_person(&NewPerson {
            name: "Lea Lead".to_owned(),
            email: "lead@example.com".to_owned(),
            role: Role::Lead,
            client: None,
        })
        .await
        .unwrap();
    let german = Locale {
        language: Language::German,
        ..Locale::default()
    };
    let mut unit = UnitOfWork::begin(&asked.desk.db).await.unwrap();
    unit.subscribe_packs(&packs).await.unwrap();
    unit.set_locale(lead.id, german).await.unwrap();
    unit.commit().await.unwrap();
    asked.at(37).await;
    assert_eq!(
        mails("client@example.com", "sv: Reminder").await,
        1,
        "the language of its packs"
    );
    // 24 hours before the deadline, desk and lead are told.
    asked.at(97).await;
    let rung = |language: &str| format!("{language}: PP-D-1");
    assert_eq!(mails("lead@example.com", &rung("de")).await, 1);
    assert!(mails("desk@example.com", &rung("en")).await > 0);
    assert_eq!(mails("desk@example.com", &rung("de")).await, 0);
}

on_both!(
    mails_are_said_as_who_reads_them_reads,
    a_silent_client_is_reminded_twice_and_the_question_lapses,
    a_worker_that_was_down_reminds_once_and_not_twice,
    a_withdrawn_question_bothers_nobody,
);
